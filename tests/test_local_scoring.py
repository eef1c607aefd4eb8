"""Log-likelihoods of the local backend: sharing changes nothing, history changes nothing, limits are told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import anyio
import numpy as np
import pytest
from tiny_model import write_tiny_model

from kijun.errors import CorruptFileError, ModelError, SpecError, UnknownNameError
from kijun.models.local import LocalModel, load_local
from kijun.models.local.llama_library import check_defaults, load_library
from kijun.records import Failed, Likelihood, LogLikelihood, Request, Response

WORDS = ["the", "cat", "sat", "on", "a", "mat", "and", "ate", "this", "rather", "thin", "tin", "of", "red", "herring"]


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


def ask(model: LocalModel, unit: Sequence[Request]) -> list[Response]:
    async def run() -> dict[int, Response]:
        return {index: response async for index, response in model.respond(unit)}

    answers = anyio.run(run)
    assert sorted(answers) == list(range(len(unit)))
    return [answers[index] for index in range(len(unit))]


def text(seed: int, length: int) -> str:
    return " ".join(np.random.default_rng(seed).choice(WORDS, length))


def few_shot(seed: int, items: int, shots: int = 60) -> list[Request]:
    """Items with one long beginning, three choices each, one of them a single token."""
    start = text(seed, shots)
    return [
        LogLikelihood(f"{start} {text(100 * seed + item, 6)}", choice)
        for item in range(items)
        for choice in (" the", " a thin tin", " a red mat and tin")
    ]


def values(responses: Sequence[Response]) -> list[float]:
    assert all(isinstance(response, Likelihood) for response in responses), responses
    return [response.loglikelihood for response in responses if isinstance(response, Likelihood)]


def test_what_is_shared_scores_as_what_is_alone(model: LocalModel) -> None:
    unit = [*few_shot(1, 5), *few_shot(2, 2, shots=3), LogLikelihood("", "the cat"), LogLikelihood("cat ", "sat")]
    together = ask(model, unit)
    alone = [ask(model, [request])[0] for request in unit]
    # Float32 weights, half-precision keys and values: what the order of additions costs.
    np.testing.assert_allclose(values(together), values(alone), atol=0.02)
    assert [r.is_greedy for r in together] == [r.is_greedy for r in alone]  # type: ignore[union-attr]


def test_a_unit_is_answered_alike_whatever_came_before(path: Path, model: LocalModel) -> None:
    first, second, third = few_shot(1, 4), few_shot(1, 7), few_shot(3, 3)
    fresh = load_local(f"local/{path}", threads=1)
    expected = ask(fresh, second)
    anyio.run(fresh.aclose)
    for before in ([first], [third], [second], [first, third, first], [[LogLikelihood(text(9, 90), " a tin")]]):
        for unit in before:
            ask(model, unit)
        assert ask(model, second) == expected


def test_a_trunk_of_the_unit_before_is_not_computed_again(model: LocalModel) -> None:
    ask(model, few_shot(1, 4))
    scorer = model._worker
    before = scorer.tokens_computed  # type: ignore[union-attr]
    ask(model, few_shot(1, 4))
    again = scorer.tokens_computed - before  # type: ignore[union-attr]
    assert model._worker is scorer and again < before / 2


def test_long_continuations_and_prefixes_of_each_other(model: LocalModel) -> None:
    long = " " + text(5, 60)
    unit = [LogLikelihood("the cat", long[: 3 * k]) for k in range(1, 40)] + [LogLikelihood("the cat", long)] * 2
    together, alone = ask(model, unit), [ask(model, [request])[0] for request in unit[::8]]
    np.testing.assert_allclose(values(together[::8]), values(alone), rtol=5e-4, atol=0.02)
    assert together[-1] == together[-2]


def test_over_the_context_fails_with_the_numbers_or_is_cut_where_asked(path: Path) -> None:
    request = LogLikelihood(text(1, 300), " the tin")
    strict, cutting = load_local(f"local/{path}", threads=1), load_local(f"local/{path}", threads=1, truncate="left")
    (failed,), (cut,) = ask(strict, [request]), ask(cutting, [request])
    assert isinstance(failed, Failed) and "context holds 512 (the model's own)" in failed.reason
    n_tokens = len(strict._tokeniser.encode(request.context, True))
    assert f"prompt has {n_tokens} tokens" in failed.reason and not failed.retryable
    assert isinstance(cut, Likelihood) and cut.n_tokens is not None
    assert cut.truncated_tokens == n_tokens + cut.n_tokens - 513
    assert cutting.identity.settings == {"truncate": "left"}
    (empty,) = ask(strict, [LogLikelihood("the cat", "")])
    assert isinstance(empty, Failed) and "no token" in empty.reason
    for model in (strict, cutting):
        anyio.run(model.aclose)


def test_the_memory_budget_bounds_the_context(path: Path) -> None:
    tight = load_local(f"local/{path}", threads=1, memory_budget=600_000)
    limit = tight._sizes.scoring_limit
    assert limit == 512 and tight._sizes.generation_limit == 256
    with pytest.raises(ModelError, match="too small for a context of 256 tokens"):
        load_local(f"local/{path}", memory_budget=1 << 18)
    anyio.run(tight.aclose)


def test_names_and_arguments(path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"did you mean local/smollm2-135m\?"):
        load_local("local/smollm2-136m")
    with pytest.raises(UnknownNameError, match=r"did you mean .*tiny"):
        load_local(f"local/{path.with_name('tinny.gguf')}")
    with pytest.raises(SpecError, match="between 2 and the 512 tokens"):
        load_local(f"local/{path}", context=4096)
    with pytest.raises(SpecError, match="truncate takes 'left'"):
        load_local(f"local/{path}", truncate="right")
    with pytest.raises(SpecError, match="threads"):
        load_local(f"local/{path}", threads=0)


@pytest.mark.parametrize(
    "changed",
    [
        {"general__architecture": "nothing-known"},
        {"llama__embedding_length": 48},
        {"tokenizer__ggml__model": "no-such-tokeniser"},
        {"llama__attention__layer_norm_rms_epsilon": "text"},
    ],
)
def test_a_file_that_llama_cpp_refuses_is_a_corrupt_file(tmp_path: Path, changed: dict[str, object]) -> None:
    path = write_tiny_model(tmp_path / "odd.gguf", **changed)
    with pytest.raises(CorruptFileError, match=r"llama\.cpp cannot load"):
        load_local(f"local/{path}", threads=1)


def test_identity_tells_weights_quantisation_and_template(model: LocalModel) -> None:
    identity = model.identity
    assert identity.backend.startswith("llama.cpp xllamacpp=")
    assert identity.quantisation == "F32" and identity.settings == {}
    assert len(identity.weights_sha256 or "") == len(identity.chat_template_sha256 or "") == 64


def test_another_layout_of_the_library_is_noticed() -> None:
    class Other:
        """A library whose defaults are those of another layout."""

        def __getattr__(self, name: str) -> object:
            return getattr(load_library(), name)

        def llama_context_default_params(self) -> object:
            parameters = load_library().llama_context_default_params()
            parameters.n_seq_max = 0
            return parameters

    with pytest.raises(ModelError, match=r"self-test .* n_seq_max is 0, expected 1"):
        check_defaults(Other())  # type: ignore[arg-type]
