"""Perturbations of spoken Japanese: particles left out, register, the dialect of Kansai."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from kijun.perturbations.base import Edit, made_for
from kijun.perturbations.conjugation import conditional_stem, negative, past, polite_stem, te_form, volitional
from kijun.perturbations.endings import Ending, endings
from kijun.perturbations.morphemes import Morpheme, is_kanji, morphemes

__all__ = ["PERTURBATIONS"]

_FRIENDLY = {"いただける": "もらえる", "頂ける": "もらえる", "いただく": "もらう", "頂く": "もらう"}
_KANSAI_WORDS = {
    "とても": "めっちゃ",
    "非常に": "めっちゃ",
    "すごく": "めっちゃ",
    "本当": "ほんま",
    "ほんとう": "ほんま",
    "たくさん": "ようけ",
    "なぜ": "なんで",
    "どうして": "なんで",
    "いくら": "なんぼ",
    "だから": "せやから",
    "しかし": "せやけど",
    "でも": "せやけど",
    "早く": "はよ",
    "だめ": "あかん",
    "駄目": "あかん",
    "面白い": "おもろい",
    "おもしろい": "おもろい",
    "いい": "ええ",
    "よい": "ええ",
    "良い": "ええ",
    "違う": "ちゃう",
    "ちがう": "ちゃう",
}


def _dropped_particles(text: str, random: Random) -> Iterator[Edit]:
    """を and へ left out, は too where no two words run together, as in talk and chat."""
    words = morphemes(text)
    for before, word, after in zip(words, words[1:], words[2:], strict=False):
        if word.kind != "助詞" or before.kind not in ("名詞", "代名詞", "接尾辞", "形状詞"):
            continue
        run_together = is_kanji(text[word.start - 1]) and is_kanji(text[word.end : word.end + 1] or " ")
        if word.surface in ("を", "へ") and word.detail == "格助詞" and after.kind == "動詞":
            yield Edit(word.start, word.end, "")
        elif word.surface == "は" and word.detail == "係助詞" and after.kind != "補助記号":
            yield Edit(word.start, word.end, "、" if run_together or after.kind in ("名詞", "動詞") else "")


def _verb(found: Ending) -> tuple[str, str]:
    assert found.verb is not None
    return found.verb.base, found.verb.conjugation


def _start(text: str, found: Ending) -> tuple[int, str]:
    """Where "では" before "ない" begins, which becomes "じゃ"; else the ending's own start and nothing."""
    base = found.verb.base if found.verb is not None else ""
    if found.negative and base in ("ある", "有る") and text[: found.start].endswith("では"):
        return found.start - 2, "じゃ"
    return found.start, ""


def _plain_verb(found: Ending) -> str:
    base, conjugation = _verb(found)
    base = _FRIENDLY.get(base, base)
    if found.negative:
        form = negative(base, conjugation)
        return form[:-1] + "かった" if found.past else form
    return past(base, conjugation) if found.past else base


def _casual(text: str, random: Random) -> Iterator[Edit]:
    """The polite style said as among friends."""
    for found in endings(text):
        start, lead = _start(text, found)
        new: str | None = None
        if found.kind == "command":
            new = te_form(*_verb(found))
        elif found.kind == "noun" and not found.polite and found.question:
            new = "？"
        elif not found.polite:
            continue
        elif found.kind == "verb":
            new = lead + _plain_verb(found) + ("？" if found.question else _but(found.connective))
        elif found.kind == "volition":
            new = volitional(*_verb(found)) + ("か？" if found.question else "")
        elif found.kind == "request":
            new = random.choice(("", "ね")) if found.final else ""
        elif found.kind == "guess":
            new = "かな？" if found.question else "だろう" + _but(found.connective)
        else:
            new = _casual_copula(text, found)
            if not found.question and text[: found.start].endswith("の"):
                # 買いたいのですが: 買いたいんだけど
                start, new = found.start - 1, "ん" + new
        yield Edit(start, found.end, new)


def _but(connective: str) -> str:
    """が as one says it; other connectives stay."""
    return "けど" if connective == "が" else connective


def _casual_copula(text: str, found: Ending) -> str:
    noun = found.kind == "noun"
    was = "だった" if found.past else ""
    if found.question:
        if not noun and text[: found.start].endswith("ん"):
            return "だった？" if found.past else "？"
        return was + "？"
    if found.connective:
        lead = was or ("だ" if noun else "")
        return {"が": lead + "けど", "から": lead + "から", "ので": (was or ("な" if noun else "")) + "ので"}[
            found.connective
        ]
    if text[: found.start].endswith("ん"):
        return was or "だ"
    return was or (("だよ" if found.final else "だ") if noun else "よ" if found.final else "")


def _polite(text: str, random: Random) -> Iterator[Edit]:
    """The plain style said politely, and the polite one more so."""
    for found in endings(text):
        new: str | None = None
        if found.kind == "verb" and not found.polite:
            base, conjugation = _verb(found)
            stem = polite_stem(base, conjugation)
            new = (
                stem + ("ませんでした" if found.past else "ません")
                if found.negative
                else stem + ("ました" if found.past else "ます")
            )
        elif found.kind == "command":
            new = te_form(*_verb(found)) + random.choice(("ください", "いただけますか"))
        elif found.kind == "request":
            new = random.choice(("いただけますか", "いただけますでしょうか")) if found.final else None
        elif found.question and found.kind in ("noun", "adjective") and not found.past:
            new = "でしょうか。"
        elif found.kind == "noun" and not found.polite:
            new = "でした" if found.past else "です"
        elif found.kind == "adjective" and not found.polite:
            new = "です"
        elif found.kind == "verb" and found.polite and found.question:
            new = _plain_verb(found) + "のでしょうか。"
        if new is not None:
            yield Edit(found.start, found.end, new)


