"""``trl-kto``: answers labelled desirable or not, for TRL's KTO trainer."""

from __future__ import annotations

from kijun.exports.base import ExportedFile, ExportOptions, PlainFormat
from kijun.exports.rows import answer_columns, split_files
from kijun.records.preferences import PreferenceSet

__all__ = ["FORMAT"]


def _files(data: PreferenceSet, options: ExportOptions) -> list[ExportedFile]:
    return split_files(data.answers, lambda answer: {**answer_columns(answer, data), "label": answer.label})


FORMAT = PlainFormat("trl-kto", "answers", _files)
