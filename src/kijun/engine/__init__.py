"""The engine: what is asked in which order, kept how, scored and put together. Concurrency lives here alone."""

from kijun.engine.agreement import agreement_entries, judge_entry
from kijun.engine.compare import Comparison, TaskComparison, compare_runs
from kijun.engine.execute import Progress, SilentProgress
from kijun.engine.forecast import Forecast, Foreseen, foresee, foresee_judging
from kijun.engine.judging import Case, Judge, Judged, ask_judges
from kijun.engine.limits import Budget, Limits, Patience
from kijun.engine.loop import run_async
from kijun.engine.opening import open_model
from kijun.engine.pieces import Piece, join_answers, read_piece
from kijun.engine.prepare import LoadedTask, PreparedTask, load_tasks, prepare
from kijun.engine.run import Asking, run_tasks
from kijun.engine.select import ChosenTask, Selection, generative_names, select

__all__ = [
    "Asking",
    "Budget",
    "Case",
    "ChosenTask",
    "Comparison",
    "Forecast",
    "Foreseen",
    "Judge",
    "Judged",
    "Limits",
    "LoadedTask",
    "Patience",
    "Piece",
    "PreparedTask",
    "Progress",
    "Selection",
    "SilentProgress",
    "TaskComparison",
    "agreement_entries",
    "ask_judges",
    "compare_runs",
    "foresee",
    "foresee_judging",
    "generative_names",
    "join_answers",
    "judge_entry",
    "load_tasks",
    "open_model",
    "prepare",
    "read_piece",
    "run_async",
    "run_tasks",
    "select",
]
