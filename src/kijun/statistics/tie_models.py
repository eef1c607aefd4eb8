"""How likely a win, a tie and a loss are, given by how much the left side is stronger."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit

__all__ = ["LOSS", "TIE", "TIE_START", "WIN", "Derivatives", "TieModel", "derivatives"]

WIN, TIE, LOSS = 1, 0, -1
"""Outcomes, as seen from the left side."""

TieModel = Literal["half", "davidson", "rao-kupper"]

TIE_START: dict[TieModel, float] = {"half": 0.0, "davidson": 0.0, "rao-kupper": 0.5}
"""Where the search for the tie parameter begins."""

_Values = NDArray[np.float64]


class Derivatives(NamedTuple):
    """Log-likelihood of each vote and its derivatives by the advantage of the left (d) and the tie parameter (t)."""

    value: _Values
    d: _Values
    t: _Values
    dd: _Values
    dt: _Values
    tt: _Values


def derivatives(model: TieModel, outcome: NDArray[np.int64], advantage: _Values, tie: float) -> Derivatives:
    """Of each vote.

    - ``half``: P(win) = s(d), a tie is half a win and half a loss, and no parameter.
    - ``davidson``: P(win) : P(tie) : P(loss) = exp(d/2) : exp(t) : exp(-d/2). Davidson (1970), JASA 65:317-328.
    - ``rao-kupper``: P(win) = s(d - t), P(loss) = s(-d - t), a tie is the rest, t > 0. Rao and Kupper (1967), JASA
      62:194-204.

    Here s is the logistic function.

    Args:
        outcome: (n,) `WIN`, `TIE` or `LOSS`.
        advantage: (n,) log-odds.
        tie: the parameter t.
    """
    if model == "half":
        return _half(outcome, advantage)
    return _davidson(outcome, advantage, tie) if model == "davidson" else _rao_kupper(outcome, advantage, tie)


def _half(outcome: NDArray[np.int64], d: _Values) -> Derivatives:
    won, chance, zero = (outcome + 1) / 2, expit(d), np.zeros_like(d)
    value = won * log_expit(d) + (1 - won) * log_expit(-d)
    return Derivatives(value, won - chance, zero, -chance * (1 - chance), zero, zero)


def _davidson(outcome: NDArray[np.int64], d: _Values, t: float) -> Derivatives:
    logits = np.stack([d / 2, np.full_like(d, t), -d / 2])
    norm = np.logaddexp.reduce(logits)
    win, tie, loss = np.exp(logits - norm)
    tied, lean = (outcome == TIE).astype(float), win - loss
    return Derivatives(
        np.where(tied == 1, t, outcome * d / 2) - norm,
        (outcome - lean) / 2,
        tied - tie,
        -(win + loss - lean**2) / 4,
        lean * tie / 2,
        -tie * (1 - tie),
    )


def _rao_kupper(outcome: NDArray[np.int64], d: _Values, t: float) -> Derivatives:
    # P(tie) = P(win) P(loss) (exp(2t) - 1), so that all three are sums of the same logarithms.
    win, loss = expit(d - t), expit(-d - t)
    counts_win, counts_loss = (outcome != LOSS).astype(float), (outcome != WIN).astype(float)
    tied = (outcome == TIE).astype(float)
    odds = np.expm1(2 * t)
    bend_win, bend_loss = counts_win * win * (1 - win), counts_loss * loss * (1 - loss)
    return Derivatives(
        counts_win * log_expit(d - t) + counts_loss * log_expit(-d - t) + tied * np.log(odds),
        counts_win * (1 - win) - counts_loss * (1 - loss),
        -counts_win * (1 - win) - counts_loss * (1 - loss) + tied * 2 * (odds + 1) / odds,
        -bend_win - bend_loss,
        bend_win - bend_loss,
        -bend_win - bend_loss - tied * 4 * (odds + 1) / odds**2,
    )
