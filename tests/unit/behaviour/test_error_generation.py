"""Practice errors (E14, E15): rates by hand, counts and kinds from the dice, what comes to mind later."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead import rng
from redbead.behaviour.error_generation import (
    Practice,
    error_climate,
    error_rate,
    make_errors,
    recognise_later,
    recognised_share,
    shared_error_climate,
)
from redbead.jit import python_function
from redbead.state.people import EMPTY
from redbead.state.practice_errors import MOST_ERRORS, RECOGNISED, UNRECOGNISED

around = st.floats(-1, 1)
C = Practice()


@pytest.mark.parametrize(
    ("care", "burnout", "skill", "fear", "climate", "expected"),
    [
        (1.0, 0.0, 0.0, 0.0, 0.0, 0.010000),
        (0.8, 0.0, 0.0, 0.0, 0.0, 0.012500),  # haste: 0.01 / 0.8
        (1.2, 0.0, 0.0, 0.0, 0.0, 0.010000),  # more than the standard helps no further
        (1.0, 0.2, 0.0, 0.0, 0.0, 0.012214),  # exp(0.2)
        (1.0, 0.0, -0.5, 0.0, 0.0, 0.014918),  # a beginner: exp(0.8 x 0.5)
        (1.0, 0.0, 0.0, 0.5, 0.0, 0.010000),  # by default fear itself makes no errors
        (1.0, 0.0, 0.0, 0.0, -0.3, 0.007408),
        (0.0, 0.0, 0.0, 0.0, 0.0, 0.200000),  # care is held at 1/20
    ],
)
def test_error_rate_by_hand(care, burnout, skill, fear, climate, expected):
    assert error_rate(care, burnout, skill, fear, 0.0, climate, C) == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize(
    ("commitment", "strength", "expected"),
    [(0.0, 0.1, 0.010000), (1.0, 0.1, 0.0090484), (-1.0, 0.1, 0.0110517), (2.0, 0.5, 0.0036788), (2.0, 0.0, 0.010000)],
)
def test_the_committed_err_less_by_hand(commitment, strength, expected):
    """0.01 exp(-strength x commitment)."""
    found = error_rate(1.0, 0.0, 0.0, 0.0, commitment, 0.0, C._replace(commitment=strength))
    assert found == pytest.approx(expected, abs=5e-8)


@pytest.mark.parametrize(
    ("disruption", "defences", "pressed", "blame", "expected"),
    [
        (0.0, 0.0, 0.0, 0.0, 0.00),
        (0.2, 0.0, 0.0, 0.0, 0.14),
        (0.0, 0.3, 0.0, 0.0, -0.21),
        (0.0, 0.0, 0.5, 0.0, -0.05),  # accountability helps
        (0.0, 0.0, 0.0, -0.6, 0.15),  # moral hazard: nobody is blamed, a little less care
        (1.0, 1.0, 1.0, 1.0, -0.35),
    ],
)
def test_climate_by_hand(disruption, defences, pressed, blame, expected):
    assert error_climate(disruption, defences, pressed, blame, C) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("excess", "changes", "expected"),
    [
        (0.0, {}, 0.35),
        (0.0, {"eyes": 1.6}, 0.49805),  # a unit: 1 - 0.65^1.6
        (0.0, {"eyes": 2.0}, 0.5775),  # two pairs of eyes: 1 - 0.65^2
        (0.0, {"training": 0.2}, 0.42749),  # 0.35 exp(0.2)
        (0.5, {"compliance_blind": 1.0}, 0.21229),  # 0.35 exp(-0.5)
        (0.0, {"training": 3.0}, 0.95),  # never all, as a mere consequence of training
        (0.0, {"recognised": 1.0}, 1.0),  # unless the experiment says so
    ],
)
def test_recognised_share_by_hand(excess, changes, expected):
    assert recognised_share(excess, 0.0, C._replace(**changes)) == pytest.approx(expected, abs=5e-6)


@pytest.mark.parametrize(
    ("more_eyes", "changes", "expected"),
    [
        (0.6, {}, 0.49805),  # a unit: 1 - 0.65^1.6
        (0.3, {}, 0.42880),  # half a service in units: 1 - 0.65^1.3
        (0.6, {"eyes": 2.0}, 0.67373),  # 1 - 0.65^2.6
        (0.0, {"feedback": 0.2}, 0.42749),  # what families say: 0.35 exp(0.2)
        (0.0, {"feedback": 0.1, "training": 0.1}, 0.42749),
        (0.6, {"recognised": 1.0}, 1.0),
    ],
)
def test_units_and_families_help_to_recognise_by_hand(more_eyes, changes, expected):
    assert recognised_share(0.0, more_eyes, C._replace(**changes)) == pytest.approx(expected, abs=5e-6)


@given(st.floats(0, 2), st.floats(0, 2), around, around)
def test_haste_makes_errors(a, b, burnout, skill):
    low, high = sorted([a, b])
    assert error_rate(high, burnout, skill, 0.0, 0.0, 0.0, C) <= error_rate(low, burnout, skill, 0.0, 0.0, 0.0, C)


@given(around, around, st.floats(0.05, 1.5))
def test_exhaustion_makes_errors_and_skill_avoids_them(a, b, care):
    low, high = sorted([a, b])
    assert error_rate(care, low, 0.0, 0.0, 0.0, 0.0, C) <= error_rate(care, high, 0.0, 0.0, 0.0, 0.0, C)
    assert error_rate(care, 0.0, high, 0.0, 0.0, 0.0, C) <= error_rate(care, 0.0, low, 0.0, 0.0, 0.0, C)


# the week


def make(world, now, c, *, seen=0.0, rate=0.01, escalation=0.0):
    python_function(make_errors)(
        world.workers, world.managers, world.cases, world.errors, world.counts, world.event_log, 0.0, seen, 0.0,
        escalation, 52.0, c.practice._replace(errors_per_case=rate, strike_deterrence=1.0), now,
    )  # fmt: skip


def test_errors_are_poisson_counts_of_cases_held_and_looked_after(world, now, c):
    """By inversion of each worker's own uniform: mean = 0.05 x (16 + 6 waiting / 6 on duty)."""
    world.workers.time_per_case[:] = 1.0
    world.workers.burnout[:] = c.practice.burnout_ref
    world.workers.fear[:] = 0.5
    world.workers.caseload[:] = 16
    world.cases.waiting[:] = 6
    make(world, now, c, rate=0.05)
    expected = [rng.poisson(rng.uniform(now.seed, rng.ERRORS, now.week, w), 0.05 * 17) for w in range(6)]
    assert world.workers.errors_made.tolist() == expected
    assert world.counts.generated[0] == sum(expected) == world.errors[0][0]
    assert sorted(world.errors.author[: sum(expected)].tolist()) == sorted(
        w for w in range(6) for _ in range(expected[w])
    )


