"""Directors: attention (E27, E141), gaming (E28) and turnover (E13), compared with values calculated by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead import rng
from redbead.behaviour.leadership import (
    Leadership,
    apply_leader_turnover,
    appoint_director,
    attention,
    attention_to_staff,
    gaming_target,
    remove_director,
    update_compliance_and_gaming,
)
from redbead.jit import python_function
from redbead.state.maths import approach

unit = st.floats(0, 1)
sd = st.floats(-4, 4)
C = Leadership()


@pytest.mark.parametrize(
    ("stakes", "inadequate", "commitment", "reward", "expected"),
    [
        (0.0, False, 0.0, 0.0, 0.10),
        (0.7, False, 0.0, 0.0, 0.45),
        (1.0, True, 0.0, 0.0, 0.90),
        (0.7, False, 1.0, 0.0, 0.25),  # a director committed to practice
        (0.7, True, -2.0, 0.0, 1.00),  # 1.15, limited to 1
        (0.0, False, 1.0, 0.0, 0.00),  # -0.1, limited to 0
        (0.7, False, 0.0, 0.3, 0.15),  # rewards for good practice
    ],
)
def test_attention_matches_hand_calculation(stakes, inadequate, commitment, reward, expected):
    share = attention(stakes, float(inadequate), commitment, C._replace(compliance_reward=reward))
    assert share == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("stakes", "fear", "integrity", "candour", "expected"),
    [
        (0.0, 1.0, 0.0, 0.0, 0.0474),  # logit -3
        (0.7, 0.5, 0.0, 0.0, 0.1680),  # logit -1.6
        (1.0, 1.0, 0.0, 0.0, 0.7311),  # logit 1
        (0.7, 0.5, 1.0, 0.0, 0.1091),  # logit -2.1
        (0.7, 0.5, 0.0, 1.0, 0.0691),  # logit -2.6
    ],
)
def test_gaming_target_matches_hand_calculation(stakes, fear, integrity, candour, expected):
    target = gaming_target(stakes, fear, integrity, C._replace(candour_credit=candour))
    assert target == pytest.approx(expected, abs=5e-5)


@given(unit, unit, unit, sd)
def test_stakes_and_fear_increase_gaming_and_attention_to_compliance(a, b, fear, character):
    low, high = sorted([a, b])
    assert gaming_target(low, fear, character, C) <= gaming_target(high, fear, character, C)
    assert gaming_target(fear, low, character, C) <= gaming_target(fear, high, character, C)
    assert 0.0 <= attention(low, 0.0, character, C) <= attention(high, 0.0, character, C) <= 1.0


@given(unit, unit, sd, sd)
def test_integrity_and_commitment_reduce_gaming_and_attention_to_compliance(stakes, fear, a, b):
    low, high = sorted([a, b])
    assert gaming_target(stakes, fear, high, C) <= gaming_target(stakes, fear, low, C)
    assert attention(stakes, 1.0, high, C) <= attention(stakes, 1.0, low, C)


@pytest.mark.parametrize(
    ("inspection", "incidents", "debate", "weights", "expected"),
    [
        (0.4, 0.0, 0.0, (0.0, 0.0), 0.30),  # half of the remainder: staff and budget have equal weights
        (0.4, 1.0, 0.0, (0.0, 0.0), 0.20),  # a third: a recent incident is a third goal of equal weight
        (0.4, 0.0, 0.02, (0.0, 0.0), 0.29),
        (0.4, 0.0, 0.0, (math.log(2), 0.0), 0.40),  # 0.6 x 2/3
        (0.4, 0.0, 0.0, (0.0, math.log(2)), 0.20),  # 0.6 x 1/3
        (0.4, 1.0, 0.0, (math.log(2), math.log(3)), 0.20),  # 0.6 x 2/6
        (1.0, 0.0, 0.02, (0.0, 0.0), 0.00),  # no attention remains
    ],
)
def test_attention_to_staff_matches_hand_calculation(inspection, incidents, debate, weights, expected):
    c = C._replace(staff_pull=weights[0], budget_pull=weights[1])
    assert attention_to_staff(inspection, incidents, debate, c) == pytest.approx(expected, abs=1e-12)


log_weight = st.floats(-3, 3)


@given(unit, st.floats(0, 20), st.floats(0, 0.1), log_weight, log_weight)
def test_shares_of_attention_never_exceed_the_remainder(inspection, incidents, debate, staff, budget):
    """Swapping the weights gives the share of the budget; incidents take the rest of the remainder."""
    c, swapped = C._replace(staff_pull=staff, budget_pull=budget), C._replace(staff_pull=budget, budget_pull=staff)
    remainder = max(0.0, 1.0 - inspection - debate)
    shares = [attention_to_staff(inspection, incidents, debate, each) for each in (c, swapped)]
    assert min(shares) >= 0.0
    assert sum(shares) <= remainder + 1e-12
    without_incidents = [attention_to_staff(inspection, 0.0, debate, each) for each in (c, swapped)]
    assert sum(without_incidents) == pytest.approx(remainder, abs=1e-12)


@given(unit, unit, st.floats(0, 5), log_weight, log_weight)
def test_competing_goals_reduce_attention_to_staff(inspection, more, incidents, a, b):
    low, high = sorted([a, b])
    share = attention_to_staff(inspection, incidents, 0.0, C)
    assert attention_to_staff(min(1.0, inspection + more), incidents, 0.0, C) <= share
    assert attention_to_staff(inspection, incidents + more, 0.0, C) <= share
    budget_low, budget_high = (
        attention_to_staff(inspection, incidents, 0.0, C._replace(budget_pull=weight)) for weight in (low, high)
    )
    assert budget_high <= budget_low
    staff_low, staff_high = (
        attention_to_staff(inspection, incidents, 0.0, C._replace(staff_pull=weight)) for weight in (low, high)
    )
    assert staff_low <= staff_high


# Weekly updates


def update_turnover(world, now, c):
    python_function(apply_leader_turnover)(
        world.leaders, world.service, world.oversight, world.counts, world.event_log, c, now
    )


def test_compliance_follows_attention_with_a_time_constant_of_26_weeks(world, now, c):
    world.leaders.attention[:] = 0.9
    world.service.compliance[:] = 0.5
    python_function(update_compliance_and_gaming)(world.leaders, world.service, 0.7, 0.0, c.leadership, now)
    assert world.service.compliance[0] == pytest.approx(0.5 + 0.4 * approach(26.0), abs=1e-12)


def test_an_interim_director_with_average_traits_serves_for_35_weeks(world, now, c):
    world.leaders.commitment[:] = world.leaders.integrity[:] = 2.0
    always = c.leadership._replace(interim_chance=1.0)
    python_function(remove_director)(world.leaders, world.service, world.counts, world.event_log, always, now)
    assert (world.leaders.commitment[0], world.leaders.integrity[0], world.leaders.interim[0]) == (0.0, 0.0, 35.0)
    assert world.leaders.spell[0] == world.counts.leaders_left[0] == 1
    weeks = 0
    while world.leaders.interim[0] > 0:
        update_turnover(world, now, c.leadership)
        weeks += 1
    assert weeks == 35
    assert world.leaders.commitment[0] != 0.0


def test_without_an_interim_director_a_successor_starts_at_once(world, now, c):
    world.leaders.commitment[:], world.leaders.tenure[:] = 9.0, 50.0
    never = c.leadership._replace(interim_chance=0.0)
    python_function(remove_director)(world.leaders, world.service, world.counts, world.event_log, never, now)
    assert (world.leaders.interim[0], world.leaders.tenure[0], world.leaders.spell[0]) == (0.0, 0.0, 1)
    assert world.leaders.commitment[0] != 9.0


def test_an_interim_director_is_appointed_with_the_given_probability(world, now, c):
    """Each week's uniform draw is compared with 0.3."""
    sometimes = c.leadership._replace(interim_chance=0.3)
    interim = []
    for week in range(200):
        later = now._replace(week=week)
        python_function(remove_director)(world.leaders, world.service, world.counts, world.event_log, sometimes, later)
        interim.append(world.leaders.interim[0] > 0.0)
    assert interim == [rng.uniform(now.seed, rng.INTERIM, week, 0) < 0.3 for week in range(200)]


