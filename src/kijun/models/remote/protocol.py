"""The OpenAI protocol: bodies of calls, and what comes back.

Fields as in the OpenAI API reference (``/v1/chat/completions``, ``/v1/completions``); ``reasoning_content`` and
``reasoning`` as vLLM, SGLang, llama.cpp, DeepSeek and OpenRouter give it.
"""

from __future__ import annotations

from typing import Any

import msgspec

from kijun.models.remote.faults import Account, fault_message, without_secrets
from kijun.models.remote.turns import finished, split_reasoning, turns_of
from kijun.records import Completed, Failed, Filtered, Generate, Refused, Response, Truncated

__all__ = ["Answer", "Style", "chat_body", "completion_body", "read_free"]

_MOST_STOPS = 4


class Style(msgspec.Struct, frozen=True):
    """How a model wants to be asked.

    Attributes:
        model: its name at the provider.
        limit_name: what the token limit is called: ``max_tokens``, or ``max_completion_tokens``.
        reasoning_tokens: added to the limit of answer tokens, for models that think first.
        reasons: the model thinks first, so that it takes neither temperature nor stop strings.
    """

    model: str
    limit_name: str = "max_tokens"
    reasoning_tokens: int = 0
    reasons: bool = False


class _Message(msgspec.Struct, frozen=True):
    content: Any = None
    refusal: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None


class _Choice(msgspec.Struct, frozen=True):
    message: _Message | None = None
    text: str | None = None
    finish_reason: str | None = None
    logprobs: Any = None
    prompt_logprobs: list[dict[str, dict[str, Any]] | None] | None = None


class _Usage(msgspec.Struct, frozen=True):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Answer(msgspec.Struct, frozen=True):
    """What we read of an answer; fields that we do not know are passed over."""

    choices: list[_Choice] | None = None
    usage: _Usage | None = None
    error: Any = None


def chat_body(request: Generate, style: Style) -> dict[str, Any]:
    """Body of a call of ``/chat/completions``."""
    messages = [{"role": turn.role, "content": turn.content} for turn in turns_of(request)]
    body = {"model": style.model, "messages": messages, **_sampling(request, style)}
    if request.sampling.json_schema is not None:
        schema = {"name": "answer", "strict": True, "schema": request.sampling.json_schema}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return body


def completion_body(request: Generate, style: Style) -> dict[str, Any]:
    """Body of a call of ``/completions``."""
    return {"model": style.model, "prompt": request.context, **_sampling(request, style)}


def _sampling(request: Generate, style: Style) -> dict[str, Any]:
    sampling = request.sampling
    body: dict[str, Any] = {style.limit_name: sampling.max_tokens + style.reasoning_tokens}
    if style.reasons:
        return body
    body["temperature"] = sampling.temperature
    if sampling.top_p != 1.0:
        body["top_p"] = sampling.top_p
    if sampling.seed is not None:
        body["seed"] = sampling.seed
    stops = [mark for mark in sampling.stop if mark]
    if stops and not style.reasoning_tokens:
        # The protocol takes four; `finished` cuts at all of them.
        body["stop"] = stops[:_MOST_STOPS]
    return body


def read_free(answer: Answer, request: Generate, account: Account) -> Response:
    """The response to a free question, from a chat or a plain completion."""
    if answer.error:
        message, code = fault_message({"error": answer.error})
        return Failed(without_secrets(f"{code} {message}".strip(), account), retryable=True)
    if not answer.choices:
        return Failed("an answer without choices", retryable=True)
    choice = answer.choices[0]
    usage = answer.usage or _Usage()
    if choice.finish_reason == "content_filter":
        return Filtered("content filter of the provider")
    message = choice.message or _Message(content=choice.text)
    if message.refusal:
        return Refused(message.refusal, usage.prompt_tokens, usage.completion_tokens)
    text = _text(message.content)
    if text is None and choice.finish_reason not in ("stop", "length"):
        return Failed(f"an answer without text (finish_reason {choice.finish_reason!r})", retryable=True)
    reasoning = message.reasoning_content or message.reasoning or ""
    text = text or ""
    if not reasoning and choice.message is not None:
        reasoning, text = split_reasoning(text)
    return _with_usage(text, reasoning, choice.finish_reason == "length", request, usage)


def _with_usage(text: str, reasoning: str, cut_off: bool, request: Generate, usage: _Usage) -> Completed | Truncated:
    return finished(
        text,
        request.sampling.stop,
        cut_off=cut_off,
        reasoning=reasoning,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
    )


def _text(content: Any) -> str | None:
    """Text of a message; some servers give a list of parts."""
    if isinstance(content, list):
        return "".join(p.get("text") or "" for p in content if isinstance(p, dict) and p.get("type", "text") == "text")
    return content if isinstance(content, str) else None
