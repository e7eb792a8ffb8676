"""Means over runs or draws: interval and probability, against SciPy, closed forms and exact enumeration."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from redbead.analysis.intervals import t_interval, wilson_interval
from redbead.analysis.means import (
    BCA_RESAMPLES,
    BootstrapMean,
    Method,
    NoSpread,
    draw_means,
    estimate_mean,
    p_value,
)

whole = st.integers(-1000, 1000).map(float)
samples = arrays(np.float64, st.integers(2, 12), elements=whole)
"""Samples of whole numbers, so that sums are exact."""


def ends(interval):
    return np.array([interval.low, interval.high])


def bootstrap(values):
    return estimate_mean(values, method=Method.BOOTSTRAP).interval()


def probability_mean_positive(values):
    return estimate_mean(values).p_positive


# Student's t


@given(samples, st.floats(0.5, 0.999))
def test_students_interval_is_that_of_scipy_at_any_level(values, level):
    assume(values.std() > 0)
    reference = stats.ttest_1samp(values, 0.0)
    expected = reference.confidence_interval(level)
    assert ends(estimate_mean(values).interval(level)) == pytest.approx([expected.low, expected.high])
    assert p_value(estimate_mean(values)) == pytest.approx(reference.pvalue, abs=1e-12)


def test_runs_that_share_a_draw_are_one_unit():
    """Draw 0 has the runs 1 and 3, draw 1 has 5 and 7, draw 4 has 12: means 2, 6 and 12."""
    values, draw = np.array([1.0, 5.0, 12.0, 3.0, 7.0]), np.array([0, 1, 4, 0, 1])
    estimate = estimate_mean(values, draw)
    assert (estimate.units, estimate.noun) == (3, "draws")
    assert ends(estimate.interval()) == pytest.approx(ends(t_interval(np.array([2.0, 6.0, 12.0]))))
    assert estimate.interval().kind == "95 % t-interval, n = 3 draws"
    assert draw_means(np.stack([values, -values]), draw).tolist() == [[2.0, 6.0, 12.0], [-2.0, -6.0, -12.0]]


@pytest.mark.parametrize(("values", "kind"), [([], "no run finished"), ([3.0], "one run: no interval")])
def test_fewer_than_two_runs_have_no_interval_and_no_probability(values, kind):
    estimate = estimate_mean(np.array(values))
    assert np.isnan(ends(estimate.interval())).all()
    assert estimate.interval().kind == kind
    assert math.isnan(estimate.p_positive)
    assert p_value(estimate) == 1.0


def test_one_draw_has_no_interval():
    interval = estimate_mean(np.array([1.0, 2.0]), np.array([3, 3])).interval()
    assert (interval.mean, interval.kind) == (1.5, "one draw: no interval")


# no spread


@pytest.mark.parametrize("method", [Method.STUDENT, Method.BOOTSTRAP])
def test_equal_values_have_no_interval_because_nothing_is_known_of_further_runs(method):
    estimate = estimate_mean(np.full(30, 2.0), method=method)
    assert isinstance(estimate, NoSpread)
    assert np.isnan(ends(estimate.interval())).all()
    assert estimate.interval().kind == "equal in all 30 runs; up to 9.5 % of runs may differ"


@pytest.mark.parametrize(("value", "probability"), [(-1.0, 1 / 32), (0.0, 0.5), (1.0, 31 / 32)])
def test_the_probability_of_equal_values_is_that_of_the_sign_test(value, probability):
    """Five values above 0: of all signs that five fair coins can show, one in 32 is so."""
    assert probability_mean_positive(np.full(5, value)) == probability


# shares


@given(arrays(np.float64, st.integers(2, 40), elements=st.sampled_from([0.0, 1.0])))
def test_the_interval_of_a_share_of_independent_runs_is_wilsons(flags):
    estimate = estimate_mean(flags, method=Method.SHARE)
    assert ends(estimate.interval()) == pytest.approx(ends(wilson_interval(flags)))
    assert math.isnan(estimate.p_positive)


def test_draws_with_equal_runs_count_once_and_unrelated_runs_count_all():
    """Ten draws of four equal runs are ten independent runs; shares of a half in every draw would be forty or more."""
    draw = np.repeat(np.arange(10), 4)
    equal = np.repeat([1.0, 0.0] * 5, 4)
    assert estimate_mean(equal, draw, Method.SHARE).effective == pytest.approx(10.0)
    mixed = np.tile([1.0, 0.0, 1.0, 0.0], 10)
    assert estimate_mean(mixed, draw, Method.SHARE).effective == pytest.approx(10.0), "no spread: fewest units"
    mixed[:2] = [0.0, 0.0]
    assert estimate_mean(mixed, draw, Method.SHARE).effective == pytest.approx(40.0), "never more than the runs"


def test_without_events_the_draws_are_the_units():
    interval = estimate_mean(np.zeros(40), np.repeat(np.arange(10), 4), Method.SHARE).interval()
    z = stats.t.ppf(0.975, 9)
    assert ends(interval) == pytest.approx([0.0, z**2 / (10 + z**2)])


def test_paired_shares_with_draws_are_compared_over_draws():
    values, draw = np.array([1.0, 0.0, 1.0, -1.0, 0.0, 1.0]), np.array([0, 1, 2, 0, 1, 2])
    estimate = estimate_mean(values, draw, Method.PAIRED_SHARES)
    assert ends(estimate.interval()) == pytest.approx(ends(t_interval(np.array([0.0, 0.0, 1.0]))))


# bootstrap


def skewed(n=40):
    return np.random.default_rng(5).exponential(1.0, n)


def test_bootstrap_interval_follows_the_skewness_of_the_values():
    """Exponential values have a long upper tail, so the upper half of the interval is wider; Student's is symmetric."""
    interval = bootstrap(skewed())
    assert interval.high - interval.mean > 1.1 * (interval.mean - interval.low)
    assert interval.kind == "95 % BCa bootstrap interval, n = 40"


