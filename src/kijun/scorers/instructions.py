"""Scorers of verifiable instructions: which of them a response follows (Zhou et al. 2023, arXiv:2311.07911)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from kijun.constraints import build, loose, strict
from kijun.constraints.ifbench import NOT_BY_RULE
from kijun.constraints.japanese.morphemes import require_analyser
from kijun.records import Item, Measured, Question, Response, Score, Unscored
from kijun.scorers.base import answer_text, register

__all__ = ["InstructionsFollowed", "PromptFollowed"]


class _Verified(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reads the columns `instruction_id_list` and `kwargs` (the parameters, one mapping an instruction) of the row.

    Attributes:
        reading: ``strict`` takes the response as it is; ``loose`` lets it off a first line, a last line and asterisks.
        turn: in a conversation, which reply is checked; for the first, the columns' names have ``first_`` before them.
        copy: ``fails`` where an answer that holds the whole request (column `question` or the last of `turns`) follows
            nothing: a request that shows how a mark looks would otherwise be followed by its own copy.
        analyser: ``ja`` where rows need words of Japanese text; a missing extra is then told before the model is asked.
    """

    reading: Literal["strict", "loose"] = "strict"
    turn: Literal["first", "last"] = "last"
    copy: Literal["checked", "fails"] = "checked"
    analyser: Literal["ja"] | None = None

    higher_is_better = True

    def __post_init__(self) -> None:
        if self.analyser is not None:
            require_analyser()

    def verdicts(self, item: Item, responses: Sequence[Response]) -> list[bool] | Unscored:
        text = answer_text(responses if self.turn == "last" else responses[:1])
        if isinstance(text, Unscored):
            return text
        prefix = "" if self.turn == "last" else "first_"
        pairs = [*zip(item.row[f"{prefix}instruction_id_list"], item.row[f"{prefix}kwargs"], strict=True)]
        if beyond := [NOT_BY_RULE[name] for name, _ in pairs if name in NOT_BY_RULE]:
            return Unscored(f"no rule can check an instruction: {beyond[0]}")
        if self.copy == "fails" and _request(item, self.turn) in text:
            return [False] * len(pairs)
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
    """A zero or one for each instruction of the prompt; the metric is the share over all instructions of the task.

    Attributes:
        only: of the instructions that hold in the last turn, those that were ``new`` in it or those ``kept`` from
            before, by the column `new`, which has true or false for each instruction; None takes all.
    """

    only: Literal["new", "kept"] | None = None

    aggregate = "parts"

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        verdicts = self.verdicts(item, responses)
        if isinstance(verdicts, Unscored):
            return verdicts
        if self.only is not None:
            flags = item.row["new"]
            verdicts = [verdict for verdict, new in zip(verdicts, flags, strict=True) if new == (self.only == "new")]
        return Measured(tuple(map(float, verdicts)))


def _request(item: Item, turn: Literal["first", "last"]) -> str:
    turns = item.row.get("turns") or [item.row["question"]]
    return turns[0 if turn == "first" else -1]
