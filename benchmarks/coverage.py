"""How often the 95 % intervals hold the truth: ``python benchmarks/coverage.py [--write] [--only NAME]``.

Every interval of `kijun.statistics` on data drawn from a known truth, many times, from one seed. ``--write`` puts the
table into ``docs/coverage.md`` and ``docs/ja/coverage.md``; exit code 1 where an interval that theory promises at 50
and more is outside of 94 to 96 %, beyond what chance explains.
"""

from __future__ import annotations

import argparse
import math
import sys
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
from coverage_cases import CASES, Case
from coverage_more import MORE_CASES

DOCS = Path(__file__).resolve().parents[1] / "docs"
SEED = 20261127
_MARKS = ("<!-- table: made by benchmarks/coverage.py -->", "<!-- end of table -->")


class Found(NamedTuple):
    """Draws of a case, and in how many of them the interval held the truth."""

    case: Case
    draws: int
    hits: int

    @property
    def share(self) -> float:
        """Coverage, 0 to 1."""
        return self.hits / self.draws

    @property
    def error(self) -> float:
        """Standard error of the simulation at 95 %."""
        return math.sqrt(0.95 * 0.05 / self.draws)

    @property
    def fine(self) -> bool:
        """Whether the promise is kept as far as the simulation can tell."""
        low = 0.94 - 2 * self.error
        if self.case.promised == "at_least":
            return self.share >= low
        return self.case.promised != "yes" or low <= self.share <= 0.96 + 2 * self.error


def simulate(case: Case, draws: int) -> Found:
    """Draws a case; each has a seed of its own, so that it does not depend on the others."""
    rng = np.random.default_rng([SEED, zlib.crc32(f"{case.function} {case.en} {case.n}".encode())])
    return Found(case, draws, sum(case.draw(rng) for _ in range(draws)))


def how_many(case: Case) -> int:
    """Cheap cases are drawn more often."""
    return 20_000 if case.cost < 1 else 4_000 if case.cost < 10 else 1_000


def table(found: list[Found], language: str) -> str:
    """Markdown."""
    head = {
        "en": "| function | drawn | n | held the truth | simulated | promise |",
        "ja": "| 関数 | 引いたもの | n | 真値を含んだ割合 | 回数 | 約束 |",
    }[language]
    promise = {
        "en": {"yes": "95 %", "at_least": "95 % or more"},
        "ja": {"yes": "95 %", "at_least": "95 % 以上"},
    }[language]
    lines = [head, "|---|---|--:|--:|--:|---|"]
    for one in found:
        told = promise.get(one.case.promised, "–")
        text = one.case.en if language == "en" else one.case.ja
        share = f"{100 * one.share:.1f} %"
        lines.append(f"| `{one.case.function}` | {text} | {one.case.n:,} | {share} | {one.draws:,} | {told} |")
    return "\n".join(lines)


def write(page: Path, made: str) -> None:
    """Puts the table between the marks of a page."""
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(_MARKS[0])
    after = rest.split(_MARKS[1])[1]
    page.write_text(f"{before}{_MARKS[0]}\n\n{made}\n\n{_MARKS[1]}{after}", encoding="utf-8")


def main() -> int:
    """Simulates, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the tables of the documentation")
    parser.add_argument("--only", default="", help="functions whose name holds this")
    chosen = parser.parse_args()
    found = []
    for case in [*CASES, *MORE_CASES]:
        if chosen.only in case.function:
            found.append(simulate(case, how_many(case)))
            print(
                f"{found[-1].share:7.2%} {'' if found[-1].fine else '!!'} {case.function} {case.n}: {case.en}",
                flush=True,
            )
    if chosen.write:
        for language, page in (("en", DOCS / "coverage.md"), ("ja", DOCS / "ja" / "coverage.md")):
            write(page, table(found, language))
    return int(not all(one.fine for one in found))


if __name__ == "__main__":
    sys.exit(main())
