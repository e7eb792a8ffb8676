"""Where orders are carried out: threads of this process, processes of this machine, or a Dask cluster.

Compiled runs let go of Python's lock and go to threads. Agents of somebody's own are Python and go to processes, where
one that hangs or dies takes nobody along. Whatever the place, orders go in one by one as there is room, results come
back as they finish, and no bit of them depends on the place.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import pickle
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias

from redbead.engine.simulate import prepare, simulate
from redbead.exceptions import BadInputError, EnvironmentProblemError, Problem, RedBeadError
from redbead.execution.jobs import Job, RunResult, cause_of, execute, failed_result
from redbead.scenario.scenario import Scenario

_SHORTEST: Final = 0.02
"""A run of one week. [years]"""


@functools.cache
def compile_first() -> None:
    """Have the kernels ready, so that no run's time limit pays for compiling them."""
    simulate(prepare(Scenario(years=_SHORTEST, warm_up_years=0.0)), 0)


@dataclass
class _TimedWorker:
    """The work of one thread on an order: what it has finished, since when it has been at the run at hand."""

    order: Job
    done: list[RunResult] = field(default_factory=list)
    error: BaseException | None = None
    since: float = field(default_factory=time.monotonic)
    left: bool = False
    news: threading.Condition = field(default_factory=threading.Condition)

    def make(self) -> None:
        """Make the runs, until nobody waits for them any more."""
        try:
            for finished in execute(self.order):
                if not self._tell(finished):
                    return
        except BaseException as error:
            with self.news:
                self.error = error
                self.news.notify_all()

    def _tell(self, finished: RunResult) -> bool:
        with self.news:
            if not self.left:
                self.done.append(finished)
                self.since = time.monotonic()
                self.news.notify_all()
            return not self.left

    @property
    def ended(self) -> bool:
        """Whether there is nothing left to wait for."""
        return self.error is not None or len(self.done) == len(self.order.rows)

    def hangs(self, limit: float) -> bool:
        """Wait for the end; True if the run at hand takes longer than `limit`. [s]"""
        with self.news:
            while not self.ended:
                left = self.since + limit - time.monotonic()
                if left <= 0.0:
                    self.left = True
                    return True
                self.news.wait(left)
        return False


def execute_with_timeout(order: Job, limit: float) -> list[RunResult]:
    """Carry out an order; no run may take longer than `limit`. [s]

    Returns
    -------
    list
        One record a row, in their order; that of a run which hung says so.

    Raises
    ------
    EnvironmentProblemError
        The sources here are others than those of whoever gave the order.
    """
    if not order.agents:
        compile_first()
    done: list[RunResult] = []
    while len(done) < len(order.rows):
        shift = _TimedWorker(order.only(order.rows[len(done) :]))
        threading.Thread(target=shift.make, name="redbead-run", daemon=True).start()
        hung = shift.hangs(limit)
        if shift.error is not None:
            raise shift.error
        done += shift.done
        if hung:
            done.append(failed_result(order.rows[len(done)], limit, timeout_message(limit)))
    return done


def timeout_message(limit: float) -> str:
    """What to say of a run that took longer than it may. [s]"""
    return f"it took longer than {limit:g} s and was given up"


Submit: TypeAlias = Callable[[Job], "Future[list[RunResult]]"]

TRIES: Final = 2
"""A run whose process died is tried so often: the death may not have been its own doing."""

PER_JOB: Final = 2
"""Orders under way for each job: one at work and one that waits, so that nobody is idle and nothing piles up."""

LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")


class ExecutionTarget(NamedTuple):
    """Where to run: threads or processes of this machine (`jobs` of them), or the cluster whose scheduler is there.

    `limit` is the longest that one run may take. [s]
    """

    jobs: int
    limit: float = 600.0
    cluster: str = ""
    processes: bool = False


def submit_all(orders: Iterable[Job], place: ExecutionTarget) -> Iterator[list[RunResult]]:
    """Carry out orders and give what comes of each, as they finish.

    Raises
    ------
    BadInputError
        The address of the cluster makes no sense, or is not a safe one.
    EnvironmentProblemError
        The cluster does not answer, runs another version, or the extra for it is not installed.
    """
    opened = _on_cluster if place.cluster else _in_processes if place.processes else _on_threads
    with opened(place) as (submit, width):
        yield from _flow(submit, iter(orders), width, place.limit)


@contextmanager
def _on_threads(place: ExecutionTarget) -> Iterator[tuple[Submit, int]]:
    pool = ThreadPoolExecutor(place.jobs, thread_name_prefix="redbead")
    try:
        yield lambda order: pool.submit(execute_with_timeout, order, place.limit), PER_JOB * place.jobs
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _in_processes(place: ExecutionTarget) -> Iterator[tuple[Submit, int]]:
    from pebble import ProcessPool

    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # workers inherit it; each of them is one job
    pool = ProcessPool(place.jobs, context=multiprocessing.get_context("spawn"), initializer=_get_ready)
    try:
        yield lambda order: pool.schedule(_listed, [order], timeout=place.limit), PER_JOB * place.jobs
    finally:
        pool.stop()
        pool.join()


