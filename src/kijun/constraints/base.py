"""What a constraint is, and the registry of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeVar

import msgspec

__all__ = ["CONSTRAINTS", "Constraint", "Count", "JapaneseRelation", "Relation", "holds", "register"]

Relation = Literal["less than", "at least"]
JapaneseRelation = Literal["未満", "以上"]
Count = Annotated[int, msgspec.Meta(ge=0)]


class Constraint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One instruction that a program can verify. Its fields are its parameters; equal fields mean equal verdicts.

    Attributes:
        id: name of the instruction, ``family:name``; those of IFEval are IFEval's.
    """

    id: ClassVar[str]

    if TYPE_CHECKING:  # every kind has its own

        def check(self, response: str) -> bool:
            """True where the response, taken as it is, follows the instruction."""
            ...

    def parameters(self) -> dict[str, Any]:
        """Parameters under their names in data files, so that ``build(c.id, c.parameters()) == c``."""
        return msgspec.to_builtins(self)


CONSTRAINTS: dict[str, type[Constraint]] = {}

ConstraintType = TypeVar("ConstraintType", bound=type[Constraint])


def register(kind: ConstraintType) -> ConstraintType:
    """Class decorator: makes the constraint known under its `id`."""
    CONSTRAINTS[kind.id] = kind
    return kind


def holds(count: int, relation: Relation | JapaneseRelation, threshold: int) -> bool:
    """Whether `count` stands in `relation` to `threshold`."""
    return count < threshold if relation in ("less than", "未満") else count >= threshold
