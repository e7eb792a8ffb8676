"""Shapley shares of a package, against Shapley's axioms and his definition."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import t

from redbead.analysis.shapley import count_levers, interaction, shapley, shares, synergy

whole = st.integers(-1000, 1000).map(float)
three_levers = arrays(np.float64, (8, 2), elements=whole)


def swap(values, a, b):
    """The same package with levers a and b renamed: rows of the subsets are exchanged."""
    rows = []
    for subset in range(len(values)):
        bits = [subset >> lever & 1 for lever in range(count_levers(values))]
        bits[a], bits[b] = bits[b], bits[a]
        rows.append(sum(bit << lever for lever, bit in enumerate(bits)))
    return values[rows]


def test_two_levers_share_their_joint_effect_equally():
    """Alone 1 and 2, together 5: the surplus of 2 is halved. In the order A, B: 1 and 4; in the order B, A: 3 and 2."""
    assert shapley(np.array([[0.0], [1.0], [2.0], [5.0]])).ravel().tolist() == [2.0, 3.0]


@given(three_levers)
def test_efficiency_values_add_up_to_the_effect_of_the_package(values):
    np.testing.assert_allclose(shapley(values).sum(axis=0), values[-1] - values[0], atol=1e-9)


@given(three_levers)
def test_symmetry_renaming_levers_renames_their_values(values):
    np.testing.assert_allclose(shapley(swap(values, 0, 2)), shapley(values)[[2, 1, 0]], atol=1e-9)


@given(arrays(np.float64, (4, 2), elements=whole))
def test_null_player_a_lever_that_changes_nothing_has_no_share(values):
    """The third lever adds nothing to any subset; the shares of the others are those of the smaller package."""
    with_idle_lever = np.concatenate([values, values])
    np.testing.assert_allclose(shapley(with_idle_lever)[2], 0.0, atol=1e-9)
    np.testing.assert_allclose(shapley(with_idle_lever)[:2], shapley(values), atol=1e-9)
    np.testing.assert_allclose(interaction(with_idle_lever, 0, 2), 0.0, atol=1e-9)


@given(three_levers, three_levers, st.integers(-9, 9))
def test_additivity_values_of_a_sum_are_sums_of_values(one, other, factor):
    np.testing.assert_allclose(shapley(one + factor * other), shapley(one) + factor * shapley(other), atol=1e-8)


@given(three_levers)
def test_a_shapley_value_is_the_mean_contribution_over_all_orders(values):
    """Shapley's definition: the mean contribution over all six orders of adding three levers."""
    by_order = np.zeros((3, 2))
    for order in itertools.permutations(range(3)):
        subset = 0
        for lever in order:
            by_order[lever] += (values[subset | 1 << lever] - values[subset]) / 6
            subset |= 1 << lever
    np.testing.assert_allclose(shapley(values), by_order, atol=1e-9)


def test_additive_levers_have_no_synergy():
    """Effects 2 and 5 add up to 7; with a joint effect of 10, the synergy and the interaction are 3."""
    additive = np.array([[1.0], [3.0], [6.0], [8.0]])
    assert synergy(additive)[0] == 0.0
    assert interaction(additive, 0, 1)[0] == 0.0
    reinforced = additive + np.array([[0.0], [0.0], [0.0], [3.0]])
    assert synergy(reinforced)[0] == 3.0
    assert interaction(reinforced, 0, 1)[0] == 3.0


@given(three_levers)
def test_interaction_is_the_mean_joint_surplus_with_and_without_the_third_lever(values):
    """For three levers the index averages two surpluses: without the third lever and with it."""
    without = values[3] - values[1] - values[2] + values[0]
    with_third = values[7] - values[5] - values[6] + values[4]
    np.testing.assert_allclose(interaction(values, 0, 1), (without + with_third) / 2, atol=1e-9)
    np.testing.assert_allclose(interaction(values, 1, 0), interaction(values, 0, 1), atol=1e-9)


def test_interaction_in_a_package_of_four_weights_subsets_by_their_size():
    """Only the whole package has an effect (unanimity game). Each pair has the index 1/3, each lever the value 1/4."""
    values = np.zeros((16, 1))
    values[15] = 1.0
    assert interaction(values, 1, 3)[0] == pytest.approx(1 / 3)
    assert shapley(values).ravel().tolist() == pytest.approx([0.25] * 4)
    assert synergy(values)[0] == 1.0


def test_shares_have_intervals_over_runs_for_every_lever_and_pair():
    """Two runs: effects of lever A 1 and 3, of lever B always 2, and no interaction."""
    values = np.array([[0.0, 10.0], [1.0, 13.0], [2.0, 12.0], [3.0, 15.0]])
    result = shares(values)
    assert [interval.mean for interval in result.levers] == [2.0, 2.0]
    assert math.isnan(result.levers[1].low), "two equal runs give no interval"
    assert result.levers[0].low < 1.0
    assert (result.total.mean, result.synergy.mean) == (4.0, 0.0)
    assert {pair: interval.mean for pair, interval in result.pairs.items()} == {(0, 1): 0.0}
    assert set(shares(np.zeros((16, 2))).pairs) == set(itertools.combinations(range(4), 2))


def test_each_quantity_of_a_package_of_three_is_in_its_place():
    """An effect of 6 of all three levers together and of 4 of the first two.

    Shares: 4 is shared by the first two; the further 2 by all: 2 + 2/3, 2 + 2/3 and 2/3. Alone no lever has an effect,
    so the synergy is the total. The index of levers 0 and 1 is the mean of 4 without and 6 with lever 2, that of the
    other pairs the mean of 0 without and 6 - 4 = 2 with the third lever.
    """
    values = np.zeros((8, 2))
    values[3], values[7] = 4.0, 6.0
    result = shares(values)
    assert [interval.mean for interval in result.levers] == pytest.approx([8 / 3, 8 / 3, 2 / 3])
    assert (result.total.mean, result.synergy.mean) == (6.0, 6.0)
    assert {pair: interval.mean for pair, interval in result.pairs.items()} == {(0, 1): 5.0, (0, 2): 1.0, (1, 2): 1.0}


def test_intervals_of_a_package_are_wider_than_single_ones_and_widen_with_outcomes():
    """Eight quantities of three levers: the error rate of each is between 5 % and 5 / 8 % (Bonferroni)."""
    values = np.random.Generator(np.random.Philox(4)).standard_normal((8, 50))
    row = shapley(values)[0]
    error = row.std(ddof=1) / math.sqrt(50)
    low, high = (error * t.ppf(1 - alpha / 2, 49) for alpha in (0.05, 0.05 / 8))
    half = shares(values).levers[0].high - row.mean()
    assert low < half < high
    assert half < shares(values, 3).levers[0].high - row.mean() < error * t.ppf(1 - 0.05 / 24 / 2, 49) * 1.01


@pytest.mark.cases("rows", [0, 1, 3, 6, 128])
def test_a_number_of_rows_that_is_not_a_package_is_refused(rows):
    with pytest.raises(ValueError, match="a package of 1 to 6 levers"):
        shapley(np.zeros((rows, 2)))


@pytest.mark.cases("levers", range(1, 7))
def test_packages_of_one_to_six_levers_are_accepted(levers):
    assert count_levers(np.zeros((2**levers, 1))) == levers
