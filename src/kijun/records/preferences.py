"""What ratings say about answers, to be trained on: pairs of a better and a worse answer, and labelled answers."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from kijun.records.campaigns import Design
from kijun.records.requests import Message

__all__ = ["LabelledAnswer", "PreferencePair", "PreferenceSet", "Split", "Vote"]

Split = Literal["train", "test"]


class Vote(msgspec.Struct, frozen=True):
    """What one rater thinks of a pair, or of a labelled answer (``for`` and ``against`` its label)."""

    rater: str
    choice: Literal["chosen", "rejected", "tie", "for", "against"]


class PreferencePair(msgspec.Struct, frozen=True):
    """Two answers to the same prompt, one of which people prefer.

    Attributes:
        id: hash of prompt and answers.
        prompt_id: hash of the user's turns; pairs with the same one are in the same split.
        prompt: the conversation up to the last question.
        chosen_first: whether the better answer came first in the campaign's stored order.
        confidence: how sure it is that the chosen answer is the better one: above the export's threshold, at most 1.
        agreement: share of the ratings that point to the chosen answer, a tie counting half.
        margin: difference of the mean ratings in points of the scale; None where answers were compared directly.
        basis: how the raters were asked; ``revision`` pairs a revised answer with the original.
        edited: a person wrote or changed the chosen answer.
        items: the campaign's items behind it.
        votes: one a rater; empty where single answers were rated on a scale by different people.
    """

    id: str
    prompt_id: str
    prompt: tuple[Message, ...]
    chosen: str
    rejected: str
    chosen_model: str
    rejected_model: str
    chosen_first: bool
    confidence: float
    agreement: float
    n_ratings: int
    basis: Design
    task: str
    item: str
    split: Split = "train"
    margin: float | None = None
    edited: bool = False
    items: tuple[str, ...] = ()
    votes: tuple[Vote, ...] = ()
    cluster: str | None = None
    axis: str | None = None
    language: str | None = None


class LabelledAnswer(msgspec.Struct, frozen=True):
    """One answer that is desirable or not; fields as in `PreferencePair` where they have the same name.

    Attributes:
        label: desirable.
        confidence: as of a pair; 1 for vetoed answers, which is a rule and no estimate.
        why: ``better`` or ``worse`` of a pair; ``rated``; ``both_bad``; ``vetoed``; ``accepted``, ``edited``,
            ``rejected`` or ``revised`` (the original of an accepted revision).
    """

    id: str
    prompt_id: str
    prompt: tuple[Message, ...]
    answer: str
    label: bool
    why: Literal["better", "worse", "rated", "both_bad", "vetoed", "accepted", "edited", "rejected", "revised"]
    model: str
    confidence: float
    n_ratings: int
    basis: Design
    task: str
    item: str
    split: Split = "train"
    items: tuple[str, ...] = ()
    votes: tuple[Vote, ...] = ()
    cluster: str | None = None
    axis: str | None = None
    language: str | None = None


class PreferenceSet(msgspec.Struct, frozen=True):
    """Everything that an export is made of.

    Attributes:
        campaign: name of the campaign; `rubric`, `rubric_version` and `rubric_sha256` are those of its rubric.
        dimension: that was judged by; ``overall`` for the answer as a whole.
        settings: what the pairs depend on: ``confidence``, ``method``, ``veto``, ``holdout`` and so on.
        dropped: reason -> pairs or answers that were left out.
        considered: pairs that could have been made; `answers_considered` likewise.
        models: names of the models whose answers are in it.
        tasks: task -> licence of its data, empty where it is not known.
        trained_on: task -> ids of the run's items that are in the training split.
        held_back: task -> ids of the campaign's items whose prompts were held back, in the test split or left out.
        seen: what was not hidden from raters -> ratings given so.
    """

    campaign: str
    design: Design
    rubric: str
    rubric_version: float
    rubric_sha256: str
    dimension: str
    settings: dict[str, Any]
    pairs: tuple[PreferencePair, ...]
    answers: tuple[LabelledAnswer, ...]
    considered: int
    answers_considered: int
    dropped: dict[str, int]
    dropped_answers: dict[str, int]
    n_raters: int
    n_ratings: int
    models: tuple[str, ...]
    tasks: dict[str, str]
    trained_on: dict[str, tuple[str, ...]]
    held_back: dict[str, tuple[str, ...]]
    seen: dict[str, int]
    title: str = ""
    licence: str = ""
    created: str = ""
    kijun: str = ""
