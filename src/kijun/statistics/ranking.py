"""From votes between two to strengths of all: Bradley-Terry with sides, ties, covariates and honest intervals."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.special import expit

from kijun.records import Estimate
from kijun.statistics.intervals import normal_quantile, t_quantile
from kijun.statistics.tie_models import LOSS, TIE, TIE_START, WIN, Derivatives, TieModel, derivatives

__all__ = ["LOSS", "TIE", "WIN", "RankSet", "Ranking", "bradley_terry"]

_Values = NDArray[np.float64]
_PRIOR_SPREAD = 2.5
_STEPS = 100
_DRAWS = 20_000


class RankSet(msgspec.Struct, frozen=True):
    """Between which ranks a player lies, all players' sets holding together; 1 is the best."""

    best: int
    worst: int


class Ranking(msgspec.Struct, frozen=True):
    """Strengths of players.

    Attributes:
        names: the players.
        strengths: (m,) log-odds, their mean is 0.
        covariance: (m, m) of the strengths. Differences need all of it.
        side: log-odds by which the left side gains from being left; None where it was not asked for.
        tie: parameter of the tie model (`kijun.statistics.tie_models`); None for ``half``.
        effects: log-odds a unit of each covariate.
        n: votes.
        loglikelihood: of all votes.
        method: tie model, and what the variances allow for.
        dof: degrees of freedom of the intervals, one fewer than the fewest clusters; None without clusters, where they
            are normal.
        note: why the strengths have been drawn together, empty where they have not.
    """

    names: tuple[str, ...]
    strengths: _Values
    covariance: _Values
    side: Estimate | None
    tie: Estimate | None
    effects: dict[str, Estimate]
    n: int
    loglikelihood: float
    method: str
    level: float
    note: str = ""
    dof: int | None = None

    def strength(self, name: str) -> Estimate:
        """A player's strength beside the mean of all."""
        return self._contrast({name: 1.0})

    def difference(self, a: str, b: str) -> Estimate:
        """Log-odds that A is preferred to B where it is not a tie."""
        return self._contrast({a: 1.0, b: -1.0})

    def win_probability(self, a: str, b: str) -> Estimate:
        """Chance that A is preferred to B where it is not a tie, on no side."""
        found = self.difference(a, b)
        value, stderr = float(expit(found.value)), (found.stderr or 0.0)
        limits = (float(expit(found.low)), float(expit(found.high)))
        return Estimate(value, stderr * value * (1 - value), *limits, self.level, self.n, found.method)

    def rank_sets(self, rng: np.random.Generator) -> dict[str, RankSet]:
        """Ranks that the votes allow each player, all at once at the confidence level.

        A player is behind another where the interval of their difference says so, the intervals of all pairs holding
        together (the greatest of their standardised errors is drawn from its normal limit).

        Source: Mogstad, Romano, Shaikh and Wilhelm (2024), Rev. Econ. Stud. 91:476-518, section 3.
        """
        m = len(self.names)
        gaps = self.strengths[:, None] - self.strengths[None, :]
        variance = np.diag(self.covariance)
        errors = np.sqrt(np.maximum(variance[:, None] + variance[None, :] - 2 * self.covariance, 1e-300))
        values, vectors = np.linalg.eigh(self.covariance)
        root = vectors * np.sqrt(np.maximum(values, 0))
        above = np.triu_indices(m, 1)
        greatest = np.empty(_DRAWS)
        for start in range(0, _DRAWS, 1000):
            drawn = rng.standard_normal((min(1000, _DRAWS - start), m)) @ root.T
            greatest[start : start + len(drawn)] = np.max(
                np.abs(drawn[:, above[0]] - drawn[:, above[1]]) / errors[above], axis=1, initial=0.0
            )
        ahead = gaps > np.quantile(greatest, self.level) * errors
        np.fill_diagonal(ahead, False)
        behind = ahead.sum(axis=0)
        return {name: RankSet(int(behind[i]) + 1, m - int(ahead[i].sum())) for i, name in enumerate(self.names)}

    def _contrast(self, weights: Mapping[str, float]) -> Estimate:
        vector = np.zeros(len(self.names))
        for name, weight in weights.items():
            vector[self.names.index(name)] = weight
        stderr = math.sqrt(max(float(vector @ self.covariance @ vector), 0.0))
        value, half = float(vector @ self.strengths), _quantile(self.level, self.dof) * stderr
        return Estimate(value, stderr, value - half, value + half, self.level, self.n, self.method)


