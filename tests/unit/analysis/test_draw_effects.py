"""Effects in draws: variance components, signs and shares, against closed forms, SciPy and a mixed model."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import brentq
from scipy.special import polygamma

from redbead.analysis.draw_effects import (
    DrawStatistics,
    _inverse_trigamma,
    draw_shares,
    draw_signs,
    draw_statistics,
    predicted_effects,
    prior_variance,
    variance_components,
)


def generator(seed=0):
    return np.random.Generator(np.random.Philox(seed))


def components_of(values, draw):
    return variance_components(draw_statistics(values, draw))


def predictions(values, draw):
    return predicted_effects(draw_statistics(values, draw), components_of(values, draw))


# variance components


def test_components_of_a_hand_calculated_example():
    """Draws {1, 3}, {4, 6}, {7, 9}: MSW = 2, means 2, 5, 8, so MSB = 2 x 18 / 2 = 18 and (18 - 2) / 2 = 8."""
    components = components_of(np.array([1.0, 3.0, 4.0, 6.0, 7.0, 9.0]), np.array([0, 0, 1, 1, 2, 2]))
    assert (components.stochastic, components.parametric) == (2.0, 8.0)
    assert components.share == 0.8


def test_unequal_draws_use_the_mean_size_of_searle():
    """Draws {0}, {1, 2, 3}: MSW = 2 / 2 = 1, MSB = 1.5^2 + 3 x 0.5^2 = 3, and n0 = (4 - 10 / 4) / 1 = 1.5."""
    components = components_of(np.array([0.0, 1.0, 2.0, 3.0]), np.array([7, 2, 2, 2]))
    assert components.stochastic == pytest.approx(1.0)
    assert components.parametric == pytest.approx((3.0 - 1.0) / 1.5)


def test_variance_components_match_a_one_way_analysis_of_variance():
    """scipy's one-way F is MSB / MSW; with 4 runs per draw the parametric variance is (MSB - MSW) / 4."""
    random, draw = np.random.default_rng(1), np.repeat(np.arange(12), 4)
    values = random.normal(size=12)[draw] + random.normal(size=48)
    groups = [values[draw == d] for d in range(12)]
    within = np.mean([g.var(ddof=1) for g in groups])
    f = stats.f_oneway(*groups).statistic
    components = components_of(values, draw)
    assert components.stochastic == pytest.approx(within)
    assert components.parametric == pytest.approx(within * (f - 1) / 4)
    assert components.low < components.share < components.high


def test_balanced_components_equal_those_of_a_mixed_model_fitted_by_reml():
    """For balanced data, the estimates of the analysis of variance are those of restricted maximum likelihood."""
    models = pytest.importorskip("statsmodels.api")
    random, draw = np.random.default_rng(2), np.repeat(np.arange(15), 6)
    values = 3.0 * random.normal(size=15)[draw] + random.normal(size=90)
    fitted = models.MixedLM(values, np.ones((90, 1)), groups=draw).fit(reml=True)
    components = components_of(values, draw)
    assert components.stochastic == pytest.approx(fitted.scale, rel=1e-4)
    assert components.parametric == pytest.approx(float(np.ravel(fitted.cov_re)[0]), rel=1e-3)


def test_ends_of_the_share_are_where_the_f_test_just_rejects():
    """F = MSB / MSW = 9 with 2 and 3 degrees of freedom and two runs per draw: x = F / F_q, share (x - 1) / (x + 1)."""
    components = components_of(np.array([1.0, 3.0, 4.0, 6.0, 7.0, 9.0]), np.array([0, 0, 1, 1, 2, 2]))
    low, high = (9.0 / stats.f.ppf(q, 2, 3) for q in (0.975, 0.025))
    assert low < 1.0, "the data do not exclude that the draws are equal"
    assert components.low == 0.0
    assert components.high == pytest.approx((high - 1) / (high + 1))


def test_the_interval_of_the_parametric_share_has_its_nominal_coverage():
    """500 balanced batches with equal components: coverage 95 % within 6 standard errors (5.8 points)."""
    random, draw = np.random.default_rng(9), np.repeat(np.arange(20), 3)
    covered = 0
    for _ in range(500):
        components = components_of(random.normal(size=20)[draw] + random.normal(size=60), draw)
        covered += components.low <= 0.5 <= components.high
    assert abs(covered / 500 - 0.95) < 6 * np.sqrt(0.95 * 0.05 / 500)


batches = st.lists(st.integers(-50, 50), min_size=6, max_size=6).map(lambda numbers: np.array(numbers, dtype=float))
DRAW = np.array([0, 0, 1, 1, 2, 2])