def test_bootstrap_interval_moves_and_stretches_with_the_values():
    values = skewed()
    changed = bootstrap(5.0 + 3.0 * values)
    assert ends(changed) == pytest.approx(5.0 + 3.0 * ends(bootstrap(values)), rel=1e-9)


def test_bootstrap_interval_is_repeatable_and_close_to_students_for_normal_values():
    """The ends differ by the Monte Carlo error (2 % of the width) and the normal quantile of a bootstrap."""
    values = np.random.default_rng(3).normal(size=200)
    first, student = bootstrap(values), t_interval(values)
    assert bootstrap(values) == first
    assert ends(first) == pytest.approx(ends(student), abs=0.06 * (student.high - student.low))
    assert first.mean == student.mean


def test_the_bootstrap_interval_is_that_of_scipy():
    """SciPy draws other resamples; the ends agree within the Monte Carlo error of both."""
    values = skewed()
    reference = stats.bootstrap((values,), np.mean, n_resamples=20_000, rng=np.random.default_rng(1))
    width = np.diff(ends(reference.confidence_interval))[0]
    assert ends(bootstrap(values)) == pytest.approx(ends(reference.confidence_interval), abs=0.06 * width)


def test_the_bias_and_acceleration_of_the_bootstrap_are_those_of_efron():
    """Acceleration of a mean: skewness / (6 sqrt n) (Efron 1987, section 7). Half of the resamples of symmetric values
    are below their mean, so that the bias is 0 within 4 standard errors of the share, 0.5 / sqrt(B).
    """
    assert BootstrapMean(skewed())._resampled[2] == pytest.approx(stats.skew(skewed()) / (6 * math.sqrt(40)))
    _, bias, acceleration = BootstrapMean(np.arange(20.0))._resampled
    assert acceleration == pytest.approx(0.0, abs=1e-12)
    assert abs(stats.norm.cdf(bias) - 0.5) < 4 * 0.5 / math.sqrt(BCA_RESAMPLES)


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_the_probability_of_the_bootstrap_is_extreme_exactly_if_its_interval_excludes_0(seed):
    values = np.random.default_rng(seed).exponential(1.0, 25) - 0.7
    estimate = BootstrapMean(values)
    low, high = ends(estimate.interval())
    assume(min(abs(low), abs(high)) > 0.01 * (high - low))
    assert (low > 0.0) == (estimate.p_positive > 0.975)
    assert (high < 0.0) == (estimate.p_positive < 0.025)


