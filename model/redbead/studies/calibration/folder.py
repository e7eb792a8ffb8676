"""Folder of a calibration: trials, plausible sets, parameter summaries and the fitted scenario."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd

from redbead.scenario.loader import to_yaml
from redbead.storage import manifest, point_store
from redbead.storage.atomic_files import csv_text
from redbead.storage.study_folder import dated_folder, require_folder_of, tables_digest, write_study
from redbead.studies.calibration.history_matching import CalibrationFit
from redbead.studies.calibration.results import ParameterCorrelation, correlated_pairs, ensemble_frame, parameters_frame
from redbead.studies.calibration.spec import Calibration
from redbead.studies.calibration.study import inputs_hash
from redbead.studies.targets.format import frame
from redbead.studies.targets.results import TargetResult, verdict_on

FITTED: Final = "calibrated.yaml"
ENSEMBLE: Final = "ensemble.csv"

PageWriter = Callable[[Path, CalibrationFit, str], None]
"""Writes the report and its figures into a folder, given the fit and its digest."""


def place(calibration: Calibration, out: Path | None) -> Path:
    """Return the folder for these inputs: `out`, an existing folder under ``runs/``, or a new dated folder.

    Raises
    ------
    BadInputError
        `out` exists and is not a calibration.
    """
    if out is None:
        return dated_folder(f"calibrate-{calibration.name}", inputs_hash(calibration))
    return require_folder_of(out, point_store.NAME, "a calibration")


def central_target_results(fitted: CalibrationFit) -> list[TargetResult]:
    """Compare every target with the levels of the fitted scenario."""
    levels = fitted.central.levels
    return [
        TargetResult(t, levels[t.level], verdict_on(t, levels[t.level])) for t in fitted.calibration.targets.targets
    ]


def write(
    fitted: CalibrationFit,
    folder: Path,
    *,
    command: list[str],
    started: datetime,
    seconds: float,
    jobs: int,
    pages: PageWriter,
) -> str:
    """Write tables, fitted scenario, report and manifest beside the trials.

    Parameters
    ----------
    fitted : CalibrationFit
        The results.
    folder : Path
        Folder that contains the trials.
    command : list of str
        Command line, for the manifest.
    started : datetime
        Start time.
    seconds : float
        Duration. [seconds]
    jobs : int
        Number of parallel jobs.
    pages : callable
        Writes the report.

    Returns
    -------
    str
        Digest of the tables.

    Raises
    ------
    EnvironmentProblemError
        The disk is full or read-only, or permission is denied.
    """
    c = fitted.calibration
    tables = {
        "parameters.csv": csv_text(parameters_frame(fitted)),
        "targets.csv": csv_text(frame(central_target_results(fitted))),
        "pairs.csv": csv_text(pd.DataFrame(correlated_pairs(fitted), columns=list(ParameterCorrelation._fields))),
        ENSEMBLE: csv_text(ensemble_frame(fitted)),
        FITTED: to_yaml(c.scenario.set(dict(c.values(fitted.central.unit)))),
    }
    digest = tables_digest(tables)
    facts = _facts(fitted, digest, command) | {"times": manifest.times(started, seconds, jobs)}
    write_study(folder, tables, facts, lambda: pages(folder, fitted, digest))
    return digest


def _facts(fitted: CalibrationFit, digest: str, command: list[str]) -> dict[str, Any]:
    c = fitted.calibration
    return {
        "kind": "calibration",
        "command": command,
        "inputs_hash": inputs_hash(c),
        "runs": {"failed": [], "trials": len(fitted.trials), "confirmed": len(fitted.confirmed)},
        "plausible": len(fitted.ensemble),
        "results_digest": digest,
    }