def test_a_successor_is_drawn_from_the_declared_distribution(world, now, c):
    python_function(appoint_director)(world.leaders, c.leadership._replace(commitment_mean=0.3), now)
    u, v = rng.pair(now.seed, rng.LEADER_PERSON, now.week, rng.person(0, 0))
    assert world.leaders.commitment[0] == pytest.approx(0.3 + 0.5 * rng.normal(u))
    assert world.leaders.integrity[0] == pytest.approx(rng.normal(v))


@pytest.mark.parametrize(("grade", "log_hazard_ratio"), [(-1, 0.0), (0, 0.3), (1, 0.0), (2, 0.0), (3, 0.3)])
def test_directors_leave_more_often_after_an_outstanding_or_inadequate_grade(world, now, c, grade, log_hazard_ratio):
    """Each week's uniform draw is compared with 1 - exp(-h exp(log_hazard_ratio))."""
    chance = 1 - math.exp(-0.2 * math.exp(log_hazard_ratio))
    frequent = c.leadership._replace(leaving=0.2)
    left = 0
    for week in range(300):
        before = int(world.leaders.spell[0])
        world.leaders.interim[:] = 0.0
        u = rng.uniform(now.seed, rng.LEADER_LEAVING, week, rng.person(0, before))
        world.oversight.grade[:] = grade
        world.oversight.report_severity[:] = float(grade == 3)
        update_turnover(world, now._replace(week=week), frequent)
        assert (world.leaders.spell[0] > before) == (u < chance)
        left += u < chance
    assert left > 20