def test_two_runs_are_enough_for_a_bootstrap():
    """Of 0 and 1, the resampled means are 0, 1/2 and 1, so the interval is from 0 to 1."""
    interval = bootstrap(np.array([0.0, 1.0]))
    assert interval.kind == "95 % BCa bootstrap interval, n = 2"
    assert (interval.low, interval.high) == (0.0, 1.0)


def test_bootstrap_uses_enough_resamples_for_the_stated_monte_carlo_error():
    """The error of an end is sqrt(0.025 x 0.975 / B) / density, about 2 % of the width of the interval."""
    density = stats.norm.pdf(1.96)
    assert math.sqrt(0.025 * 0.975 / BCA_RESAMPLES) / density / (2 * 1.96) < 0.02


@pytest.mark.slow
def test_bootstrap_intervals_of_skewed_values_have_nearly_nominal_coverage():
    """400 batches of 60 exponential values: 95 % minus the known deficit of BCa at that size (about 2 points)."""
    random = np.random.default_rng(8)
    covered = sum(
        interval.low <= 1.0 <= interval.high
        for interval in (bootstrap(random.exponential(1.0, 60)) for _ in range(400))
    )
    assert 0.95 - 0.02 - 4 * np.sqrt(0.95 * 0.05 / 400) < covered / 400 < 0.99


# probability that a mean is positive


def test_the_probability_of_a_positive_mean_is_one_minus_the_one_sided_p_value():
    values = np.array([0.2, 1.4, -0.3, 0.9, 0.5])
    reference = stats.ttest_1samp(values, 0.0, alternative="less").pvalue
    assert probability_mean_positive(values) == pytest.approx(reference, abs=1e-12)
    assert reference > 0.9


@given(samples)
def test_the_probability_of_a_negative_mean_is_the_complement(values):
    assert probability_mean_positive(-values) == pytest.approx(1.0 - probability_mean_positive(values), abs=1e-12)


@given(samples, st.integers(1, 100))
def test_the_probability_rises_when_all_values_rise(values, shift):
    assert probability_mean_positive(values + shift) >= probability_mean_positive(values)


# p-values

SLEEP = np.array([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4])
"""Additional hours of sleep, drug 2 minus drug 1, of ten patients (Student 1908, Biometrika 6)."""


def test_the_sleep_data_of_student():
    """t = 4.0621 with 9 degrees of freedom, p = 0.002833 (R documentation, t.test(extra ~ group, paired = TRUE))."""
    estimate = estimate_mean(SLEEP)
    assert p_value(estimate) == pytest.approx(0.002833, abs=1e-6)
    assert estimate.mean / estimate.error == pytest.approx(4.0621, abs=1e-4)


@pytest.mark.parametrize("pairs", [2, 5, 6, 30])
@pytest.mark.parametrize("difference", [0.1, -7.0])
def test_equal_differences_have_the_p_value_of_the_sign_test(pairs, difference):
    """Two equal differences prove little: p = 0.5. A t-test would give p = 0. 0.1 is not exact in binary numbers."""
    reference = stats.binomtest(pairs, pairs).pvalue
    assert p_value(estimate_mean(np.full(pairs, difference))) == pytest.approx(reference)


def test_no_difference_and_a_single_pair_have_a_p_value_of_1():
    assert p_value(estimate_mean(np.zeros(9))) == 1.0
    assert p_value(estimate_mean(np.array([3.0]))) == 1.0


def test_differences_whose_squares_underflow_count_as_equal():
    """The smallest number above 0: its square is 0, so that a t-test would divide by 0."""
    assert p_value(estimate_mean(np.array([5e-324, 5e-324, 0.0]))) == 0.25
