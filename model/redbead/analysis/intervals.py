"""Confidence intervals of a mean or share across independent runs, and resampling of runs.

:mod:`redbead.analysis.means` chooses among them. They are closed formulas, tested against scipy.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from redbead.state.constants import Reals, Whole

LEVEL: Final = 0.95
_NORMAL: Final = 1.959963984540054


RUNS: Final = "runs"
DRAWS: Final = "draws"

_ROUNDING: Final = 1e-12
"""Relative spread that comes from rounding."""


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


def varies(values: Reals) -> NDArray[np.bool_]:
    """Whether values differ between runs by more than the rounding of their last digits.

    The standard deviation decides, not the range: differences so small that their squares are 0 in floating-point
    numbers have no standard error, and count as equal.

    Parameters
    ----------
    values : array
        Values per run, shape [..., runs]; at least one run.

    Returns
    -------
    array of bool
        Shape [...]. False for a single run.

    Examples
    --------
    >>> varies(np.array([[0.1, 0.1, 0.1], [0.1, 0.1, 0.2], [0.0, 0.0, 5e-324]])).tolist()
    [False, True, False]
    """
    return np.asarray(values.std(axis=-1) > _ROUNDING * np.abs(values).max(axis=-1))


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
    share = float(values.mean())
    return Interval(share, *wilson_ends(share, n, _NORMAL), f"95 % Wilson interval, n = {n}")


def wilson_ends(share: float, n: float, z: float) -> tuple[float, float]:
    """Both ends of Wilson's interval of a share of n independent runs, for the normal point z; see above."""
    middle = (share + z**2 / (2.0 * n)) / (1.0 + z**2 / n)
    half = z / (1.0 + z**2 / n) * math.sqrt(share * (1.0 - share) / n + z**2 / (4.0 * n * n))
    low = 0.0 if share == 0.0 else max(0.0, middle - half)
    return low, 1.0 if share == 1.0 else min(1.0, middle + half)


@functools.cache
def t_critical_value(degrees: int) -> float:
    """97.5 % point of Student's t distribution. [standard errors]

    Parameters
    ----------
    degrees : int
        Degrees of freedom.

    Examples
    --------
    >>> round(t_critical_value(29), 3)
    2.045
    """
    from scipy.special import stdtrit

    return float(stdtrit(degrees, (1.0 + LEVEL) / 2.0))


RESAMPLES: Final = 2000
"""Number of resamples. The standard error of a share of resamples is then at most 0.011."""

_SEED: Final = 20151214
_BLOCK: Final = 200


def resample_weights(runs: int, cluster: Whole | None = None, resamples: int = RESAMPLES) -> Iterator[Reals]:
    """Yield how often each run occurs in each resample, one block of resamples at a time.

    The resamples depend only on the number of runs (or clusters), so repeated calls return the same weights.

    Parameters
    ----------
    runs : int
        Number of runs, at least 1.
    cluster : array of int, optional
        Cluster of each run, shape [runs]. Runs of one cluster are resampled together.
    resamples : int
        Number of resamples.

    Yields
    ------
    array
        Weights of a block of resamples, shape [block, runs]. Without clusters each row sums to `runs`.
    """
    generator = np.random.Generator(np.random.Philox(_SEED))
    labels = np.arange(runs) if cluster is None else np.unique(cluster, return_inverse=True)[1]
    groups = int(labels.max()) + 1
    probabilities = np.full(groups, 1.0 / groups)
    for start in range(0, resamples, _BLOCK):
        size = min(_BLOCK, resamples - start)
        yield np.asarray(generator.multinomial(groups, probabilities, size=size)[:, labels], dtype=np.float64)


def resampled_means(values: Reals, cluster: Whole | None = None, resamples: int = RESAMPLES) -> Reals:
    """Means over resampled runs.

    Parameters
    ----------
    values : array
        Values per run, shape [..., runs].
    cluster : array of int, optional
        Cluster of each run, shape [runs].
    resamples : int
        Number of resamples.

    Returns
    -------
    array
        One mean per resample, shape [resamples, ...]; unit of the values.
    """
    flat = values.reshape(-1, values.shape[-1])
    blocks = [
        rows @ flat.T / rows.sum(axis=1, keepdims=True)
        for rows in resample_weights(values.shape[-1], cluster, resamples)
    ]
    return np.concatenate(blocks).reshape(-1, *values.shape[:-1])


def percentile_interval(resampled: Reals, level: float = 0.95) -> tuple[float, float]:
    """Percentile interval of resampled estimates.

    Parameters
    ----------
    resampled : array
        One estimate per resample; estimates that are not finite are left out.
    level : float
        Coverage of the interval. [0-1]

    Returns
    -------
    tuple of float
        Lower and upper end; NaN if no estimate is finite.
    """
    finite = resampled[np.isfinite(resampled)]
    if finite.size == 0:
        return float("nan"), float("nan")
    low, high = np.quantile(finite, ((1 - level) / 2, (1 + level) / 2))
    return float(low), float(high)


def percent_level(level: float) -> str:
    """Format a level such as "95 %" or "99.75 %"."""
    return f"{100.0 * level:.4g} %"


def size_of(units: int, noun: str) -> str:
    """Number of units, for the kind of an interval."""
    return f"n = {units}" if noun == RUNS else f"n = {units} {noun}"
