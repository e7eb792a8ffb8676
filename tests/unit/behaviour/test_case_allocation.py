"""Who holds which families: room, allocation in whole cases, closing."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead import rng
from redbead.behaviour.case_allocation import Caseload, allocate, close_cases, favour, room
from redbead.jit import python_function
from redbead.state.people import EMPTY


@pytest.mark.parametrize(
    ("ceiling", "output", "held", "expected"),
    [(26.0, 1.0, 0.0, 26.0), (26.0, 1.0, 16.0, 10.0), (26.0, 0.6, 10.0, 5.6), (26.0, 0.6, 20.0, 0.0),
     (26.0, 1.0, 26.0, 0.0)],
)  # fmt: skip
def test_room_by_hand(ceiling, output, held, expected):
    assert room(ceiling, output, held) == pytest.approx(expected, abs=1e-12)


def give(world, now, c, waiting, **changes):
    world.cases.waiting[:] = waiting
    rules = c.caseload._replace(**changes)
    python_function(allocate)(world.workers, world.cases, c.workload.novice_output, rules, now)
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
    from redbead.engine.initial_state import allocate_tables
    from redbead.parameters import Authority, coefficients, default_row
    from redbead.state.world import WeekContext

    c = coefficients(default_row())
    world = allocate_tables(Authority(posts=6.0, team_size=3.0, friends=0.0), 6)
    world.workers.status[:] = 1
    world.workers.caseload[:] = held
    with np.errstate(over="ignore"):
        after = give(world, WeekContext(week, np.uint64(3), 0, 0, 6, 0, 2), c, waiting)
    assert sum(after) + world.cases.waiting[0] == sum(held) + waiting
    assert all(new >= old for new, old in zip(after, held, strict=True))
    assert all(new <= max(old, 26 * 0.6 + 1) for new, old in zip(after, held, strict=True))


def test_closing_follows_the_binomial_of_pace_over_duration(world, now):
    """By inversion, for 200 weeks: each worker's closures are the quantile of her own uniform, with p = pace / 40."""
    held, chances = (16, 16, 16, 0, 300, 16), (1 / 40, 0.5 / 40, 0.0, 1 / 40, 1 / 40, 1.0)
    world.workers.throughput[:] = (1.0, 0.5, 0.0, 1.0, 1.0, 80.0)
    for week in range(200):
        world.workers.caseload[:] = held
        python_function(close_cases)(world.workers, world.counts, 40.0, now._replace(week=week))
        us = [rng.uniform(now.seed, rng.CLOSURE, week, w) for w in range(6)]
        closed = [rng.binomial(u, n, p) for u, n, p in zip(us, held, chances, strict=True)]
        assert world.workers.caseload.tolist() == [n - k for n, k in zip(held, closed, strict=True)]
        assert world.counts.closures[0] == sum(closed)


# who is given more than others


@pytest.mark.parametrize(
    ("by_skill", "beginner"), [(0.0, 26.0), (0.5, 20.8), (1.0, 15.6)], ids=["as much as anybody", "half", "usual"]
)
def test_how_far_beginners_are_given_less(world, now, c, by_skill, beginner):
    """Room of a beginner is 26 (1 - by_skill x 0.4), of a skilled worker 26 either way."""
    world.workers.skill[:3] = 1.0
    give(world, now, c, 0, by_skill=by_skill)
    assert world.workers.spare_capacity.tolist() == pytest.approx([26.0] * 3 + [beginner] * 3, abs=1e-12)


@pytest.mark.parametrize(("z", "spread"), [(0.0, 0.5), (1.0, 0.5), (-1.0, 0.5), (2.0, 1.0), (1.0, 0.0)])
def test_favour_by_hand(z, spread):
    """exp(s z - s^2 / 2) at the normal quantile z."""
    found = favour(NormalDist().cdf(z), Caseload(unevenness=spread))
    assert found == pytest.approx(math.exp(spread * z - spread**2 / 2), rel=1e-9)


@pytest.mark.parametrize("spread", [0.2, 0.5])
def test_favour_is_fair_on_average(spread):
    """Log-normal of mean 1: over 4,000 teams within 3 standard errors, sd sqrt(exp(s^2) - 1); its log has sd s."""
    n = 4000
    rolls = (rng.uniform(np.uint64(5), rng.UNEVEN, 0, team) for team in range(n))
    found = np.array([favour(u, Caseload(unevenness=spread)) for u in rolls])
    assert abs(found.mean() - 1.0) < 3 * math.sqrt(math.expm1(spread**2) / n)
    assert abs(np.log(found).std(ddof=1) - spread) < 3 * spread / math.sqrt(2 * n)


def test_a_team_in_favour_is_given_its_share_week_after_week(world, now, c):
    """Room is 26 x favour for everybody of the team, the same in every week of a run; no family is lost."""
    world.workers.skill[:] = 1.0
    luck = [rng.normal(rng.uniform(now.seed, rng.UNEVEN, 0, t)) for t in (0, 1)]
    expected = [26.0 * math.exp(0.5 * z - 0.125) for z in luck for _ in range(3)]
    for week in (60, 61, 200):
        world.workers.caseload[:] = 0
        held = give(world, now._replace(week=week), c, 40, unevenness=0.5)
        assert world.workers.spare_capacity.tolist() == pytest.approx(expected, abs=1e-9)
        assert sum(held) == 40
        shares = [40 * room_ / sum(expected) for room_ in expected]
        assert all(abs(k - share) <= 1 for k, share in zip(held, shares, strict=True))
