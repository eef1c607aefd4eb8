"""Requirements held against one model: passed, failed, or cannot be told yet, and what would settle it."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Mapping, Sequence

import msgspec
import numpy as np

from kijun import statistics
from kijun.decisions.columns import Column
from kijun.decisions.needs import more_for_mean, more_for_share
from kijun.records import Gap, GateOutcome, Measure, More, Profile, Verdict
from kijun.specs import GateSpec, RatingsSpec, UseCaseSpec, in_languages

__all__ = ["gate_outcomes", "measures_of_gates", "verdict_of"]


class _Wanted(msgspec.Struct, frozen=True):
    """A requirement for one figure."""

    measure: str
    kind: str
    limit: float | None
    at_most: bool
    confidence: float
    why: dict[str, str]
    ratings: RatingsSpec | None = None


def measures_of_gates(use_case: UseCaseSpec, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Keys of the figures that gates, limits and ratings ask for."""
    return tuple(dict.fromkeys(wanted.measure for wanted in _wanted(use_case, languages, ratings=True)))


def _wanted(use_case: UseCaseSpec, languages: tuple[str, ...], *, ratings: bool) -> Iterator[_Wanted]:
    for gate in use_case.gates:
        for measure in in_languages(gate.measure, languages):
            yield _Wanted(measure, "gate", gate.limit, gate.at_most is not None, gate.confidence, gate.why)
    for key in ("cost", "tokens", "seconds"):
        limit = getattr(use_case.limits, key)
        if limit is not None:
            yield _Wanted(f"run:{key}", "limit", limit, True, GateSpec("").confidence, {})
    for rating in use_case.ratings if ratings else ():
        limit = rating.at_most if rating.at_most is not None else rating.at_least
        for task in in_languages(rating.task, languages):
            measure = f"{task}:{rating.rubric}.{rating.dimension}@human"
            at_most = rating.at_most is not None
            yield _Wanted(measure, "ratings", limit, at_most, rating.confidence, rating.why, rating)


def gate_outcomes(
    use_case: UseCaseSpec,
    languages: tuple[str, ...],
    profile: Profile,
    columns: Mapping[str, Column],
    *,
    ratings: bool,
    seed: int,
) -> tuple[GateOutcome, ...]:
    """All requirements of the use case against one model.

    Args:
        columns: item scores by key of the figure, where a figure is a mean of them.
        ratings: whether what people must have rated counts.
    """
    wanted = list(_wanted(use_case, languages, ratings=ratings))
    found = []
    for one in wanted:
        measure = profile.measure(one.measure)
        if measure is None:
            found.append(_unmeasured(one, profile))
        elif one.kind == "limit":
            found.append(_counted(one, measure))
        else:
            found.append(_Held(one, measure, columns.get(one.measure), len(wanted), seed).outcome())
    return tuple(found)


def verdict_of(gates: Sequence[GateOutcome]) -> Verdict:
    """Of all requirements together."""
    verdicts = {gate.verdict for gate in gates}
    return "failed" if "failed" in verdicts else "cannot_tell" if "cannot_tell" in verdicts else "passed"


def _plain(one: _Wanted, verdict: Verdict) -> GateOutcome:
    return GateOutcome(
        one.measure,
        one.kind,  # type: ignore[arg-type]
        one.limit,
        one.at_most,
        one.confidence,
        verdict,
        why=one.why,
    )


def _unmeasured(one: _Wanted, profile: Profile) -> GateOutcome:
    """No figure: it cannot be told."""
    task, _, metric = one.measure.partition(":")
    gap = next((gap for gap in profile.gaps if gap.what in (one.measure, task)), None)
    if one.kind == "ratings":
        gap = Gap("human", one.measure, "no_ratings")
        assert one.ratings is not None
        more = More(one.ratings.items * one.ratings.raters, "ratings")
    else:
        if gap is None and one.kind == "limit":
            gap = Gap(
                "speed" if metric == "seconds" else "cost",
                one.measure,
                "no_times" if metric == "seconds" else "no_price",
            )
        if gap is None and "@" in metric:
            gap = Gap("robustness", one.measure, "no_perturbation")
        gap = gap or Gap("", one.measure, "not_run")
        more = More(None, "run")
    units = {"cost": "currency", "tokens": "tokens", "seconds": "seconds"}
    unit = "points" if one.kind == "ratings" else units[metric] if one.kind == "limit" else "share"
    return msgspec.structs.replace(_plain(one, "cannot_tell"), gap=gap, more=more, axis=gap.axis, unit=unit)


def _counted(one: _Wanted, measure: Measure) -> GateOutcome:
    """What was counted has no sampling error: the figure itself is held against the limit."""
    value, limit = measure.estimate.value or 0.0, one.limit or 0.0
    return msgspec.structs.replace(
        _plain(one, "passed" if value <= limit else "failed"),
        bound=value,
        opposite=value,
        estimate=measure.estimate,
        method=measure.estimate.method,
        axis=measure.axis,
        unit=measure.scale.unit,
    )


