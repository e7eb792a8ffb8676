"""What becomes of hidden errors (E18, E19): fates in the proportions of their hazards, tidy rows."""

import math

import numpy as np

from redbead.behaviour.error_outcomes import compact_rows, release_leavers_errors, resolve_hidden_errors
from redbead.jit import python_function
from redbead.state.practice_errors import (
    ANALYSED,
    CLOSED,
    CONCEALED_BY_WORKER,
    DISCOVERED,
    EXPIRED,
    HARMED,
    REPAIRED,
    REPORTED,
    SUPPRESSED_BY_MANAGER,
    UNRECOGNISED,
)


def test_fates_come_in_the_proportions_of_their_hazards(world, now, c, error):
    """Competing risks: of known hidden errors, harm : found : expiry : repair as 0.002 : 0.009615 : 0.019231 : 0.0375.

    The total weekly chance is 1 - exp(-0.068346) = 0.06606; each share within 4 standard errors.
    """
    hazards = {HARMED: 0.002, DISCOVERED: 0.009615, EXPIRED: 0.019231, REPAIRED: 0.0375}
    total = sum(hazards.values())
    states = []
    for week in range(200):
        world.errors[0][0] = 0
        rows = [error(w, CONCEALED_BY_WORKER, number=k) for w in range(6) for k in range(15)]
        python_function(resolve_hidden_errors)(
            world.workers, world.errors, world.counts, world.event_log, 0.0, c.aftermath, now._replace(week=week)
        )
        states += world.errors.state[rows].tolist()
    n = len(states)
    for state, hazard in hazards.items():
        share = (1 - math.exp(-total)) * hazard / total
        assert abs(states.count(state) / n - share) < 4 * math.sqrt(share * (1 - share) / n), state
    assert states.count(CONCEALED_BY_WORKER) > 0.9 * n


def test_nobody_can_repair_what_she_has_not_seen(world, now, c, error):
    rows = [error(w, UNRECOGNISED, number=k) for w in range(6) for k in range(15)]
    python_function(resolve_hidden_errors)(
        world.workers, world.errors, world.counts, world.event_log, 0.0,
        c.aftermath._replace(repaired=1e6, harm=0.0, found=0.0, expires=0.0), now,
    )  # fmt: skip
    assert set(world.errors.state[rows].tolist()) == {UNRECOGNISED}


def test_she_takes_her_knowledge_along(world, now, c, error):
    """What a leaver kept back is afterwards known to nobody; what a manager holds back stays known to the manager."""
    kept, held, stays = error(0, CONCEALED_BY_WORKER), error(1, SUPPRESSED_BY_MANAGER), error(2, CONCEALED_BY_WORKER)
    world.workers.spell[:2] += 1
    python_function(release_leavers_errors)(world.workers, world.errors, world.counts, now)
    assert world.errors.state[kept] == CONCEALED_BY_WORKER, "nobody has left this week"
    world.counts.departures[:] = 2
    python_function(release_leavers_errors)(world.workers, world.errors, world.counts, now)
    assert world.errors.state[[kept, held, stays]].tolist() == [
        UNRECOGNISED,
        SUPPRESSED_BY_MANAGER,
        CONCEALED_BY_WORKER,
    ]


def test_rows_whose_story_has_ended_make_room_in_order(world, now, error):
    states = [CONCEALED_BY_WORKER, CLOSED, REPORTED, ANALYSED, EXPIRED, HARMED, REPAIRED, UNRECOGNISED]
    for k, state in enumerate(states):
        error(0, state, born=k)
    python_function(compact_rows)(world.errors, now)
    assert world.errors[0][0] == 4
    assert world.errors.born[:4].tolist() == [0, 2, 5, 7]
    assert world.errors.state[:4].tolist() == [CONCEALED_BY_WORKER, REPORTED, HARMED, UNRECOGNISED]


def test_a_visit_finds_more(world, now, c, error):
    """Extra hazard 1e6 of discovery: everything hidden is found."""
    rows = [error(w, CONCEALED_BY_WORKER) for w in range(6)]
    python_function(resolve_hidden_errors)(
        world.workers, world.errors, world.counts, world.event_log, 1e6, c.aftermath, now
    )
    assert set(world.errors.state[rows].tolist()) == {DISCOVERED}
    assert world.counts.discovered[0] == 6
    assert np.all(world.errors.since[rows] == now.week)
