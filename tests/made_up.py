"""Made-up rows in the Hub's own schemas, for tasks whose real data is not at hand; every text in them is our own.

`tests/golden/made_up_rows.json` holds the tables; `tests/golden/ask_harness.py` had lm-evaluation-harness 0.4.13
compute what Kijun's numbers on them must be.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb

from kijun.models.fake import HashModel, ScriptedModel
from kijun.records import Completed, Generate, Request, Response

__all__ = ["CANNED", "GOLDEN", "CannedModel", "build_hub"]

GOLDEN = Path(__file__).parent / "golden"
CANNED: list[tuple[str, list[str]]] = json.loads((GOLDEN / "canned_answers.json").read_text(encoding="utf-8"))


def build_hub(folder: Path) -> Path:
    """Writes the tables as ``FOLDER/REPO/CONFIG/SPLIT/0000.parquet``."""
    tables: list[dict[str, Any]] = json.loads((GOLDEN / "made_up_rows.json").read_text(encoding="utf-8"))
    connection = duckdb.connect()
    for number, table in enumerate(tables):
        source = folder / f"{number}.jsonl"
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text("".join(json.dumps(row) + "\n" for row in table["rows"]), encoding="utf-8")
        place = folder / table["repo"] / (table["config"] or "default") / table["split"]
        place.mkdir(parents=True)
        columns = ", ".join(f"'{name}': '{kind}'" for name, kind in table["columns"].items())
        connection.execute(
            f"COPY (SELECT * FROM read_json('{source}', format='newline_delimited', columns={{{columns}}})) "
            f"TO '{place / '0000.parquet'}' (FORMAT parquet)"
        )
        source.unlink()
    connection.close()
    return folder


class CannedModel(ScriptedModel):
    """Likelihoods of ``fake/hash``. A free answer is one of those that `CANNED` has for the first mark that is in the
    prompt, chosen by the prompt's digest."""

    def __init__(self) -> None:
        super().__init__(_canned, name="fake/canned")


_hash_answer = HashModel()._answer


def _canned(request: Request) -> Response:
    if isinstance(request, Generate):
        digest = int(hashlib.sha256(("canned" + request.context).encode()).hexdigest()[:13], 16) / 16**13
        answers = next(answers for mark, answers in CANNED if mark in request.context)
        return Completed(answers[int(digest * len(answers))])
    return _hash_answer(request)