def _listed(order: Job) -> list[RunResult]:
    return list(execute(order))


def _get_ready() -> None:
    """Import and compile in a new process before any run's clock starts, agents' rules included."""
    from redbead.engine.mesa_agents import SocialWorker
    from redbead.engine.mesa_model import ChildrensService

    class Ordinary(SocialWorker):
        def willingness_to_report(self, severity: float = 1.0) -> float:
            return super().willingness_to_report(severity)

    small: dict[str, float | str] = {"authority.posts": 6, "time.years": 0.02, "time.warm_up_years": 0}
    from redbead.scenario.scenario import Scenario

    ChildrensService(Scenario().set(small), 0, agents={SocialWorker: Ordinary}).run_for_weeks(1)


@contextmanager
def _on_cluster(place: ExecutionTarget) -> Iterator[tuple[Submit, int]]:
    _check_address(place.cluster)
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        msg = "--cluster needs an extra: pip install 'redbead[cluster]', then give the same command again"
        raise EnvironmentProblemError(msg) from error
    try:
        client = Client(place.cluster, timeout="15s", set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        msg = f"{place.cluster}: no Dask scheduler answers there ({cause_of(error)}): start one, then try again"
        raise EnvironmentProblemError(msg) from error
    try:
        slots = sum(client.nthreads().values())
        if not slots:
            msg = f"{place.cluster}: the cluster has no worker: dask worker {place.cluster} starts one"
            raise EnvironmentProblemError(msg)
        executor = client.get_executor(pure=False, retries=TRIES)
        yield lambda order: executor.submit(execute_with_timeout, order, place.limit), PER_JOB * slots
    finally:
        client.close()


def _check_address(address: str) -> None:
    """Refuse what is no address, and an open line to another machine: whoever reaches a scheduler can run code on it.

    Raises
    ------
    BadInputError
        Says what to write instead.
    """
    kind, _, rest = address.partition("://")
    host, _, port = rest.rpartition(":")
    if kind not in ("tcp", "tls") or not host or not port.isdigit():
        what, hint = f"{address}: not an address of a scheduler", "such as tcp://127.0.0.1:8786"
    elif kind == "tcp" and host not in LOOPBACK:
        what = f"{address}: tcp:// to another machine is open to anybody on the way"
        hint = "use a scheduler with TLS (tls://...), or a tunnel to tcp://127.0.0.1"
    else:
        return
    raise BadInputError([Problem("--cluster", what=what, hint=hint)])


def _flow(submit: Submit, orders: Iterator[Job], width: int, limit: float) -> Iterator[list[RunResult]]:
    """Keep `width` orders under way; what breaks is tried again, one run at a time, so that only the culprit fails."""
    again: deque[tuple[Job, int]] = deque()
    live: dict[Future[list[RunResult]], tuple[Job, int]] = {}
    while True:
        while len(live) < width and (item := again.popleft() if again else _next(orders)) is not None:
            live[submit(item[0])] = item
        if not live:
            return
        for future in wait(live, return_when=FIRST_COMPLETED).done:
            order, tries = live.pop(future)
            error = future.exception()
            if error is None:
                yield future.result()
            elif isinstance(error, RedBeadError | KeyboardInterrupt):
                raise error
            elif len(order.rows) > 1:
                again.extend((order.only([row]), tries) for row in order.rows)
            elif not isinstance(error, TimeoutError) and tries < TRIES:
                again.append((order, tries + 1))
            else:
                yield [_lost(order, error, limit)]


def _next(orders: Iterator[Job]) -> tuple[Job, int] | None:
    order = next(orders, None)
    return None if order is None else (order, 1)


def _lost(order: Job, error: BaseException, limit: float) -> RunResult:
    """The record of a run that took its place down with it."""
    if isinstance(error, TimeoutError):
        return failed_result(order.rows[0], limit, timeout_message(limit))
    code = getattr(error, "exitcode", None)
    told = f"its process died (exit code {code})" if code is not None else f"its place was lost: {cause_of(error)}"
    return failed_result(order.rows[0], 0.0, told)


def can_travel(agents: Iterable[tuple[type[Any], type[Any]]]) -> bool:
    """Whether another process can import these classes; those of a notebook's cells live in this one only."""
    try:
        pickle.dumps(tuple(agents))
    except (pickle.PicklingError, AttributeError):
        return False
    return all(own.__module__ != "__main__" for _, own in agents)
