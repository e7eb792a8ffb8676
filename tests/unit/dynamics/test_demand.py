"""Referrals (E1) and surges (E2), by hand and against the formula."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead import rng
from redbead.dynamics.demand import Demand, refer, referral_rate, surge
from redbead.jit import python_function

C = Demand(arrivals=0.372, duration=40.0, return_share=0.23)


@pytest.mark.parametrize(
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
def test_surge_by_hand(age, lasting, expected):
    assert surge(age, 0.25, 4.0, 52.0, lasting, 364.0) == pytest.approx(expected, abs=1e-15)


@given(st.floats(-10, 1000), st.floats(0, 2), st.floats(1, 52), st.floats(1, 520), st.floats(0, 1), st.floats(52, 1e6))
def test_a_surge_lies_between_nothing_and_its_size(age, size, rise, decay, lasting, fade):
    assert 0.0 <= surge(age, size, rise, decay, lasting, fade) <= size


@pytest.mark.parametrize(
    ("posts", "surged", "prevention", "closures", "quality", "changes", "expected"),
    [
        (120.0, 0.0, 0.0, 44.64, 1.0, {}, 44.64),  # 0.372 x 120
        (120.0, 0.25, 0.0, 44.64, 1.0, {}, 55.8),
        (120.0, 0.0, 0.10, 44.64, 1.0, {}, 40.176),  # a tenth of the budget prevents a tenth
        (120.0, 0.0, 0.0, 40.0, 0.64, {}, 46.94),  # failure demand: 0.23 x 40 x (1/0.8 - 1) = 2.3
        (120.0, 0.0, 0.0, 40.0, 1.5625, {}, 42.80),  # good work comes back less: 9.2 x (0.8 - 1) = -1.84
        (120.0, 0.0, 0.0, 40.0, 0.64, {"return_exponent": 0.0}, 44.64),  # the loop is cut
        (0.0, 0.0, 0.0, 40.0, 4.0, {}, 0.0),  # never below nothing
    ],
)
def test_referrals_by_hand(posts, surged, prevention, closures, quality, changes, expected):
    found = referral_rate(posts, surged, prevention, closures, quality, C._replace(**changes))
    assert found == pytest.approx(expected, abs=1e-9)


@given(st.floats(0.05, 2), st.floats(0.05, 2), st.floats(0, 100))
def test_poor_work_comes_back(a, b, closures):
    low, high = sorted([a, b])
    assert referral_rate(120.0, 0.0, 0.0, closures, high, C) <= referral_rate(120.0, 0.0, 0.0, closures, low, C)


def test_no_quality_at_all_is_no_division_by_zero():
    assert math.isfinite(referral_rate(120.0, 0.0, 0.0, 44.0, 0.0, C))


# prevention


@pytest.mark.parametrize(
    ("prevention", "effect", "expected"),
    [(0.0, 0.10, 44.64), (0.05, 0.10, 42.408), (0.10, 0.10, 40.176), (0.10, 0.0, 44.64), (0.30, 0.25, 11.16),
     (0.50, 0.25, 0.0)],
)  # fmt: skip
def test_what_prevention_prevents_in_the_end_by_hand(prevention, effect, expected):
    """44.64 x (1 - effect x prevention / 0.1), and never less than nothing."""
    found = referral_rate(120.0, 0.0, prevention, 44.64, 1.0, C._replace(prevention_effect=effect))
    assert found == pytest.approx(expected, abs=1e-9)


def arrive(world, now, week, c):
    python_function(refer)(world.cases, world.service, world.counts, 120, c, now._replace(week=week))
    return int(world.counts.referrals[0])


def test_prevention_works_after_a_first_order_lag_and_wears_off_likewise(world, now):
    """p (1 - exp(-t / 104)); two years after the money has gone, exp(-1) of it is left."""
    world.service.quality[:] = 1.0
    spent = C._replace(prevention=0.1)
    found = []
    for week in range(104):
        arrive(world, now, week, spent)
        found.append(float(world.service.prevention[0]))
    assert found == pytest.approx([0.1 * (1 - math.exp(-(t + 1) / 104)) for t in range(104)], abs=1e-12)
    for week in range(104, 208):
        arrive(world, now, week, C)
    assert world.service.prevention[0] == pytest.approx(found[-1] * math.exp(-1), abs=1e-12)


def test_families_who_arrive_are_counted_at_the_rate_that_prevention_leaves(world, now):
    """At the limit a tenth of the budget leaves nine tenths of 44.64: the Poisson quantile of the week's uniform."""
    world.service.quality[:] = 1.0
    world.service.prevention[:] = 0.1
    for week in range(50):
        world.cases.waiting[:] = 0
        u = rng.uniform(now.seed, rng.REFERRALS, week, 0)
        assert arrive(world, now, week, C._replace(prevention=0.1)) == rng.poisson(u, 40.176)