def bradley_terry(
    left: Sequence[str],
    right: Sequence[str],
    outcome: ArrayLike,
    *,
    ties: TieModel = "davidson",
    side: bool = True,
    covariates: Mapping[str, ArrayLike] | None = None,
    clusters: Sequence[Sequence[Hashable]] = (),
    level: float = 0.95,
) -> Ranking:
    """Strengths that make the votes most likely.

    The left player's advantage is its strength minus the right one's, plus what its side gives, plus the covariates'
    effects. Variances are sandwiches, which hold although votes of one rater, or on one prompt, are not independent:
    with several clusterings those of each are added and that of their crossing taken off, and the quantile is Student's
    with one degree of freedom fewer than the fewest clusters. Where one group of players won every vote against the
    rest no finite strengths are most likely; a wide normal prior (standard deviation 2.5) then draws them together, and
    `note` says so.

    Args:
        left, right: n names each.
        outcome: (n,) `WIN`, `TIE` or `LOSS` of the left.
        ties: how ties are understood; see `kijun.statistics.tie_models`.
        side: estimate what being left is worth.
        covariates: name -> (n,) difference left minus right, such as of standardised lengths.
        clusters: clusterings of the votes, such as the raters and the prompts; none takes votes as independent.

    Raises:
        ValueError: no votes, a player against itself, or players that no chain of votes connects, with their names.

    Sources: Bradley and Terry (1952), Biometrika 39:324-345; Cameron, Gelbach and Miller (2011), J. Bus. Econ. Stat.
    29:238-249 (several clusterings); Ford (1957), Am. Math. Mon. 64:28-33 (when strengths are finite).
    """
    outcomes = np.asarray(outcome, dtype=np.int64)
    names, codes = _code(left, right, outcomes)
    note = _why_not_finite(names, codes, outcomes)
    columns = {name: np.asarray(values, dtype=float) for name, values in (covariates or {}).items()}
    design, rows, of_vote = _rows(codes, outcomes, len(names), side, columns)
    counts = np.bincount(of_vote, minlength=len(rows)).astype(float)
    prior = np.zeros(design.shape[1] + 1)
    if note:
        prior[: len(names)] = 1 / _PRIOR_SPREAD**2
    beta, tie, parts = _fit(design, rows, counts, ties, len(names), prior)
    bread = np.linalg.pinv(_information(design, parts, counts, ties, len(names), prior))
    scores = sparse.hstack([design.multiply(parts.d[:, None]), parts.t[:, None]]).tocsr()
    covariance = bread @ _meat(scores, of_vote, clusters) @ bread
    size = f"{ties}, {'clustered' if clusters else 'independent votes'}"
    dof = min(len(set(column)) for column in clusters) - 1 if clusters else None
    shape = (level, dof, len(outcomes), size)
    extra = [*(["side"] if side else []), *columns]
    found = {
        name: _estimate(beta[len(names) + i], covariance[len(names) + i, len(names) + i], *shape)
        for i, name in enumerate(extra)
    }
    centre = np.eye(len(names)) - 1 / len(names)
    return Ranking(
        names,
        beta[: len(names)] - beta[: len(names)].mean(),
        centre @ covariance[: len(names), : len(names)] @ centre,
        found.pop("side", None),
        None if ties == "half" else _estimate(tie, covariance[-1, -1], *shape),
        found,
        len(outcomes),
        float(counts @ parts.value),
        size,
        level,
        note,
        dof,
    )


