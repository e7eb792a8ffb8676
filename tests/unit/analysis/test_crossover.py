"""Crossover of a policy over its comparator: the week it overtakes, the dip before it and the break-even."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from redbead.analysis.crossover import crossover

PAIRS = 16
"""Equal pairs of runs: the sign test gives 2^-15, so that they show any difference from 0."""


def steps(*levels, pairs=PAIRS):
    """Pairs of runs whose advantage is constant within each quarter of 13 weeks."""
    return np.repeat(np.repeat(np.array(levels, dtype=float), 13)[None, :], pairs, axis=0)


def noisy(*levels, error, pairs=40):
    """Pairs whose means over quarters have exactly these levels and this standard error."""
    offsets = np.linspace(-1.0, 1.0, pairs)
    return steps(*levels, pairs=pairs) + (error * np.sqrt(pairs) * offsets / offsets.std(ddof=1))[:, None]


quarters = st.lists(st.integers(-5, 5), min_size=1, max_size=8)


def test_dip_and_crossover_of_a_hand_calculated_example():
    """Quarters 0, -2, -5, 1, 3, 3, 3: the last year is 2.5 ahead, from quarter 3 on; -7 is repaid by 10."""
    result = crossover(steps(0, -2, -5, 1, 3, 3, 3))
    assert result.at_end == 1
    assert result.overtakes == 39
    assert (result.overtakes_low, result.overtakes_high) == (39.0, 39.0)
    assert (result.dip, result.dip_at) == (-5.0, 26)
    assert (result.dip_low, result.dip_high) == (-5.0, -5.0)
    assert result.pays_back == 78, "0 after the sixth quarter; the seventh adds 3, and its first week is 78"
    assert result.never.mean == 0.0
    assert result.ever == 1.0
    assert not result.identical


def test_a_cumulative_advantage_of_0_is_not_repaid():
    """-7 before, 7 after."""
    assert crossover(steps(0, -2, -5, 1, 3, 3)).pays_back is None


@pytest.mark.parametrize(("difference", "at_end"), [(0.24, 0), (0.26, 1), (-0.24, 0), (-0.26, -1)])
def test_ahead_or_behind_at_the_end_needs_a_third_of_the_level(difference, at_end):
    """Standard error 0.1, 40 pairs: 0.05 / 3 two-sided needs t = 2.50 with 39 degrees of freedom (SciPy)."""
    assert stats.t.isf(0.05 / 6, 39) == pytest.approx(2.50, abs=0.005)
    result = crossover(noisy(*[difference] * 8, error=0.1))
    assert result.at_end == at_end
    assert (result.overtakes is None) == (at_end <= 0)


def test_the_band_gives_the_interval_of_the_crossover():
    """Equal noise in all quarters makes the band that of one mean: half-width about 2.5 standard errors of 0.1.

    -1, -0.2, 0.2, 1: quarter 0 is surely behind, quarters 1 and 2 may be either, and from quarter 3 it is surely ahead.
    """
    result = crossover(noisy(-1, -0.2, 0.2, 1, 1, 1, error=0.1))
    assert (result.overtakes_low, result.overtakes, result.overtakes_high) == (13.0, 26, 39.0)


def test_a_crossover_without_proof_in_the_last_quarter_has_no_upper_end():
    """The last quarter, 0.1 with standard error 0.1, may be behind, although the last year is ahead."""
    result = crossover(noisy(1, 1, 1, 1, 1, 0.1, error=0.1))
    assert result.at_end == 1
    assert result.overtakes_high == np.inf


def test_the_interval_of_the_dip_is_the_lowest_point_of_both_ends_of_the_band():
    """Worst quarter -1, half-width about 2.5 standard errors of 0.1."""
    result = crossover(noisy(0, -1, 0, 1, 1, 1, 1, error=0.1))
    assert (result.dip, result.dip_at) == (pytest.approx(-1.0), 13)
    assert (result.dip_low, result.dip_high) == pytest.approx((-1.25, -0.75), abs=0.02)


def test_a_dip_within_its_error_is_not_shown():
    """The estimate is below 0, but 0 lies in its interval."""
    result = crossover(noisy(0.0, -0.1, 0.0, 1, 1, 1, 1, error=0.1))
    assert result.dip == pytest.approx(-0.1)
    assert result.dip_high == 0.0


def test_noise_without_a_difference_is_no_crossover_and_no_dip():
    result = crossover(np.random.default_rng(3).normal(size=(40, 104)))
    assert (result.at_end, result.overtakes, result.pays_back, result.dip_high) == (0, None, None, 0.0)
    assert result.dip_low < result.dip < 0.0
    assert 0.0 < result.ever < 1.0, "the last quarter of some repetitions is above 0"


def test_pairs_that_share_a_draw_count_once():
    """Forty equal pairs from two draws are two observations, which show nothing."""
    cluster = np.arange(40) % 2
    assert crossover(steps(1, 1, pairs=40), cluster=cluster).at_end == 0
    runs = noisy(-1, 1, 1, 1, 1, error=0.1)
    by_draw, alone = crossover(np.repeat(runs, 3, axis=0), cluster=np.repeat(np.arange(40), 3)), crossover(runs)
    assert (by_draw.dip_low, by_draw.dip_high) == pytest.approx((alone.dip_low, alone.dip_high))
    assert by_draw.overtakes_high == alone.overtakes_high


def test_a_quarter_without_difference_counts_as_behind():
    """0, 2, 0, 1: the last quarter that is not ahead is the third, so the policy overtakes in week 39."""
    assert crossover(steps(0, 2, 0, 1)).overtakes == 39


def test_a_quarter_without_spread_has_no_width_if_the_pairs_are_many_enough():
    """The level of each of two quarters is 0.05 / 3 / 2 = 0.0083, because the dip is one of three statements.

    The sign test gives 2^-7 = 0.0078 for eight equal pairs, but 2^-6 = 0.0156 for seven: then the band reaches to 0.
    """
    many, few = (crossover(steps(-3, -3, pairs=pairs)) for pairs in (8, 7))
    assert (many.dip_low, many.dip_high) == (-3.0, -3.0)
    assert (few.dip_low, few.dip_high) == (-6.0, 0.0)


def test_quarters_before_the_start_do_not_count():
    result = crossover(steps(-9, -9, 1, 1, 1, 1), start=26)
    assert (result.overtakes, result.dip, result.dip_at, result.pays_back) == (26, 0.0, None, 26)


def test_surplus_weeks_are_left_out_at_the_beginning():
    """54 weeks: four quarters from week 2 on. The first two weeks, far behind, are no part of a quarter."""
    result = crossover(np.concatenate([np.full((PAIRS, 2), -99.0), steps(-1, 4, 4, 4)], axis=1))
    assert (result.overtakes, result.dip, result.dip_at) == (15, -1.0, 2)


def test_a_policy_that_is_behind_at_the_end_never_overtakes():
    result = crossover(np.concatenate([steps(1, 1, 1, -1, -1, -1, -1), steps(1, 1, 1, -2, -2, -2, -2)]))
    assert result.at_end == -1
    assert result.overtakes is None
    assert result.pays_back is None
    assert result.ever == 0.0
    assert np.isnan(result.overtakes_low)
    assert (result.dip, result.dip_at) == (-1.5, 39), "the mean of -1 and -2 in the fourth quarter"
    assert result.never.mean == 1.0


def test_never_is_the_share_of_runs_not_better_over_the_last_year():
    """Four runs of two years. The last year of one is better on average, of one equal, of two worse."""
    better, equal, worse = (
        steps(*early, *late, pairs=1)
        for early, late in (([-9] * 4, (1, 1, 1, -2)), ([9] * 4, (1, -1, 1, -1)), ([9] * 4, (0, 0, 0, -1)))
    )
    assert crossover(np.concatenate([better, equal, worse, worse])).never.mean == 0.75


def test_equal_policies_are_identical_and_never_overtake():
    result = crossover(np.zeros((5, 104)))
    assert result.identical
    assert (result.at_end, result.overtakes) == (0, None)
    assert (result.dip, result.dip_high, result.dip_at) == (0.0, 0.0, None)


def test_a_single_pair_shows_nothing():
    result = crossover(steps(-1, 1, pairs=1))
    assert (result.at_end, result.overtakes, result.pays_back) == (0, None, None)
    assert np.isnan([result.dip_low, result.dip_high]).all()


@pytest.mark.parametrize(("weeks", "start"), [(5, 0), (12, 0), (30, 18), (20, 25)])
def test_less_than_a_quarter_has_no_crossover(weeks, start):
    result = crossover(np.ones((3, weeks)), start)
    assert (result.at_end, result.overtakes, result.dip_at, result.pays_back) == (0, None, None, None)
    assert (result.dip, result.dip_low, result.dip_high, result.ever) == (0.0, 0.0, 0.0, 0.0)
    assert np.isnan([result.overtakes_low, result.overtakes_high]).all()
    assert result.never.mean == 0.0
    assert not result.identical


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
        assert levels[-1] <= 0 or sum(levels[-4:]) <= 0, "not ahead in the last quarter, or not over the last year"
    else:
        assert min(levels[week // 13 :]) > 0
        assert week == 0 or levels[week // 13 - 1] <= 0
