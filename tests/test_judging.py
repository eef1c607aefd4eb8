"""Judged scorers and judge models: what is asked, kept, put together, counted apart and refused."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest

import kijun
from kijun.cli import main
from kijun.errors import ModelError, SpecError
from kijun.models import ModelOptions
from kijun.models.base import Model
from kijun.models.fake import HashModel, ScriptedModel
from kijun.records import (
    Completed,
    Failed,
    Generate,
    Item,
    Measured,
    Message,
    Question,
    Request,
    Response,
    Sampling,
    Score,
    Truncated,
    Unscored,
)
from kijun.scorers import base as scorer_base
from kijun.workflows import forecast

TASK = """\
name: letters
version: 1.0
axis: safety
languages: [en]
dataset: {file: letters.jsonl}
prompt: {question: "Write about {{ topic }}", gold: "{{ topic }}"}
method: generate
sampling: {max_tokens: 16}
scorers: [{exact_match: {extract: {pattern: 'N'}}}, {manners: {filter: strict}}]
licence: ours
"""


class Manners(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Asks twice: how polite the letter is, and how long it seems. Reads ``MARK/5``."""

    scale: int = 5
    parts: ClassVar[Mapping[str, str]] = {"polite": "proportion", "length": "share"}
    rubric: ClassVar[Mapping[str, str]] = {"name": "manners", "version": "1.0", "sha256": "0123"}
    higher_is_better: ClassVar[bool] = True

    def judge_requests(
        self, item: Item, question: Question, requests: Sequence[Request], responses: Sequence[Response]
    ) -> tuple[Generate, ...]:
        letter = responses[-1].text  # type: ignore[union-attr]
        return tuple(
            Generate("", Sampling(max_tokens=8), (Message("user", f"How {what}?\n{letter}"),))
            for what in ("polite", "long")
        )

    def score_judged(
        self,
        item: Item,
        question: Question,
        requests: Sequence[Request],
        responses: Sequence[Response],
        verdicts: Sequence[Response],
    ) -> dict[str, Score]:
        polite, length = (self._mark(verdict) for verdict in verdicts)
        if isinstance(polite, Measured):
            polite = Measured(float(polite.value > 0.5))
        return {"polite": polite, "length": length}

    def _mark(self, verdict: Response) -> Score:
        mark = verdict.text.partition("/")[0] if isinstance(verdict, Completed) else ""
        return Measured(int(mark) / self.scale) if mark.isdigit() else Unscored("no mark in the verdict")


@pytest.fixture(autouse=True)
def with_manners(monkeypatch: pytest.MonkeyPatch) -> None:
    scorer_base._load_all()
    monkeypatch.setitem(scorer_base._registry, "manners", Manners)


