"""Where a free answer states what it holds to be right: "The answer is ...", 「答えは…」, ``\\boxed{...}``."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["after_statements"]

_ADJECTIVES = r"(?:(?:correct|right|final|best|only|most likely|most appropriate|true|likely) )*"
_ENGLISH = (
    rf"\b(?:the|my|so,? the|a|its|your)? ?{_ADJECTIVES}(?:answer|choice|option|solution)"
    r"(?: to (?:the|this) (?:question|problem))?"
    r"(?: (?:is|would be|should be|must be|will be|seems to be|appears to be|=|is therefore|is:)|\s?[:：=])"
    r"(?! not\b)(?: (?:option|choice|letter|number|probably|most likely|likely|clearly|indeed|simply|"
    r"definitely|either|both))*"
)
_VERBS = (
    r"\b(?:i|we)(?: would|'d| will|'ll)? (?:choose|pick|select|go with|opt for|answer|say)"
    r"(?: (?:option|choice|answer))?"
)
_JAPANESE = (
    r"(?:(?:最も|もっとも)?(?:適切|正し|妥当|近|ふさわし)(?:な|い)?(?:選択肢|答え|回答|解答|もの|の)|"
    r"(?:最終的な)?(?:答え|答|正解|解答|回答|正答|こたえ|結論)(?:の(?:選択肢|記号|番号))?)"
    r"(?:は、?|が|:|=|\s?-|として(?:は|、))(?:(?:選択肢|記号|番号)(?:の|は)?)?"
)
_MARKER = re.compile(rf"(?:{_ENGLISH}|{_VERBS}|{_JAPANESE}|\\boxed\{{|####)[\s\"'「『【<\[]*", re.IGNORECASE)


def after_statements(text: str) -> Iterator[int]:
    """Where in `text` (in NFKC) the answers begin that are stated as such, in order."""
    for match in _MARKER.finditer(text):
        yield match.end()
