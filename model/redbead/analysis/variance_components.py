"""How much of the spread is chance, and how much is doubt about parameters."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from redbead.analysis.intervals import Interval, t_interval
from redbead.state.types import Reals, Whole


class VarianceComponents(NamedTuple):
    """The variance of one value a run in two parts, and the share of the draws with its 95 % interval.

    NaN where no draw has two runs: then nothing can tell the parts apart.
    """

    chance: float
    doubt: float
    share: float
    low: float
    high: float


def variance_components(values: Reals, draw: Whole) -> VarianceComponents:
    """Variance within draws (chance) and between them (doubt), by a one-way analysis with random effects [Searle1992]_.

    Parameters
    ----------
    values
        One value a run, such as a paired difference. [runs]
    draw
        The draw of parameters that each run lives in. [runs]

    Notes
    -----
    With mean squares MSB and MSW and n runs a draw: doubt = max(0, (MSB - MSW) / n). Where draws have different numbers
    of runs, n is n0 of the reference, and the interval (from the law of F = MSB / MSW) is approximate.

    .. [Searle1992] Searle, Casella, McCulloch: Variance components, section 3.6. Wiley 1992.
    """
    labels, sizes = np.unique(draw, return_counts=True)
    groups, n = len(labels), len(values)
    if groups < 2 or n <= groups:
        return VarianceComponents(*(math.nan,) * 5)
    within = sum(float((((v := values[draw == d]) - v.mean()) ** 2).sum()) for d in labels) / (n - groups)
    mean = float(values.mean())
    between = sum(s * (float(values[draw == d].mean()) - mean) ** 2 for d, s in zip(labels, sizes, strict=True))
    between /= groups - 1
    each = (n - float((sizes**2).sum()) / n) / (groups - 1)
    doubt = max(0.0, (between - within) / each)
    total = within + doubt
    if total == 0.0:
        return VarianceComponents(0.0, 0.0, math.nan, math.nan, math.nan)
    low, high = _ends(between, within, groups - 1, n - groups, each)
    return VarianceComponents(within, doubt, doubt / total, low, high)


def _ends(between: float, within: float, top: int, bottom: int, each: float) -> tuple[float, float]:
    """The 95 % interval of the share of doubt, from the law of the ratio of mean squares."""
    if within == 0.0:
        return 1.0, 1.0
    from scipy.stats import f

    ratio = between / within
    ends = (ratio / float(f.ppf(q, top, bottom)) for q in (0.975, 0.025))
    low, high = (max(0.0, (x - 1.0) / (x - 1.0 + each)) for x in ends)
    return low, high


def cluster_interval(values: Reals, draw: Whole) -> Interval:
    """The mean over draws, with Student's interval: runs that share a draw are not independent of each other.

    >>> cluster_interval(np.array([1.0, 3.0, 5.0, 7.0]), np.array([0, 0, 1, 1])).kind
    '95 % t-interval, n = 2 draws'
    """
    found = t_interval(np.array([values[draw == d].mean() for d in np.unique(draw)]))
    return found._replace(kind=f"{found.kind} draws") if "n = " in found.kind else found
