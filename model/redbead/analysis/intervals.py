"""Confidence intervals of a mean or share across independent runs.

Student's t and Wilson's interval are computed from closed formulas (tested against scipy); the bootstrap uses scipy.
"""

from __future__ import annotations

import functools
import math
from typing import Final, NamedTuple

import numpy as np

from redbead.state.types import Reals

LEVEL: Final = 0.95
_NORMAL: Final = 1.959963984540054


class Interval(NamedTuple):
    """A mean across runs with its 95 % interval.

    Attributes
    ----------
    mean, low, high : float
        Mean and ends of the interval; the ends are NaN for a single run.
    kind : str
        Method and number of runs, for tables.
    """

    mean: float
    low: float
    high: float
    kind: str


def t_interval(values: Reals) -> Interval:
    r"""Student's t-interval of the mean of independent runs, 95 %.

    Parameters
    ----------
    values : array
        One value per run.

    Returns
    -------
    Interval
        Unit of the values.

    Notes
    -----
    With mean :math:`\bar x` and standard deviation :math:`s` of n runs:

    .. math:: \bar x \pm t_{0.975, n - 1} \, s / \sqrt{n}

    Examples
    --------
    >>> import numpy as np
    >>> t_interval(np.array([1.0, 2.0, 3.0])).kind
    '95 % t-interval, n = 3'
    """
    n = values.size
    if n == 0:
        return Interval(math.nan, math.nan, math.nan, "no run finished")
    mean = float(values.mean())
    if n == 1:
        return Interval(mean, math.nan, math.nan, "one run: no interval")
    half = t_critical_value(n - 1) * float(values.std(ddof=1)) / math.sqrt(n)
    return Interval(mean, mean - half, mean + half, f"95 % t-interval, n = {n}")


def wilson_interval(values: Reals) -> Interval:
    r"""Wilson's interval of a share of runs, 95 %; also accurate near 0 and 1.

    Parameters
    ----------
    values : array
        0 or 1 per run.

    Returns
    -------
    Interval
        Share. [0-1]

    Notes
    -----
    With share :math:`p` of n runs and :math:`z = 1.96`:

    .. math:: \frac{p + z^2 / 2n \pm z \sqrt{p (1 - p) / n + z^2 / 4n^2}}{1 + z^2 / n}
    """
    n = values.size
    if n < 2:
        return t_interval(values)
    mean, z2 = float(values.mean()), _NORMAL**2
    middle = (mean + z2 / (2 * n)) / (1 + z2 / n)
    half = _NORMAL / (1 + z2 / n) * math.sqrt(mean * (1 - mean) / n + z2 / (4 * n * n))
    low = 0.0 if mean == 0 else max(0.0, middle - half)
    high = 1.0 if mean == 1 else min(1.0, middle + half)
    return Interval(mean, low, high, f"95 % Wilson interval, n = {n}")


RESAMPLES: Final = 4000
"""Number of bootstrap resamples. The Monte Carlo error of an end is then about 2 % of the width."""


def bootstrap_interval(values: Reals) -> Interval:
    """Bias-corrected and accelerated bootstrap interval of the mean of independent runs, 95 % [Efron1987]_.

    It assumes no normal distribution and follows the skewness of the values. With fewer than about 20 runs it is too
    narrow. If all values are equal, the interval has no width.

    Parameters
    ----------
    values : array
        One value per run.

    References
    ----------
    .. [Efron1987] Efron: Better bootstrap confidence intervals. J. Am. Stat. Assoc. 82. Computed by scipy.
    """
    n = values.size
    if n < 2 or float(np.ptp(values)) == 0.0:
        return t_interval(values)
    from scipy.stats import bootstrap

    generator = np.random.Generator(np.random.Philox(RESAMPLES))  # fixed seed: equal runs give equal bytes
    interval = bootstrap((values,), np.mean, n_resamples=RESAMPLES, vectorized=True, rng=generator).confidence_interval
    return Interval(
        float(values.mean()), float(interval.low), float(interval.high), f"95 % BCa bootstrap interval, n = {n}"
    )


def probability_mean_positive(values: Reals) -> float:
    r"""Posterior probability that the true mean of independent runs is above 0. [0-1]

    Parameters
    ----------
    values : array
        One value per run.

    Notes
    -----
    With a flat prior, mean :math:`\bar x` and standard deviation :math:`s` of n runs:

    .. math:: P(T_{n - 1} < \bar x \sqrt{n} / s)

    Examples
    --------
    >>> import numpy as np
    >>> probability_mean_positive(np.array([1.0, -1.0])), probability_mean_positive(np.zeros(9))
    (0.5, 0.5)
    """
    n = values.size
    if n < 2:
        return math.nan
    mean, error = float(values.mean()), float(values.std(ddof=1)) / math.sqrt(n)
    if error == 0.0:
        return 0.5 if mean == 0.0 else float(mean > 0.0)
    return 0.5 + math.copysign(_central_probability(abs(mean) / error, n - 1), mean) / 2.0


def further_runs(half: float, distance: float, runs: int) -> int:
    """Additional runs that would shrink half an interval below `distance`. [runs]

    Parameters
    ----------
    half : float
        Half-width now.
    distance : float
        Half-width wanted.
    runs : int
        Number of runs now.

    Notes
    -----
    The half-width h shrinks with the square root of the number of runs n, so that at least :math:`n (h / d)^2` runs are
    needed for a half-width d.

    Examples
    --------
    >>> further_runs(0.2, 0.1, 10)
    31
    """
    return max(1, math.floor(runs * (half / distance) ** 2) + 1 - runs)


@functools.cache
def t_critical_value(degrees: int) -> float:
    """97.5 % point of Student's t distribution, found by bisection. [standard errors]

    Parameters
    ----------
    degrees : int
        Degrees of freedom.

    Examples
    --------
    >>> round(t_critical_value(29), 3)
    2.045
    """
    low, high = 1.9, 13.0
    while high - low > 1e-13 * high:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if _central_probability(middle, degrees) < LEVEL else (low, middle)
    return (low + high) / 2


def _central_probability(t: float, degrees: int) -> float:
    """P(-t < T < t), by the finite series of Abramowitz and Stegun 26.7.3 and 26.7.4."""
    angle = math.atan(t / math.sqrt(degrees))
    cosine2 = math.cos(angle) ** 2
    odd = degrees % 2
    term = math.cos(angle) if odd else 1.0
    total = term if degrees > 1 else 0.0
    for k in range(2 + odd, degrees - 1, 2):
        term *= cosine2 * (k - 1) / k
        total += term
    return 2 / math.pi * (angle + math.sin(angle) * total) if odd else math.sin(angle) * total
