"""Simultaneous confidence intervals of several means over the same runs, by the maximum of their t statistics.

Method: each mean has a Student interval whose level is raised until all intervals contain their true means together
in 95 % of samples [Hothorn2008]_, [MontielOlea2019]_. The level follows from the correlations between the means, which
the runs show. Assumptions: runs are independent, and each mean over runs is nearly normal.

Bonferroni's inequality, which holds for any correlations, replaces the estimate where it is not reliable: with fewer
than ten runs, which do not show the correlations, and at error rates for which the simulated repetitions are too few.

.. [Hothorn2008] Hothorn, Bretz, Westfall: Simultaneous inference in general parametric models. Biom. J. 50. Section 3.
.. [MontielOlea2019] Montiel Olea and Plagborg-Moller: Simultaneous confidence bands: theory, implementation, and an
   application to SVARs. J. Appl. Econometrics 34.
"""

from __future__ import annotations

import functools
import math
from typing import Final, NamedTuple

import numpy as np

from redbead.analysis.intervals import LEVEL, Interval, percent_level, varies
from redbead.state.constants import Reals

FEWEST_FOR_CORRELATIONS: Final = 10
"""Runs below which correlations between means are not estimated. [runs]"""

REPETITIONS: Final = 10_000
"""Simulated repetitions. The standard error of the level of the intervals is then 0.002."""

_FEWEST_BEYOND: Final = 20
"""Fewest simulated repetitions beyond a quantile; with fewer its Monte Carlo error is too large."""
_SEED: Final = 20080614


class SimultaneousIntervals(NamedTuple):
    """Means of several quantities with simultaneous intervals.

    Attributes
    ----------
    mean, low, high : array
        Means and ends. Ends are NaN for a single run, and for a quantity that is equal in all runs. [quantities]
    kind : str
        Method and number of runs, for tables.
    """

    mean: Reals
    low: Reals
    high: Reals
    kind: str

    def intervals(self) -> list[Interval]:
        """The interval of each quantity."""
        ends = zip(self.mean, self.low, self.high, strict=True)
        return [Interval(float(mean), float(low), float(high), self.kind) for mean, low, high in ends]


def simultaneous_band(values: Reals, error_rate: float = 1.0 - LEVEL, families: int = 1) -> SimultaneousIntervals:
    r"""Simultaneous intervals of the means of several quantities.

    Parameters
    ----------
    values : array
        One row per quantity, one column per run; units may differ between rows. [quantities, runs]
    error_rate : float
        Chance at most that any interval of any band misses its true mean. [0-1]
    families : int
        Number of bands that are read together, such as one per outcome of a page. Each has the error rate
        `error_rate` / `families`, so that all intervals of all bands hold together (Bonferroni).

    Returns
    -------
    SimultaneousIntervals
        Means and ends, in the unit of each row.

    Raises
    ------
    ValueError
        No run is given, or `families` is below 1.

    Notes
    -----
    With mean :math:`\bar x_k` and standard deviation :math:`s_k` of quantity k in n runs:

    .. math:: \bar x_k \pm t_{1 - p / 2, n - 1} \, s_k / \sqrt{n}

    where p is chosen so that all intervals hold together (:func:`single_error`). A quantity that is equal in all runs
    has no standard error; its ends are NaN rather than equal to its mean, because other runs may differ.

    Examples
    --------
    >>> simultaneous_band(np.array([[1.0, 2.0, 3.0], [5.0, 5.0, 5.0]])).low.round(3).tolist()
    [-0.484, nan]
    """
    if values.shape[1] == 0 or families < 1:
        msg = "simultaneous intervals need at least one run and one family"
        raise ValueError(msg)
    runs = values.shape[1]
    mean = values.mean(axis=1)
    spread = varies(values)
    half = np.full(len(values), np.nan)
    if spread.any():
        critical = _t_quantile(single_error(values[spread], error_rate / families), runs)
        half[spread] = critical * values[spread].std(axis=1, ddof=1) / np.sqrt(runs)
    label = f"{percent_level(1.0 - error_rate)} simultaneous t-interval, n = {runs}"
    return SimultaneousIntervals(mean, mean - half, mean + half, "no interval: one run" if runs == 1 else label)


