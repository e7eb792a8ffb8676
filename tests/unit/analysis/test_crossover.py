"""Crossover of a policy over its comparator: the week it overtakes, the dip before it and the break-even."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redbead.analysis.crossover import crossover


def steps(*levels):
    """One pair of runs whose advantage is constant within each quarter of 13 weeks."""
    return np.repeat(np.array(levels, dtype=float), 13)[None, :]


quarters = st.lists(st.integers(-5, 5), min_size=1, max_size=8)


def test_dip_and_crossover_of_a_hand_calculated_example():
    result = crossover(np.repeat(steps(0, -2, -5, 1, 3, 3), 4, axis=0))
    assert result.overtakes == 39
    assert (result.overtakes_low, result.overtakes_high) == (39.0, 39.0)
    assert (result.dip, result.dip_at) == (-5.0, 26)
    assert (result.dip_low, result.dip_high) == (-5.0, -5.0)
    assert result.never.mean == 0.0
    assert result.pays_back is None, "-7 before, 7 after: the cumulative advantage ends at 0, which is not above 0"
    assert result.ever == 1.0
    assert not result.identical


def test_the_policy_pays_back_when_its_gains_exceed_the_dip():
    """-2 - 5 + 1 + 3 + 3 = 0 after the sixth quarter; the seventh adds 3, and its first week is 78."""
    result = crossover(steps(0, -2, -5, 1, 3, 3, 3))
    assert result.pays_back == 78
    assert result.overtakes == 39


def test_a_quarter_without_difference_counts_as_behind():
    """0, 2, 0, 1: the last quarter that is not ahead is the third, so the policy overtakes in week 39."""
    assert crossover(steps(0, 2, 0, 1)).overtakes == 39


def test_quarters_before_the_start_do_not_count():
    result = crossover(steps(-9, -9, 1, 1), start=26)
    assert (result.overtakes, result.dip, result.dip_at, result.pays_back) == (26, 0.0, None, 26)


def test_surplus_weeks_are_left_out_at_the_beginning():
    """28 weeks: two quarters from week 2 on. The first two weeks, far behind, are no part of a quarter."""
    result = crossover(np.concatenate([np.full((1, 2), -99.0), steps(-1, 4)], axis=1))
    assert (result.overtakes, result.dip, result.dip_at) == (15, -1.0, 2)


def test_a_policy_that_is_behind_at_the_end_never_overtakes():
    result = crossover(np.concatenate([steps(1, 1, 1, -1, -1, -1), steps(1, 1, 1, -2, -2, -2)]))
    assert result.overtakes is None
    assert result.pays_back is None
    assert result.ever == 0.0
    assert np.isnan(result.overtakes_low)
    assert (result.dip, result.dip_at) == (-1.5, 39), "the mean of -1 and -2 in the fourth quarter"
    assert result.never.mean == 1.0


def test_never_is_the_share_of_runs_not_better_over_the_last_year():
    """Four runs of two years. The last year of one is better on average, of one equal, of two worse."""
    better, equal, worse = steps(*[-9] * 4, 1, 1, 1, -2), steps(*[9] * 4, 1, -1, 1, -1), steps(*[9] * 4, 0, 0, 0, -1)
    assert crossover(np.concatenate([better, equal, worse, worse])).never.mean == 0.75


def test_equal_policies_are_identical_and_never_overtake():
    result = crossover(np.zeros((5, 104)))
    assert result.identical
    assert result.overtakes is None
    assert (result.dip, result.dip_at) == (0.0, None)


def test_every_resample_has_its_own_worst_quarter():
    """Pure noise: the interval of the dip lies below the dip, because every resample has its own worst quarter."""
    result = crossover(np.random.default_rng(3).normal(size=(40, 104)) - 0.001)
    assert result.dip_low < result.dip < 0.0
    assert 0.0 < result.ever < 1.0, "the last quarter of some resamples is above 0"


def test_intervals_need_two_pairs():
    assert np.isnan(crossover(steps(-1, 1)).dip_low)
    assert np.isnan(crossover(steps(-1, 1)).overtakes_high)
    assert crossover(np.repeat(steps(-1, 1), 2, axis=0)).dip_low == -1.0


@pytest.mark.parametrize(("weeks", "start"), [(5, 0), (12, 0), (30, 18), (20, 25)])
def test_less_than_a_quarter_has_no_crossover(weeks, start):
    result = crossover(np.ones((3, weeks)), start)
    assert (result.overtakes, result.dip, result.dip_at, result.pays_back) == (None, 0.0, None, None)
    assert result.ever == 0.0
    assert np.isnan([result.overtakes_low, result.overtakes_high]).all()
    assert result.never.mean == 0.0


@settings(max_examples=25)
@given(quarters, st.integers(1, 9))
def test_a_larger_scale_changes_the_dip_but_no_date(levels, scale):
    small, large = crossover(steps(*levels)), crossover(scale * steps(*levels))
    assert (large.overtakes, large.dip_at, large.pays_back) == (small.overtakes, small.dip_at, small.pays_back)
    assert large.dip == pytest.approx(scale * small.dip)


@settings(max_examples=25)
@given(quarters, st.integers(1, 5))
def test_a_better_policy_never_overtakes_later(levels, more):
    worse, better = (crossover(steps(*levels) + shift) for shift in (0, more))
    assert better.dip >= worse.dip
    if worse.overtakes is not None:
        assert better.overtakes is not None
        assert better.overtakes <= worse.overtakes


@settings(max_examples=25)
@given(quarters)
def test_after_the_crossover_every_quarter_is_ahead_and_the_one_before_is_not(levels):
    week = crossover(steps(*levels)).overtakes
    if week is None:
        assert levels[-1] <= 0
    else:
        assert min(levels[week // 13 :]) > 0
        assert week == 0 or levels[week // 13 - 1] <= 0
