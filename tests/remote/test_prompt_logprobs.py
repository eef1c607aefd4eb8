"""Where the continuation begins among the tokens that a server tells; hand-worked."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kijun.models.remote.prompt_logprobs import read_likelihood, scored_tokens, sum_from
from kijun.models.remote.protocol import Answer
from kijun.records import Failed, Likelihood


def echo(
    text: str, tokens: list[str], values: list[float | None], tops: Any = None, *, prompt_tokens: int | None = None
) -> Answer:
    logprobs = {"tokens": tokens, "token_logprobs": values, "top_logprobs": tops}
    usage = None if prompt_tokens is None else {"prompt_tokens": prompt_tokens}
    return msgspec.convert({"choices": [{"text": text, "logprobs": logprobs}], "usage": usage}, Answer)


def ranks(*entries: tuple[str, float, int] | None) -> Answer:
    listed = [None if e is None else {"7": {"decoded_token": e[0], "logprob": e[1], "rank": e[2]}} for e in entries]
    return msgspec.convert({"choices": [{"text": "x", "prompt_logprobs": listed}]}, Answer)


def read(answer: Answer, context: str, continuation: str) -> Any:
    tokens = scored_tokens(answer, context + continuation)
    return None if tokens is None else read_likelihood(tokens, context)


def test_echo() -> None:
    answer = echo("The cat sat", ["The", " cat", " sat"], [None, -1.0, -2.0], [None, {" cat": -1.0}, {" on": -0.5}])
    assert read(answer, "The", " cat sat") == Likelihood(-3.0, False, 2)
    assert read(answer, "The cat", " sat") == Likelihood(-2.0, False, 1)


def test_greedy_is_every_first_choice() -> None:
    answer = echo("The cat", ["The", " cat"], [None, -1.0], [None, {" cat": -1.0, " dog": -3.0}])
    assert read(answer, "The", " cat") == Likelihood(-1.0, True, 1)


@pytest.mark.parametrize("usage", [None, 3])
def test_what_was_generated_does_not_count(usage: int | None) -> None:
    answer = echo("a b c d", ["a", " b", " c", " d"], [None, -1.0, -2.0, -4.0], prompt_tokens=usage)
    assert read(answer, "a", " b c") == Likelihood(-3.0, False, 2)


def test_the_mark_of_a_beginning_takes_no_place() -> None:
    answer = echo("ab cd", ["<s>", "ab", " cd"], [None, -1.0, -2.0])
    assert read(answer, "ab", " cd") == Likelihood(-2.0, False, 1)
    assert read(answer, "", "ab cd") == Likelihood(-3.0, False, 2)


def test_without_one_the_first_token_cannot_be_scored() -> None:
    answer = echo("ab cd", ["ab", " cd"], [None, -2.0])
    assert isinstance(read(answer, "", "ab cd"), Failed)


def test_a_token_over_the_boundary_leaves_it_to_the_number_of_tokens() -> None:
    tokens = scored_tokens(echo("ab cd", ["a", "b c", "d"], [None, -1.0, -2.0]), "ab cd")
    assert tokens is not None and read_likelihood(tokens, "ab") is None
    assert sum_from(tokens, 1) == Likelihood(-3.0, False, 2)


def test_a_character_over_several_tokens_leaves_it_to_the_number_of_tokens() -> None:
    answer = echo("犬a", ["\ufffd", "\ufffd", "\ufffd", "a", "!"], [None, -1.0, -2.0, -3.0, -9.0], prompt_tokens=4)
    tokens = scored_tokens(answer, "犬a")
    assert tokens is not None and len(tokens) == 4 and read_likelihood(tokens, "犬") is None
    assert scored_tokens(echo("犬a", ["\ufffd", "\ufffd", "\ufffd", "a"], [None, -1.0, -2.0, -3.0]), "犬a") is None


def test_tokens_without_text_at_the_boundary_leave_it_to_the_number_of_tokens() -> None:
    """As vLLM 0.32 tells 日本: the last byte of 日 is a token without text."""
    tokens = scored_tokens(ranks(None, ("", -1.0, 9), ("本", -2.0, 1)), "日本")
    assert tokens is not None and [token.start for token in tokens] == [0, 1, 1]
    assert read_likelihood(tokens, "日") is None and sum_from(tokens, 2) == Likelihood(-2.0, True, 1)


def test_ranks() -> None:
    answer = ranks(None, (" cat", -1.0, 1), (" sat", -2.0, 4))
    assert read(answer, "The", " cat sat") == Likelihood(-3.0, False, 2)
    assert read(answer, "The cat", " sat") == Likelihood(-2.0, False, 1)
    assert read(ranks(None, ("ab", -1.0, 1), (" cd", -2.0, 1)), "ab", " cd") == Likelihood(-2.0, True, 1)
    tokens = scored_tokens(ranks(None, ("\ufffd", -1.0, 1), ("\ufffd", -2.0, 1)), "犬")
    assert tokens is not None and [token.start for token in tokens] == [None] * 3


@pytest.mark.parametrize(
    "choice",
    [
        {"text": "own answer", "logprobs": {"tokens": ["own", " answer"], "token_logprobs": [-1.0, -2.0]}},
        {"text": "The cat"},
        {"text": "The cat", "logprobs": {"tokens": ["The"], "token_logprobs": []}},
        {"text": "The cat", "logprobs": {"content": []}},
    ],
)
def test_what_is_no_log_probability_of_the_prompt(choice: dict[str, Any]) -> None:
    assert scored_tokens(msgspec.convert({"choices": [choice]}, Answer), "The cat") is None
    assert scored_tokens(Answer(), "The cat") is None
