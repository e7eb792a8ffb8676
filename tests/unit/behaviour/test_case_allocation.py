"""Allocation and closing of cases: spare capacity, whole cases, uneven shares."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redbead import rng
from redbead.behaviour.case_allocation import (
    Caseload,
    allocate,
    allocation_factor,
    close_cases,
    hand_over_cases,
    spare_capacity,
)
from redbead.jit import python_function
from redbead.state.people import EMPTY


@pytest.mark.parametrize(
    ("ceiling", "relative_output", "caseload", "expected"),
    [(26.0, 1.0, 0.0, 26.0), (26.0, 1.0, 16.0, 10.0), (26.0, 0.6, 10.0, 5.6), (26.0, 0.6, 20.0, 0.0),
     (26.0, 1.0, 26.0, 0.0)],
)  # fmt: skip
def test_spare_capacity_by_hand(ceiling, relative_output, caseload, expected):
    assert spare_capacity(ceiling, relative_output, caseload) == pytest.approx(expected, abs=1e-12)


def caseloads_after_allocation(world, now, c, waiting, **changes):
    world.cases.waiting[:] = waiting
    coefficients = c.caseload._replace(**changes)
    python_function(allocate)(world.workers, world.cases, c.workload.novice_output, coefficients, now)
    return world.workers.caseload.tolist()


def test_cases_are_allocated_in_proportion_to_spare_capacity(world, now, c):
    """Capacities of 10 and 20 receive a third and two thirds of 15 cases; the other workers have none."""
    world.workers.skill[:] = 1.0
    world.workers.caseload[:] = (16, 6, 26, 26, 26, 30)
    assert caseloads_after_allocation(world, now, c, 15) == [16 + 5, 6 + 10, 26, 26, 26, 30]
    assert world.cases.waiting[0] == 0


def test_beginners_receive_fewer_cases(world, now, c):
    """Without cases, five beginners have 15 % of the capacity each (26 x 0.6 = 15.6), a skilled worker 25 % (26)."""
    world.workers.skill[0] = 1.0
    caseloads = caseloads_after_allocation(world, now, c, 100)
    assert sum(caseloads) == 100
    assert caseloads[0] in (24, 25, 26)
    assert all(k in (14, 15, 16) for k in caseloads[1:])


def test_cases_beyond_the_spare_capacity_keep_waiting(world, now, c):
    world.workers.skill[:] = 1.0
    world.workers.caseload[:] = 25
    assert caseloads_after_allocation(world, now, c, 10) == [26] * 6
    assert world.cases.waiting[0] == 4


def test_vacant_posts_receive_no_cases(world, now, c):
    world.workers.skill[:] = 1.0
    world.workers.status[:] = EMPTY
    assert caseloads_after_allocation(world, now, c, 10) == [0] * 6
    assert world.cases.waiting[0] == 10


@given(st.integers(0, 400), st.lists(st.integers(0, 40), min_size=6, max_size=6), st.integers(0, 10**6))
def test_no_family_is_lost_or_doubled(waiting, caseloads, week):
    from redbead.engine.initial_state import allocate_tables
    from redbead.parameters import Authority, coefficients, default_row
    from redbead.state.world import WeekContext

    c = coefficients(default_row())
    world = allocate_tables(Authority(posts=6.0, team_size=3.0, friends=0.0), 6)
    world.workers.status[:] = 1
    world.workers.caseload[:] = caseloads
    with np.errstate(over="ignore"):
        after = caseloads_after_allocation(world, WeekContext(week, np.uint64(3), 0, 0, 6, 0, 2), c, waiting)
    assert sum(after) + world.cases.waiting[0] == sum(caseloads) + waiting
    assert all(new >= old for new, old in zip(after, caseloads, strict=True))
    assert all(new <= max(old, 26 * 0.6 + 1) for new, old in zip(after, caseloads, strict=True))


def test_closures_are_binomial_with_probability_throughput_over_duration(world, now):
    """For 200 weeks, closures are the quantile of the worker's random number, with p = throughput / 40."""
    caseloads, probabilities = (16, 16, 16, 0, 300, 16), (1 / 40, 0.5 / 40, 0.0, 1 / 40, 1 / 40, 1.0)
    world.workers.throughput[:] = (1.0, 0.5, 0.0, 1.0, 1.0, 80.0)
    for week in range(200):
        world.workers.caseload[:] = caseloads
        python_function(close_cases)(world.workers, world.counts, 40.0, now._replace(week=week))
        uniforms = [rng.uniform(now.seed, rng.CLOSURE, week, w) for w in range(6)]
        closed = [rng.binomial(u, n, p) for u, n, p in zip(uniforms, caseloads, probabilities, strict=True)]
        assert world.workers.caseload.tolist() == [n - k for n, k in zip(caseloads, closed, strict=True)]
        assert world.counts.closures[0] == sum(closed)


