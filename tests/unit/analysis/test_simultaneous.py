"""Simultaneous intervals, and those of peaks and dips, against closed forms and published critical values."""

import numpy as np
import pytest
from scipy import stats
from scipy.stats import t

from redbead.analysis.simultaneous import (
    dip_interval,
    peak_interval,
    simulated_means,
    simultaneous_band,
    single_error,
)

NAN = float("nan")


def independent(count, runs):
    """Rows that are exactly uncorrelated, with mean 0. [count, runs]"""
    columns = np.random.Generator(np.random.Philox(2)).standard_normal((runs, count + 1))
    columns[:, 0] = 1.0
    return np.linalg.qr(columns)[0][:, 1:].T


@pytest.mark.parametrize("count", [2, 5, 20])
def test_independent_quantities_need_the_level_of_sidak(count):
    """Sidak 1967: all of k independent intervals hold in 95 % if each has an error of 1 - 0.95^(1/k)."""
    assert single_error(independent(count, 60)) == pytest.approx(1 - 0.95 ** (1 / count), rel=0.1)


def test_equal_quantities_need_no_correction():
    rows = np.repeat(independent(1, 30), 3, axis=0)
    assert single_error(rows) == pytest.approx(0.05, rel=0.1)


def test_two_quantities_with_correlation_one_half():
    """Table of the bivariate normal maximum (Dunnett 1955, k = 2, two-sided, infinite degrees): c = 2.212."""
    a, b = independent(2, 100)
    assert single_error(np.stack([a, 0.5 * a + 0.75**0.5 * b])) == pytest.approx(0.02697, rel=0.08)


def test_few_runs_and_rates_beyond_the_simulated_repetitions_use_bonferroni():
    assert single_error(independent(4, 9)) == pytest.approx(0.05 / 4)
    assert single_error(independent(4, 10)) > 0.05 / 4
    assert single_error(independent(4, 50), 0.0019) == 0.0019 / 4
    assert single_error(np.repeat(independent(1, 50), 4, axis=0), 0.0021) > 0.0021 / 4


def test_families_divide_the_error_rate():
    rows = independent(3, 50)
    assert simultaneous_band(rows, families=5).high.tolist() == simultaneous_band(rows, 0.01).high.tolist()
    assert simultaneous_band(rows, families=5).kind == "95 % simultaneous t-interval, n = 50"


def test_a_single_quantity_has_students_interval():
    """1, 2, 3: mean 2, standard error 1 / sqrt(3), t = 4.3027 with two degrees of freedom."""
    band = simultaneous_band(np.array([[1.0, 2.0, 3.0]]))
    assert band.high[0] == pytest.approx(2.0 + t.ppf(0.975, 2) / 3**0.5)
    (interval,) = band.intervals()
    assert interval.kind == "95 % simultaneous t-interval, n = 3"


def test_equal_runs_and_single_runs_have_no_interval():
    assert np.isnan(simultaneous_band(np.array([[0.1, 0.1, 0.1]])).low).all()
    assert np.isnan(simultaneous_band(np.array([[1.0], [2.0]])).low).all()


@pytest.mark.parametrize(("runs", "families"), [(0, 1), (3, 0)])
def test_no_runs_or_families_are_refused(runs, families):
    with pytest.raises(ValueError, match="at least one run and one family"):
        simultaneous_band(np.zeros((2, runs)), families=families)


def critical_value(values, level=0.05):
    """Half-width of the band in standard errors."""
    band = simultaneous_band(values, level)
    return (band.high - band.mean) / stats.sem(values, axis=1)


def test_perfectly_correlated_means_have_the_critical_value_of_one_mean():
    """Forty copies of one quarter are one test: t with 29 degrees of freedom, 2.045."""
    assert critical_value(np.repeat(independent(1, 30), 40, axis=0)) == pytest.approx(2.045, abs=0.04)


def test_uncorrelated_means_have_nearly_the_value_of_sidak():
    """For independent normal means z = Phi^-1((1 + 0.95^(1/10)) / 2) = 2.800 (Sidak 1967)."""
    assert critical_value(independent(10, 2000)) == pytest.approx(2.800, abs=0.05)


def test_few_runs_widen_the_band_as_student_does():
    """The tail of 2.800 in a normal distribution, 0.00511, belongs to 3.678 with 9 degrees of freedom."""
    expected = stats.t.isf(stats.norm.sf(2.800), 9)
    assert expected == pytest.approx(3.68, abs=0.01)
    assert critical_value(independent(9, 10)) == pytest.approx(expected, abs=0.15)


def test_simulated_means_have_the_estimated_covariance():
    values = np.random.default_rng(3).normal(size=(50, 3)) @ np.array([[1.0, 0.8, 0.0], [0.0, 1.0, 0.5], [0.0, 0.0, 2]])
    simulated = simulated_means(values.T)
    assert np.cov(simulated) == pytest.approx(np.cov(values.T) / 50, abs=0.005)
    assert simulated.mean(axis=1) == pytest.approx(values.mean(axis=0), abs=0.02)


def test_simulated_means_of_equal_runs_do_not_vary():
    simulated = simulated_means(np.array([[0.1, 0.1, 0.1], [1.0, 2.0, 3.0]]))
    assert np.ptp(simulated[0]) == 0.0 < np.ptp(simulated[1])


def test_a_peak_lies_between_the_largest_ends():
    """Quarters with means 2 and 1 and standard errors 1 / sqrt(3) and 2 / sqrt(3); Bonferroni: 1.25 % on each side."""
    values = np.array([[1.0, 2.0, 3.0], [-1.0, 1.0, 3.0]])
    factor = t.ppf(1 - 0.0125, 2) / 3**0.5
    assert peak_interval(values)[:3] == pytest.approx((2.0, 2.0 - factor, 1.0 + 2.0 * factor))


def test_a_dip_is_the_mirror_image_of_a_peak():
    values = np.random.Generator(np.random.Philox(1)).standard_normal((5, 30))
    mean, low, high, kind = peak_interval(-values)
    assert dip_interval(values)[:3] == (-mean, -high, -low)
    assert kind.startswith("95 % peak of simultaneous")
    assert dip_interval(values).kind.startswith("95 % dip of simultaneous")


def test_quarters_without_an_estimate_are_left_out_in_any_order():
    values = np.array([[1.0, 2.0, 3.0], [NAN, NAN, NAN], [0.0, 0.1, 0.2]])
    assert peak_interval(values) == peak_interval(values[::-1]) == peak_interval(values[[0, 2]])
    assert np.isnan(peak_interval(values[1:2]).mean)


def test_an_equal_quarter_gives_its_value_as_upper_end_only():
    """A quarter that is 9 in all runs: the peak is 9, and the lower end is that of the other quarter."""
    values = np.array([[1.0, 2.0, 3.0], [9.0, 9.0, 9.0]])
    mean, low, high, _ = peak_interval(values)
    assert (mean, high) == (9.0, 9.0)
    assert low == pytest.approx(2.0 - t.ppf(0.975, 2) / 3**0.5)


def test_without_spread_in_any_quarter_there_is_no_interval():
    assert np.isnan(peak_interval(np.array([[1.0, 1.0], [0.0, 0.0]])).low)
