"""Build a sensitivity study from a scenario or batch, parameter patterns, outcomes and design sizes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from redbead import parameters
from redbead.analysis.outcomes import OUTCOMES
from redbead.analysis.parameter_draws import uncertain
from redbead.exceptions import BadInputError, Problem
from redbead.scenario.library import shipped_batches
from redbead.scenario.loader import load
from redbead.scenario.messages import meant
from redbead.scenario.scenario import Scenario
from redbead.studies.comparison.reader import is_batch, matching_parameters, read_batch
from redbead.studies.sensitivity.spec import DEFAULT_OUTCOMES, Study, make_factor


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
    problems += [Problem("--outcome", key=o, what="is not a known outcome", hint=meant(o, OUTCOMES)) for o in unknown]
    problems += [_too_small_problem(key, value) for key, value in work.items() if key != "seed" and value < 2]
    if problems:
        raise BadInputError(problems)
    register = parameters.register()
    factors = tuple(make_factor(path, register[path], scenario.value(path)) for path in paths)
    study = Study(name, scenario, factors, tuple(policies), tuple(outcomes) or DEFAULT_OUTCOMES)
    return dataclasses.replace(study, **work)


def _too_small_problem(key: str, value: int) -> Problem:
    return Problem(f"--{key.replace('_', '-')}", key=str(value), what="must be at least 2")


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
        matches = [path for path in matching_parameters(pattern) if not register[path].param.whole]
        if not matches:
            near = parameters.nearest(pattern)
            hint = f"Did you mean {near}?" if near else "'redbead parameters' lists all parameters."
            problems.append(Problem("--parameter", key=pattern, what="matches no parameter that can vary", hint=hint))
        paths |= dict.fromkeys(matches)
    return list(paths), problems
