r"""Crossover: the week from which a policy stays ahead of its comparator, and the dip before it.

``advantage`` has shape [pairs, weeks]: policy minus comparator in the same runs, signed so that more is better.

**Statements and their error rates.** One crossover makes three kinds of statement: who is ahead at the end, whether the
cumulative advantage is above 0 at the end, and the course over quarters (from when the policy stays ahead, and how far
it falls behind before). Each has a third of the error rate `level` (Bonferroni), so that the chance that any of them is
wrong is at most `level`. A page with several crossovers passes its own error rate divided by their number, again
Bonferroni: the page of a comparison gives 1 % in total to statements on change over time, that is 0.01 / rows each.

- *Ahead* or *behind at the end*: the paired difference over the last year is clear of 0 (paired t-test; sign test if
  all pairs are equal). Otherwise the runs are inconclusive, and no crossover is stated.
- *From when*, and *the dip*: a simultaneous band over quarters (:mod:`redbead.analysis.simultaneous`). If the band
  contains the true means, the interval of the crossover contains the true one and that of the dip the true minimum,
  however the quarters are correlated.

**Assumptions.** Pairs are independent, or are means of independent draws (`cluster`). Means over pairs are close to
normal. The crossover is known to a quarter. The estimate of the dip is a minimum over quarters and lies below the true
minimum on average; its interval does not rely on it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from redbead.analysis.intervals import Interval, varies, wilson_interval
from redbead.analysis.means import draw_means, estimate_mean, p_value
from redbead.analysis.simultaneous import SimultaneousIntervals, simulated_means, simultaneous_band
from redbead.state.constants import QUARTER, YEAR, Reals, Whole

_STATEMENTS = 3
"""Kinds of statement on one crossover that share its error rate: end, cumulative advantage, course over quarters."""


class Crossover(NamedTuple):
    """When, and after how deep a dip, a policy overtakes its comparator.

    Attributes
    ----------
    at_end : int
        1 if the policy is ahead over the last year, -1 if it is behind, 0 if the runs are inconclusive.
    overtakes : int or None
        First week of the first quarter from which the mean advantage stays above 0 until the end; None if the policy
        is not shown to be ahead at the end, or the mean of its last quarter is not above 0. [weeks]
    overtakes_low, overtakes_high : float
        Simultaneous interval of `overtakes`: the first quarter from which the upper end of the band stays at 0 or
        above, and the first from which the lower end stays above 0; infinite if there is none. NaN if the policy is
        not shown to be ahead at the end. [weeks]
    ever : float
        Share of simulated repetitions that cross over: their mean is above 0 in the last quarter. [0-1]
    dip : float
        Mean advantage of the worst quarter; 0 if the policy is never behind.
    dip_low, dip_high : float
        Simultaneous interval of the true advantage in its worst quarter, at most 0. Below 0 at its upper end if the
        policy is shown to be behind in some quarter.
    dip_at : int or None
        First week of the worst quarter. [weeks]
    pays_back : int or None
        First week of the quarter from which the cumulative advantage stays above 0; None if it is not shown to be
        above 0 at the end. [weeks]
    never : Interval
        Share of runs that are not better over the last year. [0-1]
    identical : bool
        Whether the two are equal in every week of every run.
    """

    at_end: int
    overtakes: int | None
    overtakes_low: float
    overtakes_high: float
    ever: float
    dip: float
    dip_low: float
    dip_high: float
    dip_at: int | None
    pays_back: int | None
    never: Interval
    identical: bool


def crossover(advantage: Reals, start: int = 0, level: float = 0.05, cluster: Whole | None = None) -> Crossover:
    r"""Estimate when a policy overtakes its comparator.

    Parameters
    ----------
    advantage : array
        Weekly advantage in each pair of runs, shape [pairs, weeks]; positive where the policy is better.
    start : int
        Week in which the two begin to differ. Earlier quarters do not count. [weeks]
    level : float
        Chance at most that any statement on this crossover is wrong. [0-1]
    cluster : array of int, optional
        Draw of the uncertain parameters of each pair, shape [pairs]. Pairs that share a draw are not independent, so
        that their means are compared.

    Returns
    -------
    Crossover
        Crossover, dip and break-even.

    Notes
    -----
    With the band :math:`l_q \le \mu_q \le u_q` over quarters q, the interval of the crossover is

    .. math:: \min \{q : u_r \ge 0 \; \forall r \ge q\} \; \text{to} \; \min \{q : l_r > 0 \; \forall r \ge q\},

    and that of the dip :math:`\min(0, \min_q l_q)` to :math:`\min(0, \min_q u_q)`.
    """
    identical, each = not advantage.any(), level / _STATEMENTS
    last_year = advantage[:, -min(YEAR, advantage.shape[1]) :].mean(axis=1)
    # Shares of draws instead of runs: Wilson's interval is then at least as wide as runs that share draws require.
    never = wilson_interval(_by_cluster((last_year <= 0.0).astype(np.float64)[:, None], cluster)[:, 0])
    quarters = _by_cluster(_quarters(advantage, start), cluster)
    if quarters.shape[1] == 0:
        return Crossover(0, None, math.nan, math.nan, 0.0, 0.0, 0.0, 0.0, None, None, never, identical)
    first = advantage.shape[1] - quarters.shape[1] * QUARTER
    band = _band(quarters, each)
    at_end = _sign(_by_cluster(last_year[:, None], cluster)[:, 0], each)
    lowest = int(np.argmin(band.mean))
    return Crossover(
        at_end,
        *(_crossing(band, first) if at_end > 0 else (None, math.nan, math.nan)),
        float((simulated_means(quarters[:, -1:].T) > 0.0).mean()),
        min(0.0, float(band.mean[lowest])),
        float(np.minimum(0.0, band.low.min())),
        float(np.minimum(0.0, band.high.min())),
        first + QUARTER * lowest if band.mean[lowest] < 0.0 else None,
        _week(np.cumsum(band.mean) > 0.0, first) if _sign(quarters.sum(axis=1), each) > 0 else None,
        never,
        identical,
    )


def _by_cluster(values: Reals, cluster: Whole | None) -> Reals:
    """Means over the pairs of each cluster, shape [clusters, ...]; the values themselves without clusters."""
    return draw_means(values.T, cluster).T


def _quarters(advantage: Reals, start: int) -> Reals:
    """Means of whole quarters from `start` on, shape [pairs, quarters]; surplus weeks at the beginning are left out."""
    count = max(0, advantage.shape[1] - start) // QUARTER
    tail = advantage[:, advantage.shape[1] - count * QUARTER :]
    return np.asarray(tail.reshape(len(advantage), count, QUARTER).mean(axis=2))


def _sign(differences: Reals, level: float) -> int:
    """1 or -1 if the mean of paired differences is shown to be above or below 0, otherwise 0."""
    return int(np.sign(differences.mean())) if p_value(estimate_mean(differences)) <= level else 0


def _band(quarters: Reals, level: float) -> SimultaneousIntervals:
    """Simultaneous band over quarters, of means of shape [pairs, quarters], with ends for quarters without spread.

    The band of a quarter in which all pairs are equal has no width if the sign test at Bonferroni's level shows a
    difference from 0, and otherwise reaches to 0.
    """
    band = simultaneous_band(quarters.T, level)
    pairs, count = quarters.shape
    if pairs < 2:
        return band
    half = np.abs(band.mean) if 2.0 ** (1 - pairs) > level / count else np.zeros(count)
    spread = varies(quarters.T)
    low, high = np.where(spread, band.low, band.mean - half), np.where(spread, band.high, band.mean + half)
    return band._replace(low=low, high=high)


def _crossing(band: SimultaneousIntervals, first: int) -> tuple[int | None, float, float]:
    """Week of the crossover with its interval."""
    low, high = (
        math.inf if (week := _week(ahead, first)) is None else float(week)
        for ahead in (band.high >= 0.0, band.low > 0.0)
    )
    return _week(band.mean > 0.0, first), low, high


def _week(ahead: NDArray[np.bool_], first: int) -> int | None:
    """First week of the first quarter from which all are ahead; None if the last quarter is not.

    >>> _week(np.array([True, False, True, True]), 2), _week(np.array([True, False]), 2)
    (28, None)
    """
    behind = np.flatnonzero(~ahead)
    quarter = 0 if behind.size == 0 else int(behind[-1]) + 1
    return first + QUARTER * quarter if quarter < ahead.size else None
