"""What users write: tasks, groups and suites as YAML, read with the place of every mistake."""

from kijun.specs.catalogue import Catalogue, catalogue, read_task_file
from kijun.specs.suites import AverageSpec, GroupSpec, SuiteEntry, SuiteSpec
from kijun.specs.tasks import (
    AXES,
    DatasetSpec,
    PromptSpec,
    PublishedFileSpec,
    SamplingSpec,
    ScorerSpec,
    ShotsSpec,
    TaskSpec,
)

__all__ = [
    "AXES",
    "AverageSpec",
    "Catalogue",
    "DatasetSpec",
    "GroupSpec",
    "PromptSpec",
    "PublishedFileSpec",
    "SamplingSpec",
    "ScorerSpec",
    "ShotsSpec",
    "SuiteEntry",
    "SuiteSpec",
    "TaskSpec",
    "catalogue",
    "read_task_file",
]
