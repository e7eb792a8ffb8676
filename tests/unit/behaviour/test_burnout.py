"""Burnout (E8): odds* = odds_0 x P^1.6 x exp(F - 0.5) x exp(-(support - 0.5)) x ..., with odds_0 = 0.4/0.6."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.behaviour.burnout import Burnout, burnout_target, support, update_burnout
from redbead.jit import python_function
from redbead.state.maths import approach
from redbead.state.people import EMPTY

unit = st.floats(0, 1)
strain = st.floats(-3, 3)
C = Burnout()


@pytest.mark.parametrize(
    ("strain", "fear", "supported", "caught", "disruption", "expected"),
    [
        (0.0, 0.5, 0.5, 0.0, 0.0, 0.4000),
        (math.log(1.2), 0.5, 0.5, 0.0, 0.0, 0.4716),  # odds 0.66667 x 1.2^1.6 = 0.89249
        (0.0, 0.9, 0.5, 0.0, 0.0, 0.4986),  # odds 0.66667 exp(0.4) = 0.99455
        (0.0, 0.5, 0.9, 0.0, 0.0, 0.3089),  # odds 0.66667 exp(-0.4) = 0.44688
        (0.0, 0.5, 0.5, 0.2, 0.0, 0.4242),  # contagion: odds 0.66667 exp(0.1) = 0.73678
        (0.0, 0.5, 0.5, 0.0, 0.3, 0.4737),  # odds 0.66667 exp(0.3) = 0.89991
        (math.log(0.05), 0.5, 0.5, 0.0, 0.0, 0.0055),  # idle: odds 0.66667 x 0.05^1.6 = 0.00553
    ],
)
def test_where_burnout_tends_to(strain, fear, supported, caught, disruption, expected):
    assert burnout_target(strain, fear, supported, caught, disruption, C) == pytest.approx(expected, abs=6e-5)


@pytest.mark.parametrize(
    ("own", "excess", "expected"),
    [(0.5, 0.0, 0.5), (0.5, 0.4, 0.38), (0.5, -0.6, 0.68), (0.05, 0.5, 0.0), (0.9, -0.6, 1.0)],
)
def test_blame_takes_support_away(own, excess, expected):
    """S = own - 0.3 (B - B_ref), held in [0, 1]."""
    assert support(own, excess, 0.0, C) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("own", "blame", "leader", "helping", "expected"),
    [
        (0.5, 0.0, 0.1, 0.0, 0.53),
        (0.5, 0.0, -0.2, 0.0, 0.44),
        (0.5, 0.0, 0.0, 0.2, 0.70),  # helping is their task
        (0.5, 0.4, 0.1, 0.2, 0.61),  # 0.5 + 0.2 - 0.12 + 0.03
        (0.9, 0.0, 0.5, 0.2, 1.00),  # 1.25, held at 1
        (0.1, 0.3, -0.2, 0.0, 0.00),  # -0.05, held at 0
    ],
)
def test_support_follows_the_leaders_attention_and_the_task_of_helping(own, blame, leader, helping, expected):
    assert support(own, blame, leader, C._replace(helping=helping)) == pytest.approx(expected, abs=1e-12)


def test_cut_off_from_the_leader_support_is_the_managers_alone():
    assert support(0.5, 0.0, 0.7, C._replace(leader=0.0)) == support(0.5, 0.0, -0.2, C._replace(leader=0.0)) == 0.5


@given(strain, strain, unit, unit)
def test_pressure_exhausts_and_support_protects(a, b, fear, given_):
    low, high = sorted([a, b])
    calm = burnout_target(low, fear, given_, 0.0, 0.0, C)
    assert 0.0 <= calm <= burnout_target(high, fear, given_, 0.0, 0.0, C) <= 1.0
    assert burnout_target(low, fear, 1.0, 0.0, 0.0, C) <= calm


@given(unit, unit, strain)
def test_fear_exhausts(a, b, strain):
    low, high = sorted([a, b])
    assert burnout_target(strain, low, 0.5, 0.0, 0.0, C) <= burnout_target(strain, high, 0.5, 0.0, 0.0, C)


def test_it_stays_a_share_whatever_the_load():
    assert burnout_target(1e6, 1.0, 0.0, 1.0, 5.0, C) <= 1.0
    assert burnout_target(-1e6, 0.0, 1.0, -1.0, 0.0, C) >= 0.0


def test_a_week_closes_a_26_weeks_share_of_the_gap_for_those_present(world, now, c):
    world.workers.fear[:] = 0.5
    world.managers.own_support[:] = 0.5
    world.managers.blame[:] = 0.6
    world.leaders.for_staff[:] = c.burnout.leader_ref
    world.workers.status[5] = EMPTY
    python_function(update_burnout)(
        world.workers, world.managers, world.leaders, world.service, 0.6, c.burnout._replace(team=0.0), now
    )
    assert world.workers.burnout.tolist() == pytest.approx([0.4 * approach(26.0)] * 5 + [0.0], abs=1e-12)


def test_a_leader_who_attends_to_staff_protects_them(world, now, c):
    """0.2 above the reference is 0.06 more support: odds 2/3 exp(-0.06) = 0.62784, so B* = 0.38569."""
    world.workers.fear[:] = 0.5
    world.workers.burnout[:] = 0.4
    world.managers.own_support[:] = 0.5
    world.managers.blame[:] = 0.6
    world.leaders.for_staff[:] = c.burnout.leader_ref + 0.2
    calm = c.burnout._replace(team=0.0)
    python_function(update_burnout)(world.workers, world.managers, world.leaders, world.service, 0.6, calm, now)
    assert world.workers.burnout.tolist() == pytest.approx([0.4 - (0.4 - 0.38569) * approach(26.0)] * 6, abs=1e-6)
