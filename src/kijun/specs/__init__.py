"""What users write: tasks, groups, suites and rubrics as YAML, read with the place of every mistake."""

from kijun.specs.agreement import HARM, agreement_of, validated_languages
from kijun.specs.catalogue import Catalogue, catalogue, read_task_file, titles_of
from kijun.specs.generative import (
    GENERATIVE,
    LetteredWording,
    generative_group,
    generative_suite,
    generative_task,
    lettered_wording,
)
from kijun.specs.reading import read_yaml
from kijun.specs.rubric_files import find_rubric, is_rubric, read_rubric_file, rubrics
from kijun.specs.rubric_values import RubricValue, read_value, value_number, vetoes
from kijun.specs.rubrics import DimensionSpec, JudgeSettings, LocalisedText, PrincipleSpec, RubricSpec, text_in
from kijun.specs.suites import AverageSpec, GroupSpec, SuiteEntry, SuiteSpec
from kijun.specs.tasks import (
    DatasetSpec,
    PromptSpec,
    PublishedFileSpec,
    SamplingSpec,
    ScorerSpec,
    ShotsSpec,
    TaskSpec,
)
from kijun.specs.use_case_files import (
    find_use_case,
    is_use_case,
    read_use_case_file,
    suite_of_use_case,
    use_cases,
)
from kijun.specs.use_cases import GateSpec, LimitsSpec, RatingsSpec, UseCaseSpec, WeightSpec, in_languages

__all__ = [
    "GENERATIVE",
    "HARM",
    "AverageSpec",
    "Catalogue",
    "DatasetSpec",
    "DimensionSpec",
    "GateSpec",
    "GroupSpec",
    "JudgeSettings",
    "LetteredWording",
    "LimitsSpec",
    "LocalisedText",
    "PrincipleSpec",
    "PromptSpec",
    "PublishedFileSpec",
    "RatingsSpec",
    "RubricSpec",
    "RubricValue",
    "SamplingSpec",
    "ScorerSpec",
    "ShotsSpec",
    "SuiteEntry",
    "SuiteSpec",
    "TaskSpec",
    "UseCaseSpec",
    "WeightSpec",
    "agreement_of",
    "catalogue",
    "find_rubric",
    "find_use_case",
    "generative_group",
    "generative_suite",
    "generative_task",
    "in_languages",
    "is_rubric",
    "is_use_case",
    "lettered_wording",
    "read_rubric_file",
    "read_task_file",
    "read_use_case_file",
    "read_value",
    "read_yaml",
    "rubrics",
    "suite_of_use_case",
    "text_in",
    "titles_of",
    "use_cases",
    "validated_languages",
    "value_number",
    "vetoes",
]
