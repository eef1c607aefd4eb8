"""与えられた指示をすべて守った日本語の応答。その設問に答えられることの証拠になる。

よい文章である必要はなく、検証器が求めるものがそろっていればよい。指示の種類を足すときは、その守り方をここに足す。
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import cycle, islice
from typing import Any

import msgspec

__all__ = ["japanese_witness"]

Instructions = Mapping[str, Mapping[str, Any]]


class _Style(msgspec.Struct, frozen=True):
    """一つの文字種で書いた部品。`plain` は文末を除いた文、`ending` は文末の形ごとの言い方。"""

    plain: Mapping[str, tuple[str, ...]]
    word: str
    item: str
    title: str


# 読点、数字、指示に使う語を含まない。NORMAL は片仮名も含まない。
_NORMAL = _Style(
    {
        "です": ("朝の道は静かです", "町の人は親切です", "作業は簡単です", "説明は簡単です"),
        "ます": ("朝の道を歩きます", "町の人が集まります", "作業を始めます", "説明を続けます"),
    },
    "名前",
    "最初の話",
    "町の話",
)
_HIRAGANA = _Style(
    {
        "です": ("あさはとてもしずかです", "これはかんたんです", "おはなしはいじょうです"),
        "ます": ("あさのみちをあるきます", "これからはじめます", "おはなしをつづけます"),
    },
    "なまえ",
    "さいしょのはなし",
    "まちのはなし",
)
_KATAKANA = _Style(
    {"です": ("アサハトテモシズカデス", "コレハカンタンデス", "オハナシハイジョウデス")},
    "ナマエ",
    "サイショノハナシ",
    "マチノハナシ",
)
_NOUN_SENTENCES = "青い空。"
_FEWEST = 2
_NUMBERS_OF_PARTS = ("num_paragraphs", "num_sections")


def japanese_witness(instructions: Instructions) -> str:
    """応答。`instructions` は指示のIDからパラメータへの対応。"""
    style = _style(instructions)
    stop = "\n" if "ja:punctuation:no_period" in instructions else "。"
    ending = instructions.get("ja:startend:sentence_unified_end", {}).get("ending", "です")
    extras = _extras(instructions, style, ending)
    sentences = [f"{text}{stop}" for text in (*extras, *_plain(instructions, style.plain[ending]))]
    sentences += [_NOUN_SENTENCES] * instructions.get("ja:detectable_format:nominal_ending", {}).get("count", 0)
    text = _laid_out(instructions, sentences, style).strip()
    return f"「{text}」" if "ja:startend:quotation" in instructions else text


def _style(instructions: Instructions) -> _Style:
    if "ja:letters:katakana_only" in instructions:
        return _KATAKANA
    few = instructions.get("ja:letters:kanji", {}).get("relation") == "未満"
    return _HIRAGANA if few or {"ja:letters:hiragana_only", "ja:letters:furigana"} & set(instructions) else _NORMAL


def _extras(instructions: Instructions, style: _Style, ending: str) -> list[str]:
    """何かが「ある」ことを求める指示ごとに一文。"""
    extras: list[str] = []
    for name, given in instructions.items():
        match name:
            case "ja:keywords:existence":
                extras.append(f"話題は{'と'.join(given['keywords'])}")
            case "ja:keywords:frequency":
                extras.append(f"見たのは{'と'.join([given['keyword']] * given['frequency'])}")
            case "ja:keywords:letter_frequency":
                letter = (
                    given["letter"] if style is not _KATAKANA else chr(ord(given["letter"]) + ord("ア") - ord("あ"))
                )
                extras.append(letter * given["let_frequency"])
            case "ja:detectable_content:number_placeholders":
                extras.append(f"[{style.word}]" * given["num_placeholders"])
            case "ja:detectable_format:number_highlighted_sections":
                extras.append(f"《{style.word}》" * given["num_highlights"])
    end = ending if style is not _KATAKANA else "デス"
    return [f"{extra}{end if end != 'ます' else _seen(style)}" for extra in extras]


def _seen(style: _Style) -> str:
    return "を見ます" if style is _NORMAL else "をみます"


def _plain(instructions: Instructions, plain: tuple[str, ...]) -> list[str]:
    """必要な数の文。文の数に上限があれば、後ろをつないで長い一文にする。"""
    parts = [given[key] for given in instructions.values() for key in _NUMBERS_OF_PARTS if key in given]
    letters = instructions.get("ja:length_constraints:number_letters", {})
    long = letters["num_letters"] // min(map(len, plain)) + 1 if letters.get("relation") == "以上" else 0
    sentences = instructions.get("ja:length_constraints:number_sentences", {})
    many = sentences["num_sentences"] if sentences.get("relation") == "以上" else 0
    kanji = instructions.get("ja:letters:kanji", {})
    dense = kanji["kanji_limit"] // 3 + 1 if kanji.get("relation") == "以上" else 0  # どの文にも漢字が三つはある
    texts = [*islice(cycle(plain), max([_FEWEST, long, many, dense, *parts]))]
    if sentences.get("relation") == "未満":
        few = max([_FEWEST, *parts])
        texts = [*texts[: few - 1], "".join(texts[few - 1 :])]
    return texts


def _laid_out(instructions: Instructions, sentences: list[str], style: _Style) -> str:
    if "ja:detectable_format:json_format" in instructions:
        return json.dumps({"text": "".join(sentences).replace("\n", " ")}, ensure_ascii=False)
    if "ja:combination:two_responses" in instructions:
        paragraphs = ["".join(sentences), f"******\n{sentences[-1]}"]
    else:
        numbers = [given[key] for given in instructions.values() for key in _NUMBERS_OF_PARTS if key in given]
        count = numbers[0] if numbers else 1
        paragraphs = [*sentences[: count - 1], "".join(sentences[count - 1 :])]
    paragraphs = [paragraph.strip() for paragraph in paragraphs]
    if first := instructions.get("ja:length_constraints:nth_paragraph_first_word"):
        place = first["nth_paragraph"] - 1
        paragraphs[place] = first["first_word"] + paragraphs[place]
    if sections := instructions.get("ja:detectable_format:multiple_sections"):
        mark = sections["section_spliter"]
        paragraphs = [f"第{number}{mark}\n{text}" for number, text in enumerate(paragraphs, 1)]
    divider = "\n\n" if "ja:length_constraints:nth_paragraph_first_word" in instructions else "\n"
    divider = "\n***\n" if "ja:length_constraints:number_paragraphs" in instructions else divider
    return "\n".join(_with_lines(instructions, divider.join(paragraphs), style))


def _with_lines(instructions: Instructions, body: str, style: _Style) -> list[str]:
    """題名、箇条書き、追伸、末尾の言葉を加えた行。"""
    lines = [f"『{style.title}』"] if "ja:detectable_format:title" in instructions else []
    lines.append(body)
    lines += [f"・{style.item}"] * instructions.get("ja:detectable_format:number_bullet_lists", {}).get(
        "num_bullets", 0
    )
    numbered = instructions.get("ja:detectable_format:number_numbered_lists", {}).get("num_items", 0)
    lines += [f"{number}. {style.item}" for number in range(1, numbered + 1)]
    if postscript := instructions.get("ja:detectable_content:postscript"):
        stop = "" if "ja:punctuation:no_period" in instructions else "。"
        ending = instructions.get("ja:startend:sentence_unified_end", {}).get("ending", "です")
        lines.append(f"{postscript['postscript_marker']} {style.plain[ending][0]}{stop}")
    if end := instructions.get("ja:startend:end_checker"):
        lines.append(end["end_phrase"])
    return lines
