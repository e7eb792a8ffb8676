"""The sampler compared with densities whose moments are known, and the properties of Latin hypercubes."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from redbead.analysis.estimates import Estimate
from redbead.studies.calibration import emulators
from redbead.studies.calibration.emulators import (
    Emulator,
    TrialPoint,
    latin_hypercube,
    sample_density,
    sample_plausible,
)
from redbead.studies.targets.spec import Target


def starts(walkers, free, seed=3):
    return np.random.Generator(np.random.Philox(seed)).uniform(0.05, 0.95, (walkers, free))


@pytest.fixture(autouse=True)
def _short_chains(monkeypatch):
    """A fifth of the steps of each walker, with five times as many walkers: as many points in a fifth of the time."""
    monkeypatch.setattr(emulators, "STEPS", 600)
    monkeypatch.setattr(emulators, "BURN_IN", 300)
    monkeypatch.setattr(emulators, "_WALKERS_PER_PARAMETER", 20)


def sampled(log_density, free=1, points=4000, seed=1, walkers=60):
    return sample_density(log_density, starts(walkers, free), points, seed)


# Latin hypercubes


@given(st.integers(2, 60), st.integers(1, 6), st.integers(0, 2**40))
def test_a_latin_hypercube_uses_each_stratum_of_each_parameter_once(points, free, seed):
    sample = latin_hypercube(points, free, seed)
    strata = np.sort(np.floor(sample * points).astype(int), axis=0)
    assert sample.shape == (points, free)
    assert (strata == np.arange(points)[:, None]).all()


def test_a_latin_hypercube_depends_on_its_seed_only():
    assert latin_hypercube(9, 2, 4).tobytes() == latin_hypercube(9, 2, 4).tobytes()
    assert latin_hypercube(9, 2, 4).tobytes() != latin_hypercube(9, 2, 5).tobytes()


def test_the_order_of_strata_differs_between_parameters():
    """Otherwise all parameters would rise together and their effects could not be separated."""
    assert abs(np.corrcoef(latin_hypercube(500, 2, 1).T)[0, 1]) < 0.15


# known densities


def test_a_constant_density_gives_the_uniform_distribution():
    """Mean 1 / 2 and variance 1 / 12 in each dimension."""
    points = sampled(lambda u: np.zeros(len(u)), free=2)
    assert points.mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.04)
    assert points.var(axis=0) == pytest.approx([1 / 12, 1 / 12], rel=0.12)


def test_beta_densities_give_their_moments():
    """Three independent parameters, each with its own beta density."""
    a, b = np.array([2.0, 4.0, 6.0]), np.array([5.0, 4.0, 1.5])
    points = sampled(lambda u: ((a - 1) * np.log(u + 1e-300) + (b - 1) * np.log(1 - u + 1e-300)).sum(axis=1), free=3)
    exact = stats.beta(a, b)
    assert points.mean(axis=0) == pytest.approx(exact.mean(), abs=0.02)
    assert points.std(axis=0) == pytest.approx(exact.std(), rel=0.1)


def test_a_normal_density_gives_its_moments():
    """A normal density with mean 0.5 and sd 0.05 in two dimensions, well inside the unit square."""
    near = 0.5 + 0.05 * np.random.Generator(np.random.Philox(3)).standard_normal((60, 2))
    points = sample_density(lambda u: -0.5 * (((u - 0.5) / 0.05) ** 2).sum(axis=1), near, 4000, 1)
    assert points.mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.005)
    assert points.std(axis=0) == pytest.approx([0.05, 0.05], rel=0.06)


def test_a_density_cut_off_at_the_cube_gives_a_truncated_normal_distribution():
    """A normal density around 0 with sd 0.3, of which only the part above 0 lies in the cube."""
    points = sampled(lambda u: -0.5 * ((u / 0.3) ** 2).sum(axis=1))
    exact = stats.truncnorm(0.0, 1.0 / 0.3, scale=0.3)
    assert points.mean() == pytest.approx(exact.mean(), abs=0.02)
    assert points.std() == pytest.approx(exact.std(), rel=0.1)


def test_a_correlated_density_gives_its_correlation():
    """A narrow normal density with correlation -0.8, well inside the square."""
    precision = np.linalg.inv(0.06**2 * np.array([[1.0, -0.8], [-0.8, 1.0]]))
    points = sampled(lambda u: -0.5 * np.einsum("pi,ij,pj->p", u - 0.5, precision, u - 0.5), free=2)
    assert np.corrcoef(points.T)[0, 1] == pytest.approx(-0.8, abs=0.05)


def test_no_point_lies_outside_the_unit_cube():
    """A density that rises towards a corner beyond the cube."""
    points = sampled(lambda u: 20.0 * u.sum(axis=1), free=2)
    assert ((points > 0.0) & (points < 1.0)).all()
    assert points.mean(axis=0) == pytest.approx([0.95, 0.95], abs=0.02), "an exponential with mean 1 / 20 below 1"


def test_the_density_is_never_evaluated_outside_the_cube():
    seen = []

    def log_density(units):
        seen.append((units.min(), units.max()))
        return np.zeros(len(units))

    sampled(log_density)
    assert min(low for low, _ in seen) >= 0.0
    assert max(high for _, high in seen) <= 1.0


def test_the_sample_depends_on_its_seed_only():
    first, again, other = (sampled(lambda u: -u.sum(axis=1), points=50, seed=seed) for seed in (1, 1, 2))
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_no_step_of_the_chain_is_drawn_twice_unless_more_points_are_requested():
    """12 walkers keep 300 steps each. All but one of these 3,600 steps are a part of all of them."""
    steps = 12 * 300
    fewer, all_steps, more = (
        sampled(lambda u: np.zeros(len(u)), points=points, walkers=12) for points in (steps - 1, steps, steps + 1)
    )
    assert Counter(fewer.ravel().tolist()) < Counter(all_steps.ravel().tolist())
    assert more.shape == (steps + 1, 1)


# plausible sets of emulators


def emulator_of(free, k, value, half):
    """Emulator whose level is coordinate `k`, with the band value ± half."""
    coefficients = np.zeros(free + free * (free + 1) // 2)
    coefficients[k] = 0.5
    aim = Target("t", "caseload", "share", value, value - half, value + half, "", "assumed", "k", "d")
    return Emulator(aim, coefficients, 0.5, 0.0, 0.0, 1.0)


def trials(free, points=30):
    return [TrialPoint(unit, {"caseload": Estimate(0, 0, 0, 0, 9)}) for unit in latin_hypercube(points, free, 1)]


def test_plausible_sets_follow_the_band_of_a_level():
    """The band 0.4 to 0.6 is a normal density with sd 0.05; the other parameter has no effect and stays uniform."""
    points = sample_plausible([emulator_of(2, 0, 0.5, 0.1)], trials(2), 3000, 4)
    assert points[:, 0].mean() == pytest.approx(0.5, abs=0.01)
    assert points[:, 0].std() == pytest.approx(0.05, rel=0.1)
    assert points[:, 1].std() == pytest.approx(math.sqrt(1 / 12), rel=0.1)


def test_a_fixed_parameter_keeps_its_value():
    fixed = np.array([np.nan, 0.25, np.nan])
    points = sample_plausible([emulator_of(3, 0, 0.5, 0.1)], trials(3), 500, 4, fixed)
    assert (points[:, 1] == 0.25).all()
    assert points[:, 0].std() > 0.03
    assert points[:, 2].std() > 0.2


def test_the_other_parameters_compensate_for_a_fixed_one():
    """The sum of two parameters must be 1, so that the second is 0.7 when the first is fixed at 0.3."""
    coefficients = np.zeros(5)
    coefficients[:2] = 0.5
    aim = Target("t", "caseload", "share", 1.0, 0.95, 1.05, "", "assumed", "k", "d")
    points = sample_plausible([Emulator(aim, coefficients, 1.0, 0, 0, 1)], trials(2), 500, 4, np.array([0.3, np.nan]))
    assert points[:, 1].mean() == pytest.approx(0.7, abs=0.01)


def test_sampling_error_widens_the_plausible_sets_only_if_requested():
    """Sampling variance 0.05^2 added to that of the band: the sd rises by the square root of 2."""
    level = emulator_of(1, 0, 0.5, 0.1)._replace(noise_variance=0.0025)
    without, with_noise = (sample_plausible([level], trials(1), 4000, 4, noisy=noisy).std() for noisy in (False, True))
    assert without == pytest.approx(0.05, rel=0.1)
    assert with_noise == pytest.approx(0.05 * math.sqrt(2.0), rel=0.1)
