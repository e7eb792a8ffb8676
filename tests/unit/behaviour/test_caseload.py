"""Who holds which families: room, allocation in whole cases, closing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead import dice
from redbead.behaviour.caseload import allocate, close_cases, room
from redbead.jit import plain
from redbead.state.people import EMPTY


@pytest.mark.parametrize(
    ("ceiling", "output", "held", "expected"),
    [(26.0, 1.0, 0.0, 26.0), (26.0, 1.0, 16.0, 10.0), (26.0, 0.6, 10.0, 5.6), (26.0, 0.6, 20.0, 0.0),
     (26.0, 1.0, 26.0, 0.0)],
)  # fmt: skip
def test_room_by_hand(ceiling, output, held, expected):
    assert room(ceiling, output, held) == pytest.approx(expected, abs=1e-12)


def give(world, now, c, waiting):
    world.cases.waiting[:] = waiting
    plain(allocate)(world.workers, world.cases, c.workload.novice_output, c.caseload, now)
    return world.workers.caseload.tolist()


def test_families_go_in_proportion_to_room(world, now, c):
    """Rooms of 10 and 20: of 15 families, a third and two thirds; nobody else has room."""
    world.workers.skill[:] = 1.0
    world.workers.caseload[:] = (16, 6, 26, 26, 26, 30)
    assert give(world, now, c, 15) == [16 + 5, 6 + 10, 26, 26, 26, 30]
    assert world.cases.waiting[0] == 0


def test_beginners_are_given_less(world, now, c):
    """Nobody holds anything; five beginners have room 26 x 0.6 = 15.6 each, one skilled worker 26: shares 0.15 and
    0.25."""
    world.workers.skill[0] = 1.0
    held = give(world, now, c, 100)
    assert sum(held) == 100
    assert held[0] in (24, 25, 26)
    assert all(k in (14, 15, 16) for k in held[1:])


def test_who_finds_no_room_waits(world, now, c):
    world.workers.skill[:] = 1.0
    world.workers.caseload[:] = 25
    assert give(world, now, c, 10) == [26] * 6
    assert world.cases.waiting[0] == 4


def test_an_empty_post_is_given_nobody(world, now, c):
    world.workers.skill[:] = 1.0
    world.workers.status[:] = EMPTY
    assert give(world, now, c, 10) == [0] * 6
    assert world.cases.waiting[0] == 10


@given(st.integers(0, 400), st.lists(st.integers(0, 40), min_size=6, max_size=6), st.integers(0, 10**6))
def test_no_family_is_lost_or_doubled(waiting, held, week):
    from redbead.engine.founding import lay_out
    from redbead.parameters import Authority, coefficients, default_row
    from redbead.state.world import Now

    c = coefficients(default_row())
    world = lay_out(Authority(posts=6.0, team_size=3.0, friends=0.0), 6)
    world.workers.status[:] = 1
    world.workers.caseload[:] = held
    with np.errstate(over="ignore"):
        after = give(world, Now(week, np.uint64(3), 0, 0, 6, 0, 2), c, waiting)
    assert sum(after) + world.cases.waiting[0] == sum(held) + waiting
    assert all(new >= old for new, old in zip(after, held, strict=True))
    assert all(new <= max(old, 26 * 0.6 + 1) for new, old in zip(after, held, strict=True))


def test_closing_follows_the_binomial_of_pace_over_duration(world, now):
    """By inversion, for 200 weeks: each worker's closures are the quantile of her own uniform, with p = pace / 40."""
    held, chances = (16, 16, 16, 0, 300, 16), (1 / 40, 0.5 / 40, 0.0, 1 / 40, 1 / 40, 1.0)
    world.workers.pace[:] = (1.0, 0.5, 0.0, 1.0, 1.0, 80.0)
    for week in range(200):
        world.workers.caseload[:] = held
        plain(close_cases)(world.workers, world.ledger, 40.0, now._replace(week=week))
        us = [dice.uniform(now.seed, dice.CLOSURE, week, w) for w in range(6)]
        closed = [dice.binomial(u, n, p) for u, n, p in zip(us, held, chances, strict=True)]
        assert world.workers.caseload.tolist() == [n - k for n, k in zip(held, closed, strict=True)]
        assert world.ledger.closures[0] == sum(closed)
