"""Scorers of verifiable instructions: which of them a response follows (Zhou et al. 2023, arXiv:2311.07911)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from kijun.constraints import build, loose, strict
from kijun.records import Item, Measured, Question, Response, Score, Unscored
from kijun.scorers.base import answer_text, register

__all__ = ["InstructionsFollowed", "PromptFollowed"]


class _Verified(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reads the columns `instruction_id_list` and `kwargs` (the parameters, one mapping an instruction) of the row.

    Attributes:
        reading: ``strict`` takes the response as it is; ``loose`` lets it off a first line, a last line and asterisks.
    """

    reading: Literal["strict", "loose"] = "strict"

    higher_is_better = True

    def verdicts(self, item: Item, responses: Sequence[Response]) -> list[bool] | Unscored:
        text = answer_text(responses)
        if isinstance(text, Unscored):
            return text
        pairs = zip(item.row["instruction_id_list"], item.row["kwargs"], strict=True)
        constraints = [build(name, parameters) for name, parameters in pairs]
        return (strict if self.reading == "strict" else loose)(text, constraints)


@register("prompt_followed")
class PromptFollowed(_Verified, frozen=True, forbid_unknown_fields=True):
    """1 where every instruction of the prompt was followed."""

    aggregate = "proportion"

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        verdicts = self.verdicts(item, responses)
        return verdicts if isinstance(verdicts, Unscored) else Measured(float(all(verdicts)))


@register("instructions_followed")
class InstructionsFollowed(_Verified, frozen=True, forbid_unknown_fields=True):
    """A zero or one for each instruction of the prompt; the metric is the share over all instructions of the task."""

    aggregate = "parts"

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        verdicts = self.verdicts(item, responses)
        return verdicts if isinstance(verdicts, Unscored) else Measured(tuple(map(float, verdicts)))
