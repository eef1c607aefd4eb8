"""Items for the page's own browser: columns of short lists, packed, so that ten thousand items stay a small file."""

from __future__ import annotations

import base64
import gzip
from typing import Any

import msgspec

from kijun.records import Report, ReportedAnswer
from kijun.reports.texts import Texts

__all__ = ["packed_items", "task_title"]

_STATUSES = ("answered", "truncated", "filtered", "refused", "failed")


def task_title(report: Report, name: str, say: Texts) -> str:
    """The title of a task or group, with what it was asked under; its name where it has none."""
    for run in report.runs:
        if name in run.tasks:
            title = say.of(run.tasks[name].title, name)
            return f"{title} @{name.partition('@')[2]}" if "@" in name else title
        if name in run.group_titles:
            return say.of(run.group_titles[name], name)
    return name


class _Places(dict[str, int]):
    """Place of each text in the order of first use."""

    def __missing__(self, text: str) -> int:
        self[text] = place = len(self)
        return place


def packed_items(report: Report, say: Texts) -> str:
    """All items as base64 of gzip of JSON; what `browser.js` unpacks."""
    names, metrics, reasons = _Places(), _Places(), _Places()

    def answer(one: ReportedAnswer | None) -> list[Any] | None:
        if one is None:
            return None
        scores = [[metrics[metric], value] for metric, value in one.scores.items()]
        unscored = [[metrics[metric], reasons[reason]] for metric, reason in one.unscored.items()]
        return [one.text, _STATUSES.index(one.status), one.fitness, scores, unscored, one.cut]

    items = [
        [names[item.task], item.id, item.question, item.gold, [answer(one) for one in item.answers], item.cut]
        for item in report.items
    ]
    tasks = []
    for name in names:
        task = next(run.tasks[name] for run in report.runs if name in run.tasks)
        language = task.languages[0] if len(task.languages) == 1 else ""
        told = {"name": name, "title": task_title(report, name, say), "axis": task.axis, "veiled": task.veiled}
        tasks.append(told | {"lang": language})
    content = {"models": [run.label for run in report.runs], "tasks": tasks, "items": items}
    content |= {"metrics": list(metrics), "statuses": list(_STATUSES), "reasons": list(reasons)}
    return base64.b64encode(gzip.compress(msgspec.json.encode(content), compresslevel=6, mtime=0)).decode()
