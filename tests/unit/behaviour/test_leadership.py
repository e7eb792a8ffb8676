"""Directors (E13, E27, E28): what they attend to, how far they dress things up, how they come and go."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead import rng
from redbead.behaviour.leadership import (
    Leadership,
    appoint,
    attention,
    attention_to_staff,
    gaming_target,
    leader_moves_on,
    remove_director,
    update_commitment_and_gaming,
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
        (0.7, True, -2.0, 0.0, 1.00),  # 1.15, held at 1
        (0.0, False, 1.0, 0.0, 0.00),  # -0.1, held at 0
        (0.7, False, 0.0, 0.3, 0.15),  # practice is rewarded
    ],
)
def test_attention_by_hand(stakes, inadequate, commitment, reward, expected):
    found = attention(stakes, float(inadequate), commitment, C._replace(compliance_reward=reward))
    assert found == pytest.approx(expected, abs=1e-12)


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
def test_dressing_up_by_hand(stakes, fear, integrity, candour, expected):
    found = gaming_target(stakes, fear, integrity, C._replace(candour_credit=candour))
    assert found == pytest.approx(expected, abs=5e-5)


@given(unit, unit, unit, sd)
def test_stakes_and_fear_make_for_dressing_up_and_compliance(a, b, fear, character):
    low, high = sorted([a, b])
    assert gaming_target(low, fear, character, C) <= gaming_target(high, fear, character, C)
    assert gaming_target(fear, low, character, C) <= gaming_target(fear, high, character, C)
    assert 0.0 <= attention(low, 0.0, character, C) <= attention(high, 0.0, character, C) <= 1.0


@given(unit, unit, sd, sd)
def test_character_resists(stakes, fear, a, b):
    low, high = sorted([a, b])
    assert gaming_target(stakes, fear, high, C) <= gaming_target(stakes, fear, low, C)
    assert attention(stakes, 1.0, high, C) <= attention(stakes, 1.0, low, C)


@pytest.mark.parametrize(
    ("inspection", "incidents", "debate", "pulls", "expected"),
    [
        (0.4, 0.0, 0.0, (0.0, 0.0), 0.30),  # half of the rest: staff and budget are equals
        (0.4, 1.0, 0.0, (0.0, 0.0), 0.20),  # a third: a recent incident is one more
        (0.4, 0.0, 0.02, (0.0, 0.0), 0.29),
        (0.4, 0.0, 0.0, (math.log(2), 0.0), 0.40),  # 0.6 x 2/3
        (0.4, 0.0, 0.0, (0.0, math.log(2)), 0.20),  # 0.6 x 1/3
        (0.4, 1.0, 0.0, (math.log(2), math.log(3)), 0.20),  # 0.6 x 2/6
        (1.0, 0.0, 0.02, (0.0, 0.0), 0.00),  # nothing is left
    ],
)
def test_attention_to_staff_by_hand(inspection, incidents, debate, pulls, expected):
    c = C._replace(staff_pull=pulls[0], budget_pull=pulls[1])
    assert attention_to_staff(inspection, incidents, debate, c) == pytest.approx(expected, abs=1e-12)


pull = st.floats(-3, 3)


@given(unit, st.floats(0, 20), st.floats(0, 0.1), pull, pull)
def test_goals_share_no_more_attention_than_there_is(inspection, incidents, debate, staff, budget):
    """Exchanging the pulls gives the share of the budget; incidents take what is left of the rest."""
    one, other = C._replace(staff_pull=staff, budget_pull=budget), C._replace(staff_pull=budget, budget_pull=staff)
    rest = max(0.0, 1.0 - inspection - debate)
    shares = [attention_to_staff(inspection, incidents, debate, c) for c in (one, other)]
    assert min(shares) >= 0.0
    assert sum(shares) <= rest + 1e-12
    without_incidents = [attention_to_staff(inspection, 0.0, debate, c) for c in (one, other)]
    assert sum(without_incidents) == pytest.approx(rest, abs=1e-12)


@given(unit, unit, st.floats(0, 5), pull, pull)
def test_whatever_else_pulls_takes_attention_from_staff(inspection, more, incidents, a, b):
    low, high = sorted([a, b])
    here = attention_to_staff(inspection, incidents, 0.0, C)
    assert attention_to_staff(min(1.0, inspection + more), incidents, 0.0, C) <= here
    assert attention_to_staff(inspection, incidents + more, 0.0, C) <= here
    thrift, ease = (attention_to_staff(inspection, incidents, 0.0, C._replace(budget_pull=k)) for k in (high, low))
    assert thrift <= ease
    care, neglect = (attention_to_staff(inspection, incidents, 0.0, C._replace(staff_pull=k)) for k in (high, low))
    assert neglect <= care


# the week


def move_on(world, now, c):
    python_function(leader_moves_on)(
        world.leaders, world.service, world.oversight, world.counts, world.event_log, c, now
    )


def test_the_organisation_follows_in_26_weeks(world, now, c):
    world.leaders.attention[:] = 0.9
    world.service.compliance[:] = 0.5
    python_function(update_commitment_and_gaming)(world.leaders, world.service, 0.7, 0.0, c.leadership, now)
    assert world.service.compliance[0] == pytest.approx(0.5 + 0.4 * approach(26.0), abs=1e-12)


def test_an_interim_director_of_average_leanings_stands_in_for_35_weeks(world, now, c):
    world.leaders.commitment[:] = world.leaders.integrity[:] = 2.0
    always = c.leadership._replace(interim_chance=1.0)
    python_function(remove_director)(world.leaders, world.service, world.counts, world.event_log, always, now)
    assert (world.leaders.commitment[0], world.leaders.integrity[0], world.leaders.interim[0]) == (0.0, 0.0, 35.0)
    assert world.leaders.spell[0] == world.counts.leaders_left[0] == 1
    weeks = 0
    while world.leaders.interim[0] > 0:
        move_on(world, now, c.leadership)
        weeks += 1
    assert weeks == 35
    assert world.leaders.commitment[0] != 0.0


def test_without_an_interim_director_a_successor_starts_at_once(world, now, c):
    world.leaders.commitment[:], world.leaders.tenure[:] = 9.0, 50.0
    never = c.leadership._replace(interim_chance=0.0)
    python_function(remove_director)(world.leaders, world.service, world.counts, world.event_log, never, now)
    assert (world.leaders.interim[0], world.leaders.tenure[0], world.leaders.spell[0]) == (0.0, 0.0, 1)
    assert world.leaders.commitment[0] != 9.0


def test_how_often_an_interim_director_stands_in(world, now, c):
    """The week's own uniform against 0.3, week by week."""
    some = c.leadership._replace(interim_chance=0.3)
    found = []
    for week in range(200):
        later = now._replace(week=week)
        python_function(remove_director)(world.leaders, world.service, world.counts, world.event_log, some, later)
        found.append(world.leaders.interim[0] > 0.0)
    assert found == [rng.uniform(now.seed, rng.INTERIM, week, 0) < 0.3 for week in range(200)]


