"""Two answers compared in both orders."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from kijun.records import Measured, Score, Unscored

__all__ = ["PAIR_PARTS", "answer_is_second", "pair_scores"]

PAIR_PARTS = {"win_rate": "share", "consistent": "proportion", "prefers_first": "share"}
"""1 for the answer, 0.5 for a tie, 0 for the other one; both orders gave the same; 1 for whatever stood first."""

_FOR_FIRST = {"A": 1.0, "B": 0.0, "tie": 0.5, "both_bad": 0.5}


def answer_is_second(item_id: str) -> bool:
    """Whether the answer stands second, where a pair is judged in one order only: by a hash, half of the items."""
    return hashlib.sha256(f"order {item_id}".encode()).digest()[0] % 2 == 1


def pair_scores(verdicts: Sequence[tuple[str | Unscored, bool]]) -> dict[str, Score]:
    """Scores of the answer, from one verdict or from one in each order.

    A judge whose verdict changes with the order has called a tie (MT-Bench's rule: Zheng et al. 2023, arXiv:2306.05685,
    section 3.4).

    Args:
        verdicts: ``A``, ``B``, ``tie`` or ``both_bad``, and whether the answer stood second (as B).
    """
    wins: list[float] = []
    first: list[float] = []
    for verdict, second in verdicts:
        if isinstance(verdict, Unscored):
            return dict.fromkeys(PAIR_PARTS if len(verdicts) > 1 else _ONE_ORDER, verdict)
        for_first = _FOR_FIRST[verdict]
        first.append(for_first)
        wins.append(1 - for_first if second else for_first)
    same = all(win == wins[0] for win in wins)
    scores: dict[str, Score] = {
        "win_rate": Measured(wins[0] if same else 0.5),
        "consistent": Measured(float(same)),
        "prefers_first": Measured(sum(first) / len(first)),
    }
    return scores if len(verdicts) > 1 else {name: scores[name] for name in _ONE_ORDER}


_ONE_ORDER: Mapping[str, str] = {name: how for name, how in PAIR_PARTS.items() if name != "consistent"}
