"""Folder of a sensitivity study: points, tables, report and manifest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from redbead.execution.runs import RunOptions
from redbead.scenario.loader import to_yaml
from redbead.storage import study_folder
from redbead.storage.atomic_files import csv_text
from redbead.storage.point_store import Finished, run_points
from redbead.storage.study_folder import StudyFiles
from redbead.studies.sensitivity.results import all_tables
from redbead.studies.sensitivity.spec import Study
from redbead.studies.sensitivity.study import SensitivityFindings, analyse, header

PageWriter = Callable[[Path, SensitivityFindings, str], None]
"""Writes the report and its figures into a folder, given the findings and their digest."""


def place(study: Study, out: Path | None) -> Path:
    """Folder for a sensitivity study, as :func:`redbead.storage.study_folder.place` chooses it."""
    return study_folder.place(f"sensitivity-{study.name}", header(study), out)


def run_sensitivity(
    study: Study, folder: Path, options: RunOptions, *, command: list[str], pages: PageWriter
) -> Finished[SensitivityFindings]:
    """Run a study in a folder; the same call resumes an interrupted study.

    Parameters
    ----------
    study : Study
        The study.
    folder : Path
        Folder, as :func:`place` returns it.
    options : RunOptions
        How the runs are executed.
    command : list of str
        Command line, for the manifest.
    pages : callable
        Writes the report.

    Raises
    ------
    RunsFailedError
        Runs failed. All other points are kept.
    EnvironmentProblemError
        The disk or cluster failed, or another command is writing to the folder.
    IntegrityError
        The folder contains points of other inputs or another version.
    """
    return run_points(
        folder, header(study), options, lambda points: analyse(study, points),
        lambda findings: files_of(findings, pages), command=command,
    )  # fmt: skip


def files_of(findings: SensitivityFindings, pages: PageWriter) -> StudyFiles:
    """Tables, scenario and report of a study."""
    tables = {name: csv_text(table) for name, table in all_tables(findings).items()}
    texts = {"scenario.resolved.yaml": to_yaml(findings.study.scenario)}
    return StudyFiles(tables, texts, pages=lambda folder, digest: pages(folder, findings, digest))