# uneven allocation


@pytest.mark.parametrize(
    ("by_skill", "beginner"), [(0.0, 26.0), (0.5, 20.8), (1.0, 15.6)], ids=["as many as others", "half", "usual"]
)
def test_capacity_of_beginners_falls_with_by_skill(world, now, c, by_skill, beginner):
    """The capacity of a beginner is 26 (1 - by_skill x 0.4); that of a skilled worker is always 26."""
    world.workers.skill[:3] = 1.0
    caseloads_after_allocation(world, now, c, 0, by_skill=by_skill)
    assert world.workers.spare_capacity.tolist() == pytest.approx([26.0] * 3 + [beginner] * 3, abs=1e-12)


@pytest.mark.parametrize(("z", "spread"), [(0.0, 0.5), (1.0, 0.5), (-1.0, 0.5), (2.0, 1.0), (1.0, 0.0)])
def test_allocation_factor_by_hand(z, spread):
    """exp(s z - s^2 / 2) at the normal quantile z."""
    factor = allocation_factor(NormalDist().cdf(z), Caseload(unevenness=spread))
    assert factor == pytest.approx(math.exp(spread * z - spread**2 / 2), rel=1e-9)


@pytest.mark.parametrize("spread", [0.2, 0.5])
def test_allocation_factor_has_mean_1(spread):
    """Log-normal with mean 1 and sd sqrt(exp(s^2) - 1); its log has sd s. Within 3 standard errors over 4,000 teams."""
    n = 4000
    uniforms = (rng.uniform(np.uint64(5), rng.UNEVEN, 0, team) for team in range(n))
    factors = np.array([allocation_factor(u, Caseload(unevenness=spread)) for u in uniforms])
    assert abs(factors.mean() - 1.0) < 3 * math.sqrt(math.expm1(spread**2) / n)
    assert abs(np.log(factors).std(ddof=1) - spread) < 3 * spread / math.sqrt(2 * n)


def test_a_team_keeps_its_allocation_factor_in_every_week(world, now, c):
    """Capacity is 26 times the factor for all workers of the team, in every week of a run; no case is lost."""
    world.workers.skill[:] = 1.0
    quantiles = [rng.normal(rng.uniform(now.seed, rng.UNEVEN, 0, t)) for t in (0, 1)]
    expected = [26.0 * math.exp(0.5 * z - 0.125) for z in quantiles for _ in range(3)]
    for week in (60, 61, 200):
        world.workers.caseload[:] = 0
        caseloads = caseloads_after_allocation(world, now._replace(week=week), c, 40, unevenness=0.5)
        assert world.workers.spare_capacity.tolist() == pytest.approx(expected, abs=1e-9)
        assert sum(caseloads) == 40
        shares = [40 * capacity / sum(expected) for capacity in expected]
        assert all(abs(k - share) <= 1 for k, share in zip(caseloads, shares, strict=True))


def test_a_worker_can_close_the_last_case(world, now):
    """A throughput of 40 cases per 40 weeks closes each case with certainty, also a single one."""
    world.workers.caseload[:] = (1, 2, 0, 1, 1, 1)
    world.workers.throughput[:] = 40.0
    python_function(close_cases)(world.workers, world.counts, 40.0, now)
    assert not world.workers.caseload.any()
    assert world.counts.closures[0] == 6


