"""Judging what is there: an existing run by a rubric, and a judge itself against people."""

from kijun.engine.validation import Validation
from kijun.judging.runs import judge_run
from kijun.judging.validating import validate_judges
from kijun.judging.weights import jury_weights

__all__ = ["Validation", "judge_run", "jury_weights", "validate_judges"]
