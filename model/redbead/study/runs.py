"""Many runs of one scenario: on threads, in a fixed order, and never sunk by one that fails."""

from __future__ import annotations

import os
import re
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple

import numpy as np

from redbead.dice import MAX_SEED
from redbead.engine.run import Outcome, Plan, prepare, simulate
from redbead.measures import MEASURES
from redbead.problems import BadInputError, EnvironmentProblemError, Problem
from redbead.scenario.spec import Scenario
from redbead.state.types import Reals, Whole
from redbead.study.progress import Counter, Progress

Status = Literal["done", "failed"]
DEFAULT_JOBS: Final = 2


class Run(NamedTuple):
    """What became of one run; `cause` is one line and `trace` the whole traceback of a run that failed."""

    key: str
    run: int
    seed: int
    status: Status
    seconds: float
    cause: str = ""
    trace: str = ""


@dataclass(frozen=True)
class Batch:
    """Runs of one scenario in the order of their seeds.

    `weekly` is [runs, weeks after the warm-up, authorities, measures]; a failed run's block is NaN and is left out of
    every table and figure. `events` holds, for each run, the event log or None.
    """

    scenario: Scenario
    seed: int
    runs: tuple[Run, ...]
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
    def failed(self) -> list[Run]:
        """The runs that failed."""
        return [run for run in self.runs if run.status == "failed"]

    def values(self, measure: str) -> Reals:
        """One measure of the finished runs, the mean over authorities: [runs, weeks]."""
        return np.ascontiguousarray(self.weekly[..., position(measure)][self.good].mean(axis=2))


def position(measure: str) -> int:
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
    progress: Callable[[Progress], None] | None = None,
) -> Batch:
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
        Threads; as many as there are cores, 2 at most, when not given. They change the speed and no bit of a result.
    events
        Also keep the story of every error.
    progress
        Called after each run.

    Raises
    ------
    BadInputError
        `runs`, `seed` or `jobs` is out of range.
    EnvironmentProblemError
        The results do not fit into memory.
    """
    check_numbers(runs, seed, jobs)
    jobs = min(runs, jobs or min(DEFAULT_JOBS, os.cpu_count() or 1))
    started, clock = datetime.now(UTC), time.perf_counter()
    tray = _Tray(scenario, runs, seed, events=events)
    with ThreadPoolExecutor(jobs, thread_name_prefix="redbead") as pool:
        futures = [pool.submit(tray.fill, k) for k in range(runs)]
        counter = Counter(runs, progress)
        try:
            for _ in as_completed(futures):
                counter.add(failed=tray.failures)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    records = tuple(future.result() for future in futures)
    seconds = time.perf_counter() - clock
    return Batch(
        scenario, seed, records, tray.table(), tuple(tray.events), started, seconds, jobs, policy=slug(scenario.name)
    )


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


class _Tray:
    """Takes the results of the runs into one table, each into its own place."""

    def __init__(self, scenario: Scenario, runs: int, seed: int, *, events: bool) -> None:
        self._plan: Plan = prepare(scenario)
        self._scenario, self._seed, self._keep = scenario, seed, events
        self._table: Reals | None = None
        self._lock = threading.Lock()
        self.events: list[Whole | None] = [None] * runs
        self.failures = 0

    def fill(self, k: int) -> Run:
        """Simulate run `k` and keep its results; a failure becomes a record with its cause."""
        seed, clock = self._seed + k, time.perf_counter()
        key = f"{slug(self._scenario.name)}-{seed}"
        try:
            outcome = simulate(self._plan, seed, events=self._keep)
            self._keep_outcome(k, outcome)
        except Exception as error:  # whatever sinks one run must not sink the others
            with self._lock:
                self.failures += 1
            cause = f"{type(error).__name__}: {error}".splitlines()[0][:300]
            return Run(key, k, seed, "failed", time.perf_counter() - clock, cause, traceback.format_exc())
        return Run(key, k, seed, "done", time.perf_counter() - clock)

    def _keep_outcome(self, k: int, outcome: Outcome) -> None:
        with self._lock:
            if self._table is None:
                self._table = _room(len(self.events), outcome.weekly.shape)
        self._table[k] = outcome.weekly
        self.events[k] = outcome.events

    def table(self) -> Reals:
        """All results; with no good run at all, a table of nothing but NaN."""
        if self._table is None:
            return np.full((len(self.events), self._scenario.weeks, 1, len(MEASURES)), np.nan)
        return self._table


def _room(runs: int, shape: tuple[int, ...]) -> Reals:
    try:
        return np.full((runs, *shape), np.nan)
    except MemoryError as error:
        size = runs * int(np.prod(shape)) * 8 / 1e9
        msg = f"{runs} runs need {size:.1f} GB of memory: ask for fewer runs, or for a shorter time"
        raise EnvironmentProblemError(msg) from error
