"""Wording around the label of a choice, English and Japanese."""

from __future__ import annotations

import re
from typing import Literal

__all__ = [
    "AFTER_A",
    "AMONG_LABELS",
    "BARE",
    "CALLED_RIGHT",
    "CONCLUDES",
    "DENIED_AFTER",
    "DENIED_BEFORE",
    "GOES_ON",
    "IN_PARENTHESES",
    "LABELS",
    "LABEL_AHEAD",
    "LABEL_ALONE",
    "LINE_LABEL",
    "MARKUP",
    "OPENING",
    "OR",
    "SENTENCE",
    "LabelKind",
]

LabelKind = Literal["letters", "numbers", "katakana"]
LABELS: dict[LabelKind, str] = {
    "letters": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "numbers": "123456789",
    "katakana": "アイウエオカキクケコ",
}
_NO_WORD = r"(?<![0-9A-Za-zァ-ヺー'.])", r"(?![0-9A-Za-zァ-ヺー'])"
_WORD = r"(?:(?:options?|choices?|letters?|answers?) |選択肢 ?|肢 ?)?"
_OPEN, _CLOSE = r"[(\[{「『【<\"']*", r"[)\]}」』】>\"']*"
_LABEL = rf"{_WORD}{_OPEN}(?P<label>\w)"

MARKUP = re.compile(r"[*_`~]+|(?<!#)#{1,3}(?= )|\\(?:text|textbf|mathbf|mathrm|bf)\b|[$]")
OPENING = re.compile(rf"{_OPEN}\s*")
SENTENCE = re.compile(r"[\n。]|(?<=[.!?]) ")

LABEL_AHEAD = re.compile(_LABEL, re.IGNORECASE)
LABEL_ALONE = re.compile(rf"{_NO_WORD[0]}(?P<label>[A-Z1-9アイウエオカキクケコ]){_NO_WORD[1]}")
LINE_LABEL = re.compile(rf"\s*{_LABEL}(?:{_CLOSE}[.:)\]、。,]|[)\]}}】」』]|\s*$)", re.IGNORECASE)
IN_PARENTHESES = re.compile(r"[(\[「『【](?P<label>\w)[)\]」』】]")
# An answer that is a label and nothing more
BARE = re.compile(
    rf"{_LABEL}{_CLOSE}(?: ?(?:です|だ|である|でしょう|だと思います|を選びます|が正解です))?[.。!\s]*", re.IGNORECASE
)

# Between two labels, of which neither is picked
OR = re.compile(
    rf"{_CLOSE}\s*(?:,|/|、|,? or |,? and |または|もしくは|あるいは|及び|および|か|と)\s*{_OPEN}"
    rf"(?={_WORD}{_OPEN}[A-Za-z1-9アイウエオカキクケコ](?![0-9A-Za-zァ-ヺ]))"
)
# 「A、B、Cのうち」
AMONG_LABELS = re.compile(r".{1,60}?(?:のうち|の中で)(?:は|の)?、?\s*")
DENIED_AFTER = re.compile(
    rf"{_CLOSE} ?(?:"
    r"(?:is|are|was|seems|looks)(?:n't| not| incorrect| wrong| false| never)|can ?not|can't|"
    r"(?:という答え)?(?:は|が|では|でも)?"
    r"(?:誤り|間違|不正解|不適|違い|違う|正しくな|ではな|じゃな|でな|ありえな|除外)|"
    r"でも.{0,8}(?:ない|ありません)|(?:で)?は(?:ない|ありません))"
)
DENIED_BEFORE = re.compile(
    r"(?:\bnot|\bn't|\brather than|\binstead of|\bexclud\w+|\beliminat\w+|\brule out)\W{0,3}$", re.IGNORECASE
)
CALLED_RIGHT = re.compile(
    rf"{_CLOSE} ?(?:"
    r",? ?(?:is|would be|must be|seems|looks) (?:(?:the|most|clearly|therefore) )*"
    r"(?:correct|right|true|best|answer|appropriate|likely)|"
    r"(?:が|は|こそ)(?:、)?(?:最も|もっとも)?(?:正解|正し|適切|答え|妥当|適当|当てはま|該当)|を(?:選|回答|答え))"
)
# After "A", which may be an article: "A because", but not "A dog"
AFTER_A = re.compile(r" (?!because\b|since\b|as\b|is\b|for\b|due\b|and\b|or\b|but\b|[^a-z])", re.IGNORECASE)
# What may follow a label at once: 「Bまたは」「イが」「2番」, but not 「3つ」「3個」「イタリア」
GOES_ON: dict[LabelKind, re.Pattern[str]] = {
    "letters": re.compile(r"[^0-9A-Za-z]"),
    "numbers": re.compile(r"(?!つ|か[月所国])[ぁ-ゖ番]"),
    "katakana": re.compile(r"[ぁ-ゖ]"),
}
CONCLUDES = re.compile(
    r"\s*(?:(?:so|thus|therefore|hence|in conclusion|finally)\b|"
    r"よって|従って|したがって|ゆえに|つまり|以上より|以上から|結論)",
    re.IGNORECASE,
)
