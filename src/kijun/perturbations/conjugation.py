"""Forms of Japanese verbs, from the dictionary form and the class of inflection that the analyser gives."""

from __future__ import annotations

__all__ = ["conditional_stem", "negative", "past", "polite_stem", "te_form", "volitional"]

_ROWS = {
    "う": "わいえお",
    "く": "かきけこ",
    "ぐ": "がぎげご",
    "す": "さしせそ",
    "つ": "たちてと",
    "ぬ": "なにねの",
    "ぶ": "ばびべぼ",
    "む": "まみめも",
    "る": "らりれろ",
}
_EUPHONY = {
    "う": "って",
    "つ": "って",
    "る": "って",
    "く": "いて",
    "ぐ": "いで",
    "す": "して",
    "ぬ": "んで",
    "ぶ": "んで",
    "む": "んで",
}


def _is_godan(conjugation: str) -> bool:
    return conjugation.startswith("五段")


def _stem_and_row(base: str, conjugation: str) -> tuple[str, str]:
    """What stands before the ending, and the endings in a, i, e, o."""
    if base.endswith(("する", "ずる")):
        return base[:-2], "しししし" if base.endswith("する") else "じじじじ"
    if base.endswith("くる") and conjugation.startswith("カ行"):
        return base[:-2], "こきけこ"
    if _is_godan(conjugation) and base[-1] in _ROWS:
        return base[:-1], _ROWS[base[-1]]
    return base[:-1], ""


def polite_stem(base: str, conjugation: str) -> str:
    """買う: 買い; 食べる: 食べ; する: し."""
    stem, row = _stem_and_row(base, conjugation)
    return stem + row[1:2]


def conditional_stem(base: str, conjugation: str) -> str:
    """What ない follows. 買う: 買わ; 食べる: 食べ; する: し."""
    stem, row = _stem_and_row(base, conjugation)
    return stem + row[0:1]


def negative(base: str, conjugation: str) -> str:
    """買う: 買わない; ある: ない."""
    return "ない" if base in ("ある", "有る") else conditional_stem(base, conjugation) + "ない"


def te_form(base: str, conjugation: str) -> str:
    """買う: 買って; 行く: 行って; 食べる: 食べて."""
    if base.endswith(("行く", "いく")) and _is_godan(conjugation):
        return base[:-1] + "って"
    if _is_godan(conjugation) and base[-1] in _EUPHONY:
        return base[:-1] + _EUPHONY[base[-1]]
    return polite_stem(base, conjugation) + "て"


def past(base: str, conjugation: str) -> str:
    """買う: 買った; 読む: 読んだ."""
    form = te_form(base, conjugation)
    return form[:-1] + ("た" if form[-1] == "て" else "だ")


def volitional(base: str, conjugation: str) -> str:
    """買う: 買おう; 食べる: 食べよう."""
    stem, row = _stem_and_row(base, conjugation)
    return stem + row[3] + "う" if _is_godan(conjugation) and row else stem + row[1:2] + "よう"
