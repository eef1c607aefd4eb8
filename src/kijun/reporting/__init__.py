"""Reports of runs: gathered out of their folders, told as a page, on paper, in Markdown or as JSON."""

from kijun.reporting.gathering import gather
from kijun.reporting.telling import FORMATS, Written, report

__all__ = ["FORMATS", "Written", "gather", "report"]
