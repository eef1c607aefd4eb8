"""``openai/NAME`` and ``openai/azure/DEPLOYMENT``: through OpenAI's SDK (extra ``openai``).

Environment, as the SDK documents it: OPENAI_API_KEY and OPENAI_BASE_URL; for Azure AZURE_OPENAI_API_KEY,
AZURE_OPENAI_ENDPOINT and OPENAI_API_VERSION.
"""

from __future__ import annotations

import os
from typing import Any

import msgspec

from kijun.errors import SpecError
from kijun.models.base import ModelIdentity
from kijun.models.catalogue import family_of, room_for_reasoning
from kijun.models.remote.faults import Account
from kijun.models.remote.protocol import Answer, Style, chat_body, completion_body, read_free
from kijun.models.remote.sdk import SdkModel, missing_extra
from kijun.records import Failed, Filtered, Generate, Response

__all__ = ["OpenAIModel", "load_openai"]

_AZURE = "openai/azure/"


def load_openai(name: str, *, concurrency: int, reasoning_tokens: int | None) -> OpenAIModel:
    """The model ``openai/NAME`` or ``openai/azure/DEPLOYMENT``.

    Raises:
        SpecError: the extra or an environment variable is missing.
    """
    try:
        import aiohttp  # noqa: F401 - the SDK's fast transport
        import openai
    except ImportError as error:
        raise missing_extra("openai", error) from error
    azure = name.startswith(_AZURE)
    model = name.removeprefix(_AZURE) if azure else name.removeprefix("openai/")
    variable = "AZURE_OPENAI_API_KEY" if azure else "OPENAI_API_KEY"
    needed = [variable, *(("AZURE_OPENAI_ENDPOINT", "OPENAI_API_VERSION") if azure else ())]
    if missing := [one for one in needed if not os.environ.get(one)]:
        raise SpecError(f"{name} needs {' and '.join(missing)} in the environment")
    key = os.environ[variable]
    family = family_of("openai", model)
    reasons = family is not None and family.reasons
    room = room_for_reasoning("openai", model, reasoning_tokens)
    style = Style(model, "max_completion_tokens" if family is None or family.chat else "max_tokens", room, reasons)

    def make_client() -> Any:
        kind = openai.AsyncAzureOpenAI if azure else openai.AsyncOpenAI
        return kind(api_key=key, max_retries=0, timeout=None, http_client=openai.DefaultAioHttpClient())

    identity = ModelIdentity(name=name, backend="openai", settings={"reasoning_tokens": str(room)} if room else {})
    account = Account(name, variable, (key,))
    plain = family is not None and not family.chat
    return OpenAIModel(openai, make_client, account, identity, concurrency=concurrency, style=style, plain=plain)


class OpenAIModel(SdkModel):
    """A model of OpenAI or Azure.

    Args:
        style: how it wants to be asked.
        plain: it continues plain text and knows no turns.
    """

    def __init__(self, *args: Any, style: Style, plain: bool, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._style, self._plain = style, plain
        self._decoder = msgspec.json.Decoder(Answer)

    def can(self, ability: str) -> bool:
        """Free answers, to turns or to plain text; no log-probabilities of prompts."""
        return ability == "generate" if self._plain else super().can(ability)

    async def _free(self, request: Generate) -> Response:
        if self._plain:
            answer = await self._post("/completions", completion_body(request, self._style), self._decoder)
        else:
            answer = await self._post("/chat/completions", chat_body(request, self._style), self._decoder)
        return answer if isinstance(answer, Failed | Filtered) else read_free(answer, request, self._account)
