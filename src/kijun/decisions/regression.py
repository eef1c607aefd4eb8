"""A new version of a model against the old one: is it worse anywhere that matters?"""

from __future__ import annotations

from collections.abc import Mapping

from kijun.decisions.columns import read_columns
from kijun.decisions.comparing import adjusted, compare_figure
from kijun.decisions.gates import gate_outcomes, measures_of_gates
from kijun.decisions.ranking import weighed_measures
from kijun.errors import SpecError
from kijun.records import Profile, Regression
from kijun.specs import UseCaseSpec, titles_of
from kijun.store import Run

__all__ = ["compare_versions"]


def compare_versions(
    old: Profile,
    new: Profile,
    runs: Mapping[str, Run],
    use_case: UseCaseSpec | None = None,
    *,
    languages: tuple[str, ...] = (),
    ratings: bool = True,
    seed: int = 0,
) -> Regression:
    """Every figure that matters, new minus old, item by item, all tests adjusted together.

    Args:
        runs: folder, as the profiles name it, -> run.
        use_case: its gates and weights say what matters; None: all figures of tasks and groups.

    Raises:
        SpecError: the two have no figure in common.
        CorruptFileError: a damaged run.
    """
    spoken = languages or (use_case.languages if use_case is not None else ())
    if use_case is None:
        wanted = [m.key for m in old.measures if not m.within and m.kind in ("task", "group", "human")]
    else:
        weighed = (one.measure for one in weighed_measures(use_case, spoken))
        wanted = list(dict.fromkeys([*measures_of_gates(use_case, spoken), *weighed]))
    mine, theirs = (
        read_columns(runs, [measure for measure in profile.measures if measure.key in wanted]) for profile in (old, new)
    )
    rows, missing = [], []
    for key in wanted:
        a, b = old.measure(key), new.measure(key)
        if a is not None and b is not None:
            rows.append(compare_figure((old.name, new.name), a, b, mine.get(key), theirs.get(key)))
        elif a is not None:
            missing.append(key)
    if not rows:
        raise SpecError(f"{old.name} and {new.name} have no figure in common; run the same tasks on both")
    found = adjusted(rows)
    gates = ()
    if use_case is not None:
        before, now = (
            gate_outcomes(use_case, spoken, profile, columns, ratings=ratings, seed=seed)
            for profile, columns in ((old, mine), (new, theirs))
        )
        pairs = zip(before, now, strict=True)
        gates = tuple((a.measure, a.verdict, b.verdict) for a, b in pairs if a.verdict != b.verdict)
    return Regression(
        old=old.name,
        new=new.name,
        use_case=use_case.name if use_case is not None else "",
        differences=found,
        worse=tuple(row.measure for row in found if row.verdict == "worse"),
        better=tuple(row.measure for row in found if row.verdict == "better"),
        missing=tuple(missing),
        gates=gates,
        units={m.key: m.scale.unit for m in old.measures if m.key in wanted},
        titles=titles_of(wanted) | {m.name: m.title for m in (*old.measures, *new.measures) if m.title},
    )
