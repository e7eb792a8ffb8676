"""The watch over an order: whoever hangs is given up, whoever is well is not kept waiting."""

import threading
import time

import numpy as np
import pytest

from redbead.engine.simulate import RunOutput
from redbead.execution import executors, jobs
from redbead.execution.executors import execute_with_timeout
from redbead.execution.jobs import Job, RunSpec


@pytest.fixture
def bench(monkeypatch):
    """A bench on which run 1 hangs until the test lets it go."""
    release = threading.Event()

    def make(bench, row):
        if row.run == 1:
            release.wait(30)
        return RunOutput(np.full((4, 1, 2), float(row.seed)), None)

    monkeypatch.setattr(jobs.Worker, "make", make)
    monkeypatch.setattr(executors, "compile_first", lambda: None)
    yield release
    release.set()


def test_a_run_that_hangs_is_given_up_and_the_rest_is_made(bench, scenario):
    order = Job((scenario,), tuple(RunSpec(0, k, 10 + k, 0) for k in range(4)))
    clock = time.monotonic()
    found = execute_with_timeout(order, 0.3)
    assert time.monotonic() - clock < 5
    assert [item.row.run for item in found] == [0, 1, 2, 3]
    assert [item.weekly is None for item in found] == [False, True, False, False]
    assert found[1].cause == "it took longer than 0.3 s and was given up"


def test_what_it_still_says_after_it_was_given_up_is_not_heard(bench, scenario):
    order = Job((scenario,), (RunSpec(0, 1, 1, 0),))
    found = execute_with_timeout(order, 0.2)
    bench.set()
    time.sleep(0.1)
    assert found[0].weekly is None


def test_an_error_outside_the_runs_reaches_whoever_waits(bench, scenario):
    with pytest.raises(Exception, match="another version"):
        execute_with_timeout(Job((scenario,), (RunSpec(0, 0, 1, 0),), sources="1" * 64), 5)
