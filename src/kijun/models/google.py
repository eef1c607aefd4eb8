"""``google/NAME``: Gemini through Google's SDK ``google-genai`` (extra ``google``); GEMINI_API_KEY or GOOGLE_API_KEY.

Finish reasons as in the Gemini API reference (``FinishReason``).
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from typing import Any

from kijun.errors import SpecError
from kijun.models.base import ModelIdentity, UnitLimit
from kijun.models.catalogue import room_for_reasoning
from kijun.models.remote.faults import Account, connection_fault, fault
from kijun.models.remote.sdk import missing_extra
from kijun.models.remote.turns import finished, split_system, turns_of
from kijun.records import Failed, Filtered, Generate, LogLikelihood, Message, Request, Response

__all__ = ["GoogleModel", "load_google"]

_KEYS = ("GEMINI_API_KEY", "GOOGLE_API_KEY")
_WITHHELD = {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", "MODEL_ARMOR"}
_MOST_STOPS = 5


def load_google(name: str, *, concurrency: int, reasoning_tokens: int | None) -> GoogleModel:
    """The model ``google/NAME``.

    Raises:
        SpecError: the extra or the key is missing.
    """
    try:
        import aiohttp  # noqa: F401 - the SDK's fast transport
        import google.genai  # noqa: F401
    except ImportError as error:
        raise missing_extra("google", error) from error
    variable = next((one for one in _KEYS if os.environ.get(one)), None)
    if variable is None:
        raise SpecError(f"{name} needs {' or '.join(_KEYS)} in the environment")
    account = Account(name, variable, (os.environ[variable],))
    room = room_for_reasoning("google", name.removeprefix("google/"), reasoning_tokens)
    return GoogleModel(account, concurrency=concurrency, room=room, budget=reasoning_tokens)


class GoogleModel:
    """A Gemini model.

    Args:
        account: name of the model and the key.
        concurrency: most calls at once.
        room: tokens for thinking beside those of the answer.
        budget: of thinking, as the user says; None leaves it to the model, 0 asks for none.
    """

    account = "google"

    def __init__(self, account: Account, *, concurrency: int, room: int, budget: int | None) -> None:
        self._account, self._room, self._budget = account, room, budget
        settings = {"reasoning_tokens": str(room)} if room or budget is not None else {}
        self.identity = ModelIdentity(name=account.name, backend="google", settings=settings)
        self.unit_limit = UnitLimit(requests=1, characters=1, concurrency=concurrency)
        self._client: Any = None
        self._session: Any = None

    def can(self, ability: str) -> bool:
        """Free answers to turns; no log-probabilities of prompts."""
        return ability in ("generate", "chat", "chat_only")

    def render_chat(self, messages: Sequence[Message], *, continue_last: bool = False) -> str | None:
        """None: the provider takes turns."""
        return None

    async def respond(self, unit: Sequence[Request]) -> AsyncIterator[tuple[int, Response]]:
        """One call after the other; the engine hands over one request at a time."""
        for index, request in enumerate(unit):
            if isinstance(request, LogLikelihood):
                yield index, Failed("the provider gives no log-probabilities of prompts")
            else:
                yield index, await self._free(request)

    async def hang_up(self) -> None:
        """Closes the connections of the running event loop."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.aio.aclose()
            client.close()
            await self._session.close()

    async def aclose(self) -> None:
        """The same."""
        await self.hang_up()

    async def _free(self, request: Generate) -> Response:
        import aiohttp
        from google import genai
        from google.genai import errors

        if self._client is None:
            # A session of our own: the SDK's is deprecated by aiohttp, and hides how many connections it allows.
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), trust_env=True)
            self._client = genai.Client(
                api_key=self._account.secrets[0],
                vertexai=False,
                http_options={"retry_options": {"attempts": 1}, "aiohttp_client": self._session},
            )
        system, turns = split_system(turns_of(request))
        contents = [
            {"role": "model" if turn.role == "assistant" else "user", "parts": [{"text": turn.content}]}
            for turn in turns
        ]
        try:
            answer = await self._client.aio.models.generate_content(
                model=self._account.name.removeprefix("google/"),
                contents=contents,
                config=self._config(request, system),
            )
        except errors.APIError as error:
            headers = getattr(error.response, "headers", None) or {}
            return fault(error.code, error.details, {k.lower(): v for k, v in headers.items()}, self._account)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # A ValueError is an answer that is no JSON.
            return connection_fault(error, self._account)
        return _read(answer, request)

    def _config(self, request: Generate, system: str) -> dict[str, Any]:
        sampling = request.sampling
        config: dict[str, Any] = {
            "max_output_tokens": sampling.max_tokens + self._room,
            "temperature": sampling.temperature,
            "automatic_function_calling": {"disable": True},
        }
        if system:
            config["system_instruction"] = system
        if sampling.top_p != 1.0:
            config["top_p"] = sampling.top_p
        if sampling.seed is not None:
            config["seed"] = sampling.seed
        if stops := [mark for mark in sampling.stop if mark]:
            config["stop_sequences"] = stops[:_MOST_STOPS]
        if sampling.json_schema is not None:
            config |= {"response_mime_type": "application/json", "response_json_schema": sampling.json_schema}
        if self._budget is not None:
            config["thinking_config"] = {"thinking_budget": self._budget, "include_thoughts": self._budget > 0}
        elif self._room:
            config["thinking_config"] = {"include_thoughts": True}
        return config


def _read(answer: Any, request: Generate) -> Response:
    feedback = answer.prompt_feedback
    if feedback is not None and feedback.block_reason:
        return Filtered(f"prompt: {_name(feedback.block_reason)}")
    if not answer.candidates:
        return Failed("an answer without candidates", retryable=True)
    candidate = answer.candidates[0]
    reason = _name(candidate.finish_reason)
    if reason in _WITHHELD:
        return Filtered(reason)
    parts = (candidate.content.parts if candidate.content is not None else None) or []
    if not parts and reason not in ("STOP", "MAX_TOKENS"):
        return Failed(f"an answer without text (finish reason {reason})", retryable=True)
    usage = answer.usage_metadata
    written = None if usage is None else (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0)
    return finished(
        "".join(part.text or "" for part in parts if not part.thought),
        request.sampling.stop,
        cut_off=reason == "MAX_TOKENS",
        reasoning="".join(part.text or "" for part in parts if part.thought),
        prompt_tokens=None if usage is None else usage.prompt_token_count,
        completion_tokens=written,
    )


def _name(reason: Any) -> str:
    """Name of a value of the SDK's enumerations, which may be a plain text where the SDK does not know it."""
    return str(getattr(reason, "value", reason))