def update_compliance(world, now, c, *, debate=0.0):
    python_function(update_compliance_and_gaming)(world.leaders, world.service, 0.7, debate, c.leadership, now)


def test_staff_receive_the_attention_that_remains(world, now, c):
    """Half of 1 - 0.4 - 0.02 x 0.5 during a debate of half intensity; a third after an incident."""
    world.leaders.attention[:] = 0.4
    world.service.debated[:] = 0.5
    update_compliance(world, now, c, debate=0.02)
    assert world.leaders.for_staff[0] == pytest.approx(0.295, abs=1e-12)
    world.service.incident_memory[:] = 1.0
    update_compliance(world, now, c, debate=0.02)
    assert world.leaders.for_staff[0] == pytest.approx(0.59 / 3, abs=1e-12)


@pytest.mark.parametrize(
    ("survival", "before", "after"), [(0.7, 1.0, 0.7), (0.7, 0.5, 0.35), (0.0, 1.0, 0.0), (1.0, 0.8, 0.8)]
)
def test_a_share_of_the_culture_survives_a_change_of_director(world, now, c, survival, before, after):
    world.service.embedded[:] = before
    python_function(remove_director)(
        world.leaders, world.service, world.counts, world.event_log, c.leadership._replace(survival=survival), now
    )
    assert world.service.embedded[0] == pytest.approx(after, abs=1e-12)


def test_a_successor_re_establishes_the_culture_with_a_time_constant_of_52_weeks(world, now, c):
    """The embedded culture is 1 - 0.3 exp(-n / 52), n weeks after the change of director."""
    world.service.embedded[:] = 1.0
    python_function(remove_director)(world.leaders, world.service, world.counts, world.event_log, c.leadership, now)
    for week in range(1, 157):
        update_compliance(world, now, c)
        assert world.service.embedded[0] == pytest.approx(1 - 0.3 * math.exp(-week / 52), abs=1e-12)


def test_the_culture_persists_while_the_director_stays(world, now, c):
    world.service.embedded[:] = 1.0
    for week in range(100):
        update_turnover(world, now._replace(week=week), c.leadership._replace(leaving=0.0))
        update_compliance(world, now, c)
    assert world.service.embedded[0] == 1.0
