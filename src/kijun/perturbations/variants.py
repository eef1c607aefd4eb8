"""What ``--perturb`` names: perturbations with their strength, several at once, bundles, repeats."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from kijun.errors import SpecError, UnknownNameError
from kijun.perturbations.base import Perturbation, make_perturbation, perturbation_names
from kijun.perturbations.columns import perturbed_columns
from kijun.perturbations.structure import STRUCTURES, Structure
from kijun.perturbations.wrappers import WRAPPERS
from kijun.specs import TaskSpec

__all__ = ["BUNDLES", "PROMPT_CHANGES", "Bundle", "Step", "Variant", "read_variants", "variant_names"]


PROMPT_CHANGES = {**STRUCTURES, **WRAPPERS}
"""All changes of the prompt around the text, by name."""


class Bundle(msgspec.Struct, frozen=True):
    """Perturbations under one name; each is a variant of its own. `languages` are empty for any."""

    title: dict[str, str]
    languages: tuple[str, ...]
    members: tuple[str, ...]


BUNDLES = {
    "english-typing": Bundle(
        {"en": "English as it is typed in haste", "ja": "急いで打った英語"},
        ("en",),
        ("typo", "misspelling", "case", "spacing", "punctuation"),
    ),
    "english-wording": Bundle(
        {"en": "English in other words", "ja": "英語の言い回し"},
        ("en",),
        ("contraction", "synonym", "filler", "dialect", "regional"),
    ),
    "japanese-typing": Bundle(
        {"en": "Japanese as it is typed in haste", "ja": "急いで打った日本語"},
        ("ja",),
        ("ime", "kana-typo", "width", "punctuation", "kana"),
    ),
    "japanese-spelling": Bundle(
        {"en": "Other spellings of Japanese words", "ja": "日本語の表記ゆれ"},
        ("ja",),
        ("kanji-variant", "okurigana", "long-vowel", "mixed-script", "kana-misspelling"),
    ),
    "japanese-speech": Bundle(
        {"en": "Japanese as it is spoken", "ja": "日本語の話し言葉"},
        ("ja",),
        ("casual", "polite", "kansai", "particle-drop", "filler", "emoji"),
    ),
    "format": Bundle(
        {"en": "The prompt around the question", "ja": "設問を取り巻くプロンプト"},
        (),
        ("option-order", "option-symbols", "prompt-format", "paraphrase", "shot-order"),
    ),
    "malicious": Bundle(
        {"en": "Ways to get what would be refused", "ja": "断られる依頼を通そうとする手口"},
        (),
        tuple(WRAPPERS),
    ),
}


class Step(msgspec.Struct, frozen=True):
    """One perturbation of a variant; `strength` None is its own."""

    change: Perturbation | Structure
    strength: float | None = None


class Variant(msgspec.Struct, frozen=True):
    """A way of asking a task.

    Attributes:
        label: as in ``TASK@LABEL``: names joined by ``+``, strengths after ``:``, the number of a repeat after ``#``.
        steps: what is done, in this order.
        number: which repeat, format or shift, from 1.
        entry: what the user named: the bundle that it comes from, or the perturbation.
    """

    label: str
    steps: tuple[Step, ...]
    number: int = 1
    entry: str = ""

    @property
    def versions(self) -> str:
        """Names, versions and strengths of all steps, for the manifest."""
        return ", ".join(
            f"{step.change.name} version {step.change.version}"
            + ("" if step.strength is None else f" strength {step.strength:g}")
            for step in self.steps
        )

    def structure(self, acts_on: str) -> bool:
        """Whether a step acts on ``options`` or ``shots``."""
        return any(isinstance(step.change, Structure) and step.change.acts_on == acts_on for step in self.steps)

    def why_not(self, task: TaskSpec, shots: int, *, any_language: bool = False) -> str | None:
        """Why the task cannot be asked in this way, None where it can.

        Args:
            any_language: whether it may be made for another language than the task's. It then changes what it finds:
                letters of full width are typed in English too, other slips of Japanese find nothing there.
        """
        bundle = None if any_language else BUNDLES.get(self.entry.partition(":")[0])
        if bundle is not None and bundle.languages and not {*bundle.languages} & {*task.languages}:
            return f"bundle {self.entry} is made for {', '.join(bundle.languages)}"
        for step in self.steps:
            change = step.change
            if isinstance(change, Structure):
                changed = change.change(task, self.number)
                if isinstance(changed, str):
                    return f"{change.name} does not apply to {task.name}: {changed}"
                if change.acts_on == "shots" and shots < 2:
                    return f"{change.name} needs two worked examples or more; {task.name} is asked with {shots}"
                continue
            if not any_language and change.languages and not {*change.languages} & {*task.languages}:
                return f"perturbation {change.name} is made for {', '.join(change.languages)}"
            if not perturbed_columns(task):
                return f"{task.name} has no column whose text may be perturbed (dataset.perturb names them)"
        return None


def variant_names() -> list[str]:
    """Everything that ``--perturb`` takes by name: perturbations of text, changes of the prompt, bundles."""
    return sorted([*perturbation_names(), *PROMPT_CHANGES, *BUNDLES])


def read_variants(names: Iterable[str], *, repeats: int = 1) -> tuple[Variant, ...]:
    """The variants that are named.

    Args:
        names: such as ``typo``, ``typo:0.3``, ``typo+spacing``, ``japanese-typing``; each may list several with commas.
        repeats: how often what is drawn by chance is drawn anew.

    Raises:
        UnknownNameError: no such perturbation or bundle.
        SpecError: a strength that is none, or where none is taken.
    """
    if repeats < 1:
        raise SpecError(f"--draws takes 1 or more; got {repeats}")
    found: dict[str, Variant] = {}
    for text in names:
        for entry in filter(None, (part.strip() for part in text.split(","))):
            for variant in _read(entry, repeats):
                found.setdefault(variant.label, msgspec.structs.replace(variant, entry=entry))
    return tuple(found.values())


def _read(entry: str, repeats: int) -> Iterable[Variant]:
    entry, _, wanted = entry.partition("#")
    name, _, strength = entry.partition(":")
    if name in BUNDLES:
        suffix = f":{strength}" if strength else ""
        for member in BUNDLES[name].members:
            yield from _read(member + ("" if member in PROMPT_CHANGES else suffix), repeats)
        return
    steps = tuple(_step(part) for part in entry.split("+"))
    numbers = _numbers(steps, repeats)
    if wanted:
        if not wanted.isdigit() or int(wanted) < 1:
            raise SpecError(f"after # stands which repeat, from 1; got {wanted!r} in {entry}#{wanted}")
        yield Variant(f"{entry}#{int(wanted)}", steps, int(wanted))
        return
    for number in numbers:
        yield Variant(entry if len(numbers) == 1 else f"{entry}#{number}", steps, number)


def _numbers(steps: Sequence[Step], repeats: int) -> range:
    structures = [step.change for step in steps if isinstance(step.change, Structure)]
    if any(structure.acts_on == "options" for structure in structures):
        # As many as the data have options; told apart when they are read.
        return range(1, 2)
    return range(1, max([repeats, *(structure.count for structure in structures)]) + 1)


def _step(text: str) -> Step:
    name, colon, strength = text.strip().partition(":")
    if name in PROMPT_CHANGES:
        if colon:
            raise SpecError(f"{name} has no strength; leave ':{strength}' out")
        return Step(PROMPT_CHANGES[name])
    if name not in perturbation_names():
        raise UnknownNameError("perturbation", name, variant_names(), hint="('kijun list perturbations' shows them)")
    if not colon:
        return Step(make_perturbation(name))
    if not re.fullmatch(r"[0-9]*\.?[0-9]+", strength) or not 0 <= float(strength) <= 1:
        raise SpecError(f"the strength of a perturbation lies between 0 and 1, as in {name}:0.3; got {strength!r}")
    return Step(make_perturbation(name), float(strength))
