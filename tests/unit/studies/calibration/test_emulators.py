"""Emulators compared with least squares, hand calculations and scikit-learn, and the properties of implausibility."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from redbead.analysis.estimates import Estimate
from redbead.exceptions import BadInputError
from redbead.studies.calibration.emulators import (
    Emulator,
    TrialPoint,
    features_of,
    fit,
    latin_hypercube,
    log_likelihood,
    worst_implausibility,
)
from redbead.studies.targets.results import implausibility
from redbead.studies.targets.spec import Target

UNIT = st.floats(0.0, 1.0)


def target(name="caseload", value=0.5, low=0.4, high=0.6):
    return Target(name, name, "share", value, low, high, "", "assumed", "k", "planted")


def emulator(target_, slopes, intercept, error_variance=0.0, noise_variance=0.0):
    """Emulator of a linear function of the centred coordinates 2 u - 1, without quadratic terms."""
    free = len(slopes)
    coefficients = np.zeros(free + free * (free + 1) // 2)
    coefficients[:free] = slopes
    return Emulator(target_, coefficients, intercept, error_variance, noise_variance, 1.0)


def trials_of(units, values, error=0.0, name="caseload"):
    """One trial per point, with given levels and one standard error."""
    return [
        TrialPoint(unit, {name: Estimate(value, value, value, error, 9)})
        for unit, value in zip(units, values, strict=True)
    ]


@pytest.mark.parametrize("measured", [0, 1, 4])
def test_a_target_that_too_few_points_measure_is_refused(measured):
    values = [0.5] * measured + [math.nan] * (9 - measured)
    trials = trials_of(np.linspace(0, 1, 9)[:, None], values)
    with pytest.raises(BadInputError) as caught:
        fit([target()], trials)
    assert f"targets: caseload was measured at {measured} of 9 points" in str(caught.value)
    assert "An emulator needs at least 5" in str(caught.value)
    assert "The runs so far are stored" in str(caught.value)


def test_all_targets_that_cannot_be_measured_are_listed():
    units = np.linspace(0, 1, 9)[:, None]
    nothing = Estimate(math.nan, math.nan, math.nan, math.nan, 0)
    trials = [
        TrialPoint(unit, {"a": nothing, "b": Estimate(u, u, u, 0.1, 9), "c": nothing})
        for unit, u in zip(units, units[:, 0], strict=True)
    ]
    with pytest.raises(BadInputError) as caught:
        fit([target("a"), target("b"), target("c")], trials)
    assert [problem.key for problem in caught.value.problems] == ["a", "c"]
    assert len(fit([target("b")], trials)) == 1


# features


def test_features_are_linear_squared_and_mixed_terms_of_centred_coordinates():
    """The point (1, 0.25) is (1, -0.5) when centred: terms 1, -0.5, then 1, -0.5 and 0.25."""
    assert features_of(np.array([1.0, 0.25])).tolist() == [[1.0, -0.5, 1.0, -0.5, 0.25]]


@pytest.mark.parametrize("free", [1, 2, 3, 7])
def test_the_number_of_features_is_that_of_a_full_quadratic(free):
    """`free` linear terms, and free (free + 1) / 2 squares and products."""
    assert features_of(np.full((4, free), 0.3)).shape == (4, free + math.comb(free + 1, 2))


def test_all_features_are_0_at_the_centre_of_the_cube():
    assert not features_of(np.full((1, 5), 0.5)).any()


@given(st.lists(UNIT, min_size=2, max_size=4))
def test_reflecting_a_point_changes_the_sign_of_linear_terms_only(unit):
    point = np.array(unit)
    free = len(point)
    first, mirrored = features_of(point)[0], features_of(1.0 - point)[0]
    assert mirrored[:free] == pytest.approx(-first[:free], abs=1e-12)
    assert mirrored[free:] == pytest.approx(first[free:], abs=1e-12)


# fit


def test_a_prediction_is_the_intercept_plus_the_weighted_features():
    """3 + 2 (2 u - 1) at 0, 0.5 and 1."""
    known = emulator(target(), [2.0], 3.0)
    assert known.predict(features_of(np.array([[0.0], [0.5], [1.0]]))).tolist() == [1.0, 3.0, 5.0]


def test_without_error_the_fit_equals_least_squares():
    """With exact values of a quadratic, shrinkage vanishes and the fit is that of NumPy's least squares."""
    units = latin_hypercube(40, 2, 5)
    values = 2.0 + units[:, 0] - 3.0 * units[:, 0] * units[:, 1] + 0.5 * units[:, 1] ** 2
    design = np.hstack([features_of(units), np.ones((40, 1))])
    expected = np.linalg.lstsq(design, values, rcond=None)[0]
    (fitted,) = fit([target()], trials_of(units, values))
    assert fitted.coefficients == pytest.approx(expected[:-1], abs=1e-3)
    assert fitted.intercept == pytest.approx(expected[-1], abs=1e-3)