def _code(
    left: Sequence[str], right: Sequence[str], outcome: NDArray[np.int64]
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Names of the players, and (2, n) their numbers."""
    if not len(left) == len(right) == len(outcome):
        raise ValueError(
            f"a vote has two sides and an outcome, not {len(left)}, {len(right)} and {len(outcome)} of them"
        )
    if not len(left):
        raise ValueError("no votes")
    odd = outcome[~np.isin(outcome, (WIN, TIE, LOSS))]
    if odd.size:
        raise ValueError(f"an outcome is {WIN}, {TIE} or {LOSS} (of the left), not {int(odd[0])!r}")
    # A dictionary numbers a million texts in a fraction of the time that sorting them takes.
    names = tuple(sorted({*left, *right}))
    known = {name: number for number, name in enumerate(names)}
    codes = np.stack([np.fromiter(map(known.__getitem__, column), np.int64, len(column)) for column in (left, right)])
    itself = np.flatnonzero(codes[0] == codes[1])
    if itself.size:
        raise ValueError(f"vote {int(itself[0]) + 1} sets {left[int(itself[0])]!r} against itself")
    return names, codes


def _why_not_finite(names: tuple[str, ...], codes: NDArray[np.int64], outcome: NDArray[np.int64]) -> str:
    """Empty, or who won everything against whom; raises where votes do not even connect the players."""
    m = len(names)
    wins = np.where(outcome >= TIE, 1, 0), np.where(outcome <= TIE, 1, 0)
    beaten = sparse.coo_matrix((wins[0], (codes[0], codes[1])), shape=(m, m))
    beaten = (beaten + sparse.coo_matrix((wins[1], (codes[1], codes[0])), shape=(m, m))).tocsr()
    parts, label = connected_components(beaten, directed=False)
    if parts > 1:
        groups = [", ".join(names[i] for i in np.flatnonzero(label == part)[:5]) for part in range(min(parts, 3))]
        raise ValueError(
            f"no chain of votes connects these players, so they cannot be ranked together: {' | '.join(groups)}"
        )
    parts, label = connected_components(beaten, directed=True, connection="strong")
    if parts == 1:
        return ""
    unbeaten = [part for part in range(parts) if not _beaten_from_outside(beaten, label == part)]
    best = ", ".join(names[i] for part in unbeaten for i in np.flatnonzero(label == part)[:5])
    return f"lost no vote to the others: {best}; a prior keeps the strengths finite"


def _beaten_from_outside(beaten: Any, own: NDArray[np.bool_]) -> bool:
    return bool(beaten[~own][:, own].nnz)


def _rows(
    codes: NDArray[np.int64], outcome: NDArray[np.int64], m: int, side: bool, covariates: Mapping[str, _Values]
) -> tuple[Any, NDArray[np.int64], NDArray[np.int64]]:
    """Equal votes are one row.

    Returns:
        the sparse design (rows, players + side + covariates), (rows,) outcomes, and (n,) the row of each vote.
    """
    if covariates:
        kinds, of_vote = np.arange(len(outcome)), np.arange(len(outcome))
    else:
        joint = (codes[0] * m + codes[1]) * 3 + outcome + 1
        _, kinds, of_vote = np.unique(joint, return_index=True, return_inverse=True)
    count = len(kinds)
    at = np.arange(count)
    players = sparse.csr_matrix(
        (np.repeat([1.0, -1.0], count), (np.tile(at, 2), np.concatenate([codes[0][kinds], codes[1][kinds]]))),
        shape=(count, m),
    )
    more = [np.ones(count)] if side else []
    more += [values[kinds] for values in covariates.values()]
    design = sparse.hstack([players, np.stack(more, axis=1)]).tocsr() if more else players
    return design, outcome[kinds], of_vote


def _information(design: Any, parts: Derivatives, counts: _Values, ties: TieModel, m: int, prior: _Values) -> _Values:
    """Negative second derivatives by all parameters, the tie parameter last; strengths are held to a mean of 0."""
    size = design.shape[1]
    matrix = np.zeros((size + 1, size + 1))
    matrix[:size, :size] = -(design.T @ design.multiply((counts * parts.dd)[:, None])).toarray()
    matrix[:size, -1] = matrix[-1, :size] = -(design.T @ (counts * parts.dt))
    matrix[-1, -1] = 1.0 if ties == "half" else -float(counts @ parts.tt)
    matrix[:m, :m] += float(np.trace(matrix[:m, :m])) / m**2
    return matrix + np.diag(prior)


def _fit(
    design: Any, outcome: NDArray[np.int64], counts: _Values, ties: TieModel, m: int, prior: _Values
) -> tuple[_Values, float, Derivatives]:
    """Newton's method with halved steps."""
    beta, tie = np.zeros(design.shape[1]), TIE_START[ties]

    def height(parts: Derivatives, beta: _Values) -> float:
        return float(counts @ parts.value - 0.5 * prior[:-1] @ beta**2)

    parts = derivatives(ties, outcome, design @ beta, tie)
    for _ in range(_STEPS):
        slope = np.append(design.T @ (counts * parts.d) - prior[:-1] * beta, counts @ parts.t)
        step = np.linalg.solve(_information(design, parts, counts, ties, m, prior), slope)
        now, share = height(parts, beta), 1.0
        while True:
            new_beta, new_tie = beta + share * step[:-1], tie + share * step[-1]
            if ties != "rao-kupper" or new_tie > 0:
                new = derivatives(ties, outcome, design @ new_beta, new_tie)
                if height(new, new_beta) >= now - 1e-12 * abs(now) or share < 1e-8:
                    break
            share /= 2
        beta, tie, parts = new_beta, new_tie, new
        if np.max(np.abs(share * step)) < 1e-10:
            break
    return beta, float(tie), parts


def _meat(scores: Any, of_vote: NDArray[np.int64], clusters: Sequence[Sequence[Hashable]]) -> _Values:
    """Sum over clusters of the outer products of their scores, for one or several clusterings."""
    if not clusters:
        weighted = scores.multiply(np.bincount(of_vote, minlength=scores.shape[0])[:, None])
        return np.asarray((scores.T @ weighted).toarray())
    coded = [_numbered(names) for names in clusters]
    total = np.zeros((scores.shape[1], scores.shape[1]))
    for chosen in range(1, 2 ** len(coded)):
        crossed = np.zeros(len(of_vote), dtype=np.int64)
        members = [codes for place, codes in enumerate(coded) if chosen >> place & 1]
        for codes in members:
            crossed = np.unique(crossed * (int(codes.max()) + 1) + codes, return_inverse=True)[1]
        total += (-1) ** (len(members) + 1) * _one_meat(scores, of_vote, crossed)
    # Taking the crossing off can leave a direction with a negative variance; it is set to none.
    values, vectors = np.linalg.eigh(total)
    return np.asarray((vectors * np.maximum(values, 0)) @ vectors.T)


def _numbered(names: Sequence[Hashable]) -> NDArray[np.int64]:
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.fromiter(map(numbers.__getitem__, names), dtype=np.int64, count=len(names))


def _one_meat(scores: Any, of_vote: NDArray[np.int64], cluster: NDArray[np.int64]) -> _Values:
    groups = int(cluster.max()) + 1
    counts = sparse.coo_matrix((np.ones(len(of_vote)), (cluster, of_vote)), shape=(groups, scores.shape[0])).tocsr()
    sums = counts @ scores
    return np.asarray((sums.T @ sums).toarray()) * (groups / (groups - 1) if groups > 1 else 1.0)


def _quantile(level: float, dof: int | None) -> float:
    return normal_quantile(level) if dof is None else t_quantile(level, max(dof, 1))


def _estimate(value: float, variance: float, level: float, dof: int | None, n: int, method: str) -> Estimate:
    stderr = math.sqrt(max(float(variance), 0.0))
    half = _quantile(level, dof) * stderr
    return Estimate(float(value), stderr, float(value) - half, float(value) + half, level, n, method)
