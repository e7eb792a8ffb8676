"""Calibrations as data: points of the unit cube and parameter values, and held parameters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead import parameters
from redbead.scenario.scenario import Scenario
from redbead.studies.calibration.spec import CALIBRATION, FILE_KEYS, Calibration, FreeParameter
from redbead.studies.calibration.study import header
from redbead.studies.targets.spec import Target, TargetSet

FREE = (FreeParameter("staffing.leaving", 0.05, 0.25), FreeParameter("fear.blame", 0.2, 0.8))
TARGETS = TargetSet("t", "t", (Target("c", "caseload", "cases/worker", 16.0, 15.0, 17.0, "", "measured", "k", "d"),))


def calibration(**more):
    return Calibration(**{"name": "c", "title": "c", "scenario": Scenario(), "targets": TARGETS, "free": FREE} | more)


def test_the_corners_of_the_cube_are_the_ends_of_the_ranges():
    c = calibration()
    assert c.values(np.zeros(2)) == pytest.approx({"staffing.leaving": 0.05, "fear.blame": 0.2})
    assert c.values(np.ones(2)) == pytest.approx({"staffing.leaving": 0.25, "fear.blame": 0.8})
    assert c.values(np.array([0.5, 0.25])) == pytest.approx({"staffing.leaving": 0.15, "fear.blame": 0.35})


@given(st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_values_and_points_of_the_cube_are_inverse(unit):
    c = calibration()
    assert c.unit_point(c.values(np.array(unit))) == pytest.approx(unit, abs=1e-12)


def test_a_point_of_another_dimension_is_refused():
    with pytest.raises(ValueError, match="zip"):
        calibration().values(np.zeros(3))


def test_held_parameters_are_fixed_at_their_value_in_the_scenario():
    """A blame of 0.5 in a range of 0.2 to 0.8 lies half way."""
    c = calibration(scenario=Scenario().set({"fear.blame": 0.5}), held=("fear.blame",))
    assert np.isnan(c.fixed()[0])
    assert c.fixed()[1] == pytest.approx(0.5)


def test_without_held_parameters_all_are_free():
    assert np.isnan(calibration().fixed()).all()


def test_every_parameter_that_is_not_a_whole_number_can_be_fitted():
    ranges = FILE_KEYS["parameters"].keys
    expected = {path for path, item in parameters.register().items() if not item.param.whole}
    assert set(ranges) == expected
    assert "authority.posts" not in ranges


def test_a_calibration_file_is_recognised_by_its_parameters():
    assert CALIBRATION.mark == "parameters"
    assert CALIBRATION.tree.required == ("format", "parameters")


@pytest.mark.parametrize(
    "change",
    [
        {"waves": 4}, {"points": 10}, {"runs": 31}, {"keep": 7}, {"confirm": 5}, {"seed": 2},
        {"free": FREE[:1]},
        {"free": (FREE[0], FREE[1]._replace(high=0.7))},
        {"held": ("fear.blame",)},
        {"scenario": Scenario().set({"fear.floor": 0.3})},
        {"targets": TargetSet("t", "t", ())},
    ],
)  # fmt: skip
def test_the_identity_of_a_calibration_depends_on_everything_that_changes_its_results(change):
    assert header(calibration(**change)) != header(calibration())


def test_names_and_titles_do_not_change_the_identity():
    assert header(calibration(name="other", title="Another title")) == header(calibration())
