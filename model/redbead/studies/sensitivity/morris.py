"""Screening by elementary effects [Morris1991]_, with a floor below which the runs cannot tell an effect from chance.

.. [Morris1991] Morris: Factorial sampling plans for preliminary computational experiments. Technometrics 33. Sampled
   and told as mu* by SALib [Campolongo2007]_.
.. [Campolongo2007] Campolongo, Cariboni, Saltelli: An effective screening design. Environ. Model. Softw. 22.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from redbead.analysis.intervals import further_runs
from redbead.state.types import Reals
from redbead.studies.sensitivity.spec import LEVELS, Answers, Factor, problem_of

_HALF_NORMAL: Final = math.sqrt(2.0 / math.pi)
_ONE_SIDED: Final = 1.6448536269514722

Model = Callable[[str, Reals], Answers]
"""Answers at points of the unit cube; the name is that of the lot, for resuming."""


class ScreeningResult(NamedTuple):
    """One factor and outcome: mean absolute effect of moving it over its range, its spread, and what chance gives.

    All in the unit of the answers, which may be logarithms. `floor` is what chance alone exceeds in one case of twenty;
    `told` whether the effect exceeds it; `more` how many runs of each point more would bring the floor below it (0
    where it is told).
    """

    path: str
    outcome: int
    mu_star: float
    mu: float
    sigma: float
    floor: float
    told: bool
    more: int


def points(factors: tuple[Factor, ...], trajectories: int, seed: int) -> Reals:
    """The points of so many trajectories through the unit cube. [trajectories x (factors + 1), factors]"""
    from SALib.sample import morris

    return np.asarray(morris.sample(problem_of(factors), trajectories, num_levels=LEVELS, seed=seed % 2**32))


def screen(factors: tuple[Factor, ...], sampled: Reals, answers: Reals) -> list[ScreeningResult]:
    """Every factor by every outcome; `answers` are [points, runs, outcomes], on the same seeds at every point."""
    effects = elementary(sampled, answers)
    return [
        _screened(factor.path, outcome, star, mean, spread, effects[k, :, :, outcome])
        for outcome in range(answers.shape[2])
        for k, (factor, star, mean, spread) in enumerate(
            zip(factors, *_told(factors, sampled, answers[:, :, outcome].mean(axis=1)), strict=True)
        )
    ]


def _told(factors: tuple[Factor, ...], sampled: Reals, values: Reals) -> tuple[Reals, Reals, Reals]:
    """mu*, mu and sigma of every factor; all nothing for an outcome that never moves."""
    from SALib.analyze import morris

    if float(np.ptp(values)) == 0.0:
        return np.zeros(len(factors)), np.zeros(len(factors)), np.zeros(len(factors))
    told = morris.analyze(problem_of(factors), sampled, values, num_levels=LEVELS, num_resamples=2)
    return np.asarray(told["mu_star"]), np.asarray(told["mu"]), np.asarray(told["sigma"])


def _screened(path: str, outcome: int, star: float, mean: float, spread: float, effects: Reals) -> ScreeningResult:
    """One factor and outcome; `effects` are [trajectories, runs]."""
    runs = effects.shape[1]
    floor = math.inf
    if runs > 1:
        floor = chance_alone(effects.std(axis=1, ddof=1) / _unbiased(runs) / math.sqrt(runs))
    clear = float(star) > floor
    more = 0 if clear or star <= 0.0 or not math.isfinite(floor) else further_runs(floor, float(star), runs)
    return ScreeningResult(path, outcome, float(star), float(mean), float(spread), floor, clear, more)


def _unbiased(runs: int) -> float:
    """The mean of the standard deviation of so many normal values, over the true one (c4).

    >>> round(_unbiased(8), 4)
    0.965
    """
    return math.sqrt(2.0 / (runs - 1)) * math.exp(math.lgamma(runs / 2.0) - math.lgamma((runs - 1) / 2.0))


def elementary(sampled: Reals, answers: Reals) -> Reals:
    """The elementary effect of every factor in every trajectory and run: [factors, trajectories, runs, outcomes]."""
    free = sampled.shape[1]
    many = len(sampled) // (free + 1)
    found = np.zeros((free, many, *answers.shape[1:]))
    for t in range(many):
        for step in range(free):
            row = t * (free + 1) + step
            moved = sampled[row + 1] - sampled[row]
            k = int(np.argmax(np.abs(moved)))
            found[k, t] = (answers[row + 1] - answers[row]) / moved[k]
    return found


def chance_alone(errors: Reals) -> float:
    """The mean absolute effect that chance exceeds once in twenty, where trajectories have these standard errors.

    Of a normal error s, |error| has mean s sqrt(2 / pi) and variance s^2 (1 - 2 / pi); the mean over trajectories is
    taken for normal.

    >>> by_hand = math.sqrt(2 / math.pi) + 0.16449 * math.sqrt(1 - 2 / math.pi)
    >>> abs(chance_alone(np.full(100, 1.0)) - by_hand) < 1e-4
    True
    """
    many = len(errors)
    spread = math.sqrt((1.0 - 2.0 / math.pi) * float((errors**2).sum())) / many
    return _HALF_NORMAL * float(errors.mean()) + _ONE_SIDED * spread


def leading(screened: list[ScreeningResult], outcomes: int, keep: int) -> list[str]:
    """The factors that go on: told apart from chance, the strongest first, relative to the strongest by outcome."""
    best: dict[str, float] = {}
    for outcome in range(outcomes):
        here = [item for item in screened if item.outcome == outcome]
        top = max((item.mu_star for item in here), default=0.0) or 1.0
        for item in here:
            if item.told:
                best[item.path] = max(best.get(item.path, 0.0), item.mu_star / top)
    return sorted(best, key=lambda path: -best[path])[:keep]
