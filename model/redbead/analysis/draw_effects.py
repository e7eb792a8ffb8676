"""Effects in draws of uncertain parameters: variance within and between draws, and the share of draws with a gain.

The share of draws whose mean is above 0 is no estimate of the share in which a policy is better: with few runs per
draw, chance alone moves draws to the other side. Two statements replace it.

- *Shown to be better, shown to be worse, or undecided*, by one t-test per draw. Few runs leave a variance of each draw
  with few degrees of freedom; the variance of all draws together lends them its own [Smyth2004]_. Assumptions: within a
  draw, paired differences are independent and near normal; the variances of the draws follow a scaled inverse
  chi-square distribution. A pooled variance (one for all draws, [Searle1992]_) is the limit of equal variances. It is
  not used alone: where half of the draws have no variance, it finds a sign in 8 % of draws without an effect, not 5 %.
- *The share of draws with a gain, with chance removed*, which assumes normal effects between draws and subtracts the
  variance within draws.

.. [Searle1992] Searle, Casella, McCulloch: Variance components, section 3.6. Wiley 1992.
.. [Smyth2004] Smyth: Linear models and empirical Bayes methods for assessing differential expression in microarray
   experiments. Statistical Applications in Genetics and Molecular Biology 3, sections 5 and 6.2.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from redbead.analysis.intervals import Interval, percentile_interval, wilson_interval
from redbead.state.constants import Reals, Whole

ERROR_RATE: Final = 0.025
"""Share of draws without an effect that are shown to be better, and share shown to be worse (two-sided 5 %). [0-1]"""
_FLOOR: Final = 1e-5
"""Smallest variance of a draw relative to the median: smaller ones are rounding errors."""
_NEWTON_STEPS: Final = 50
MIN_RUNS: Final = 2
"""Smallest mean number of runs per draw. Variation within and between draws cannot be separated with fewer. [runs]"""
MIN_DRAWS: Final = 10
"""Smallest number of draws for the share with chance removed."""
MIN_PAIRS: Final = 100
"""Smallest number of pairs of runs that share a draw for the share with chance removed, such as 10 draws of 5 runs, 34
of 3 or 100 of 2. The standard error of the variance between draws is then at most a tenth of the variance within. By
simulation, the mean error of the share is then below 3 percentage points at an advantage of half a standard deviation
(``tests/unit/analysis/test_draw_effects.py``)."""
SAMPLES: Final = 4000
"""Samples of the generalised pivotal quantity. The Monte Carlo error of an end is about 1 % of the width."""
_SEED: Final = 1984


class DrawStatistics(NamedTuple):
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


def draw_statistics(values: Reals, draw: Whole) -> DrawStatistics:
    """Reduce runs to mean and variance of each draw, in the order of the numbers of the draws.

    Parameters
    ----------
    values : array
        One value per run, such as a paired difference, shape [runs].
    draw : array of int
        Draw of the parameters in each run, shape [runs].

    Examples
    --------
    >>> draw_statistics(np.array([1.0, 3.0, 5.0]), np.array([0, 0, 4])).mean.tolist()
    [2.0, 5.0]
    """
    index, runs = np.unique(draw, return_inverse=True, return_counts=True)[1:]
    mean = np.bincount(index, values) / runs
    squares = np.bincount(index, (values - mean[index]) ** 2)
    return DrawStatistics(mean, runs, squares / np.maximum(1, runs - 1))


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


def variance_components(draws: DrawStatistics) -> VarianceComponents:
    r"""Variance within and between draws, by a one-way random-effects analysis of variance [Searle1992]_.

    Notes
    -----
    With mean squares between draws (MSB) and within draws (MSW) and n runs per draw:

    .. math:: \sigma^2_{stochastic} = MSW, \qquad \sigma^2_{parametric} = \max(0, (MSB - MSW) / n)

    If draws have different numbers of runs, n is n0 of the reference, and the interval (from the F distribution of
    MSB / MSW) is approximate.
    """
    sizes, groups, n = draws.runs, draws.mean.size, int(draws.runs.sum())
    if groups < 2 or n <= groups:
        return VarianceComponents(*(math.nan,) * 5)
    within = float(((sizes - 1) * draws.variance).sum()) / (n - groups)
    mean = float((sizes * draws.mean).sum()) / n
    between = float((sizes * (draws.mean - mean) ** 2).sum()) / (groups - 1)
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


def draw_signs(draws: DrawStatistics) -> NDArray[np.int8]:
    r"""Sign of the effect in each draw by a moderated t-test at 5 %: 1, -1, or 0 if the runs do not show it.

    Parameters
    ----------
    draws : DrawStatistics
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


