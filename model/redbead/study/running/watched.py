"""Carry out an order while keeping an eye on it: a run that takes too long is given up, the others are made.

Nothing in Python can stop a thread that hangs. The thread that makes the runs is left behind where it hangs (it ends
with the process), and another one goes on with the rest of the order.
"""

from __future__ import annotations

import functools
import threading
import time
from dataclasses import dataclass, field
from typing import Final

from redbead.engine.run import prepare, simulate
from redbead.scenario.spec import Scenario
from redbead.study.running.orders import Finished, Order, failed, work

_SHORTEST: Final = 0.02
"""A run of one week. [years]"""


@functools.cache
def compile_first() -> None:
    """Have the kernels ready, so that no run's time limit pays for compiling them."""
    simulate(prepare(Scenario(years=_SHORTEST, warm_up_years=0.0)), 0)


@dataclass
class _Shift:
    """The work of one thread on an order: what it has finished, since when it has been at the run at hand."""

    order: Order
    done: list[Finished] = field(default_factory=list)
    error: BaseException | None = None
    since: float = field(default_factory=time.monotonic)
    left: bool = False
    news: threading.Condition = field(default_factory=threading.Condition)

    def make(self) -> None:
        """Make the runs, until nobody waits for them any more."""
        try:
            for finished in work(self.order):
                if not self._tell(finished):
                    return
        except BaseException as error:
            with self.news:
                self.error = error
                self.news.notify_all()

    def _tell(self, finished: Finished) -> bool:
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


def attend(order: Order, limit: float) -> list[Finished]:
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
    done: list[Finished] = []
    while len(done) < len(order.rows):
        shift = _Shift(order.only(order.rows[len(done) :]))
        threading.Thread(target=shift.make, name="redbead-run", daemon=True).start()
        hung = shift.hangs(limit)
        if shift.error is not None:
            raise shift.error
        done += shift.done
        if hung:
            done.append(failed(order.rows[len(done)], limit, too_long(limit)))
    return done


def too_long(limit: float) -> str:
    """What to say of a run that took longer than it may. [s]"""
    return f"it took longer than {limit:g} s and was given up"
