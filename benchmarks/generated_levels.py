"""Do the levels of the generated items mean anything? Accuracy of a real model by level, for every generator.

    python benchmarks/generated_levels.py --model local/PATH.gguf [--limit 60] [--seed 11] [--form choice|free] [--chat]

Prints a Markdown table with a row a generator: right of asked on levels 1, 2 and 3 in each language, and for each
language and in all the share with its Wilson interval, how far levels 1 and 2 and levels 2 and 3 lie apart (Newcombe's
interval), and the trend over the three levels. The run folder is kept, so that a second call goes on.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import kijun
from kijun.models import ModelOptions
from kijun.records import Measured, Sample
from kijun.specs import catalogue
from kijun.statistics import difference_of_shares, proportion

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
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32", help="for hf/")
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
        options=ModelOptions(threads=args.threads, dtype=args.dtype),
    )
    samples = {name: list(run.samples(name)) for name in names}
    print(f"| {args.model}, {args.form}, seed {args.seed} | level 1 | level 2 | level 3 | trend z |")
    print("|---|--:|--:|--:|--:|")
    for generator in args.generators:
        found = [by_level(samples[f"core_{generator}_{lang}{ending}"], metric) for lang in args.languages]
        cells = [", ".join(map(counted, scores)) for scores in zip(*found, strict=True)]
        print(f"| {generator} ({', '.join(args.languages)}) | {' | '.join(cells)} | {trend(joined(found)):.1f} |")
    pooled = {
        lang: joined([by_level(samples[f"core_{g}_{lang}{ending}"], metric) for g in args.generators])
        for lang in args.languages
    }
    for name, levels in {**pooled, "all": joined(list(pooled.values()))}.items():
        print(f"| **{name}** | {' | '.join(map(shared, levels))} | {trend(levels):.1f} |")
        for one, other in ((0, 1), (1, 2)):
            apart = difference_of_shares(levels[one], levels[other])
            told = f"level {one + 1} above level {other + 1} by {apart.value:.2f}"
            print(f"|  {told} ({apart.low:.2f} to {apart.high:.2f}) |||||")


def joined(found: Sequence[list[list[float]]]) -> list[list[float]]:
    """Scores on each level of several tasks together."""
    return [[score for scores in level for score in scores] for level in zip(*found, strict=True)]


def trend(levels: Sequence[Sequence[float]]) -> float:
    """z of Cochran and Armitage's test that the share of ones falls from level to level: above 1.64 it does, at 5 %.

    Source: Armitage (1955), Biometrics 11:375-386, with scores 1, 2, 3. NaN where all scores are the same.
    """
    sizes, total = [len(scores) for scores in levels], sum(map(len, levels))
    share = sum(map(sum, levels)) / total
    middle = sum(place * size for place, size in enumerate(sizes)) / total
    fall = -sum((place - middle) * sum(scores) for place, scores in enumerate(levels))
    variance = share * (1 - share) * sum(size * (place - middle) ** 2 for place, size in enumerate(sizes))
    return fall / math.sqrt(variance) if variance else math.nan


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
