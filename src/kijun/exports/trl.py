"""``trl``: preference data for TRL's DPO, CPO, ORPO and reward trainers, conversational, with the prompt apart."""

from __future__ import annotations

from typing import Any

from kijun.exports.base import ExportedFile, ExportOptions, PlainFormat
from kijun.exports.rows import kept_columns, reply, split_files, turns
from kijun.records.preferences import PreferencePair, PreferenceSet

__all__ = ["FORMAT"]


def _files(data: PreferenceSet, options: ExportOptions) -> list[ExportedFile]:
    def row(pair: PreferencePair) -> dict[str, Any]:
        return {
            "prompt": turns(pair.prompt),
            "chosen": reply(pair.chosen),
            "rejected": reply(pair.rejected),
            "chosen_model": pair.chosen_model,
            "rejected_model": pair.rejected_model,
            **kept_columns(pair, data),
        }

    return split_files(data.pairs, row)


FORMAT = PlainFormat("trl", "pairs", _files)
