"""Estimates over runs, against closed forms and a textbook median of censored times."""

import math

import numpy as np
import pytest

from redbead.analysis.estimates import kaplan_meier_median, mean_of, median_time, ratio_of, share_of


def test_a_ratio_divides_totals():
    estimate = ratio_of(np.array([1.0, 9.0]), np.array([10.0, 10.0]))
    assert estimate.value == 0.5
    uneven = ratio_of(np.array([1.0, 9.0]), np.array([1.0, 9.0]))
    assert uneven.value == 1.0


def test_the_standard_error_of_a_ratio_shrinks_with_the_root_of_the_runs():
    """Poisson totals of mean 4 over n runs: the standard error is sqrt(4 / n), here 0.2 and 0.05."""
    draws = np.random.Generator(np.random.Philox(7)).poisson(4.0, 1600).astype(float)
    few, many = (ratio_of(draws[:n], np.ones(n)).error for n in (100, 1600))
    assert few == pytest.approx(0.2, rel=0.2)
    assert many == pytest.approx(0.05, rel=0.2)


def test_kaplan_meier_median_of_a_textbook_example():
    """Times 6, 6, 6, 6+, 7, 9+, 10, 10+ (+: censored). Survival is 0.625 after 6 and 0.469 after 7: the median is 7."""
    times = np.array([6.0, 6.0, 6.0, 6.0, 7.0, 9.0, 10.0, 10.0])
    ended = np.array([1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0])
    assert kaplan_meier_median(np.ones(8), times, ended) == 7.0


def test_a_weight_of_two_counts_a_time_twice():
    """With the last of three times counted twice, half of the four have ended at the second."""
    assert kaplan_meier_median(np.array([1.0, 1.0, 2.0]), np.array([1.0, 2.0, 3.0]), np.ones(3)) == 2.0
    assert kaplan_meier_median(np.ones(3), np.array([1.0, 2.0, 3.0]), np.ones(3)) == 2.0
    assert kaplan_meier_median(np.array([1.0, 0.0, 2.0]), np.array([1.0, 2.0, 3.0]), np.ones(3)) == 3.0


def test_no_median_if_fewer_than_half_of_the_times_ended():
    estimate = median_time(np.array([0.0, 1.0]), np.array([1.0, 5.0]), np.array([0.0, 0.0]), runs=2)
    assert math.isnan(estimate.value)


def test_the_bootstrap_resamples_runs_rather_than_times():
    """All times of one run are equal: five times per run contain no more information than one."""
    runs = np.repeat(np.arange(10.0), 5)
    times = np.repeat(np.arange(1.0, 11.0), 5)
    many = median_time(runs, times, np.ones(50), runs=10)
    few = median_time(np.arange(10.0), np.arange(1.0, 11.0), np.ones(10), runs=10)
    assert many.error == pytest.approx(few.error, rel=0.05)


def test_a_share_of_zero_has_an_interval_and_a_standard_error():
    estimate = share_of(np.zeros(20))
    assert estimate.value == 0.0
    assert estimate.high == pytest.approx(0.161, abs=0.001)  # Wilson's upper end: z^2 / (n + z^2)
    assert estimate.error > 0.0


def test_no_observations_give_nan():
    for estimate in (ratio_of(np.zeros(3), np.zeros(3)), share_of(np.zeros(0)), mean_of(np.zeros(0))):
        assert math.isnan(estimate.value)
        assert estimate.observations == 0
