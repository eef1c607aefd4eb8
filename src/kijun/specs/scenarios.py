"""Scenario packs: conversations with a policy to follow, and what each reply must and must not say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from kijun.specs.reading import Document, as_mapping, convert
from kijun.specs.tasks import Axis, DatasetSpec, PromptSpec, SamplingSpec, ScorerSpec, TaskSpec

__all__ = [
    "CheckSpec",
    "LengthSpec",
    "ScenarioPackSpec",
    "ScenarioSpec",
    "TurnSpec",
    "is_pack",
    "system_message",
    "task_of_pack",
    "with_named_wordings",
]

_AXIS_OF_KIND: dict[str, Axis] = {
    "say": "instruction",
    "avoid": "safety",
    "never": "safety",
    "handover": "instruction",
    "admits": "truthfulness",
    "declines": "safety",
    "length": "instruction",
}
_LISTS = ("say", "avoid", "never")
_METRICS: dict[Axis, str] = {
    "knowledge": "right",
    "safety": "safe",
    "fairness": "fair",
    "robustness": "steady",
    "truthfulness": "truthful",
    "instruction": "followed",
}
_CHAT_TOKENS = 400


class LengthSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a reply may be.

    Attributes:
        unit: words between spaces, characters that are no spaces, or lines that are not empty.
        at_most: None: without end.
    """

    unit: Literal["words", "characters", "lines"]
    at_least: int = 0
    at_most: int | None = None


class CheckSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that is looked for in a reply: exactly one of its fields but `axis`.

    Attributes:
        say: wordings of which one must occur. ``/.../`` is a regular expression; else width, case and punctuation do
            not count. ``$name`` stands for the pack's wordings of that name.
        avoid: wordings none of which may be asserted; a sentence that denies one is fine.
        never: wordings none of which may occur at all, such as a private number.
        handover: whether the reply must, or must not, hand over to a person, in the pack's words.
        admits: whether the reply must, or must not, say that it does not know or that its source does not say.
        declines: true: the reply must decline, in full or in part; false: it must not decline in full.
        length: how long the reply may be.
        axis: which axis the check speaks for; None: ``avoid``, ``never`` and ``declines`` for safety, ``admits`` for
            truthfulness, the others for instruction.
    """

    say: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    handover: bool | None = None
    admits: bool | None = None
    declines: bool | None = None
    length: LengthSpec | None = None
    axis: Axis | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The fields that are set; one, once the pack has been checked."""
        return tuple(name for name in _AXIS_OF_KIND if getattr(self, name) not in ((), None))

    @property
    def kind(self) -> str:
        """The field that is set."""
        return self.kinds[0]

    @property
    def speaks_for(self) -> Axis:
        """Its axis."""
        return self.axis or _AXIS_OF_KIND[self.kind]


class TurnSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the user says, and what the reply is checked for.

    Attributes:
        good: replies that pass all checks; they prove that these can be passed, in other wordings too.
        bad: replies that each fail one at least; empty where none was written.
    """

    user: str
    good: str | tuple[str, ...]
    checks: tuple[CheckSpec, ...] = ()
    bad: str | tuple[str, ...] = ()

    @property
    def good_replies(self) -> tuple[str, ...]:
        """`good`, however many."""
        return (self.good,) if isinstance(self.good, str) else self.good

    @property
    def bad_replies(self) -> tuple[str, ...]:
        """`bad`, however many."""
        return (self.bad,) if isinstance(self.bad, str) else self.bad


class ScenarioSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A conversation of one to several turns.

    Attributes:
        situation: what the model is told besides the policy, such as who is asking and the date.
        documents: names of those in the pack's library that the model is given.
    """

    id: str
    title: str
    turns: tuple[TurnSpec, ...]
    tags: tuple[str, ...] = ()
    situation: str = ""
    documents: tuple[str, ...] = ()


class ScenarioPackSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Scenarios about one place of work.

    Attributes:
        policy: what the model is told as its system message.
        handover: wordings that hand over to a person, as the policy prescribes them.
        library: documents by name; scenarios say which of them the model is given.
        wordings: lists of wordings by name, for checks that name them ``$name``.
        sampling: of each reply.
    """

    name: str
    version: float
    languages: tuple[str, ...]
    licence: str
    policy: str
    scenarios: tuple[ScenarioSpec, ...]
    handover: tuple[str, ...] = ()
    library: dict[str, str] = {}
    wordings: dict[str, tuple[str, ...]] = {}
    title: dict[str, str] = {}
    about: dict[str, str] = {}
    source: str = ""
    citation: str = ""
    sampling: SamplingSpec = SamplingSpec(max_tokens=_CHAT_TOKENS)


def is_pack(data: Any) -> bool:
    """Whether the content of a YAML file is a scenario pack rather than a task."""
    return isinstance(data, dict) and "scenarios" in data


def system_message(policy: str, situation: str, library: Mapping[str, str], documents: Sequence[str]) -> str:
    """The policy, then the situation, then the documents, each between lines that name it."""
    given = [f'<document name="{name}">\n{library[name].strip()}\n</document>' for name in documents]
    return "\n\n".join(part.strip() for part in (policy, situation, *given) if part.strip()) + "\n"


def with_named_wordings(turns: Sequence[Any], wordings: Mapping[str, Sequence[str]]) -> list[Any]:
    """The turns of a YAML file with every ``$name`` in their checks replaced by the wordings of that name."""

    def resolved(check: Mapping[str, Any]) -> dict[str, Any]:
        return {key: _spelt_out(value, wordings) if key in _LISTS else value for key, value in check.items()}

    return [{**turn, "checks": [resolved(check) for check in turn.get("checks", ())]} for turn in turns]


def _spelt_out(listed: Sequence[str], wordings: Mapping[str, Sequence[str]]) -> list[str]:
    return [wording for entry in listed for wording in (wordings[entry[1:]] if entry[:1] == "$" else (entry,))]


def task_of_pack(document: Document) -> TaskSpec:
    """The task that a pack is: its rows are the scenarios, its metrics the axes that the checks speak for.

    Raises:
        SpecError: with file, line, key, what was expected and what was found.
    """
    pack = convert(document, as_mapping(document, document.data, "scenario pack"), ScenarioPackSpec)
    _check(document, pack)
    checks = [check for scenario in pack.scenarios for turn in scenario.turns for check in turn.checks]
    axes = [axis for axis in _METRICS if any(check.speaks_for == axis for check in checks)]
    scorers = [ScorerSpec("scenario", metric="passed", by="{{ tags }}")]
    scorers += [
        ScorerSpec(
            "scenario_checks",
            metric=_METRICS[axis],
            parameters={"axis": axis},
            axis=axis,
            where=f"{{{{ {axis!r} in axes }}}}",
        )
        for axis in axes
    ]
    return TaskSpec(
        name=pack.name,
        version=pack.version,
        axis="instruction",
        languages=pack.languages,
        dataset=DatasetSpec(file=Path(document.file).name, within="scenarios", transform="scenarios"),
        prompt=PromptSpec(turns="{{ said }}", system="{{ system }}"),
        method="generate",
        scorers=tuple(scorers),
        licence=pack.licence,
        title=pack.title,
        about=pack.about,
        sampling=pack.sampling,
        source=pack.source,
        citation=pack.citation,
        chance=0.0,
        origin=document.file,
    )


def _check(document: Document, pack: ScenarioPackSpec) -> None:
    """What types alone cannot say."""
    if not pack.scenarios:
        raise document.error("expected at least one scenario", "scenarios")
    ids = [scenario.id for scenario in pack.scenarios]
    for number, scenario in enumerate(pack.scenarios):
        key = f"scenarios[{number}]"
        if ids.index(scenario.id) < number:
            raise document.error(f"two scenarios have the id {scenario.id!r}; change one", f"{key}.id")
        if not scenario.turns:
            raise document.error("expected at least one turn", f"{key}.turns")
        if not any(turn.checks for turn in scenario.turns):
            raise document.error("no turn is checked for anything; add checks to one", f"{key}.turns")
        for index, name in enumerate(scenario.documents):
            if name not in pack.library:
                raise document.error(f"no document {name!r} in the library", f"{key}.documents[{index}]")
        for place, turn in enumerate(scenario.turns):
            for index, check in enumerate(turn.checks):
                _check_check(document, pack, check, f"{key}.turns[{place}].checks[{index}]")


def _check_check(document: Document, pack: ScenarioPackSpec, check: CheckSpec, key: str) -> None:
    if len(check.kinds) != 1:
        found = " and ".join(check.kinds) or "none"
        raise document.error(f"expected exactly one of {', '.join(_AXIS_OF_KIND)}; got {found}", key)
    if check.handover is not None and not pack.handover:
        raise document.error("the pack has no words that hand over; add 'handover: [...]' beside the policy", key)
    for wording in (wording for name in _LISTS for wording in getattr(check, name)):
        if wording[:1] == "$" and wording[1:] not in pack.wordings:
            raise document.error(f"no wordings named {wording[1:]!r}; add them under 'wordings' beside the policy", key)
