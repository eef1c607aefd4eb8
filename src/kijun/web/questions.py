"""What a page asks: a rubric's dimensions as questions, in the rater's language, with what was answered so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from kijun.reports.texts import Texts
from kijun.specs import DimensionSpec, RubricSpec, read_value, text_in
from kijun.specs.rubrics import PairwiseSpec
from kijun.web.judgement_form import ABSTAIN

__all__ = [
    "Choice",
    "Option",
    "Question",
    "Row",
    "SpanLabel",
    "choices_of",
    "comparisons_of",
    "questions_of",
    "span_labels",
]

_DIGITS = "1234567890"
_MOST_OPTIONS = 11
"""Steps of an interval that are shown as choices; a longer scale takes a typed number."""


class Option(NamedTuple):
    """One choice; `key` is the key that makes it, empty where there is none left."""

    value: str
    text: str
    anchor: str
    key: str
    chosen: bool
    abstains: bool = False


class Row(NamedTuple):
    """Choices of which one is made; `title` names an item of a checklist and is empty otherwise."""

    name: str
    title: str
    options: tuple[Option, ...]


class Question(NamedTuple):
    """One dimension as a page shows it.

    Attributes:
        folds: choices are a short list of points, which can be shown in one line.
        number: of a long scale: name, low, high, step and what was typed; None otherwise.
        reason_for: answers that need a reason; `reason_all` means each does.
        error: what was wrong with what was sent.
    """

    id: str
    title: str
    question: str
    key: str
    required: bool
    folds: bool
    rows: tuple[Row, ...]
    number: dict[str, Any] | None
    anchors: tuple[tuple[str, str], ...]
    reason: str
    reason_prompt: str
    reason_for: tuple[str, ...]
    reason_all: bool
    reason_least: int
    error: str = ""
    reason_error: str = ""


class Choice(NamedTuple):
    """One of the answers to which of two is better; `value` is ``A/clearly``, ``tie`` and the like."""

    value: str
    text: str
    key: str
    chosen: bool


class SpanLabel(NamedTuple):
    """A label for marked places; `value` is the JSON of dimension and label."""

    dimension: str
    label: str
    value: str
    text: str
    severities: tuple[tuple[str, str], ...]


def questions_of(
    rubric: RubricSpec, say: Texts, draft: Mapping[str, Any], errors: Mapping[str, str], *, required: bool = True
) -> tuple[Question, ...]:
    """Questions of a design that answers dimension by dimension.

    Args:
        errors: field, as in `Problem.field`, -> what is wrong, in the rater's language.
        required: False where all of them may be left open.
    """
    return tuple(_question(dimension, say, draft, errors, required=required) for dimension in rubric.dimensions)


def _question(
    dimension: DimensionSpec, say: Texts, draft: Mapping[str, Any], errors: Mapping[str, str], *, required: bool
) -> Question:
    language, scale = say.language, dimension.scale
    given = draft.get("answers", {}).get(dimension.id)
    abstained = draft.get("abstained", {}).get(dimension.id)
    anchors = {point: text_in(text, language) for point, text in dimension.anchors.items()}
    rows, number = _rows(dimension, say, anchors, given), None
    if scale.type == "interval" and not rows:
        number = {"name": f"answer.{dimension.id}", "low": scale.low, "high": scale.high, "step": scale.step}
        number["value"] = "" if given is None else given
    rows = _with_abstentions(dimension, say, rows, abstained)
    reason = dimension.rationale
    needed = () if reason is None or reason.required_for == "all" else reason.required_for
    return Question(
        id=dimension.id,
        title=text_in(dimension.title, language) or dimension.id,
        question=text_in(dimension.question, language),
        key=dimension.key or "",
        required=dimension.required and required,
        folds=scale.type in ("ordinal", "binary", "nominal") or (scale.type == "interval" and number is None),
        rows=rows,
        number=number,
        anchors=tuple(anchors.items()) if number else (),
        reason=str(draft.get("rationale", {}).get(dimension.id, "")),
        reason_prompt=(text_in(reason.prompt, language) if reason else "") or say("work.reason"),
        reason_for=tuple(_form_value(dimension, point) for point in needed),
        reason_all=reason is not None and reason.required_for == "all",
        reason_least=0 if reason is None else max(1, reason.min_characters),
        error=errors.get(f"answers.{dimension.id}", ""),
        reason_error=errors.get(f"rationale.{dimension.id}", ""),
    )


def _rows(dimension: DimensionSpec, say: Texts, anchors: Mapping[str, str], given: Any) -> tuple[Row, ...]:
    name, scale = f"answer.{dimension.id}", dimension.scale
    if scale.type == "checklist":
        met = given if isinstance(given, Mapping) else {}
        return tuple(
            Row(
                f"check.{dimension.id}.{item.id}",
                text_in(item.criterion, say.language),
                _yes_no(say, {}, _truth(met.get(item.id))),
            )
            for item in dimension.items
        )
    value = None if given is None else read_value(dimension, given)
    if scale.type == "binary":
        return (Row(name, "", _yes_no(say, anchors, value)),)
    points = scale.points
    if scale.type == "interval":
        points = _steps(scale.low or 0.0, scale.high or 0.0, scale.step)
        if not points:
            return ()
    options = []
    for place, point in enumerate(points):
        text, anchor = _number_text(point), anchors.get(str(point)) or anchors.get(_number_text(point), "")
        if scale.type == "nominal":
            text, anchor = anchor or text, ""
        key = _DIGITS[place] if place < len(_DIGITS) else ""
        options.append(Option(_number_text(point), text, anchor, key, value is not None and point == value))
    return (Row(name, "", tuple(options)),)


def _yes_no(say: Texts, anchors: Mapping[str, str], value: Any) -> tuple[Option, ...]:
    return (
        Option("yes", say("work.yes"), anchors.get("yes", ""), "1", value is True),
        Option("no", say("work.no"), anchors.get("no", ""), "2", value is False),
    )


def _with_abstentions(
    dimension: DimensionSpec, say: Texts, rows: tuple[Row, ...], abstained: str | None
) -> tuple[Row, ...]:
    """A way out: beside the points, or in a row of its own where there are several rows or a number."""
    if not dimension.abstain:
        return rows
    last = rows[0] if len(rows) == 1 and not rows[0].title else Row(f"answer.{dimension.id}", "", ())
    taken = {option.key for option in last.options}
    ways = []
    for reason, key in zip(dimension.abstain, _free_keys(dimension.abstain, taken), strict=True):
        ways.append(Option(f"{ABSTAIN}{reason}", say(f"work.{reason}"), "", key, abstained == reason, True))
    row = last._replace(options=(*last.options, *ways))
    return (row,) if len(rows) == 1 and not rows[0].title else (*rows, row)


def _free_keys(reasons: tuple[str, ...], taken: set[str]) -> tuple[str, ...]:
    wanted = {"cannot_judge": "0", "not_applicable": "-"}
    return tuple("" if wanted[reason] in taken else wanted[reason] for reason in reasons)


def comparisons_of(rubric: RubricSpec, say: Texts, draft: Mapping[str, Any]) -> tuple[Row, ...]:
    """Which of two is better, dimension by dimension."""
    pairwise = rubric.pairwise or PairwiseSpec()
    chosen = draft.get("preferences", {})
    return tuple(
        Row(
            f"prefer.{name}",
            text_in(rubric.dimension(name).title, say.language) or name,
            tuple(
                Option(option, say(f"work.side_{option}"), "", _DIGITS[place], chosen.get(name) == option)
                for place, option in enumerate(_in_order(pairwise))
            ),
        )
        for name in pairwise.per_dimension
    )


def choices_of(rubric: RubricSpec, say: Texts, draft: Mapping[str, Any]) -> tuple[Choice, ...]:
    """Which of two is better as a whole and how much, from A far better over a tie to B far better; then both bad."""
    pairwise = rubric.pairwise or PairwiseSpec()
    values: list[tuple[str, str]] = []
    for option in _in_order(pairwise):
        strengths = list(pairwise.strength.items()) if option in "AB" else []
        if option == "A":
            strengths.reverse()
        values += [(f"{option}/{name}", _stronger(say, option, text)) for name, text in strengths]
        if not strengths:
            values.append((option, say(f"work.choice_{option}")))
    now = str(draft.get("preference", ""))
    now = f"{now}/{draft['strength']}" if draft.get("strength") else now
    return tuple(
        Choice(value, text, _DIGITS[place] if place < len(_DIGITS) else "", value == now)
        for place, (value, text) in enumerate(values)
    )


def _stronger(say: Texts, option: str, strength: Any) -> str:
    return say("work.choice_strength", side=option, strength=text_in(strength, say.language))


def _in_order(pairwise: PairwiseSpec) -> tuple[str, ...]:
    return tuple(option for option in ("A", "tie", "B", "both_bad") if option in pairwise.options)


def span_labels(rubric: RubricSpec, language: str) -> tuple[SpanLabel, ...]:
    """Labels that raters may give to places in an answer."""
    return tuple(
        SpanLabel(
            dimension.id,
            label,
            msgspec.json.encode((dimension.id, label)).decode(),
            text_in(text, language) or label,
            tuple((name, text_in(one, language) or name) for name, one in dimension.spans.severity.items()),
        )
        for dimension in rubric.dimensions
        if dimension.spans is not None
        for label, text in dimension.spans.labels.items()
    )


def _steps(low: float, high: float, step: float) -> tuple[float, ...]:
    count = round((high - low) / step) + 1
    return tuple(round(low + place * step, 9) for place in range(count)) if count <= _MOST_OPTIONS else ()


def _number_text(point: float | str) -> str:
    return f"{point:g}" if isinstance(point, float) else str(point)


def _form_value(dimension: DimensionSpec, point: Any) -> str:
    value = read_value(dimension, point)
    return ("yes" if value else "no") if isinstance(value, bool) else _number_text(value)  # type: ignore[arg-type]


def _truth(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"yes": True, "no": False}.get(str(value)) if value is not None else None
