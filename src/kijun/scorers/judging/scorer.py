"""``judge``: a judge model scores by a rubric, one answer at a time or against another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from kijun.errors import SpecError
from kijun.records import Generate, Item, Measured, Message, Question, Request, Response, Sampling, Score, Unscored
from kijun.scorers.base import register
from kijun.scorers.judging.pairs import PAIR_PARTS, answer_is_second, pair_scores
from kijun.scorers.judging.prompts import Judged, pair_messages, point_messages, texts_of
from kijun.scorers.judging.verdicts import pair_schema, point_schema, read_pair, read_points
from kijun.scorers.text import gold_texts
from kijun.specs import DimensionSpec, JudgeSettings, RubricSpec, RubricValue, find_rubric, value_number, vetoes
from kijun.specs.rubrics import ChecklistItemSpec, ScaleSpec
from kijun.specs.templates import evaluate, render

__all__ = ["JudgeScorer"]

_AGGREGATES = {"ordinal": "mean", "interval": "mean", "binary": "proportion", "checklist": "mean"}
CHECKLIST_QUESTION = {"en": "What does the answer do?", "ja": "回答は次のそれぞれを満たしていますか。"}
_NOTHING = Unscored("there is no free answer to judge")


@register("judge")
class JudgeScorer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a judge model gives by a rubric.

    Attributes:
        named: ``rubric`` in task files: name of a rubric, or its file beside the task file.
        mode: ``pointwise``, or ``pairwise`` against a recorded answer.
        against: template of the answer to compare with (pairwise).
        reference: template of an answer known to be good; None is the gold text.
        prompt: template of what the judge is told was asked; None is what the model was asked.
        checklist: expression for what this item's answer must do: ``{criterion, points}`` each, as in HealthBench.
        dimensions: which of the rubric's; empty is all of them.
        language: of the judge's prompt, where the rubric has it; in a task file that of the task when it is left out.
        settings: instead of the rubric's own ``judge`` settings.
    """

    named: str | RubricSpec = msgspec.field(name="rubric")
    mode: Literal["pointwise", "pairwise"] = "pointwise"
    against: str | None = None
    reference: str | None = None
    prompt: str | None = None
    checklist: str | None = None
    dimensions: tuple[str, ...] = ()
    language: Literal["en", "ja"] | None = None
    settings: JudgeSettings | None = None

    def __post_init__(self) -> None:
        spec = self.spec
        known = [dimension.id for dimension in spec.dimensions]
        for name in self.dimensions:
            if name not in known:
                raise SpecError(f"{spec.name} has no dimension {name!r}; it has: {', '.join(known)}", key="scorers")
        if self.mode == "pairwise" and spec.pairwise is None:
            raise SpecError(f"the rubric {spec.name} does not say how two answers are compared", key="scorers")
        if self.mode == "pairwise" and self.against is None:
            raise SpecError("pairwise judging needs 'against': the answer to compare with", key="scorers")

    @property
    def spec(self) -> RubricSpec:
        """The rubric itself."""
        return find_rubric(self.named) if isinstance(self.named, str) else self.named

    @property
    def rubric(self) -> Mapping[str, str]:
        """Name, version and digest of the rubric."""
        spec = self.spec
        return {"name": spec.name, "version": f"{spec.version:g}", "sha256": spec.sha256}

    @property
    def parts(self) -> Mapping[str, str]:
        """Parts of a judgement, each with its aggregate."""
        return {part: aggregate for part, (aggregate, _) in self._parts().items()}

    @property
    def lower_is_better(self) -> frozenset[str]:
        """Parts of which less is better, against `higher_is_better` of the scorer."""
        return frozenset(part for part, (_, higher) in self._parts().items() if not higher)

    higher_is_better = True

    def judge_requests(
        self, item: Item, question: Question, requests: Sequence[Request], responses: Sequence[Response]
    ) -> tuple[Generate, ...]:
        """One request, or one for each order of a pair."""
        judged = self._judged(item, question, requests, responses)
        if judged is None:
            return ()
        settings, language = self._settings, self._language
        sampling = Sampling(max_tokens=settings.max_tokens, temperature=settings.temperature)
        if self.mode == "pairwise":
            sampling = msgspec.structs.replace(sampling, json_schema=pair_schema(self.spec, settings))
            asked = [
                pair_messages(self.spec, judged, settings, language, swapped=swapped) for swapped in self._orders(item)
            ]
        else:
            dimensions = self._dimensions(item)
            sampling = msgspec.structs.replace(sampling, json_schema=point_schema(dimensions, settings))
            asked = [point_messages(self.spec, dimensions, judged, settings, language)]
        return tuple(Generate(_plain(messages), sampling, messages) for messages in asked)

    def score_judged(
        self,
        item: Item,
        question: Question,
        requests: Sequence[Request],
        responses: Sequence[Response],
        verdicts: Sequence[Response],
    ) -> dict[str, Score]:
        """Score of every part."""
        if not verdicts:
            return dict.fromkeys(self.parts, _NOTHING)
        if self.mode == "pairwise":
            return self._pair_scores(item, verdicts)
        return self._point_scores(item, verdicts[0])

    def _pair_scores(self, item: Item, verdicts: Sequence[Response]) -> dict[str, Score]:
        read = [read_pair(self.spec, verdict) for verdict in verdicts]
        orders = self._orders(item)
        scores: dict[str, Score] = {}
        for key in read[0]:
            suffix = "" if key == "better" else f"_{key}"
            found = pair_scores([(one[key], second) for one, second in zip(read, orders, strict=True)])
            scores |= {f"{part}{suffix}": score for part, score in found.items()}
        return scores

    def _point_scores(self, item: Item, verdict: Response) -> dict[str, Score]:
        dimensions = self._dimensions(item)
        read = read_points(dimensions, verdict)
        scores: dict[str, Score] = {}
        for dimension in dimensions:
            value = read[dimension.id]
            if dimension.scale.type == "nominal":
                scores |= {f"{dimension.id}={point}": _is(value, str(point)) for point in dimension.scale.points}
            else:
                scores[dimension.id] = _number(dimension, value)
        judging = [(dimension, read[dimension.id]) for dimension in dimensions if dimension.veto is not False]
        if judging:
            scores["passed"] = _passed(judging)
        return scores

    def _parts(self) -> dict[str, tuple[str, bool]]:
        """Part -> aggregate, and whether more is better."""
        spec = self.spec
        if self.mode == "pairwise":
            assert spec.pairwise is not None
            kinds = (
                PAIR_PARTS if self._settings.both_orders else {k: v for k, v in PAIR_PARTS.items() if k != "consistent"}
            )
            keys = [*spec.pairwise.per_dimension, *([""] if spec.pairwise.overall else [])]
            return {
                f"{part}{f'_{key}' if key else ''}": (aggregate, True)
                for key in keys
                for part, aggregate in kinds.items()
            }
        found: dict[str, tuple[str, bool]] = {}
        dimensions = self._dimensions(None)
        for dimension in dimensions:
            if dimension.scale.type == "nominal":
                found |= {f"{dimension.id}={point}": ("proportion", True) for point in dimension.scale.points}
            else:
                found[dimension.id] = (_AGGREGATES[dimension.scale.type], dimension.higher_is_better)
        if any(dimension.veto is not False for dimension in dimensions):
            found["passed"] = ("proportion", True)
        return found

    @property
    def _settings(self) -> JudgeSettings:
        return self.settings or self.spec.judge

    @property
    def _language(self) -> str:
        languages = self.spec.languages
        return self.language if self.language in languages else languages[0]

    def _orders(self, item: Item) -> tuple[bool, ...]:
        """Whether the answer stands second, for each request."""
        return (False, True) if self._settings.both_orders else (answer_is_second(item.id),)

    def _dimensions(self, item: Item | None) -> tuple[DimensionSpec, ...]:
        """The dimensions to judge; those of an item have its own checklist."""
        chosen = [d for d in self.spec.dimensions if not self.dimensions or d.id in self.dimensions]
        if self.checklist is not None:
            items = () if item is None else _items(evaluate(self.checklist, item.row, "scorers.checklist"))
            own = DimensionSpec("checklist", CHECKLIST_QUESTION, ScaleSpec("checklist"), items=items)
            chosen.append(own)
        return tuple(chosen)

    def _judged(
        self, item: Item, question: Question, requests: Sequence[Request], responses: Sequence[Response]
    ) -> Judged | None:
        spec, language = self.spec, self._language
        found = texts_of(requests, responses, whole=spec.unit == "conversation", language=language)
        if found is None:
            return None
        prompt, answer = found
        if self.prompt is not None:
            prompt = render(self.prompt, item.row, "scorers.prompt")
        other = None if self.against is None else render(self.against, item.row, "scorers.against")
        return Judged(prompt, answer, self._reference(item, question), other)

    def _reference(self, item: Item, question: Question) -> str | None:
        wanted = self._settings.reference
        if wanted == "never":
            return None
        text = render(self.reference, item.row, "scorers.reference") if self.reference else None
        text = text or "\n".join(gold_texts(question)) or None
        if text is None and wanted == "required":
            raise SpecError(
                f"the rubric {self.spec.name} needs a reference answer; name its template in 'reference'", key="scorers"
            )
        return text


