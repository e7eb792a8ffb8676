"""Simultaneous intervals against closed forms and published critical values."""

import numpy as np
import pytest
from scipy.stats import t

from redbead.analysis.simultaneous import simultaneous_band, single_error


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


def test_few_runs_use_bonferroni_and_families_divide_the_error():
    assert single_error(independent(4, 9)) == pytest.approx(0.05 / 4)
    assert single_error(independent(1, 50), 5) == pytest.approx(0.01)


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
        simultaneous_band(np.zeros((2, runs)), families)
