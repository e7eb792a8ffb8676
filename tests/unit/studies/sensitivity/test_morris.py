"""Morris screening: a linear function gives its coefficients, and sampling error is not reported as an effect."""

import numpy as np
import pytest

from redbead.studies.sensitivity.morris import elementary_effects, noise_floor, sample_points, screen, select_leading
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


def test_a_weak_effect_is_not_significant_and_needs_more_runs():
    points = sample_points(FACTORS, 10, 1)
    strong, weak, none = screen(FACTORS, points, responses(points, 2.0))
    assert strong.significant
    assert not none.significant
    assert not weak.significant
    assert weak.more_runs > 0


@pytest.mark.parametrize("trajectories", [5, 20])
def test_the_false_positive_rate_is_five_per_cent(trajectories):
    """1,200 screenings of a factor without effect: 5 %, within 3 standard errors (t instead of normal adds 1 %)."""
    points = sample_points(FACTORS, trajectories, 1)
    false = [
        item.significant
        for seed in range(400)
        for item in screen(FACTORS, points, responses(points * 0.0, 1.0, seed=seed))
    ]  # fmt: skip
    assert np.mean(false) == pytest.approx(0.05, abs=0.03)


def test_elementary_effects_match_hand_calculation():
    """Two factors, one trajectory: (0, 0), (2/3, 0), (2/3, 2/3) with responses 0, 2 and 1: effects 3 and -1.5."""
    points = np.array([[0.0, 0.0], [2 / 3, 0.0], [2 / 3, 2 / 3]])
    effects = elementary_effects(points, np.array([0.0, 2.0, 1.0])[:, None, None])
    assert effects[:, 0, 0, 0] == pytest.approx([3.0, -1.5])


def test_the_noise_floor_is_proportional_to_the_error():
    assert noise_floor(np.full(10, 2.0)) == pytest.approx(2.0 * noise_floor(np.full(10, 1.0)))


def test_leading_factors_are_the_strongest_significant_ones():
    points = sample_points(FACTORS, 6, 1)
    results = screen(FACTORS, points, responses(points, 0.0))
    assert select_leading(results, 1, 8) == ["fear.blame", "fear.threat"]
    assert select_leading(results, 1, 1) == ["fear.blame"]
