"""Profiles held against a use case: who may be used, who is best, how sure that is, and what would change it."""

from kijun.decisions.decide import DRAWS, decide_between
from kijun.decisions.regression import compare_versions

__all__ = ["DRAWS", "compare_versions", "decide_between"]
