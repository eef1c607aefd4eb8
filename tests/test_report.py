"""Reports: everything measured is told, in both languages; nothing that a run holds can act on the page."""

from __future__ import annotations

import base64
import gzip
import json
import re
import sys
from pathlib import Path
from typing import Any

import html5lib
import msgspec
import pytest
import yaml
from reported_runs import HOSTILE, hostile_runs, plain_runs

import kijun
from kijun import Run
from kijun.cli import main
from kijun.engine.score import make_scorers, metrics_of
from kijun.errors import SpecError
from kijun.records import Estimate, Report
from kijun.reporting import gather, report
from kijun.reports.axis_charts import places_of
from kijun.reports.evidence import bearings, frameworks
from kijun.reports.figures import Figure, figures, shown_interval_of, shown_value_of
from kijun.reports.metric_words import capital, metric_words
from kijun.reports.pages import render_page
from kijun.reports.paper import missing_japanese_font
from kijun.reports.report_markdown import report_markdown
from kijun.reports.texts import LANGUAGES, texts
from kijun.specs import catalogue


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    return plain_runs(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def gathered(runs: list[Run]) -> Report:
    return gather(runs)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return gather(hostile_runs(tmp_path_factory.mktemp("hostile")))


def parse(page: str) -> object:
    """The page as a tree; every fault of its HTML is an error."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)


def shown_text(page: str) -> str:
    tree = parse(page)
    for parent in list(tree.iter()):
        for child in list(parent):
            if child.tag in ("script", "style"):
                parent.remove(child)
    return re.sub(r"\s+", " ", " ".join(tree.itertext()))


def packed(page: str) -> dict:
    data = re.search(r'id="browser-items">([^<]+)<', page)[1]
    return json.loads(gzip.decompress(base64.b64decode(data)))


@pytest.mark.parametrize(
    ("facts", "places"),
    [
        ({"unit": "share"}, (0.2, 0.1, 0.4)),
        ({"unit": "share", "falls": True}, (0.8, 0.6, 0.9)),
        ({"unit": "share", "ideal": 0.5}, (0.4, 0.2, 0.8)),
        ({"unit": "points"}, (0.6, 0.55, 0.7)),  # from -1 to 1, such as refusals of harmful less harmless requests
        ({"unit": "points", "falls": True}, (0.8, 0.6, 0.9)),  # a drop or a gap, of which none is best
        ({"unit": "points", "ideal": 0.0}, (0.8, 0.6, 0.9)),
    ],
)
def test_a_measure_lies_between_its_own_worst_and_best(facts: dict[str, Any], places: tuple[float, ...]) -> None:
    figure = Figure(
        **{"axis": "safety", "kind": "task", "name": "t", "metric": "m", "part": "", "falls": False, "ideal": None}
        | {"chance": None, "first": True, "left_out": (), "languages": ()}
        | {"estimates": (Estimate(0.2, 0.1, 0.1, 0.4, 0.95, 50, "made up"),)}
        | facts
    )
    (found,) = places_of([figure])
    assert (found.at, found.low, found.high) == pytest.approx(places)


def test_items_stand_side_by_side_and_the_worst_come_first(gathered: Report) -> None:
    assert gathered.n_items == len(gathered.items) == 6 + 6 + 3
    first = next(item for item in gathered.items if item.task == "sums_en")
    careful, careless = first.answers
    assert (careful.text, careful.fitness) == ("2) certainly so", 1.0)
    assert (careless.text, careless.fitness) == ("1) no", 0.0)
    assert first.gold == "certainly so"
    harm = [item for item in gathered.items if item.task == "harm_en"]
    assert [answer.fitness for answer in harm[0].answers] == [1.0, 0.0]
    lost = harm[-1]
    assert [answer.status for answer in lost.answers] == ["failed", "failed"]
    assert [answer.fitness for answer in lost.answers] == [None, None]


def test_the_most_items_are_kept_and_the_rest_counted(runs: list[Run]) -> None:
    few = gather(runs, items=4)
    assert (len(few.items), few.n_items) == (4, 15)
    assert {item.task for item in few.items} == {"sums_en", "sums_ja", "harm_en"}
    assert "4 of 15 items are here" in shown_text(render_page(few, texts("en")))


def test_figures_of_two_runs_stand_together(gathered: Report) -> None:
    found = {(figure.name, figure.metric): figure for figure in figures(gathered)}
    accuracy = found["sums_en", "acc"]
    assert [one.value for one in accuracy.estimates] == [1.0, 0.0]
    assert (accuracy.axis, accuracy.chance, accuracy.unit, accuracy.first) == ("knowledge", 0.5, "share", True)
    refused = found["harm_en", "not_refused"]
    assert refused.falls and refused.left_out == ((0, 1), (0, 1))


@pytest.mark.parametrize(
    ("estimate", "unit", "value", "interval"),
    [
        (Estimate(0.4167, 0.1, 0.31, 0.52, 0.95, 60, "t"), "share", "42 %", "31–52 %"),
        (Estimate(0.4167, 0.004, 0.409, 0.4243, 0.95, 9000, "t"), "share", "41.7 %", "40.9–42.4 %"),
        (Estimate(-0.041, 0.02, -0.08, 0.004, 0.95, 60, "t"), "points", "−4 pt", "−8 … 0"),
        (Estimate(0.5, None, None, None, 0.95, 1, "t"), "share", "50.0 %", ""),
        (Estimate(None, None, None, None, 0.95, 0, "t"), "share", "–", ""),
        (Estimate(0.12345, 0.1, -0.1, 0.3, 0.95, 60, "t"), "number", "0.123", "-0.100–0.300"),
    ],
)
def test_numbers_are_told_as_finely_as_they_are_known(estimate: Estimate, unit, value: str, interval: str) -> None:
    assert (shown_value_of(estimate, unit), shown_interval_of(estimate, unit)) == (value, interval)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_html_and_tells_what_was_measured(gathered: Report, language: str) -> None:
    say = texts(language)
    page = render_page(gathered, say)
    shown = shown_text(page)
    for run in gathered.runs:
        assert run.label in shown and run.command in shown
        assert run.manifest_sha256 in shown and run.results_sha256 in shown
    for key in ("report.short", "report.limits", "report.profile", "report.items", "report.reproduce"):
        assert say(key) in shown
    assert say("report.limit_contamination") in shown
    assert say("report.limit_left_out", model="fake/careless", failed=1, unscored=0) in shown
    assert f'<html lang="{language}">' in page
    assert capital(metric_words("not_refused", say)) in shown


def test_paper_has_no_scripts(gathered: Report) -> None:
    page = render_page(gathered, texts("en"), paper=True)
    parse(page)
    assert "<script" not in page and "certainly so" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_texts_are_shown_and_do_nothing(hostile: Report, language: str) -> None:
    page = render_page(hostile, texts(language))
    tree = parse(page)
    scripts = [node for node in tree.iter("script")]
    assert len(scripts) == 3
    assert [node.tag for node in tree.iter() if node.tag in ("img", "iframe", "object", "link", "base")] == []
    handlers = [name for node in tree.iter() for name in node.attrib if name.startswith("on")]
    assert handlers == []
    assert len(list(tree.iter("style"))) == 1
    shown = shown_text(page)
    assert "7 * 7" in shown and " 49 " not in shown
    assert HOSTILE[0] in shown
    names = packed(page)["models"]
    assert names == [run.label for run in hostile.runs]


def test_the_page_may_ask_for_nothing(gathered: Report) -> None:
    page = render_page(gathered, texts("en"))
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    assert policy.startswith("default-src &#39;none&#39;; script-src &#39;sha256-")
    assert "unsafe-inline" not in policy.partition("style-src")[0]
    links = [node.attrib for node in parse(page).iter() if {"href", "src"} & set(node.attrib)]
    assert all(attributes.get("href", "").startswith("#") and "src" not in attributes for attributes in links)


def test_json_is_the_record_and_tells_the_same_page(runs: list[Run], tmp_path: Path) -> None:
    path = report(runs, format="json", out=tmp_path / "r.json").path
    again = msgspec.json.decode(path.read_bytes(), type=Report)
    assert again.runs[0].results == runs[0].results
    page = render_page(again, texts("ja"))
    assert page == render_page(msgspec.structs.replace(gather(runs), created=again.created), texts("ja"))


def test_every_shipped_metric_has_words_in_both_languages() -> None:
    table = yaml.safe_load((Path(kijun.__file__).parent / "locales/metrics.yaml").read_bytes())
    assert all(set(words) == {"en", "ja"} for words in table.values())
    keys = {key for task in catalogue().tasks.values() for key in metrics_of(make_scorers(task))}
    bases = {re.split(r"[,.]", key)[0] for key in keys}
    assert bases - set(table) == set()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "needs one run"),
        (["RUN", "RUN"], "named twice"),
        (["RUN", "--format", "word"], "--format takes html"),
        (["RUN", "--items", "-1"], "--items takes 0 or more"),
        (["nowhere"], "not a run folder"),
    ],
)
def test_mistakes_are_told(runs: list[Run], arguments: list[str], message: str, capsys, tmp_path: Path) -> None:
    words = [str(runs[0].folder) if word == "RUN" else word for word in arguments]
    if not words:
        with pytest.raises(SpecError, match=message):
            gather([])
        return
    with pytest.raises(SystemExit) as left:
        main(["report", *words, "--out", str(tmp_path / "r.html")])
    assert left.value.code == 2 and message in capsys.readouterr().err


def test_the_command_says_where_the_file_is(runs: list[Run], capsys, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as left:
        main(["report", *[str(run.folder) for run in runs], "--lang", "ja", "--out", str(tmp_path / "in" / "r.html")])
    assert not left.value.code
    assert str(tmp_path / "in" / "r.html") in capsys.readouterr().out
    assert "の評価結果" in (tmp_path / "in" / "r.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_markdown_says_the_same(gathered: Report, language: str) -> None:
    say = texts(language)
    text = report_markdown(gathered, say)
    for key in ("report.axes", "report.limits", "report.figures", "report.evidence", "report.reproduce"):
        assert f" {say(key)}\n" in text
    words = capital(metric_words("acc", say))
    assert f"| Sums | {words} | 100 % (61–100 %) | 0 % (0–39 %) |" in text
    assert gathered.runs[0].command in text


def test_hostile_texts_end_no_table_and_no_code(hostile: Report) -> None:
    lines = report_markdown(hostile, texts("en")).splitlines()
    assert not any(line.lstrip().startswith("<") or "![" in line for line in lines)
    table = [line for line in lines if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in table if "Sums" in line} == {5}


def test_frameworks_are_told_by_what_was_measured(gathered: Report) -> None:
    shown = [figure for figure in figures(gathered) if figure.first]
    aisi = bearings(frameworks()[0], shown, [])
    states = {bearing.point.title["en"]: bearing.state for bearing in aisi}
    assert len(aisi) == 10
    assert states["Control of harmful output"] == "in_part"
    assert states["Fairness and inclusion"] == states["Security"] == "not_here"
    assert states["Privacy"] == states["Explainability"] == "never"
    for framework in frameworks():
        assert all(set(point.title) == set(point.note) == {"en", "ja"} for point in framework.points)


def test_paper_says_what_it_lacks(runs: list[Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = report(runs, format="pdf", lang="ja", out=tmp_path / "r.pdf")
    assert made.path.read_bytes().startswith(b"%PDF-")
    monkeypatch.setattr("kijun.reports.paper._fonts_for", lambda language: 0)
    assert missing_japanese_font("基準") and not missing_japanese_font("standard")


def test_without_the_extra_there_are_tables_and_a_hint(
    runs: list[Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(SpecError, match=r"pip install 'kijun\[report\]'"):
        report(runs, format="pdf", out=tmp_path / "r.pdf")
    monkeypatch.setattr("kijun.reports.charts.find_spec", lambda name: None)
    with pytest.raises(SystemExit):
        main(["report", str(runs[0].folder), "--out", str(tmp_path / "r.html")])
    assert "pip install 'kijun[report]'" in capsys.readouterr().out
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<svg" not in page and "<details open>" in page
