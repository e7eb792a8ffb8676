"""Simulation of one run: a pure function of a resolved scenario and a seed.

A compiled kernel advances the state by many weeks at once. If a table is full, the kernel stops before the next week,
the tables are extended, and the kernel continues.
"""

from __future__ import annotations

import hashlib
import math
from typing import Final, NamedTuple

import numpy as np

from redbead.engine.initial_state import allocate_tables, copy_world, initialise_authority, with_event_log
from redbead.engine.parallel_compilation import start_second_process
from redbead.engine.week import PARTS, record, week
from redbead.jit import kernel, rule
from redbead.measures import MEASURES
from redbead.parameters import coefficients, index_of
from redbead.scenario.scenario import Scenario
from redbead.scenario.schedule import Schedule, schedule
from redbead.state.constants import Reals, Whole
from redbead.state.practice_errors import MOST_ERRORS, Errors
from redbead.state.world import EventLog, WeekContext, World

MOST_ATTENTION = 2.0
"""Public attention for which additional posts are allocated; more attention has no further effect. [index]"""


BEFORE: Final = -1
"""Week before the first, in which the initial state is set. [week]"""


class Plan(NamedTuple):
    """Inputs that all runs of a scenario share: allocated tables, scheduled parameters, and length."""

    template: World
    schedule: Schedule
    warm_up: int
    weeks: int


class RunOutput(NamedTuple):
    """Output of one run.

    Attributes
    ----------
    weekly : numpy.ndarray
        Measures, of shape [weeks after the warm-up, authorities, measures].
    events : numpy.ndarray or None
        Event log of shape [events, 8], or None if no events were recorded.
    """

    weekly: Reals
    events: Whole | None


def prepare(scenario: Scenario) -> Plan:
    """Allocate the tables and schedule the parameters, once for all runs of a scenario.

    Parameters
    ----------
    scenario : Scenario
        Resolved scenario.

    Returns
    -------
    Plan
        Shared inputs of the runs.

    Examples
    --------
    >>> from redbead.scenario.loader import load
    >>> plan = prepare(load("baseline"))
    >>> plan.warm_up, plan.weeks
    (156, 520)
    """
    plan = schedule(scenario)
    c = coefficients(plan.rows[plan.of_week[0]])
    extra = float(plan.rows[:, index_of("authority.extra_posts")].max())
    takeover = float(
        (plan.rows[:, index_of("takeover.funding")] * (plan.rows[:, index_of("takeover.chance")] > 0)).max()
    )
    publicity = MOST_ATTENTION * float(plan.rows[:, index_of("publicity.money")].max())
    rows = math.ceil(c.authority.posts * (1.0 + max(0.0, extra) + takeover + publicity) - 1e-9)
    return Plan(allocate_tables(c.authority, rows), plan, scenario.warm_up_weeks, scenario.weeks)


def simulate(plan: Plan, seed: int, *, events: bool = False, recording: bool = True) -> RunOutput:
    """Simulate one run.

    The same plan and seed give identical bytes in every thread and process, and on every machine of the same kind.

    Parameters
    ----------
    plan : Plan
        Inputs from :func:`prepare`.
    seed : int
        Seed of the run, 0 to 2**64 - 1.
    events : bool, optional
        Record the event log.
    recording : bool, optional
        Record the weekly measures.

    Returns
    -------
    RunOutput
        Weekly measures and, if requested, the event log.
    """
    return run_from_warm_up(run_warm_up(plan, seed, events=events), plan, seed, recording=recording)


def warm_up_key(plan: Plan) -> str:
    """Return a digest of all inputs of the warm-up, in hexadecimal. Plans with equal digests can share a warm-up.

    The digest covers the length of the warm-up, the number of posts, and the parameters in force until its end.
    Without a warm-up it covers the parameters of the first week, which determine the initial state.
    """
    until = plan.schedule.of_week[: max(1, plan.warm_up)]
    digest = hashlib.sha256(f"{plan.warm_up} {plan.template.workers.status.size}".encode())
    digest.update(np.ascontiguousarray(plan.schedule.rows[until]).tobytes())
    return digest.hexdigest()


def run_warm_up(plan: Plan, seed: int, *, events: bool = False) -> World:
    """Return the state at the end of the warm-up.

    Copy it before each call to :func:`run_from_warm_up`, which modifies it in place.
    """
    world = initialise(plan, seed, events=events)
    no_output = np.empty((0, world.cases.waiting.size, len(MEASURES)))
    return advance_to(world, plan, seed, 0, plan.warm_up, no_output)


def run_from_warm_up(world: World, plan: Plan, seed: int, *, recording: bool = True) -> RunOutput:
    """Run from the end of the warm-up to the end of the scenario. This modifies ``world`` in place."""
    out = np.empty((plan.weeks if recording else 0, world.cases.waiting.size, len(MEASURES)))
    world = advance_to(world, plan, seed, plan.warm_up, plan.warm_up + plan.weeks, out)
    return RunOutput(out, events_of(world, plan.warm_up))


def events_of(world: World, warm_up: int) -> Whole | None:
    """Return the event log, of shape [events, 8], or None if no events were recorded.

    Weeks are counted from the end of the warm-up.
    """
    if world.event_log.event.shape[0] == 0:
        return None
    log = world.event_log.event[: world.event_log.written[0]].copy()
    log[:, 0] -= warm_up
    return log


