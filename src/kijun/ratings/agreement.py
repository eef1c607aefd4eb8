"""Whether raters mean the same, as it develops; and how reliable each of them is."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, TypeVar

import msgspec
import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kijun.ratings.campaign_rows import campaign_of, rubric_in
from kijun.ratings.database import Database
from kijun.ratings.exporting import ratings_in
from kijun.ratings.handing_out import item_of
from kijun.ratings.person import Person, admit
from kijun.ratings.tables import CampaignRow, ItemRow, RatingRow
from kijun.records import Campaign, Estimate, Rating
from kijun.specs import DimensionSpec, RubricSpec
from kijun.statistics import dawid_skene, krippendorff_alpha, raw_agreement
from kijun.store import CampaignFolder

__all__ = ["Agreement", "AgreementLine", "RaterQuality", "agreement_lines", "answers_by_question", "rater_qualities"]

# Enough for a page that is looked at while people work; the final analysis draws more.
_REPLICATES = 500

T = TypeVar("T")


class AgreementLine(msgspec.Struct, frozen=True):
    """One question.

    Attributes:
        question: dimension, ``DIMENSION.ITEM`` of a checklist, ``preference``, ``preference.DIMENSION``, ``verdict``.
        aggregate: ``distribution`` where people differ for good reasons and nothing is voted away.
        n_items: items with two answers at least; `n_ratings` all answers.
        alpha: Krippendorff's alpha on the question's scale, and `raw`: the share of pairs of answers that are equal.
        counts: answer (as text) -> how often it was given, in the order of the scale; abstentions by their names.
    """

    question: str
    aggregate: str
    n_items: int
    n_ratings: int
    alpha: Estimate
    raw: Estimate
    counts: dict[str, int]


class RaterQuality(msgspec.Struct, frozen=True):
    """One rater on one question, by a one-coin model of all ratings (Dawid and Skene 1979).

    Attributes:
        accuracy: chance of giving what the others taken together make the likeliest answer.
        n: answers of this rater.
    """

    rater: str
    question: str
    accuracy: float
    n: int


class Agreement:
    """Agreement and rater quality of a campaign; computed once for each state of the ratings."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[str, str], tuple[tuple[int, int], Any]] = {}
        self._lock = threading.Lock()

    def of(self, person: Person, campaign: str) -> tuple[AgreementLine, ...]:
        """Agreement on every question, over drawn items.

        Raises:
            NotAllowedError: a rater, or no part in it.
        """
        return self._once(person, campaign, "agreement", lambda made, ratings: agreement_lines(made, ratings))

    def quality(self, person: Person, campaign: str) -> tuple[RaterQuality, ...]:
        """How reliable each rater is, on questions that have one right answer for all; organisers only.

        Questions whose answers are a distribution are left out: there is no truth behind those to miss.

        Raises:
            NotAllowedError: not an organiser.
        """
        with self._database.reading() as session:
            admit(session, person, campaign, "organise")
        return self._once(person, campaign, "quality", lambda made, ratings: rater_qualities(made, ratings))

    def derived(self, person: Person, campaign: str, what: str, compute: Callable[[CampaignFolder], T]) -> T:
        """Any figure made of a whole campaign, computed once for each state of its ratings.

        Args:
            what: names the figure.

        Raises:
            NotAllowedError: a rater, or no part in it.
        """

        def computed(made: Campaign, ratings: list[Rating]) -> T:
            with self._database.reading() as session:
                row, _ = admit(session, person, campaign, "watch")
                found = session.scalars(select(ItemRow).where(ItemRow.campaign_id == row.id).order_by(ItemRow.id)).all()
            return compute(CampaignFolder(made, tuple(map(item_of, found)), tuple(ratings)))

        return self._once(person, campaign, what, computed)

    def _once(self, person: Person, name: str, what: str, compute: Any) -> Any:
        with self._database.reading() as session:
            row, _ = admit(session, person, name, "watch")
            state = _state(session, row)
            with self._lock:
                known = self._known.get((name, what))
            if known is not None and known[0] == state:
                return known[1]
            made, ratings = campaign_of(row), ratings_in(session, row)
        found = compute(made, ratings)
        with self._lock:
            self._known[name, what] = (state, found)
        return found


def _state(session: Session, row: CampaignRow) -> tuple[int, int]:
    """Changes whenever a judgement is added or taken back."""
    newest, voided = session.execute(
        select(func.max(RatingRow.id), func.count(RatingRow.voided)).where(RatingRow.campaign_id == row.id)
    ).one()
    return newest or 0, voided


