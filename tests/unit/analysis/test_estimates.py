"""Estimates over runs, against closed forms and a textbook median of censored times."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redbead.analysis.estimates import RESAMPLES, Sample, kaplan_meier_median, mean_of, median_time, ratio_of, share_of
from redbead.analysis.intervals import t_interval, wilson_interval

durations = st.lists(st.tuples(st.integers(1, 6), st.booleans()), min_size=1, max_size=12)
"""Durations in whole years, each with whether it ended; ties are frequent."""


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


def test_a_mean_has_students_interval_and_the_standard_error():
    """1, 2, 3, 6: mean 3, standard deviation sqrt(14 / 3), standard error sqrt(14 / 12) = 1.0801."""
    values = np.array([1.0, 2.0, 3.0, 6.0])
    estimate = mean_of(values)
    assert estimate[:3] == t_interval(values)[:3]
    assert estimate.error == pytest.approx(math.sqrt(14 / 12))
    assert estimate.observations == 4
    assert math.isnan(mean_of(np.array([1.0])).error)


def test_a_share_leaves_out_runs_without_a_flag():
    estimate = share_of(np.array([1.0, np.nan, 0.0, 0.0, 1.0]))
    assert estimate.value == 0.5
    assert estimate.observations == 4
    assert estimate[1:3] == wilson_interval(np.array([1.0, 0.0, 0.0, 1.0]))[1:3]


def test_the_error_of_a_share_of_zero_is_that_of_its_interval():
    """No success in 10 runs: the interval from 0 to 0.2775 is 2 x 1.96 standard errors wide, so the error is 0.0708."""
    assert share_of(np.zeros(10)).error == pytest.approx(0.27753 / 3.91993, rel=1e-4)


def test_a_single_run_has_a_value_and_no_interval():
    estimate = ratio_of(np.array([3.0]), np.array([4.0]))
    assert (estimate.value, estimate.observations) == (0.75, 1)
    assert np.isnan(estimate[1:4]).all()


def test_a_ratio_of_small_totals_is_defined():
    assert ratio_of(np.array([0.25, 0.0]), np.array([0.25, 0.25])).value == 0.5
    assert ratio_of(np.array([1.0, 0.0]), np.array([0.0, 0.5])).value == 2.0


def test_runs_with_an_empty_denominator_add_nothing_and_are_not_counted():
    estimate = ratio_of(np.array([1.0, 0.0, 3.0]), np.array([4.0, 0.0, 4.0]))
    assert (estimate.value, estimate.observations) == (0.5, 2)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), min_size=2, max_size=8), st.integers(1, 9))
@settings(max_examples=30)
def test_a_ratio_follows_the_scale_of_its_numerator_with_its_interval(totals, factor):
    numerator, denominator = (np.array(column, dtype=float) for column in zip(*totals, strict=True))
    ratio, scaled = ratio_of(numerator, denominator), ratio_of(factor * numerator, denominator)
    assert scaled[:4] == pytest.approx([factor * number for number in ratio[:4]], rel=1e-9)
    shares = numerator / denominator
    assert shares.min() - 1e-9 <= ratio.low <= ratio.high <= shares.max() + 1e-9


def test_resamples_without_a_value_are_left_out_of_the_interval():
    """A statistic that is undefined unless the first run is in the resample: all its defined values are 1."""
    sample = Sample((np.zeros(2),), lambda weights, _: 1.0 if weights[0] > 0 else math.nan, 2)
    assert sample.estimate()[:4] == (1.0, 1.0, 1.0, 0.0)
    never = Sample((np.zeros(2),), lambda _weights, _: math.nan, 2).estimate()
    assert np.isnan(never[:4]).all()


def test_the_interval_of_a_statistic_is_the_middle_of_its_resamples():
    """Two runs with 0 and 1: the resampled mean is 0, 1/2 or 1 with probability 1/4, 1/2 and 1/4; its sd is 0.354."""
    sample = Sample((np.array([0.0, 1.0]),), lambda weights, parts: float(weights @ parts[0]) / weights.sum(), 2)
    estimate = sample.estimate()
    assert (estimate.value, estimate.low, estimate.high) == (0.5, 0.0, 1.0)
    assert estimate.error == pytest.approx(math.sqrt(1 / 8), abs=6 * math.sqrt(1 / 8) / math.sqrt(2 * RESAMPLES))


def median_of(items):
    """Median of durations of one run each, without the interval."""
    times, ended = (np.array(column, dtype=float) for column in zip(*items, strict=True))
    return median_time(np.arange(float(len(items))), times, ended, runs=len(items)).value


@given(durations)
@settings(max_examples=60)
def test_the_median_of_censored_times_is_that_of_statsmodels(items):
    """SurvfuncRight of statsmodels: the smallest time with an estimated survival of at most one half."""
    survival = pytest.importorskip("statsmodels.duration.survfunc")
    times, ended = (np.array(column, dtype=float) for column in zip(*items, strict=True))
    reached = survival.SurvfuncRight(times, ended).surv_prob <= 0.5 + 1e-9
    expected = survival.SurvfuncRight(times, ended).surv_times[reached]
    assert median_of(items) == pytest.approx(expected[0] if expected.size else math.nan, nan_ok=True)


@given(durations, st.randoms())
@settings(max_examples=30)
def test_the_median_does_not_depend_on_the_order_of_durations(items, random):
    shuffled = list(items)
    random.shuffle(shuffled)
    assert median_of(shuffled) == pytest.approx(median_of(items), nan_ok=True)


def test_a_duration_that_is_censored_when_another_ends_is_still_at_risk():
    """Four durations: 5, 5+, 5+ and 8. At 5 one of four ends, so survival is 3/4 and the median is 8, not 5."""
    assert median_of([(5, False), (5, False), (5, True), (8, True)]) == 8.0


def test_the_median_without_censoring_is_the_lower_median():
    assert median_of([(4, True), (1, True), (3, True), (2, True)]) == 2.0
