"""Morris screening: a linear function gives its coefficients, and sampling error is not reported as an effect."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.studies.sensitivity.morris import (
    ScreeningResult,
    chance_effects,
    discovery_level,
    elementary_effects,
    p_values_of,
    sample_points,
    screen,
    select_leading,
)
from redbead.studies.sensitivity.spec import Factor

FACTORS = tuple(Factor(name, 0.5, 0.0, 1.0) for name in ("fear.blame", "fear.threat", "fear.floor"))
SLOPES = np.array([3.0, -1.0, 0.0])


def responses(points, noise, runs=8, seed=1):
    """A linear function with independent errors at every point and run. [points, runs, 1]"""
    errors = np.random.Generator(np.random.Philox(seed)).standard_normal((len(points), runs))
    return (points @ SLOPES)[:, None, None] + noise * errors[:, :, None]


def test_a_linear_function_gives_its_coefficients():
    points = sample_points(FACTORS, 6, 1)
    results = screen(FACTORS, points, responses(points, 0.0))
    assert [item.mu_star for item in results] == pytest.approx(np.abs(SLOPES), abs=1e-9)
    assert [item.mu for item in results] == pytest.approx(SLOPES, abs=1e-9)
    assert [item.sigma for item in results] == pytest.approx([0.0] * 3, abs=1e-9)


def test_a_factor_without_effect_is_not_significant():
    points = sample_points(FACTORS, 6, 1)
    assert [item.significant for item in screen(FACTORS, points, responses(points, 0.0))] == [True, True, False]


def test_a_weak_effect_is_not_significant():
    points = sample_points(FACTORS, 10, 1)
    strong, weak, none = screen(FACTORS, points, responses(points, 2.0))
    assert strong.significant
    assert not none.significant
    assert not weak.significant


def test_the_chance_of_mu_star_under_random_signs_by_hand():
    """Runs 1 and 3 in one trajectory: |1 + 3| / 2 = 2 or |1 - 3| / 2 = 1, each with chance one half.

    With a second trajectory of 2 and 2, which gives 2 or 0: means 2, 1.5, 1 and 0.5 with chance one quarter each.
    """
    one = np.array([1.0, 3.0]).reshape(1, 1, 2, 1)
    two = np.array([[1.0, 3.0], [2.0, 2.0]]).reshape(1, 2, 2, 1)
    for effects, values in ((one, [1.0, 2.0]), (two, [0.5, 1.0, 1.5, 2.0])):
        found, counts = np.unique(chance_effects(effects), return_counts=True)
        assert found.tolist() == values
        assert counts / counts.sum() == pytest.approx(np.full(len(values), 1 / len(values)), abs=0.04)
        assert p_values_of(effects, chance_effects(effects))[0, 0] == pytest.approx(1 / len(values), abs=0.04)


def test_the_level_of_benjamini_and_hochberg_from_their_example():
    """Benjamini and Hochberg 1995, section 3.2: 15 p values, of which the first four are rejected at 0.05."""
    p = np.array([0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                  0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000])  # fmt: skip
    level = discovery_level(p[::-1])
    assert level == pytest.approx(4 * 0.05 / 15)
    assert (p <= level).sum() == 4


def test_the_levels_agree_with_scipy():
    from scipy.stats import false_discovery_control

    generator = np.random.Generator(np.random.Philox(3))
    for _ in range(50):
        p = generator.random(20) ** 3
        assert ((p <= discovery_level(p)) == (false_discovery_control(p) <= 0.05)).all()


def test_elementary_effects_match_hand_calculation():
    """Two factors, one trajectory: (0, 0), (2/3, 0), (2/3, 2/3) with responses 0, 2 and 1: effects 3 and -1.5."""
    points = np.array([[0.0, 0.0], [2 / 3, 0.0], [2 / 3, 2 / 3]])
    effects = elementary_effects(points, np.array([0.0, 2.0, 1.0])[:, None, None])
    assert effects[:, 0, 0, 0] == pytest.approx([3.0, -1.5])


def test_the_threshold_has_the_unit_of_the_responses():
    points = sample_points(FACTORS, 10, 1)
    metres, feet = (screen(FACTORS, points, unit * responses(points, 1.0)) for unit in (1.0, 3.28))
    assert [item.noise_floor for item in feet] == pytest.approx([3.28 * item.noise_floor for item in metres])
    assert [item.p_value for item in feet] == [item.p_value for item in metres]


def test_leading_factors_are_the_strongest_significant_ones():
    points = sample_points(FACTORS, 6, 1)
    results = screen(FACTORS, points, responses(points, 0.0))
    assert select_leading(results, 1, 8) == ["fear.blame", "fear.threat"]
    assert select_leading(results, 1, 1) == ["fear.blame"]


# designs


@given(st.integers(2, 8), st.integers(1, 6), st.integers(0, 2**40))
def test_a_trajectory_changes_each_factor_once_by_two_thirds(trajectories, count, seed):
    """With four levels the step is 4 / (2 (4 - 1)) = 2 / 3, so that every level is sampled equally often."""
    factors = tuple(Factor(f"f{k}", 0.5, 0.0, 1.0) for k in range(count))
    points = sample_points(factors, trajectories, seed).reshape(trajectories, count + 1, count)
    steps = np.diff(points, axis=1)
    assert np.sort(np.abs(steps), axis=2)[:, :, -1] == pytest.approx(np.full((trajectories, count), 2 / 3))
    assert (np.count_nonzero(np.abs(steps) > 1e-9, axis=2) == 1).all()
    assert (np.count_nonzero(np.abs(steps) > 1e-9, axis=1) == 1).all()


def test_points_of_trajectories_lie_on_four_levels():
    levels = np.unique(sample_points(FACTORS, 50, 2).round(9))
    assert levels == pytest.approx([0.0, 1 / 3, 2 / 3, 1.0])


def test_the_design_depends_on_its_seed_only():
    assert sample_points(FACTORS, 5, 2**35).tobytes() == sample_points(FACTORS, 5, 2**35).tobytes()
    assert sample_points(FACTORS, 5, 1).tobytes() != sample_points(FACTORS, 5, 2).tobytes()


# statistics


@given(st.lists(st.floats(-50, 50), min_size=3, max_size=3), st.floats(-100, 100))
def test_mu_star_of_a_linear_function_equals_its_coefficients(slopes, intercept):
    points = sample_points(FACTORS, 4, 1)
    values = np.repeat((intercept + points @ np.array(slopes))[:, None, None], 2, axis=1)
    results = screen(FACTORS, points, values)
    assert [item.mu_star for item in results] == pytest.approx(np.abs(slopes), abs=1e-6)
    assert [item.mu for item in results] == pytest.approx(slopes, abs=1e-6)
    assert [item.sigma for item in results] == pytest.approx([0.0] * 3, abs=1e-6)


def test_statistics_match_the_mean_and_spread_of_elementary_effects():
    """mu* is the mean absolute effect, mu the mean, sigma the standard deviation over trajectories."""
    points = sample_points(FACTORS, 12, 7)
    values = np.sin(5.0 * points[:, 0]) + points[:, 1] * points[:, 2] ** 2
    table = values[:, None, None]
    effects = elementary_effects(points, table)[:, :, 0, 0]
    results = screen(FACTORS, points, table)
    assert [item.mu_star for item in results] == pytest.approx(np.abs(effects).mean(axis=1))
    assert [item.mu for item in results] == pytest.approx(effects.mean(axis=1))
    assert [item.sigma for item in results] == pytest.approx(effects.std(axis=1, ddof=1))


def test_an_effect_that_changes_its_sign_has_a_large_mu_star_and_a_small_mu():
    """(x - 1/2)^2: an effect of (2 x - 1 + 2/3), which is 1/3 up from 0 and -1/3 in the mirrored step."""
    points = sample_points(FACTORS[:1], 400, 3)
    (item,) = screen(FACTORS[:1], points, ((points[:, 0] - 0.5) ** 2)[:, None, None])
    assert item.mu_star == pytest.approx(1 / 3)
    assert abs(item.mu) < 0.06
    assert item.sigma == pytest.approx(1 / 3, rel=0.02)


def test_an_effect_is_signed_even_if_the_factor_falls():
    """One trajectory that lowers its factor: the response falls with it, so the effect is positive."""
    effects = elementary_effects(np.array([[1.0], [1 / 3]]), np.array([5.0, 1.0])[:, None, None])
    assert effects[0, 0, 0, 0] == pytest.approx(6.0)


def test_results_list_all_factors_of_one_outcome_before_the_next():
    points = sample_points(FACTORS, 4, 1)
    outcomes = np.stack([points @ SLOPES, 2.0 * points[:, 2]], axis=1)[:, None, :]
    results = screen(FACTORS, points, outcomes)
    assert [(item.outcome, item.path) for item in results] == [
        (outcome, factor.path) for outcome in (0, 1) for factor in FACTORS
    ]
    assert [item.mu_star for item in results] == pytest.approx([3.0, 1.0, 0.0, 0.0, 0.0, 2.0], abs=1e-9)


def test_a_constant_outcome_has_no_effects():
    points = sample_points(FACTORS, 4, 1)
    for item in screen(FACTORS, points, np.full((len(points), 3, 1), 7.0)):
        assert (item.mu_star, item.mu, item.sigma, item.significant) == (0.0, 0.0, 0.0, False)


def test_the_effect_of_a_seed_at_all_points_is_no_noise():
    """Common random numbers: a run that is 100 higher everywhere changes no effect and no p value."""
    points = sample_points(FACTORS, 4, 1)
    plain = (points @ SLOPES)[:, None] + np.zeros(8)
    shifted = plain + np.linspace(-30.0, 100.0, 8)
    one, other = (screen(FACTORS, points, table[:, :, None]) for table in (plain, shifted))
    assert [item.significant for item in one] == [True, True, False]
    assert [item.p_value for item in other] == pytest.approx([item.p_value for item in one])


def test_one_run_per_point_gives_no_significance():
    """Sampling error cannot be estimated from one run."""
    points = sample_points(FACTORS, 4, 1)
    for item in screen(FACTORS, points, responses(points, 1.0, runs=1)):
        assert (item.noise_floor, item.p_value, item.significant) == (math.inf, 1.0, False)


def result(path, outcome, mu_star, *, significant=True):
    return ScreeningResult(path, outcome, mu_star, mu_star, 0.0, 0.0, 0.01, significant)


def test_factors_are_ranked_by_their_share_of_the_largest_effect_on_an_outcome():
    """Outcomes have different units: 5 of 100 is 5 %, and 0.3 of 0.4 is 75 %."""
    results = [
        result("a", 0, 100.0), result("b", 0, 5.0), result("c", 0, 50.0),
        result("a", 1, 0.1), result("b", 1, 0.3), result("c", 1, 0.0), result("d", 1, 0.4),
    ]  # fmt: skip
    assert select_leading(results, 2, 9) == ["a", "d", "b", "c"]
    assert select_leading(results, 2, 2) == ["a", "d"]


def test_a_factor_is_selected_if_it_is_significant_for_any_outcome():
    results = [result("a", 0, 2.0, significant=False), result("a", 1, 1.0), result("b", 0, 9.0, significant=False)]
    assert select_leading(results, 2, 9) == ["a"]


def test_nothing_is_selected_without_significant_effects():
    assert select_leading([result("a", 0, 0.0, significant=False)], 1, 9) == []
