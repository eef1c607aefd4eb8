"""How figures change when the same items are asked in other ways."""

from __future__ import annotations

import msgspec

from kijun.records.estimates import Estimate

__all__ = ["RobustnessResult", "VariantResult"]


class VariantResult(msgspec.Struct, frozen=True):
    """One way of asking against the items as they stand, on the items that both measured.

    Attributes:
        value: the metric in this way.
        drop: how much worse it is, in points of the metric; below 0 is better.
        changed: share of the items whose prompt is another one; the rest are asked, and paid for, once.
    """

    value: Estimate
    drop: Estimate
    changed: float


class RobustnessResult(msgspec.Struct, frozen=True):
    """One metric of a task or group in several ways of asking, on the items that all of them measured.

    Attributes:
        clean: the metric as the items stand.
        variants: label of a way, such as ``typo:0.3``, to what it does.
        drop: mean over the ways; `relative_drop` is its share of `clean`, without a value where that is 0.
        worst_case: mean of the worst score of each item among all ways, the clean one included.
        consistency: share of pairs of ways that give the same answer; None where answers cannot be read apart from
            their scores.
        score_consistency: share of pairs of ways that give the same score.
        spread: greatest minus least mean among all ways.
        circular: share of items that are right in every order of their options; None without ``option-order``.
        circular_chance: what independent guessing would reach there.
        higher_is_better: direction of the metric.
    """

    clean: Estimate
    variants: dict[str, VariantResult]
    drop: Estimate
    relative_drop: Estimate
    worst_case: Estimate
    consistency: Estimate | None
    score_consistency: Estimate
    spread: Estimate
    circular: Estimate | None = None
    circular_chance: float | None = None
    higher_is_better: bool = True
