"""Executors of jobs: threads of this process, processes on this machine, or a Dask cluster.

Compiled runs release Python's global lock and use threads. Custom agents run in separate processes, so that a hang or
crash cannot affect other runs. Jobs are submitted as capacity becomes available and results are returned as they
finish. Results do not depend on the executor.
"""

from __future__ import annotations

import functools
import os
import pickle
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias

from redbead.exceptions import BadInputError, EnvironmentProblemError, Problem, RedBeadError
from redbead.execution.jobs import Job, RunResult, cause_of, execute, failed_result
from redbead.execution.process_pool import RestartingPool, cause_of_exit
from redbead.scenario.scenario import Scenario

_ONE_WEEK: Final = 0.02
"""Duration of a run of one week. [years]"""


@functools.cache
def compile_kernels() -> None:
    """Compile the kernels, so that compilation does not count towards the time limit of a run."""
    from redbead.engine.simulate import prepare, simulate

    simulate(prepare(Scenario(years=_ONE_WEEK, warm_up_years=0.0)), 0)


@dataclass
class _TimedWorker:
    """A thread that executes a job, its finished runs, and the time at which its current run started."""

    job: Job
    done: list[RunResult] = field(default_factory=list)
    error: BaseException | None = None
    run_started: float = field(default_factory=time.monotonic)
    abandoned: bool = False
    changed: threading.Condition = field(default_factory=threading.Condition)

    def work(self) -> None:
        """Execute the runs until the job is finished or abandoned."""
        try:
            for result in execute(self.job):
                if not self._store(result):
                    return
        except BaseException as error:
            with self.changed:
                self.error = error
                self.changed.notify_all()

    def _store(self, result: RunResult) -> bool:
        with self.changed:
            if not self.abandoned:
                self.done.append(result)
                self.run_started = time.monotonic()
                self.changed.notify_all()
            return not self.abandoned

    @property
    def ended(self) -> bool:
        """Whether the job has finished or failed."""
        return self.error is not None or len(self.done) == len(self.job.specs)

    def exceeds(self, limit: float) -> bool:
        """Wait for the job. Return True as soon as a run exceeds ``limit``. [s]"""
        with self.changed:
            while not self.ended:
                left = self.run_started + limit - time.monotonic()
                if left <= 0.0:
                    self.abandoned = True
                    return True
                self.changed.wait(left)
        return False


def execute_with_timeout(job: Job, limit: float) -> list[RunResult]:
    """Execute a job with a time limit per run.

    Parameters
    ----------
    job : Job
        The runs.
    limit : float
        Time limit per run. [s]

    Returns
    -------
    list of RunResult
        One result per run, in order. A run that exceeded the limit has a result with this cause.

    Raises
    ------
    EnvironmentProblemError
        If the job comes from another version of the model.
    """
    if not job.agents:
        compile_kernels()
    done: list[RunResult] = []
    while len(done) < len(job.specs):
        worker = _TimedWorker(job.subset(job.specs[len(done) :]))
        threading.Thread(target=worker.work, name="redbead-run", daemon=True).start()
        timed_out = worker.exceeds(limit)
        if worker.error is not None:
            raise worker.error
        done += worker.done
        if timed_out:
            done.append(failed_result(job.specs[len(done)], limit, timeout_message(limit)))
    return done


def timeout_message(limit: float) -> str:
    """Cause of a run that exceeded its time limit. [s]"""
    return f"the run exceeded the time limit of {limit:g} s and was abandoned"


Submit: TypeAlias = Callable[[Job], "Future[list[RunResult]]"]

MAX_ATTEMPTS: Final = 2
"""Attempts per run whose process died, since another run may have caused the crash. Dask repeats this often besides."""

JOBS_IN_FLIGHT: Final = 2
"""Jobs per worker that are submitted at a time: one that runs and one that waits."""

LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")


class ExecutionTarget(NamedTuple):
    """Where to execute runs.

    Parameters
    ----------
    jobs : int
        Number of threads or processes.
    limit : float
        Time limit per run. [s]
    cluster : str
        Address of a Dask scheduler; empty to run on this machine.
    processes : bool
        Whether to use processes instead of threads.
    """

    jobs: int
    limit: float = 600.0
    cluster: str = ""
    processes: bool = False


def submit_all(jobs: Iterable[Job], target: ExecutionTarget) -> Iterator[list[RunResult]]:
    """Execute jobs and yield the results of each as it finishes.

    Parameters
    ----------
    jobs : iterable of Job
        The jobs. They are consumed as capacity becomes available.
    target : ExecutionTarget
        Where to execute them.

    Yields
    ------
    list of RunResult
        Results of one job.

    Raises
    ------
    BadInputError
        If the address of the cluster is not valid or not safe.
    EnvironmentProblemError
        If the cluster does not answer or runs another version, or the package for clusters is not installed.
    """
    pool = _cluster_pool if target.cluster else _process_pool if target.processes else _thread_pool
    with pool(target) as (submit, width):
        yield from _run_jobs(submit, iter(jobs), width, target.limit)


