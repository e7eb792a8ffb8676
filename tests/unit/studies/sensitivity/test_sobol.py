"""Sobol' indices compared with functions whose indices are known in closed form [Saltelli2008]_.

.. [Saltelli2008] Saltelli et al.: Global Sensitivity Analysis, the Primer: Ishigami's function and Sobol's g-function.
"""

import numpy as np
import pytest

from redbead.studies.sensitivity.sobol import SobolIndices, chance_share, sample_points, sobol_indices
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


def test_less_chance_an_index_without_effect_is_near_0():
    """Half of the variance is sampling error: indices of 0.5 + 0.5 and 0.5, less chance 0.5 and 0."""
    design = sample_points(THREE[:2], SAMPLES, 3)
    noise = np.random.Generator(np.random.Philox(8)).standard_normal((len(design), 4))
    values = design[:, :1] * np.sqrt(12.0) + 2.0 * noise
    active, inert = sobol_indices(THREE[:2], values[:, :, None, None], 3)
    assert (active.chance, active.total, inert.total) == pytest.approx((0.5, 1.0, 0.5), abs=0.08)
    assert (active.net, inert.net) == pytest.approx((0.5, 0.0), abs=0.08)
    assert inert.net == inert.total - inert.chance


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


def test_first_order_indices_of_an_additive_function_sum_to_1():
    """Slopes 1, 2 and 3: variances in the ratio 1 : 4 : 9, first-order and total indices equal."""
    indices = indices_of(lambda u: u @ np.array([1.0, 2.0, 3.0]))
    assert sum(index.first for index in indices) == pytest.approx(1.0, abs=0.02)
    assert sum(index.total for index in indices) == pytest.approx(1.0, abs=0.02)
    assert_indices(indices, np.array([1, 4, 9]) / 14, np.array([1, 4, 9]) / 14)


def test_a_product_of_centred_factors_has_interactions_only():
    """(x - 1/2) (y - 1/2) has no main effects, and both total indices are 1."""
    x, y, z = indices_of(lambda u: (u[:, 0] - 0.5) * (u[:, 1] - 0.5))
    assert (x.first, y.first, z.total) == pytest.approx((0.0, 0.0, 0.0), abs=0.05)
    assert (x.total, y.total) == pytest.approx((1.0, 1.0), abs=0.1)


def test_indices_do_not_depend_on_origin_and_unit():
    """Degrees Celsius and Fahrenheit give equal shares of variance."""
    celsius = indices_of(lambda u: np.exp(u[:, 0]) + u[:, 1])
    fahrenheit = indices_of(lambda u: 32.0 + 1.8 * (np.exp(u[:, 0]) + u[:, 1]))
    for one, other in zip(celsius, fahrenheit, strict=True):
        assert other[3:7] == pytest.approx(one[3:7], abs=1e-9)


def test_total_indices_are_not_below_first_order_indices():
    for index in indices_of(lambda u: np.prod(u + 0.2, axis=1)):
        assert index.total > index.first - index.first_half


@pytest.mark.parametrize(("samples", "count"), [(4, 1), (8, 3), (16, 5)])
def test_the_design_has_two_base_samples_and_one_per_factor(samples, count):
    factors = tuple(Factor(f"f{k}", 0.5, 0.0, 1.0) for k in range(count))
    design = sample_points(factors, samples, 1)
    assert design.shape == (samples * (count + 2), count)
    assert ((design >= 0.0) & (design <= 1.0)).all()


def test_each_block_of_the_design_replaces_one_factor_at_a_time():
    """The block of a sample: A, then A with one coordinate from B each, then B."""
    for block in sample_points(THREE, 16, 2).reshape(16, 5, 3):
        base, *mixed, other = block
        for k, point in enumerate(mixed):
            expected = base.copy()
            expected[k] = other[k]
            assert point.tolist() == expected.tolist()


def test_the_design_depends_on_its_seed_only():
    assert sample_points(THREE, 8, 2**40).tobytes() == sample_points(THREE, 8, 2**40).tobytes()
    assert sample_points(THREE, 8, 1).tobytes() != sample_points(THREE, 8, 2).tobytes()


def test_the_bootstrap_depends_on_its_seed_only():
    design = sample_points(THREE, 64, 3)
    responses = np.repeat(np.exp(design.sum(axis=1))[:, None, None, None], 2, axis=1)
    first, again, other = (sobol_indices(THREE, responses, seed) for seed in (5, 5, 6))
    assert first == again
    assert [index.total for index in other] == [index.total for index in first]
    assert [index.total_half for index in other] != [index.total_half for index in first]


def test_only_outcomes_and_periods_that_vary_have_indices():
    design = sample_points(THREE, 64, 3)
    responses = np.zeros((len(design), 2, 2, 2))
    responses[:, :, 1, 0] = design[:, :1]
    assert {(s.outcome, s.period) for s in sobol_indices(THREE, responses, 3)} == {(1, 0)}


@pytest.mark.parametrize(
    ("total", "half", "chance", "significant"),
    [(0.5, 0.1, 0.3, True), (0.5, 0.1, 0.45, False), (0.5, 0.6, 0.0, False), (0.5, 0.1, float("nan"), False)],
)
def test_a_total_index_is_significant_if_its_interval_lies_above_the_share_of_chance(total, half, chance, significant):
    assert SobolIndices("fear.blame", 0, 0, 0.0, 0.0, total, half, chance).significant is significant


def test_the_share_of_chance_by_hand():
    """Two points with runs (0, 2) and (5, 3): means 1 and 4, variance 2.25; residuals ∓1 and ±1.

    The mean residual of each run is 0, so each point has variance 2 and the mean of two runs variance 1: 1 / 2.25.
    """
    responses = np.array([[0.0, 2.0], [5.0, 3.0]])[:, :, None, None]
    assert chance_share(responses)[0, 0] == pytest.approx(1.0 / 2.25)


def test_one_run_per_point_gives_no_share_of_chance():
    assert np.isnan(chance_share(np.ones((4, 1, 2, 3)))).all()
    assert chance_share(np.ones((4, 1, 2, 3))).shape == (2, 3)


def test_points_without_spread_have_no_share_of_chance():
    assert chance_share(np.ones((4, 3, 1, 1))).tolist() == [[0.0]]


def test_more_runs_lower_the_share_of_chance():
    generator = np.random.Generator(np.random.Philox(5))
    level, noise = generator.standard_normal(3000), generator.standard_normal((3000, 16))
    responses = (level[:, None] + noise)[:, :, None, None]
    few, many = chance_share(responses[:, :4])[0, 0], chance_share(responses)[0, 0]
    assert few == pytest.approx(0.2, rel=0.1), "1 / 4 of a variance of 1 + 1 / 4"
    assert many == pytest.approx(1.0 / 17.0, rel=0.1), "1 / 16 of a variance of 1 + 1 / 16"
