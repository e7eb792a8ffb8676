"""One run: a pure function of (resolved scenario, seed), advanced by many weeks in one kernel."""

from __future__ import annotations

import hashlib
import math
from typing import NamedTuple

import numpy as np

from redbead.engine.initial_state import allocate_tables, copy_world, initialise_authority, with_event_log
from redbead.engine.week import record, week
from redbead.jit import kernel, rule
from redbead.measures import MEASURES
from redbead.parameters import coefficients, index_of
from redbead.scenario.scenario import Scenario
from redbead.scenario.schedule import Schedule, schedule
from redbead.state.practice_errors import MOST_ERRORS, Errors
from redbead.state.types import Reals, Whole
from redbead.state.world import EventLog, WeekContext, World

MOST_ATTENTION = 2.0
"""Public attention for which desks are laid out; money beyond it finds no desk, unless other desks are free. [index]"""


class Plan(NamedTuple):
    """What all runs of a scenario share: the laid-out world, the bent parameters, the length."""

    template: World
    schedule: Schedule
    warm_up: int
    weeks: int


class RunOutput(NamedTuple):
    """One run: `weekly` is [weeks after the warm-up, authorities, measures]; `events` is [events, 8] or None."""

    weekly: Reals
    events: Whole | None


def prepare(scenario: Scenario) -> Plan:
    """Lay out the world and bend the parameters, once for all runs of the scenario."""
    plan = schedule(scenario)
    c = coefficients(plan.rows[plan.of_week[0]])
    extra = float(plan.rows[:, index_of("authority.extra_posts")].max())
    taken = float((plan.rows[:, index_of("takeover.funding")] * (plan.rows[:, index_of("takeover.chance")] > 0)).max())
    stirred = MOST_ATTENTION * float(plan.rows[:, index_of("publicity.money")].max())
    rows = math.ceil(c.authority.posts * (1.0 + max(0.0, extra) + taken + stirred) - 1e-9)
    return Plan(allocate_tables(c.authority, rows), plan, scenario.warm_up_weeks, scenario.weeks)


def simulate(plan: Plan, seed: int, *, events: bool = False, recording: bool = True) -> RunOutput:
    """Run once. The same plan and seed give the same bytes on every thread, process and machine of a kind."""
    return run_from_warm_up(run_warm_up(plan, seed, events=events), plan, seed, recording=recording)


def warm_up_key(plan: Plan) -> str:
    """A digest of what decides a run up to the end of its warm-up: plans with equal starts can share it. [hexadecimal]

    That is the length of the warm-up, the number of desks, and the parameters in force until then (those of the first
    week of all where there is no warm-up: the world is founded with them).
    """
    until = plan.schedule.of_week[: max(1, plan.warm_up)]
    digest = hashlib.sha256(f"{plan.warm_up} {plan.template.workers.status.size}".encode())
    digest.update(np.ascontiguousarray(plan.schedule.rows[until]).tobytes())
    return digest.hexdigest()


def run_warm_up(plan: Plan, seed: int, *, events: bool = False) -> World:
    """The world at the end of the warm-up; whoever goes on from it more than once gives :func:`go_on` a copy."""
    world = initialise(plan, seed, events=events)
    unwatched = np.empty((0, world.cases.waiting.size, len(MEASURES)))
    return advance_to(world, plan, seed, 0, plan.warm_up, unwatched)


def run_from_warm_up(world: World, plan: Plan, seed: int, *, recording: bool = True) -> RunOutput:
    """Run from the end of the warm-up to the end; the world is used up."""
    out = np.empty((plan.weeks if recording else 0, world.cases.waiting.size, len(MEASURES)))
    world = advance_to(world, plan, seed, plan.warm_up, plan.warm_up + plan.weeks, out)
    return RunOutput(out, log_of(world, plan.warm_up))


def log_of(world: World, warm_up: int) -> Whole | None:
    """The event log, its weeks counted from the end of the warm-up; None where none is kept. [events, 8]"""
    if world.event_log.event.shape[0] == 0:
        return None
    log = world.event_log.event[: world.event_log.written[0]].copy()
    log[:, 0] -= warm_up
    return log


def initialise(plan: Plan, seed: int, *, events: bool = False) -> World:
    """A world of its own on its first Monday."""
    world = copy_world(plan.template)
    if events:
        world = with_event_log(world, 2 * _events_in_a_week(world))
    with np.errstate(over="ignore"):
        start(world, plan.schedule.rows[plan.schedule.of_week[0]], np.uint64(seed))
    return world


def advance_to(world: World, plan: Plan, seed: int, first: int, last: int, out: Reals) -> World:
    """Advance from week `first` to week `last`, making room in the tables when they fill up."""
    with np.errstate(over="ignore"):  # the dice wrap around on purpose; compiled code does so without a word
        while first < last:
            first = advance(
                world, plan.schedule.rows, plan.schedule.of_week, np.uint64(seed), first, last, plan.warm_up, out
            )
            if first < last:
                world = extend_tables(world)
    return world


def extend_tables(world: World) -> World:
    """The same world with tables twice as long; nothing that happens depends on their length."""
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
    """More events than one week can bring: six for each live or new error, six for each post and team."""
    live = 0
    for a in range(world.errors.live.size):
        live += world.errors.live[a]
    people = world.workers.status.size
    return 6 * (live + MOST_ERRORS * people) + 6 * (people + world.managers.fear.size) + 64


@kernel
def tables_are_full(world: World) -> bool:
    """Whether the tables might not hold another week."""
    block = world.errors.author.size // world.errors.live.size
    for a in range(world.errors.live.size):
        posts = world.blocks.first_post[a + 1] - world.blocks.first_post[a]
        if world.errors.live[a] + MOST_ERRORS * posts > block:
            return True
    rows = world.event_log.event.shape[0]
    return bool(rows > 0 and world.event_log.written[0] + _events_in_a_week(world) > rows)


@rule
def week_context(world: World, t: int, seed: np.uint64, a: int) -> WeekContext:
    """Week `t` for authority `a`."""
    place = world.blocks
    return WeekContext(
        t, seed, a, place.first_post[a], place.first_post[a + 1], place.first_team[a], place.first_team[a + 1]
    )  # fmt: skip


@kernel
def start(world: World, row: Reals, seed: np.uint64) -> None:
    """Populate every authority."""
    c = coefficients(row)
    for a in range(world.cases.waiting.size):
        initialise_authority(world, c, week_context(world, 0, seed, a))


@kernel
def advance(
    world: World, rows: Reals, of_week: Whole, seed: np.uint64, first: int, last: int, warm_up: int, out: Reals
) -> int:
    """Advance by whole weeks and record those after the warm-up; the week reached, before `last` if room ran out."""
    for t in range(first, last):
        if tables_are_full(world):
            return t
        c = coefficients(rows[of_week[t]])
        for a in range(world.cases.waiting.size):
            now = week_context(world, t, seed, a)
            week(world, c, now, None)
            if t >= warm_up and out.shape[0] > 0:
                record(world, out[t - warm_up, a], now)
    return last
