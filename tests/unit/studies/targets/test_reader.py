"""Target files are read strictly: errors are reported with their line."""

import pytest

from redbead.exceptions import BadInputError
from redbead.studies.targets.levels import LEVELS
from redbead.studies.targets.reader import read_targets

VALID = """\
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
    targets = read_targets()
    assert {t.level for t in targets.targets} <= set(LEVELS)
    assert len(targets.fitted) >= 30
    assert all(t.low < t.value < t.high for t in targets.targets)
    assert all(t.because for t in targets.targets if not t.fitted)


def test_a_valid_file_is_read(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(VALID, encoding="utf-8")
    (target,) = read_targets(path).targets
    assert (target.value, target.low, target.high, target.fitted) == (16.4, 15.2, 17.7, True)


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("unit: cases/worker", "unit: share", 5, "is not the unit of 'caseload', which is cases/worker"),
        ("level: caseload", "level: case_load", 4, "Did you mean caseload"),
        ("band: [15.2, 17.7]", "band: [17.7, 15.2]", 7, "17.7 is not below 15.2"),
        ("band: [15.2, 17.7]", "band: [16.4, 16.4]", 7, "16.4 is not below 16.4"),
        ("value: 16.4", "value: .nan", 6, "must be a number"),
        ("value: 16.4", "value: 19.0", 6, "lies outside its band, 15.2 to 17.7"),
        ("basis: measured", "basis: guessed", 9, "must be one of measured, calibrated"),
        ("    key: dfe-workforce-2025\n", "", 3, "needs the key 'key'"),
        ("format: 1", "format: 2", 1, "this version of redbead reads format 1"),
    ],
)
def test_an_error_is_reported_with_its_line(wrong, old, new, line, message):
    text = wrong(VALID.replace(old, new))
    assert f"targets.yaml:{line}:" in text
    assert message in text


def test_a_duplicate_name_is_refused(wrong):
    assert "is used twice" in wrong(VALID + VALID[VALID.index("  - name") :])


def test_a_target_excluded_from_calibration_needs_a_reason(wrong):
    assert "because" in wrong(VALID + "    fitted: false\n")


def test_a_missing_file_is_reported():
    with pytest.raises(BadInputError, match="The shipped targets are called 'england'"):
        read_targets("nowhere.yaml")
