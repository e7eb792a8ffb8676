"""Progress is counted in one place, by hand-made clocks."""

import math

import pytest

from redbead.execution import progress
from redbead.execution.progress import Counter, Progress


@pytest.fixture
def told(monkeypatch):
    """What a counter of ten runs tells, on a clock that goes on by two seconds each time it is looked at."""
    ticks = iter(range(0, 1000, 2))
    monkeypatch.setattr(progress.time, "perf_counter", lambda: float(next(ticks)))
    return []


def test_what_comes_first_may_have_compiled_and_does_not_count(told):
    counter = Counter(10, told.append)
    counter.add(4)
    counter.add(1)
    assert told == [Progress(4, 10, 0, 0.0, math.inf), Progress(5, 10, 0, 0.5, 10.0)]


def test_a_batch_is_followed_run_by_run_with_its_failures(told):
    counter = Counter(10, told.append)
    for done in (1, 2):
        counter.follow(Progress(done, 2, 1, 0.0, 0.0))
    assert [(now.done, now.failed) for now in told] == [(1, 1), (2, 1)]


def test_nobody_needs_to_be_told():
    Counter(2).add()