def prior_variance(draws: DrawStatistics) -> tuple[float, float]:
    r"""Prior variance and its degrees of freedom, by moments of the logarithms of the variances [Smyth2004]_.

    Parameters
    ----------
    draws : DrawStatistics
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


class DrawShares(NamedTuple):
    """Shares of draws in which a policy is better or worse. All are shares of draws with 95 % intervals over draws.

    Attributes
    ----------
    draws : int
        Number of draws.
    better, worse, undecided : Interval
        Draws in which a t-test at 5 % shows that the policy is better, shows that it is worse, or shows neither.
    positive : Interval
        Draws whose true difference is above 0, with chance removed. NaN with too few draws or runs per draw
        (`MIN_DRAWS`, `MIN_PAIRS`), or if all runs are equal.
    """

    draws: int
    better: Interval
    worse: Interval
    undecided: Interval
    positive: Interval


def draw_shares(gain: Reals, draw: Whole) -> DrawShares | None:
    """Estimate in which share of draws the true gain is above 0.

    Parameters
    ----------
    gain : array
        Advantage in each run, such as a paired difference; above 0 is better. Shape [runs].
    draw : array of int
        Draw of the parameters in each run, shape [runs].

    Returns
    -------
    DrawShares or None
        None with fewer than `MIN_RUNS` runs per draw on average.
    """
    if not gain.size:
        return None
    draws = draw_statistics(gain, draw)
    return estimate_shares(draws, variance_components(draws))


def estimate_shares(draws: DrawStatistics, components: VarianceComponents) -> DrawShares | None:
    """Estimate the same from the statistics of the draws and their variance components."""
    if draws.runs.mean() < MIN_RUNS:
        return None
    signs = draw_signs(draws)
    better, worse, undecided = (wilson_interval((signs == sign).astype(float)) for sign in (1, -1, 0))
    return DrawShares(draws.mean.size, better, worse, undecided, positive_share(draws, components))


def positive_share(draws: DrawStatistics, components: VarianceComponents) -> Interval:
    r"""Share of draws whose true mean is above 0, by a normal model of random effects.

    Parameters
    ----------
    draws : DrawStatistics
        Mean and number of runs of each draw.
    components : VarianceComponents
        Variance within and between draws.

    Returns
    -------
    Interval
        Share of draws with its 95 % generalised confidence interval. [0-1]

    Notes
    -----
    With mean :math:`\mu` over draws and variance :math:`\tau^2` between them:

    .. math:: \Phi(\mu / \tau)

    which is 1 or 0 if the estimate of :math:`\tau^2` is 0. The interval consists of percentiles of the generalised
    pivotal quantity [Weerahandi1993]_: in its place each mean square of the analysis of variance, times its degrees of
    freedom and divided by a chi-square variable, and the mean plus a normal error. Samples with a negative
    :math:`\tau^2` have :math:`\tau^2 = 0`, so that the interval contains 1 (or 0) unless an F-test shows that draws
    differ. Unequal numbers of runs are approximated by their harmonic mean. The seed is fixed.

    References
    ----------
    .. [Weerahandi1993] Weerahandi: Generalized confidence intervals. J. Am. Stat. Assoc. 88. For variance components:
       Krishnamoorthy and Mathew: Statistical tolerance regions, section 5.3. Wiley 2009.
    """
    groups, runs = draws.mean.size, draws.runs.size / float((1.0 / draws.runs).sum())
    if groups < MIN_DRAWS or (draws.runs * (draws.runs - 1)).sum() < 2 * MIN_PAIRS:
        return Interval(math.nan, math.nan, math.nan, "too few runs per draw")
    mean, within = float(draws.mean.mean()), components.stochastic
    if mean == 0.0 and within == 0.0 and components.parametric == 0.0:
        return Interval(math.nan, math.nan, math.nan, "equal in all runs")
    between = runs * float(draws.mean.var(ddof=1))
    generator = np.random.Generator(np.random.Philox(_SEED))  # fixed seed: equal runs give equal bytes
    degrees = int(draws.runs.sum()) - groups
    chance = within * degrees / generator.chisquare(degrees, SAMPLES)
    total = between * (groups - 1) / generator.chisquare(groups - 1, SAMPLES)
    parametric = np.maximum(0.0, (total - chance) / runs)
    means = mean + generator.standard_normal(SAMPLES) * np.sqrt((parametric + chance / runs) / groups)
    low, high = percentile_interval(_share_above_zero(means, parametric))
    share = float(_share_above_zero(np.array([mean]), np.array([components.parametric]))[0])
    return Interval(share, min(low, share), max(high, share), f"95 % generalised interval, n = {groups} draws")


def _share_above_zero(mean: Reals, variance: Reals) -> Reals:
    """Share of a normal distribution that is above 0; a variance of 0 puts all of it at the mean. [0-1]"""
    from scipy.special import ndtr

    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(variance > 0.0, ndtr(mean / np.sqrt(variance)), (1.0 + np.sign(mean)) / 2.0))


def predicted_effects(draws: DrawStatistics, components: VarianceComponents) -> Reals:
    r"""Best linear unbiased prediction of the effect of each draw: its mean, shrunk towards that of all draws.

    Parameters
    ----------
    draws : DrawStatistics
        Mean and number of runs of each draw.
    components : VarianceComponents
        Variance within and between draws.

    Returns
    -------
    array
        Unit of the values, shape [draws]. The plain means if no draw has two runs.

    Notes
    -----
    With n runs of a draw and variances :math:`\sigma^2` within and :math:`\tau^2` between draws:

    .. math:: \bar x + \frac{\tau^2}{\tau^2 + \sigma^2 / n} (\bar x_d - \bar x)

    ([Searle1992]_, section 3.4). If draws do not differ beyond chance, all predictions are equal.
    """
    if not math.isfinite(components.stochastic):
        return draws.mean
    noise = components.stochastic / draws.runs
    total = components.parametric + noise
    weight = np.where(total > 0.0, components.parametric / np.where(total > 0.0, total, 1.0), 1.0)
    return np.asarray(draws.mean.mean() + weight * (draws.mean - draws.mean.mean()))
