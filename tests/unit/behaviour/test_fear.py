"""Fear (E25): where it comes from and how it moves. F* = 0.1 + 0.55 B + 0.15 threat + 0.3 caught + 0.2 Dis + 0.2 M."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.behaviour.fear import (
    Fear,
    aggregate_teams,
    apply_sanction_shocks,
    fear_target,
    leader_fear_target,
    manager_fear_target,
    perceive_peer_fear,
    step_fear,
    update_fear,
)
from redbead.jit import python_function
from redbead.state.maths import approach
from redbead.state.people import EMPTY

unit = st.floats(0, 1)
C = Fear()


@pytest.mark.parametrize(
    ("blame", "threat", "caught", "disruption", "publicity", "added", "expected"),
    [
        (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1000),
        (0.6, 0.35, 0.0, 0.0, 0.0, 0.0, 0.4825),
        (1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.8000),
        (0.6, 0.35, 0.1, 0.2, 0.3, 0.1, 0.7125),  # 0.4825 + 0.03 + 0.04 + 0.06 + 0.1
        (1.0, 1.0, 0.5, 0.5, 0.5, 0.1, 1.0000),  # 1.25, held at 1
        (0.0, 0.0, -0.5, 0.0, 0.0, 0.0, 0.0000),  # -0.05, held at 0
    ],
)
def test_where_a_workers_fear_tends_to(blame, threat, caught, disruption, publicity, added, expected):
    assert fear_target(blame, threat, caught, disruption, publicity, added, C) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("leader", "threat", "disruption", "publicity", "expected"),
    [
        (0.0, 0.0, 0.0, 0.0, 0.15),
        (0.5, 0.35, 0.0, 0.0, 0.47),
        (1.0, 1.0, 0.0, 0.0, 0.85),
        (0.4, 0.2, 0.1, 0.5, 0.51),  # 0.15 + 0.2 + 0.04 + 0.02 + 0.1
        (1.0, 1.0, 1.0, 1.0, 1.00),  # 1.25, held at 1
    ],
)
def test_where_a_managers_fear_tends_to(leader, threat, disruption, publicity, expected):
    assert manager_fear_target(leader, threat, disruption, publicity, C) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("threat", "publicity", "protection", "expected"),
    [(0.0, 0.0, 0.0, 0.15), (0.35, 0.0, 0.0, 0.5), (1.0, 0.0, 0.0, 1.0), (0.5, 1.0, 0.0, 0.85),
     (0.5, 1.0, 0.5, 0.5), (0.5, 1.0, 1.0, 0.15)],
)  # fmt: skip
def test_where_the_leaders_fear_tends_to(threat, publicity, protection, expected):
    found = leader_fear_target(threat, publicity, C._replace(protection=protection))
    assert found == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("accused", "expected"), [(0.0, 0.47), (0.2, 0.67), (0.5, 0.97)])
def test_managers_who_are_punished_for_blaming_are_afraid_too(accused, expected):
    found = manager_fear_target(0.5, 0.35, 0.0, 0.0, C._replace(manager_accused=accused))
    assert found == pytest.approx(expected, abs=1e-12)


@given(unit, unit, unit, st.floats(-1, 1), unit, unit, unit)
def test_more_blame_never_calms(a, b, threat, caught, disruption, publicity, added):
    low, high = sorted([a, b])
    calm = fear_target(low, threat, caught, disruption, publicity, added, C)
    assert 0.0 <= calm <= fear_target(high, threat, caught, disruption, publicity, added, C) <= 1.0


@given(unit, unit, unit)
def test_fear_cascades_from_the_leader_to_managers(a, b, threat):
    low, high = sorted([a, b])
    assert manager_fear_target(low, threat, 0.0, 0.0, C) <= manager_fear_target(high, threat, 0.0, 0.0, C)


@given(unit, unit, unit, unit)
def test_protection_never_frightens_a_leader(threat, publicity, a, b):
    low, high = sorted([a, b])
    shielded = leader_fear_target(threat, publicity, C._replace(protection=high))
    assert shielded <= leader_fear_target(threat, publicity, C._replace(protection=low)) + 1e-15


@given(unit, unit)
def test_fear_moves_towards_its_aim_and_never_beyond(fear, aim):
    after = step_fear(fear, aim, approach(C.rise), approach(C.fall))
    assert min(fear, aim) - 1e-12 <= after <= max(fear, aim) + 1e-12


def weeks_to_half(start, aim):
    """Weeks until half of the gap is closed."""
    fear, week = start, 0
    while abs(fear - aim) > 0.5 * abs(start - aim):
        fear = step_fear(fear, aim, approach(C.rise), approach(C.fall))
        week += 1
    return week


def test_fear_is_quick_to_rise_and_slow_to_fall():
    """T37 for the rule: half-lives of first-order smoothing are tau ln 2, so 4 ln 2 = 2.8 and 52 ln 2 = 36.04 weeks."""
    assert weeks_to_half(0.2, 0.8) == math.ceil(4 * math.log(2))
    assert weeks_to_half(0.8, 0.2) == math.ceil(52 * math.log(2))
    assert weeks_to_half(0.8, 0.2) >= 30
    assert weeks_to_half(0.8, 0.2) / weeks_to_half(0.2, 0.8) >= 5


# the week


def test_a_sanction_frightens_the_sanctioned_most_her_team_less_others_least(world, now, c):
    """E25's kicks in a team of three and another: 0.15, 0.03 and 0.002; below 120 posts news is not magnified."""
    world.workers.last_sanction[0] = now.week
    world.managers.sanctions[:] = (1, 0)
    world.counts.sanctions[:] = 1
    python_function(apply_sanction_shocks)(world.workers, world.managers, world.counts, 6, c.fear, now)
    assert world.workers.fear.tolist() == pytest.approx([0.15, 0.03, 0.03, 0.002, 0.002, 0.002], abs=1e-12)


