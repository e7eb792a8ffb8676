r"""One function for the mean of a value per run: estimate, interval and probability, which never contradict each other.

The units are the runs, or the draws of uncertain parameters if runs share draws, because runs of one draw are not
independent. The method depends on the values:

====================================  ==========================================  ====================
Values                                Interval and probability                    Reference
====================================  ==========================================  ====================
any                                   Student's t                                 closed form
0 or 1                                Wilson, with draws on the effective number  [Wilson1927]_,
                                      of runs                                     [KornGraubard1998]_
difference of paired 0 or 1           score test of paired shares                 [Tango1998]_
any, ``intervals: bootstrap``         bias-corrected accelerated bootstrap        [Efron1987]_
equal in all units                    none; sign test                             [Hanley1983]_
====================================  ==========================================  ====================

.. [Wilson1927] Wilson: Probable inference, the law of succession, and statistical inference. J. Am. Stat. Assoc. 22.
.. [KornGraubard1998] Korn and Graubard: Confidence intervals for proportions with small expected number of positive
   counts estimated from survey data. Survey Methodology 24.
.. [Tango1998] Tango: Equivalence test and confidence interval for the difference in proportions for the paired-sample
   design. Statistics in Medicine 17.
.. [Efron1987] Efron: Better bootstrap confidence intervals. J. Am. Stat. Assoc. 82.
.. [Hanley1983] Hanley and Lippman-Hand: If nothing goes wrong, is everything all right? J. Am. Med. Assoc. 249.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final, Protocol

import numpy as np

from redbead.analysis.intervals import DRAWS, LEVEL, RUNS, Interval, percent_level, size_of, varies
from redbead.analysis.shares import PairedShares, WilsonShare, unseen_share
from redbead.state.constants import Reals, Whole

BCA_RESAMPLES: Final = 4000
"""Number of bootstrap resamples. The Monte Carlo error of an end is then about 2 % of the width."""

EQUAL: Final = "equal in all"
"""First words of the kind of an interval without spread."""


class Method(StrEnum):
    """How the interval of a mean is computed."""

    STUDENT = "t"
    SHARE = "share"
    PAIRED_SHARES = "paired shares"
    BOOTSTRAP = "bootstrap"


class MeanEstimate(Protocol):
    """A mean over independent units.

    Attributes
    ----------
    mean : float
        Estimate, in the unit of the values.
    units : int
        Number of independent units.
    noun : str
        What the units are: ``runs`` or ``draws``.
    p_positive : float
        Probability that the true mean is above 0, with a flat prior; NaN for fewer than two units. It is above 97.5 %
        exactly if the 95 % interval lies above 0. [0-1]
    """

    @property
    def mean(self) -> float:
        """Estimate."""

    @property
    def units(self) -> int:
        """Number of independent units."""

    @property
    def noun(self) -> str:
        """What the units are."""

    @property
    def p_positive(self) -> float:
        """Probability that the true mean is above 0. [0-1]"""

    def interval(self, level: float = LEVEL) -> Interval:
        """Return the mean with its interval of this level."""


def p_value(estimate: MeanEstimate) -> float:
    """Two-sided p-value of no difference: twice the smaller of the probabilities of either sign; 1 without units.

    By Student's t it is that of the paired t-test. Without spread, that would be 0 even for two units; the exact sign
    test [Conover1999]_ gives :math:`2^{1 - n}`, or 1 if all values are 0.

    References
    ----------
    .. [Conover1999] Conover: Practical Nonparametric Statistics, section 3.4. Wiley 1999.

    Examples
    --------
    >>> [p_value(estimate_mean(np.full(4, value))) for value in (2.0, 0.0)]
    [0.125, 1.0]
    """
    p = estimate.p_positive
    return 1.0 if math.isnan(p) else 2.0 * min(p, 1.0 - p)


def estimate_mean(values: Reals, draw: Whole | None = None, method: Method = Method.STUDENT) -> MeanEstimate:
    """Estimate the mean of one value per run.

    Parameters
    ----------
    values : array
        One value per run, shape [runs].
    draw : array of int, optional
        Draw of the uncertain parameters in each run, shape [runs]; by default each run is independent.
    method : Method
        Method for the values; ``paired shares`` takes differences of -1, 0 and 1.

    Notes
    -----
    With draws, the values are the means over the runs of each draw, and paired shares and the bootstrap become
    Student's t. If all units are equal, no method shows how much further units vary.
    """
    noun = RUNS if draw is None else DRAWS
    units = draw_means(values, draw)
    if method is Method.SHARE and units.size > 1:
        return _share(values, units, noun)
    if method is Method.PAIRED_SHARES and draw is None and units.size > 1:
        return PairedShares(int((values > 0).sum()), int((values < 0).sum()), units.size)
    if units.size > 1 and not varies(units):
        return NoSpread(float(units[0]), units.size, noun)
    if method is Method.BOOTSTRAP and draw is None and units.size > 1:
        return BootstrapMean(units)
    return student_mean(units, noun)


def draw_means(values: Reals, draw: Whole | None) -> Reals:
    """Mean over the runs of each draw, shape [..., draws], from values of shape [..., runs], or these without draws."""
    if draw is None:
        return values
    return np.stack([values[..., draw == d].mean(axis=-1) for d in np.unique(draw)], axis=-1)


@dataclass(frozen=True)
class StudentMean:
    r"""Student's t: the interval is :math:`\bar x \pm t_{n - 1} e`, the probability :math:`P(T_{n - 1} < \bar x / e)`.

    Attributes
    ----------
    error : float
        Standard error :math:`e = s / \sqrt n`.
    """

    mean: float
    error: float
    units: int
    noun: str

    @property
    def p_positive(self) -> float:
        """Probability that the true mean is above 0. [0-1]"""
        from scipy.special import stdtr

        return float(stdtr(self.units - 1, self.mean / self.error)) if self.units > 1 else math.nan

    def interval(self, level: float = LEVEL) -> Interval:
        """Return the mean with its interval of this level."""
        if self.units == 0:
            return Interval(math.nan, math.nan, math.nan, "no run finished")
        if self.units == 1:
            return Interval(self.mean, math.nan, math.nan, f"one {self.noun[:-1]}: no interval")
        from scipy.special import stdtrit

        half = float(stdtrit(self.units - 1, (1.0 + level) / 2.0)) * self.error
        kind = f"{percent_level(level)} t-interval, {size_of(self.units, self.noun)}"
        return Interval(self.mean, self.mean - half, self.mean + half, kind)


def student_mean(units: Reals, noun: str = RUNS) -> StudentMean:
    """Estimate by Student's t from one value per independent unit."""
    n = units.size
    error = float(units.std(ddof=1)) / math.sqrt(n) if n > 1 else math.nan
    return StudentMean(float(units.mean()) if n else math.nan, error, n, noun)


