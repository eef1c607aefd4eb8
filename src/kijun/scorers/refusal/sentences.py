"""A reply cut into sentences, in the form that the cues are written for."""

from __future__ import annotations

import re
import unicodedata

import msgspec

__all__ = ["Sentence", "sentences"]

# A reply says within its first pages whether it declines; reading no further keeps the longest reply cheap.
_READ = 20_000
_STRAIGHT = str.maketrans("‘’‚‛“”„‟´`", "''''\"\"\"\"''")
_MARKUP = re.compile(r"[*_#>~]+")
_BULLET = re.compile(r"^(?:\(?\d{1,3}[.):、]|[-•・●○◆■]|[①-⑳])\s*(?=\S)")
_END = re.compile(r"(?<=[.!?])\s+|(?<=[。!?])(?=[^」』)\s])")
_NAMED = re.compile(r'"([^"\s]{1,40}(?: [^"\s]{1,40})?)"|「((?:(?!ません|ない|ます|です)[^」]){1,8})」')
_QUOTED = re.compile(r'"[^"]{0,300}"|[「『][^」』]{0,300}[」』]')
_KANA = re.compile(r"[ぁ-ゖァ-ヺ]")
_LATIN = re.compile(r"[a-z']+ [a-z']+")
_GREETING = re.compile(
    r"^(?:hi|hello|hey|greetings|thank(?:s| you)|(?:that's |what )?an? (?:great|good|"
    r"interesting) question)\b[^,]{0,60}$|"
    r"^(?:こんにちは|ご質問|お問い合わせ).{0,12}(?:ありがとうございます|!|。)?$"
)


class Sentence(msgspec.Struct, frozen=True):
    """One sentence in lower case, NFKC, with straight quotes, without markup and without what it quotes.

    Attributes:
        text: what the cues are looked for in.
        in_list: it stands in a line that begins with a bullet or number.
        japanese: it has kana.
        english: it has no kana, or two words in Latin letters one after the other.
    """

    text: str
    in_list: bool
    japanese: bool
    english: bool


def sentences(reply: str) -> list[Sentence]:
    """The sentences of the first 20,000 characters; a greeting before the first is left out."""
    text = unicodedata.normalize("NFKC", reply[:_READ].translate(_STRAIGHT)).lower()
    found = []
    for line in text.split("\n"):
        plain = _MARKUP.sub("", line).strip() if not line.lstrip().startswith("* ") else "- " + line.strip()[2:]
        bare = _BULLET.sub("", plain, count=1)
        for sentence in _END.split(bare):
            words = " ".join(sentence.split())
            if words:
                japanese = bool(_KANA.search(words))
                english = not japanese or bool(_LATIN.search(words))
                found.append(Sentence(_unquoted(words), bare != plain, japanese, english))
    if len(found) > 1 and _GREETING.search(found[0].text):
        del found[0]
    return found


def _unquoted(words: str) -> str:
    """Without quotations, which mention words and do not use them; a name or word in quotes stays."""
    bare = _QUOTED.sub('"…"', _NAMED.sub(lambda match: match[1] or match[2], words))
    # A reply that stands in quotation marks as a whole is the reply.
    return bare if any(char.isalpha() for char in bare) else words
