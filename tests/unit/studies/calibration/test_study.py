"""Trials of a calibration: which scenarios are run, and which levels are kept, with points recorded by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from redbead.analysis.estimates import Estimate
from redbead.scenario.scenario import Scenario
from redbead.studies.calibration.emulators import TrialPoint
from redbead.studies.calibration.history_matching import CalibrationFit
from redbead.studies.calibration.spec import Calibration, FreeParameter
from redbead.studies.calibration.study import ENSEMBLE, FITTED, Trials, central_target_results, files_of
from redbead.studies.targets.spec import Target, TargetSet

FREE = (FreeParameter("staffing.leaving", 0.05, 0.25), FreeParameter("fear.blame", 0.2, 0.8))
VACANCIES = Target("vacancies", "vacancy_rate", "share", 0.18, 0.15, 0.2, "", "measured", "k", "d")
CALIBRATION = Calibration("mine", "Mine", Scenario(), TargetSet("t", "t", (VACANCIES,)), FREE, waves=2, runs=3, seed=9)


class RecordedPoints:
    """Keeps the requested points, and reduces two runs of a constant vacancy rate."""

    def __init__(self):
        self.calls = []

    def evaluate(self, part, points, note=""):
        self.calls.append((part, points, note))
        return [point.reduce(lambda _: np.full((2, 10), 0.2)) for point in points]


@pytest.fixture
def recorded():
    points = RecordedPoints()
    levels = Trials(CALIBRATION, points)(1, np.array([[0.0, 0.5], [1.0, 0.25]]), 3)
    return points.calls, levels


def test_each_point_of_the_cube_is_a_scenario_with_its_parameter_values(recorded):
    ((_, points, _),), _ = recorded
    values = [(p.scenario.value("staffing.leaving"), p.scenario.value("fear.blame")) for p in points]
    assert values == [pytest.approx((0.05, 0.5)), pytest.approx((0.25, 0.35))]


def test_all_points_have_the_same_runs_and_seeds(recorded):
    """Common random numbers: differences between points are not differences between seeds."""
    ((part, points, note),), _ = recorded
    assert {(point.runs, point.seed) for point in points} == {(3, 9)}
    assert part == "wave 1"
    assert note == "wave 2 of 7", "two waves, one that confirms, three and one for the fitted scenario"


def test_only_levels_of_targets_are_kept(recorded):
    _, levels = recorded
    assert [set(item) for item in levels] == [{"vacancy_rate"}] * 2
    assert levels[0]["vacancy_rate"].value == pytest.approx(0.2)
    assert isinstance(levels[0]["vacancy_rate"], Estimate)


def test_points_of_the_same_wave_are_in_the_order_of_the_cube(recorded):
    ((_, points, _),), levels = recorded
    assert len(points) == len(levels) == 2


# folder


def level(value):
    return {"vacancy_rate": Estimate(value, value - 0.01, value + 0.01, 0.005, 60)}


@pytest.fixture
def fitted():
    """Three confirmed sets, one of which is not plausible, and a fitted scenario with 19 % vacancies."""
    sets = tuple(
        TrialPoint(np.array(u), level(v)) for u, v in (((0.2, 0.5), 0.18), ((0.4, 0.1), 0.5), ((0.6, 0.9), 0.19))
    )
    return CalibrationFit(CALIBRATION, sets * 2, (), sets, TrialPoint(np.array([0.5, 0.5]), level(0.19)))


def test_the_fitted_scenario_is_compared_with_every_target(fitted):
    (result,) = central_target_results(fitted)
    assert (result.target, str(result.verdict), result.estimate.value) == (VACANCIES, "in", 0.19)


def test_the_folder_contains_all_tables_and_the_fitted_scenario(fitted):
    files = files_of(fitted, lambda *_: None, [])
    assert set(files.tables) == {"parameters.csv", "targets.csv", "pairs.csv", ENSEMBLE, FITTED}
    assert "0.15" in files.tables[FITTED], "the middle of 0.05 to 0.25"
    assert len(files.tables[ENSEMBLE].splitlines()) == 1 + 2
    assert files.facts == {"runs": {"failed": [], "trials": 6, "confirmed": 3}, "plausible": 2}


def test_a_table_without_correlated_pairs_has_its_columns(fitted):
    assert files_of(fitted, lambda *_: None, []).tables["pairs.csv"].splitlines() == ["first,second,correlation"]


def test_the_fitted_scenario_can_be_read_again(fitted, tmp_path):
    from redbead.scenario.loader import load

    path = tmp_path / FITTED
    path.write_text(files_of(fitted, lambda *_: None, []).tables[FITTED], encoding="utf-8")
    read = load(str(path))
    assert read.value("staffing.leaving") == pytest.approx(0.15)
    assert read.value("fear.blame") == pytest.approx(0.5)


def test_the_report_receives_the_fit_its_digest_and_the_command(fitted, tmp_path):
    received = []
    files_of(fitted, lambda *arguments: received.append(arguments), ["redbead"]).pages(tmp_path, "abc")
    assert received == [(tmp_path, fitted, "abc", ["redbead"])]


def test_the_table_of_plausible_sets_can_be_read_as_parameter_sets(fitted, tmp_path):
    path = tmp_path / ENSEMBLE
    path.write_text(files_of(fitted, lambda *_: None, []).tables[ENSEMBLE], encoding="utf-8")
    table = pd.read_csv(path)
    assert table["staffing.leaving"].tolist() == pytest.approx([0.09, 0.17])
    assert not any(math.isnan(value) for value in table["fear.blame"])
