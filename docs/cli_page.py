"""Writes docs/cli.md from the command line itself: `python docs/cli_page.py`.

A test compares the page with what this makes, so it is never out of date.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kijun.cli.app import make_app
from kijun.reports.texts import texts

__all__ = ["PAGE", "page"]

PAGE = Path(__file__).resolve().parent / "cli.md"

_INTRO = """# All commands

Every command with everything it takes. Made from the program by `python docs/cli_page.py`; `kijun COMMAND --help` says
the same in your terminal, with `--lang ja` in Japanese.

Exit codes: 0 done; 1 items failed and `--fail-on failed` was given; 2 something you wrote is wrong; 3 the world failed
(network, data, disk); 130 Ctrl-C.

| variable | meaning |
|---|---|
| `KIJUN_LANG` | language of the display, `en` or `ja`; without it that of the terminal |
| `KIJUN_HUB` | folder that is read before the Hugging Face Hub, as `--hub` |
| `KIJUN_DATA` | folder with public data sets in their original formats, as `--data` |
| `KIJUN_DATABASE` | where campaigns of ratings are kept, as `--database` |
| `KIJUN_CACHE` | where the embedded model is kept; without it `~/.cache/kijun` |
| `KIJUN_DEBUG` | set to anything: llama.cpp's own messages are shown |
| `NO_COLOR` | set to anything: no colours |

The variables of the Hub and of proxies are on the page [where the rows come from](data.md#settings).
"""


def page() -> str:
    """The whole page."""
    app = make_app(texts("en"))
    parts = [_INTRO]
    for name, command in _commands(app):
        parts.append(f"\n## kijun {name}\n\n{command.help}\n\n```text\n{_usage(name, command)}\n```\n")
        parts.append(_table(command))
    return "".join(parts)


def _commands(app: Any) -> Iterator[tuple[str, Any]]:
    """All commands with their names; of a group those within it."""
    for name, command in app.commands.items():
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
        else:
            yield from ((f"{name} {own}", part) for own, part in inner.items())


def _usage(name: str, command: Any) -> str:
    places = [parameter for parameter in command.params if parameter.param_type_name == "argument"]
    words = [f"{place.metavar}{'...' if place.nargs == -1 else ''}" for place in places]
    shown = [word if place.required else f"[{word}]" for word, place in zip(words, places, strict=True)]
    return " ".join(["kijun", name, *shown, "[options]"])


def _table(command: Any) -> str:
    lines = ["\n| option | meaning | default |\n|---|---|---|\n"]
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            label = f"`{parameter.metavar}`"
        else:
            names = [*sorted(parameter.opts, key=len, reverse=True), *parameter.secondary_opts]
            value = "" if parameter.is_flag else f" {parameter.metavar}"
            label = ", ".join(f"`{name}{value}`" for name in names)
        help_text = (parameter.help or "").replace("<", r"\<").replace("*", r"\*")
        cells = (label, help_text, _default(parameter))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n")
    return "".join(lines)


def _default(parameter: Any) -> str:
    value = parameter.default
    if parameter.required:
        return "required"
    if callable(value) or value in (None, "", (), []):
        return ""
    if isinstance(value, bool):
        return ("" if not parameter.secondary_opts else f"`{parameter.secondary_opts[0]}`") if not value else "on"
    return f"`{value}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
