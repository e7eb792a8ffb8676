"""Paired tests of all pairs as one family, against SciPy with Holm's correction and by simulation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from redbead.analysis import pairwise
from redbead.analysis.means import Method
from redbead.analysis.pairwise import FAMILY, FAMILY_OVER_TIME, PolicyGains, holm, not_distinguishable_from_best

tables = arrays(np.float64, st.tuples(st.integers(2, 4), st.integers(2, 8)), elements=st.integers(-20, 20).map(float))
"""Gains of two to four policies in two to eight runs; ties occur."""
some = settings(max_examples=30)


def generator(seed=0):
    return np.random.Generator(np.random.Philox(seed))


def pairwise_tests(gains, draw=None, significance=0.05):
    """Tests of a single table."""
    (tests,) = pairwise.pairwise_tests([PolicyGains(gains, draw)], significance)
    return tests


def test_both_families_of_a_page_have_5_percent_together():
    assert pytest.approx(0.05) == FAMILY + FAMILY_OVER_TIME


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


def test_identical_policies_are_never_significant():
    values = generator().normal(size=12)
    test = pairwise_tests(np.stack([values, values]))[0]
    assert test.identical
    assert not test.significant
    assert not_distinguishable_from_best(np.stack([values, values]), [test]) == [0, 1]


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


@given(tables)
@some
def test_pairwise_tests_agree_with_scipy_in_mean_and_width(gains):
    """The last step of Holm's method has the level 5 %, so no interval is narrower than that of SciPy at 95 %."""
    for test in pairwise_tests(gains):
        difference = gains[test.first] - gains[test.second]
        assert test.difference == pytest.approx(difference.mean())
        assert test.identical == (not difference.any())
        if difference.std() > 0:
            reference = stats.ttest_rel(gains[test.first], gains[test.second])
            assert reference.pvalue <= 0.05 or not test.significant
            narrowest = reference.confidence_interval(0.95)
            assert test.interval.low <= narrowest.low + 1e-9
            assert test.interval.high >= narrowest.high - 1e-9


def test_levels_of_holm_are_those_of_all_tests_of_the_page():
    """Two tables with three pairs each: levels 0.05 / 6, 0.05 / 5, ... from the smallest p-value of both upwards."""
    random = np.random.default_rng(11)
    tables = [random.normal([[0.0], [0.3], [centre]], 1.0, (3, 25)) for centre in (2.0, 0.6)]
    tests = [t for by_table in pairwise.pairwise_tests([PolicyGains(t) for t in tables], 0.05) for t in by_table]
    rows = [table for table in tables for _ in range(3)]
    p = [stats.ttest_rel(g[t.first], g[t.second]).pvalue for g, t in zip(rows, tests, strict=True)]
    rejecting = True
    for step, k in enumerate(np.argsort(p)):
        level = 0.05 / (6 - step)
        rejecting = rejecting and p[k] <= level
        interval = stats.ttest_rel(rows[k][tests[k].first], rows[k][tests[k].second]).confidence_interval(1 - level)
        assert tests[k].interval[1:3] == pytest.approx(tuple(interval))
        assert tests[k].significance == pytest.approx(level)
        assert tests[k].significant == rejecting
    assert [(t.first, t.second) for t in tests] == 2 * [(0, 1), (0, 2), (1, 2)]


def test_another_table_makes_the_same_difference_less_certain():
    noise = generator(9).normal(size=30)
    gains = np.stack([noise - noise.mean() + 2.2 * noise.std(ddof=1) / np.sqrt(30), np.zeros(30)])
    alone = pairwise_tests(gains)[0]
    both = pairwise.pairwise_tests([PolicyGains(gains), PolicyGains(generator(2).normal(size=(6, 30)))], 0.05)[0][0]
    assert alone.difference == both.difference
    assert alone.significant
    assert not both.significant
    assert both.interval.high - both.interval.low > alone.interval.high - alone.interval.low


@pytest.mark.parametrize(("runs", "significant"), [(2, False), (5, False), (6, True), (30, True)])
def test_a_constant_difference_is_tested_by_its_sign(runs, significant):
    """All n differences are 1: the sign test has p = 2 / 2^n, which is 3.1 % for six runs. Two runs show nothing."""
    (test,) = pairwise_tests(np.stack([np.arange(runs) + 1.0, np.arange(runs)]))
    assert (test.difference, test.significant) == (1.0, significant)
    assert np.isnan(test.interval[1:3]).all()
    assert not test.identical


def test_events_are_compared_by_the_score_test():
    """8 runs have the event only with the first policy, 1 only with the second: McNemar's z is 7 / 3."""
    gains = np.zeros((2, 40))
    gains[0, :8] = gains[1, 8] = 1.0
    ((test,),) = pairwise.pairwise_tests([PolicyGains(gains, None, Method.PAIRED_SHARES)], 0.05)
    assert test.significant
    assert 2 * (1 - test.estimate.p_positive) == pytest.approx(2 * stats.norm.sf(7 / 3))


def test_one_run_makes_nothing_significant():
    (test,) = pairwise_tests(np.array([[5.0], [0.0]]))
    assert (test.difference, test.significant) == (5.0, False)


def test_runs_of_one_cluster_are_compared_by_their_mean():
    """Six runs in three clusters are three observations: the test is that of the means of clusters."""
    gains = np.array([[1.0, 3.0, 4.0, 4.0, 9.0, 7.0], [0.0, 0.0, 1.0, 3.0, 2.0, 2.0]])
    cluster = np.array([0, 0, 5, 5, 7, 7])
    means = np.array([[2.0, 4.0, 8.0], [0.0, 2.0, 2.0]])
    (test,), (expected,) = pairwise_tests(gains, cluster), pairwise_tests(means)
    assert test.interval[:3] == pytest.approx(expected.interval[:3])
    assert test.significant == expected.significant


def test_only_policies_that_do_not_differ_from_the_best_stay_with_it():
    """Means 0, 5 and 4.9 with the same noise in the last two: the first differs from the best, the third does not."""
    random = np.random.default_rng(3)
    gains = np.stack([random.normal(0, 1, 40), random.normal(5.0, 1.0, 40), random.normal(4.9, 1.0, 40)])
    tests = pairwise_tests(gains)
    assert not_distinguishable_from_best(gains, tests) == [int(np.argmax(gains.mean(axis=1))),
                                                           int(3 - np.argmax(gains.mean(axis=1)))]  # fmt: skip


@given(st.lists(st.floats(0.0001, 1.0), min_size=1, max_size=9), st.sampled_from([0.01, 0.05, 0.2]))
def test_holm_rejects_one_hypothesis_after_the_other_until_one_is_kept(p, level):
    """The procedure of Holm (1979) step by step: the smallest of the m that remain is compared with level / m."""
    remaining, rejected = dict(enumerate(p)), set()
    while remaining:
        smallest = min(remaining, key=remaining.get)
        if remaining[smallest] > level / len(remaining):
            break
        rejected.add(smallest)
        del remaining[smallest]
    assert set(np.flatnonzero(holm(np.array(p), level))) == rejected


def test_holm_of_an_example_by_hand():
    """p = 0.01, 0.02, 0.03 and 0.04 at 5 %: 0.01 <= 0.05 / 4 is rejected; 0.02 > 0.05 / 3 and all after it are kept."""
    assert holm(np.array([0.04, 0.01, 0.03, 0.02])).tolist() == [False, True, False, False]
