"""Processes of this machine that execute jobs: start, replacement of broken pools, and causes of death."""

from __future__ import annotations

import multiprocessing
import os
import secrets
import signal
import sys
import tempfile
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Final

from redbead.compile_cache import cache_folder, is_cached
from redbead.exceptions import BadInputError, EnvironmentProblemError, Problem
from redbead.execution.jobs import Job, RunResult, cause_of, execute

if TYPE_CHECKING:
    from pebble import ProcessPool

_LAST_KERNEL: Final = "advance_part"
"""Last kernel that a run with custom agents compiles."""

MAX_RESTARTS: Final = 2
"""Restarts of a pool of which a process died while it started, before the batch is given up."""


class RestartingPool:
    """Processes that execute jobs. A process that dies while it starts breaks a pool, which is then replaced.

    Parameters
    ----------
    jobs : int
        Number of processes.
    limit : float
        Time limit of a job. [s]
    """

    def __init__(self, jobs: int, limit: float) -> None:
        self._jobs, self._limit = jobs, limit
        self._restarts = 0
        self._unguarded = Path(tempfile.gettempdir()) / f"redbead-{os.getpid()}-{secrets.token_hex(8)}"
        self._pool = self._start()

    def _start(self) -> ProcessPool:
        from pebble import ProcessPool

        os.environ[_UNGUARDED] = str(self._unguarded)
        if cache_folder() is not None and not is_cached(_LAST_KERNEL):
            compile_for_agents()  # here, so that the processes need not all do the same
        context = multiprocessing.get_context("spawn")
        return ProcessPool(self._jobs, context=context, initializer=_initialise_process)

    def submit(self, job: Job) -> Future[list[RunResult]]:
        """Submit a job.

        Raises
        ------
        EnvironmentProblemError
            If processes die again and again while they start.
        """
        while True:
            try:
                future: Future[list[RunResult]] = self._pool.schedule(_execute_all, [job], timeout=self._limit)
                return future
            except RuntimeError as error:  # the pool is broken; the futures of its jobs have the error, too
                self._restart(error)

    def _restart(self, error: RuntimeError) -> None:
        if self._unguarded.exists():
            raise BadInputError([_unguarded_script()]) from None
        if self._restarts == MAX_RESTARTS:
            msg = (
                f"A process died while it started, {MAX_RESTARTS + 1} times: {cause_of(error)}.\n"
                "    The memory may be too small, or the number of processes limited. Stop other programs or use "
                "--jobs 1, then run the same command again. Finished runs are kept."
            )
            raise EnvironmentProblemError(msg) from error
        self._restarts += 1
        self.stop()
        self._pool = self._start()

    def stop(self) -> None:
        """End all processes."""
        self._pool.stop()
        self._pool.join()
        self._unguarded.unlink(missing_ok=True)
        os.environ.pop(_UNGUARDED, None)


_UNGUARDED: Final = "REDBEAD_UNGUARDED_SCRIPT"
"""Variable with the path of a file that a process creates if the script which it imports would start processes."""


def end_if_started_by_import() -> None:
    """End this process if it imports the script of its parent, which would start processes again without end.

    Processes import the script of their parent when they start. Its calls of this package must therefore be below the
    line ``if __name__ == "__main__":``. The parent reports a script without it.
    """
    if getattr(multiprocessing.current_process(), "_inheriting", False) and _UNGUARDED in os.environ:
        Path(os.environ[_UNGUARDED]).touch()
        os._exit(1)


def _unguarded_script() -> Problem:
    """Problem of a script that starts processes whenever it is imported."""
    script = Path(getattr(sys.modules["__main__"], "__file__", None) or "python").name
    what = "the call with custom agents must be below if __name__ == '__main__'"
    hint = "Write if __name__ == '__main__': above the call, because each process imports the script when it starts."
    return Problem(script, what=what, hint=hint)


def _execute_all(job: Job) -> list[RunResult]:
    return list(execute(job))


_ENDED_ITSELF: Final = 70
"""Exit code of a process whose run calls ``os._exit(0)``. The pool would wait for ever for one that ends with 0."""


def _initialise_process() -> None:
    """Import and compile everything in a new process, before a run is timed."""
    end = os._exit
    os._exit = lambda status: end(status or _ENDED_ITSELF)
    compile_for_agents()


def compile_for_agents() -> None:
    """Compile what a run with custom agents needs, including the rules of agents."""
    from redbead.engine.mesa_agents import SocialWorker
    from redbead.engine.mesa_model import ChildrensService
    from redbead.scenario.scenario import Scenario

    class Ordinary(SocialWorker):
        def willingness_to_report(self, severity: float = 1.0) -> float:
            return super().willingness_to_report(severity)

    small: dict[str, float | str] = {"authority.posts": 6, "time.years": 0.02, "time.warm_up_years": 0}
    ChildrensService(Scenario().set(small), 0, agents={SocialWorker: Ordinary}).run_for_weeks(1)


def cause_of_exit(code: int) -> str:
    """Describe why a process died, from its exit code or the negative number of a signal.

    >>> cause_of_exit(-9)
    'the process of the run was killed (SIGKILL; the memory may be too small)'
    """
    if code == _ENDED_ITSELF:
        return "the run ended its process (os._exit)"
    if code > 0:
        return f"the process of the run ended with exit code {code} (a rule may call os._exit)"
    name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
    remark = "; the memory may be too small" if name == "SIGKILL" else ""
    return f"the process of the run was killed ({name}{remark})"
