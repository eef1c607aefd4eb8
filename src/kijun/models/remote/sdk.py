"""What the OpenAI and the Anthropic SDK have in common: both are made by one generator and fail in the same ways.

The SDK signs, sends and sorts errors; the answer is taken as bytes and decoded by us, as building the SDK's own objects
costs more than all the rest of a call.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import msgspec

from kijun.errors import SpecError
from kijun.models.base import ModelIdentity, UnitLimit
from kijun.models.remote.faults import Account, connection_fault, fault
from kijun.records import Failed, Generate, LogLikelihood, Message, Request, Response

__all__ = ["SdkModel", "missing_extra"]

_OPTIONAL = ("temperature", "top_p", "seed", "stop", "stop_sequences", "response_format", "output_config")
_NOT_TAKEN = re.compile(r"unsupported|not support|deprecat|not permitted|unknown|unrecogni[sz]ed|no longer", re.I)


def missing_extra(backend: str, error: ImportError) -> SpecError:
    """What to install."""
    return SpecError(
        f"{backend}/ models need the extra {backend!r} ({error.name} is not installed); "
        f"run: pip install 'kijun[{backend}]'"
    )


class SdkModel:
    """A model that is called through a client of such an SDK.

    Args:
        sdk: the module, for its exceptions.
        make_client: makes a client; it belongs to one event loop.
        account: for messages.
        identity: the model's.
        concurrency: most calls at once.
    """

    def __init__(
        self,
        sdk: Any,
        make_client: Callable[[], Any],
        account: Account,
        identity: ModelIdentity,
        *,
        concurrency: int,
    ) -> None:
        self._sdk, self._make_client, self._account = sdk, make_client, account
        self._client: Any = None
        self._not_taken: set[str] = set()
        self.identity = identity
        self.unit_limit = UnitLimit(requests=1, characters=1, concurrency=concurrency)
        self.account = identity.name.partition("/")[0]

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

    async def _free(self, request: Generate) -> Response:
        """The response to one request; each SDK's own."""
        raise AssertionError("is given by each SDK's model")

    async def hang_up(self) -> None:
        """Closes the connections of the running event loop."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.close()

    async def aclose(self) -> None:
        """The same."""
        await self.hang_up()

    async def _post(self, path: str, body: dict[str, Any], decoder: msgspec.json.Decoder[Any]) -> Any:
        """What the call gave, decoded, or a `Failed` or `Filtered`.

        A setting that a model does not take is left out from then on, as providers drop settings of the sampler from
        newer models one by one, and older models know no JSON schema.

        Raises:
            ModelError: nothing can be answered: key, model, credit.
        """
        import httpx2

        if self._client is None:
            self._client = self._make_client()
        body = {name: value for name, value in body.items() if name not in self._not_taken}
        try:
            response = await self._client.post(path, body=body, cast_to=httpx2.Response)
        except self._sdk.APIStatusError as error:
            refused = self._refused_setting(error, body)
            if refused is not None:
                self._not_taken.add(refused)
                return await self._post(path, body, decoder)
            return fault(error.status_code, error.response.content, error.response.headers, self._account)
        except self._sdk.APIConnectionError as error:
            return connection_fault(error.__cause__ or error, self._account)
        try:
            return decoder.decode(response.content)
        except (msgspec.DecodeError, UnicodeDecodeError):
            what = "a web page" if response.content.lstrip()[:1] == b"<" else "no whole answer"
            return Failed(f"status 200 with {what}", retryable=True)

    def _refused_setting(self, error: Any, body: dict[str, Any]) -> str | None:
        text = str(error.message)
        if error.status_code != 400 or not _NOT_TAKEN.search(text):
            return None
        return next((name for name in _OPTIONAL if name in body and re.search(rf"\b{name}\b", text)), None)
