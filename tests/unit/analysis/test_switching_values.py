"""Switching values: where the sign of an advantage changes, against straight lines solved by hand."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from redbead.analysis.switching_values import find_switching_values


def line(at, zero, slope, noise=0.0):
    """Advantage of 20 pairs on a straight line that crosses 0 at ``zero``."""
    offsets = np.linspace(-noise, noise, 20)
    return slope * (np.asarray(at)[:, None] - zero) + offsets


def levels(*means, pairs=20, error=0.1):
    """Advantage at several values with these means and this standard error, exactly."""
    offsets = np.linspace(-1.0, 1.0, pairs)
    return np.array(means)[:, None] + error * np.sqrt(pairs) * offsets / offsets.std(ddof=1)


def test_switching_value_of_a_hand_calculated_example():
    """Advantage 3 at 0.5 and -1 at 0: the sign changes at 0.125, a quarter of the assumed value."""
    at, advantage = np.array([0.0, 0.5, 1.0]), np.repeat([[-1.0], [3.0], [7.0]], 7, axis=1)
    values = find_switching_values(at, advantage, 0.5)
    assert values.below.value == pytest.approx(0.125)
    assert values.below.significant, "seven equal pairs: sign test 2^-6 = 0.0156, below 0.05 / 2"
    assert values.share_below == 1.0
    assert values.above is None
    assert (values.assumed, values.lowest, values.highest, values.advantage) == (0.5, 0.0, 1.0, 3.0)
    assert values.clear
    assert not values.holds


def test_equal_pairs_are_no_proof_if_they_are_few():
    """Five equal pairs: sign test 2^-4 = 0.0625, not below 0.05. Binary outcomes give such pairs."""
    at = np.array([0.0, 1.0])
    few, more = (find_switching_values(at, np.ones((2, pairs)), 0.0) for pairs in (5, 6))
    assert not few.clear
    assert not few.holds
    assert more.holds


def test_the_example_of_the_review_reverses():
    """10, 8, 5, -0.1, -20 with SE 0.1: proven at 1, by 200 standard errors. -0.1 belongs to the region of losses.

    The switching value lies between 0.5 and 0.75: 0.5 + 0.25 * 5 / 5.1 = 0.745.
    """
    values = find_switching_values(np.linspace(0.0, 1.0, 5), levels(10.0, 8.0, 5.0, -0.1, -20.0, pairs=100), 0.0)
    assert not values.holds
    assert values.above.significant
    assert values.above.value == pytest.approx(0.5 + 0.25 * 5.0 / 5.1)


def test_the_sign_change_nearest_to_the_proven_value_counts():
    """A dip to -0.01, within its error, precedes the proven loss at 4: the change of sign lies between 3 and 4."""
    at = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    values = find_switching_values(at, levels(5.0, -0.01, 5.0, 5.0, -5.0), 0.0)
    assert values.above.value == pytest.approx(3.5)
    unproven = find_switching_values(at[:4], levels(5.0, -0.01, 5.0, 5.0), 0.0)
    assert unproven.above.value == pytest.approx(5.0 / 5.01)
    assert not unproven.above.significant


@pytest.mark.parametrize(("loss", "value", "proven"), [(-5.0, 0.5, True), (-0.01, 5.0 / 5.01, False)])
def test_the_nearest_of_two_reversals_counts(loss, value, proven):
    """Losses at 1 and at 3, both proven or both within their error: the change of sign lies between 0 and 1."""
    values = find_switching_values(np.array([0.0, 1.0, 2.0, 3.0]), levels(5.0, loss, 5.0, loss), 0.0)
    assert values.above.value == pytest.approx(value)
    assert values.above.significant is proven


@pytest.mark.parametrize(("loss", "proven"), [(0.23, False), (0.28, True)])
def test_a_reversal_is_corrected_for_all_other_tried_values(loss, proven):
    """Four other values, of which three are undecided: 0.05 / 4 needs t = 2.76 (19 df), one alone only 2.09.

    The undecided values have t = 0.1, so that Holm's first step decides.
    """
    values = find_switching_values(np.linspace(0.0, 1.0, 5), levels(5.0, 0.01, 0.01, 0.01, -loss), 0.0)
    assert values.above.significant is proven
    assert values.tried[-1].clear


@pytest.mark.parametrize(("weakest", "holds"), [(0.20, False), (0.22, True)])
def test_a_result_holds_if_every_tried_value_is_clear_without_correction(weakest, holds):
    """Intersection-union test (Berger 1982): each value at 5 %, t = 2.093 with 19 degrees of freedom."""
    assert find_switching_values(np.linspace(0.0, 1.0, 3), levels(5.0, weakest, 5.0), 0.0).holds is holds


def test_an_inconclusive_assumed_value_is_marked():
    values = find_switching_values(np.linspace(0.0, 1.0, 3), levels(-5.0, 0.1, 5.0), 0.5)
    assert not values.clear
    assert not values.holds


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


def test_the_share_of_resamples_with_the_change_of_sign_is_that_of_a_normal_mean():
    """A mean of -0.2 with standard error 0.1 stays below 0 in Phi(2) = 97.7 % of resamples."""
    values = find_switching_values(np.array([0.0, 1.0]), levels(-0.2, 5.0, pairs=200), 1.0)
    assert values.share_below == pytest.approx(0.977, abs=0.012)
    assert np.isnan(values.share_above)


def test_a_sign_change_within_the_interval_is_not_significant():
    values = find_switching_values(np.array([0.0, 1.0]), levels(-0.05, 2.0), 1.0)
    assert values.below is not None
    assert not values.below.significant


def test_a_significant_loss_and_a_significant_gain_are_both_significant():
    at = np.array([0.0, 1.0])
    for sign in (-1.0, 1.0):
        values = find_switching_values(at, sign * line(at, 0.5, 2.0, noise=0.1), 1.0)
        assert values.below.significant


def test_an_advantage_of_exactly_zero_is_no_reversal_but_prevents_a_statement_on_all_values():
    at = np.array([0.0, 1.0])
    values = find_switching_values(at, np.array([[0.0] * 9, [2.0] * 9]), 1.0)
    assert values.below is None
    assert not values.holds
    assert find_switching_values(at, np.zeros((2, 3)), 1.0).below is None
