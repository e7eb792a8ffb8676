"""Switching values: where the sign of an advantage changes, against straight lines solved by hand."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from redbead.analysis.switching_values import (
    SwitchingValue,
    SwitchingValues,
    describe_switching_values,
    find_switching_values,
)


def line(at, zero, slope, noise=0.0):
    """Advantage of 20 pairs on a straight line that crosses 0 at ``zero``."""
    offsets = np.linspace(-noise, noise, 20)
    return slope * (np.asarray(at)[:, None] - zero) + offsets


def test_switching_value_of_a_hand_calculated_example():
    """Advantage 3 at 0.5 and -1 at 0: the sign changes at 0.125, a quarter of the assumed value."""
    at, advantage = np.array([0.0, 0.5, 1.0]), np.array([[-1.0, -1.0], [3.0, 3.0], [7.0, 7.0]])
    values = find_switching_values(at, advantage, 0.5)
    assert values.below.value == pytest.approx(0.125)
    assert values.below.significant
    assert values.above is None
    assert (values.assumed, values.lowest, values.highest, values.advantage) == (0.5, 0.0, 1.0, 3.0)
    assert "is below 0.125 (0.25 times the assumed 0.5" in describe_switching_values(
        values, "learning per report", "ratio"
    )


def test_the_nearest_sign_change_is_the_switching_value():
    at = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    values = find_switching_values(at, np.array([[1.0], [-1.0], [1.0], [1.0], [-1.0]]) * np.ones((5, 4)), 3.0)
    assert values.below.value == pytest.approx(1.5)
    assert values.above.value == pytest.approx(3.5)


def test_the_value_nearest_to_the_assumed_one_is_the_starting_point():
    values = find_switching_values(np.array([0.0, 1.0, 2.0]), np.array([[-1.0] * 3, [1.0] * 3, [1.0] * 3]), 0.9)
    assert values.assumed == 1.0
    assert values.below.value == pytest.approx(0.5)


@given(st.floats(0.05, 0.95), st.sampled_from([-4.0, -1.0, 0.5, 3.0]))
def test_the_zero_of_a_straight_line_is_found_wherever_it_lies(zero, slope):
    """The line is exact, so linear interpolation has no error, and every resample crosses at the same place."""
    at = np.linspace(0.0, 1.0, 6)
    assume(np.abs(at - zero).min() > 1e-6)  # at a value that was run, the advantage beyond would be exactly 0
    assumed = 0.0 if zero > 0.5 else 1.0
    values = find_switching_values(at, line(at, zero, slope), assumed)
    result = values.above if zero > 0.5 else values.below
    assert (result.value, result.low, result.high) == pytest.approx((zero, zero, zero), abs=1e-9)
    assert result.significant


@given(st.integers(-9, 9), st.integers(1, 9), st.integers(1, 9))
def test_switching_values_follow_the_unit_of_the_parameter_and_ignore_that_of_the_advantage(shift, scale, factor):
    at = np.array([0.0, 1.0, 2.0, 3.0])
    advantage = np.array([[-3.0, -2.0], [-1.0, -2.0], [2.0, 4.0], [5.0, 5.0]])
    values = find_switching_values(at, advantage, 3.0)
    changed = find_switching_values(shift + scale * at, factor * advantage, shift + scale * 3.0)
    assert changed.below.value == pytest.approx(shift + scale * values.below.value)
    assert changed.below.low == pytest.approx(shift + scale * values.below.low)
    assert changed.below.high == pytest.approx(shift + scale * values.below.high)
    assert changed.below.significant == values.below.significant


def test_noise_widens_the_interval_around_the_switching_value():
    """Slope 1 and noise with standard error 0.1: the switching value has nearly the same standard error."""
    random, at = np.random.default_rng(4), np.array([0.0, 1.0, 2.0])
    advantage = (at - 1.4)[:, None] + random.normal(0.0, 0.1 * np.sqrt(50), 50)
    value = find_switching_values(at, advantage, 2.0).below
    assert value.low < 1.4 < value.high
    assert value.high - value.low == pytest.approx(2 * 1.96 * 0.1, rel=0.3)


def test_a_sign_change_within_the_interval_is_not_significant():
    random, at = np.random.default_rng(5), np.array([0.0, 1.0])
    values = find_switching_values(at, np.stack([random.normal(-0.05, 1.0, 30), np.full(30, 2.0)]), 1.0)
    assert values.below is not None
    assert not values.below.significant
    assert "near one end the runs are inconclusive" in describe_switching_values(values, "x", "ratio")


def test_a_significant_loss_and_a_significant_gain_are_both_significant():
    at = np.array([0.0, 1.0])
    for sign in (-1.0, 1.0):
        values = find_switching_values(at, sign * line(at, 0.5, 2.0, noise=0.1), 1.0)
        assert values.below.significant


def test_an_advantage_of_exactly_zero_beyond_counts_as_a_change_but_equal_advantages_do_not():
    at = np.array([0.0, 1.0])
    assert find_switching_values(at, np.array([[0.0] * 3, [2.0] * 3]), 1.0).below.value == 0.0
    assert find_switching_values(at, np.zeros((2, 3)), 1.0).below is None


# words


def test_a_result_without_sign_change_holds_over_the_whole_range():
    values = find_switching_values(np.array([0.0, 1.0]), np.ones((2, 5)), 0.0)
    assert describe_switching_values(values, "silence from fear", "0-1") == (
        'this holds for all values of "silence from fear" in its range (0 to 1)'
    )


def test_the_unit_of_a_range_is_stated_unless_it_has_none():
    values = SwitchingValues(8.0, 2.0, 20.0, 1.0, None, None)
    assert "in its range (2 to 20 weeks)" in describe_switching_values(values, "time to fill", "weeks")
    for unit in ("0-1", "ratio", "share", "0-1/unit"):
        assert "in its range (2 to 20)" in describe_switching_values(values, "time to fill", unit)


def test_both_sides_are_described_and_an_uncertain_side_is_left_out():
    low, high = SwitchingValue(1.0, 0.5, 1.5, True), SwitchingValue(16.0, 12.0, 20.0, True)
    text = describe_switching_values(SwitchingValues(8.0, 0.0, 20.0, 1.0, low, high), "caseload", "cases")
    assert text == (
        'this reverses if "caseload" is below 1 (0.12 times the assumed 8; 95 % interval 0.5 to 1.5) '
        "or above 16 (2 times the assumed 8; 95 % interval 12 to 20)"
    )
    uncertain = low._replace(significant=False)
    text = describe_switching_values(SwitchingValues(8.0, 0.0, 20.0, 1.0, uncertain, high), "caseload", "cases")
    assert "below" not in text
    assert "inconclusive" not in text


def test_no_ratio_is_stated_for_an_assumed_value_of_zero():
    value = SwitchingValue(0.25, 0.2, 0.3, True)
    text = describe_switching_values(SwitchingValues(0.0, 0.0, 1.0, 1.0, None, value), "blame", "0-1")
    assert text == 'this reverses if "blame" is above 0.25 (95 % interval 0.2 to 0.3)'
