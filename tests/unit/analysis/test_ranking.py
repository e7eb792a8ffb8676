"""Ranks, pairwise tests, regret and dominance, against closed forms and hand-calculated examples."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from redbead.analysis.intervals import (
    t_interval,
)
from redbead.analysis.ranking import (
    _paired_t_test,
    _ranks_within_rows,
    best_shares,
    dominance,
    not_distinguishable_from_best,
    pairwise_tests,
    ranks,
    regret,
)


def generator(seed=0):
    return np.random.Generator(np.random.Philox(seed))


def test_a_clear_winner_is_best_in_every_resample_and_ties_are_shared():
    values = generator().normal(size=30)
    result = ranks(np.stack([values, values + 1.0, values]))
    assert result[1].p_best == 1.0
    assert result[1].mean == 1.0
    assert result[0].mean == result[2].mean == 2.5
    assert best_shares(np.array([[1.0, 1.0, 0.0]])).tolist() == [[0.5, 0.5, 0.0]]


def test_pairwise_tests_match_scipy_with_holms_correction():
    """Paired t-tests by scipy: the smallest p-value against 0.05/3, the next against 0.05/2, the last against 0.05."""
    a = generator(1).normal(size=40)
    gains = np.stack([a, a + generator(2).normal(0.2, 1.0, 40), a + generator(3).normal(1.0, 1.0, 40)])
    p = {(x, y): stats.ttest_rel(gains[x], gains[y]).pvalue for x, y in ((0, 1), (0, 2), (1, 2))}
    order = sorted(p, key=p.get)
    rejecting, expected = True, {}
    for step, pair in enumerate(order):
        rejecting = rejecting and p[pair] <= 0.05 / (3 - step)
        expected[pair] = rejecting
    significance = {(test.first, test.second): test.significant for test in pairwise_tests(gains)}
    assert significance == expected
    assert len(set(significance.values())) == 2, "the example contains significant and other pairs"


def test_identical_policies_are_never_significant_and_need_no_more_runs():
    values = generator().normal(size=12)
    test = pairwise_tests(np.stack([values, values]))[0]
    assert test.identical
    assert not test.significant
    assert test.more_runs == 0
    assert not_distinguishable_from_best(np.stack([values, values]), [test]) == [0, 1]


def test_more_runs_shrink_the_interval_to_the_estimated_difference():
    """n times (half-width / mean)^2, because the half-width shrinks with the square root of n."""
    differences = np.array([1.0, -0.5, 0.8, -0.2, 0.9, -0.6, 0.4, -0.1])
    test = pairwise_tests(np.stack([differences, np.zeros(8)]))[0]
    half_width = stats.t.isf(0.025, 7) * differences.std(ddof=1) / np.sqrt(8)
    assert not test.significant
    assert test.more_runs == int(8 * (half_width / differences.mean()) ** 2) + 1 - 8


@pytest.mark.parametrize("policies", [2, 6])
def test_false_winners_stay_within_the_family_wise_error_rate(policies):
    """500 batches without differences: false winners or pairs in at most 5 % (plus 6 sd: 5.8 points)."""
    random = generator(20151214)
    winners = pairs = 0
    for _ in range(500):
        common_noise = random.normal(size=30)
        gains = common_noise + random.normal(0.0, 0.5, size=(policies, 30))
        tests = pairwise_tests(gains)
        pairs += any(pair.significant for pair in tests)
        winners += len(not_distinguishable_from_best(gains, tests)) == 1
    bound = 500 * 0.05 + 6 * np.sqrt(500 * 0.05 * 0.95)
    assert winners <= pairs <= bound
    assert pairs > 0, "some false positives are expected"


def test_intervals_of_paired_differences_have_their_nominal_coverage():
    """2,000 batches with a known mean: 95 % within 6 standard errors (2.9 points)."""
    random = generator(7)
    covered = sum(
        low <= 0.3 <= high for _, low, high, _ in (t_interval(random.normal(0.3, 2.0, 20)) for _ in range(2000))
    )
    assert abs(covered / 2000 - 0.95) < 6 * np.sqrt(0.95 * 0.05 / 2000)


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
tables = arrays(np.float64, st.tuples(st.integers(2, 4), st.integers(2, 8)), elements=whole)
"""Gains of two to four policies in two to eight runs; ties occur."""
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


def test_the_middle_of_the_ranks_excludes_a_twentieth_on_each_side():
    """The mean of the first is the larger one in all but about 5 % of resamples of 20 noisy differences."""
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


@given(tables)
@some
def test_pairwise_tests_agree_with_scipy_in_mean_and_width(gains):
    """The width at level a is 2 t(1 - a / 2) s / sqrt(n). The last step of Holm's method has the level 5 %."""
    for test in pairwise_tests(gains):
        difference = gains[test.first] - gains[test.second]
        assert test.difference == pytest.approx(difference.mean())
        assert test.low <= test.difference <= test.high
        assert test.identical == (not difference.any())
        if difference.std() > 0:
            reference = stats.ttest_rel(gains[test.first], gains[test.second])
            assert reference.pvalue <= 0.05 or not test.significant
            narrowest = reference.confidence_interval(0.95)
            assert test.low <= narrowest.low + 1e-9
            assert test.high >= narrowest.high - 1e-9


