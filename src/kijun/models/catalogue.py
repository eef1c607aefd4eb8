"""Families of models that people ask about, and what each can do.

Facts from the providers' documentation: which endpoint a family has, whether it gives log-probabilities, whether it
thinks before it answers. Prices change and differ by contract, so there are none here: give yours with ``--price``.
"""

from __future__ import annotations

import re

import msgspec

__all__ = ["FAMILIES", "REASONING_TOKENS", "Family", "family_of", "room_for_reasoning"]


class Family(msgspec.Struct, frozen=True):
    """A family of models.

    Attributes:
        title: what people call it.
        example: how such a model is named in Kijun.
        pattern: regular expression of the names of a provider that belong to the family; empty for open weights.
        chat, completion: takes turns, continues plain text.
        logprobs: log-probabilities of what the model writes.
        prompt_logprobs: of what it reads, which log-likelihood tasks need; of open weights wherever the server gives
            them.
        reasons: thinks before it answers, or may do so unasked, so that the limit of tokens must allow for it.
    """

    title: str
    example: str
    pattern: str = ""
    chat: bool = True
    completion: bool = False
    logprobs: bool = False
    prompt_logprobs: bool = False
    reasons: bool = False


_OPEN = {"chat": True, "completion": True, "logprobs": True, "prompt_logprobs": True}

# The first that fits counts.
FAMILIES = (
    Family("GPT-3", "openai/davinci-002", r"(davinci|babbage)-002", chat=False, completion=True, logprobs=True),
    Family("GPT-3.5", "openai/gpt-3.5-turbo", r"gpt-3\.5-turbo(?!-instruct)", logprobs=True),
    Family("GPT-3.5 Instruct", "openai/gpt-3.5-turbo-instruct", r"gpt-3\.5-turbo-instruct", False, True, True),
    Family("GPT-4, GPT-4o, GPT-4.1", "openai/gpt-4.1", r"(chatgpt|gpt)-4", logprobs=True),
    Family("GPT-5 Chat", "openai/gpt-5.3-chat-latest", r"gpt-5(\.\d+)?-chat"),
    Family("GPT-5, GPT-6", "openai/gpt-5.5", r"gpt-[5-9]", reasons=True),
    Family("o1, o3, o4", "openai/o3", r"o[1-9]", reasons=True),
    Family("GPT on Azure", "openai/azure/DEPLOYMENT", r"(?!)", logprobs=True),
    Family("Claude 3, Claude 4 to 4.8", "anthropic/claude-sonnet-4-5", r"claude-([23]|instant|(opus|sonnet|haiku)-4)"),
    Family("Claude 5", "anthropic/claude-sonnet-5", r"claude", reasons=True),
    Family("Gemini 1.5, Gemini 2.0", "google/gemini-2.0-flash", r"gemini-(1|2\.0)"),
    Family("Gemini 2.5 and later", "google/gemini-2.5-flash", r"gemini", reasons=True),
    Family("Llama 2, 3, 4", "hf/meta-llama/Llama-3.1-8B", **_OPEN),
    Family("Mistral, Mixtral", "server/URL#mixtral", **_OPEN),
    Family("Qwen", "local/FILE.gguf", **_OPEN),
    Family("Gemma", "hf/google/gemma-3-270m", **_OPEN),
)

REASONING_TOKENS = 16_384
"""Room for thinking where the user does not say; OpenAI's guide to reasoning models advises to reserve 25,000."""


def family_of(backend: str, model: str) -> Family | None:
    """The family of a provider's model, such as ``("openai", "gpt-4o-mini")``; None where it is not known."""
    for family in FAMILIES:
        if family.pattern and family.example.startswith(f"{backend}/") and re.match(family.pattern, model):
            return family
    return None


def room_for_reasoning(backend: str, model: str, wanted: int | None) -> int:
    """Tokens for thinking beside those of the answer: what the user says, else what the family needs."""
    if wanted is not None:
        return wanted
    family = family_of(backend, model)
    return REASONING_TOKENS if family is not None and family.reasons else 0
