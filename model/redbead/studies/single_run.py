"""Folder of the runs of one scenario: tables, resolved scenario, failures and manifest, written atomically."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from redbead.analysis.digest import results_digest
from redbead.analysis.frames import columns_frame, events_frame, runs_frame, weekly_frame
from redbead.analysis.outcomes import TEXT_COLUMNS, summary
from redbead.exceptions import IntegrityError
from redbead.execution.runs import RunRecord, ScenarioRuns
from redbead.jit import source_digest
from redbead.scenario.loader import to_yaml
from redbead.scenario.scenario import Scenario
from redbead.storage import manifest
from redbead.storage.atomic_files import (
    atomic_folder,
    csv_text,
    json_text,
    os_errors_as_problems,
    write_parquet,
    write_text,
)
from redbead.storage.manifest import verify
from redbead.storage.study_folder import dated_folder, require_same_inputs

PageWriter = Callable[[Path, ScenarioRuns, str, list[str]], None]
"""Writes the report and figures into a folder, given the runs, the digest of their results and the command line."""


def place(scenario: Scenario, seed: int, out: Path | None = None) -> Path:
    """Return the folder for these inputs: `out`, an existing folder under ``runs/``, or a new dated folder.

    Raises
    ------
    BadInputError
        `out` exists and contains other inputs.
    """
    inputs = manifest.inputs_hash(scenario, seed)
    return dated_folder(scenario.name, inputs) if out is None else require_same_inputs(out, inputs)


def is_finished(target: Path, scenario: Scenario, *, seed: int, runs: int, events: bool) -> bool:
    """Whether `target` contains all requested runs, undamaged and from the current version of the model.

    Parameters
    ----------
    target : Path
        The folder.
    scenario : Scenario
        Scenario of the runs.
    seed, runs : int
        Seed of the first run, and number of runs.
    events : bool
        Whether the event log is required.

    Returns
    -------
    bool
        Whether nothing needs to run.
    """
    try:
        record = manifest.read(target)
        return (
            record["inputs_hash"] == manifest.inputs_hash(scenario, seed)
            and record["program"]["source_digest"] == source_digest()
            and record["status"] == "complete"
            and record["runs"]["done"] >= runs
            and (record["events"] or not events)
            and not verify(target)
        )
    except IntegrityError:
        return False


def write(
    batch: ScenarioRuns, target: Path, *, command: list[str], events: bool = False, pages: PageWriter | None = None
) -> str:
    """Write the folder of some runs; an existing folder stays intact until the new one is complete.

    Parameters
    ----------
    batch : ScenarioRuns
        The runs.
    target : Path
        Path of the folder.
    command : list of str
        Command line, for the manifest.
    events : bool
        Whether to write ``events.parquet``.
    pages : callable, optional
        Writes the report and its figures.

    Returns
    -------
    str
        Digest of the results.

    Raises
    ------
    EnvironmentProblemError
        The disk is full or read-only, or permission is denied.
    """
    with atomic_folder(target) as folder:
        weekly, runs = weekly_frame(batch), runs_frame(batch)
        results = results_digest(weekly, runs)
        write_parquet(folder / "weekly.parquet", weekly)
        write_parquet(folder / "runs.parquet", runs)
        if events:
            write_parquet(folder / "events.parquet", events_frame(batch))
        write_text(folder / "summary.csv", csv_text(summary(batch)))
        write_text(folder / "columns.csv", csv_text(columns_frame()))
        write_text(folder / "scenario.resolved.yaml", to_yaml(batch.scenario))
        for run in batch.failed:
            write_text(folder / "failures" / f"{run.key}.txt", _failure_text(run, batch))
        if pages:
            pages(folder, batch, results, command)
        record = manifest.make(batch, folder, command=command, results=results, events=events)
        write_text(folder / manifest.NAME, json_text(record))
    return results


def read_summary(folder: Path) -> list[dict[str, str | float]]:
    """Read the rows of ``summary.csv`` in a folder, with numbers as numbers and without empty cells.

    Raises
    ------
    EnvironmentProblemError
        The file cannot be read.
    """
    with os_errors_as_problems(folder), (folder / "summary.csv").open(encoding="utf-8", newline="") as file:
        return [{k: _cell(k, v) for k, v in row.items() if v != ""} for row in csv.DictReader(file)]


def _cell(column: str, text: str) -> str | float:
    return text if column in TEXT_COLUMNS else int(text) if column == "runs" else float(text)


def _failure_text(run: RunRecord, batch: ScenarioRuns) -> str:
    scenario_file = "scenario.resolved.yaml"
    return (
        f"Run {run.run} of '{batch.scenario.name}' (seed {run.seed}) failed. The other runs were kept.\n\n"
        f"Cause: {run.cause}\n\n"
        f"To reproduce the failure:\n    redbead run {scenario_file} --runs 1 --seed {run.seed} --out ../{run.key}\n\n"
        f"Inputs ({scenario_file} in the parent folder):\n{to_yaml(batch.scenario)}\n{run.trace}"
    )
