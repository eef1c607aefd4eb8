"""Which choice a free answer picks: by its letter, number or kana, or by its text; English and Japanese.

From the strongest sign to the weakest, each alone decides where it is there: what is stated as the answer (the last
statement wins), an answer that is nothing but a label or the text of a choice, a line that begins with a label, the one
label in parentheses, the one choice whose text is mentioned. What names two choices, or denies one, is not read as a
pick: the answer is then left unscored, with the reason.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

import msgspec

from kijun.scorers.answer_statements import after_statements
from kijun.scorers.choice_patterns import (
    AFTER_A,
    AMONG_LABELS,
    BARE,
    CALLED_RIGHT,
    CONCLUDES,
    DENIED_AFTER,
    DENIED_BEFORE,
    GOES_ON,
    IN_PARENTHESES,
    LABEL_AHEAD,
    LABEL_ALONE,
    LABELS,
    LINE_LABEL,
    MARKUP,
    OPENING,
    OR,
    SENTENCE,
    LabelKind,
)
from kijun.scorers.normal_form import NormalForm

__all__ = ["Pick", "read_choice"]

_READ = 50_000
_LINE_READ = 500
_STATEMENTS_READ = 50
_SHOWN = 60
_SHORT = 500
_FORM = NormalForm()


class Pick(msgspec.Struct, frozen=True):
    """What was picked.

    Attributes:
        index: number of the choice, from 0; None where none can be said to be picked.
        words: the words that decided, or the reason why none did.
    """

    index: int | None
    words: str


def read_choice(answer: str, choices: Sequence[str], labels: Sequence[LabelKind] = tuple(LABELS)) -> Pick:
    """The choice that `answer` picks.

    Args:
        choices: their texts.
        labels: which labels the question or its readers may use. Numbers count from 1, and are labels only where no
            choice is itself a number.
    """
    return _Reader(choices, labels).read(answer)


class _Reader:
    """Reads answers to one question."""

    def __init__(self, choices: Sequence[str], labels: Sequence[LabelKind]) -> None:
        self._choices = [_FORM.of(choice) for choice in choices]
        kinds = [kind for kind in labels if kind != "numbers" or not any(c[:1].isdigit() for c in self._choices)]
        self._of_label = {char: i for kind in kinds for i, char in enumerate(LABELS[kind][: len(choices)])}

    def read(self, answer: str) -> Pick:
        text = MARKUP.sub("", unicodedata.normalize("NFKC", answer[-_READ:])).strip()
        if not any(char.isalnum() for char in text):
            return Pick(None, "the answer has no words")
        for step in (self._bare, self._stated, self._concluded, self._lines, self._in_parentheses, self._mentioned):
            pick = step(text)
            if pick is not None:
                return pick
        return Pick(None, "no choice can be read out of the text")

    def _bare(self, text: str) -> Pick | None:
        """The whole answer is a choice's text, or a label with nothing more than です or a full stop."""
        plain = _FORM.of(text)
        if self._choices.count(plain) == 1:
            return Pick(self._choices.index(plain), text)
        match = BARE.fullmatch(text)
        index = None if match is None else self._index(match["label"])
        return None if index is None else Pick(index, text)

    def _stated(self, text: str) -> Pick | None:
        """The last statement of an answer."""
        places = [(place, None) for place in after_statements(text)][-_STATEMENTS_READ:]
        called = [(match.start(), Pick(index, match[0])) for match, index in self._called_right(text)]
        for place, pick in sorted([*places, *called], key=lambda pair: -pair[0]):
            read = pick or self._at(text, place)
            if read is not None:
                return read
        return None

    def _at(self, text: str, place: int) -> Pick | None:
        """What begins at a place where an answer is stated: a choice's text, or a label."""
        ahead = text[place : place + _LINE_READ]
        line = ahead.split("\n", 1)[0] or ahead.strip().split("\n", 1)[0]
        line = OPENING.sub("", line, count=1)
        spelled = self._spelled(line)
        if spelled is not None:
            return spelled
        match = LABEL_AHEAD.match(line)
        if match is None:
            return None
        rest = line[match.end() :]
        index = self._index(match["label"], rest)
        if index is None:
            return None
        if DENIED_AFTER.match(rest):
            return None
        if OR.match(rest):
            among = AMONG_LABELS.match(line)
            if among is not None:
                return self._at(line, among.end())
            return Pick(None, f"several choices are named: {line[:_SHOWN]!r}")
        return self._agreeing(index, rest, match[0])

    def _spelled(self, line: str) -> Pick | None:
        """A choice's text at the beginning of a line, the longest where several fit."""
        plain = _FORM.of(line)
        fitting = [
            i
            for i, choice in enumerate(self._choices)
            if choice
            and plain.startswith(choice)
            and choice.upper() not in self._of_label
            and _ends_word(plain, len(choice))
        ]
        if not fitting:
            return None
        index = max(fitting, key=lambda i: len(self._choices[i]))
        rest = plain[len(self._choices[index]) :].strip()
        joined = re.match(r"(?:or|and|または|もしくは|か|あるいは)\s*(.+)", rest)
        if joined and any(joined[1].startswith(other) for i, other in enumerate(self._choices) if i != index and other):
            return Pick(None, f"several choices are named: {line[:_SHOWN]!r}")
        return None if rest.startswith(("ではな", "ではあり", "じゃな")) else Pick(index, line[:_SHOWN])

    def _agreeing(self, index: int, rest: str, words: str) -> Pick:
        """The labelled choice, unless the text after the label is that of another."""
        after = _FORM.of(re.split(r"[\n。]", rest, maxsplit=1)[0]).removeprefix("の").removesuffix("です")
        named = [i for i, choice in enumerate(self._choices) if len(choice) > 1 and after == choice]
        if named and index not in named:
            return Pick(None, f"the label {words!r} and the text {self._choices[named[0]]!r} are two choices")
        return Pick(index, words.strip())

    def _called_right(self, text: str) -> Iterator[tuple[re.Match[str], int]]:
        """Labels that are called right: "B is correct", 「イが正解」, 「3を選びます」."""
        for match, index in self._labels(text):
            if CALLED_RIGHT.match(text[match.end() : match.end() + 40]):
                yield match, index

    def _labels(self, text: str) -> Iterator[tuple[re.Match[str], int]]:
        """Labels that stand alone: no letter, digit or kana of a word before or behind them."""
        for match in LABEL_ALONE.finditer(text):
            index = self._index(match["label"], text[match.end() : match.end() + 20])
            if index is not None:
                yield match, index

    def _lines(self, text: str) -> Pick | None:
        """Lines that begin with a label and a sign; a list of all choices has several, and says nothing."""
        found: dict[int, tuple[str, str]] = {}
        for line in text.splitlines():
            match = LINE_LABEL.match(line)
            index = None if match is None else self._index(match["label"])
            if match is None or index is None or DENIED_AFTER.match(line[match.end("label") :]):
                continue
            if OR.match(line[match.end("label") :]):
                return Pick(None, f"several choices are named: {line[:_SHOWN]!r}")
            found[index] = (match[0].strip(), line[match.end() :])
        if len(found) != 1:
            return None
        index, (words, rest) = next(iter(found.items()))
        return self._agreeing(index, rest, words)

    def _in_parentheses(self, text: str) -> Pick | None:
        """The one label in parentheses that is not denied."""
        found: dict[int, str] = {}
        for match in IN_PARENTHESES.finditer(text):
            index = self._index(match["label"])
            if index is not None and not _denied(text, match.start(), match.end()):
                found[index] = match[0]
        if len(found) > 1:
            return Pick(None, f"several choices are named: {', '.join(found.values())}")
        return Pick(*next(iter(found.items()))) if found else None

    def _concluded(self, text: str) -> Pick | None:
        """The one choice in a last sentence that begins with so, thus, したがって."""
        last = [sentence for sentence in SENTENCE.split(text) if sentence.strip()][-1]
        return self._only(last) if CONCLUDES.match(last) else None

    def _mentioned(self, text: str) -> Pick | None:
        """The one label or text of a choice that a short answer mentions; in a long one a mention says little."""
        if len(text) > _SHORT:
            return None
        several = Pick(None, "several choices are named, and none is picked")
        return self._only(text) or (several if self._texts_in(text) else None)

    def _only(self, text: str) -> Pick | None:
        found = self._texts_in(text) or {
            index for match, index in self._labels(text) if not _denied(text, match.start(), match.end())
        }
        return Pick(found.pop(), text.strip()[:_SHOWN]) if len(found) == 1 else None

    def _texts_in(self, text: str) -> set[int]:
        """Choices whose text is mentioned and not denied; a choice within a longer one that is mentioned is not."""
        plain, found = _FORM.of(text), set()
        taken = [False] * len(plain)
        for index in sorted(range(len(self._choices)), key=lambda i: -len(self._choices[i])):
            choice = self._choices[index]
            for match in re.finditer(re.escape(choice), plain) if choice else ():
                start, end = match.span()
                if any(taken[start:end]) or not (_begins_word(plain, start) and _ends_word(plain, end)):
                    continue
                taken[start:end] = [True] * (end - start)
                # A short word, such as yes or no, is said of much; it counts where the answer begins with it.
                if (len(choice) > 3 or not choice.isalpha() or not choice.isascii() or start == 0) and not _denied(
                    plain, start, end
                ):
                    found.add(index)
        return found

    def _index(self, label: str, rest: str = "") -> int | None:
        """Number of the choice with this label; None for none, and for an "A" that is an article."""
        index = self._of_label.get(label.upper())
        if index is None:
            return None
        if rest[:1].isalnum() and not GOES_ON[_kind(label)].match(rest):
            return None
        if rest[:1] in "'’" and rest[1:2].isalpha():
            return None
        if label in "AaI" and AFTER_A.match(rest):
            return None
        # A small letter is a label only at an end: "the answer is b.", but not "the answer is a dog".
        return None if label.islower() and label.isascii() and re.match(r" \w", rest) else index


def _kind(label: str) -> LabelKind:
    if label.isascii():
        return "numbers" if label.isdigit() else "letters"
    return "katakana"


def _denied(text: str, start: int, end: int) -> bool:
    return bool(DENIED_AFTER.match(text[end : end + 40]) or DENIED_BEFORE.search(text[max(0, start - 30) : start]))


def _begins_word(text: str, place: int) -> bool:
    return place == 0 or not (_is_latin(text[place - 1]) and _is_latin(text[place]))


def _ends_word(text: str, place: int) -> bool:
    return place >= len(text) or not (_is_latin(text[place - 1]) and _is_latin(text[place]))


def _is_latin(char: str) -> bool:
    return char.isalnum() and ord(char) < 0x250