class _Held:
    """One requirement against one figure."""

    def __init__(self, wanted: _Wanted, measure: Measure, column: Column | None, gates: int, seed: int) -> None:
        self.wanted, self.measure, self.column = wanted, measure, column
        # A model fails where any of its gates fails, so the chances of failing by mistake add up.
        self.against = 1 - (1 - wanted.confidence) / gates
        self._seed = (seed, zlib.crc32(wanted.measure.encode()))

    def outcome(self) -> GateOutcome:
        """Verdict and bounds."""
        wanted, measure = self.wanted, self.measure
        bound, method = self._bound(wanted.confidence, upper=wanted.at_most, against_model=True)
        opposite, _ = self._bound(self.against, upper=not wanted.at_most, against_model=False)
        verdict: Verdict = "cannot_tell"
        if wanted.limit is None or (bound is not None and self._meets(bound)):
            verdict = "passed"
        elif opposite is not None and not self._meets(opposite):
            verdict = "failed"
        short = self._people_short()
        more = None
        if verdict == "passed" and short:
            verdict, more = "cannot_tell", More(short, "ratings", "passed")
        elif verdict == "cannot_tell":
            more = self._more(bound, opposite)
        return msgspec.structs.replace(
            _plain(wanted, verdict),
            bound=bound,
            opposite=opposite,
            estimate=measure.estimate,
            left_out=measure.left_out,
            more=more,
            method=method,
            axis=measure.axis,
            unit=measure.scale.unit,
        )

    def _meets(self, value: float) -> bool:
        assert self.wanted.limit is not None
        return value <= self.wanted.limit if self.wanted.at_most else value >= self.wanted.limit

    def _people_short(self) -> int:
        """Ratings that are missing until enough people have rated enough answers."""
        rule = self.wanted.ratings
        if rule is None:
            return 0
        rated = self.measure.rated
        enough = rated[rule.raters - 1] if len(rated) >= rule.raters else 0
        return max(rule.items - enough, 0) * rule.raters

    def _bound(self, confidence: float, *, upper: bool, against_model: bool) -> tuple[float | None, str]:
        """One-sided bound; items without a score take the end that is worst for the model, or best for it."""
        lost = self.measure.left_out if self.wanted.kind == "gate" else 0
        low, high = self.measure.scale.low, self.measure.scale.high
        end = high if upper else low
        if self.column is not None:
            values, units = self._with_lost(lost, end)
            if lost and end is None:
                return None, "items without a score, and no end that they could lie at: no bound"
            return statistics.bound_of_mean(
                values,
                rng=np.random.default_rng(self._seed),
                bounds=self.column.bounds,
                clusters=units,
                confidence=confidence,
                upper=upper,
            )
        estimate = self.measure.estimate
        limit = estimate.high if upper else estimate.low
        if estimate.value is None or limit is None:
            return None, estimate.method
        dof = max(estimate.n - 1, 1) if self.wanted.kind == "ratings" else 1e6
        bound = estimate.value + (limit - estimate.value) * statistics.one_sided_factor(confidence, estimate.level, dof)
        if lost:
            if end is None:
                return None, "items without a score, and no end that they could lie at: no bound"
            bound = (bound * estimate.n + end * lost) / (estimate.n + lost)
        if low is not None and high is not None:
            bound = min(max(bound, low), high)
        return bound, f"one-sided {estimate.method}"

    def _with_lost(self, lost: int, end: float | None) -> tuple[np.ndarray, tuple[str, ...] | None]:
        """The scores, and those without a score at an end; each as many rows as a unit has on average."""
        assert self.column is not None
        column = self.column
        if not lost or end is None:
            return column.values, column.clusters
        rows = max(round(len(column.values) / len(set(column.units))), 1) if column.clusters else 1
        values = np.concatenate([column.values, np.full(lost * rows, end)])
        names = tuple(f"lost {number // rows}" for number in range(lost * rows))
        return values, None if column.clusters is None else (*column.units, *names)

    def _more(self, bound: float | None, opposite: float | None) -> More:
        """Items or ratings that would settle it, if the model goes on as it did."""
        wanted, value, limit = self.wanted, self.measure.estimate.value, self.wanted.limit
        assert value is not None and limit is not None
        passes = self._meets(value)
        upper = wanted.at_most if passes else not wanted.at_most
        confidence = wanted.confidence if passes else self.against
        towards: Verdict = "passed" if passes else "failed"
        reached = bound if passes else opposite
        of = "ratings" if wanted.kind == "ratings" else "items"
        needed = None
        if (
            self.column is not None
            and self.column.bounds == (0.0, 1.0)
            and set(np.unique(self.column.values)) <= {0, 1}
        ):
            needed = self._more_trials(value, limit, confidence, upper=upper, lost_at_worst=passes)
        elif reached is not None:
            needed = more_for_mean(self.measure.estimate.n, value, reached, limit)
        if needed is not None and wanted.ratings is not None:
            needed = max(needed * wanted.ratings.raters, self._people_short())
        return More(None if needed is None else math.ceil(needed), of, towards)  # type: ignore[arg-type]

    def _more_trials(
        self, rate: float, limit: float, confidence: float, *, upper: bool, lost_at_worst: bool
    ) -> float | None:
        """Items of a share, from independent trials to items by what one item is worth so far."""
        assert self.column is not None
        end = (1.0 if self.wanted.at_most else 0.0) if lost_at_worst else (0.0 if self.wanted.at_most else 1.0)
        values, units = self._with_lost(self.measure.left_out, end)
        trials = statistics.trials_of_share(values, units, confidence=confidence)
        if trials is None:
            return None
        needed = more_for_share(float(values.mean()) * trials, trials, rate, limit, confidence=confidence, upper=upper)
        items = len({key.partition("#")[0] for key in self.column.keys}) + self.measure.left_out
        return None if needed is None else needed * items / trials
