"""A report of many items in Chromium: how soon it can be used, beside the same items as plain HTML.

    python benchmarks/bench_report.py [--items 10000] [--models 2] [--repeats 5]

Texts are made up from a seed: questions of about 400 characters, answers of about 600. Three times are taken from the
beginning of loading, each the median of the repeats: the first page is painted; the item browser answers; and, from
there on, a search over all texts. "Plain" is the same page with every item written out as HTML and no browser.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from kijun.records import Estimate, Report, ReportedAnswer, ReportedItem, ReportedRun, ReportedTask, RunResults
from kijun.records import TaskResult as Result
from kijun.reports.pages import page as pages
from kijun.reports.texts import texts

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
SENTENCE = "the item asks what a person who knows the rules would answer when nobody helps them at the counter today"
WORDS = SENTENCE.split(" ")


def made_up(count: int, models: int, seed: int = 1) -> Report:
    """A report of `count` items on four tasks."""
    rng = random.Random(seed)

    def text(letters: int) -> str:
        return " ".join(rng.choices(WORDS, k=letters // 5)) + f" {rng.randrange(10**9)}"

    names = [f"task_{number}" for number in range(4)]
    metrics = {"acc": {"aggregate": "proportion", "higher_is_better": True}}
    tasks = {
        name: ReportedTask(name, "knowledge", ("en",), 1.0, 0, count // 4, "generate", metrics=metrics)
        for name in names
    }
    estimate = Estimate(0.5, 0.01, 0.48, 0.52, 0.95, count // 4, "wilson")
    results = RunResults({name: Result({"acc": estimate}, count // 4, 0, 0, 1.0, 0) for name in names})
    runs = tuple(
        ReportedRun(
            label=f"model {number}", folder="run", model={"name": f"model {number}"}, results=results, tasks=tasks,
            group_titles={}, settings={}, command="kijun run", kijun="0", packages={}, machine={}, git=None, started="",
            finished=None, usage={}, judges=(), judge_usage={}, agreement=(), judged=(), anchored=(),
            manifest_sha256="", results_sha256="",
        )
        for number in range(models)
    )  # fmt: skip

    def answer() -> ReportedAnswer:
        right = float(rng.random() < 0.5)
        return ReportedAnswer(text(600), fitness=right, scores={"acc": right})

    items = tuple(
        ReportedItem(names[number % 4], f"{number:016x}", text(400), tuple(answer() for _ in range(models)), gold="yes")
        for number in range(count)
    )
    return Report("0", "2026-01-01", "kijun report", runs, items, count)


def opened(browser: Browser, path: Path, *, plain: bool) -> dict[str, float]:
    """Milliseconds of one loading."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    began = time.perf_counter()
    page.goto(path.as_uri(), wait_until="load" if plain else "commit")
    if not plain:
        page.wait_for_selector("#browser[data-ready]")
    found = {"ready": 1000 * (time.perf_counter() - began)}
    paint = "performance.getEntriesByType('paint').find((one) => one.name === 'first-contentful-paint').startTime"
    found["painted"] = page.evaluate(paint)
    if not plain:
        # From the last key to the count on the page, the wait for further keys included.
        found["search"] = page.evaluate(
            """() => new Promise((done) => {
              const count = document.querySelector('[data-part=count]'), search = document.querySelector('#b-search');
              const began = performance.now();
              new MutationObserver(() => done(performance.now() - began)).observe(count, { childList: true });
              search.value = 'counter 77';
              search.dispatchEvent(new Event('input'));
            })"""
        )
    page.close()
    return found


def main() -> None:
    """Prints the figures."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--items", type=int, default=10_000)
    arguments.add_argument("--models", type=int, default=2)
    arguments.add_argument("--repeats", type=int, default=5)
    arguments.add_argument("--chromium", default="/usr/bin/chromium")
    given = arguments.parse_args()
    report, say = made_up(given.items, given.models), texts("en")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        began = time.perf_counter()
        ours, plain = Path(folder, "ours.html"), Path(folder, "plain.html")
        ours.write_text(pages.render_page(report, say), encoding="utf-8")
        print(f"written in {time.perf_counter() - began:.1f} s, {ours.stat().st_size / 1e6:.1f} MB")
        pages._ON_PAPER = given.items
        plain.write_text(pages.render_page(report, say, paper=True), encoding="utf-8")
        print(f"plain: {plain.stat().st_size / 1e6:.1f} MB")
        browser = playwright.chromium.launch(executable_path=given.chromium, args=FLAGS)
        opened(browser, ours, plain=False)
        medians = {}
        for name, path in (("browser", ours), ("plain", plain)):
            times = [opened(browser, path, plain=name == "plain") for _ in range(given.repeats)]
            medians[name] = {key: statistics.median(one[key] for one in times) for key in times[0]}
            print(f"{name}: " + ", ".join(f"{key} {value:.0f} ms" for key, value in medians[name].items()))
        print(
            f"plain / browser: {medians['plain']['ready'] / medians['browser']['ready']:.1f} times as long to be ready"
        )
        browser.close()


if __name__ == "__main__":
    main()
