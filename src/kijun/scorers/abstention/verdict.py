"""What a reply does with a question: it answers, it says that it does not know, or that there is no such thing.

The first sentences decide, for a reply says there whether it knows; a list or story after it belongs to the answer. A
sentence of doubt that goes on to an answer ("I am not sure, but it was in Oslo") is an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from kijun.scorers.abstention.english import FAMILIES as ENGLISH
from kijun.scorers.abstention.english import NOT_A_CUE as NOT_ENGLISH
from kijun.scorers.abstention.japanese import FAMILIES as JAPANESE
from kijun.scorers.abstention.japanese import NOT_A_CUE as NOT_JAPANESE
from kijun.scorers.refusal.sentences import Sentence, sentences
from kijun.scorers.refusal.verdict import find_cues

__all__ = ["ABSTAINING", "Cue", "Kind", "Verdict", "abstaining_words", "explain", "rejects_premise"]

Kind = Literal["unknown", "nonexistent", "not_in_source", "declines", "answers"]

ABSTAINING: tuple[str, ...] = ("unknown", "nonexistent", "not_in_source")
"""Families that abstain: not knowing, denying that it exists, finding nothing in the source."""

_READ = 3
"""Sentences from the beginning in which a cue counts."""


class Cue(msgspec.Struct, frozen=True):
    """Words that count, in lower case, their family, and the 0-based sentence in which they stand."""

    words: str
    family: str
    sentence: int


class Verdict(msgspec.Struct, frozen=True):
    """What a reply does.

    Attributes:
        kind: the first abstaining family that was found and not taken back; ``declines`` where the reply opens with a
            refusal to answer; ``answers`` where there is neither.
        words: the words that decided; empty where the reply just answers.
        cues: all that was found.
    """

    kind: Kind
    words: tuple[str, ...]
    cues: tuple[Cue, ...]

    @property
    def abstains(self) -> bool:
        """Whether the reply abstains in any way."""
        return self.kind != "answers"


def explain(reply: str) -> Verdict:
    """Whether `reply` abstains, with the words that say so. English and Japanese, also mixed; linear in its length."""
    found = sentences(reply)[:_READ]
    cues = [cue for place, sentence in enumerate(found) for cue in _cues(sentence, place)]
    taken_back = {cue.sentence: cue.words for cue in cues if cue.family == "answers_all_the_same"}
    for cue in cues:
        if cue.family in ABSTAINING and cue.sentence not in taken_back:
            words = tuple(other.words for other in cues if other.family in ABSTAINING)
            return Verdict(cue.family, words, tuple(cues))  # type: ignore[arg-type]
    declined = tuple(cue.words for cue in find_cues(reply) if cue.family == "declines" and cue.place == 0)
    if declined and not taken_back:
        return Verdict("declines", declined, tuple(cues))
    return Verdict("answers", tuple(taken_back.values()), tuple(cues))


def abstaining_words(reply: str) -> tuple[str, ...]:
    """Words of any sentence that say that something is not known, does not exist or stands in no source.

    Unlike `explain` it asks of a long reply only whether it admits it somewhere, not what the reply as a whole does.
    """
    cues = [cue for place, sentence in enumerate(sentences(reply)) for cue in _cues(sentence, place)]
    return tuple(cue.words for cue in cues if cue.family in ABSTAINING)


def rejects_premise(reply: str) -> tuple[str, ...]:
    """Words of the first two sentences that reject what a question takes for granted; empty where none do."""
    found = sentences(reply)[:2]
    cues = [cue for place, sentence in enumerate(found) for cue in _cues(sentence, place)]
    return tuple(cue.words for cue in cues if cue.family in ("corrects", "nonexistent"))


def _cues(sentence: Sentence, place: int) -> Sequence[Cue]:
    cues = []
    languages = [(JAPANESE, NOT_JAPANESE)] * sentence.japanese + [(ENGLISH, NOT_ENGLISH)] * sentence.english
    for families, not_a_cue in languages:
        if not_a_cue.search(sentence.text):
            continue
        for family, pattern in families.items():
            match = pattern.search(sentence.text)
            if match:
                cues.append(Cue(match[0].strip(" ,.、。"), family, place))
    return cues
