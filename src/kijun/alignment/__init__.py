"""From judgement to better models: critiques and revisions by principles, and ratings as training data."""

from kijun.alignment.critiquing import critique_run

__all__ = ["critique_run"]
