"""Rows to requests: templates, worked examples, chat format."""

from kijun.prompts.contexts import PromptedItem, Prompter
from kijun.prompts.questions import QuestionText, ask, shot_text
from kijun.prompts.templates import evaluate, render

__all__ = ["PromptedItem", "Prompter", "QuestionText", "ask", "evaluate", "render", "shot_text"]
