"""Folder of a sensitivity study: points, tables, report and manifest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from redbead.scenario.loader import to_yaml
from redbead.storage import manifest, point_store
from redbead.storage.atomic_files import csv_text
from redbead.storage.study_folder import dated_folder, require_folder_of, tables_digest, write_study
from redbead.studies.sensitivity.results import all_tables
from redbead.studies.sensitivity.spec import Study
from redbead.studies.sensitivity.study import SensitivityFindings, inputs_hash

PageWriter = Callable[[Path, SensitivityFindings, str], None]
"""Writes the report and its figures into a folder, given the findings and their digest."""


def place(study: Study, out: Path | None) -> Path:
    """Return the folder for these inputs: `out`, an existing folder under ``runs/``, or a new dated folder.

    Raises
    ------
    BadInputError
        `out` exists and is not a sensitivity study.
    """
    if out is None:
        return dated_folder(f"sensitivity-{study.name}", inputs_hash(study))
    return require_folder_of(out, point_store.NAME, "a sensitivity study")


def write(
    findings: SensitivityFindings,
    folder: Path,
    *,
    command: list[str],
    started: datetime,
    seconds: float,
    jobs: int,
    pages: PageWriter,
) -> str:
    """Write tables, scenario, report and manifest beside the points.

    Parameters
    ----------
    findings : SensitivityFindings
        The results.
    folder : Path
        Folder that contains the points.
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
    texts = {name: csv_text(table) for name, table in all_tables(findings).items()}
    digest = tables_digest(texts)
    texts["scenario.resolved.yaml"] = to_yaml(findings.study.scenario)
    facts = {
        "kind": "sensitivity", "command": command, "inputs_hash": inputs_hash(findings.study), "results_digest": digest,
        "runs": {"failed": []}, "times": manifest.times(started, seconds, jobs),
    }  # fmt: skip
    write_study(folder, texts, facts, lambda: pages(folder, findings, digest))
    return digest
