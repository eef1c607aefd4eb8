"""Rows to requests: templates, worked examples, chat format, conversations."""

from kijun.prompts.contexts import PromptedItem, Prompter
from kijun.prompts.conversations import Conversation, RenderChat, addressed, reply_of, request_of_turn
from kijun.prompts.questions import QuestionText, ask, shot_text

__all__ = [
    "Conversation",
    "PromptedItem",
    "Prompter",
    "QuestionText",
    "RenderChat",
    "addressed",
    "ask",
    "reply_of",
    "request_of_turn",
    "shot_text",
]