def initialise(plan: Plan, seed: int, *, events: bool = False) -> World:
    """Return the initial state of one run, on a copy of the allocated tables."""
    start_second_process()
    world = copy_world(plan.template)
    if events:
        world = with_event_log(world, 2 * _events_in_a_week(world))
    no_output = np.empty((0, world.cases.waiting.size, len(MEASURES)))
    return advance_to(world, plan, seed, BEFORE, 0, no_output)


def advance_to(world: World, plan: Plan, seed: int, first: int, last: int, out: Reals) -> World:
    """Advance the state from week ``first`` to the start of week ``last``, and extend the tables when they are full.

    Parameters
    ----------
    world : World
        State before week ``first``, which is modified in place.
    out : numpy.ndarray
        Array for the weekly measures after the warm-up, or an array without rows.

    Returns
    -------
    World
        State before week ``last``. It is a new tuple if the tables were extended.
    """
    with np.errstate(over="ignore"):  # the generator overflows by design; only plain Python warns
        while first < last:
            first = advance(
                world, plan.schedule.rows, plan.schedule.of_week, np.uint64(seed), first, last, plan.warm_up, out
            )
            if first < last:
                world = extend_tables(world)
    return world


def extend_tables(world: World) -> World:
    """Return the same state with tables of errors and events twice as long. Results do not depend on the length."""
    blocks = [column.reshape(world.errors.live.size, -1) for column in world.errors[1:]]
    columns = [np.concatenate([block, np.zeros_like(block)], axis=1).ravel() for block in blocks]
    events = world.event_log.event
    grown = np.zeros((2 * events.shape[0], events.shape[1]), dtype=np.int64)
    grown[: events.shape[0]] = events
    return world._replace(
        errors=Errors(world.errors.live, *columns), event_log=EventLog(world.event_log.written, grown)
    )


@kernel
def _events_in_a_week(world: World) -> int:
    """Upper limit of the events of one week: seven per live or new error, and seven per post and team."""
    live = 0
    for a in range(world.errors.live.size):
        live += world.errors.live[a]
    people = world.workers.status.size
    return 7 * (live + MOST_ERRORS * people) + 7 * (people + world.managers.fear.size) + 64


@kernel
def tables_are_full(world: World) -> bool:
    """Whether the free rows might not be sufficient for another week."""
    block = world.errors.author.size // world.errors.live.size
    for a in range(world.errors.live.size):
        posts = world.blocks.first_post[a + 1] - world.blocks.first_post[a]
        if world.errors.live[a] + MOST_ERRORS * posts > block:
            return True
    rows = world.event_log.event.shape[0]
    return bool(rows > 0 and world.event_log.written[0] + _events_in_a_week(world) > rows)


@rule
def week_context(world: World, t: int, seed: np.uint64, a: int) -> WeekContext:
    """Context of one week for one authority.

    Parameters
    ----------
    t : int
        Week, counted from the start of the warm-up. [week]
    seed : numpy.uint64
        Seed of the run.
    a : int
        Row of the authority.
    """
    blocks = world.blocks
    return WeekContext(
        t, seed, a, blocks.first_post[a], blocks.first_post[a + 1], blocks.first_team[a], blocks.first_team[a + 1]
    )  # fmt: skip


@kernel
def initialise_authorities(world: World, row: Reals, seed: np.uint64) -> None:
    """Set the initial state of every authority."""
    c = coefficients(row)
    for a in range(world.cases.waiting.size):
        initialise_authority(world, c, week_context(world, 0, seed, a))


@kernel
def advance(
    world: World, rows: Reals, of_week: Whole, seed: np.uint64, first: int, last: int, warm_up: int, out: Reals
) -> int:
    """Advance by whole weeks, record those after the warm-up, and return the week reached.

    It also sets the initial state, because each kernel that Python calls takes seconds to compile for this many tables.

    Parameters
    ----------
    rows : numpy.ndarray
        Parameters, one row per distinct week.
    of_week : numpy.ndarray
        Row of ``rows`` for each week.
    out : numpy.ndarray
        Array for the weekly measures, or an array without rows.

    Returns
    -------
    int
        ``last``, or an earlier week before which the tables must be extended. [week]
    """
    for t in range(first, last):
        if t == BEFORE:
            initialise_authorities(world, rows[of_week[0]], seed)
            continue
        if tables_are_full(world):
            return t
        c = coefficients(rows[of_week[t]])
        for a in range(world.cases.waiting.size):
            now = week_context(world, t, seed, a)
            week(world, c, now, 0, PARTS)
            if t >= warm_up and out.shape[0] > 0:
                record(world, out[t - warm_up, a], now)
    return last


@kernel
def advance_part(
    world: World, rows: Reals, of_week: Whole, seed: np.uint64, t: int, first: int, last: int, warm_up: int, out: Reals
) -> bool:
    """Simulate the parts of week ``t`` from ``first`` to ``last - 1``; record it after the last part.

    Returns
    -------
    bool
        False, with nothing done, if the tables must be extended before the week; otherwise True.
    """
    if first == 0 and tables_are_full(world):
        return False
    c = coefficients(rows[of_week[t]])
    for a in range(world.cases.waiting.size):
        now = week_context(world, t, seed, a)
        week(world, c, now, first, last)
        if last == PARTS and t >= warm_up:
            record(world, out[t - warm_up, a], now)
    return True
