"""Calibration files: valid files are read; all problems are reported at once, with line and column."""

import pytest

from redbead import parameters
from redbead.exceptions import BadInputError
from redbead.studies.calibration.reader import find_calibration, read_calibration
from redbead.studies.calibration.spec import FILE_KEYS

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
def calibration(tmp_path):
    (tmp_path / "ours.yaml").write_text("extends: baseline\nchange: {staffing.leaving: 0.2}\n", encoding="utf-8")

    def write(text):
        path = tmp_path / "calibration.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_file_with_all_keys_is_read(calibration):
    read = read_calibration(calibration(VALID))
    assert (read.name, read.title, read.scenario.name) == ("ours", "Our turnover", "ours")
    assert (read.waves, read.points, read.runs, read.seed) == (2, 40, 30, 7)
    likely = parameters.register()["fear.blame"].param.span()
    assert [tuple(item) for item in read.free] == [("staffing.leaving", 0.05, 0.3), ("fear.blame", *likely)]
    assert read.held == ("fear.blame",)


@pytest.mark.parametrize(
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
        ("held: [fear.blame]", "held: [fear.blame, staffing.leaving]", 9, "includes every parameter"),
        ("waves: 2", "waves: 0", 10, "is outside the range 1 to 12 waves"),
        ("points: 40", "pints: 40", 11, "is not a known key"),
    ],
)
def test_a_problem_is_reported_with_its_line(calibration, old, new, line, what):
    assert old in VALID
    path = calibration(VALID.replace(old, new))
    with pytest.raises(BadInputError) as caught:
        read_calibration(path)
    assert [p.line for p in caught.value.problems if what in p.what] == [line], str(caught.value)


def test_a_held_parameter_must_lie_in_its_range(calibration):
    text = VALID.replace("held: [fear.blame]", "held: [staffing.leaving]").replace("[0.05, 0.3]", "[0.25, 0.3]")
    with pytest.raises(BadInputError, match=r"has the value 0\.2 in the scenario, outside its range"):
        read_calibration(calibration(text))


def test_all_problems_are_reported_at_once(calibration):
    text = VALID.replace("waves: 2", "waves: x").replace("fear.blame]", "fear.floor]").replace("./ours", "./theirs")
    with pytest.raises(BadInputError) as caught:
        read_calibration(calibration(text))
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


def test_a_minimal_file_has_the_documented_defaults(calibration):
    read = read_calibration(calibration(MINIMAL))
    assert (read.name, read.scenario.name, read.held) == ("calibration", "baseline", ())
    assert (read.waves, read.points, read.runs, read.keep, read.confirm, read.seed) == (3, 200, 30, 100, 60, 1)
    assert len(read.targets.fitted) >= 30


@pytest.mark.parametrize("key", WRONG_VALUES)
def test_each_key_refuses_a_wrong_value_on_its_line(calibration, key):
    text = without(key) + f"{key}: {WRONG_VALUES[key]}\n"
    with pytest.raises(BadInputError) as caught:
        read_calibration(calibration(text))
    assert [problem.line for problem in caught.value.problems] == [len(text.splitlines())], str(caught.value)


@pytest.mark.parametrize("key", WRONG_VALUES)
def test_each_misspelt_key_is_reported_with_the_right_one(calibration, key):
    with pytest.raises(BadInputError) as caught:
        read_calibration(calibration(MINIMAL + f"{key}x: 1\n"))
    assert f"Did you mean {key}" in str(caught.value)


@pytest.mark.parametrize("key", ["format", "parameters"])
def test_each_required_key_is_reported_if_missing(calibration, key):
    with pytest.raises(BadInputError, match=f"needs the key '{key}'"):
        read_calibration(calibration(without(key)))


def test_a_calibration_without_free_parameters_is_refused(calibration):
    with pytest.raises(BadInputError):
        read_calibration(calibration("format: 1\nparameters: {}\n"))


def test_paths_are_relative_to_the_file(calibration, monkeypatch, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert read_calibration(calibration(VALID)).scenario.value("staffing.leaving") == 0.2
