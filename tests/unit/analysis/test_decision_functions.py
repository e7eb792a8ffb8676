"""Crossover, shares, switching values, split of the spread, discovery: against closed forms and hand calculation."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from redbead.analysis import crossover, scenario_discovery, shapley, switching_values
from redbead.analysis.variance_components import cluster_interval, variance_components


def dice(seed=0):
    return np.random.Generator(np.random.Philox(seed))


def steps(*levels):
    """One pair whose advantage is constant in each quarter."""
    return np.repeat(np.array(levels, dtype=float), 13)[None, :]


# crossover


def test_a_dip_and_a_turn_by_hand():
    found = crossover.crossover(np.repeat(steps(0, -2, -5, 1, 3, 3), 4, axis=0))
    assert found.overtakes == 39
    assert (found.dip, found.dip_at) == (-5.0, 26)
    assert (found.dip_low, found.dip_high) == (-5.0, -5.0)
    assert found.never.mean == 0.0
    assert found.pays_back is None, "-7 before, 7 after: the sum ends at 0, which is not above it"
    assert found.ever == 1.0


def test_quarters_before_the_start_do_not_count():
    assert crossover.crossover(steps(-9, -9, 1, 1), start=26).overtakes == 26
    assert crossover.crossover(steps(-9, -9, 1, 1), start=26).dip == 0.0


def test_who_is_behind_at_the_end_never_overtakes():
    found = crossover.crossover(np.concatenate([steps(1, 1, 1, -1, -1, -1), steps(1, 1, 1, -2, -2, -2)]))
    assert found.overtakes is None
    assert found.never.mean == 1.0


def test_equal_policies_never_part():
    found = crossover.crossover(np.zeros((5, 104)))
    assert found.identical
    assert found.overtakes is None
    assert found.dip == 0.0


def test_a_resample_looks_for_its_own_worst_quarter():
    """Pure noise: the worst of 8 quarters lies well below 0 although no quarter does; its interval knows."""
    found = crossover.crossover(dice(3).normal(size=(40, 104)) - 0.001)
    assert found.dip_low < found.dip < 0.0


def test_less_than_a_quarter_has_no_turn():
    found = crossover.crossover(np.ones((3, 5)))
    assert found.overtakes is None
    assert found.dip == 0.0


# shares of a package


@given(arrays(np.float64, (8, 3), elements=st.floats(-1e3, 1e3)))
def test_shares_add_up_to_the_whole(values):
    np.testing.assert_allclose(shapley.shapley(values).sum(axis=0), values[-1] - values[0], atol=1e-9)


@given(arrays(np.float64, (8, 1), elements=st.floats(-1e3, 1e3)))
def test_a_share_is_the_mean_over_all_orders(values):
    """Shapley's definition: every order in which three levers can come, what each adds when it comes."""
    by_order = np.zeros(3)
    for order in itertools.permutations(range(3)):
        mask = 0
        for lever in order:
            by_order[lever] += (values[mask | 1 << lever] - values[mask])[0] / 6
            mask |= 1 << lever
    np.testing.assert_allclose(shapley.shapley(values)[:, 0], by_order, atol=1e-9)


def test_levers_that_do_not_touch_each_other_have_no_synergy():
    values = np.array([[0.0], [2.0], [5.0], [7.0]])
    assert shapley.synergy(values)[0] == 0.0
    assert shapley.interaction(values, 0, 1)[0] == 0.0
    assert shapley.synergy(values + np.array([[0.0], [0.0], [0.0], [3.0]]))[0] == 3.0


@pytest.mark.parametrize("rows", [1, 3, 128])
def test_what_is_no_package_is_refused(rows):
    with pytest.raises(ValueError, match="a package of 1 to 6 levers"):
        shapley.shapley(np.zeros((rows, 2)))


# switching values


def test_a_switching_value_by_hand():
    """Advantage 3 at 0.5 and -1 at 0: it flips at 0.125, a quarter of the assumed value."""
    at, advantage = np.array([0.0, 0.5, 1.0]), np.array([[-1.0, -1.0], [3.0, 3.0], [7.0, 7.0]])
    found = switching_values.switching(at, advantage, 0.5)
    assert found.below.value == pytest.approx(0.125)
    assert found.below.told
    assert found.above is None
    assert "is below 0.125 (0.25 of the 0.5 assumed" in switching_values.sentence(
        found, "how much reports teach", "ratio"
    )


def test_the_nearest_flip_counts():
    at = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    found = switching_values.switching(at, np.array([[1.0], [-1.0], [1.0], [1.0], [-1.0]]) * np.ones((5, 4)), 3.0)
    assert found.below.value == pytest.approx(1.5)
    assert found.above.value == pytest.approx(3.5)


