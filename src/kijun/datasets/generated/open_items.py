"""Items with a free answer whose right behaviour may be to say "I do not know", and how they become rows."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

__all__ = ["Expected", "OpenDraft", "open_row"]

Expected = Literal["answer", "abstain", "correct_premise", "escalate"]
"""What the right reply does: gives the answer, says that it does not know, mends the premise, names whom to ask."""


class OpenDraft(msgspec.Struct, frozen=True):
    """An item that is answered freely.

    Attributes:
        question: the whole question.
        expected: what the right reply does.
        accepted: what the right reply contains, any one of them: forms of the answer, the true fact that mends the
            premise, the contact. For ``abstain`` an example of a right reply.
        template: which wording made it.
        columns, lists: further columns of the row, such as ``kind``, ``subject`` or ``source``.
    """

    question: str
    expected: Expected
    accepted: tuple[str, ...]
    template: str
    columns: dict[str, str] = {}
    lists: dict[str, tuple[str, ...]] = {}


def open_row(draft: OpenDraft, generator: str, language: str, form: int) -> dict[str, Any]:
    """The row of a draft; it has no choices.

    Its column `form` stands where items with choices have a `level`. Both are 1, 2 and 3 in turn; but forms only differ
    in how a question is put or how long its source is, and do not claim to be easy or hard (docs/truthfulness.md).
    """
    return {
        "question": draft.question,
        "expected": draft.expected,
        "accepted": list(dict.fromkeys(draft.accepted)),
        "form": form,
        "generator": generator,
        "language": language,
        "template": f"{draft.template} {form}",
        **draft.columns,
        **{name: list(values) for name, values in draft.lists.items()},
    }
