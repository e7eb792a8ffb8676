"""Estimates over runs: closed forms, and a textbook median of censored times."""

import math

import numpy as np
import pytest

from redbead.analysis.estimates import kaplan_meier_median, mean_of, median_time, ratio_of, share_of


def test_a_ratio_is_of_totals_and_not_the_mean_of_ratios():
    found = ratio_of(np.array([1.0, 9.0]), np.array([10.0, 10.0]))
    assert found.value == 0.5
    uneven = ratio_of(np.array([1.0, 9.0]), np.array([1.0, 9.0]))
    assert uneven.value == 1.0


def test_the_error_of_a_ratio_shrinks_with_the_root_of_the_runs():
    """Of a Poisson total over n runs of mean 4: sqrt(4 / n) over the bottom of 1, here 0.2 and 0.05."""
    draws = np.random.Generator(np.random.Philox(7)).poisson(4.0, 1600).astype(float)
    few, many = (ratio_of(draws[:n], np.ones(n)).error for n in (100, 1600))
    assert few == pytest.approx(0.2, rel=0.2)
    assert many == pytest.approx(0.05, rel=0.2)


def test_kaplan_and_meier_by_hand():
    """Times 6, 6, 6, 6+, 7, 9+, 10, 10+ (+: not ended). S: 1 - 3/8 = 0.625; x 3/4 = 0.469 at 7: the median is 7."""
    times = np.array([6.0, 6.0, 6.0, 6.0, 7.0, 9.0, 10.0, 10.0])
    ended = np.array([1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0])
    assert kaplan_meier_median(np.ones(8), times, ended) == 7.0


def test_a_weight_of_two_counts_twice():
    """With the last of three times counted twice, half of the four is gone at the second."""
    assert kaplan_meier_median(np.array([1.0, 1.0, 2.0]), np.array([1.0, 2.0, 3.0]), np.ones(3)) == 2.0
    assert kaplan_meier_median(np.ones(3), np.array([1.0, 2.0, 3.0]), np.ones(3)) == 2.0
    assert kaplan_meier_median(np.array([1.0, 0.0, 2.0]), np.array([1.0, 2.0, 3.0]), np.ones(3)) == 3.0


def test_times_of_which_fewer_than_half_ended_have_no_median():
    found = median_time(np.array([0.0, 1.0]), np.array([1.0, 5.0]), np.array([0.0, 0.0]), runs=2)
    assert math.isnan(found.value)


def test_runs_are_resampled_and_not_times():
    """All times of one run are alike: ten runs of five equal times say no more than ten times."""
    runs = np.repeat(np.arange(10.0), 5)
    times = np.repeat(np.arange(1.0, 11.0), 5)
    many = median_time(runs, times, np.ones(50), runs=10)
    few = median_time(np.arange(10.0), np.arange(1.0, 11.0), np.ones(10), runs=10)
    assert many.error == pytest.approx(few.error, rel=0.05)


def test_a_share_of_none_is_not_known_for_certain():
    found = share_of(np.zeros(20))
    assert found.value == 0.0
    assert found.high == pytest.approx(0.161, abs=0.001)  # Wilson's upper end: z^2 / (n + z^2)
    assert found.error > 0.0


def test_nothing_observed_is_nothing_known():
    for found in (ratio_of(np.zeros(3), np.zeros(3)), share_of(np.zeros(0)), mean_of(np.zeros(0))):
        assert math.isnan(found.value)
        assert found.many == 0
