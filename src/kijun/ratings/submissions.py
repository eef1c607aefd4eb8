"""A submission held against its rubric: what is missing, what is none of the answers; and the rating made of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

from kijun.errors import Problem, SubmissionError
from kijun.ratings.work import Choice, SideSpan, Submission
from kijun.records import Answer, CampaignItem, Design, Flag, MarkedSpan, Preference, Rating
from kijun.specs import DimensionSpec, RubricSpec, read_value

__all__ = ["LONGEST_TEXT", "as_choice", "as_preference", "rating_of", "rubric_of"]

LONGEST_TEXT = 20_000
"""Characters of a reason, a comment or an edited answer."""


@lru_cache(maxsize=64)
def rubric_of(content: bytes) -> RubricSpec:
    """The rubric that a campaign carries, from its JSON."""
    return msgspec.json.decode(content, type=RubricSpec)


def as_preference(choice: Choice, order: Sequence[int]) -> Preference:
    """A choice between sides as one between candidates in their stored order."""
    if choice in ("tie", "both_bad"):
        return choice
    return "first" if order["AB".index(choice)] == 0 else "second"


def as_choice(preference: Preference, order: Sequence[int]) -> Choice:
    """The other way round: the side on which the preferred candidate stands."""
    if preference in ("tie", "both_bad"):
        return preference
    return "A" if order[0] == ("first", "second").index(preference) else "B"


def rating_of(
    rubric: RubricSpec,
    design: Design,
    item: CampaignItem,
    order: Sequence[int],
    submission: Submission,
    empty: Rating,
    *,
    whole: bool = True,
) -> Rating:
    """The rating that a submission makes.

    Args:
        order: candidates as they were shown.
        empty: what is known without the submission: ids, times, rater.
        whole: everything that the rubric requires must be there; a verdict may decide some questions only.

    Raises:
        SubmissionError: the submission is not whole, or says what the rubric does not know.
    """
    submission = _cleaned(submission)
    problems = list(_problems(rubric, design, item, order, submission))
    if not whole:
        problems = [problem for problem in problems if problem.code not in ("missing", "reason_needed")]
    if problems:
        raise SubmissionError(problems)
    answers: dict[str, Answer] = {}
    if design != "pairwise":
        read = {d.id: read_value(d, submission.answers[d.id]) for d in rubric.dimensions if d.id in submission.answers}
        answers = {key: value for key, value in read.items() if value is not None}
    choice = submission.preference
    return msgspec.structs.replace(
        empty,
        order=tuple(order),
        answers=answers,
        abstained=dict(submission.abstained),
        preference=None if choice is None else as_preference(choice, order),
        preferences={key: as_preference(one, order) for key, one in submission.preferences.items()},
        strength=submission.strength,
        spans=tuple(
            MarkedSpan(order[s.side], s.start, s.end, s.dimension, s.label, s.severity) for s in submission.spans
        ),
        rationale={key: text for key, text in submission.rationale.items() if text},
        confidence=submission.confidence,
        flag=submission.flag,
        skipped=submission.skipped,
        verdict=submission.verdict,
        edited=submission.edited,
    )


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def _clean(text: str) -> str:
    """Line ends as one character, which forms send as two, and none of the controls that sheets and XML cannot hold."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _cleaned(given: Submission) -> Submission:
    flag = given.flag
    return msgspec.structs.replace(
        given,
        rationale={key: _clean(text).strip() for key, text in given.rationale.items()},
        flag=None if flag is None else Flag(_clean(flag.type).strip(), _clean(flag.comment)),
        skipped=None if given.skipped is None else _clean(given.skipped),
        edited=None if given.edited is None else _clean(given.edited),
    )


def _problems(
    rubric: RubricSpec, design: Design, item: CampaignItem, order: Sequence[int], given: Submission
) -> Iterator[Problem]:
    yield from _long_texts(given)
    if given.confidence is not None and not 0 <= given.confidence <= 1:
        yield Problem("confidence", "confidence", {"found": given.confidence})
    if given.skipped is not None:
        if given.answers or given.preference or given.preferences or given.verdict or given.spans:
            yield Problem("skipped", "skipped_and_answered", {})
        return
    yield from _spans(rubric, item, order, given.spans)
    if design == "pairwise":
        yield from _pair(rubric, given)
    else:
        yield from _points(rubric, design, given)
    if design == "revision":
        yield from _revision(given)
    elif given.verdict is not None or given.edited is not None:
        yield Problem("verdict", "not_asked", {})


def _long_texts(given: Submission) -> Iterator[Problem]:
    texts = {f"rationale.{key}": text for key, text in given.rationale.items()}
    texts |= {"skipped": given.skipped or "", "edited": given.edited or "", "locale": given.locale or ""}
    if given.flag is not None:
        texts |= {"flag.type": given.flag.type, "flag.comment": given.flag.comment}
        if not given.flag.type.strip():
            yield Problem("flag.type", "missing", {})
    for field, text in texts.items():
        if any("\ud800" <= character <= "\udfff" for character in text):
            yield Problem(field, "not_text", {})
        if len(text) > LONGEST_TEXT:
            yield Problem(field, "too_long", {"most": LONGEST_TEXT, "found": len(text)})
    if given.skipped is not None and not given.skipped.strip():
        yield Problem("skipped", "missing", {})


