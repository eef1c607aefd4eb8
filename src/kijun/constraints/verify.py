"""From instruction ids and parameters to constraints, and from a response to verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from kijun.constraints.base import CONSTRAINTS, Constraint
from kijun.errors import SpecError, UnknownNameError

__all__ = ["build", "instruction_ids", "loose", "response_variants", "strict"]

# M-IFEval names its instructions with their language. These Japanese ones have the English rule, as has every English
# one that is no class of its own.
_ENGLISH_RULE = frozenset(
    {
        "ja:combination:two_responses",
        "ja:detectable_content:number_placeholders",
        "ja:detectable_content:postscript",
        "ja:detectable_format:json_format",
        "ja:language:response_language",
        "ja:length_constraints:number_paragraphs",
    }
)


def build(instruction_id: str, kwargs: Mapping[str, Any]) -> Constraint:
    """The constraint with this id and these parameters, under the names that IFEval's data give them.

    Parameters that are None are left out: the Hub's table has a column for every parameter of any instruction.

    Raises:
        UnknownNameError: no such instruction.
        SpecError: a parameter is missing, unknown, or of the wrong kind. (IFEval's own verifier puts a random value in
            the place of a missing one.)
    """
    kind = _kind(instruction_id)
    given = {name: _whole(value) for name, value in kwargs.items() if value is not None}
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise SpecError(f"instruction {instruction_id!r} cannot be built from {given!r}: {error}") from error


def instruction_ids() -> list[str]:
    """All names that `build` knows, sorted, but for those of IFEval with ``en:`` before them."""
    return sorted([*CONSTRAINTS, *_ENGLISH_RULE])


def _kind(instruction_id: str) -> type[Constraint]:
    if instruction_id in CONSTRAINTS:
        return CONSTRAINTS[instruction_id]
    language, _, rule = instruction_id.partition(":")
    if instruction_id in _ENGLISH_RULE or (language == "en" and rule in CONSTRAINTS):
        return CONSTRAINTS[rule]
    raise UnknownNameError("instruction", instruction_id, instruction_ids())


def _whole(value: Any) -> Any:
    """2 for 2.0: a table whose column has gaps holds its whole numbers as fractions."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def strict(response: str, constraints: Sequence[Constraint]) -> list[bool]:
    """One verdict a constraint, on the response as it is; a blank response follows nothing."""
    return [bool(response.strip()) and constraint.check(response) for constraint in constraints]


def loose(response: str, constraints: Sequence[Constraint]) -> list[bool]:
    """One verdict a constraint: whether any of the `response_variants` follows it (Zhou et al. 2023, section 2.3)."""
    variants = [variant for variant in response_variants(response) if variant.strip()]
    return [any(constraint.check(variant) for variant in variants) for constraint in constraints]


def response_variants(response: str) -> list[str]:
    """The response whole, without its first line, without its last, without both; each with and without asterisks."""
    lines = response.split("\n")
    cuts = [response, *("\n".join(part).strip() for part in (lines[1:], lines[:-1], lines[1:-1]))]
    variants = [*cuts, *(cut.replace("*", "") for cut in cuts)]
    return list(dict.fromkeys(variants))
