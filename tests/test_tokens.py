"""Token ids of pairs follow lm-evaluation-harness's rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kijun.models.tokens import TokenPair, encode_pairs, encode_prompts, fit_pair, fit_prompt

BOS = 1


class Letters:
    """A letter is its code point, a space sticks to the letter after it, BOS comes first where asked."""

    prefix_id: int | None = BOS
    prefix_text = "<s>"

    def __init__(self) -> None:
        self.seen: list[str] = []

    def encode(self, text: str, add_special_tokens: bool) -> list[int]:
        self.seen.append(text)
        ids = [BOS] if add_special_tokens else []
        if text.startswith("<s>"):
            ids.append(BOS)
            text = text[3:]
        glued = False
        for letter in text:
            if letter == " " and not glued:
                glued = True
                continue
            ids.append(ord(letter) + (1000 if glued else 0))
            glued = False
        return [*ids, ord(" ")] if glued else ids


class Bulk(Letters):
    def encode_many(self, texts: list[str], add_special_tokens: bool) -> list[list[int]]:
        return [self.encode(text, add_special_tokens) for text in texts]


@pytest.mark.parametrize(
    ("context", "continuation", "expected"),
    [
        ("Q", " a", ((BOS, ord("Q")), (1000 + ord("a"),))),
        ("Q ", "a", ((BOS, ord("Q")), (1000 + ord("a"),))),
        ("<s>Q", "a", ((BOS, ord("Q")), (ord("a"),))),
        ("", "ab", ((BOS,), (ord("a"), ord("b")))),
        ("", "<s>ab", ((BOS,), (ord("a"), ord("b")))),
        (" ", "ab", ((BOS,), (1000 + ord("a"), ord("b")))),
        ("Q", "", ((BOS, ord("Q")), ())),
    ],
)
def test_pairs(context: str, continuation: str, expected: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    assert encode_pairs(Letters(), [(context, continuation)]) == [TokenPair(*expected)]


def test_a_model_without_prefix_token_reads_the_first_token_of_the_continuation() -> None:
    tokeniser = Letters()
    tokeniser.prefix_id, tokeniser.prefix_text = None, ""
    assert encode_pairs(tokeniser, [("", "ab")]) == [TokenPair((ord("a"),), (ord("b"),))]


def test_each_distinct_text_is_encoded_once() -> None:
    tokeniser = Letters()
    encode_pairs(tokeniser, [("Q", " a"), ("Q", " b"), ("Q", " a")])
    assert sorted(tokeniser.seen) == ["Q", "Q a", "Q b"]


@given(st.lists(st.tuples(st.text("ab ", max_size=4), st.text("ab ", max_size=4)), max_size=8))
def test_bulk_and_single_agree_and_nothing_is_lost(pairs: list[tuple[str, str]]) -> None:
    encoded = encode_pairs(Letters(), pairs)
    assert encoded == encode_pairs(Bulk(), pairs)
    for (context, continuation), pair in zip(pairs, encoded, strict=True):
        whole = Letters().encode(context + continuation, bool(context.rstrip()))
        assert pair.context + pair.continuation == tuple(whole) if context.rstrip() else (BOS, *whole)


def test_inputs_leave_out_the_last_token() -> None:
    assert TokenPair((1, 2), (3, 4)).inputs == (1, 2, 3)


def test_a_pair_is_cut_from_the_left_and_says_how_much() -> None:
    pair = TokenPair((1, 2, 3), (4, 5))
    assert fit_pair(pair, 4) is pair
    assert fit_pair(pair, 3) == TokenPair((2, 3), (4, 5), 1)
    assert fit_pair(pair, 2) == TokenPair((3,), (4, 5), 2)
    assert fit_pair(pair, 1) is None


def test_prompts() -> None:
    assert encode_prompts(Letters(), ["a", "", "<s>a"]) == [(BOS, ord("a")), (BOS,), (BOS, ord("a"))]
    assert fit_prompt((1, 2, 3), 2, 5) == (1, 2, 3)
    assert fit_prompt((1, 2, 3), 3, 5) == (2, 3)
    assert fit_prompt((1,), 5, 5) is None
