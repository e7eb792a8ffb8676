"""Intervals and chances of a mean across runs, by plain formulas (tested against scipy) but for the bootstrap."""

from __future__ import annotations

import functools
import math
from typing import Final, NamedTuple

import numpy as np

from redbead.state.types import Reals

LEVEL: Final = 0.95
_NORMAL: Final = 1.959963984540054


class Interval(NamedTuple):
    """A mean across runs with its interval; the ends are NaN where one run cannot tell."""

    mean: float
    low: float
    high: float
    kind: str


def t_interval(values: Reals) -> Interval:
    """Student's t-interval of the mean of independent runs, 95 %. [unit of the values]

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
    half = student(n - 1) * float(values.std(ddof=1)) / math.sqrt(n)
    return Interval(mean, mean - half, mean + half, f"95 % t-interval, n = {n}")


def wilson_interval(values: Reals) -> Interval:
    """Wilson's interval of a share of runs (`values` are 0 or 1), 95 %: honest also near 0 and 1. [share]"""
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
"""Resamples of a bootstrap: its ends then move by about a fiftieth of the width from seed to seed."""


def bootstrap_interval(values: Reals) -> Interval:
    """Bootstrap interval of the mean of independent runs, 95 %, bias-corrected and accelerated [Efron1987]_.

    It asks for no normal law, and leans with the values; with fewer than about 20 runs it is too narrow. All values
    equal give an interval of no width.

    .. [Efron1987] Efron: Better bootstrap confidence intervals. J. Am. Stat. Assoc. 82. Computed by scipy.
    """
    n = values.size
    if n < 2 or float(np.ptp(values)) == 0.0:
        return t_interval(values)
    from scipy.stats import bootstrap

    dice = np.random.Generator(np.random.Philox(RESAMPLES))  # the same resamples every time: same runs, same bytes
    found = bootstrap((values,), np.mean, n_resamples=RESAMPLES, vectorized=True, rng=dice).confidence_interval
    return Interval(float(values.mean()), float(found.low), float(found.high), f"95 % BCa bootstrap interval, n = {n}")


def student_chance(values: Reals) -> float:
    """The probability that the true mean of independent runs lies above 0, by Student's t (a flat prior). [0-1]

    >>> import numpy as np
    >>> student_chance(np.array([1.0, -1.0])), student_chance(np.zeros(9))
    (0.5, 0.5)
    """
    n = values.size
    if n < 2:
        return math.nan
    mean, error = float(values.mean()), float(values.std(ddof=1)) / math.sqrt(n)
    if error == 0.0:
        return 0.5 if mean == 0.0 else float(mean > 0.0)
    return 0.5 + math.copysign(_inside(abs(mean) / error, n - 1), mean) / 2.0


def further_runs(half: float, distance: float, runs: int) -> int:
    """How many runs more would shrink half an interval to `distance`: it shrinks with the root of their number. [runs]

    >>> further_runs(0.2, 0.1, 10)
    31
    """
    return max(1, math.floor(runs * (half / distance) ** 2) + 1 - runs)


@functools.cache
def student(degrees: int) -> float:
    """The 97.5 % point of Student's t with `degrees` of freedom, by bisection. [standard errors]

    >>> round(student(29), 3)
    2.045
    """
    low, high = 1.9, 13.0
    while high - low > 1e-13 * high:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if _inside(middle, degrees) < LEVEL else (low, middle)
    return (low + high) / 2


def _inside(t: float, degrees: int) -> float:
    """P(-t < T < t): the finite series of Abramowitz and Stegun 26.7.3 and 26.7.4."""
    angle = math.atan(t / math.sqrt(degrees))
    cosine2 = math.cos(angle) ** 2
    odd = degrees % 2
    term = math.cos(angle) if odd else 1.0
    total = term if degrees > 1 else 0.0
    for k in range(2 + odd, degrees - 1, 2):
        term *= cosine2 * (k - 1) / k
        total += term
    return 2 / math.pi * (angle + math.sin(angle) * total) if odd else math.sin(angle) * total
