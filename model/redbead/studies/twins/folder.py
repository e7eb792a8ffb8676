"""Folder of twins: sentences, histories and weekly traces."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from redbead.execution.runs import RunOptions
from redbead.scenario.scenario import Scenario
from redbead.storage import study_folder
from redbead.storage.atomic_files import csv_text, json_text
from redbead.storage.study_folder import StudyFiles, header_of, inputs_digest
from redbead.studies.point_study import Finished, run_points
from redbead.studies.twins.study import Twins, twins

PageWriter = Callable[[Path, Twins], None]
"""Writes sentences and figure into a folder."""


def run_twins(
    scenarios: tuple[Scenario, Scenario], arguments: dict[str, Any], options: RunOptions, out: Path | None,
    command: list[str], pages: PageWriter,
) -> Finished[Twins]:  # fmt: skip
    """Follow twins and, if `out` is given, write a folder.

    Parameters
    ----------
    scenarios : tuple of Scenario
        The two policies.
    arguments : dict
        Arguments ``seed``, ``worker`` and ``error`` of :func:`redbead.studies.twins.study.twins`.
    options : RunOptions
        How the two runs are executed.
    out : Path or None
        Folder to write.
    command : list of str
        Command line, for the manifest.
    pages : callable
        Writes sentences and figure.

    Raises
    ------
    BadInputError
        The policies are not comparable, or the folder contains anything else.
    """
    inputs = {"scenarios": [scenario.digest() for scenario in scenarios], **arguments}
    header = header_of("twins", inputs_digest(inputs))
    folder = study_folder.place("twins", header, out) if out else None
    return run_points(
        folder, header, options, lambda _points: twins(*scenarios, **arguments, options=options),
        lambda results: files_of(results, pages), command=command,
    )  # fmt: skip


def files_of(results: Twins, pages: PageWriter) -> StudyFiles:
    """Divergences and histories as JSON, and the weekly traces as one table."""
    traces = [frame.assign(policy=name) for name, frame in zip(results.names, results.traces, strict=True)]
    weekly = pd.concat(traces, ignore_index=True)
    tables = {
        "twins.json": json_text(as_data(results)),
        "weekly.csv": csv_text(weekly[["policy", *weekly.columns[:-1]]]),
    }
    return StudyFiles(tables, pages=lambda folder, _digest: pages(folder, results))


def as_data(results: Twins) -> dict[str, Any]:
    """Divergences and histories as data that JSON can represent."""
    service, worker = (None if part is None else part.as_data() for part in (results.service, results.worker))
    return {
        "policies": list(results.names), "seed": results.seed, "post": results.post, "spell": results.spell,
        "partings": {"service": service, "worker": worker},
        "error": None if results.error is None else list(results.error),
        "stories": [[event._asdict() for event in story] for story in results.stories],
        "lives": [[event._asdict() for event in life] for life in results.lives],
    }  # fmt: skip
