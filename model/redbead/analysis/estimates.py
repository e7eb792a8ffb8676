"""Estimates over runs with standard errors: means, shares, ratios of totals and medians of censored times."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from redbead.analysis.intervals import Interval, t_interval, wilson_interval
from redbead.state.constants import Reals

RESAMPLES: Final = 500
_NORMAL: Final = 1.959963984540054


class Estimate(NamedTuple):
    """A statistic of the model over runs.

    Attributes
    ----------
    value, low, high : float
        Estimate and its 95 % interval.
    error : float
        Standard error.
    observations : int
        Number of observations behind the estimate.
    """

    value: float
    low: float
    high: float
    error: float
    observations: int


@dataclass(frozen=True)
class Sample:
    """Observations from which a statistic is computed with weights over runs.

    Attributes
    ----------
    parts : tuple of array
        Arrays with one entry, or one row, per run.
    of : callable
        Computes the statistic from weights over runs and the parts, so that a resample is only another set of weights.
    observations : int
        Number of observations.
    """

    parts: tuple[Reals, ...]
    of: Callable[[Reals, tuple[Reals, ...]], float]
    observations: int

    def estimate(self) -> Estimate:
        """Return the statistic with a bootstrap interval over runs; NaN without observations."""
        runs = len(self.parts[0])
        if self.observations == 0 or runs == 0:
            return Estimate(math.nan, math.nan, math.nan, math.nan, 0)
        value = self.of(np.ones(runs), self.parts)
        if runs < 2:
            return Estimate(value, math.nan, math.nan, math.nan, self.observations)
        resampled = np.array([self.of(weights, self.parts) for weights in _resample_weights(runs)])
        resampled = resampled[np.isfinite(resampled)]
        low, high = np.quantile(resampled, (0.025, 0.975)) if resampled.size else (math.nan, math.nan)
        return Estimate(
            value, float(low), float(high), float(resampled.std()) if resampled.size else math.nan, self.observations
        )


def _resample_weights(runs: int) -> Reals:
    """How often each run occurs in each resample, shape [resamples, runs]; depends only on the number of runs."""
    generator = np.random.Generator(np.random.Philox(RESAMPLES))
    return generator.multinomial(runs, np.full(runs, 1.0 / runs), RESAMPLES).astype(np.float64)


def mean_of(values: Reals) -> Estimate:
    """Mean of one value per run, with Student's t-interval."""
    return _from_interval(t_interval(values), values)


def share_of(flags: Reals) -> Estimate:
    """Share of runs whose flag is 1, with Wilson's interval. Runs with NaN are left out."""
    flags = flags[np.isfinite(flags)]
    return _from_interval(wilson_interval(flags), flags)


def _from_interval(interval: Interval, values: Reals) -> Estimate:
    """Estimate with the standard error of the mean."""
    error = float(values.std(ddof=1)) / math.sqrt(values.size) if values.size > 1 else math.nan
    if error == 0.0:
        error = (interval.high - interval.low) / (2.0 * _NORMAL)  # a share of 0 or 1 still has sampling error
    return Estimate(interval.mean, interval.low, interval.high, error, values.size)


def ratio_of(numerator: Reals, denominator: Reals) -> Estimate:
    """Ratio of two totals over all runs, such as the share of all leavers who give a reason.

    Parameters
    ----------
    numerator, denominator : array
        Totals per run, shape [runs].
    """
    return Sample((numerator, denominator), _ratio, int(np.count_nonzero(denominator > 0))).estimate()


def _ratio(weights: Reals, parts: tuple[Reals, ...]) -> float:
    """Weighted total of the numerator over that of the denominator; NaN without a denominator."""
    denominator = float(weights @ parts[1])
    return float(weights @ parts[0]) / denominator if denominator > 0 else math.nan


def median_time(run: Reals, time: Reals, ended: Reals, runs: int) -> Estimate:
    """Median of durations that may be censored at the end of a run [KaplanMeier1958]_.

    Parameters
    ----------
    run : array
        Run of each duration, shape [durations].
    time : array
        Duration, shape [durations]. [years]
    ended : array
        1 if the duration ended, 0 if the run ended first, shape [durations].
    runs : int
        Number of runs; the runs are resampled, not the durations.

    Returns
    -------
    Estimate
        Median with its interval; NaN if fewer than half of the durations ended. [years]

    References
    ----------
    .. [KaplanMeier1958] Kaplan and Meier: Nonparametric estimation from incomplete observations. J. Am. Stat.
       Assoc. 53.
    """
    order = np.lexsort((-ended, time))  # a duration that is censored when another ends is still at risk
    ordered = tuple(np.asarray(part, dtype=np.float64)[order] for part in (run, time, ended))

    def of(weights: Reals, _: tuple[Reals, ...]) -> float:
        """Weighted median survival time."""
        return kaplan_meier_median(weights[ordered[0].astype(np.int64)], ordered[1], ordered[2])

    return Sample((np.zeros(runs),), of, len(time)).estimate()


def kaplan_meier_median(weight: Reals, time: Reals, ended: Reals) -> float:
    r"""First time at which the estimated survival is one half or less; NaN if it stays above one half.

    Parameters
    ----------
    weight, time, ended : array
        Weight, duration and whether it ended (1) or was censored (0), sorted by duration; of equal durations, those
        that ended come first.

    Notes
    -----
    With weight :math:`n_i` at risk before time :math:`t_i` and weight :math:`d_i` ending at it:

    .. math:: S(t) = \prod_{t_i \le t} (1 - d_i / n_i)

    Examples
    --------
    >>> import numpy as np
    >>> kaplan_meier_median(np.ones(4), np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 0.0, 1.0, 1.0]))
    3.0
    """
    at_risk = np.cumsum(weight[::-1])[::-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        survival = np.where(at_risk > 0, 1.0 - weight * ended / at_risk, 1.0)
    survivors = np.cumprod(survival)
    half_or_less = np.flatnonzero((survivors <= 0.5 + 1e-12) & (weight * ended > 0))
    return float(time[half_or_less[0]]) if half_or_less.size else math.nan
