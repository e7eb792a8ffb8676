"""History matching in waves: try, emulate, look where there is still room, try again; then confirm by real runs.

Each wave's points follow from the waves before and the seed alone, so that a calibration that was cut short goes on
where it stopped, and ends with the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from redbead.state.types import Reals
from redbead.study.calibrating.emulate import Emulator, Trial, fit
from redbead.study.calibrating.posterior import latin, standing
from redbead.study.calibrating.words import Calibration
from redbead.study.targets.samples import Estimate
from redbead.study.targets.words import Target

TryOut = Callable[[int, Reals, int], list[dict[str, Estimate]]]
"""Runs a wave: its number, its points in the unit cube and the runs of each give the levels of each point."""

RECENT: Final = 2
"""Emulators are fitted to the trials of so many waves: the earlier ones speak of regions already ruled out."""

CENTRAL_RUNS: Final = 100
"""Runs that the centre of all plausible sets gets. [runs]"""

ALLOWANCE: Final = 2.0
"""A level may lie outside its band by so many of its own standard errors: the runs cannot tell. [standard errors]"""


@dataclass(frozen=True)
class Fitted:
    """What a calibration found: all trials, the emulators, what was confirmed, and which of it is plausible."""

    calibration: Calibration
    trials: tuple[Trial, ...]
    emulators: tuple[Emulator, ...]
    confirmed: tuple[Trial, ...]
    central: Trial

    @property
    def ensemble(self) -> tuple[Trial, ...]:
        """The plausible sets: confirmed by runs, with every level inside its band as far as the runs can tell."""
        return tuple(t for t in self.confirmed if plausible(self.calibration.targets.fitted, t))


def centre_of(calibration: Calibration, confirmed: Sequence[Trial]) -> Reals:
    """The mean of the plausible sets, or of the best tenth where none is, to three figures: in the unit cube."""
    aimed = calibration.targets.fitted
    kept = [trial.unit for trial in confirmed if plausible(aimed, trial)]
    ranked = sorted(confirmed, key=lambda trial: len(misses(aimed, trial)))
    mean = np.mean(kept or [trial.unit for trial in ranked[: max(1, len(ranked) // 10)]], axis=0)
    rounded = {path: float(f"{value:.3g}") for path, value in calibration.values(mean).items()}
    return np.clip(calibration.unit(rounded), 0.0, 1.0)


def plausible(targets: Sequence[Target], trial: Trial) -> bool:
    """Whether every level lies inside its band, or outside by no more than the runs can tell."""
    return not misses(targets, trial)


def misses(targets: Sequence[Target], trial: Trial) -> list[str]:
    """The names of the targets whose level is outside its band by more than chance."""
    found = []
    for target in targets:
        level = trial.levels[target.level]
        slack = ALLOWANCE * (level.error if np.isfinite(level.error) else 0.0)
        if not target.low - slack <= level.value <= target.high + slack:
            found.append(target.name)
    return found


def calibrate(calibration: Calibration, try_out: TryOut) -> Fitted:
    """Fit the free parameters; `try_out` makes the runs."""
    c = calibration
    fitted = c.targets.fitted
    points = latin(c.points, len(c.free), c.seed)
    trials: list[Trial] = []
    emulators: list[Emulator] = []
    for wave in range(c.waves):
        trials += _tried(wave, points, c.runs, try_out)
        emulators = fit(fitted, trials[-RECENT * c.points :])
        last = wave == c.waves - 1
        points = standing(emulators, trials[-c.points :], c.keep if last else c.points, c.seed + 1000 * (wave + 1))
    confirmed = _tried(c.waves, points, c.confirm, try_out)
    central = _tried(c.waves + 1, centre_of(c, confirmed)[None, :], CENTRAL_RUNS, try_out)[0]
    return Fitted(c, tuple(trials), tuple(emulators), tuple(confirmed), central)


def _tried(wave: int, points: Reals, runs: int, try_out: TryOut) -> list[Trial]:
    levels = try_out(wave, points, runs)
    return [Trial(unit, found) for unit, found in zip(points, levels, strict=True)]
