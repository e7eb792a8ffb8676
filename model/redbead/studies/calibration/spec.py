"""A calibration in memory, and the vocabulary of its file."""

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

TOP: Final[Mapping[str, str]] = {
    "format": f"format of the file; this package reads {FORMAT}",
    "name": "short name for folders (the file's own name where absent)",
    "title": "what is fitted to what, in a line",
    "scenario": "the scenario whose parameters are fitted (baseline where absent)",
    "targets": "the published figures to fit it to: 'england', or a path",
    "parameters": "the free parameters with their ranges: path: [low, high], or path: likely",
    "held": "free parameters that the plausible sets vary and the fitted scenario leaves at their value",
    "waves": "how many waves of trials; each looks where the ones before leave room",
    "points": "how many sets of values a wave tries",
    "runs": "how many runs each set of values gets",
    "keep": "how many plausible sets are looked for in the end",
    "confirm": "how many runs each of those gets before it is kept",
    "seed": "seed of run 0 and of all that is drawn",
}
CENTRAL_WAVES: Final = 3
"""Waves around the fitted scenario, after those that look for plausible sets."""
LIKELY: Final = "likely"
"""Stands for the likely range that the parameter itself declares."""


class Free(NamedTuple):
    """A parameter that is fitted, and the range in which it is looked for."""

    path: str
    low: float
    high: float


@dataclass(frozen=True)
class Calibration:
    """Which parameters of which scenario are fitted to which figures, and with how much work."""

    name: str
    title: str
    scenario: Scenario
    targets: TargetSet
    free: tuple[Free, ...]
    held: tuple[str, ...] = ()
    waves: int = 3
    points: int = 200
    runs: int = 30
    keep: int = 100
    confirm: int = 60
    seed: int = 1

    def values(self, unit: Reals) -> dict[str, float]:
        """The parameters at a point of the unit cube."""
        return {f.path: float(f.low + (f.high - f.low) * u) for f, u in zip(self.free, unit, strict=True)}

    def unit(self, values: Mapping[str, float]) -> Reals:
        """The point of the unit cube for these values."""
        return np.array([(values[f.path] - f.low) / (f.high - f.low) for f in self.free])

    def fixed(self) -> Reals:
        """The point of the held parameters in the unit cube, as the scenario has them; NaN for all others."""
        held = {path: self.scenario.value(path) for path in self.held}
        return np.array([(held.get(f.path, np.nan) - f.low) / (f.high - f.low) for f in self.free])