def _items(listed: Any) -> tuple[ChecklistItemSpec, ...]:
    try:
        items = msgspec.convert(listed, tuple[ChecklistItemSpec, ...])
    except msgspec.ValidationError as error:
        raise SpecError(f"not a checklist: {error}".replace("`", ""), key="scorers.checklist") from None
    return tuple(msgspec.structs.replace(item, id=item.id or f"c{n}") for n, item in enumerate(items, start=1))


def _is(value: RubricValue | Unscored, point: str) -> Score:
    return value if isinstance(value, Unscored) else Measured(float(value == point))


def _number(dimension: DimensionSpec, value: RubricValue | Unscored) -> Score:
    if isinstance(value, Unscored):
        return value
    number = value_number(dimension, value)
    return Unscored("the checklist has no positive points") if number is None else Measured(number)


def _passed(judging: Sequence[tuple[DimensionSpec, RubricValue | Unscored]]) -> Score:
    """One veto is enough to fail; without one, a question left open leaves this open too."""
    if any(not isinstance(value, Unscored) and vetoes(dimension, value) for dimension, value in judging):
        return Measured(0.0)
    return next((value for _, value in judging if isinstance(value, Unscored)), Measured(1.0))


def _plain(messages: Sequence[Message]) -> str:
    return "\n\n".join(message.content for message in messages)
