"""Data classes of a calibration, and the schema of its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from redbead import parameters
from redbead.scenario.keys import (
    Choice,
    Either,
    FileType,
    FormatNumber,
    Items,
    Key,
    LazyKeys,
    Number,
    Pair,
    Section,
    Text,
)
from redbead.scenario.messages import NAME, NAME_FORM
from redbead.scenario.scenario import Scenario
from redbead.scenario.schema import unknown_parameter
from redbead.state.constants import Reals
from redbead.studies.targets.spec import TargetSet

FORMAT: Final = 1
MOST_POINTS: Final = 5000
MOST_WAVES: Final = 12
MOST_RUNS: Final = 10_000

CENTRAL_WAVES: Final = 3
"""Number of waves around the fitted scenario, after the waves that search for plausible sets."""
LIKELY: Final = "likely"
"""Keyword for the likely range declared by the parameter."""


def _range_keys() -> dict[str, Key]:
    """Return the ranges of all parameters that can be fitted, by path."""
    word = Choice("the likely range that the parameter declares", (LIKELY,))
    return {
        path: Either(
            item.param.meaning, f"a range in brackets, or '{LIKELY}'",
            (Pair(item.param.meaning, item.param, f"{path}: [0.1, 0.2]"), word), f"{path}: [0.1, 0.2]",
        )
        for path, item in parameters.register().items() if not item.param.whole
    }  # fmt: skip


def _cannot_be_fitted(path: str) -> tuple[str, str]:
    """Describe a path that is not a parameter, or whose parameter is a whole number."""
    if path in parameters.register():
        return "is a whole number and cannot be fitted", "Remove it, and set it in the scenario."
    return unknown_parameter(path)


FILE_KEYS: Final[Mapping[str, Key]] = {
    "format": FormatNumber(FORMAT),
    "name": Text("short name for folders (default: the name of the file)", NAME.pattern, NAME_FORM),
    "title": Text("one-line description"),
    "scenario": Text("scenario whose parameters are fitted (default: baseline)"),
    "targets": Text("published figures to fit: 'england', or a path"),
    "parameters": Section(
        "free parameters and their ranges, as path: [low, high] or path: likely", LazyKeys(_range_keys), filled=True,
        unknown=_cannot_be_fitted,
    ),
    "held": Items(
        "free parameters that vary in the plausible sets but keep their value in the fitted scenario",
        Text("path of a free parameter"),
    ),
    "waves": Number(
        "waves", 1, MOST_WAVES, "number of waves; each samples the region that earlier waves have not ruled out",
        whole=True,
    ),
    "points": Number("points", 10, MOST_POINTS, "number of parameter sets per wave", whole=True),
    "runs": Number("runs", 2, MOST_RUNS, "number of runs per parameter set", whole=True),
    "keep": Number("sets", 2, MOST_POINTS, "number of plausible sets to sample after the last wave", whole=True),
    "confirm": Number("runs", 2, MOST_RUNS, "number of runs that confirm each of these sets", whole=True),
    "seed": Number("", 0, 2**53, "seed of run 0 and of all sampling", whole=True),
}  # fmt: skip
CALIBRATION: Final = FileType(
    "calibration", "calibration file",
    Section("a scenario, its free parameters and the targets to fit", FILE_KEYS, ("format", "parameters")),
    "parameters", "calibrations/england.yaml",
)  # fmt: skip
"""Calibration files."""


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
