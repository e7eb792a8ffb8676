"""Targets: bands, sides, the levels that a file needs, and reading of files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.exceptions import BadInputError
from redbead.studies.targets.levels import LEVELS
from redbead.studies.targets.spec import TARGET_KEYS, TARGETS, Target, TargetSet, read_targets

CASELOAD = Target("caseload", "caseload", "cases/worker", 16.0, 15.0, 18.0, "", "measured", "k", "d")


@given(st.floats(0, 40))
def test_a_band_contains_its_ends_and_everything_between(value):
    assert CASELOAD.contains(value) is not (value < 15.0 or value > 18.0)
    assert CASELOAD.contains(15.0)
    assert CASELOAD.contains(18.0)


@pytest.mark.cases(("value", "sd"), [(16.0, 1.0), (17.0, 1.0), (99.0, 1.0), (15.99, 0.5), (-9.0, 0.5)])
def test_each_side_of_an_asymmetric_band_has_its_own_standard_deviation(value, sd):
    assert CASELOAD.half_band_sd(value) == sd


def test_each_level_is_requested_once_in_file_order():
    turnover = Target("turnover", "turnover_yearly", "1/year", 0.15, 0.1, 0.2, "", "measured", "k", "d")
    again = Target("caseload of London", "caseload", "cases/worker", 14.0, 13.0, 15.0, "", "measured", "k", "d")
    assert TargetSet("t", "t", (turnover, CASELOAD, again)).levels == ("turnover_yearly", "caseload")


def test_excluded_targets_are_compared_but_not_fitted():
    excluded = Target("x", "agency_rate", "share", 0.1, 0.05, 0.2, "", "measured", "k", "d", fitted=False)
    targets = TargetSet("t", "t", (CASELOAD, excluded))
    assert targets.fitted == (CASELOAD,)
    assert targets.levels == ("caseload", "agency_rate")


def test_every_level_of_the_model_can_be_a_target():
    assert TARGET_KEYS["level"].known() == tuple(LEVELS)
    assert TARGETS.mark == "targets"


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


@pytest.mark.cases(
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


# every key with a wrong value

WRONG_VALUES = {
    "name": "7", "level": "7", "unit": "[share]", "value": "high", "band": "16", "years": "{a: 1}", "basis": "guess",
    "key": "[k]", "definition": "3", "fitted": "perhaps", "because": "[r]",
}  # fmt: skip


def test_the_keys_with_wrong_values_are_all_keys_of_a_target():
    assert set(WRONG_VALUES) == set(TARGET_KEYS)


@pytest.mark.cases("key", WRONG_VALUES)
def test_each_key_refuses_a_wrong_value_on_its_line(wrong, key):
    lines = VALID.splitlines()
    number = next((k for k, line in enumerate(lines) if f"{key}:" in line.replace("- ", "  ").split()), len(lines))
    line = f"{'  - ' if key == 'name' else '    '}{key}: {WRONG_VALUES[key]}"
    assert f"targets.yaml:{number + 1}:" in wrong("\n".join([*lines[:number], line, *lines[number + 1 :]]))


@pytest.mark.cases("key", WRONG_VALUES)
def test_each_misspelt_key_is_reported_with_the_right_one(wrong, key):
    assert f"Did you mean {key}" in wrong(VALID + f"    {key}x: 1\n")


@pytest.mark.cases("key", [key for key in WRONG_VALUES if key not in ("fitted", "because")])
def test_each_required_key_is_reported_if_missing(wrong, key):
    lines = VALID.splitlines()
    kept = [line for line in lines if f"{key}:" not in line.replace("- ", "  ").split()]
    text = "\n".join(kept)
    assert f"needs the key '{key}'" in wrong(text if key != "name" else text.replace("    level", "  - level"))


def test_a_share_written_as_a_percentage_is_explained(wrong):
    text = wrong(
        VALID.replace("level: caseload", "level: vacancy_rate").replace("unit: cases/worker", "unit: per cent")
    )
    assert "is not the unit of 'vacancy_rate', which is share" in text
    assert "write 14.5 % as 0.145" in text


@pytest.mark.parametrize("value", ["15.2", "17.7"])
def test_a_figure_at_an_end_of_its_band_is_refused(wrong, value):
    """Half of the band would have no width, and the implausibility would be infinite."""
    assert "lies outside its band" in wrong(VALID.replace("value: 16.4", f"value: {value}"))


def test_unmodelled_figures_are_read_as_text(tmp_path):
    path = tmp_path / "mine.yaml"
    more = "not_modelled:\n  - {name: deaths, value: '12', band: 9 to 15, key: ons, because: too rare}\n"
    path.write_text(VALID + more, encoding="utf-8")
    targets = read_targets(path)
    assert targets.not_modelled == (("deaths", "12", "9 to 15", "ons", "too rare"),)
    assert (targets.name, targets.title) == ("mine", "mine")


def test_an_unmodelled_figure_needs_a_reason(wrong):
    more = "not_modelled:\n  - {name: deaths, value: '12', band: 9 to 15, key: ons}\n"
    assert "needs the key 'because'" in wrong(VALID + more)


def test_a_file_without_targets_is_refused(wrong):
    assert "at least one item" in wrong("format: 1\ntargets: []\n")


def test_an_excluded_target_with_a_reason_is_read(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(VALID + "    fitted: false\n    because: another definition\n", encoding="utf-8")
    targets = read_targets(path)
    assert targets.fitted == ()
    assert targets.targets[0].because == "another definition"
