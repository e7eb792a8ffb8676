"""Runs of one scenario: execution, records and checks of the numbers of runs, seeds and jobs."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np

from redbead.exceptions import BadInputError, EnvironmentProblemError, Problem, printable
from redbead.execution.executors import ExecutionTarget, can_be_imported, submit_all
from redbead.execution.jobs import Job, RunResult, RunSpec
from redbead.execution.progress import Counter, Progress
from redbead.measures import MEASURES
from redbead.rng import MAX_SEED
from redbead.scenario import messages
from redbead.scenario.scenario import Scenario
from redbead.state.types import Reals, Whole

Status = Literal["done", "failed"]
DEFAULT_JOBS: Final = 2
TIME_LIMIT: Final = 600.0
"""Default time limit per run. [s]"""
_MAX_RUNS_PER_JOB: Final = 16

Agents: TypeAlias = Mapping[type[Any], type[Any]]
"""Custom agent classes, by the class of the model that each replaces."""


class RunRecord(NamedTuple):
    """Record of one run. A failed run has a one-line ``cause`` and the traceback as ``trace``."""

    key: str
    run: int
    seed: int
    status: Status
    seconds: float
    cause: str = ""
    trace: str = ""


@dataclass(frozen=True)
class ScenarioRuns:
    """Runs of one scenario in the order of their seeds.

    ``weekly`` is [runs, weeks after the warm-up, authorities, measures]. The block of a failed run is NaN, and tables
    and figures exclude it. ``events`` contains the event log of each run, or None.
    """

    scenario: Scenario
    seed: int
    runs: tuple[RunRecord, ...]
    weekly: Reals
    events: tuple[Whole | None, ...]
    started: datetime
    seconds: float
    jobs: int
    policy: str = field(default="")

    @property
    def good(self) -> list[int]:
        """Indices of the runs that finished."""
        return [k for k, run in enumerate(self.runs) if run.status == "done"]

    @property
    def failed(self) -> list[RunRecord]:
        """Records of the runs that failed."""
        return [run for run in self.runs if run.status == "failed"]

    def values(self, measure: str) -> Reals:
        """Weekly values of one measure for the finished runs, averaged over authorities, [runs, weeks]."""
        return np.ascontiguousarray(self.weekly[..., measure_index(measure)][self.good].mean(axis=2))


def measure_index(measure: str) -> int:
    """Index of a measure on the last axis of ``ScenarioRuns.weekly``.

    Raises
    ------
    BadInputError
        If there is no measure with this name.
    """
    names = [m.name for m in MEASURES]
    if measure not in names:
        near = messages.nearest_name(measure, names)
        suggestion = f"Did you mean {near}? " if near else ""
        hint = f"{suggestion}'redbead measures' lists all measures."
        what = "is not a known measure"
        raise BadInputError([Problem("measure", key=printable(measure), what=what, hint=hint)])
    return names.index(measure)


def slug(name: str) -> str:
    """Convert a name to a safe file name of lower-case letters, digits and hyphens.

    Examples
    --------
    >>> slug("Two strikes / ../etc")
    'two-strikes-etc'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "scenario"


