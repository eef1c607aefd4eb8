"""What a scorer needs to know of a question besides the responses."""

from __future__ import annotations

import msgspec

__all__ = ["Question"]


class Question(msgspec.Struct, frozen=True):
    """Choices and gold answer of one item.

    Attributes:
        choices: texts of the choices without delimiter; empty for free answers.
        gold: index of the right choice or several; for free answers the right text or several; None when there is none.
    """

    choices: tuple[str, ...] = ()
    gold: int | str | tuple[int | str, ...] | None = None