def _points(rubric: RubricSpec, design: Design, given: Submission) -> Iterator[Problem]:
    known = {dimension.id: dimension for dimension in rubric.dimensions}
    for name in {**given.answers, **given.abstained}:
        if name not in known:
            yield Problem(f"answers.{name}", "unknown_dimension", {"known": ", ".join(known)})
    if given.preference is not None or given.preferences or given.strength is not None:
        yield Problem("preference", "not_asked", {})
    yield from _reasons_for_nothing(known, given)
    for dimension in rubric.dimensions:
        # In a revision the verdict is what is asked for; dimensions may be answered besides.
        yield from _point(dimension, given, required=dimension.required and design == "pointwise")


def _reasons_for_nothing(known: dict[str, DimensionSpec], given: Submission) -> Iterator[Problem]:
    for name in given.rationale:
        if name not in known and name != "overall":
            yield Problem(f"rationale.{name}", "unknown_dimension", {"known": ", ".join([*known, "overall"])})


def _point(dimension: DimensionSpec, given: Submission, *, required: bool) -> Iterator[Problem]:
    field, name = f"answers.{dimension.id}", dimension.id
    if name in given.abstained:
        if name in given.answers:
            yield Problem(field, "answered_and_abstained", {})
        if given.abstained[name] not in dimension.abstain:
            yield Problem(field, "may_not_abstain", {"found": given.abstained[name]})
        return
    if name not in given.answers:
        if required:
            yield Problem(field, "missing", {})
        return
    value = read_value(dimension, given.answers[name])
    if value is None:
        yield Problem(field, "not_an_answer", {"found": f"{given.answers[name]!r:.60}"})
        return
    wanted = dimension.rationale
    if wanted is None or not (
        wanted.required_for == "all" or value in [read_value(dimension, point) for point in wanted.required_for]
    ):
        return
    length = len(given.rationale.get(name, "").strip())
    if length < max(1, wanted.min_characters):
        yield Problem(f"rationale.{name}", "reason_needed", {"least": max(1, wanted.min_characters), "found": length})


def _pair(rubric: RubricSpec, given: Submission) -> Iterator[Problem]:
    pairwise = rubric.pairwise
    assert pairwise is not None, "a campaign of pairs is only made with a rubric for pairs"
    if given.answers or given.abstained:
        yield Problem("answers", "not_asked", {})
    if given.preference is None and pairwise.overall:
        yield Problem("preference", "missing", {})
    if not pairwise.overall and not given.preferences:
        yield Problem("preferences", "missing", {})
    yield from _reasons_for_nothing({dimension.id: dimension for dimension in rubric.dimensions}, given)
    chosen = {f"preferences.{name}": choice for name, choice in given.preferences.items()}
    if given.preference is not None:
        chosen["preference"] = given.preference
    for field, choice in chosen.items():
        if choice not in pairwise.options:
            yield Problem(field, "not_an_answer", {"found": choice})
    for name in given.preferences:
        if name not in pairwise.per_dimension:
            known = ", ".join(pairwise.per_dimension)
            yield Problem(f"preferences.{name}", "unknown_dimension", {"known": known})
    if given.strength is not None and (given.strength not in pairwise.strength or given.preference not in ("A", "B")):
        yield Problem("strength", "not_an_answer", {"found": given.strength})


def _spans(
    rubric: RubricSpec, item: CampaignItem, order: Sequence[int], spans: Sequence[SideSpan]
) -> Iterator[Problem]:
    known = {dimension.id: dimension.spans for dimension in rubric.dimensions if dimension.spans is not None}
    for number, span in enumerate(spans):
        field = f"spans.{number}"
        asked = known.get(span.dimension)
        if asked is None:
            yield Problem(field, "unknown_dimension", {"known": ", ".join(known)})
        elif span.label not in asked.labels:
            yield Problem(field, "not_an_answer", {"found": span.label})
        elif span.severity is not None and span.severity not in asked.severity:
            yield Problem(field, "not_an_answer", {"found": span.severity})
        elif not _lies_within(span, item, order):
            yield Problem(field, "outside", {})


def _lies_within(span: SideSpan, item: CampaignItem, order: Sequence[int]) -> bool:
    if not 0 <= span.side < len(order):
        return False
    return 0 <= span.start < span.end <= len(item.candidates[order[span.side]].response)


def _revision(given: Submission) -> Iterator[Problem]:
    if given.verdict is None:
        yield Problem("verdict", "missing", {})
    if given.verdict == "edit" and not (given.edited or "").strip():
        yield Problem("edited", "missing", {})
    if given.verdict != "edit" and given.edited is not None:
        yield Problem("edited", "not_asked", {})
