"""The report's page in a real browser: for everybody, with and without scripts, and hostile texts do nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from reported_runs import HOSTILE, hostile_runs, plain_runs
from test_report_decision import use_case

from kijun.reporting import report


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    plain = plain_runs(folder / "plain")
    made = {language: report(plain, lang=language, out=folder / f"{language}.html").path for language in ("en", "ja")}
    made["decision"] = report(plain, use_case=use_case(0.6), lang="ja", out=folder / "decision.html").path
    return made | {"hostile": report(hostile_runs(folder / "hostile"), out=folder / "hostile <b>.html").path}


@pytest.mark.parametrize("name", ["en", "decision"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_everybody_can_read_it(open_page, check_access, pages, name: str, size: str) -> None:
    page = open_page(pages[name].as_uri(), size=size, dark=size == "phone")
    page.wait_for_selector("#browser[data-ready]")
    check_access(page)
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0


def test_the_answer_is_on_the_first_screen(open_page, pages) -> None:
    """Which model, how sure, and why: without scrolling on a desktop."""
    page = open_page(pages["decision"].as_uri(), language="ja")
    for part in ("h1", "table.verdicts", ".three > div:first-child li:first-child"):
        box = page.locator(part).first.bounding_box()
        assert box["y"] + box["height"] <= 900, part


def test_items_are_found_and_stand_side_by_side(open_page, pages) -> None:
    page = open_page(pages["en"].as_uri())
    page.wait_for_selector("#browser[data-ready='15']")
    assert not page.is_visible("#static-items")
    page.get_by_label("Search questions and answers").fill("certainly 何ですか 1?")
    page.get_by_text("2 of 15 items", exact=True).wait_for()
    detail = page.locator("[data-part=detail]")
    assert "2) certainly so" in detail.inner_text() and "1) no" in detail.inner_text()
    page.get_by_label("Task", exact=True).select_option(label="足し算")
    assert page.locator("[data-part=count]").inner_text() == "1 of 15 items"
    page.get_by_label("Search questions and answers").fill("nothing like this")
    page.get_by_text("0 of 15 items", exact=True).wait_for()
    assert "No item fits" in detail.inner_text()


def test_the_list_is_walked_by_keys(open_page, pages) -> None:
    page = open_page(pages["en"].as_uri())
    page.wait_for_selector("#browser[data-ready]")
    page.locator("[data-part=list]").focus()
    for key, place in (("End", 14), ("ArrowUp", 13), ("Home", 0), ("ArrowDown", 1)):
        page.keyboard.press(key)
        chosen = page.locator("[role=option][aria-selected=true]")
        assert chosen.get_attribute("id") == f"item-{place}"
        assert page.locator("[data-part=list]").get_attribute("aria-activedescendant") == f"item-{place}"


def test_harmful_texts_are_veiled_until_asked_for(open_page, pages) -> None:
    page = open_page(pages["en"].as_uri())
    page.wait_for_selector("#browser[data-ready]")
    page.get_by_label("Axis", exact=True).select_option("safety")
    rows, detail = page.locator("[role=option]"), page.locator("[data-part=detail]")
    assert set(rows.locator(".line").all_inner_texts()) == {"Veiled"}
    assert not detail.locator("pre.text").first.is_visible()
    page.get_by_label("Show veiled texts").check()
    assert "request" in rows.first.inner_text() and detail.locator("pre.text").first.is_visible()


def test_without_scripts_the_worst_items_are_there(open_page, check_access, pages) -> None:
    page = open_page(pages["ja"].as_uri(), scripts=False, language="ja")
    assert page.is_visible("#static-items") and not page.is_visible("#browser")
    assert page.locator("article.item").count() == 15
    assert not page.locator("article.item details.veil pre").first.is_visible()


def test_hostile_texts_do_nothing(open_page, pages) -> None:
    page = open_page(pages["hostile"].as_uri())
    page.wait_for_selector("#browser[data-ready]")
    page.get_by_label("Show veiled texts").check()
    page.locator("[data-part=list]").focus()
    told = []
    for _ in range(int(page.locator("#browser").get_attribute("data-ready"))):
        told.append(page.locator("[data-part=detail]").inner_text())
        page.keyboard.press("ArrowDown")
    assert "owned" not in page.title().replace("'owned'", "")
    assert page.evaluate("document.querySelectorAll('img, iframe, b.bold, #browser script').length") == 0
    assert page.evaluate("performance.getEntriesByType('resource').length") == 0
    assert all(any(text in shown for shown in told) for text in HOSTILE[:4])
