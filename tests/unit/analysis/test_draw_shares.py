"""Shares of draws in which a policy is better: closed forms, no variance, and the error by simulation."""

import math

import numpy as np
import pytest
from scipy.stats import binom, norm

from redbead.analysis.draw_shares import draw_shares, is_beyond_chance, predicted_effects
from redbead.analysis.intervals import Interval


def generator(seed=0):
    return np.random.Generator(np.random.Philox(seed))


def gains(random, between, runs, draws=60, mean=0.5):
    draw = np.repeat(np.arange(draws), runs)
    return mean + between * random.standard_normal(draws)[draw] + random.standard_normal(draw.size), draw


def test_three_parts_cover_all_draws():
    """Means 5, -5 and 0 with runs one apart from them in each of four draws: 4 better, 4 worse, 4 undecided of 12."""
    means = np.repeat([5.0, -5.0, 0.0], 4)
    shares = draw_shares(np.repeat(means, 2) + np.tile([-1.0, 1.0], 12), np.repeat(np.arange(12), 2))
    assert (shares.draws, shares.better.mean, shares.worse.mean, shares.undecided.mean) == (12, 1 / 3, 1 / 3, 1 / 3)
    assert (shares.better.low, shares.better.high) == pytest.approx((0.1381, 0.6094), abs=1e-4), "Wilson (1927)"


def test_without_chance_the_share_is_that_of_the_normal_distribution():
    """Draws with the means 1 + 2 k and equal runs: no variance within, so tau is the standard deviation of means."""
    means = 1.0 + 2.0 * np.arange(-5, 15.0)
    shares = draw_shares(np.repeat(means, 4), np.repeat(np.arange(20), 4))
    assert shares.positive.mean == pytest.approx(norm.cdf(means.mean() / means.std(ddof=1)))


@pytest.mark.parametrize(("mean", "share"), [(0.5, 1.0), (-0.5, 0.0)])
def test_draws_that_differ_no_more_than_by_chance_are_all_better_or_all_worse(mean, share):
    """All draw means are equal, so that the estimate of the variance between draws is 0."""
    shares = draw_shares(np.tile([mean - 1.0, mean + 1.0, mean], 40), np.repeat(np.arange(40), 3))
    assert shares.positive.mean == share
    assert shares.positive.low <= share <= shares.positive.high


def test_an_unclear_mean_at_the_boundary_has_a_wide_interval():
    """The mean is a tenth of its standard error: nothing excludes a share of 0 or of 1."""
    shares = draw_shares(np.tile([-1.0, 1.0, 0.02], 40), np.repeat(np.arange(40), 3))
    assert (shares.positive.low, shares.positive.high) == (0.0, 1.0)


def test_runs_that_are_all_equal_have_no_share():
    shares = draw_shares(np.zeros(100), np.repeat(np.arange(20), 5))
    assert math.isnan(shares.positive.mean)
    assert shares.undecided.mean == 1.0


@pytest.mark.parametrize(("draws", "runs", "printed"), [(10, 5, True), (9, 10, False), (34, 3, True), (33, 3, False)])
def test_the_share_needs_ten_draws_and_a_hundred_pairs_of_runs_that_share_a_draw(draws, runs, printed):
    """10 draws x 10 pairs of 5 runs; 34 x 3 pairs of 3 runs."""
    shares = draw_shares(*gains(generator(1), 0.5, runs, draws))
    assert math.isfinite(shares.positive.mean) is printed


def test_one_run_per_draw_gives_nothing():
    assert draw_shares(*gains(generator(1), 0.5, 1)) is None


@pytest.mark.parametrize(("draws", "runs"), [(60, 3), (60, 5), (60, 10), (34, 3), (10, 5), (100, 2)])
@pytest.mark.parametrize(("between", "truth"), [(0.0, 1.0), (0.5, norm.cdf(1.0))])
def test_the_mean_error_is_within_three_points(draws, runs, between, truth):
    """An advantage of half a standard deviation in every draw (100 % better), or with half of it between (84.1 %).

    The share of draws whose mean is above 0 has 81 and 74 % with 60 draws of 3 runs.
    """
    random = generator(runs)
    errors = [draw_shares(*gains(random, between, runs, draws)).positive.mean - truth for _ in range(80)]
    assert abs(np.mean(errors)) <= 0.03 + 2 * np.std(errors) / math.sqrt(80)


def test_a_prediction_shrinks_by_the_share_of_variance_that_is_not_chance():
    """Gains 2, 5 and -1 with variance 2 within draws and 8 between (Searle): the weight is 8 / (8 + 2 / 2) = 8/9."""
    predicted = predicted_effects(np.array([1.0, 3.0, 4.0, 6.0, -2.0, 0.0]), np.repeat(np.arange(3), 2))
    assert predicted == pytest.approx([2.0, 2.0 + 8 / 3, 2.0 - 8 / 3])


def test_without_variance_between_draws_all_predictions_are_equal():
    predicted = predicted_effects(np.array([-1.0, 3.0, -2.0, 3.5]), np.array([0, 0, 1, 1]))
    assert predicted == pytest.approx([0.875, 0.875])


def test_one_run_per_draw_is_its_own_prediction():
    assert predicted_effects(np.array([1.0, -2.0]), np.arange(2)).tolist() == [1.0, -2.0]


@pytest.mark.parametrize("draws", [20, 60, 100])
def test_more_draws_than_the_error_rate_gives_are_beyond_chance(draws):
    """The smallest count whose binomial probability is at most 0.05 / 4."""
    smallest = next(k for k in range(draws) if binom.sf(k - 1, draws, 0.025) <= 0.0125)
    beyond = [is_beyond_chance(Interval(k / draws, 0.0, 1.0, ""), draws, 4) for k in range(draws + 1)]
    assert beyond == [k >= smallest for k in range(draws + 1)]