def test_the_fit_does_not_depend_on_the_unit_of_the_level():
    """Levels a thousand times as large have coefficients a thousand times as large, and the same share explained."""
    units = latin_hypercube(50, 2, 6)
    noise = np.random.Generator(np.random.Philox(3)).standard_normal(50)
    values = units[:, 0] + 0.2 * noise
    (small,), (large,) = (fit([target()], trials_of(units, k * values, 0.1 * k)) for k in (1.0, 1000.0))
    assert large.coefficients == pytest.approx(1000.0 * small.coefficients, rel=1e-6, abs=1e-6)
    assert large.explained == pytest.approx(small.explained, abs=1e-9)
    assert large.noise_variance == pytest.approx(1e6 * small.noise_variance)
    assert large.error_variance == pytest.approx(1e6 * small.error_variance, rel=1e-6)


def test_the_noise_variance_is_the_mean_squared_standard_error():
    """Standard errors 0.1 and 0.3 in halves of the trials: (0.01 + 0.09) / 2; an unknown error is left out."""
    units = latin_hypercube(20, 1, 1)
    errors = [*([0.1] * 9), math.nan, *([0.3] * 9), math.nan]
    trials = [TrialPoint(u, {"caseload": Estimate(u[0], 0, 1, e, 9)}) for u, e in zip(units, errors, strict=True)]
    assert fit([target()], trials)[0].noise_variance == pytest.approx(0.05)


def test_errors_that_sampling_explains_are_not_errors_of_the_emulator():
    """Sampling error with standard deviation 0.1: the misfit is near 0 if the runs report it, and 0.01 if not."""
    units = latin_hypercube(400, 1, 2)
    values = units[:, 0] + 0.1 * np.random.Generator(np.random.Philox(8)).standard_normal(400)
    reported, unreported = (fit([target()], trials_of(units, values, error))[0] for error in (0.1, 0.0))
    assert reported.error_variance < 0.002
    assert unreported.error_variance == pytest.approx(0.01, rel=0.25)


def test_the_error_variance_is_never_negative():
    units = latin_hypercube(30, 1, 2)
    (fitted,) = fit([target()], trials_of(units, units[:, 0], error=5.0))
    assert fitted.error_variance == 0.0


def test_a_level_that_is_not_quadratic_widens_the_emulator():
    """A sine with two full periods is out of reach of a quadratic; the misfit is about its variance, 1 / 2."""
    units = latin_hypercube(200, 1, 4)
    (fitted,) = fit([target()], trials_of(units, np.sin(4.0 * np.pi * units[:, 0])))
    assert fitted.error_variance == pytest.approx(0.5, rel=0.2)
    assert fitted.explained < 0.2


def test_pure_noise_is_not_explained():
    """Cross-validation reveals that the features do not predict: the share explained is 0 or below, but for chance."""
    units = latin_hypercube(150, 3, 4)
    (fitted,) = fit([target()], trials_of(units, np.random.Generator(np.random.Philox(1)).standard_normal(150)))
    assert -0.3 < fitted.explained < 0.1


def test_trials_without_the_level_are_ignored_for_that_level_only():
    units = latin_hypercube(60, 2, 1)
    trials = [
        TrialPoint(
            unit,
            {"caseload": Estimate(math.nan if k % 3 == 0 else unit[0], 0, 1, 0.0, 9),
             "vacancy_rate": Estimate(unit[1], 0, 1, 0.0, 9)},
        )
        for k, unit in enumerate(units)
    ]  # fmt: skip
    first, second = fit([target("caseload"), target("vacancy_rate")], trials)
    alone = fit([target("caseload")], [trial for k, trial in enumerate(trials) if k % 3])[0]
    assert first.coefficients.tolist() == alone.coefficients.tolist()
    assert second.predict(features_of(units)) == pytest.approx(units[:, 1], abs=1e-3)


def test_a_constant_level_is_predicted_everywhere():
    units = latin_hypercube(30, 2, 1)
    (fitted,) = fit([target()], trials_of(units, np.full(30, 0.7)))
    assert fitted.predict(features_of(latin_hypercube(5, 2, 2))) == pytest.approx(np.full(5, 0.7))
    assert fitted.error_variance == pytest.approx(0.0, abs=1e-12)


