"""Fear (E25): targets, adjustment, sanctions and contagion.

F* = 0.1 + 0.55 B + 0.15 T + 0.3 (mean of peers - F) + 0.2 D + 0.2 M

The effect of blame is 0 by default, where fear follows sanctions instead. These tests pass 0.55.
"""

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
from redbead.state.people import EMPTY, PERMANENT

unit = st.floats(0, 1)
C = Fear(blame=0.55)


@pytest.mark.parametrize(
    ("blame", "threat", "peer_fear", "disruption", "publicity", "added", "expected"),
    [
        (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1000),
        (0.6, 0.35, 0.0, 0.0, 0.0, 0.0, 0.4825),
        (1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.8000),
        (0.6, 0.35, 0.1, 0.2, 0.3, 0.1, 0.7125),  # 0.4825 + 0.03 + 0.04 + 0.06 + 0.1
        (1.0, 1.0, 0.5, 0.5, 0.5, 0.1, 1.0000),  # 1.25, limited to 1
        (0.0, 0.0, -0.5, 0.0, 0.0, 0.0, 0.0000),  # -0.05, limited to 0
    ],
)
def test_fear_target_by_hand(blame, threat, peer_fear, disruption, publicity, added, expected):
    target = fear_target(blame, threat, peer_fear, disruption, publicity, added, C)
    assert target == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("leader_fear", "threat", "disruption", "publicity", "expected"),
    [
        (0.0, 0.0, 0.0, 0.0, 0.15),
        (0.5, 0.35, 0.0, 0.0, 0.47),
        (1.0, 1.0, 0.0, 0.0, 0.85),
        (0.4, 0.2, 0.1, 0.5, 0.51),  # 0.15 + 0.2 + 0.04 + 0.02 + 0.1
        (1.0, 1.0, 1.0, 1.0, 1.00),  # 1.25, limited to 1
    ],
)
def test_manager_fear_target_by_hand(leader_fear, threat, disruption, publicity, expected):
    assert manager_fear_target(leader_fear, threat, disruption, publicity, 0.0, C) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("threat", "publicity", "protection", "expected"),
    [(0.0, 0.0, 0.0, 0.15), (0.35, 0.0, 0.0, 0.5), (1.0, 0.0, 0.0, 1.0), (0.5, 1.0, 0.0, 0.85),
     (0.5, 1.0, 0.5, 0.5), (0.5, 1.0, 1.0, 0.15)],
)  # fmt: skip
def test_leader_fear_target_by_hand(threat, publicity, protection, expected):
    target = leader_fear_target(threat, publicity, C._replace(protection=protection))
    assert target == pytest.approx(expected, abs=1e-12)


@given(unit, unit, unit, st.floats(-1, 1), unit, unit, unit)
def test_fear_target_rises_with_blame(a, b, threat, peer_fear, disruption, publicity, added):
    low, high = sorted([a, b])
    little, much = (fear_target(blame, threat, peer_fear, disruption, publicity, added, C) for blame in (low, high))
    assert 0.0 <= little <= much <= 1.0


@given(unit, unit, unit)
def test_fear_cascades_from_the_leader_to_managers(a, b, threat):
    low, high = sorted([a, b])
    assert manager_fear_target(low, threat, 0.0, 0.0, 0.0, C) <= manager_fear_target(high, threat, 0.0, 0.0, 0.0, C)


@given(unit, unit, unit, unit)
def test_protection_never_raises_the_directors_fear(threat, publicity, a, b):
    low, high = sorted([a, b])
    shielded = leader_fear_target(threat, publicity, C._replace(protection=high))
    assert shielded <= leader_fear_target(threat, publicity, C._replace(protection=low)) + 1e-15


@given(unit, unit)
def test_fear_approaches_its_target_without_overshooting(fear, target):
    after = step_fear(fear, target, approach(C.rise), approach(C.fall))
    assert min(fear, target) - 1e-12 <= after <= max(fear, target) + 1e-12


