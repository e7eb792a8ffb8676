"""Confidence intervals, against SciPy, closed forms and the symmetries that every interval of a mean must have."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from redbead.analysis.intervals import (
    RESAMPLES,
    percentile_interval,
    resample_weights,
    resampled_means,
    t_critical_value,
    t_interval,
    wilson_ends,
    wilson_interval,
)

whole = st.integers(-1000, 1000).map(float)
samples = arrays(np.float64, st.integers(2, 12), elements=whole)
"""Samples of whole numbers, so that sums are exact and equality is not blurred by rounding."""
flags = arrays(np.float64, st.integers(2, 40), elements=st.sampled_from([0.0, 1.0]))


def ends(interval):
    return np.array([interval.low, interval.high])


# Student's t-interval


def test_t_interval_of_a_hand_calculated_example():
    """1, 2, 3: mean 2, standard deviation 1, t of 2 degrees of freedom 4.3027: half-width 4.3027 / sqrt(3) = 2.4841."""
    interval = t_interval(np.array([1.0, 2.0, 3.0]))
    assert interval.mean == 2.0
    assert ends(interval) == pytest.approx([2 - 2.48414, 2 + 2.48414], abs=1e-4)


@pytest.mark.parametrize("n", [2, 3, 30, 200])
def test_t_interval_agrees_with_scipy(n):
    values = np.random.default_rng(n).lognormal(size=n)
    low, high = stats.t.interval(0.95, n - 1, loc=values.mean(), scale=stats.sem(values))
    assert ends(t_interval(values)) == pytest.approx([low, high], rel=1e-9)
    assert t_interval(values).kind == f"95 % t-interval, n = {n}"


@given(samples, whole, st.integers(1, 50))
def test_t_interval_moves_and_stretches_with_the_values(values, shift, scale):
    """A change of unit changes the interval in the same way: kilograms or grams, degrees Celsius or Fahrenheit."""
    changed = t_interval(shift + scale * values)
    assert ends(changed) == pytest.approx(shift + scale * ends(t_interval(values)), rel=1e-9, abs=1e-6)


@given(samples)
def test_t_interval_of_negated_values_is_mirrored(values):
    assert ends(t_interval(-values)) == pytest.approx(-ends(t_interval(values))[::-1], rel=1e-9, abs=1e-9)


@given(samples, st.randoms())
def test_t_interval_does_not_depend_on_the_order_of_runs(values, random):
    shuffled = values.copy()
    random.shuffle(shuffled)
    assert ends(t_interval(shuffled)) == pytest.approx(ends(t_interval(values)), rel=1e-9, abs=1e-9)


@given(samples)
def test_repeating_every_run_narrows_the_interval(values):
    assume(np.ptp(values) > 0)
    once, twice = t_interval(values), t_interval(np.concatenate([values, values]))
    assert twice.mean == pytest.approx(once.mean)
    assert twice.high - twice.low < once.high - once.low


def test_t_intervals_have_their_nominal_coverage():
    """2,000 samples of 12 normal values with mean 0: 95 % within 6 standard errors (2.9 points)."""
    sets = np.random.default_rng(7).normal(size=(2000, 12))
    covered = sum(i.low <= 0 <= i.high for i in map(t_interval, sets)) / 2000
    assert covered == pytest.approx(0.95, abs=6 * np.sqrt(0.95 * 0.05 / 2000))


def test_one_run_has_no_interval():
    assert t_interval(np.array([3.0]))._replace(low=0, high=0) == (3.0, 0, 0, "one run: no interval")
    assert np.isnan(ends(t_interval(np.array([3.0])))).all()
    assert np.isnan(ends(wilson_interval(np.array([1.0])))).all()
    assert t_interval(np.array([])).kind == "no run finished"
    assert np.isnan(t_interval(np.array([])).mean)


@pytest.mark.cases("degrees", [1, 2, 3, 4, 5, 10, 29, 30, 199, 999, 10_000])
def test_t_critical_value_agrees_with_scipy(degrees):
    assert t_critical_value(degrees) == pytest.approx(stats.t.ppf(0.975, degrees), rel=1e-9)


# Wilson's interval


@pytest.mark.cases(("k", "n"), [(0, 10), (3, 10), (10, 10), (1, 200), (1, 2)])
def test_wilson_interval_agrees_with_scipy(k, n):
    values = np.repeat([1.0, 0.0], [k, n - k])
    reference = stats.binomtest(k, n).proportion_ci(0.95, method="wilson")
    assert ends(wilson_interval(values)) == pytest.approx([reference.low, reference.high], abs=1e-12)
    assert wilson_interval(values).kind == f"95 % Wilson interval, n = {n}"


def test_wilson_interval_of_no_success_has_a_closed_form():
    """For 0 of n the upper end is z^2 / (n + z^2): 3.8415 / 13.8415 = 0.2775 for n = 10."""
    interval = wilson_interval(np.zeros(10))
    assert interval.low == 0.0
    assert interval.high == pytest.approx(0.27753, abs=1e-5)


@given(flags)
def test_wilson_interval_contains_the_share_and_lies_between_0_and_1(values):
    interval = wilson_interval(values)
    assert 0.0 <= interval.low <= interval.mean <= interval.high <= 1.0
    assert interval.high > interval.low, "even a share of 0 or 1 is uncertain"


@pytest.mark.parametrize("n", [10.0, 20.0, 100.0])
def test_rounding_does_not_move_the_ends_of_wilsons_interval_beyond_0_and_1(n):
    """Without limits, a share of 1e-11 of ten runs has the lower end -3e-17, because two equal numbers cancel out."""
    for small in 10.0 ** -np.arange(1.0, 30.0):
        for share in (small, 1.0 - small):
            low, high = wilson_ends(share, n, 1.959963984540054)
            assert 0.0 <= low < high <= 1.0


@given(flags)
def test_wilson_interval_of_failures_mirrors_that_of_successes(values):
    assert ends(wilson_interval(1.0 - values)) == pytest.approx(1.0 - ends(wilson_interval(values))[::-1], abs=1e-12)


@given(st.integers(2, 60), st.data())
def test_wilson_interval_rises_with_every_further_success(n, data):
    k = data.draw(st.integers(0, n - 1))
    fewer, more = (wilson_interval(np.repeat([1.0, 0.0], [m, n - m])) for m in (k, k + 1))
    assert more.low > fewer.low
    assert more.high > fewer.high


# resampling


def test_resamples_have_as_many_runs_as_the_sample():
    rows = np.concatenate(list(resample_weights(7)))
    assert rows.shape == (RESAMPLES, 7)
    assert (rows.sum(axis=1) == 7).all()
    assert rows.mean() == pytest.approx(1.0)


def test_resamples_do_not_depend_on_the_block_in_which_they_are_drawn():
    """450 resamples are blocks of 200, 200 and 50, and equal the first 450 of any larger number."""
    blocks = list(resample_weights(3, resamples=450))
    assert [len(block) for block in blocks] == [200, 200, 50]
    every = np.concatenate(list(resample_weights(3)))
    np.testing.assert_array_equal(np.concatenate(blocks), every[:450])


def test_runs_of_one_cluster_are_resampled_together_as_often_as_clusters():
    """Three clusters: the weights of one run of each cluster add up to 3, for any labels."""
    rows = np.concatenate(list(resample_weights(6, np.array([4, 4, 9, 9, 9, 1]))))
    assert (rows[:, 0] == rows[:, 1]).all()
    assert (rows[:, 2] == rows[:, 4]).all()
    assert (rows[:, [0, 2, 5]].sum(axis=1) == 3).all()


def test_resampled_means_of_two_runs_are_the_values_or_their_middle():
    """Two draws with replacement from 0 and 10: both 0 (1/4), one of each (1/2), both 10 (1/4); six standard errors."""
    means = resampled_means(np.array([0.0, 10.0]))
    assert set(means) == {0.0, 5.0, 10.0}
    for value, share in ((0.0, 0.25), (5.0, 0.5), (10.0, 0.25)):
        assert abs((means == value).mean() - share) < 6 * math.sqrt(share * (1 - share) / RESAMPLES)


def test_the_bootstrap_of_a_mean_has_its_standard_error():
    """Variance of resampled means: (n - 1) / n times s^2 / n; with 2,000 resamples its standard error is 3.2 %."""
    values = np.random.default_rng(0).normal(size=50)
    spread = resampled_means(values).std()
    assert spread == pytest.approx(np.sqrt(49 / 50) * values.std(ddof=1) / np.sqrt(50), rel=0.1)


@given(arrays(np.float64, (2, 3, 5), elements=whole), whole, st.integers(-9, 9))
def test_resampled_means_are_linear_in_the_values_for_any_shape(values, shift, scale):
    means = resampled_means(values, resamples=20)
    assert means.shape == (20, 2, 3)
    np.testing.assert_allclose(resampled_means(shift + scale * values, resamples=20), shift + scale * means, atol=1e-6)
    np.testing.assert_allclose(resampled_means(values[1, 2], resamples=20), means[:, 1, 2], atol=1e-9)


def test_resampled_means_weight_clusters_by_their_runs():
    """Clusters {0, 0} and {6}: a resample is {0, 0, 0, 0}, {0, 0, 6} or {6, 6} with means 0, 2 and 6."""
    means = resampled_means(np.array([0.0, 0.0, 6.0]), np.array([0, 0, 1]))
    assert set(means) == {0.0, 2.0, 6.0}


def test_percentile_interval_of_a_hand_calculated_example():
    """The numbers 0 to 40: 2.5 % of the way from 0 to 40 is 1, and 97.5 % is 39."""
    assert percentile_interval(np.arange(41.0)) == pytest.approx((1.0, 39.0))
    assert percentile_interval(np.arange(41.0), 0.5) == pytest.approx((10.0, 30.0))


@given(samples, st.floats(0.01, 0.98))
def test_a_higher_level_contains_the_interval_of_a_lower_level(values, level):
    (low, high), (lower, higher) = percentile_interval(values, level), percentile_interval(values, level + 0.01)
    assert lower <= low <= high <= higher


def test_percentile_interval_leaves_out_infinite_and_missing_values():
    assert percentile_interval(np.array([np.nan, 2.0, np.inf])) == (2.0, 2.0)
    assert np.isnan(percentile_interval(np.array([np.nan, np.inf]))).all()
