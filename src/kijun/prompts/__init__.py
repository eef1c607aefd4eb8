"""Rows to requests: templates, worked examples, chat format."""

from kijun.prompts.contexts import PromptedItem, Prompter, RenderChat
from kijun.prompts.questions import QuestionText, ask, shot_text

__all__ = ["PromptedItem", "Prompter", "QuestionText", "RenderChat", "ask", "shot_text"]
