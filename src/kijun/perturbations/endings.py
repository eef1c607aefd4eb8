"""Ends of Japanese clauses: what stands there, so that registers and dialects can say it in their way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from kijun.perturbations.morphemes import Morpheme, morphemes

__all__ = ["Ending", "endings"]

Kind = Literal["verb", "noun", "adjective", "request", "command", "volition", "guess"]
_STOPS = ("。", "．", "？", "?", "！", "!")
# Honorific and humble verbs have registers of their own.
_LEFT_ALONE = {
    "ござる",
    "御座る",
    "いらっしゃる",
    "なさる",
    "くださる",
    "おる",
    "いたす",
    "致す",
    "申す",
    "参る",
    "まいる",
    "存ずる",
    "いただく",
    "頂く",
}


class Ending(msgspec.Struct, frozen=True):
    """The end of a clause.

    Attributes:
        start, end: the part that another register says differently: the verb with its endings, the copula alone.
        verb: the verb; None for nouns and adjectives.
        polite: it is in the です・ます style.
        past, negative: as said.
        question: か follows; it is part of the span, and so is the mark after it.
        final: the sentence ends here.
        connective: が, から or ので that follows, part of the span after a polite form; empty without one.
    """

    start: int
    end: int
    kind: Kind
    polite: bool
    verb: Morpheme | None = None
    past: bool = False
    negative: bool = False
    question: bool = False
    final: bool = False
    connective: str = ""


def endings(text: str) -> Iterator[Ending]:
    """The ends of clauses in `text`, in order.

    Raises:
        SpecError: the morphological analyser is not installed.
    """
    # Blanks stand for nothing here.
    words = [word for word in morphemes(text) if word.kind != "空白"]
    place = 0
    while place < len(words):
        found = _polite_verb(words, place) or _copula(words, place) or _request(words, place) or _plain(words, place)
        if found is None:
            place += 1
            continue
        yield found
        while place < len(words) and words[place].start < found.end:
            place += 1


def _at(words: Sequence[Morpheme], place: int) -> Morpheme | None:
    return words[place] if 0 <= place < len(words) else None


def _closed(words: Sequence[Morpheme], place: int, end: int, **rest: object) -> dict[str, object]:
    """Span and flags of an ending after whose last word `place` points: with か and the mark after it, if there."""
    word = _at(words, place)
    if word is not None and word.surface in ("が", "から", "ので") and word.detail == "接続助詞":
        return {"end": word.end, "connective": word.surface, **rest}
    if word is not None and word.surface == "か" and word.kind == "助詞":
        mark = _at(words, place + 1)
        if mark is None or mark.surface in _STOPS or "\n" in mark.surface:
            stop = mark.end if mark is not None and mark.surface in _STOPS else word.end
            return {"end": stop, "question": True, "final": True, **rest}
        return {"end": end, "question": False, "final": False, **rest}
    final = word is None or word.surface in _STOPS
    return {"end": end, "question": False, "final": final, **rest}


def _polite_verb(words: Sequence[Morpheme], place: int) -> Ending | None:
    """Verb and ます: 買います, 買いました, 買いません(でした), 買いましょう."""
    verb, polite = words[place], _at(words, place + 1)
    if polite is None or polite.base != "ます" or polite.kind != "助動詞" or verb.base in _LEFT_ALONE:
        return None
    if not _inflects_as_verb(verb):
        return None
    before = _at(words, place - 1)
    # "見られます": the verb before stays, its auxiliary is what inflects.
    if before is not None and before.surface in ("お", "ご"):
        return None
    kind: Kind = "verb"
    was, negative, after = False, False, place + 2
    following = _at(words, after)
    if polite.surface == "ましょう":
        kind = "volition"
    elif polite.surface == "まし" and following is not None and following.surface == "た":
        was, after = True, after + 1
    elif polite.surface == "ませ" and following is not None and following.surface == "ん":
        negative, after = True, after + 1
        copula, tense = _at(words, after), _at(words, after + 1)
        if copula is not None and copula.surface == "でし" and tense is not None and tense.surface == "た":
            was, after = True, after + 2
    elif polite.surface != "ます":
        return None
    closed = _closed(words, after, words[after - 1].end)
    return Ending(start=verb.start, kind=kind, polite=True, verb=verb, past=was, negative=negative, **closed)  # type: ignore[arg-type]


def _inflects_as_verb(word: Morpheme) -> bool:
    """A verb, or one of the auxiliaries られる, せる that inflect like one."""
    return word.kind == "動詞" or (word.kind == "助動詞" and word.conjugation.startswith(("下一段", "助動詞-レル")))


def _copula(words: Sequence[Morpheme], place: int) -> Ending | None:
    """です, でした, でしょう after a noun or an adjective."""
    copula, before = words[place], _at(words, place - 1)
    if copula.base != "です" or copula.kind != "助動詞" or before is None:
        return None
    adjective = (
        before.kind == "形容詞"
        or before.conjugation in ("形容詞", "助動詞-タイ", "助動詞-ナイ")
        or before.surface in ("た", "だ", "ん")
    )
    was, after = False, place + 1
    following = _at(words, after)
    kind: Kind = "adjective" if adjective else "noun"
    if copula.surface == "でしょう":
        kind = "guess"
    elif copula.surface == "でし" and following is not None and following.surface == "た":
        was, after = True, after + 1
    elif copula.surface != "です":
        return None
    end = words[after - 1].end
    return Ending(start=copula.start, kind=kind, polite=True, past=was, **_closed(words, after, end))  # type: ignore[arg-type]


def _request(words: Sequence[Morpheme], place: int) -> Ending | None:
    """ください after て, and なさい after a verb."""
    word, before = words[place], _at(words, place - 1)
    after = _at(words, place + 1)
    final = after is None or after.surface in _STOPS
    if before is None:
        return None
    if word.base == "くださる" and word.form == "命令形" and before.surface in ("て", "で"):
        return Ending(word.start, word.end, "request", True, final=final)
    following = _at(words, place + 1)
    if word.kind == "動詞" and following is not None and following.surface == "なさい":
        return Ending(word.start, following.end, "command", False, verb=word, final=True)
    if word.kind == "動詞" and word.form == "命令形" and final and word.surface.endswith(("よ", "せよ")):
        return Ending(word.start, word.end, "command", False, verb=word, final=True)
    return None


def _plain(words: Sequence[Morpheme], place: int) -> Ending | None:
    """A plain form at the end of a sentence: 買う。買った。買わない。東京だ。どれか。"""
    word, before = words[place], _at(words, place - 1)
    following, second, third = (_at(words, place + ahead) for ahead in (1, 2, 3))

    def stops(mark: Morpheme | None) -> bool:
        return mark is not None and mark.surface in _STOPS

    if _inflects_as_verb(word) and word.base not in _LEFT_ALONE:
        if word.form == "終止形-一般" and stops(following) and word.base not in ("ある", "有る"):
            return Ending(word.start, word.end, "verb", False, verb=word, final=True)
        if (
            following is not None
            and following.surface in ("た", "だ")
            and following.base in ("た", "だ")
            and stops(second)
        ):
            return Ending(word.start, following.end, "verb", False, verb=word, past=True, final=True)
        if following is not None and following.base == "ない" and following.kind == "助動詞":
            if following.form.startswith("終止形") and stops(second):
                return Ending(word.start, following.end, "verb", False, verb=word, negative=True, final=True)
            if following.surface == "なかっ" and second is not None and second.surface == "た" and stops(third):
                return Ending(word.start, second.end, "verb", False, verb=word, past=True, negative=True, final=True)
    if before is None:
        return None
    noun_before = before.kind in ("名詞", "代名詞", "接尾辞", "形状詞")
    if word.base == "だ" and word.kind == "助動詞" and noun_before:
        if word.surface == "だ" and stops(following):
            return Ending(word.start, word.end, "noun", False, final=True)
        if word.surface == "だっ" and following is not None and following.surface == "た" and stops(second):
            return Ending(word.start, following.end, "noun", False, past=True, final=True)
        if word.surface == "で" and following is not None and following.surface == "ある" and stops(second):
            return Ending(word.start, following.end, "noun", False, final=True)
    if (
        word.surface == "か"
        and word.kind == "助詞"
        and before.kind in ("代名詞", "名詞")
        and (following is None or stops(following))
    ):
        end = following.end if following is not None else word.end
        return Ending(word.start, end, "noun", False, question=True, final=True)
    if word.kind == "形容詞" and word.form == "終止形-一般" and stops(following):
        return Ending(word.end, word.end, "adjective", False, final=True)
    return None
