"""The engine: what is asked in which order, kept how, scored and put together. Concurrency lives here alone."""

from kijun.engine.compare import Comparison, TaskComparison, compare_runs
from kijun.engine.execute import Progress, SilentProgress
from kijun.engine.forecast import Forecast, foresee
from kijun.engine.limits import Budget, Limits, Patience
from kijun.engine.loop import run_async
from kijun.engine.opening import open_model
from kijun.engine.prepare import LoadedTask, PreparedTask, load_tasks, prepare, requests_digest
from kijun.engine.run import distinct_requests, run_tasks
from kijun.engine.select import ChosenTask, Selection, select

__all__ = [
    "Budget",
    "ChosenTask",
    "Comparison",
    "Forecast",
    "Limits",
    "LoadedTask",
    "Patience",
    "PreparedTask",
    "Progress",
    "Selection",
    "SilentProgress",
    "TaskComparison",
    "compare_runs",
    "distinct_requests",
    "foresee",
    "load_tasks",
    "open_model",
    "prepare",
    "requests_digest",
    "run_async",
    "run_tasks",
    "select",
]
