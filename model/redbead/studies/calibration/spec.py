"""Data classes of a calibration, and the schema of its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from redbead.scenario.scenario import Scenario
from redbead.state.types import Reals
from redbead.studies.targets.spec import TargetSet

FORMAT: Final = 1
MOST_POINTS: Final = 5000
MOST_WAVES: Final = 12
MOST_RUNS: Final = 10_000

FILE_KEYS: Final[Mapping[str, str]] = {
    "format": f"format of the file; this package reads {FORMAT}",
    "name": "short name for folders (default: the name of the file)",
    "title": "one-line description",
    "scenario": "scenario whose parameters are fitted (default: baseline)",
    "targets": "published figures to fit: 'england', or a path",
    "parameters": "free parameters and their ranges, as path: [low, high] or path: likely",
    "held": "free parameters that vary in the plausible sets but keep their value in the fitted scenario",
    "waves": "number of waves; each samples the region that earlier waves have not ruled out",
    "points": "number of parameter sets per wave",
    "runs": "number of runs per parameter set",
    "keep": "number of plausible sets to sample after the last wave",
    "confirm": "number of runs that confirm each of these sets",
    "seed": "seed of run 0 and of all sampling",
}
CENTRAL_WAVES: Final = 3
"""Number of waves around the fitted scenario, after the waves that search for plausible sets."""
LIKELY: Final = "likely"
"""Keyword for the likely range declared by the parameter."""


class FreeParameter(NamedTuple):
    """A free parameter and its range."""

    path: str
    low: float
    high: float


@dataclass(frozen=True)
class Calibration:
    """A scenario, its free parameters, the targets, and the size of the search."""

    name: str
    title: str
    scenario: Scenario
    targets: TargetSet
    free: tuple[FreeParameter, ...]
    held: tuple[str, ...] = ()
    waves: int = 3
    points: int = 200
    runs: int = 30
    keep: int = 100
    confirm: int = 60
    seed: int = 1

    def values(self, unit_point: Reals) -> dict[str, float]:
        """Return the parameter values at a point of the unit cube."""
        return {f.path: float(f.low + (f.high - f.low) * u) for f, u in zip(self.free, unit_point, strict=True)}

    def unit_point(self, values: Mapping[str, float]) -> Reals:
        """Return the point of the unit cube for some parameter values."""
        return np.array([(values[f.path] - f.low) / (f.high - f.low) for f in self.free])

    def fixed(self) -> Reals:
        """Return the held parameters as a point of the unit cube; NaN for all other parameters."""
        held = {path: self.scenario.value(path) for path in self.held}
        return np.array([(held.get(f.path, np.nan) - f.low) / (f.high - f.low) for f in self.free])