def test_a_successor_is_drawn_from_the_declared_distribution(world, now, c):
    python_function(appoint)(world.leaders, c.leadership._replace(commitment_mean=0.3), now)
    u, v = rng.pair(now.seed, rng.LEADER_PERSON, now.week, rng.person(0, 0))
    assert world.leaders.commitment[0] == pytest.approx(0.3 + 0.5 * rng.normal(u))
    assert world.leaders.integrity[0] == pytest.approx(rng.normal(v))


@pytest.mark.parametrize(("grade", "push"), [(-1, 0.0), (0, 0.3), (1, 0.0), (2, 0.0), (3, 0.3)])
def test_good_directors_are_poached_and_those_of_failing_authorities_leave(world, now, c, grade, push):
    """The chance 1 - exp(-h exp(push)) is met by the director's own uniform, week by week."""
    chance = 1 - math.exp(-0.2 * math.exp(push))
    quick = c.leadership._replace(leaving=0.2)
    left = 0
    for week in range(300):
        before = int(world.leaders.spell[0])
        world.leaders.interim[:] = 0.0
        u = rng.uniform(now.seed, rng.LEADER_LEAVING, week, rng.person(0, before))
        world.oversight.grade[:] = grade
        world.oversight.report_severity[:] = float(grade == 3)
        move_on(world, now._replace(week=week), quick)
        assert (world.leaders.spell[0] > before) == (u < chance)
        left += u < chance
    assert left > 20


def follow(world, now, c, *, debate=0.0):
    python_function(update_commitment_and_gaming)(world.leaders, world.service, 0.7, debate, c.leadership, now)


def test_what_is_left_of_her_attention_goes_to_staff(world, now, c):
    """Half of 1 - 0.4 - 0.02 x 0.5 with a debate half as loud as it can be; a third of it after an incident."""
    world.leaders.attention[:] = 0.4
    world.service.debated[:] = 0.5
    follow(world, now, c, debate=0.02)
    assert world.leaders.for_staff[0] == pytest.approx(0.295, abs=1e-12)
    world.service.incident_memory[:] = 1.0
    follow(world, now, c, debate=0.02)
    assert world.leaders.for_staff[0] == pytest.approx(0.59 / 3, abs=1e-12)


@pytest.mark.parametrize(
    ("survival", "before", "after"), [(0.7, 1.0, 0.7), (0.7, 0.5, 0.35), (0.0, 1.0, 0.0), (1.0, 0.8, 0.8)]
)
def test_of_a_culture_only_a_share_survives_its_leader(world, now, c, survival, before, after):
    world.service.embedded[:] = before
    python_function(remove_director)(
        world.leaders, world.service, world.counts, world.event_log, c.leadership._replace(survival=survival), now
    )
    assert world.service.embedded[0] == pytest.approx(after, abs=1e-12)


def test_a_culture_is_made_ones_own_again_in_a_year(world, now, c):
    """1 - 0.3 exp(-n / 52) n weeks after a director has gone."""
    world.service.embedded[:] = 1.0
    python_function(remove_director)(world.leaders, world.service, world.counts, world.event_log, c.leadership, now)
    for week in range(1, 157):
        follow(world, now, c)
        assert world.service.embedded[0] == pytest.approx(1 - 0.3 * math.exp(-week / 52), abs=1e-12)


def test_where_leaders_stay_a_culture_stays(world, now, c):
    world.service.embedded[:] = 1.0
    for week in range(100):
        move_on(world, now._replace(week=week), c.leadership._replace(leaving=0.0))
        follow(world, now, c)
    assert world.service.embedded[0] == 1.0
