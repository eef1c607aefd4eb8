"""Scenario packs: conversations with a policy to follow, and what each reply must and must not say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from kijun.specs.reading import Document, as_mapping, convert
from kijun.specs.tasks import Axis, DatasetSpec, PromptSpec, SamplingSpec, ScorerSpec, TaskSpec

__all__ = ["CheckSpec", "ScenarioPackSpec", "ScenarioSpec", "TurnSpec", "is_pack", "task_of_pack"]

_AXIS_OF_KIND: dict[str, Axis] = {"say": "instruction", "avoid": "safety", "handover": "instruction"}
_METRICS: dict[Axis, str] = {
    "knowledge": "right",
    "safety": "safe",
    "fairness": "fair",
    "robustness": "steady",
    "truthfulness": "truthful",
    "instruction": "followed",
}
_CHAT_TOKENS = 400


class CheckSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that is looked for in a reply: exactly one of `say`, `avoid`, `handover`.

    Attributes:
        say: wordings of which one must occur. ``/.../`` is a regular expression; else width, case and punctuation do
            not count.
        avoid: wordings none of which may be asserted; a sentence that denies one is fine.
        handover: whether the reply must, or must not, hand over to a person, in the pack's words.
        axis: which axis the check speaks for; None: ``say`` and ``handover`` for instruction, ``avoid`` for safety.
    """

    say: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    handover: bool | None = None
    axis: Axis | None = None

    @property
    def kind(self) -> str:
        """``say``, ``avoid`` or ``handover``."""
        return "say" if self.say else "avoid" if self.avoid else "handover"

    @property
    def speaks_for(self) -> Axis:
        """Its axis."""
        return self.axis or _AXIS_OF_KIND[self.kind]


class TurnSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the user says, and what the reply is checked for.

    Attributes:
        good: a reply that passes all checks; it proves that they can be passed.
        bad: a reply that fails one at least; empty where none was written.
    """

    user: str
    good: str
    checks: tuple[CheckSpec, ...] = ()
    bad: str = ""


class ScenarioSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A conversation of one to several turns."""

    id: str
    title: str
    turns: tuple[TurnSpec, ...]
    tags: tuple[str, ...] = ()


class ScenarioPackSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Scenarios about one place of work.

    Attributes:
        policy: what the model is told as its system message.
        handover: wordings that hand over to a person, as the policy prescribes them.
        sampling: of each reply.
    """

    name: str
    version: float
    languages: tuple[str, ...]
    licence: str
    policy: str
    scenarios: tuple[ScenarioSpec, ...]
    handover: tuple[str, ...] = ()
    title: dict[str, str] = {}
    about: dict[str, str] = {}
    source: str = ""
    citation: str = ""
    sampling: SamplingSpec = SamplingSpec(max_tokens=_CHAT_TOKENS)


def is_pack(data: Any) -> bool:
    """Whether the content of a YAML file is a scenario pack rather than a task."""
    return isinstance(data, dict) and "scenarios" in data


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
        prompt=PromptSpec(turns="{{ said }}", system="{{ policy }}"),
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
        for place, turn in enumerate(scenario.turns):
            for index, check in enumerate(turn.checks):
                _check_check(document, pack, check, f"{key}.turns[{place}].checks[{index}]")


def _check_check(document: Document, pack: ScenarioPackSpec, check: CheckSpec, key: str) -> None:
    kinds = [name for name in ("say", "avoid") if getattr(check, name)]
    kinds += ["handover"] if check.handover is not None else []
    if len(kinds) != 1:
        raise document.error(f"expected exactly one of say, avoid, handover; got {' and '.join(kinds) or 'none'}", key)
    if check.handover is not None and not pack.handover:
        raise document.error("the pack has no words that hand over; add 'handover: [...]' beside the policy", key)
