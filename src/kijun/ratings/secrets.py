"""Tokens and passwords: what is handed out is never what is kept."""

from __future__ import annotations

import hashlib
import secrets as random_secrets
from functools import cache
from typing import Any

from kijun.errors import SpecError

__all__ = ["SHORTEST_PASSWORD", "digest_of", "hash_password", "is_password", "new_token"]

SHORTEST_PASSWORD = 10
_LONGEST_PASSWORD = 1000


def new_token() -> str:
    """256 random bits that go into a link or cookie."""
    return random_secrets.token_urlsafe(32)


def digest_of(token: str) -> bytes:
    """What is kept of a token. The token is random enough that a plain digest cannot be guessed back."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def hash_password(password: str) -> str:
    """The password as argon2id hash, with the parameters of RFC 9106 (low memory).

    Raises:
        SpecError: too short or too long.
    """
    if not SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        raise SpecError(f"a password has {SHORTEST_PASSWORD} to {_LONGEST_PASSWORD} characters; got {len(password)}")
    return _hasher().hash(password)


def is_password(password: str, kept: str | None) -> bool:
    """Whether it is the one whose hash is kept. Takes as long where none is kept, so that names cannot be probed."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(kept or _nobodys(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> Any:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobodys() -> str:
    return str(_hasher().hash(new_token()))
