"""Who is best, by how much one may be sure of it, and whom the runs cannot tell apart.

`gains` is [policies, runs]: one outcome of every policy in the same runs, signed so that more is better.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from redbead.analysis.bootstrap import means
from redbead.analysis.intervals import further_runs
from redbead.state.types import Reals, Whole

LEVEL: Final = 0.05
"""At most one comparison in twenty names a winner where there is none."""

_TIE: Final = 1e-12


class Rank(NamedTuple):
    """Where a policy stands: mean rank over resamples with the middle 90 %, and the chance that its mean is the best.

    `share_best` is the share of single runs in which it is the best; ties are shared.
    """

    mean: float
    low: float
    high: float
    p_best: float
    share_best: float


class PairwiseTest(NamedTuple):
    """Two policies: the mean difference (first minus second) with its corrected interval, and whether they differ.

    `more_runs` would tell them apart if the estimate stayed; 0 where they are told apart, or are equal in every run.
    """

    first: int
    second: int
    difference: float
    low: float
    high: float
    apart: bool
    identical: bool
    more_runs: int


def ranks(gains: Reals, cluster: Whole | None = None) -> list[Rank]:
    """The rank of every policy; `cluster` [runs] says which runs are not independent of each other."""
    resampled = means(gains, cluster)
    places = _places(resampled)
    best, single = shared_best(resampled), shared_best(gains.T)
    ends = np.quantile(places, (0.05, 0.95), axis=0)
    columns = (places.mean(axis=0), *ends, best.mean(axis=0), single.mean(axis=0))
    return [Rank(*(float(column[k]) for column in columns)) for k in range(len(gains))]


def _places(rows: Reals) -> Reals:
    """Ranks within each row, 1 the best; equal values share the mean of their places."""
    above = (rows[:, None, :] > rows[:, :, None] + _TIE).sum(axis=2)
    equal = (np.abs(rows[:, None, :] - rows[:, :, None]) <= _TIE).sum(axis=2)
    return np.asarray(1.0 + above + (equal - 1) / 2.0)


def shared_best(rows: Reals) -> Reals:
    """For each row, 1 shared among the policies that are best in it: [rows, policies]."""
    top = np.abs(rows - rows.max(axis=1, keepdims=True)) <= _TIE
    return np.asarray(top / top.sum(axis=1, keepdims=True))


def pairwise_tests(gains: Reals, families: int = 1, cluster: Whole | None = None) -> list[PairwiseTest]:
    """Every pair of policies: paired t-tests, corrected by Holm over all pairs and over `families` outcomes.

    Thereby at most one comparison in twenty tells any two apart that do not differ, however many policies and
    outcomes it has. The interval of a pair is the one that belongs to its step of the correction.

    Parameters
    ----------
    gains
        One outcome, [policies, runs].
    families
        How many outcomes are judged in this way.
    cluster
        Runs that are not independent share a number; then means over clusters are compared.
    """
    rows = gains if cluster is None else _by_cluster(gains, cluster)
    pairs = [(a, b) for a in range(len(rows)) for b in range(a + 1, len(rows))]
    found = [_test(rows[a] - rows[b]) for a, b in pairs]
    order = sorted(range(len(pairs)), key=lambda k: found[k][2])
    still = True
    told: dict[int, PairwiseTest] = {}
    for step, k in enumerate(order):
        mean, error, p = found[k]
        level = LEVEL / (families * (len(pairs) - step))
        still = still and p <= level
        told[k] = _told(pairs[k], mean, error, level, rows.shape[1], apart=still)
    return [told[k] for k in range(len(pairs))]


def _by_cluster(gains: Reals, cluster: Whole) -> Reals:
    return np.stack([gains[:, cluster == c].mean(axis=1) for c in np.unique(cluster)], axis=1)


def _test(differences: Reals) -> tuple[float, float, float]:
    """Mean, standard error and two-sided p of a paired t-test; differences that are all 0 have p 1."""
    n = differences.size
    mean = float(differences.mean()) if n else math.nan
    if n < 2:
        return mean, math.nan, 1.0
    error = float(differences.std(ddof=1)) / math.sqrt(n)
    if error == 0.0:
        return mean, 0.0, 1.0 if mean == 0.0 else 0.0
    from scipy.stats import t

    return mean, error, float(2.0 * t.sf(abs(mean) / error, n - 1))


def _told(pair: tuple[int, int], mean: float, error: float, level: float, n: int, *, apart: bool) -> PairwiseTest:
    if not error > 0.0:
        return PairwiseTest(*pair, mean, mean, mean, apart, mean == 0.0, 0)
    from scipy.stats import t

    half = float(t.isf(level / 2.0, n - 1)) * error
    more = 0 if apart or mean == 0.0 else further_runs(half, abs(mean), n)
    return PairwiseTest(*pair, mean, mean - half, mean + half, apart, False, more)


def not_distinguishable_from_best(gains: Reals, told: list[PairwiseTest]) -> list[int]:
    """The policies that cannot be told apart from the one with the best mean, itself first: one alone is the winner."""
    top = int(np.argmax(gains.mean(axis=1)))
    tied = [pair.second if pair.first == top else pair.first for pair in told if top in pair[:2] and not pair.apart]
    return [top, *tied]


def regret(gains: Reals, future: Whole) -> tuple[Reals, Reals]:
    """How much each policy may fall short of the best one: largest and mean over futures.

    Parameters
    ----------
    gains
        One outcome, [policies, runs].
    future
        The future that each run belongs to (a theory, a draw of what is uncertain; a run of its own where nothing
        else is uncertain). [runs]

    Returns
    -------
    tuple
        Maximum regret and mean regret of each policy, in the unit of the outcome. [policies]
    """
    by_future = _by_cluster(gains, future)
    short = by_future.max(axis=0) - by_future
    return short.max(axis=1), short.mean(axis=1)


def dominated(gains: Reals, cluster: Whole | None = None) -> tuple[list[list[int]], Reals]:
    """Who is dominated: from [outcomes, policies, runs], for each policy those as good on all and better on one.

    Returns
    -------
    tuple
        By the means; and for each policy the share of resamples in which some other dominates it. [policies]
    """
    now = _dominates(gains.mean(axis=2)[None])[0]
    resampled = _dominates(means(gains, cluster))
    return [np.flatnonzero(now[:, k]).tolist() for k in range(now.shape[1])], resampled.any(axis=1).mean(axis=0)


def _dominates(rows: Reals) -> Reals:
    """[rows, outcomes, policies] gives [rows, a, b]: whether a dominates b."""
    apart = rows[:, :, :, None] - rows[:, :, None, :]
    return np.asarray((apart >= -_TIE).all(axis=1) & (apart > _TIE).any(axis=1))
