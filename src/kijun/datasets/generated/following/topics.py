"""The subject of an item."""

from __future__ import annotations

import msgspec

__all__ = ["Topic"]


class Topic(msgspec.Struct, frozen=True):
    """What is to be written, apart from any instruction about how.

    Attributes:
        text: the request.
        name: what items about the same share.
    """

    text: str
    name: str
