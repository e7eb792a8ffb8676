"""Clocks, rounds and lines of the speed table."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Work = Callable[[], Any]


class Line(NamedTuple):
    """One line of the table: a value, the goal beside it, and what it was made from."""

    key: str
    what: str
    value: float
    unit: str
    goal: float | None
    at_least: bool
    detail: str

    @property
    def verdict(self) -> str:
        """PASS, short of goal, or nothing where there is no goal."""
        if self.goal is None:
            return ""
        good = self.value >= self.goal if self.at_least else self.value <= self.goal
        return "PASS" if good else "short of goal"

    def text(self) -> str:
        """The line as printed."""
        goal = "" if self.goal is None else f"{'at least' if self.at_least else 'at most'} {self.goal:g}"
        return f"{self.key:3}{self.what:46}{self.value:9.3g} {self.unit:15}{goal:15}{self.verdict:15}{self.detail}"

    def as_dict(self) -> dict[str, Any]:
        """The line for JSON."""
        return {**self._asdict(), "verdict": self.verdict or None}


def at_most(key: str, what: str, value: float, unit: str, goal: float | None, detail: str = "") -> Line:
    """A line whose value should stay below its goal."""
    return Line(key, what, value, unit, goal, False, detail)


def at_least(key: str, what: str, value: float, unit: str, goal: float | None, detail: str = "") -> Line:
    """A line whose value should reach its goal."""
    return Line(key, what, value, unit, goal, True, detail)


def cpu(work: Work) -> float:
    """Processor time of `work`, all threads together. [s]"""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def wall(work: Work) -> float:
    """Time on the clock. [s]"""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def interleaved(works: Mapping[str, Work], rounds: int, clock: Callable[[Work], float] = cpu) -> dict[str, list[float]]:
    """Time all works in turn, `rounds` times; every other round goes backwards, so that none is always first."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for k in range(rounds):
        names = list(works) if k % 2 == 0 else list(reversed(works))
        for name in names:
            times[name].append(clock(works[name]))
    return times


def ratio(above: list[float], below: list[float]) -> float:
    """Median of the ratios of the rounds, so that a slow spell of the machine hits both sides."""
    return statistics.median(a / b for a, b in zip(above, below, strict=True))


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    import platform
    from importlib.metadata import version

    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    packages = {name: version(name) for name in ("mesa", "numba", "numpy")}
    return {"python": platform.python_version(), **packages, "cores": os.cpu_count(), "load": round(load, 2)}
