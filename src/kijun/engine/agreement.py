"""What is known of how the scorers and judges of a run agree with people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from kijun.engine.prepare import PreparedTask
from kijun.engine.score import metric_key
from kijun.scorers import is_judged
from kijun.specs import agreement_of, validated_languages
from kijun.specs.agreement import AgreementSpec

__all__ = ["agreement_entries", "judge_entry"]


def agreement_entries(
    prepared: Sequence[PreparedTask], judges: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, Any], ...]:
    """For each scorer with labelled sets, and for each judge with each rubric: its metrics and the checks.

    Args:
        judges: identities of the judge models.

    Returns:
        Entries with ``scorer`` (of judges the rubric), ``judge`` (empty for rules), ``metrics``, ``languages`` of the
        tasks, ``checks``, and ``validated``: the languages in which it agrees with people well enough to speak of harm
        (see `validated_languages`). Rules that were never compared with people have none; a judge that was not has one
        with no checks.
    """
    rules: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    rubrics: dict[tuple[str, str], tuple[dict[str, None], dict[str, None]]] = {}
    for part in prepared:
        names = {spec.key: spec.name for spec in part.task.scorers}
        for key, scorer in part.scorers.items():
            if is_judged(scorer):
                about = scorer.rubric
                found = rubrics.setdefault((about["name"], about.get("sha256", "")), ({}, {}))
                found[0].update(dict.fromkeys(metric_key(key, piece) for piece in scorer.parts))
            else:
                found = rules.setdefault(getattr(scorer, "agreement_as", names[key]), ({}, {}))
                found[0][key] = None
            found[1].update(dict.fromkeys(part.task.languages))
    entries = [_entry(name, "", *seen, agreement_of(name)) for name, seen in rules.items()]
    entries = [entry for entry in entries if entry["checks"]]
    for (name, sha256), seen in rubrics.items():
        entries += [judge_entry(name, sha256, judge, *seen) for judge in judges]
    return tuple(entries)


def judge_entry(
    rubric: str, sha256: str, judge: Mapping[str, Any], metrics: Iterable[str], languages: Iterable[str]
) -> dict[str, Any]:
    """As in `agreement_entries`, of one judge with one rubric.

    Args:
        rubric, sha256: name and digest of the rubric.
        judge: identity of the judge model.
    """
    return _entry(rubric, str(judge["name"]), metrics, languages, agreement_of(rubric, judge, sha256))


def _entry(
    scorer: str, judge: str, metrics: Iterable[str], languages: Iterable[str], checks: Sequence[AgreementSpec]
) -> dict[str, Any]:
    return {
        "scorer": scorer,
        "judge": judge,
        "metrics": list(metrics),
        "languages": list(languages),
        "checks": [msgspec.to_builtins(check) for check in checks],
        "validated": list(validated_languages(checks)),
    }
