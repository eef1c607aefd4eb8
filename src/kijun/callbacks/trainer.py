"""The callback itself; see `kijun.callbacks.evaluation_callback`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from kijun.errors import SpecError
from kijun.models.hf.live import live
from kijun.reports.results import Facts, result_rows
from kijun.store import Run
from kijun.workflows import evaluate

__all__ = ["EvaluationCallback", "logged_figures"]


class EvaluationCallback(TrainerCallback):  # type: ignore[misc]
    """Evaluates the model in training every so many steps; arguments as of `kijun.callbacks.evaluation_callback`.

    Attributes:
        runs: step -> run folder, of the evaluations so far.
    """

    def __init__(
        self,
        trainer: Any,
        tasks: str | Sequence[str],
        *,
        every_steps: int,
        at_start: bool,
        at_end: bool,
        out: str | Path | None,
        memory_budget: int,
        settings: Mapping[str, Any],
    ) -> None:
        self._trainer, self._tasks = trainer, tasks
        self._every, self._at_start, self._at_end = every_steps, at_start, at_end
        self._out, self._memory_budget, self._settings = out, memory_budget, dict(settings)
        self.runs: dict[int, Path] = {}

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Before the first step."""
        _check_whole(args)
        if self._at_start:
            self._evaluate(args, state)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """After each optimiser step."""
        if state.global_step % self._every == 0:
            self._evaluate(args, state)

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """After the last step."""
        if self._at_end and state.global_step not in self.runs:
            self._evaluate(args, state)

    def _evaluate(self, args: Any, state: Any) -> None:
        if not state.is_world_process_zero:
            return
        step = state.global_step
        folder = Path(self._out or Path(args.output_dir) / "kijun") / f"step-{step}"
        tokenizer = getattr(self._trainer.processing_class, "tokenizer", self._trainer.processing_class)
        name = f"{Path(args.output_dir).resolve().name}/step-{step}"
        with live(self._trainer.model, tokenizer, name, memory_budget=self._memory_budget) as model:
            run = evaluate(self._tasks, model, out=folder, **self._settings)
        self.runs[step] = run.folder
        # The trainer takes any log for its own of this step, and would leave out the loss.
        own_log_is_due = self._trainer.control.should_log
        self._trainer.log(logged_figures(run))
        self._trainer.control.should_log = own_log_is_due


def logged_figures(run: Run) -> dict[str, float]:
    """A run's figures with the ends of their intervals, as they are logged; what has no figure is left out."""
    records = run.manifest.tasks
    specs = {name: record.spec for name, record in records.items()}
    results = run.results
    figures: dict[str, float] = {}
    for row in result_rows(results, Facts.of(specs, {name: record.metrics for name, record in records.items()})):
        key = f"kijun/{row.axis or 'mixed'}/{row.name}:{row.metric}"
        ends = {key: row.value, f"{key}/low": row.low, f"{key}/high": row.high}
        figures |= {name: value for name, value in ends.items() if value is not None}
    figures["kijun/left_out"] = float(sum(task.n_failed + task.n_unscored for task in results.tasks.values()))
    return figures


def _check_whole(args: Any) -> None:
    """The callback computes with the model of one process, which must hold all of it."""
    if getattr(args, "deepspeed", None) or getattr(args, "fsdp", None):
        raise SpecError(
            "with DeepSpeed or FSDP no process holds the whole model; evaluate saved checkpoints instead: "
            "kijun run TASKS --model hf/CHECKPOINT"
        )
