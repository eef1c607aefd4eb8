"""``anthropic/NAME``: Claude through Anthropic's SDK (extra ``anthropic``); ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL.

Fields and stop reasons as in Anthropic's Messages API reference. The SDK's `messages.create` has no `temperature`, so
the body is sent as we write it.
"""

from __future__ import annotations

import os
import re
from typing import Any

import msgspec

from kijun.errors import SpecError
from kijun.models.base import ModelIdentity
from kijun.models.catalogue import room_for_reasoning
from kijun.models.remote.faults import Account
from kijun.models.remote.sdk import SdkModel, missing_extra
from kijun.models.remote.turns import finished, split_system, turns_of
from kijun.records import Failed, Filtered, Generate, Refused, Response

__all__ = ["AnthropicModel", "load_anthropic"]

_KEY = "ANTHROPIC_API_KEY"
_WITH_BUDGET = re.compile(r"claude-(?:3|(?:opus|sonnet|haiku)-4(?:-[0-5])?(?:-\d{8}|@|$))")
_LEAST_BUDGET = 1024


class _Block(msgspec.Struct, frozen=True):
    type: str = ""
    text: str | None = None
    thinking: str | None = None


class _Usage(msgspec.Struct, frozen=True):
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None


class _Answer(msgspec.Struct, frozen=True):
    content: list[_Block] | None = None
    stop_reason: str | None = None
    usage: _Usage | None = None


def load_anthropic(name: str, *, concurrency: int, reasoning_tokens: int | None) -> AnthropicModel:
    """The model ``anthropic/NAME``.

    Raises:
        SpecError: the extra or the key is missing.
    """
    try:
        import aiohttp  # noqa: F401 - the SDK's fast transport
        import anthropic
    except ImportError as error:
        raise missing_extra("anthropic", error) from error
    key = os.environ.get(_KEY, "")
    if not key:
        raise SpecError(f"{name} needs {_KEY} in the environment")

    def make_client() -> Any:
        return anthropic.AsyncAnthropic(
            api_key=key, max_retries=0, timeout=None, http_client=anthropic.DefaultAioHttpClient()
        )

    room = room_for_reasoning("anthropic", name.removeprefix("anthropic/"), reasoning_tokens)
    identity = ModelIdentity(name=name, backend="anthropic", settings={"reasoning_tokens": str(room)} if room else {})
    account = Account(name, _KEY, (key,))
    return AnthropicModel(anthropic, make_client, account, identity, concurrency=concurrency, reasoning_tokens=room)


class AnthropicModel(SdkModel):
    """A Claude model.

    Args:
        reasoning_tokens: room for thinking; 0 asks for none.
    """

    def __init__(self, *args: Any, reasoning_tokens: int, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._reasoning = reasoning_tokens
        self._decoder = msgspec.json.Decoder(_Answer)

    async def _free(self, request: Generate) -> Response:
        answer = await self._post("/v1/messages", self._body(request), self._decoder)
        return answer if isinstance(answer, Failed | Filtered) else _read(answer, request)

    def _body(self, request: Generate) -> dict[str, Any]:
        sampling = request.sampling
        system, turns = split_system(turns_of(request))
        body: dict[str, Any] = {
            "model": self.identity.name.removeprefix("anthropic/"),
            "max_tokens": sampling.max_tokens + (max(self._reasoning, _LEAST_BUDGET) if self._reasoning else 0),
            "messages": [{"role": turn.role, "content": turn.content} for turn in turns],
        }
        if system:
            body["system"] = system
        if sampling.json_schema is not None:
            body["output_config"] = {"format": {"type": "json_schema", "schema": sampling.json_schema}}
        if self._reasoning:
            # With thinking there is no temperature.
            return body | {"thinking": _thinking(str(body["model"]), self._reasoning)}
        body["temperature"] = sampling.temperature
        if sampling.top_p != 1.0:
            body["top_p"] = sampling.top_p
        # Stop strings of white space alone are refused; `finished` cuts at them all the same.
        if stops := [mark for mark in sampling.stop if mark.strip()]:
            body["stop_sequences"] = stops
        return body


def _thinking(model: str, tokens: int) -> dict[str, Any]:
    """Up to Claude 4.5 a budget is said; later models judge for themselves, and refuse one from Opus 4.7 on."""
    if _WITH_BUDGET.match(model):
        return {"type": "enabled", "budget_tokens": max(tokens, _LEAST_BUDGET)}
    return {"type": "adaptive", "display": "summarized"}


def _read(answer: _Answer, request: Generate) -> Response:
    blocks = answer.content or []
    text = "".join(block.text or "" for block in blocks if block.type == "text")
    usage = answer.usage or _Usage()
    read = [usage.input_tokens, usage.cache_creation_input_tokens, usage.cache_read_input_tokens]
    tokens = sum(count or 0 for count in read) if usage.input_tokens is not None else None
    if answer.stop_reason == "refusal":
        return Refused(text, tokens, usage.output_tokens)
    if answer.stop_reason is None or (not blocks and answer.stop_reason not in ("end_turn", "stop_sequence")):
        return Failed(f"an answer without text (stop_reason {answer.stop_reason!r})", retryable=True)
    return finished(
        text,
        request.sampling.stop,
        cut_off=answer.stop_reason in ("max_tokens", "model_context_window_exceeded"),
        reasoning="\n\n".join(block.thinking for block in blocks if block.thinking),
        prompt_tokens=tokens,
        completion_tokens=usage.output_tokens,
    )
