"""Progress counters with a simulated clock."""

import math

import pytest

from redbead.execution import runs
from redbead.execution.runs import Counter, Progress


@pytest.fixture
def reports(monkeypatch):
    """List for the reports of a counter. Each reading of the clock advances it by two seconds."""
    ticks = iter(range(0, 1000, 2))
    monkeypatch.setattr(runs.time, "perf_counter", lambda: float(next(ticks)))
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


def test_the_time_left_follows_from_the_rate_after_the_first_report(reports):
    """One run per two seconds after the first: 0.5 per second, so 7 of 10 runs take 14 seconds."""
    counter = Counter(10, reports.append)
    for _ in range(3):
        counter.add()
    assert reports[-1] == Progress(3, 10, 0, 0.5, 14.0)


def test_no_time_is_left_after_the_last_run(reports):
    counter = Counter(3, reports.append, "points")
    for _ in range(3):
        counter.add(failed=1, note="screening")
    assert reports[-1] == Progress(3, 3, 1, 0.5, 0.0, "screening", "points")


def test_runs_that_finish_together_count_from_their_report_on(reports):
    """Four in the first report do not count; six in the next two seconds are 3 per second."""
    counter = Counter(20, reports.append)
    counter.add(4)
    counter.add(6)
    assert reports[-1] == Progress(10, 20, 0, 3.0, 10 / 3)


def test_a_clock_that_stands_still_gives_no_rate(monkeypatch):
    monkeypatch.setattr(runs.time, "perf_counter", lambda: 5.0)
    reports = []
    counter = Counter(3, reports.append)
    counter.add()
    counter.add()
    assert reports[-1] == Progress(2, 3, 0, 0.0, math.inf)
