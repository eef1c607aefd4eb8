"""Scorer of what an answer must and must not say, word for word."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import msgspec

from kijun.errors import SpecError
from kijun.records import Item, Measured, Question, Response, Score, Unscored
from kijun.scorers.base import answer_text, register

__all__ = ["MustSay"]

_GIVEN = ("request", "context")


@register("must_say")
class MustSay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """1 where the answer says one of each list of alternatives in `must`, and nothing of `must_not`.

    Texts are looked for anywhere, without regard to case, width of characters and curly quotes. The words of the
    request do not count: where the answer repeats it (columns `request`, `context`), that part is left out. It is a
    lower bar than good conduct: an answer can say all these words and be wrong, which only a judge or a person sees.

    Attributes:
        must, must_not: columns with a list of lists of alternatives, and a list of texts.
    """

    must: str = "must"
    must_not: str = "must_not"

    aggregate = "proportion"
    higher_is_better = True

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        text = answer_text(responses[-1:])
        if isinstance(text, Unscored):
            return text
        plain = _plain(text)
        for column in _GIVEN:
            plain = plain.replace(_plain(str(item.row.get(column) or "\0")), " ")
        said = all(any(_plain(word) in plain for word in words) for words in self._lists(item, self.must))
        forbidden = any(_plain(word) in plain for words in self._lists(item, self.must_not) for word in words)
        return Measured(float(said and not forbidden))

    def _lists(self, item: Item, column: str) -> list[list[str]]:
        value = item.row.get(column)
        if not isinstance(value, list):
            raise SpecError(f"column {column!r} must be a list of texts or of lists of texts; got {value!r:.60}")
        return [entry if isinstance(entry, list) else [str(entry)] for entry in value]


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return folded.translate(str.maketrans("’‘“”", "''\"\""))
