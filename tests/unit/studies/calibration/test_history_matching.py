"""Calibration of a function with known parameters: identified parameters are recovered, others are reported."""

import dataclasses

import numpy as np
import pytest

from redbead.analysis.estimates import Estimate
from redbead.scenario.scenario import Scenario
from redbead.studies.calibration import emulators, results
from redbead.studies.calibration.emulators import (
    TrialPoint,
    features_of,
    fit,
    latin_hypercube,
    log_likelihood,
    sample_density,
    worst_implausibility,
)
from redbead.studies.calibration.history_matching import (
    CalibrationFit,
    calibrate,
    central_candidates,
    is_plausible,
    unmet_targets,
    worst_level,
)
from redbead.studies.calibration.results import correlated_pairs, posterior_summaries
from redbead.studies.calibration.spec import Calibration, FreeParameter
from redbead.studies.targets.spec import Target, TargetSet

FREE = (
    FreeParameter("staffing.leaving", 0.05, 0.25),
    FreeParameter("demand.arrivals", 0.3, 0.4),
    FreeParameter("fear.blame", 0.0, 0.8),
)
TRUTH = np.array([0.3, 0.6, 0.5])
STANDARD_ERROR = 0.01


def target(name, value, width):
    return Target(name, name, "share", value, value - width, value + width, "", "assumed", "k", "planted")


def true_levels(units):
    """Two levels: the first is a curve of the first parameter; the second is the sum of the other two."""
    return np.stack([units[:, 0] + 0.3 * units[:, 0] ** 2, units[:, 1] + units[:, 2]], axis=1)


def calibration(**more):
    targets = true_levels(TRUTH[None, :])[0]
    targets = TargetSet(
        "planted", "planted", (target("caseload", targets[0], 0.1), target("vacancy_rate", targets[1], 0.1))
    )
    return Calibration("planted", "planted", Scenario(), targets, FREE, waves=2, points=60, runs=9, keep=60, **more)


def run_trials(wave, points, runs):
    """Run the known function: its levels, with a known standard error."""
    noise = np.random.Generator(np.random.Philox(wave + 5)).standard_normal((len(points), 2))
    levels = true_levels(points) + STANDARD_ERROR * noise
    return [
        {name: Estimate(value, value - STANDARD_ERROR, value + STANDARD_ERROR, STANDARD_ERROR, runs)
         for name, value in zip(("caseload", "vacancy_rate"), row, strict=True)}
        for row in levels
    ]  # fmt: skip


@pytest.fixture(scope="module")
def fitted():
    return calibrate(calibration(), run_trials)


def test_a_parameter_that_the_data_determine_is_identified(fitted):
    item = next(n for n in posterior_summaries(fitted) if n.path == "staffing.leaving")
    truth = 0.05 + 0.2 * TRUTH[0]
    assert item.after_low < truth < item.after_high
    assert item.verdict == "identified"


def test_parameters_known_only_by_their_sum_are_reported_as_a_pair(fitted):
    summaries = {item.path: item for item in posterior_summaries(fitted)}
    assert summaries["demand.arrivals"].verdict != "identified"
    assert summaries["fear.blame"].verdict != "identified"
    (pair,) = correlated_pairs(fitted)
    assert {pair.first, pair.second} == {"demand.arrivals", "fear.blame"}
    assert pair.correlation < -0.9


def test_the_ensemble_contains_only_plausible_sets_and_most_confirmed_sets(fitted):
    targets = fitted.calibration.targets.fitted
    assert all(is_plausible(targets, trial) for trial in fitted.ensemble)
    assert len(fitted.ensemble) > 0.6 * len(fitted.confirmed)


def test_the_fitted_scenario_meets_every_target(fitted):
    assert unmet_targets(fitted.calibration.targets.fitted, fitted.central) == []


