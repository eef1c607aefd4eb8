"""Rows as JSON lines, a file a split, and the columns that several formats share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar, get_args

import msgspec

from kijun.exports.base import ExportedFile
from kijun.records import Message
from kijun.records.preferences import LabelledAnswer, PreferencePair, PreferenceSet, Split

__all__ = ["answer_columns", "dialogue", "json_lines", "kept_columns", "reply", "split_files", "turns"]

_Record = TypeVar("_Record", PreferencePair, LabelledAnswer)
_json = msgspec.json.Encoder()


def turns(messages: Iterable[Message]) -> list[dict[str, str]]:
    """A conversation as trainers read it."""
    return [{"role": turn.role, "content": turn.content} for turn in messages]


def reply(text: str) -> list[dict[str, str]]:
    """An answer as a conversation of its one turn."""
    return [{"role": "assistant", "content": text}]


def dialogue(messages: Iterable[Message], text: str) -> list[dict[str, str]]:
    """A conversation with the answer as its last turn."""
    return [*turns(messages), *reply(text)]


def kept_columns(record: PreferencePair | LabelledAnswer, data: PreferenceSet) -> dict[str, Any]:
    """Where a row comes from and how sure it is, for trainers that leave columns alone that they do not know.

    None is called ``margin``: TRL's reward trainer would take such a column into its loss.
    """
    return {
        "id": record.id,
        "prompt_id": record.prompt_id,
        "confidence": round(record.confidence, 4),
        "n_ratings": record.n_ratings,
        "campaign": data.campaign,
        "rubric_sha256": data.rubric_sha256,
    }


def answer_columns(answer: LabelledAnswer, data: PreferenceSet) -> dict[str, Any]:
    """An answer with its prompt apart, as TRL reads it, and where it comes from."""
    return {
        "prompt": turns(answer.prompt),
        "completion": reply(answer.answer),
        "why": answer.why,
        "model": answer.model,
        **kept_columns(answer, data),
    }


def json_lines(rows: Iterable[Any]) -> bytes:
    """A row a line; no key is ever left out or null where other rows have it, which data sets could not load."""
    return b"".join(_json.encode(row) + b"\n" for row in rows)


def split_files(records: Sequence[_Record], row: Callable[[_Record], Any], folder: str = "") -> list[ExportedFile]:
    """``train.jsonl`` and ``test.jsonl``, each where it has rows."""
    files = []
    for split in get_args(Split):
        own = [record for record in records if record.split == split]
        if own:
            content = json_lines(map(row, own))
            files.append(ExportedFile(f"{folder}{split}.jsonl", content, split, tuple(record.id for record in own)))
    return files
