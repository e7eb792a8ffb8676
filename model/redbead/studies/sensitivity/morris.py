"""Morris screening by elementary effects [Morris1991]_, with a test of each effect against sampling error.

Method: a factor is inert if it changes only which random numbers are used. The difference that it makes in one run at
one step is then as likely to be positive as negative, so that mu* is compared with its values under random signs of
all differences [Fisher1935]_. The test has its error rate for any distribution of the sampling error and for two or
more runs. Over all factors and outcomes of a study, the false discovery rate is limited to 5 % [Benjamini1995]_: the
expected share of inert factors among those named. A screening selects factors for closer study, so that a limit on this
share is enough; where all factors are inert, it is also the chance of naming any.

With T trajectories and R runs the smallest possible p value is about :math:`2^{-T (R - 1)}`: very small designs name no
factor, even if its effect is large.

Assumption: differences in distinct runs and trajectories have independent signs. Effects of a factor that depend on the
seed alone, equal at all points, are no sampling error in this sense and can be named.

.. [Morris1991] Morris: Factorial sampling plans for preliminary computational experiments. Technometrics 33. Sampled
   and summarised as mu* by SALib [Campolongo2007]_.
.. [Campolongo2007] Campolongo, Cariboni, Saltelli: An effective screening design. Environ. Model. Softw. 22.
.. [Fisher1935] Fisher: The design of experiments, section 21: Darwin's plants. Random signs as in Lehmann and Romano,
   Testing statistical hypotheses, example 15.2.1.
.. [Benjamini1995] Benjamini and Hochberg: Controlling the false discovery rate. J. R. Stat. Soc. B 57.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from redbead.state.constants import Reals
from redbead.studies.sensitivity.spec import LEVELS, Factor, salib_problem

FALSE_DISCOVERIES: Final = 0.05
"""Expected share of inert factors among the significant ones, at most. [0-1]"""

_SIGNS_PER_TEST: Final = 50
_FEWEST_SIGNS: Final = 2000
_SEED: Final = 19350021


class ScreeningResult(NamedTuple):
    """Effect of one factor on one outcome: Morris statistics and the significance threshold.

    All values are in the unit of the responses, which may be logarithms. ``p_value`` is the chance that sampling error
    alone gives so large an effect of this factor; ``significant`` is whether it withstands the correction over all
    factors and outcomes, and ``noise_floor`` the effect that this requires.
    """

    path: str
    outcome: int
    mu_star: float
    mu: float
    sigma: float
    noise_floor: float
    p_value: float
    significant: bool


def sample_points(factors: tuple[Factor, ...], trajectories: int, seed: int) -> Reals:
    """Points of Morris trajectories through the unit cube. [trajectories x (factors + 1), factors]"""
    from SALib.sample import morris

    return np.asarray(morris.sample(salib_problem(factors), trajectories, num_levels=LEVELS, seed=seed % 2**32))


def screen(factors: tuple[Factor, ...], points: Reals, responses: Reals) -> list[ScreeningResult]:
    """Screen every factor for every outcome.

    Parameters
    ----------
    factors : tuple of Factor
        The factors.
    points : array
        Points of the trajectories in the unit cube. [points, factors]
    responses : array
        Responses, with the same seeds at every point. [points, runs, outcomes]

    Returns
    -------
    list of ScreeningResult
        One result per outcome and factor.
    """
    effects = elementary_effects(points, responses)
    chance = chance_effects(effects)
    p_values = p_values_of(effects, chance)
    level = discovery_level(p_values.ravel())
    floors = np.quantile(chance, 1.0 - level, axis=0, method="inverted_cdf")
    if responses.shape[1] < 2:
        floors = np.full_like(p_values, math.inf)
    return [
        ScreeningResult(
            factor.path, outcome, float(mu_star), float(mu), float(sigma), float(floors[k, outcome]),
            float(p_values[k, outcome]), bool(p_values[k, outcome] <= level),
        )
        for outcome in range(responses.shape[2])
        for k, (factor, mu_star, mu, sigma) in enumerate(
            zip(factors, *_morris_statistics(factors, points, responses[:, :, outcome].mean(axis=1)), strict=True)
        )
    ]  # fmt: skip


def _morris_statistics(factors: tuple[Factor, ...], points: Reals, values: Reals) -> tuple[Reals, Reals, Reals]:
    """mu*, mu and sigma of every factor; zeros for a constant outcome."""
    from SALib.analyze import morris

    if float(np.ptp(values)) == 0.0:
        return np.zeros(len(factors)), np.zeros(len(factors)), np.zeros(len(factors))
    statistics = morris.analyze(salib_problem(factors), points, values, num_levels=LEVELS, num_resamples=2)
    return np.asarray(statistics["mu_star"]), np.asarray(statistics["mu"]), np.asarray(statistics["sigma"])


def elementary_effects(points: Reals, responses: Reals) -> Reals:
    r"""Compute the elementary effect of every factor in every trajectory and run.

    Parameters
    ----------
    points : array
        Points of the trajectories, which change one factor per step. [trajectories x (factors + 1), factors]
    responses : array
        Responses at these points. [points, runs, outcomes]

    Returns
    -------
    array
        Effects per unit of the cube. [factors, trajectories, runs, outcomes]

    Notes
    -----
    .. math:: d_k = \frac{y(x + \Delta e_k) - y(x)}{\Delta}
    """
    factors = points.shape[1]
    trajectories = len(points) // (factors + 1)
    effects = np.zeros((factors, trajectories, *responses.shape[1:]))
    for t in range(trajectories):
        for step in range(factors):
            row = t * (factors + 1) + step
            change = points[row + 1] - points[row]
            k = int(np.argmax(np.abs(change)))
            effects[k, t] = (responses[row + 1] - responses[row]) / change[k]
    return effects


def chance_effects(effects: Reals) -> Reals:
    r"""Values of mu* under random signs of the effects in each trajectory and run.

    Parameters
    ----------
    effects : array
        Elementary effects. [factors, trajectories, runs, outcomes]

    Returns
    -------
    array
        One mu* per draw of the signs, in the unit of the effects. [draws, factors, outcomes]

    Notes
    -----
    With effects :math:`d_{tr}` in T trajectories and R runs, and independent signs :math:`e_{tr} = \pm 1`:

    .. math:: \mu^*_e = \frac{1}{T} \sum_t \left| \frac{1}{R} \sum_r e_{tr} d_{tr} \right|

    All factors and outcomes share the signs. The number of draws is large enough for the smallest p value that the
    correction can ask for.
    """
    factors, trajectories, runs, outcomes = effects.shape
    draws = max(_FEWEST_SIGNS, _SIGNS_PER_TEST * factors * outcomes)
    generator = np.random.Generator(np.random.Philox(_SEED))
    total = np.zeros((draws, factors * outcomes))
    for t in range(trajectories):
        signs = 2.0 * generator.integers(0, 2, (draws, runs)) - 1.0
        total += np.abs(signs @ np.moveaxis(effects[:, t], 1, 0).reshape(runs, -1))
    return np.asarray(total / (trajectories * runs)).reshape(draws, factors, outcomes)


def p_values_of(effects: Reals, chance: Reals) -> Reals:
    """Chance that random signs give a mu* at least as large as the observed one. [factors, outcomes]

    Parameters
    ----------
    effects : array
        Elementary effects. [factors, trajectories, runs, outcomes]
    chance : array
        mu* under random signs. [draws, factors, outcomes]

    Notes
    -----
    The observed signs count as one draw, so that the test is exact and no p value is 0 [Phipson2010]_.
    """
    observed = np.abs(effects.mean(axis=2)).mean(axis=1)
    as_large = chance >= observed * (1.0 - 1e-9)  # equal values may differ by rounding
    return np.asarray((1.0 + as_large.sum(axis=0)) / (1.0 + len(chance)))


def discovery_level(p_values: Reals) -> float:
    r"""Largest p value that is significant under the correction of Benjamini and Hochberg.

    Parameters
    ----------
    p_values : array
        p values of all tests. [tests]

    Returns
    -------
    float
        Compare each p value with it; if none is significant, the level for the smallest one. [0-1]

    Notes
    -----
    With ordered p values :math:`p_{(1)} \le \ldots \le p_{(m)}`, it is :math:`0.05 k / m` for the largest k with
    :math:`p_{(k)} \le 0.05 k / m`, or for k = 1.

    Examples
    --------
    >>> discovery_level(np.array([0.01, 0.6, 0.03, 0.9]))
    0.0125
    """
    m = p_values.size
    levels = FALSE_DISCOVERIES * np.arange(1, m + 1) / m
    passing = np.flatnonzero(np.sort(p_values) <= levels)
    return float(levels[passing[-1] if passing.size else 0])


def select_leading(results: list[ScreeningResult], outcomes: int, keep: int) -> list[str]:
    """Select the factors for the Sobol' design.

    Parameters
    ----------
    results : list of ScreeningResult
        Results of the screening.
    outcomes : int
        Number of outcomes.
    keep : int
        Largest number of factors to select.

    Returns
    -------
    list of str
        Paths of significant factors, ordered by effect relative to the largest effect on the same outcome.
    """
    strength: dict[str, float] = {}
    for outcome in range(outcomes):
        of_outcome = [item for item in results if item.outcome == outcome]
        largest = max((item.mu_star for item in of_outcome), default=0.0) or 1.0
        for item in of_outcome:
            if item.significant:
                strength[item.path] = max(strength.get(item.path, 0.0), item.mu_star / largest)
    return sorted(strength, key=lambda path: -strength[path])[:keep]
