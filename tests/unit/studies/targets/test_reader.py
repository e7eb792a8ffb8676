"""A file of targets is read strictly: what is wrong is said, with its line, and nothing is made up."""

import pytest

from redbead.exceptions import BadInputError
from redbead.studies.targets.levels import LEVELS
from redbead.studies.targets.reader import read_targets

GOOD = """\
format: 1
targets:
  - name: caseload
    level: caseload
    unit: cases/worker
    value: 16.4
    band: [15.2, 17.7]
    years: 2017 to 2025
    basis: measured
    key: dfe-workforce-2025
    definition: cases held over workers who hold cases
"""


@pytest.fixture
def wrong(tmp_path):
    def read(text):
        path = tmp_path / "targets.yaml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(BadInputError) as caught:
            read_targets(path)
        return str(caught.value)

    return read


def test_the_shipped_targets_are_read():
    found = read_targets()
    assert {t.level for t in found.targets} <= set(LEVELS)
    assert len(found.fitted) >= 30
    assert all(t.low < t.value < t.high for t in found.targets)
    assert all(t.because for t in found.targets if not t.fitted)


def test_a_good_file_is_read(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD, encoding="utf-8")
    (target,) = read_targets(path).targets
    assert (target.value, target.low, target.high, target.fitted) == (16.4, 15.2, 17.7, True)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("unit: cases/worker", "unit: share", 5, "'caseload' is in cases/worker"),
        ("level: caseload", "level: case_load", 4, "did you mean 'caseload'"),
        ("band: [15.2, 17.7]", "band: [17.7, 15.2]", 7, "17.7 is not below 15.2"),
        ("band: [15.2, 17.7]", "band: [16.4, 16.4]", 7, "16.4 is not below 16.4"),
        ("value: 16.4", "value: .nan", 6, "must be a number"),
        ("value: 16.4", "value: 19.0", 6, "lies outside its band, 15.2 to 17.7"),
        ("basis: measured", "basis: guessed", 9, "not a word that is known here"),
        ("    key: dfe-workforce-2025\n", "", 3, "needs 'key'"),
        ("format: 1", "format: 2", 1, "this redbead reads format 1"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(wrong, old, new, line, said):
    text = wrong(GOOD.replace(old, new))
    assert f"targets.yaml:{line}:" in text
    assert said in text


def test_a_name_given_twice(wrong):
    assert "given twice" in wrong(GOOD + GOOD[GOOD.index("  - name") :])


def test_a_target_that_is_not_aimed_at_says_why(wrong):
    assert "because" in wrong(GOOD + "    fitted: false\n")


def test_no_such_file():
    with pytest.raises(BadInputError, match="the shipped targets are called 'england'"):
        read_targets("nowhere.yaml")
