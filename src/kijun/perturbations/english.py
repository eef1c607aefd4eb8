"""Perturbations of English: what fingers, habits and regions do to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from random import Random

from kijun.perturbations.base import Edit, made_for
from kijun.perturbations.words import words

__all__ = ["PERTURBATIONS"]

_KEY_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    key: "".join(row[place] for place in (index - 1, index + 1) if 0 <= place < len(row))
    for row in _KEY_ROWS
    for index, key in enumerate(row)
}
# Words in -ing that keep their g in every dialect.
_NOT_A_VERB = {"anything", "ceiling", "darling", "during", "everything", "interesting", "sibling", "siblings"}
_PARTICIPLE = re.compile(r" (?:been|had|done|made|gone|seen|\w+ed|\w+en)\b")
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)


def _typos(text: str, random: Random) -> Iterator[Edit]:
    """One slip in a word of four letters or more: the neighbouring key, a letter twice, left out, or swapped."""
    for match in re.finditer(r"[A-Za-z]{4,}", text):
        word = match[0]
        place = random.randrange(1, len(word) - 1)
        before, letter, after = word[:place], word[place], word[place + 1 :]
        beside = random.choice(_BESIDE[letter.lower()])
        slips = {
            "beside": before + (beside.upper() if letter.isupper() else beside) + after,
            "twice": before + letter * 2 + after,
            "out": before + after,
            "swapped": before + after[0] + letter + after[1:],
        }
        yield Edit(*match.span(), slips[random.choice(sorted(slips))])


def _lower_case(text: str, random: Random) -> Iterator[Edit]:
    """Words without their capitals, as in hasty messages."""
    for match in re.finditer(r"[A-Z][a-z]+|\bI\b|\bA\b", text):
        yield Edit(*match.span(), match[0].lower())


def _spacing(text: str, random: Random) -> Iterator[Edit]:
    """A space twice, left out after a comma or between two words, or put before a mark."""
    for match in re.finditer(r"(?<=[A-Za-z,;]) (?=[A-Za-z])|(?<=[A-Za-z])(?=[?!,;](?:\s|$))", text):
        inserts = match.start() == match.end()
        kinds = [" "] if inserts else ["  ", "  ", "   ", ""] if text[match.start() - 1] == "," else ["  ", "  ", "   "]
        yield Edit(*match.span(), random.choice(kinds))


def _swapped_words(table: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for word, others in words("en", table).items():
        yield word, (others,) if isinstance(others, str) else tuple(others)


@cache
def _dictionary(table: str, both_ways: bool = False) -> tuple[re.Pattern[str], Mapping[str, tuple[str, ...]]]:
    """A pattern that finds the words of a table, longest first, and what may stand in their place."""
    known = dict(_swapped_words(table))
    if both_ways:
        known |= {other: (word,) for word, others in list(known.items()) for other in others if other not in known}
    alternatives = "|".join(re.escape(word) for word in sorted(known, key=len, reverse=True))
    pattern = re.compile(rf"(?<![A-Za-z'’-])(?:{alternatives})(?![A-Za-z'’-])", re.IGNORECASE)
    return pattern, {word.lower(): others for word, others in known.items()}


def _replaced(text: str, random: Random, table: str, *, both_ways: bool = False) -> Iterator[Edit]:
    pattern, known = _dictionary(table, both_ways)
    for match in pattern.finditer(text):
        others = known[match[0].lower()]
        yield Edit(*match.span(), _cased_as(random.choice(others), match[0]))


def _cased_as(word: str, model: str) -> str:
    """`word` with a capital, or all in capitals, where `model` has them."""
    if len(model) > 1 and model.isupper():
        return word.upper()
    return word[0].upper() + word[1:] if model[0].isupper() else word


def _misspellings(text: str, random: Random) -> Iterator[Edit]:
    return _replaced(text, random, "misspelling")


def _synonyms(text: str, random: Random) -> Iterator[Edit]:
    """Where the article before and the degree of an adjective still fit; names with capitals are left alone."""
    for edit in _replaced(text, random, "synonym"):
        before = text[max(0, edit.start - 6) : edit.start].lower()
        same_sound = (text[edit.start] in "aeiou") == (edit.text[0] in "aeiou")
        fits = same_sound or not re.search(r"\ban? $", before)
        if fits and text[edit.start].islower() and not re.search(r"\b(?:more|most) $", before):
            yield edit


def _contractions(text: str, random: Random) -> Iterator[Edit]:
    """Short forms for full ones; not at the end of a clause, where English has none ("that is who he is")."""
    for edit in _replaced(text, random, "contraction"):
        owned = text[edit.start : edit.end].lower().endswith(" have") and not _PARTICIPLE.match(text, edit.end)
        if re.match(r" [A-Za-z]", text[edit.end :]) and not owned:
            yield edit


def _regional(text: str, random: Random) -> Iterator[Edit]:
    return _replaced(text, random, "regional", both_ways=True)


def _dialect(text: str, random: Random) -> Iterator[Edit]:
    """Spoken forms, and "-ing" without its g."""
    yield from _replaced(text, random, "dialect")
    for match in re.finditer(r"\b([A-Za-z]{2,})ing\b(?!-)", text):
        if match[0].lower() not in _NOT_A_VERB and _VOWEL.search(match[1]) and match[0][1:].islower():
            yield Edit(match.end() - 1, match.end(), "'")


_made = made_for("en")
PERTURBATIONS = (
    _made("typo", ("slips of the keyboard", "打ち間違い（英語）"), _typos, 0.15),
    _made("misspelling", ("common misspellings", "よくある綴りの誤り"), _misspellings, 0.5),
    _made("case", ("no capitals", "大文字を使わない"), _lower_case, 1.0, reaches=("logic",)),
    _made("spacing", ("spaces too many or too few", "空白の乱れ"), _spacing, 0.2),
    _made("contraction", ("short forms such as isn't", "短縮形（isn't など）"), _contractions, 1.0, reaches=("logic",)),
    _made("synonym", ("words of the same meaning", "同義語への置き換え"), _synonyms, 0.5),
    _made(
        "dialect",
        ("spoken forms such as ain't, goin'", "くだけた話し言葉（ain't、goin' など）"),
        _dialect,
        0.5,
        reaches=("logic",),
    ),
    _made("regional", ("British for American English and back", "英米の綴り・語の入れ替え"), _regional, 1.0),
)
