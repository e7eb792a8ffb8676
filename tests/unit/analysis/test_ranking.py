"""Ranks, regret and dominance, against closed forms and hand-calculated examples."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from redbead.analysis.intervals import RESAMPLES
from redbead.analysis.ranking import (
    FEWEST_UNITS,
    _ranks_within_rows,
    best_shares,
    dominance,
    possible_means,
    ranks,
    regret,
)


def generator(seed=0):
    return np.random.Generator(np.random.Philox(seed))


def test_a_clear_winner_is_best_for_all_possible_means_and_ties_are_shared():
    values = generator().normal(size=30)
    result = ranks(np.stack([values, values + 1.0, values]))
    assert result[1].p_best == 1.0
    assert result[1].mean == 1.0
    assert result[0].mean == result[2].mean == 2.5
    assert best_shares(np.array([[1.0, 1.0, 0.0]])).tolist() == [[0.5, 0.5, 0.0]]


def test_regret_of_a_hand_calculated_example():
    """Means in two futures: [3, 1] and [0, 2]. Regrets are 0 and 2 for the first policy, 2 and 0 for the second."""
    gains = np.array([[3.0, 3.0, 0.0, 0.0], [1.0, 1.0, 2.0, 2.0]])
    most, mean = regret(gains, np.array([0, 0, 1, 1]))
    assert most.tolist() == [2.0, 2.0]
    assert mean.tolist() == [1.0, 1.0]


def test_a_policy_as_good_on_all_outcomes_and_better_on_one_dominates():
    table = np.array([[[1.0] * 8, [2.0] * 8, [0.0] * 8], [[1.0] * 8, [1.0] * 8, [3.0] * 8]])
    dominated_by, probability = dominance(table)
    assert dominated_by == [[1], [], []]
    assert probability.tolist() == [1.0, 0.0, 0.0]


# properties


whole = st.integers(-20, 20).map(float)
tables = arrays(np.float64, st.tuples(st.integers(2, 4), st.integers(FEWEST_UNITS, 9)), elements=whole)
"""Gains of two to four policies in five to nine runs; ties occur."""
some = settings(max_examples=30)


@given(tables, st.randoms())
@some
def test_ranks_follow_their_policies_when_the_rows_are_permuted(gains, random):
    order = list(range(len(gains)))
    random.shuffle(order)
    original, permuted = ranks(gains), ranks(gains[order])
    for position, policy in enumerate(order):
        assert permuted[position] == pytest.approx(original[policy])


@given(tables, st.integers(-9, 9), st.integers(1, 9))
@some
def test_ranks_do_not_depend_on_the_unit_of_the_outcome(gains, shift, scale):
    for original, changed in zip(ranks(gains), ranks(shift + scale * gains), strict=True):
        assert changed == pytest.approx(original)


@given(tables)
@some
def test_ranks_and_probabilities_of_being_best_have_fixed_sums(gains):
    """Ranks 1 to n add up to n (n + 1) / 2, with ties as well; probabilities and shares add up to 1."""
    n, result = len(gains), ranks(gains)
    assert sum(rank.mean for rank in result) == pytest.approx(n * (n + 1) / 2)
    assert sum(rank.p_best for rank in result) == pytest.approx(1.0)
    assert sum(rank.share_best for rank in result) == pytest.approx(1.0)
    assert all(1.0 <= rank.low <= rank.high <= n for rank in result)


@given(tables)
@some
def test_the_mean_rank_of_single_runs_is_that_of_scipy(gains):
    """scipy ranks the smallest first and gives ties the mean of their ranks; here the largest gain has rank 1."""
    np.testing.assert_allclose(_ranks_within_rows(gains.T), stats.rankdata(-gains, axis=0).T)


def test_the_probability_of_being_best_of_two_is_that_of_the_paired_t_test():
    """With a flat prior, P(first is better) is the one-sided p-value of the other side (Gelman and others, 3.2)."""
    random = np.random.default_rng(5)
    for n in (5, 12, 60):
        gains = np.stack([random.normal(0.2, 1.0, n), random.normal(0.0, 2.0, n)])
        expected = stats.ttest_rel(*gains, alternative="less").pvalue
        assert ranks(gains)[0].p_best == pytest.approx(expected, abs=4 * np.sqrt(0.25 / RESAMPLES))


def test_possible_means_have_the_mean_and_covariance_of_a_t_posterior():
    """The covariance of t with n - 1 degrees of freedom is S / n (n - 1) / (n - 3)."""
    random = np.random.default_rng(6)
    shared = random.normal(size=15)
    units = np.stack([shared, 3.0 + 2.0 * random.normal(size=15), shared + 0.5 * random.normal(size=15)])
    means = possible_means(units)
    covariance = np.cov(units) / 15 * 14 / 12
    assert means.shape == (RESAMPLES, 3)
    np.testing.assert_allclose(means.mean(axis=0), units.mean(axis=1), atol=5 * np.sqrt(covariance.max() / RESAMPLES))
    np.testing.assert_allclose(np.cov(means.T), covariance, atol=0.15 * covariance.max())


@pytest.mark.parametrize("n", [3, 5, 12])
def test_possible_means_have_the_distribution_of_student(n):
    """(possible mean - mean) / (s / sqrt n) has Student's distribution with n - 1 degrees: Kolmogorov-Smirnov test."""
    units = np.random.default_rng(n).normal(3.0, 2.0, n)
    standardised = (possible_means(units[None])[:, 0] - units.mean()) / stats.sem(units)
    assert stats.kstest(standardised, stats.t(n - 1).cdf).pvalue > 0.01


