"""English words, cut as the Penn Treebank does: punctuation and clitics stand alone, hyphenated words stay whole."""

from __future__ import annotations

import re

from kijun.constraints.sentences import split_sentences

__all__ = ["english_words"]

# Marks that are never part of a word; a comma or colon is one unless a digit follows.
_MARKS = re.compile(
    r"``|''|--|\.{2,}|[«“‘„»”’`\"\[\](){}<>;@#$%&?!*\u2012-\u2015]|[:,](?!\d)|(?<!\w)'(?!(?:re|ve|ll|m|t|s|d|n)\b)(?=\w)",
    re.IGNORECASE,
)
_FINAL_STOP = re.compile(r"(?<=[^.])\.(?=[\])}>\"'»”’ ]*$)")
_CLITIC = re.compile(r"(?<=[^' ])('[smd]|'ll|'re|'ve|n't|')(?= )", re.IGNORECASE)
# cannot, d'ye, gimme, gonna, gotta, lemme, more'n, wanna: two words each
_MERGED = re.compile(
    r"\b(can(?=not\b)|d(?='ye\b)|(?:gim|lem)(?=me\b)|gon(?=na\b)|got(?=ta\b)|more(?='n\b)|wan(?=na ))('?\w+)",
    re.IGNORECASE,
)


def english_words(text: str) -> list[str]:
    """Words and marks of the text, in order.

    Same words as NLTK's ``word_tokenize`` as far as capitals go; its quotation marks are rewritten, ours are not.
    """
    return [word for sentence in split_sentences(text) for word in _words(sentence)]


def _words(sentence: str) -> list[str]:
    spaced = _FINAL_STOP.sub(" . ", sentence.rstrip())
    spaced = " " + " ".join(_MARKS.sub(r" \g<0> ", spaced).split()) + " "
    spaced = _CLITIC.sub(r" \1", spaced)
    return _MERGED.sub(r" \1 \2 ", spaced).split()
