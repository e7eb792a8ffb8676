"""Shares of runs: estimates, differences of two shares in the same runs, and what runs say that are all equal.

:mod:`redbead.analysis.means` chooses between the estimates and has their references.

If all runs are equal, an interval of width 0 would overstate what they show. Instead it is stated how many others may
differ: if a share q of all runs differed, n independent runs would all be equal with chance :math:`(1 - q)^n`. The
largest q for which this chance is 5 % is the one-sided 95 % limit, near 3 / n: the "rule of three" [Hanley1983]_. A
one-sided limit has the stated level, because no run can lie beyond the other end: none differed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from redbead.analysis.intervals import LEVEL, RUNS, Interval, percent_level, size_of, wilson_ends

NEGLIGIBLE: Final = 0.05
"""Share of runs that may differ for a quantity without bounds to count as equal. [0-1]"""


def unseen_share(units: int, level: float = LEVEL) -> float:
    r"""Largest share of units with an event that none of n units had, about 3/n: its one-sided upper limit. [0-1]

    Parameters
    ----------
    units : int
        Number of independent units, at least 1.
    level : float
        Level of the limit. [0-1]

    Notes
    -----
    .. math:: 1 - (1 - level)^{1/n}

    Examples
    --------
    >>> round(unseen_share(10), 4), round(unseen_share(30), 4), round(unseen_share(100), 4)
    (0.2589, 0.095, 0.0295)
    """
    return -math.expm1(math.log1p(-level) / units)


def equal_runs_interval(value: float, runs: int, low: float = -math.inf, high: float = math.inf) -> Interval:
    """Interval of a mean of which all runs are equal.

    Parameters
    ----------
    value : float
        The value in every run.
    runs : int
        Number of runs, at least 1. [runs]
    low, high : float
        Bounds of the value of a single run, such as 0 and 1 for a share; unit of `value`.

    Returns
    -------
    Interval
        For a bounded quantity, the means that remain possible if the runs that may differ lie at a bound. It misses the
        true mean in at most 5 % of samples, all on one side if the value is itself a bound. Without bounds, the mean
        cannot be limited: the ends equal the value if at most 5 % of runs may differ (from 59 runs on), and the
        statement is then about the other 95 %; otherwise they are NaN.

    Examples
    --------
    >>> round(equal_runs_interval(0.0, 100, 0.0, 1.0).high, 4)
    0.0295
    """
    share = unseen_share(runs)
    kind = f"equal in all runs, at most {100 * share:.2g} % differ, n = {runs}"
    if math.isfinite(low) and math.isfinite(high):
        return Interval(value, value - share * (value - low), value + share * (high - value), kind)
    if share > NEGLIGIBLE:
        return Interval(value, math.nan, math.nan, f"equal in all runs: no interval, n = {runs}")
    return Interval(value, value, value, kind)


@dataclass(frozen=True)
class WilsonShare:
    """Wilson's interval of a share of n runs; with draws, of the effective number of runs and with Student's point."""

    mean: float
    effective: float
    units: int
    noun: str

    @property
    def p_positive(self) -> float:
        """NaN, because a share has no sign."""
        return math.nan

    def interval(self, level: float = LEVEL) -> Interval:
        """Return the share with its interval of this level."""
        from scipy.special import ndtri, stdtrit

        q = (1.0 + level) / 2.0
        z = float(ndtri(q)) if self.noun == RUNS else float(stdtrit(self.units - 1, q))
        kind = f"{percent_level(level)} Wilson interval, {size_of(self.units, self.noun)}"
        return Interval(self.mean, *wilson_ends(self.mean, self.effective, z), kind)


@dataclass(frozen=True)
class PairedShares:
    r"""Difference of two shares in the same runs, by the score test of paired shares.

    Of n runs, b have the event only with the policy and c only without it. The statistic for a true difference
    :math:`\Delta` is

    .. math:: T(\Delta) = \frac{b - c - n \Delta}{\sqrt{n (2 q + \Delta (1 - \Delta))}}

    where q is the share of runs with the event only without the policy that is most likely given :math:`\Delta`. The
    interval contains all :math:`\Delta` that the test does not refuse. At 0 the test is that of McNemar.
    """

    more: int
    fewer: int
    units: int
    noun: str = RUNS

    @property
    def mean(self) -> float:
        """Difference of the two shares."""
        return (self.more - self.fewer) / self.units

    @property
    def p_positive(self) -> float:
        """Probability that the true difference is above 0. [0-1]"""
        from scipy.special import ndtr

        return float(ndtr(self._score(0.0)))

    def interval(self, level: float = LEVEL) -> Interval:
        """Return the difference with its interval of this level."""
        from scipy.optimize import brentq
        from scipy.special import ndtri

        z = float(ndtri((1.0 + level) / 2.0))
        mean = self.mean
        low = -1.0 if mean == -1.0 else brentq(lambda d: self._score(d) - z, -1.0 + 1e-12, mean)
        high = 1.0 if mean == 1.0 else brentq(lambda d: self._score(d) + z, mean, 1.0 - 1e-12)
        return Interval(mean, float(low), float(high), f"{percent_level(level)} score interval, n = {self.units} pairs")

    def _score(self, difference: float) -> float:
        """Score statistic for a true difference; 0 at the estimate itself."""
        n, b, c, d = self.units, self.more, self.fewer, difference
        surplus = b - c - n * d
        if surplus == 0.0:
            return 0.0
        linear = -b - c + (2 * n - b + c) * d
        q = (math.sqrt(max(0.0, linear**2 + 8 * n * c * d * (1.0 - d))) - linear) / (4 * n)
        variance = n * (2.0 * q + d * (1.0 - d))
        return surplus / math.sqrt(variance) if variance > 0.0 else math.copysign(math.inf, surplus)
