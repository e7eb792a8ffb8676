"""Ranks, pairwise tests, regret and dominance, against closed forms and hand-calculated examples."""

import numpy as np
import pytest
from scipy import stats

from redbead.analysis.intervals import (
    t_interval,
)
from redbead.analysis.ranking import (
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