def test_the_same_seed_gives_the_same_sets(monkeypatch):
    """A small calibration: one wave of 30 points, a tenth of the usual chain, and 10 confirmed sets."""
    monkeypatch.setattr(emulators, "STEPS", emulators.STEPS // 10)
    monkeypatch.setattr(emulators, "BURN_IN", emulators.BURN_IN // 10)
    small = dataclasses.replace(calibration(), waves=1, points=30, keep=10)
    first, second = (calibrate(small, run_trials).confirmed for _ in range(2))
    assert len(first) == 10
    assert [trial.unit.tolist() for trial in first] == [trial.unit.tolist() for trial in second]


def test_held_parameters_keep_their_value_in_the_fitted_scenario(fitted):
    """With the third parameter held, the sum determines the second: 1.1 minus the third."""
    c = calibration(held=("fear.blame",))
    held = (Scenario().value("fear.blame") - 0.0) / 0.8
    for point in central_candidates(c, fitted.emulators, fitted.trials):
        assert c.values(point)["fear.blame"] == pytest.approx(Scenario().value("fear.blame"))
        assert point[1] == pytest.approx(TRUTH[1:].sum() - held, abs=0.05)


def test_the_worst_level_is_the_largest_implausibility():
    targets = [target("caseload", 0.5, 0.1), target("vacancy_rate", 0.5, 0.2)]
    trial = TrialPoint(np.zeros(1), {"caseload": Estimate(0.55, 0, 1, 0, 9), "vacancy_rate": Estimate(0.3, 0, 1, 0, 9)})
    assert worst_level(targets, trial) == pytest.approx(2.0)


def test_a_level_outside_its_band_within_sampling_error_is_accepted():
    aim = target("caseload", 0.5, 0.1)
    for value, missed in ((0.6, []), (0.615, []), (0.63, ["caseload"])):
        assert unmet_targets([aim], TrialPoint(np.zeros(1), {"caseload": Estimate(value, 0, 1, 0.01, 9)})) == missed


def test_an_emulator_of_a_quadratic_is_exact():
    units = latin_hypercube(60, 3, 1)
    values = true_levels(units)[:, 0]
    trials = [TrialPoint(u, {"caseload": Estimate(v, v, v, 0.0, 9)}) for u, v in zip(units, values, strict=True)]
    (emulator,) = fit([target("caseload", 0.4, 0.1)], trials)
    fresh = latin_hypercube(20, 3, 2)
    assert emulator.predict(features_of(fresh)) == pytest.approx(true_levels(fresh)[:, 0], abs=1e-3)
    assert emulator.explained > 0.999


def test_the_log_likelihood_is_minus_half_the_squared_implausibility():
    """A level at the upper end of its band is two standard deviations away, so the log-likelihood is -2."""
    units = latin_hypercube(60, 3, 1)
    trials = [TrialPoint(u, {"caseload": Estimate(u[0], 0, 1, 0.0, 9)}) for u in units]
    emulators = fit([target("caseload", 0.5, 0.1)], trials)
    edge = np.array([[0.6, 0.5, 0.5]])
    assert log_likelihood(emulators, edge)[0] == pytest.approx(-2.0, abs=0.01)
    assert worst_implausibility(emulators, edge)[0] == pytest.approx(2.0, abs=0.01)


def test_the_sampler_reproduces_a_normal_density():
    """A normal density with mean 0.5 and sd 0.05 in two dimensions, well inside the unit square."""
    starts = 0.5 + 0.05 * np.random.Generator(np.random.Philox(3)).standard_normal((16, 2))
    points = sample_density(lambda u: -0.5 * (((u - 0.5) / 0.05) ** 2).sum(axis=1), starts, 4000, 1)
    assert points.mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.005)
    assert points.std(axis=0) == pytest.approx([0.05, 0.05], rel=0.06)


def test_a_parameter_without_effect_is_not_identified():
    flat = [TrialPoint(u, run_trials(0, np.array([[0.3, 0.6, 0.5]]), 9)[0]) for u in latin_hypercube(50, 3, 4)]
    summaries = posterior_summaries(CalibrationFit(calibration(), tuple(flat), (), tuple(flat), flat[0]))
    assert {item.verdict for item in summaries} == {"not identified"}
    assert {item.as_row()["verdict"] for item in summaries} == {results._STORED_VERDICTS["not identified"]}
