"""Time limits: a run that hangs is stopped, and the other runs of its job are executed."""

import threading
import time

import numpy as np
import pytest

from redbead.engine.simulate import RunOutput
from redbead.execution import executors, jobs
from redbead.execution.executors import execute_with_timeout
from redbead.execution.jobs import Job, RunSpec


@pytest.fixture
def hanging_run(monkeypatch):
    """Let run 1 hang until the returned event is set."""
    release = threading.Event()

    def run(worker, spec):
        if spec.run == 1:
            release.wait(30)
        return RunOutput(np.full((4, 1, 2), float(spec.seed)), None)

    monkeypatch.setattr(jobs.Worker, "run", run)
    monkeypatch.setattr(executors, "compile_kernels", lambda: None)
    yield release
    release.set()


def test_a_run_that_hangs_is_stopped_and_the_others_are_executed(hanging_run, scenario):
    job = Job((scenario,), tuple(RunSpec(0, k, 10 + k, 0) for k in range(4)))
    start = time.monotonic()
    results = execute_with_timeout(job, 0.3)
    assert time.monotonic() - start < 5
    assert [item.spec.run for item in results] == [0, 1, 2, 3]
    assert [item.weekly is None for item in results] == [False, True, False, False]
    assert results[1].cause == "the run exceeded the time limit of 0.3 s and was abandoned"


def test_a_result_that_arrives_after_the_limit_is_ignored(hanging_run, scenario):
    job = Job((scenario,), (RunSpec(0, 1, 1, 0),))
    results = execute_with_timeout(job, 0.2)
    hanging_run.set()
    time.sleep(0.1)
    assert results[0].weekly is None


def test_an_error_of_the_job_is_raised_in_the_waiting_thread(hanging_run, scenario):
    with pytest.raises(Exception, match="another version"):
        execute_with_timeout(Job((scenario,), (RunSpec(0, 0, 1, 0),), sources="1" * 64), 5)
