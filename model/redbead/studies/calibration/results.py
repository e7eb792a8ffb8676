"""What the figures can and cannot pin down: how far each parameter's range has narrowed, and which only together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from redbead import parameters
from redbead.state.types import Reals
from redbead.studies.calibration.history_matching import CalibrationFit

PINNED: Final = 0.4
TOLD: Final = 0.8
TOGETHER: Final = 0.7
_FLAT: Final = 12.0**-0.5
"""Standard deviation of a flat law over the unit interval."""


class PosteriorSummary(NamedTuple):
    """One free parameter: its range before, the centre, median and 95 % interval of the plausible sets after.

    `left` is the standard deviation of the plausible sets over that of the range before: 1 says that the figures tell
    nothing, 0 that they tell all.
    """

    path: str
    low: float
    high: float
    centre: float
    median: float
    after_low: float
    after_high: float
    left: float
    verdict: str


class ParameterCorrelation(NamedTuple):
    """Two parameters that the figures tell only together: the correlation of their values in the plausible sets."""

    first: str
    second: str
    correlation: float


def posterior_summaries(fitted: CalibrationFit) -> list[PosteriorSummary]:
    """Every free parameter, those that the figures pin down first."""
    units = units_of(fitted)
    found = [_one(fitted, k, units[:, k]) for k in range(len(fitted.calibration.free))]
    return sorted(found, key=lambda item: item.left)


def units_of(fitted: CalibrationFit) -> Reals:
    """The plausible sets, or all confirmed ones where fewer than two are: [sets, free], in the unit cube."""
    kept = fitted.ensemble if len(fitted.ensemble) > 1 else fitted.confirmed
    return np.array([trial.unit for trial in kept])


def _one(fitted: CalibrationFit, k: int, units: Reals) -> PosteriorSummary:
    free = fitted.calibration.free[k]
    width = free.high - free.low
    low, median, high = (float(free.low + width * q) for q in np.quantile(units, (0.025, 0.5, 0.975)))
    left = float(units.std(ddof=1)) / _FLAT
    verdict = "pinned down" if left < PINNED else "narrowed" if left < TOLD else "not told by these figures"
    centre = fitted.calibration.values(fitted.central.unit)[free.path]
    return PosteriorSummary(free.path, free.low, free.high, centre, median, low, high, left, verdict)


def pairs(fitted: CalibrationFit) -> Iterator[ParameterCorrelation]:
    """Pairs of parameters of which the figures tell mainly a combination, the strongest first."""
    units, free = units_of(fitted), fitted.calibration.free
    if len(units) <= len(free):
        return
    table = np.atleast_2d(np.corrcoef(units.T))
    first, second = np.triu_indices(len(free), 1)
    for k in np.argsort(-np.abs(table[first, second])):
        value = float(table[first[k], second[k]])
        if abs(value) >= TOGETHER:
            yield ParameterCorrelation(free[first[k]].path, free[second[k]].path, value)


def ensemble_frame(fitted: CalibrationFit) -> pd.DataFrame:
    """The plausible sets, one a row: a column for each parameter."""
    return pd.DataFrame([fitted.calibration.values(t.unit) for t in fitted.ensemble])


def parameters_frame(fitted: CalibrationFit) -> pd.DataFrame:
    """What became of each free parameter, with unit and default."""
    register = parameters.register()
    table = pd.DataFrame([item._asdict() for item in posterior_summaries(fitted)])
    table.insert(1, "unit", [register[path].param.unit for path in table["path"]])
    table.insert(2, "default", [register[path].default for path in table["path"]])
    return table
