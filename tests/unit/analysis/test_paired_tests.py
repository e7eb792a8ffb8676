"""Tests of paired differences, against the sleep data of Student (1908), SciPy and the steps of Holm (1979)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from redbead.analysis.paired_tests import holm, p_values, standard_errors

SLEEP = np.array([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4])
"""Additional hours of sleep, drug 2 minus drug 1, of ten patients (Student 1908, Biometrika 6)."""


def test_the_sleep_data_of_student():
    """t = 4.0621 with 9 degrees of freedom, p = 0.002833 (R documentation, t.test(extra ~ group, paired = TRUE))."""
    assert p_values(SLEEP) == pytest.approx(0.002833, abs=1e-6)
    assert SLEEP.mean() / standard_errors(SLEEP) == pytest.approx(4.0621, abs=1e-4)


def test_several_means_are_tested_at_once():
    values = np.random.default_rng(1).normal(0.3, 1.0, (4, 12))
    assert p_values(values) == pytest.approx(stats.ttest_1samp(values, 0.0, axis=1).pvalue)


@pytest.mark.parametrize("pairs", [2, 5, 6, 30])
@pytest.mark.parametrize("difference", [0.1, -7.0])
def test_equal_differences_have_the_p_value_of_the_sign_test(pairs, difference):
    """Two equal differences prove little: p = 0.5. A t-test would give p = 0. 0.1 is not exact in binary numbers."""
    reference = stats.binomtest(pairs, pairs).pvalue
    assert p_values(np.full(pairs, difference)) == pytest.approx(reference)


def test_no_difference_and_a_single_pair_have_a_p_value_of_1():
    assert p_values(np.zeros(9)) == 1.0
    assert p_values(np.array([3.0])) == 1.0


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
