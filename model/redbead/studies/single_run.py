"""The run folder: tables, resolved scenario, failures and manifest, written whole or not at all."""

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

Pages = Callable[[Path, ScenarioRuns, str, list[str]], None]
"""Writes the report and figures into a folder, from the batch, the digest of its results and the command."""


def place(scenario: Scenario, seed: int, out: Path | None = None) -> Path:
    """The folder for these inputs: `out`, else the one there already is under ``runs/``, else a new name with a date.

    Raises
    ------
    BadInputError
        `out` holds something that is not a run of these inputs.
    """
    inputs = manifest.inputs_hash(scenario, seed)
    return dated_folder(scenario.name, inputs) if out is None else require_same_inputs(out, inputs)


def finished(target: Path, scenario: Scenario, *, seed: int, runs: int, events: bool) -> bool:
    """Whether `target` already holds all that is asked for, whole, made by exactly these sources."""
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
    batch: ScenarioRuns, target: Path, *, command: list[str], events: bool = False, pages: Pages | None = None
) -> str:
    """Write the run folder; a folder that is there stays whole until the new one is complete. Gives the digest.

    Parameters
    ----------
    batch
        The runs.
    target
        Where the folder will be.
    command
        The command line that made it.
    events
        Whether to write ``events.parquet``.
    pages
        What else goes in: the report and its figures.

    Raises
    ------
    EnvironmentProblemError
        The disk is full, read-only, or not ours to write.
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
            write_text(folder / "failures" / f"{run.key}.txt", _failure(run, batch))
        if pages:
            pages(folder, batch, results, command)
        record = manifest.make(batch, folder, command=command, results=results, events=events)
        write_text(folder / manifest.NAME, json_text(record))
    return results


def read_summary(folder: Path) -> list[dict[str, str | float]]:
    """The rows of a folder's ``summary.csv``, numbers as numbers; what is empty there is left out.

    Raises
    ------
    EnvironmentProblemError
        It cannot be read.
    """
    with os_errors_as_problems(folder), (folder / "summary.csv").open(encoding="utf-8", newline="") as file:
        return [{k: _cell(k, v) for k, v in row.items() if v != ""} for row in csv.DictReader(file)]


def _cell(column: str, text: str) -> str | float:
    return text if column in TEXT_COLUMNS else int(text) if column == "runs" else float(text)


def _failure(run: RunRecord, batch: ScenarioRuns) -> str:
    where = "scenario.resolved.yaml"
    return (
        f"Run {run.run} of '{batch.scenario.name}' (seed {run.seed}) failed; the other runs were kept.\n\n"
        f"Cause: {run.cause}\n\n"
        f"See it again:\n    redbead run {where} --runs 1 --seed {run.seed} --out ../{run.key}\n\n"
        f"Inputs ({where} beside this folder):\n{to_yaml(batch.scenario)}\n{run.trace}"
    )