def single_error(values: Reals, error_rate: float = 1.0 - LEVEL) -> float:
    r"""Error rate of each of several intervals for which all have an error rate of :math:`\alpha` together.

    Parameters
    ----------
    values : array
        Values that vary in each row. [quantities, runs]
    error_rate : float
        Error rate :math:`\alpha` of all intervals together. [0-1]

    Returns
    -------
    float
        Error rate of one interval, between Bonferroni's :math:`\alpha` / quantities and :math:`\alpha`. [0-1]

    Notes
    -----
    With :math:`Z` normal with the correlations of the runs, and c the :math:`1 - \alpha` quantile of
    :math:`\max_k |Z_k|`, the rate is :math:`P(|Z_1| > c)`. Using this rate in Student's quantile is exact for one
    quantity, and for independent quantities of normal runs. Below `FEWEST_FOR_CORRELATIONS` runs, and at rates below
    0.002, it is Bonferroni's, which is never too large.
    """
    from scipy.special import ndtr

    count, runs = values.shape
    if runs < FEWEST_FOR_CORRELATIONS or count == 1 or error_rate * REPETITIONS < _FEWEST_BEYOND:
        return float(error_rate / count)
    largest = np.abs(_correlated_normals(values)).max(axis=0)
    rate = 2.0 * float(ndtr(-np.quantile(largest, 1.0 - error_rate)))
    return float(min(max(rate, error_rate / count), error_rate))


def simulated_means(values: Reals) -> Reals:
    """Means over runs as they would vary over repetitions: normal with the estimated covariance [MontielOlea2019]_.

    Parameters
    ----------
    values : array
        One row per quantity, one column per run. [quantities, runs]

    Returns
    -------
    array
        Unit of the values, shape [quantities, REPETITIONS]. A quantity that is equal in all runs keeps its mean.
    """
    means = np.repeat(values.mean(axis=1)[:, None], REPETITIONS, axis=1)
    spread = varies(values)
    if spread.any():
        error = values[spread].std(axis=1, ddof=1, keepdims=True) / np.sqrt(values.shape[1])
        means[spread] += error * _correlated_normals(values[spread])
    return means


def _correlated_normals(values: Reals) -> Reals:
    """Standard normal values with the correlations between the rows over runs. [quantities, REPETITIONS]"""
    deviations = values - values.mean(axis=1, keepdims=True)
    scaled = deviations / np.sqrt((deviations**2).sum(axis=1, keepdims=True))
    eigenvalues, vectors = np.linalg.eigh(scaled @ scaled.T)
    return np.asarray(vectors * np.sqrt(np.maximum(eigenvalues, 0.0)) @ _normal_draws(len(values)))


@functools.lru_cache(maxsize=4)
def _normal_draws(count: int) -> Reals:
    """Standard normal values from a fixed seed, so that equal runs give equal intervals. [count, REPETITIONS]"""
    return np.random.Generator(np.random.Philox(_SEED)).standard_normal((count, REPETITIONS))


def _t_quantile(error: float, runs: int) -> float:
    """Half-width, in standard errors, of a t-interval that is wrong with this probability."""
    from scipy.special import stdtrit

    return float(stdtrit(runs - 1, 1.0 - error / 2.0)) if runs > 1 else math.nan


def peak_interval(values: Reals) -> Interval:
    r"""Largest mean of several quantities, for example of quarters, with its interval.

    The largest of several estimates lies above the largest of their true values on average, because it is chosen for
    its error as well. Its own t-interval is therefore wrong, and more so the more quarters there are.

    Parameters
    ----------
    values : array
        Estimate of each quarter plus the influence of each run on it. Rows that are NaN are left out. [quarters, runs]

    Returns
    -------
    Interval
        Unit of the values. NaN without any quarter; the ends are NaN if no quarter varies between runs.

    Notes
    -----
    With simultaneous intervals :math:`(l_q, u_q)` of the quarters q:

    .. math:: (\max_q l_q, \max_q u_q)

    If all of them contain their true values, this contains the largest true value. It does so in at least 95 % of
    samples, for any serial correlation, and is too wide if many quarters are nearly equal. A quarter that is equal in
    all runs gives no lower end, and its value as upper end.

    Examples
    --------
    >>> peak_interval(np.array([[0.0, 2.0, 1.0], [5.0, 6.0, 7.0]])).mean
    6.0
    """
    known = values[~np.isnan(values).any(axis=1)]
    if known.size == 0:
        return Interval(np.nan, np.nan, np.nan, "no estimate")
    band = simultaneous_band(known)
    spread = varies(known)
    if known.shape[1] < 2 or not spread.any():
        return Interval(float(band.mean.max()), np.nan, np.nan, "no interval: no spread between runs")
    low = float(band.low[spread].max())
    high = float(np.where(spread, band.high, band.mean).max())
    return Interval(float(band.mean.max()), low, high, band.kind.replace("95 %", "95 % peak of"))


def dip_interval(values: Reals) -> Interval:
    """Smallest mean of several quantities, with its interval: the mirror image of :func:`peak_interval`.

    Examples
    --------
    >>> dip_interval(np.array([[0.0, 2.0, 1.0], [5.0, 6.0, 7.0]])).mean
    1.0
    """
    mean, low, high, kind = peak_interval(-values)
    return Interval(-mean, -high, -low, kind.replace("peak", "dip"))
