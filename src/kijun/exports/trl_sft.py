"""``trl-sft``: the good answers alone, for TRL's SFT trainer; with the prompt apart, the loss is on the answer only."""

from __future__ import annotations

from kijun.exports.base import ExportedFile, ExportOptions, PlainFormat
from kijun.exports.rows import answer_columns, split_files
from kijun.records.preferences import PreferenceSet

__all__ = ["FORMAT"]


def _files(data: PreferenceSet, options: ExportOptions) -> list[ExportedFile]:
    good = [answer for answer in data.answers if answer.label]
    return split_files(good, lambda answer: answer_columns(answer, data))


FORMAT = PlainFormat("trl-sft", "answers", _files)
