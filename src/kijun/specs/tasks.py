"""What a task file says: data, prompt, method, scorers, version."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

__all__ = [
    "Axis",
    "DatasetSpec",
    "PromptSpec",
    "PublishedFileSpec",
    "SamplingSpec",
    "ScorerSpec",
    "ShotsSpec",
    "TaskSpec",
]

Axis = Literal["knowledge", "safety", "fairness", "robustness", "truthfulness", "instruction"]


class PublishedFileSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file in a public repository on GitHub, at one commit; one of the two digests names its bytes.

    Attributes:
        github: repository, such as ``suzgunmirac/BIG-Bench-Hard``.
        commit: the commit, 40 hex digits.
        path: place of the file in the repository.
        sha256: digest of its bytes, as they lie in the repository.
        blob: the name that git gives these bytes (40 hex digits), which a tree of the commit lists.
    """

    github: str
    commit: str
    path: str
    sha256: str | None = None
    blob: str | None = None


class DatasetSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the rows come from: `file`, `generated`, or a public data set: `data`, `hub`, or both.

    Attributes:
        data: place below the user's data folder, such as ``xstest/xstest_prompts.csv``, or a list of places whose rows
            follow each other; with ``.gz`` or without. It goes before `hub` and `published`.
        published: where the same files, in the same order, are published; fetched when `data` is not at hand.
        format: of `file` or `data`, where the name's ending does not say it; ``lines`` makes a row of every line.
        within: key (or dotted path of keys) of a JSON object below which the list of rows lies.
        hub: Hub repository, such as ``allenai/ai2_arc``.
        config: configuration of the Hub data set; None is its default one.
        revision: branch, tag or commit on the Hub; None is the newest.
        file: data file beside the task file (CSV, TSV, JSONL, JSON, Parquet, Excel).
        sheet, encoding: which sheet of a workbook, which encoding of a text file; found out when None.
        generated: name of a generator.
        language: language of the generated rows.
        count: how many rows a generator makes.
        split: the split that is evaluated.
        transform: named function that prepares the rows, for what a template cannot say.
        cluster: expression whose value is the same for rows that share a passage or template.
        perturb: columns whose text a perturbation may change; None leaves it to be derived: those that the question
            shows and neither gold answer nor choices are made of. Empty where no text can change without its answer.
    """

    data: str | tuple[str, ...] | None = None
    published: PublishedFileSpec | tuple[PublishedFileSpec, ...] | None = None
    format: Literal["csv", "tsv", "json", "jsonl", "lines", "parquet", "excel"] | None = None
    within: str | None = None
    hub: str | None = None
    config: str | None = None
    revision: str | None = None
    file: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    generated: str | None = None
    language: str | None = None
    count: int = 100
    split: str = "test"
    transform: str | None = None
    cluster: str | None = None
    perturb: tuple[str, ...] | None = None


class PromptSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a row becomes text. Templates are Jinja; ``{{ ... }}`` alone, where a value is asked for, is an expression.

    Attributes:
        question: template of the question.
        turns: instead of `question`: templates of the user's turns of a conversation, or an expression that gives a
            list of texts. The model is asked turn by turn and sees its own replies.
        system: template of a system message, such as a policy to follow; after the user's own (``--system``).
        contexts: instead of `question`: expression for one context a choice, all continued by `answer`.
        choices: list of templates, or an expression that gives a list of strings; None for free answers.
        gold: expression: index of the right choice, a list of them, a choice's text, or for free answers the right text
            or list of texts.
        answer: template of the answer shown in a shot; None is the right choice's text or the gold text.
        description: template put once before the shots.
        delimiter: between question and answer.
        answer_prefix: beginning of the answer that is given to the model.
        lettered: the choices are shown below the question with letters, and one letter is asked for (see
            `kijun.specs.generative`).
    """

    question: str | None = None
    turns: tuple[str, ...] | str | None = None
    system: str = ""
    contexts: str | None = None
    choices: tuple[str, ...] | str | None = None
    gold: str | int | None = None
    answer: str | None = None
    description: str = ""
    delimiter: str = " "
    answer_prefix: str = ""
    lettered: bool = False


class ShotsSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Worked examples shown before the question.

    Attributes:
        default: how many when the user does not say.
        fixed: the number cannot be changed.
        split: where they come from; None is the split of the data set that `split` of the task does not name (given by
            the task's author), so a task that allows shots names it.
        sampler: ``random`` draws anew for every item, ``first`` takes the first rows.
        spare: draw one more than needed and drop the evaluated item if it is among them (lm-evaluation-harness does so
            when shots could come from the evaluated split).
        separator: after each shot.
        examples: literal rows to use instead of a split.
        file: a published text file to use instead of a split; `transform` gets one row with its ``text``.
        transform: prepares the rows of the split; None is the data set's transform.
        question, answer: templates for shots where they differ from the prompt's.
    """

    default: int = 0
    fixed: bool = False
    split: str | None = None
    sampler: Literal["random", "first"] = "random"
    spare: bool = False
    separator: str = "\n\n"
    examples: tuple[dict[str, Any], ...] = ()
    file: PublishedFileSpec | None = None
    transform: str | None = None
    question: str | None = None
    answer: str | None = None


class SamplingSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a free answer is sampled; see `kijun.records.Sampling`.

    Attributes:
        samples: how many answers to each question, each with a seed of its own.
    """

    max_tokens: int = 256
    stop: tuple[str, ...] = ()
    temperature: float = 0.0
    top_p: float = 1.0
    samples: int = 1


class ScorerSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A scorer by name, with its parameters.

    Attributes:
        name: name in the registry of scorers, such as ``acc`` or ``exact_match``.
        filter: second half of the metric's name, such as ``strict-match``; None leaves the name alone.
        metric: name of the metric; None is the scorer's name.
        parameters: the scorer's own parameters.
        by: expression over the row: the metric is also given for the items of each value apart, as ``METRIC[VALUE]``.
            A list puts the item into several such sub-groups, None into none.
        where: expression over the row: the metric is about the items alone for which it is true; None is all.
        axis: axis of this metric where it is not the task's.
    """

    name: str
    filter: str | None = None
    metric: str | None = None
    parameters: dict[str, Any] = {}
    by: str | None = None
    where: str | None = None
    axis: Axis | None = None

    @property
    def key(self) -> str:
        """Name of the metric in results: ``acc`` or ``exact_match,strict-match``."""
        metric = self.metric or self.name
        return f"{metric},{self.filter}" if self.filter else metric


class TaskSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One benchmark configuration.

    Attributes:
        version: raised whenever a number could change.
        each: values of a family member, usable in templates as ``each.NAME``.
        origin: file that the task was read from; None for one made in Python.
        generative_form_of: name of the multiple-choice task that this is the generative form of.
        perturbation: names, versions and strengths of what this task is run under, as ``TASK@NAME``.
        terms: what users of the data must know besides the licence, and how they get it where they must ask for it; by
            language.
        chance: score on the first metric of guessing, or where there is nothing to guess the most that an answer gets
            that is always the same or repeats the question; where it is known.
        compatible_with: the harness whose numbers the task reproduces, such as ``lm-evaluation-harness 0.4.13``.
    """

    name: str
    version: float
    axis: Axis
    languages: tuple[str, ...]
    dataset: DatasetSpec
    prompt: PromptSpec
    method: Literal["multiple_choice", "generate"]
    scorers: tuple[ScorerSpec, ...]
    licence: str
    title: dict[str, str] = {}
    about: dict[str, str] = {}
    shots: ShotsSpec = ShotsSpec()
    sampling: SamplingSpec = SamplingSpec()
    source: str = ""
    terms: dict[str, str] = {}
    citation: str = ""
    chance: float | None = None
    compatible_with: str | None = None
    each: dict[str, Any] = {}
    origin: str | None = None
    generative_form_of: str | None = None
    perturbation: str | None = None
