"""Walls around the whole application: what a browser may load, how much may be sent, under which name we answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

__all__ = ["CONTENT_POLICY", "LARGEST_BODY", "Walls"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_BODY = 1_000_000
"""Bytes of a request."""

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing but our own files: no inline script or style, no picture from elsewhere, no frame around us."""

_HEADERS = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
)


class Walls:
    """ASGI middleware: security headers on every answer, a limit on bodies, and no answer to names that are not ours.

    Args:
        hosts: host names (without port) under which we answer; others get 421, so that no page from elsewhere reaches a
            server on this machine by a name of its own (DNS rebinding). Empty answers to all.
        secure: behind TLS: browsers are told to come by TLS only.
    """

    def __init__(self, app: Application, *, hosts: frozenset[str], secure: bool) -> None:
        self._app, self._hosts = app, hosts
        self._headers = [*_HEADERS]
        if secure:
            self._headers.append((b"strict-transport-security", b"max-age=31536000"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if self._hosts and _host(headers.get(b"host", b"")) not in self._hosts:
            await self._refuse(send, 421, b"This server does not answer to this name; see --public-url.\n")
            return
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > LARGEST_BODY:
            await self._refuse(send, 413, b"Too much was sent at once.\n")
            return
        limited = _Limited(receive)
        try:
            await self._app(scope, limited, self._with_headers(send, limited))
        except Exception:
            # To the application it looked as if the sender had gone away, which is nobody's bug.
            if not limited.exceeded:
                raise

    def _with_headers(self, send: Send, limited: _Limited) -> Send:
        async def sending(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                if limited.exceeded:
                    message["status"] = 413
                given = message.setdefault("headers", [])
                there = {name.lower() for name, _ in given}
                given.extend(header for header in self._headers if header[0] not in there)
                if b"cache-control" not in there:
                    given.append((b"cache-control", b"no-store"))
            await send(message)

        return sending

    async def _refuse(self, send: Send, status: int, body: bytes) -> None:
        headers = [*self._headers, (b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class _Limited:
    """Counts what is received, for bodies that do not say beforehand how long they are."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._taken = receive, 0

    @property
    def exceeded(self) -> bool:
        """Whether more came than may."""
        return self._taken > LARGEST_BODY

    async def __call__(self) -> MutableMapping[str, Any]:
        message = await self._receive()
        self._taken += len(message.get("body", b""))
        if self.exceeded:
            return {"type": "http.disconnect"}
        return message


def _host(header: bytes) -> str:
    host = header.decode("latin-1").lower()
    return host.rpartition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
