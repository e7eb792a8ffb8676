"""Timing of alternating rounds, and the lines of the speed table."""

from __future__ import annotations

import os
import resource
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Work = Callable[[], Any]


class Line(NamedTuple):
    """One line of the table: a value, its goal, and details."""

    key: str
    what: str
    value: float
    unit: str
    goal: float | None
    at_least: bool
    detail: str

    @property
    def verdict(self) -> str:
        """Return PASS, "short of goal", or an empty string without a goal."""
        if self.goal is None:
            return ""
        good = self.value >= self.goal if self.at_least else self.value <= self.goal
        return "PASS" if good else "short of goal"

    def text(self) -> str:
        """Return the line as printed."""
        goal = "" if self.goal is None else f"{'at least' if self.at_least else 'at most'} {self.goal:g}"
        return f"{self.key:3}{self.what:46}{self.value:9.3g} {self.unit:15}{goal:15}{self.verdict:15}{self.detail}"

    def as_dict(self) -> dict[str, Any]:
        """Return the line for JSON."""
        return {**self._asdict(), "verdict": self.verdict or None}


def at_most(key: str, what: str, value: float, unit: str, goal: float | None, detail: str = "") -> Line:
    """Return a line whose value must not exceed its goal."""
    return Line(key, what, value, unit, goal, False, detail)


def at_least(key: str, what: str, value: float, unit: str, goal: float | None, detail: str = "") -> Line:
    """Return a line whose value must reach its goal."""
    return Line(key, what, value, unit, goal, True, detail)


def cpu(work: Work) -> float:
    """Return the processor time of a function, summed over all threads. [s]"""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def cpu_of_processes(work: Work) -> float:
    """Return the processor time of the processes that a function starts and waits for. [s]"""
    begin = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    return end.ru_utime + end.ru_stime - begin.ru_utime - begin.ru_stime


def wall(work: Work) -> float:
    """Return the elapsed time of a function. [s]"""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def interleaved(works: Mapping[str, Work], rounds: int, clock: Callable[[Work], float] = cpu) -> dict[str, list[float]]:
    """Time several functions in alternation; every second round uses the reverse order."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for k in range(rounds):
        names = list(works) if k % 2 == 0 else list(reversed(works))
        for name in names:
            times[name].append(clock(works[name]))
    return times


def ratio(above: list[float], below: list[float]) -> float:
    """Return the median of the ratios of the rounds, so that a slow period of the machine affects both sides."""
    return statistics.median(a / b for a, b in zip(above, below, strict=True))


def machine() -> dict[str, Any]:
    """Return the versions, the cores and the load of the machine."""
    import platform
    from importlib.metadata import version

    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    packages = {name: version(name) for name in ("mesa", "numba", "numpy")}
    return {"python": platform.python_version(), **packages, "cores": os.cpu_count(), "load": round(load, 2)}
