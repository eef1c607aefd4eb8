"""A few of the intervals of `benchmarks/coverage.py`, drawn less often: each holds the truth about 95 times in 100."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from kijun import statistics

ROOT = Path(__file__).resolve().parents[1]
FEW = [
    ("proportion", 50),
    ("mean", 50),
    ("compare", 100),
    ("bradley_terry", 100),
    ("corrected_mean", 50),
    ("corrected_mean_by_strata", 80),
    ("corrected_mean_by_design", 100),
    ("krippendorff_alpha", 50),
]
# Types, plans, p-values, parts, and what gives a probability or a bound for the worst case instead of an interval.
WITHOUT = {
    "REPLICATES",
    "Acceptability",
    "Clusters",
    "ConfusionMetric",
    "CorrectedMean",
    "DetectorAgreement",
    "Figure",
    "PairedComparison",
    "RankSet",
    "RaterModel",
    "Ranking",
    "RatingSpread",
    "acceptability",
    "ahead_for_all_weights",
    "benjamini_hochberg",
    "bounds_for_unscored",
    "corners_of_weights",
    "dawid_skene",
    "draw_weights",
    "f1_of_tables",
    "front_shares",
    "gaps_by_unit",
    "holm",
    "macro_f1_of_tables",
    "matthews_of_tables",
    "mean_confidence",
    "minimal_detectable_difference",
    "normal_quantile",
    "nothing_measured",
    "one_sided_factor",
    "pooled_spread",
    "pooled_stderr",
    "rank_sets",
    "rare_share",
    "ratings_needed",
    "ratings_to_go",
    "split_budget",
    "tiers",
    "trials_of_share",
    "vote_confidence",
    "weights_near",
    "wilson",
}


@pytest.fixture(scope="module")
def coverage() -> Iterator[ModuleType]:
    """The script; not by its name, which a package of the tests' environment may have too."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    spec = spec_from_file_location("interval_coverage", ROOT / "benchmarks" / "coverage.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(str(ROOT / "benchmarks"))


@pytest.mark.parametrize(("name", "n"), FEW)
def test_the_interval_holds_the_truth(coverage: ModuleType, name: str, n: int) -> None:
    case = next(one for one in coverage.CASES if (one.function, one.n) == (name, n))
    found = coverage.simulate(case, 400)
    # Three standard errors of 400 draws at 95 % are 3.3 points.
    assert 0.917 <= found.share <= 0.983


@pytest.mark.parametrize("page", ["docs/coverage.md", "docs/ja/coverage.md"])
def test_the_table_has_every_case(coverage: ModuleType, page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    cases = [*coverage.CASES, *coverage.MORE_CASES]
    assert len(rows) == len(cases)
    language = "ja" if "/ja/" in page else "en"
    for row, case in zip(rows, cases, strict=True):
        assert row.startswith(f"| `{case.function}` | {getattr(case, language)} | {case.n:,} |")


def test_every_interval_of_statistics_is_simulated(coverage: ModuleType) -> None:
    simulated = " ".join(case.function for case in [*coverage.CASES, *coverage.MORE_CASES])
    assert sorted(name for name in set(statistics.__all__) - WITHOUT if name not in simulated) == []
