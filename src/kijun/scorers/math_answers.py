r"""Answers to competition mathematics: reading them out of a text, and telling whether two mean the same.

lm-evaluation-harness 0.4.13 prints two metrics for `leaderboard_math_hard`. ``exact_match`` is `verified`: the package
Math-Verify reads and compares both texts. ``exact_match_original`` is `final_answer_matches`: the answer between fixed
phrases, normalised as in Lewkowycz et al. 2022 (arXiv 2206.14858, appendix D), compared as text and then by sympy.

Comparing needs the extra ``math``. It happens in a process of its own that is ended when it takes too long; what cannot
be decided in time counts as different, in the harness too (whose own limits depend on the machine just as ours do).
"""

from __future__ import annotations

import atexit
import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from threading import Lock

from kijun.errors import SpecError

__all__ = [
    "equivalent",
    "extract_final_answer",
    "final_answer_matches",
    "normalise",
    "require_packages",
    "verified",
]

_START_SECONDS = 120.0
_PACKAGES = ("sympy", "antlr4", "math_verify")

_FINAL_ANSWER = re.compile(r"Final Answer: The final answer is(.*?). I hope it is correct.")
_CLOSING_PHRASE = "I hope it is correct."

# In this order, each everywhere in the text.
_REPLACED = (
    ("an ", ""),
    ("a ", ""),
    (".$", "$"),
    (r"\$", ""),
    (r"\ ", ""),
    (" ", ""),
    ("mbox", "text"),
    (r",\text{and}", ","),
    (r"\text{and}", ","),
    (r"\text{m}", r"\text{}"),
)
_REMOVED = (
    *("square", "ways", "integers", "dollars", "mph", "inches", "ft", "hours", "km", "units", r"\ldots", "sue"),
    *("points", "feet", "minutes", "digits", "cents", "degrees", "cm", "gm", "pounds", "meters", "meals", "edges"),
    *("students", "childrentickets", "multiples", r"\text{s}", r"\text{.}", "\\text{\ns}", r"\text{}^2", r"\text{}^3"),
    *("\\text{\n}", r"\text{}", r"\mathrm{th}", r"^\circ", r"^{\circ}", r"\;", r",\!", "{,}", '"', r"\dots"),
)
_UNWRAPPED = (
    (re.compile(r"(.*?)(\$)(.*?)(\$)(.*)"), r"$\3$"),
    (re.compile(r"\\text\{(.*?)\}"), r"\1"),
    (re.compile(r"\\textbf\{(.*?)\}"), r"\1"),
    (re.compile(r"\\overline\{(.*?)\}"), r"\1"),
    (re.compile(r"\\boxed\{(.*)\}"), r"\1"),
    (re.compile(r"frac([^{])(.)"), r"frac{\1}{\2}"),
    (re.compile(r"sqrt([^{])"), r"sqrt{\1}"),
)


def extract_final_answer(text: str) -> str | None:
    """What stands between "Final Answer: The final answer is" and "I hope it is correct.", or None.

    One character before the closing phrase, the full stop, is taken off. A text that breaks off after "... is 5. " is
    read as if the phrase followed.
    """
    found = _FINAL_ANSWER.search(text + _CLOSING_PHRASE)
    return found[1].strip() if found else None


def normalise(answer: str) -> str:
    """The answer after its last equals sign, without units, articles, blanks and LaTeX wrappers."""
    answer = answer.split("=")[-1]
    for old, new in _REPLACED:
        answer = answer.replace(old, new)
    for old in _REMOVED:
        answer = answer.replace(old, "")
    for pattern, new in _UNWRAPPED:
        answer = pattern.sub(new, answer)
    answer = answer.replace("$", "")
    digits = answer.replace(",", "")
    return digits if digits.isdigit() else answer


def equivalent(a: str, b: str, *, timeout: float = 5.0) -> bool:
    """Whether two normalised answers are the same text, or expressions whose difference sympy simplifies to zero.

    Args:
        a, b: LaTeX without dollar signs.
        timeout: seconds for the comparison by sympy, after which the answer is False (the harness allows 1).

    Raises:
        SpecError: the extra ``math`` is not installed.
    """
    _worker.require()
    return a.strip() == b.strip() or _worker.ask("equivalent", gold=b, given=a, seconds=timeout)


def final_answer_matches(text: str, gold: str, *, timeout: float = 5.0) -> bool:
    """``exact_match_original``: whether the final answer of `text` equals `gold`, what the solution puts in its box."""
    answer = extract_final_answer(text)
    return answer is not None and equivalent(normalise(answer), normalise(gold), timeout=timeout)


def verified(text: str, solution: str, *, timeout: float = 30.0) -> bool:
    """``exact_match``: whether Math-Verify finds the answer of `text` equal to that of `solution`, with its defaults.

    Args:
        text: the whole response.
        solution: the whole reference solution, whose LaTeX holds the answer.
        timeout: seconds for reading and comparing both; Math-Verify allows each step 5 besides.

    Raises:
        SpecError: the extra ``math`` is not installed.
    """
    _worker.require()
    return _worker.ask("verified", gold=solution, given=text, seconds=timeout)


def require_packages() -> None:
    """Raises `SpecError` where the extra ``math`` is not installed."""
    _worker.require()


class _Worker:
    """One process that compares, started when first needed, ended with ours or when it takes too long."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.stop)

    def require(self) -> None:
        missing = [name for name in _PACKAGES if find_spec(name) is None]
        if missing:
            raise SpecError(
                f"comparing mathematical answers needs {', '.join(missing)}, not installed here: "
                "pip install 'kijun[math]'"
            )

    def ask(self, kind: str, *, gold: str, given: str, seconds: float) -> bool:
        request = json.dumps({"kind": kind, "gold": gold, "given": given, "seconds": seconds})
        with self._lock:
            process = self._running()
            try:
                process.stdin.write(request.encode() + b"\n")  # type: ignore[union-attr]
                process.stdin.flush()  # type: ignore[union-attr]
                answer = _line(process, seconds)
            except BrokenPipeError:
                answer = b""
            if not answer:  # too late, or it died of the expression
                self.stop()
                return False
            return json.loads(answer)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.stop()
        program = Path(__file__).with_name("math_worker.py")
        # -P: our folder, which holds a record.py and a text.py, must not come before the packages
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us alone
        )
        if not _line(self._process, _START_SECONDS):
            self.stop()
            raise SpecError(
                "the process that compares mathematical answers did not start; "
                f"run `{sys.executable} -P {program}` to see why, or install it anew: pip install 'kijun[math]'"
            )
        return self._process

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            try:
                stream.close()  # type: ignore[union-attr]
            except BrokenPipeError:
                continue


def _line(process: subprocess.Popen[bytes], seconds: float) -> bytes | None:
    """Next line of output; empty when there will be none, None when it does not come in time."""
    assert process.stdout is not None
    with DefaultSelector() as selector:
        selector.register(process.stdout, EVENT_READ)
        return process.stdout.readline() if selector.select(seconds) else None


_worker = _Worker()