# Cases of leavers and of starters


def hand_over(world, now, c, handed_over=0, **changes):
    world.managers.handed_over[0] = handed_over
    coefficients = c.caseload._replace(**changes)
    python_function(hand_over_cases)(
        world.workers, world.managers, world.cases, world.counts, c.workload.novice_output, coefficients, now
    )
    return world.workers.caseload.tolist()


@pytest.fixture
def team(world):
    """Two teams of three skilled workers, each with 10 cases and a year in post."""
    assert world.workers.team.tolist() == [0, 0, 0, 1, 1, 1]
    world.workers.skill[:] = 1.0
    world.workers.caseload[:] = 10
    world.workers.tenure[:] = 52.0
    return world


def test_by_default_cases_of_leavers_return_to_the_waiting_list(team, now, c):
    before = team.cases.waiting[0]
    assert hand_over(team, now, c, 12) == [10] * 6
    assert team.cases.waiting[0] == before + 12
    assert team.managers.handed_over[0] == team.counts.transferred[0] == 0


def test_colleagues_in_the_team_take_over_the_cases_of_a_leaver_however_many_they_have(team, now, c):
    """Two colleagues at the ceiling take half of 12 cases each; the other team takes none."""
    team.workers.status[2] = EMPTY
    team.workers.caseload[:] = (26, 26, 0, 10, 10, 10)
    before = team.cases.waiting[0]
    assert hand_over(team, now, c, 12, stay_in_team=1.0) == [32, 32, 0, 10, 10, 10]
    assert (team.cases.waiting[0], team.counts.transferred[0]) == (before, 12)


def test_a_beginner_takes_over_fewer_cases(team, now, c):
    """Outputs of 1, 1 and 0.6: of 26 cases 10, 10 and 6."""
    team.workers.skill[2] = 0.0
    assert hand_over(team, now, c, 26, stay_in_team=1.0)[:3] == [20, 20, 16]


def test_cases_of_a_team_without_a_worker_at_work_return_to_the_waiting_list(team, now, c):
    team.workers.status[:2] = EMPTY
    team.workers.absence[2] = 1.0
    before = team.cases.waiting[0]
    assert hand_over(team, now, c, 12, stay_in_team=1.0) == [10] * 6
    assert team.cases.waiting[0] == before + 12


def test_a_starter_takes_over_an_equal_part_of_the_cases_of_the_team(team, now, c):
    """Of 36 cases of three skilled workers a starter gets 12, half of them from each colleague with 18."""
    team.workers.caseload[:3] = (18, 18, 0)
    team.workers.tenure[2] = 0.0
    assert hand_over(team, now, c, taken_over=1.0) == [12, 12, 12, 10, 10, 10]
    assert team.counts.transferred[0] == 12


def test_a_newly_qualified_starter_takes_over_a_reduced_caseload(team, now, c):
    """0.6 of 2.6 outputs: 6 of 26 cases."""
    team.workers.caseload[:3] = (13, 13, 0)
    team.workers.tenure[2], team.workers.skill[2] = 0.0, 0.0
    assert hand_over(team, now, c, taken_over=1.0)[:3] == [10, 10, 6]


@given(
    caseloads=st.lists(st.integers(0, 60), min_size=6, max_size=6),
    handed_over=st.integers(0, 80),
    stay=st.floats(0, 1),
    taken=st.floats(0, 1),
    week=st.integers(0, 10**4),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_case_is_lost_or_made_when_cases_move(world, now, c, caseloads, handed_over, stay, taken, week):
    """All workers start this week, so each takes over cases of those before."""
    world.workers.caseload[:] = caseloads
    world.cases.waiting[:] = 3
    now = now._replace(week=week)
    after = hand_over(world, now, c, handed_over, stay_in_team=stay, taken_over=taken)
    assert sum(after) + world.cases.waiting[0] == sum(caseloads) + handed_over + 3
    assert min(after) >= 0
