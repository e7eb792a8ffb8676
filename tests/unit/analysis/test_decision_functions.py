"""Crossover, Shapley shares, switching values, variance components and PRIM, against closed forms."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from redbead.analysis import crossover, scenario_discovery, shapley, switching_values
from redbead.analysis.variance_components import cluster_interval, variance_components


def generator(seed=0):
    return np.random.Generator(np.random.Philox(seed))


def steps(*levels):
    """One pair of runs whose advantage is constant within each quarter."""
    return np.repeat(np.array(levels, dtype=float), 13)[None, :]


# crossover


def test_dip_and_crossover_of_a_hand_calculated_example():
    result = crossover.crossover(np.repeat(steps(0, -2, -5, 1, 3, 3), 4, axis=0))
    assert result.overtakes == 39
    assert (result.dip, result.dip_at) == (-5.0, 26)
    assert (result.dip_low, result.dip_high) == (-5.0, -5.0)
    assert result.never.mean == 0.0
    assert result.pays_back is None, "-7 before, 7 after: the cumulative advantage ends at 0, which is not above 0"
    assert result.ever == 1.0


def test_quarters_before_the_start_do_not_count():
    assert crossover.crossover(steps(-9, -9, 1, 1), start=26).overtakes == 26
    assert crossover.crossover(steps(-9, -9, 1, 1), start=26).dip == 0.0


def test_a_policy_that_is_behind_at_the_end_never_overtakes():
    result = crossover.crossover(np.concatenate([steps(1, 1, 1, -1, -1, -1), steps(1, 1, 1, -2, -2, -2)]))
    assert result.overtakes is None
    assert result.never.mean == 1.0


def test_equal_policies_are_identical_and_never_overtake():
    result = crossover.crossover(np.zeros((5, 104)))
    assert result.identical
    assert result.overtakes is None
    assert result.dip == 0.0


def test_every_resample_has_its_own_worst_quarter():
    """Pure noise: the interval of the dip lies below the dip, because every resample has its own worst quarter."""
    result = crossover.crossover(generator(3).normal(size=(40, 104)) - 0.001)
    assert result.dip_low < result.dip < 0.0


def test_less_than_a_quarter_has_no_crossover():
    result = crossover.crossover(np.ones((3, 5)))
    assert result.overtakes is None
    assert result.dip == 0.0


# Shapley shares


@given(arrays(np.float64, (8, 3), elements=st.floats(-1e3, 1e3)))
def test_shapley_values_add_up_to_the_total_effect(values):
    np.testing.assert_allclose(shapley.shapley(values).sum(axis=0), values[-1] - values[0], atol=1e-9)


@given(arrays(np.float64, (8, 1), elements=st.floats(-1e3, 1e3)))
def test_a_shapley_value_is_the_mean_contribution_over_all_orders(values):
    """Shapley's definition: the mean contribution over all orders of adding three levers."""
    by_order = np.zeros(3)
    for order in itertools.permutations(range(3)):
        mask = 0
        for lever in order:
            by_order[lever] += (values[mask | 1 << lever] - values[mask])[0] / 6
            mask |= 1 << lever
    np.testing.assert_allclose(shapley.shapley(values)[:, 0], by_order, atol=1e-9)


def test_additive_levers_have_no_synergy():
    values = np.array([[0.0], [2.0], [5.0], [7.0]])
    assert shapley.synergy(values)[0] == 0.0
    assert shapley.interaction(values, 0, 1)[0] == 0.0
    assert shapley.synergy(values + np.array([[0.0], [0.0], [0.0], [3.0]]))[0] == 3.0


@pytest.mark.parametrize("rows", [1, 3, 128])
def test_a_number_of_rows_that_is_not_a_package_is_refused(rows):
    with pytest.raises(ValueError, match="a package of 1 to 6 levers"):
        shapley.shapley(np.zeros((rows, 2)))


# switching values


def test_switching_value_of_a_hand_calculated_example():
    """Advantage 3 at 0.5 and -1 at 0: the sign changes at 0.125, a quarter of the assumed value."""
    at, advantage = np.array([0.0, 0.5, 1.0]), np.array([[-1.0, -1.0], [3.0, 3.0], [7.0, 7.0]])
    values = switching_values.find_switching_values(at, advantage, 0.5)
    assert values.below.value == pytest.approx(0.125)
    assert values.below.significant
    assert values.above is None
    assert "is below 0.125 (0.25 times the assumed 0.5" in switching_values.describe_switching_values(
        values, "learning per report", "ratio"
    )


def test_the_nearest_sign_change_is_the_switching_value():
    at = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    values = switching_values.find_switching_values(
        at, np.array([[1.0], [-1.0], [1.0], [1.0], [-1.0]]) * np.ones((5, 4)), 3.0
    )
    assert values.below.value == pytest.approx(1.5)
    assert values.above.value == pytest.approx(3.5)


