"""Trials of a calibration: each point is a scenario, of whose runs only the levels are stored."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from redbead.analysis.estimates import Estimate
from redbead.execution.executors import ExecutionTarget
from redbead.execution.progress import Progress
from redbead.measures import MeasureLookup
from redbead.scenario.library import version
from redbead.state.types import Reals
from redbead.storage.atomic_files import json_text
from redbead.storage.point_store import Points
from redbead.studies.calibration.spec import CENTRAL_WAVES, Calibration
from redbead.studies.targets.levels import levels_of


class Trials:
    """Runs the trials of a calibration that its folder does not contain yet."""

    def __init__(
        self,
        calibration: Calibration,
        folder: Path,
        place: ExecutionTarget,
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        self._calibration = calibration
        self._points = Points(folder, inputs_hash(calibration), place, progress)
        self._names = tuple({target.level: None for target in calibration.targets.targets})

    def __call__(self, wave: int, points: Reals, runs: int) -> list[dict[str, Estimate]]:
        """Return the levels at each point of the unit cube, in order."""
        c = self._calibration
        scenarios = [c.scenario.set(dict(c.values(unit))) for unit in points]
        note = f"wave {wave + 1} of {c.waves + 2 + CENTRAL_WAVES}"
        results = self._points.evaluate(f"wave {wave}", scenarios, runs, c.seed, self._levels, note)
        return [{name: _estimate(values) for name, values in levels.items()} for levels in results]

    def _levels(self, get: MeasureLookup) -> dict[str, list[float | None]]:
        levels = levels_of(get, self._names)
        return {name: [None if np.isnan(v) else float(v) for v in level] for name, level in levels.items()}


def _estimate(values: list[Any]) -> Estimate:
    value, low, high, error = (np.nan if number is None else float(number) for number in values[:4])
    return Estimate(value, low, high, error, int(values[4]))


def inputs_hash(c: Calibration) -> str:
    """Return the SHA-256 of all inputs of the trials: scenario, targets, free parameters and size of the search."""
    inputs = {
        "version": version(),
        "scenario": c.scenario.digest(),
        "targets": [[t.name, t.level, t.value, t.low, t.high, t.fitted] for t in c.targets.targets],
        "free": [list(free) for free in c.free],
        "held": {path: c.scenario.value(path) for path in c.held},
        "work": [c.waves, c.points, c.runs, c.keep, c.confirm, c.seed],
    }
    return hashlib.sha256(json_text(inputs).encode()).hexdigest()
