"""A run looked at from inside: week by week, and phase by phase where two worlds part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from redbead.engine.initial_state import copy_world
from redbead.engine.simulate import Plan, advance_to, extend_tables, initialise, tables_are_full, week_context
from redbead.engine.week import week
from redbead.jit import trace_kernels
from redbead.measures import MEASURES
from redbead.parameters import Coefficients, coefficients
from redbead.state.world import World


class Phase(NamedTuple):
    """A phase that has just ended: its name, the family of rules it belongs to, what it does, the world after it."""

    name: str
    family: str
    does: str
    world: World


def weeks(plan: Plan, seed: int, *, events: bool = False) -> Iterator[tuple[int, World]]:
    """Live through a run; gives each week's number (0 is the first after the warm-up) and the world before it.

    After the last week comes the world at the end. The world is the run's own: look, and do not touch.
    """
    world = initialise(plan, seed, events=events)
    unwatched = np.empty((0, world.cases.waiting.size, len(MEASURES)))
    last = plan.warm_up + plan.weeks
    for t in range(last):
        yield t - plan.warm_up, world
        world = advance_to(world, plan, seed, t, t + 1, unwatched)
    yield plan.weeks, world


def world_before(plan: Plan, seed: int, number: int) -> World:
    """The world before a week, counted from the end of the warm-up."""
    world = initialise(plan, seed)
    unwatched = np.empty((0, world.cases.waiting.size, len(MEASURES)))
    return advance_to(world, plan, seed, 0, plan.warm_up + number, unwatched)


def phases(plan: Plan, seed: int, number: int, before: World) -> list[Phase]:
    """Live through one week phase by phase, on a copy of the world before it."""
    world = copy_world(before)
    with np.errstate(over="ignore"):
        if tables_are_full(world):
            world = extend_tables(world)
        told: list[Phase] = []
        t = plan.warm_up + number

        def tell(name: str, module: str, doc: str) -> None:
            does = " ".join(doc.partition("\n\n")[0].split()).partition(". ")[0]
            told.append(Phase(name, module.rpartition(".")[2], does, copy_world(world)))

        with trace_kernels(tell):
            week(world, coefficients_of(plan, number), week_context(world, t, np.uint64(seed), 0), None)
    return told


def coefficients_of(plan: Plan, number: int) -> Coefficients:
    """The parameters in force in a week."""
    return coefficients(plan.schedule.rows[plan.schedule.of_week[plan.warm_up + number]])


def differs(a: Any, b: Any) -> bool:  # noqa: ANN401 - any table
    """Whether two tables differ in anything; one that has grown longer than the other does not by that alone."""
    for first, second in zip(a, b, strict=True):
        many = min(first.shape[0], second.shape[0])
        if first[:many].tobytes() != second[:many].tobytes():
            return True
    return False
