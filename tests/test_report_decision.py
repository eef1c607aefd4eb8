"""Reports with a use case: the answer comes first, with how sure it is, why, the risks and what was not tested."""

from __future__ import annotations

import re
from pathlib import Path

import html5lib
import msgspec
import pytest
from made_up_campaigns import campaign_of, pair_item, voted
from reported_runs import hostile_runs, plain_runs

from kijun import Run
from kijun.records import Report
from kijun.reporting import gather, report
from kijun.reports.decision_words import answer_lines, reason_lines, risk_lines
from kijun.reports.gap_words import not_tested_lines
from kijun.reports.pages import render_page
from kijun.reports.report_markdown import report_markdown
from kijun.reports.texts import LANGUAGES, texts
from kijun.specs import GateSpec, SuiteEntry, UseCaseSpec, WeightSpec
from kijun.store import write_campaign


def use_case(limit: float) -> UseCaseSpec:
    """Sums must be right in at least `limit` of cases."""
    return UseCaseSpec(
        name="counter",
        version=1.0,
        languages=("en", "ja"),
        title={"en": "Counter", "ja": "窓口"},
        about={"en": "Answers at a counter.", "ja": "窓口で答える。"},
        tasks=(SuiteEntry("sums_{language}"), SuiteEntry("harm_en")),
        gates=(GateSpec("sums_{language}:acc", at_least=limit), GateSpec("untried_en:acc", at_least=limit)),
        weights=(WeightSpec("sums_{language}:acc", (0.6, 0.8)), WeightSpec("harm_en:not_refused", (0.2, 0.4))),
        not_covered=({"en": "Queues.", "ja": "行列。"},),
    )


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    return plain_runs(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def failing(runs: list[Run]) -> Report:
    return gather(runs, use_case=use_case(0.6))


@pytest.fixture(scope="module")
def ranked(runs: list[Run]) -> Report:
    spec = use_case(0.0)
    return gather(runs, use_case=msgspec.structs.replace(spec, gates=spec.gates[:1]))


def first_page(page: str) -> str:
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    heading = next(tree.iter("h1"))
    section = next(node for node in tree.iter("section") if node.get("id") == "short")
    return re.sub(r"\s+", " ", " ".join([*heading.itertext(), *section.itertext()])).replace("\u2060", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_answers(failing: Report, language: str) -> None:
    say, decision = texts(language), failing.decision
    shown = first_page(render_page(failing, say))
    assert shown.startswith(answer_lines(decision, say)[0])
    assert [model.verdict for model in decision.models] == ["cannot_tell", "failed"]
    for line in [*reason_lines(decision, say)[:3], *not_tested_lines(decision, say)[:5]]:
        assert line in shown
    assert any(line in shown for line in risk_lines(decision.risks, say))
    assert say("report.sure", chance="5 %") in shown.replace("\u00a0", " ")
    for model in decision.models:
        assert f"{model.model} " in shown and say(f"decide.{model.verdict}") in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_decision_follows(ranked: Report, language: str) -> None:
    say = texts(language)
    page = render_page(ranked, say)
    html5lib.HTMLParser(strict=True).parse(page)
    for key in ("report.gates_chart", "report.ranks_chart", "report.weights", "decide.not_asked_title"):
        assert say(key) in page
    assert say("report.no_use_case") not in page and "0.60–0.80" not in page
    assert "0.30–0.40" in page  # of one language: its equal part of the range


def test_without_the_use_case_nobody_is_chosen(runs: list[Run]) -> None:
    page = render_page(gather(runs), texts("en"))
    assert texts("en")("report.no_use_case") in page and "verdicts" not in page.partition("</style>")[2]


def test_markdown_begins_with_the_answer(failing: Report) -> None:
    text = report_markdown(failing, texts("en"))
    assert text.startswith(f"# {answer_lines(failing.decision, texts('en'))[0]}")
    assert "### Requirements" in text


def test_json_holds_the_decision_and_no_places(runs: list[Run], tmp_path: Path) -> None:
    path = report(runs, use_case=use_case(0.6), format="json", out=tmp_path / "r.json").path
    again = msgspec.json.decode(path.read_bytes(), type=Report)
    assert again.decision.use_case == "counter" and len(again.profiles) == 2
    assert str(runs[0].folder.parent) not in path.read_text(encoding="utf-8")
    assert again.command.endswith("--use-case counter")
    assert first_page(render_page(again, texts("en")))


def test_hostile_names_do_nothing_on_the_first_page(tmp_path: Path) -> None:
    page = render_page(gather(hostile_runs(tmp_path), use_case=use_case(0.6)), texts("en"))
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    assert len(list(tree.iter("script"))) == 3 and not list(tree.iter("img"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_are_told_of_without_their_names(language: str, tmp_path: Path) -> None:
    """A campaign that rated both runs lies beside both of them and is told once."""
    rated, say = plain_runs(tmp_path), texts(language)
    items = [pair_item(number) for number in range(8)]
    votes = [vote for item in items for vote in voted(item, ["first", "first", "second"])]
    for run in rated:
        write_campaign(run.folder / "ratings" / "pilot", campaign_of("pairwise", items, votes))
    gathered = gather(rated)
    assert [campaign.n_ratings for campaign in gathered.campaigns] == [24]
    page = render_page(gathered, say)
    html5lib.HTMLParser(strict=True).parse(page)
    assert (
        say("report.people") in page and say("analysis.agreement") in page and f">{say('analysis.raters')}<" not in page
    )
    assert "secret-1" not in page and b"secret-1" not in msgspec.json.encode(gathered)
    assert say("report.people") in report_markdown(gathered, say)
