"""What all requests share: the rating place, how we are reached, and how often somebody may be wrong."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from kijun.errors import SpecError
from kijun.ratings.place import RatingPlace
from kijun.web.rate_limits import FailureLimit

__all__ = ["Site", "make_site"]

_LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))


class Site(NamedTuple):
    """The application's surroundings.

    Attributes:
        hosts: names under which we answer.
        secure: people come by TLS: cookies never travel without it.
        public_url: address that people use, without a slash at the end; links in invitations begin with it.
        by_address, by_name: failed sign-ins and links.
    """

    place: RatingPlace
    hosts: frozenset[str]
    secure: bool
    public_url: str
    by_address: FailureLimit
    by_name: FailureLimit

    @property
    def cookie(self) -> str:
        """Name of the session's cookie; the prefix makes browsers hold us to Secure and to this very host."""
        return "__Host-kijun" if self.secure else "kijun"


def make_site(place: RatingPlace, public_url: str) -> Site:
    """The surroundings of a server that people reach at `public_url`.

    Raises:
        SpecError: no such address, or one without TLS that is not this very machine.
    """
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or parts.path not in ("", "/") or parts.query:
        raise SpecError(f"--public-url takes an address such as https://rate.example.org; got {public_url!r}")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise SpecError(
            f"{public_url!r} would send passwords and ratings in the clear; put a proxy with TLS before the server and "
            "name its address with --public-url https://..."
        )
    return Site(
        place=place,
        hosts=frozenset((host, *_LOOPBACK)),
        secure=parts.scheme == "https",
        public_url=public_url.rstrip("/"),
        by_address=FailureLimit(30, 600),
        by_name=FailureLimit(8, 600),
    )
