"""Whether a source supports what an answer says, sentence by sentence, by rules.

Four shares are averaged, all with the same weight: how many words of the sentence the source has at all, how many it
has in one place (`together`: one sentence of the source), how many pieces of characters, and how many phrases of three
words. A number or a name that the source lacks, and a denial on one side only, each take a fixed part off. Nothing is
trained. How far this agrees with people, and against plain word overlap: ``docs/truthfulness.md``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from kijun.scorers.grounding.text import Text, split_sentences

__all__ = ["Source", "Support", "check", "word_overlap"]

NUMBER_FACTOR, NAME_FACTOR, DENIAL_FACTOR = 0.6, 0.8, 0.75
"""What is left of the support where a number, a name, or the side of a denial is not the source's."""

NEAR = 0.8
"""Share of the sentence's words from which on a sentence of the source says the same, but for a denial."""

_PIECE = {False: 5, True: 3}
_READ = 100_000


class Support(msgspec.Struct, frozen=True):
    """How far a source supports one sentence.

    Attributes:
        sentence: as it stands in the answer.
        value: 0 (nothing of it is in the source) to 1.
        words, together, characters, phrases: shares found in the source.
        missing: words that the source does not have.
        numbers, names: those that the source does not have.
        denial: the sentence denies and the nearest sentence of the source does not, or the other way round.
    """

    sentence: str
    value: float
    words: float
    together: float
    characters: float
    phrases: float
    missing: tuple[str, ...]
    numbers: tuple[str, ...]
    names: tuple[str, ...]
    denial: bool


class Source:
    """A source, read once for all sentences held against it; of a very long one the first 100,000 characters."""

    def __init__(self, text: str) -> None:
        self.text = Text(text[:_READ])
        self.sentences = [Text(sentence) for sentence in split_sentences(text[:_READ])]
        self._words = frozenset(self.text.tokens)
        self._sets = [frozenset(sentence.tokens) for sentence in self.sentences]
        self._pieces = {width: frozenset(self.text.grams(width)) for width in set(_PIECE.values())}
        self._phrases = frozenset(self.text.phrases())

    def support(self, sentence: str) -> Support:
        """How far this source supports `sentence`. A sentence without words that carry meaning is supported."""
        said = Text(sentence)
        words = frozenset(said.words)
        shared = [len(words & other) for other in self._sets]
        nearest = self.sentences[shared.index(max(shared))] if shared and max(shared) else None
        found = _share(said.words, self._words)
        together = max(shared, default=0) / len(words) if words else 1.0
        characters = _share(said.grams(_PIECE[said.japanese]), self._pieces[_PIECE[said.japanese]])
        phrases = _share(said.phrases(), self._phrases)
        known = self.text.numbers | self.text.bare_numbers
        numbers = frozenset(number for number in said.numbers if not {number, number.replace(".", "")} & known)
        names = frozenset(name for name in said.names if name not in self._words and name not in self.text.folded)
        denial = nearest is not None and together >= NEAR and nearest.denies_within(words) != said.denies
        value = (found + together + characters + phrases) / 4
        value *= NUMBER_FACTOR ** bool(numbers) * NAME_FACTOR ** bool(names) * DENIAL_FACTOR**denial
        missing = tuple(dict.fromkeys(word for word in said.words if word not in self._words))
        return Support(
            sentence,
            value if said.words else 1.0,
            found,
            together,
            characters,
            phrases,
            missing,
            tuple(sorted(numbers)),
            tuple(sorted(names)),
            denial,
        )


def check(source: str, answer: str) -> list[Support]:
    """Support of every sentence of `answer`, in order. English and Japanese."""
    read = Source(source)
    return [read.support(sentence) for sentence in split_sentences(answer)]


def word_overlap(source: str, answer: str) -> float:
    """Share of the words of `answer` that `source` has, in any order: what the checker has to beat; 1 for none."""
    words = Text(source).folded.split()
    plain = frozenset(word.strip(".,;:!?\"'()") for word in words)
    return _share([word.strip(".,;:!?\"'()") for word in Text(answer).folded.split()], plain)


def _share(parts: Sequence[str], known: Collection[str]) -> float:
    return sum(part in known for part in parts) / len(parts) if parts else 1.0
