"""Runs of one scenario in a store: records, weekly values and event logs, read on demand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from redbead.execution.runs import find_measure
from redbead.measures import MEASURES
from redbead.scenario.plugins import OWN_MEASURES
from redbead.scenario.scenario import Scenario
from redbead.state.constants import Reals, Whole
from redbead.storage.run_store import Key, Store

Status = Literal["done", "failed", "not run"]


class RunRecord(NamedTuple):
    """Record of one run. A failed run has a one-line ``cause`` and the traceback as ``trace``."""

    key: str
    run: int
    seed: int
    status: Status
    seconds: float
    cause: str = ""
    trace: str = ""


@dataclass(frozen=True, eq=False)
class ScenarioRuns:
    """Runs of one scenario, in the order of their seeds.

    Tables and figures exclude failed runs.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    policy : str
        Name of the scenario in tables and keys.
    seed : int
        Seed of run 0; run k uses ``seed + k``.
    count : int
        Number of runs requested. [runs]
    store : Store
        Stored runs.
    arm : int
        Number of the scenario in the store.
    outcomes : array
        Outcomes of all runs, [runs, periods, outcomes]; NaN if a run failed.
    """

    scenario: Scenario
    policy: str
    seed: int
    count: int
    store: Store
    arm: int
    outcomes: Reals

    @cached_property
    def runs(self) -> tuple[RunRecord, ...]:
        """Records of all runs, in order."""
        return tuple(self._record(run) for run in range(self.count))

    def _record(self, run: int) -> RunRecord:
        stored = self.store.runs.get((self.arm, run))
        key = f"{self.policy}-{self.seed + run}"
        if stored is None:
            return RunRecord(key, run, self.seed + run, "not run", np.nan, "not run")
        status: Status = "done" if stored.chunk else "failed"
        return RunRecord(key, run, self.seed + run, status, stored.seconds, stored.cause, stored.trace)

    @property
    def good(self) -> list[int]:
        """Numbers of the runs that finished."""
        return [record.run for record in self.runs if record.status == "done"]

    @property
    def failed(self) -> list[RunRecord]:
        """Records of the runs that failed."""
        return [record for record in self.runs if record.status == "failed"]

    @property
    def weeks(self) -> int:
        """Duration of each run after the warm-up. [weeks]"""
        return self.scenario.weeks

    def values(self, measure: str) -> Reals:
        """Weekly values of one measure for the finished runs, averaged over authorities, [runs, weeks].

        Raises
        ------
        BadInputError
            If there is no measure with this name.
        """
        find_measure(measure)
        return weekly_means(self.store, [(self.arm, run) for run in self.good], measure, self.weeks)

    def tables(self, runs: range) -> Iterator[tuple[int, Reals]]:
        """Yield number and table [measures, authorities, weeks] of the finished runs among `runs`, in order."""
        finished = [run for run in self.good if run in runs]
        yield from zip(finished, self.store.tables([(self.arm, run) for run in finished]), strict=True)

    @property
    def weekly(self) -> Reals:
        """Weekly tables of all runs in memory, [runs, weeks, authorities, measures]; NaN for failed runs."""
        tables = dict(self.tables(range(self.count)))
        shape = next((table.shape for table in tables.values()), (len(MEASURES), 1, self.weeks))
        failed = np.full(shape, np.nan)
        return np.stack([tables.get(run, failed).transpose(2, 1, 0) for run in range(self.count)])

    def events(self, run: int) -> Whole:
        """Event log of one run, [events, columns]; no rows if none was recorded."""
        return self.store.events((self.arm, run))


def weekly_means(store: Store, keys: Sequence[Key], measure: str, weeks: int) -> Reals:
    """Weekly values of one measure for some runs of a store, averaged over authorities, [runs, weeks]."""
    if own := OWN_MEASURES.get(measure):
        return own.of(lambda name: weekly_means(store, keys, name, weeks))
    rows = [table[0] if len(table) == 1 else table.mean(axis=0) for table in store.measure(keys, measure)]
    return np.array(rows).reshape(len(keys), weeks)
