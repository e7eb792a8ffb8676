"""Interfaces for other analysis packages: SALib problems and EMA Workbench models, with common random numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from redbead import parameters
from redbead.analysis.outcomes import LATE, OUTCOMES, PERIODS, window
from redbead.exceptions import BadInputError, EnvironmentProblemError, Problem
from redbead.execution.runs import RunOptions, check_numbers, run_options
from redbead.measures import MeasureLookup
from redbead.quantities import Declared
from redbead.scenario.messages import suggest_name
from redbead.scenario.scenario import Scenario
from redbead.scenario.validation import check_arguments
from redbead.state.constants import Reals
from redbead.storage.point_store import Point, open_points
from redbead.studies.comparison.policies import LEVERS, with_values

DEFAULT_OUTCOMES: Final = ("errors_generated", "hidden_errors", "turnover", "service_quality")


@dataclass(frozen=True)
class SalibProblem:
    """A scenario for SALib: ``problem`` describes its parameters, and ``evaluate`` runs samples.

    Examples
    --------
    >>> from redbead.scenario.loader import load
    >>> to_salib(load("baseline"), ["reporting.fear", "fear.blame"]).problem["names"]
    ['reporting.fear', 'fear.blame']
    """

    scenario: Scenario
    items: Mapping[str, Declared]
    outcomes: tuple[str, ...]
    period: str
    runs: int
    seed: int
    options: RunOptions

    @property
    def problem(self) -> dict[str, Any]:
        """SALib dictionary: names and bounds of the parameters, and the outputs of ``evaluate``, in order."""
        bounds = [[float(end) for end in item.param.span()] for item in self.items.values()]
        path_of = list(self.items)
        return {"num_vars": len(path_of), "names": path_of, "bounds": bounds, "outputs": list(self.outcomes)}

    def evaluate(self, samples: Reals) -> Reals:
        """Run every sample with the same seeds.

        Parameters
        ----------
        samples : array
            Parameter values; whole-number parameters are rounded. [samples, parameters]

        Returns
        -------
        array
            Means over runs. [samples, outcomes]

        Raises
        ------
        BadInputError
            The samples have another shape, or a value is out of range.
        """
        table = np.atleast_2d(np.asarray(samples, dtype=np.float64))
        if table.shape[1] != len(self.items):
            what = f"the samples have {table.shape[1]} values, but the problem has {len(self.items)} parameters"
            raise BadInputError([Problem("evaluate", what=what)])
        scenarios = [self.at(dict(zip(self.items, row, strict=True))) for row in table.tolist()]
        return np.array(self.means(scenarios))

    def at(self, values: Mapping[str, float]) -> Scenario:
        """Return the scenario for some values of its parameters and levers."""
        return with_values(self.scenario, {path: _round_if_whole(v, self.items[path]) for path, v in values.items()})

    def means(self, scenarios: Sequence[Scenario]) -> list[list[float]]:
        """Return the mean of each outcome over the runs of each scenario.

        Raises
        ------
        RunsFailedError
            Runs failed; the message names the first one and its values.
        """
        runs = [Point(scenario, self.runs, self.seed, self._outcomes_of) for scenario in scenarios]
        with open_points(None, {}, self.options) as points:
            return points.evaluate("samples", runs)

    def _outcomes_of(self, get: MeasureLookup) -> list[float]:
        weeks = window(self.scenario.weeks, self.period)
        return [float(OUTCOMES[name].of(lambda m: get(m)[:, weeks]).mean()) for name in self.outcomes]


def _round_if_whole(value: float, item: Declared) -> float:
    return float(round(value)) if item.param.whole else value


@check_arguments
def to_salib(
    scenario: Scenario, parameters_: Sequence[str], *, outcomes: Sequence[str] = DEFAULT_OUTCOMES, period: str = LATE,
    runs: int = 4, seed: int = 1, options: RunOptions | None = None,
) -> SalibProblem:  # fmt: skip
    """Prepare a scenario for SALib: sample its ``problem``, ``evaluate`` the samples, then analyse.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    parameters_ : sequence of str
        Paths of the parameters to vary over their likely ranges; also parameters of levers, ``levers.KIND.NAME``.
    outcomes : sequence of str
        Outcomes that ``evaluate`` returns.
    period : str
        ``last 2 years`` or ``whole run``.
    runs, seed : int
        Runs per sample, and seed of the first run. All samples use the same seeds.
    options : RunOptions, optional
        How the runs are executed, as :func:`redbead.execution.runs.run_options` returns it.

    Returns
    -------
    SalibProblem
        The problem.

    Raises
    ------
    BadInputError
        Lists every unknown parameter and outcome.
    """
    requested = [(name, OUTCOMES, "outcome") for name in outcomes] + [(period, PERIODS, "period")]
    problems = [
        Problem("python", key=name, what=f"is not a known {kind}", hint=suggest_name(name, known))
        for name, known, kind in requested
        if name not in known
    ]
    items = {path: _declaration(scenario, path, problems) for path in parameters_}
    if not items:
        problems.append(
            Problem("python", key="parameters", what="is empty", hint="'redbead parameters' lists all parameters.")
        )
    if problems:
        raise BadInputError(problems)
    check_numbers(runs, seed, None)
    return SalibProblem(
        scenario,
        {k: v for k, v in items.items() if v is not None},
        tuple(outcomes),
        period,
        runs,
        seed,
        options or run_options(),
    )


def _declaration(scenario: Scenario, path: str, problems: list[Problem]) -> Declared | None:
    """The declaration of a parameter of the model or of a lever of the scenario."""
    known = dict(parameters.register())
    for lever in scenario.levers:
        known |= {f"{LEVERS}.{lever.kind}.{item.name}": item for item in lever.numbers()}
    if path not in known:
        problems.append(Problem("python", key=path, what="is not a known parameter", hint=suggest_name(path, known)))
        return None
    return known[path]


def _identifier(path: str) -> str:
    """Python identifier for a path, as the workbench requires."""
    return path.replace(".", "__").replace("-", "_")


@dataclass(frozen=True)
class _ModelFunction:
    """Function that EMA Workbench calls. It can be pickled, so that evaluators with processes work."""

    problem: SalibProblem

    def __call__(self, **values: float) -> dict[str, float]:
        """Return the outcomes for some values of the parameters."""
        path_of = {_identifier(path): path for path in self.problem.items}
        at = self.problem.at({path_of[key]: value for key, value in values.items()})
        return dict(zip(self.problem.outcomes, self.problem.means([at])[0], strict=True))


@check_arguments
def to_ema(
    scenario: Scenario, parameters_: Sequence[str], *, levers: Sequence[str] = (),
    outcomes: Sequence[str] = DEFAULT_OUTCOMES, period: str = LATE, runs: int = 4, seed: int = 1, name: str = "redbead",
    options: RunOptions | None = None,
) -> Any:  # noqa: ANN401 - a Model of EMA Workbench  # fmt: skip
    """Return a scenario as an EMA Workbench model, for its samplers, evaluators and analyses.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    parameters_ : sequence of str
        Paths of the uncertain parameters. In the workbench, dots become ``__`` and hyphens ``_``.
    levers : sequence of str
        Paths of the decision parameters: parameters of the model or of levers of the scenario.
    outcomes, period, runs, seed, options
        As for :func:`to_salib`. Each outcome is maximised or minimised by its preferred direction.
    name : str
        Name of the model in the workbench: letters and digits.

    Returns
    -------
    ema_workbench.Model
        The model.

    Raises
    ------
    BadInputError
        Lists every unknown parameter and outcome.
    EnvironmentProblemError
        The required extra is not installed.
    """
    try:
        from ema_workbench import IntegerParameter, Model, RealParameter, ScalarOutcome
    except ModuleNotFoundError as error:
        msg = "EMA Workbench is not installed: run pip install 'redbead[analysis]'"
        raise EnvironmentProblemError(msg) from error
    problem = to_salib(
        scenario, [*parameters_, *levers], outcomes=outcomes, period=period, runs=runs, seed=seed, options=options
    )

    def to_parameter(path: str) -> Any:  # noqa: ANN401 - a parameter of the workbench
        low, high = problem.items[path].param.span()
        if problem.items[path].param.whole:
            return IntegerParameter(_identifier(path), int(low), int(high))
        return RealParameter(_identifier(path), low, high)

    model = Model(name, function=_ModelFunction(problem))
    model.uncertainties = [to_parameter(path) for path in parameters_]
    model.levers = [to_parameter(path) for path in levers]
    directions = {"up": ScalarOutcome.MAXIMIZE, "down": ScalarOutcome.MINIMIZE, "neither": ScalarOutcome.INFO}
    model.outcomes = [ScalarOutcome(outcome, kind=directions[OUTCOMES[outcome].better]) for outcome in problem.outcomes]
    return model
