"""The model for other analysers: SALib's problems and EMA Workbench's models, on the same dice in every sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from redbead import parameters
from redbead.analysis.outcomes import LATE, OUTCOMES, PERIODS, window
from redbead.engine.simulate import prepare, simulate
from redbead.exceptions import BadInputError, EnvironmentProblemError, Problem
from redbead.execution.runs import check_numbers, default_jobs
from redbead.measures import MEASURES
from redbead.quantities import Declared
from redbead.scenario.messages import meant
from redbead.scenario.scenario import Scenario
from redbead.state.types import Reals
from redbead.studies.comparison.policies import LEVERS, with_values

DEFAULT_OUTCOMES: Final = ("errors_generated", "hidden_errors", "turnover", "service_quality")


@dataclass(frozen=True)
class SalibProblem:
    """A scenario as SALib sees it: its `problem`, and `evaluate` to run samples.

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

    @property
    def problem(self) -> dict[str, Any]:
        """SALib's dictionary: names and bounds of the parameters, and the outputs of `evaluate`, in order."""
        bounds = [[float(end) for end in item.param.span()] for item in self.items.values()]
        names = list(self.items)
        return {"num_vars": len(names), "names": names, "bounds": bounds, "outputs": list(self.outcomes)}

    def evaluate(self, samples: Reals) -> Reals:
        """Run every sample, all on the same seeds: [samples, parameters] gives means over runs, [samples, outcomes].

        Whole numbers are rounded to the nearest.

        Raises
        ------
        BadInputError
            The samples have another shape, or a value is out of range.
        """
        table = np.atleast_2d(np.asarray(samples, dtype=np.float64))
        if table.shape[1] != len(self.items):
            what = f"samples of {table.shape[1]} values, the problem has {len(self.items)} parameters"
            raise BadInputError([Problem("evaluate", what=what)])
        scenarios = [self.at(dict(zip(self.items, row, strict=True))) for row in table.tolist()]
        with ThreadPoolExecutor(default_jobs(), thread_name_prefix="redbead") as pool:
            return np.array(list(pool.map(self.means, scenarios)))

    def at(self, values: Mapping[str, float]) -> Scenario:
        """The scenario at some values of its parameters and levers."""
        return with_values(self.scenario, {path: _fit(v, self.items[path]) for path, v in values.items()})

    def means(self, scenario: Scenario) -> list[float]:
        """The mean of each outcome over the runs of a scenario."""
        plan = prepare(scenario)
        weeks = window(scenario.weeks, self.period)
        rows = []
        for k in range(self.runs):
            weekly = simulate(plan, self.seed + k).weekly[weeks].mean(axis=1)
            place = {m.name: weekly[None, :, i] for i, m in enumerate(MEASURES)}
            rows.append([float(OUTCOMES[name].of(place.__getitem__)[0]) for name in self.outcomes])
        return [float(value) for value in np.mean(rows, axis=0)]


def _fit(value: float, item: Declared) -> float:
    return float(round(value)) if item.param.whole else value


def to_salib(
    scenario: Scenario, parameters_: Sequence[str], *, outcomes: Sequence[str] = DEFAULT_OUTCOMES, period: str = LATE,
    runs: int = 4, seed: int = 1,
) -> SalibProblem:  # fmt: skip
    """A scenario for SALib: sample its `problem`, `evaluate` the samples, analyse.

    Parameters
    ----------
    scenario
        The scenario.
    parameters_
        The parameters to vary, by path, each over its own range; also numbers of levers, ``levers.KIND.NUMBER``.
    outcomes
        What `evaluate` gives.
    period
        Over which weeks: ``last 2 years`` or ``whole run``.
    runs, seed
        Runs of each sample and the seed of the first: all samples meet the same dice.

    Raises
    ------
    BadInputError
        Names every parameter and outcome that is not known.
    """
    asked = [(name, OUTCOMES, "no such outcome") for name in outcomes] + [(period, PERIODS, "no such period")]
    wrong = [Problem("python", key=n, what=what, hint=meant(n, known)) for n, known, what in asked if n not in known]
    items = {path: _item(scenario, path, wrong) for path in parameters_}
    if not items:
        wrong.append(Problem("python", key="parameters", what="none is named", hint="redbead parameters lists them"))
    if wrong:
        raise BadInputError(wrong)
    check_numbers(runs, seed, None)
    return SalibProblem(
        scenario, {k: v for k, v in items.items() if v is not None}, tuple(outcomes), period, runs, seed
    )


def _item(scenario: Scenario, path: str, wrong: list[Problem]) -> Declared | None:
    """The declaration of a parameter, or of a number of one of the scenario's levers."""
    known = dict(parameters.register())
    for lever in scenario.levers:
        known |= {f"{LEVERS}.{lever.kind}.{item.name}": item for item in lever.numbers()}
    if path not in known:
        wrong.append(Problem("python", key=path, what="no such parameter", hint=meant(path, known)))
        return None
    return known[path]


def to_ema(
    scenario: Scenario, parameters_: Sequence[str], *, levers: Sequence[str] = (),
    outcomes: Sequence[str] = DEFAULT_OUTCOMES, period: str = LATE, runs: int = 4, seed: int = 1, name: str = "redbead",
) -> Any:  # noqa: ANN401 - a Model of EMA Workbench  # fmt: skip
    """A scenario as a Model of EMA Workbench, for its samplers, evaluators and analyses.

    Parameters
    ----------
    scenario
        The scenario.
    parameters_
        What is uncertain, by path; in the workbench dots become ``__`` and hyphens ``_``.
    levers
        What is decided, likewise: parameters, or numbers of the scenario's levers.
    outcomes, period, runs, seed
        As for :func:`to_salib`; every outcome knows whether less or more of it is better.
    name
        What the workbench calls it; letters and digits.

    Raises
    ------
    BadInputError
        Names every parameter and outcome that is not known.
    EnvironmentProblemError
        The extra for it is not installed.
    """
    try:
        from ema_workbench import IntegerParameter, Model, RealParameter, ScalarOutcome
    except ModuleNotFoundError as error:
        msg = "EMA Workbench is an extra: pip install 'redbead[analysis]'"
        raise EnvironmentProblemError(msg) from error
    own = to_salib(scenario, [*parameters_, *levers], outcomes=outcomes, period=period, runs=runs, seed=seed)

    names = {
        path.replace(".", "__").replace("-", "_"): path for path in own.items
    }  # identifiers, as the workbench asks

    def run(**values: float) -> dict[str, float]:
        at = own.at({names[key]: value for key, value in values.items()})
        return dict(zip(own.outcomes, own.means(at), strict=True))

    def declared(path: str) -> Any:  # noqa: ANN401 - one of the workbench's
        low, high = own.items[path].param.span()
        called = path.replace(".", "__").replace("-", "_")
        whole = own.items[path].param.whole
        return IntegerParameter(called, int(low), int(high)) if whole else RealParameter(called, low, high)

    model = Model(name, function=run)
    model.uncertainties = [declared(path) for path in parameters_]
    model.levers = [declared(path) for path in levers]
    kinds = {"up": ScalarOutcome.MAXIMIZE, "down": ScalarOutcome.MINIMIZE, "neither": ScalarOutcome.INFO}
    model.outcomes = [ScalarOutcome(outcome, kind=kinds[OUTCOMES[outcome].better]) for outcome in own.outcomes]
    return model
