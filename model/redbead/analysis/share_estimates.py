"""Estimates of a share of runs, and of the difference of two shares in the same runs.

:mod:`redbead.analysis.means` chooses between them and has the references.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from redbead.analysis.intervals import LEVEL, RUNS, Interval, percent_level, size_of, wilson_ends


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
