"""Store of design points: scenarios that are run several times and reduced to a few figures or series.

Calibrations, sensitivity studies, checks, comparisons with targets and audits consist of points. A journal records each
finished point, so that an interrupted study resumes. Only the figures are kept, not the weekly values of the runs.

    DIR/store/journal.jsonl   identity of the study, then one line per finished or failed point
    DIR/store/point-000001.npz   series of a point, if it is reduced to series
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Generic, NamedTuple, TypeVar

import numpy as np

from redbead.exceptions import IntegrityError, RunsFailedError
from redbead.execution.executors import submit_all
from redbead.execution.jobs import Job, RunResult, RunSpec, with_source_digest
from redbead.execution.runs import Counter, RunOptions, job_size
from redbead.measures import MEASURES, MeasureLookup
from redbead.scenario.scenario import Scenario
from redbead.state.constants import Reals
from redbead.storage import chunks, journal, manifest
from redbead.storage.atomic_files import os_errors_as_problems, replace_bytes
from redbead.storage.study_folder import (
    STORE,
    StudyFiles,
    is_current,
    locked,
    open_journal,
    requested_inputs,
    write_files,
)

_INDEX: Final = {m.name: k for k, m in enumerate(MEASURES)}


class Point(NamedTuple):
    """A scenario to run several times, and what to keep of its runs.

    Attributes
    ----------
    scenario : Scenario
        The scenario.
    runs : int
        Number of runs, on common random numbers. [runs]
    seed : int
        Seed of run 0; run k uses ``seed + k``.
    reduce : callable
        Function of a lookup of weekly measures, [runs, weeks]. Returns a value that JSON can represent, or a dictionary
        of arrays.
    """

    scenario: Scenario
    runs: int
    seed: int
    reduce: Callable[[MeasureLookup], Any]


@contextmanager
def open_points(folder: Path | None, header: Mapping[str, Any], options: RunOptions) -> Iterator[Points]:
    """Open the points of a study, and lock its folder.

    Parameters
    ----------
    folder : Path or None
        Folder of the study. Created if it does not exist. Without a folder, points are kept in memory only.
    header : mapping
        Identity of the study, as :func:`redbead.storage.study_folder.header_of` creates it.
    options : RunOptions
        How the runs are executed.

    Yields
    ------
    Points
        The points.

    Raises
    ------
    EnvironmentProblemError
        If another command is writing to the folder, or it cannot be written.
    IntegrityError
        If the journal in the folder is damaged, or belongs to other inputs or another version.
    """
    if folder is None:
        yield Points(None, [], options)
        return
    with locked(folder):
        records = open_journal(folder, header)
        with os_errors_as_problems(folder):
            stored = {name for record in records for name in chunks.files_of(record)}
            chunks.remove_unacknowledged(folder / STORE, stored)
        yield Points(folder / STORE, records, options)


@dataclass(frozen=True)
class _Evaluation:
    """Points of one part of a study that are being evaluated, and their finished runs."""

    part: str
    points: Sequence[Point]
    waiting: dict[int, list[RunResult]]
    failed: list[RunResult]


class Points:
    """Runs design points and stores their figures. A repeated call runs only the points that are missing.

    Parameters
    ----------
    home : Path or None
        Folder of the journal; None to keep the points in memory.
    records : sequence of dict
        Records of the journal, the header first.
    options : RunOptions
        How the runs are executed.
    """

    def __init__(self, home: Path | None, records: Sequence[journal.Record], options: RunOptions) -> None:
        self._home, self._options = home, options
        self._done: dict[tuple[str, int], Any] = {}
        self._forms: set[str] = set()
        self._files = 0
        self._counter: Counter | None = None
        for record in records[1:]:
            self._apply(record)

    def _apply(self, record: journal.Record) -> None:
        """Take one record of the journal. A point that failed or whose file was removed is missing and repeated."""
        key = record["part"], record["point"]
        if "file" in record:
            self._files += 1
            if self._home is not None and (self._home / record["file"]).is_file():
                self._done[key] = record
        elif "found" in record:
            self._done[key] = record["found"]

    def expect(self, runs: int) -> None:
        """Announce the number of runs of all following parts, so that progress refers to all of them. [runs]"""
        self._counter = Counter(runs, self._options.progress)

    def evaluate(self, part: str, points: Sequence[Point], note: str = "") -> list[Any]:
        """Run each point and reduce its runs.

        Parameters
        ----------
        part : str
            Name of this set of points in the journal.
        points : sequence of Point
            The points.
        note : str
            Remark shown with the progress.

        Returns
        -------
        list
            Reduced runs of each point, in order.

        Raises
        ------
        RunsFailedError
            If runs failed, after all other points have been evaluated and stored. A point needs all of its runs.
        EnvironmentProblemError
            If the disk or the cluster failed.
        IntegrityError
            If a stored point is damaged.
        """
        missing = [k for k in range(len(points)) if (part, k) not in self._done]
        total = sum(points[k].runs for k in missing)
        for k in set(range(len(points))).difference(missing):
            self._require_form(part, k, points[k])
        counter = self._counter or Counter(total, self._options.progress)
        if self._counter:
            counter.skip(sum(point.runs for point in points) - total)
        work = _Evaluation(part, points, {k: [] for k in missing}, [])
        for results in submit_all(self._jobs(points, missing, total), self._options.target) if missing else ():
            for item in results:
                self._add(work, item)
            counter.add(len(results), failed=len(work.failed), note=note)
        if work.failed:
            raise RunsFailedError(_failure_message(work, total))
        return [self._value(self._done[part, k]) for k in range(len(points))]

    def _require_form(self, part: str, number: int, point: Point) -> None:
        """Refuse a stored value whose form is not that of this point: a journal may have been written by hand.

        The form is that of the value of runs in which every measure is 1. It is computed once per form and part.
        """
        if self._home is None:
            return
        form = repr((part, point.runs, point.scenario.weeks, _form_of(self._value(self._done[part, number]))))
        if form in self._forms:
            return
        ones = np.ones((point.runs, len(MEASURES), 1, point.scenario.weeks))
        expected = repr((part, point.runs, point.scenario.weeks, _form_of(point.reduce(lookup(ones)))))
        if form != expected:
            msg = (
                f"{self._home / journal.NAME}: the result of point {number} of '{part}' is not one that this study "
                "stores.\n    To repeat the runs, remove or rename the folder and run the same command again."
            )
            raise IntegrityError(msg)
        self._forms.add(form)

    def _jobs(self, points: Sequence[Point], missing: Sequence[int], total: int) -> Iterator[Job]:
        """Yield the jobs of the missing points. A job has runs of one point only."""
        size = job_size(total, self._options)
        agents = tuple((self._options.agents or {}).items())
        for k in missing:
            specs = [RunSpec(k, run, points[k].seed + run, 0) for run in range(points[k].runs)]
            for start in range(0, len(specs), size):
                yield with_source_digest(Job((points[k].scenario,), tuple(specs[start : start + size]), agents))

    def _add(self, work: _Evaluation, item: RunResult) -> None:
        """Add a finished run; reduce and store its point if it was the last run."""
        point = item.spec.arm
        results = work.waiting[point]
        results.append(item)
        if len(results) < work.points[point].runs:
            return
        del work.waiting[point]
        if failed := [result for result in results if result.weekly is None]:
            work.failed.extend(failed)
            self._record({"part": work.part, "point": point, "failed": failed[0].cause, "trace": failed[0].trace})
            return
        in_order = sorted(results, key=lambda result: result.spec.run)
        tables = np.stack([result.weekly for result in in_order if result.weekly is not None])
        self._store(work.part, point, work.points[point].reduce(lookup(tables)))

    def _store(self, part: str, point: int, value: Any) -> None:  # noqa: ANN401 - the result of a reduction
        key = {"part": part, "point": point}
        if self._home is None:
            self._done[part, point] = value
        elif isinstance(value, dict) and all(isinstance(item, np.ndarray) for item in value.values()):
            path = self._home / f"point-{self._files + 1:06d}.npz"
            content = chunks.archive_of(value)
            replace_bytes(path, content)
            shapes = {name: list(series.shape) for name, series in value.items()}
            digest = hashlib.sha256(content).hexdigest()
            self._record({**key, "file": path.name, "sha256": digest, "arrays": shapes})
        else:
            self._record({**key, "found": value})

    def _record(self, record: journal.Record) -> None:
        if self._home is not None:
            with os_errors_as_problems(self._home.parent):
                journal.append(self._home / journal.NAME, record)
        self._apply(record)

    def _value(self, stored: Any) -> Any:  # noqa: ANN401 - the result of a reduction
        """Return the value of a point, read from its file if it has one."""
        if self._home is None or not (isinstance(stored, dict) and "file" in stored):
            return stored
        path = self._home / stored["file"]
        with os_errors_as_problems(path):
            chunks.check(self._home, stored, None)
            return chunks.series_of(path)


def _form_of(value: Any) -> Any:  # noqa: ANN401 - the result of a reduction
    """Keys, lengths and shapes of a value without its numbers, of which some may be missing."""
    if isinstance(value, np.ndarray):
        return value.shape
    if isinstance(value, dict):
        return {str(name): _form_of(value[name]) for name in sorted(value)}
    if isinstance(value, list | tuple):
        return [_form_of(item) for item in value]
    return "number" if value is None or type(value) in (int, float) else str(type(value))


def _failure_message(work: _Evaluation, total: int) -> str:
    """Message about the runs that failed: number, first cause, and what to do."""
    first = work.failed[0]
    scenario = work.points[first.spec.arm].scenario
    return (
        f"{len(work.failed)} of {total} runs failed. The first is a run of '{scenario.name}' with seed "
        f"{first.spec.seed}: {first.cause}\n    Its values: {dict(scenario.values)}.\n    All other results were kept. "
        "Correct these values or the time limit, then run the same command again."
    )


def lookup(tables: Reals) -> MeasureLookup:
    """Look up weekly measures by name, averaged over authorities.

    Parameters
    ----------
    tables : array
        Weekly tables, [runs, measures, authorities, weeks].

    Returns
    -------
    callable
        Function of the name of a measure that returns an array [runs, weeks].
    """
    return lambda name: np.asarray(tables[:, _INDEX[name]].mean(axis=1))


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
