"""Scorers of free answers: normal form, numbers, what is contained, token F1, JSON; English and Japanese."""

from __future__ import annotations

import socket
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kijun.errors import SpecError
from kijun.records import Completed, Failed, Item, Measured, Question, Unscored
from kijun.scorers import make_scorer
from kijun.scorers.kanji_numbers import kanji_value, with_digits
from kijun.scorers.normal_form import NormalForm
from kijun.scorers.number_reading import numbers_in, readable


def score(scorer: str, answer: str, gold: Any, **parameters: Any) -> float | str:
    """The value, or the reason why there is none."""
    found = make_scorer(scorer, parameters).score(Item("0", 0, {}), Question(gold=gold), [Completed(answer)])
    return found.value if isinstance(found, Measured) else found.reason  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Ａ１", "a1"),
        ("ｺｰﾋｰ", "コーヒー"),
        ("コ-ヒ－", "コーヒー"),
        ("ら〜めん", "らーめん"),
        ("東京 タワー", "東京タワー"),
        ("ＡＩ を 使う", "aiを使う"),
        ("New  York\n", "new york"),
        ("-5", "-5"),
        ("－５", "-5"),
        ("3.5", "3.5"),
        ("1,234.5", "1234.5"),
        ("1,2", "1,2"),
        ("50%", "50%"),
        ("10〜12時", "10-12時"),
        ("C#", "c#"),
        ("AT&T", "at&t"),
        ("“Hello, World!”", "hello world"),
        ("**Bold**", "bold"),
        ("ジョン・スミス", "ジョンスミス"),
        ("「はい。」", "はい"),
        ("03ー1234", "03-1234"),
        ("e\u0301", "é"),
        ("Straße", "strasse"),
    ],
)
def test_normal_form(text: str, normal: str) -> None:
    assert NormalForm().of(text) == normal


@settings(max_examples=200)
@given(st.text(max_size=40) | st.text("aA1一ー-.,、。 ｺﾞは〜é\u0301", max_size=40), st.booleans())
def test_a_normal_form_is_its_own(text: str, flag: bool) -> None:
    form = NormalForm(keep_case=flag, kanji_numerals=flag, ignore_articles=not flag)
    assert form.of(form.of(text)) == form.of(text)


@pytest.mark.parametrize(
    ("answer", "gold", "parameters", "value"),
    [
        (" paris. ", "Paris", {}, 1.0),
        ("ＰＡＲＩＳ", "Paris", {}, 1.0),
        ("Paris", "Paris", {"keep_case": True}, 1.0),
        ("paris", "Paris", {"keep_case": True}, 0.0),
        ("Paris!", "Paris", {"keep_punctuation": True}, 0.0),
        ("5", "-5", {}, 0.0),
        ("35", "3.5", {}, 0.0),
        ("the Nile", "Nile", {"ignore_articles": True}, 1.0),
        ("the Nile", "Nile", {}, 0.0),
        ("コンピュ－タ－", "コンピューター", {}, 1.0),
        ("東京　都", "東京都", {}, 1.0),
        ("東京 都", "東京都", {"keep_spaces": True}, 0.0),
        ("３００円。", "三百円", {"kanji_numerals": True}, 1.0),
        ("300円", "三百円", {}, 0.0),
        ("Lima", ("Sucre", "La Paz"), {}, 0.0),
        ("la paz", ("Sucre", "La Paz"), {}, 1.0),
        ("Answer: Lima", "Lima", {"extract": {"pattern": "Answer: (.*)"}}, 1.0),
        ("Lima", "Lima", {"extract": {"pattern": "Answer: (.*)"}}, "no answer can be read out of the text"),
        ("", "Lima", {}, "the answer is empty"),
        ("", "Lima", {"unparsed": "wrong"}, 0.0),
        ("Lima", None, {}, "the item has no gold answer"),
    ],
)
def test_normalised_match(answer: str, gold: Any, parameters: dict[str, Any], value: float | str) -> None:
    assert score("normalised_match", answer, gold, **parameters) == value


@pytest.mark.parametrize(
    ("answer", "gold", "parameters", "value"),
    [
        ("It is Paris, of course.", "paris", {}, 1.0),
        ("a party", "art", {}, 0.0),
        ("a party", "art", {"whole_words": False}, 1.0),
        ("15 men", "5", {}, 0.0),
        ("1.5 men", "5", {}, 0.0),
        ("日本の首都は東京です", "東京", {}, 1.0),
        ("AIは便利", "ai", {}, 1.0),
        ("red and blue", ("red", "green"), {}, 1.0),
        ("red and blue", ("red", "green"), {"need": "all"}, 0.0),
        ("red, green", ("red", "green"), {"need": "all"}, 1.0),
    ],
)
def test_contains(answer: str, gold: Any, parameters: dict[str, Any], value: float | str) -> None:
    assert score("contains", answer, gold, **parameters) == value


