"""Estimates over runs and how sure they are: means, pooled shares, and the median of times that may not have ended."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from redbead.analysis.intervals import Interval, t_interval, wilson_interval
from redbead.state.types import Reals

RESAMPLES: Final = 500
_NORMAL: Final = 1.959963984540054


class Estimate(NamedTuple):
    """A level of the model: its value, 95 % interval, standard error, and from how many observations it comes."""

    value: float
    low: float
    high: float
    error: float
    many: int


@dataclass(frozen=True)
class Sample:
    """What the runs say about a level.

    `parts` are arrays with one entry, or one row, a run; `of` gives the level from weights over the runs and the parts,
    so that resampling runs is only another set of weights. `many` counts the observations behind it.
    """

    parts: tuple[Reals, ...]
    of: Callable[[Reals, tuple[Reals, ...]], float]
    many: int

    def estimate(self) -> Estimate:
        """The level with an interval from resampling runs; NaN where nothing was observed."""
        runs = len(self.parts[0])
        if self.many == 0 or runs == 0:
            return Estimate(math.nan, math.nan, math.nan, math.nan, 0)
        value = self.of(np.ones(runs), self.parts)
        if runs < 2:
            return Estimate(value, math.nan, math.nan, math.nan, self.many)
        found = np.array([self.of(weights, self.parts) for weights in _resampled(runs)])
        found = found[np.isfinite(found)]
        low, high = np.quantile(found, (0.025, 0.975)) if found.size else (math.nan, math.nan)
        return Estimate(value, float(low), float(high), float(found.std()) if found.size else math.nan, self.many)


def _resampled(runs: int) -> Reals:
    """How often each run is drawn in each resample: the same for the same number of runs. [resamples, runs]"""
    generator = np.random.Generator(np.random.Philox(RESAMPLES))
    return generator.multinomial(runs, np.full(runs, 1.0 / runs), RESAMPLES).astype(np.float64)


def mean_of(values: Reals) -> Estimate:
    """The mean of one value a run, Student's interval."""
    return _plain(t_interval(values), values)


def share_of(flags: Reals) -> Estimate:
    """The share of runs with a flag, Wilson's interval; NaN flags are of runs that cannot tell."""
    flags = flags[np.isfinite(flags)]
    return _plain(wilson_interval(flags), flags)


def _plain(found: Interval, values: Reals) -> Estimate:
    error = float(values.std(ddof=1)) / math.sqrt(values.size) if values.size > 1 else math.nan
    if error == 0.0:
        error = (found.high - found.low) / (2.0 * _NORMAL)  # a share of 0 or 1 is not known for certain either
    return Estimate(found.mean, found.low, found.high, error, values.size)


def ratio_of(top: Reals, bottom: Reals) -> Estimate:
    """A total over all runs over another, such as a share of all leavers."""
    return Sample((top, bottom), _ratio, int(np.count_nonzero(bottom > 0))).estimate()


def _ratio(weights: Reals, parts: tuple[Reals, ...]) -> float:
    bottom = float(weights @ parts[1])
    return float(weights @ parts[0]) / bottom if bottom > 0 else math.nan


def median_time(run: Reals, time: Reals, ended: Reals, runs: int) -> Estimate:
    """The median of times, some of which had not ended when the run did [KaplanMeier1958]_.

    Parameters
    ----------
    run
        The run that each time belongs to.
    time
        How long it lasted. [years]
    ended
        1 where it ended, 0 where the run did.
    runs
        How many runs there are; they are what is resampled.

    .. [KaplanMeier1958] Kaplan and Meier: Nonparametric estimation from incomplete observations. J. Am. Stat.
       Assoc. 53.
    """
    order = np.argsort(time, kind="stable")
    held = tuple(np.asarray(part, dtype=np.float64)[order] for part in (run, time, ended))

    def of(weights: Reals, _: tuple[Reals, ...]) -> float:
        return kaplan_meier_median(weights[held[0].astype(np.int64)], held[1], held[2])

    return Sample((np.zeros(runs),), of, len(time)).estimate()


def kaplan_meier_median(weight: Reals, time: Reals, ended: Reals) -> float:
    """The first time at which the estimated share that still lasts is one half or less; NaN if there is none.

    >>> import numpy as np
    >>> kaplan_meier_median(np.ones(4), np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 0.0, 1.0, 1.0]))
    3.0
    """
    there = np.cumsum(weight[::-1])[::-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        kept = np.where(there > 0, 1.0 - weight * ended / there, 1.0)
    lasting = np.cumprod(kept)
    reached = np.flatnonzero((lasting <= 0.5 + 1e-12) & (weight * ended > 0))
    return float(time[reached[0]]) if reached.size else math.nan
