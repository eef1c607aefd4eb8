"""Gold by a second route: the question's text is read back and solved afresh, without the generator's own code."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from itertools import permutations, product
from typing import Any

import pytest

from kijun.datasets.generated import generate_rows
from kijun.datasets.generated.counting_words import ENGLISH_COUNTING, JAPANESE_COUNTING
from kijun.datasets.generated.dates_japanese import era_name, era_of
from kijun.datasets.generated.lines import ENGLISH_LINES, JAPANESE_LINES
from kijun.datasets.generated.rules import _CONDITIONALS
from kijun.datasets.generated.settings import ENGLISH_SETTINGS, JAPANESE_SETTINGS
from kijun.datasets.generated.stories import ENGLISH_STORIES, JAPANESE_STORIES

LANGUAGES = ("en", "ja")
SHAPES = {
    "n": r"([\d,]+)",
    "c": r"(\D+?)",
    "k": r"(\d+)",
    "p": "(.+?)",
    "w": "(.+?)",
    "j": "(.+?)",
    "a": "(.+?)",
    "b": "(.+?)",
}


def rows_of(name: str, language: str, count: int = 150) -> list[dict[str, Any]]:
    return generate_rows(name, language=language, seed=77, count=count)


def sentences(text: str, language: str) -> list[str]:
    return re.findall(r"[^。\n]+。" if language == "ja" else r"[^\n]+?[.?](?= |$|\n)", text)


def number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def read(sentence: str, wordings: Iterable[str]) -> tuple[list[str], list[str]] | None:
    """The fields' names and values if the sentence has one of these wordings."""
    for wording in wordings:
        fields = re.findall(r"\{(\w+)\}", wording)
        pattern = re.sub(r"\\\{(\w+)\\\}", lambda m: SHAPES.get(m[1], "(.+?)"), re.escape(wording))
        found = re.fullmatch(pattern, sentence.strip())
        if found:
            return fields, list(found.groups())
    return None


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers(language: str) -> None:
    stories = {story.name: story for story in (ENGLISH_STORIES if language == "en" else JAPANESE_STORIES)}
    for row in rows_of("numbers", language):
        story = stories[row["template"].rsplit(" ", 1)[0]]
        first, *steps, _ = sentences(row["question"], language)
        opening = read(first, story.start)
        assert opening is not None, first
        value = Fraction(number(dict(zip(*opening, strict=True))["a"]))
        for step in steps:
            matches = [(kind, found) for kind, texts in story.steps.items() if (found := read(step, texts))]
            kind, (fields, values) = max(matches, key=lambda match: ("k" in match[1][0], match[0]))
            held = dict(zip(fields, values, strict=True))
            amount = number(held.get("n", "0")) * number(held.get("k", "1"))
            value = {"add": value + amount, "sub": value - amount, "double": value * 2, "halve": value / 2}[
                kind.removesuffix("_each")
            ]
        assert value == number(row["answer_text"]), row["question"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_ordering(language: str) -> None:
    lines = {line.name: line for line in (ENGLISH_LINES if language == "en" else JAPANESE_LINES)}
    holds = {
        "before": lambda order, a, b: order.index(a) < order.index(b),
        "after": lambda order, a, b: order.index(a) > order.index(b),
        "next": lambda order, a, b: order.index(b) - order.index(a) == 1,
        "gap": lambda order, a, b: {a, b} in ({x, y} for x, y in zip(order, order[2:], strict=False)),
    }
    for row in rows_of("ordering", language, 90):
        line = lines[row["template"].rsplit(" ", 1)[0]]
        intro, *clues, ask = sentences(row["question"], language)
        fitting: list[tuple[str, ...]] = []
        held = [(kind, read(clue, texts)) for clue in clues for kind, texts in line.clues.items() if read(clue, texts)]
        assert len(held) >= len([clue for clue in clues if "同着" not in clue])
        facts = [(kind, dict(zip(*found, strict=True))) for kind, found in held if found]
        names = r"[A-Z][a-z]+" if language == "en" else r"[一-鿿々]+さん"
        people = [name for name in re.findall(names, intro) if name not in ("Four", "Five", "Six")]
        assert len(people) == {1: 4, 2: 4, 3: 6}[row["level"]]
        places = line.places(len(people))
        for order in permutations(people):
            checks = [
                (order[places.index(fact["b"])] == fact["a"]) == (kind == "place")
                if fact["b"] in places
                else holds[kind](order, **fact)
                for kind, fact in facts
                if (fact["b"] in places) == (kind in ("place", "not_place"))
            ]
            if all(checks):
                fitting.append(order)
        place = max((name for name in places if name in ask), key=len)
        assert {order[places.index(place)] for order in fitting} == {row["answer_text"]}, row["question"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_invitations(language: str) -> None:
    seen = 0
    for row in rows_of("rules", language, 120):
        if not row["template"].startswith("invitations"):
            continue
        told = sentences(row["question"], language)[1:]
        facts = []
        for sentence in told:
            for key, texts in _CONDITIONALS[language].items():
                if found := read(sentence, texts):
                    facts.append((*key, dict(zip(*found, strict=True))))
                    break
        names = sorted({name for *_, held in facts for name in held.values()})
        guest = next(name for name in names if {f"{name} comes.", f"{name}は来ます。"} & {s.strip() for s in told})
        worlds = [
            world
            for values in product((True, False), repeat=len(names))
            if (world := dict(zip(names, values, strict=True)))[guest]
            and all(world[held["a"]] != first or world[held["b"]] == then for first, then, held in facts)
        ]
        sure = {name for name in names if name != guest and all(world[name] for world in worlds)}
        assert sure == {row["answer_text"]}, row["question"]
        seen += 1
    assert seen > 30


@pytest.mark.parametrize("language", LANGUAGES)
def test_passages(language: str) -> None:
    settings = {setting.name: setting for setting in (ENGLISH_SETTINGS if language == "en" else JAPANESE_SETTINGS)}
    for row in rows_of("passages", language, 120):
        setting = settings[row["template"].rsplit(" ", 1)[0]]
        where: dict[str, str] = {}
        job: dict[str, str] = {}
        *told, ask = sentences(row["question"], language)
        for sentence in told[1:]:
            if found := read(sentence, setting.swaps):
                a, b = found[1]
                where[a], where[b] = where[b], where[a]
            elif found := read(sentence, (*setting.both, *setting.place, *setting.job)):
                held = dict(zip(*found, strict=True))
                where |= {held["p"]: held["w"]} if "w" in held else {}
                job |= {held["j"]: held["p"]} if "j" in held else {}
        asked = read(ask, [(setting.ask_person, setting.ask_job, setting.ask_now)[row["level"] - 1]])
        assert asked is not None
        (key,) = asked[1]
        assert where[job.get(key, key)] == row["answer_text"], row["question"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sets(language: str) -> None:
    for row in rows_of("sets", language):
        text = row["question"]
        if row["template"].startswith("head count"):
            found = [int(n) for n in re.findall(r"\d+", text.replace("3つ", ""))]
            overlaps = found[0] - sum(found[1:4]) + sum(found[4:7]) - found[-1]
            gold = overlaps if row["level"] == 3 else found[0] - found[1]
            assert gold == number(row["answer_text"])
            continue
        names = r"(?<=are )[^.]+" if language == "en" else r"(?<=会員は、)[^。]+(?=です)"
        groups = [set(re.split(r", | and |、", listed)) for listed in re.findall(names, text)]
        if row["level"] < 3:
            assert groups[0] & groups[1] == {row["answer_text"]}
        else:
            assert len((groups[0] | groups[1]) - groups[2]) == number(row["answer_text"])


def table_of(row: dict[str, Any]) -> tuple[list[str], list[list[str]], str]:
    """Headings in small letters without their units, cells by line, and the question below."""
    _, head, *lines, ask = row["question"].splitlines()
    titles = [re.sub("（.*）", "", title).casefold() for title in head.split(" | ")]
    return titles, [line.split(" | ") for line in lines], ask


@pytest.mark.parametrize("language", LANGUAGES)
def test_table_totals(language: str) -> None:
    for row in generate_rows("tables", language=language, seed=6, count=40, levels=(3,)):
        titles, cells, ask = table_of(row)
        kind = next(line[1] for line in cells if line[1] in ask)
        asked = sorted((title for title in titles[2:] if title in ask.casefold()), key=ask.casefold().index)
        column, gate = asked if language == "en" else asked[::-1]
        bound = number(re.findall(r"\d[\d,]*", ask)[0])
        chosen = [line for line in cells if line[1] == kind and number(line[titles.index(gate)]) >= bound]
        assert sum(number(line[titles.index(column)]) for line in chosen) == number(row["answer_text"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_that_are_read_twice(language: str) -> None:
    for row in generate_rows("tables", language=language, seed=6, count=60, levels=(2,)):
        titles, cells, ask = table_of(row)
        if row["template"].endswith("together 2"):
            column = next(place for place, title in enumerate(titles[1:], 1) if title in ask.casefold())
            chosen = [number(line[column]) for line in cells if line[0] in ask]
            assert len(chosen) == 2 and sum(chosen) == number(row["answer_text"])
            continue
        told, _, question = (part.casefold() for part in ask.partition(". " if language == "en" else "。"))
        known, column = (next(p for p, title in enumerate(titles[1:], 1) if title in text) for text in (told, question))
        (found,) = (line for line in cells if number(line[known]) == number(told))
        assert number(found[column]) == number(row["answer_text"])


def test_things_with_a_counting_word() -> None:
    for language, words in (("en", ENGLISH_COUNTING), ("ja", JAPANESE_COUNTING)):
        for row in generate_rows("counters", language=language, seed=6, count=60, levels=(2,)):
            told, ask = sentences(row["question"], language)
            counter = next(c for c in words.things if words.which.format(counter=words.named(c, 2)) == ask.strip())
            assert [choice for choice in row["choices"] if choice in words.things[counter]] == [row["answer_text"]]
            assert all(choice in told for choice in row["choices"])


def test_english_weekdays_and_later_dates() -> None:
    for row in rows_of("dates", "en", 300):
        if row["template"] in ("later date 1", "later date 2"):
            month, day, year, days = re.findall(r"on (\w+) (\d+), (\d+)\.(?:.*?)(\d+) days later", row["question"])[0]
            start = date.fromisoformat(f"{year}-{MONTHS.index(month) + 1:02d}-{int(day):02d}")
            end = start + timedelta(days=int(days))
            assert row["answer_text"] == f"{MONTHS[end.month - 1]} {end.day}"
        elif row["template"] in ("weekday 1", "weekday 2"):
            weekday, days = re.findall(r"is a (\w+)\..*?(\d+) days? later", row["question"])[0]
            assert row["answer_text"] == WEEK[(WEEK.index(weekday) + int(days)) % 7]


MONTHS = [date(2000, month, 1).strftime("%B") for month in range(1, 13)]
WEEK = [date(2001, 1, day).strftime("%A") for day in range(1, 8)]


def test_japanese_eras() -> None:
    assert [era_name(day) for day in (date(1989, 1, 7), date(1989, 1, 8), date(2019, 4, 30), date(2019, 5, 1))] == [
        "昭和64年",
        "平成元年",
        "平成31年",
        "令和元年",
    ]
    assert era_of(date(1926, 12, 25)) == ("昭和", 1)
    starts = {"昭和": 1925, "平成": 1988, "令和": 2018}
    for row in rows_of("dates", "ja", 400):
        years = [
            starts[era] + (1 if year == "元" else int(year))
            for era, year in re.findall(r"(昭和|平成|令和)(元|\d+)年", row["question"])
        ]
        if row["template"] == "era 1":
            assert number(row["answer_text"]) == years[0]
        elif row["template"] == "era 2":
            assert number(row["answer_text"]) == years[1] - years[0]
        elif row["template"] == "era 3":
            (m1, d1), (m2, d2) = ((int(m), int(d)) for m, d in re.findall(r"(\d+)月(\d+)日", row["question"]))
            assert number(row["answer_text"]) == years[1] - years[0] - ((m2, d2) < (m1, d1))
