"""Trials of a calibration: each point is a scenario, of whose runs only the levels are stored."""

from __future__ import annotations

from typing import Any

from redbead.analysis.estimates import Estimate
from redbead.state.types import Reals
from redbead.storage.point_store import Point, Points
from redbead.storage.study_folder import header_of, inputs_digest
from redbead.studies.calibration.spec import CENTRAL_WAVES, Calibration
from redbead.studies.targets.study import levels_as_data, levels_from_data


class Trials:
    """Runs the trials of a calibration that are not stored yet."""

    def __init__(self, calibration: Calibration, points: Points) -> None:
        self._calibration, self._points = calibration, points

    def __call__(self, wave: int, units: Reals, runs: int) -> list[dict[str, Estimate]]:
        """Return the levels at each point of the unit cube, in order."""
        c = self._calibration
        points = [
            Point(c.scenario.set(dict(c.values(unit))), runs, c.seed, lambda get: levels_as_data(get, c.targets.levels))
            for unit in units
        ]
        note = f"wave {wave + 1} of {c.waves + 2 + CENTRAL_WAVES}"
        return [levels_from_data(levels) for levels in self._points.evaluate(f"wave {wave}", points, note)]


def header(c: Calibration) -> dict[str, Any]:
    """Identity of a calibration: scenario, targets, free parameters and size of the search."""
    inputs = {
        "scenario": c.scenario.digest(),
        "targets": [[t.name, t.level, t.value, t.low, t.high, t.fitted] for t in c.targets.targets],
        "free": [list(free) for free in c.free],
        "held": {path: c.scenario.value(path) for path in c.held},
        "work": [c.waves, c.points, c.runs, c.keep, c.confirm, c.seed],
    }
    return header_of("calibration", inputs_digest(inputs))
