"""Exact distributions compared with SciPy, hand calculations and enumeration of all samples."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from redbead.oversight.inspection import Inspection, grade_of
from redbead.studies.lottery.grade_distribution import (
    AuthorityPopulation,
    GradeDistribution,
    count_distribution,
    grade_masks,
    grades_of_population,
    normal_nodes,
    sample_distribution,
    sum_distribution,
    sum_rows,
    transient_sd,
)

QUIET = Inspection(poor_share=0.2, leniency_spread=0.0, transient_spread=0.0, clustering=0.0, odds_of_poor=1.0,
                   nominated=0.0)  # fmt: skip
"""Inspections without any noise but that of the sample."""


# counts


@pytest.mark.parametrize("icc", [0.0, 0.05, 0.4])
@pytest.mark.parametrize("n", [1, 7, 27])
def test_the_mean_and_variance_of_counts_are_those_of_the_beta_binomial_distribution(n, icc):
    """Mean n p; variance n p (1 - p) (1 + (n - 1) icc), which is the design effect of a clustered sample."""
    k = np.arange(n + 1)
    for p in (0.1, 0.5, 0.8):
        law = count_distribution(n, np.array([p]), icc)[0]
        assert law @ k == pytest.approx(n * p)
        assert law @ (k - n * p) ** 2 == pytest.approx(n * p * (1 - p) * (1 + (n - 1) * icc))


def test_counts_of_four_correlated_cases_match_an_urn():
    """Polya's urn: after each draw another ball of the drawn colour is added; 1 poor and 2 other balls, icc 1 / 4."""
    law = np.zeros(5)
    for sample in itertools.product((0, 1), repeat=4):
        chance, poor, other = 1.0, 1.0, 2.0
        for case in sample:
            chance *= (poor if case else other) / (poor + other)
            poor, other = poor + case, other + 1 - case
        law[sum(sample)] += chance
    assert count_distribution(4, np.array([1 / 3]), 1 / 4)[0] == pytest.approx(law)


@given(st.integers(1, 40), st.floats(0.01, 0.99), st.floats(0.0, 0.5))
def test_poor_and_other_cases_are_mirror_images(n, p, icc):
    poor, other = count_distribution(n, np.array([p, 1 - p]), icc)
    assert poor == pytest.approx(other[::-1], abs=1e-12)


def test_each_probability_has_its_own_row():
    chances = np.array([0.1, 0.4])
    table = count_distribution(9, chances, 0.0)
    for row, p in zip(table, chances, strict=True):
        assert row == pytest.approx(stats.binom.pmf(np.arange(10), 9, p))


@given(st.lists(st.floats(0, 1), min_size=2, max_size=6), st.lists(st.floats(0, 1), min_size=2, max_size=6))
def test_the_sum_of_independent_counts_is_their_convolution(a, b):
    first, second = np.array(a), np.array(b)
    assert sum_distribution(np.outer(first, second)) == pytest.approx(np.convolve(first, second))


def test_the_sum_of_equal_counts_takes_even_values_only():
    """Two counts that are always equal: 0, 2 and 4."""
    assert sum_distribution(np.diag([0.2, 0.3, 0.5])).tolist() == [0.2, 0.0, 0.3, 0.0, 0.5]


def test_sums_of_rows_are_matrix_products():
    generator = np.random.Generator(np.random.Philox(1))
    weights, table = generator.random(5), generator.random((5, 3))
    assert sum_rows(weights, table) == pytest.approx(weights @ table)


# nodes


@pytest.mark.parametrize("shift", [-1.0, 0.0, 0.7])
def test_nodes_integrate_smooth_functions_of_a_normal_variable(shift):
    """E exp(s x) is exp(s^2 sd^2 / 2)."""
    at, weight = normal_nodes(0.6)
    assert weight @ np.exp(shift * at) == pytest.approx(math.exp(shift**2 * 0.36 / 2))


def test_nodes_integrate_a_step_at_the_median_exactly():
    at, weight = normal_nodes(0.6)
    assert weight @ (at < 0.0) == pytest.approx(0.5, abs=1e-14)
    assert weight @ np.abs(at) == pytest.approx(0.6 * math.sqrt(2.0 / math.pi))


@pytest.mark.parametrize("spread", [0.0, -0.1])
def test_without_spread_there_is_one_node(spread):
    nodes = normal_nodes(spread)
    assert (nodes.at.tolist(), nodes.weight.tolist()) == ([0.0], [1.0])


def test_inspectors_and_transient_conditions_are_independent_sources_of_noise():
    """0.3 and 0.4 give 0.5 for a single snapshot."""
    c = QUIET._replace(leniency_spread=0.3, transient_spread=0.4, snapshots=1.0)
    assert transient_sd(c) == pytest.approx(0.5)
    assert transient_sd(QUIET) == 0.0


# samples and grades


@pytest.mark.parametrize("poor", [0.05, 0.2, 0.6])
def test_a_sample_without_noise_is_binomial(poor):
    law = sample_distribution(poor, QUIET)
    assert law == pytest.approx(stats.binom.pmf(np.arange(len(law)), int(QUIET.cases_tracked), poor), abs=1e-12)


