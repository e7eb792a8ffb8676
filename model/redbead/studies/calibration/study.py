"""Trials and posterior of a calibration, and its folder.

Each point is a scenario, of whose runs only the levels are stored. The posterior shows how far the range of each
parameter has narrowed, and which parameters are correlated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from redbead import parameters
from redbead.analysis.estimates import Estimate
from redbead.execution.runs import RunOptions
from redbead.scenario.loader import to_yaml
from redbead.state.constants import Reals
from redbead.storage import study_folder
from redbead.storage.atomic_files import csv_text
from redbead.storage.point_store import Finished, Point, Points, run_points
from redbead.storage.study_folder import StudyFiles, header_of, inputs_digest
from redbead.studies.calibration.history_matching import CalibrationFit, calibrate
from redbead.studies.calibration.spec import CENTRAL_WAVES, Calibration
from redbead.studies.targets.format import frame
from redbead.studies.targets.results import TargetResult, target_results
from redbead.studies.targets.study import levels_as_data, levels_from_data

IDENTIFIED_BELOW: Final = 0.4
NARROWED_BELOW: Final = 0.8
CORRELATED_ABOVE: Final = 0.7
_UNIFORM_SD: Final = 12.0**-0.5
"""Standard deviation of a uniform distribution over the unit interval."""

_STORED_VERDICTS: Final = {"identified": "pinned down", "not identified": "not told by these figures"}
"""Verdicts as written to ``parameters.csv``, whose digest identifies published calibrations."""


class PosteriorSummary(NamedTuple):
    """One free parameter: prior range, fitted value, and median and 95 % interval of the plausible sets.

    ``remaining_sd`` is the standard deviation of the plausible sets divided by that of the prior range. A value of 1
    means that the targets contain no information on the parameter, and 0 that they determine it.
    """

    path: str
    low: float
    high: float
    centre: float
    median: float
    after_low: float
    after_high: float
    remaining_sd: float
    verdict: str

    def as_row(self) -> dict[str, object]:
        """Return the fields by the column names of ``parameters.csv``."""
        names = {"remaining_sd": "left"}
        row: dict[str, object] = {names.get(name, name): value for name, value in self._asdict().items()}
        return row | {"verdict": _STORED_VERDICTS.get(self.verdict, self.verdict)}


class ParameterCorrelation(NamedTuple):
    """Two parameters that the targets constrain only in combination, and their correlation in the plausible sets."""

    first: str
    second: str
    correlation: float


def posterior_summaries(fitted: CalibrationFit) -> list[PosteriorSummary]:
    """Return a summary of every free parameter, in order of remaining standard deviation."""
    units = plausible_points(fitted)
    summaries = [_summary_of(fitted, k, units[:, k]) for k in range(len(fitted.calibration.free))]
    return sorted(summaries, key=lambda item: item.remaining_sd)


def plausible_points(fitted: CalibrationFit) -> Reals:
    """Return the plausible sets in the unit cube, or all confirmed sets if fewer than two. [sets, free]"""
    trials = fitted.ensemble if len(fitted.ensemble) > 1 else fitted.confirmed
    return np.array([trial.unit for trial in trials])


def _summary_of(fitted: CalibrationFit, k: int, units: Reals) -> PosteriorSummary:
    free = fitted.calibration.free[k]
    width = free.high - free.low
    low, median, high = (float(free.low + width * q) for q in np.quantile(units, (0.025, 0.5, 0.975)))
    remaining_sd = float(units.std(ddof=1)) / _UNIFORM_SD
    verdict = (
        "identified" if remaining_sd < IDENTIFIED_BELOW
        else "narrowed" if remaining_sd < NARROWED_BELOW
        else "not identified"
    )  # fmt: skip
    centre = fitted.calibration.values(fitted.central.unit)[free.path]
    return PosteriorSummary(free.path, free.low, free.high, centre, median, low, high, remaining_sd, verdict)


def correlated_pairs(fitted: CalibrationFit) -> Iterator[ParameterCorrelation]:
    """Yield pairs of parameters that are strongly correlated in the plausible sets, the strongest first."""
    units, free = plausible_points(fitted), fitted.calibration.free
    if len(units) <= len(free):
        return
    table = np.atleast_2d(np.corrcoef(units.T))
    first, second = np.triu_indices(len(free), 1)
    for k in np.argsort(-np.abs(table[first, second])):
        value = float(table[first[k], second[k]])
        if abs(value) >= CORRELATED_ABOVE:
            yield ParameterCorrelation(free[first[k]].path, free[second[k]].path, value)


def ensemble_frame(fitted: CalibrationFit) -> pd.DataFrame:
    """Return the plausible sets: one row per set, one column per parameter."""
    return pd.DataFrame([fitted.calibration.values(t.unit) for t in fitted.ensemble])


def parameters_frame(fitted: CalibrationFit) -> pd.DataFrame:
    """Return the posterior summary of each free parameter, with its unit and default."""
    register = parameters.register()
    table = pd.DataFrame([item.as_row() for item in posterior_summaries(fitted)])
    table.insert(1, "unit", [register[path].param.unit for path in table["path"]])
    table.insert(2, "default", [register[path].default for path in table["path"]])
    return table


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
        note = f"wave {wave + 1} of {c.waves + 2 + (CENTRAL_WAVES if len(c.held) < len(c.free) else 0)}"
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

PageWriter = Callable[[Path, CalibrationFit, str, list[str]], None]
"""Writes the report and its figures into a folder, given the fit its digest and the command."""


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
        lambda fit: files_of(fit, pages, command), command=command,
    )  # fmt: skip


def central_target_results(fitted: CalibrationFit) -> list[TargetResult]:
    """Compare every target with the levels of the fitted scenario."""
    return target_results(fitted.calibration.targets, fitted.central.levels)


def files_of(fitted: CalibrationFit, pages: PageWriter, command: list[str]) -> StudyFiles:
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
    return StudyFiles(tables, facts=facts, pages=lambda folder, digest: pages(folder, fitted, digest, command))
