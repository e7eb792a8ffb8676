"""Many runs of one scenario, in a fixed order, and never sunk by one that fails."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np

from redbead.exceptions import BadInputError, EnvironmentProblemError, Problem
from redbead.execution.executors import ExecutionTarget, can_travel, submit_all
from redbead.execution.jobs import Job, RunResult, RunSpec
from redbead.execution.progress import Counter, Progress
from redbead.measures import MEASURES
from redbead.rng import MAX_SEED
from redbead.scenario.scenario import Scenario
from redbead.state.types import Reals, Whole

Status = Literal["done", "failed"]
DEFAULT_JOBS: Final = 2
TIME_LIMIT: Final = 600.0
"""No run may take longer, unless somebody says so. [s]"""
_LARGEST_ORDER: Final = 16

Agents: TypeAlias = Mapping[type[Any], type[Any]]
"""Somebody's own classes of agents, by the class that each stands in for."""


class RunRecord(NamedTuple):
    """What became of one run; `cause` is one line and `trace` the whole traceback of a run that failed."""

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

    `weekly` is [runs, weeks after the warm-up, authorities, measures]; a failed run's block is NaN and is left out of
    every table and figure. `events` holds, for each run, the event log or None.
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
        """Positions of the runs that finished."""
        return [k for k, run in enumerate(self.runs) if run.status == "done"]

    @property
    def failed(self) -> list[RunRecord]:
        """The runs that failed."""
        return [run for run in self.runs if run.status == "failed"]

    def values(self, measure: str) -> Reals:
        """One measure of the finished runs, the mean over authorities: [runs, weeks]."""
        return np.ascontiguousarray(self.weekly[..., measure_index(measure)][self.good].mean(axis=2))


def measure_index(measure: str) -> int:
    """Where a measure stands on the last axis.

    Raises
    ------
    BadInputError
        There is no such measure.
    """
    names = [m.name for m in MEASURES]
    if measure not in names:
        known = ", ".join(names)
        raise BadInputError([Problem(measure, what="unknown measure", hint=f"the measures are: {known}")])
    return names.index(measure)


def slug(name: str) -> str:
    """`name` as a harmless file name: small letters, digits and hyphens.

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
    """Run a scenario many times; run k uses seed + k, so that any run can be repeated alone.

    Parameters
    ----------
    scenario
        The resolved scenario.
    runs
        How many runs. [runs]
    seed
        Seed of run 0, an integer from 0 to 2**64 - 1.
    jobs
        Threads or processes; as many as there are cores, 2 at most, when not given. They change the speed and no bit of
        a result.
    events
        Also keep the story of every error.
    agents
        Your own classes in place of the model's, such as ``{SocialWorker: Whistleblower}``; they run in processes.
    progress
        Called as runs finish.

    Raises
    ------
    BadInputError
        `runs`, `seed` or `jobs` is out of range.
    EnvironmentProblemError
        The results do not fit into memory.
    """
    check_numbers(runs, seed, jobs)
    place = execution_target(agents, jobs=min(runs, jobs or default_jobs()))
    started, clock = datetime.now(UTC), time.perf_counter()
    size = max(1, min(_LARGEST_ORDER, runs // (4 * place.jobs)))
    rows = [RunSpec(0, k, seed + k, 0) for k in range(runs)]
    given = tuple((agents or {}).items())
    orders = (Job((scenario,), tuple(rows[k : k + size]), given, events) for k in range(0, runs, size))
    tray = _ResultTable(scenario, runs)
    counter = Counter(runs, progress)
    for finished in submit_all(orders, place):
        for item in finished:
            tray.put(item)
            counter.add(failed=tray.failures)
    seconds = time.perf_counter() - clock
    return ScenarioRuns(
        scenario, seed, tray.records(), tray.table(), tuple(tray.events), started, seconds, place.jobs,
        policy=slug(scenario.name),
    )  # fmt: skip


def default_jobs() -> int:
    """As many jobs as there are cores, two at most: this machine has other things to do."""
    return min(DEFAULT_JOBS, os.cpu_count() or 1)


def execution_target(
    agents: Agents | None, *, jobs: int, cluster: str = "", limit: float = TIME_LIMIT
) -> ExecutionTarget:
    """Where to run: compiled runs on threads, agents of somebody's own in processes where those can import them."""
    travel = bool(agents) and can_travel((agents or {}).items())
    return ExecutionTarget(jobs, limit, cluster, processes=travel and not cluster)


def check_numbers(runs: int, seed: int, jobs: int | None) -> None:
    """Refuse numbers of runs, seeds and threads that make no sense.

    Raises
    ------
    BadInputError
        Names each of them.
    """
    wrong = [
        Problem(f"--{name}", what=f"{value!r}: outside {low} to {high}")
        for name, value, low, high in (
            ("runs", runs, 1, 1_000_000),
            ("seed", seed, 0, MAX_SEED),
            ("jobs", 1 if jobs is None else jobs, 1, 4096),
        )
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high
    ]
    if not wrong and seed + runs - 1 > MAX_SEED:
        wrong.append(Problem("--seed", what=f"{seed}: run k uses seed + k, and {runs} runs go past 2**64 - 1"))
    if wrong:
        raise BadInputError(wrong)


class _ResultTable:
    """Takes the results of the runs of one scenario into one table, each into its own place."""

    def __init__(self, scenario: Scenario, runs: int) -> None:
        self._scenario = scenario
        self._table: Reals | None = None
        self._records: list[RunRecord | None] = [None] * runs
        self.events: list[Whole | None] = [None] * runs
        self.failures = 0

    def put(self, item: RunResult) -> None:
        """Keep what became of one run."""
        k = item.row.run
        self._records[k] = record_of(item, slug(self._scenario.name))
        if item.weekly is None:
            self.failures += 1
            return
        if self._table is None:
            self._table = _allocate(len(self.events), item.weekly.shape[::-1])
        self._table[k] = item.weekly.transpose(2, 1, 0)
        self.events[k] = item.events

    def records(self) -> tuple[RunRecord, ...]:
        """What became of each run, in order."""
        return tuple(record for record in self._records if record is not None)

    def table(self) -> Reals:
        """All results; with no good run at all, a table of nothing but NaN."""
        if self._table is None:
            return np.full((len(self.events), self._scenario.weeks, 1, len(MEASURES)), np.nan)
        return self._table


def record_of(item: RunResult, arm: str) -> RunRecord:
    """The record of a finished run of the arm with that slug."""
    status: Status = "failed" if item.weekly is None else "done"
    key = f"{arm}-{item.row.seed}"
    return RunRecord(key, item.row.run, item.row.seed, status, item.seconds, item.cause, item.trace)


def _allocate(runs: int, shape: tuple[int, ...]) -> Reals:
    try:
        return np.full((runs, *shape), np.nan)
    except MemoryError as error:
        size = runs * int(np.prod(shape)) * 8 / 1e9
        msg = f"{runs} runs need {size:.1f} GB of memory: ask for fewer runs, or for a shorter time"
        raise EnvironmentProblemError(msg) from error
