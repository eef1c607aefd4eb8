"""``argilla``: pairs as a data set of Argilla 2 on disk, for ``rg.Dataset.from_disk``.

The two answers stand in the campaign's stored order, so that the better one is not always on the same side. What people
prefer is a suggestion, with its confidence as score. Argilla refuses responses of users that it does not have, so
who voted how is in the sidecar file.
"""

from __future__ import annotations

from typing import Any

import msgspec

from kijun.exports.base import ExportedFile, ExportOptions, PlainFormat
from kijun.exports.rows import reply, turns
from kijun.records.preferences import PreferencePair, PreferenceSet

__all__ = ["FORMAT"]

_QUESTION = "preference"


def _settings(data: PreferenceSet) -> dict[str, Any]:
    def chat(name: str, title: str) -> dict[str, Any]:
        return {
            "name": name,
            "title": title,
            "required": True,
            "settings": {"type": "chat", "use_markdown": False},
        }

    def metadata(name: str, kind: str) -> dict[str, Any]:
        return {"name": name, "title": name, "settings": {"type": kind}, "visible_for_annotators": False}

    options = [{"value": "1", "text": "1"}, {"value": "2", "text": "2"}, {"value": "tie", "text": "="}]
    return {
        "guidelines": f"{data.rubric} {data.rubric_version:g} ({data.rubric_sha256})",
        "allow_extra_metadata": True,
        "distribution": {"strategy": "overlap", "min_submitted": 1},
        "fields": [chat("prompt", "Prompt"), chat("answer_1", "1"), chat("answer_2", "2")],
        "questions": [
            {
                "name": _QUESTION,
                "title": "Which answer is better?",
                "required": True,
                "settings": {"type": "label_selection", "options": options, "visible_options": 3},
            }
        ],
        "metadata": [metadata("confidence", "float"), metadata("n_ratings", "integer"), metadata("split", "terms")],
        "vectors": [],
        "mapping": None,
    }


def _record(pair: PreferencePair, data: PreferenceSet) -> dict[str, Any]:
    answers = (pair.chosen, pair.rejected) if pair.chosen_first else (pair.rejected, pair.chosen)
    return {
        "id": pair.id,
        "fields": {"prompt": turns(pair.prompt), "answer_1": reply(answers[0]), "answer_2": reply(answers[1])},
        "metadata": {
            "confidence": round(pair.confidence, 4),
            "n_ratings": pair.n_ratings,
            "split": pair.split,
            "prompt_id": pair.prompt_id,
            "rubric_sha256": data.rubric_sha256,
        },
        "suggestions": {
            _QUESTION: {
                "value": "1" if pair.chosen_first else "2",
                "score": round(pair.confidence, 4),
                "agent": f"kijun {data.campaign}",
            }
        },
        "responses": {},
        "vectors": {},
        "status": "pending",
    }


def _files(data: PreferenceSet, options: ExportOptions) -> list[ExportedFile]:
    def pretty(value: Any) -> bytes:
        return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"

    records = [_record(pair, data) for pair in data.pairs]
    about = {"name": data.campaign, "guidelines": None, "allow_extra_metadata": True}
    return [
        ExportedFile(".argilla/dataset.json", pretty(about)),
        ExportedFile(".argilla/settings.json", pretty(_settings(data))),
        ExportedFile("records.json", pretty(records), ids=tuple(pair.id for pair in data.pairs)),
    ]


FORMAT = PlainFormat("argilla", "pairs", _files)
