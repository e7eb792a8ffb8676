"""An order is so many runs to make, and `work` makes them: the one function behind threads, processes and clusters.

Runs of one seed whose scenarios differ only after the warm-up share it: the world at its end is copied for each of
them, which changes no bit of a result.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from redbead.engine.initial_state import copy_world
from redbead.engine.simulate import Plan, RunOutput, prepare, run_from_warm_up, run_warm_up, warm_up_key
from redbead.exceptions import EnvironmentProblemError
from redbead.jit import model_digest
from redbead.scenario.library import version
from redbead.scenario.scenario import Scenario
from redbead.state.types import Reals, Whole
from redbead.state.world import World


class RunSpec(NamedTuple):
    """One run that is asked for: of which arm, its number, its seed, and which of the order's scenarios it follows."""

    arm: int
    run: int
    seed: int
    scenario: int


class RunResult(NamedTuple):
    """What became of one run.

    `weekly` is [measures, authorities, weeks after the warm-up], or None for a run that failed; then `cause` is one
    line and `trace` the whole traceback.
    """

    row: RunSpec
    seconds: float
    weekly: Reals | None
    events: Whole | None = None
    cause: str = ""
    trace: str = ""


@dataclass(frozen=True)
class Job:
    """Runs to make: their scenarios and rows, in the order in which they are made.

    `agents` are classes in place of the model's own, `events` asks for the story of every error, `sources` is the
    digest of the sources of whoever gives the order.
    """

    scenarios: tuple[Scenario, ...]
    rows: tuple[RunSpec, ...]
    agents: tuple[tuple[type[Any], type[Any]], ...] = ()
    events: bool = False
    sources: str = ""

    def only(self, rows: Sequence[RunSpec]) -> Job:
        """The same order with fewer rows."""
        return replace(self, rows=tuple(rows))


def with_source_digest(order: Job) -> Job:
    """The order with the digest of our sources, so that whoever carries it out can tell whether hers are the same."""
    return replace(order, sources=model_digest())


def refuse_other_sources(order: Job) -> None:
    """Refuse an order that was given by another version of the model.

    Raises
    ------
    EnvironmentProblemError
        The sources here are others than there.
    """
    if order.sources and order.sources != model_digest():
        msg = (
            f"a worker runs another version of redbead (here {version()}, sources {model_digest()[:12]}; asked for "
            f"{order.sources[:12]}): install the same version on every machine, then give the same command again"
        )
        raise EnvironmentProblemError(msg)


def execute(order: Job) -> Iterator[RunResult]:
    """Make the runs of an order one after the other; a run that fails becomes a record of its cause."""
    refuse_other_sources(order)
    bench = Worker(order)
    for row in order.rows:
        clock = time.perf_counter()
        try:
            outcome = bench.make(row)
        except Exception as error:  # whatever sinks one run must not sink the others
            yield failed_result(row, time.perf_counter() - clock, cause_of(error), traceback.format_exc())
            continue
        weekly = np.ascontiguousarray(outcome.weekly.transpose(2, 1, 0))
        yield RunResult(row, time.perf_counter() - clock, weekly, outcome.events)


def failed_result(row: RunSpec, seconds: float, cause: str, trace: str = "") -> RunResult:
    """The record of a run that came to nothing."""
    return RunResult(row, seconds, None, None, cause, trace)


def cause_of(error: BaseException) -> str:
    """An error in one line of bounded length."""
    return (f"{type(error).__name__}: {error}".splitlines() or [""])[0][:300]


class Worker:
    """Plans of the scenarios, laid out when first needed, and the worlds of one seed at the end of their warm-up."""

    def __init__(self, order: Job) -> None:
        self.order = order
        self._plans: dict[int, tuple[Plan, str]] = {}
        self._seed = -1
        self._worlds: dict[str, World] = {}

    def make(self, row: RunSpec) -> RunOutput:
        """One run."""
        if self.order.agents:
            return self._with_agents(row)
        plan, start = self._plan(row.scenario)
        if row.seed != self._seed:
            self._seed, self._worlds = row.seed, {}
        if start not in self._worlds:
            self._worlds[start] = run_warm_up(plan, row.seed, events=self.order.events)
        return run_from_warm_up(copy_world(self._worlds[start]), plan, row.seed)

    def _plan(self, number: int) -> tuple[Plan, str]:
        if number not in self._plans:
            plan = prepare(self.order.scenarios[number])
            self._plans[number] = plan, warm_up_key(plan)
        return self._plans[number]

    def _with_agents(self, row: RunSpec) -> RunOutput:
        """One run in which agents of somebody's own take part: week by week, in Python."""
        from redbead.engine.mesa_model import ChildrensService

        scenario = self.order.scenarios[row.scenario]
        model = ChildrensService(scenario, row.seed, agents=dict(self.order.agents), events=self.order.events)
        model.run_for_weeks(scenario.weeks)
        return model.outcome
