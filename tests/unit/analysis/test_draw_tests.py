"""Signs of draws by moderated t-tests: against closed forms, scipy, and the limits of equal and unrelated variances."""

import numpy as np
import pytest
from scipy.special import polygamma
from scipy.stats import t

from redbead.analysis.draw_tests import _inverse_trigamma, draw_means, draw_signs, prior_variance


def generator(seed=0):
    return np.random.Generator(np.random.Philox(seed))


def test_runs_are_reduced_to_mean_and_variance_of_each_draw():
    """Draw 2: runs 1 and 3, mean 2, variance 2. Draw 5: one run, whose variance is unknown and counts as 0."""
    draws = draw_means(np.array([1.0, 7.0, 3.0]), np.array([2, 5, 2]))
    assert draws.mean.tolist() == [2.0, 7.0]
    assert draws.runs.tolist() == [2, 1]
    assert draws.variance.tolist() == [2.0, 0.0]


@pytest.mark.parametrize("x", [0.01, 0.5, 3.0, 200.0])
def test_the_inverse_of_the_trigamma_function_is_inverse(x):
    assert _inverse_trigamma(float(polygamma(1, x))) == pytest.approx(x)


def test_equal_variances_are_pooled():
    """Two runs that differ by 2 in every draw: all variances are 2, and there is no sign of differing variances."""
    draws = draw_means(np.tile([0.0, 2.0], 8), np.repeat(np.arange(8), 2))
    assert prior_variance(draws) == (2.0, np.inf)


def test_the_pooled_test_is_that_of_scipy_with_the_degrees_of_freedom_of_all_draws():
    """Eight draws of two runs with variance 2: the standard error is 1, so the limit is t(0.975, 8) = 2.306."""
    for mean, sign in ((2.305, 0), (2.307, 1), (-2.307, -1)):
        draws = draw_means(np.tile([mean - 1.0, mean + 1.0], 8), np.repeat(np.arange(8), 2))
        assert t.ppf(0.975, 8) == pytest.approx(2.306, abs=1e-4)
        assert draw_signs(draws).tolist() == [sign] * 8


def test_the_prior_of_scaled_inverse_chi_square_variances_is_recovered():
    """[Smyth2004]_: variances 3 x 8 / chi-square(8) have the prior variance 3 with 8 degrees of freedom."""
    random = generator(2)
    spread = np.sqrt(3.0 * 8.0 / random.chisquare(8.0, 20_000))
    draw = np.repeat(np.arange(20_000), 4)
    variance, degrees = prior_variance(draw_means(spread[draw] * random.standard_normal(draw.size), draw))
    assert variance == pytest.approx(3.0, rel=0.03)
    assert degrees == pytest.approx(8.0, rel=0.1)


def test_draws_without_any_difference_stay_undecided_beside_draws_that_differ():
    """Half of the draws are equal in all runs. A pooled variance would be half of that of the other draws."""
    random = generator(3)
    values = np.concatenate([np.zeros(200), random.standard_normal(200)])
    signs = draw_signs(draw_means(values, np.repeat(np.arange(80), 5)))
    assert not signs[:40].any()
    assert abs(signs).mean() <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / 80)


def test_one_run_per_draw_shows_no_sign():
    assert not draw_signs(draw_means(np.arange(5.0), np.arange(5))).any()


def test_runs_without_any_variance_show_the_sign_of_their_difference():
    """A model without chance: two equal runs of each draw."""
    assert draw_signs(draw_means(np.repeat([1.0, -2.0, 0.0], 2), np.repeat(np.arange(3), 2))).tolist() == [1, -1, 0]
