"""Bytes to text: UTF-8 first, then the Japanese encodings that spreadsheets still write."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from kijun.errors import CorruptFileError, SpecError

__all__ = ["decode_text"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_HALF_WIDTH_KANA = re.compile("[\uff61-\uff9f]")
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
_THREE_BYTES = re.compile("[\u0800-\ufffc]")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_NEIGHBOURS = re.compile("[^\x00-\x7f]{2,}")


def decode_text(data: bytes, file: Path, encoding: str | None = None) -> str:
    """The text of a file.

    Without `encoding`: a byte order mark decides; else UTF-8 if the bytes are valid UTF-8; else Shift_JIS (as Windows
    writes it, cp932) or EUC-JP if the bytes read as Japanese in exactly one of them. Nothing is replaced or guessed.

    Raises:
        SpecError: Python knows no such `encoding`.
        CorruptFileError: the bytes are not text in this encoding, with the byte offset and line.
    """
    if encoding is None:
        encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None) or _guess(data, file)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(data, file, encoding, error) from error
    except UnicodeError as error:
        raise CorruptFileError(f"not {encoding} text ({error}); save the file as UTF-8", file=file) from error
    except (LookupError, ValueError) as error:
        raise SpecError(
            f"no text encoding named {encoding!r}; write utf-8, cp932 (Shift_JIS) or euc_jp", file=file, key="encoding"
        ) from error
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise CorruptFileError(
            "holds a NUL character, so it is a binary file or UTF-16 without a mark; save it as UTF-8",
            file=file,
            line=line,
        )
    return text.removeprefix("\ufeff")


def _undecodable(data: bytes, file: Path, encoding: str, error: UnicodeDecodeError) -> CorruptFileError:
    byte = data[error.start : error.start + 1]
    return CorruptFileError(
        f"not {encoding} text: byte 0x{byte.hex()} at offset {error.start} ({error.reason}); "
        "save the file as UTF-8 or name its encoding (`encoding: cp932`)",
        file=file,
        line=_line_of(data, error.start),
    )


def _line_of(data: bytes, offset: int) -> int:
    """1-based line; a carriage return with or without a line feed ends one, as a line feed does."""
    return len(re.findall(rb"\r\n|\r|\n", data[:offset])) + 1


def _guess(data: bytes, file: Path) -> str:
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as error:
        broken = error
    # A damaged UTF-8 file keeps most of its three-byte characters; other encodings make such sequences by chance only.
    readable = data.decode("utf-8", "replace")
    n_bad = readable.count("\ufffd")
    as_utf8 = 10 * (len(_THREE_BYTES.findall(readable)) - 2 * n_bad)
    scores = {name: _japanese(text) for name in ("cp932", "euc_jp") if (text := _decoded(data, name)) is not None}
    best = max(scores, key=lambda name: scores[name], default=None)
    if best is not None and scores[best] > max(0, as_utf8):
        return best
    if len(_NOT_ASCII.findall(readable)) > 2 * n_bad:
        raise _undecodable(data, file, "utf-8", broken)
    raise CorruptFileError(
        f"neither UTF-8 (byte 0x{data[broken.start]:02x} at offset {broken.start}) nor clearly Japanese in "
        "Shift_JIS or EUC-JP; save the file as UTF-8 or name its encoding (such as `encoding: cp1252`)",
        file=file,
        line=_line_of(data, broken.start),
    )


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    # Chinese and Korean encodings have the same structure as EUC-JP; kana tell them apart.
    return text if encoding != "euc_jp" or _KANA.search(text) else None


def _japanese(text: str) -> float:
    """How much a text reads like Japanese; 0 or less when it does not.

    Full-width kana speak for it. Half-width kana speak against it, because text in the wrong encoding is full of them.
    A kanji that stands alone between ASCII letters is the accented letter of a Western encoding, so only neighbours
    count. Characters of private use are never typed.
    """
    kana = len(_KANA.findall(text))
    half_width = len(_HALF_WIDTH_KANA.findall(text))
    private = len(_PRIVATE_USE.findall(text))
    neighbours = sum(len(run) for run in _NEIGHBOURS.findall(text))
    alone = len(_NOT_ASCII.findall(text)) - neighbours
    return 10 * kana + neighbours - 1.2 * half_width - 2 * alone - 20 * private
