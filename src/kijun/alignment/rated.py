"""An item with its ratings, and what pairs and answers must fulfil."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal

import msgspec

from kijun.alignment.vetoes import VetoRule
from kijun.records import CampaignItem, Rating
from kijun.specs import RubricSpec

__all__ = ["DROPPED", "Dropped", "Method", "Rated", "Rules", "unfit"]

Method = Literal["votes", "raters"]

DROPPED = (
    "gold",
    "training",
    "flagged",
    "unrated",
    "empty",
    "identical",
    "different_prompts",
    "both_bad",
    "tie",
    "unsure",
    "cut_off",
    "rejected",
    "vetoed",
    "keep_out",
    "contradictory",
)
"""Why a pair is left out, in the order in which the reasons are looked at; the first one counts."""

Dropped = Counter[str]


class Rules(msgspec.Struct, frozen=True):
    """What a pair must fulfil.

    Attributes:
        confidence: least probability that the chosen answer is the better one.
        dimension: that answers are compared by.
        method: ``votes`` counts raters alike; ``raters`` weighs them by what the ratings tell of them (Dawid and
        Skene).
        veto: how many raters it takes to keep an answer from being taught as good.
        keep_out: prompts that may not be in any split.
        names: raters' pseudonyms in the campaign -> those of the export.
    """

    rubric: RubricSpec
    confidence: float
    dimension: str
    method: Method
    veto: VetoRule
    keep_out: frozenset[str]
    names: Mapping[str, str]


class Rated(msgspec.Struct, frozen=True):
    """An item with its ratings."""

    item: CampaignItem
    ratings: tuple[Rating, ...]


def unfit(rated: Rated) -> str | None:
    """Why an item may not be used at all; None where it may."""
    if rated.item.kind != "sampled":
        return rated.item.kind
    if any(rating.flag is not None for rating in rated.ratings):
        return "flagged"
    return None
