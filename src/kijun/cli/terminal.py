"""The terminal that commands print to: a window, a pipe or a file."""

from __future__ import annotations

import os
import re
import sys
from typing import Any

from rich.console import Console

__all__ = ["break_japanese_lines", "emit", "open_console"]

_WIDTH_OF_A_PIPE = 200
_JAPANESE = "\u3000-\u30ff\u3400-\u9fff\uff01-\uffef"
_OPENING = "「『（［【〈《"
# What may not begin a line (JIS X 4051): closing marks, the long-vowel mark, small kana.
_CLOSING = "、。，．・：；？！）］】」』〉》…％々ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ:,.;!?)"
_WORD = re.compile(rf"\s*(?:[{_OPENING}]*[^\s{_JAPANESE}]+[{_CLOSING}]*|[{_OPENING}]*[{_JAPANESE}][{_CLOSING}]*)\s*")


class _Console(Console):
    def on_broken_pipe(self) -> None:
        _leave_quietly()


def open_console(*, stderr: bool = False) -> Console:
    """A console of the terminal's width. A pipe or a file has none: there lines are long enough not to be folded."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or os.environ.get("COLUMNS") else _WIDTH_OF_A_PIPE
    settings: dict[str, Any] = {} if width is None else {"width": width}
    # No emoji: ':x:' in a prompt is what the model sees, and is shown as it is.
    return _Console(stderr=stderr, emoji=False, **settings)


def break_japanese_lines() -> None:
    """Lets lines break between Japanese characters.

    rich breaks lines at spaces only, so that a Japanese sentence is one long word, which it cuts off on help pages.
    """
    from rich import _wrap

    _wrap.re_word = _WORD


def emit(text: str) -> None:
    """Prints text that other programs read, as it is."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        _leave_quietly()


def _leave_quietly() -> None:
    """The reader of our output has gone (`kijun list tasks | head`); that is no error of anybody's."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(0)
