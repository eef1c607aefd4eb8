"""The generative form of multiple choice, for models that give no log-likelihoods.

`NAME` compares the log-likelihoods of the choices; `NAME_generative` shows them with letters and reads the letter out
of a free answer. It is another measurement, with a name, a version and a metric of its own, and never in one column
with the first. Where a task, group or suite of that name is declared, as `mmlu_generative` of lm-evaluation-harness is,
that one is meant.
"""

from __future__ import annotations

import msgspec

from kijun.specs.suites import GroupSpec, SuiteSpec
from kijun.specs.tasks import SamplingSpec, ScorerSpec, TaskSpec

__all__ = [
    "GENERATIVE",
    "LetteredWording",
    "generative_group",
    "generative_suite",
    "generative_task",
    "lettered_wording",
]

GENERATIVE = "_generative"
"""What the names of generative forms end in."""

_REVISION = 0.01
"""Added to the version of what it is made from; raised by 0.01 whenever the wording below or the reading changes."""

_METRIC = "choice_match"
_GUESSABLE = {"acc", "acc_norm", "acc_bytes"}
_ABOUT_RIGHT_CHOICES = _GUESSABLE | {"f1", "macro_f1", "mcc", "mc2"}


class LetteredWording(msgspec.Struct, frozen=True):
    """How one letter is asked for.

    Attributes:
        options: line above the choices.
        request: line below them.
        cue: beginning of the answer.
    """

    options: str
    request: str
    cue: str


_ENGLISH = LetteredWording("Options:", "Reply with the letter of the best option.", "Answer:")
_JAPANESE = LetteredWording("選択肢：", "最も適切な選択肢の記号を答えてください。", "答え：")


def lettered_wording(task: TaskSpec) -> LetteredWording:
    """In the first language of the task; in English where that is not Japanese."""
    return _JAPANESE if task.languages[0] == "ja" else _ENGLISH


def generative_task(task: TaskSpec) -> TaskSpec | None:
    """The generative form of a task; None where it is generative already, or is not about which choice is right."""
    about_right_choices = any(scorer.name in _ABOUT_RIGHT_CHOICES for scorer in task.scorers)
    if task.method == "generate" or task.prompt.gold is None or not about_right_choices:
        return None
    wording = lettered_wording(task)
    replace = msgspec.structs.replace
    chance = task.chance if task.scorers[0].name in _GUESSABLE else None
    return replace(
        task,
        name=task.name + GENERATIVE,
        version=round(task.version + _REVISION, 4),
        method="generate",
        prompt=replace(task.prompt, lettered=True, answer_prefix="", delimiter="" if wording is _JAPANESE else " "),
        shots=replace(task.shots, question=None, answer=None),
        # Without chat a model goes on with a question of its own making, which begins with these lines.
        sampling=SamplingSpec(max_tokens=512, stop=(f"\n{wording.options}", f"\n{wording.request}")),
        scorers=(ScorerSpec(_METRIC, by=task.scorers[0].by),),
        title=_titled(task.title),
        about={language: f"{text.rstrip()}{_ABOUT.get(language, '')}" for language, text in task.about.items()},
        chance=chance,
        compatible_with=None,
        generative_form_of=task.name,
    )


def generative_group(group: GroupSpec, members: dict[str, str | None], *, pooled: bool) -> GroupSpec:
    """A group of generative forms.

    Args:
        members: name of a member -> name of its generative form; its own where it is generative already; None where it
            has no such form, and is left out.
        pooled: all its tasks are multiple choice, so that the group's figure is that of their one metric.
    """
    return msgspec.structs.replace(
        group,
        name=group.name + GENERATIVE,
        version=round(group.version + _REVISION, 4),
        members=tuple(form for name in group.members if (form := members[name]) is not None),
        metrics=(_METRIC,) if pooled and group.metrics else group.metrics,
        title=_titled(group.title),
    )


def generative_suite(suite: SuiteSpec, members: dict[str, str | None]) -> SuiteSpec:
    """A suite of generative forms, `members` as for a group, without the leaderboard's average of other figures."""
    replace = msgspec.structs.replace
    return replace(
        suite,
        name=suite.name + GENERATIVE,
        version=round(suite.version + _REVISION, 4),
        tasks=tuple(replace(entry, task=form) for entry in suite.tasks if (form := members[entry.task]) is not None),
        title=_titled(suite.title),
        average=None,
    )


_TITLE = {"en": "{} (generative)", "ja": "{}（生成）"}
_ABOUT = {"en": " The model writes the letter of its choice.", "ja": "モデルが選択肢の記号を書いて答える。"}


def _titled(title: dict[str, str]) -> dict[str, str]:
    return {language: _TITLE.get(language, "{}").format(text) for language, text in title.items()}
