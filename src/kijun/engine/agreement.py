"""What is known of how the scorers and judges of a run agree with people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from kijun.engine.prepare import PreparedTask
from kijun.engine.score import metric_key
from kijun.scorers import is_judged
from kijun.specs import agreement_of

__all__ = ["agreement_entries"]


def agreement_entries(prepared: Sequence[PreparedTask], judges: Sequence[str]) -> tuple[dict[str, Any], ...]:
    """For each scorer with labelled sets, and for each judge with each rubric: its metrics and the checks.

    Args:
        judges: names of the judge models.

    Returns:
        Entries with ``scorer`` (of judges the rubric), ``judge`` (empty for rules), ``metrics``, ``languages`` of the
        tasks and ``checks``, as the manifest keeps them. Rules that were never compared with people have none; a judge
        that was not has one with no checks.
    """
    used: dict[tuple[str, str], tuple[dict[str, None], dict[str, None]]] = {}
    for part in prepared:
        names = {spec.key: spec.name for spec in part.task.scorers}
        for key, scorer in part.scorers.items():
            if is_judged(scorer):
                about = [(scorer.rubric["name"], judge) for judge in judges]
                metrics = [metric_key(key, piece) for piece in scorer.parts]
            else:
                about, metrics = [(getattr(scorer, "agreement_as", names[key]), "")], [key]
            for one in about:
                found, languages = used.setdefault(one, ({}, {}))
                found.update(dict.fromkeys(metrics))
                languages.update(dict.fromkeys(part.task.languages))
    entries = []
    for (scorer_name, judge), (metrics_seen, languages) in used.items():
        checks = [msgspec.to_builtins(check) for check in agreement_of(scorer_name, judge)]
        if checks or judge:
            entries.append(
                {
                    "scorer": scorer_name,
                    "judge": judge,
                    "metrics": list(metrics_seen),
                    "languages": list(languages),
                    "checks": checks,
                }
            )
    return tuple(entries)