def _kansai_negative(base: str, conjugation: str) -> str:
    if base.endswith("する"):
        return base[:-2] + "せえへん"
    if base == "いける":
        return "あかん"
    if base == "なる":
        return "ならん"
    if base in ("来る", "くる") and conjugation.startswith("カ行"):
        return "けえへん"
    return conditional_stem(base, conjugation) + "へん"


def _kansai_verb(found: Ending) -> str:
    base, conjugation = _verb(found)
    if base in ("ある", "有る") and found.negative:
        return "なかった" if found.past else "ない"
    if found.negative:
        return _kansai_negative(base, conjugation) + ("かった" if found.past else "")
    if not found.past:
        return base
    # 買うた, where the standard has 買った.
    return base + "た" if conjugation == "五段-ワア行" and base[-1] == "う" else past(base, conjugation)


def _kansai(text: str, random: Random) -> Iterator[Edit]:
    """Endings and common words as people in Osaka and Kyoto say them."""
    taken: list[tuple[int, int]] = []
    for found in endings(text):
        edit = _kansai_ending(text, found, random)
        if edit is not None:
            taken.append((edit.start, edit.end))
            yield edit
    words = morphemes(text)
    for place, word in enumerate(words):
        if any(start <= word.start < end for start, end in taken):
            continue
        new = _kansai_word(words, place)
        if new is not None:
            yield new


def _kansai_ending(text: str, found: Ending, random: Random) -> Edit | None:
    before = text[: found.start]
    start, new = found.start, None
    if found.kind == "command":
        new = polite_stem(*_verb(found)) + "や"
    elif found.kind == "request":
        # 食べないでください: 食べんといて
        start, new = (found.start - 3, "んといて") if before.endswith("ないで") else (found.start, "や")
    elif found.kind == "volition":
        new = volitional(*_verb(found)) + ("か？" if found.question else "")
    elif found.kind == "guess":
        new = "やろか？" if found.question else "やろ" + _but(found.connective)
        if before.endswith("の"):
            start, new = found.start - 1, "ん" + new
    elif found.kind == "verb":
        start, new = _kansai_predicate(before, found)
    elif found.question and before.endswith("の"):
        start, new = found.start - 1, "やったん？" if found.past else "ん？"
    else:
        new = _kansai_copula(before, found, random)
        if new is not None and not found.question and before.endswith("の"):
            start, new = found.start - 1, "ん" + new
    return None if new is None else Edit(start, found.end, new)


def _kansai_predicate(before: str, found: Ending) -> tuple[int, str]:
    """Where the verb's form begins that is replaced, and what stands there; "ている" goes with its verb."""
    asked = "？" if found.negative else "ん？"
    end = asked if found.question else "で" if found.final and found.polite else _but(found.connective)
    base, _ = _verb(found)
    start, lead = _start(before + " ", found)
    if lead:
        return start, "ちゃうかった" if found.past else "ちゃう" + ("？" if found.question else "")
    if base == "いる" and before.endswith(("て", "で")):
        if found.negative:
            return found.start, ("へんかった" if found.past else "へん") + end
        progressive = "と" if before.endswith("て") else "ど"
        return found.start - 1, progressive + ("った" if found.past else "る") + end
    return found.start, _kansai_verb(found) + end


def _kansai_copula(before: str, found: Ending, random: Random) -> str | None:
    after_n = before.endswith("ん")
    noun = found.kind == "noun" or after_n
    if found.question:
        if found.past:
            return "やったん？" if noun else "ん？"
        return random.choice(("なん？", "やろ？")) if noun and not after_n else "やろか？" if after_n else "ん？"
    if found.connective:
        lead = ("やった" if found.past else "や") if noun else ""
        return lead + {"が": "けど", "から": "から", "ので": "から"}[found.connective]
    if not noun:
        return "わ" if found.polite and found.final else None
    return "やった" if found.past else "やで" if found.final and found.polite else "や"


def _kansai_word(words: tuple[Morpheme, ...], place: int) -> Edit | None:
    word = words[place]
    following = words[place + 1] if place + 1 < len(words) else None
    if word.surface in _KANSAI_WORDS and word.kind != "助詞":
        return Edit(word.start, word.end, _KANSAI_WORDS[word.surface])
    if (
        word.surface in ("て", "で")
        and word.detail == "接続助詞"
        and following is not None
        and following.surface == "いる"
    ):
        return Edit(word.start, following.end, "とる" if word.surface == "て" else "どる")
    if (
        word.kind in ("動詞", "助動詞")
        and following is not None
        and following.base == "ない"
        and following.kind == "助動詞"
    ):
        after = words[place + 2].surface if place + 2 < len(words) else ""
        if following.form.startswith(("終止形", "連体形")) and following.surface == "ない" and after != "で":
            return Edit(word.start, following.end, _kansai_negative(word.base, word.conjugation))
    return None


_made = made_for("ja", reaches=("logic",))
PERTURBATIONS = (
    _made("particle-drop", ("particles left out", "助詞の省略"), _dropped_particles, 0.5),
    _made("casual", ("casual register", "タメ口"), _casual, 1.0),
    _made("polite", ("polite register", "敬語"), _polite, 1.0),
    _made("kansai", ("dialect of Kansai", "関西弁"), _kansai, 1.0),
)
