r"""Ranking of policies: ranks with the probability of being best, regret and dominance.

``gains`` has shape [policies, runs]: one outcome of all policies in the same runs, signed so that more is better.

The uncertainty of ranks comes from draws of the true means from their joint posterior with a flat prior
[GelmanEtAl2013]_. With the mean :math:`\bar x` and covariance S over n units:

.. math:: \theta \sim t_{n - 1}(\bar x, S / n)

For two policies the probability of being best is then the one-sided probability of the paired t-test. For many policies
with close means it is optimistic for the one that comes first, as with every flat prior; ``docs/statistics.md`` has
the size.

.. [GelmanEtAl2013] Gelman and others: Bayesian Data Analysis, section 3.5. CRC Press 2013.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from redbead.analysis.intervals import RESAMPLES
from redbead.analysis.means import draw_means
from redbead.state.constants import Reals, Whole

FEWEST_UNITS: Final = 5
"""Fewest independent runs, or draws of uncertain parameters, for which the probability of being best is stated."""

_TIE: Final = 1e-12
"""Relative difference up to which two values are equal, because the last bits of a sum depend on its order."""

_SEED: Final = 20130101
_BLOCK: Final = 200


class Rank(NamedTuple):
    """Rank of a policy.

    Attributes
    ----------
    mean, low, high : float
        Mean rank and its middle 90 % over draws of the true means; 1 is best. With fewer than `FEWEST_UNITS` units the
        rank of the estimated mean, without ends.
    p_best : float
        Probability that the true mean of the policy is the best; NaN with fewer than `FEWEST_UNITS` units. [0-1]
    share_best : float
        Share of single runs in which the policy is the best; ties are shared. [0-1]
    """

    mean: float
    low: float
    high: float
    p_best: float
    share_best: float


def ranks(gains: Reals, draw: Whole | None = None) -> list[Rank]:
    """Rank every policy.

    Parameters
    ----------
    gains : array
        One outcome, shape [policies, runs].
    draw : array of int, optional
        Draw of the uncertain parameters in each run, shape [runs]; the units are then the draws.

    Returns
    -------
    list of Rank
        One per policy.
    """
    units = draw_means(gains, draw)
    single_runs = best_shares(gains.T).mean(axis=0)
    if units.shape[1] < FEWEST_UNITS:
        by_mean = _ranks_within_rows(units.mean(axis=1)[None])[0]
        return [
            Rank(float(rank), math.nan, math.nan, math.nan, float(share))
            for rank, share in zip(by_mean, single_runs, strict=True)
        ]
    means = possible_means(units)
    positions, best = _ranks_within_rows(means), best_shares(means)
    columns = (positions.mean(axis=0), *np.quantile(positions, (0.05, 0.95), axis=0), best.mean(axis=0), single_runs)
    return [Rank(*(float(column[k]) for column in columns)) for k in range(len(gains))]


def possible_means(units: Reals) -> Reals:
    """Draw the true means from their posterior; the draws depend only on the number of units.

    Parameters
    ----------
    units : array
        Values of at least two independent units, shape [..., units].

    Returns
    -------
    array
        Shape [RESAMPLES, ...], in the unit of the values.
    """
    n = units.shape[-1]
    flat = units.reshape(-1, n)
    mean = flat.mean(axis=1)
    centred = (flat - mean[:, None]) / math.sqrt(n * (n - 1))  # its square is S / n
    generator = np.random.Generator(np.random.Philox(key=[_SEED, n]))
    scale = np.sqrt((n - 1) / generator.chisquare(n - 1, (RESAMPLES // _BLOCK, _BLOCK, 1)))
    blocks = [mean + by * (generator.standard_normal((_BLOCK, n)) @ centred.T) for by in scale]
    return np.concatenate(blocks).reshape(-1, *units.shape[:-1])


def _ranks_within_rows(rows: Reals) -> Reals:
    """Ranks within each row, 1 for the best; equal values share the mean of their ranks."""
    tie = _TIE * np.abs(rows).max(initial=0.0)
    above = (rows[:, None, :] > rows[:, :, None] + tie).sum(axis=2)
    equal = (np.abs(rows[:, None, :] - rows[:, :, None]) <= tie).sum(axis=2)
    return np.asarray(1.0 + above + (equal - 1) / 2.0)


def best_shares(rows: Reals) -> Reals:
    """Per row, a total of 1 shared among the policies that are best in it, shape [rows, policies]."""
    tie = _TIE * np.abs(rows).max(initial=0.0)
    best = np.abs(rows - rows.max(axis=1, keepdims=True)) <= tie
    return np.asarray(best / best.sum(axis=1, keepdims=True))


def regret(gains: Reals, future: Whole) -> tuple[Reals, Reals]:
    r"""Regret of each policy: its shortfall from the best policy in the same future.

    Parameters
    ----------
    gains : array
        One outcome, shape [policies, runs].
    future : array of int
        Future of each run, shape [runs]: a theory or a draw of the uncertain parameters. Single runs are no futures:
        the largest of their differences would only grow with their number.

    Returns
    -------
    tuple of array
        Maximum and mean regret per policy, shape [policies], in the unit of the outcome.

    Notes
    -----
    With the mean gain :math:`g_{pf}` of policy p in future f, the regret is

    .. math:: r_{pf} = \max_q g_{qf} - g_{pf}
    """
    by_future = draw_means(gains, future)
    shortfall = by_future.max(axis=0) - by_future
    return shortfall.max(axis=1), shortfall.mean(axis=1)


def dominance(gains: Reals, draw: Whole | None = None) -> tuple[list[list[int]], Reals]:
    """Find dominated policies: another policy is as good on every outcome and better on at least one.

    Parameters
    ----------
    gains : array
        All outcomes, shape [outcomes, policies, runs].
    draw : array of int, optional
        Draw of the uncertain parameters in each run, shape [runs].

    Returns
    -------
    tuple
        For each policy, the positions of the policies that dominate it by their means; and the probability that some
        policy dominates it by the true means, shape [policies], NaN with fewer than `FEWEST_UNITS` units. [0-1]
    """
    by_mean = _dominates(gains.mean(axis=2)[None])[0]
    positions = [np.flatnonzero(by_mean[:, k]).tolist() for k in range(by_mean.shape[1])]
    units = draw_means(gains, draw)
    if units.shape[-1] < FEWEST_UNITS:
        return positions, np.full(gains.shape[1], np.nan)
    return positions, _dominates(possible_means(units)).any(axis=1).mean(axis=0)


def _dominates(rows: Reals) -> Reals:
    """Whether policy a dominates policy b, shape [rows, a, b], from values of shape [rows, outcomes, policies]."""
    difference = rows[:, :, :, None] - rows[:, :, None, :]
    tie = _TIE * np.abs(rows).max(axis=(0, 2), initial=0.0)[None, :, None, None]
    return np.asarray((difference >= -tie).all(axis=1) & (difference > tie).any(axis=1))
