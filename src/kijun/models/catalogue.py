"""Families of models that people ask about, and what each can do.

Facts from the providers' documentation: which endpoint a family has, whether it gives log-probabilities, whether it
thinks before it answers. Prices change and differ by contract, so there are none here: give yours with ``--price``.
"""

from __future__ import annotations

import re

import msgspec

__all__ = ["FAMILIES", "Family", "family_of"]


class Family(msgspec.Struct, frozen=True):
    """A family of models.

    Attributes:
        title: what people call it.
        names: how such a model is named in Kijun, an example each.
        pattern: regular expression of the names of a provider that belong to the family; empty for open weights.
        chat, completion: takes turns, continues plain text.
        logprobs: log-probabilities of what the model writes.
        prompt_logprobs: of what it reads, which log-likelihood tasks need; ``server`` where the server decides.
        reasons: thinks before it answers, and takes neither temperature nor stop strings.
    """

    title: str
    names: tuple[str, ...]
    pattern: str = ""
    chat: bool = True
    completion: bool = False
    logprobs: bool = False
    prompt_logprobs: bool = False
    reasons: bool = False


_OPEN_CHAT = {"chat": True, "completion": True, "logprobs": True, "prompt_logprobs": True}

FAMILIES = (
    Family("GPT-3", ("openai/davinci-002",), r"(davinci|babbage)-002", chat=False, completion=True, logprobs=True),
    Family("GPT-3.5", ("openai/gpt-3.5-turbo",), r"gpt-3\.5-turbo(?!-instruct)", logprobs=True),
    Family("GPT-3.5 Instruct", ("openai/gpt-3.5-turbo-instruct",), r"gpt-3\.5-turbo-instruct", False, True, True),
    Family("GPT-4, GPT-4o, GPT-4.1", ("openai/gpt-4.1",), r"(chatgpt|gpt)-4", logprobs=True),
    Family("GPT-5", ("openai/gpt-5",), r"gpt-[5-9]", reasons=True),
    Family("o1, o3, o4", ("openai/o3",), r"o[1-9]", reasons=True),
    Family("Claude", ("anthropic/claude-sonnet-4-5",), r"claude"),
    Family("Gemini", ("google/gemini-2.5-flash",), r"gemini"),
    Family("Llama 2, 3, 4", ("hf/meta-llama/Llama-3.1-8B", "server/URL#NAME", "local/FILE.gguf"), "", **_OPEN_CHAT),
    Family("Mistral, Mixtral", ("hf/mistralai/Mistral-7B-v0.3", "server/URL#NAME"), "", **_OPEN_CHAT),
    Family("Qwen", ("hf/Qwen/Qwen2.5-0.5B", "server/URL#NAME", "local/FILE.gguf"), "", **_OPEN_CHAT),
    Family("Gemma", ("hf/google/gemma-3-270m", "server/URL#NAME", "local/FILE.gguf"), "", **_OPEN_CHAT),
)


def family_of(backend: str, model: str) -> Family | None:
    """The family of a provider's model, such as ``("openai", "gpt-4o-mini")``; None where it is not known."""
    for family in FAMILIES:
        if family.pattern and family.names[0].startswith(f"{backend}/") and re.match(family.pattern, model):
            return family
    return None
