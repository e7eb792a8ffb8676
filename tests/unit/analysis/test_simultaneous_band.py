"""Simultaneous band: its critical value lies between that of one mean and Bonferroni's, both known exactly."""

import numpy as np
import pytest
from scipy import stats

from redbead.analysis.simultaneous_band import simulated_means, simultaneous_band


def critical_value(values, level=0.05):
    """Half-width of the band in standard errors."""
    band = simultaneous_band(values, simulated_means(values), level)
    return (band.high - band.mean) / stats.sem(values, axis=0)


def orthogonal(pairs, means):
    """Paired differences whose estimated correlations are exactly 0."""
    values = np.random.default_rng(2).normal(size=(pairs, means))
    return 5.0 + np.linalg.qr(values - values.mean(axis=0))[0]


def test_perfectly_correlated_means_have_the_critical_value_of_one_mean():
    """Forty copies of one quarter are one test: t with 29 degrees of freedom, 2.045."""
    values = np.repeat(np.random.default_rng(1).normal(size=(30, 1)), 40, axis=1)
    assert critical_value(values) == pytest.approx(2.045, abs=0.08)


def test_uncorrelated_means_have_nearly_the_value_of_sidak():
    """For independent normal means z = Phi^-1((1 + 0.95^(1/10)) / 2) = 2.800 (Sidak 1967)."""
    assert critical_value(orthogonal(2000, 10)) == pytest.approx(2.800, abs=0.08)


def test_few_pairs_widen_the_band_as_student_does():
    """The tail of 2.800 in a normal distribution, 0.00511, belongs to 3.678 with 9 degrees of freedom."""
    expected = stats.t.isf(stats.norm.sf(2.800), 9)
    assert expected == pytest.approx(3.68, abs=0.01)
    assert critical_value(orthogonal(10, 9)) == pytest.approx(expected, abs=0.25)


def test_a_level_beyond_the_simulated_means_uses_bonferroni():
    values = orthogonal(100, 10)
    assert critical_value(values, 1e-4) == pytest.approx(stats.t.isf(1e-4 / 20, 99))


def test_simulated_means_have_the_estimated_covariance():
    values = np.random.default_rng(3).normal(size=(50, 3)) @ np.array([[1.0, 0.8, 0.0], [0.0, 1.0, 0.5], [0.0, 0.0, 2]])
    simulated = simulated_means(values)
    assert np.cov(simulated.T) == pytest.approx(np.cov(values.T) / 50, abs=0.01)
    assert simulated.mean(axis=0) == pytest.approx(values.mean(axis=0), abs=0.03)


def test_a_mean_without_spread_has_no_width_if_the_pairs_are_many_enough():
    """The sign test gives 2^-9 = 0.002 for ten equal pairs, but 2^-3 = 0.125 for four: then the band reaches to 0."""
    many, few = (simultaneous_band(v, simulated_means(v)) for v in (np.full((10, 2), -3.0), np.full((4, 2), -3.0)))
    assert (many.low.tolist(), many.high.tolist()) == ([-3.0, -3.0], [-3.0, -3.0])
    assert (few.low.tolist(), few.high.tolist()) == ([-6.0, -6.0], [0.0, 0.0])


def test_a_single_pair_has_no_band():
    values = np.ones((1, 4))
    assert np.isnan(simultaneous_band(values, simulated_means(values)).low).all()