@given(batches, st.integers(-99, 99), st.integers(1, 9))
def test_components_ignore_a_shift_and_follow_the_square_of_the_scale(values, shift, scale):
    components, changed = (components_of(v, DRAW) for v in (values, shift + scale * values))
    assert changed[:2] == pytest.approx((scale**2 * components.stochastic, scale**2 * components.parametric))
    assert changed.share == pytest.approx(components.share, nan_ok=True)


@given(batches, st.permutations(range(6)))
def test_components_do_not_depend_on_the_order_of_runs_or_the_numbers_of_draws(values, order):
    order = list(order)
    reordered = components_of(values[order], 90 - 7 * DRAW[order])
    assert reordered == pytest.approx(components_of(values, DRAW), nan_ok=True)


@given(batches)
def test_components_are_not_negative_and_the_share_is_theirs(values):
    assume(np.ptp(values) > 0)
    components = components_of(values, DRAW)
    assert components.stochastic >= 0.0
    assert components.parametric >= 0.0
    assert components.share == pytest.approx(components.parametric / (components.stochastic + components.parametric))
    assert 0.0 <= components.low <= components.share + 1e-12
    assert components.share <= components.high + 1e-12


def test_equal_means_of_draws_have_no_parametric_variance():
    """Draws {0, 2}, {1, 1}, {0, 2}: MSB = 0 < MSW, so the difference is cut off at 0."""
    components = components_of(np.array([0.0, 2.0, 1.0, 1.0, 0.0, 2.0]), DRAW)
    assert (components.parametric, components.share, components.low) == (0.0, 0.0, 0.0)


def test_runs_that_agree_within_every_draw_are_explained_entirely():
    components = components_of(np.array([1.0, 1.0, 5.0, 5.0]), np.array([0, 0, 1, 1]))
    assert components == (0.0, 8.0, 1.0, 1.0, 1.0)


def test_constant_values_have_no_variance_and_no_share():
    components = components_of(np.full(4, 3.0), np.array([0, 0, 1, 1]))
    assert components[:2] == (0.0, 0.0)
    assert np.isnan(components[2:]).all()


@pytest.mark.parametrize("draw", [[0, 1, 2, 3, 4], [0, 0, 0, 0, 0]], ids=["one run per draw", "one draw"])
def test_components_cannot_be_separated_without_repeated_draws(draw):
    assert np.isnan(components_of(np.arange(5.0), np.array(draw))).all()


# signs of draws


def test_runs_are_reduced_to_mean_and_variance_of_each_draw():
    """Draw 2: runs 1 and 3, mean 2, variance 2. Draw 5: one run, whose variance is unknown and counts as 0."""
    draws = draw_statistics(np.array([1.0, 7.0, 3.0]), np.array([2, 5, 2]))
    assert draws.mean.tolist() == [2.0, 7.0]
    assert draws.runs.tolist() == [2, 1]
    assert draws.variance.tolist() == [2.0, 0.0]


@pytest.mark.parametrize("x", [0.01, 0.5, 3.0, 200.0])
def test_the_inverse_of_the_trigamma_function_is_inverse(x):
    assert _inverse_trigamma(float(polygamma(1, x))) == pytest.approx(x)


def test_equal_variances_are_pooled():
    """Two runs that differ by 2 in every draw: all variances are 2, and there is no sign of differing variances."""
    draws = draw_statistics(np.tile([0.0, 2.0], 8), np.repeat(np.arange(8), 2))
    assert prior_variance(draws) == (2.0, np.inf)


def test_the_pooled_test_is_that_of_scipy_with_the_degrees_of_freedom_of_all_draws():
    """Eight draws of two runs with variance 2: the standard error is 1, so the limit is t(0.975, 8) = 2.306."""
    for mean, sign in ((2.305, 0), (2.307, 1), (-2.307, -1)):
        draws = draw_statistics(np.tile([mean - 1.0, mean + 1.0], 8), np.repeat(np.arange(8), 2))
        assert stats.t.ppf(0.975, 8) == pytest.approx(2.306, abs=1e-4)
        assert draw_signs(draws).tolist() == [sign] * 8


