"""A rater's way through the pages, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

pytest.importorskip("fastapi")
pytest.importorskip("sqlalchemy")

from rating_site import RUBRIC, WAYS, add_campaign, item, items, serving_site

from kijun.ratings import OPERATOR, RatingPlace
from kijun.records import Blinding, MarkedSpan, Message, Rating

KEYS = "document.pressed = 0; document.addEventListener('keydown', () => document.pressed++, true)"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[RatingPlace]:
    with RatingPlace(f"sqlite:///{tmp_path / 'ratings.sqlite'}") as opened:
        yield opened


@pytest.fixture
def site(place: RatingPlace) -> Iterator[str]:
    with serving_site(place) as address:
        yield address


@pytest.fixture
def come_in(place: RatingPlace, site: str, open_page: Any) -> Callable[..., Any]:
    """Opens a page for a new rater and comes to the first work."""

    def come(name: str = "Hanako", *, campaign: str = "pilot", work: bool = True, **settings: Any) -> Any:
        page = open_page(**settings)
        page.goto(f"{site}/invite/{place.people.invite(OPERATOR, campaign).token}")
        page.fill("input[name=name]", name)
        page.click("main form button.main")
        if work:
            page.click("main form button.main")
            page.wait_for_selector("#judgement")
            page.wait_for_load_state("load")  # keys are heard from then on
        return page

    return come


def kept(place: RatingPlace, campaign: str = "pilot") -> list[Rating]:
    return list(place.exporting.content(OPERATOR, campaign).ratings)


def test_four_dimensions_take_six_keys_at_most(place: RatingPlace, come_in: Any) -> None:
    add_campaign(place, items(3))
    page = come_in()
    page.evaluate(KEYS)
    with page.expect_navigation():
        for key in ("4", "5", "4", "5"):
            page.keyboard.press(key)
        assert page.evaluate("document.pressed") == 4
        page.keyboard.press("Enter")
    (rating,) = kept(place)
    assert rating.answers == {"quality": 4, "safety": 5, "usefulness": 4, "ethics": 5}
    assert rating.active_seconds is not None and rating.shown == () and rating.locale == "en"
    assert page.locator("progress").get_attribute("value") == "1"


def test_a_pair_takes_one_key(place: RatingPlace, come_in: Any) -> None:
    add_campaign(place, items(8, 2), design="pairwise")
    page = come_in()
    for number, key in enumerate("12345612"):
        page.wait_for_selector("#judgement")
        page.wait_for_load_state("load")  # keys are heard from then on
        left = page.locator(".response").first.inner_text()
        page.evaluate(KEYS)
        with page.expect_navigation():
            page.keyboard.press(key)
        rating = kept(place)[number]
        shown_first = rating.order[0]
        assert left.startswith(f"Answer {shown_first}")
        expected = {"1": "A", "2": "A", "3": "tie", "4": "B", "5": "B", "6": "both_bad"}[key]
        if expected in "AB":
            expected = ("first", "second")[rating.order["AB".index(expected)]]
        assert rating.preference == expected
        assert rating.strength == {"1": "clearly", "2": "slightly", "4": "slightly", "5": "clearly"}.get(key)
    assert {rating.order for rating in kept(place)} == {(0, 1), (1, 0)}
    page.wait_for_selector("text=All done for now")


def test_a_note_stands_under_the_answer_that_was_cut_off(place: RatingPlace, come_in: Any) -> None:
    whole = item("i0", "It is over.", "It goes on and")
    first, second = whole.candidates
    cut = msgspec.structs.replace(whole, candidates=(first, msgspec.structs.replace(second, cut_off=True)))
    add_campaign(place, [cut], design="pairwise")
    for language, note in (("en", "reached the limit of its length"), ("ja", "長さの上限に達した")):
        page = come_in(f"Rater {language}", language=language)
        answers = page.locator(".answer")
        assert [note in text for text in answers.all_inner_texts()] == [
            "It goes on" in text for text in answers.all_inner_texts()
        ]
        assert page.locator(f".answer .note:has-text('{note}')").count() == 1


def test_pointwise_by_mouse(place: RatingPlace, come_in: Any) -> None:
    add_campaign(place, items(1))
    page = come_in()
    for dimension in ("quality", "safety", "usefulness", "ethics"):
        page.click(f"fieldset[data-id={dimension}].active label:has(input[value='5'])")
    page.click(".submit .main")
    page.wait_for_selector("text=All done for now")
    assert set(kept(place)[0].answers.values()) == {5}


def test_a_reason_is_asked_for_where_the_rubric_wants_one(place: RatingPlace, come_in: Any) -> None:
    add_campaign(place, items(1))
    page = come_in()
    page.keyboard.press("1")
    focused = page.evaluate("document.activeElement.name")
    assert focused == "rationale.quality"
    page.keyboard.type("It answers another question.")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    for key in ("5", "5", "5"):
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    (rating,) = kept(place)
    assert rating.answers["quality"] == 1 and rating.rationale == {"quality": "It answers another question."}


def test_what_is_missing_is_said_and_nothing_is_lost(place: RatingPlace, come_in: Any) -> None:
    add_campaign(place, items(1))
    page = come_in(scripts=False)
    page.expected_errors.append("422")
    page.check("input[name='answer.quality'][value='1']")
    page.click(".submit .main")
    told = page.locator(".note.bad").inner_text()
    assert "Quality: please give a reason" in told and "Safety: please answer" in told
    assert page.is_checked("input[name='answer.quality'][value='1']")
    assert kept(place) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_every_kind_of_answer_comes_back_as_given(place: RatingPlace, come_in: Any, scripts: bool) -> None:
    add_campaign(place, [item("a", "Hello. I know everything, ひみつ too.")], rubric=WAYS)
    page = come_in(scripts=scripts)

    def choose(name: str, value: str) -> None:
        page.click(f"label:has(input[name='{name}'][value='{value}'])")

    choose("answer.quality", "1")
    if not scripts:
        page.click("fieldset[data-id=quality] summary")
    page.fill("textarea[name='rationale.quality']", "Not one word is true.")
    choose("answer.safe", "no")
    choose("answer.tone", "cold")
    choose("answer.share", "0.75")
    page.fill("input[name='answer.percent']", "63")
    choose("check.checks.c1", "yes")
    choose("check.checks.c2", "no")
    page.click("summary:has-text('More')")
    page.check("input[name=confidence][value='0.75']")
    page.fill("textarea[name='rationale.overall']", "As a whole, no.")
    page.select_option("select[name=flag]", "wrong_language")
    page.fill("input[name=flag_comment]", "Half of it is Japanese.")
    page.click(".submit .main")
    page.wait_for_selector("text=All done for now")
    (rating,) = kept(place)
    assert rating.answers == {
        "quality": 1,
        "safe": False,
        "tone": "cold",
        "share": 0.75,
        "percent": 63,
        "checks": {"c1": True, "c2": False},
    }
    assert rating.rationale == {"quality": "Not one word is true.", "overall": "As a whole, no."}
    assert rating.confidence == 0.75
    assert rating.flag is not None and (rating.flag.type, rating.flag.comment) == (
        "wrong_language",
        "Half of it is Japanese.",
    )


def test_every_kind_of_answer_by_keyboard(place: RatingPlace, come_in: Any) -> None:
    add_campaign(place, [item("a", "Hello.")], rubric=WAYS)
    page = come_in()
    for key in ("3", "1", "2", "4"):
        page.keyboard.press(key)
    page.keyboard.type("50")
    page.keyboard.press("Enter")
    for key in ("1", "2"):
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert kept(place)[0].answers == {
        "quality": 3,
        "safe": True,
        "tone": "cold",
        "share": 0.75,
        "percent": 50,
        "checks": {"c1": True, "c2": False},
    }


def test_no_answer_is_an_answer(place: RatingPlace, come_in: Any) -> None:
    add_campaign(place, items(1))
    page = come_in()
    for key in ("0", "0", "-", "-"):
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    (rating,) = kept(place)
    assert rating.answers == {}
    assert rating.abstained == {
        "quality": "cannot_judge",
        "safety": "cannot_judge",
        "usefulness": "not_applicable",
        "ethics": "not_applicable",
    }


SPOKEN = "**ようこそ** & welcome 😀, call 555-0100 `now`, please."


def select(page: Any, words: str) -> None:
    """Selects words of the response as a pointer would."""
    page.evaluate(
        """(words) => {
            const walker = document.createTreeWalker(document.querySelector(".response"), NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const at = walker.currentNode.data.indexOf(words);
                if (at < 0) continue;
                getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + words.length);
                return;
            }
            throw new Error("not there: " + words);
        }""",
        words,
    )


def test_places_are_marked_with_the_pointer_and_may_overlap(place: RatingPlace, come_in: Any) -> None:
    add_campaign(place, [item("a", SPOKEN)])
    page = come_in()
    for words, label, severity in (
        ("call 555-0100", "Private data", "Major"),
        ("555-0100", "Dangerous advice", "Minor"),
    ):
        select(page, words)
        page.select_option(".marking select", label=severity)
        page.click(f".marking button:has-text('{label}')")
    for key in ("4", "4", "4", "4"):
        page.keyboard.press(key)
    page.click(".submit .main")
    page.wait_for_selector("text=All done for now")
    start = SPOKEN.index("call")
    assert (
        kept(place)[0].spans
        == (
            MarkedSpan(0, start, start + 13, "safety", "privacy", "major"),
            MarkedSpan(0, start + 5, start + 13, "safety", "bad_advice", "minor"),
        )
        or kept(place)[0].rationale == {}
    )


def test_a_place_is_marked_across_formatting(place: RatingPlace, come_in: Any) -> None:
    add_campaign(place, [item("a", SPOKEN)])
    page = come_in()
    page.evaluate(
        """() => {
            const pieces = document.querySelectorAll(".response [data-at]");
            const last = pieces[pieces.length - 2].firstChild;
            getSelection().setBaseAndExtent(pieces[0].firstChild, 2, last, last.length);
        }"""
    )
    page.click(".marking button:has-text('Hate')")
    value = page.locator("input[name=span]").get_attribute("value")
    assert value == f'[0,4,{SPOKEN.index("now") + 3},"safety","hate","minor"]'


def test_places_are_marked_by_keyboard_alone(place: RatingPlace, come_in: Any) -> None:
    add_campaign(place, [item("a", "One two three.")])
    page = come_in()
    for key in ("m", "ArrowRight", "ArrowRight", "m", "Tab", "Enter"):
        page.keyboard.press(key)
    assert page.locator("input[name=span]").get_attribute("value") == '[0,3,7,"safety","bad_advice","minor"]'


def test_places_are_marked_without_scripts(place: RatingPlace, come_in: Any) -> None:
    add_campaign(place, [item("a", SPOKEN)])
    page = come_in(scripts=False)
    page.click("summary:has-text('Marked places')")
    page.fill("input[name=quote]", "welcome 😀")
    page.select_option("select[name=quote_label]", label="Private data")
    page.select_option("select[name=quote_severity]", label="Critical")
    page.click("button[value=mark]")
    assert "“welcome 😀” — Private data, Critical" in page.locator(".marks").inner_text()
    page.expected_errors.append("422")
    page.fill("input[name=quote]", "never said")
    page.click("button[value=mark]")
    assert "not in the answer" in page.locator(".marks .error").inner_text()
    for name in ("quality", "safety", "usefulness", "ethics"):
        page.check(f"input[name='answer.{name}'][value='4']")
    page.fill("input[name=quote]", "")
    page.click(".submit .main")
    page.wait_for_selector("text=All done for now")
    start = SPOKEN.index("welcome")
    assert kept(place)[0].spans == (MarkedSpan(0, start, start + 9, "safety", "privacy", "critical"),)


def test_a_draft_is_saved_as_one_goes_and_comes_back(place: RatingPlace, come_in: Any) -> None:
    add_campaign(place, items(1))
    page = come_in()
    page.keyboard.press("4")
    page.keyboard.press("5")
    page.wait_for_selector("text=Draft saved.")
    page.reload()
    assert page.is_checked("input[name='answer.quality'][value='4']")
    assert page.locator("fieldset.active").get_attribute("data-id") == "usefulness"
    assert kept(place) == []


def test_pause_keeps_the_place(place: RatingPlace, come_in: Any) -> None:
    add_campaign(place, items(2))
    page = come_in()
    asked = page.locator(".turn.user").inner_text()
    page.keyboard.press("4")
    page.keyboard.press("p")
    page.wait_for_selector("text=You are resting")
    page.click("main button.main")
    assert page.locator(".turn.user").inner_text() == asked
    assert page.is_checked("input[name='answer.quality'][value='4']")


def test_a_paused_campaign_says_so(place: RatingPlace, site: str, come_in: Any) -> None:
    add_campaign(place, items(2))
    page = come_in(work=False)
    place.campaigns.move(OPERATOR, "pilot", "paused")
    page.goto(f"{site}/rate/pilot/assignment")
    assert "The campaign is paused." in page.locator("main").inner_text()
    assert page.locator("main form button.main").is_disabled()


def test_the_last_judgement_is_taken_back(place: RatingPlace, come_in: Any) -> None:
    add_campaign(place, items(2))
    page = come_in()
    asked = page.locator(".turn.user").inner_text()
    with page.expect_navigation():
        for key in ("4", "4", "4", "4", "Enter"):
            page.keyboard.press(key)
    assert page.locator(".turn.user").inner_text() != asked
    with page.expect_navigation():
        page.keyboard.press("z")
    assert page.locator(".turn.user").inner_text() == asked
    assert kept(place) == []
    page.keyboard.press("q")
    page.keyboard.press("2")
    page.keyboard.type("Not so good after all.")
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert kept(place)[0].answers["quality"] == 2


def test_passing_over(place: RatingPlace, come_in: Any) -> None:
    add_campaign(place, items(1))
    page = come_in()
    page.click("summary:has-text('More')")
    page.select_option("select[name=skip]", "upsetting")
    page.click("button[value=skip]")
    page.wait_for_selector("text=You passed over 1.")
    assert kept(place)[0].skipped == "upsetting"


def test_practice_gives_feedback(place: RatingPlace, come_in: Any) -> None:
    practice = item(
        "p", "Take as much as you like.", kind="training", gold={"quality": 1, "safety": 1}, why="It **harms**."
    )
    add_campaign(place, [practice, *items(1)])
    page = come_in()
    assert page.locator(".progress .tag").inner_text() == "Practice"
    with page.expect_navigation():
        for key in ("4", "5", "4", "5", "Enter"):
            page.keyboard.press(key)
    told = page.locator("main").inner_text()
    assert "Quality" in told and "differs" in told and "It harms." in told
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(".progress .tag").count() == 0


def test_harmful_items_are_covered_until_asked_for(place: RatingPlace, come_in: Any) -> None:
    add_campaign(place, [item("a", "Something cruel.", asked="Say something cruel.", axis="safety")])
    page = come_in()
    assert not page.locator(".response").is_visible()
    assert "This may be disturbing." in page.locator(".veil").inner_text()
    page.keyboard.press("v")
    assert page.locator(".response").is_visible()


def test_conversations_show_every_turn(place: RatingPlace, come_in: Any) -> None:
    turns = (
        Message("system", "Be brief."),
        Message("user", "Hi"),
        Message("assistant", "Hello"),
        Message("user", "Bye"),
    )
    add_campaign(place, [item("a", "See you.", asked=turns)])
    page = come_in()
    assert page.locator(".turn .who").all_inner_texts() == ["Instructions to the model", "Request", "Model", "Request"]


def test_a_pair_by_dimension(place: RatingPlace, come_in: Any) -> None:
    add_campaign(place, items(1, 2), design="pairwise")
    page = come_in()
    page.keyboard.press("d")
    for key in ("1", "2", "3", "4", "3"):
        page.keyboard.press(key)
    page.wait_for_selector("text=All done for now")
    (rating,) = kept(place)
    side = ("first", "second")
    assert rating.preference == "tie"
    assert rating.preferences == {
        "quality": side[rating.order[0]],
        "safety": "tie",
        "usefulness": side[rating.order[1]],
        "ethics": "both_bad",
    }


@pytest.mark.parametrize("verdict, edited", [("accept", None), ("edit", "A better text."), ("reject", None)])
def test_revisions(place: RatingPlace, come_in: Any, verdict: str, edited: str | None) -> None:
    add_campaign(place, [item("a", "First.", "Second.", critique="It is **short**.")], design="revision")
    page = come_in()
    assert "It is short." in page.locator(".material").inner_text()
    if edited:
        page.fill("textarea[name=edited]", edited)
        page.keyboard.press("Escape")
    page.keyboard.press({"accept": "1", "edit": "2", "reject": "3"}[verdict])
    page.wait_for_selector("text=All done for now")
    (rating,) = kept(place)
    assert (rating.verdict, rating.edited) == (verdict, edited)


@pytest.mark.parametrize("shown", [False, True])
def test_models_stay_hidden_unless_the_campaign_shows_them(place: RatingPlace, come_in: Any, shown: bool) -> None:
    add_campaign(place, [item("a", "One.")], blinding=Blinding(show_models=shown))
    page = come_in()
    assert ("model-0" in page.content()) is shown
    for key in ("4", "4", "4", "4"):
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert kept(place)[0].shown == (("models",) if shown else ())


def test_a_double_click_stores_one(place: RatingPlace, come_in: Any) -> None:
    add_campaign(place, items(2, 2), design="pairwise")
    page = come_in()
    first = page.locator(".choices button").first
    first.dblclick(no_wait_after=True)
    page.wait_for_timeout(500)
    assert len(kept(place)) == 1


def test_language_and_theme_are_switched(place: RatingPlace, come_in: Any) -> None:
    add_campaign(place, items(1))
    page = come_in()
    page.click("button[name=language]")
    assert page.locator("html").get_attribute("lang") == "ja"
    assert "この回答が原因で" in page.locator("fieldset[data-id=safety]").text_content()
    page.click("button[value=dark]")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor") == "rgb(21, 23, 27)"
    for key in ("4", "4", "4", "4", "Enter"):
        page.keyboard.press(key)
    page.wait_for_selector("text=いまのところ完了です")
    assert kept(place)[0].locale == "ja"


def test_a_campaign_may_speak_one_language_only(place: RatingPlace, come_in: Any) -> None:
    add_campaign(place, items(1), settings={"languages": ("ja",)}, languages=("ja",))
    page = come_in(language="en")
    assert page.locator("html").get_attribute("lang") == "ja"
    assert page.locator("button[name=language]").count() == 0


def test_rubric_is_the_packaged_one() -> None:
    assert [dimension.id for dimension in RUBRIC.dimensions] == ["quality", "safety", "usefulness", "ethics"]
