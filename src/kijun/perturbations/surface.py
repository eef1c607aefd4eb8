"""Changes of the surface of a text: case, spaces, slips of the keyboard, widths of characters."""

from __future__ import annotations

from random import Random

from kijun.perturbations.base import Perturbation

__all__ = ["PERTURBATIONS"]

_TYPO_RATE = 0.03
_KEY_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    key: "".join(row[place] for place in (index - 1, index + 1) if 0 <= place < len(row))
    for row in _KEY_ROWS
    for index, key in enumerate(row)
}
_WIDE = {code: code + 0xFEE0 for code in range(ord("0"), ord("9") + 1)} | {
    code: code + 0xFEE0 for start in "aA" for code in range(ord(start), ord(start) + 26)
}


def _lower_case(text: str, random: Random) -> str:
    return text.lower()


def _extra_spaces(text: str, random: Random) -> str:
    """One space in five becomes two."""
    return "".join("  " if character == " " and random.random() < 0.2 else character for character in text)


def _typos(text: str, random: Random) -> str:
    """A slip on three letters in a hundred: the neighbouring key, a letter twice, or a letter left out."""
    changed = []
    for character in text:
        if not (character.isascii() and character.isalpha()) or random.random() >= _TYPO_RATE:
            changed.append(character)
            continue
        beside = random.choice(_BESIDE[character.lower()])
        slip = random.choice(("beside", "twice", "out"))
        wrong = beside.upper() if character.isupper() else beside
        changed.append({"beside": wrong, "twice": character * 2, "out": ""}[slip])
    return "".join(changed)


def _full_width(text: str, random: Random) -> str:
    """ASCII letters and digits in full width, as Japanese input methods often leave them."""
    return text.translate(_WIDE)


def _punctuation_style(text: str, random: Random) -> str:
    """Japanese full stops and commas in the other style that offices use."""
    return text.replace("、", "，").replace("。", "．")


PERTURBATIONS = (
    Perturbation("lower_case", 1, ("en",), _lower_case),
    Perturbation("extra_spaces", 1, ("en",), _extra_spaces),
    Perturbation("typos", 1, ("en",), _typos),
    Perturbation("full_width", 1, ("ja",), _full_width),
    Perturbation("punctuation_style", 1, ("ja",), _punctuation_style),
)
