"""Compares LaTeX expressions, in a process of its own: a hostile one must not hang or fill the process that asks.

This file is run by its path as a program, so it imports nothing of Kijun. It reads one JSON object a line from
standard input, ``{"kind": "equivalent" | "verified", "gold": ..., "given": ..., "seconds": ...}``, and answers each
with ``true`` or ``false`` on a line of standard output. Before the first it writes ``ready``. It ends with its input.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys

__all__ = ["equivalent", "serve", "verified"]

MEMORY_LIMIT = 4 * 2**30
GRACE_SECONDS = 2.0


def equivalent(gold: str, given: str) -> bool:
    """Whether sympy simplifies the difference of the two to zero; False where it cannot read or subtract them."""
    import sympy
    from sympy.parsing.latex import parse_latex

    return bool(sympy.simplify(parse_latex(given) - parse_latex(gold)) == 0)


def verified(gold: str, given: str) -> bool:
    """Whether Math-Verify finds the answer of text `given` equal to that of the solution `gold`."""
    from math_verify import LatexExtractionConfig, parse, verify

    return bool(verify(parse(gold, extraction_config=[LatexExtractionConfig()]), parse(given)))


def serve() -> None:
    """Answers requests until the input ends."""
    import math_verify  # noqa: F401  the slow imports belong before "ready"
    from sympy.parsing.latex import parse_latex

    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    sys.stdout = sys.stderr  # what the libraries print is no answer
    parse_latex("x")
    _limit_memory()
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        compare = {"equivalent": equivalent, "verified": verified}[request["kind"]]
        # Should whoever asked be gone, nobody stops us: the processor timer does, whatever code is running.
        signal.setitimer(signal.ITIMER_PROF, request["seconds"] + GRACE_SECONDS)
        try:
            answer = compare(request["gold"], request["given"])
        except Exception:
            answer = False
        signal.setitimer(signal.ITIMER_PROF, 0)
        print(json.dumps(answer), file=answers, flush=True)


def _limit_memory() -> None:
    import resource

    with contextlib.suppress(ValueError, OSError):  # macOS does not let itself be limited
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


if __name__ == "__main__":
    serve()
