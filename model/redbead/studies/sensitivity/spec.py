"""Data classes of a sensitivity study, and transformations of its responses."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from redbead import parameters
from redbead.analysis.outcomes import LATE, OUTCOMES
from redbead.analysis.parameter_draws import NUISANCE, uncertain
from redbead.exceptions import BadInputError, Problem, printable
from redbead.execution.runs import check_numbers
from redbead.quantities import Declared
from redbead.scenario.library import shipped_batches
from redbead.scenario.loader import load
from redbead.scenario.messages import suggest_name
from redbead.scenario.plugins import missing
from redbead.scenario.scenario import Scenario
from redbead.state.constants import Reals
from redbead.studies.comparison.reader import is_batch, read_batch

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


def build_study(
    name_or_path: str, *, rivals: Sequence[str] = (), parameters_: Sequence[str] = (), outcomes: Sequence[str] = (),
    **work: Any,  # noqa: ANN401 - the numbers of a Study
) -> Study:  # fmt: skip
    """Build the study of a scenario, or of all policies of a batch relative to its baseline.

    Parameters
    ----------
    name_or_path : str
        A scenario or a batch file: a shipped name or a path.
    rivals : sequence of str
        Further scenarios, whose effect relative to the scenario is analysed.
    parameters_ : sequence of str
        Paths or patterns of the parameters to vary; by default all uncertain parameters.
    outcomes : sequence of str
        Outcomes to analyse.
    work : int
        Other fields of :class:`Study`.

    Returns
    -------
    Study
        The study.

    Raises
    ------
    BadInputError
        Lists every unknown scenario, parameter and outcome, and every number that is too small.
    """
    name, scenario, policies = _scenario_and_policies(name_or_path)
    policies += [(rival, load(rival)) for rival in rivals]
    paths, problems = _parameter_paths(parameters_)
    unknown = [outcome for outcome in outcomes if outcome not in OUTCOMES]
    problems += [
        Problem(
            "--outcome", 0, 0, printable(outcome),
            *(missing(outcome, "measure") or ("is not a known outcome", suggest_name(outcome, OUTCOMES))),
        )
        for outcome in unknown
    ]  # fmt: skip
    problems += [problem for key, value in work.items() if (problem := _number_problem(key, value)) is not None]
    if problems:
        raise BadInputError(problems)
    register = parameters.register()
    factors = tuple(make_factor(path, register[path], scenario.value(path)) for path in paths)
    study = Study(name, scenario, factors, tuple(policies), tuple(outcomes) or DEFAULT_OUTCOMES)
    return dataclasses.replace(study, **work)


_NUMBERS: Final = ("trajectories", "keep", "samples", "runs", "tornado_runs", "seed")
"""Fields of a study that a caller may choose."""


def _number_problem(key: str, value: int) -> Problem | None:
    """Problem of a size of the designs: it is not one, or too small."""
    if key not in _NUMBERS:
        return Problem("sensitivity", key=printable(key), what="is not an option", hint=suggest_name(key, _NUMBERS))
    if key == "seed":
        check_numbers(1, value, None)
    elif value < 2:
        return Problem(f"--{key.replace('_', '-')}", key=str(value), what="must be at least 2")
    return None


def _scenario_and_policies(name_or_path: str) -> tuple[str, Scenario, list[tuple[str, Scenario]]]:
    """The scenario, and the policies of a batch."""
    path = shipped_batches().get(name_or_path, Path(name_or_path))
    if path.is_file() and is_batch(path):
        batch = read_batch(path)
        others = [(name, batch.policy(name).scenario) for name in batch.others]
        return batch.name, batch.policy(batch.baseline).scenario, others
    scenario = load(name_or_path)
    return scenario.name, scenario, []


def _parameter_paths(patterns: Sequence[str]) -> tuple[list[str], list[Problem]]:
    """Parameters by path or pattern; by default all uncertain parameters. Whole-number parameters do not vary."""
    register = parameters.register()
    if not patterns:
        return list(uncertain()), []
    paths: dict[str, None] = {}
    problems = []
    for pattern in patterns:
        matches = [path for path in parameters.matching(pattern) if not register[path].param.whole]
        if not matches:
            near = parameters.nearest(pattern)
            hint = f"Did you mean {near}?" if near else "'redbead parameters' lists all parameters."
            problems.append(Problem("--parameter", key=pattern, what="matches no parameter that can vary", hint=hint))
        paths |= dict.fromkeys(matches)
    return list(paths), problems
