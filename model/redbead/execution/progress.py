"""How far many runs are: counted in one place, for batches, checks and audits."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import NamedTuple


class Progress(NamedTuple):
    """How far it is: runs finished, asked for, failed; runs per second (0: not known yet); seconds left; a remark.

    `unit` is what is counted: runs, or points of several runs each.
    """

    done: int
    total: int
    failed: int
    rate: float
    seconds_left: float
    note: str = ""
    unit: str = "runs"


class Counter:
    """Counts runs and says how long the rest will take; what came first may have had to compile and does not count.

    Parameters
    ----------
    total
        How many runs there will be. [runs]
    tell
        Called whenever more of them are done.
    unit
        What is counted, in a word.
    """

    def __init__(self, total: int, tell: Callable[[Progress], None] | None = None, unit: str = "runs") -> None:
        self._done, self._first, self._started = 0, 0, 0.0
        self._total, self._tell, self._unit = total, tell, unit

    def add(self, runs: int = 1, failed: int = 0, note: str = "") -> None:
        """So many more are done; `failed` of all so far came to nothing; `note` is told with it. [runs]"""
        now = time.perf_counter()
        if self._done == 0:
            self._first, self._started = runs, now
        self._done += runs
        counted = self._done - self._first
        rate = counted / (now - self._started) if counted and now > self._started else 0.0
        left = (self._total - self._done) / rate if rate else math.inf
        if self._tell:
            self._tell(Progress(self._done, self._total, failed, rate, left, note, self._unit))

    def follow(self, part: Progress) -> None:
        """One more run of a batch, as the batch itself tells it."""
        self.add(failed=part.failed)
