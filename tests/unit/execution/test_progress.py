"""Progress counters with a simulated clock."""

import math

import pytest

from redbead.execution import progress
from redbead.execution.progress import Counter, Progress


@pytest.fixture
def reports(monkeypatch):
    """List for the reports of a counter. Each reading of the clock advances it by two seconds."""
    ticks = iter(range(0, 1000, 2))
    monkeypatch.setattr(progress.time, "perf_counter", lambda: float(next(ticks)))
    return []


def test_the_first_runs_do_not_count_towards_the_rate(reports):
    counter = Counter(10, reports.append)
    counter.add(4)
    counter.add(1)
    assert reports == [Progress(4, 10, 0, 0.0, math.inf), Progress(5, 10, 0, 0.5, 10.0)]


def test_runs_that_need_not_be_executed_reduce_the_total(reports):
    counter = Counter(10, reports.append)
    counter.skip(8)
    for _ in range(2):
        counter.add()
    assert [(now.done, now.total) for now in reports] == [(1, 2), (2, 2)]


def test_a_counter_works_without_a_callback():
    Counter(2).add()
