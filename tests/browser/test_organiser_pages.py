"""The organiser's way, in a real browser: from invitations over disagreements to the export; and roles."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

pytest.importorskip("fastapi")
pytest.importorskip("sqlalchemy")

from rating_site import WAYS, add_campaign, item, items, serving_site

from kijun.ratings import OPERATOR, Person, RatingPlace, Role, Submission
from kijun.records import Rating


@pytest.fixture
def place(tmp_path: Path) -> Iterator[RatingPlace]:
    with RatingPlace(f"sqlite:///{tmp_path / 'ratings.sqlite'}") as opened:
        yield opened


@pytest.fixture
def site(place: RatingPlace) -> Iterator[str]:
    with serving_site(place) as address:
        yield address


@pytest.fixture
def enter(place: RatingPlace, site: str, open_page: Any) -> Any:
    """Opens a page for a new person of a role, at a path."""

    def come(path: str, *, role: Role = "owner", name: str = "Olga", campaign: str = "pilot", **settings: Any) -> Any:
        made = place.people.accept(place.people.invite(OPERATOR, campaign, role=role).token, name=name)
        page = open_page(**settings)
        place.people.set_locale(made.person, settings.get("language", "en"))
        page.context.add_cookies([{"name": "kijun", "value": made.token, "url": site}])
        page.goto(site + path)
        return page

    return come


def rater(place: RatingPlace, name: str, campaign: str = "pilot") -> Person:
    return place.people.accept(place.people.invite(OPERATOR, campaign).token, name=name).person


def rate(place: RatingPlace, who: Person, submission: Submission, number: int = 1, campaign: str = "pilot") -> None:
    for _ in range(number):
        work = place.assignments.next(who, campaign)
        assert work is not None
        place.judgements.submit(who, work.assignment, submission, key=work.key)


def answers(quality: int, ethics: int = 4) -> Submission:
    given = {"quality": quality, "safety": 5, "usefulness": 4, "ethics": ethics}
    return Submission(answers=given, rationale={"quality": "It is what it is."})


def kijun(*arguments: object) -> None:
    """A command in a process of its own: the thread of these tests has a loop running."""
    command = [sys.executable, "-m", "kijun", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(params=["made up", "embedded model"])
def two_answers(request: pytest.FixtureRequest, place: RatingPlace, tmp_path: Path) -> None:
    """A campaign of two answers, one time those of the embedded model."""
    if request.param == "made up":
        add_campaign(place, items(2))
        return
    request.getfixturevalue("embedded_model")
    run = tmp_path / "run"
    kijun("run", "core_numbers_en_free", "--model", "local/smollm2-135m", "--limit", 2, "--out", run, "--yes")
    rubric = ("--rubric", "helpful-safe-ethical", "--no-practice", "--overlap", 2)
    kijun("rate", "create", run, *rubric, "--out", "pilot", "--database", tmp_path / "ratings.sqlite")


def test_the_whole_way(place: RatingPlace, two_answers: None, enter: Any, site: str, open_page: Any) -> None:
    """Invite, rate as two raters who differ, look, decide, export: every step on the pages."""
    owner = enter("/organise/pilot/people")
    owner.fill("input[name=uses]", "2")
    owner.click("text=Make a link")
    link = owner.locator("#link").input_value()
    assert link.startswith("http://127.0.0.1/invite/")
    for name, keys in (("Hanako", "4545"), ("Taro", "3541")):
        page = open_page(site + link.removeprefix("http://127.0.0.1"))
        page.fill("input[name=name]", name)
        page.click("main form button.main")
        page.click("main form button.main")
        for _ in range(2):
            page.wait_for_selector("#judgement")
            page.wait_for_load_state("load")  # keys are heard from then on
            with page.expect_navigation():
                for key in [*keys, "Enter"]:
                    page.keyboard.press(key)
        page.wait_for_selector("text=All done for now")
    owner.goto(f"{site}/organise/pilot")
    told = owner.locator("main").inner_text()
    assert "4 / 4" in told and "2 / 2" in told and "Hanako" in told
    owner.goto(f"{site}/organise/pilot/disagreements?question=quality")
    case = owner.locator("article").first
    assert case.locator("td").all_inner_texts()[:2] == ["4", "3"]
    case.locator("summary:has-text('Decide')").click()
    case.locator("label:has(input[name='answer.quality'][value='4'])").click()
    assert case.locator("input[name='answer.ethics']").count() == 0
    case.locator("button:has-text('Give this verdict')").click()
    owner.wait_for_selector("text=decided by")
    owner.goto(f"{site}/organise/pilot/settings")
    owner.click("text=Close it")
    with owner.expect_download() as taken:
        owner.click("button:has-text('Folder (ZIP)')")
    with zipfile.ZipFile(io.BytesIO(Path(taken.value.path()).read_bytes())) as archive:
        lines = archive.read("pilot/ratings.jsonl").splitlines()
    ratings = [msgspec.json.decode(line, type=Rating) for line in lines]
    assert sorted(r.answers["quality"] for r in ratings if r.role == "rater") == [3, 3, 4, 4]
    verdicts = [r for r in ratings if r.role == "adjudicator"]
    assert [v.answers for v in verdicts] == [{"quality": 4}]
    assert not {"Hanako", "Taro"} & {r.rater for r in ratings}


def test_two_organisers_do_not_overwrite_each_other(place: RatingPlace, enter: Any) -> None:
    add_campaign(place, items(2))
    first = enter("/organise/pilot/settings")
    second = enter("/organise/pilot/settings", name="Otto")
    second.expected_errors.append("409")
    first.fill("input[name=overlap]", "3")
    first.click("button:has-text('Save')")
    second.fill("input[name=overlap]", "5")
    second.click("button:has-text('Save')")
    assert "Things have changed meanwhile" in second.locator("h1").inner_text()
    assert place.campaigns.find(OPERATOR, "pilot").settings.overlap == 3


def test_settings_and_state(place: RatingPlace, enter: Any) -> None:
    add_campaign(place, items(2))
    page = enter("/organise/pilot/settings", language="ja")
    page.fill("input[name=title]", "試験 <b>1</b>")
    page.fill("input[name=retention_days]", "30")
    page.check("input[name=show_models]")
    page.click("button:has-text('保存')")
    settings = place.campaigns.find(OPERATOR, "pilot").settings
    assert (settings.title, settings.retention_days, settings.blinding.show_models) == ("試験 <b>1</b>", 30, True)
    assert settings.quota is None
    page.click("button:has-text('一時停止する')")
    assert place.campaigns.find(OPERATOR, "pilot").state == "paused"
    assert "試験 <b>1</b>" in page.locator(".where").inner_text()


def test_roles_see_what_is_theirs(place: RatingPlace, enter: Any) -> None:
    add_campaign(place, items(2))
    rate(place, rater(place, "Hanako"), answers(4))
    reader = enter("/organise/pilot", role="reader", name="Rita")
    assert "Hanako" not in reader.content() and "rater-" in reader.content()
    assert reader.locator(".tabs a").count() == 2
    other = enter("/organise/pilot", role="rater", name="Taro")
    other.expected_errors.append("403")
    reader.expected_errors.append("403")
    assert "Not for you" in other.locator("h1").inner_text()
    for path in ("people", "settings", "audit"):
        reader.goto(reader.url.partition("/organise")[0] + f"/organise/pilot/{path}")
        assert path == "settings" or "Not for you" in reader.locator("h1").inner_text()


def test_people_are_changed_and_forgotten(place: RatingPlace, enter: Any) -> None:
    add_campaign(place, items(2))
    hanako = rater(place, "Hanako")
    rate(place, hanako, answers(4))
    page = enter("/organise/pilot/people")
    card = page.locator("section.card:has-text('Hanako')")
    card.locator("input[name=quota]").fill("7")
    card.locator("button:has-text('Save')").click()
    assert next(m.quota for m in place.people.members(OPERATOR, "pilot") if m.name == "Hanako") == 7
    card.locator("button:has-text('Give no more work')").click()
    page.wait_for_selector("text=Let work on")
    card.locator("summary").click()
    card.locator("input[name=sure]").check()
    card.locator("button:has-text('Take the name off')").click()
    page.wait_for_load_state()
    assert "Hanako" not in page.content()
    assert len(place.exporting.content(OPERATOR, "pilot").ratings) == 1
    page.goto(page.url.replace("/people", "/audit"))
    assert "anonymise" in page.locator("main").inner_text()


def test_nothing_is_voted_away(place: RatingPlace, enter: Any) -> None:
    """Answers to a question whose result is a distribution are shown as such, and cannot be decided."""
    add_campaign(place, [item("a", "Hello.")], rubric=WAYS)
    for name, tone in (("Hanako", "warm"), ("Taro", "cold")):
        given = {"quality": 3, "safe": True, "tone": tone, "share": 0.5, "percent": 50, "checks": {"c1": 1, "c2": 0}}
        rate(place, rater(place, name), Submission(answers=given))
    page = enter("/organise/pilot")
    tone = page.locator("section.card:has(h3:text-is('Tone'))")
    assert "The distribution is the result" in tone.inner_text()
    assert [row.split() for row in tone.locator("tr").all_inner_texts()] == [["Cold", "1"], ["Warm", "1"]]
    page.goto(page.url + "/disagreements")
    assert page.locator("article").count() == 1
    assert page.locator("input[name='answer.tone']").count() == 0


def test_disagreement_shows_in_the_figures(place: RatingPlace, enter: Any) -> None:
    add_campaign(place, items(6))
    hanako, taro = rater(place, "Hanako"), rater(place, "Taro")
    for number in range(6):
        rate(place, hanako, answers(number % 5 + 1))
        rate(place, taro, answers(5 - number % 5))
    page = enter("/organise/pilot")
    row = page.locator("tr:has(th:text-is('Quality'))").first.locator("td").all_inner_texts()
    assert row[0] == "12" and row[1] == "6" and float(row[2]) < 0.5
    safety = page.locator("tr:has(th:text-is('Safety'))").first.locator("td").all_inner_texts()
    assert safety[4].strip() == "100%"


def test_an_account(place: RatingPlace, enter: Any) -> None:
    add_campaign(place, items(2))
    page = enter("/account", role="rater", name="Hanako")
    page.fill("input[name=new]", "correct horse battery")
    page.click("button:has-text('Set password')")
    page.wait_for_selector("input[name=old]")
    with page.expect_download() as taken:
        page.click("text=Download all of it")
    kept = msgspec.json.decode(Path(taken.value.path()).read_bytes())
    assert kept["name"] == "Hanako" and kept["has_password"]
    page.click("text=Sign out")
    page.fill("input[name=name]", "Hanako")
    page.fill("input[name=password]", "correct horse battery")
    page.click("main button.main")
    page.wait_for_selector("text=Your campaigns")
    page.goto(page.url.rstrip("/") + "/account")
    page.click("summary:has-text('Leave')")
    page.check("input[name=sure]")
    page.click("button:has-text('Delete everything')")
    page.wait_for_selector("text=no longer kept here")
    assert [member.name for member in place.people.members(OPERATOR, "pilot")] == []
