"""Crossover: the week from which a policy stays ahead of its comparator, and the dip before it.

``advantage`` has shape [pairs, weeks]: policy minus comparator in the same runs, signed so that more is better.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from redbead.analysis.intervals import Interval, percentile_interval, resampled_means, wilson_interval
from redbead.state.constants import QUARTER, YEAR, Reals


class Crossover(NamedTuple):
    """When, and after how deep a dip, a policy overtakes its comparator.

    Attributes
    ----------
    overtakes : int or None
        First week of the first quarter from which the mean advantage stays above 0 until the end; None if there is
        no such quarter. [weeks]
    overtakes_low, overtakes_high : float
        95 % bootstrap interval of `overtakes`, over the resamples that cross over. [weeks]
    ever : float
        Share of resamples that cross over. [0-1]
    dip : float
        Mean advantage of the worst quarter before the crossover; 0 if the policy is never behind.
    dip_low, dip_high : float
        95 % bootstrap interval of `dip`. Each resample has its own worst quarter.
    dip_at : int or None
        First week of the worst quarter. [weeks]
    pays_back : int or None
        First week of the quarter from which the cumulative advantage stays above 0. [weeks]
    never : Interval
        Share of runs that are not better over the last year. [0-1]
    identical : bool
        Whether the two are equal in every week of every run.
    """

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


def crossover(advantage: Reals, start: int = 0) -> Crossover:
    """Estimate when a policy overtakes its comparator.

    Parameters
    ----------
    advantage : array
        Weekly advantage in each pair of runs, shape [pairs, weeks]; positive where the policy is better.
    start : int
        Week in which the two begin to differ. Earlier quarters do not count. [weeks]

    Returns
    -------
    Crossover
        Crossover, dip and break-even.
    """
    quarters = _quarters(advantage, start)
    first = advantage.shape[1] - quarters.shape[1] * QUARTER
    last_year = advantage[:, -min(YEAR, advantage.shape[1]) :].mean(axis=1)
    never = wilson_interval((last_year <= 0.0).astype(np.float64))
    identical = not advantage.any()
    if quarters.shape[1] == 0:
        return Crossover(None, *(float("nan"),) * 2, 0.0, 0.0, 0.0, 0.0, None, None, never, identical)
    mean = quarters.mean(axis=0)
    quarter = _crossover_quarter(mean)
    resampled = resampled_means(np.ascontiguousarray(quarters.T))
    crossing_weeks = np.array(
        [float("nan") if (q := _crossover_quarter(row)) is None else first + QUARTER * q for row in resampled]
    )
    dip_sizes = np.array([_deepest_dip(row)[0] for row in resampled])
    dip, dip_quarter = _deepest_dip(mean)
    pay_back_quarter = _crossover_quarter(np.cumsum(mean))
    several = len(advantage) > 1
    nan = (float("nan"), float("nan"))
    return Crossover(
        None if quarter is None else first + QUARTER * quarter,
        *(percentile_interval(crossing_weeks) if several else nan),
        float(np.isfinite(crossing_weeks).mean()),
        dip,
        *(percentile_interval(dip_sizes) if several else nan),
        None if dip_quarter is None else first + QUARTER * dip_quarter,
        None if pay_back_quarter is None else first + QUARTER * pay_back_quarter,
        never,
        identical,
    )


def _quarters(advantage: Reals, start: int) -> Reals:
    """Means of whole quarters from `start` on, shape [pairs, quarters]; surplus weeks at the beginning are left out."""
    count = max(0, advantage.shape[1] - start) // QUARTER
    tail = advantage[:, advantage.shape[1] - count * QUARTER :]
    return np.asarray(tail.reshape(len(advantage), count, QUARTER).mean(axis=2))


def _crossover_quarter(row: Reals) -> int | None:
    """Index of the first quarter from which all values are above 0; None if the last value is not.

    >>> _crossover_quarter(np.array([1.0, -1.0, 2.0, 3.0])), _crossover_quarter(np.array([1.0, 0.0]))
    (2, None)
    """
    behind = np.flatnonzero(row <= 0.0)
    first = 0 if behind.size == 0 else int(behind[-1]) + 1
    return first if first < row.size else None


def _deepest_dip(row: Reals) -> tuple[float, int | None]:
    """The lowest value before the crossover and its index; 0 and None if no value is below 0."""
    before = row[: row.size if (crossing := _crossover_quarter(row)) is None else crossing]
    if before.size == 0 or before.min() >= 0.0:
        return 0.0, None
    lowest = int(np.argmin(before))
    return float(before[lowest]), lowest