def test_without_sanctions_nobody_is_kicked(world, now, c):
    world.workers.last_sanction[0] = now.week - 1
    python_function(apply_sanction_shocks)(world.workers, world.managers, world.counts, 6, c.fear, now)
    assert not world.workers.fear.any()


def test_teams_are_seen_as_the_mean_of_those_present(world, now):
    world.workers.fear[:] = (0.2, 0.4, 0.9, 0.1, 0.1, 0.1)
    world.workers.status[2] = EMPTY
    python_function(aggregate_teams)(world.workers, world.managers, now)
    assert world.managers.staff.tolist() == [2, 3]
    assert world.managers.team_fear.tolist() == pytest.approx([0.3, 0.1])


def test_fear_travels_along_informal_ties(world, now, c):
    """A quarter of what is caught comes from people known elsewhere: 0.75 x 0.2 + 0.25 x 0.8 = 0.35."""
    world.managers.team_fear[:] = (0.2, 0.8)
    world.workers.fear[3] = 0.8
    tied = world.network._replace(first=world.network.first.copy(), friend=world.network.first[:1] * 0 + 3)
    tied.first[1:] = 1  # worker 0 knows worker 3, nobody else knows anybody
    python_function(perceive_peer_fear)(world.workers, world.managers, tied, c.fear, now)
    assert world.workers.peer_fear.tolist() == pytest.approx([0.35, 0.2, 0.2, 0.8, 0.8, 0.8])


def test_a_just_culture_is_half_believed_until_broken_and_then_worse_than_none(world, now, c):
    """F* by hand at B = 0.6, nothing else: kept 0.1 + 0.55 x 0.6 x 0.5 = 0.265; broken 0.1 + 0.33 + 0.1 = 0.53."""

    def settled(*, just, broken):
        world.service.embedded[:] = 1.0
        world.service.broken_promise[:] = broken
        world.managers.blame[:] = 0.6
        for _ in range(400):
            python_function(aggregate_teams)(world.workers, world.managers, now)
            python_function(perceive_peer_fear)(world.workers, world.managers, world.network, c.fear, now)
            python_function(update_fear)(
                world.workers, world.managers, world.service, world.oversight, just, c.fear, now
            )
        return world.workers.fear[0]

    assert settled(just=1.0, broken=0) == pytest.approx(0.265, abs=1e-3)
    assert settled(just=0.0, broken=0) == pytest.approx(0.43, abs=1e-3)
    assert settled(just=1.0, broken=1) == pytest.approx(0.53, abs=1e-3)


def settle(world, now, c, *, just=0.0):
    world.managers.blame[:] = 0.6
    for _ in range(400):
        python_function(aggregate_teams)(world.workers, world.managers, now)
        python_function(perceive_peer_fear)(world.workers, world.managers, world.network, c, now)
        python_function(update_fear)(world.workers, world.managers, world.service, world.oversight, just, c, now)
    return world.workers.fear.tolist()


def test_where_colleagues_accuse_each_other_everybody_fears_as_much_more(world, now, c):
    """F* = 0.1 + 0.55 x 0.6 + 0.2 for accusations + 0.05 for rhetoric = 0.68, everybody alike."""
    grim = c.fear._replace(accusation=0.2, rhetoric=0.05)
    assert settle(world, now, grim) == pytest.approx([0.68] * 6, abs=1e-3)


@pytest.mark.parametrize(("embedded", "expected"), [(1.0, 0.265), (0.7, 0.3145), (0.0, 0.43)])
def test_an_announcement_is_believed_as_far_as_it_has_survived_its_leader(world, now, c, embedded, expected):
    """F* = 0.1 + 0.33 (1 - 0.5 embedded)."""
    world.service.embedded[:] = embedded
    assert settle(world, now, c.fear, just=1.0) == pytest.approx([expected] * 6, abs=1e-3)