@pytest.mark.parametrize(
    ("answer", "gold", "value"),
    [
        ("The red house", "red house", 1.0),
        ("the big red house", "red house", 0.8),  # two of three and two of two: 2 * 2 / (3 + 2)
        ("blue", "red house", 0.0),
        ("東京都", "東京", 0.8),
        ("東京 都", "東京都", 1.0),
        ("大阪", "東京", 0.0),
        ("AIモデル", "AI", 0.4),  # ai モ デ ル: one of four and one of one
        ("red red", "red", 2 / 3),
        ("house", ("red house", "house"), 1.0),
        ("!", "red", 0.0),
    ],
)
def test_token_f1(answer: str, gold: Any, value: float) -> None:
    assert score("token_f1", answer, gold) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,234.5", "2469/2"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("-$5", "-5"),
        ("▲5", "-5"),
        ("minus five", "-5"),
        ("マイナス3", "-3"),
        (".5", "1/2"),
        ("1.2e3", "1200"),
        ("1.2×10^3", "1200"),
        ("3/4", "3/4"),
        ("1 3/4", "7/4"),
        ("1½", "3/2"),
        ("\\frac{3}{4}", "3/4"),
        ("two hundred and six", "206"),
        ("1.5 million", "1500000"),
        ("three quarters", "3/4"),
        ("half", "1/2"),
        ("$3k", "3000"),
        ("５０", "50"),
        ("千二百", "1200"),
        ("二〇二四", "2024"),
        ("3万5千", "35000"),
        ("12.5万", "125000"),
        ("1億2,000万円", "120000000"),
        ("4分の3", "3/4"),
        ("四分の三", "3/4"),
        ("1と2分の1", "3/2"),
        ("50%", "50%"),
        ("５０パーセント", "50%"),
        ("5割3分", "53%"),
        ("one hundred percent", "100%"),
        ("10-5", "10 5"),
        ("1,2,3", "1 2 3"),
        ("2024/05/06", "2024 5 6"),
        ("一般に3、唯一", "3"),
        ("十分な5個", "5"),
        ("the third of 4", "4"),
        ("1/0", ""),
        ("1e999999", ""),
        ("none", ""),
    ],
)
def test_numbers(text: str, values: str) -> None:
    found = [f"{number.value}{'%' * number.is_percent}" for number in numbers_in(readable(text))]
    assert found == values.split()


@given(st.integers(0, 10**18 - 1))
def test_numbers_in_kanji(number: int) -> None:
    digits, powers = "〇一二三四五六七八九", ["", "十", "百", "千"]

    def section(value: int) -> str:
        figures = [(int(digit), powers[place]) for place, digit in enumerate(reversed(str(value)))]
        return "".join(digits[d] * (d != 1 or p == "") + p for d, p in reversed(figures) if d)

    parts, rest = [], number
    for myriad in ("", "万", "億", "兆", "京"):
        rest, low = divmod(rest, 10_000)
        parts.append(section(low) + myriad if low else "")
    kanji = "".join(reversed(parts)) or "〇"
    assert kanji_value(kanji) == number
    assert kanji_value("".join(digits[int(digit)] for digit in str(number))) == number
    assert with_digits(f"約{kanji}円") == f"約{number}円"


@given(st.fractions(max_denominator=999), st.sampled_from(["{}", "It is {} in all.", "答えは{}です。"]))
def test_any_fraction_is_read_exactly(number: Fraction, form: str) -> None:
    assert score("number_match", form.format(number), str(number)) == 1.0


@given(st.integers(-(10**9), 10**9))
def test_commas_and_width_change_nothing(number: int) -> None:
    wide = str(number).translate(str.maketrans("-0123456789", "－０１２３４５６７８９"))
    assert score("number_match", f"{number:,}", wide) == 1.0