def run_many(
    scenario: Scenario,
    *,
    runs: int,
    seed: int = 1,
    jobs: int | None = None,
    events: bool = False,
    agents: Agents | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> ScenarioRuns:
    """Simulate a scenario several times. Run k uses ``seed + k``, so that each run can be repeated alone.

    Parameters
    ----------
    scenario : Scenario
        The resolved scenario.
    runs : int
        Number of runs. [runs]
    seed : int
        Seed of run 0, from 0 to 2**64 - 1.
    jobs : int, optional
        Number of threads or processes. Defaults to the number of cores, at most 2. Results do not depend on it.
    events : bool
        Whether to record the history of every error.
    agents : mapping of type to type, optional
        Custom agent classes, such as ``{SocialWorker: OpenReporter}``. They run in separate processes.
    progress : callable, optional
        Called with a :class:`Progress` as runs finish.

    Returns
    -------
    ScenarioRuns
        Records and weekly tables of all runs. A failed run does not affect the others.

    Raises
    ------
    BadInputError
        If ``runs``, ``seed`` or ``jobs`` is outside its range.
    EnvironmentProblemError
        If the results do not fit into memory.
    """
    check_numbers(runs, seed, jobs)
    target = execution_target(agents, jobs=min(runs, jobs or default_jobs()))
    started, clock = datetime.now(UTC), time.perf_counter()
    size = max(1, min(_MAX_RUNS_PER_JOB, runs // (4 * target.jobs)))
    specs = [RunSpec(0, k, seed + k, 0) for k in range(runs)]
    replacements = tuple((agents or {}).items())
    batch = (Job((scenario,), tuple(specs[k : k + size]), replacements, events) for k in range(0, runs, size))
    results = _ResultTable(scenario, runs)
    counter = Counter(runs, progress)
    for finished in submit_all(batch, target):
        for item in finished:
            results.add(item)
            counter.add(failed=results.failures)
    seconds = time.perf_counter() - clock
    return ScenarioRuns(
        scenario, seed, results.records(), results.table(), tuple(results.events), started, seconds, target.jobs,
        policy=slug(scenario.name),
    )  # fmt: skip


def default_jobs() -> int:
    """Default number of jobs: the number of cores, at most two."""
    return min(DEFAULT_JOBS, os.cpu_count() or 1)


def execution_target(
    agents: Agents | None, *, jobs: int, cluster: str = "", limit: float = TIME_LIMIT
) -> ExecutionTarget:
    """Choose where to run: custom agents in processes if those can import them, all other runs on threads.

    Parameters
    ----------
    agents : mapping of type to type, optional
        Custom agent classes.
    jobs : int
        Number of threads or processes.
    cluster : str
        Address of a Dask scheduler; empty to run on this machine.
    limit : float
        Time limit per run. [s]
    """
    importable = bool(agents) and can_be_imported((agents or {}).items())
    return ExecutionTarget(jobs, limit, cluster, processes=importable and not cluster)


def check_numbers(runs: int, seed: int, jobs: int | None) -> None:
    """Check the numbers of runs, seeds and jobs.

    Raises
    ------
    BadInputError
        If a number is outside its range. Lists every problem.
    """
    problems = [
        Problem(
            f"--{name}",
            key=repr(value),
            what=f"is outside the range {low} to {high}",
            hint="Choose a whole number in this range.",
        )
        for name, value, low, high in (
            ("runs", runs, 1, 1_000_000),
            ("seed", seed, 0, MAX_SEED),
            ("jobs", 1 if jobs is None else jobs, 1, 4096),
        )
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high
    ]
    if not problems and seed + runs - 1 > MAX_SEED:
        what = f"is too large for {runs} runs: run k uses seed + k, and the largest seed is 2**64 - 1"
        problems.append(Problem("--seed", key=str(seed), what=what, hint="Use a smaller seed."))
    if problems:
        raise BadInputError(problems)


class _ResultTable:
    """Collects the results of runs in the order of their run numbers."""

    def __init__(self, scenario: Scenario, runs: int) -> None:
        self._scenario = scenario
        self._table: Reals | None = None
        self._records: list[RunRecord | None] = [None] * runs
        self.events: list[Whole | None] = [None] * runs
        self.failures = 0

    def add(self, item: RunResult) -> None:
        """Add the result of one run."""
        k = item.spec.run
        self._records[k] = record_of(item, slug(self._scenario.name))
        if item.weekly is None:
            self.failures += 1
            return
        if self._table is None:
            self._table = _allocate(len(self.events), item.weekly.shape[::-1])
        self._table[k] = item.weekly.transpose(2, 1, 0)
        self.events[k] = item.events

    def records(self) -> tuple[RunRecord, ...]:
        """Records of all runs, in order."""
        return tuple(record for record in self._records if record is not None)

    def table(self) -> Reals:
        """Weekly table of all runs; all NaN if every run failed."""
        if self._table is None:
            return np.full((len(self.events), self._scenario.weeks, 1, len(MEASURES)), np.nan)
        return self._table


def record_of(item: RunResult, arm: str) -> RunRecord:
    """Create the record of a run. ``arm`` is the slug of its arm."""
    status: Status = "failed" if item.weekly is None else "done"
    key = f"{arm}-{item.spec.seed}"
    return RunRecord(key, item.spec.run, item.spec.seed, status, item.seconds, item.cause, item.trace)


def _allocate(runs: int, shape: tuple[int, ...]) -> Reals:
    try:
        return np.full((runs, *shape), np.nan)
    except MemoryError as error:
        size = runs * int(np.prod(shape)) * 8 / 1e9
        msg = (
            f"{runs} runs need {size:.1f} GB of memory, which is not available.\n    Use fewer runs (--runs) or a "
            "shorter simulation (--set time.years=5)."
        )
        raise EnvironmentProblemError(msg) from error
