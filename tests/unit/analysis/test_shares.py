"""What equal runs say, and differences of paired shares: against SciPy, closed forms and exact enumeration."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.stats import binomtest

from redbead.analysis.shares import PairedShares, equal_runs_interval, unseen_share

counts = st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 60)).filter(lambda c: sum(c) > 1)
"""Runs with an event only with the policy, only without it, and in both or neither."""


def ends(interval):
    return np.array([interval.low, interval.high])


@pytest.mark.parametrize("runs", [1, 5, 30, 300])
@pytest.mark.parametrize("level", [0.95, 0.975])
def test_the_share_that_may_differ_is_the_one_sided_limit_of_clopper_and_pearson(runs, level):
    exact = binomtest(0, runs, alternative="less").proportion_ci(level, method="exact").high
    assert unseen_share(runs, level) == pytest.approx(exact)


def test_for_many_runs_the_limit_is_the_rule_of_three():
    """-log(0.05) = 3.00 (Hanley and Lippman-Hand 1983)."""
    assert 1000 * unseen_share(1000) == pytest.approx(3.0, abs=0.01)


def test_runs_that_may_differ_lie_at_a_bound():
    """0.2 in all of 10 runs of a share: 25.89 % of runs may be 0 or 1, so the mean may be 0.148 to 0.407."""
    assert equal_runs_interval(0.2, 10, 0.0, 1.0)[:3] == pytest.approx((0.2, 0.148, 0.407), abs=1e-3)


def test_without_bounds_the_ends_need_59_runs():
    """0.95^59 = 0.0485, so that at most 5 % of runs differ; 0.95^58 = 0.0510."""
    assert math.isnan(equal_runs_interval(3.0, 58).low)
    assert equal_runs_interval(3.0, 59)[:3] == (3.0, 3.0, 3.0)


# differences of paired shares


@given(counts)
def test_the_score_test_at_no_difference_is_that_of_mcnemar(given_counts):
    """McNemar (1947): z = (b - c) / sqrt(b + c)."""
    b, c, rest = given_counts
    assume(b + c > 0)
    expected = stats.norm.cdf((b - c) / math.sqrt(b + c))
    assert PairedShares(b, c, b + c + rest).p_positive == pytest.approx(expected, abs=1e-9)


@given(counts, st.floats(0.6, 0.99))
@settings(max_examples=60)
def test_the_score_interval_contains_the_difference_and_mirrors_with_the_two_sides(given_counts, level):
    b, c, rest = given_counts
    n = b + c + rest
    interval = PairedShares(b, c, n).interval(level)
    assert -1.0 <= interval.low <= (b - c) / n <= interval.high <= 1.0
    assert ends(PairedShares(c, b, n).interval(level)) == pytest.approx(-ends(interval)[::-1], abs=1e-9)


@given(counts)
def test_the_probability_is_extreme_exactly_if_the_score_interval_excludes_0(given_counts):
    b, c, rest = given_counts
    estimate = PairedShares(b, c, b + c + rest)
    low, high = ends(estimate.interval())
    assume(min(abs(low), abs(high)) > 1e-9)
    assert (low > 0.0) == (estimate.p_positive > 0.975)
    assert (high < 0.0) == (estimate.p_positive < 0.025)


def test_without_events_the_score_interval_has_a_closed_form():
    """With b = c = 0 the statistic is n d / sqrt(n d (1 - d)), so the end is z^2 / (n + z^2)."""
    z2 = stats.norm.ppf(0.975) ** 2
    assert ends(PairedShares(0, 0, 30).interval()) == pytest.approx([-z2 / (30 + z2), z2 / (30 + z2)])


@pytest.mark.parametrize(("n", "more", "fewer"), [(30, 0.02, 0.02), (60, 0.05, 0.01), (50, 0.2, 0.2), (40, 0.3, 0.0)])
def test_the_exact_coverage_of_the_score_interval_is_at_least_93_percent(n, more, fewer):
    """The sum of the multinomial probabilities of all counts whose interval contains the true difference."""
    covered = 0.0
    for b in range(n + 1):
        for c in range(n + 1 - b):
            p = stats.multinomial.pmf([b, c, n - b - c], n, [more, fewer, 1.0 - more - fewer])
            if p > 1e-6:
                low, high = ends(PairedShares(b, c, n).interval())
                covered += p * (low <= more - fewer <= high)
    assert covered >= 0.93


def test_events_in_all_runs_of_one_side_reach_the_end_of_the_scale():
    assert PairedShares(9, 0, 9).interval().high == 1.0
    assert PairedShares(0, 9, 9).interval().low == -1.0