def weeks_to_half(start, target):
    """Weeks until half of the gap is closed."""
    fear, week = start, 0
    while abs(fear - target) > 0.5 * abs(start - target):
        fear = step_fear(fear, target, approach(C.rise), approach(C.fall))
        week += 1
    return week


def test_fear_rises_quickly_and_falls_slowly():
    """T37: the half-lives of first-order smoothing are tau ln 2, so 4 ln 2 = 2.8 and 52 ln 2 = 36.04 weeks."""
    assert weeks_to_half(0.2, 0.8) == math.ceil(4 * math.log(2))
    assert weeks_to_half(0.8, 0.2) == math.ceil(52 * math.log(2))
    assert weeks_to_half(0.8, 0.2) >= 30
    assert weeks_to_half(0.8, 0.2) / weeks_to_half(0.2, 0.8) >= 5


# kernels


def test_a_sanction_raises_fear_most_in_the_worker_then_in_the_team_then_in_others(world, now, c):
    """The shocks of E25 in two teams of three: 0.15, 0.03 and 0.002; they are not larger below 120 posts."""
    world.workers.last_sanction[0] = now.week
    world.managers.sanctions[:] = (1, 0)
    world.counts.sanctions[:] = 1
    python_function(apply_sanction_shocks)(world.workers, world.managers, world.counts, 6, 0.0, c.fear, now)
    assert world.workers.fear.tolist() == pytest.approx([0.15, 0.03, 0.03, 0.002, 0.002, 0.002], abs=1e-12)


@pytest.mark.parametrize(
    ("fairness", "expected"),
    [
        (0.0, [0.15, 0.03, 0.03, 0.002, 0.002, 0.002]),
        (1.0, [0.15, 0.0, 0.0, 0.0, 0.0, 0.0]),  # a just sanction frightens only the person sanctioned
        (0.5, [0.15, 0.015, 0.015, 0.001, 0.001, 0.001]),
    ],
)
def test_a_sanction_of_a_violation_frightens_colleagues_less_where_it_is_seen_as_just(
    world, now, c, fairness, expected
):
    world.workers.last_sanction[0] = world.workers.last_just_sanction[0] = now.week
    world.managers.sanctions[0] = world.managers.just_sanctions[0] = world.counts.sanctions[0] = 1
    fear = c.fear._replace(fairness=fairness)
    python_function(apply_sanction_shocks)(world.workers, world.managers, world.counts, 6, 0.0, fear, now)
    assert world.workers.fear.tolist() == pytest.approx(expected, abs=1e-12)


def test_a_just_sanction_can_reassure_colleagues_but_an_unjust_one_beside_it_frightens(world, now, c):
    """Fairness 1.5: a just and an unjust sanction in team 0. Worker 2: 0.5 + 0.03 (1 - 0.5) = 0.515."""
    world.workers.fear[:] = 0.5
    world.workers.last_sanction[:2] = now.week
    world.workers.last_just_sanction[0] = now.week
    world.managers.sanctions[0], world.managers.just_sanctions[0], world.counts.sanctions[0] = 2, 1, 2
    fear = c.fear._replace(fairness=1.5, kick_others=0.0)
    python_function(apply_sanction_shocks)(world.workers, world.managers, world.counts, 6, 0.0, fear, now)
    just, unjust, other = world.workers.fear[:3].tolist()
    assert other == pytest.approx(0.515)
    assert just == pytest.approx(0.5 + 0.15 + 0.03), "her own sanction is not that of a colleague; the other one is"
    assert unjust == pytest.approx(0.5 + 0.15 - 0.015)


def test_fear_does_not_change_without_sanctions(world, now, c):
    world.workers.last_sanction[0] = now.week - 1
    python_function(apply_sanction_shocks)(world.workers, world.managers, world.counts, 6, 0.0, c.fear, now)
    assert not world.workers.fear.any()


def test_team_means_include_staff_in_post_only(world, now):
    world.workers.fear[:] = (0.2, 0.4, 0.9, 0.1, 0.1, 0.1)
    world.workers.status[2] = EMPTY
    python_function(aggregate_teams)(world.workers, world.managers, now)
    assert world.managers.staff.tolist() == [2, 3]
    assert world.managers.team_fear.tolist() == pytest.approx([0.3, 0.1])


