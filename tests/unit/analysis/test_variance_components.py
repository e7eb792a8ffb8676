"""Variance within and between draws, against sums worked by hand, SciPy and a mixed model of statsmodels."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from redbead.analysis.variance_components import variance_components


def test_components_of_a_hand_calculated_example():
    """Draws {1, 3}, {4, 6}, {7, 9}: MSW = 2, means 2, 5, 8, so MSB = 2 x 18 / 2 = 18 and (18 - 2) / 2 = 8."""
    components = variance_components(np.array([1.0, 3.0, 4.0, 6.0, 7.0, 9.0]), np.array([0, 0, 1, 1, 2, 2]))
    assert (components.stochastic, components.parametric) == (2.0, 8.0)
    assert components.share == 0.8


def test_unequal_draws_use_the_mean_size_of_searle():
    """Draws {0}, {1, 2, 3}: MSW = 2 / 2 = 1, MSB = 1.5^2 + 3 x 0.5^2 = 3, and n0 = (4 - 10 / 4) / 1 = 1.5."""
    components = variance_components(np.array([0.0, 1.0, 2.0, 3.0]), np.array([7, 2, 2, 2]))
    assert components.stochastic == pytest.approx(1.0)
    assert components.parametric == pytest.approx((3.0 - 1.0) / 1.5)


def test_variance_components_match_a_one_way_analysis_of_variance():
    """scipy's one-way F is MSB / MSW; with 4 runs per draw the parametric variance is (MSB - MSW) / 4."""
    random, draw = np.random.default_rng(1), np.repeat(np.arange(12), 4)
    values = random.normal(size=12)[draw] + random.normal(size=48)
    groups = [values[draw == d] for d in range(12)]
    within = np.mean([g.var(ddof=1) for g in groups])
    f = stats.f_oneway(*groups).statistic
    components = variance_components(values, draw)
    assert components.stochastic == pytest.approx(within)
    assert components.parametric == pytest.approx(within * (f - 1) / 4)
    assert components.low < components.share < components.high


def test_balanced_components_equal_those_of_a_mixed_model_fitted_by_reml():
    """For balanced data, the estimates of the analysis of variance are those of restricted maximum likelihood."""
    models = pytest.importorskip("statsmodels.api")
    random, draw = np.random.default_rng(2), np.repeat(np.arange(15), 6)
    values = 3.0 * random.normal(size=15)[draw] + random.normal(size=90)
    fitted = models.MixedLM(values, np.ones((90, 1)), groups=draw).fit(reml=True)
    components = variance_components(values, draw)
    assert components.stochastic == pytest.approx(fitted.scale, rel=1e-4)
    assert components.parametric == pytest.approx(float(np.ravel(fitted.cov_re)[0]), rel=1e-3)


def test_ends_of_the_share_are_where_the_f_test_just_rejects():
    """F = MSB / MSW = 9 with 2 and 3 degrees of freedom and two runs per draw: x = F / F_q, share (x - 1) / (x + 1)."""
    components = variance_components(np.array([1.0, 3.0, 4.0, 6.0, 7.0, 9.0]), np.array([0, 0, 1, 1, 2, 2]))
    low, high = (9.0 / stats.f.ppf(q, 2, 3) for q in (0.975, 0.025))
    assert low < 1.0, "the data do not exclude that the draws are equal"
    assert components.low == 0.0
    assert components.high == pytest.approx((high - 1) / (high + 1))


def test_the_interval_of_the_parametric_share_has_its_nominal_coverage():
    """500 balanced batches with equal components: coverage 95 % within 6 standard errors (5.8 points)."""
    random, draw = np.random.default_rng(9), np.repeat(np.arange(20), 3)
    covered = 0
    for _ in range(500):
        components = variance_components(random.normal(size=20)[draw] + random.normal(size=60), draw)
        covered += components.low <= 0.5 <= components.high
    assert abs(covered / 500 - 0.95) < 6 * np.sqrt(0.95 * 0.05 / 500)


batches = st.lists(st.integers(-50, 50), min_size=6, max_size=6).map(lambda numbers: np.array(numbers, dtype=float))
DRAW = np.array([0, 0, 1, 1, 2, 2])


@given(batches, st.integers(-99, 99), st.integers(1, 9))
def test_components_ignore_a_shift_and_follow_the_square_of_the_scale(values, shift, scale):
    components, changed = (variance_components(v, DRAW) for v in (values, shift + scale * values))
    assert changed[:2] == pytest.approx((scale**2 * components.stochastic, scale**2 * components.parametric))
    assert changed.share == pytest.approx(components.share, nan_ok=True)


@given(batches, st.permutations(range(6)))
def test_components_do_not_depend_on_the_order_of_runs_or_the_numbers_of_draws(values, order):
    order = list(order)
    reordered = variance_components(values[order], 90 - 7 * DRAW[order])
    assert reordered == pytest.approx(variance_components(values, DRAW), nan_ok=True)


@given(batches)
def test_components_are_not_negative_and_the_share_is_theirs(values):
    assume(np.ptp(values) > 0)
    components = variance_components(values, DRAW)
    assert components.stochastic >= 0.0
    assert components.parametric >= 0.0
    assert components.share == pytest.approx(components.parametric / (components.stochastic + components.parametric))
    assert 0.0 <= components.low <= components.share + 1e-12
    assert components.share <= components.high + 1e-12


def test_equal_means_of_draws_have_no_parametric_variance():
    """Draws {0, 2}, {1, 1}, {0, 2}: MSB = 0 < MSW, so the difference is cut off at 0."""
    components = variance_components(np.array([0.0, 2.0, 1.0, 1.0, 0.0, 2.0]), DRAW)
    assert (components.parametric, components.share, components.low) == (0.0, 0.0, 0.0)


def test_runs_that_agree_within_every_draw_are_explained_entirely():
    components = variance_components(np.array([1.0, 1.0, 5.0, 5.0]), np.array([0, 0, 1, 1]))
    assert components == (0.0, 8.0, 1.0, 1.0, 1.0)


def test_constant_values_have_no_variance_and_no_share():
    components = variance_components(np.full(4, 3.0), np.array([0, 0, 1, 1]))
    assert components[:2] == (0.0, 0.0)
    assert np.isnan(components[2:]).all()


@pytest.mark.parametrize("draw", [[0, 1, 2, 3, 4], [0, 0, 0, 0, 0]], ids=["one run per draw", "one draw"])
def test_components_cannot_be_separated_without_repeated_draws(draw):
    assert np.isnan(variance_components(np.arange(5.0), np.array(draw))).all()
