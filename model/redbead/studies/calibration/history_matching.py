"""History matching in waves: try, emulate, look where there is still room, try again; then confirm by real runs.

Each wave's points follow from the waves before and the seed alone, so that a calibration that was cut short goes on
where it stopped, and ends with the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from redbead.analysis.estimates import Estimate
from redbead.state.types import Reals
from redbead.studies.calibration.emulators import Emulator, TrialPoint, fit, worst
from redbead.studies.calibration.sampler import latin, sample_plausible
from redbead.studies.calibration.spec import CENTRAL_WAVES, Calibration
from redbead.studies.targets.results import implausibility
from redbead.studies.targets.spec import Target

TryOut = Callable[[int, Reals, int], list[dict[str, Estimate]]]
"""Runs a wave: its number, its points in the unit cube and the runs of each give the levels of each point."""

RECENT: Final = 2
"""Emulators are fitted to the trials of so many waves: the earlier ones speak of regions already ruled out."""

CENTRAL_RUNS: Final = 100
"""Runs that the fitted scenario gets. [runs]"""
CENTRAL_DRAWS: Final = 4000
CENTRAL_TRIES: Final = 96
"""Sets of values that compete for the fitted scenario, each with so many runs. [sets]"""
WIDENED: Final = 1.5
"""How much wider than what seems to fit the waves around the fitted scenario try. [ratio]"""

ALLOWANCE: Final = 2.0
"""A level may lie outside its band by so many of its own standard errors: the runs cannot tell. [standard errors]"""


@dataclass(frozen=True)
class CalibrationFit:
    """What a calibration found: all trials, the emulators, what was confirmed, and which of it is plausible."""

    calibration: Calibration
    trials: tuple[TrialPoint, ...]
    emulators: tuple[Emulator, ...]
    confirmed: tuple[TrialPoint, ...]
    central: TrialPoint

    @property
    def ensemble(self) -> tuple[TrialPoint, ...]:
        """The plausible sets: confirmed by runs, with every level inside its band as far as the runs can tell."""
        return tuple(t for t in self.confirmed if plausible(self.calibration.targets.fitted, t))


def calibrate(calibration: Calibration, try_out: TryOut) -> CalibrationFit:
    """Fit the free parameters; `try_out` makes the runs."""
    c = calibration
    fitted = c.targets.fitted
    points = latin(c.points, len(c.free), c.seed)
    trials: list[TrialPoint] = []
    emulators: list[Emulator] = []
    for wave in range(c.waves):
        trials += _tried(wave, points, c.runs, try_out)
        emulators = fit(fitted, trials[-RECENT * c.points :])
        last = wave == c.waves - 1
        many, seed = c.keep if last else c.points, c.seed + 1000 * (wave + 1)
        points = sample_plausible(emulators, trials[-c.points :], many, seed, noisy=last)
    confirmed = _tried(c.waves, points, c.confirm, try_out)
    central = _central(c, emulators, trials[-c.points :], try_out)
    return CalibrationFit(c, tuple(trials), tuple(emulators), tuple(confirmed), central)


def _central(
    c: Calibration, emulators: Sequence[Emulator], trials: Sequence[TrialPoint], try_out: TryOut
) -> TrialPoint:
    """The fitted scenario: further waves with held parameters where they are, then the runs of what fits best there.

    Held parameters may lie at the edge of what is plausible, where the waves before have hardly tried anything.
    """
    near: list[TrialPoint] = []
    for step in range(CENTRAL_WAVES):
        drawn = sample_plausible(emulators, near or trials, c.points // 2, c.seed + 500 + step, c.fixed())
        widened = drawn.mean(axis=0) + WIDENED * (drawn - drawn.mean(axis=0))
        near += _tried(c.waves + 1 + step, np.clip(widened, 0.0, 1.0), c.runs, try_out)
        emulators = fit(c.targets.fitted, near)
    tried = _tried(c.waves + 1 + CENTRAL_WAVES, candidates(c, emulators, near), CENTRAL_RUNS, try_out)
    return min(tried, key=lambda trial: farthest(c.targets.fitted, trial))


def candidates(calibration: Calibration, emulators: Sequence[Emulator], trials: Sequence[TrialPoint]) -> Reals:
    """What the fitted scenario is chosen from, by runs: where the emulators find the worst of all levels best.

    Held parameters keep their value; the others have three figures, since more would claim what the data cannot tell.
    """
    points = sample_plausible(emulators, trials, CENTRAL_DRAWS, calibration.seed, calibration.fixed())
    best = points[np.argsort(worst(emulators, points))[:CENTRAL_TRIES]]
    held = {path: calibration.scenario.value(path) for path in calibration.held}
    rounded = [
        {path: float(f"{value:.3g}") for path, value in calibration.values(point).items()} | held for point in best
    ]
    return np.asarray(np.clip([calibration.unit(values) for values in rounded], 0.0, 1.0))


def farthest(targets: Sequence[Target], trial: TrialPoint) -> float:
    """How far out the worst level of a trial lies: 2 is the end of its band. [sd of the band]"""
    return max(abs(implausibility(target, trial.levels[target.level].value, 0.0)) for target in targets)


def plausible(targets: Sequence[Target], trial: TrialPoint) -> bool:
    """Whether every level lies inside its band, or outside by no more than the runs can tell."""
    return not misses(targets, trial)


def misses(targets: Sequence[Target], trial: TrialPoint) -> list[str]:
    """The names of the targets whose level is outside its band by more than chance."""
    found = []
    for target in targets:
        level = trial.levels[target.level]
        slack = ALLOWANCE * (level.error if np.isfinite(level.error) else 0.0)
        if not target.low - slack <= level.value <= target.high + slack:
            found.append(target.name)
    return found


def _tried(wave: int, points: Reals, runs: int, try_out: TryOut) -> list[TrialPoint]:
    levels = try_out(wave, points, runs)
    return [TrialPoint(unit, found) for unit, found in zip(points, levels, strict=True)]
