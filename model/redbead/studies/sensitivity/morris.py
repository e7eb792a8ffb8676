"""Morris screening by elementary effects [Morris1991]_, with a significance threshold for sampling error.

.. [Morris1991] Morris: Factorial sampling plans for preliminary computational experiments. Technometrics 33. Sampled
   and summarised as mu* by SALib [Campolongo2007]_.
.. [Campolongo2007] Campolongo, Cariboni, Saltelli: An effective screening design. Environ. Model. Softw. 22.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from redbead.analysis.intervals import further_runs
from redbead.state.constants import Reals
from redbead.studies.sensitivity.spec import LEVELS, Factor, salib_problem

_HALF_NORMAL_MEAN: Final = math.sqrt(2.0 / math.pi)
_NORMAL_95: Final = 1.6448536269514722


class ScreeningResult(NamedTuple):
    """Effect of one factor on one outcome: Morris statistics and the significance threshold.

    All values are in the unit of the responses, which may be logarithms. Without any effect, sampling error exceeds
    ``noise_floor`` once in twenty cases; ``significant`` is whether the effect exceeds it. ``more_runs`` is the number
    of further runs per point that would lower the threshold below the effect (0 if it is significant).
    """

    path: str
    outcome: int
    mu_star: float
    mu: float
    sigma: float
    noise_floor: float
    significant: bool
    more_runs: int


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
    return [
        _screening_result(factor.path, outcome, mu_star, mu, sigma, effects[k, :, :, outcome])
        for outcome in range(responses.shape[2])
        for k, (factor, mu_star, mu, sigma) in enumerate(
            zip(factors, *_morris_statistics(factors, points, responses[:, :, outcome].mean(axis=1)), strict=True)
        )
    ]


def _morris_statistics(factors: tuple[Factor, ...], points: Reals, values: Reals) -> tuple[Reals, Reals, Reals]:
    """mu*, mu and sigma of every factor; zeros for a constant outcome."""
    from SALib.analyze import morris

    if float(np.ptp(values)) == 0.0:
        return np.zeros(len(factors)), np.zeros(len(factors)), np.zeros(len(factors))
    statistics = morris.analyze(salib_problem(factors), points, values, num_levels=LEVELS, num_resamples=2)
    return np.asarray(statistics["mu_star"]), np.asarray(statistics["mu"]), np.asarray(statistics["sigma"])


def _screening_result(
    path: str, outcome: int, mu_star: float, mu: float, sigma: float, effects: Reals
) -> ScreeningResult:  # fmt: skip
    """Result for one factor and outcome, from its elementary effects. [trajectories, runs]"""
    runs = effects.shape[1]
    threshold = math.inf
    if runs > 1:
        threshold = noise_floor(effects.std(axis=1, ddof=1) / _sd_bias(runs) / math.sqrt(runs))
    significant = float(mu_star) > threshold
    more_runs = 0
    if not significant and mu_star > 0.0 and math.isfinite(threshold):
        more_runs = further_runs(threshold, float(mu_star), runs)
    return ScreeningResult(
        path, outcome, float(mu_star), float(mu), float(sigma), threshold, significant, more_runs
    )  # fmt: skip


def _sd_bias(runs: int) -> float:
    """Expected standard deviation of `runs` normal values divided by the true one (c4).

    >>> round(_sd_bias(8), 4)
    0.965
    """
    return math.sqrt(2.0 / (runs - 1)) * math.exp(math.lgamma(runs / 2.0) - math.lgamma((runs - 1) / 2.0))


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


def noise_floor(errors: Reals) -> float:
    r"""Mean absolute effect that sampling error alone exceeds once in twenty cases.

    Parameters
    ----------
    errors : array
        Standard error of the elementary effect in each trajectory. [trajectories]

    Returns
    -------
    float
        The threshold, in the unit of the effects.

    Notes
    -----
    The absolute value of a normal error with standard deviation s has mean :math:`s \sqrt{2 / \pi}` and variance
    :math:`s^2 (1 - 2 / \pi)`. The mean over trajectories is treated as normal.

    Examples
    --------
    >>> by_hand = math.sqrt(2 / math.pi) + 0.16449 * math.sqrt(1 - 2 / math.pi)
    >>> abs(noise_floor(np.full(100, 1.0)) - by_hand) < 1e-4
    True
    """
    sd = math.sqrt((1.0 - 2.0 / math.pi) * float((errors**2).sum())) / len(errors)
    return _HALF_NORMAL_MEAN * float(errors.mean()) + _NORMAL_95 * sd


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
