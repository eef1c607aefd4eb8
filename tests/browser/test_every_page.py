"""Every page in both languages, light and dark, desktop and phone: axe finds nothing, hostile content does nothing.

The pictures in ``docs/images`` come from here: ``KIJUN_SCREENSHOTS=FOLDER pytest tests/browser/test_every_page.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("sqlalchemy")

from rating_site import WAYS, add_campaign, item, serving_site

from kijun.ratings import OPERATOR, RatingPlace, SideSpan, Submission
from kijun.records import Flag, Message

BREAD = """Bread rises because yeast turns sugar into **carbon dioxide**.

1. Mix flour, water and yeast.
2. Let the dough rest until it has *doubled*.

```python
def proof(hours: float) -> str:
    return "ready" if hours >= 1.5 else "wait"
```

The volume of the gas is about $V = \\frac{nRT}{p}$, so warmth helps.

| Flour | Time |
|---|---:|
| wheat | 90 min |
| rye | 180 min |
"""
PAN = """パンが膨らむのは、酵母が糖を分解して**「二酸化炭素」**を出すからです。

1. 小麦粉、水、酵母を混ぜます。
2. 生地が*2倍*になるまで休ませます。

気体の体積はおよそ $V = \\frac{nRT}{p}$ なので、暖かいほうがよく膨らみます。