def test_the_same_trials_give_the_same_emulator():
    units = latin_hypercube(40, 2, 9)
    values = np.exp(units.sum(axis=1))
    first, second = (fit([target()], trials_of(units, values, 0.01))[0] for _ in range(2))
    assert first.coefficients.tobytes() == second.coefficients.tobytes()
    assert first[2:] == second[2:]


def test_emulators_have_the_order_of_the_targets():
    units = latin_hypercube(20, 1, 9)
    trials = [TrialPoint(u, {n: Estimate(u[0], 0, 1, 0.0, 9) for n in ("caseload", "agency_rate")}) for u in units]
    names = [item.target.name for item in fit([target("agency_rate"), target("caseload")], trials)]
    assert names == ["agency_rate", "caseload"]


# implausibility and likelihood


def test_the_end_of_a_band_is_two_standard_deviations_away_on_either_side():
    """An asymmetric band, 0.3 to 0.7 around 0.4: the level is u, so that each end has implausibility 2."""
    level = emulator(target(value=0.4, low=0.3, high=0.7), [0.5], 0.5)
    ends = np.array([[0.3], [0.4], [0.7], [0.55]])
    assert worst_implausibility([level], ends) == pytest.approx([2.0, 0.0, 2.0, 1.0])


@given(st.floats(0.0, 0.5))
def test_implausibility_is_symmetric_for_a_symmetric_band(distance):
    level = emulator(target(), [0.5], 0.5)
    below, above = worst_implausibility([level], np.array([[0.5 - distance], [0.5 + distance]]))
    assert below == pytest.approx(above, abs=1e-12)


@given(UNIT, st.floats(0.05, 0.3), st.floats(0.05, 0.3))
def test_implausibility_equals_that_of_a_comparison_with_targets(unit, below, above):
    """Both functions state the same definition: one for arrays of points, one for a single level."""
    aim = target(low=0.5 - below, high=0.5 + above)
    (worst,) = worst_implausibility([emulator(aim, [0.5], 0.5)], np.array([[unit]]))
    assert worst == pytest.approx(abs(implausibility(aim, unit, 0.0)), abs=1e-9)


def test_the_worst_level_determines_the_implausibility():
    first = emulator(target(), [0.5, 0.0], 0.5)
    second = emulator(target("vacancy_rate"), [0.0, 0.5], 0.5)
    points = np.array([[0.6, 0.5], [0.5, 0.3], [0.55, 0.6]])
    assert worst_implausibility([first, second], points) == pytest.approx([2.0, 4.0, 2.0])


def test_log_likelihoods_of_levels_add():
    first = emulator(target(), [0.5, 0.0], 0.5)
    second = emulator(target("vacancy_rate"), [0.0, 0.5], 0.5)
    points = latin_hypercube(10, 2, 1)
    both = log_likelihood([first, second], points)
    assert both == pytest.approx(log_likelihood([first], points) + log_likelihood([second], points))


@given(UNIT)
def test_the_log_likelihood_is_that_of_a_normal_distribution(unit):
    """Band 0.4 to 0.6 around 0.5 (sd 0.05), emulator variance 0.0144 and sampling variance 0.01."""
    level = emulator(target(), [0.5], 0.5, error_variance=0.0144, noise_variance=0.01)
    for noisy, variance in ((False, 0.0025 + 0.0144), (True, 0.0025 + 0.0144 + 0.01)):
        density = stats.norm(0.5, math.sqrt(variance))
        (observed,) = log_likelihood([level], np.array([[unit]]), noisy=noisy)
        assert observed == pytest.approx(density.logpdf(unit) - density.logpdf(0.5), abs=1e-9)


@given(UNIT, UNIT)
def test_an_error_variance_never_increases_contrast_between_points(first, second):
    """The wider the emulator, the less the likelihood separates two points."""
    points = np.array([[first], [second]])
    sharp, wide = (
        np.ptp(log_likelihood([emulator(target(), [0.5], 0.5, error_variance=v)], points)) for v in (0.0, 0.1)
    )
    assert wide <= sharp + 1e-12


def test_the_likelihood_is_largest_where_the_level_equals_the_published_figure():
    points = np.linspace(0.0, 1.0, 101)[:, None]
    level = emulator(target(value=0.37, low=0.3, high=0.6), [0.5], 0.5)
    assert points[np.argmax(log_likelihood([level], points)), 0] == pytest.approx(0.37)
