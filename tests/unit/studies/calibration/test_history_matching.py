"""Calibration on a planted model whose answer is known: it is found again, and what cannot be told is not claimed."""

import numpy as np
import pytest

from redbead.analysis.estimates import Estimate
from redbead.scenario.scenario import Scenario
from redbead.studies.calibration.emulators import TrialPoint, features_of, fit, score, worst
from redbead.studies.calibration.history_matching import (
    CalibrationFit,
    calibrate,
    candidates,
    farthest,
    misses,
    plausible,
)
from redbead.studies.calibration.results import pairs, posterior_summaries
from redbead.studies.calibration.sampler import draw, latin
from redbead.studies.calibration.spec import Calibration, Free
from redbead.studies.targets.spec import Target, TargetSet

FREE = (Free("staffing.leaving", 0.05, 0.25), Free("demand.arrivals", 0.3, 0.4), Free("fear.blame", 0.0, 0.8))
TRUTH = np.array([0.3, 0.6, 0.5])
NOISE = 0.01


def target(name, value, width):
    return Target(name, name, "share", value, value - width, value + width, "", "assumed", "k", "planted")


def planted(units):
    """Two levels: the first of the first parameter alone, curved; the second of the sum of the other two."""
    return np.stack([units[:, 0] + 0.3 * units[:, 0] ** 2, units[:, 1] + units[:, 2]], axis=1)


def calibration(**more):
    aims = planted(TRUTH[None, :])[0]
    targets = TargetSet("planted", "planted", (target("caseload", aims[0], 0.1), target("vacancy_rate", aims[1], 0.1)))
    return Calibration("planted", "planted", Scenario(), targets, FREE, waves=2, points=60, runs=9, keep=60, **more)


def try_out(wave, points, runs):
    """Runs of the planted model: its levels with a known error."""
    noise = np.random.Generator(np.random.Philox(wave + 5)).standard_normal((len(points), 2))
    found = planted(points) + NOISE * noise
    return [
        {name: Estimate(value, value - NOISE, value + NOISE, NOISE, runs)
         for name, value in zip(("caseload", "vacancy_rate"), row, strict=True)}
        for row in found
    ]  # fmt: skip


@pytest.fixture(scope="module")
def fitted():
    return calibrate(calibration(), try_out)


def test_a_parameter_that_the_figures_tell_is_found_again(fitted):
    item = next(n for n in posterior_summaries(fitted) if n.path == "staffing.leaving")
    truth = 0.05 + 0.2 * TRUTH[0]
    assert item.after_low < truth < item.after_high
    assert item.verdict == "pinned down"


def test_what_only_a_sum_tells_is_told_only_together(fitted):
    found = {item.path: item for item in posterior_summaries(fitted)}
    assert found["demand.arrivals"].verdict != "pinned down"
    assert found["fear.blame"].verdict != "pinned down"
    (pair,) = pairs(fitted)
    assert {pair.first, pair.second} == {"demand.arrivals", "fear.blame"}
    assert pair.correlation < -0.9


def test_every_set_that_is_kept_is_plausible_and_most_are(fitted):
    aims = fitted.calibration.targets.fitted
    assert all(plausible(aims, trial) for trial in fitted.ensemble)
    assert len(fitted.ensemble) > 0.6 * len(fitted.confirmed)


def test_the_centre_is_inside_every_band(fitted):
    assert misses(fitted.calibration.targets.fitted, fitted.central) == []


def test_the_same_seed_gives_the_same_sets(fitted):
    again = calibrate(calibration(), try_out)
    for first, second in zip(fitted.confirmed, again.confirmed, strict=True):
        assert (first.unit == second.unit).all()


def test_the_fitted_scenario_leaves_held_parameters_where_they_are(fitted):
    """With the third at its assumed value, the sum tells the second: 1.1 less what the third takes of it."""
    c = calibration(held=("fear.blame",))
    held = (Scenario().value("fear.blame") - 0.0) / 0.8
    for point in candidates(c, fitted.emulators, fitted.trials):
        assert c.values(point)["fear.blame"] == pytest.approx(Scenario().value("fear.blame"))
        assert point[1] == pytest.approx(TRUTH[1:].sum() - held, abs=0.05)


def test_the_worst_level_decides_about_the_fitted_scenario():
    aims = [target("caseload", 0.5, 0.1), target("vacancy_rate", 0.5, 0.2)]
    trial = TrialPoint(np.zeros(1), {"caseload": Estimate(0.55, 0, 1, 0, 9), "vacancy_rate": Estimate(0.3, 0, 1, 0, 9)})
    assert farthest(aims, trial) == pytest.approx(2.0)


def test_a_miss_within_the_noise_of_the_runs_is_no_miss():
    one = target("caseload", 0.5, 0.1)
    for value, missed in ((0.6, []), (0.615, []), (0.63, ["caseload"])):
        assert misses([one], TrialPoint(np.zeros(1), {"caseload": Estimate(value, 0, 1, 0.01, 9)})) == missed


def test_an_emulator_of_a_quadratic_is_exact():
    units = latin(60, 3, 1)
    values = planted(units)[:, 0]
    trials = [TrialPoint(u, {"caseload": Estimate(v, v, v, 0.0, 9)}) for u, v in zip(units, values, strict=True)]
    (emulator,) = fit([target("caseload", 0.4, 0.1)], trials)
    fresh = latin(20, 3, 2)
    assert emulator.predict(features_of(fresh)) == pytest.approx(planted(fresh)[:, 0], abs=1e-3)
    assert emulator.explained > 0.999


def test_the_score_is_minus_half_the_squared_implausibility():
    """A level at the upper end of its band is two standard deviations away: -2."""
    units = latin(60, 3, 1)
    trials = [TrialPoint(u, {"caseload": Estimate(u[0], 0, 1, 0.0, 9)}) for u in units]
    emulators = fit([target("caseload", 0.5, 0.1)], trials)
    edge = np.array([[0.6, 0.5, 0.5]])
    assert score(emulators, edge)[0] == pytest.approx(-2.0, abs=0.01)
    assert worst(emulators, edge)[0] == pytest.approx(2.0, abs=0.01)


def test_the_sampler_draws_from_the_density_that_it_is_given():
    """A normal law of mean 0.5 and sd 0.05 in two dimensions, well inside the unit square."""
    starts = 0.5 + 0.05 * np.random.Generator(np.random.Philox(3)).standard_normal((16, 2))
    points = draw(lambda u: -0.5 * (((u - 0.5) / 0.05) ** 2).sum(axis=1), starts, 4000, 1)
    assert points.mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.005)
    assert points.std(axis=0) == pytest.approx([0.05, 0.05], rel=0.06)


def test_nothing_is_claimed_of_a_parameter_that_moves_no_level():
    flat = [TrialPoint(u, try_out(0, np.array([[0.3, 0.6, 0.5]]), 9)[0]) for u in latin(50, 3, 4)]
    found = posterior_summaries(CalibrationFit(calibration(), tuple(flat), (), tuple(flat), flat[0]))
    assert {item.verdict for item in found} == {"not told by these figures"}
