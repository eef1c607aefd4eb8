"""Figures of groups of tasks, from the estimates of their members."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kijun.records import Estimate
from kijun.statistics.intervals import normal_quantile, wilson
from kijun.statistics.means import nothing_measured

__all__ = ["normalised_mean", "pooled_group", "pooled_stderr"]


def pooled_group(
    members: Sequence[Estimate],
    *,
    weighted_by_size: bool = True,
    bounds: tuple[float, float] | None = (0.0, 1.0),
    level: float = 0.95,
) -> Estimate:
    """Mean of the members' values, weighted by their items or plain.

    Value and `stderr` are lm-evaluation-harness's (`pooled_stderr`, always with the true sizes). The interval is that
    of a stratified sample: the variance is Σ w² V with w the members' weights, and the limits are Wilson's at the
    effective sample size that gives this variance, carried over to `bounds`; without bounds they are normal. V is the
    square of a member's stderr, or comes from the width of its interval where that knows more: where items cluster,
    where the member is a group itself, and where all scores are equal and the stderr is 0. Members of one item each say
    nothing of their spread; they are taken together as one stratum (collapsed strata), which makes it rather too large.

    Members are taken as independent. For the harness's figures all leaf tasks of a group go in at once; a group of
    groups, such as the mean of a suite, has its own value and interval, and a stderr that the harness does not know.

    Args:
        members: estimates of the leaf tasks, n being their items.
        bounds: least and greatest value that is possible, None if there are none.

    Source: Cochran (1977), Sampling Techniques, chapters 5 and 5A.12, for the variance; Korn and Graubard (1998),
    Survey Methodology 24:193-201, for the effective sample size.
    """
    if not members or sum(member.n for member in members) == 0:
        return nothing_measured(level)
    n = sum(member.n for member in members)
    undefined = sum(member.value is None for member in members)
    if undefined:
        return Estimate(None, None, None, None, level, n, f"undefined: {undefined} of {len(members)} members")
    values = np.array([member.value for member in members])
    sizes = np.array([member.n if weighted_by_size else 1 for member in members], dtype=float)
    weights = sizes / sizes.sum()
    value = float(values @ sizes / sizes.sum())
    stderr = pooled_stderr([member.stderr for member in members], [member.n for member in members])
    variances = _member_variances(members)
    if variances is None:
        return Estimate(value, stderr, None, None, level, n, "a member has no interval: no interval")
    variance = float(weights**2 @ variances)
    if bounds is None:
        half = normal_quantile(level) * math.sqrt(variance)
        return Estimate(value, stderr, value - half, value + half, level, n, "stratified")
    width = bounds[1] - bounds[0]
    share = min(max((value - bounds[0]) / width, 0.0), 1.0)
    if 0 < share < 1:
        trials = share * (1 - share) * width**2 / variance
    else:
        trials = 1 / float(np.sum(weights**2 / [_trials_at_the_edge(member, width) for member in members]))
    low, high = wilson(share, trials, level)
    return Estimate(
        value,
        stderr,
        min(bounds[0] + width * low, value),
        max(bounds[0] + width * high, value),
        level,
        n,
        "stratified-wilson",
    )


def pooled_stderr(stderrs: Sequence[float | None], sizes: Sequence[int]) -> float | None:
    """lm-evaluation-harness's standard error of a group: √(Σ (n - 1) n se² / (N - k) / N) over k members of n items.

    It is the stderr of the members' pooled within-group spread, N items in all, whatever the weights of the mean. None
    where a member has none or every member has one item.
    """
    if any(stderr is None for stderr in stderrs):
        return None
    total, k = sum(sizes), len(sizes)
    if total <= k:
        return None
    pooled = sum((n - 1) * n * stderr**2 for n, stderr in zip(sizes, stderrs, strict=True) if stderr is not None)
    return math.sqrt(pooled / (total - k) / total)


def normalised_mean(members: Sequence[Estimate], lower_bounds: Sequence[float], *, level: float = 0.95) -> Estimate:
    """Plain mean of members rescaled so that guessing is 0 and all right is 1: max(0, (s - b) / (1 - b)).

    The Open LLM Leaderboard v2's normalisation (as a share; the leaderboard shows it times 100). The clipping at 0
    lifts the figure when members are near chance, so the interval is built on both sides apart: the upper limit from
    the clipped members, the lower one from the rescaled members without clipping, save those that are below chance
    beyond doubt (by twice the distance to their own upper limit), which count as 0. The stderr is the delta method's
    without clipping, √(Σ V / (1 - b)²) / k.

    Args:
        members: estimates of the members, values 0 to 1.
        lower_bounds: what guessing scores for each: 1 / number of choices, 0 for free answers.

    Source: huggingface/leaderboards, docs on score normalisation of the Open LLM Leaderboard.
    """
    if len(members) != len(lower_bounds):
        raise ValueError(f"{len(lower_bounds)} lower bounds for {len(members)} members")
    if any(not 0 <= bound < 1 for bound in lower_bounds):
        raise ValueError(f"a lower bound is at least 0 and below 1; got {list(lower_bounds)!r}")
    n = sum(member.n for member in members)
    if n == 0:
        return nothing_measured(level)
    undefined = sum(member.value is None for member in members)
    if undefined:
        return Estimate(None, None, None, None, level, n, f"undefined: {undefined} of {len(members)} members")
    chance = np.array(lower_bounds, dtype=float)
    values = np.array([member.value for member in members], dtype=float)
    scaled = (values - chance) / (1 - chance)
    value = float(np.maximum(scaled, 0).mean())
    variances = _member_variances(members)
    if variances is None:
        return Estimate(value, None, None, None, level, n, "a member has no interval: no interval")
    stderr = math.sqrt(float(np.sum(variances / (1 - chance) ** 2))) / len(members)
    half = normal_quantile(level) * stderr
    reach = np.array([1.0 if member.high is None else member.high for member in members]) - values
    unclipped = float(np.where(values + 2 * reach < chance, 0.0, scaled).mean())
    low, high = max(unclipped - half, 0.0), min(value + half, 1.0)
    return Estimate(value, stderr, min(low, value), high, level, n, "stratified-clipped")


def _member_variances(members: Sequence[Estimate]) -> NDArray[np.float64] | None:
    """Variance of each member's value, None where one is unknown."""
    variances = [_variance(member) for member in members]
    if any(variance is None for variance in variances):
        return None
    found = np.array(variances, dtype=float)
    single = np.array([member.n == 1 for member in members])
    if single.sum() > 1:
        spread = np.var([member.value for member in members if member.n == 1], ddof=1)
        found[single] = np.maximum(found[single], spread)
    return found


def _trials_at_the_edge(member: Estimate, width: float) -> float:
    """Number of independent trials that a member with all scores on one bound is worth, from its Wilson interval."""
    if member.low is None or member.high is None:
        return 1.0
    missed = (member.high - member.low) / width
    # an interval over all of the bounds is worth no trial at all, or next to none, so that it can be divided by
    return max(normal_quantile(member.level) ** 2 * (1 - missed) / missed, 1e-9)


def _variance(member: Estimate) -> float | None:
    simple = member.stderr**2 if member.stderr else 0.0
    # these intervals know more than the harness's stderr beside them
    if simple and not member.method.startswith(("cluster", "stratified")):
        return simple
    if member.low is None or member.high is None or member.low == member.high:
        return None
    return max(simple, ((member.high - member.low) / (2 * normal_quantile(member.level))) ** 2)
