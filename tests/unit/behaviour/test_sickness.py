"""Sickness absence (E256, E257): who falls ill and returns, and what colleagues take on."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.behaviour.case_allocation import allocate
from redbead.behaviour.sickness import Sickness, cases_per_colleague, chance_of_falling_ill, update_sickness
from redbead.behaviour.weekly import work
from redbead.jit import python_function
from redbead.state.people import EMPTY

ILL = Sickness(spells=0.6)
unit = st.floats(0, 1)


def week_of(world, now, c, week=60):
    python_function(update_sickness)(world.workers, world.managers, c, now._replace(week=week))
    return world.workers.sick.tolist()


def test_chance_of_falling_ill_by_hand():
    """Burnout 0.2 and fear 0.1 above the reference, and formal action: exp(0.5 x 0.2 + 0.5 x 0.1 + 1) = exp(1.15)."""
    expected = 1.0 - math.exp(-0.6 / 52.0 * math.exp(1.15))
    assert chance_of_falling_ill(0.6, 0.6, True, ILL) == pytest.approx(expected, rel=1e-12)


@given(unit, unit, st.booleans())
def test_without_spells_no_worker_falls_ill(burnout, fear, under_action):
    assert chance_of_falling_ill(burnout, fear, under_action, Sickness()) == 0.0


@given(unit, unit)
def test_formal_action_makes_ill(burnout, fear):
    assert chance_of_falling_ill(burnout, fear, True, ILL) > chance_of_falling_ill(burnout, fear, False, ILL)


@pytest.mark.parametrize(("cases", "colleagues", "expected"), [(12.0, 4, 1.5), (12.0, 0, 0.0), (0.0, 3, 0.0)])
def test_cases_of_absent_workers_are_divided_among_colleagues(cases, colleagues, expected):
    """Half of the cases are covered."""
    assert cases_per_colleague(cases, colleagues, Sickness(cover=0.5)) == expected


def test_by_default_no_worker_is_ill(world, now):
    world.workers.burnout[:] = 1.0
    assert [week_of(world, now, Sickness(), week) for week in range(50)] == [[0] * 6] * 50


def test_share_of_sickness_absence_follows_from_the_chances(world, now):
    """At the reference the share is p / (p + r), with chances p of falling ill and r of returning; 20,000 weeks."""
    world.workers.burnout[:], world.workers.fear[:] = 0.4, 0.5
    p, r = 1.0 - math.exp(-0.6 / 52.0), 1.0 - math.exp(-1.0 / 3.0)
    shares = np.array([week_of(world, now, ILL, week) for week in range(20_000)]).mean()
    assert shares == pytest.approx(p / (p + r), rel=0.1)  # standard error 1.6 % of 3.9 % (spells of 3.5 weeks)


def test_suspended_workers_and_vacant_posts_do_not_fall_ill(world, now):
    world.workers.absence[0] = 1.0
    world.workers.status[1] = EMPTY
    assert week_of(world, now, Sickness(spells=1e9)) == [0, 0, 1, 1, 1, 1]


def test_ill_workers_return_when_sickness_is_switched_off(world, now):
    world.workers.sick[:] = 1
    assert week_of(world, now, Sickness(duration=1e-9)) == [0] * 6


def test_an_absent_worker_does_no_work_and_colleagues_in_the_team_take_it_on(world, now, c):
    """The two colleagues of the absent worker have 10 cases more to work on; the other team has none."""
    world.workers.caseload[:] = 20
    world.workers.skill[:] = 1.0
    world.workers.sick[0] = 1
    world.service.efficiency[:] = world.service.standard[:] = 1.0
    assert week_of(world, now, Sickness(duration=1e9)) == [1, 0, 0, 0, 0, 0]
    python_function(work)(
        world.workers, world.managers, world.cases, world.service, world.oversight, 0.0, 0.0, 0.0, c.workload, now
    )
    per_case = c.workload.hours_per_case / c.workload.hours
    assert world.workers.pressure == pytest.approx([0.0, 30 * per_case, 30 * per_case] + [20 * per_case] * 3)
    assert (world.workers.hours[0], world.workers.throughput[0]) == (0.0, 0.0)


def test_an_absent_worker_receives_no_cases(world, now, c):
    world.workers.sick[0] = 1
    world.cases.waiting[:] = 10
    python_function(allocate)(world.workers, world.cases, c.workload.novice_output, c.caseload, now)
    assert world.workers.caseload[0] == 0
    assert world.workers.caseload.sum() == 10
