"""Verifiable instructions for Japanese, on made-up responses and against the published verdicts of M-IFEval."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kijun import evaluate
from kijun.constraints import build, instruction_ids
from kijun.constraints.japanese import morphemes
from kijun.constraints.japanese.sentences import split_japanese_sentences
from kijun.errors import SpecError

# (instruction, parameters, responses that follow it, responses that do not)
CASES: list[tuple[str, dict[str, object], list[str], list[str]]] = [
    ("keywords:existence", {"keywords": ["お茶"]}, ["熱いお茶です。"], ["熱い紅茶です。"]),
    ("keywords:forbidden_words", {"forbidden_words": ["茶"]}, ["お茶漬け", "水"], ["茶を飲む。"]),
    (
        "keywords:frequency",
        {"keyword": "アプリ", "frequency": 2, "relation": "以上"},
        ["アプリとアプリ。"],
        ["アプリとアプリケーション。"],
    ),
    ("keywords:frequency", {"keyword": "猫", "frequency": 1, "relation": "未満"}, ["犬がいる。"], ["猫がいる。"]),
    ("keywords:letter_frequency", {"letter": "し", "let_frequency": 2, "let_relation": "以上"}, ["しシ"], ["し"]),
    ("language:response_language", {"language": "ja"}, ["これは日本語の文章です。"], ["This is an English text."]),
    (
        "length_constraints:number_sentences",
        {"num_sentences": 2, "relation": "以上"},
        ["一つ。二つ。", "一つ\n二つ", "本当？はい"],
        ["「一つ。二つ。」と三つ。", "私の\n本。"],
    ),
    ("length_constraints:number_letters", {"num_letters": 4, "relation": "未満"}, ["三文字"], ["四文字。"]),
    ("length_constraints:number_paragraphs", {"num_paragraphs": 2}, ["一つ\n***\n二つ"], ["一つ", "一つ******二つ"]),
    (
        "length_constraints:nth_paragraph_first_word",
        {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "次"},
        ["初め。\n\n次に。", "初め。\n\n「次」に。"],
        ["初め。\n\n『「次」に。", "次に。", "初め。\n\n\n\n次に。"],
    ),
    ("detectable_content:number_placeholders", {"num_placeholders": 2}, ["[名前]と[場所]"], ["［名前］と[場所]"]),
    ("detectable_content:postscript", {"postscript_marker": "追伸"}, ["では。\n追伸 元気で。"], ["では。"]),
    ("detectable_format:number_bullet_lists", {"num_bullets": 2}, ["・一\n　・二"], ["・一\n・・二", "- 一\n- 二"]),
    ("detectable_format:number_numbered_lists", {"num_items": 2}, ["1. 一\n2. 二", "１. 一\n10. 二"], ["1.一\n2. 二"]),
    ("detectable_format:constrained_response", {}, ["「はい、そうです。」"], ["はい。"]),
    ("detectable_format:number_highlighted_sections", {"num_highlights": 2}, ["《一》と《二》"], ["《一》と《　》"]),
    (
        "detectable_format:multiple_sections",
        {"section_spliter": "章", "num_sections": 2},
        ["第1章\n一\n第２章\n二"],
        ["第一章\n一\n第2章\n二"],
    ),
    ("detectable_format:json_format", {}, ['```json\n{"名": 1}\n```'], ["{名: 1}"]),
    ("detectable_format:title", {}, ["『題』\n本文", "『『題』"], ["『 』", "『題\n』", "』『", "『"]),
    (
        "detectable_format:nominal_ending",
        {"count": 2},
        ["青い空。広い海！"],
        ["青い空。海は広い。", "「青い空。広い海。」"],
    ),
    ("combination:two_responses", {}, ["一つ******二つ"], ["一つ******一つ", "一つ"]),
    ("combination:repeat_prompt", {"prompt_to_repeat": "Aを説明して。"}, [" Aを説明して。はい。"], ["aを説明して。"]),
    ("startend:end_checker", {"end_phrase": "以上。"}, ["「終わり。以上。」"], ["以上。では。"]),
    ("startend:quotation", {}, [" 「全部」 "], ["「", "全部」", "『全部』"]),
    (
        "startend:sentence_unified_end",
        {"ending": "です"},
        ["犬です。「猫だ。」猫です！鳥です"],
        ["犬です。猫だ。", "犬です。\n"],
    ),
    ("punctuation:no_period", {}, ["はい、どうぞ"], ["はい。"]),
    ("punctuation:no_comma", {}, ["はい。"], ["はい、どうぞ"]),
    ("letters:furigana", {}, ["山（やま）と川上（かわかみ）", "かな"], ["山（やま）と川", "山(やま)", "山（ヤマ）"]),
    ("letters:kanji", {"kanji_limit": 2, "relation": "以上"}, ["山と川"], ["山々"]),
    ("letters:no_hiragana", {}, ["東京タワー"], ["東京の塔"]),
    ("letters:hiragana_only", {}, ["らーめん 3！"], ["ラーメン", "らーめんX", "山"]),
    ("letters:no_katakana", {}, ["山ーの"], ["ヴ", "ｱ"]),
    ("letters:katakana_only", {}, ["ラーメン・ｱｲｽ 3！"], ["ラーメンと", "X"]),
    ("letters:kansuuji", {}, ["三つ"], ["3つ", "３つ"]),
]


@pytest.mark.parametrize(("name", "parameters", "good", "bad"), CASES)
def test_verdicts(name: str, parameters: dict[str, object], good: list[str], bad: list[str]) -> None:
    constraint = build(f"ja:{name}", parameters)
    assert [text for text in good if not constraint.check(text)] == []
    assert [text for text in bad if constraint.check(text)] == []
    assert build(f"ja:{name}", constraint.parameters()) == constraint


def test_all_33_instructions_are_known_and_tested() -> None:
    known = {name for name in instruction_ids() if name.startswith("ja:")}
    assert len(known) == 33
    assert {f"ja:{name}" for name, *_ in CASES} == known


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("一つ。二つ！三つ？", ["一つ。", "二つ!", "三つ?"]),
        ("本当！？", ["本当!", "?"]),
        ("（一。二。）三。", ["(一。二。)三。"]),
        ("「（一。）」二。", ["「(一。)」二。"]),
        ("私の\n\n本。\n次", ["私の本。", "次"]),
        ("の\n本", ["の", "本"]),
        ("一\n\n二", ["一", "二"]),
        ("一\n 　\n二", ["一", " 　", "二"]),
        ("一。 \n二", ["一。", "二"]),
        ("一。\t\n二", ["一。", "\t", "二"]),
        ("｢一｡二｡｣三｡", ["「一。二。」三。"]),
        ("", []),
    ],
)
def test_japanese_sentences(text: str, sentences: list[str]) -> None:
    assert split_japanese_sentences(text) == sentences


def test_without_the_analyser_one_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    morphemes.morphemes.cache_clear()
    morphemes._analyser.cache_clear()
    monkeypatch.setattr(morphemes, "find_spec", lambda name: None)
    with pytest.raises(SpecError, match=r"kijun\[ja\]"):
        build("ja:keywords:existence", {"keywords": ["茶"]}).check("お茶")


def test_wrong_parameters_are_one_clear_message() -> None:
    with pytest.raises(SpecError, match="relation"):
        build("ja:letters:kanji", {"kanji_limit": 2, "relation": "at least"})
    with pytest.raises(SpecError, match="letter"):
        build("ja:keywords:letter_frequency", {"letter": "ア", "let_frequency": 1, "let_relation": "以上"})


MODELS = [("ja", "gpt-4o-mini-2024-07-18"), ("ja", "claude-3-haiku-20240307"), ("en", "gpt-4o-mini-2024-07-18")]
# The character "#" in whose place the official verifier counts a random letter, and an unseeded guess of the language.
KNOWN = {"en": ["change_case:english_lowercase", "keywords:letter_frequency"], "ja": []}


@pytest.mark.parametrize(("language", "model"), MODELS)
def test_replayed_responses_have_the_official_verdicts(shared: Path, tmp_path: Path, language: str, model: str) -> None:
    folder = shared / "data" / "m_ifeval"
    (file,) = folder.glob(f"{language}_input_response_data_{model}.jsonl*")
    name = f"replay/{file}?prompt=prompt&answer=response"
    run = evaluate(f"m_ifeval_{language}", name, data=shared / "data", out=tmp_path / "run")
    differing = []
    for reading in ("strict", "loose"):
        official = lines(folder / f"eval_{language}_{model}_{reading}.jsonl")
        samples = run.samples(f"m_ifeval_{language}")
        for sample, expected in zip(samples, official, strict=True):
            assert sample.item["prompt"] == expected["prompt"]
            found = sample.scores[f"inst_level_{reading}_acc"].value
            whole = sample.scores[f"prompt_level_{reading}_acc"].value
            assert whole == float(all(found))
            pairs = zip(sample.item["instruction_id_list"], found, expected["follow_instruction_list"], strict=True)
            differing += [instruction.partition(":")[2] for instruction, ours, theirs in pairs if ours != theirs]
    assert sorted(differing) == KNOWN[language]


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
