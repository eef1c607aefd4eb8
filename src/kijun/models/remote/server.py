"""``server/URL#NAME``: anything that speaks the OpenAI protocol (extra ``server``)."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from kijun.errors import ModelError, SpecError
from kijun.models.base import ModelIdentity, UnitLimit
from kijun.models.remote.faults import Account, connection_fault, fault
from kijun.models.remote.probing import call_plainly, name_on_server
from kijun.models.remote.prompt_logprobs import (
    WAYS,
    read_likelihood,
    scored_tokens,
    scoring_body,
    sum_from,
    text_to_score,
)
from kijun.models.remote.protocol import Answer, Style, chat_body, completion_body, read_free
from kijun.records import Failed, Filtered, Generate, LogLikelihood, Message, Request, Response

__all__ = ["KEY_VARIABLE", "ServerModel", "load_server"]

KEY_VARIABLE = "KIJUN_SERVER_KEY"
_CONNECT_SECONDS = 30.0
_NO_SCHEMA = re.compile(r"status (?:400|415|422|500|501)\b.*(?:response_format|schema|grammar|guided)", re.I | re.S)
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Answer)


def load_server(name: str, *, concurrency: int, reasoning_tokens: int) -> ServerModel:
    """The model ``server/URL#NAME``, such as ``server/http://localhost:8000/v1#my-model``.

    Without ``#NAME`` the server is asked which model it has.

    Raises:
        SpecError: not such a name, the extra is not installed, or the server has several models.
        ModelError: the server does not answer.
    """
    try:
        import aiohttp  # noqa: F401
    except ImportError as error:
        raise SpecError("a model behind a server needs the extra 'server'; run: pip install 'kijun[server]'") from error
    url, _, model = name.removeprefix("server/").partition("#")
    parts = urlsplit(url)
    if parts.username or parts.password or parts.query:
        raise SpecError(f"no passwords and keys in an address; put the key into {KEY_VARIABLE}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SpecError(
            f"a server is named server/URL#NAME, such as server/http://localhost:8000/v1#NAME; got {name!r}"
        )
    url = url.rstrip("/")
    key = os.environ.get(KEY_VARIABLE, "")
    account = Account(f"server/{parts.netloc}", KEY_VARIABLE, (key,) if key else ())
    if not model:
        model = name_on_server(url, key, account)
    return ServerModel(
        url, model, key=key, concurrency=concurrency, style=Style(model, reasoning_tokens=reasoning_tokens)
    )


class ServerModel:
    """A model behind the OpenAI protocol, asked over plain HTTP with as little overhead as there can be.

    Args:
        url: of the protocol's root, such as ``http://localhost:8000/v1``.
        model: its name there.
        key: sent as bearer token where it is not empty.
        concurrency: most calls at once.
        style: how it wants to be asked.
    """

    def __init__(self, url: str, model: str, *, key: str, concurrency: int, style: Style) -> None:
        self._url, self._style, self._key = url, style, key
        self._account = Account(f"server/{urlsplit(url).netloc}#{model}", KEY_VARIABLE, (key,) if key else ())
        self._headers = {"content-type": "application/json", "accept": "application/json"}
        if key:
            self._headers["authorization"] = f"Bearer {key}"
        settings = {"reasoning_tokens": str(style.reasoning_tokens)} if style.reasoning_tokens else {}
        # The address is transport: the same model elsewhere is the same model.
        self.identity = ModelIdentity(name=f"server/{model}", backend="openai-protocol", settings=settings)
        self.unit_limit = UnitLimit(requests=1, characters=1, concurrency=concurrency)
        self.account = f"server/{urlsplit(url).netloc}"
        self._session: Any = None
        self._reached = False
        self._takes_schema = True
        self._way: str | None = None
        self._probed = False
        self._context_sizes: dict[str, int] = {}

    def can(self, ability: str) -> bool:
        """Log-likelihoods where the server gives log-probabilities of prompts, which is tried once."""
        if ability == "loglikelihood":
            return self._scoring_way() is not None
        return ability in ("generate", "chat")

    def render_chat(self, messages: Sequence[Message], *, continue_last: bool = False) -> str | None:
        """None: the server takes turns."""
        return None

    async def respond(self, unit: Sequence[Request]) -> AsyncIterator[tuple[int, Response]]:
        """One call after the other; the engine hands over one request at a time."""
        for index, request in enumerate(unit):
            if isinstance(request, LogLikelihood):
                yield index, await self._likelihood(request)
            else:
                yield index, await self._free(request)

    async def hang_up(self) -> None:
        """Closes the connections of the running event loop."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def aclose(self) -> None:
        """The same."""
        await self.hang_up()

    async def _free(self, request: Generate) -> Response:
        if request.messages:
            answer = await self._chat(chat_body(request, self._style))
        else:
            answer = await self._call("/completions", completion_body(request, self._style))
        return answer if isinstance(answer, Failed | Filtered) else read_free(answer, request, self._account)

    async def _chat(self, body: dict[str, Any]) -> Answer | Failed | Filtered:
        """A chat; a server that does not know JSON schemas is asked without one from then on."""
        if not self._takes_schema:
            body.pop("response_format", None)
        answer = await self._call("/chat/completions", body)
        if "response_format" in body and isinstance(answer, Failed) and _NO_SCHEMA.match(answer.reason):
            self._takes_schema = False
            return await self._chat(body)
        return answer

    async def _likelihood(self, request: LogLikelihood) -> Response:
        way = self._scoring_way()
        if way is None:
            return Failed("the server gives no log-probabilities of prompts")
        context, continuation = text_to_score(request)
        answer = await self._call("/completions", scoring_body(context + continuation, self._style.model, way))
        if isinstance(answer, Failed | Filtered):
            return answer
        tokens = scored_tokens(answer, context + continuation)
        if tokens is None:
            return Failed("an answer without log-probabilities of the prompt", retryable=True)
        found = read_likelihood(tokens, context)
        if found is not None:
            return found
        # A token reaches over the boundary: the context's own number of tokens decides, as it does elsewhere.
        if context not in self._context_sizes:
            counted = await self._call("/completions", {"model": self._style.model, "prompt": context, "max_tokens": 1})
            if isinstance(counted, Failed | Filtered):
                return counted
            if counted.usage is None or counted.usage.prompt_tokens is None:
                return Failed("the server does not say how many tokens the context has")
            self._context_sizes[context] = counted.usage.prompt_tokens
        return sum_from(tokens, self._context_sizes[context])

    async def _call(self, path: str, body: dict[str, Any]) -> Answer | Failed | Filtered:
        """One call, whatever comes of it.

        Raises:
            ModelError: nothing can be answered: key, model, address; or there is nobody at the address.
        """
        import aiohttp

        if self._session is None:
            # No time limit here, as the engine has one; no proxies or passwords from the surroundings.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS),
                headers=self._headers,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        try:
            async with self._session.post(
                self._url + path, data=_encoder.encode(body), allow_redirects=False
            ) as response:
                data = await response.read()
                status = response.status
        except aiohttp.ClientConnectorError as error:
            if not self._reached:
                raise ModelError(
                    f"{self._account.name} cannot be reached ({error.strerror or error}); is the server running?",
                    retryable=True,
                ) from None
            return connection_fault(error, self._account)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return connection_fault(error, self._account)
        self._reached = True
        if status != 200:
            return fault(status, data, response.headers, self._account)
        try:
            return _decoder.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            what = "a web page" if data.lstrip()[:1] == b"<" else f"{len(data)} bytes that are no whole answer"
            return Failed(f"status 200 with {what}", retryable=True)

    def _scoring_way(self) -> str | None:
        """How the server scores a prompt; tried once, before a run begins."""
        if not self._probed:
            self._probed = True
            text = "The quick brown fox"
            for way in WAYS:
                status, data = call_plainly(
                    self._url + "/completions", self._key, self._account, scoring_body(text, self._style.model, way)
                )
                if status in (401, 403, 404):
                    fault(status, data, {}, self._account)
                try:
                    if status == 200 and scored_tokens(_decoder.decode(data), text):
                        self._way = way
                        break
                except (msgspec.DecodeError, UnicodeDecodeError):
                    continue
        return self._way
