"""IFBench's ``custom``: rules of single prompts, which ask for one certain list, table or sentence."""

from __future__ import annotations

import csv
import io
import re
import string
import unicodedata
from itertools import pairwise
from typing import ClassVar

from kijun.constraints.base import Constraint, register
from kijun.constraints.ifbench.text import bare, without_marks, words_of
from kijun.constraints.sentences import split_sentences

__all__ = [
    "AfricaBackwards",
    "AlphabetStory",
    "BackwardsLetters",
    "BackwardsWords",
    "CapitalsByLatitude",
    "CityTable",
    "Dates",
    "Multiples",
    "QuotedTable",
    "SpecialCharacterTable",
    "TestQuestions",
]

_CAPITALS = words_of(
    """
    Reykjavik Helsinki Oslo Tallinn Stockholm Riga Moscow Copenhagen Vilnius Minsk Dublin Berlin Amsterdam Warsaw London
    Brussels Prague Luxembourg Paris Vienna Bratislava Budapest Vaduz Chisinau Bern Ljubljana Zagreb
    """
)
_QUESTION = re.compile(r"\n*(?:Question \d+[.|):;]?\s*)")
_OPTION = re.compile(r"[A-Ea-e][.|)]\s*\w+")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_SHORT_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
_COUNTRIES = 52


@register
class Multiples(Constraint, frozen=True, forbid_unknown_fields=True):
    """The numbers of the answer are 14, 21, 28, 35, 42, 49."""

    id: ClassVar[str] = "custom:multiples"

    def check(self, response: str) -> bool:
        return re.findall(r"\d+", response) == [str(number) for number in range(14, 51, 7)]


@register
class TestQuestions(Constraint, frozen=True, forbid_unknown_fields=True):
    """Four questions with five options each, every question longer than the one before, and nothing before them."""

    id: ClassVar[str] = "custom:mcq_count_length"

    def check(self, response: str) -> bool:
        if not response.startswith("Question"):
            return False
        questions = [part.strip().split("\n") for part in _QUESTION.split(response) if part.strip()]
        if len(questions) != 4:
            return False
        options = [[bool(_OPTION.match(line.strip())) for line in lines] for lines in questions]
        if any(sum(marks) != 5 for marks in options):
            return False
        heads = [lines[: marks.index(True)] for lines, marks in zip(questions, options, strict=True)]
        lengths = [len(" ".join(line.strip() for line in head).strip()) for head in heads]
        return all(a < b for a, b in pairwise(lengths))


@register
class AfricaBackwards(Constraint, frozen=True, forbid_unknown_fields=True):
    """From the line with Zimbabwe on, 52 lines or more in reverse alphabetical order."""

    id: ClassVar[str] = "custom:reverse_newline"

    def check(self, response: str) -> bool:
        lines = [line for line in map(bare, response.split("\n")) if line]
        start = next((place for place, line in enumerate(lines) if "Zimbabwe" in line), len(lines))
        listed = [_ascii(line) for line in lines[start:]]
        return len(listed) >= _COUNTRIES and listed == sorted(listed, reverse=True)


@register
class BackwardsWords(Constraint, frozen=True, forbid_unknown_fields=True):
    """Word by word backwards, the answer names the bald eagle, in one sentence."""

    id: ClassVar[str] = "custom:word_reverse"

    def check(self, response: str) -> bool:
        text = " ".join(without_marks(response.lower().strip()).split()[::-1])
        return "bald eagle" in text and text in split_sentences(text)


@register
class BackwardsLetters(Constraint, frozen=True, forbid_unknown_fields=True):
    """The bald eagle is named letter by letter backwards."""

    id: ClassVar[str] = "custom:character_reverse"

    def check(self, response: str) -> bool:
        return "elgae dlab" in response.lower()


@register
class AlphabetStory(Constraint, frozen=True, forbid_unknown_fields=True):
    """26 sentences that begin with the letters of the alphabet in order."""

    id: ClassVar[str] = "custom:sentence_alphabet"

    def check(self, response: str) -> bool:
        return [sentence.lstrip()[0].lower() for sentence in split_sentences(response)] == [*string.ascii_lowercase]


@register
class CapitalsByLatitude(Constraint, frozen=True, forbid_unknown_fields=True):
    """27 European capitals, with commas between them, in IFBench's order."""

    id: ClassVar[str] = "custom:european_capitals_sort"

    def check(self, response: str) -> bool:
        return [name.strip() for name in _ascii(response).split(",") if name.strip()] == [*_CAPITALS]


@register
class CityTable(Constraint, frozen=True, forbid_unknown_fields=True):
    """CSV: the five columns of the prompt, and seven rows."""

    id: ClassVar[str] = "custom:csv_city"

    def check(self, response: str) -> bool:
        rows = _rows(response, ",")
        return len(rows) == 8 and rows[0] == ["ID", "Country", "City", "Year", "Count"] and _all_of_five(rows)


@register
class SpecialCharacterTable(Constraint, frozen=True, forbid_unknown_fields=True):
    """CSV: the five columns of the prompt, 14 rows, a quoted field with a special character.

    As IFBench does, only the rows up to the first with such a field are counted for their five fields.
    """

    id: ClassVar[str] = "custom:csv_special_character"

    def check(self, response: str) -> bool:
        if not _head(response, ",[ \t]*", "ProductID", "Category", "Brand", "Price", "Stock"):
            return False
        rows = _rows(response.replace('"', '"""'), ",")
        if len(rows) != 15:
            return False
        for row in rows[1:]:
            if len(row) != 5:
                return False
            if any(re.match(r'".*[^\d\w\s].*"', field) for field in row):
                return True
        return False


@register
class QuotedTable(Constraint, frozen=True, forbid_unknown_fields=True):
    """Fields parted by tabs, each in double quotation marks: the five columns of the prompt, and three rows."""

    id: ClassVar[str] = "custom:csv_quotes"

    def check(self, response: str) -> bool:
        if not _head(response, "\t *", "StudentID", "Subject", "Grade", "Semester", "Score"):
            return False
        rows = _rows(response.replace('"', '"""'), "\t")
        quoted = all(field.strip()[:1] == field.strip()[-1:] == '"' for row in rows for field in row)
        return len(rows) == 4 and _all_of_five(rows) and quoted


@register
class Dates(Constraint, frozen=True, forbid_unknown_fields=True):
    """Dates such as 1805-12-02 with commas between them, of the years of Napoleon's life, and nothing else."""

    id: ClassVar[str] = "custom:date_format_list"

    def check(self, response: str) -> bool:
        return all(_is_date(text.strip()) for text in response.strip().split(","))


def _is_date(text: str) -> bool:
    found = _DATE.fullmatch(text)
    if found is None:
        return False
    year, month, day = map(int, found.groups())
    return 1769 <= year <= 1821 and month <= 12 and day <= _SHORT_MONTHS.get(month, 31)


def _ascii(text: str) -> str:
    """The text without accents and without what is not ASCII."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")


def _rows(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:
        return []


def _head(response: str, between: str, *names: str) -> bool:
    pattern = between.join(f'({name}|"{name}")' for name in names)
    return re.fullmatch(pattern, response.split("\n")[0].strip()) is not None


def _all_of_five(rows: list[list[str]]) -> bool:
    return all(len(row) == 5 for row in rows)