@given(st.floats(0.01, 0.9), st.floats(0.0, 0.6), st.floats(0.0, 0.6), st.floats(0.0, 0.2), st.floats(0.0, 1.0))
def test_probabilities_of_a_sample_sum_to_1(poor, leniency, transient, clustering, nominated):
    c = QUIET._replace(
        leniency_spread=leniency, transient_spread=transient, clustering=clustering, nominated=nominated
    )  # fmt: skip
    law = sample_distribution(poor, c)
    assert law.sum() == pytest.approx(1.0, abs=1e-9)
    assert (law >= 0.0).all()


def test_noise_between_visits_widens_the_distribution_of_counts():
    def sd(c):
        law = sample_distribution(0.3, c)
        k = np.arange(len(law))
        return math.sqrt(law @ k**2 - (law @ k) ** 2)

    assert sd(QUIET) < sd(QUIET._replace(transient_spread=0.5)) < sd(QUIET._replace(transient_spread=1.0))
    assert sd(QUIET) < sd(QUIET._replace(clustering=0.1))


@pytest.mark.parametrize("cases", [10.0, 27.0, 100.0])
def test_each_number_of_poor_cases_has_exactly_one_grade_and_more_poor_cases_never_improve_it(cases):
    c = QUIET._replace(cases_tracked=cases)
    masks = grade_masks(c)
    assert masks.shape == (int(cases) + 1, 4)
    assert masks.sum(axis=1).tolist() == [1.0] * (int(cases) + 1)
    grades = masks.argmax(axis=1)
    assert (np.diff(grades) >= 0).all()
    assert grades.tolist() == [grade_of(k / int(cases), c) for k in range(int(cases) + 1)]


# populations


@given(st.floats(0.05, 0.5), st.floats(0.0, 1.0))
def test_probabilities_of_grades_and_transitions_sum_to_1(poor, spread):
    observed = grades_of_population(QUIET._replace(poor_share=poor), spread)
    assert observed.grades.sum() == pytest.approx(1.0, abs=1e-9)
    assert observed.transitions.sum() == pytest.approx(1.0, abs=1e-9)
    assert observed.poor_cases.sum() == pytest.approx(1.0, abs=1e-9)
    assert observed.transitions == pytest.approx(observed.transitions.T, abs=1e-12), "two visits are exchangeable"
    assert -1e-9 <= observed.reliability <= 1.0


def test_identical_authorities_without_noise_follow_the_binomial_distribution():
    observed = grades_of_population(QUIET, 0.0)
    n = int(QUIET.cases_tracked)
    assert observed.poor_cases == pytest.approx(stats.binom.pmf(np.arange(n + 1), n, 0.2), abs=1e-12)
    assert observed.observed_sd == pytest.approx(math.sqrt(0.2 * 0.8 / n))


def test_identical_authorities_cannot_be_wrongly_inadequate():
    """All are exactly the median, and none is better than it."""
    assert grades_of_population(QUIET, 0.0).wrongly_inadequate == 0.0


def test_reliability_is_the_share_of_variance_between_authorities():
    """Law of total variance: the variance within is the mean of p (1 - p) / n over the authorities."""
    observed = grades_of_population(QUIET, 0.6)
    at, weight = normal_nodes(0.6)
    p = 1.0 / (1.0 + np.exp(-(math.log(0.25) + at)))
    within = weight @ (p * (1 - p)) / int(QUIET.cases_tracked)
    between = weight @ (p - weight @ p) ** 2
    assert observed.reliability == pytest.approx(between / (between + within))
    assert observed.observed_sd == pytest.approx(math.sqrt(between + within))


def by_hand(transitions):
    table = np.array(transitions)
    return GradeDistribution(np.ones(1), table.sum(axis=1), table, 0.0, 0.0, 0.0)


def test_next_grades_match_hand_calculation():
    """A fifth are inadequate now; of these, half are inadequate again and a quarter good."""
    observed = by_hand([[0.1, 0.0, 0.0, 0.0], [0.0, 0.3, 0.05, 0.05], [0.0, 0.05, 0.2, 0.05], [0.0, 0.05, 0.05, 0.1]])
    assert observed.next_grade()[3] == pytest.approx([0.0, 0.25, 0.25, 0.5])
    assert observed.better_next() == pytest.approx(0.5)
    assert observed.good_next() == pytest.approx(0.25)
    assert observed.share_rising() == pytest.approx(0.15)


def test_a_grade_with_probability_0_has_no_next_grade():
    observed = by_hand([[0.5, 0.0, 0.0, 0.0], [0.0, 0.5, 0.0, 0.0], [0.0] * 4, [0.0] * 4])
    assert np.isnan(observed.next_grade()[2:]).all()
    assert math.isnan(observed.better_next())


def test_an_english_population_has_about_150_authorities():
    assert AuthorityPopulation().authorities == 150.0
