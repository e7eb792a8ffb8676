"""Sobol' indices compared with functions whose indices are known in closed form [Saltelli2008]_.

.. [Saltelli2008] Saltelli et al.: Global Sensitivity Analysis, the Primer: Ishigami's function and Sobol's g-function.
"""

import numpy as np
import pytest

from redbead.studies.sensitivity.sobol import chance_share, sample_points, sobol_indices
from redbead.studies.sensitivity.spec import Factor

THREE = tuple(Factor(name, 0.5, 0.0, 1.0) for name in ("fear.blame", "fear.threat", "fear.floor"))
SAMPLES = 1024


def indices_of(model, factors=THREE, runs=2):
    """Indices of a known function without sampling error."""
    design = sample_points(factors, SAMPLES, 3)
    values = model(design)
    return sobol_indices(factors, np.repeat(values[:, None, None, None], runs, axis=1), 3)


def assert_indices(indices, first, total):
    """Assert that all indices lie within 6 standard errors of the truth; a half-width is 1.96 of them."""
    for index, s, t in zip(indices, first, total, strict=True):
        assert abs(index.first - s) < 6 * index.first_half / 1.96
        assert abs(index.total - t) < 6 * index.total_half / 1.96


def test_indices_of_the_ishigami_function():
    """sin x + 7 sin^2 y + 0.1 z^4 sin x over (-pi, pi)^3: S = 0.3139, 0.4424, 0; T = 0.5576, 0.4424, 0.2437."""

    def ishigami(u):
        x, y, z = (2.0 * u - 1.0).T * np.pi
        return np.sin(x) + 7.0 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)

    assert_indices(indices_of(ishigami), (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437))


def test_indices_of_the_sobol_g_function():
    """Product of (|4 u - 2| + a) / (1 + a), a = 0, 1, 9: V_i = 1 / (3 (1 + a)^2), V = product of (1 + V_i) - 1."""
    a = np.array([0.0, 1.0, 9.0])
    partial = 1.0 / (3.0 * (1.0 + a) ** 2)
    variance = np.prod(1.0 + partial) - 1.0
    first = partial / variance
    total = partial * np.prod(1.0 + partial) / (1.0 + partial) / variance
    assert_indices(indices_of(lambda u: np.prod((np.abs(4.0 * u - 2.0) + a) / (1.0 + a), axis=1)), first, total)


def test_a_factor_without_effect_is_not_significant():
    indices = indices_of(lambda u: u[:, 0] + 2.0 * u[:, 1])
    assert [index.significant for index in indices] == [True, True, False]


def test_a_constant_outcome_has_no_indices():
    assert indices_of(lambda u: np.zeros(len(u))) == []


def test_the_share_of_chance_matches_hand_calculation():
    """Points have variance 1 and runs variance 4 per point; the mean of 4 runs keeps a variance of 1."""
    generator = np.random.Generator(np.random.Philox(5))
    level, noise = generator.standard_normal(4000), generator.standard_normal((4000, 4))
    responses = level[:, None, None, None] + 2.0 * noise[:, :, None, None]
    assert chance_share(responses)[0, 0] == pytest.approx(1.0 / 2.0, rel=0.06)


def test_an_effect_of_the_seed_at_every_point_cancels():
    """A seed that raises all points equally changes no difference."""
    level = np.arange(20.0)[:, None, None, None]
    luck = np.array([0.0, 5.0, -5.0, 1.0])[None, :, None, None]
    assert chance_share(level + luck)[0, 0] == pytest.approx(0.0, abs=1e-12)


def test_each_period_has_its_own_indices():
    design = sample_points(THREE, 64, 3)
    early, late = design[:, 0], design[:, 1]
    responses = np.repeat(np.stack([early, late], axis=1)[:, None, None, :], 2, axis=1)
    indices = {(s.path, s.period): s.total for s in sobol_indices(THREE, responses, 3)}
    assert indices["fear.blame", 0] == pytest.approx(1.0, abs=0.05)
    assert indices["fear.blame", 1] == pytest.approx(0.0, abs=0.05)
