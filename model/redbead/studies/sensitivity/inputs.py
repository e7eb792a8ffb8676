"""What is asked of a study: a scenario or a batch, patterns of parameters, outcomes, and how much work."""

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
from redbead.studies.sensitivity.spec import DEFAULT_OUTCOMES, Study, factor_of


def ask(
    name_or_path: str, *, rivals: Sequence[str] = (), parameters_: Sequence[str] = (), outcomes: Sequence[str] = (),
    **work: Any,  # noqa: ANN401 - the numbers of a Study
) -> Study:  # fmt: skip
    """The study of a scenario, or of all policies of a batch against its baseline.

    Parameters
    ----------
    name_or_path
        A scenario or a batch file: a shipped name or a path.
    rivals
        Further scenarios, whose advantage over it is looked at.
    parameters_
        Paths or patterns of what is varied; everything uncertain where none is given.
    outcomes
        What is looked at.
    work
        Other fields of :class:`Study`.

    Raises
    ------
    BadInputError
        Names every scenario, parameter, outcome and number that is wrong.
    """
    name, scenario, policies = _sides(name_or_path)
    policies += [(rival, load(rival)) for rival in rivals]
    paths, wrong = _paths(parameters_)
    unknown = [outcome for outcome in outcomes if outcome not in OUTCOMES]
    wrong += [Problem("--outcome", key=o, what="no such outcome", hint=meant(o, OUTCOMES)) for o in unknown]
    wrong += [_too_small(key, value) for key, value in work.items() if key != "seed" and value < 2]
    if wrong:
        raise BadInputError(wrong)
    register = parameters.register()
    factors = tuple(factor_of(path, register[path], scenario.value(path)) for path in paths)
    plain = Study(name, scenario, factors, tuple(policies), tuple(outcomes) or DEFAULT_OUTCOMES)
    return dataclasses.replace(plain, **work)


def _too_small(key: str, value: int) -> Problem:
    return Problem(f"--{key.replace('_', '-')}", key=str(value), what="at least 2 are needed")


def _sides(name_or_path: str) -> tuple[str, Scenario, list[tuple[str, Scenario]]]:
    """The scenario itself, and the policies of a batch."""
    path = shipped_batches().get(name_or_path, Path(name_or_path))
    if path.is_file() and is_batch(path):
        batch = read_batch(path)
        others = [(name, batch.policy(name).scenario) for name in batch.others]
        return batch.name, batch.policy(batch.baseline).scenario, others
    scenario = load(name_or_path)
    return scenario.name, scenario, []


def _paths(patterns: Sequence[str]) -> tuple[list[str], list[Problem]]:
    """Parameters by path or pattern; everything uncertain where none is given. Whole numbers are not varied."""
    register = parameters.register()
    if not patterns:
        return list(uncertain()), []
    found: dict[str, None] = {}
    wrong = []
    for pattern in patterns:
        matching = [path for path in matching_parameters(pattern) if not register[path].param.whole]
        if not matching:
            near = parameters.nearest(pattern)
            hint = f"did you mean {near!r}?" if near else "redbead parameters lists them all"
            wrong.append(Problem("--parameter", key=pattern, what="no parameter that could be varied", hint=hint))
        found |= dict.fromkeys(matching)
    return list(found), wrong