@dataclass(frozen=True)
class NoSpread:
    """All units have the same value. There is no interval, since nothing is known of the spread of further units.

    By the sign test, a value above 0 in all of n units has the probability :math:`1 - 2^{-n}` of a positive median.
    """

    mean: float
    units: int
    noun: str

    @property
    def p_positive(self) -> float:
        """Probability that the true median is above 0. [0-1]"""
        if self.mean == 0.0:
            return 0.5
        rare = 0.5**self.units
        return 1.0 - rare if self.mean > 0.0 else rare

    def interval(self, level: float = LEVEL) -> Interval:
        """Return the mean without ends; the kind states how many further units may differ."""
        most = unseen_share(self.units, level)
        kind = f"{EQUAL} {self.units} {self.noun}; up to {100 * most:.2g} % of {self.noun} may differ"
        return Interval(self.mean, math.nan, math.nan, kind)


def runs_for_skewness(values: Reals) -> int:
    r"""Number of runs from which on Student's interval of skewed values is about as reliable as stated [Cochran1977]_.

    Parameters
    ----------
    values : array
        One value per run, shape [runs].

    Returns
    -------
    int
        Runs; 0 for fewer than three runs or without spread.

    Notes
    -----
    With the skewness :math:`g_1` of the values it is :math:`25 g_1^2`: a 95 % interval then contains the truth in at
    least 94 % of cases. Few runs underestimate the skewness.

    References
    ----------
    .. [Cochran1977] Cochran: Sampling techniques, section 2.15. Wiley 1977.

    Examples
    --------
    >>> runs_for_skewness(np.array([0.0, 0.0, 0.0, 1.0])), runs_for_skewness(np.array([1.0, 2.0, 3.0]))
    (34, 0)
    """
    if values.size < 3 or not varies(values):
        return 0
    z = (values - values.mean()) / values.std()
    return math.ceil(25.0 * round(float((z**3).mean()), 9) ** 2)


