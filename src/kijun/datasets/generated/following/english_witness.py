"""An English answer that follows given instructions: the proof that an item can be answered.

It is no good text; it only has to be what the verifiers ask for. Whoever adds a kind of instruction adds here how to
follow it; `compose` throws away what its witness does not pass.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import cycle, islice
from typing import Any

__all__ = ["english_witness"]

# No comma, no capital word, no digit, none of the deck's words; told as English whatever the case.
_SENTENCES = (
    "We wrote this for you.",
    "There is more to tell.",
    "The people here are kind.",
    "You can ask us about it.",
    "This is a good place to begin.",
    "Some of the work is done by hand.",
    "It takes a little time at first.",
    "After that it is easy.",
    "They came back with the others.",
    "You should bring your own lunch.",
)
_CAPITALS = ("PLEASE", "READ", "THIS", "NOTE", "WITH", "CARE", "BEFORE", "YOU", "START", "WORK")
_FEWEST = 3
_NUMBERS_OF_PARTS = ("num_paragraphs", "num_sections")


def english_witness(instructions: Mapping[str, Mapping[str, Any]]) -> str:
    """The answer.

    Args:
        instructions: parameters by instruction id.
    """
    extras = _extras(instructions)
    sentences = _plain(instructions)
    if "combination:two_responses" in instructions:
        text = "\n".join((" ".join([*sentences, *extras]), "******", "We wrote this one for them."))
    else:
        text = _laid_out(instructions, [*sentences, *extras])
    if "startend:quotation" in instructions:
        text = f'"{text}"'
    if "change_case:english_lowercase" in instructions:
        return text.lower()
    return text.upper() if "change_case:english_capital" in instructions else text


def _extras(instructions: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """A sentence for each instruction that asks for something to be there."""
    extras: list[str] = []
    for name, given in instructions.items():
        match name:
            case "keywords:existence":
                extras.append(f"It is about the {' and the '.join(given['keywords'])}.")
            case "keywords:frequency":
                extras.append(f"We saw a {' and a '.join([given['keyword']] * given['frequency'])}.")
            case "keywords:letter_frequency":
                extras.append(f"It goes like {given['letter'] * given['let_frequency']} here.")
            case "detectable_content:number_placeholders":
                extras.append(f"Write to {' or '.join(['[name]'] * given['num_placeholders'])} about it.")
            case "detectable_format:number_highlighted_sections":
                extras.append(f"It is {' and '.join(['*very good*'] * given['num_highlights'])} too.")
            case "change_case:capital_word_frequency":
                extras.append(f"So {' '.join(_CAPITALS[: given['capital_frequency']])} now.")
    return extras


def _plain(instructions: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """As many plain sentences as the text needs; few and long ones where it may not have many."""
    paragraphs = [given[key] for given in instructions.values() for key in _NUMBERS_OF_PARTS if key in given]
    words = instructions.get("length_constraints:number_words", {})
    long = words["num_words"] // 4 + 1 if words.get("relation") == "at least" else 0  # none has fewer words than four
    sentences = instructions.get("length_constraints:number_sentences", {})
    many = sentences["num_sentences"] if sentences.get("relation") == "at least" else 0
    plain = [*islice(cycle(_SENTENCES), max([_FEWEST, long, many, *paragraphs]))]
    if sentences.get("relation") == "less than":
        few = max([_FEWEST, *paragraphs])
        plain = [*plain[: few - 1], " and ".join(text.rstrip(".") for text in plain[few - 1 :]) + "."]
    return plain


def _laid_out(instructions: Mapping[str, Mapping[str, Any]], sentences: list[str]) -> str:
    if "detectable_format:json_format" in instructions:
        return json.dumps({"text": " ".join(sentences)})
    numbers = [given[key] for given in instructions.values() for key in _NUMBERS_OF_PARTS if key in given]
    paragraphs = _parts(sentences, numbers[0] if numbers else 1)
    if first := instructions.get("length_constraints:nth_paragraph_first_word"):
        paragraphs[first["nth_paragraph"] - 1] = f"{first['first_word']} {paragraphs[first['nth_paragraph'] - 1]}"
    if sections := instructions.get("detectable_format:multiple_sections"):
        mark = sections["section_spliter"]
        paragraphs = [f"{mark} {number}\n{text}" for number, text in enumerate(paragraphs, 1)]
    divider = "\n***\n" if "length_constraints:number_paragraphs" in instructions else "\n\n"
    lines = [divider.join(paragraphs)]
    if "detectable_format:title" in instructions:
        lines.insert(0, "<<A word to all>>")
    if bullets := instructions.get("detectable_format:number_bullet_lists"):
        lines += ["* one of the points"] * bullets["num_bullets"]
    if postscript := instructions.get("detectable_content:postscript"):
        lines.append(f"{postscript['postscript_marker']} Write soon.")
    if end := instructions.get("startend:end_checker"):
        lines.append(end["end_phrase"])
    return "\n".join(lines)


def _parts(sentences: list[str], count: int) -> list[str]:
    """The sentences in so many paragraphs."""
    return [*sentences[: count - 1], " ".join(sentences[count - 1 :])]
