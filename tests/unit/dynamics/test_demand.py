"""Referrals (E1) and surges (E2), by hand and against the formula."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.dynamics.demand import Demand, referral_rate, surge

C = Demand()


@pytest.mark.parametrize(
    ("age", "lasting", "expected"),
    [
        (-1.0, 0.5, 0.0),
        (0.0, 0.5, 0.0),
        (4.0, 1.0, 0.25 * (1 - math.exp(-1))),
        (52.0, 0.0, 0.25 * math.exp(-1) * (1 - math.exp(-13))),
        (52.0, 0.5, 0.25 * (0.5 * math.exp(-1) + 0.5) * (1 - math.exp(-13))),
        (1e6, 0.0, 0.0),
        (1e6, 0.5, 0.125),
    ],
)
def test_surge_by_hand(age, lasting, expected):
    assert surge(age, 0.25, 4.0, 52.0, lasting) == pytest.approx(expected, abs=1e-15)


@given(st.floats(-10, 1000), st.floats(0, 2), st.floats(1, 52), st.floats(1, 520), st.floats(0, 1))
def test_a_surge_lies_between_nothing_and_its_size(age, size, rise, decay, lasting):
    assert 0.0 <= surge(age, size, rise, decay, lasting) <= size


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
