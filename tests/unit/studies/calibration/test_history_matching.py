"""Calibration of a function with known parameters: identified parameters are recovered, others are reported."""

import dataclasses

import numpy as np
import pytest

from redbead.analysis.estimates import Estimate
from redbead.scenario.scenario import Scenario
from redbead.studies.calibration import emulators, study
from redbead.studies.calibration.emulators import (
    TrialPoint,
    features_of,
    fit,
    latin_hypercube,
    log_likelihood,
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
from redbead.studies.calibration.spec import Calibration, FreeParameter
from redbead.studies.calibration.study import correlated_pairs, posterior_summaries
from redbead.studies.targets.spec import Target, TargetSet

FREE = (
    FreeParameter("staffing.leaving", 0.05, 0.25),
    FreeParameter("demand.arrivals", 0.3, 0.4),
    FreeParameter("experience.effect", 0.0, 0.8),
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


@pytest.fixture(scope="module", autouse=True)
def _short_chains():
    """Few steps of many walkers; the quality of the sample is tested in ``test_sampler.py``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(emulators, "STEPS", 100)
        patch.setattr(emulators, "BURN_IN", 50)
        patch.setattr(emulators, "_WALKERS_PER_PARAMETER", 12)
        yield


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
    assert summaries["experience.effect"].verdict != "identified"
    (pair,) = correlated_pairs(fitted)
    assert {pair.first, pair.second} == {"demand.arrivals", "experience.effect"}
    assert pair.correlation < -0.9


def test_the_ensemble_contains_only_plausible_sets_and_most_confirmed_sets(fitted):
    targets = fitted.calibration.targets.fitted
    assert all(is_plausible(targets, trial) for trial in fitted.ensemble)
    assert len(fitted.ensemble) > 0.6 * len(fitted.confirmed)


def test_the_fitted_scenario_meets_every_target(fitted):
    assert unmet_targets(fitted.calibration.targets.fitted, fitted.central) == []


def test_held_parameters_keep_their_value_in_the_fitted_scenario(fitted):
    """With the third parameter held, the sum determines the second: 1.1 minus the third."""
    c = calibration(held=("experience.effect",))
    held = (Scenario().value("experience.effect") - 0.0) / 0.8
    for point in central_candidates(c, fitted.emulators, fitted.trials):
        assert c.values(point)["experience.effect"] == pytest.approx(Scenario().value("experience.effect"))
        assert point[1] == pytest.approx(TRUTH[1:].sum() - held, abs=0.05)


def test_with_all_parameters_held_the_scenario_is_the_fitted_one():
    c = calibration(held=("staffing.leaving", "demand.arrivals", "experience.effect"))
    central = calibrate(c, run_trials).central
    assert c.values(central.unit) == pytest.approx({path: Scenario().value(path) for path in c.held})


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


def test_a_parameter_without_effect_is_not_identified():
    flat = [TrialPoint(u, run_trials(0, np.array([[0.3, 0.6, 0.5]]), 9)[0]) for u in latin_hypercube(50, 3, 4)]
    summaries = posterior_summaries(CalibrationFit(calibration(), tuple(flat), (), tuple(flat), flat[0]))
    assert {item.verdict for item in summaries} == {"not identified"}
    assert {item.as_row()["verdict"] for item in summaries} == {study._STORED_VERDICTS["not identified"]}


@pytest.fixture(scope="module")
def recorded_waves():
    """A small calibration, and the number of points and runs of each wave in order."""
    waves = []

    def record(wave, points, runs):
        waves.append((wave, len(points), runs))
        return run_trials(wave, points, runs)

    c = dataclasses.replace(calibration(), points=30, keep=12, confirm=17, seed=5)
    return c, calibrate(c, record), waves


def test_waves_search_confirm_and_fit_in_this_order(recorded_waves):
    """Two waves of 30 points; 12 sets with 17 runs; three waves of 15 points; then 96 candidates with 100 runs."""
    assert recorded_waves[2] == [
        (0, 30, 9), (1, 30, 9), (2, 12, 17), (3, 15, 9), (4, 15, 9), (5, 15, 9), (6, 96, 100),
    ]  # fmt: skip


def test_results_contain_the_search_and_the_confirmation_but_not_the_fit(recorded_waves):
    c, fitted, _ = recorded_waves
    assert (len(fitted.trials), len(fitted.confirmed)) == (2 * c.points, c.keep)
    assert [item.target.name for item in fitted.emulators] == ["caseload", "vacancy_rate"]
    assert {trial.levels["caseload"].observations for trial in fitted.confirmed} == {c.confirm}
    assert fitted.central.levels["caseload"].observations == 100


def test_all_points_lie_in_the_unit_cube(recorded_waves):
    _, fitted, _ = recorded_waves
    units = np.array([trial.unit for trial in (*fitted.trials, *fitted.confirmed, fitted.central)])
    assert ((units >= 0.0) & (units <= 1.0)).all()


def test_the_first_wave_is_a_latin_hypercube_of_the_seed(recorded_waves):
    c, fitted, _ = recorded_waves
    first = np.array([trial.unit for trial in fitted.trials[: c.points]])
    assert first.tobytes() == latin_hypercube(c.points, len(c.free), c.seed).tobytes()


def test_later_waves_concentrate_on_the_region_that_is_not_ruled_out(recorded_waves):
    """The second level is the sum of two parameters, 1.1; its distance from 1.1 shrinks from wave to wave."""
    c, fitted, _ = recorded_waves
    sums = np.array([trial.unit[1:].sum() for trial in (*fitted.trials, *fitted.confirmed)])
    distance = [np.abs(part - 1.1).mean() for part in (sums[: c.points], sums[c.points : -c.keep], sums[-c.keep :])]
    assert distance[0] > 2.0 * distance[1]
    assert distance[2] < 0.1


def test_a_repeated_calibration_requests_the_same_points(recorded_waves):
    c, fitted, _ = recorded_waves
    again = calibrate(c, run_trials)
    assert again.central.unit.tobytes() == fitted.central.unit.tobytes()
    assert [t.unit.tobytes() for t in again.confirmed] == [t.unit.tobytes() for t in fitted.confirmed]


def test_the_fitted_scenario_has_values_of_three_significant_figures(recorded_waves):
    c, fitted, _ = recorded_waves
    for path, value in c.values(fitted.central.unit).items():
        assert value == pytest.approx(float(f"{value:.3g}"), rel=1e-12), path


def test_the_fitted_scenario_is_the_candidate_with_the_nearest_worst_level(recorded_waves):
    """Only the runs of candidates decide, so a candidate whose levels equal the targets is selected."""
    c, _, _ = recorded_waves
    best = {}

    def rig(wave, points, runs):
        levels = run_trials(wave, points, runs)
        if runs == 100:
            best["unit"] = points[7]
            exact = {t.level: Estimate(t.value, t.value, t.value, 0.0, runs) for t in c.targets.targets}
            levels = [exact if k == 7 else {n: e._replace(value=9.0) for n, e in exact.items()} for k in range(96)]
        return levels

    assert calibrate(c, rig).central.unit.tobytes() == best["unit"].tobytes()


@pytest.mark.parametrize("error", [float("nan"), 0.0])
def test_without_a_standard_error_the_band_has_no_tolerance(error):
    aim = target("caseload", 0.5, 0.1)
    for value, plausible in ((0.4, True), (0.6, True), (0.6001, False), (0.3999, False)):
        trial = TrialPoint(np.zeros(1), {"caseload": Estimate(value, 0, 1, error, 9)})
        assert is_plausible([aim], trial) is plausible


def test_unmet_targets_are_named_in_their_order():
    aims = [target("caseload", 0.5, 0.1), target("vacancy_rate", 0.5, 0.1), target("agency_rate", 0.5, 0.1)]
    levels = {name: Estimate(value, 0, 1, 0.0, 9) for name, value in
              (("caseload", 0.9), ("vacancy_rate", 0.5), ("agency_rate", float("nan")))}  # fmt: skip
    assert unmet_targets(aims, TrialPoint(np.zeros(1), levels)) == ["caseload", "agency_rate"]


def test_a_level_that_could_not_be_estimated_is_infinitely_far_from_its_target():
    trial = TrialPoint(np.zeros(1), {"caseload": Estimate(float("nan"), 0, 1, 0.0, 0)})
    assert worst_level([target("caseload", 0.5, 0.1)], trial) == float("inf")
