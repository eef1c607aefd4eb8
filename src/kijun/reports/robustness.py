"""What perturbations do, as lines and rows."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kijun.records import Estimate, RobustnessResult, RunResults
from kijun.reports.texts import Texts

__all__ = [
    "RobustnessLine",
    "RobustnessRow",
    "robustness_headings",
    "robustness_lines",
    "robustness_markdown",
    "robustness_names",
    "robustness_notes",
    "robustness_rows",
    "without_variants",
]


class RobustnessLine(msgspec.Struct, frozen=True):
    """One figure.

    Attributes:
        what: ``clean``, ``variant``, ``drop``, ``relative_drop``, ``worst_case``, ``consistency``,
            ``score_consistency``, ``spread`` or ``circular``.
        label: of the variant; empty for others.
        estimate: of a variant, its value; else the figure itself.
        drop: of a variant.
        changed: share of items whose prompt is another one, for variants.
        chance: of the circular accuracy.
    """

    name: str
    metric: str
    what: str
    estimate: Estimate
    label: str = ""
    drop: Estimate | None = None
    changed: float | None = None
    chance: float | None = None


def robustness_names(results: RunResults) -> list[str]:
    """Groups and tasks with such figures; members of a group that has them are left to the other forms."""
    members = {member for name in results.robustness for member in _leaves(name, results)}
    return [name for name in results.robustness if name not in members]


def _leaves(name: str, results: RunResults) -> Iterator[str]:
    group = results.groups.get(name)
    for member in group.members if group is not None else ():
        yield member
        yield from _leaves(member, results)


def robustness_lines(name: str, metric: str, result: RobustnessResult) -> Iterator[RobustnessLine]:
    """All figures of one metric: as it stands, way by way, then all ways together."""
    yield RobustnessLine(name, metric, "clean", result.clean)
    for label, variant in result.variants.items():
        yield RobustnessLine(name, metric, "variant", variant.value, label, variant.drop, variant.changed)
    for what in ("drop", "relative_drop", "worst_case", "consistency", "score_consistency", "spread"):
        estimate = getattr(result, what)
        if estimate is not None:
            yield RobustnessLine(name, metric, what, estimate)
    if result.circular is not None:
        yield RobustnessLine(name, metric, "circular", result.circular, chance=result.circular_chance)


class RobustnessRow(msgspec.Struct, frozen=True):
    """A line of a table; `heads` where a task or group begins."""

    cells: tuple[str, ...]
    heads: bool


def robustness_headings(say: Texts) -> tuple[str, ...]:
    """Headings of the columns of `robustness_rows`."""
    return (say("column.name"), *(say(f"robustness.{name}") for name in ("value", "worse", "interval", "changed")))


def robustness_rows(results: RunResults, say: Texts, *, everything: bool = False) -> Iterator[RobustnessRow]:
    """The first metric of each task or group: as it stands, way by way, all ways together.

    Args:
        everything: all metrics, and members of groups too.
    """
    for name in results.robustness if everything else robustness_names(results):
        metrics = results.robustness[name]
        for metric in metrics if everything else list(metrics)[:1]:
            falling = "" if metrics[metric].higher_is_better else " ↓"
            for line in robustness_lines(name, metric, metrics[metric]):
                yield _row(line, say, falling)


def _row(line: RobustnessLine, say: Texts, falling: str) -> RobustnessRow:
    if line.what == "clean":
        cells = (f"{line.name}  {line.metric}{falling}", _value(line.estimate.value), "", _interval(line.estimate), "")
        return RobustnessRow(cells, True)
    if line.what == "variant":
        assert line.drop is not None and line.changed is not None
        worse = "–" if line.drop.value is None else f"{line.drop.value:+.4f}"
        shown = f"{100 * line.changed:.0f} %"
        cells = (f"  {line.label}", _value(line.estimate.value), worse, _interval(line.drop, "+"), shown)
        return RobustnessRow(cells, False)
    title = say(f"robustness.{line.what}")
    if line.what in ("drop", "relative_drop"):
        value = line.estimate.value
        scale = 100 if line.what == "relative_drop" else 1
        unit = " %" if line.what == "relative_drop" else ""
        worse = "–" if value is None else f"{scale * value:+.{1 if unit else 4}f}{unit}"
        return RobustnessRow((f"  {title}", "", worse, _interval(line.estimate, "+", scale, unit), ""), False)
    chance = "" if line.chance is None else say("robustness.chance", value=f"{line.chance:.4f}")
    return RobustnessRow((f"  {title}{chance}", _value(line.estimate.value), "", _interval(line.estimate), ""), False)


def _value(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _interval(estimate: Estimate, sign: str = "", scale: int = 1, unit: str = "") -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    digits = 1 if unit else 4
    between = " … " if sign else "–"
    return f"{scale * estimate.low:{sign}.{digits}f}{between}{scale * estimate.high:{sign}.{digits}f}{unit}"


def robustness_notes(results: RunResults, say: Texts) -> list[str]:
    """What one must know to read the rows."""
    notes = [say("robustness.note")]
    lines = [
        line
        for name in robustness_names(results)
        for metric, result in results.robustness[name].items()
        for line in robustness_lines(name, metric, result)
    ]
    unchanged = sorted({line.label for line in lines if line.what == "variant" and line.changed == 0})
    if unchanged:
        notes.append(say("robustness.unchanged", names=", ".join(unchanged)))
    undefined = {line.estimate.method for line in lines if line.what == "relative_drop" and line.estimate.low is None}
    if undefined:
        notes.append(say("robustness.no_ratio"))
    return notes


def robustness_markdown(results: RunResults, say: Texts) -> str:
    """A Markdown table and its notes; empty where nothing was perturbed."""
    if not results.robustness:
        return ""
    headings = robustness_headings(say)
    lines = [f"**{say('robustness.title')}**", "", "| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    for row in robustness_rows(results, say):
        cells = [cell.strip().replace("|", "\\|") for cell in row.cells]
        lines.append("| " + " | ".join([f"**{cells[0]}**" if row.heads else cells[0], *cells[1:]]) + " |")
    return "\n".join([*lines, "", *robustness_notes(results, say)])


def without_variants(results: RunResults) -> RunResults:
    """The results without the tasks ``TASK@LABEL`` whose figures stand beside those of ``TASK``."""
    known = {
        f"{name}@{label}"
        for name, metrics in results.robustness.items()
        for figures in metrics.values()
        for label in figures.variants
    }
    tasks = {name: task for name, task in results.tasks.items() if name not in known}
    return msgspec.structs.replace(results, tasks=tasks)
