"""A comparison as a study: the runs that are missing, and the complete study."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from redbead.execution.executors import submit_all
from redbead.execution.jobs import Job
from redbead.execution.runs import Counter, RunOptions
from redbead.storage import manifest
from redbead.storage.run_store import Key, Store, open_for_writing
from redbead.storage.study_folder import is_current
from redbead.studies.comparison import folder
from redbead.studies.comparison.arms import Arms, arms_of, create_jobs, header_of, pilot_of, pilot_runs, requested_runs
from redbead.studies.comparison.precision import PrecisionMonitor
from redbead.studies.comparison.results import ComparisonRuns, results_of
from redbead.studies.comparison.spec import Comparison

MINUTE: Final = 60.0


FIRST_BLOCK: Final = 200
"""Runs per policy of the first block with 'auto'; each further block doubles the number. [runs]"""


def execute_missing_runs(comparison: Comparison, arms: Arms, store: Store, options: RunOptions) -> int:
    """Execute the runs of a comparison that are not stored yet.

    With 'auto', a pilot decides the number of runs (:mod:`redbead.studies.comparison.precision`). They are executed in
    blocks, and the time limit is checked after each block.

    Parameters
    ----------
    comparison, arms : Comparison, Arms
        What to run.
    store : Store
        Store opened for writing.
    options : RunOptions
        Execution options.

    Returns
    -------
    int
        Number of runs per policy. [runs]

    Raises
    ------
    EnvironmentProblemError
        The disk or the cluster failed.
    """
    started = time.monotonic()
    monitor = PrecisionMonitor(comparison, arms)
    for keys, block in store.by_chunk(store.done):
        for position, key in enumerate(keys):
            monitor.add_run(*key, block[:, position])

    def execute(keys: Sequence[Key], runs: int) -> None:
        stored = store.with_events if options.events else store.done
        missing = [key for key in keys if key not in stored]
        _execute(missing, store, monitor, runs, create_jobs(missing, comparison, arms, options), options)

    if comparison.runs:
        execute(requested_runs(arms, comparison.runs), comparison.runs)
        return comparison.runs
    execute(pilot_runs(comparison, arms), 0)
    needed = monitor.runs_needed(pilot_of(comparison, arms))
    runs = min(needed, FIRST_BLOCK)
    execute(requested_runs(arms, runs), runs)
    while runs < needed and time.monotonic() - started <= comparison.limits.minutes * MINUTE:
        runs = min(needed, 2 * runs)
        execute(requested_runs(arms, runs), runs)
    return runs


def _execute(
    missing: Sequence[Key],
    store: Store,
    monitor: PrecisionMonitor,
    runs: int,
    jobs: Iterable[Job],
    options: RunOptions,
) -> None:
    """Execute runs and store them."""
    if not missing:
        return
    counter = Counter(len(missing), options.progress)
    failed = 0
    for finished in submit_all(jobs, options.target):
        store.add(finished)
        for item in finished:
            monitor.add_result(item)
            failed += item.weekly is None
        counter.add(len(finished), failed=failed, note=monitor.progress_note(runs) if options.progress else "")
    store.flush()


def compare(
    comparison: Comparison, target: Path, options: RunOptions, *, command: list[str],
    pages: folder.PageWriter | None = None, writing: Callable[[], None] | None = None,
) -> ComparisonRuns:  # fmt: skip
    """Run a comparison and write its tables and report.

    Stored runs are not repeated, and files that are up to date are not rewritten.

    Parameters
    ----------
    comparison : Comparison
        What to compare.
    target : Path
        Folder, as :func:`folder.place` returns it.
    options : RunOptions
        Execution options.
    command : list of str
        Command line, for the manifest.
    pages : callable, optional
        Writes the report and its figures.
    writing : callable, optional
        Called when all runs are done and writing starts.

    Returns
    -------
    ComparisonRuns
        Stored runs with their outcomes.

    Raises
    ------
    EnvironmentProblemError
        The disk or cluster failed, or another command is writing to the folder.
    IntegrityError
        The folder contains other runs, or is damaged.
    """
    arms = arms_of(comparison)
    started, clock = datetime.now(UTC), time.perf_counter()
    with open_for_writing(target, header_of(comparison, arms, options.agents)) as store:
        folder.write_inputs(comparison, target)
        runs = execute_missing_runs(comparison, arms, store, options)
        seconds = time.perf_counter() - clock
        results = results_of(comparison, arms, store, target, runs)
        if not is_current(target, folder.requested(results, events=options.events)):
            if writing:
                writing()
            folder.write(results, command, manifest.times(started, seconds, options.target.jobs), pages)
    return results


def run_only(comparison: Comparison, target: Path, options: RunOptions) -> ComparisonRuns:
    """Execute and store the runs of a comparison, without tables or a report."""
    arms = arms_of(comparison)
    with open_for_writing(target, header_of(comparison, arms, options.agents)) as store:
        runs = execute_missing_runs(comparison, arms, store, options)
        return results_of(comparison, arms, store, target, runs)
