"""The providers' own SDKs against loopback servers that speak their wire formats."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from aiohttp import web
from fault_injector import FAULTS, TRANSIENT, FaultInjector
from stub import Stub, serving

import kijun
from kijun.engine import Limits, Patience
from kijun.errors import ModelError, SpecError
from kijun.models import ModelOptions
from kijun.models.catalogue import FAMILIES, family_of
from kijun.records import Completed, Failed, Filtered, Refused, Response, Truncated
from kijun.store import Run

KEY = "sk-proj-abcdef0123456789secret"
SETTINGS = {
    "openai": ("openai/gpt-4.1-mini", "OPENAI_API_KEY", "OPENAI_BASE_URL", "/v1"),
    "anthropic": ("anthropic/claude-sonnet-4-5", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", ""),
    "google": ("google/gemini-2.0-flash", "GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL", ""),
}
EMPTY: dict[str, dict[str, object]] = {
    "openai": {"id": "x", "object": "chat.completion", "choices": []},
    "anthropic": {"id": "x", "type": "message", "role": "assistant", "content": [], "stop_reason": None},
    "google": {"candidates": [], "modelVersion": "stub"},
}
QUICK = Patience(attempts=4, first_wait=0.002, throttled_for=0.2, timeout=2.0, gone_after=100)


def run(
    monkeypatch: pytest.MonkeyPatch, folder: Path, provider: str, url: str, patience: Patience = QUICK, **more: Any
) -> Run:
    name, key, base, path = SETTINGS[provider]
    monkeypatch.setenv(key, KEY)
    monkeypatch.setenv(base, url + path)
    more.setdefault("out", folder / "run")
    limits = Limits(patience, random=Random(1))
    return kijun.evaluate(str(folder / "free.yaml"), more.pop("model", name), limits=limits, **more)


def first(done: Run) -> Response:
    return next(done.samples("free")).responses[0]


@pytest.mark.parametrize("provider", SETTINGS)
def test_answers(monkeypatch: pytest.MonkeyPatch, tasks: Path, stub: Stub, stub_url: str, provider: str) -> None:
    done = run(monkeypatch, tasks, provider, stub_url, system="Be brief.")
    assert done.results.tasks["free"].metrics["exact_match"].value == 1.0
    assert first(done) == Completed("you said Say word0", 2, 3)
    assert set(stub.asked.values()) == {1} and len(stub.asked) == 20
    assert done.manifest.settings["chat"] is True, "a model that knows turns alone is asked in turns"
    body = stub.bodies[0]
    shapes: dict[str, dict[str, Any]] = {
        "openai": {"max_completion_tokens": 32, "temperature": 0.0, "stop": ["STOP"]},
        "anthropic": {"max_tokens": 32, "temperature": 0.0, "stop_sequences": ["STOP"], "system": "Be brief."},
        "google": {"systemInstruction": {"parts": [{"text": "Be brief."}], "role": "user"}},
    }
    assert shapes[provider].items() <= body.items()
    if provider == "google":
        wanted = {"maxOutputTokens": 32, "temperature": 0.0, "stopSequences": ["STOP"]}
        assert wanted.items() <= body["generationConfig"].items()


@pytest.mark.parametrize("provider", SETTINGS)
@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_ends_as_what_it_is(
    monkeypatch: pytest.MonkeyPatch, tasks: Path, stub: Stub, stub_url: str, provider: str, fault: str
) -> None:
    injector = FaultInjector(stub_url, lambda number: fault, empty=EMPTY[provider])
    patience = Patience(attempts=2, first_wait=0.001, throttled_for=0.1, timeout=0.3, gone_after=100)
    with serving(injector) as url:
        if fault in ("bad key", "expired key", "forbidden", "wrong model", "no credit"):
            with pytest.raises(ModelError, match=r"key|model|credit") as caught:
                run(monkeypatch, tasks, provider, url, patience, limit=2)
            assert not caught.value.retryable and KEY not in str(caught.value) and injector.calls <= 2
            return
        done = run(monkeypatch, tasks, provider, url, patience, limit=1)
    found = first(done)
    if fault == "content filter":
        assert isinstance(found, Filtered) and injector.calls == 1
    else:
        assert isinstance(found, Failed) and found.retryable == (fault != "too long")
        assert injector.calls == 1 if fault == "too long" else injector.calls >= 2
    assert KEY not in str(found) and not stub.asked


@pytest.mark.parametrize("provider", SETTINGS)
def test_faults_that_pass(
    monkeypatch: pytest.MonkeyPatch, tasks: Path, stub: Stub, stub_url: str, provider: str
) -> None:
    struck = dict(enumerate(TRANSIENT))
    injector = FaultInjector(stub_url, struck.get, empty=EMPTY[provider])
    with serving(injector) as url:
        done = run(monkeypatch, tasks, provider, url)
    assert done.results.tasks["free"].n_measured == 20 and injector.injected.keys() == set(TRANSIENT)
    assert set(stub.asked.values()) == {1}


def answering(body: dict[str, Any]) -> Any:
    async def handler(request: web.Request) -> web.Response:
        await request.read()
        return web.json_response(body)

    return handler


def claude(stop_reason: str, *blocks: dict[str, Any]) -> dict[str, Any]:
    usage = {"input_tokens": 2, "output_tokens": 3, "cache_read_input_tokens": 5}
    message = {"id": "m", "type": "message", "role": "assistant", "model": "c", "stop_sequence": None}
    return {**message, "content": list(blocks), "stop_reason": stop_reason, "usage": usage}


def gemini(reason: str, *parts: dict[str, Any]) -> dict[str, Any]:
    usage = {"promptTokenCount": 7, "candidatesTokenCount": 2, "thoughtsTokenCount": 1}
    content = {"role": "model", "parts": list(parts)}
    return {"candidates": [{"content": content, "finishReason": reason}], "usageMetadata": usage}


TEXT = {"type": "text", "text": "hello"}
THOUGHT = {"type": "thinking", "thinking": "hm", "signature": "x"}


@pytest.mark.parametrize(
    ("provider", "body", "expected"),
    [
        ("anthropic", claude("end_turn", THOUGHT, TEXT), Completed("hello", 7, 3, 0, "hm")),
        ("anthropic", claude("max_tokens", TEXT), Truncated("hello", 7, 3)),
        ("anthropic", claude("refusal"), Refused("", 7, 3)),
        ("anthropic", claude("end_turn"), Completed("", 7, 3)),
        (
            "google",
            gemini("STOP", {"text": "hm", "thought": True}, {"text": "hello"}),
            Completed("hello", 7, 3, 0, "hm"),
        ),
        ("google", gemini("MAX_TOKENS", {"text": "hello"}), Truncated("hello", 7, 3)),
        ("google", gemini("SAFETY"), Filtered("SAFETY")),
        ("google", {"promptFeedback": {"blockReason": "SAFETY"}}, Filtered("prompt: SAFETY")),
    ],
)
def test_outcomes_of_their_own(
    monkeypatch: pytest.MonkeyPatch, tasks: Path, provider: str, body: dict[str, Any], expected: Response
) -> None:
    with serving(answering(body)) as url:
        assert first(run(monkeypatch, tasks, provider, url, limit=1)) == expected


def test_reasoning_models(monkeypatch: pytest.MonkeyPatch, tasks: Path, stub: Stub, stub_url: str) -> None:
    done = run(monkeypatch, tasks, "openai", stub_url, model="openai/o3", limit=1)
    assert stub.bodies[0].keys() == {"model", "messages", "max_completion_tokens"}
    assert stub.bodies[0]["max_completion_tokens"] == 32 + 16_384
    assert done.manifest.model["settings"] == {"reasoning_tokens": "16384"}
    options = ModelOptions(reasoning_tokens=2000)
    run(monkeypatch, tasks, "anthropic", stub_url, limit=1, out=tasks / "claude", options=options)
    assert stub.bodies[1]["thinking"] == {"type": "enabled", "budget_tokens": 2000}
    assert stub.bodies[1]["max_tokens"] == 2032 and "temperature" not in stub.bodies[1]


@pytest.mark.parametrize(
    ("model", "thinking", "limit"),
    [
        ("claude-sonnet-4-5", {"type": "enabled", "budget_tokens": 2000}, 2032),
        ("claude-sonnet-4-20250514", {"type": "enabled", "budget_tokens": 2000}, 2032),
        ("claude-opus-4-7", {"type": "adaptive", "display": "summarized"}, 2032),
        ("claude-sonnet-5", {"type": "adaptive", "display": "summarized"}, 2032),
    ],
)
def test_claude_is_asked_to_think_in_the_way_it_knows(
    monkeypatch: pytest.MonkeyPatch,
    tasks: Path,
    stub: Stub,
    stub_url: str,
    model: str,
    thinking: dict[str, Any],
    limit: int,
) -> None:
    options = ModelOptions(reasoning_tokens=2000)
    run(monkeypatch, tasks, "anthropic", stub_url, model=f"anthropic/{model}", options=options, limit=1)
    assert stub.bodies[0]["thinking"] == thinking and stub.bodies[0]["max_tokens"] == limit


@pytest.mark.parametrize(
    ("provider", "model", "room"),
    [
        ("openai", "openai/gpt-5.5", 16_384),
        ("openai", "openai/gpt-4o-mini", 0),
        ("anthropic", "anthropic/claude-opus-5", 16_384),
        ("anthropic", "anthropic/claude-opus-4-6", 0),
        ("google", "google/gemini-2.5-pro", 16_384),
        ("google", "google/gemini-2.0-flash", 0),
    ],
)
def test_models_that_think_unasked_have_room_for_it(
    monkeypatch: pytest.MonkeyPatch, tasks: Path, stub: Stub, stub_url: str, provider: str, model: str, room: int
) -> None:
    done = run(monkeypatch, tasks, provider, stub_url, model=model, limit=1)
    body = stub.bodies[0].get("generationConfig", stub.bodies[0])
    limits = [body[name] for name in ("max_completion_tokens", "max_tokens", "maxOutputTokens") if name in body]
    assert limits == [32 + room]
    assert done.manifest.model["settings"] == ({"reasoning_tokens": str(room)} if room else {})


def test_gemini_can_be_kept_from_thinking(
    monkeypatch: pytest.MonkeyPatch, tasks: Path, stub: Stub, stub_url: str
) -> None:
    model, options = "google/gemini-2.5-flash", ModelOptions(reasoning_tokens=0)
    run(monkeypatch, tasks, "google", stub_url, model=model, options=options, limit=1)
    config = stub.bodies[0]["generationConfig"]
    assert config["maxOutputTokens"] == 32 and config["thinkingConfig"] == {
        "thinking_budget": 0,
        "include_thoughts": False,
    }


def test_every_family_is_told_apart() -> None:
    named = {
        "openai": [
            "davinci-002",
            "gpt-3.5-turbo",
            "gpt-3.5-turbo-instruct",
            "gpt-4o",
            "gpt-5-chat-latest",
            "gpt-6-sol",
        ],
        "anthropic": ["claude-3-5-haiku-20241022", "claude-haiku-4-5", "claude-opus-5-5"],
        "google": ["gemini-2.0-flash", "gemini-3-pro"],
    }
    found = [family_of(backend, name) for backend, names in named.items() for name in names]
    assert len({family.title for family in found if family is not None}) == 10
    assert family_of("openai", "my-own-model") is None
    for family in FAMILIES:
        backend, _, name = family.example.partition("/")
        if family.pattern not in ("", "(?!)"):
            assert family_of(backend, name) is family


def test_base_models_continue_plain_text(
    monkeypatch: pytest.MonkeyPatch, tasks: Path, stub: Stub, stub_url: str
) -> None:
    done = run(monkeypatch, tasks, "openai", stub_url, model="openai/davinci-002", limit=1)
    assert stub.paths == ["/v1/completions"] and done.manifest.settings["chat"] is False
    with pytest.raises(SpecError, match="no chat template"):
        run(monkeypatch, tasks, "openai", stub_url, model="openai/davinci-002", chat=True)


def test_azure(monkeypatch: pytest.MonkeyPatch, tasks: Path, stub: Stub, stub_url: str) -> None:
    with pytest.raises(SpecError, match="AZURE_OPENAI_API_KEY and AZURE_OPENAI_ENDPOINT and OPENAI_API_VERSION"):
        run(monkeypatch, tasks, "openai", stub_url, model="openai/azure/mine")
    for name, value in (("API_KEY", KEY), ("ENDPOINT", stub_url)):
        monkeypatch.setenv(f"AZURE_OPENAI_{name}", value)
    monkeypatch.setenv("OPENAI_API_VERSION", "2024-10-21")
    monkeypatch.delenv("OPENAI_API_KEY")
    monkeypatch.delenv("OPENAI_BASE_URL")
    done = kijun.evaluate(str(tasks / "free.yaml"), "openai/azure/mine", out=tasks / "run", limit=1)
    assert stub.paths == ["/openai/deployments/mine/chat/completions?api-version=2024-10-21"]
    assert stub.headers[0]["api-key"] == KEY and done.results.tasks["free"].n_measured == 1


def test_a_setting_that_a_model_no_longer_takes(monkeypatch: pytest.MonkeyPatch, tasks: Path, stub: Stub) -> None:
    async def strict(request: web.Request) -> web.StreamResponse:
        body = await request.json()
        if "temperature" in body:
            error = {"message": "Unsupported parameter: 'temperature' is not supported with this model."}
            return web.json_response({"error": error}, status=400)
        return await stub(request)

    with serving(strict) as url:
        for provider in ("openai", "anthropic"):
            done = run(monkeypatch, tasks, provider, url, out=tasks / provider)
            assert done.results.tasks["free"].n_measured == 20


@pytest.mark.parametrize("provider", SETTINGS)
def test_without_a_key(tasks: Path, provider: str) -> None:
    with pytest.raises(SpecError, match=SETTINGS[provider][1]):
        kijun.evaluate(str(tasks / "free.yaml"), SETTINGS[provider][0], out=tasks / "run")


@pytest.mark.parametrize("provider", [*SETTINGS, "server"])
def test_keys_appear_nowhere(
    monkeypatch: pytest.MonkeyPatch,
    tasks: Path,
    stub: Stub,
    stub_url: str,
    provider: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Good runs, failed items and errors that repeat the key: nothing of it in files, logs or on the terminal."""
    from kijun.cli import main

    caplog.set_level("DEBUG")
    if provider == "server":
        name, variable, base, path = "server/URL/v1#stub", "KIJUN_SERVER_KEY", "", ""
    else:
        name, variable, base, path = SETTINGS[provider]
    monkeypatch.setenv(variable, KEY)
    monkeypatch.chdir(tasks)
    for fault in (None, "too long", "bad key", "500", "reset"):
        injector = FaultInjector(stub_url, lambda number, fault=fault: fault)  # type: ignore[misc]
        with serving(injector) as url:
            if base:
                monkeypatch.setenv(base, url + path)
            model = name.replace("URL", url)
            patience = Patience(attempts=2, first_wait=0.001, gone_after=2)
            monkeypatch.setattr("kijun.workflows.Patience", lambda timeout, patience=patience: patience)
            with pytest.raises(SystemExit):
                main(["run", "free.yaml", "-m", model, "--out", f"run-{fault}", "--limit", "3"])
    assert any(KEY in str(headers) for headers in stub.headers), "the key was sent at all"
    told = capfd.readouterr()
    everything = [told.out, told.err, caplog.text]
    everything += [p.read_bytes().decode("latin-1") for p in tasks.rglob("*") if p.is_file()]
    import gzip

    everything += [gzip.decompress(p.read_bytes()).decode() for p in tasks.rglob("*.gz")]
    assert len(everything) > 8
    for text in everything:
        for start in range(len(KEY) - 12):
            assert KEY[start : start + 13] not in text
