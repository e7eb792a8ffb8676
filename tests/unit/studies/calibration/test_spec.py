"""Calibrations: points of the unit cube, parameter values, held parameters, and reading of files."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead import parameters
from redbead.exceptions import BadInputError
from redbead.scenario.scenario import Scenario
from redbead.studies.calibration.spec import (
    CALIBRATION,
    FILE_KEYS,
    Calibration,
    FreeParameter,
    find_calibration,
    read_calibration,
)
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


@pytest.mark.cases(
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


VALID = """\
format: 1
name: ours
title: Our turnover
scenario: ./ours.yaml
targets: england
parameters:
  staffing.leaving: [0.05, 0.3]
  fear.blame: likely
held: [fear.blame]
waves: 2
points: 40
seed: 7
"""


@pytest.fixture
def write(tmp_path):
    (tmp_path / "ours.yaml").write_text("extends: baseline\nchange: {staffing.leaving: 0.2}\n", encoding="utf-8")

    def write(text):
        path = tmp_path / "calibration.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_file_with_all_keys_is_read(write):
    read = read_calibration(write(VALID))
    assert (read.name, read.title, read.scenario.name) == ("ours", "Our turnover", "ours")
    assert (read.waves, read.points, read.runs, read.seed) == (2, 40, 30, 7)
    likely = parameters.register()["fear.blame"].param.span()
    assert [tuple(item) for item in read.free] == [("staffing.leaving", 0.05, 0.3), ("fear.blame", *likely)]
    assert read.held == ("fear.blame",)


@pytest.mark.cases(
    ("old", "new", "line", "what"),
    [
        ("format: 1", "format: 2", 1, "this version of redbead reads format 1"),
        ("name: ours", "name: ../ours", 2, "must be a valid name"),
        ("./ours.yaml", "basline", 4, "no scenario has this name"),
        ("./ours.yaml", "./gone.yaml", 4, "the file cannot be read"),
        ("targets: england", "targets: ./gone.yaml", 5, "no such target file"),
        ("staffing.leaving: [", "staffing.leavin: [", 7, "is not a known parameter"),
        ("staffing.leaving: [0.05, 0.3]", "authority.posts: [10, 20]", 7, "is a whole number and cannot be fitted"),
        ("[0.05, 0.3]", "[0.3, 0.05]", 7, "0.3 is not below 0.05"),
        ("[0.05, 0.3]", "[0.05, 900]", 7, "is outside the range"),
        ("[0.05, 0.3]", "0.05", 7, "must be a range in brackets, or 'likely'"),
        ("likely", "liklier", 8, "must be a range in brackets, or 'likely'"),
        ("held: [fear.blame]", "held: [fear.floor]", 9, "is not one of the parameters of this file"),
        ("waves: 2", "waves: 0", 10, "is outside the range 1 to 12 waves"),
        ("points: 40", "pints: 40", 11, "is not a known key"),
    ],
)
def test_a_problem_is_reported_with_its_line(write, old, new, line, what):
    assert old in VALID
    path = write(VALID.replace(old, new))
    with pytest.raises(BadInputError) as caught:
        read_calibration(path)
    assert [p.line for p in caught.value.problems if what in p.what] == [line], str(caught.value)


def test_a_held_parameter_must_lie_in_its_range(write):
    text = VALID.replace("held: [fear.blame]", "held: [staffing.leaving]").replace("[0.05, 0.3]", "[0.25, 0.3]")
    with pytest.raises(BadInputError, match=r"has the value 0\.2 in the scenario, outside its range"):
        read_calibration(write(text))


def test_all_problems_are_reported_at_once(write):
    text = VALID.replace("waves: 2", "waves: x").replace("fear.blame]", "fear.floor]").replace("./ours", "./theirs")
    with pytest.raises(BadInputError) as caught:
        read_calibration(write(text))
    assert [problem.line for problem in caught.value.problems] == [4, 9, 10]


def test_shipped_calibrations_are_found_by_name():
    assert find_calibration("england").name == "england.yaml"
    with pytest.raises(BadInputError, match=r"Did you mean england\?"):
        find_calibration("englnd")


# every key with a wrong value

WRONG_VALUES = {
    "format": "one", "name": "[a]", "title": "7", "scenario": "[baseline]", "targets": "5",
    "parameters": "[fear.blame]", "held": "fear.blame", "waves": "0.5", "points": "9", "runs": "1", "keep": "1",
    "confirm": "10001", "seed": "-1",
}  # fmt: skip
MINIMAL = "format: 1\nparameters: {staffing.leaving: [0.05, 0.3]}\n"


def without(key):
    """The minimal file without the line of a key."""
    return "".join(f"{line}\n" for line in MINIMAL.splitlines() if not line.startswith(f"{key}:"))


def test_the_keys_with_wrong_values_are_all_keys_of_the_file():
    assert set(WRONG_VALUES) == set(FILE_KEYS)


def test_a_minimal_file_has_the_documented_defaults(write):
    read = read_calibration(write(MINIMAL))
    assert (read.name, read.scenario.name, read.held) == ("calibration", "baseline", ())
    assert (read.waves, read.points, read.runs, read.keep, read.confirm, read.seed) == (3, 200, 30, 100, 60, 1)
    assert len(read.targets.fitted) >= 30


@pytest.mark.cases("key", WRONG_VALUES)
def test_each_key_refuses_a_wrong_value_on_its_line(write, key):
    text = without(key) + f"{key}: {WRONG_VALUES[key]}\n"
    with pytest.raises(BadInputError) as caught:
        read_calibration(write(text))
    assert [problem.line for problem in caught.value.problems] == [len(text.splitlines())], str(caught.value)


@pytest.mark.cases("key", WRONG_VALUES)
def test_each_misspelt_key_is_reported_with_the_right_one(write, key):
    with pytest.raises(BadInputError) as caught:
        read_calibration(write(MINIMAL + f"{key}x: 1\n"))
    assert f"Did you mean {key}" in str(caught.value)


@pytest.mark.parametrize("key", ["format", "parameters"])
def test_each_required_key_is_reported_if_missing(write, key):
    with pytest.raises(BadInputError, match=f"needs the key '{key}'"):
        read_calibration(write(without(key)))


def test_a_calibration_without_free_parameters_is_refused(write):
    with pytest.raises(BadInputError):
        read_calibration(write("format: 1\nparameters: {}\n"))


def test_paths_are_relative_to_the_file(write, monkeypatch, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert read_calibration(write(VALID)).scenario.value("staffing.leaving") == 0.2
