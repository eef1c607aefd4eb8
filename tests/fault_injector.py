"""Stands between a client and a provider and does what networks and providers do on bad days."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable

from aiohttp import ClientSession, web

__all__ = ["FAULTS", "TRANSIENT", "FaultInjector"]

_ERRORS: dict[str, tuple[int, str, dict[str, str]]] = {
    "429": (429, "rate_limit_exceeded", {}),
    "429 wait": (429, "rate_limit_exceeded", {"Retry-After": "0.05"}),
    "500": (500, "server_error", {}),
    "503": (503, "unavailable", {}),
    "529": (529, "overloaded_error", {}),
    "bad key": (401, "invalid_api_key", {}),
    "expired key": (401, "expired_api_key", {}),
    "forbidden": (403, "permission_denied", {}),
    "wrong model": (404, "model_not_found", {}),
    "no credit": (429, "insufficient_quota", {}),
    "too long": (400, "context_length_exceeded", {}),
    "content filter": (400, "content_filter", {}),
}
_BROKEN = ("stall", "reset", "reset in body", "truncated JSON", "HTML", "empty choices")
FAULTS = (*_ERRORS, *_BROKEN)
TRANSIENT = (
    "429",
    "429 wait",
    "500",
    "503",
    "529",
    "reset",
    "reset in body",
    "truncated JSON",
    "HTML",
    "empty choices",
)


class FaultInjector:
    """A proxy that lets through, or not, what `draw` says.

    Args:
        upstream: ``http://HOST:PORT`` of the provider.
        draw: the number of a call, from 0 -> name of a fault, or None to let it through.
        empty: what an answer with nothing in it looks like at this provider.
    """

    def __init__(
        self, upstream: str, draw: Callable[[int], str | None], *, empty: dict[str, object] | None = None
    ) -> None:
        self._upstream, self._draw = upstream, draw
        self._empty = empty if empty is not None else {"id": "x", "object": "chat.completion", "choices": []}
        self.calls = 0
        self.injected: Counter[str] = Counter()
        self._session: ClientSession | None = None

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        fault = self._draw(self.calls) if request.method == "POST" else None
        self.calls += request.method == "POST"
        if fault is None:
            return await self._through(request)
        self.injected[fault] += 1
        if fault in _ERRORS:
            status, code, headers = _ERRORS[fault]
            key = request.headers.get("authorization", "") or request.headers.get("x-api-key", "")
            # Providers do repeat the key; nothing of it may get through to the user.
            error = {"message": f"{fault}: {code} for {key}", "type": code, "code": code}
            return web.json_response({"error": error}, status=status, headers=headers)
        return await self._broken(fault, request)

    async def _through(self, request: web.Request) -> web.Response:
        if self._session is None:
            self._session = ClientSession()
        headers = {k: v for k, v in request.headers.items() if k.lower() not in ("host", "content-length")}
        async with self._session.request(
            request.method, self._upstream + request.path_qs, data=await request.read(), headers=headers
        ) as response:
            return web.Response(body=await response.read(), status=response.status, content_type="application/json")

    async def _broken(self, fault: str, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        if fault == "stall":
            await asyncio.sleep(3600)
        if fault == "empty choices":
            return web.json_response(self._empty)
        if fault == "HTML":
            return web.Response(
                text="<html><body>Please log in to the hotel network</body></html>", content_type="text/html"
            )
        if fault == "truncated JSON":
            return web.Response(text='{"id": "x", "choices": [{"message": {"con', content_type="application/json")
        if fault == "reset in body":
            answer = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "application/json"})
            await answer.prepare(request)
            await answer.write(json.dumps({"id": "x", "choices": "…" * 20})[:60].encode())
        request.transport.abort()
        return web.Response()

    async def close(self) -> None:
        """Closes the way to the provider."""
        if self._session is not None:
            await self._session.close()
