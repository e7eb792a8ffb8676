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

from redbead.state.types import Reals
from redbead.study.sensitivity.words import LEVELS, Answers, Factor, problem_of
from redbead.study.statistics import further_runs

_HALF_NORMAL: Final = math.sqrt(2.0 / math.pi)
_ONE_SIDED: Final = 1.6448536269514722

Model = Callable[[str, Reals], Answers]
"""Answers at points of the unit cube; the name is that of the lot, for resuming."""


class Screened(NamedTuple):
    """One factor and outcome: mean absolute effect of moving it over its range, its spread, and what chance gives.

    All in the unit of the outcome. `floor` is what chance alone exceeds in one case of twenty; `told` whether the
    effect exceeds it; `more` how many runs of each point more would bring the floor below it (0 where it is told).
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


def screen(factors: tuple[Factor, ...], sampled: Reals, answers: Reals) -> list[Screened]:
    """Every factor by every outcome; `answers` are [points, runs, outcomes], on the same seeds at every point."""
    from SALib.analyze import morris

    found = []
    effects = elementary(sampled, answers)
    runs = answers.shape[1]
    for outcome in range(answers.shape[2]):
        told = morris.analyze(
            problem_of(factors), sampled, answers[:, :, outcome].mean(axis=1), num_levels=LEVELS, num_resamples=2
        )
        for k, factor in enumerate(factors):
            noise = effects[k, :, :, outcome]
            floor = chance_alone(noise.std(axis=1, ddof=1) / math.sqrt(runs)) if runs > 1 else math.inf
            star = float(told["mu_star"][k])
            clear = star > floor
            more = 0 if clear or star <= 0.0 or not math.isfinite(floor) else further_runs(floor, star, runs)
            found.append(
                Screened(factor.path, outcome, star, float(told["mu"][k]), float(told["sigma"][k]), floor, clear, more)
            )
    return found


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


def leading(screened: list[Screened], outcomes: int, keep: int) -> list[str]:
    """The factors that go on: told apart from chance, the strongest first, relative to the strongest by outcome."""
    best: dict[str, float] = {}
    for outcome in range(outcomes):
        here = [item for item in screened if item.outcome == outcome]
        top = max((item.mu_star for item in here), default=0.0) or 1.0
        for item in here:
            if item.told:
                best[item.path] = max(best.get(item.path, 0.0), item.mu_star / top)
    return sorted(best, key=lambda path: -best[path])[:keep]