def test_deterrence_may_feel_a_second_strike(world, now, c):
    """Whoever has a strike against her makes fewer by exp(-0.25 x 1 x 2 x blame 0.6), on the same uniforms."""
    world.workers.time_per_case[:] = 1.0
    world.workers.burnout[:] = c.practice.burnout_ref
    world.workers.fear[:] = 0.5
    world.workers.caseload[:] = 16
    world.cases.waiting[:] = 0
    world.managers.blame[:] = 0.6
    world.workers.last_known[:] = now.week - 60
    world.workers.last_known[:3] = now.week - 10
    make(world, now, c, rate=0.05, escalation=2.0)
    rates = [0.8 * math.exp(-0.25 * 2.0 * 0.6)] * 3 + [0.8] * 3
    assert world.workers.errors_made.tolist() == [
        rng.poisson(rng.uniform(now.seed, rng.ERRORS, now.week, w), rate) for w, rate in enumerate(rates)
    ]


def test_nobody_makes_errors_in_an_empty_post_and_a_week_has_a_worst_case(world, now, c):
    world.workers.status[:3] = EMPTY
    world.workers.caseload[:] = 1000
    world.workers.time_per_case[:] = 1.0
    make(world, now, c, rate=10.0, seen=1.0)
    assert world.workers.errors_made.tolist() == [0, 0, 0] + [MOST_ERRORS] * 3
    assert world.counts.recognised[0] == 3 * MOST_ERRORS


def test_shares_of_severity_and_conduct_are_the_declared_ones(world, now, c):
    """2,970 errors: near misses 60 %, serious 7 %, culpable 5 %, each within 4 standard errors."""
    kinds, conduct = [], []
    for week in range(33):
        world.errors[0][0] = 0
        world.workers.caseload[:] = 1000
        world.workers.time_per_case[:] = 1.0
        make(world, now._replace(week=week), c, rate=10.0)
        kinds += world.errors.severity[:90].tolist()
        conduct += world.errors.culpable[:90].tolist()
    n = len(kinds)
    for found, share in ((kinds.count(0), 0.60), (kinds.count(2), 0.07), (sum(conduct), 0.05)):
        assert abs(found / n - share) < 4 * math.sqrt(share * (1 - share) / n)


def test_an_error_comes_to_mind_later_only_where_somebody_is_there(world, now, c, error):
    old, fresh, orphan = error(0, UNRECOGNISED), error(1, UNRECOGNISED, born=60), error(2, UNRECOGNISED)
    world.workers.status[2] = EMPTY
    python_function(recognise_later)(
        world.workers, world.errors, world.counts, world.event_log, c.practice._replace(later=1e9), now
    )
    assert world.errors.state[[old, fresh, orphan]].tolist() == [RECOGNISED, UNRECOGNISED, UNRECOGNISED]


def climate_of(world, now, c, *, more_eyes=0.0):
    return python_function(shared_error_climate)(
        world.managers, world.learning, world.service, world.oversight, 0.0, 0.0, 0.0, 0.0, more_eyes, c.practice, now
    )


def test_a_new_design_shifts_the_climate_and_units_what_is_seen(world, now, c):
    """Everything at its reference: the climate is minus what the design takes off, in a visit ln 0.98 less."""
    assert climate_of(world, now, c) == pytest.approx((0.0, 0.35), abs=1e-12)
    world.service.design[:] = 0.2
    assert climate_of(world, now, c, more_eyes=0.6) == pytest.approx((-0.2, 1 - 0.65**1.6), abs=1e-12)
    world.oversight.preparing[:] = 1
    assert climate_of(world, now, c)[0] == pytest.approx(math.log(0.98) - 0.2, abs=1e-12)


def test_what_a_team_has_found_out_for_itself_is_its_own(world, now, c):
    """Craft ln 2 halves the mean of the one team's errors, by inversion of each worker's own uniform."""
    world.workers.time_per_case[:] = 1.0
    world.workers.burnout[:] = c.practice.burnout_ref
    world.workers.fear[:] = 0.5
    world.workers.caseload[:] = 100
    world.managers.local_improvement[:] = (math.log(2.0), 0.0)
    for week in range(20):
        world.errors[0][0] = 0
        make(world, now._replace(week=week), c, rate=0.05)
        means = [2.5] * 3 + [5.0] * 3
        rolls = [rng.uniform(now.seed, rng.ERRORS, week, w) for w in range(6)]
        expected = [min(MOST_ERRORS, rng.poisson(u, mean)) for u, mean in zip(rolls, means, strict=True)]
        assert world.workers.errors_made.tolist() == expected
