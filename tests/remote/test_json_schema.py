"""A JSON schema reaches every provider in its own words; one that does not know schemas is asked without."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from stub import Stub, serving

from kijun.engine import open_model, run_async
from kijun.records import Completed, Generate, Message, Response, Sampling

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"], "additionalProperties": False}
ASKED = Generate("Say a", Sampling(max_tokens=9, json_schema=SCHEMA), (Message("user", "Say a"),))
OPENAI = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA}}


async def answer(model: Any) -> Response:
    async for _, response in model.respond([ASKED]):
        await model.hang_up()
        return response
    raise AssertionError


@pytest.mark.parametrize(
    ("name", "variables", "path", "sent"),
    [
        ("openai/gpt-4.1", ("OPENAI_API_KEY", "OPENAI_BASE_URL"), "/v1", {"response_format": OPENAI}),
        (
            "anthropic/claude-sonnet-4-5",
            ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"),
            "",
            {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}},
        ),
    ],
)
def test_providers(
    monkeypatch: pytest.MonkeyPatch, name: str, variables: tuple[str, str], path: str, sent: dict[str, Any]
) -> None:
    stub = Stub()
    with serving(stub) as url:
        monkeypatch.setenv(variables[0], "sk-secret")
        monkeypatch.setenv(variables[1], url + path)
        assert isinstance(run_async(answer, open_model(name)), Completed)
    assert {key: stub.bodies[0][key] for key in sent} == sent


def test_google(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = Stub()
    with serving(stub) as url:
        monkeypatch.setenv("GEMINI_API_KEY", "secret")
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", url)
        assert isinstance(run_async(answer, open_model("google/gemini-2.5-flash")), Completed)
    config = stub.bodies[0]["generationConfig"]
    assert config["responseMimeType"] == "application/json" and config["responseJsonSchema"] == SCHEMA


class KnowsNoSchema(Stub):
    """Refuses a call with a schema, as servers without grammars do."""

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        if "response_format" in body:
            self.bodies.append(body)
            return web.json_response({"error": {"message": "response_format is not supported here"}}, status=400)
        return await super()._answer(request)


@pytest.mark.parametrize("backend", ["server", "openai"])
def test_one_that_knows_none_is_asked_without_from_then_on(monkeypatch: pytest.MonkeyPatch, backend: str) -> None:
    stub = KnowsNoSchema()
    with serving(stub) as url:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
        monkeypatch.setenv("OPENAI_BASE_URL", f"{url}/v1")
        model = open_model(f"server/{url}/v1#m" if backend == "server" else "openai/gpt-4")
        for _ in range(2):
            assert isinstance(run_async(answer, model), Completed)
    assert ["response_format" in body for body in stub.bodies] == [True, False, False]
