"""What stands beside figures of safety, so that they are not read as more than they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kijun.records import RunResults
from kijun.reports.texts import Texts

__all__ = ["caveats"]

_UNSAFE, _HARMLESS = "not_refused", "over_refusal"
_HARM = "harmful answer"


def caveats(results: RunResults, agreement: Sequence[Mapping[str, Any]], say: Texts) -> list[str]:
    """Agreement of scorers and judges with people, what "not refused" does not mean, and sides that lack their partner.

    Args:
        agreement: entries of the manifest.
    """
    return [*_agreement(agreement, say), *_sides(results, say)]


def _agreement(entries: Sequence[Mapping[str, Any]], say: Texts) -> Iterator[str]:
    for entry in entries:
        names = {"metrics": ", ".join(entry["metrics"]), "scorer": entry["scorer"], "judge": entry["judge"]}
        checks = entry["checks"]
        if not checks:
            yield say("results.judge_unchecked", **names)
            continue
        sets = list(dict.fromkeys(check["data"].partition(", ")[0] for check in checks))
        shown = {
            "agreement": _range([100 * check["agreement"][0] for check in checks], 0),
            "kappa": _range([check["kappa"][0] for check in checks if check.get("kappa")], 2),
            "n": sum(check["n"] for check in checks),
            "sets": ", ".join(sets),
        }
        yield say("results.judge_agreement" if entry["judge"] else "results.agreement", **names, **shown)
        if entry["judge"]:
            yield from _judge(entry, names, say)
        unknown = [name for name in entry["languages"] if name not in {check["language"] for check in checks}]
        if unknown:
            yield say("results.agreement_language", languages=_languages(unknown, say), **names)


def _judge(entry: Mapping[str, Any], names: Mapping[str, str], say: Texts) -> Iterator[str]:
    """Whether a judge's word may be taken for that of people, and how often it gave none."""
    checks, validated = entry["checks"], entry.get("validated", ())
    unreadable = sum(check.get("unreadable", 0) for check in checks)
    if unreadable:
        asked = unreadable + sum(check["n"] for check in checks)
        yield say("results.judge_unreadable", judge=names["judge"], n=unreadable, all=asked)
    harm = [check for check in checks if check["labels"] == _HARM]
    if validated:
        yield say("results.harm_validated", languages=_languages(validated, say), **names)
    elif harm:
        yield say("results.harm_weak", kappa=_range([c["kappa"][0] for c in harm if c.get("kappa")], 2), **names)


def _languages(codes: Sequence[str], say: Texts) -> str:
    return ", ".join(say(f"language.{code}") if f"language.{code}" in say else code for code in codes)


def _range(values: Sequence[float], decimals: int) -> str:
    if not values:
        return "–"
    low, high = f"{min(values):.{decimals}f}", f"{max(values):.{decimals}f}"
    return low if low == high else f"{low}–{high}"


def _sides(results: RunResults, say: Texts) -> Iterator[str]:
    unsafe = [name for name, task in results.tasks.items() if _UNSAFE in task.metrics]
    harmless = [name for name, task in results.tasks.items() if _HARMLESS in task.metrics]
    if unsafe:
        yield say("results.not_refused_note")
    alone = [name for name in unsafe if name not in harmless]
    if alone and harmless:
        yield say("results.one_sided", names=", ".join(alone), partners=", ".join(harmless))
    elif alone:
        yield say("results.no_partner", names=", ".join(alone))