@pytest.mark.parametrize(
    ("answer", "gold", "parameters", "value"),
    [
        ("First 3, then 4, so 7.", "7", {}, 1.0),
        ("The answer is 7. I used 2 steps.", "7", {}, 1.0),
        ("答えは7です。手順は2つでした。", "7", {}, 1.0),
        ("\\boxed{7} follows from 3 and 4", "7", {}, 1.0),
        ("#### 7", "7", {}, 1.0),
        ("The answer is 3. No, the answer is 7.", "7", {}, 1.0),
        ("7 of 9", "7", {}, 0.0),
        ("7 of 9", "7", {"which": "first"}, 1.0),
        ("7 of 9", "9", {"which": "last"}, 1.0),
        ("7 of 9", "7", {"which": "only"}, "there are 2 numbers in the answer"),
        ("7, that is 7", "7", {"which": "only"}, 1.0),
        ("35,000 yen", "三万五千", {}, 1.0),
        ("50%", "0.5", {}, 1.0),
        ("50%", "50", {}, 1.0),
        ("0.5", "50%", {}, 1.0),
        ("0.5", "50", {}, 0.0),
        ("50%", "5%", {}, 0.0),
        ("3.14", "3.14159", {}, 0.0),
        ("3.14", "3.14159", {"absolute": 0.01}, 1.0),
        ("3.14", "3.14159", {"relative": 0.001}, 1.0),
        ("3.1", "3.14159", {"relative": 0.001}, 0.0),
        ("8", ("7", "8"), {}, 1.0),
        ("many", "8", {}, "there is no number in the answer"),
        ("many", "8", {"unparsed": "wrong"}, 0.0),
        ("8", "eightish", {}, "the gold answer is not one number: 'eightish'"),
    ],
)
def test_number_match(answer: str, gold: Any, parameters: dict[str, Any], value: float | str) -> None:
    assert score("number_match", answer, gold, **parameters) == value


PERSON = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}


@pytest.mark.parametrize(
    ("answer", "parameters", "value"),
    [
        ('{"name": "Ada"}', {}, 1.0),
        ('{"name": 1}', {}, 0.0),
        ("{}", {}, 0.0),
        ('Here it is:\n```json\n{"name": "Ada"}\n```\nAnything else?', {}, 1.0),
        ('Here it is: {"name": "Ada"} as in [1].', {}, 1.0),
        ("名前は{「Ada」}です", {}, "there is no JSON in the answer"),
        ('{"name": NaN}', {}, "there is no JSON in the answer"),
        ('{"name": "Ada"', {}, "there is no JSON in the answer"),
        ('{"name": "Ada"', {"unparsed": "wrong"}, 0.0),
        ('Here: {"name": "Ada"}', {"bare": True}, "there is no JSON in the answer"),
        ("[" * 100_000, {}, "there is no JSON in the answer"),
    ],
)
def test_json_schema(answer: str, parameters: dict[str, Any], value: float | str) -> None:
    pytest.importorskip("jsonschema")
    assert score("json_schema", answer, None, schema=PERSON, **parameters) == value


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"type": "thing"}, "not a JSON Schema: schema.type"),
        ({"$ref": "http://127.0.0.1:1/schema.json"}, "nothing is fetched"),
        ({"$ref": "#/$defs/none"}, "which is not in it"),
        ({"$ref": "#"}, "without end"),
    ],
)
def test_a_schema_that_is_none_is_told(schema: dict[str, Any], message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("jsonschema")
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a schema is never fetched"))
    with pytest.raises(SpecError, match=message):
        make_scorer("json_schema", {"schema": schema})


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["normalised_match", "contains", "token_f1", "number_match"]),
    st.text(max_size=50) | st.text("1２三万分のと/.,-%{}\\fracé half", max_size=50),
    st.text(max_size=10),
)
def test_any_answer_gives_a_score(name: str, answer: str, gold: str) -> None:
    found = make_scorer(name, {}).score(Item("0", 0, {}), Question(gold=gold), [Completed(answer)])
    assert isinstance(found, Unscored) or 0.0 <= found.value <= 1.0  # type: ignore[operator]


@pytest.mark.parametrize("name", ["normalised_match", "contains", "token_f1", "number_match", "choice_match"])
def test_no_answer_is_no_wrong_answer(name: str) -> None:
    question = Question(("a", "b"), 0) if name == "choice_match" else Question(gold="1")
    assert make_scorer(name, {}).score(Item("0", 0, {}), question, [Failed("late")]) == Unscored("failed: late")


@pytest.mark.parametrize(
    "piece", ["1", "1,", "千", "一", "1/", "two ", "1 ", "分の", "half ", "-", "1万", "the answer is "]
)
def test_a_long_answer_ends(piece: str) -> None:
    score("number_match", piece * (50_000 // len(piece)), "1")


def test_parameters_are_checked() -> None:
    with pytest.raises(SpecError, match="absolute takes 0 or more"):
        make_scorer("number_match", {"absolute": -1})
    with pytest.raises(SpecError, match="unknown field"):
        make_scorer("contains", {"needs": "all"})
