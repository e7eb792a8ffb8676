"""Screening: a linear function gives its coefficients, and what chance alone makes is called chance."""

import numpy as np
import pytest

from redbead.studies.sensitivity.morris import chance_alone, elementary, leading, points, screen
from redbead.studies.sensitivity.spec import Factor

FACTORS = tuple(Factor(name, 0.5, 0.0, 1.0) for name in ("fear.blame", "fear.threat", "fear.floor"))
SLOPES = np.array([3.0, -1.0, 0.0])


def answers(sampled, noise, runs=8, seed=1):
    """A linear model with noise of its own at every point and run: [points, runs, 1]."""
    chance = np.random.Generator(np.random.Philox(seed)).standard_normal((len(sampled), runs))
    return (sampled @ SLOPES)[:, None, None] + noise * chance[:, :, None]


def test_a_linear_function_gives_its_coefficients():
    sampled = points(FACTORS, 6, 1)
    found = screen(FACTORS, sampled, answers(sampled, 0.0))
    assert [item.mu_star for item in found] == pytest.approx(np.abs(SLOPES), abs=1e-9)
    assert [item.mu for item in found] == pytest.approx(SLOPES, abs=1e-9)
    assert [item.sigma for item in found] == pytest.approx([0.0] * 3, abs=1e-9)


def test_what_does_nothing_on_common_dice_is_not_told():
    sampled = points(FACTORS, 6, 1)
    assert [item.told for item in screen(FACTORS, sampled, answers(sampled, 0.0))] == [True, True, False]


def test_an_effect_within_chance_says_so_and_how_many_runs_would_tell():
    sampled = points(FACTORS, 10, 1)
    strong, weak, none = screen(FACTORS, sampled, answers(sampled, 2.0))
    assert strong.told
    assert not none.told
    assert not weak.told
    assert weak.more > 0


@pytest.mark.parametrize("trajectories", [5, 20])
def test_without_an_effect_chance_is_taken_for_one_in_one_case_of_twenty(trajectories):
    """1,200 screenings of a parameter that does nothing: 5 %, within 3 standard errors (and t for normal: 1 % more)."""
    sampled = points(FACTORS, trajectories, 1)
    false = [
        item.told
        for seed in range(400)
        for item in screen(FACTORS, sampled, answers(sampled * 0.0, 1.0, seed=seed))
    ]  # fmt: skip
    assert np.mean(false) == pytest.approx(0.05, abs=0.03)


def test_elementary_effects_by_hand():
    """Two factors, one trajectory: (0, 0), (2/3, 0), (2/3, 2/3) with 0, 2 and 1: effects 3 and -1.5."""
    sampled = np.array([[0.0, 0.0], [2 / 3, 0.0], [2 / 3, 2 / 3]])
    found = elementary(sampled, np.array([0.0, 2.0, 1.0])[:, None, None])
    assert found[:, 0, 0, 0] == pytest.approx([3.0, -1.5])


def test_the_floor_grows_with_the_noise():
    assert chance_alone(np.full(10, 2.0)) == pytest.approx(2.0 * chance_alone(np.full(10, 1.0)))


def test_the_strongest_go_on_and_what_is_not_told_stays():
    sampled = points(FACTORS, 6, 1)
    found = screen(FACTORS, sampled, answers(sampled, 0.0))
    assert leading(found, 1, 8) == ["fear.blame", "fear.threat"]
    assert leading(found, 1, 1) == ["fear.blame"]
