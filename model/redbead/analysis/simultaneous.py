"""Simultaneous confidence intervals of several means over the same runs, by the maximum of their t statistics.

Method: each mean has a Student interval whose level is raised until all intervals contain their true means together
in 95 % of samples [Hothorn2008]_. The level follows from the correlations between the means, which the runs show.
Assumptions: runs are independent, and each mean over runs is nearly normal. With fewer than ten runs the correlations
are not estimated, and Bonferroni's inequality is used instead, which holds for any correlations.

.. [Hothorn2008] Hothorn, Bretz, Westfall: Simultaneous inference in general parametric models. Biom. J. 50. Section 3.
"""

from __future__ import annotations

import functools
import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from redbead.analysis.intervals import LEVEL, Interval
from redbead.state.constants import Reals

FEWEST_FOR_CORRELATIONS: Final = 10
"""Runs below which correlations between means are not estimated. [runs]"""

DRAWS: Final = 10_000
"""Draws of the maximum. The standard error of the level of the intervals is then 0.002."""

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


def simultaneous_band(values: Reals, families: int = 1) -> SimultaneousIntervals:
    r"""Simultaneous 95 % intervals of the means of several quantities.

    Parameters
    ----------
    values : array
        One row per quantity, one column per run; units may differ between rows. [quantities, runs]
    families : int
        Number of bands that are read together, such as one per outcome of a page. Each has the level
        :math:`1 - 0.05 / families`, so that all intervals of all bands hold together in 95 % of samples (Bonferroni).

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
        deviations = values[spread] - mean[spread, None]
        error = np.sqrt((deviations**2).sum(axis=1) / (runs - 1) / runs)
        half[spread] = _t_quantile(single_error(deviations, families), runs) * error
    label = "no interval: one run" if runs == 1 else f"95 % simultaneous t-interval, n = {runs}"
    return SimultaneousIntervals(mean, mean - half, mean + half, label)


def varies(values: Reals) -> NDArray[np.bool_]:
    """Whether each row varies between runs by more than rounding. [quantities]"""
    return np.asarray(np.ptp(values, axis=1) > 1e-12 * np.abs(values).max(axis=1))


def single_error(deviations: Reals, families: int = 1) -> float:
    r"""Error rate of each of several intervals for which all hold together in 95 % of samples.

    Parameters
    ----------
    deviations : array
        Deviations of each run from the mean, which vary in each row. [quantities, runs]
    families : int
        Number of bands that are read together.

    Returns
    -------
    float
        Error rate of one interval, between Bonferroni's 0.05 / (quantities x families) and 0.05 / families. [0-1]

    Notes
    -----
    With :math:`Z` normal with the correlations of the runs, :math:`\alpha = 0.05 / families`, and c the
    :math:`1 - \alpha` quantile of :math:`\max_k |Z_k|`, the rate is :math:`P(|Z_1| > c)`. Using this rate in Student's
    quantile is exact for one quantity, and for independent quantities of normal runs.
    """
    from scipy.special import ndtr

    alpha = (1.0 - LEVEL) / families
    count, runs = deviations.shape
    if runs < FEWEST_FOR_CORRELATIONS or count == 1:
        return float(alpha / count)
    scaled = deviations / np.sqrt((deviations**2).sum(axis=1, keepdims=True))
    eigenvalues, vectors = np.linalg.eigh(scaled @ scaled.T)
    root = vectors * np.sqrt(np.maximum(eigenvalues, 0.0))
    largest = np.abs(root @ _normal_draws(count)).max(axis=0)
    rate = 2.0 * float(ndtr(-np.quantile(largest, 1.0 - alpha)))
    return float(min(max(rate, alpha / count), alpha))


@functools.lru_cache(maxsize=4)
def _normal_draws(count: int) -> Reals:
    """Standard normal values from a fixed seed, so that equal runs give equal intervals. [count, DRAWS]"""
    return np.random.Generator(np.random.Philox(_SEED)).standard_normal((count, DRAWS))


def _t_quantile(error: float, runs: int) -> float:
    """Half-width, in standard errors, of a t-interval that is wrong with this probability."""
    from scipy.special import stdtrit

    return float(stdtrit(runs - 1, 1.0 - error / 2.0)) if runs > 1 else math.nan
