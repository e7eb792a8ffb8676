"""Runs for a stated power, against published tables, the noncentral t distribution of SciPy and simulation."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from redbead.analysis.power import MOST_UNITS, POWER, further_units, units_for_power


def power_of(n, ratio, significance):
    """Power of the two-sided paired t-test in the direction of the difference, by SciPy."""
    return stats.nct.sf(stats.t.isf(significance / 2, n - 1), n - 1, ratio * math.sqrt(n))


@pytest.mark.parametrize(("ratio", "units"), [(0.2, 199), (0.5, 34), (0.8, 15)])
def test_small_medium_and_large_effects_need_the_numbers_of_cohen(ratio, units):
    """Paired t-test, two-sided 5 %, power 80 %: 199, 34 and 15 pairs (Cohen 1988; Faul and others 2007, G*Power)."""
    assert units_for_power(ratio) == units


@given(st.floats(0.08, 3.0), st.sampled_from([0.05, 0.01, 0.001]))
@settings(max_examples=40)
def test_the_number_is_the_smallest_with_the_power(ratio, significance):
    n = units_for_power(ratio, significance)
    assert power_of(n, ratio, significance) >= POWER - 1e-6
    assert n == 2 or power_of(n - 1, ratio, significance) < POWER + 1e-6


def test_small_differences_follow_the_normal_approximation():
    """(1.96 + 0.8416)^2 / d^2 for a small ratio d."""
    assert units_for_power(0.01) == pytest.approx((1.959964 + 0.841621) ** 2 / 0.0001, rel=0.001)


@pytest.mark.parametrize("ratio", [0.0, -1.0, math.nan, 1e-9])
def test_no_number_shows_a_difference_of_nothing(ratio):
    assert units_for_power(ratio) == MOST_UNITS


def test_the_number_grows_with_the_significance_and_power_that_are_wanted():
    numbers = [units_for_power(0.3, a, p) for a, p in ((0.05, 0.8), (0.01, 0.8), (0.01, 0.9), (0.0001, 0.9))]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == 4


def test_further_units_are_the_rest_of_the_total():
    """Spread 2 and difference 1: 34 runs, of which 30 exist."""
    need = further_units(2.0, 30, 1.0, noun="runs")
    assert (need.number, need.total, need.noun, need.difference) == (4, 34, "runs", 1.0)


def test_the_range_follows_from_the_interval_of_the_spread():
    """With 30 values the spread lies between s sqrt(29 / 45.72) and s sqrt(29 / 16.05): chi-squared tables."""
    need = further_units(2.0, 30, 0.4, noun="runs")
    low, high = (units_for_power(0.2 / math.sqrt(29.0 / q)) - 30 for q in (45.722, 16.047))
    assert (need.low, need.high) == (pytest.approx(low, abs=1), pytest.approx(high, abs=2))
    assert need.low < need.number < need.high


def test_nothing_more_is_needed_if_the_runs_already_have_the_power():
    need = further_units(1.0, 100, 1.0, noun="draws")
    assert (need.number, need.low, need.high, need.total) == (0, 0, 0, 100)


@pytest.mark.parametrize(("sd", "units", "difference"), [(0.0, 9, 1.0), (math.nan, 1, 1.0), (1.0, 9, 0.0)])
def test_without_a_spread_or_a_difference_there_is_no_number(sd, units, difference):
    assert further_units(sd, units, difference, noun="runs") is None


def test_so_many_runs_show_the_difference_in_80_percent_of_batches():
    """4,000 batches of 34 normal values with a true mean of half their spread: 80 % within 4 standard errors."""
    values = np.random.default_rng(4).normal(0.5, 1.0, (4000, 34))
    shown = (stats.ttest_1samp(values, 0.0, axis=1, alternative="greater").pvalue < 0.025).mean()
    assert abs(shown - 0.8) < 4 * math.sqrt(0.8 * 0.2 / 4000) + 0.01
