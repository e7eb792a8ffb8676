"""The folder of a calibration: trials, plausible sets, what became of each parameter, the fitted scenario."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd

from redbead.problems import BadInputError, Problem
from redbead.scenario.write import to_yaml
from redbead.study import manifest, points
from redbead.study.calibrating.found import Pair, ensemble_frame, pairs, parameters_frame
from redbead.study.calibrating.trials import inputs_hash
from redbead.study.calibrating.waves import Fitted
from redbead.study.calibrating.words import Calibration
from redbead.study.files import csv_text, explained, json_text, replace_text, write_text
from redbead.study.folder import dated
from redbead.study.targets.judge import Held, verdict_on
from redbead.study.targets.tell import frame

FITTED: Final = "calibrated.yaml"
ENSEMBLE: Final = "ensemble.csv"

Pages = Callable[[Path, Fitted, str], None]
"""Writes the report and its figures into a folder, from what was found and its digest."""


def place(calibration: Calibration, out: Path | None) -> Path:
    """The folder for these inputs: `out`, else the one there already is under ``runs/``, else a new one with a date.

    Raises
    ------
    BadInputError
        `out` holds something that is no calibration.
    """
    if out is None:
        return dated(f"calibrate-{calibration.name}", inputs_hash(calibration))
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / points.NAME).is_file())):
        hint = "give --out a new name, or remove that folder"
        raise BadInputError([Problem("--out", what=f"{out} is there and is not a calibration", hint=hint)])
    return out


def held_at_centre(fitted: Fitted) -> list[Held]:
    """Every target beside the level at the centre of the plausible sets."""
    levels = fitted.central.levels
    return [Held(t, levels[t.level], verdict_on(t, levels[t.level])) for t in fitted.calibration.targets.targets]


def write(
    fitted: Fitted, folder: Path, *, command: list[str], started: datetime, seconds: float, jobs: int, pages: Pages
) -> str:
    """Write tables, fitted scenario, report and manifest beside the trials; gives the digest of the results.

    Raises
    ------
    EnvironmentProblemError
        The disk is full, read-only, or not ours to write.
    """
    c = fitted.calibration
    tables = {
        "parameters.csv": csv_text(parameters_frame(fitted)),
        "targets.csv": csv_text(frame(held_at_centre(fitted))),
        "pairs.csv": csv_text(pd.DataFrame(pairs(fitted), columns=list(Pair._fields))),
        ENSEMBLE: csv_text(ensemble_frame(fitted)),
        FITTED: to_yaml(c.scenario.set(dict(c.values(fitted.central.unit)))),
    }
    digest = hashlib.sha256("".join(tables[name] for name in sorted(tables)).encode()).hexdigest()
    with explained(folder):
        for name, text in tables.items():
            write_text(folder / name, text)
        pages(folder, fitted, digest)
        replace_text(folder / manifest.NAME, json_text(manifest.compose(folder, _facts(fitted, digest, command) | {
            "times": manifest.times(started, seconds, jobs),
        })))  # fmt: skip
    return digest


def _facts(fitted: Fitted, digest: str, command: list[str]) -> dict[str, Any]:
    c = fitted.calibration
    return {
        "kind": "calibration",
        "command": command,
        "inputs_hash": inputs_hash(c),
        "runs": {"failed": [], "trials": len(fitted.trials), "confirmed": len(fitted.confirmed)},
        "plausible": len(fitted.ensemble),
        "results_digest": digest,
    }
