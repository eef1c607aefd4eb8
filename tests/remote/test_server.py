"""``server/``: what is sent, what comes back, and what every fault on the way becomes."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from fault_injector import FAULTS, TRANSIENT, FaultInjector
from stub import Stub, serving

import kijun
from kijun.engine import Limits, Patience
from kijun.errors import ModelError, SpecError
from kijun.models import ModelOptions
from kijun.records import Completed, Failed, Filtered, Refused, Response, Truncated
from kijun.store import Run

QUICK = Patience(first_wait=0.002, longest_wait=0.02, throttled_for=2.0, timeout=5.0)


def run(folder: Path, model: str, *, patience: Patience = QUICK, **settings: Any) -> Run:
    limits = Limits(patience, random=Random(1))
    settings.setdefault("out", folder / "run")
    return kijun.evaluate(str(folder / "free.yaml"), model, limits=limits, **settings)


def first(done: Run) -> Response:
    return next(done.samples("free")).responses[0]


def test_plain_completions(tasks: Path, stub: Stub, stub_url: str) -> None:
    done = run(tasks, f"server/{stub_url}/v1#stub")
    assert done.results.tasks["free"].metrics["exact_match"].value == 1.0
    assert first(done) == Completed("you said Say word0", prompt_tokens=2, completion_tokens=3)
    assert set(stub.paths) == {"/v1/completions"} and len(stub.bodies) == 20
    assert sorted(stub.bodies, key=lambda b: len(b["prompt"]))[0] == {
        "model": "stub",
        "prompt": "Say word0",
        "max_tokens": 32,
        "temperature": 0.0,
        "stop": ["STOP"],
    }
    assert done.manifest.model["name"] == "server/stub" and "127.0.0.1" not in str(done.manifest.model)


def test_turns_and_the_only_model_of_a_server(tasks: Path, stub: Stub, stub_url: str) -> None:
    run(tasks, f"server/{stub_url}/v1", chat=True, system="Be brief.")
    assert stub.paths[0] == "/v1/models" and stub.paths[1] == "/v1/chat/completions"
    assert stub.bodies[0]["messages"][0] == {"role": "system", "content": "Be brief."}
    assert stub.bodies[0]["messages"][1]["role"] == "user" and stub.bodies[0]["model"] == "stub"


@pytest.mark.parametrize(
    ("extra", "finish", "expected"),
    [
        ({"reasoning_content": "two words"}, "stop", Completed("{}", 2, 3, 0, "two words")),
        ({"reasoning": "two words"}, "stop", Completed("{}", 2, 3, 0, "two words")),
        ({"content": "<think>\nhm\n</think>\n\nhello"}, "stop", Completed("hello", 2, 3, 0, "hm")),
        ({"content": "<think>still at it"}, "length", Truncated("", 2, 3, 0, "still at it")),
        ({"content": "hello STOP and on"}, "length", Completed("hello ", 2, 3)),
        ({"content": [{"type": "text", "text": "in parts"}]}, "stop", Completed("in parts", 2, 3)),
        ({}, "length", Truncated("{}", 2, 3)),
        ({"content": None, "refusal": "I will not."}, "stop", Refused("I will not.", 2, 3)),
        ({"content": None}, "content_filter", Filtered("content filter of the provider")),
    ],
)
def test_outcomes_of_their_own(tasks: Path, extra: dict[str, Any], finish: str, expected: Response) -> None:
    with serving(Stub(extra=extra, finish=finish)) as url:
        found = first(run(tasks, f"server/{url}/v1#stub", chat=True, limit=1))
    if isinstance(expected, Completed | Truncated) and expected.text == "{}":
        expected = type(expected)("you said Say word0", 2, 3, 0, expected.reasoning)
    assert found == expected


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_ends_as_what_it_is(tasks: Path, stub: Stub, stub_url: str, fault: str) -> None:
    """It strikes every call: what may pass is asked again and fails in the end, what cannot pass stops the run."""
    injector = FaultInjector(stub_url, lambda number: fault)
    patience = Patience(attempts=3, first_wait=0.001, throttled_for=0.2, timeout=0.3, gone_after=100)
    with serving(injector) as url:
        model = f"server/{url}/v1#stub"
        if fault in ("bad key", "expired key", "forbidden", "wrong model", "no credit"):
            with pytest.raises(ModelError, match=r"key|model|credit") as caught:
                run(tasks, model, patience=patience)
            assert not caught.value.retryable and injector.calls <= 16
            return
        done = run(tasks, model, patience=patience, limit=3)
    found = first(done)
    if fault == "content filter":
        assert isinstance(found, Filtered) and injector.calls == 3
    elif fault == "too long":
        assert found == Failed("status 400: too long: context_length_exceeded for") and injector.calls == 3
    else:
        assert isinstance(found, Failed) and found.retryable and "attempts" in found.reason
        assert injector.calls >= 9
    assert done.results.tasks["free"].n_failed == 3 and not stub.asked


@pytest.mark.parametrize("fault", [*TRANSIENT, "stall"])
def test_a_fault_that_passes_costs_nothing(tasks: Path, stub: Stub, stub_url: str, fault: str) -> None:
    injector = FaultInjector(stub_url, lambda number: fault if number < 4 else None)
    with serving(injector) as url:
        done = run(tasks, f"server/{url}/v1#stub", patience=Patience(first_wait=0.002, timeout=1.0))
    assert done.results.tasks["free"].n_measured == 20 and injector.injected[fault] == 4
    assert set(stub.asked.values()) == {1}


def test_nobody_there(tasks: Path) -> None:
    with pytest.raises(ModelError, match="is the server running"):
        run(tasks, "server/http://127.0.0.1:1/v1#stub")
    with pytest.raises(ModelError, match="is the server running"):
        run(tasks, "server/http://127.0.0.1:1/v1")


def test_a_provider_that_goes_away_stops_the_run_and_keeps_what_came(tasks: Path, stub: Stub, stub_url: str) -> None:
    injector = FaultInjector(stub_url, lambda number: "reset" if number >= 6 else None)
    patience = Patience(attempts=2, first_wait=0.001, gone_after=5)
    options = ModelOptions(concurrency=1)
    with serving(injector) as url, pytest.raises(ModelError, match="5 requests in a row"):
        run(tasks, f"server/{url}/v1#stub", patience=patience, options=options)
    assert sum(stub.asked.values()) == 6
    run(tasks, f"server/{stub_url}/v1#stub")
    assert len(stub.asked) == 20 and set(stub.asked.values()) == {1}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("server/localhost:8000#x", "server/URL#NAME"),
        ("server/http://me:secret@host/v1#x", "put the key into KIJUN_SERVER_KEY"),
        ("server/http://host/v1?api_key=secret#x", "put the key into KIJUN_SERVER_KEY"),
    ],
)
def test_names_that_are_none(tasks: Path, name: str, message: str) -> None:
    with pytest.raises(SpecError, match=message) as caught:
        run(tasks, name)
    assert "secret" not in str(caught.value)


def test_the_address_is_transport(tasks: Path, stub: Stub, stub_url: str) -> None:
    run(tasks, f"server/{stub_url}/v1#stub")
    with serving(Stub()) as elsewhere:
        run(tasks, f"server/{elsewhere}/v1#stub", options=ModelOptions(concurrency=3, timeout=30))
    assert len(stub.asked) == 20
