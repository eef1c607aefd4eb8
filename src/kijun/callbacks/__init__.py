"""Evaluation while a model trains: a callback for the trainers of transformers and TRL (extra ``hf``)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kijun.errors import SpecError

__all__ = ["evaluation_callback"]

_SETTINGS = {"chat", "data", "draws", "hub", "limit", "perturb", "seed", "shots", "system"}


def evaluation_callback(
    trainer: Any,
    tasks: str | Sequence[str],
    *,
    every_steps: int,
    at_start: bool = True,
    at_end: bool = True,
    out: str | Path | None = None,
    memory_budget: int = 1 << 30,
    **settings: Any,
) -> Any:
    """A callback that evaluates the model in training, as it stands in memory, and logs what comes out.

    ``trainer.add_callback(evaluation_callback(trainer, "core", every_steps=100, limit=20))``

    Each evaluation is a run folder, ``OUT/step-N``, which `kijun results`, `kijun compare` and all else read. Each
    figure goes to the trainer's log, and so to whatever it reports to, as ``kijun/AXIS/NAME:METRIC``, with the ends of
    its 95 % interval as ``.../low`` and ``.../high``; ``kijun/left_out`` counts items that failed or could not be read.
    Training goes on as if nothing had happened: weights, optimiser, random numbers and modes stay as they are.

    Args:
        trainer: a `transformers.Trainer`, or one of TRL's.
        tasks: names of tasks, groups or suites, or task files.
        every_steps: optimiser steps between evaluations.
        at_start: also before the first step, which all later figures are compared with.
        at_end: also after the last step.
        out: folder of the runs; None is ``kijun`` in the trainer's output folder.
        memory_budget: bytes beside the weights, as of `kijun.models.hf.load_hf`.
        settings: as of `kijun.evaluate`: ``limit``, ``shots``, ``seed``, ``chat``, ``system``, ``hub``, ``data``.

    Returns:
        A `transformers.TrainerCallback`.

    Raises:
        SpecError: an argument, or the extra is not installed.
    """
    try:
        import transformers  # noqa: F401
    except ImportError as fault:
        what = f"the callback needs the extra 'hf' ({fault.name} is not installed)"
        raise SpecError(f"{what}; run: pip install 'kijun[hf]'") from fault
    from kijun.callbacks.trainer import EvaluationCallback

    if every_steps < 1:
        raise SpecError(f"every_steps takes 1 or more; got {every_steps}")
    unknown = sorted(set(settings) - _SETTINGS)
    if unknown:
        raise SpecError(f"no setting {unknown[0]!r}; there are: {', '.join(sorted(_SETTINGS))}")
    return EvaluationCallback(
        trainer,
        tasks,
        every_steps=every_steps,
        at_start=at_start,
        at_end=at_end,
        out=out,
        memory_budget=memory_budget,
        settings=settings,
    )
