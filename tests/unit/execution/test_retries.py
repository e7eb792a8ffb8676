"""Jobs that break: their runs are repeated one by one, and only the run that causes the fault fails."""

from collections import Counter
from concurrent.futures import Future

import numpy as np
import pytest

from redbead.exceptions import EnvironmentProblemError
from redbead.execution import executors
from redbead.execution.executors import MAX_ATTEMPTS, _run_jobs
from redbead.execution.jobs import Job, RunResult, RunSpec, cause_of
from redbead.scenario.scenario import Scenario


class LostProcessError(RuntimeError):
    """A process that died, as pebble reports it."""

    exitcode = -9


def job(*runs):
    return Job((Scenario(),), tuple(RunSpec(0, run, run, 0) for run in runs))


def finished(spec):
    return RunResult(spec, 0.1, np.zeros((1, 1, 1)))


class Pool:
    """A pool that executes each job when it is submitted; ``faults`` maps a run to the error of its job.

    With ``once``, a fault occurs at the first attempt only.
    """

    def __init__(self, faults=None, *, once=False):
        self.faults, self.once = dict(faults or {}), once
        self.submitted = []

    def submit(self, item):
        runs = [spec.run for spec in item.specs]
        self.submitted.append(runs)
        future = Future()
        broken = [run for run in runs if run in self.faults]
        if broken:
            future.set_exception(self.faults[broken[0]])
            if self.once:
                del self.faults[broken[0]]
        else:
            future.set_result([finished(spec) for spec in item.specs])
        return future


def results_of(pool, *jobs, width=2, limit=600.0):
    return {item.spec.run: item for part in _run_jobs(pool.submit, iter(jobs), width, limit) for item in part}


def test_a_run_whose_process_dies_fails_after_two_attempts_and_the_others_finish():
    """Job 1, 2, 3 breaks, so its runs are repeated alone; run 2 breaks again and is tried once more."""
    pool = Pool({2: LostProcessError()})
    results = results_of(pool, job(1, 2, 3))
    assert {run for run, item in results.items() if item.weekly is not None} == {1, 3}
    assert results[2].cause == "the process of the run was killed (SIGKILL; the memory may be too small), 2 times"
    assert Counter(map(tuple, pool.submitted)) == {(1, 2, 3): 1, (1,): 1, (2,): MAX_ATTEMPTS, (3,): 1}


def test_a_run_that_was_the_victim_of_another_one_finishes_when_it_is_repeated():
    pool = Pool({1: LostProcessError(), 2: LostProcessError()}, once=True)
    results = results_of(pool, job(1), job(2))
    assert all(item.weekly is not None for item in results.values())
    assert len(pool.submitted) == 4


def test_a_run_that_exceeds_its_time_limit_is_not_repeated():
    """It would exceed the limit again. In a job of several runs, it is first found by repeating them alone."""
    pool = Pool({2: TimeoutError()})
    results = results_of(pool, job(1, 2), limit=7.5)
    assert results[2].cause == "the run exceeded the time limit of 7.5 s and was abandoned"
    assert results[2].seconds == 7.5
    assert results[1].weekly is not None
    assert Counter(map(tuple, pool.submitted))[2,] == 1


def test_an_error_without_an_exit_code_is_described():
    (result,) = results_of(Pool({1: ConnectionError("the worker left")}), job(1)).values()
    assert result.cause == "lost: ConnectionError: the worker left, 2 times"


@pytest.mark.parametrize("error", [EnvironmentProblemError("another version"), KeyboardInterrupt()])
def test_problems_of_the_environment_and_interrupts_end_all_jobs(error):
    pool = Pool({1: error})
    with pytest.raises(type(error)):
        results_of(pool, job(1, 2), job(3), width=1)
    assert pool.submitted == [[1, 2]]


@pytest.mark.parametrize("width", [1, 2, 5])
def test_jobs_are_taken_only_as_capacity_becomes_available(width):
    """1,000 jobs are never in memory at once: at most the width is taken before the first results are used."""
    taken = []

    def jobs():
        for run in range(1000):
            taken.append(run)
            yield job(run)

    parts = _run_jobs(Pool().submit, jobs(), width, 600.0)
    next(parts)
    assert len(taken) <= width
    assert sum(1 for _ in parts) == 999
    assert len(taken) == 1000


def test_no_jobs_give_no_results():
    assert results_of(Pool()) == {}


def test_every_run_has_exactly_one_result_for_any_pattern_of_faults():
    """All 81 combinations of finishing, dying and hanging runs, in a job of three runs and a job of one."""
    kinds = (None, LostProcessError, TimeoutError)
    for code in range(81):
        pattern = [kinds[code // 3**k % 3] for k in range(4)]
        faults = {run: kind() for run, kind in enumerate(pattern) if kind}
        parts = list(_run_jobs(Pool(faults).submit, iter([job(0, 1, 2), job(3)]), 2, 1.0))
        runs = sorted(item.spec.run for part in parts for item in part)
        assert runs == [0, 1, 2, 3], pattern
        failed = {item.spec.run for part in parts for item in part if item.weekly is None}
        assert failed == set(faults), pattern


def test_the_cause_of_an_error_is_one_line_of_at_most_300_characters():
    assert cause_of(ValueError("first line\nsecond line")) == "ValueError: first line"
    assert cause_of(ValueError("x" * 999)) == "ValueError: " + "x" * 288
    assert cause_of(KeyError()) == "KeyError"


class _Agent:
    fear, __slots__ = 0.5, ()


@pytest.mark.parametrize(
    ("name", "hint"), [("feer", ". Did you mean fear?"), ("fearr", ". Did you mean fear?"), ("x", "")]
)
def test_a_misspelt_attribute_has_the_nearest_name_in_its_cause(name, hint):
    with pytest.raises(AttributeError) as caught:
        getattr(_Agent(), name)
    assert cause_of(caught.value) == f"AttributeError: '_Agent' object has no attribute '{name}'{hint}"


def test_threads_return_the_result_of_every_run(engine, scenario):
    """The pool of threads on the synthetic engine: three workers, ten jobs, one failing run."""
    engine.add(4)
    jobs = [Job((scenario,), (RunSpec(0, run, run, 0),)) for run in range(10)]
    target = executors.ExecutionTarget(3)
    results = {item.spec.run: item for part in executors.submit_all(jobs, target) for item in part}
    assert set(results) == set(range(10))
    assert {run for run, item in results.items() if item.weekly is None} == {4}
