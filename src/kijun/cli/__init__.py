"""The command line: parse, call a workflow, show."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

    from kijun.reports.texts import Texts

__all__ = ["main"]

_INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> None:
    """Entry point of ``kijun``.

    Exits with 0, 1 (``--fail-on``), 2 (you wrote it wrong), 3 (the world failed) or 130 (Ctrl-C).
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character shows a question mark; no command fails for that.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    from kijun.errors import KijunError
    from kijun.reports.texts import choose_language, texts

    try:
        say = texts(choose_language(arguments))
    except KijunError as error:
        sys.exit(_told(f"{texts('en')('error.spec')}: {error}", error.exit_code))
    import typer

    from kijun.cli.app import make_app
    from kijun.cli.terminal import break_japanese_lines

    break_japanese_lines()

    try:
        code = make_app(say)(args=arguments or ["--help"], prog_name="kijun", standalone_mode=False)
        # typer turns Ctrl-C into this code by itself.
        sys.exit(_told(say("run.interrupted"), code) if code == _INTERRUPTED else code)
    except typer.TyperException as error:
        sys.exit(_told(_misuse(say, error), error.exit_code))
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(_told(say("run.interrupted"), _INTERRUPTED))
    except KijunError as error:
        from kijun.reports.error_texts import told

        heading = say("error.spec") if error.exit_code == 2 else say("error.world")
        sys.exit(_told(f"{heading}: {told(error, say.language)}", error.exit_code))


def _misuse(say: Texts, error: typer.TyperException) -> str:
    """What is wrong with the arguments, and where to read what they are."""
    from kijun.reports.error_texts import in_language

    context = getattr(error, "ctx", None)
    command = "kijun" if context is None else context.command_path
    message = in_language(error.format_message(), say.language)
    return f"{say('error.spec')}: {message}\n{say('error.usage', command=command)}"


def _told(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code