def test_a_sign_change_within_the_interval_is_not_significant():
    at = np.array([0.0, 1.0])
    values = switching_values.find_switching_values(
        at, np.stack([generator(5).normal(-0.05, 1.0, 30), np.full(30, 2.0)]), 1.0
    )
    assert values.below is not None
    assert not values.below.significant
    assert "the runs are inconclusive" in switching_values.describe_switching_values(values, "x", "ratio")


def test_a_result_without_sign_change_holds_over_the_whole_range():
    values = switching_values.find_switching_values(np.array([0.0, 1.0]), np.ones((2, 5)), 0.0)
    assert switching_values.describe_switching_values(values, "silence from fear", "0-1") == (
        'this holds for all values of "silence from fear" in its range (0 to 1)'
    )


# variance components


def test_variance_components_match_a_one_way_analysis_of_variance():
    """scipy's one-way F is MSB / MSW; with 4 runs per draw the parametric variance is (MSB - MSW) / 4."""
    draw = np.repeat(np.arange(12), 4)
    values = generator(1).normal(size=12)[draw] + generator(2).normal(size=48)
    groups = [values[draw == d] for d in range(12)]
    within = np.mean([g.var(ddof=1) for g in groups])
    f = stats.f_oneway(*groups).statistic
    components = variance_components(values, draw)
    assert components.stochastic == pytest.approx(within)
    assert components.parametric == pytest.approx(within * (f - 1) / 4)
    assert components.low < components.share < components.high


def test_the_interval_of_the_parametric_share_has_its_nominal_coverage():
    """500 balanced batches with equal components: coverage 95 % within 6 standard errors (5.8 points)."""
    random, draw = generator(9), np.repeat(np.arange(20), 3)
    covered = 0
    for _ in range(500):
        components = variance_components(random.normal(size=20)[draw] + random.normal(size=60), draw)
        covered += components.low <= 0.5 <= components.high
    assert abs(covered / 500 - 0.95) < 6 * np.sqrt(0.95 * 0.05 / 500)


def test_one_run_per_draw_gives_no_variance_components():
    assert np.isnan(variance_components(np.arange(5.0), np.arange(5)).share)


def test_runs_of_one_draw_count_as_one_observation():
    result = cluster_interval(np.array([1.0, 1.0, 1.0, 3.0, 3.0, 3.0]), np.array([0, 0, 0, 1, 1, 1]))
    assert result.mean == 2.0
    assert result.kind == "95 % t-interval, n = 2 draws"


# scenario discovery


@pytest.fixture(scope="module")
def planted():
    """1,000 points of six parameters: failures where the first is high and the second low, with 3 % noise."""
    x = generator(4).random((1000, 6))
    fails = (x[:, 0] > 0.6) & (x[:, 1] < 0.4)
    return x, fails ^ (generator(6).random(1000) < 0.03)


def test_prim_recovers_the_planted_box_and_no_other_limit(planted):
    x, fails = planted
    box = scenario_discovery.discover(x, list("abcdef"), fails)
    assert [limit.name for limit in box.limits] == ["a", "b"]
    assert box.limits[0].low == pytest.approx(0.6, abs=0.06)
    assert box.limits[1].high == pytest.approx(0.4, abs=0.06)
    assert box.density > 0.9
    assert box.coverage > 0.7
    assert "a is above" in scenario_discovery.describe_box(box, "fails")


@pytest.mark.filterwarnings("ignore")
def test_prim_is_as_good_as_that_of_the_ema_workbench(planted):
    pandas, prim = pytest.importorskip("pandas"), pytest.importorskip("ema_workbench.analysis.prim")
    x, fails = planted
    box = scenario_discovery.discover(x, list("abcdef"), fails)
    reference = prim.Prim(pandas.DataFrame(x, columns=list("abcdef")), fails, threshold=0.5).find_box()
    trajectory = reference.peeling_trajectory
    best = trajectory[trajectory["coverage"] >= box.coverage - 0.02]["density"].max()
    assert box.density > best - 0.1


@pytest.mark.parametrize("fails", [np.zeros(50, dtype=bool), np.ones(50, dtype=bool)])
def test_no_box_without_or_with_only_failures(fails):
    assert scenario_discovery.discover(generator().random((50, 2)), ["a", "b"], fails) is None
    assert "stands out" in scenario_discovery.describe_box(None, "fails")


def test_noise_gives_no_box():
    """Random failures: chance limits are removed in at least 15 of 20 trials (binomial, 4 sd)."""
    boxes = [
        scenario_discovery.discover(generator(k).random((200, 4)), list("abcd"), generator(k + 99).random(200) < 0.5)
        for k in range(20)
    ]
    assert sum(box is not None and box.density > 0.9 for box in boxes) <= 5
