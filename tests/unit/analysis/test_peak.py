"""Intervals of peaks and dips, from simultaneous intervals by hand."""

import numpy as np
import pytest
from scipy.stats import t

from redbead.analysis.peak import dip_interval, peak_interval

NAN = float("nan")


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
