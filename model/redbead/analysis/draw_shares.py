"""In which share of the draws of uncertain parameters is a policy better: by the runs, and with chance removed.

The share of draws whose mean is above 0 is no estimate of this: with few runs per draw, chance alone moves draws to
the other side. Two statements replace it. The first has three parts: shown to be better, shown to be worse, and
undecided. The second assumes normal effects between draws and subtracts the variance within draws.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from redbead.analysis.draw_tests import ERROR_RATE, DrawMeans, draw_means, draw_signs
from redbead.analysis.intervals import Interval, percentile_interval, wilson_interval
from redbead.analysis.variance_components import VarianceComponents, variance_components
from redbead.state.constants import Reals, Whole

MIN_RUNS: Final = 2
"""Smallest mean number of runs per draw. Variation within and between draws cannot be separated with fewer. [runs]"""
MIN_DRAWS: Final = 10
"""Smallest number of draws for the share with chance removed."""
MIN_PAIRS: Final = 100
"""Smallest number of pairs of runs that share a draw for the share with chance removed, such as 10 draws of 5 runs, 34
of 3 or 100 of 2. The standard error of the variance between draws is then at most a tenth of the variance within. By
simulation, the mean error of the share is then below 3 percentage points at an advantage of half a standard deviation
(``tests/unit/analysis/test_draw_shares.py``)."""
SIGNIFICANCE: Final = 0.05
"""Probability at most that a lever without any effect seems to have effects of both signs. [0-1]"""
SAMPLES: Final = 4000
"""Samples of the generalised pivotal quantity. The Monte Carlo error of an end is about 1 % of the width."""
_SEED: Final = 1984


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
    draws = draw_means(gain, draw)
    if not gain.size or draws.runs.mean() < MIN_RUNS:
        return None
    signs = draw_signs(draws)
    better, worse, undecided = (wilson_interval((signs == sign).astype(float)) for sign in (1, -1, 0))
    positive = positive_share(draws, variance_components(gain, draw))
    return DrawShares(draws.mean.size, better, worse, undecided, positive)


def positive_share(draws: DrawMeans, components: VarianceComponents) -> Interval:
    r"""Share of draws whose true mean is above 0, by a normal model of random effects.

    Parameters
    ----------
    draws : DrawMeans
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


def predicted_effects(gain: Reals, draw: Whole) -> Reals:
    r"""Best linear unbiased prediction of the effect of each draw: its mean, shrunk towards that of all draws.

    Parameters
    ----------
    gain : array
        Advantage in each run, shape [runs].
    draw : array of int
        Draw of the parameters in each run, shape [runs].

    Returns
    -------
    array
        Unit of the gain, shape [draws]. The plain means if no draw has two runs.

    Notes
    -----
    With n runs of a draw and variances :math:`\sigma^2` within and :math:`\tau^2` between draws:

    .. math:: \bar x + \frac{\tau^2}{\tau^2 + \sigma^2 / n} (\bar x_d - \bar x)

    ([Searle1992]_, section 3.4). If draws do not differ beyond chance, all predictions are equal.
    """
    draws = draw_means(gain, draw)
    components = variance_components(gain, draw)
    if not math.isfinite(components.stochastic):
        return draws.mean
    noise = components.stochastic / draws.runs
    total = components.parametric + noise
    weight = np.where(total > 0.0, components.parametric / np.where(total > 0.0, total, 1.0), 1.0)
    return np.asarray(draws.mean.mean() + weight * (draws.mean - draws.mean.mean()))


def is_beyond_chance(share: Interval, draws: int, comparisons: int) -> bool:
    r"""Return whether more draws show a sign than the error rate of their tests gives.

    Parameters
    ----------
    share : Interval
        Share of draws shown to be better, or shown to be worse.
    draws : int
        Number of draws.
    comparisons : int
        Number of outcomes, for Bonferroni's correction at 5 %.

    Notes
    -----
    With k of n draws, the binomial probability :math:`P(K \ge k)` at the rate `ERROR_RATE` must be at most 0.05
    divided by the number of comparisons.

    Examples
    --------
    >>> [is_beyond_chance(Interval(k / 100, 0.0, 0.0, ""), 100, 4) for k in (7, 8)]
    [False, True]
    """
    from scipy.stats import binom

    return float(binom.sf(round(share.mean * draws) - 1, draws, ERROR_RATE)) <= SIGNIFICANCE / comparisons