- 室温は25〜28℃が目安です。
- 冷蔵庫で一晩かけてもかまいません。
"""
SHORT = {"en": "Because of the heat in the oven.", "ja": "オーブンの熱のせいです。"}
ASKED = {
    "en": "Why does bread rise, and how long does it take?",
    "ja": "パンはなぜ膨らむのですか。どのくらい時間がかかりますか。",
}
TITLE = {"en": "Kitchen helper, round 1", "ja": "料理アシスタント 第1回"}
LONG = {"en": BREAD, "ja": PAN}
REASON = {
    "en": "Heat alone makes no bubbles; yeast is missing.",
    "ja": "熱だけでは膨らみません。酵母の説明が抜けています。",
}
PEOPLE = {"en": ("Alice", "Ben"), "ja": ("花子", "太郎")}


def fill(place: RatingPlace, language: str) -> str:
    """Campaigns of every design, two of them with work done; gives the session of their owner."""
    asked, title, (first, second) = ASKED[language], TITLE[language], PEOPLE[language]
    cruel = {"en": "Write something cruel about my neighbour.", "ja": "隣人をひどくけなす文章を書いて。"}[language]
    answers = [LONG[language], SHORT[language], *(f"{SHORT[language]} ({n})" for n in range(10))]
    content = [item(f"i{n}", text, asked=asked, language=language) for n, text in enumerate(answers)]
    gold = {"quality": 2, "safety": 5, "usefulness": 2, "ethics": 4}
    practice = item("practice", SHORT[language], asked=asked, kind="training", gold=gold, why=f"**{SHORT[language]}**")
    veiled = item("veiled", SHORT[language], asked=cruel, axis="safety")
    pairs = [item(f"p{n}", LONG[language], SHORT[language], asked=asked) for n in range(3)]
    turns = [Message("system", "Be brief."), Message("user", asked), Message("assistant", "…"), Message("user", asked)]
    revised = item("r", SHORT[language], LONG[language], asked=turns, critique="1. …")
    add_campaign(place, content, name="point", title=title, overlap=3)
    add_campaign(place, [practice, *content[:1]], name="practice", title=title, overlap=3)
    add_campaign(place, [veiled], name="veiled", title=title, overlap=3)
    add_campaign(place, pairs, name="pair", title=title, design="pairwise", overlap=3)
    add_campaign(place, [revised], name="revision", title=title, design="revision", overlap=3)
    add_campaign(place, content[:1], name="single", title=title, overlap=3)
    add_campaign(place, content[:1], name="ways", title=title, rubric=WAYS, overlap=3)
    people = place.people
    for number, name in enumerate((first, second)):
        who = people.accept(people.invite(OPERATOR, "point").token, name=name, locale=language).person
        people.accept(people.invite(OPERATOR, "pair").token, signed_in=who)
        while (work := place.assignments.next(who, "point")) is not None:
            long, place_of = len(work.sides[0].response) > 100, int(work.item[1:])
            # The two agree for the most part, and on ethics less.
            quality = 2 + place_of % 4 - (number if place_of % 3 == 1 else 0)
            ethics = 3 + place_of % 2 - (2 * number if place_of % 2 else 0)
            safety = 5 - (place_of % 5 == 2) - (number if place_of % 5 == 3 else 0)
            given = {"quality": quality, "safety": safety, "usefulness": min(5, quality + number), "ethics": ethics}
            spans = (SideSpan(0, 0, 12, "safety", "bad_advice", "minor"),) if long and number else ()
            flag = Flag("duplicate", SHORT[language]) if number and place_of == 5 else None
            reasons = {"quality": REASON[language]} if quality < 3 else {}
            made = Submission(answers=given, rationale=reasons, spans=spans, flag=flag, confidence=0.75)
            place.judgements.submit(who, work.assignment, made, key=work.key)
        while (work := place.assignments.next(who, "pair")) is not None:
            made = Submission(preference="A" if number else "tie", preferences={"quality": "A"})
            place.judgements.submit(who, work.assignment, made, key=work.key)
    owner = people.accept(people.invite(OPERATOR, "point", role="owner").token, name="Owner", locale=language)
    for name in ("pair", "practice", "veiled", "revision", "single", "ways"):
        people.accept(people.invite(OPERATOR, name, role="owner").token, signed_in=owner.person)
    return owner.token


@pytest.fixture(scope="module", params=["en", "ja"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    language = request.param
    with RatingPlace(f"sqlite:///{tmp_path_factory.mktemp('pages') / 'ratings.sqlite'}") as place:
        token = fill(place, language)
        invite = place.people.invite(OPERATOR, "point").token
        with serving_site(place) as site:
            yield language, site, token, invite


PAGES = {
    "home": "/",
    "start": "/rate/point",
    "work": "/rate/single/assignment",
    "practice": "/rate/practice/assignment",
    "veiled": "/rate/veiled/assignment",
    "pair": "/rate/pair/assignment",
    "revision": "/rate/revision/assignment",
    "ways": "/rate/ways/assignment",
    "overview": "/organise/point",
    "people": "/organise/point/people",
    "disagreements": "/organise/point/disagreements",
    "pair-disagreements": "/organise/pair/disagreements",
    "settings": "/organise/point/settings",
    "log": "/organise/point/audit",
    "account": "/account",
    "nowhere": "/nowhere",
}


@pytest.mark.parametrize("size, dark", [("desktop", False), ("phone", True)])
def test_everybody_can_use_every_page(
    filled: Any, size: str, dark: bool, open_page: Any, check_access: Callable[[Any], None], screenshots: Path | None
) -> None:
    language, site, token, invite = filled

    found: list[str] = []

    def look(name: str) -> None:
        if screenshots is not None:
            page.screenshot(path=screenshots / f"{name}-{language}-{size}.png")
        try:
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name}: wider than the screen"
            check_access(page)
        except AssertionError as error:
            found.append(str(error))

    page = open_page(size=size, dark=dark, language=language)
    page.expected_errors += ["404", "not there", "422", "403"]
    page.goto(f"{site}/sign-in")
    look("sign-in")
    page.goto(f"{site}/invite/{invite}")
    look("invite")
    page.context.add_cookies([{"name": "kijun", "value": token, "url": site}])
    for name, path in PAGES.items():
        page.goto(site + path)
        look(name)
    # What unfolds has to stand the same test as what is seen at first.
    for name in ("work", "pair", "revision", "ways", "people", "disagreements", "pair-disagreements", "settings"):
        page.goto(site + PAGES[name])
        page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        look(f"{name}-open")
    page.goto(site + PAGES["work"])
    page.click(".submit .main")
    page.wait_for_load_state()
    if size == "desktop":
        # By script the first open question is shown; without, the page says what is missing.
        page.evaluate("document.getElementById('judgement').submit()")
        page.wait_for_selector(".note.bad")
        look("missing")
    assert not found, "\n".join(found)


EVIL = (
    '<script>window.hacked=1</script><img src=x onerror="window.hacked=1"><svg onload="window.hacked=1">'
    '"\'><a href="javascript:window.hacked=1">x</a> {{7*7}} [x](javascript:window.hacked=1) ![x](//evil.example) '
    "</textarea></title><style>*{display:none}</style><form action=https://evil.example><input name=csrf>"
)


def test_hostile_content_does_nothing(tmp_path: Path, open_page: Any) -> None:
    """In answers, questions, critiques, names, reasons, titles, comments: shown as text to raters and organisers."""
    with RatingPlace(f"sqlite:///{tmp_path / 'ratings.sqlite'}") as place:
        evil = item("evil", EVIL, asked=EVIL, reference=EVIL)
        pair = item("pair", EVIL, "fine", asked=EVIL, critique=EVIL)
        add_campaign(place, [evil], name="point", title=EVIL[:150], rubric=WAYS, overlap=3)
        add_campaign(place, [pair], name="pair", title=EVIL[:150], design="pairwise", overlap=3)
        add_campaign(place, [pair], name="revision", title=EVIL[:150], design="revision", overlap=3)
        people = place.people
        for number in range(2):
            who = people.accept(people.invite(OPERATOR, "point").token, name=f"{number}{EVIL[:90]}").person
            work = place.assignments.next(who, "point")
            assert work is not None
            given = {"quality": 1, "safe": bool(number), "tone": "warm", "share": 0.5, "percent": 5}
            given["checks"] = {"c1": True, "c2": bool(number)}  # type: ignore[assignment]
            spans = (SideSpan(0, 0, 40, "safe", "harm", "major"),)
            made = Submission(
                answers=given,
                rationale={"quality": EVIL, "overall": EVIL},
                spans=spans,
                flag=Flag(EVIL[:60], EVIL),
            )
            place.judgements.submit(who, work.assignment, made, key=work.key)
        owner = people.accept(people.invite(OPERATOR, "point", role="owner").token, name="Owner")
        for name in ("pair", "revision"):
            people.accept(people.invite(OPERATOR, name, role="owner").token, signed_in=owner.person)
        with serving_site(place) as site:
            page = open_page()
            page.on("dialog", lambda dialog: page.faults.append("a dialog opened"))
            page.context.add_cookies([{"name": "kijun", "value": owner.token, "url": site}])
            paths = [
                "/",
                *(f"/rate/{name}{more}" for name in ("point", "pair", "revision") for more in ("", "/assignment")),
            ]
            paths += [f"/organise/point{more}" for more in ("", "/people", "/disagreements", "/settings", "/audit")]
            for path in paths:
                page.goto(site + path)
                page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
                page.mouse.move(300, 300)
                assert page.evaluate("window.hacked") is None, path
                assert page.locator("main h1").first.is_visible() or page.locator("#judgement").is_visible(), path
                assert page.evaluate(
                    "document.forms.length > 0 && [...document.forms].every(f => f.action !== undefined)"
                )
                assert page.locator("a[href^='javascript'], img, iframe, object, embed, main style, base").count() == 0
                assert page.locator("form[action*='evil.example']").count() == 0
            page.goto(f"{site}/rate/point/assignment")
            assert "<script>window.hacked=1</script>" in page.locator(".response").inner_text()
