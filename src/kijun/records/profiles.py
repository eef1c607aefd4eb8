"""What is known of one model: its figures axis by axis, and what was not measured."""

from __future__ import annotations

from typing import Literal

import msgspec

from kijun.records.estimates import Estimate

__all__ = ["Gap", "GapReason", "Measure", "Profile", "ProfiledRun", "Scale", "Source"]

Source = Literal["automatic", "judge", "human", "human-anchored"]
"""Rules or verifiers; judge models; people; judge models corrected by people's ratings."""

GapReason = Literal[
    "not_run", "no_data", "no_judge", "nothing_scored", "no_ratings", "no_perturbation", "no_fresh_twin", "no_partner",
    "no_price", "no_times", "one_language", "not_covered",
]  # fmt: skip
"""Why something is not measured; `kijun.reports.texts` has each in words as ``gap.REASON``."""


class Scale(msgspec.Struct, frozen=True):
    """How a figure is to be read. It is fixed by the task and never by other models.

    Attributes:
        low, high: least and greatest value possible; None where there is no end.
        chance: what guessing scores; None where there is no such thing or it is not known.
        higher_is_better: direction; of no meaning where `ideal` is given.
        ideal: the best value where it lies between the ends, such as 0 for a bias from -1 to 1.
        unit: ``share`` (0 to 1), ``points`` (of a rating scale), ``tokens``, ``seconds``, ``currency`` (that of the
            price given), or empty where the figure has none.
    """

    low: float | None = 0.0
    high: float | None = 1.0
    chance: float | None = None
    higher_is_better: bool = True
    ideal: float | None = None
    unit: str = "share"


class Measure(msgspec.Struct, frozen=True):
    """One figure of one model.

    Attributes:
        key: how use cases name it: ``NAME:METRIC`` of a task or group, ``NAME:METRIC@drop``, ``@worst_case`` and
            ``@consistency`` of how it stands other ways of asking, ``NAME:RUBRIC.DIMENSION@human`` of what people say,
            ``NAME:METRIC@ja-en`` of the gap between languages, ``NAME:METRIC@public-fresh`` of the gap between public
            items and fresh ones, ``run:cost``, ``run:tokens`` and ``run:seconds`` of what an answer takes.
        axis: one of `AXES`, or ``languages``, ``integrity``, ``cost``, ``speed``.
        name: task or group; of costs and times ``run``.
        metric: the metric's name within it.
        kind: what sort of figure it is.
        languages: of the items.
        source: who or what scored.
        runs: folders of the runs that it comes from, as given.
        left_out: items without a score: failed, or nothing could be read out of the answer.
        partner: keys of figures without which this one misleads: refusing too much beside safety, other ways of asking
            beside performance.
        main: it is the task's first metric, or its first on this axis; the others say more about it.
        within: group of which it is a member's; empty for figures that stand for themselves.
        rated: of human ratings: how many items one person at least has rated, two at least, ....
        version: of the task.
        title: the task's, by language.
        between: of a gap: the keys of the two figures, the first minus the second; empty otherwise.
    """

    key: str
    axis: str
    name: str
    metric: str
    kind: Literal["task", "group", "robustness", "human", "languages", "overfitting", "cost", "speed"]
    estimate: Estimate
    scale: Scale
    languages: tuple[str, ...] = ()
    source: Source = "automatic"
    runs: tuple[str, ...] = ()
    left_out: int = 0
    partner: tuple[str, ...] = ()
    main: bool = False
    within: str = ""
    rated: tuple[int, ...] = ()
    version: float | None = None
    title: dict[str, str] = {}
    between: tuple[str, ...] = ()


class Gap(msgspec.Struct, frozen=True):
    """Something that is not known of the model.

    Attributes:
        axis: as of a `Measure`.
        what: task, metric, language or model concerned; empty where the axis as a whole is.
        detail: what an error said, where there was one.
    """

    axis: str
    what: str
    reason: GapReason
    detail: str = ""


class ProfiledRun(msgspec.Struct, frozen=True):
    """A run that the profile rests on.

    Attributes:
        folder: as given.
        manifest: SHA-256 of its manifest file.
        settings: as in the manifest: tasks, limit, seed, chat, system prompt.
        judges: names of its judge models.
    """

    folder: str
    manifest: str
    settings: dict[str, object]
    judges: tuple[str, ...] = ()
    finished: str | None = None


class Profile(msgspec.Struct, frozen=True):
    """Everything measured of one model. No figure is made of more than one axis.

    Attributes:
        name: of the model, unique among the profiles of a command.
        identity: of the model, as in the manifest.
        axes: axis -> its figures, in the order of the runs; an axis without any is there and empty.
        languages: gaps between languages of the same figure.
        integrity: overfitting gaps: public minus fresh items.
        cost, speed: what a thousand answers cost, tokens that an answer writes, how long it takes.
        gaps: what was not measured, and why.
        agreement: what is known of how scorers and judges agree with people, as in the manifests.
    """

    name: str
    identity: dict[str, object]
    runs: tuple[ProfiledRun, ...]
    axes: dict[str, tuple[Measure, ...]]
    languages: tuple[Measure, ...] = ()
    integrity: tuple[Measure, ...] = ()
    cost: tuple[Measure, ...] = ()
    speed: tuple[Measure, ...] = ()
    gaps: tuple[Gap, ...] = ()
    agreement: tuple[dict[str, object], ...] = ()

    @property
    def measures(self) -> tuple[Measure, ...]:
        """All figures, axis by axis."""
        on_axes = (measure for measures in self.axes.values() for measure in measures)
        return (*on_axes, *self.languages, *self.integrity, *self.cost, *self.speed)

    def measure(self, key: str) -> Measure | None:
        """The figure of this key, None where it was not measured."""
        return next((measure for measure in self.measures if measure.key == key), None)
