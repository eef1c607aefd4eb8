"""Rows of requests with instructions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from types import MappingProxyType
from typing import Any

import msgspec

from kijun.datasets.generated.following.compose import Asked, Witness, add, change, compose
from kijun.datasets.generated.following.english_kinds import ENGLISH_KINDS, ENGLISH_WORDS
from kijun.datasets.generated.following.english_topics import english_topic
from kijun.datasets.generated.following.english_witness import english_witness
from kijun.datasets.generated.following.japanese_kinds import JAPANESE_KINDS, JAPANESE_WORDS
from kijun.datasets.generated.following.japanese_topics import japanese_topic
from kijun.datasets.generated.following.japanese_witness import japanese_witness
from kijun.datasets.generated.following.kinds import Deck, Kind
from kijun.datasets.generated.following.topics import Topic

__all__ = ["FOLLOWING", "following_row"]

FOLLOWING: Mapping[str, int] = MappingProxyType({"follow_1": 1, "follow_3": 3, "follow_5": 5, "follow_turns": 2})
"""Names of the generators, with the number of instructions in the first turn."""


class _Language(msgspec.Struct, frozen=True):
    """What the items of a language are made of; `added` and `changed` are wordings of the second turn."""

    kinds: Sequence[Kind]
    words: tuple[str, ...]
    topic: Callable[[Random], Topic]
    witness: Witness
    added: tuple[str, ...]
    changed: tuple[str, ...]


_LANGUAGES = {
    "en": _Language(
        ENGLISH_KINDS,
        ENGLISH_WORDS,
        english_topic,
        english_witness,
        (
            "Now write it again. Everything I asked for still holds, and one thing is new:\n- {new}",
            "One more wish. Please rewrite the text; keep to all earlier instructions, and also to this one:\n- {new}",
        ),
        (
            "Write it again with one change. In place of this instruction:\n- {old}\nfollow this one:\n- {new}\n"
            "All else stays as I asked.",
            "I have changed my mind about one thing. This no longer holds:\n- {old}\nDo this instead:\n- {new}\n"
            "The other instructions still hold. Please rewrite the text.",
        ),
    ),
    "ja": _Language(
        JAPANESE_KINDS,
        JAPANESE_WORDS,
        japanese_topic,
        japanese_witness,
        (
            "もう一度書き直してください。これまでの条件はすべてそのままで、次の条件を加えます。\n・{new}",
            "条件を一つ追加します。前の条件も守ったまま、書き直してください。\n・{new}",
        ),
        (
            "条件を一つ変えて書き直してください。次の条件を取り消します。\n・{old}\n代わりに、次の条件を加えます。\n・{new}\n"
            "ほかの条件はそのままです。",
            "考えが変わりました。この条件はやめて、\n・{old}\n次のようにしてください。\n・{new}\n"
            "残りの条件は守ったまま、書き直してください。",
        ),
    ),
}


def following_row(generator: str, rng: Random, language: str) -> dict[str, Any]:
    """One row.

    Returns:
        a row with `question`, or `turns` for two turns; `instruction_id_list` and `kwargs` of what holds in the end, as
        IFEval has them; `witness`, an answer that follows them all; `count`, how many there are; `generator`,
        `language`; `template`. Rows of two turns also have `first_instruction_id_list`, `first_kwargs` and
        `first_witness`, and `new`: for each instruction that holds in the end, whether it is new.
    """
    spoken = _LANGUAGES[language]
    topic = spoken.topic(rng)
    count = FOLLOWING[generator]
    # one instruction alone must ask for something: a refusal leaves out whatever is forbidden
    kinds = [kind for kind in spoken.kinds if not kind.idle] if count == 1 else spoken.kinds
    asked, witness, deck = compose(rng, kinds, spoken.words, count, spoken.witness)
    row = {"generator": generator, "language": language, "template": topic.name}
    question = _question(topic, asked, language)
    if generator != "follow_turns":
        return {**row, "question": question, **_instructions(asked, witness)}
    first = {f"first_{name}": value for name, value in _instructions(asked, witness).items() if name != "count"}
    # what is drawn need not go with the rest; the proof tells, also where a fresh deck deals a word again
    while (second := _second_turn(rng, spoken, deck, asked)) is None:
        deck = Deck(rng, spoken.words)
    text, in_force, new, witness = second
    return {**row, "turns": [question, text], **first, **_instructions(in_force, witness), "new": new}


def _second_turn(
    rng: Random, spoken: _Language, deck: Deck, asked: list[Asked]
) -> tuple[str, list[Asked], list[bool], str] | None:
    """What the second turn says, what holds then, which of it is new, and the witness."""
    if rng.random() < 0.5:
        added = add(rng, spoken.kinds, deck, asked, spoken.witness)
        if added is None:
            return None
        text = rng.choice(spoken.added).format(new=added[0].worded.text)
        return text, [*asked, added[0]], [False] * len(asked) + [True], added[1]
    changed = change(rng, deck, asked, spoken.witness)
    if changed is None:
        return None
    place, instead, witness = changed
    text = rng.choice(spoken.changed).format(old=asked[place].worded.text, new=instead.worded.text)
    in_force = [*asked[:place], instead, *asked[place + 1 :]]
    return text, in_force, [index == place for index in range(len(asked))], witness


def _question(topic: Topic, asked: Sequence[Asked], language: str) -> str:
    if len(asked) == 1:
        return f"{topic.text}{' ' if language == 'en' else ''}{asked[0].worded.text}"
    mark = "- " if language == "en" else "・"
    return "\n".join((topic.text, *(f"{mark}{one.worded.text}" for one in asked)))


def _instructions(asked: Sequence[Asked], witness: str) -> dict[str, Any]:
    return {
        "instruction_id_list": [one.kind.id for one in asked],
        "kwargs": [one.worded.parameters for one in asked],
        "witness": witness,
        "count": len(asked),
    }