def test_more_policies_than_runs_have_possible_means_too():
    means = possible_means(np.random.default_rng(7).normal(size=(12, 5)))
    assert means.shape == (RESAMPLES, 12)
    assert np.isfinite(means).all()


def test_fewer_than_five_runs_or_draws_show_no_probability_of_being_best():
    gains = np.array([[1.0, 2.0, 3.0, 9.0, 1.0, 2.0], [0.0, 1.0, 1.0, 4.0, 1.0, 2.0]])
    few = ranks(gains[:, :4])
    assert [rank.mean for rank in few] == [1.0, 2.0]
    assert np.isnan([[rank.low, rank.high, rank.p_best] for rank in few]).all()
    assert [rank.share_best for rank in few] == [1.0, 0.0]
    assert np.isnan(ranks(gains, np.array([0, 1, 2, 0, 1, 2]))[0].p_best)
    assert np.isfinite(ranks(gains)[0].p_best)
    assert np.isnan(dominance(gains[None, :, :4])[1]).all()


def test_five_runs_are_enough_for_a_probability():
    gains = np.random.default_rng(9).normal(size=(2, FEWEST_UNITS))
    assert np.isfinite([rank.p_best for rank in ranks(gains)]).all()
    assert np.isfinite(dominance(gains[None])[1]).all()


def test_draws_are_the_units_of_ranks():
    """Ten runs of five draws have the ranks of the five means."""
    gains = np.random.default_rng(8).normal(size=(3, 10))
    draw = np.tile(np.arange(5), 2)
    means = gains.reshape(3, 2, 5).mean(axis=1)
    for rank, expected in zip(ranks(gains, draw), ranks(means), strict=True):
        assert rank[:4] == pytest.approx(expected[:4])


def test_the_middle_of_the_ranks_excludes_a_twentieth_on_each_side():
    """The first is better with a probability of about 88 %, so rank 2 lies within the middle 90 % of its ranks."""
    noise = np.random.default_rng(2).normal(0.0, 1.0, 20)
    first = 1.2 / np.sqrt(20) * noise.std() + noise - noise.mean()
    upper, lower = ranks(np.stack([first, np.zeros(20)]))
    assert 0.8 < upper.p_best < 0.95
    assert (upper.low, upper.high) == (1.0, 2.0)
    assert (lower.low, lower.high) == (1.0, 2.0)
    sure, _ = ranks(np.stack([first + 1.0, np.zeros(20)]))
    assert (sure.low, sure.high) == (1.0, 1.0)


@given(tables)
@some
def test_regret_is_never_negative_and_the_best_policy_has_none(gains):
    most, mean = regret(gains, np.zeros(gains.shape[1], dtype=int))
    assert (most >= 0.0).all()
    assert most[np.argmax(gains.mean(axis=1))] == pytest.approx(0.0)
    np.testing.assert_allclose(most, mean, err_msg="one future only")


@given(tables, st.integers(-9, 9), st.integers(1, 9))
@some
def test_regret_ignores_what_all_policies_share_and_follows_the_scale(gains, shift, scale):
    future = np.arange(gains.shape[1]) % 2
    most, mean = regret(gains, future)
    luck = shift * np.arange(gains.shape[1])
    for expected, changed in zip((most, mean), regret(scale * gains + luck, future), strict=True):
        np.testing.assert_allclose(changed, scale * expected, atol=1e-9)


@given(arrays(np.float64, (2, 3, 6), elements=st.integers(0, 3).map(float)))
@some
def test_dominance_is_irreflexive_asymmetric_and_needs_no_worse_outcome(table):
    dominated_by, probability = dominance(table)
    means = table.mean(axis=2)
    for policy, dominating in enumerate(dominated_by):
        expected = [
            other
            for other in range(3)
            if (means[:, other] >= means[:, policy]).all() and (means[:, other] > means[:, policy]).any()
        ]
        assert dominating == expected
        assert 0.0 <= probability[policy] <= 1.0


def test_a_policy_that_is_better_on_one_outcome_only_dominates_nothing():
    table = np.repeat([[[1.0], [2.0]], [[2.0], [1.0]]], 6, axis=2)
    dominated_by, probability = dominance(table)
    assert dominated_by == [[], []]
    assert probability.tolist() == [0.0, 0.0]
