"""``openai``: preference data for OpenAI's fine-tuning (DPO), which Fireworks and Together read too.

No key beside those of the format is allowed; where rows come from is in the sidecar file.
"""

from __future__ import annotations

from typing import Any

from kijun.exports.base import ExportedFile, ExportOptions, PlainFormat
from kijun.exports.rows import reply, split_files, turns
from kijun.records.preferences import PreferencePair, PreferenceSet

__all__ = ["FORMAT"]


def _row(pair: PreferencePair) -> dict[str, Any]:
    return {
        "input": {"messages": turns(pair.prompt), "tools": [], "parallel_tool_calls": True},
        "preferred_output": reply(pair.chosen),
        "non_preferred_output": reply(pair.rejected),
    }


def _files(data: PreferenceSet, options: ExportOptions) -> list[ExportedFile]:
    return split_files(data.pairs, _row)


FORMAT = PlainFormat("openai", "pairs", _files)
