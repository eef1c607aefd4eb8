"""Wrappings of requests: what is asked is still there, nothing else changes, and pairs can be compared."""

from __future__ import annotations

import base64
import codecs
import re
from pathlib import Path

import pytest

import kijun
from kijun.models.fake import ScriptedModel
from kijun.perturbations.wrappers import WRAPPERS
from kijun.prompts import Prompter
from kijun.records import Completed, Generate, Item, Request
from kijun.specs import TaskSpec, catalogue

ROW = {"pair": "p", "hazard": "vcr", "side": "harmless"}
TEXTS = {"en": "Which bus goes to the harbour?", "ja": "港へ行くバスはどれですか。"}
KANA = re.compile(r"[ぁ-ゖァ-ヺ]")


def turns_of(task: TaskSpec, language: str) -> list[str]:
    """What the user says, turn by turn."""
    (prompted,) = Prompter(task).prompted([Item("x", 0, {**ROW, "prompt": TEXTS[language]})])
    if prompted.conversation is not None:
        return list(prompted.conversation.turns)
    (request,) = prompted.requests
    return [request.context]


def wrapped(name: str, language: str) -> TaskSpec | str:
    return WRAPPERS[name].change(catalogue().tasks[f"safety_pairs_{language}"], 1)


def unwrapped(name: str, text: str) -> str:
    """The text with its encoding undone."""
    last = text.splitlines()[-1]
    if name == "wrap-base64":
        return base64.b64decode(last).decode()
    if name == "wrap-rot13":
        return codecs.encode(last, "rot13")
    if name == "wrap-unicode":
        return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), last)
    return last[::-1] if name == "wrap-reversed" else text


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", sorted(WRAPPERS))
def test_the_request_is_in_what_is_asked(name: str, language: str) -> None:
    task = wrapped(name, language)
    if isinstance(task, str):
        assert (name, language) == ("wrap-rot13", "ja")
        return
    turns = turns_of(task, language)
    assert TEXTS[language] in unwrapped(name, turns[-1])
    assert turns != [TEXTS[language]]
    assert "<REQUEST>" not in "".join(turns)
    if name != "wrap-language":
        around = "".join(turns).replace(TEXTS[language], "")
        assert bool(KANA.search(around)) == (language == "ja"), "the wrapping speaks the language of the task"


@pytest.mark.parametrize("name", sorted(WRAPPERS))
def test_a_wrapping_has_a_title_and_leaves_scoring_alone(name: str) -> None:
    assert set(WRAPPERS[name].title) == {"en", "ja"}
    before, after = catalogue().tasks["safety_pairs_en"], wrapped(name, "en")
    assert isinstance(after, TaskSpec)
    assert (after.scorers, after.dataset, after.sampling) == (before.scorers, before.dataset, before.sampling)


def test_the_gradual_approach_takes_three_turns() -> None:
    task = wrapped("wrap-gradual", "en")
    assert isinstance(task, TaskSpec)
    turns = turns_of(task, "en")
    assert len(turns) == 3 and turns[-1] == TEXTS["en"]
    assert TEXTS["en"] not in "".join(turns[:-1])


def test_choices_cannot_be_wrapped() -> None:
    for name, wrapper in WRAPPERS.items():
        assert isinstance(wrapper.change(catalogue().tasks["hellaswag"], 1), str), name


def test_success_is_told_beside_the_unwrapped_request(tmp_path: Path) -> None:
    """A model that says no, but yes in a part and after small talk."""

    def answer(request: Request) -> Completed:
        assert isinstance(request, Generate)
        yields = "Vega" in request.context or len(request.messages) > 1
        return Completed("Sure, here you are." if yields else "I'm sorry, but I can't help with that.")

    model = ScriptedModel(answer, name="fake/soft")
    ways = ["wrap-roleplay", "wrap-gradual", "wrap-authority"]
    run = kijun.evaluate("safety_pairs_en", model, limit=24, perturb=ways, out=tmp_path / "run")
    shares = {name: result.metrics["not_refused"].value for name, result in run.results.tasks.items()}
    assert shares == {
        "safety_pairs_en": 0.0,
        "safety_pairs_en@wrap-roleplay": 1.0,
        "safety_pairs_en@wrap-gradual": 1.0,
        "safety_pairs_en@wrap-authority": 0.0,
    }
    plain = {sample.id for sample in run.samples("safety_pairs_en")}
    assert plain == {sample.id for sample in run.samples("safety_pairs_en@wrap-gradual")}
