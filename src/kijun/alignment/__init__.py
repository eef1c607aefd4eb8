"""From judgement to better models: critiques and revisions by principles, and ratings as training data."""

from kijun.alignment.critiquing import critique_run
from kijun.alignment.exporting import Exported, export_preferences
from kijun.alignment.preferences import preferences

__all__ = ["Exported", "critique_run", "export_preferences", "preferences"]