def test_fear_spreads_along_informal_ties(world, now, c):
    """A quarter of the weight is on informal contacts: 0.75 x 0.2 + 0.25 x 0.8 = 0.35."""
    world.managers.team_fear[:] = (0.2, 0.8)
    world.workers.fear[3] = 0.8
    tied = world.network._replace(first=world.network.first.copy(), friend=world.network.first[:1] * 0 + 3)
    tied.first[1:] = 1  # worker 0 is tied to worker 3; there are no other ties
    python_function(perceive_peer_fear)(world.workers, world.managers, tied, c.fear, now)
    assert world.workers.peer_fear.tolist() == pytest.approx([0.35, 0.2, 0.2, 0.8, 0.8, 0.8])


def test_an_announced_just_culture_halves_expected_blame_until_the_promise_is_broken(world, now, c):
    """F* at B = 0.6: 0.1 + 0.55 x 0.6 x 0.5 = 0.265 while the promise holds; 0.1 + 0.33 + 0.1 = 0.53 once broken."""
    fear = c.fear._replace(blame=0.55, belief=0.5)

    def steady_fear(*, just, broken):
        world.service.embedded[:] = 1.0
        world.service.broken_promise[:] = broken
        world.managers.blame[:] = 0.6
        for _ in range(400):
            python_function(aggregate_teams)(world.workers, world.managers, now)
            python_function(perceive_peer_fear)(world.workers, world.managers, world.network, fear, now)
            python_function(update_fear)(world.workers, world.managers, world.service, world.oversight, just, fear, now)
        return world.workers.fear[0]

    assert steady_fear(just=1.0, broken=0) == pytest.approx(0.265, abs=1e-3)
    assert steady_fear(just=0.0, broken=0) == pytest.approx(0.43, abs=1e-3)
    assert steady_fear(just=1.0, broken=1) == pytest.approx(0.53, abs=1e-3)


def steady_state(world, now, c, *, just=0.0):
    world.managers.blame[:] = 0.6
    for _ in range(400):
        python_function(aggregate_teams)(world.workers, world.managers, now)
        python_function(perceive_peer_fear)(world.workers, world.managers, world.network, c, now)
        python_function(update_fear)(world.workers, world.managers, world.service, world.oversight, just, c, now)
    return world.workers.fear.tolist()


def test_rhetoric_adds_the_same_fear_to_all_workers(world, now, c):
    """F* = 0.1 + 0.55 x 0.6 + 0.05 for rhetoric = 0.48."""
    coefficients = c.fear._replace(blame=0.55, rhetoric=0.05)
    assert steady_state(world, now, coefficients) == pytest.approx([0.48] * 6, abs=1e-3)


@pytest.mark.parametrize(("embedded", "expected"), [(1.0, 0.265), (0.7, 0.3145), (0.0, 0.43)])
def test_belief_in_an_announcement_falls_with_its_surviving_share(world, now, c, embedded, expected):
    """F* = 0.1 + 0.33 (1 - 0.5 embedded)."""
    world.service.embedded[:] = embedded
    fear = c.fear._replace(blame=0.55, belief=0.5)
    assert steady_state(world, now, fear, just=1.0) == pytest.approx([expected] * 6, abs=1e-3)


def test_means_of_teams_count_staff_in_post_only(world, now):
    """Team 0 has one worker, team 1 none: its means are 0. A team of one has the fear and burnout of its worker."""
    world.workers.status[:] = EMPTY
    world.workers.status[1] = PERMANENT
    world.workers.fear[:], world.workers.burnout[:] = 0.6, 0.4
    world.managers.team_fear[:] = world.managers.team_burnout[:] = 0.9
    python_function(aggregate_teams)(world.workers, world.managers, now)
    assert world.managers.staff.tolist() == [1, 0]
    assert world.managers.team_fear.tolist() == [0.6, 0.0]
    assert world.managers.team_burnout.tolist() == [0.4, 0.0]
