"""Ranks, pairs, regret and trade-offs, against closed forms and hand calculation."""

import numpy as np
import pytest
from scipy import stats

from redbead.analysis.bootstrap import means, weights
from redbead.analysis.intervals import bootstrap_interval, student_chance, t_interval
from redbead.analysis.ranking import (
    dominated,
    not_distinguishable_from_best,
    pairwise_tests,
    ranks,
    regret,
    shared_best,
)


def dice(seed=0):
    return np.random.Generator(np.random.Philox(seed))


def test_resamples_draw_as_many_runs_as_there_are():
    rows = np.concatenate(list(weights(7)))
    assert rows.shape == (2000, 7)
    assert (rows.sum(axis=1) == 7).all()
    assert rows.mean() == pytest.approx(1.0)


def test_runs_of_one_cluster_come_and_go_together():
    cluster = np.array([4, 4, 9, 9, 9, 1])
    rows = np.concatenate(list(weights(6, cluster)))
    assert (rows[:, 0] == rows[:, 1]).all()
    assert (rows[:, 2] == rows[:, 4]).all()


def test_the_bootstrap_of_a_mean_has_its_standard_error():
    """Variance of resampled means: (n - 1) / n times s^2 / n; 2,000 resamples know it to 3 sd of 3.2 %."""
    values = dice().normal(size=50)
    spread = means(values).std()
    assert spread == pytest.approx(np.sqrt(49 / 50) * values.std(ddof=1) / np.sqrt(50), rel=0.1)


def test_a_clear_winner_is_best_in_every_resample_and_ties_are_shared():
    base = dice().normal(size=30)
    found = ranks(np.stack([base, base + 1.0, base]))
    assert found[1].p_best == 1.0
    assert found[1].mean == 1.0
    assert found[0].mean == found[2].mean == 2.5
    assert shared_best(np.array([[1.0, 1.0, 0.0]])).tolist() == [[0.5, 0.5, 0.0]]


def test_pairs_are_told_apart_as_by_hand_with_holm():
    """Three paired t-tests by scipy, corrected by Holm: the smallest p against 0.05/3, the next against 0.05/2."""
    a = dice(1).normal(size=40)
    gains = np.stack([a, a + dice(2).normal(0.2, 1.0, 40), a + dice(3).normal(1.0, 1.0, 40)])
    p = {(x, y): stats.ttest_rel(gains[x], gains[y]).pvalue for x, y in ((0, 1), (0, 2), (1, 2))}
    order = sorted(p, key=p.get)
    still, expected = True, {}
    for step, pair in enumerate(order):
        still = still and p[pair] <= 0.05 / (3 - step)
        expected[pair] = still
    found = {(t.first, t.second): t.apart for t in pairwise_tests(gains)}
    assert found == expected
    assert len(set(found.values())) == 2, "the example tells some pairs apart and not others"


def test_identical_policies_are_never_told_apart_and_no_run_more_would_help():
    base = dice().normal(size=12)
    told = pairwise_tests(np.stack([base, base]))[0]
    assert told.identical
    assert not told.apart
    assert told.more_runs == 0
    assert not_distinguishable_from_best(np.stack([base, base]), [told]) == [0, 1]


def test_so_many_more_runs_would_tell_if_the_difference_stays():
    """Half-width at the corrected level over the mean, squared, times n (the width shrinks with the root of n)."""
    differences = np.array([1.0, -0.5, 0.8, -0.2, 0.9, -0.6, 0.4, -0.1])
    told = pairwise_tests(np.stack([differences, np.zeros(8)]))[0]
    half = stats.t.isf(0.025, 7) * differences.std(ddof=1) / np.sqrt(8)
    assert not told.apart
    assert told.more_runs == int(8 * (half / differences.mean()) ** 2) + 1 - 8


@pytest.mark.parametrize("policies", [2, 6])
def test_null_experiment_no_false_winners_beyond_the_stated_rate(policies):
    """500 batches in which no policy differs: a winner, or any pair told apart, in at most 5 % (6 sd: 5.8 points)."""
    generator = dice(20151214)
    winners = pairs = 0
    for _ in range(500):
        world = generator.normal(size=30)
        gains = world + generator.normal(0.0, 0.5, size=(policies, 30))
        told = pairwise_tests(gains)
        pairs += any(pair.apart for pair in told)
        winners += len(not_distinguishable_from_best(gains, told)) == 1
    bound = 500 * 0.05 + 6 * np.sqrt(500 * 0.05 * 0.95)
    assert winners <= pairs <= bound
    assert pairs > 0, "a test that never errs is no test"


def test_intervals_of_paired_differences_cover_the_truth_as_often_as_they_say():
    """2,000 batches of known truth: 95 % within 6 standard errors (2.9 points)."""
    generator = dice(7)
    hit = sum(
        low <= 0.3 <= high for _, low, high, _ in (t_interval(generator.normal(0.3, 2.0, 20)) for _ in range(2000))
    )
    assert abs(hit / 2000 - 0.95) < 6 * np.sqrt(0.95 * 0.05 / 2000)


@pytest.mark.slow
def test_bootstrap_intervals_of_skewed_values_cover_nearly_as_often_as_they_say():
    """400 batches of 60 exponential values: 95 %, less what BCa is known to lose at that size (about 2 points)."""
    generator = dice(8)
    hit = sum(i.low <= 1.0 <= i.high for i in (bootstrap_interval(generator.exponential(1.0, 60)) for _ in range(400)))
    assert 0.95 - 0.02 - 4 * np.sqrt(0.95 * 0.05 / 400) < hit / 400 < 0.99


def test_the_chance_that_a_mean_is_positive_is_students():
    values = np.array([0.2, 1.4, -0.3, 0.9, 0.5])
    t = values.mean() / (values.std(ddof=1) / np.sqrt(5))
    assert student_chance(values) == pytest.approx(stats.t.cdf(t, 4), abs=1e-12)


def test_regret_by_hand():
    """Two futures: [3, 1] and [0, 2]; a falls short by 0 and 2, b by 2 and 0."""
    gains = np.array([[3.0, 3.0, 0.0, 0.0], [1.0, 1.0, 2.0, 2.0]])
    most, mean = regret(gains, np.array([0, 0, 1, 1]))
    assert most.tolist() == [2.0, 2.0]
    assert mean.tolist() == [1.0, 1.0]


def test_whoever_is_as_good_on_all_and_better_on_one_dominates():
    table = np.array([[[1.0] * 8, [2.0] * 8, [0.0] * 8], [[1.0] * 8, [1.0] * 8, [3.0] * 8]])
    by, chance = dominated(table)
    assert by == [[1], [], []]
    assert chance.tolist() == [1.0, 0.0, 0.0]
