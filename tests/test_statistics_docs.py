"""The examples of docs/statistics.md and its Japanese page give what they say, and both name every public function."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from kijun import statistics

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = [DOCS / "statistics.md", DOCS / "ja" / "statistics.md"]
ON_RATINGS = [DOCS / "human-scores.md", DOCS / "ja" / "human-scores.md"]
# helpers whose use the pages need not explain
UNEXPLAINED = {
    "REPLICATES",
    "Acceptability",
    "Clusters",
    "ConfusionMetric",
    "CorrectedMean",
    "Figure",
    "PairedComparison",
    "RankSet",
    "RaterModel",
    "RatingSpread",
    "f1_of_tables",
    "macro_f1_of_tables",
    "matthews_of_tables",
    "normal_quantile",
    "nothing_measured",
    "one_sided_factor",
    "pooled_stderr",
    "rare_share",
    "trials_of_share",
    "weights_near",
    "wilson",
}


@pytest.mark.parametrize("page", PAGES, ids=["en", "ja"])
def test_examples_give_what_they_say(page: Path) -> None:
    outcome = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert outcome.attempted >= 9
    assert outcome.failed == 0


@pytest.mark.parametrize("page", ON_RATINGS, ids=["en", "ja"])
def test_figures_on_ratings_are_what_the_code_gives(page: Path) -> None:
    outcome = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert outcome.attempted >= 12
    assert outcome.failed == 0


@pytest.mark.parametrize("page", PAGES, ids=["en", "ja"])
def test_every_public_function_is_explained(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert [name for name in set(statistics.__all__) - UNEXPLAINED if f"`{name}" not in text] == []
