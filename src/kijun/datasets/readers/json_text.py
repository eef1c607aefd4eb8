"""JSON (a list of objects) and JSON Lines (an object a line)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from kijun.errors import CorruptFileError

__all__ = ["parse_json", "parse_json_lines", "parse_json_within", "rows_of_json_lines"]

_LINE_END = re.compile(r"\r\n|\r|\n")
_PREVIEW = 60


class _Refused(ValueError):
    """Valid to Python's parser, but not a value that a row may hold."""


def _no_constant(name: str) -> NoReturn:
    raise _Refused(f"{name} is not JSON; write null or a number")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for place, name in enumerate(names) if name in names[:place])
        raise _Refused(f"the key {twice!r} is there twice")
    return entries


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise _Refused(f"the number {text[:_PREVIEW]} is too large")
    return value


_decoder = json.JSONDecoder(parse_constant=_no_constant, object_pairs_hook=_no_duplicates, parse_float=_finite)


def _load(text: str, file: Path, first_line: int) -> Any:
    try:
        value = _decoder.decode(text)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        line = first_line + len(_LINE_END.findall(text[: error.pos]))
        raise CorruptFileError(
            f"broken JSON: {error.msg} at column {error.colno}: {_around(text, error.pos)}", file=file, line=line
        ) from error
    except UnicodeEncodeError as error:
        raise CorruptFileError(
            "a \\u escape is half of a surrogate pair and no character", file=file, line=first_line
        ) from error
    except RecursionError as error:
        raise CorruptFileError("lists or objects are nested too deep", file=file, line=first_line) from error
    except ValueError as error:
        # Ours, and Python's refusal of an integer with thousands of digits.
        raise CorruptFileError(f"broken JSON: {error}", file=file, line=first_line) from error
    return value


def _around(text: str, place: int) -> str:
    start = max(0, place - _PREVIEW // 2)
    return repr(text[start : start + _PREVIEW])


def _described(value: Any) -> str:
    if isinstance(value, str):
        return f"the text {_around(value, 0)}"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return {dict: "an object", list: "a list"}.get(type(value), "a number")


def _object(value: Any, file: Path, place: str, line: int | None) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CorruptFileError(
            f"{place} must be an object with the columns as keys, not {_described(value)}", file=file, line=line
        )
    if not value:
        raise CorruptFileError(f"{place} is an object without keys", file=file, line=line)
    return value


def parse_json_lines(text: str, file: Path) -> list[dict[str, Any]]:
    """One row a line, in order; blank lines are passed over, any line ends.

    Raises:
        CorruptFileError: with the line.
    """
    return list(rows_of_json_lines(_LINE_END.split(text), file))


def rows_of_json_lines(lines: Iterable[str], file: Path) -> Iterator[dict[str, Any]]:
    """As `parse_json_lines`, from lines that may come one after the other."""
    empty = True
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _object(_load(line.removesuffix("\n"), file, number), file, "the line", number)
            empty = False
    if empty:
        raise CorruptFileError("has no rows: every line is blank", file=file)


def parse_json(text: str, file: Path) -> list[dict[str, Any]]:
    """Rows of a JSON list of objects, in order.

    Raises:
        CorruptFileError: with the line of a syntax error, or the number of the entry that is no object.
    """
    try:
        value = _load(text, file, 1)
    except CorruptFileError as error:
        if "Extra data" in error.message:
            raise CorruptFileError(
                "more than one JSON value; if this is one object a line, name the file .jsonl",
                file=file,
                line=error.line,
            ) from error
        raise
    return _rows(value, file)


def parse_json_within(text: str, file: Path, within: str) -> list[dict[str, Any]]:
    """Rows of a list of objects that lies deeper in a JSON object, in order.

    Args:
        within: keys from the outermost in, joined by dots.

    Raises:
        CorruptFileError: as `parse_json`, or a key that is not there (with those that are).
    """
    value = _load(text, file, 1)
    for key in within.split("."):
        if not isinstance(value, dict) or key not in value:
            there = f"the keys are {', '.join(map(repr, value))}" if isinstance(value, dict) else _described(value)
            raise CorruptFileError(f"has no {key!r} (of {within!r}); there is {there}", file=file)
        value = value[key]
    return _rows(value, file)


def _rows(value: Any, file: Path) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise CorruptFileError(f"must be a list of objects, not {_described(value)}", file=file)
    if not value:
        raise CorruptFileError("is an empty list, so there are no rows", file=file)
    return [_object(entry, file, f"entry {number} of the list", None) for number, entry in enumerate(value, 1)]
