"""Referrals (E1) and surges (E2), compared with hand calculations and the closed form."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead import rng
from redbead.dynamics.demand import (
    Demand,
    accepted_share,
    re_referral_rate,
    receive_referrals,
    referral_rate,
    surge,
    update_recent_closures,
)
from redbead.jit import python_function

C = Demand(arrivals=0.372, duration=40.0, return_share=0.23)


@pytest.mark.cases(
    ("age", "lasting", "expected"),
    [
        (-1.0, 0.5, 0.0),
        (0.0, 0.5, 0.0),
        (4.0, 1.0, 0.25 * math.exp(-4 / 364) * (1 - math.exp(-1))),
        (52.0, 0.0, 0.25 * math.exp(-1) * (1 - math.exp(-13))),
        (52.0, 0.5, 0.25 * (0.5 * math.exp(-1) + 0.5 * math.exp(-1 / 7)) * (1 - math.exp(-13))),
        (1e6, 0.0, 0.0),
        (1e6, 0.5, 0.0),
    ],
)
def test_surge_matches_hand_calculation(age, lasting, expected):
    assert surge(age, 0.25, 4.0, 52.0, lasting, 364.0) == pytest.approx(expected, abs=1e-15)


@given(st.floats(-10, 1000), st.floats(0, 2), st.floats(1, 52), st.floats(1, 520), st.floats(0, 1), st.floats(52, 1e6))
def test_a_surge_lies_between_zero_and_its_size(age, size, rise, decay, lasting, fade):
    assert 0.0 <= surge(age, size, rise, decay, lasting, fade) <= size


@pytest.mark.cases(
    ("posts", "surge_share", "prevention", "closures", "quality", "changes", "expected"),
    [
        (120.0, 0.0, 0.0, 44.64, 1.0, {}, 44.64),  # 0.372 x 120
        (120.0, 0.25, 0.0, 44.64, 1.0, {}, 55.8),
        (120.0, 0.0, 0.10, 44.64, 1.0, {}, 40.176),  # a tenth of the budget prevents a tenth
        (120.0, 0.0, 0.0, 40.0, 0.64, {}, 46.94),  # failure demand: 0.23 x 40 x (1/0.8 - 1) = 2.3
        (120.0, 0.0, 0.0, 40.0, 1.5625, {}, 42.80),  # good quality reduces re-referrals: 9.2 x (0.8 - 1) = -1.84
        (120.0, 0.0, 0.0, 40.0, 0.64, {"return_exponent": 0.0}, 44.64),  # the loop is cut
        (0.0, 0.0, 0.0, 40.0, 4.0, {}, 0.0),  # never negative
    ],
)
def test_referral_rate_matches_hand_calculation(posts, surge_share, prevention, closures, quality, changes, expected):
    rate = referral_rate(posts, surge_share, prevention, closures, quality, C._replace(**changes))
    assert rate == pytest.approx(expected, abs=1e-9)


@given(st.floats(0.05, 2), st.floats(0.05, 2), st.floats(0, 100))
def test_lower_quality_never_reduces_referrals(a, b, closures):
    low, high = sorted([a, b])
    assert referral_rate(120.0, 0.0, 0.0, closures, high, C) <= referral_rate(120.0, 0.0, 0.0, closures, low, C)


def test_referral_rate_is_finite_at_zero_quality():
    assert math.isfinite(referral_rate(120.0, 0.0, 0.0, 44.0, 0.0, C))


# Prevention


@pytest.mark.cases(
    ("prevention", "effect", "expected"),
    [(0.0, 0.10, 44.64), (0.05, 0.10, 42.408), (0.10, 0.10, 40.176), (0.10, 0.0, 44.64), (0.30, 0.25, 11.16),
     (0.50, 0.25, 0.0)],
)  # fmt: skip
def test_effect_of_prevention_on_referrals_matches_hand_calculation(prevention, effect, expected):
    """44.64 x (1 - effect x prevention / 0.1), never below zero."""
    rate = referral_rate(120.0, 0.0, prevention, 44.64, 1.0, C._replace(prevention_effect=effect))
    assert rate == pytest.approx(expected, abs=1e-9)


def referrals_of_week(world, now, week, c):
    python_function(receive_referrals)(world.cases, world.service, world.counts, 120, c, now._replace(week=week))
    return int(world.counts.referrals[0])


def test_prevention_takes_effect_and_fades_with_a_first_order_lag(world, now):
    """p (1 - exp(-t / 104)); two years after spending ends, a share exp(-1) remains."""
    world.service.quality[:] = 1.0
    spending = C._replace(prevention=0.1)
    effective = []
    for week in range(104):
        referrals_of_week(world, now, week, spending)
        effective.append(float(world.service.prevention[0]))
    assert effective == pytest.approx([0.1 * (1 - math.exp(-(t + 1) / 104)) for t in range(104)], abs=1e-12)
    for week in range(104, 208):
        referrals_of_week(world, now, week, C)
    assert world.service.prevention[0] == pytest.approx(effective[-1] * math.exp(-1), abs=1e-12)


def test_referrals_are_poisson_at_the_rate_that_remains_after_prevention(world, now):
    """A tenth of the budget leaves nine tenths of 44.64: the Poisson quantile of each week's uniform draw."""
    world.service.quality[:] = 1.0
    world.service.prevention[:] = 0.1
    for week in range(50):
        world.cases.waiting[:] = 0
        u = rng.uniform(now.seed, rng.REFERRALS, week, 0)
        assert referrals_of_week(world, now, week, C._replace(prevention=0.1)) == rng.poisson(u, 40.176)


def test_families_that_are_turned_away_do_not_wait(world, now):
    """A long waiting list: of the referrals of a week, a binomial number is turned away and the others wait."""
    world.service.quality[:] = 1.0
    world.cases.waiting[:] = 600
    u, v = rng.pair(now.seed, rng.REFERRALS, now.week, 0)
    referred = rng.poisson(u, referral_rate(120.0, 0.0, 0.0, 0.0, 1.0, C))
    turned_away = rng.binomial(v, referred, 1.0 - accepted_share(600 / 120, C._replace(threshold=1.0)))
    assert 0 < turned_away < referred
    referrals_of_week(world, now, now.week, C._replace(threshold=1.0))
    assert world.cases.waiting[0] == 600 + referred - turned_away
    assert world.counts.referrals[0] == referred - turned_away
    assert world.counts.turned_away[0] == turned_away


def test_re_referrals_are_a_part_of_the_referrals_that_are_accepted(world, now):
    """Recent closures lead to re-referrals; of both, the accepted share counts."""
    world.service.quality[:] = 1.0
    world.cases.recent_closures[:] = 20.0
    world.cases.waiting[:] = 600
    slow = C._replace(threshold=1.0)
    referrals_of_week(world, now, now.week, slow)
    expected = accepted_share(600 / 120, slow) * re_referral_rate(20.0, 1.0, slow)
    assert world.cases.returning[0] == pytest.approx(expected)
    assert expected > 0.0


def test_recent_closures_follow_closures_with_their_delay(world, now):
    """From 10 towards 30 closures per week: after one week a share 1 - exp(-1 / delay) of the gap is closed."""
    world.cases.recent_closures[:] = 10.0
    world.counts.closures[:] = 30
    python_function(update_recent_closures)(world.cases, world.counts, C, now)
    assert world.cases.recent_closures[0] == pytest.approx(10 + 20 * (1 - math.exp(-1 / C.return_delay)))
