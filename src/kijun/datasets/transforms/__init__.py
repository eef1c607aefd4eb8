"""Row transforms: what a task's rows need of Python before its templates can render them.

A transform is a pure function of all rows of one split, in data order; it may add columns, replace them or drop rows.
Where the docstring names a task of lm-evaluation-harness, the columns hold what that task's `process_docs` and
`doc_to_*` functions make of the same row in version 0.4.13; the code is our own. A task file names its transform; rows
that a template can render by itself (PIQA, ARC, WiC, BBH ...) have none.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from kijun.datasets.transforms.bbh import bbh_worked_examples
from kijun.datasets.transforms.bbq import bbq
from kijun.datasets.transforms.copa import copa
from kijun.datasets.transforms.coreference import winobias, winogender
from kijun.datasets.transforms.counterfactual import counterfactual
from kijun.datasets.transforms.gpqa import gpqa
from kijun.datasets.transforms.hellaswag import hellaswag
from kijun.datasets.transforms.math_hard import math_hard
from kijun.datasets.transforms.mmlu_pro import CATEGORIES, mmlu_pro, mmlu_pro_category
from kijun.datasets.transforms.musr import musr
from kijun.datasets.transforms.open_questions import alpaca_eval, elyza_tasks_100, fastchat
from kijun.datasets.transforms.record import record
from kijun.datasets.transforms.safety import (
    advbench,
    harmbench_standard,
    jailbreakbench,
    request_pairs,
    with_and_without_injection,
    xstest,
)
from kijun.datasets.transforms.scenarios import scenarios
from kijun.datasets.transforms.stereotypes import crows_pairs, stereoset
from kijun.datasets.transforms.truthfulness import (
    felm_segments,
    halueval,
    halueval_general,
    jtruthfulqa,
    simpleqa,
    truthfulqa,
)
from kijun.datasets.transforms.winogrande import winogrande
from kijun.datasets.transforms.wsc import wsc
from kijun.errors import SpecError, UnknownNameError

__all__ = ["TRANSFORMS", "Transform", "apply_transform"]

Transform = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]

TRANSFORMS: dict[str, Transform] = {
    "alpaca_eval": alpaca_eval,
    "advbench": advbench,
    "bbh_worked_examples": bbh_worked_examples,
    "bbq": bbq,
    "copa": copa,
    **{f"counterfactual_{language}": partial(counterfactual, language=language) for language in ("en", "ja")},
    "crows_pairs": crows_pairs,
    "elyza_tasks_100": elyza_tasks_100,
    "fastchat_baseline": partial(fastchat, columns=("baseline",)),
    "fastchat_reference": partial(fastchat, columns=("reference",)),
    "fastchat_reference_baseline": partial(fastchat, columns=("reference", "baseline")),
    "felm_segments": felm_segments,
    "gpqa": gpqa,
    **{f"halueval_{kind}": partial(halueval, kind=kind) for kind in ("qa", "dialogue", "summarization")},
    "halueval_general": halueval_general,
    "harmbench_standard": harmbench_standard,
    "hellaswag": hellaswag,
    "jailbreakbench": jailbreakbench,
    "jtruthfulqa": jtruthfulqa,
    "math_hard": math_hard,
    "mmlu_pro": mmlu_pro,
    **{f"mmlu_pro_{name.replace(' ', '_')}": partial(mmlu_pro_category, category=name) for name in CATEGORIES},
    "musr": musr,
    "record": record,
    "request_pairs": request_pairs,
    "simpleqa": simpleqa,
    **{f"stereoset_{kind}": partial(stereoset, kind=kind) for kind in ("intersentence", "intrasentence")},
    "truthfulqa": truthfulqa,
    "winobias": winobias,
    "winogender": winogender,
    "scenarios": scenarios,
    "winogrande": winogrande,
    "with_and_without_injection": with_and_without_injection,
    "wsc": wsc,
    "xstest": xstest,
}


def apply_transform(name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows after transform `name`; the rows given are left as they were.

    Raises:
        UnknownNameError: no transform has that name.
        SpecError: the rows do not have the columns or values that the transform needs.
    """
    if name not in TRANSFORMS:
        raise UnknownNameError("transform", name, TRANSFORMS)
    try:
        return TRANSFORMS[name](rows)
    except KeyError as error:
        columns = sorted(rows[0]) if rows else []
        raise SpecError(
            f"transform {name!r} looked for {error.args[0]!r} and did not find it; the columns are {columns}. "
            "Choose data with that column, or remove the transform"
        ) from error
    except (AttributeError, IndexError, MemoryError, RecursionError, SyntaxError, TypeError, ValueError) as error:
        raise SpecError(
            f"transform {name!r} cannot read these rows: {error}; check that the data has the layout that it expects"
        ) from error