def test_what_chance_could_explain_is_not_told_as_a_flip():
    at = np.array([0.0, 1.0])
    found = switching_values.switching(at, np.stack([dice(5).normal(-0.05, 1.0, 30), np.full(30, 2.0)]), 1.0)
    assert found.below is not None
    assert not found.below.told
    assert "the runs cannot tell" in switching_values.sentence(found, "x", "ratio")


def test_what_never_flips_stays_so():
    found = switching_values.switching(np.array([0.0, 1.0]), np.ones((2, 5)), 0.0)
    assert switching_values.sentence(found, "how fear silences", "0-1") == (
        'stays so whatever "how fear silences" is within its range (0 to 1)'
    )


# chance against doubt


def test_the_two_parts_of_the_spread_as_by_an_analysis_of_variance():
    """scipy's one-way F is MSB / MSW; with 4 runs a draw the doubt is (MSB - MSW) / 4."""
    draw = np.repeat(np.arange(12), 4)
    values = dice(1).normal(size=12)[draw] + dice(2).normal(size=48)
    groups = [values[draw == d] for d in range(12)]
    within = np.mean([g.var(ddof=1) for g in groups])
    f = stats.f_oneway(*groups).statistic
    found = variance_components(values, draw)
    assert found.chance == pytest.approx(within)
    assert found.doubt == pytest.approx(within * (f - 1) / 4)
    assert found.low < found.share < found.high


def test_the_share_of_doubt_is_covered_as_often_as_it_says():
    """500 balanced batches with equal parts: 95 % within 6 standard errors (5.8 points)."""
    generator, draw = dice(9), np.repeat(np.arange(20), 3)
    hit = 0
    for _ in range(500):
        found = variance_components(generator.normal(size=20)[draw] + generator.normal(size=60), draw)
        hit += found.low <= 0.5 <= found.high
    assert abs(hit / 500 - 0.95) < 6 * np.sqrt(0.95 * 0.05 / 500)


def test_with_one_run_a_draw_nobody_can_tell():
    assert np.isnan(variance_components(np.arange(5.0), np.arange(5)).share)


def test_runs_of_one_draw_count_as_one():
    found = cluster_interval(np.array([1.0, 1.0, 1.0, 3.0, 3.0, 3.0]), np.array([0, 0, 0, 1, 1, 1]))
    assert found.mean == 2.0
    assert found.kind == "95 % t-interval, n = 2 draws"


# discovery


@pytest.fixture(scope="module")
def planted():
    """A thousand points of six parameters: failures where the first is high and the second low, and a few more."""
    x = dice(4).random((1000, 6))
    fails = (x[:, 0] > 0.6) & (x[:, 1] < 0.4)
    return x, fails ^ (dice(6).random(1000) < 0.03)


def test_a_planted_box_is_found_and_nothing_else(planted):
    x, fails = planted
    box = scenario_discovery.discover(x, list("abcdef"), fails)
    assert [limit.name for limit in box.limits] == ["a", "b"]
    assert box.limits[0].low == pytest.approx(0.6, abs=0.06)
    assert box.limits[1].high == pytest.approx(0.4, abs=0.06)
    assert box.density > 0.9
    assert box.coverage > 0.7
    assert "a is above" in scenario_discovery.sentence(box, "fails")


@pytest.mark.filterwarnings("ignore")
def test_it_does_as_well_as_the_workbench(planted):
    pandas, prim = pytest.importorskip("pandas"), pytest.importorskip("ema_workbench.analysis.prim")
    x, fails = planted
    box = scenario_discovery.discover(x, list("abcdef"), fails)
    theirs = prim.Prim(pandas.DataFrame(x, columns=list("abcdef")), fails, threshold=0.5).find_box()
    trajectory = theirs.peeling_trajectory
    best = trajectory[trajectory["coverage"] >= box.coverage - 0.02]["density"].max()
    assert box.density > best - 0.1


@pytest.mark.parametrize("fails", [np.zeros(50, dtype=bool), np.ones(50, dtype=bool)])
def test_nothing_stands_out_where_all_are_alike(fails):
    assert scenario_discovery.discover(dice().random((50, 2)), ["a", "b"], fails) is None
    assert "stands out" in scenario_discovery.sentence(None, "fails")


def test_noise_has_no_box():
    """Failures by a coin: limits that chance explains are dropped, in 19 of 20 tries at least (binomial, 4 sd)."""
    found = [
        scenario_discovery.discover(dice(k).random((200, 4)), list("abcd"), dice(k + 99).random(200) < 0.5)
        for k in range(20)
    ]
    assert sum(box is not None and box.density > 0.9 for box in found) <= 5
