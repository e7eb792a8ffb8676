"""Calibration on synthetic histories: how often the intervals of parameters contain the values that made the history.

The real model runs: three parameters have true values drawn from their ranges, a history is what fifty authorities with
these values publish, and the calibration sees only these figures and their sampling error.
"""

import dataclasses
import functools

import numpy as np

from redbead.execution.executors import ExecutionTarget
from redbead.execution.runs import RunOptions
from redbead.scenario.loader import load
from redbead.storage.point_store import Point, Points
from redbead.studies.calibration.history_matching import CalibrationFit, search
from redbead.studies.calibration.spec import Calibration, FreeParameter
from redbead.studies.calibration.study import Trials, plausible_points
from redbead.studies.targets.spec import Target, TargetSet
from redbead.studies.targets.study import levels_as_data, levels_from_data
from simulations.simulation import Simulation

FREE = (
    FreeParameter("staffing.leaving", 0.07, 0.16),
    FreeParameter("staffing.time_to_fill", 40.0, 110.0),
    FreeParameter("demand.arrivals", 0.33, 0.41),
)
"""Parameters of the calibration to England, with its ranges."""

LEVELS = ("turnover_yearly", "vacancy_rate", "caseload")
AUTHORITIES = 50
"""Authorities whose mean is published in a history."""
BAND = 2.0
"""Half-width of a band. [standard errors]"""
LEVEL = 0.9


@functools.cache
def short_scenario():
    """A small authority for one year."""
    return load("baseline").set({"time.years": 1, "time.warm_up_years": 0.5, "authority.posts": 24})


def no_store():
    """Points that are run in this process and kept in memory."""
    return Points(None, [], RunOptions(ExecutionTarget(1)))


def history(calibration, truth, seed):
    """Targets that authorities with these true values publish: means, and bands of two standard errors."""
    scenario = calibration.scenario.set(calibration.values(truth))
    point = Point(scenario, AUTHORITIES, seed, lambda get: levels_as_data(get, LEVELS))
    (data,) = no_store().evaluate("history", [point])
    targets = [
        Target(name, name, "", level.value, level.value - BAND * level.error, level.value + BAND * level.error,
               "", "assumed", "k", "synthetic")
        for name, level in levels_from_data(data).items()
    ]  # fmt: skip
    return TargetSet("synthetic", "synthetic", tuple(targets))


def calibrated(rng):
    """True values in the unit cube, and the calibration to a history that they made."""
    truth, seeds = rng.random(len(FREE)), [int(seed) for seed in rng.integers(1, 2**40, 2)]
    blank = Calibration(
        "synthetic", "", short_scenario(), TargetSet("synthetic", "", ()), FREE,
        waves=2, points=40, runs=20, keep=100, confirm=20, seed=seeds[0],
    )  # fmt: skip
    c = dataclasses.replace(blank, targets=history(blank, truth, seeds[1]))
    searched = search(c, Trials(c, no_store()))
    return truth, CalibrationFit(c, searched.trials, searched.emulators, searched.confirmed, searched.confirmed[0])


def covered(rng):
    """How many central 90 % intervals of the plausible sets contain the true value, out of how many."""
    truth, fitted = calibrated(rng)
    low, high = np.quantile(plausible_points(fitted), ((1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0), axis=0)
    return int(((low <= truth) & (truth <= high)).sum()), len(truth)


SIMULATIONS = (
    Simulation(
        "S14", "plausible range of a calibrated parameter",
        "Quantiles of the plausible sets of history matching with quadratic emulators, confirmed by runs",
        "90 % ranges of three parameters contain the value that made the history, two waves", 0.85, 1.0,
        "Levels that are not smooth in the parameters; bands that leave out the error of a published figure",
        covered, 10, 200, "31 of 33, and 26 of 33 for plausible sets", slow=True,
    ),
)  # fmt: skip