@pytest.fixture
def task(tmp_path: Path) -> Path:
    rows = [{"topic": f"topic {i}", "nr": i} for i in range(10)]
    (tmp_path / "letters.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (tmp_path / "letters.yaml").write_text(TASK, encoding="utf-8")
    return tmp_path / "letters.yaml"


def write_letter(request: Request) -> Response:
    return Failed("tired") if request.context.endswith("topic 9") else Completed(f"N {request.context}")


def judge(name: str = "fake/judge", *, polite: int = 4) -> ScriptedModel:
    """Finds everything polite, but for topic 0, which it cannot read; and topic 1 rude."""

    def verdict(request: Request) -> Response:
        if "How long" in request.context:
            return Completed("3/5")
        if "topic 0" in request.context:
            return Completed("who knows")
        return Completed("1/5" if "topic 1" in request.context else f"{polite}/5", 100, 2)

    return ScriptedModel(verdict, name=name)


WRITER = ScriptedModel(write_letter, name="fake/writer")


def run(task: Path, jury: Any = (), **settings: Any) -> kijun.Run:
    settings.setdefault("out", task.parent / "run")
    return kijun.evaluate(str(task), settings.pop("model", WRITER), judge=jury, **settings)


def test_a_judge_is_asked_about_every_answer(task: Path) -> None:
    done = run(task, judge())
    result = done.results.tasks["letters"]
    assert list(result.metrics) == ["exact_match", "manners,strict.polite", "manners,strict.length"]
    assert (result.n_measured, result.n_unscored, result.n_failed) == (8, 1, 1)
    assert result.metrics["manners,strict.polite"].value == pytest.approx(7 / 8)
    assert result.metrics["manners,strict.length"].value == pytest.approx(0.6)
    samples = list(done.samples("letters"))
    (said,) = samples[2].judgements
    assert (said.judge, said.metric) == ("fake/judge", "manners,strict")
    assert said.requests[0].context == "<user>How polite?\nN Write about topic 2</user><assistant>"
    assert said.verdicts == (Completed("4/5", 100, 2), Completed("3/5"))
    assert said.scores == {"polite": Measured(1.0), "length": Measured(0.6)}
    assert samples[0].scores["manners,strict.polite"] == Unscored("no mark in the verdict")
    assert samples[9].judgements == () and samples[9].scores["manners,strict.polite"] == Unscored("failed: tired")
    assert done.manifest.judges[0]["name"] == "fake/judge" and done.manifest.judges[0]["weight"] == 1.0
    told = done.manifest.tasks["letters"].metrics["manners,strict.polite"]
    assert told["aggregate"] == "proportion" and told["rubric"]["sha256"] == "0123"


def test_without_a_judge_it_is_said_and_can_be_made_good(task: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Response:
        asked.append(request)
        return write_letter(request)

    writer = ScriptedModel(answer, name="fake/writer")
    done = run(task, model=writer)
    assert done.results.tasks["letters"].metrics["manners,strict.polite"].value is None
    assert next(done.samples("letters")).scores["manners,strict.length"] == Unscored(
        "no judge was named; add --judge MODEL"
    )
    with pytest.raises(SystemExit):
        main(["results", str(done.folder)])
    assert "no judge was named: manners,strict.polite, manners,strict.length" in " ".join(
        capsys.readouterr().out.split()
    )
    answered = len(asked)
    later = run(task, judge(), model=writer)
    assert later.results.tasks["letters"].metrics["manners,strict.polite"].n == 8
    # Only the failed one was asked again.
    assert len(asked) == answered + 1
    with pytest.raises(SpecError, match=r"the judge was fake/judge, now fake/other"):
        run(task, judge("fake/other"))
    with pytest.raises(SpecError, match="the judge was fake/judge, now none"):
        run(task)


def test_a_rubric_that_changed_is_named(task: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(task, judge())
    monkeypatch.setattr(Manners, "rubric", {"name": "manners", "version": "1.1", "sha256": "4567"})
    with pytest.raises(SpecError, match=r"the rubric of manners,strict\.polite has changed"):
        run(task, judge())


def test_a_jury_votes(task: Path) -> None:
    """Two find most letters polite, one does not: the majority counts, or the mean where scores are shares."""
    jury = [judge("fake/a"), judge("fake/b"), judge("fake/c", polite=2)]
    done = run(task, jury)
    samples = list(done.samples("letters"))
    assert [one.judge for one in samples[2].judgements] == ["fake/a", "fake/b", "fake/c"]
    assert samples[2].scores["manners,strict.polite"] == Measured(1.0)
    assert samples[2].scores["manners,strict.length"] == Measured(pytest.approx(0.6))
    weighted = run(task, jury, judge_weights=[1, 1, 3], out=task.parent / "weighted")
    assert list(weighted.samples("letters"))[2].scores["manners,strict.polite"] == Measured(0.0)
    assert [one["weight"] for one in weighted.manifest.judges] == [1.0, 1.0, 3.0]
    divided = run(task, jury[1:], out=task.parent / "divided")
    assert list(divided.samples("letters"))[2].scores["manners,strict.polite"] == Unscored("the judges are divided")


@pytest.mark.parametrize(
    ("jury", "settings", "words"),
    [
        ([judge(), judge()], {}, "named twice"),
        ([judge()], {"judge_weights": [1, 2]}, "a weight above 0 for each of 1 judges"),
        ([judge()], {"judge_weights": [0]}, "a weight above 0"),
    ],
)
def test_juries_that_are_none(task: Path, jury: list[Model], settings: dict[str, Any], words: str) -> None:
    with pytest.raises(SpecError, match=words):
        run(task, jury, **settings)


def test_a_judge_must_answer_freely(task: Path) -> None:
    class Mute(HashModel):
        def can(self, ability: str) -> bool:
            return ability == "loglikelihood"

    with pytest.raises(ModelError, match="does not answer freely, which a judge must"):
        run(task, Mute())


def test_verdicts_are_counted_apart_and_within_the_limit(task: Path) -> None:
    class Priced(ScriptedModel):
        account = "fake"

        async def hang_up(self) -> None:
            """There is no line."""

    def verdict(request: Request) -> Response:
        return Completed("4/5", 100, 2)

    done = run(task, Priced(verdict, name="fake/priced"), judge_options=ModelOptions(price=(10.0, 1000.0)))
    assert set(done.manifest.usage) == {"answers", "timed", "seconds"}
    assert done.manifest.judge_usage == {"fake/priced": {"tokens_in": 1800, "tokens_out": 36, "cost": 0.054}}
    with pytest.raises(SpecError, match="what tokens of the judge fake/priced cost"):
        run(
            task,
            Priced(verdict, name="fake/priced"),
            out=task.parent / "b",
            options=ModelOptions(price=(1, 1)),
            max_cost=1.0,
        )
    short = run(task, Priced(verdict, name="fake/priced"), out=task.parent / "c", max_tokens_total=1000)
    reasons = [
        v.reason for s in short.samples("letters") for j in s.judgements for v in j.verdicts if isinstance(v, Failed)
    ]
    assert reasons and all("--max-tokens-total 1000 would be passed" in reason for reason in reasons)


def test_recorded_verdicts_judge(task: Path) -> None:
    rows = [{"nr": i, "verdict": ["5/5", "2/5"] if i % 2 else ["1/5", "2/5"]} for i in range(8)]
    log = task.parent / "verdicts.jsonl"
    log.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = run(task, f"replay/{log}?key=nr&answer=verdict")
    assert done.results.tasks["letters"].metrics["manners,strict.polite"].value == 0.5
    assert done.results.tasks["letters"].metrics["manners,strict.polite"].n == 8
    missing = list(done.samples("letters"))[8]
    assert all(isinstance(verdict, Failed) for verdict in missing.judgements[0].verdicts)
    assert missing.scores["manners,strict.length"] == Unscored("no mark in the verdict")


KILLED = """
import os, signal, sys
sys.path.insert(0, {tests!r})
import kijun, test_judging
from kijun.models.base import UnitLimit
from kijun.scorers import base
base._load_all()
base._registry["manners"] = test_judging.Manners

class Mortal(test_judging.ScriptedModel):
    left = {left}
    async def respond(self, unit):
        async for pair in super().respond(unit):
            yield pair
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

mortal = Mortal(test_judging.judge()._answer, name="fake/judge", unit_limit=UnitLimit(requests=3, characters=10_000))
kijun.evaluate({task!r}, test_judging.WRITER, judge=mortal, out={out!r})
"""


def test_killed_while_judging_it_goes_on_to_the_same_bytes(task: Path) -> None:
    def process(out: str, left: int) -> int:
        code = KILLED.format(tests=str(Path(__file__).parent), task=str(task), out=str(task.parent / out), left=left)
        return subprocess.run([sys.executable, "-c", code], capture_output=True).returncode

    assert process("whole", 1000) == 0
    assert [process("cut", left) for left in (2, 3, 1000)] == [-signal.SIGKILL, -signal.SIGKILL, 0]
    for name in ("results.json", "samples/letters.jsonl.gz", "answers.jsonl", "judgements.jsonl"):
        assert (task.parent / "cut" / name).read_bytes() == (task.parent / "whole" / name).read_bytes(), name


def test_a_forecast_counts_what_judges_would_be_asked(task: Path) -> None:
    jury = [judge("fake/a"), judge("fake/b")]
    told = forecast(str(task), WRITER, judge=jury, out=task.parent / "run", judge_options=ModelOptions(price=(1, 1)))
    assert told.answers.requests == 10 and list(told.judges) == ["fake/a", "fake/b"]
    counted = told.judges["fake/a"]
    # The answers are not there yet and all are expected to be of the same length, so that they look the same.
    assert counted.unknown == counted.requests == 2 and counted.tokens_in > 2 * 16 and counted.cost is not None
    run(task, jury)
    told = forecast(str(task), WRITER, judge=jury, out=task.parent / "run")
    assert told.judges["fake/a"].answered == 18


def test_plain_context_and_a_judge_without_turns(task: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def asks(self: Manners, item: Item, *rest: Any) -> tuple[Generate, ...]:
        return (Generate("How polite?", Sampling(max_tokens=8)), Generate("How long?"))

    class Deaf(ScriptedModel):
        def can(self, ability: str) -> bool:
            return ability == "generate"

    monkeypatch.setattr(Manners, "judge_requests", asks)
    heard: list[str] = []

    def verdict(request: Request) -> Response:
        heard.append(request.context)
        return Truncated("4/5")

    run(task, Deaf(verdict, name="fake/deaf"))
    assert sorted(heard) == ["User: How long?\n\nAssistant:", "User: How polite?\n\nAssistant:"]