def _share(values: Reals, units: Reals, noun: str) -> WilsonShare:
    """Share with its effective number of runs.

    The effective number is the number of independent runs with the same standard error of the share as the draws. It is
    at least the number of draws and at most the number of runs; without events it is the number of draws.
    """
    p = float(units.mean())
    if noun == RUNS:
        return WilsonShare(p, float(values.size), units.size, noun)
    variance = float(units.var(ddof=1)) / units.size
    effective = p * (1.0 - p) / variance if variance > 0.0 else float(units.size)
    return WilsonShare(p, min(max(effective, float(units.size)), float(values.size)), units.size, noun)


@dataclass(frozen=True)
class BootstrapMean:
    r"""Bias-corrected and accelerated bootstrap of the mean of independent runs.

    It follows the skewness of the values; with fewer than about 20 runs it is too narrow. With the distribution G of
    resampled means, :math:`z_0 = \Phi^{-1}(G(\bar x))` and the acceleration a from the jackknife, an end of the
    interval is

    .. math:: G^{-1}\left(\Phi\left(z_0 + \frac{z_0 + z}{1 - a (z_0 + z)}\right)\right)

    The probability that the true mean is above 0 is found by solving for the z whose end is 0.
    """

    values: Reals
    noun: str = RUNS

    @property
    def mean(self) -> float:
        """Estimate."""
        return float(self.values.mean())

    @property
    def units(self) -> int:
        """Number of runs."""
        return int(self.values.size)

    @property
    def p_positive(self) -> float:
        """Probability that the true mean is above 0. [0-1]"""
        from scipy.special import ndtr, ndtri

        resampled, bias, acceleration = self._resampled
        share = (float((resampled < 0.0).sum()) + float((resampled <= 0.0).sum())) / (2.0 * resampled.size)
        limit = 0.5 / resampled.size
        w = float(ndtri(min(max(share, limit), 1.0 - limit))) - bias
        return 1.0 - float(ndtr(w / (1.0 + acceleration * w) - bias))

    def interval(self, level: float = LEVEL) -> Interval:
        """Return the mean with its interval of this level."""
        from scipy.special import ndtr, ndtri

        resampled, bias, acceleration = self._resampled
        shifted = bias + ndtri([(1.0 - level) / 2.0, (1.0 + level) / 2.0])
        low, high = np.quantile(resampled, ndtr(bias + shifted / (1.0 - acceleration * shifted)))
        kind = f"{percent_level(level)} BCa bootstrap interval, n = {self.units}"
        return Interval(self.mean, float(low), float(high), kind)

    @cached_property
    def _resampled(self) -> tuple[Reals, float, float]:
        """Resampled means, bias correction and acceleration."""
        from scipy.special import ndtri

        generator = np.random.Generator(np.random.Philox(BCA_RESAMPLES))  # equal runs give equal bytes
        n = self.values.size
        resampled = np.asarray(generator.multinomial(n, np.full(n, 1.0 / n), BCA_RESAMPLES) @ self.values / n)
        below = (float((resampled < self.mean).sum()) + float((resampled <= self.mean).sum())) / (2 * resampled.size)
        centred = self.values - self.mean  # the influence of a run on the mean, up to its sign
        acceleration = float((centred**3).sum()) / (6.0 * float((centred**2).sum()) ** 1.5)
        return resampled, float(ndtri(below)), acceleration
