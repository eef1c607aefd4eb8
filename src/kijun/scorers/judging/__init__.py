"""Judge models: what they are asked, by a rubric or by a benchmark's own prompts, and how their verdicts are read."""

from kijun.scorers.judging.scorer import JudgeScorer
from kijun.scorers.judging.template import JudgePrompt
from kijun.scorers.judging.verdicts import confidence_in, read_pair, read_points

__all__ = ["JudgePrompt", "JudgeScorer", "confidence_in", "read_pair", "read_points"]
