"""Models and a use case to the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from kijun.decisions.columns import Column, read_columns
from kijun.decisions.comparing import compare_all
from kijun.decisions.flips import gate_flips, weight_flips
from kijun.decisions.gates import gate_outcomes, measures_of_gates, verdict_of
from kijun.decisions.ranking import Ranking, Weighed, rank_models, weighed_measures
from kijun.decisions.risks import risks_of
from kijun.errors import SpecError
from kijun.records import (
    Decision,
    Gap,
    ModelDecision,
    PairedDifference,
    Profile,
    Recommendation,
)
from kijun.specs import UseCaseSpec, titles_of
from kijun.store import Run

__all__ = ["DRAWS", "decide_between"]

DRAWS = 10_000
_SURE = 0.95
_REASONS = 3
_ORDER = ("passed", "cannot_tell", "failed")


def decide_between(
    use_case: UseCaseSpec,
    profiles: Sequence[Profile],
    runs: Mapping[str, Run],
    *,
    languages: tuple[str, ...] = (),
    ratings: bool = True,
    draws: int = DRAWS,
    seed: int = 0,
) -> Decision:
    """Holds models against a use case.

    Gates are held against each model by itself; who else is compared changes none of them. Those that have not failed
    are ranked.

    Args:
        runs: folder, as the profiles name it, -> run.
        languages: some of the use case's; none is all.
        ratings: whether what people must have rated counts; without it the answer says that it was left out.

    Raises:
        SpecError: a language that the use case is not for; a figure without ends that has no scale.
        CorruptFileError: a damaged run.
    """
    spoken = _languages(use_case, languages)
    weighed = weighed_measures(use_case, spoken)
    wanted = list(dict.fromkeys([*measures_of_gates(use_case, spoken), *(one.measure for one in weighed)]))
    columns = {
        profile.name: read_columns(runs, [m for m in profile.measures if m.key in wanted]) for profile in profiles
    }
    judged = [
        _held(use_case, spoken, profile, columns[profile.name], weighed, ratings=ratings, seed=seed)
        for profile in profiles
    ]
    left = [p for p, one in zip(profiles, judged, strict=True) if one.verdict != "failed" and not one.unranked]
    ranking = None
    if left and weighed:
        ranking = rank_models(left, weighed, [columns[p.name] for p in left], draws=draws, seed=seed)
        ranks = dict(zip(ranking.models, ranking.ranks, strict=True))
        judged = [msgspec.structs.replace(one, rank=ranks.get(one.model)) for one in judged]
    judged.sort(key=lambda one: (_ORDER.index(one.verdict), -one.rank.probability_best if one.rank else 1.0))
    by_name = {profile.name: profile for profile in profiles}
    ordered = [by_name[one.model] for one in judged]
    not_failed = [by_name[one.model] for one in judged if one.verdict != "failed"]
    comparisons = compare_all(not_failed, wanted, [columns[profile.name] for profile in not_failed])
    return Decision(
        use_case=use_case.name,
        version=use_case.version,
        title=use_case.title,
        about=use_case.about,
        languages=spoken,
        recommendation=_recommendation(judged, comparisons, ranking),
        models=tuple(judged),
        weights=ranking.weights if ranking is not None else (),
        tiers=_tiers(judged),
        pairwise=_pairwise(ranking),
        comparisons=comparisons,
        flips=(*(weight_flips(ranking) if ranking is not None else ()), *gate_flips(judged)),
        risks=tuple(
            risk
            for one, profile in zip(judged, ordered, strict=True)
            for risk in risks_of(profile, wanted, one.gates, spoken)
        ),
        not_tested=tuple(_not_tested(judged, ordered, ratings=ratings or not use_case.ratings)),
        not_asked=use_case.not_covered,
        titles=titles_of(wanted) | {m.name: m.title for p in profiles for m in p.measures if m.title},
        draws=draws,
        seed=seed,
        profiles=tuple(ordered),
    )


def _languages(use_case: UseCaseSpec, languages: tuple[str, ...]) -> tuple[str, ...]:
    for language in languages:
        if language not in use_case.languages:
            known = ", ".join(use_case.languages)
            raise SpecError(f"the use case {use_case.name} is for the languages {known}; got {language!r}")
    return languages or use_case.languages


def _held(
    use_case: UseCaseSpec,
    languages: tuple[str, ...],
    profile: Profile,
    columns: Mapping[str, Column],
    weighed: Sequence[Weighed],
    *,
    ratings: bool,
    seed: int,
) -> ModelDecision:
    """One model against the gates, and what it lacks for the ranking."""
    gates = gate_outcomes(use_case, languages, profile, columns, ratings=ratings, seed=seed)
    lacking = tuple(one.measure for one in weighed if profile.measure(one.measure) is None)
    return ModelDecision(profile.name, verdict_of(gates), gates, unranked=lacking)


def _recommendation(
    judged: Sequence[ModelDecision], comparisons: Sequence[PairedDifference], ranking: Ranking | None
) -> Recommendation:
    passed = [one for one in judged if one.verdict == "passed"]
    open_ones = [one for one in judged if one.verdict == "cannot_tell"]
    if not passed:
        kind = "unsettled" if open_ones else "none"
        named = open_ones or list(judged)
        return Recommendation(kind, tuple(one.model for one in named), None, _lacking(named[0]) if named else ())
    first = passed[0]
    probability = first.rank.probability_best if first.rank is not None else None
    best = min((one.rank.tier for one in passed if one.rank is not None), default=None)
    tied = [one for one in passed if one.rank is None or one.rank.tier == best]
    others = [one for one in tied if one is not first]
    sure = probability is not None and probability >= _SURE
    alone = not others or (sure and all(_ahead_somewhere(first, one, comparisons) for one in others))
    meant = (first,) if alone else tuple(tied)
    return Recommendation(
        "one" if alone else "tie",
        tuple(one.model for one in meant),
        probability,
        _speaking_for(first, comparisons, ranking),
    )


def _ahead_somewhere(first: ModelDecision, other: ModelDecision, comparisons: Sequence[PairedDifference]) -> bool:
    """Whether some difference between the two speaks for the first for certain, and none for the other.

    A chance of being best alone is no ground to call a tie decided: it takes it that the models differ.
    """
    signs = []
    for row in comparisons:
        if {row.a, row.b} == {first.model, other.model} and row.verdict != "same":
            signs.append((row.verdict == "better") == (row.b == first.model))
    return bool(signs) and all(signs)


def _lacking(model: ModelDecision) -> tuple[str, ...]:
    """The gates that keep a model from passing: those that have failed, by how far they are missed, then the rest."""

    def missed(place: int) -> tuple[bool, float]:
        gate = model.gates[place]
        if gate.bound is None or not gate.limit:
            return gate.verdict != "failed", 0.0
        return gate.verdict != "failed", -abs(gate.bound - gate.limit) / abs(gate.limit)

    unmet = [place for place, gate in enumerate(model.gates) if gate.verdict != "passed"]
    return tuple(model.gates[place].measure for place in sorted(unmet, key=missed)[:_REASONS])


def _speaking_for(
    model: ModelDecision, comparisons: Sequence[PairedDifference], ranking: Ranking | None
) -> tuple[str, ...]:
    """What it is better at than another for certain, by weight; then the gates that it meets with most room."""
    weights = {one.measure: one.centre for one in ranking.weights} if ranking is not None else {}
    ahead: dict[str, float] = {}
    for row in comparisons:
        sign = {row.b: "better", row.a: "worse"}.get(model.model)
        if sign is not None and row.verdict == sign and row.difference.value:
            gain = abs(row.difference.value) * weights.get(row.measure, 0.0)
            ahead[row.measure] = max(gain, ahead.get(row.measure, 0.0))
    by_gain = sorted(ahead, key=lambda measure: -ahead[measure])
    room = {
        gate.measure: abs(gate.limit - gate.bound)
        for gate in model.gates
        if gate.verdict == "passed" and gate.limit is not None and gate.bound is not None and gate.kind == "gate"
    }
    by_room = sorted(room, key=lambda measure: -room[measure])
    return tuple(dict.fromkeys([*by_gain, *by_room]))[:_REASONS]


def _tiers(judged: Sequence[ModelDecision]) -> tuple[tuple[str, ...], ...]:
    found: dict[int, list[str]] = {}
    for one in judged:
        if one.rank is not None:
            found.setdefault(one.rank.tier, []).append(one.model)
    return tuple(tuple(found[tier]) for tier in sorted(found))


def _pairwise(ranking: Ranking | None) -> tuple[tuple[str, str, float], ...]:
    if ranking is None:
        return ()
    names = ranking.models
    return tuple(
        (names[i], names[j], float(ranking.pairwise[i, j])) for i in range(len(names)) for j in range(i + 1, len(names))
    )


def _not_tested(
    judged: Sequence[ModelDecision], profiles: Sequence[Profile], *, ratings: bool
) -> list[tuple[str, Gap]]:
    """What the use case asks for and nobody measured, then what is not known of the model at all."""
    found: dict[tuple[str, str, str], tuple[str, Gap]] = {}
    for one, profile in zip(judged, profiles, strict=True):
        gaps = [gate.gap for gate in one.gates if gate.gap is not None]
        gaps += [Gap("", key, "not_run") for key in one.unranked if key not in {gap.what for gap in gaps}]
        gaps += [gap for gap in profile.gaps if not gap.what or gap.axis == "integrity"]
        if not ratings:
            gaps.append(Gap("human", "", "no_ratings"))
        for gap in gaps:
            found.setdefault((one.model, gap.axis, gap.what), (one.model, gap))
    return list(found.values())
