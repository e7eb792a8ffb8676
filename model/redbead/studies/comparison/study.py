"""Runs of a comparison: precision monitoring, jobs, and the complete study."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from redbead.analysis.intervals import t_critical_value
from redbead.analysis.outcomes import OUTCOMES, window
from redbead.execution.executors import submit_all
from redbead.execution.jobs import RunResult
from redbead.execution.runs import Counter, RunOptions
from redbead.measures import MEASURES
from redbead.state.constants import Reals
from redbead.storage import manifest
from redbead.storage.run_store import Key, Store, open_for_writing
from redbead.storage.study_folder import is_current
from redbead.studies.comparison import folder
from redbead.studies.comparison.arms import ArmRole, Arms, arms_of, create_jobs, header_of, requested_runs
from redbead.studies.comparison.results import ComparisonRuns, results_of
from redbead.studies.comparison.spec import MIN_RUNS, Comparison, DecidingOutcome

RUN_STEP: Final = 10
"""Step by which 'auto' increases the number of runs. [runs]"""

_POSITION: Final = {measure.name: place for place, measure in enumerate(MEASURES)}


class IntervalWidth(NamedTuple):
    """Half-width of the paired interval of one policy and outcome.

    Attributes
    ----------
    role : ArmRole
        The policy.
    criterion : DecidingOutcome
        The outcome.
    half_width : float
        Half-width of the 95 % interval, in the unit of the outcome.
    smallest_important : float
        Smallest difference that matters, in the unit of the outcome.
    pairs : int
        Number of pairs of runs.
    """

    role: ArmRole
    criterion: DecidingOutcome
    half_width: float
    smallest_important: float
    pairs: int

    @property
    def pairs_needed(self) -> int:
        """Pairs that reduce the half-width to the smallest difference that matters at the same spread. [runs]"""
        if self.half_width <= self.smallest_important:
            return self.pairs
        return (
            math.ceil(self.pairs * (self.half_width / self.smallest_important) ** 2)
            if self.smallest_important > 0.0
            else self.pairs + 1
        )


class PrecisionMonitor:
    """Computes the widths of paired intervals while runs finish; keeps one number per run and deciding outcome."""

    def __init__(self, comparison: Comparison, arms: Arms) -> None:
        self._comparison, self._arms = comparison, arms
        self._weeks = window(comparison.weeks, comparison.over)
        self._baseline = {role.theory: role for role in arms.main() if role.policy == comparison.baseline}
        self._values: list[dict[int, Reals]] = [{} for _ in arms.arms]

    def add_result(self, item: RunResult) -> None:
        """Add a run that has just finished."""
        if item.weekly is not None:
            self.add_run(item.spec.arm, item.spec.run, item.weekly)

    def add_run(self, arm: int, run: int, weekly: Reals) -> None:
        """Add the weekly values of a run, shape [measures, authorities, weeks]."""
        values = weekly[..., self._weeks].mean(axis=1)
        outcomes = [
            OUTCOMES[criterion.measure].of(lambda name: values[None, _POSITION[name]])
            for criterion in self._comparison.deciding_outcomes
        ]
        self._values[arm][run] = np.array([float(outcome[0]) for outcome in outcomes])

    def widths(self, runs: int) -> Iterator[IntervalWidth]:
        """Yield the widths of all paired intervals over the first `runs` runs; none for fewer than two pairs."""
        for role in self._arms.main():
            if role.policy != self._comparison.baseline and role.arm != self._baseline[role.theory].arm:
                yield from self._widths(role, runs)

    def _widths(self, role: ArmRole, runs: int) -> Iterator[IntervalWidth]:
        """Yield the widths of one policy, for every deciding outcome."""
        policy_values, baseline_values = self._values[role.arm], self._values[self._baseline[role.theory].arm]
        both = sorted(run for run in policy_values.keys() & baseline_values.keys() if run < runs)
        if len(both) < 2:
            return
        baseline = np.array([baseline_values[run] for run in both])
        differences = np.array([policy_values[run] for run in both]) - baseline
        if self._arms.draws:
            differences = _by_draw(differences, np.array(both) % len(self._arms.draws))
        independent = len(differences)
        half_width = (
            t_critical_value(independent - 1) * differences.std(axis=0, ddof=1) / math.sqrt(independent)
            if independent > 1
            else np.inf * baseline[0]
        )
        for position, criterion in enumerate(self._comparison.deciding_outcomes):
            smallest_important = criterion.smallest_important * (
                abs(float(baseline[:, position].mean())) if criterion.relative else 1.0
            )
            yield IntervalWidth(role, criterion, float(half_width[position]), smallest_important, len(both))

    def next_runs(self, runs: int) -> int:
        """Number of runs that 'auto' needs after `runs` runs; equal to `runs` if every interval is narrow enough.

        Only the first `runs` runs are used, so that an interrupted batch ends with the same number of runs.
        """
        wide = [width for width in self.widths(runs) if width.half_width > width.smallest_important]
        if runs < MIN_RUNS:
            return MIN_RUNS
        if not wide:
            return runs
        # At most double the number of runs, because few runs estimate the spread poorly.
        needed = min(2 * runs, max(width.pairs_needed for width in wide))
        return min(self._comparison.limits.runs, max(runs + RUN_STEP, RUN_STEP * math.ceil(needed / RUN_STEP)))

    def progress_note(self, runs: int) -> str:
        """The widest interval relative to its target, for the line of progress."""
        widths = [width for width in self.widths(runs) if width.smallest_important > 0.0]
        if not widths:
            return ""
        widest = max(widths, key=lambda width: width.half_width / width.smallest_important)
        return f"widest: {widest.criterion.measure} ±{widest.half_width:.3g}, target ±{widest.smallest_important:.3g}"


def _by_draw(values: Reals, draw: Reals) -> Reals:
    """Means over the runs that share a draw, because these are not independent."""
    return np.array([values[draw == d].mean(axis=0) for d in np.unique(draw)])


MINUTE: Final = 60.0


def execute_missing_runs(comparison: Comparison, arms: Arms, store: Store, options: RunOptions) -> int:
    """Execute the runs of a comparison that are not stored yet.

    With 'auto', runs are added until every paired interval is narrow enough or a limit is reached.

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
    runs = comparison.runs or MIN_RUNS
    attempted: set[Key] = set()
    while True:
        stored = store.with_events if options.events else store.done
        missing = [key for key in requested_runs(arms, runs) if key not in stored and key not in attempted]
        attempted.update(missing)
        _execute(missing, store, monitor, runs, comparison, arms, options)
        out_of_time = time.monotonic() - started > comparison.limits.minutes * MINUTE
        next_runs = runs if comparison.runs or out_of_time else monitor.next_runs(runs)
        if next_runs <= runs:
            return runs
        runs = next_runs


def _execute(
    missing: Sequence[Key],
    store: Store,
    monitor: PrecisionMonitor,
    runs: int,
    comparison: Comparison,
    arms: Arms,
    options: RunOptions,
) -> None:
    """Execute runs and store them."""
    if not missing:
        return
    counter = Counter(len(missing), options.progress)
    failed = 0
    for finished in submit_all(create_jobs(missing, comparison, arms, options), options.target):
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
        runs = execute_missing_runs(comparison, arms, store, options)
        seconds = time.perf_counter() - clock
        store.check()
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
