"""The command line: parse, call a workflow, show."""

from __future__ import annotations

import os
import sys

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> None:
    """Entry point of ``kijun``.

    Exits with 0, 1 (``--fail-on``), 2 (you wrote it wrong), 3 (the world failed) or 130 (Ctrl-C).
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    from kijun.errors import KijunError

    try:
        from kijun.reports.texts import choose_language, texts

        language = choose_language(arguments)
        say = texts(language)
    except KijunError as error:
        sys.exit(_told(f"error: {error}", error.exit_code))
    import typer

    from kijun.cli.app import make_app

    try:
        sys.exit(make_app(say)(args=arguments, prog_name="kijun", standalone_mode=False))
    except typer.TyperException as error:
        error.show()
        sys.exit(error.exit_code)
    except typer.Abort:
        sys.exit(_told(say("run.interrupted"), 130))
    except KijunError as error:
        heading = say("error.spec") if error.exit_code == 2 else say("error.world")
        sys.exit(_told(f"{heading}: {error}", error.exit_code))
    except KeyboardInterrupt:
        sys.exit(_told(say("run.interrupted"), 130))
    except BrokenPipeError:
        # The reader of our output has gone (`kijun list tasks | head`); that is no error of anybody's.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _told(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code
