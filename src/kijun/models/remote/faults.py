"""What a provider's error means: ask again, ask more slowly, this request cannot be answered, or none can.

Statuses as documented by OpenAI (error codes), Anthropic (529 ``overloaded_error``), Google (``RESOURCE_EXHAUSTED``,
``API_KEY_INVALID``) and Azure (``content_filter`` as 400).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from kijun.errors import ModelError
from kijun.records import Failed, Filtered

__all__ = ["Account", "connection_fault", "fault", "fault_message", "retry_after", "without_secrets"]

_AGAIN = {408, 409, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529}
_THROTTLED = {429, 503, 529}
_NO_CREDIT = ("insufficient_quota", "billing_not_active", "credit balance is too low", "billing_hard_limit")
_BAD_KEY = ("api_key_invalid", "api key not valid", "api key expired", "invalid_api_key")
_FILTERED = ("content_filter", "content_policy_violation", "responsibleaipolicyviolation")
_KEY_LIKE = re.compile(r"\b(?:sk|pk|rk|key|AIza|Bearer)[-_ ]?[\w*.\-]{8,}", re.IGNORECASE)
_LONGEST = 300
_UNLIMITED_WAIT = 3600.0


class Account(msgspec.Struct, frozen=True):
    """Who is asked and with which key, for messages; `secrets` are cut out of everything that is told.

    Attributes:
        name: the model, such as ``openai/gpt-4o``.
        key_variable: environment variable that holds the key.
        secrets: keys.
    """

    name: str
    key_variable: str
    secrets: tuple[str, ...] = ()


def without_secrets(text: str, account: Account) -> str:
    """The text without keys, also without the parts of keys that providers repeat in their messages; on one line."""
    for secret in account.secrets:
        if secret:
            text = text.replace(secret, "[key]")
    return " ".join(_KEY_LIKE.sub("[key]", text).split())[:_LONGEST]


def fault_message(body: Any) -> tuple[str, str]:
    """Message and code of an error in any of the providers' shapes; a text that is no JSON is the message itself."""
    if isinstance(body, bytes):
        try:
            body = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            text = body[: 4 * _LONGEST].decode("utf-8", "replace")
            return ("a web page instead of an answer" if text.lstrip()[:1] == "<" else text), ""
    if isinstance(body, list) and body:
        body = body[0]
    error = body.get("error", body) if isinstance(body, Mapping) else body
    if not isinstance(error, Mapping):
        return str(error or "no message"), ""
    codes = [error.get(name) for name in ("code", "type", "status")]
    details = error.get("details")
    codes += [d.get("reason") for d in details if isinstance(d, Mapping)] if isinstance(details, list) else []
    inner = error.get("innererror")
    codes += [inner.get("code")] if isinstance(inner, Mapping) else []
    return str(error.get("message") or error.get("detail") or "no message"), " ".join(str(c) for c in codes if c)


def fault(status: int, body: Any, headers: Mapping[str, str], account: Account) -> Failed | Filtered:
    """What an HTTP status that is no success means for a request.

    Args:
        body: bytes, or what was decoded from them.

    Raises:
        ModelError: no request can be answered: key, model, address or credit are at fault.
    """
    raw, code = fault_message(body)
    message = without_secrets(raw, account)
    clues = f"{code} {raw}".lower()
    if any(clue in clues for clue in _NO_CREDIT) or status == 402:
        raise ModelError(f"{account.name}: the account has no credit left ({message})")
    if status == 401 or any(clue in clues for clue in _BAD_KEY):
        # The provider's own words are left out: they repeat parts of the key.
        raise ModelError(f"{account.name}: the key is not accepted (status {status}); {_mend_key(account)}")
    if status in (403, 404, 405, 407, 410):
        raise ModelError(f"{account.name}: {_HINTS.get(status, 'refused')} (status {status}: {message})")
    if 300 <= status < 400:
        raise ModelError(f"{account.name}: the server sends us elsewhere (status {status}); name its final address")
    if any(clue in clues for clue in _FILTERED):
        return Filtered(message)
    reason = f"status {status}: {message}"
    if status in _AGAIN or status == 429:
        wait = retry_after(headers)
        throttled = status in (429, 529) or (status in _THROTTLED and wait is not None)
        return Failed(reason, retryable=True, throttled=throttled, retry_after=wait)
    return Failed(reason)


_HINTS = {
    403: "the key may not use this model",
    404: "there is no such model or address",
    405: "there is no such address",
    407: "a proxy asks for a password",
    410: "the model is no longer offered",
}


def _mend_key(account: Account) -> str:
    return f"check {account.key_variable}" if account.secrets else f"put one into {account.key_variable}"


def connection_fault(error: BaseException, account: Account) -> Failed:
    """A connection that was refused, reset or cut: asking again may help."""
    text = without_secrets(str(error), account)
    return Failed(f"{type(error).__name__}{f': {text}' if text else ''}", retryable=True)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that ``retry-after-ms`` or ``Retry-After`` (seconds or a date, RFC 9110 section 10.2.3) asks to wait."""
    milliseconds, value = headers.get("retry-after-ms"), headers.get("retry-after")
    try:
        if milliseconds is not None:
            seconds = float(milliseconds) / 1000
        elif value is None:
            return None
        elif value.strip().replace(".", "", 1).isdigit():
            seconds = float(value)
        else:
            seconds = (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(max(seconds, 0.0), _UNLIMITED_WAIT)
