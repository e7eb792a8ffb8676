"""Data classes of a sensitivity study, and transformations of its responses."""

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
    """A parameter that varies: its path, default and range."""

    path: str
    default: float
    low: float
    high: float


def make_factor(path: str, item: Declared, default: float) -> Factor:
    """Return the factor of a parameter: its likely range for a causal link, a tenth of it for any other parameter.

    The fairness audit uses the same rule (decision 0027): varying every parameter over its whole range gives services
    that exist in no country.
    """
    low, high = item.param.span()
    width = 1.0 if item.param.causal_link else NUISANCE
    low, high = min(low, default), max(high, default)
    return Factor(path, default, default + width * (low - default), default + width * (high - default))


@dataclass(frozen=True)
class Study:
    """A sensitivity study: scenario, factors, outcomes and size of the designs.

    ``rivals`` are policies by name; the study also analyses the effect of each policy relative to the scenario.
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
        """Return the scenario at a point of the unit cube of some factors."""
        varied = self.factors if factors is None else factors
        values = {f.path: float(f.low + (f.high - f.low) * u) for f, u in zip(varied, unit, strict=True)}
        return self.scenario.set(dict(values))


def salib_problem(factors: tuple[Factor, ...]) -> dict[str, object]:
    """Return the SALib problem for the unit cube of some factors."""
    return {"num_vars": len(factors), "names": [f.path for f in factors], "bounds": [[0.0, 1.0]] * len(factors)}


Responses = Reals
"""Responses of the model: [points, runs, outcomes, periods]; the last period is the evaluation period."""


def log_scaled_outcomes(responses: Responses) -> tuple[bool, ...]:
    """Return, per outcome, whether all responses are above zero, so that logarithms can be analysed."""
    return tuple(bool((responses[:, :, k] > 0.0).all()) for k in range(responses.shape[2]))


def log_transform(responses: Responses, log_scaled: tuple[bool, ...]) -> Responses:
    """Replace log-scaled outcomes by their natural logarithm.

    A proportional change then has the same weight at every level, and extreme services do not dominate the analysis.
    Responses of zero or below are replaced by the smallest positive response.
    """
    transformed = responses.copy()
    for k in np.flatnonzero(log_scaled):
        values = transformed[:, :, k]
        transformed[:, :, k] = np.log(np.maximum(values, values[values > 0.0].min()))
    return transformed


def mean_over_runs(responses: Responses) -> Reals:
    """Return the mean response over runs. [points, outcomes, periods]"""
    return np.asarray(responses.mean(axis=1))
