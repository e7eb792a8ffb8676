"""What becomes of hidden errors (E18, E19): fates in the proportions of their hazards, tidy rows."""

import math

import numpy as np

from redbead.behaviour.aftermath import fates, sweep, take_along
from redbead.jit import plain
from redbead.state.errors import (
    ANALYSED,
    CLOSED,
    DISCOVERED,
    EXPIRED,
    HARMED,
    HELD_BACK,
    REPAIRED,
    REPORTED,
    UNRECOGNISED,
    WITHHELD,
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
        rows = [error(w, WITHHELD, number=k) for w in range(6) for k in range(15)]
        plain(fates)(world.workers, world.errors, world.ledger, world.diary, 0.0, c.aftermath, now._replace(week=week))
        states += world.errors.state[rows].tolist()
    n = len(states)
    for state, hazard in hazards.items():
        share = (1 - math.exp(-total)) * hazard / total
        assert abs(states.count(state) / n - share) < 4 * math.sqrt(share * (1 - share) / n), state
    assert states.count(WITHHELD) > 0.9 * n


def test_nobody_can_repair_what_she_has_not_seen(world, now, c, error):
    rows = [error(w, UNRECOGNISED, number=k) for w in range(6) for k in range(15)]
    plain(fates)(
        world.workers, world.errors, world.ledger, world.diary, 0.0,
        c.aftermath._replace(repaired=1e6, harm=0.0, found=0.0, expires=0.0), now,
    )  # fmt: skip
    assert set(world.errors.state[rows].tolist()) == {UNRECOGNISED}


def test_she_takes_her_knowledge_along(world, now, c, error):
    """What a leaver kept back is afterwards known to nobody; what a manager holds back stays known to the manager."""
    kept, held, stays = error(0, WITHHELD), error(1, HELD_BACK), error(2, WITHHELD)
    world.workers.spell[:2] += 1
    plain(take_along)(world.workers, world.errors, world.ledger, now)
    assert world.errors.state[kept] == WITHHELD, "nobody has left this week"
    world.ledger.departures[:] = 2
    plain(take_along)(world.workers, world.errors, world.ledger, now)
    assert world.errors.state[[kept, held, stays]].tolist() == [UNRECOGNISED, HELD_BACK, WITHHELD]


def test_rows_whose_story_has_ended_make_room_in_order(world, now, error):
    states = [WITHHELD, CLOSED, REPORTED, ANALYSED, EXPIRED, HARMED, REPAIRED, UNRECOGNISED]
    for k, state in enumerate(states):
        error(0, state, born=k)
    plain(sweep)(world.errors, now)
    assert world.errors[0][0] == 4
    assert world.errors.born[:4].tolist() == [0, 2, 5, 7]
    assert world.errors.state[:4].tolist() == [WITHHELD, REPORTED, HARMED, UNRECOGNISED]


def test_a_visit_finds_more(world, now, c, error):
    """Extra hazard 1e6 of discovery: everything hidden is found."""
    rows = [error(w, WITHHELD) for w in range(6)]
    plain(fates)(world.workers, world.errors, world.ledger, world.diary, 1e6, c.aftermath, now)
    assert set(world.errors.state[rows].tolist()) == {DISCOVERED}
    assert world.ledger.discovered[0] == 6
    assert np.all(world.errors.since[rows] == now.week)
