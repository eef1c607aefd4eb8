"""Changes of the prompt around the text: order and symbols of options, format, wording, order of worked examples."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from kijun.perturbations.columns import OptionColumns, option_columns
from kijun.specs import TaskSpec

__all__ = ["STRUCTURES", "Structure", "movable", "order_of_options", "shifted_gold"]

_LABEL = re.compile(r"(?m)^(?P<lead>#+ |)(?P<label>[^\W\d_][^\n:：{}.?？。]{0,18})(?P<colon>[:：])(?P<space> ?)")
_MARK = re.compile(r"(?m)^(?P<before>[ \t]*\(?)(?P<mark>[A-Z])(?P<after>[).:．）：]*[ \t]*\{\{)")
_OF_OTHERS = re.compile(
    r"\b(?:all|none|both|neither|any|some|each|two|either)\b.{0,12}\b(?:above|these|below|options|choices|answers)\b"
    r"|\b[A-D]\.? (?:and|or|&) [A-D]\b"
    r"|上記|以上の|いずれ|どれでも|すべて正しい|該当(?:なし|しない)|[A-DＡ-Ｄア-エ]と[A-DＡ-Ｄア-エ]",
    re.IGNORECASE,
)
_SYMBOLS: Mapping[str, tuple[str, ...]] = {
    "en": ("1234567890", "abcdefghij"),
    "ja": ("アイウエオカキクケコ", "1234567890"),
}
_LEADS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "Please answer the following.",
        "Read this carefully and then answer.",
        "I would like to know your answer to this.",
        "Here is something to work out. Give the best answer you can.",
    ),
    "ja": (
        "次の問いに答えてください。",
        "以下をよく読んでから答えてください。",
        "次の内容について、あなたの答えを教えてください。",
        "最も適切な答えを示してください。",
    ),
}
_OTHER_LABELS: Mapping[str, tuple[str, ...]] = {
    "Question": ("Q", "Query", "Problem", "Question"),
    "Answer": ("A", "Response", "Solution", "Your answer"),
    "質問": ("問い", "Q", "設問", "問題"),
    "答え": ("回答", "A", "解答", "解答"),
}


class Structure(msgspec.Struct, frozen=True, kw_only=True):
    """A change of the prompt that is no change of a text.

    Attributes:
        name: as in ``TASK@NAME``.
        version: raised whenever a prompt could come out differently.
        title: in words, by language of the display.
        acts_on: ``prompt`` (the task's templates), ``options`` (their order, by cyclic shifts) or ``shots`` (the order
            of the worked examples).
        count: how many variants there are; 0 where the data decide (options) or the user does (shots).
        change: ``(task, number from 1) -> task``, or why the change does not apply, as text.
    """

    name: str
    version: int
    title: dict[str, str]
    acts_on: Literal["prompt", "options", "shots"]
    count: int
    change: Callable[[TaskSpec, int], TaskSpec | str]


def _language(task: TaskSpec) -> str:
    return "ja" if "ja" in task.languages and "en" not in task.languages else "en"


def _with_templates(task: TaskSpec, change: Callable[[str], str], **rest: Any) -> TaskSpec:
    """The task with its question templates changed, those of worked examples too."""
    shots = task.shots
    if shots.question is not None:
        shots = msgspec.structs.replace(shots, question=change(shots.question))
    prompt = msgspec.structs.replace(task.prompt, question=change(task.prompt.question or ""), **rest)
    return msgspec.structs.replace(task, prompt=prompt, shots=shots)


def _outside_braces(template: str, change: Callable[[str], str]) -> str:
    """`change` applied to the text between the expressions of a template."""
    parts = re.split(r"(\{\{.*?\}\}|\{%.*?%\})", template, flags=re.DOTALL)
    return "".join(part if place % 2 else change(part) for place, part in enumerate(parts))


def _relabelled(task: TaskSpec, label: Callable[[re.Match[str], bool], str], **rest: Any) -> TaskSpec | str:
    """The task with other labels; `label` gets each and whether it is the last, after which the answer comes."""
    question = task.prompt.question or ""
    if not any(_LABEL.search(part) for part in re.split(r"\{\{.*?\}\}|\{%.*?%\}", question, flags=re.DOTALL)):
        return 'its prompt has no labels such as "Question:"'

    def change(template: str) -> str:
        last = max((match.start() for match in _LABEL.finditer(template)), default=-1)
        return _LABEL.sub(lambda match: label(match, match.start() == last), template)

    changed = _with_templates(task, change, **rest)
    return changed if changed.prompt != task.prompt else "it changes nothing in its prompt"


def _prompt_format(task: TaskSpec, number: int) -> TaskSpec | str:
    """Another look of the labels: case, brackets, separators."""

    def english(match: re.Match[str], last: bool) -> str:
        lead, name, colon, space = match.group("lead", "label", "colon", "space")
        other = {
            1: name.upper() + colon,
            2: name.lower() + colon,
            3: name + " -",
            4: name + (colon if last else colon + "\n"),
        }
        return lead + other[number] + ("" if number == 4 and not last else space)

    def japanese(match: re.Match[str], last: bool) -> str:
        lead, name, _, space = match.group("lead", "label", "colon", "space")
        other = {1: f"【{name}】", 2: f"{name}: ", 3: f"■ {name}：", 4: name + ("：" if last else "：\n")}
        return lead + (other[number].rstrip(" ") if last else other[number]) + space

    return _relabelled(task, japanese if _language(task) == "ja" else english)


def _paraphrase(task: TaskSpec, number: int) -> TaskSpec | str:
    """Other words for the labels, and a sentence that asks for an answer before everything else."""
    lead = _LEADS[_language(task)][number - 1]

    def label(match: re.Match[str], last: bool) -> str:
        others = _OTHER_LABELS.get(match["label"])
        return match[0] if others is None else match["lead"] + others[number - 1] + match["colon"] + match["space"]

    return _relabelled(task, label, description=f"{task.prompt.description}{lead}\n\n")


def _option_symbols(task: TaskSpec, number: int) -> TaskSpec | str:
    """Other symbols before the options: digits, small letters, kana."""
    choices = task.prompt.choices
    letters = isinstance(choices, tuple) and all(re.fullmatch(r"\(?[A-Z]\)?", choice) for choice in choices)
    if task.method != "multiple_choice" or not letters or option_columns(task) is None:
        return "its choices are no letters that stand before options in the prompt"
    assert isinstance(choices, tuple)
    symbols = _SYMBOLS[_language(task)][number - 1]
    if len(choices) > len(symbols):
        return f"it has more than {len(symbols)} options"
    other = {chr(ord("A") + place): symbol for place, symbol in enumerate(symbols)}

    def change(template: str) -> str:
        return _MARK.sub(lambda m: m["before"] + other.get(m["mark"], m["mark"]) + m["after"], template)

    renamed = tuple(re.sub("[A-Z]", lambda m: other[m[0]], choice) for choice in choices)
    return _with_templates(task, change, choices=renamed)


def _option_order(task: TaskSpec, number: int) -> TaskSpec | str:
    if option_columns(task) is None:
        return "its prompt lists no options, so that they have no order"
    return task


def _shot_order(task: TaskSpec, number: int) -> TaskSpec | str:
    return task


def order_of_options(options: Sequence[Any], shift: int) -> list[int]:
    """Which option stands at each place after a cyclic shift: place i shows option (i + shift) mod n."""
    return [(place + shift) % len(options) for place in range(len(options))]


def movable(options: Sequence[Any], shift: int) -> bool:
    """Whether the options can stand in this order: not beyond the last shift, and none speaks of the others."""
    return shift < len(options) and not any(_OF_OTHERS.search(str(option)) for option in options)


def shifted_gold(gold: Any, columns: OptionColumns, row: Mapping[str, Any], shift: int) -> Any:
    """The gold answer after a shift: an index, a letter that marks an option, several of them; other texts stay."""
    count = len(columns.read(row))
    if isinstance(gold, tuple):
        return tuple(shifted_gold(one, columns, row, shift) for one in gold)
    if isinstance(gold, int):
        return (gold - shift) % count
    letter = re.fullmatch(r"(\(?)([A-Z])(\)?)", gold) if isinstance(gold, str) else None
    if letter is None or ord(letter[2]) - ord("A") >= count:
        return gold
    place = (ord(letter[2]) - ord("A") - shift) % count
    return f"{letter[1]}{chr(ord('A') + place)}{letter[3]}"


def _made(name: str, title: tuple[str, str], acts_on: Any, count: int, change: Any) -> Structure:
    titles = {"en": title[0], "ja": title[1]}
    return Structure(name=name, version=1, title=titles, acts_on=acts_on, count=count, change=change)


STRUCTURES = {
    found.name: found
    for found in (
        _made("option-order", ("order of the options", "選択肢の順序"), "options", 0, _option_order),
        _made("option-symbols", ("symbols of the options", "選択肢の記号"), "prompt", 2, _option_symbols),
        _made("prompt-format", ("look of the prompt", "プロンプトの書式"), "prompt", 4, _prompt_format),
        _made("paraphrase", ("wording of the instruction", "指示文の言い換え"), "prompt", 4, _paraphrase),
        _made("shot-order", ("order of the worked examples", "例示の順序"), "shots", 0, _shot_order),
    )
}
