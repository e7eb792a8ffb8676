"""Progress of many runs: counts, rate and time left, for batches, checks and audits."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import NamedTuple


class Progress(NamedTuple):
    """Progress of a command.

    ``done``, ``total`` and ``failed`` count the ``unit``: runs, or points of several runs each. ``rate`` is per second,
    and 0 while unknown. ``seconds_left`` is the estimated time to the end. [s]
    """

    done: int
    total: int
    failed: int
    rate: float
    seconds_left: float
    note: str = ""
    unit: str = "runs"


class Counter:
    """Counts finished runs and estimates the time left.

    The first runs do not count towards the rate, since they may include compilation.

    Parameters
    ----------
    total : int
        Number of runs. [runs]
    report : callable, optional
        Called with a :class:`Progress` whenever runs finish.
    unit : str
        What is counted.
    """

    def __init__(self, total: int, report: Callable[[Progress], None] | None = None, unit: str = "runs") -> None:
        self._done, self._first, self._started = 0, 0, 0.0
        self._total, self._report, self._unit = total, report, unit

    def add(self, runs: int = 1, failed: int = 0, note: str = "") -> None:
        """Add finished runs.

        Parameters
        ----------
        runs : int
            Runs that finished since the last call. [runs]
        failed : int
            Failed runs so far. [runs]
        note : str
            Remark for the progress line.
        """
        now = time.perf_counter()
        if self._done == 0:
            self._first, self._started = runs, now
        self._done += runs
        counted = self._done - self._first
        rate = counted / (now - self._started) if counted and now > self._started else 0.0
        left = (self._total - self._done) / rate if rate else math.inf
        if self._report:
            self._report(Progress(self._done, self._total, failed, rate, left, note, self._unit))

    def skip(self, runs: int) -> None:
        """Reduce the total by runs that need not be executed. [runs]"""
        self._total -= runs
