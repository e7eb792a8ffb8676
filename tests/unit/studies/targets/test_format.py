"""Comparisons with targets as text, data and tables: rounding, order, and the sentences of the documentation page."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.analysis.estimates import Estimate
from redbead.studies.targets.format import (
    as_data,
    band,
    frame,
    interval,
    markdown,
    number,
    ordered,
    page_rows,
    rows,
    summary,
    unit_label,
)
from redbead.studies.targets.results import TargetResult, TargetVerdict, target_results
from redbead.studies.targets.spec import Target, TargetSet, UnmodelledFigure

CASELOAD = Target(
    "caseload", "caseload", "cases/worker", 16.0, 15.0, 18.0, "2017 to 2025", "measured", "dfe", "cases per worker"
)
VACANCIES = Target("vacancies", "vacancy_rate", "share", 0.18, 0.15, 0.2, "2024", "assumed", "dfe", "vacant posts")
EXCLUDED = Target(
    "agency", "agency_rate", "share", 0.16, 0.1, 0.2, "2024", "measured", "dfe", "agency staff", fitted=False,
    because="the definition changed",
)  # fmt: skip
SET = TargetSet(
    "t", "t", (CASELOAD, VACANCIES, EXCLUDED), (UnmodelledFigure("deaths", "12", "9 to 15", "ons", "rare"),)
)


def around(value, half):
    return Estimate(value, value - half, value + half, half / 2, 40)


def results(**levels):
    """A caseload inside its band, too many vacancies and an excluded figure, unless other levels are given."""
    usual = {"caseload": around(16.42, 0.25), "vacancies": around(0.25, 0.02), "agency": around(0.12, 0.01)}
    names = {target.name: target.level for target in SET.targets}
    return target_results(SET, {names[name]: level for name, level in (usual | levels).items()})


UNKNOWN = Estimate(math.nan, math.nan, math.nan, math.nan, 0)


@pytest.mark.cases(
    ("value", "unit", "text"),
    [
        (0.1452, "share", "14.5 %"), (0.0, "share", "0.0 %"), (1.0, "share", "100.0 %"), (12.3456, "share", "1234.6 %"),
        (16.42, "cases/worker", "16.4"), (10.0, "years", "10.0"), (9.99, "years", "9.99"), (1.0, "years", "1.00"),
        (0.999, "years", "0.999"), (0.0, "years", "0.000"), (-12.34, "years", "-12.3"), (-2.5, "years", "-2.50"),
        (-0.25, "ratio", "-0.250"), (math.nan, "share", "?"), (math.inf, "years", "?"), (-math.inf, "years", "?"),
    ],
)  # fmt: skip
def test_numbers_have_three_significant_figures_and_shares_are_percentages(value, unit, text):
    assert number(value, unit) == text


@given(st.floats(-9999, 9999), st.sampled_from(["share", "years"]))
def test_a_printed_number_differs_by_at_most_half_of_its_last_digit(value, unit):
    text = number(value, unit).removesuffix(" %")
    digits = len(text.partition(".")[2])
    scale = 100.0 if unit == "share" else 1.0
    assert abs(float(text) - scale * value) <= 0.5 * 10**-digits + 1e-9


@pytest.mark.parametrize(
    ("unit", "label"), [("share", ""), ("ratio", ""), ("cases/worker", "cases/worker"), ("years", "years")]
)
def test_shares_and_ratios_have_no_unit(unit, label):
    assert unit_label(unit) == label


def test_intervals_and_bands_are_in_the_unit_of_the_target():
    assert interval(around(0.15, 0.02), "share") == "15.0 % (13.0 % to 17.0 %)"
    assert interval(UNKNOWN, "years") == "? (? to ?)"
    assert band(CASELOAD) == "15.0 to 18.0"
    assert band(VACANCIES) == "15.0 % to 20.0 %"


def test_unmet_targets_come_first_and_excluded_ones_last():
    mixed = results(caseload=around(16.0, 0.1), vacancies=UNKNOWN, agency=around(0.9, 0.01))
    outside = TargetResult(VACANCIES, around(0.5, 0.1), TargetVerdict.OUTSIDE)
    names = [(item.target.name, item.verdict) for item in ordered([*mixed, outside])]
    assert names == [
        ("vacancies", TargetVerdict.OUTSIDE), ("vacancies", TargetVerdict.UNSEEN), ("caseload", TargetVerdict.INSIDE),
        ("agency", TargetVerdict.OUTSIDE),
    ]  # fmt: skip


def test_targets_of_equal_rank_keep_their_order():
    same = [TargetResult(CASELOAD, around(value, 0.1), TargetVerdict.INSIDE) for value in (16.0, 17.0, 15.5)]
    assert ordered(same) == same


def test_each_row_states_verdict_level_and_band():
    assert rows(results()) == [
        ("inside", "caseload [cases/worker]", "16.4 (16.2 to 16.7)", "15.0 to 18.0; published 16.0"),
        ("outside", "vacancies", "25.0 % (23.0 % to 27.0 %)", "15.0 % to 20.0 %; published 18.0 %"),
        ("inside *", "agency", "12.0 % (11.0 % to 13.0 %)", "10.0 % to 20.0 %; published 16.0 %"),
    ]
    assert [row[:2] for row in page_rows(results())] == [(level, verdict) for verdict, level, *_ in rows(results())]
    assert rows(results(vacancies=UNKNOWN))[1][0] == "no data"


def test_the_summary_counts_calibration_targets_only():
    text = summary(results(), 40)
    assert text.startswith("In 40 runs, 1 of 2 levels lie inside the bands of published figures.")
    assert text.endswith("not used for calibration; the file of targets gives the reason.")
    assert "more runs are needed" not in text


def test_the_summary_counts_intervals_that_include_an_end_of_the_band():
    text = summary(results(caseload=around(15.1, 0.5), agency=around(0.1, 0.05)), 40)
    assert "For 1 of them the interval includes an end of the band, so more runs are needed." in text


def test_without_excluded_targets_there_is_no_star_to_explain():
    assert summary(results()[:2], 5) == "In 5 runs, 1 of 2 levels lie inside the bands of published figures."


def test_data_can_be_written_as_json_with_null_for_unknown_levels():
    data = as_data(results(vacancies=UNKNOWN)[1])
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert (data["value"], data["low"], data["high"], data["observations"]) == (None, None, None, 0)
    assert (data["verdict"], data["published"], data["band"], data["fitted"]) == ("unseen", 0.18, [0.15, 0.2], True)


def test_the_table_has_one_row_per_target_and_both_ends_of_the_band():
    table = frame(results())
    assert list(table["name"]) == ["caseload", "vacancies", "agency"]
    assert list(table["verdict"]) == ["in", "out", "in"]
    assert table[["band_low", "band_high"]].to_numpy().tolist() == [[15.0, 18.0], [0.15, 0.2], [0.1, 0.2]]
    assert "band" not in table.columns
    assert list(table["because"]) == ["", "", "the definition changed"]


# documentation page


def page(**levels):
    return markdown(results(**levels), SET, 40)


def section(text, title):
    return text.split(f"## {title}\n")[1].split("\n## ")[0]


def test_the_page_lists_unmet_targets_with_their_band():
    part = section(page(), "Unmet targets")
    assert "- **vacancies**: 25.0 % (23.0 % to 27.0 %), band 15.0 % to 20.0 %." in part
    assert "**caseload**" not in part


def test_the_page_states_if_all_targets_are_met():
    part = section(page(vacancies=around(0.18, 0.01)), "Unmet targets")
    assert "Every level used for calibration lies inside its band." in part


def test_the_page_gives_reasons_for_excluded_and_unmodelled_figures():
    text = page()
    assert "- **agency**: 12.0 % (11.0 % to 13.0 %), published 16.0 %. The definition changed." in text
    assert "- **deaths** (12; 9 to 15): rare." in text


def test_the_table_of_the_page_contains_calibration_targets_only():
    lines = [line for line in section(page(), "Calibration targets").splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in lines}) == 1, "all lines have the same number of cells"
    assert lines[2].startswith("| inside | caseload [cases/worker] | 16.4 (16.2 to 16.7) | 15.0 to 18.0 | 16.0 |")
    assert lines[3].endswith("| 2024 | assumed | `dfe` |")
    assert len(lines) == 4


def test_the_page_defines_every_level():
    assert section(page(), "Definitions").count("- **") == 3
    assert "- **vacancies** (`vacancy_rate`): vacant posts." in page()