@pytest.mark.parametrize(("factor", "sign"), [(0.999, 0), (1.001, 1), (-1.001, -1)])
def test_draws_whose_variances_differ_are_tested_by_the_moderated_t(factor, sign):
    """Means beside the limit t(0.975, f) sqrt(v / n) with v = (d0 s0^2 + (n - 1) s^2) / (d0 + n - 1), for the prior
    s0^2 with d0 degrees. f is d0 + n - 1, at most the degrees of all draws (Smyth 2004, section 4).
    """
    runs, variance = np.array([2, 3, 4, 5, 6, 7]), np.array([0.1, 30.0, 1.0, 0.2, 8.0, 2.0])
    prior, d0 = prior_variance(DrawStatistics(np.zeros(6), runs, variance))
    assert 0.5 < d0 < 10.0
    moderated = (d0 * prior + (runs - 1) * variance) / (d0 + runs - 1)
    limit = stats.t.ppf(0.975, np.minimum(d0 + runs - 1, 21)) * np.sqrt(moderated / runs)
    assert draw_signs(DrawStatistics(factor * limit, runs, variance)).tolist() == [sign] * 6


def test_the_prior_of_scaled_inverse_chi_square_variances_is_recovered():
    """[Smyth2004]_: variances 3 x 8 / chi-square(8) have the prior variance 3 with 8 degrees of freedom."""
    random = generator(2)
    spread = np.sqrt(3.0 * 8.0 / random.chisquare(8.0, 20_000))
    draw = np.repeat(np.arange(20_000), 4)
    variance, degrees = prior_variance(draw_statistics(spread[draw] * random.standard_normal(draw.size), draw))
    assert variance == pytest.approx(3.0, rel=0.03)
    assert degrees == pytest.approx(8.0, rel=0.1)


def test_draws_without_any_difference_stay_undecided_beside_draws_that_differ():
    """Half of the draws are equal in all runs. A pooled variance would be half of that of the other draws."""
    random = generator(3)
    values = np.concatenate([np.zeros(200), random.standard_normal(200)])
    signs = draw_signs(draw_statistics(values, np.repeat(np.arange(80), 5)))
    assert not signs[:40].any()
    assert abs(signs).mean() <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / 80)


def test_one_run_per_draw_shows_no_sign():
    assert not draw_signs(draw_statistics(np.arange(5.0), np.arange(5))).any()


def test_runs_without_any_variance_show_the_sign_of_their_difference():
    """A model without chance: two equal runs of each draw."""
    assert draw_signs(draw_statistics(np.repeat([1.0, -2.0, 0.0], 2), np.repeat(np.arange(3), 2))).tolist() == [
        1,
        -1,
        0,
    ]


# shares of draws


def gains(random, between, runs, draws=60, mean=0.5):
    draw = np.repeat(np.arange(draws), runs)
    return mean + between * random.standard_normal(draws)[draw] + random.standard_normal(draw.size), draw


def test_three_parts_cover_all_draws():
    """Means 5, -5 and 0 with runs one apart from them: 4 draws are better, 2 worse and 6 undecided of 12."""
    means = np.repeat([5.0, -5.0, 0.0], [4, 2, 6])
    shares = draw_shares(np.repeat(means, 2) + np.tile([-1.0, 1.0], 12), np.repeat(np.arange(12), 2))
    assert (shares.draws, shares.better.mean, shares.worse.mean, shares.undecided.mean) == (12, 1 / 3, 1 / 6, 1 / 2)
    assert (shares.better.low, shares.better.high) == pytest.approx((0.1381, 0.6094), abs=1e-4), "Wilson (1927)"


def test_without_chance_the_share_is_that_of_the_normal_distribution():
    """Draws with the means 1 + 2 k and equal runs: no variance within, so tau is the standard deviation of means."""
    means = 1.0 + 2.0 * np.arange(-5, 15.0)
    shares = draw_shares(np.repeat(means, 4), np.repeat(np.arange(20), 4))
    assert shares.positive.mean == pytest.approx(stats.norm.cdf(means.mean() / means.std(ddof=1)))


def test_without_chance_the_interval_is_that_of_the_noncentral_t_distribution():
    """The ends are Phi(delta / sqrt n) for the delta at which t = sqrt(n) m / s is a 2.5 or 97.5 % point.

    The tolerance is four Monte Carlo errors of an end, each 1 % of the width.
    """
    means = 1.0 + 2.0 * np.arange(-5, 15.0)
    positive = draw_shares(np.repeat(means, 4), np.repeat(np.arange(20), 4)).positive
    t = math.sqrt(20) * means.mean() / means.std(ddof=1)
    low, high = (
        stats.norm.cdf(brentq(lambda delta, q=q: stats.nct.cdf(t, 19, delta) - q, -9, 19) / math.sqrt(20))
        for q in (0.975, 0.025)
    )
    assert (positive.low, positive.high) == pytest.approx((low, high), abs=0.04 * (high - low))


