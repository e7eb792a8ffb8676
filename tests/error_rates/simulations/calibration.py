"""Calibration on synthetic histories: how often the intervals of parameters contain the values that made the history.

The real model runs: three parameters have true values drawn from their ranges, a history is what fifty authorities with
these values publish, and the calibration sees only these figures and their sampling error.
"""

import functools

import numpy as np

from redbead.execution.executors import ExecutionTarget
from redbead.execution.runs import RunOptions
from redbead.scenario.loader import load
from redbead.storage.point_store import Point, Points
from redbead.studies.calibration.history_matching import CalibrationFit, search
from redbead.studies.calibration.results import plausible_points
from redbead.studies.calibration.spec import Calibration, FreeParameter
from redbead.studies.calibration.study import Trials
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


def evaluate(points):
    """Levels of some points, in this process."""
    return Points(None, [], RunOptions(ExecutionTarget(1))).evaluate("history", points)


def history(calibration, truth, seed):
    """Targets that authorities with these true values publish: means, and bands of two standard errors."""
    scenario = calibration.scenario.set(calibration.values(truth))
    (data,) = evaluate([Point(scenario, AUTHORITIES, seed, lambda get: levels_as_data(get, LEVELS))])
    targets = [
        Target(name, name, "", level.value, level.value - BAND * level.error, level.value + BAND * level.error,
               "", "assumed", "k", "synthetic")
        for name, level in levels_from_data(data).items()
    ]  # fmt: skip
    return TargetSet("synthetic", "synthetic", tuple(targets))


def calibrated(rng):
    """True values in the unit cube, and the calibration to a history that they made."""
    truth, seeds = rng.random(len(FREE)), rng.integers(1, 2**40, 2)
    empty = TargetSet("synthetic", "synthetic", ())
    sizes = {"waves": 2, "points": 40, "runs": 20, "keep": 100, "confirm": 20}
    blank = Calibration("synthetic", "", short_scenario(), empty, FREE, seed=int(seeds[0]), **sizes)
    c = Calibration("synthetic", "", blank.scenario, history(blank, truth, int(seeds[1])), FREE, seed=blank.seed, **sizes)
    found = search(c, Trials(c, Points(None, [], RunOptions(ExecutionTarget(1)))))
    return truth, CalibrationFit(c, found.trials, found.emulators, found.confirmed, found.confirmed[0])


def covered(truth, units):
    """How many central 90 % intervals of these sets contain the true value, out of how many."""
    low, high = np.quantile(units, ((1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0), axis=0)
    return int(((low <= truth) & (truth <= high)).sum()), len(truth)
