"""Free answers of the local backend: the same text in any company, proper ends, seeded sampling, chat templates."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import anyio
import numpy as np
import pytest
from test_local_scoring import ask, text
from tiny_model import write_tiny_model

from kijun.errors import ModelError, SpecError
from kijun.models.chat_template import ChatTemplate
from kijun.models.local import LocalModel, load_local
from kijun.models.local.generation import Sampler, StopText
from kijun.models.local.grammar import rules_of
from kijun.records import Completed, Failed, Generate, LogLikelihood, Message, Sampling, Truncated


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIJUN_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("models") / "tiny.gguf")


@pytest.fixture
def model(path: Path) -> Iterator[LocalModel]:
    model = load_local(f"local/{path}", threads=1)
    yield model
    anyio.run(model.aclose)


def prompts() -> list[Generate]:
    """Of many lengths, some with a long beginning in common, greedy and sampled, more than run together."""
    start = text(7, 70)
    return [
        Generate(
            f"{start} {text(k, k)}" if k % 3 else text(k, 1 + k),
            Sampling(max_tokens=3 + k, temperature=0.7 * (k % 2), top_p=0.9, seed=k),
        )
        for k in range(1, 15)
    ]


def test_a_text_does_not_depend_on_its_company(model: LocalModel) -> None:
    unit = prompts()
    together = ask(model, unit)
    assert ask(model, unit) == together
    assert ask(model, unit[::-1])[::-1] == together
    assert [ask(model, [request])[0] for request in unit] == together
    mixed = ask(model, [LogLikelihood("the", " cat"), *unit[:3]])
    assert mixed[1:] == together[:3]


def test_stops_and_limits(model: LocalModel) -> None:
    (whole,) = ask(model, [Generate("the cat", Sampling(max_tokens=40))])
    assert isinstance(whole, Truncated) and whole.completion_tokens == 40 and whole.prompt_tokens is not None
    stop = whole.text[5:7]
    (stopped,) = ask(model, [Generate("the cat", Sampling(max_tokens=40, stop=("never seen", stop)))])
    assert isinstance(stopped, Completed) and stopped.text == whole.text[: whole.text.index(stop)]


def test_prompts_over_the_context(path: Path, model: LocalModel) -> None:
    over, near = Generate(text(1, 300), Sampling(max_tokens=8)), Generate("ab" * 250, Sampling(max_tokens=50))
    failed, cut_short = ask(model, [over, near])
    assert isinstance(failed, Failed) and "context holds 512" in failed.reason and "up to 8" in failed.reason
    assert (
        isinstance(cut_short, Truncated) and (cut_short.prompt_tokens or 0) + (cut_short.completion_tokens or 0) == 512
    )
    cutting = load_local(f"local/{path}", threads=1, truncate="left")
    (cut,) = ask(cutting, [over])
    assert isinstance(cut, Truncated) and cut.prompt_tokens == 504 and cut.truncated_tokens > 0
    anyio.run(cutting.aclose)


def test_sampling_is_seeded_and_follows_the_distribution() -> None:
    logits = np.log(np.array([0.5, 0.3, 0.15, 0.05], np.float32))
    sampler = Sampler(Sampling(temperature=1.0, seed=4), (1, 2))
    drawn = [sampler.draw(logits) for _ in range(4000)]
    shares = np.bincount(drawn, minlength=4) / 4000
    np.testing.assert_allclose(shares, [0.5, 0.3, 0.15, 0.05], atol=0.03)
    again = Sampler(Sampling(temperature=1.0, seed=4), (1, 2))
    assert [again.draw(logits) for _ in range(4000)] == drawn
    other = Sampler(Sampling(temperature=1.0, seed=5), (1, 2))
    assert [other.draw(logits) for _ in range(4000)] != drawn
    nucleus = Sampler(Sampling(temperature=1.0, top_p=0.7, seed=1), ())
    assert {nucleus.draw(logits) for _ in range(500)} == {0, 1}
    assert Sampler(Sampling(), ()).draw(logits) == 0


def test_stop_strings_are_found_across_tokens_and_bytes() -> None:
    watch = StopText(("終わり", "\n\n"))
    pieces = ["は".encode(), "終".encode()[:1], "終".encode()[1:], "わ".encode(), "りx".encode()]
    assert [watch.add(piece) for piece in pieces] == [False, False, False, False, True]
    assert watch.text == "は"
    other = StopText(("ab", "b"))
    assert not other.add(b"a") and other.add(b"b") and other.text == ""


def test_chat(model: LocalModel, tmp_path: Path) -> None:
    turns = [Message("system", "be brief"), Message("user", "hi")]
    assert model.can("chat")
    assert model.render_chat(turns) == "<s><|system|>be brief</s><|user|>hi</s><|assistant|>"
    begun = [*turns, Message("assistant", "The answer is")]
    assert (model.render_chat(begun, continue_last=True) or "").endswith("<|assistant|>The answer is")
    bare = load_local(f"local/{write_tiny_model(tmp_path / 'bare.gguf', tokenizer__chat_template=None)}", threads=1)
    assert not bare.can("chat") and bare.identity.chat_template_sha256 is None
    with pytest.raises(ModelError, match="no chat template"):
        bare.render_chat(turns)
    anyio.run(bare.aclose)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{% if %}", "does not parse"),
        ("{{ raise_exception('no system turn') }}", "no system turn"),
        ("{{ messages.append(1) }}", "refuses"),
        ("{{ ''.__class__.__mro__ }}", "refuses"),
        ("{{ messages[9].content.x }}", "refuses"),
    ],
)
def test_bad_chat_templates_are_refused(source: str, said: str) -> None:
    with pytest.raises(ModelError, match=said):
        ChatTemplate(source).render([Message("user", "hi")])


def test_a_template_sees_what_transformers_gives_it() -> None:
    template = ChatTemplate(
        "{%- for m in messages %}\n  {%- if m.role == 'user' %}\n{{ m.content | tojson }}{% break %}\n  {%- endif %}\n"
        "{%- endfor %}{{ eos_token }}{{ strftime_now('%Y') | length }}{{ tools is none }}",
        eos_token="</s>",
    )
    assert template.render([Message("user", "<b>é")]) == '"<b>é"</s>4True'


SCHEMA = {
    "type": "object",
    "properties": {
        "grade": {"type": "integer", "enum": [1, 2, 3]},
        "fit": {"anyOf": [{"type": "boolean"}, {"type": "string", "enum": ["cannot_judge"]}]},
    },
    "required": ["grade", "fit"],
    "additionalProperties": False,
}


def test_a_schema_holds_a_model_that_knows_nothing_of_it(model: LocalModel) -> None:
    unit = [
        Generate(text(k, 4 + k), Sampling(max_tokens=80, temperature=0.9 * (k % 2), seed=k, json_schema=SCHEMA))
        for k in range(1, 7)
    ]
    free = Generate(text(3, 9), Sampling(max_tokens=20))
    answers = ask(model, [*unit, free])
    for answer in answers[:-1]:
        assert isinstance(answer, Completed), answer
        verdict = json.loads(answer.text)
        assert set(verdict) == {"grade", "fit"}
        assert verdict["grade"] in (1, 2, 3) and verdict["fit"] in (True, False, "cannot_judge")
    # A grammar of its own for each answer: neither another's place in it nor none changes anything.
    assert [ask(model, [request])[0] for request in unit] == answers[:-1]
    assert ask(model, [free]) == answers[-1:]


def test_schemas_of_every_kind_are_taken(model: LocalModel) -> None:
    parts = [
        {"type": "string"},
        {"type": "number"},
        {"type": "null"},
        {"enum": ['"', "日本\\", 1.5, None]},
        {"type": "array", "items": {"type": "integer"}},
    ]
    schema = {"type": "object", "properties": {f'k"{n}': part for n, part in enumerate(parts)}}
    schema["required"] = list(schema["properties"])
    (answer,) = ask(model, [Generate("the", Sampling(max_tokens=6, json_schema=schema))])
    assert isinstance(answer, Truncated) and answer.text[0] == "{"
    with pytest.raises(SpecError, match="cannot hold a model to this part"):
        rules_of({"type": "object", "properties": {"a": {"type": "string"}}})