@pytest.mark.parametrize(("p", "may_be_all"), [(0.01, False), (0.05, True)])
def test_the_interval_contains_1_unless_an_f_test_shows_that_draws_differ(p, may_be_all):
    """Ten draws of two and ten of six runs, whose harmonic mean is 3: F = 3 x variance of the means / variance within.

    With 19 and 60 degrees of freedom it has the one-sided p-value p, and the upper end belongs to 2.5 %.
    """
    sizes = np.tile([2, 6], 10)
    within = sizes.sum() / 60  # runs one above and one below the mean of their draw
    spread = np.linspace(-1.0, 1.0, 20)
    spread *= math.sqrt(stats.f.isf(p, 19, 60) * within / 3.0) / spread.std(ddof=1)
    means = spread + 1.5 * spread.std(ddof=1)
    values = np.repeat(means, sizes) + np.tile([-1.0, 1.0], sizes.sum() // 2)
    high = draw_shares(values, np.repeat(np.arange(20), sizes)).positive.high
    assert (high == 1.0) is may_be_all


@pytest.mark.parametrize(("mean", "share"), [(0.5, 1.0), (-0.5, 0.0)])
def test_draws_that_differ_no_more_than_by_chance_are_all_better_or_all_worse(mean, share):
    """All draw means are equal, so that the estimate of the variance between draws is 0."""
    shares = draw_shares(np.tile([mean - 1.0, mean + 1.0, mean], 40), np.repeat(np.arange(40), 3))
    assert shares.positive.mean == share
    assert shares.positive.low <= share <= shares.positive.high


def test_an_unclear_mean_at_the_boundary_has_a_wide_interval():
    """The mean is a tenth of its standard error: nothing excludes a share of 0 or of 1."""
    shares = draw_shares(np.tile([-1.0, 1.0, 0.02], 40), np.repeat(np.arange(40), 3))
    assert (shares.positive.low, shares.positive.high) == (0.0, 1.0)


def test_runs_that_are_all_equal_have_no_share():
    shares = draw_shares(np.zeros(100), np.repeat(np.arange(20), 5))
    assert math.isnan(shares.positive.mean)
    assert shares.undecided.mean == 1.0


@pytest.mark.parametrize(("draws", "runs", "printed"), [(10, 5, True), (9, 10, False), (34, 3, True), (33, 3, False)])
def test_the_share_needs_ten_draws_and_a_hundred_pairs_of_runs_that_share_a_draw(draws, runs, printed):
    """10 draws x 10 pairs of 5 runs; 34 x 3 pairs of 3 runs."""
    shares = draw_shares(*gains(generator(1), 0.5, runs, draws))
    assert math.isfinite(shares.positive.mean) is printed


def test_one_run_per_draw_gives_nothing():
    assert draw_shares(*gains(generator(1), 0.5, 1)) is None


@pytest.mark.parametrize(("draws", "runs"), [(60, 3), (60, 5), (60, 10), (34, 3), (10, 5), (100, 2)])
@pytest.mark.parametrize(("between", "truth"), [(0.0, 1.0), (0.5, stats.norm.cdf(1.0))])
def test_the_mean_error_is_within_three_points(draws, runs, between, truth):
    """An advantage of half a standard deviation in every draw (100 % better), or with half of it between (84.1 %).

    The share of draws whose mean is above 0 has 81 and 74 % with 60 draws of 3 runs.
    """
    random = generator(runs)
    errors = [draw_shares(*gains(random, between, runs, draws)).positive.mean - truth for _ in range(80)]
    assert abs(np.mean(errors)) <= 0.03 + 2 * np.std(errors) / math.sqrt(80)


def test_a_prediction_shrinks_by_the_share_of_variance_that_is_not_chance():
    """Gains 2, 5 and -1 with variance 2 within draws and 8 between (Searle): the weight is 8 / (8 + 2 / 2) = 8/9."""
    predicted = predictions(np.array([1.0, 3.0, 4.0, 6.0, -2.0, 0.0]), np.repeat(np.arange(3), 2))
    assert predicted == pytest.approx([2.0, 2.0 + 8 / 3, 2.0 - 8 / 3])


def test_without_variance_between_draws_all_predictions_are_equal():
    predicted = predictions(np.array([-1.0, 3.0, -2.0, 3.5]), np.array([0, 0, 1, 1]))
    assert predicted == pytest.approx([0.875, 0.875])


def test_runs_that_are_all_equal_predict_themselves():
    assert predictions(np.full(4, 3.0), np.array([0, 0, 1, 1])).tolist() == [3.0, 3.0]


def test_one_run_per_draw_is_its_own_prediction():
    assert predictions(np.array([1.0, -2.0]), np.arange(2)).tolist() == [1.0, -2.0]
