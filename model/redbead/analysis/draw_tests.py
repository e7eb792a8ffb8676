"""Sign of the effect in each draw of the parameters: one t-test per draw, with moderated variances.

Assumptions: within a draw, paired differences between runs are independent and near normal; the variances of the draws
follow a scaled inverse chi-square distribution. Few runs per draw leave a variance of each draw with few degrees of
freedom; the variance of all draws together lends them its own. A pooled variance (one variance for all draws,
[Searle1992]_) is the limit of equal variances. It is not used alone, because draws differ in their variance: where
half of the draws have no variance, a pooled variance finds a sign in 8 % of draws without an effect, instead of 5 %.

References
----------
.. [Smyth2004] Smyth: Linear models and empirical Bayes methods for assessing differential expression in microarray
   experiments. Statistical Applications in Genetics and Molecular Biology 3, sections 5 and 6.2.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from redbead.state.constants import Reals, Whole

ERROR_RATE: Final = 0.025
"""Share of draws without an effect that are shown to be better, and share shown to be worse (two-sided 5 %). [0-1]"""
_FLOOR: Final = 1e-5
"""Smallest variance of a draw relative to the median: smaller ones are rounding errors."""
_NEWTON_STEPS: Final = 50


class DrawMeans(NamedTuple):
    """Runs of each draw reduced to mean and variance.

    Attributes
    ----------
    mean : array
        Mean per draw, shape [draws].
    runs : array of int
        Runs per draw, shape [draws].
    variance : array
        Variance within each draw with ``runs - 1`` degrees of freedom; 0 for a single run. Shape [draws].
    """

    mean: Reals
    runs: Whole
    variance: Reals


def draw_means(values: Reals, draw: Whole) -> DrawMeans:
    """Reduce runs to mean and variance of each draw, in the order of the numbers of the draws.

    Parameters
    ----------
    values : array
        One value per run, such as a paired difference, shape [runs].
    draw : array of int
        Draw of the parameters in each run, shape [runs].

    Examples
    --------
    >>> draw_means(np.array([1.0, 3.0, 5.0]), np.array([0, 0, 4])).mean.tolist()
    [2.0, 5.0]
    """
    index, runs = np.unique(draw, return_inverse=True, return_counts=True)[1:]
    mean = np.bincount(index, values) / runs
    squares = np.bincount(index, (values - mean[index]) ** 2)
    return DrawMeans(mean, runs, squares / np.maximum(1, runs - 1))


def draw_signs(draws: DrawMeans) -> NDArray[np.int8]:
    r"""Sign of the effect in each draw by a moderated t-test at 5 %: 1, -1, or 0 if the runs do not show it.

    Parameters
    ----------
    draws : DrawMeans
        Mean and variance of each draw.

    Returns
    -------
    array of int
        Shape [draws]. All 0 if no draw has two runs.

    Notes
    -----
    With n runs, mean m and variance :math:`s^2` of a draw, and a prior variance :math:`s_0^2` with :math:`d_0` degrees
    of freedom from all draws, the statistic

    .. math:: t = m \sqrt n / \sqrt{\frac{d_0 s_0^2 + (n - 1) s^2}{d_0 + n - 1}}

    has Student's distribution with :math:`d_0 + n - 1` degrees of freedom, at most those of all draws together
    ([Smyth2004]_, section 4).
    """
    from scipy.special import stdtrit

    degrees = draws.runs - 1.0
    if not degrees.any():
        return np.zeros(draws.mean.size, np.int8)
    prior, prior_degrees = prior_variance(draws)
    if math.isinf(prior_degrees):
        variance, total = np.full(degrees.size, prior), np.full(degrees.size, degrees.sum())
    else:
        total = np.maximum(prior_degrees + degrees, 1e-9)
        variance = (prior_degrees * prior + degrees * draws.variance) / total
        total = np.minimum(total, degrees.sum())
    critical = stdtrit(total, 1.0 - ERROR_RATE) * np.sqrt(variance / draws.runs)
    return np.asarray(np.sign(draws.mean) * (np.abs(draws.mean) > critical), np.int8)


def prior_variance(draws: DrawMeans) -> tuple[float, float]:
    r"""Prior variance and its degrees of freedom, by moments of the logarithms of the variances [Smyth2004]_.

    Parameters
    ----------
    draws : DrawMeans
        Mean and variance of each draw; draws without a variance are left out.

    Returns
    -------
    tuple of float
        Prior variance, in squared units of the values, and degrees of freedom. Infinite degrees of freedom mean that
        the variances of the draws differ no more than by chance; the prior variance is then the pooled variance.

    Notes
    -----
    With d degrees of freedom of a draw, :math:`e = \log s^2 - \psi(d/2) + \log(d/2)` has the variance
    :math:`\psi'(d/2) + \psi'(d_0/2)` and the mean :math:`\log s_0^2 - \psi(d_0/2) + \log(d_0/2)`.
    """
    from scipy.special import digamma, polygamma

    with_variance = (draws.runs > 1) & (draws.variance > 0.0)
    degrees, variance = draws.runs[with_variance] - 1.0, draws.variance[with_variance]
    if degrees.size == 0:
        return 0.0, math.inf
    pooled = float((degrees * variance).sum() / degrees.sum())
    if degrees.size < 2:
        return pooled, math.inf
    variance = np.maximum(variance, _FLOOR * np.median(variance))
    logs = np.log(variance) - digamma(degrees / 2.0) + np.log(degrees / 2.0)
    excess = float(logs.var(ddof=1) - polygamma(1, degrees / 2.0).mean())
    if excess <= 0.0:
        return pooled, math.inf
    half = _inverse_trigamma(excess)
    return float(np.exp(logs.mean() + digamma(half) - math.log(half))), 2.0 * half


def _inverse_trigamma(y: float) -> float:
    """Value whose trigamma function is y, by Newton's method on its reciprocal ([Smyth2004]_, appendix).

    >>> round(_inverse_trigamma(1.6449340668482264), 6)
    1.0
    """
    from scipy.special import polygamma

    x = 0.5 + 1.0 / y
    for _ in range(_NEWTON_STEPS):
        trigamma = float(polygamma(1, x))
        step = trigamma * (1.0 - trigamma / y) / float(polygamma(2, x))
        x += step
        if abs(step) < 1e-10 * x:
            break
    return x
