"""Simultaneous confidence band over several means of the same pairs, such as the quarters of a series."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from redbead.analysis.intervals import RESAMPLES
from redbead.analysis.paired_tests import standard_errors
from redbead.state.constants import Reals


class Band(NamedTuple):
    """Means with a simultaneous band.

    Attributes
    ----------
    mean, low, high : array
        Means and ends of the band, shape [means]; the ends are NaN for a single pair.
    """

    mean: Reals
    low: Reals
    high: Reals


_SEED = 20190119
_FEWEST_BEYOND = 20
"""Fewest simulated means beyond a quantile; with fewer its Monte Carlo error is too large."""


def simulated_means(values: Reals) -> Reals:
    r"""Means over pairs as they would vary over repetitions, normal with the estimated covariance.

    This is the plug-in simulation of [MontielOlea2019]_. Its cost does not grow with the number of pairs, unlike that
    of resampling them.

    Parameters
    ----------
    values : array
        Paired differences, shape [pairs, means].

    Returns
    -------
    array
        Shape [resamples, means]; unit of the values. All equal to the means for a single pair.

    Notes
    -----
    With the centred values :math:`X` of n pairs and :math:`X = QR`, the estimated covariance of the means is
    :math:`R^T R / (n (n - 1))`, so that :math:`\bar d + z R / \sqrt{n (n - 1)}` has it for standard normal z.
    """
    n, mean = len(values), values.mean(axis=0)
    root = np.linalg.qr(values - mean, mode="r") / np.sqrt(max(n * (n - 1), 1))
    generator = np.random.Generator(np.random.Philox(_SEED))  # fixed seed: equal runs give equal statements
    return np.asarray(mean + generator.standard_normal((RESAMPLES, len(root))) @ root)


def simultaneous_band(values: Reals, simulated: Reals, level: float = 0.05) -> Band:
    r"""Band that contains all true means at once with a probability of at least :math:`1 - \alpha`.

    Parameters
    ----------
    values : array
        Paired differences, shape [pairs, means].
    simulated : array
        The same means over simulated repetitions, from :func:`simulated_means`, shape [resamples, means].
    level : float
        Error rate :math:`\alpha` of the whole band. [0-1]

    Notes
    -----
    The band is :math:`\bar d_q \pm c \, s_q / \sqrt n`, the sup-t band of [MontielOlea2019]_. With simulated means
    :math:`d^*_q`, the quantile of the largest studentised deviation,

    .. math:: z = Q_{1 - \alpha}\left( \max_q \frac{|d^*_q - \bar d_q|}{s_q / \sqrt n} \right),

    belongs to known standard errors. So that it also holds for few pairs, it is replaced by the quantile of Student's
    t distribution with the same tail, :math:`P(|T_{n - 1}| > c) = P(|Z| > z)`: the marginal distributions are then
    those of [Hothorn2008]_. It is at least the critical value of a single mean and at most Bonferroni's, both of which
    are exact for normal differences. Bonferroni's value is used for levels at which the simulated means are too few
    for a quantile (below 0.01).

    A mean whose pairs are all equal has no spread. Its band has no width if the sign test at Bonferroni's level shows
    a difference from 0, and otherwise reaches to 0.

    References
    ----------
    .. [MontielOlea2019] Montiel Olea and Plagborg-Moller: Simultaneous confidence bands: theory, implementation, and
       an application to SVARs. J. Appl. Econometrics 34.
    """
    n, means = values.shape
    mean = values.mean(axis=0)
    if n < 2:
        return Band(mean, np.full(means, np.nan), np.full(means, np.nan))
    error = standard_errors(values.T)
    half = _critical_value(mean, error, simulated, n, level) * error
    if 2.0 ** (1 - n) > level / means:
        half = np.where(error > 0.0, half, np.abs(mean))
    return Band(mean, mean - half, mean + half)


def _critical_value(mean: Reals, error: Reals, simulated: Reals, pairs: int, level: float) -> float:
    """Half-width of the band in standard errors."""
    from scipy.special import ndtr, stdtrit

    spread = error > 0.0
    if not spread.any():
        return 0.0
    single, bonferroni = (-float(stdtrit(pairs - 1, level / 2.0 / k)) for k in (1, int(spread.sum())))
    if level * RESAMPLES < _FEWEST_BEYOND:
        return bonferroni
    largest = (np.abs(simulated[:, spread] - mean[spread]) / error[spread]).max(axis=1)
    tail = float(ndtr(-np.quantile(largest, 1.0 - level)))
    return min(max(-float(stdtrit(pairs - 1, tail)), single), bonferroni)
