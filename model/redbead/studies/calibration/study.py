"""Trials of a calibration: each point is a scenario, of whose runs only the levels are stored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pandas as pd

from redbead.analysis.estimates import Estimate
from redbead.execution.runs import RunOptions
from redbead.scenario.loader import to_yaml
from redbead.state.constants import Reals
from redbead.storage import study_folder
from redbead.storage.atomic_files import csv_text
from redbead.storage.point_store import Finished, Point, Points, run_points
from redbead.storage.study_folder import StudyFiles, header_of, inputs_digest
from redbead.studies.calibration.history_matching import CalibrationFit, calibrate
from redbead.studies.calibration.results import ParameterCorrelation, correlated_pairs, ensemble_frame, parameters_frame
from redbead.studies.calibration.spec import CENTRAL_WAVES, Calibration
from redbead.studies.targets.format import frame
from redbead.studies.targets.results import TargetResult, target_results
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
        "targets": c.targets.figures(),
        "free": [list(free) for free in c.free],
        "held": {path: c.scenario.value(path) for path in c.held},
        "work": [c.waves, c.points, c.runs, c.keep, c.confirm, c.seed],
    }
    return header_of("calibration", inputs_digest(inputs))


FITTED: Final = "calibrated.yaml"
ENSEMBLE: Final = "ensemble.csv"

PageWriter = Callable[[Path, CalibrationFit, str], None]
"""Writes the report and its figures into a folder, given the fit and its digest."""


def place(calibration: Calibration, out: Path | None) -> Path:
    """Folder for a calibration, as :func:`redbead.storage.study_folder.place` chooses it."""
    return study_folder.place(f"calibrate-{calibration.name}", header(calibration), out)


def run_calibration(
    calibration: Calibration, folder: Path, options: RunOptions, *, command: list[str], pages: PageWriter
) -> Finished[CalibrationFit]:
    """Fit a calibration in a folder of :func:`place`; the same call resumes an interrupted calibration.

    `pages` writes the report. The other parameters and the errors are those of
    :func:`redbead.storage.point_store.run_points`.
    """
    return run_points(
        folder, header(calibration), options, lambda points: calibrate(calibration, Trials(calibration, points)),
        lambda fit: files_of(fit, pages), command=command,
    )  # fmt: skip


def central_target_results(fitted: CalibrationFit) -> list[TargetResult]:
    """Compare every target with the levels of the fitted scenario."""
    return target_results(fitted.calibration.targets, fitted.central.levels)


def files_of(fitted: CalibrationFit, pages: PageWriter) -> StudyFiles:
    """Tables, fitted scenario and report of a calibration."""
    c = fitted.calibration
    tables = {
        "parameters.csv": csv_text(parameters_frame(fitted)),
        "targets.csv": csv_text(frame(central_target_results(fitted))),
        "pairs.csv": csv_text(pd.DataFrame(correlated_pairs(fitted), columns=list(ParameterCorrelation._fields))),
        ENSEMBLE: csv_text(ensemble_frame(fitted)),
        FITTED: to_yaml(c.scenario.set(dict(c.values(fitted.central.unit)))),
    }
    facts = {
        "runs": {"failed": [], "trials": len(fitted.trials), "confirmed": len(fitted.confirmed)},
        "plausible": len(fitted.ensemble),
    }
    return StudyFiles(tables, facts=facts, pages=lambda folder, digest: pages(folder, fitted, digest))
