"""Words and marks as IFBench takes them: ASCII punctuation is cut off or out, white space parts the words."""

from __future__ import annotations

import string

__all__ = ["bare", "bare_words", "spoken_words", "without_marks", "words_of"]

_MARKS = str.maketrans("", "", string.punctuation)


def bare(text: str) -> str:
    """The text without ASCII punctuation and blanks at its ends."""
    return text.strip(string.punctuation + " ")


def without_marks(text: str) -> str:
    """The text without any ASCII punctuation: ``don't`` is ``dont``."""
    return text.translate(_MARKS)


def bare_words(text: str) -> list[str]:
    """The words of the text `without_marks`."""
    return without_marks(text).split()


def spoken_words(words: list[str]) -> list[str]:
    """Those that hold a letter or digit."""
    return [word for word in words if any(letter.isalnum() for letter in word)]


def words_of(listed: str) -> tuple[str, ...]:
    """A list of words written with spaces between them."""
    return tuple(listed.split())
