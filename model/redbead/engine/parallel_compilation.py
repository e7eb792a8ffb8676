"""Compilation of the model by two processes at once, which saves a third of the time until the first result.

numba compiles in one thread. The process that needs the model compiles the phases of the week from the first to the
last. A second process compiles them from the last to the first, until it finds one in the cache that the first process
has compiled. The first process finds the others there, and compiles the loop over weeks.
"""

from __future__ import annotations

import atexit
import functools
import os
import subprocess
import sys
import threading
from contextlib import suppress
from typing import Final

import numpy as np

from redbead.compile_cache import cache_folder, is_cached
from redbead.engine.initial_state import allocate_tables
from redbead.engine.week import PHASES, record
from redbead.jit import OFF, compile_inner
from redbead.measures import MEASURES
from redbead.parameters import coefficients
from redbead.scenario.scenario import Scenario
from redbead.scenario.schedule import schedule
from redbead.state.world import WeekContext

_lock = threading.Lock()

_COMMAND: Final = (
    "import sys; sys.path[:] = sys.argv[1:]\n"  # that of the first process; nothing is imported from its folder
    f"from {__name__} import compile_from_the_end; compile_from_the_end()"
)


def start_second_process() -> None:
    """Start the second process, if anything is to be compiled and there is a second processor; once per process."""
    with _lock:
        _start()


@functools.cache
def _start() -> None:
    if OFF or cache_folder() is None or is_cached(record.__name__) or _processors() < 2:
        return
    with suppress(OSError):  # where no process can be started, this one compiles everything
        process = subprocess.Popen(  # noqa: S603 - this Python, with text of this module
            [sys.executable, "-c", _COMMAND, *sys.path],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        atexit.register(_end, process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def _processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def compile_from_the_end() -> None:
    """Compile the record and the phases of the week from the last to the first, until one is found in the cache."""
    plan = schedule(Scenario())
    c = coefficients(plan.rows[0])
    world = allocate_tables(c.authority, 1)
    now = WeekContext(0, np.uint64(0), 0, 0, 0, 0, 0)
    compile_inner(record, world, np.empty(len(MEASURES)), now)
    for phase in reversed(PHASES):
        if not compile_inner(phase, world, c, now):
            return