@contextmanager
def _thread_pool(target: ExecutionTarget) -> Iterator[tuple[Submit, int]]:
    pool = ThreadPoolExecutor(target.jobs, thread_name_prefix="redbead")

    def submit(job: Job) -> Future[list[RunResult]]:
        if not job.agents:
            compile_kernels()  # before the first thread starts, since numba loads faster then
        return pool.submit(execute_with_timeout, job, target.limit)

    try:
        yield submit, JOBS_IN_FLIGHT * target.jobs
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _process_pool(target: ExecutionTarget) -> Iterator[tuple[Submit, int]]:
    # Inherited by the workers: each uses one core, and imports no file such as queue.py from the current folder.
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "PYTHONSAFEPATH")
    added = [name for name in names if name not in os.environ]
    os.environ.update(dict.fromkeys(added, "1"))
    pool = RestartingPool(target.jobs, target.limit)
    try:
        yield pool.submit, JOBS_IN_FLIGHT * target.jobs
    finally:
        pool.stop()
        for name in added:
            os.environ.pop(name, None)


@contextmanager
def _cluster_pool(target: ExecutionTarget) -> Iterator[tuple[Submit, int]]:
    _check_address(target.cluster)
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        msg = (
            "--cluster needs the package 'distributed', which is not installed.\n    Run pip install "
            "'redbead[cluster]', then run the same command again."
        )
        raise EnvironmentProblemError(msg) from error
    try:
        client = Client(target.cluster, timeout="15s", set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        msg = (
            f"{target.cluster}: no Dask scheduler answers at this address ({cause_of(error)}).\n    Start a scheduler "
            "with 'dask scheduler', then run the same command again."
        )
        raise EnvironmentProblemError(msg) from error
    try:
        slots = sum(client.nthreads().values())
        if not slots:
            msg = f"{target.cluster}: the cluster has no worker.\n    Start one with 'dask worker {target.cluster}'."
            raise EnvironmentProblemError(msg)
        executor = client.get_executor(pure=False, retries=MAX_ATTEMPTS)
        yield lambda job: executor.submit(execute_with_timeout, job, target.limit), JOBS_IN_FLIGHT * slots
    finally:
        client.close()


def _check_address(address: str) -> None:
    """Check the address of a scheduler, and refuse unencrypted connections to other machines.

    Any user who can reach a scheduler can run code on it.

    Raises
    ------
    BadInputError
        If the address is not valid or not safe. The message gives an alternative.
    """
    kind, _, rest = address.partition("://")
    host, _, port = rest.rpartition(":")
    if kind not in ("tcp", "tls") or not host or not port.isdigit():
        what, hint = "is not the address of a scheduler", "Write it as tcp://127.0.0.1:8786."
    elif kind == "tcp" and host not in LOOPBACK:
        what = "is not safe: tcp:// to another machine is not encrypted"
        hint = "Use a scheduler with TLS (tls://...), or a tunnel to tcp://127.0.0.1."
    else:
        return
    raise BadInputError([Problem("--cluster", key=address, what=what, hint=hint)])


def _run_jobs(submit: Submit, jobs: Iterator[Job], width: int, limit: float) -> Iterator[list[RunResult]]:
    """Keep ``width`` jobs submitted. Runs of a job that broke are repeated one by one, so that only its cause fails."""
    retries: deque[tuple[Job, int]] = deque()
    pending: dict[Future[list[RunResult]], tuple[Job, int]] = {}
    while True:
        while len(pending) < width and (item := retries.popleft() if retries else _next_job(jobs)) is not None:
            pending[submit(item[0])] = item
        if not pending:
            return
        for future in wait(pending, return_when=FIRST_COMPLETED).done:
            job, tries = pending.pop(future)
            error = future.exception()
            if error is None:
                yield future.result()
            elif isinstance(error, RedBeadError | KeyboardInterrupt):
                raise error
            elif isinstance(error, BrokenExecutor):  # no fault of the job, which has not started
                retries.append((job, tries))
            elif len(job.specs) > 1:
                retries.extend((job.subset([spec]), tries) for spec in job.specs)
            elif not isinstance(error, TimeoutError) and tries < MAX_ATTEMPTS:
                retries.append((job, tries + 1))
            else:
                yield [_crashed_result(job, error, limit)]


def _next_job(jobs: Iterator[Job]) -> tuple[Job, int] | None:
    job = next(jobs, None)
    return None if job is None else (job, 1)


def _crashed_result(job: Job, error: BaseException, limit: float) -> RunResult:
    """Create the result of a run whose process or worker was lost."""
    if isinstance(error, TimeoutError):
        return failed_result(job.specs[0], limit, timeout_message(limit))
    code = getattr(error, "exitcode", None)
    cause = f"lost: {cause_of(error)}" if code is None else cause_of_exit(code)
    return failed_result(job.specs[0], 0.0, f"{cause}, {MAX_ATTEMPTS} times")


def can_be_imported(agents: Iterable[tuple[type[Any], type[Any]]]) -> bool:
    """Whether other processes can import these classes. Classes defined in a notebook exist in its process only."""
    try:
        pickle.dumps(tuple(agents))
    except (pickle.PicklingError, AttributeError):
        return False
    return all(custom.__module__ != "__main__" for _, custom in agents)
