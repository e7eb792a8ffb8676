"""Ranking of policies: ranks, pairwise tests, regret and dominance.

``gains`` has shape [policies, runs]: one outcome of all policies in the same runs, signed so that more is better.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from redbead.analysis.intervals import further_runs, resampled_means
from redbead.state.constants import Reals, Whole

LEVEL: Final = 0.05
"""Family-wise error rate: at most 5 % of comparisons report a difference where there is none."""

_TIE: Final = 1e-12


class Rank(NamedTuple):
    """Rank of a policy over resamples.

    Attributes
    ----------
    mean, low, high : float
        Mean rank and its middle 90 %; 1 is best.
    p_best : float
        Probability that the mean of the policy is the best. [0-1]
    share_best : float
        Share of single runs in which the policy is the best; ties are shared. [0-1]
    """

    mean: float
    low: float
    high: float
    p_best: float
    share_best: float


class PairwiseTest(NamedTuple):
    """Paired t-test of two policies, corrected for multiple comparisons.

    Attributes
    ----------
    first, second : int
        Positions of the policies.
    difference, low, high : float
        Mean difference, first minus second, with its corrected interval.
    significant : bool
        Whether the two differ at the corrected level.
    identical : bool
        Whether the two are equal in every run.
    more_runs : int
        Additional runs that would make the difference significant if the estimate held; 0 if it is significant, or
        exactly 0.
    """

    first: int
    second: int
    difference: float
    low: float
    high: float
    significant: bool
    identical: bool
    more_runs: int


def ranks(gains: Reals, cluster: Whole | None = None) -> list[Rank]:
    """Rank every policy over bootstrap resamples.

    Parameters
    ----------
    gains : array
        One outcome, shape [policies, runs].
    cluster : array of int, optional
        Cluster of each run, shape [runs]; runs of one cluster are not independent.

    Returns
    -------
    list of Rank
        One per policy.
    """
    resampled = resampled_means(gains, cluster)
    positions = _ranks_within_rows(resampled)
    best, single_runs = best_shares(resampled), best_shares(gains.T)
    ends = np.quantile(positions, (0.05, 0.95), axis=0)
    columns = (positions.mean(axis=0), *ends, best.mean(axis=0), single_runs.mean(axis=0))
    return [Rank(*(float(column[k]) for column in columns)) for k in range(len(gains))]


def _ranks_within_rows(rows: Reals) -> Reals:
    """Ranks within each row, 1 for the best; equal values share the mean of their ranks."""
    above = (rows[:, None, :] > rows[:, :, None] + _TIE).sum(axis=2)
    equal = (np.abs(rows[:, None, :] - rows[:, :, None]) <= _TIE).sum(axis=2)
    return np.asarray(1.0 + above + (equal - 1) / 2.0)


def best_shares(rows: Reals) -> Reals:
    """Per row, a total of 1 shared among the policies that are best in it, shape [rows, policies]."""
    best = np.abs(rows - rows.max(axis=1, keepdims=True)) <= _TIE
    return np.asarray(best / best.sum(axis=1, keepdims=True))


def pairwise_tests(gains: Reals, families: int = 1, cluster: Whole | None = None) -> list[PairwiseTest]:
    r"""Test every pair of policies with paired t-tests, corrected by Holm over all pairs and outcomes.

    Parameters
    ----------
    gains : array
        One outcome, shape [policies, runs].
    families : int
        Number of outcomes that are tested in this way.
    cluster : array of int, optional
        Cluster of each run, shape [runs]. Means over clusters are compared, because runs of one cluster are not
        independent.

    Returns
    -------
    list of PairwiseTest
        One per pair.

    Notes
    -----
    With m pairs and F outcomes, the j-th smallest p-value (j = 0, 1, ...) is compared with

    .. math:: \alpha_j = \frac{0.05}{F (m - j)}

    until the first that is not significant. The family-wise error rate is then at most 5 % for any number of policies
    and outcomes. The interval of a pair has the level :math:`1 - \alpha_j` of its step.
    """
    rows = gains if cluster is None else _by_cluster(gains, cluster)
    pairs = [(a, b) for a in range(len(rows)) for b in range(a + 1, len(rows))]
    statistics = [_paired_t_test(rows[a] - rows[b]) for a, b in pairs]
    order = sorted(range(len(pairs)), key=lambda k: statistics[k][2])
    rejecting = True
    tests: dict[int, PairwiseTest] = {}
    for step, k in enumerate(order):
        mean, error, p = statistics[k]
        level = LEVEL / (families * (len(pairs) - step))
        rejecting = rejecting and p <= level
        tests[k] = _pairwise_test(pairs[k], mean, error, level, rows.shape[1], significant=rejecting)
    return [tests[k] for k in range(len(pairs))]


def _by_cluster(gains: Reals, cluster: Whole) -> Reals:
    """Means over clusters, shape [policies, clusters]."""
    return np.stack([gains[:, cluster == c].mean(axis=1) for c in np.unique(cluster)], axis=1)


def _paired_t_test(differences: Reals) -> tuple[float, float, float]:
    """Mean, standard error and two-sided p-value; the p-value is 1 if all differences are 0."""
    n = differences.size
    mean = float(differences.mean()) if n else math.nan
    if n < 2:
        return mean, math.nan, 1.0
    error = float(differences.std(ddof=1)) / math.sqrt(n)
    if error == 0.0:
        return mean, 0.0, 1.0 if mean == 0.0 else 0.0
    from scipy.stats import t

    return mean, error, float(2.0 * t.sf(abs(mean) / error, n - 1))


def _pairwise_test(
    pair: tuple[int, int], mean: float, error: float, level: float, n: int, *, significant: bool
) -> PairwiseTest:
    """Result of one pair with its interval at the corrected level."""
    if not error > 0.0:
        return PairwiseTest(*pair, mean, mean, mean, significant, mean == 0.0, 0)
    from scipy.stats import t

    half = float(t.isf(level / 2.0, n - 1)) * error
    more = 0 if significant or mean == 0.0 else further_runs(half, abs(mean), n)
    return PairwiseTest(*pair, mean, mean - half, mean + half, significant, False, more)


def not_distinguishable_from_best(gains: Reals, tests: list[PairwiseTest]) -> list[int]:
    """Policies that do not differ significantly from the one with the best mean.

    Parameters
    ----------
    gains : array
        One outcome, shape [policies, runs].
    tests : list of PairwiseTest
        Tests of all pairs.

    Returns
    -------
    list of int
        Positions, the best mean first. A single position is a clear winner.
    """
    top = int(np.argmax(gains.mean(axis=1)))
    tied = [
        pair.second if pair.first == top else pair.first for pair in tests if top in pair[:2] and not pair.significant
    ]
    return [top, *tied]


def regret(gains: Reals, future: Whole) -> tuple[Reals, Reals]:
    r"""Regret of each policy: its shortfall from the best policy in the same future.

    Parameters
    ----------
    gains : array
        One outcome, shape [policies, runs].
    future : array of int
        Future of each run, shape [runs]: a theory, a draw of the uncertain parameters, or the run itself if nothing
        else is uncertain.

    Returns
    -------
    tuple of array
        Maximum and mean regret per policy, shape [policies], in the unit of the outcome.

    Notes
    -----
    With the mean gain :math:`g_{pf}` of policy p in future f, the regret is

    .. math:: r_{pf} = \max_q g_{qf} - g_{pf}
    """
    by_future = _by_cluster(gains, future)
    shortfall = by_future.max(axis=0) - by_future
    return shortfall.max(axis=1), shortfall.mean(axis=1)


def dominance(gains: Reals, cluster: Whole | None = None) -> tuple[list[list[int]], Reals]:
    """Find dominated policies: another policy is as good on every outcome and better on at least one.

    Parameters
    ----------
    gains : array
        All outcomes, shape [outcomes, policies, runs].
    cluster : array of int, optional
        Cluster of each run, shape [runs].

    Returns
    -------
    tuple
        For each policy, the positions of the policies that dominate it by their means; and the share of resamples in
        which some policy dominates it, shape [policies]. [0-1]
    """
    by_mean = _dominates(gains.mean(axis=2)[None])[0]
    resampled = _dominates(resampled_means(gains, cluster))
    return [np.flatnonzero(by_mean[:, k]).tolist() for k in range(by_mean.shape[1])], resampled.any(axis=1).mean(axis=0)


def _dominates(rows: Reals) -> Reals:
    """Whether policy a dominates policy b, shape [rows, a, b], from values of shape [rows, outcomes, policies]."""
    difference = rows[:, :, :, None] - rows[:, :, None, :]
    return np.asarray((difference >= -_TIE).all(axis=1) & (difference > _TIE).any(axis=1))
