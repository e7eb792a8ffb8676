"""A sensitivity study in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from redbead.analysis.outcomes import LATE
from redbead.analysis.parameter_draws import NUISANCE
from redbead.quantities import Declared
from redbead.scenario.scenario import Scenario
from redbead.state.types import Reals

DEFAULT_OUTCOMES: Final = ("errors_generated", "hidden_errors", "turnover", "service_quality")
LEVELS: Final = 4


class Factor(NamedTuple):
    """A parameter that is varied: its default and the range it is varied in."""

    path: str
    default: float
    low: float
    high: float


def factor_of(path: str, item: Declared, default: float) -> Factor:
    """A parameter as it is varied: a causal link over its whole likely range, anything else over a tenth of it.

    The rule of the fairness audit (decision 0027): everything at once over its whole range gives services that no
    country has seen.
    """
    low, high = item.param.span()
    part = 1.0 if item.param.causal_link else NUISANCE
    low, high = min(low, default), max(high, default)
    return Factor(path, default, default + part * (low - default), default + part * (high - default))


@dataclass(frozen=True)
class Study:
    """What is asked: of which scenario, over which factors, which outcomes, and with how much work.

    `rivals` are policies by name, whose advantage over the scenario is looked at as well.
    """

    name: str
    scenario: Scenario
    factors: tuple[Factor, ...]
    rivals: tuple[tuple[str, Scenario], ...] = ()
    outcomes: tuple[str, ...] = DEFAULT_OUTCOMES
    period: str = LATE
    trajectories: int = 10
    keep: int = 8
    samples: int = 128
    runs: int = 8
    tornado_runs: int = 40
    seed: int = 1

    def at(self, unit: Reals, factors: tuple[Factor, ...] | None = None) -> Scenario:
        """The scenario at a point of the unit cube of some factors."""
        listed = self.factors if factors is None else factors
        values = {f.path: float(f.low + (f.high - f.low) * u) for f, u in zip(listed, unit, strict=True)}
        return self.scenario.set(dict(values))


def problem_of(factors: tuple[Factor, ...]) -> dict[str, object]:
    """SALib's description of the unit cube of some factors."""
    return {"num_vars": len(factors), "names": [f.path for f in factors], "bounds": [[0.0, 1.0]] * len(factors)}


Answers = Reals
"""What a model answers: [points, runs, outcomes, periods]; the last period is the one that decides."""


def in_proportion(answers: Answers) -> tuple[bool, ...]:
    """By outcome, whether it is above zero in every answer, so that its logarithm can be taken."""
    return tuple(bool((answers[:, :, k] > 0.0).all()) for k in range(answers.shape[2]))


def logarithms(answers: Answers, proportional: tuple[bool, ...]) -> Answers:
    """Answers with the natural logarithm of the outcomes that are told in proportion.

    A change by a tenth then counts the same wherever a service stands, and no service that ran away decides alone what
    matters. What is not above zero after all is taken for the smallest answer that is.
    """
    told = answers.copy()
    for k in np.flatnonzero(proportional):
        values = told[:, :, k]
        told[:, :, k] = np.log(np.maximum(values, values[values > 0.0].min()))
    return told


def mean_over_runs(answers: Answers) -> Reals:
    """[points, outcomes, periods]"""
    return np.asarray(answers.mean(axis=1))
