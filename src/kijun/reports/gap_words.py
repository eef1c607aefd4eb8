"""What is not known of models, in words: each reason once, with what and whom it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kijun.records import Decision, Gap
from kijun.reports.decision_words import in_question, listed, measure_name
from kijun.reports.texts import Texts

__all__ = ["gap_lines", "not_tested_lines"]

Titles = Mapping[str, Mapping[str, str]]


def not_tested_lines(decision: Decision, say: Texts) -> list[str]:
    """What is not known of the models that may still be used."""
    models = in_question(decision)
    axes = {measure.key: measure.axis for profile in decision.profiles for measure in profile.measures}
    specific = {(model, axes.get(gap.what)) for model, gap in decision.not_tested if gap.what}
    # An axis without a figure goes without saying where the figure that is asked for on it is named.
    told = [(m, gap) for m, gap in decision.not_tested if m in models and (gap.what or (m, gap.axis) not in specific)]
    return gap_lines(told, models, say, decision.titles)


def gap_lines(gaps: Sequence[tuple[str, Gap]], models: Sequence[str], say: Texts, titles: Titles) -> list[str]:
    """A line for all that is unknown for the same reason of the same models, who are named where they are not all.

    Args:
        gaps: model and what is not known of it.
        models: all that are spoken of.
    """
    about: dict[tuple[str, str, str], dict[str, None]] = {}
    for model, gap in gaps:
        about.setdefault((_name(gap, say, titles), gap.reason, gap.detail), {})[model] = None
    alike: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for (name, reason, detail), whose in about.items():
        alike.setdefault((reason, detail, tuple(whose)), []).append(name)
    lines = []
    for (reason, detail, whose), names in alike.items():
        line = say(f"gap.{reason}", what=_together(names, say), detail=detail)
        everybody = len(whose) == len(models)
        lines.append(line if everybody else say("decide.of_models", line=line, models=listed(whose, say)))
    return lines


def _name(gap: Gap, say: Texts, titles: Titles) -> str:
    what = gap.what
    if ":" in what and "," not in what:
        return measure_name(what, say, titles)
    if not what or gap.axis == "integrity":
        group = "axis" if f"axis.{gap.axis}" in say else "gap_axis"
        return say(f"{group}.{gap.axis}") if f"{group}.{gap.axis}" in say else gap.axis
    return what


def _together(names: Sequence[str], say: Texts) -> str:
    """Names in a row; figures of one task with its title once."""
    parts: dict[str, list[str]] = {}
    for name in names:
        title, colon, figure = name.partition(": ")
        parts.setdefault(title + colon, []).append(figure)
    comma = say("decide.comma")
    told = [title + comma.join(figures) for title, figures in parts.items()]
    return (say("decide.semicolon") if any(parts[title] != [""] for title in parts) else comma).join(told)
