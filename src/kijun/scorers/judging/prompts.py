"""A rubric as a judge reads it: guidelines, questions, form of the verdict, then the judged texts as data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from kijun.records import Generate, Message, Request, Response
from kijun.scorers.base import answer_text
from kijun.scorers.judging.fence import fenced
from kijun.scorers.judging.wording import VERSION, WORDING
from kijun.specs import DimensionSpec, JudgeSettings, RubricSpec, text_in

__all__ = ["Judged", "pair_messages", "point_messages", "texts_of"]


class Judged(msgspec.Struct, frozen=True):
    """What is judged.

    Attributes:
        prompt: what was asked; for a conversation all turns before the answer.
        answer: the answer, or the whole conversation where that is the rubric's unit.
        reference: an answer known to be good, or None.
        other: the answer that is compared with `answer`, or None.
    """

    prompt: str
    answer: str
    reference: str | None = None
    other: str | None = None


def texts_of(
    requests: Sequence[Request], responses: Sequence[Response], *, whole: bool, language: str
) -> tuple[str, str] | None:
    """What was asked, and the answer; None where there is no free answer.

    Args:
        whole: the answer is the whole conversation, as in rubrics whose unit is one.
    """
    last = requests[-1] if requests else None
    answer = answer_text(responses[-1:]) if responses else None
    if not isinstance(last, Generate) or not isinstance(answer, str):
        return None
    words = WORDING[language]
    if not last.messages:
        return last.context, answer
    if whole:
        turns = (*last.messages, Message("assistant", answer))
        return "", "\n\n".join(f"{words[turn.role]}:\n{turn.content}" for turn in turns)
    if len(last.messages) == 1:
        return last.messages[0].content, answer
    return "\n\n".join(f"{words[turn.role]}:\n{turn.content}" for turn in last.messages), answer


def point_messages(
    rubric: RubricSpec,
    dimensions: Sequence[DimensionSpec],
    judged: Judged,
    settings: JudgeSettings,
    language: str,
) -> tuple[Message, ...]:
    """The turns in which a judge is asked about one answer."""
    words = WORDING[language]
    parts = [*_opening(rubric, words, language), words["dimensions"]]
    parts += [_dimension(dimension, words, language) for dimension in dimensions]
    keys = {dimension.id: _answers(dimension, words) for dimension in dimensions}
    parts.append(_form(keys, words, settings))
    shown = [example for example in rubric.examples if example.labels and not example.other][: settings.examples]
    messages = [Message("system", "\n\n".join(parts))]
    for example in shown:
        case = Judged(text_in(example.prompt, language), text_in(example.response, language))
        verdict: dict[str, Any] = {"explanation": text_in(example.why, language)} if settings.explain else {}
        verdict |= {dimension.id: example.labels.get(dimension.id, "cannot_judge") for dimension in dimensions}
        messages += [Message("user", _data(rubric, case, words)), Message("assistant", _json(verdict))]
    return (*messages, Message("user", _data(rubric, judged, words)))


def pair_messages(
    rubric: RubricSpec, judged: Judged, settings: JudgeSettings, language: str, *, swapped: bool
) -> tuple[Message, ...]:
    """The turns in which a judge is asked about two answers; `swapped` shows `judged.other` as A."""
    words = WORDING[language]
    pairwise = rubric.pairwise
    assert pairwise is not None and judged.other is not None
    options = ", ".join(words[f"option_{option}"] for option in pairwise.options)
    parts = [*_opening(rubric, words, language, preferring=True), words["dimensions"], words["pair"]]
    keys: dict[str, str] = {}
    for name in pairwise.per_dimension:
        dimension = rubric.dimension(name)
        parts.append(f"## {name}\n{text_in(dimension.question, language)}")
        keys[name] = words["better_in"].format(dimension=name, options=options)
    if pairwise.overall:
        parts.append(f"## better\n{text_in(pairwise.question, language)}".rstrip())
        keys["better"] = words["better"].format(options=options)
    parts.append(_form(keys, words, settings))
    first, second = (judged.other, judged.answer) if swapped else (judged.answer, judged.other)
    return (Message("system", "\n\n".join(parts)), Message("user", _data(rubric, judged, words, (first, second))))


def _opening(rubric: RubricSpec, words: Mapping[str, str], language: str, *, preferring: bool = False) -> Iterator[str]:
    yield words["role"]
    yield f"{words['guidelines']}\n{text_in(rubric.guidelines, language).strip()}"
    if not rubric.principles:
        return
    lines = [words["principles"]]
    for principle in rubric.principles:
        lines.append(f"## {principle.id}\n{text_in(principle.text, language)}")
        request = text_in(principle.prefer if preferring else principle.critique, language)
        if request:
            lines.append(request)
    yield "\n".join(lines)


def _dimension(dimension: DimensionSpec, words: Mapping[str, str], language: str) -> str:
    lines = [f"## {dimension.id}\n{text_in(dimension.question, language)}"]
    lines += [
        words["anchor"].format(point=_shown(point), text=text_in(text, language))
        for point, text in dimension.anchors.items()
    ]
    if dimension.items:
        lines.append(words["items"])
        lines += [f"- {item.id}: {text_in(item.criterion, language)}" for item in dimension.items]
    return "\n".join(lines)


def _shown(point: str) -> str:
    return {"yes": "true", "no": "false"}.get(point, point)


def _answers(dimension: DimensionSpec, words: Mapping[str, str]) -> str:
    scale = dimension.scale
    match scale.type:
        case "binary":
            text = words["binary"]
        case "interval":
            text = words["interval"].format(low=f"{scale.low:g}", high=f"{scale.high:g}")
        case "ordinal":
            text = words["numbers"].format(points=", ".join(str(point) for point in scale.points))
        case "nominal":
            text = words["names"].format(points=", ".join(f"'{point}'" for point in scale.points))
        case _:
            text = "{" + ", ".join(f'"{item.id}": true|false' for item in dimension.items) + "}"
    return "; ".join([text, *(words[f"abstain_{choice}"] for choice in dimension.abstain)])


def _form(keys: Mapping[str, str], words: Mapping[str, str], settings: JudgeSettings) -> str:
    asked = {"explanation": words["explanation"]} if settings.explain else {}
    asked |= keys
    if settings.confidence:
        asked["confidence"] = words["confidence"]
    return "\n".join([words["format"], *(f'- "{key}": {text}' for key, text in asked.items())])


def _data(rubric: RubricSpec, judged: Judged, words: Mapping[str, str], pair: tuple[str, str] | None = None) -> str:
    texts = {"REQUEST": judged.prompt} if judged.prompt else {}
    if judged.reference is not None:
        texts["REFERENCE"] = judged.reference
    if pair is not None:
        texts |= {"ANSWER A": pair[0], "ANSWER B": pair[1]}
    else:
        texts["CONVERSATION" if rubric.unit == "conversation" else "ANSWER"] = judged.answer
    data, key = fenced(texts, f"{rubric.sha256} {VERSION}")
    parts = [words["data"].format(key=key), data, words["now"]]
    if judged.reference is not None:
        parts.insert(2, words["reference"])
    return "\n\n".join(parts)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
