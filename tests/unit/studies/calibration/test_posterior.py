"""Posterior summaries compared with NumPy quantiles and hand calculations."""

import math

import numpy as np
import pytest

from redbead import parameters
from redbead.analysis.estimates import Estimate
from redbead.scenario.scenario import Scenario
from redbead.studies.calibration.emulators import TrialPoint
from redbead.studies.calibration.history_matching import CalibrationFit
from redbead.studies.calibration.spec import Calibration, FreeParameter
from redbead.studies.calibration.study import (
    CORRELATED_ABOVE,
    correlated_pairs,
    ensemble_frame,
    parameters_frame,
    plausible_points,
    posterior_summaries,
)
from redbead.studies.targets.spec import Target, TargetSet

FREE = (
    FreeParameter("staffing.leaving", 0.05, 0.25),
    FreeParameter("fear.blame", 0.0, 0.8),
    FreeParameter("fear.floor", 0.0, 0.5),
)
TARGET = Target("c", "caseload", "cases/worker", 16.0, 15.0, 17.0, "", "measured", "k", "d")


def fit_of(units, levels=None, central=None, free=None):
    """A finished calibration with the confirmed sets `units`; levels inside the band unless given."""
    units = np.asarray(units, dtype=float)
    values = [16.0] * len(units) if levels is None else levels
    trials = tuple(
        TrialPoint(unit, {"caseload": Estimate(value, value, value, 0.0, 9)})
        for unit, value in zip(units, values, strict=True)
    )
    free = FREE[: units.shape[1]] if free is None else free
    calibration = Calibration("c", "c", Scenario(), TargetSet("t", "t", (TARGET,)), free)
    middle = TrialPoint(np.full(units.shape[1], 0.5) if central is None else np.asarray(central), {})
    return CalibrationFit(calibration, trials, (), trials, middle)


def line(spread, points=101):
    """Evenly spaced values around 0.5 that reach from 0.5 - spread to 0.5 + spread."""
    return 0.5 + spread * np.linspace(-1.0, 1.0, points)


def test_the_interval_contains_the_central_95_per_cent_of_the_plausible_sets():
    """Evenly spaced sets from 0 to 1: quantiles 0.025, 0.5 and 0.975 of a range from 0.05 to 0.25."""
    (item,) = posterior_summaries(fit_of(line(0.5)[:, None]))
    assert (item.after_low, item.median, item.after_high) == pytest.approx((0.055, 0.15, 0.245))
    assert (item.low, item.high) == (0.05, 0.25)


def test_sets_over_the_whole_range_keep_all_of_the_standard_deviation():
    """The standard deviation of evenly spaced sets is that of the uniform distribution, 12^-0.5, but for the ends."""
    (item,) = posterior_summaries(fit_of(line(0.5, 2001)[:, None]))
    assert item.remaining_sd == pytest.approx(1.0, abs=0.002)
    assert item.verdict == "not identified"


@pytest.mark.cases(
    ("share", "verdict"),
    [
        (0.1, "identified"),
        (0.39, "identified"),
        (0.42, "narrowed"),
        (0.78, "narrowed"),
        (0.82, "not identified"),
    ],
)
def test_the_verdict_follows_the_remaining_standard_deviation(share, verdict):
    (item,) = posterior_summaries(fit_of(line(share / 2, 4001)[:, None]))
    assert item.remaining_sd == pytest.approx(share, rel=0.001)
    assert item.verdict == verdict
    row = item.as_row()
    assert row["left"] == item.remaining_sd
    assert "remaining_sd" not in row


def test_summaries_are_ordered_by_how_far_the_targets_narrow_them():
    units = np.stack([line(0.4), line(0.1), line(0.25)], axis=1)
    assert [item.path for item in posterior_summaries(fit_of(units))] == [
        "fear.blame",
        "fear.floor",
        "staffing.leaving",
    ]


def test_the_centre_is_the_value_of_the_fitted_scenario():
    items = {item.path: item.centre for item in posterior_summaries(fit_of(np.stack([line(0.1)] * 2, 1), None, [0, 1]))}
    assert items == pytest.approx({"staffing.leaving": 0.05, "fear.blame": 0.8})


def test_only_sets_inside_every_band_are_plausible():
    fitted = fit_of([[0.1], [0.2], [0.9]], [16.5, 14.9, 15.0])
    assert plausible_points(fitted).ravel().tolist() == [0.1, 0.9]
    assert ensemble_frame(fitted)["staffing.leaving"].tolist() == pytest.approx([0.07, 0.23])


def test_all_confirmed_sets_are_summarised_if_fewer_than_two_are_plausible():
    fitted = fit_of([[0.1], [0.2], [0.9]], [16.0, 20.0, 20.0])
    assert len(fitted.ensemble) == 1
    assert plausible_points(fitted).ravel().tolist() == [0.1, 0.2, 0.9]


def test_a_missing_level_is_not_plausible():
    fitted = fit_of([[0.1], [0.2], [0.9]], [16.0, math.nan, 16.0])
    assert plausible_points(fitted).ravel().tolist() == [0.1, 0.9]


# correlated pairs


def test_perfectly_related_parameters_are_reported_with_their_sign():
    x = line(0.4)
    pairs = list(correlated_pairs(fit_of(np.stack([x, 1.0 - x], axis=1))))
    assert [(pair.first, pair.second) for pair in pairs] == [("staffing.leaving", "fear.blame")]
    assert pairs[0].correlation == pytest.approx(-1.0)


def test_pairs_are_ordered_by_the_size_of_the_correlation():
    """Hand-made: the first and second are equal, the third follows the first with an added wave."""
    x = np.linspace(0.1, 0.9, 40)
    wave = np.tile([0.09, -0.09], 20)
    units = np.stack([x, x, 0.9 * x + wave], axis=1)
    pairs = list(correlated_pairs(fit_of(units)))
    sizes = [abs(pair.correlation) for pair in pairs]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == pytest.approx(1.0)
    expected = np.corrcoef(units.T)
    assert pairs[1].correlation == pytest.approx(expected[0, 2])
    assert len(pairs) == 3


def test_weakly_related_parameters_are_not_reported():
    generator = np.random.Generator(np.random.Philox(2))
    first = generator.random(400)
    second = 0.3 * first + 0.7 * generator.random(400)
    assert np.corrcoef(first, second)[0, 1] < CORRELATED_ABOVE
    assert list(correlated_pairs(fit_of(np.stack([first, second], axis=1)))) == []


def test_too_few_sets_have_no_correlations():
    """Two sets in two dimensions always lie on a line."""
    assert list(correlated_pairs(fit_of([[0.1, 0.2], [0.3, 0.4]]))) == []


def test_a_single_parameter_has_no_pairs():
    assert list(correlated_pairs(fit_of(line(0.4)[:, None]))) == []


# tables


def test_the_table_of_parameters_states_unit_and_default_of_each():
    table = parameters_frame(fit_of(np.stack([line(0.4), line(0.1), line(0.2)], axis=1)))
    register = parameters.register()
    assert list(table.columns[:3]) == ["path", "unit", "default"]
    for row in table.itertuples():
        assert row.unit == register[row.path].param.unit
        assert row.default == register[row.path].default


def test_the_table_of_plausible_sets_has_one_column_per_parameter_in_file_order():
    table = ensemble_frame(fit_of([[0.0, 0.5, 1.0], [1.0, 0.5, 0.0]]))
    assert list(table.columns) == [free.path for free in FREE]
    assert table.to_numpy() == pytest.approx(np.array([[0.05, 0.4, 0.5], [0.25, 0.4, 0.0]]))
