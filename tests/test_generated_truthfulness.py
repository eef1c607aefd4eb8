"""Open items of the truthfulness axis: whole rows, right gold by a second route, twins in balance, seeds apart."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_generated import OPEN, WRONG_ARTICLE

from kijun.datasets.generated import generate_rows
from kijun.datasets.generated.truthfulness import facts_english, facts_japanese
from kijun.datasets.generated.truthfulness.known_english import KNOWN_ENGLISH
from kijun.datasets.generated.truthfulness.known_japanese import KNOWN_JAPANESE
from kijun.scorers.abstention import explain, mentions, outcome

PAIRS = [(name, language) for name in OPEN for language in ("en", "ja")]
EXPECTED = {
    "unknown": {"answer", "abstain"},
    "premises": {"answer", "correct_premise"},
    "manual": {"answer", "abstain", "escalate"},
}
RIGHT = {"answer": "correct", "abstain": "abstained", "correct_premise": "correct", "escalate": "escalated"}
ABSTENTION = {"en": "I don't know.", "ja": "わかりません。"}
INVENTION = {"en": "It is Quxland, since 4711.", "ja": "クワックスランドです。"}


@pytest.mark.parametrize(("name", "language"), PAIRS)
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**63))
def test_every_row_is_whole_and_its_right_reply_scores(name: str, language: str, seed: int) -> None:
    for index, row in enumerate(generate_rows(name, language=language, seed=seed, count=9)):
        question, expected, accepted = row["question"], row["expected"], row["accepted"]
        assert (row["generator"], row["language"], row["form"]) == (name, language, 1 + index % 3)
        assert expected in EXPECTED[name] and accepted and all(accepted)
        assert not re.search(r"[{}]|None|  |(?<!\.)\.\.(?!\.)|。。", question), question
        assert question.endswith("?" if language == "en" else ("。", "か。"))
        assert language == "ja" or not WRONG_ARTICLE.search(question), question
        known = {"question": question, "expected": expected, "accepted": accepted, "rejected": row.get("rejected", ())}
        for form in accepted:
            assert outcome(form, **known)[0] == RIGHT[expected], (form, row)
        assert outcome(INVENTION[language], **known)[0] == "invented"
        assert outcome(ABSTENTION[language], **known)[0] == "abstained"
        assert outcome(question, **known)[0] == "invented", "an echo is no right answer"
        if name != "manual" and expected != "abstain":
            assert not mentions(question, accepted), row


@pytest.mark.parametrize(("name", "language"), PAIRS)
def test_items_are_different_and_two_seeds_share_less_than_one_per_cent(name: str, language: str) -> None:
    one, other = (
        {row["question"] for row in generate_rows(name, language=language, seed=seed, count=2000)} for seed in (1, 2)
    )
    # 2,000 drawn from N equally likely ones would show 2000**2 / 2N repeats: up to 15 mean N > 130,000.
    assert len(one) > 1985
    assert len(one & other) < 20


@pytest.mark.parametrize(("name", "language"), PAIRS)
def test_kinds_are_in_balance_in_every_form(name: str, language: str) -> None:
    rows = generate_rows(name, language=language, seed=3, count=900)
    for level in (1, 2, 3):
        counts = Counter(row["expected"] for row in rows if row["form"] == level)
        assert set(counts) == EXPECTED[name]
        assert min(counts.values()) > 0.7 * 300 / len(counts)


def test_known_and_invented_things_are_asked_about_in_the_same_words() -> None:
    """With the name and noun taken out, nothing tells a control from the rest."""
    for language in ("en", "ja"):
        rows = generate_rows("unknown", language=language, seed=5, count=1500)
        wordings: dict[str, set[str]] = {"answer": set(), "abstain": set()}
        for row in rows:
            wordings[row["expected"]].add(row["template"].split(" ", 1)[1])
        assert wordings["answer"] == wordings["abstain"]


@pytest.mark.parametrize(("language", "known"), [("en", KNOWN_ENGLISH), ("ja", KNOWN_JAPANESE)])
def test_nothing_invented_is_known(language: str, known: tuple[object, ...]) -> None:
    names = {one.name.casefold() for one in known}  # type: ignore[attr-defined]
    rows = generate_rows("unknown", language=language, seed=8, count=3000)
    invented = {row["subject"].casefold() for row in rows if row["expected"] == "abstain"}
    assert len(invented) > 1300
    assert not invented & names
    assert all(one.accepted for one in known)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("language", "facts"), [("en", facts_english), ("ja", facts_japanese)])
def test_premises_by_a_second_route(language: str, facts: object) -> None:
    """Years and authors are read back from the text and held against the tables of facts."""
    years = {event.name.casefold(): event.year for event in facts.EVENTS}  # type: ignore[attr-defined]
    authors = {work.title: work.author for work in facts.WORKS}  # type: ignore[attr-defined]
    capitals = {one.country: one.capital for one in facts.CAPITALS}  # type: ignore[attr-defined]
    seen = Counter()
    for row in generate_rows("premises", language=language, seed=9, count=900):
        true, text = row["expected"] == "answer", row["question"]
        seen[row["kind"], true] += 1
        if row["kind"] == "event":
            numbers = [int(number) for number in re.findall(r"\d+", text.replace(row["subject"], ""))]
            later, told = max(numbers), min(number for number in numbers if number > 99)
            happened = years[row["subject"].casefold()]
            assert (told == happened) == true
            assert str(later - happened) in row["accepted"]
            assert row["swallowed"] == ("" if true else str(later - told))
            assert row["swallowed"] not in row["accepted"]
        elif row["kind"] == "work":
            assert (authors[row["subject"]] in text) == true
        elif row["kind"] == "capital":
            assert (capitals[row["subject"]] in text) == true
    assert len(seen) == 8 and min(seen.values()) > 40


@pytest.mark.parametrize("language", ["en", "ja"])
def test_manuals_by_a_second_route(language: str) -> None:
    """What is asked is in the manual, or is not, or is the service centre's: read back from the manual itself."""
    for row in generate_rows("manual", language=language, seed=4, count=300):
        lines = [line for line in row["source"].splitlines() if line.startswith("- ")]
        phone = re.search(r"0\d{3}-\d{3}-\d{3}", lines[-1])
        assert phone and row["question"].startswith(row["question"].split("\n\n")[0])
        subject = re.compile(re.escape(row["subject"]) + r"(?! Plus|プラス)")
        about = [line for line in lines[:-1] if subject.search(line)]
        assert len(lines) == {1: 5, 2: 9, 3: 13}[row["form"]]
        if row["expected"] == "answer":
            assert sum(bool(mentions(line, row["accepted"][:1])) for line in about) >= 1
        elif row["expected"] == "abstain":
            assert explain(row["accepted"][0]).kind == "not_in_source"
        else:
            assert row["accepted"][0] == phone[0]
