"""``judge_prompt``: a benchmark's own protocol, its authors' prompts and their way of reading the verdict."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

import msgspec

from kijun.errors import SpecError
from kijun.records import (
    Completed,
    Generate,
    Item,
    Measured,
    Message,
    Question,
    Request,
    Response,
    Sampling,
    Score,
    Truncated,
    Unscored,
)
from kijun.scorers.base import register, why_not
from kijun.scorers.judging.pairs import PAIR_PARTS, answer_is_second, pair_scores
from kijun.specs.templates import evaluate, render

__all__ = ["JudgePrompt", "PromptQuestion", "VerdictPattern"]

_encoder = msgspec.json.Encoder(order="deterministic")


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise SpecError(f"not a valid regular expression: {error}; got {pattern!r}", key="scorers") from None


class PromptQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a judge is asked, for one part of the metric.

    Attributes:
        prompt: template over the row's columns and `answers` (of all turns); for pairs also `answer_a` and `answer_b`.
        system: template of the system message; empty is none.
        part: name of the part; empty where there is one only.
        when: expression; of several questions for one part the first one applies whose `when` is true.
    """

    prompt: str
    system: str = ""
    part: str = ""
    when: str | None = None


class VerdictPattern(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the verdict is read out of a reply.

    Attributes:
        patterns: regular expressions with one group; the first one that is found at all counts.
        which: which match counts.
        values: what the group says -> ``A``, ``B`` or ``tie``, for pairs.
        low, high: for grades; a number beyond them is no verdict.
    """

    patterns: tuple[str, ...]
    which: Literal["first", "last"] = "first"
    values: dict[str, Literal["A", "B", "tie"]] = {}
    low: float = 1.0
    high: float = 10.0

    def said(self, verdict: Response) -> str | Unscored:
        """The group's text."""
        if not isinstance(verdict, Completed | Truncated):
            return Unscored(f"no verdict: {why_not(verdict)}")
        for pattern in self.patterns:
            matches = _compiled(pattern).findall(verdict.text)
            if matches:
                return matches[0 if self.which == "first" else -1].strip()
        return Unscored("the judge's verdict cannot be read")


@register("judge_prompt")
class JudgePrompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Judges by prompts that are taken as they are, so that figures can be compared with published ones.

    The prompts do not fence what they judge, and are as easy to talk round as their authors made them.

    Attributes:
        protocol: name of the protocol, such as ``fastchat single-v1``, and `version` of it here.
        questions: what is asked.
        verdict: how the reply is read.
        against: template of the recorded answer that the model's is compared with; None grades one answer.
        both_orders: ask in both orders; otherwise in one, which a hash of the item decides.
    """

    protocol: str
    questions: tuple[PromptQuestion, ...]
    verdict: VerdictPattern
    version: float = 1.0
    against: str | None = None
    both_orders: bool = True
    temperature: float = 0.0
    max_tokens: int = 2048

    higher_is_better = True

    def __post_init__(self) -> None:
        for pattern in self.verdict.patterns:
            if _compiled(pattern).groups != 1:
                raise SpecError(f"a verdict's pattern has one group; got {pattern!r}", key="scorers")
        if (self.against is not None) != bool(self.verdict.values):
            raise SpecError("'against' and the verdict's 'values' belong together: they are for pairs", key="scorers")

    @property
    def rubric(self) -> Mapping[str, str]:
        """Name, version and digest of the protocol."""
        return {
            "name": self.protocol,
            "version": f"{self.version:g}",
            "sha256": hashlib.sha256(_encoder.encode([self.questions, self.verdict, self.against])).hexdigest(),
        }

    @property
    def parts(self) -> Mapping[str, str]:
        """Grades: each part and, of several, their mean (without a name). Pairs: win rate and what the order did."""
        if self.against is not None:
            return PAIR_PARTS if self.both_orders else {k: v for k, v in PAIR_PARTS.items() if k != "consistent"}
        names = list(dict.fromkeys(question.part for question in self.questions))
        return dict.fromkeys(names if len(names) == 1 else ["", *names], "mean")

    def judge_requests(
        self, item: Item, question: Question, requests: Sequence[Request], responses: Sequence[Response]
    ) -> tuple[Generate, ...]:
        """One request a part, or one an order."""
        names = {**item.row, "answers": [getattr(response, "text", "") for response in responses]}
        if self.against is None:
            return tuple(self._request(asked, names) for asked in self._asked(names).values())
        other = render(self.against, item.row, "scorers.against")
        made = []
        for second in self._orders(item):
            answer = names["answers"][-1]
            pair = (other, answer) if second else (answer, other)
            filled = {**names, "answer_a": pair[0], "answer_b": pair[1]}
            made += [self._request(asked, filled) for asked in self._asked(filled).values()]
        return tuple(made)

    def score_judged(
        self,
        item: Item,
        question: Question,
        requests: Sequence[Request],
        responses: Sequence[Response],
        verdicts: Sequence[Response],
    ) -> dict[str, Score]:
        """Score of every part."""
        said = [self.verdict.said(verdict) for verdict in verdicts]
        if self.against is not None:
            read = [text if isinstance(text, Unscored) else self._side(text) for text in said]
            return pair_scores(list(zip(read, self._orders(item), strict=True)))
        names = {**item.row, "answers": [getattr(response, "text", "") for response in responses]}
        grades = {part: self._grade(text) for part, text in zip(self._asked(names), said, strict=True)}
        if len(grades) > 1:
            lost = next((grade for grade in grades.values() if isinstance(grade, Unscored)), None)
            grades[""] = lost or Measured(sum(_value(g) for g in grades.values()) / len(grades))
        return grades

    def _asked(self, names: Mapping[str, Any]) -> dict[str, PromptQuestion]:
        chosen: dict[str, PromptQuestion] = {}
        for asked in self.questions:
            if asked.part not in chosen and (asked.when is None or evaluate(asked.when, names, "scorers.when")):
                chosen[asked.part] = asked
        return chosen

    def _request(self, asked: PromptQuestion, names: Mapping[str, Any]) -> Generate:
        text = render(asked.prompt, names, "scorers.prompt")
        system = render(asked.system, names, "scorers.system")
        messages = (*([Message("system", system)] if system else []), Message("user", text))
        sampling = Sampling(max_tokens=self.max_tokens, temperature=self.temperature)
        return Generate("\n\n".join(message.content for message in messages), sampling, messages)

    def _orders(self, item: Item) -> tuple[bool, ...]:
        return (False, True) if self.both_orders else (answer_is_second(item.id),)

    def _side(self, text: str) -> str | Unscored:
        return self.verdict.values.get(text, Unscored(f"the judge's verdict cannot be read: {text!r:.40}"))

    def _grade(self, text: str | Unscored) -> Score:
        if isinstance(text, Unscored):
            return text
        try:
            grade = float(text)
        except ValueError:
            return Unscored(f"the judge's verdict cannot be read: {text!r:.40}")
        if not self.verdict.low <= grade <= self.verdict.high:
            return Unscored(f"the judge gave {grade:g}, which is not on the scale")
        return Measured(grade)


def _value(score: Score) -> float:
    assert isinstance(score, Measured) and isinstance(score.value, float)
    return score.value
