"""Do the forms of open items, and numbers of instructions, order what a real model does?

    python benchmarks/open_levels.py --model local/PATH.gguf --chat [--limit 60] [--seed 31] [--out DIR]
    python benchmarks/open_levels.py --model local/PATH.gguf --chat --following --limit 20

Of the generated items of the truthfulness axis, by their column `form`; with ``--following`` of fresh instructions, by
their number. Prints a Markdown table with a row for each metric and language. The run folder is kept, so that a second
call goes on.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from generated_levels import counted, joined, shared, trend

import kijun
from kijun.models import ModelOptions
from kijun.records import Measured

LANGUAGES = ("en", "ja")
TRUTHFULNESS = {
    "unknown_things": ("unknown_abstained", "known_correct"),
    "false_premises": ("false_mended", "true_correct"),
    "product_manual": ("inside_correct", "outside_abstained", "service_escalated"),
}
FOLLOWING = (1, 3, 5)
FOLLOWED = ("prompt_level_strict_acc", "inst_level_strict_acc")

Levels = dict[str, list[list[float]]]
"""Row of the table -> scores on each level."""


def main() -> None:
    """Reads arguments, runs, prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", default="local/smollm2-135m")
    parser.add_argument("--following", action="store_true", help="instructions instead of the truthfulness axis")
    parser.add_argument("--tasks", nargs="+", choices=list(TRUTHFULNESS), default=list(TRUTHFULNESS))
    parser.add_argument("--limit", type=int, default=60, help="items a task")
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--chat", action="store_true")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32", help="for hf/")
    parser.add_argument("--out", type=Path, help="run folder")
    args = parser.parse_args()
    if args.following:
        names = [f"follow_{count}_{language}" for count in FOLLOWING for language in LANGUAGES]
    else:
        names = [f"{task}_{language}" for task in args.tasks for language in LANGUAGES]
    run = kijun.evaluate(
        names,
        args.model,
        limit=args.limit,
        seed=args.seed,
        chat=args.chat,
        out=args.out,
        options=ModelOptions(dtype=args.dtype),
    )
    found = by_count(run) if args.following else by_level(run, args.tasks)
    head = " | ".join(f"{count} asked" for count in FOLLOWING) if args.following else "form 1 | form 2 | form 3"
    print(f"| {args.model}, seed {args.seed} | {head} | trend z |\n|---|--:|--:|--:|--:|")
    for row, levels in found.items():
        print(f"| {row} | {' | '.join(map(counted, levels))} | {trend(levels):.1f} |")
    for metric in dict.fromkeys(row.rpartition(" ")[0] for row in found):
        both = joined([found[f"{metric} {language}"] for language in LANGUAGES])
        print(f"| **{metric}** | {' | '.join(map(shared, both))} | {trend(both):.1f} |")


def by_level(run: kijun.Run, tasks: Sequence[str]) -> Levels:
    """Scores of each metric in forms 1, 2 and 3."""
    found: Levels = {}
    for task in tasks:
        metrics = TRUTHFULNESS[task]
        for language in LANGUAGES:
            levels: dict[str, dict[int, list[float]]] = {metric: defaultdict(list) for metric in metrics}
            for sample in run.samples(f"{task}_{language}"):
                for metric in metrics:
                    score = sample.scores.get(metric)
                    if isinstance(score, Measured) and isinstance(score.value, float):
                        levels[metric][sample.item["form"]].append(score.value)
            for metric in metrics:
                found[f"{metric} {language}"] = [levels[metric][level] for level in (1, 2, 3)]
    return found


def by_count(run: kijun.Run) -> Levels:
    """Scores of each metric where one, three and five instructions are given at once."""
    found: Levels = {}
    for metric in FOLLOWED:
        for language in LANGUAGES:
            counts: list[list[float]] = []
            for count in FOLLOWING:
                scores = [sample.scores[metric] for sample in run.samples(f"follow_{count}_{language}")]
                values = [score.value for score in scores if isinstance(score, Measured)]
                counts.append([one for value in values for one in (value if isinstance(value, tuple) else (value,))])
            found[f"{metric} {language}"] = counts
    return found


if __name__ == "__main__":
    main()
