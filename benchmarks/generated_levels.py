"""Do the levels of the generated items mean anything? Accuracy of a real model by level, for every generator.

    python benchmarks/generated_levels.py --model local/PATH.gguf [--limit 60] [--seed 11] [--form choice|free] [--chat]

Prints a Markdown table with a row a task: right of asked on levels 1, 2 and 3, and for each language and in all the
share with its Wilson interval. The run folder is kept, so that a second call goes on.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import kijun
from kijun.models import ModelOptions
from kijun.records import Measured, Sample
from kijun.specs import catalogue
from kijun.statistics import proportion

LEVELS = (1, 2, 3)


def main() -> None:
    """Reads arguments, runs, prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", default="local/smollm2-135m")
    parser.add_argument("--limit", type=int, default=60, help="items a task, a third of them on each level")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--form", choices=["choice", "free"], default="choice")
    parser.add_argument("--languages", nargs="+", default=["en", "ja"])
    parser.add_argument("--generators", nargs="+", default=reasoning_generators())
    parser.add_argument("--chat", action="store_true")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--out", type=Path, help="run folder")
    args = parser.parse_args()
    ending, metric = ("_free", "exact_match") if args.form == "free" else ("", "acc")
    names = [f"core_{generator}_{language}{ending}" for language in args.languages for generator in args.generators]
    run = kijun.evaluate(
        names,
        args.model,
        limit=args.limit,
        seed=args.seed,
        chat=args.chat,
        out=args.out,
        options=ModelOptions(threads=args.threads),
    )
    print(f"| {args.model}, {args.form}, seed {args.seed} | level 1 | level 2 | level 3 |")
    print("|---|--:|--:|--:|")
    pooled: dict[str, list[Sample]] = defaultdict(list)
    for name in names:
        samples = list(run.samples(name))
        pooled[name.removesuffix(ending)[-2:]] += samples
        print(f"| {name} | {' | '.join(map(counted, by_level(samples, metric)))} |")
    if len(pooled) > 1:
        pooled["all"] = [sample for samples in pooled.values() for sample in samples]
    for name, samples in pooled.items():
        print(f"| **{name}** | {' | '.join(map(shared, by_level(samples, metric)))} |")


def reasoning_generators() -> list[str]:
    """Generators whose items are tasks of suite core."""
    return [name[5:-3] for name in catalogue().groups["core_en"].members]


def by_level(samples: Iterable[Sample], metric: str) -> list[list[float]]:
    """Scores on each level; what was not measured is left out."""
    found: dict[int, list[float]] = defaultdict(list)
    for sample in samples:
        score = sample.scores[metric]
        if isinstance(score, Measured) and isinstance(score.value, float):
            found[sample.item["level"]].append(score.value)
    return [found[level] for level in LEVELS]


def counted(scores: list[float]) -> str:
    """Such as ``14/20``."""
    return f"{Counter(scores)[1.0]}/{len(scores)}"


def shared(scores: list[float]) -> str:
    """Such as ``0.70 (0.60 to 0.78)``."""
    estimate = proportion(scores)
    return f"{estimate.value:.2f} ({estimate.low:.2f} to {estimate.high:.2f})"


if __name__ == "__main__":
    main()
