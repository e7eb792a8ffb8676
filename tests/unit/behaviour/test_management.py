"""Team managers (E250 to E253, E234): what they remember, supervision, leaving, stand-ins and successors."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead import rng
from redbead.behaviour.fear import update_manager_fear
from redbead.behaviour.management import (
    Management,
    apply_manager_turnover,
    fear_of_the_team,
    hazard_ratio_of_leaving,
    observe_teams,
    supervision_level,
)
from redbead.jit import python_function
from redbead.state.constants import NEVER
from redbead.state.people import EMPTY

C = Management()
unit = st.floats(0, 1)


def observe(world, now, c):
    python_function(observe_teams)(world.workers, world.managers, c, now)


def turn_over(world, now, c, *, leaving=0.0, after_scandal=0.0):
    python_function(apply_manager_turnover)(
        world.managers, world.counts, world.event_log, leaving, after_scandal, 0.6, 0.1, c, now
    )


# fear of the team


def test_without_events_overload_and_peers_nothing_is_added_to_fear_from_above():
    every_link = Management(events=0.8, load=1.0, peers=0.8)
    assert fear_of_the_team(0.0, -0.5, 0.0, every_link) == 0.0
    assert fear_of_the_team(9.0, 0.5, 0.3, Management()) == 0.0


@given(st.floats(0, 20), st.floats(0, 20), st.floats(-1, 1), st.floats(-1, 1))
def test_fear_of_the_team_rises_with_events_and_load(a, b, load, peers):
    c = Management(events=0.4, load=0.5, peers=0.3)
    low, high = sorted([a, b])
    assert fear_of_the_team(low, load, peers, c) <= fear_of_the_team(high, load, peers, c)
    assert fear_of_the_team(low, load, peers, c) <= fear_of_the_team(low, load + 0.1, peers, c)


def test_managers_with_equal_histories_have_equal_fear_and_those_with_events_more(world, now, c):
    """From above both have 0.15. Team 0 adds 0.4 (1 - e^-R) for one event a week ago, R = e^(-1/104)."""
    management = Management(events=0.4, memory=104.0)
    world.managers.fear[:] = 0.5
    world.managers.staff[:] = 3
    for week in range(600):
        world.managers.remembered[:] = [1.0, 0.0]
        observe(world, now._replace(week=60 + week), management)
        python_function(update_manager_fear)(
            world.managers, world.leaders, world.service, world.oversight, c.fear._replace(manager_leader=0.0), now
        )
    assert world.managers.fear == pytest.approx([0.15 + 0.4 * (1 - math.exp(-math.exp(-1 / 104))), 0.15], abs=1e-4)


def test_peers_move_fear_towards_their_mean(world, now):
    world.managers.fear[:] = [0.8, 0.4]
    observe(world, now, Management(peers=0.5))
    assert world.managers.fear_from_team == pytest.approx([-0.1, 0.1])


# memory


def test_each_kind_of_event_counts_with_its_weight(world, now):
    """By hand: incident 1 + two sanctions at 0.3 + accusation 0.5 at 0.2 + own sanction 2 = 3.7; team 1: nothing."""
    world.workers.last_incident[1] = now.week - 1
    world.workers.accusation[2] = 0.5
    world.managers.sanctions[0] = 2
    world.managers.last_sanction[0] = now.week
    observe(world, now, C)
    assert world.managers.remembered == pytest.approx([3.7, 0.0])


def test_events_are_forgotten_with_the_time_constant(world, now):
    world.managers.remembered[:] = [1.0, 2.0]
    for _ in range(104):
        observe(world, now, C)
    assert world.managers.remembered == pytest.approx([math.exp(-1), 2 * math.exp(-1)])


def test_incidents_of_other_weeks_and_of_vacant_posts_do_not_count(world, now):
    world.workers.last_incident[:] = [now.week, now.week - 2, now.week - 1, NEVER, NEVER, NEVER]
    world.workers.status[2] = EMPTY
    observe(world, now, C)
    assert not world.managers.remembered.any()


# supervision


@pytest.mark.parametrize(
    ("staff", "pressure", "vacant", "expected"),
    [(6, 1.0, False, 1.0), (3, 0.5, False, 1.0), (9, 1.0, False, 2 / 3), (6, 2.0, False, 0.5), (12, 2.0, True, 0.125)],
)
def test_supervision_lapses_with_staff_pressure_and_vacancy(staff, pressure, vacant, expected):
    assert supervision_level(staff, math.log(pressure), vacant, C) == pytest.approx(expected)


def test_missing_supervision_lowers_recognition_and_support_in_proportion(world, now):
    world.workers.log_pressure[:3] = math.log(2.0)
    world.managers.staff[:] = 3
    observe(world, now, Management(recognition=0.4, support=0.2))
    assert world.managers.supervision == pytest.approx([0.5, 1.0])
    assert world.managers.recognition_kept == pytest.approx([0.8, 1.0])
    assert world.managers.support_lost == pytest.approx([0.1, 0.0])


# leaving, stand-ins and successors


@given(unit, st.floats(-1, 1))
def test_without_links_all_managers_leave_at_the_same_rate(fear, load):
    assert hazard_ratio_of_leaving(fear, load, C) == 1.0


@pytest.mark.parametrize(("factor", "leaves"), [(1.001, 1), (0.999, 0)])
def test_managers_leave_at_the_declared_rate_per_year(world, now, factor, leaves):
    """1 - exp(-r / 52) equals the random number u at the rate r = -52 ln(1 - u)."""
    u = rng.uniform(now.seed, rng.MANAGER_LEAVING, now.week, rng.person(0, 0))
    turn_over(world, now, C, leaving=-52 * math.log(1 - u) * factor)
    assert world.managers.spell[0] == leaves


@pytest.mark.parametrize(("factor", "leaves"), [(1.001, 1), (0.999, 0)])
def test_fear_and_load_multiply_the_hazard_of_leaving(world, now, factor, leaves):
    """With 2 per unit of fear and elasticity 1: e^(2 (0.75 - 0.5)) x 1.2."""
    u = rng.uniform(now.seed, rng.MANAGER_LEAVING, now.week, rng.person(0, 0))
    world.managers.fear[:] = 0.75
    world.managers.load[:] = math.log(1.2)
    rate = -52 * math.log(1 - u) / (math.exp(0.5) * 1.2)
    turn_over(world, now, Management(leaving_fear=2.0, leaving_load=1.0), leaving=rate * factor)
    assert world.managers.spell[0] == leaves


def test_a_new_managers_blame_and_support_are_drawn_anew(world, now):
    world.managers.own_blame[:] = 0.99
    world.managers.remembered[:] = 5.0
    turn_over(world, now, C, leaving=1e9)
    u, v = rng.pair(now.seed, rng.MANAGER_PERSON, now.week, rng.person(1, 1))
    assert world.managers.spell.tolist() == [1, 1]
    assert world.managers.own_blame[1] == pytest.approx(0.6 + 0.1 * rng.normal(u))
    assert world.managers.own_support[1] == pytest.approx(0.5 + 0.1 * rng.normal(v))
    assert world.managers.remembered.tolist() == [0.0, 0.0]
    assert world.counts.managers_left[0] == 2


@pytest.mark.parametrize(("inherited", "fear"), [(1.0, 0.9), (0.5, 0.7), (0.0, 0.5)])
def test_a_successor_takes_over_a_share_of_fear_and_blame(world, now, inherited, fear):
    world.managers.fear[:] = 0.9
    world.managers.blame[:] = 0.9
    turn_over(world, now, Management(inherited=inherited), leaving=1e9)
    assert world.managers.fear == pytest.approx([fear] * 2)
    own = world.managers.own_blame
    assert world.managers.blame == pytest.approx(own + inherited * (0.9 - own))


def test_the_manager_of_the_next_team_stands_in_until_the_post_is_filled(world, now):
    world.managers.fear[:] = [0.2, 0.7]
    world.managers.own_blame[:] = world.managers.blame[:] = [0.3, 0.8]
    world.managers.last_scandal[:] = [now.week - 1, NEVER]
    c = Management(vacancy=8.0)
    turn_over(world, now, c, after_scandal=1.0)
    assert (world.managers.vacant.tolist(), world.counts.managers_left[0]) == ([1, 0], 1)
    assert (world.managers.fear[0], world.managers.blame[0]) == (0.7, 0.8)
    turn_over(world, now, c, leaving=1e9)  # a stand-in does not leave
    assert world.managers.spell[0] == 1


def test_vacancies_last_as_long_as_declared(world, now):
    """4,000 weeks of a vacant post that is filled with the probability 1 - e^(-1/8), within 4 standard errors."""
    p, filled = 1 - math.exp(-1 / 8), 0
    for week in range(4000):
        world.managers.vacant[:] = [1, 0]
        turn_over(world, now._replace(week=week), Management(vacancy=8.0))
        filled += world.managers.vacant[0] == 0
    assert abs(filled / 4000 - p) < 4 * np.sqrt(p * (1 - p) / 4000)
