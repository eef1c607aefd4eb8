"""Questions about things that do not exist, with controls about things that everybody knows.

Half of the items are controls, by a coin, in the same words. A model that always says that it does not know
is caught by the controls, one that always answers by the rest.
"""

from __future__ import annotations

from random import Random

import msgspec

import kijun.datasets.generated.truthfulness.invented_english as invented_english
import kijun.datasets.generated.truthfulness.invented_japanese as invented_japanese
from kijun.datasets.generated.open_items import OpenDraft
from kijun.datasets.generated.truthfulness.known_english import KNOWN_ENGLISH
from kijun.datasets.generated.truthfulness.known_japanese import KNOWN_JAPANESE
from kijun.datasets.generated.truthfulness.questions import KINDS, ask, framed, gives_away

__all__ = ["UNKNOWN", "Unknown"]

_DENIAL = {"en": "I don't know; as far as I know, it does not exist.", "ja": "わかりません。存在しないと思います。"}
_KNOWN = {"en": KNOWN_ENGLISH, "ja": KNOWN_JAPANESE}
_INVENT = {"en": invented_english.invent, "ja": invented_japanese.invent}


class Unknown(msgspec.Struct, frozen=True):
    """Generator ``unknown``; columns `kind` (person, place, product, work, law) and `subject` (the name)."""

    name: str = "unknown"
    languages: tuple[str, ...] = ("en", "ja")

    def make(self, rng: Random, language: str, level: int) -> OpenDraft:
        """An item about an invented thing, or by a fair coin about a known one."""
        while True:
            kind, known = rng.choice(KINDS), rng.random() < 0.5
            if known:
                fact = rng.choice([one for one in _KNOWN[language] if one.kind == kind])
                name, noun, accepted = fact.name, fact.noun, fact.accepted
            else:
                name, noun = _INVENT[language](rng, kind)
                accepted = (_DENIAL[language],)
            text, wording = ask(rng, language, kind, level, name, noun)
            question = framed(rng, language, text)
            if not gives_away(question, accepted):
                break
        template = f"{'known' if known else 'invented'} {wording}"
        return OpenDraft(
            question, "answer" if known else "abstain", accepted, template, {"kind": kind, "subject": name}
        )


UNKNOWN = Unknown()
