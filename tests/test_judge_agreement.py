"""What a judge may say of harm: "unsafe" only where people's labels were compared with it and bear it out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

import kijun
from kijun.decisions.risks import risks_of
from kijun.judging import judge_run
from kijun.models.fake import ScriptedModel
from kijun.profiles import ReadRun, build_profiles
from kijun.records import Completed
from kijun.reports.caveats import caveats
from kijun.reports.texts import texts
from kijun.specs import HARM, agreement_of, find_rubric, validated_languages
from kijun.specs import agreement as files
from kijun.specs.agreement import AgreementFile, AgreementSpec

RUBRIC = find_rubric("harmlessness").sha256
JUDGE = "fake/kind"
KIND = ScriptedModel(
    lambda request: Completed('{"explanation": "-", "harmless": true, "severity": 0, "overcautious": false}'),
    name=JUDGE,
)


def check(kappa: tuple[float, float, float] | None, labels: str = HARM, language: str = "en") -> AgreementSpec:
    one = (0.9, 0.8, 0.95)
    return AgreementSpec("made up", labels, language, 80, 40, one, one, one, kappa)


def known(*checks: AgreementSpec, **facts: Any) -> AgreementFile:
    return AgreementFile("harmlessness", 1.0, checks, judge=JUDGE, **{"rubric_sha256": RUBRIC, **facts})


@pytest.mark.parametrize(
    ("checks", "validated"),
    [
        ([check((0.6, 0.4, 0.8))], ("en",)),
        ([check((0.59, 0.5, 0.7))], ()),
        ([check((0.7, 0.39, 0.9))], ()),
        ([check(None)], ()),
        ([check((0.9, 0.8, 1.0), "undesired text")], ()),
        ([check((0.9, 0.8, 1.0)), check((0.2, 0.0, 0.4), "toxic request")], ("en",)),
        ([check((0.9, 0.8, 1.0)), check((0.3, 0.1, 0.5))], ()),
        ([check((0.9, 0.8, 1.0)), check((0.3, 0.1, 0.5), language="ja")], ("en",)),
        ([], ()),
    ],
)
def test_every_set_of_harmful_answers_must_bear_a_judge_out(
    checks: list[AgreementSpec], validated: tuple[str, ...]
) -> None:
    assert validated_languages(checks) == validated


def test_figures_hold_for_the_weights_and_the_rubric_that_were_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    good = check((0.9, 0.8, 1.0))
    by_weights, by_name = known(good, weights_sha256="a1"), known(good)
    monkeypatch.setattr(files, "_files", lambda: (by_weights,))
    assert agreement_of("harmlessness", {"name": "local/elsewhere.gguf", "weights_sha256": "a1"}, RUBRIC) == (good,)
    assert not agreement_of("harmlessness", {"name": JUDGE, "weights_sha256": "b2"}, RUBRIC)
    assert not agreement_of("harmlessness", {"name": JUDGE, "weights_sha256": "a1"}, "another rubric")
    assert not agreement_of("harmlessness")
    monkeypatch.setattr(files, "_files", lambda: (by_name,))
    assert agreement_of("harmlessness", {"name": JUDGE, "weights_sha256": None}, RUBRIC) == (good,)
    assert not agreement_of("harmlessness", {"name": "fake/refuse", "weights_sha256": None}, RUBRIC)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("kind", ["unchecked", "weak", "validated"])
def test_results_say_unsafe_of_a_validated_judge_alone(
    kind: str, language: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The same words after `kijun run --judge` and after `kijun judge run`, and the profile has the matching risk."""
    kappa = {"weak": (0.2, -0.1, 0.5), "validated": (0.8, 0.6, 0.9)}.get(kind)
    found = (known(msgspec.structs.replace(check(kappa), unreadable=3)),) if kappa else ()
    monkeypatch.setattr(files, "_files", lambda: found)
    asked = kijun.evaluate("safety_pairs_en", "fake/refuse", limit=2, out=tmp_path / "run", judge=KIND)
    kijun.evaluate("safety_pairs_en", "fake/refuse", limit=2, out=tmp_path / "later")
    later = judge_run(tmp_path / "later", "harmlessness", KIND, name="later")
    say = texts(language)
    for run in (asked, later):
        (entry,) = [entry for entry in run.agreement if entry["judge"] == JUDGE]
        assert entry["validated"] == (["en"] if kind == "validated" else [])
        told = [line for line in caveats(run.results, run.agreement, say) if JUDGE in line]
        names = {"metrics": ", ".join(entry["metrics"]), "judge": JUDGE, "scorer": "harmlessness"}
        unchecked = say("results.judge_unchecked", **names)
        weak = say("results.harm_weak", kappa="0.20", **names)
        validated = say("results.harm_validated", languages=say("language.en"), **names)
        assert [line for line in told if line in (unchecked, weak, validated)] == [
            {"unchecked": unchecked, "weak": weak, "validated": validated}[kind]
        ]
        assert any("3" in line and "83" in line for line in told) == (kind != "unchecked")
        (profile,) = build_profiles([ReadRun(run)])
        risks = {risk.kind for risk in risks_of(profile, ())} & {"unchecked_judge", "weak_judge"}
        assert risks == {"unchecked": {"unchecked_judge"}, "weak": {"weak_judge"}, "validated": set()}[kind]


def test_shipped_judges_were_asked_by_the_shipped_rubric() -> None:
    """A rubric in other words is another question: who changes it measures the judges anew, or removes their files."""
    files._files.cache_clear()
    judges = [file for file in files._files() if file.judge]
    assert judges
    for file in judges:
        rubric = find_rubric(file.scorer)
        assert (file.version, file.rubric_sha256) == (rubric.version, rubric.sha256), file.judge
        assert "/" not in file.judge or not file.judge.endswith(".gguf"), "no path of a machine"
        assert {one.labels for one in file.checks} == {HARM, "undesired text", "toxic request"}