def agreement_lines(campaign: Campaign, ratings: Iterable[Rating]) -> tuple[AgreementLine, ...]:
    """Agreement on every question over drawn items; adjudications are no raters' answers."""
    rubric, lines = rubric_in(campaign), []
    counted = [r for r in ratings if r.kind == "sampled" and r.role == "rater" and r.skipped is None]
    for question, found in answers_by_question(rubric, campaign, counted).items():
        dimension = _dimension(rubric, question)
        scale, order = _scale(dimension, question)
        by_item: dict[str, list[Hashable]] = {}
        for rating, value in found:
            by_item.setdefault(rating.item, []).append(value)
        answers = list(by_item.values())
        rng = np.random.default_rng(campaign.seed)
        counts = Counter(_shown(value) for _, value in found)
        counts.update(r.abstained[question] for r in counted if question in r.abstained)
        lines.append(
            AgreementLine(
                question=question,
                aggregate="mean" if dimension is None else dimension.aggregate,
                n_items=sum(len(values) > 1 for values in answers),
                n_ratings=len(found),
                alpha=krippendorff_alpha(answers, scale, rng=rng, order=order, replicates=_REPLICATES),
                raw=raw_agreement(answers, rng=rng, replicates=_REPLICATES),
                counts=_sorted_counts(counts, order),
            )
        )
    return tuple(lines)


def answers_by_question(
    rubric: RubricSpec, campaign: Campaign, ratings: Sequence[Rating]
) -> dict[str, list[tuple[Rating, Hashable]]]:
    """Question -> every answer to it with its rating; questions in the rubric's order, also those without answers."""
    found: dict[str, list[tuple[Rating, Hashable]]] = {}
    if campaign.design == "pairwise" and rubric.pairwise is not None:
        found |= {"preference": []} if rubric.pairwise.overall else {}
        found |= {f"preference.{name}": [] for name in rubric.pairwise.per_dimension}
    else:
        found |= {"verdict": []} if campaign.design == "revision" else {}
        for dimension in rubric.dimensions:
            parts = [f"{dimension.id}.{item.id}" for item in dimension.items] or [dimension.id]
            found |= {part: [] for part in parts}
    for rating in ratings:
        for question, value in _answers(rating):
            found.setdefault(question, []).append((rating, value))
    return found


def _answers(rating: Rating) -> Iterable[tuple[str, Hashable]]:
    if rating.preference is not None:
        yield "preference", rating.preference
    for name, preference in rating.preferences.items():
        yield f"preference.{name}", preference
    if rating.verdict is not None:
        yield "verdict", rating.verdict
    for name, answer in rating.answers.items():
        if isinstance(answer, dict):
            for item, met in answer.items():
                yield f"{name}.{item}", met
        else:
            yield name, answer


def rater_qualities(campaign: Campaign, ratings: Iterable[Rating]) -> tuple[RaterQuality, ...]:
    """One-coin accuracy of each rater on each question that has one right answer for all."""
    rubric, lines = rubric_in(campaign), []
    counted = [r for r in ratings if r.kind == "sampled" and r.role == "rater" and r.skipped is None]
    for question, found in answers_by_question(rubric, campaign, counted).items():
        dimension = _dimension(rubric, question)
        if dimension is not None and (dimension.aggregate == "distribution" or dimension.scale.type == "interval"):
            continue
        if len({value for _, value in found}) < 2 or len({rating.rater for rating, _ in found}) < 2:
            continue
        items, raters = [rating.item for rating, _ in found], [rating.rater for rating, _ in found]
        model = dawid_skene(items, raters, [value for _, value in found], kind="one-coin", smoothing=1.0)
        number = Counter(raters)
        for rater, accuracy in zip(model.raters, model.accuracy.tolist(), strict=True):
            lines.append(RaterQuality(str(rater), question, accuracy, number[str(rater)]))
    return tuple(lines)


def _dimension(rubric: RubricSpec, question: str) -> DimensionSpec | None:
    """The dimension that a question is about; None for preferences and verdicts."""
    if question == "verdict" or question.split(".")[0] == "preference":
        return None
    return rubric.dimension(question.split(".")[0])


def _scale(dimension: DimensionSpec | None, question: str) -> tuple[Any, list[Hashable] | None]:
    if dimension is None or dimension.scale.type in ("nominal", "binary", "checklist"):
        return "nominal", None
    if dimension.scale.type == "ordinal":
        return "ordinal", list(dimension.scale.points)
    return "interval", None


def _shown(value: Hashable) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _sorted_counts(counts: Counter[str], order: Sequence[Hashable] | None) -> dict[str, int]:
    names = [str(value) for value in order or ()]
    return {name: counts[name] for name in [*names, *sorted({*counts} - {*names})]}
