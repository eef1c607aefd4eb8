"""Text in the cells of sheets: what a program that opens the sheet would run stays text."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["as_cell", "from_cell"]

# What spreadsheets take for a formula, an error value, or strip (OWASP, "CSV Injection"). Apostrophes before it count,
# so that putting one in front can be taken back exactly.
_ACTIVE = re.compile(r"'*[=+\-@\t\r#]")
_MARKED = re.compile(r"'+[=+\-@\t\r#]")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MOST_CHARACTERS = 32_767  # of a cell in Excel


def as_cell(value: Any) -> Any:
    """A value as it goes into a cell: numbers and truths as they are, texts never as a formula.

    A text that a spreadsheet would act on gets an apostrophe in front; characters that a sheet cannot hold become
    U+FFFD, and a text that is longer than a cell of Excel may be is cut.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    text = _ILLEGAL.sub("\ufffd", value)
    text = f"'{text}" if _ACTIVE.match(text) else text
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1]}…"


def from_cell(value: Any) -> Any:
    """The text without the apostrophe that `as_cell` put in front."""
    return value[1:] if isinstance(value, str) and _MARKED.match(value) else value
