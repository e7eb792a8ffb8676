"""Trace a run week by week, or one week phase by phase, to locate where two runs diverge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from redbead.engine.initial_state import copy_world
from redbead.engine.simulate import Plan, advance_to, extend_tables, initialise, tables_are_full, week_context
from redbead.engine.week import PARTS, week
from redbead.jit import trace_kernels
from redbead.measures import MEASURES
from redbead.parameters import Coefficients, coefficients
from redbead.state.world import World


class Phase(NamedTuple):
    """A phase of one week.

    Attributes
    ----------
    name : str
        Name of the kernel.
    family : str
        Module of rules to which the kernel belongs.
    does : str
        First sentence of the kernel's documentation.
    world : World
        Copy of the state after the phase.
    """

    name: str
    family: str
    does: str
    world: World


def weeks(plan: Plan, seed: int, *, events: bool = False) -> Iterator[tuple[int, World]]:
    """Simulate a run and yield the state before each week.

    The state at the end of the run follows after the last week. The states are not copied: do not modify them.

    Yields
    ------
    tuple of int and World
        Number of the week, where 0 is the first week after the warm-up, and the state before it.
    """
    world = initialise(plan, seed, events=events)
    no_output = np.empty((0, world.cases.waiting.size, len(MEASURES)))
    last = plan.warm_up + plan.weeks
    for t in range(last):
        yield t - plan.warm_up, world
        world = advance_to(world, plan, seed, t, t + 1, no_output)
    yield plan.weeks, world


def world_before(plan: Plan, seed: int, number: int) -> World:
    """Return the state before a week, where weeks are counted from the end of the warm-up."""
    world = initialise(plan, seed)
    no_output = np.empty((0, world.cases.waiting.size, len(MEASURES)))
    return advance_to(world, plan, seed, 0, plan.warm_up + number, no_output)


def phases(plan: Plan, seed: int, number: int, before: World) -> list[Phase]:
    """Simulate one week on a copy of the state before it, and return every phase.

    Parameters
    ----------
    plan : Plan
        Inputs of the run.
    seed : int
        Seed of the run.
    number : int
        Week, counted from the end of the warm-up. [week]
    before : World
        State before the week. It is not modified.

    Returns
    -------
    list of Phase
        Phases in the order of the week.
    """
    world = copy_world(before)
    with np.errstate(over="ignore"):
        if tables_are_full(world):
            world = extend_tables(world)
        completed: list[Phase] = []
        t = plan.warm_up + number

        def record_phase(name: str, module: str, doc: str) -> None:
            does = " ".join(doc.partition("\n\n")[0].split()).partition(". ")[0]
            completed.append(Phase(name, module.rpartition(".")[2], does, copy_world(world)))

        with trace_kernels(record_phase):
            week(world, coefficients_of(plan, number), week_context(world, t, np.uint64(seed), 0), 0, PARTS)
    return completed


def coefficients_of(plan: Plan, number: int) -> Coefficients:
    """Return the parameters in force in a week, counted from the end of the warm-up."""
    return coefficients(plan.schedule.rows[plan.schedule.of_week[plan.warm_up + number]])


def differs(a: Any, b: Any) -> bool:  # noqa: ANN401 - any table
    """Whether two tables differ in their common rows; different lengths alone are not a difference."""
    for first, second in zip(a, b, strict=True):
        rows = min(first.shape[0], second.shape[0])
        if first[:rows].tobytes() != second[:rows].tobytes():
            return True
    return False
