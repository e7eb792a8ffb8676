"""History matching in waves: run trials, fit emulators, sample the region not ruled out, repeat; then confirm by runs.

The points of each wave depend only on earlier waves and the seed. An interrupted calibration can therefore resume and
gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from redbead.analysis.estimates import Estimate
from redbead.state.constants import Reals
from redbead.studies.calibration.emulators import (
    Emulator,
    TrialPoint,
    fit,
    latin_hypercube,
    sample_plausible,
    worst_implausibility,
)
from redbead.studies.calibration.spec import CENTRAL_WAVES, Calibration
from redbead.studies.targets.results import implausibility
from redbead.studies.targets.spec import Target

RunTrials = Callable[[int, Reals, int], list[dict[str, Estimate]]]
"""Runs a wave, given its number, its points in the unit cube and the runs per point; returns the levels per point."""

WAVES_EMULATED: Final = 2
"""Number of waves whose trials the emulators fit; earlier waves cover regions that are already ruled out."""

CENTRAL_RUNS: Final = 100
"""Runs of the fitted scenario. [runs]"""
CENTRAL_DRAWS: Final = 4000
CENTRAL_CANDIDATES: Final = 96
"""Number of candidates for the fitted scenario, each with `CENTRAL_RUNS` runs. [sets]"""
WIDENING: Final = 1.5
"""Factor by which waves around the fitted scenario widen the plausible sample. [ratio]"""

TOLERANCE: Final = 2.0
"""Distance outside its band at which a level is still plausible, given sampling error. [standard errors]"""


class Search(NamedTuple):
    """All trials of a search, the emulators of its last wave, and the confirmed sets."""

    trials: tuple[TrialPoint, ...]
    emulators: tuple[Emulator, ...]
    confirmed: tuple[TrialPoint, ...]


@dataclass(frozen=True)
class CalibrationFit:
    """Results of a calibration: all trials, the emulators, the confirmed sets and the fitted scenario (``central``)."""

    calibration: Calibration
    trials: tuple[TrialPoint, ...]
    emulators: tuple[Emulator, ...]
    confirmed: tuple[TrialPoint, ...]
    central: TrialPoint

    @property
    def ensemble(self) -> tuple[TrialPoint, ...]:
        """Plausible sets: confirmed sets with every level inside its band, within sampling error."""
        return tuple(t for t in self.confirmed if is_plausible(self.calibration.targets.fitted, t))


def calibrate(calibration: Calibration, run_trials: RunTrials) -> CalibrationFit:
    """Fit the free parameters.

    Parameters
    ----------
    calibration : Calibration
        Scenario, targets, free parameters and size of the search.
    run_trials : callable
        Runs a wave of trials.

    Returns
    -------
    CalibrationFit
        Trials, emulators, plausible sets and the fitted scenario.
    """
    searched = search(calibration, run_trials)
    central = _central_trial(calibration, searched, run_trials)
    return CalibrationFit(calibration, searched.trials, searched.emulators, searched.confirmed, central)


def search(calibration: Calibration, run_trials: RunTrials) -> Search:
    """Sample plausible parameter sets in waves, and confirm them by runs.

    Parameters
    ----------
    calibration : Calibration
        Scenario, targets, free parameters and size of the search.
    run_trials : callable
        Runs a wave of trials.

    Returns
    -------
    Search
        Trials, emulators of the last wave, and confirmed sets.
    """
    c = calibration
    points = latin_hypercube(c.points, len(c.free), c.seed)
    trials: list[TrialPoint] = []
    emulators: list[Emulator] = []
    for wave in range(c.waves):
        trials += _trials_of_wave(wave, points, c.runs, run_trials)
        emulators = fit(c.targets.fitted, trials[-WAVES_EMULATED * c.points :])
        last = wave == c.waves - 1
        points_wanted, seed = c.keep if last else c.points, c.seed + 1000 * (wave + 1)
        points = sample_plausible(emulators, trials[-c.points :], points_wanted, seed, noisy=last)
    confirmed = _trials_of_wave(c.waves, points, c.confirm, run_trials)
    return Search(tuple(trials), tuple(emulators), tuple(confirmed))


def _central_trial(c: Calibration, searched: Search, run_trials: RunTrials) -> TrialPoint:
    """Fit the scenario: further waves with held parameters fixed, then runs of the best candidates.

    Held parameters may lie at the edge of the plausible region, where earlier waves have few trials. If all parameters
    are held, the scenario is the fitted one.
    """
    if len(c.held) == len(c.free):
        point = np.atleast_2d(c.unit_point({path: c.scenario.value(path) for path in c.held}))
        return _trials_of_wave(c.waves + 1, point, CENTRAL_RUNS, run_trials)[0]
    emulators: Sequence[Emulator] = searched.emulators
    nearby: list[TrialPoint] = []
    for step in range(CENTRAL_WAVES):
        sample = sample_plausible(
            emulators, nearby or searched.trials[-c.points :], c.points // 2, c.seed + 500 + step, c.fixed()
        )
        widened = sample.mean(axis=0) + WIDENING * (sample - sample.mean(axis=0))
        nearby += _trials_of_wave(c.waves + 1 + step, np.clip(widened, 0.0, 1.0), c.runs, run_trials)
        emulators = fit(c.targets.fitted, nearby)
    points = central_candidates(c, emulators, nearby)
    candidates = _trials_of_wave(c.waves + 1 + CENTRAL_WAVES, points, CENTRAL_RUNS, run_trials)
    return min(candidates, key=lambda trial: worst_level(c.targets.fitted, trial))


def central_candidates(calibration: Calibration, emulators: Sequence[Emulator], trials: Sequence[TrialPoint]) -> Reals:
    """Select candidates for the fitted scenario: points whose worst predicted level is closest to its target.

    Held parameters keep their value. The others are rounded to three significant figures, the precision that the data
    support.

    Parameters
    ----------
    calibration : Calibration
        The calibration.
    emulators : sequence of Emulator
        Emulators of the levels.
    trials : sequence of TrialPoint
        Trials from which the sampler starts.

    Returns
    -------
    array
        Points of the unit cube. [sets, free]
    """
    points = sample_plausible(emulators, trials, CENTRAL_DRAWS, calibration.seed, calibration.fixed())
    best = points[np.argsort(worst_implausibility(emulators, points))[:CENTRAL_CANDIDATES]]
    held = {path: calibration.scenario.value(path) for path in calibration.held}
    rounded = [
        {path: float(f"{value:.3g}") for path, value in calibration.values(point).items()} | held for point in best
    ]
    return np.asarray(np.clip([calibration.unit_point(values) for values in rounded], 0.0, 1.0))


def worst_level(targets: Sequence[Target], trial: TrialPoint) -> float:
    """Largest implausibility over the levels of a trial; 2 is the end of a band. [sd of the band]"""
    return max(abs(implausibility(target, trial.levels[target.level].value, 0.0)) for target in targets)


def is_plausible(targets: Sequence[Target], trial: TrialPoint) -> bool:
    """Whether every level lies inside its band, within sampling error."""
    return not unmet_targets(targets, trial)


def unmet_targets(targets: Sequence[Target], trial: TrialPoint) -> list[str]:
    """Return the names of targets whose level lies outside its band by more than sampling error.

    Parameters
    ----------
    targets : sequence of Target
        The targets.
    trial : TrialPoint
        A parameter set with its levels.

    Returns
    -------
    list of str
        Names of unmet targets.
    """
    names = []
    for target in targets:
        level = trial.levels[target.level]
        tolerance = TOLERANCE * (level.error if np.isfinite(level.error) else 0.0)
        if not target.low - tolerance <= level.value <= target.high + tolerance:
            names.append(target.name)
    return names


def _trials_of_wave(wave: int, points: Reals, runs: int, run_trials: RunTrials) -> list[TrialPoint]:
    """Run a wave of trials."""
    levels = run_trials(wave, points, runs)
    return [TrialPoint(unit, by_name) for unit, by_name in zip(points, levels, strict=True)]
