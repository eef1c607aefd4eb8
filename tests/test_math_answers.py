"""Mathematical answers: reading, normalising, comparing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec

import pytest

from kijun.errors import SpecError
from kijun.scorers import math_answers
from kijun.scorers.math_answers import equivalent, extract_final_answer, final_answer_matches, normalise, verified

needs_math = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("sympy", "antlr4", "math_verify")),
    reason="the extra math is not installed",
)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("So.\nFinal Answer: The final answer is $5$. I hope it is correct.", "$5$"),
        ("Final Answer: The final answer is 7. ", "7"),
        ("Final Answer: The final answer is 1. I hope it is correct. Final Answer: The final answer is 2. ", "1"),
        ("Final Answer: The final answer is 7", None),
        ("Final Answer: The final answer is\n7. I hope it is correct.", None),
        ("The answer is 7.", None),
        ("", None),
    ],
)
def test_extract_final_answer(text: str, answer: str | None) -> None:
    assert extract_final_answer(text) == answer


@pytest.mark.parametrize(
    ("answer", "plain"),
    [
        ("$x = 1{,}234$ dollars", "1234"),
        (r"\frac12", r"\frac{1}{2}"),
        (r"\sqrt3 \text{ cm}", r"\sqrt{3}"),
        (r"\boxed{\text{even}}", "even"),
        (r"90^\circ", "90"),
        ("10,000", "10000"),
        ("(1,2)", "(1,2)"),
        ("$a$ or $b$", "a"),
        (r"5\$", "5"),
        ("", ""),
    ],
)
def test_normalise(answer: str, plain: str) -> None:
    assert normalise(answer) == plain


@needs_math
@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (r"\frac{1}{2}", "0.5", True),
        ("(x+1)^{2}", "x^{2}+2x+1", True),
        (r"2\sqrt{2}", r"\sqrt{8}", True),
        ("even", " even ", True),
        ("3", "4", False),
        ("(1,2)", "(2,1)", False),
        ("{", "1", False),
        ("", "0", False),
    ],
)
def test_equivalent(a: str, b: str, same: bool) -> None:
    assert equivalent(a, b) is same


@needs_math
def test_final_answer_and_verified() -> None:
    text = r"Half of one. Final Answer: The final answer is $\frac12$. I hope it is correct."
    assert final_answer_matches(text, "0.5")
    assert not final_answer_matches(text, "2")
    assert not final_answer_matches("One half.", "0.5")
    assert verified(text, r"So it is $\boxed{0.5}$.")
    assert not verified(text, r"So it is $\boxed{0.6}$.")
    assert not verified("", r"So it is $\boxed{0.6}$.")


@pytest.mark.timeout(60)
@needs_math
def test_hostile_expressions_hang_nothing() -> None:
    equivalent("1", "1.0")  # starts the process, which is not what is timed
    assert equivalent("9^{9^{9^{9}}}", "1", timeout=0.5) is False
    assert equivalent("(" * 2000, "1") is False
    assert equivalent("1", "1.0") is True


@needs_math
def test_threads_may_ask_at_once() -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda n: equivalent(f"{n}+x", f"x+{n}"), range(8))) == [True] * 8


@needs_math
def test_a_process_that_died_is_started_anew() -> None:
    assert equivalent("2", "4/2")
    process = math_answers._worker._process
    assert process is not None
    process.kill()
    process.wait()
    assert equivalent("2", "4/2")


def test_without_the_extra_the_message_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(math_answers, "find_spec", lambda name: None)
    for compare in (equivalent, verified):
        with pytest.raises(SpecError, match=r"kijun\[math\]"):
            compare("1", "1")
