"""Small calls before a run begins, outside of any event loop."""

from __future__ import annotations

import http.client
from typing import Any
from urllib.parse import urlsplit

import msgspec

from kijun.errors import ModelError, SpecError
from kijun.models.remote.faults import Account, fault

__all__ = ["call_plainly", "name_on_server"]

_SECONDS = 60.0


class _Entry(msgspec.Struct):
    id: str


class _Listing(msgspec.Struct):
    data: list[_Entry]


def call_plainly(url: str, key: str, account: Account, body: dict[str, Any] | None = None) -> tuple[int, bytes]:
    """Status and body of one call; GET without a body, else POST. No proxy, no redirect.

    Raises:
        ModelError: nobody answers.
    """
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_SECONDS)
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {key}"} if key else {})
    try:
        method, data = ("GET", None) if body is None else ("POST", msgspec.json.encode(body))
        connection.request(method, parts.path, data, headers)
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException) as error:
        raise ModelError(
            f"{account.name} cannot be reached ({error or type(error).__name__}); is the server running?",
            retryable=True,
        ) from None
    finally:
        connection.close()


def name_on_server(url: str, key: str, account: Account) -> str:
    """Name of the one model that a server has.

    Raises:
        SpecError: it has none or several, or does not say.
        ModelError: nobody answers, or the key is not accepted.
    """
    status, data = call_plainly(url + "/models", key, account)
    if status in (401, 403):
        fault(status, data, {}, account)
    try:
        names = [entry.id for entry in msgspec.json.decode(data, type=_Listing).data] if status == 200 else []
    except (msgspec.DecodeError, UnicodeDecodeError):
        names = []
    if len(names) == 1:
        return names[0]
    told = f"; it has {', '.join(names[:20])}" if names else ""
    raise SpecError(f"name the model: server/{url}#NAME{told}")
