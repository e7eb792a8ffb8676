"""Execution of studies that consist of points: lock the folder, evaluate, write the files, and say where they are."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from redbead.execution.runs import RunOptions
from redbead.storage import manifest
from redbead.storage.point_store import Points, open_points
from redbead.storage.study_folder import StudyFiles, is_current, requested_inputs, write_files

Results = TypeVar("Results")


class Finished(NamedTuple, Generic[Results]):
    """A finished study: its results, its folder (None without one) and their digest (empty without a folder)."""

    results: Results
    folder: Path | None
    digest: str


def run_points(
    folder: Path | None, header: Mapping[str, Any], options: RunOptions, evaluate: Callable[[Points], Results],
    files: Callable[[Results], StudyFiles], *, command: list[str],
) -> Finished[Results]:  # fmt: skip
    """Evaluate a study and write its folder. Points that are stored are not run again.

    Parameters
    ----------
    folder : Path or None
        Folder of the study; None to write nothing.
    header : mapping
        Identity of the study, as :func:`redbead.storage.study_folder.header_of` creates it.
    options : RunOptions
        How the runs are executed.
    evaluate : callable
        Computes the results from the points.
    files : callable
        Returns the files of the results.
    command : list of str
        Command line, for the manifest.

    Raises
    ------
    RunsFailedError
        If runs failed. All other points are kept.
    EnvironmentProblemError
        If the disk or cluster failed, or another command is writing to the folder.
    IntegrityError
        If the folder contains another study, or is damaged.
    """
    started, clock = datetime.now(UTC), time.perf_counter()
    with open_points(folder, header, options) as points:
        results = evaluate(points)
        if folder is None:
            return Finished(results, None, "")
        if is_current(folder, requested_inputs({"inputs": header["inputs"]})):
            return Finished(results, folder, str(manifest.read(folder)["results_digest"]))
        times = manifest.times(started, time.perf_counter() - clock, options.target.jobs)
        facts = {"command": command, "times": times}
        return Finished(results, folder, write_files(folder, header, files(results), facts))
