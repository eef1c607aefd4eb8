"""What a scorer made of the responses to one item."""

from __future__ import annotations

import msgspec

__all__ = ["Measured", "Score", "Unscored"]


class Measured(msgspec.Struct, frozen=True, tag="measured"):
    """A number, or, for metrics of a whole task such as F1, the pair ``(gold, predicted)`` that enters it."""

    value: float | tuple[float, ...]


class Unscored(msgspec.Struct, frozen=True, tag="unscored"):
    """No number, and why: nothing could be read out of the answer, or there was no answer."""

    reason: str


Score = Measured | Unscored
