"""Conduct (E223 to E227): deterrence by perceived certainty, violations of persons, and learning from events."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.behaviour.conduct import (
    KINDS,
    Conduct,
    compute_conduct,
    deterrent,
    learn,
    share_learnt,
    update_perceptions,
    violation_ratio,
)
from redbead.jit import python_function
from redbead.state.people import EMPTY
from redbead.state.practice_errors import DISCLOSURES, SLIP, VIOLATION

unit = st.floats(0, 1)
C = Conduct()
DISCOVERED_VIOLATION = VIOLATION * DISCLOSURES
DISCOVERED_SLIP = SLIP * DISCLOSURES


@pytest.mark.parametrize(
    ("c", "expected"),
    [
        (C, 0.10),  # 0.5 x 0.2
        (C._replace(severity=2.0, severity_weight=1.0), 0.20),
        (C._replace(severity=2.0, severity_weight=0.0), 0.10),
        (C._replace(delay=104.0, delay_weight=0.5), 0.05),  # four times the reference delay halves it
        (C._replace(certainty_weight=2.0), 0.01),
    ],
)
def test_the_deterrent_matches_hand_calculation(c, expected):
    assert deterrent(0.5, 0.2, c) == pytest.approx(expected)


def test_twice_the_certainty_deters_more_than_twice_the_severity():
    """At the shipped weights: a factor of 2 against one of 2 to the power 0.3, which is 1.23."""
    base = deterrent(0.3, 0.2, C)
    assert deterrent(0.3, 0.4, C) / base == pytest.approx(2.0)
    assert deterrent(0.6, 0.2, C) / base == pytest.approx(2.0)
    assert deterrent(0.3, 0.2, C._replace(severity=2.0)) / base == pytest.approx(2.0**0.3)


@given(unit, st.floats(0, 5), st.floats(1, 156), st.floats(0.2, 2))
def test_a_sanction_that_never_comes_does_not_deter(detected, severity, delay, weight):
    c = C._replace(severity=severity, delay=delay, certainty_weight=weight, severity_weight=0.0)
    assert deterrent(detected, 0.0, c) == deterrent(0.0, detected, c) == 0.0


@given(unit, unit, st.floats(-1, 1), st.floats(0, 3))
def test_certainty_never_raises_violations(a, b, pressure, strength):
    c = C._replace(deter_violations=strength)
    low, high = sorted([a, b])
    assert violation_ratio(1.0, pressure, high, high, c) <= violation_ratio(1.0, pressure, low, low, c)


@given(unit, unit, st.floats(0, 50), st.floats(0, 50))
def test_perceptions_lie_between_belief_and_observation_and_depend_on_the_number_of_cases_only(belief, seen, n, more):
    after = learn(belief, seen, share_learnt(n, C))
    assert min(belief, seen) - 1e-12 <= after <= max(belief, seen) + 1e-12
    assert learn(after, seen, share_learnt(more, C)) == pytest.approx(
        learn(belief, seen, share_learnt(n + more, C)), abs=1e-12
    )


def test_the_memory_is_the_number_of_cases_after_which_63_percent_of_the_way_is_gone():
    assert learn(0.0, 1.0, share_learnt(C.memory, C)) == pytest.approx(1 - math.exp(-1))


# Weekly updates


def update(world, c, now):
    python_function(update_perceptions)(world.workers, world.managers, c, now)


def test_a_team_learns_from_its_own_cases_and_less_from_those_of_others(world, now):
    """Team 0 had ten judged violations, all sanctioned. With weight 0.1, team 1 has seen one case: e^(-1/20)."""
    world.managers.judged[0, DISCOVERED_VIOLATION] = world.managers.sanctioned[0, DISCOVERED_VIOLATION] = 10
    update(world, C, now)
    certain = world.workers.perceived_sanction[:, DISCOVERED_VIOLATION]
    assert certain[:3] == pytest.approx([1 - math.exp(-0.5)] * 3)
    assert certain[3:] == pytest.approx([1 - math.exp(-0.05)] * 3)
    assert world.workers.perceived_sanction.sum() == pytest.approx(certain.sum()), "other kinds are not affected"


def test_each_case_is_learnt_from_once(world, now):
    world.managers.judged[:] = 3
    world.managers.ended[:] = 3
    world.managers.sanctioned[:] = 1
    world.managers.detected[:] = 1
    update(world, C, now)
    first = world.workers.perceived_sanction.copy()
    update(world, C, now)
    assert np.array_equal(world.workers.perceived_sanction, first)
    for counted in ("judged", "sanctioned", "ended", "detected"):
        assert not getattr(world.managers, counted).any(), counted


def test_a_team_that_has_seen_no_case_keeps_its_perceptions(world, now):
    """Cases of other teams count 0, so team 1 has seen none; team 0 has seen 20, all with the event: 1 - e^(-1)."""
    world.managers.judged[0] = world.managers.sanctioned[0] = world.managers.ended[0] = world.managers.detected[0] = 20
    world.workers.perceived_sanction[3:] = world.workers.perceived_detection[3:] = 0.3
    update(world, C._replace(others=0.0, memory=20.0), now)
    for perceived in (world.workers.perceived_sanction[:, 0], world.workers.perceived_detection):
        assert perceived == pytest.approx([1 - math.exp(-1)] * 3 + [0.3] * 3)


def test_the_share_of_hidden_errors_that_are_found_sets_the_perceived_chance_of_being_found(world, now):
    """Both teams saw one of four found, very often: the perception is a quarter."""
    world.managers.ended[:] = 4000
    world.managers.detected[:] = 1000
    update(world, C._replace(others=0.0), now)
    assert world.workers.perceived_detection == pytest.approx([0.25] * 6)


def test_perceptions_of_zero_stay_exactly_zero_without_sanctions(world, now):
    """The condition under which a run without any sanction equals one without deterrence, bit for bit."""
    world.managers.judged[:] = 7
    update(world, C, now)
    assert (world.workers.perceived_sanction == 0.0).all()


ACTIVE = C._replace(violations=0.1, spread=0.0, pressure=0.0, unanswered=0.0, deter_violations=2.0)


def conduct(world, c, now):
    python_function(compute_conduct)(world.workers, c, now)


def test_without_violations_and_deterrence_of_slips_conduct_changes_nothing(world, now):
    world.workers.perceived_detection[:] = world.workers.perceived_sanction[:] = 1.0
    conduct(world, C._replace(violations=0.0, deter_slips=0.0), now)
    assert world.workers.conduct_ratio.tolist() == [1.0] * 6
    assert world.workers.violation_share.tolist() == [0.0] * 6


def test_violations_fall_with_perceived_certainty_and_slips_only_where_they_are_deterred(world, now):
    """A certainty of 0.5 x 0.4 = 0.2 lowers violations by e^(-0.4); slips respond to their own certainty of 0.1."""
    world.workers.perceived_detection[:] = 0.5
    world.workers.perceived_sanction[:, DISCOVERED_VIOLATION] = 0.4
    world.workers.perceived_sanction[:, DISCOVERED_SLIP] = 0.2
    conduct(world, ACTIVE, now)
    violations = 0.1 * math.exp(-0.4)
    assert world.workers.conduct_ratio == pytest.approx([0.9 + violations] * 6)
    assert world.workers.violation_share == pytest.approx([violations / (0.9 + violations)] * 6)
    conduct(world, ACTIVE._replace(deter_slips=1.0), now)
    assert world.workers.conduct_ratio == pytest.approx([0.9 * math.exp(-0.1) + violations] * 6)


def test_persons_differ_for_long_and_a_successor_is_another_person(world, now):
    spread = ACTIVE._replace(spread=0.8)
    conduct(world, spread, now)
    first = world.workers.proneness.copy()
    assert len(set(first.tolist())) == 6
    conduct(world, spread, now._replace(week=now.week + 1))
    assert np.array_equal(world.workers.proneness, first)
    world.workers.proneness[0] = 0.0
    world.workers.spell[0] += 1
    conduct(world, spread, now)
    assert world.workers.proneness[0] != first[0]
    assert np.array_equal(world.workers.proneness[1:], first[1:])


def test_proneness_is_one_on_average_with_the_declared_spread(world, now):
    """4,800 persons: mean 1 and standard deviation 0.8 of the logarithm, within 4 standard errors."""
    values = []
    for spell in range(800):
        world.workers.proneness[:] = 0.0
        world.workers.spell[:] = spell
        conduct(world, ACTIVE._replace(spread=0.8), now)
        values += world.workers.proneness.tolist()
    n = len(values)
    variance = math.exp(0.8**2) - 1
    assert abs(np.mean(values) - 1) < 4 * math.sqrt(variance / n)
    assert abs(np.std(np.log(values)) - 0.8) < 4 * 0.8 / math.sqrt(2 * n)


def test_vacant_posts_have_no_conduct(world, now):
    world.workers.status[2] = EMPTY
    conduct(world, ACTIVE._replace(spread=0.8), now)
    assert world.workers.proneness[2] == 0.0


def test_one_perception_for_each_conduct_and_disclosure(world):
    assert world.workers.perceived_sanction.shape == (6, KINDS) == (6, 9)
