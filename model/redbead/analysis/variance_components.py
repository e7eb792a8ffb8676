"""Variance components: stochastic variation between runs, and parametric uncertainty between draws."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from redbead.state.constants import Reals, Whole


class VarianceComponents(NamedTuple):
    """Variance of one value per run, in two components.

    All are NaN if no draw has two runs, because the components cannot then be separated.

    Attributes
    ----------
    stochastic : float
        Variance within draws.
    parametric : float
        Variance between draws.
    share, low, high : float
        Parametric share of the total variance with its 95 % interval. [0-1]
    """

    stochastic: float
    parametric: float
    share: float
    low: float
    high: float


def variance_components(values: Reals, draw: Whole) -> VarianceComponents:
    r"""Variance within and between draws, by a one-way random-effects analysis of variance [Searle1992]_.

    Parameters
    ----------
    values : array
        One value per run, such as a paired difference, shape [runs].
    draw : array of int
        Draw of the parameters in each run, shape [runs].

    Notes
    -----
    With mean squares between draws (MSB) and within draws (MSW) and n runs per draw:

    .. math:: \sigma^2_{stochastic} = MSW, \qquad \sigma^2_{parametric} = \max(0, (MSB - MSW) / n)

    If draws have different numbers of runs, n is n0 of the reference, and the interval (from the F distribution of
    MSB / MSW) is approximate.

    References
    ----------
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
    runs_per_draw = (n - float((sizes**2).sum()) / n) / (groups - 1)
    parametric = max(0.0, (between - within) / runs_per_draw)
    total = within + parametric
    if total == 0.0:
        return VarianceComponents(0.0, 0.0, math.nan, math.nan, math.nan)
    low, high = _share_interval(between, within, groups - 1, n - groups, runs_per_draw)
    return VarianceComponents(within, parametric, parametric / total, low, high)


def _share_interval(
    between: float, within: float, numerator_df: int, denominator_df: int, runs_per_draw: float
) -> tuple[float, float]:
    """95 % interval of the parametric share, from the F distribution of the ratio of mean squares."""
    if within == 0.0:
        return 1.0, 1.0
    from scipy.stats import f

    ratio = between / within
    ends = (ratio / float(f.ppf(q, numerator_df, denominator_df)) for q in (0.975, 0.025))
    low, high = (max(0.0, (x - 1.0) / (x - 1.0 + runs_per_draw)) for x in ends)
    return low, high
