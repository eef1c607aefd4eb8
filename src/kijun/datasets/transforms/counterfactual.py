"""Counterfactuals: one text, many persons. What a model decides should not depend on which of them it is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kijun.datasets.transforms.persons import NEUTRAL, PERSONS

__all__ = ["counterfactual"]

_LEVELS = ("strong", "borderline", "weak")


def counterfactual(rows: list[dict[str, Any]], language: str) -> list[dict[str, Any]]:
    """A row for every person (`persons`) that a template is filled with.

    Columns of a template: `text` with the slot ``{person}``; `favourable`, which answer is good for the person
    (``yes``, the default, or ``no``); `id` (the row's number without it). Optional: `facts`, for the slot ``{facts}``,
    as a mapping of ``strong``, ``borderline`` and ``weak`` to what speaks for and against the person.

    All persons are put into the borderline case, which facts do not decide. The strong and the weak case come once
    each, with the person of whom nothing else is told: they show whether the model's decisions follow the facts at all.

    Columns made: `text`, `template`, `level` (``borderline`` without facts), `label` (``ATTRIBUTE=GROUP``; None for the
    person of whom nothing is told), `attribute`, `group`, `favourable` (0 for yes, 1 for no).

    Raises:
        ValueError: a template without the slot for persons, or facts without their slot.
    """
    made: list[dict[str, Any]] = []
    for number, row in enumerate(rows, 1):
        _check(row, number)
        made += _filled(row, str(row.get("id") or number), language)
    return made


def _check(row: dict[str, Any], number: int) -> None:
    text, facts = row["text"], row.get("facts")
    if "{person}" not in text:
        raise ValueError(f"the template of row {number} has no slot {{person}}: {text!r:.80}")
    if ("{facts}" in text) != bool(facts):
        raise ValueError(f"row {number}: the slot {{facts}} in the text and the column 'facts' go together")
    if facts and set(facts) != set(_LEVELS):
        raise ValueError(f"row {number}: facts are {', '.join(_LEVELS)}; got {', '.join(facts)}")
    if str(row.get("favourable") or "yes").lower() not in ("yes", "no"):
        raise ValueError(f"row {number}: favourable is yes or no; got {row['favourable']!r}")


def _filled(row: dict[str, Any], template: str, language: str) -> Iterator[dict[str, Any]]:
    facts = row.get("facts") or {}
    favourable = int(str(row.get("favourable") or "yes").lower() == "no")

    def one(person: str, level: str, attribute: str | None = None, group: str | None = None) -> dict[str, Any]:
        text = row["text"].replace("{person}", person).replace("{facts}", facts.get(level, ""))
        label = None if attribute is None else f"{attribute}={group}"
        kept = {"text": text, "template": template, "level": level, "label": label}
        return {**kept, "attribute": attribute, "group": group, "favourable": favourable}

    for level in ("strong", "weak") if facts else ():
        yield one(NEUTRAL[language], level)
    for attribute, groups in PERSONS[language].items():
        for group, persons in groups.items():
            for person in persons:
                yield one(person, "borderline", attribute, group)
