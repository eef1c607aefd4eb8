"""A progress bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from kijun.cli.terminal import open_console
from kijun.reports.texts import Texts

__all__ = ["TerminalProgress"]


class _HowMany(MofNCompleteColumn):
    """``12/400``, and nothing where the number is not known."""

    def render(self, task: Task) -> Text:
        return Text() if task.total is None else super().render(task)


class TerminalProgress:
    """Shows how a run goes on, on standard error; a log file gets a line a stage and one every 30 seconds at most."""

    def __init__(self, say: Texts, model: str) -> None:
        self._say, self._model = say, model
        self._console = open_console(stderr=True)
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            _HowMany(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._stage = self._bar.add_task("", total=None)
        self._stage_text = ""
        self._done = self._total = 0
        self._told = time.monotonic()

    def __enter__(self) -> Self:
        self._bar.start()
        self._plain(self._say("run.model_title", model=self._model))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def stage(self, text: str) -> None:
        """Shows the stage ``data``, ``model``, ``prompts``, ``judge`` or ``score``."""
        self._stage_text = self._say(f"run.stage_{text}")
        self._begin_bar(self._stage_text, None, 0)
        self._plain(self._stage_text)

    def stage_detail(self, text: str) -> None:
        """Shows what of the stage is being done."""
        self._bar.update(self._stage, description=f"{self._stage_text}: {text}")

    def begin(self, model: str, total: int, done: int) -> None:
        """Shows the bar of requests."""
        self._done, self._total = done, total
        if done:
            self._console.print(self._say("run.already", done=done, total=total))
        text = self._say("run.answering", model=model)
        self._begin_bar(text, total, done)
        self._plain(f"{text}: {done}/{total}")

    def answered(self, count: int) -> None:
        """Moves the bar on."""
        self._done += count
        self._bar.update(self._stage, completed=self._done)
        if time.monotonic() - self._told > 30:
            self._plain(f"{self._done}/{self._total}")

    def _begin_bar(self, text: str, total: int | None, done: int) -> None:
        # A new bar for each stage, so that the time left is guessed from this stage alone.
        self._bar.remove_task(self._stage)
        self._stage = self._bar.add_task(text, total=total, completed=done)

    def _plain(self, text: str) -> None:
        self._told = time.monotonic()
        if not self._console.is_terminal:
            self._console.print(text, soft_wrap=True)