def test_levels_of_holm_are_0_05_over_the_pairs_that_remain_and_the_outcomes():
    """Three policies and two outcomes: levels 0.05 / 6, 0.05 / 4 and 0.05 / 2 from the smallest p-value upwards."""
    random = np.random.default_rng(11)
    gains = np.stack([random.normal(0.0, 1.0, 25), random.normal(0.3, 1.0, 25), random.normal(2.0, 1.0, 25)])
    tests = pairwise_tests(gains, families=2)
    p = [stats.ttest_rel(gains[t.first], gains[t.second]).pvalue for t in tests]
    for step, k in enumerate(np.argsort(p)):
        level = 0.05 / (2 * (3 - step))
        interval = stats.ttest_rel(gains[tests[k].first], gains[tests[k].second]).confidence_interval(1 - level)
        assert (tests[k].low, tests[k].high) == pytest.approx(tuple(interval))


def test_a_constant_difference_is_certain_and_has_no_width():
    """All differences are 1, so the standard error is 0 and the p-value is 0."""
    (test,) = pairwise_tests(np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 2.0]]))
    assert (test.difference, test.low, test.high, test.significant) == (1.0, 1.0, 1.0, True)
    assert not test.identical
    assert test.more_runs == 0


def test_one_run_makes_nothing_significant():
    (test,) = pairwise_tests(np.array([[5.0], [0.0]]))
    assert (test.difference, test.significant, test.more_runs) == (5.0, False, 0)


def test_runs_of_one_cluster_are_compared_by_their_mean():
    """Six runs in three clusters are three observations: the test is that of the means of clusters."""
    gains = np.array([[1.0, 3.0, 4.0, 4.0, 9.0, 7.0], [0.0, 0.0, 1.0, 3.0, 2.0, 2.0]])
    cluster = np.array([0, 0, 5, 5, 7, 7])
    means = np.array([[2.0, 4.0, 8.0], [0.0, 2.0, 2.0]])
    assert pairwise_tests(gains, cluster=cluster) == pairwise_tests(means)


def test_only_policies_that_do_not_differ_from_the_best_stay_with_it():
    """Means 0, 5 and 4.9 with the same noise in the last two: the first differs from the best, the third does not."""
    random = np.random.default_rng(3)
    gains = np.stack([random.normal(0, 1, 40), random.normal(5.0, 1.0, 40), random.normal(4.9, 1.0, 40)])
    tests = pairwise_tests(gains)
    assert not_distinguishable_from_best(gains, tests) == [int(np.argmax(gains.mean(axis=1))),
                                                           int(3 - np.argmax(gains.mean(axis=1)))]  # fmt: skip


@given(arrays(np.float64, (2, 3, 4), elements=st.integers(0, 3).map(float)))
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
    table = np.array([[[1.0, 1.0], [2.0, 2.0]], [[2.0, 2.0], [1.0, 1.0]]])
    dominated_by, probability = dominance(table)
    assert dominated_by == [[], []]
    assert probability.tolist() == [0.0, 0.0]


def test_the_paired_t_test_is_that_of_scipy():
    differences = np.array([0.4, -0.1, 0.9, 0.3, 0.2])
    reference = stats.ttest_1samp(differences, 0.0)
    mean, error, p = _paired_t_test(differences)
    assert (mean, error) == pytest.approx((differences.mean(), stats.sem(differences)))
    assert p == pytest.approx(reference.pvalue)
    assert _paired_t_test(-differences)[2] == pytest.approx(p)
