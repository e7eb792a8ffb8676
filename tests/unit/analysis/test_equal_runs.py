"""What equal runs say, against the exact binomial limit of scipy and the rule of three."""

import math

import pytest
from scipy.stats import binomtest

from redbead.analysis.equal_runs import equal_runs_interval, share_that_may_differ


@pytest.mark.parametrize("runs", [1, 5, 30, 300])
def test_the_share_that_may_differ_is_the_limit_of_clopper_and_pearson(runs):
    exact = binomtest(0, runs).proportion_ci(0.95, method="exact").high
    assert share_that_may_differ(runs) == pytest.approx(exact)


def test_for_many_runs_the_limit_is_near_the_rule_of_three():
    """-log(0.025) = 3.69 of n, as the rule of three with -log(0.05) = 3.00 for one-sided 95 %."""
    assert 1000 * share_that_may_differ(1000) == pytest.approx(3.69, abs=0.02)


def test_runs_that_may_differ_lie_at_a_bound():
    """0.2 in all of 10 runs of a share: 30.85 % of runs may be 0 or 1, so the mean may be 0.138 to 0.447."""
    assert equal_runs_interval(0.2, 10, 0.0, 1.0)[:3] == pytest.approx((0.2, 0.138, 0.447), abs=1e-3)


def test_without_bounds_the_ends_need_72_runs():
    """0.95^72 = 0.0249, so that at most 5 % of runs differ."""
    assert math.isnan(equal_runs_interval(3.0, 71).low)
    assert equal_runs_interval(3.0, 72)[:3] == (3.0, 3.0, 3.0)
