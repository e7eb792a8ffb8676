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
log_pressure = st.floats(-3, 3)
C = Burnout()


@pytest.mark.parametrize(
    ("log_work_pressure", "fear", "manager_support", "peer_burnout", "disruption", "expected"),
    [
        (0.0, 0.5, 0.5, 0.0, 0.0, 0.4000),
        (math.log(1.2), 0.5, 0.5, 0.0, 0.0, 0.4716),  # odds 0.66667 x 1.2^1.6 = 0.89249
        (0.0, 0.9, 0.5, 0.0, 0.0, 0.4986),  # odds 0.66667 exp(0.4) = 0.99455
        (0.0, 0.5, 0.9, 0.0, 0.0, 0.3089),  # odds 0.66667 exp(-0.4) = 0.44688
        (0.0, 0.5, 0.5, 0.2, 0.0, 0.4242),  # contagion: odds 0.66667 exp(0.1) = 0.73678
        (0.0, 0.5, 0.5, 0.0, 0.3, 0.4737),  # odds 0.66667 exp(0.3) = 0.89991
        (math.log(0.05), 0.5, 0.5, 0.0, 0.0, 0.0055),  # hardly any work: odds 0.66667 x 0.05^1.6 = 0.00553
    ],
)
def test_burnout_target_by_hand(log_work_pressure, fear, manager_support, peer_burnout, disruption, expected):
    target = burnout_target(log_work_pressure, fear, manager_support, peer_burnout, disruption, C)
    assert target == pytest.approx(expected, abs=6e-5)


@pytest.mark.parametrize(
    ("own_support", "blame_excess", "expected"),
    [(0.5, 0.0, 0.5), (0.5, 0.4, 0.38), (0.5, -0.6, 0.68), (0.05, 0.5, 0.0), (0.9, -0.6, 1.0)],
)
def test_blame_reduces_support(own_support, blame_excess, expected):
    """S = own - 0.3 (B - B_ref), limited to [0, 1]."""
    assert support(own_support, blame_excess, 0.0, C) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("own_support", "blame_excess", "leader_excess", "helping", "expected"),
    [
        (0.5, 0.0, 0.1, 0.0, 0.53),
        (0.5, 0.0, -0.2, 0.0, 0.44),
        (0.5, 0.0, 0.0, 0.2, 0.70),  # managers are expected to help
        (0.5, 0.4, 0.1, 0.2, 0.61),  # 0.5 + 0.2 - 0.12 + 0.03
        (0.9, 0.0, 0.5, 0.2, 1.00),  # 1.25, limited to 1
        (0.1, 0.3, -0.2, 0.0, 0.00),  # -0.05, limited to 0
    ],
)
def test_support_rises_with_the_directors_attention_and_with_helping(
    own_support, blame_excess, leader_excess, helping, expected
):
    manager_support = support(own_support, blame_excess, leader_excess, C._replace(helping=helping))
    assert manager_support == pytest.approx(expected, abs=1e-12)


def test_support_ignores_the_directors_attention_where_the_link_is_cut():
    assert support(0.5, 0.0, 0.7, C._replace(leader=0.0)) == support(0.5, 0.0, -0.2, C._replace(leader=0.0)) == 0.5


@given(log_pressure, log_pressure, unit, unit)
def test_burnout_target_rises_with_work_pressure_and_falls_with_support(a, b, fear, manager_support):
    low, high = sorted([a, b])
    low_pressure = burnout_target(low, fear, manager_support, 0.0, 0.0, C)
    assert 0.0 <= low_pressure <= burnout_target(high, fear, manager_support, 0.0, 0.0, C) <= 1.0
    assert burnout_target(low, fear, 1.0, 0.0, 0.0, C) <= low_pressure


@given(unit, unit, log_pressure)
def test_burnout_target_rises_with_fear(a, b, log_work_pressure):
    low, high = sorted([a, b])
    low_fear, high_fear = (burnout_target(log_work_pressure, fear, 0.5, 0.0, 0.0, C) for fear in (low, high))
    assert low_fear <= high_fear


def test_burnout_target_stays_between_0_and_1_at_extreme_work_pressure():
    assert burnout_target(1e6, 1.0, 0.0, 1.0, 5.0, C) <= 1.0
    assert burnout_target(-1e6, 0.0, 1.0, -1.0, 0.0, C) >= 0.0


def test_burnout_of_staff_in_post_approaches_its_target_with_a_time_constant_of_26_weeks(world, now, c):
    world.workers.fear[:] = 0.5
    world.managers.own_support[:] = 0.5
    world.managers.blame[:] = 0.6
    world.leaders.for_staff[:] = c.burnout.leader_ref
    world.workers.status[5] = EMPTY
    python_function(update_burnout)(
        world.workers, world.managers, world.leaders, world.service, 0.6, c.burnout._replace(team=0.0), now
    )
    assert world.workers.burnout.tolist() == pytest.approx([0.4 * approach(26.0)] * 5 + [0.0], abs=1e-12)


def test_attention_of_the_director_to_staff_reduces_burnout(world, now, c):
    """Attention 0.2 above the reference adds 0.06 to support: odds 2/3 exp(-0.06) = 0.62784, so b* = 0.38569."""
    world.workers.fear[:] = 0.5
    world.workers.burnout[:] = 0.4
    world.managers.own_support[:] = 0.5
    world.managers.blame[:] = 0.6
    world.leaders.for_staff[:] = c.burnout.leader_ref + 0.2
    no_contagion = c.burnout._replace(team=0.0)
    python_function(update_burnout)(world.workers, world.managers, world.leaders, world.service, 0.6, no_contagion, now)
    assert world.workers.burnout.tolist() == pytest.approx([0.4 - (0.4 - 0.38569) * approach(26.0)] * 6, abs=1e-6)
