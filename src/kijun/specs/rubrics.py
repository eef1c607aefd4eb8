"""What a rubric file says. One file serves judge models and human raters: the same texts, scales and hash for both."""

from __future__ import annotations

import hashlib
from typing import Any, Literal

import msgspec

__all__ = [
    "SCHEMA",
    "ChecklistItemSpec",
    "DimensionSpec",
    "ExampleSpec",
    "JudgeSettings",
    "LocalisedText",
    "PairwiseSpec",
    "PrincipleSpec",
    "RationaleSpec",
    "RubricSpec",
    "ScaleSpec",
    "SpansSpec",
    "text_in",
]

SCHEMA = "kijun-rubric/1"

LocalisedText = str | dict[str, str]
"""One text for every language, or a text for each: ``{en: ..., ja: ...}``."""

_encoder = msgspec.json.Encoder(order="deterministic")


def text_in(text: LocalisedText, language: str) -> str:
    """The text in `language`, else in English, else in whatever language there is; empty when there is none."""
    if isinstance(text, str):
        return text
    return text.get(language) or text.get("en") or next(iter(text.values()), "")


# Defaults are left out of the canonical form, so that a key we add later changes no hash of a file without it.
class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a rubric."""


class ScaleSpec(_Part, frozen=True):
    """What may be answered on a dimension.

    Attributes:
        type: ``nominal`` (`points` are names), ``ordinal`` (`points` are growing numbers), ``interval`` (numbers from
            `low` to `high` by `step`), ``binary`` (yes or no), ``checklist`` (yes or no for each item).
    """

    type: Literal["nominal", "ordinal", "interval", "binary", "checklist"]
    points: tuple[int | float | str, ...] = ()
    low: float | None = None
    high: float | None = None
    step: float = 1.0


class ChecklistItemSpec(_Part, frozen=True):
    """One thing that an answer does or does not do, as in HealthBench.

    Attributes:
        points: what it adds when it is so; negative for what ought not to be.
    """

    criterion: LocalisedText
    points: float = 1.0
    id: str = ""
    tags: tuple[str, ...] = ()


class SpansSpec(_Part, frozen=True):
    """Places in the text that raters may mark; names to texts."""

    labels: dict[str, LocalisedText]
    severity: dict[str, LocalisedText] = {}


class RationaleSpec(_Part, frozen=True):
    """When a reason must be written.

    Attributes:
        required_for: answers that need one, such as ``[1, 2]``, ``[no]``; ``all``.
        min_characters: the shortest reason that counts as one.
    """

    required_for: tuple[int | float | str, ...] | Literal["all"] = ()
    min_characters: int = 0
    prompt: LocalisedText = ""


class DimensionSpec(_Part, frozen=True):
    """One thing that is judged.

    Attributes:
        id: second half of the metric's name, such as ``quality``.
        question: what is asked, in a sentence.
        title: its name where there is little room; the id when empty.
        anchors: point -> what an answer looks like that gets it; ``yes`` and ``no`` on a binary scale.
        items: of a checklist.
        abstain: answers that are none.
        required: raters may not leave it open.
        key: key that raters press to get here.
        veto: an item fails whatever else it gets: ``true`` when the answer is the worse one of two, a number when it
            is worse than that.
        spans: places that raters may mark.
        rationale: when a reason must be written.
        principles: ids of the principles to judge by.
        aggregate: what may be made of several raters' answers: their ``mean``, or nothing but their ``distribution``,
            for questions on which people differ for good reasons.
    """

    id: str
    question: LocalisedText
    scale: ScaleSpec
    title: LocalisedText = ""
    anchors: dict[str, LocalisedText] = {}
    items: tuple[ChecklistItemSpec, ...] = ()
    abstain: tuple[Literal["cannot_judge", "not_applicable"], ...] = ()
    higher_is_better: bool = True
    required: bool = True
    key: str | None = None
    veto: bool | float = False
    spans: SpansSpec | None = None
    rationale: RationaleSpec | None = None
    principles: tuple[str, ...] = ()
    aggregate: Literal["mean", "distribution"] = "mean"


class PrincipleSpec(_Part, frozen=True):
    """One article of a constitution.

    Attributes:
        text: the principle itself.
        source: where it comes from.
        critique: request to find where an answer goes against it.
        revision: request to write the answer anew so that it does not.
        prefer: request to choose the better of two answers by it.
    """

    id: str
    text: LocalisedText
    source: str = ""
    critique: LocalisedText = ""
    revision: LocalisedText = ""
    prefer: LocalisedText = ""


class PairwiseSpec(_Part, frozen=True):
    """How two answers are compared.

    Attributes:
        options: what may be chosen; ``both_bad`` counts as a tie where answers are ranked, and is kept apart elsewhere.
        strength: how much better, from least to most; empty does not ask.
        per_dimension: dimensions that are compared one by one.
        overall: also ask which answer is better as a whole.
        question: what is asked about the whole.
    """

    options: tuple[Literal["A", "B", "tie", "both_bad"], ...] = ("A", "B", "tie")
    strength: dict[str, LocalisedText] = {}
    per_dimension: tuple[str, ...] = ()
    overall: bool = True
    question: LocalisedText = ""


class ExampleSpec(_Part, frozen=True):
    """A worked example: practice for raters, shown to judges where `JudgeSettings.examples` asks for it.

    Attributes:
        other: the second answer, where two are compared; `response` is A then.
        labels: dimension -> answer.
        preferred: the better of the two.
    """

    prompt: LocalisedText
    response: LocalisedText
    other: LocalisedText = ""
    reference: LocalisedText = ""
    labels: dict[str, Any] = {}
    preferred: Literal["A", "B", "tie", "both_bad"] | None = None
    why: LocalisedText = ""


class JudgeSettings(_Part, frozen=True):
    """How a judge model is asked. No part of the rubric's hash; requests and manifest hold what was asked.

    Attributes:
        explain: reasons come before the verdict.
        confidence: ask how sure the judge is, from 0 to 1.
        reference: whether a reference answer is shown when there is one, must be there, or is never shown.
        examples: how many of the rubric's examples are shown.
        both_orders: compare two answers in both orders; a judge that changes its mind has called a tie.
    """

    explain: bool = True
    confidence: bool = False
    reference: Literal["never", "optional", "required"] = "optional"
    examples: int = 0
    both_orders: bool = True
    temperature: float = 0.0
    max_tokens: int = 1024


class RubricSpec(_Part, frozen=True):
    """A rubric: what is judged, by which scale, in which words.

    Attributes:
        schema: version of this file format.
        version: raised whenever an answer could change; answers under different versions are not pooled.
        languages: languages in which every text is there; a plain string counts for all.
        guidelines: what raters read beside the answers and judges before them.
        unit: what is judged at a time: one answer, two answers, or a whole conversation.
        origin: file that it was read from.
    """

    schema: Literal["kijun-rubric/1"]
    name: str
    version: float
    languages: tuple[str, ...]
    guidelines: LocalisedText
    dimensions: tuple[DimensionSpec, ...]
    unit: Literal["response", "pair", "conversation"] = "response"
    title: LocalisedText = ""
    about: LocalisedText = ""
    source: str = ""
    licence: str = ""
    principles: tuple[PrincipleSpec, ...] = ()
    pairwise: PairwiseSpec | None = None
    examples: tuple[ExampleSpec, ...] = ()
    judge: JudgeSettings = JudgeSettings()
    origin: str | None = None

    @property
    def sha256(self) -> str:
        """Digest (hex) of the canonical JSON without the settings of judges and the place of the file."""
        plain = msgspec.structs.replace(self, judge=JudgeSettings(), origin=None)
        return hashlib.sha256(_encoder.encode(plain)).hexdigest()

    def dimension(self, id: str) -> DimensionSpec:
        """The dimension `id`.

        Raises:
            KeyError: the rubric has no such dimension.
        """
        for dimension in self.dimensions:
            if dimension.id == id:
                return dimension
        raise KeyError(id)
