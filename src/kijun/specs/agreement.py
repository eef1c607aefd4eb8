"""How far scorers agree with human labels: figures that ship with Kijun and stand beside results.

One file a scorer below ``agreement/``; `benchmarks/scorer_agreement.py` measures them and writes the files.
"""

from __future__ import annotations

from functools import cache

import msgspec

from kijun.specs.folders import package_folders
from kijun.specs.reading import convert, read_yaml

__all__ = ["AgreementFile", "AgreementSpec", "agreement_of"]

Figure = tuple[float, float, float]
"""Value, and the ends of its 95 % interval."""


class AgreementSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A scorer against the human labels of one set.

    Attributes:
        data: name of the data set, and of the part of it where it has several.
        labels: what people were asked, in a word or two.
        language: of the texts.
        n, positives: texts, and how many of them people call positive.
        kappa, ac1: Cohen's kappa and Gwet's AC1; None where undefined.
    """

    data: str
    labels: str
    language: str
    n: int
    positives: int
    agreement: Figure
    sensitivity: Figure
    specificity: Figure
    kappa: Figure | None = None
    ac1: Figure | None = None


class AgreementFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that was measured of one scorer.

    Attributes:
        scorer: its name; for a judge model the name of the rubric.
        judge: name of the judge model; empty for rules.
        version: of the scorer or rubric.
    """

    scorer: str
    version: float
    checks: tuple[AgreementSpec, ...]
    judge: str = ""


@cache
def _files() -> tuple[AgreementFile, ...]:
    found = []
    for folder in package_folders():
        for path in sorted((folder / "agreement").glob("*.yaml")):
            document = read_yaml(path)
            found.append(convert(document, document.data, AgreementFile))
    return tuple(found)


def agreement_of(scorer: str, judge: str = "") -> tuple[AgreementSpec, ...]:
    """What was measured of a scorer, or of a judge model with a rubric; nothing where nobody did.

    Raises:
        SpecError: a packaged file is broken.
    """
    return tuple(check for file in _files() if (file.scorer, file.judge) == (scorer, judge) for check in file.checks)
