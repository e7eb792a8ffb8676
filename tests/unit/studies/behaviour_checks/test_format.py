"""Results of checks as text and data: units, rounding, sentences, and counts of verdicts."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.analysis.intervals import Interval
from redbead.scenario.scenario import Scenario
from redbead.studies.behaviour_checks.format import (
    as_data,
    count_verdicts,
    describe_estimate,
    describe_expectation,
    estimate_unit,
    files_of,
    format_finding,
    format_number,
    summarise,
)
from redbead.studies.behaviour_checks.spec import Check, Expectation, ScenarioPair
from redbead.studies.behaviour_checks.study import CheckResult
from redbead.studies.behaviour_checks.verdicts import CheckVerdict, Finding
from redbead.studies.reader_base import ScenarioPart


def expect(**more):
    return Expectation(**{"measure": "fear", "first": 52, "last": 104, "statistic": "ratio", "direction": "up"} | more)


def result(*findings, name="calm"):
    pair = ScenarioPair(ScenarioPart(Scenario(), {}), None)
    check = Check(name=name, claim="Calm.", source="notes", pair=pair, expect=tuple(f.expectation for f in findings))
    return CheckResult(check, "any", 12, findings)


def finding(verdict=CheckVerdict.HOLDS, mean=0.1, half=0.02, e=None, **more):
    return Finding(e or expect(), verdict, Interval(mean, mean - half, mean + half, "t"), **more)


# units and numbers


@pytest.mark.cases(
    ("more", "unit"),
    [
        ({"statistic": "ratio"}, ""),
        ({"measure": "leavers", "statistic": "level"}, "people/year"),
        ({"measure": "leavers", "statistic": "difference"}, "people/year"),
        ({"measure": "open_cases", "statistic": "level"}, "cases"),
        ({"measure": "fear", "statistic": "difference"}, ""),
        ({"measure": "turnover", "partner": "caseload", "statistic": "level"}, ""),
        ({"measure": "leavers", "over": "dispersion", "statistic": "level"}, ""),
        ({"measure": "errors_reported", "per": "errors_generated", "statistic": "level"}, ""),
        ({"measure": "errors_generated", "per": "open_cases", "statistic": "level"}, "errors/week per cases"),
    ],
)
def test_the_unit_of_an_estimate(more, unit):
    """Flows are per year; ratios, shares, correlations and dispersions have none."""
    assert estimate_unit(expect(**more)) == unit


@pytest.mark.cases(
    ("statistic", "value", "text"),
    [
        ("ratio", 0.1, "+10 %"), ("ratio", -0.1234, "-12.3 %"), ("ratio", 0.0, "+0 %"), ("ratio", 1.5, "+150 %"),
        ("difference", 0.12345, "+0.123"), ("difference", -3.0, "-3"), ("difference", 1234.5, "+1,230"),
        ("level", 0.12345, "0.123"), ("level", -3.0, "-3"), ("level", math.nan, "?"), ("ratio", math.nan, "?"),
    ],
)  # fmt: skip
def test_numbers_are_signed_if_they_are_changes(statistic, value, text):
    assert format_number(expect(statistic=statistic), value) == text


@given(st.floats(-10, 10))
def test_a_relative_change_is_rounded_to_a_tenth_of_a_per_cent(value):
    text = format_number(expect(), value)
    assert abs(float(text.removesuffix(" %")) - 100 * value) <= 0.05 + 1e-9


# sentences


@pytest.mark.cases(
    ("more", "text"),
    [
        ({}, "fear, year 2"),
        ({"first": 0, "last": 156}, "fear, years 1 to 3"),
        ({"first": 0, "last": 13}, "fear, weeks 0 to 13"),
        ({"first": 10, "last": 52}, "fear, weeks 10 to 52"),
        ({"measure": "errors_reported", "per": "errors_generated"}, "errors_reported per errors_generated, year 2"),
        ({"partner": "turnover"}, "fear with turnover (correlation), year 2"),
        ({"over": "peak"}, "fear, peak, year 2"),
        ({"over": "dip"}, "fear, dip, year 2"),
        ({"over": "dispersion", "last": 156}, "fear, variance over mean, years 2 to 3"),
    ],
)
def test_an_estimate_is_described_by_quantity_and_weeks(more, text):
    assert describe_estimate(expect(**more)) == text


@pytest.mark.cases(
    ("more", "text"),
    [
        ({"direction": "up"}, "up"),
        ({"direction": "", "band": (0.1, 0.25)}, "+10 % to +25 %"),
        ({"direction": "flat", "band": (-0.03, 0.03)}, "flat, -3 % to +3 %"),
        ({"direction": "", "band": (0.1, 0.2), "tolerance": 0.01}, "+10 % to +20 % (± 1 %)"),
        ({"direction": "up", "tolerance": 0.01}, "up"),
        ({"statistic": "level", "direction": "", "band": (1.0, 2.5)}, "1 to 2.5"),
    ],
)
def test_an_expectation_is_described_by_direction_and_band(more, text):
    assert describe_expectation(expect(**more)) == text


def test_a_line_states_estimate_interval_and_expectation():
    assert format_finding(finding()) == "fear, year 2: +10 % (+8 % to +12 %); expected up"


@pytest.mark.parametrize(
    ("number", "words"), [(1, "about 1 more run decides it"), (2, "about 2 more runs decide it"), (0, "")]
)
def test_further_runs_are_in_the_singular_or_the_plural(number, words):
    assert words in (text := format_finding(finding(CheckVerdict.OPEN, 21.0, 2.0, more_runs=number)))
    assert ("more run" in text) is (number > 0)


def test_a_line_with_a_unit_further_runs_and_a_known_shortfall():
    e = expect(measure="leavers", statistic="level", direction="", band=(10.0, 20.0), known="25; see notes")
    item = finding(CheckVerdict.OPEN, 21.0, 2.0, e, more_runs=1234, note="7 runs with takeovers")
    assert format_finding(item) == (
        "leavers, year 2: 21 (19 to 23) people/year; expected 10 to 20; about 1,234 more runs decide it "
        "with a probability of 80 %, if the estimate is right; "
        "7 runs with takeovers; 25; see notes"
    )


def test_an_unknown_estimate_is_a_question_mark():
    item = finding(CheckVerdict.OPEN, math.nan, math.nan, note="no estimate: the denominator is 0")
    assert format_finding(item) == "fear, year 2: ? (? to ?); expected up; no estimate: the denominator is 0"


# counts


def test_verdicts_are_counted_over_all_checks():
    results = [
        result(finding(), finding(CheckVerdict.FAILS)),
        result(finding(), finding(CheckVerdict.STATED, e=expect(known="k")), finding(CheckVerdict.KNOWN)),
    ]
    assert count_verdicts(results) == {
        CheckVerdict.HOLDS: 2,
        CheckVerdict.FAILS: 1,
        CheckVerdict.KNOWN: 1,
        CheckVerdict.STATED: 1,
    }


@pytest.mark.cases(
    ("verdicts", "text"),
    [
        (("HOLDS",), "1 expectation of 1 check: 1 holds"),
        (("HOLDS", "HOLDS"), "2 expectations of 1 check: 2 hold"),
        (("FAILS", "HOLDS", "FAILS"), "3 expectations of 1 check: 1 holds, 2 do not hold"),
        (("OPEN", "OPEN"), "2 expectations of 1 check: 2 undecided"),
        (("RESOLVED",), "1 expectation of 1 check: 1 now holds"),
        (("RESOLVED", "RESOLVED", "KNOWN", "KNOWN"), "4 expectations of 1 check: 2 fall short (known), 2 now hold"),
    ],
)
def test_a_summary_agrees_in_number(verdicts, text):
    assert summarise([result(*(finding(CheckVerdict[name]) for name in verdicts))]) == text


def test_a_summary_of_several_checks():
    assert summarise([result(finding()), result(finding(), name="b")]) == "2 expectations of 2 checks: 2 hold"


@given(st.lists(st.sampled_from(CheckVerdict), min_size=1, max_size=8))
def test_the_counts_of_a_summary_sum_to_its_total(verdicts):
    total, _, parts = summarise([result(*(finding(verdict) for verdict in verdicts))]).partition(": ")
    assert int(total.split()[0]) == len(verdicts) == sum(int(part.split()[0]) for part in parts.split(", "))


# data


def test_data_can_be_written_as_json_with_null_for_missing_values():
    item = finding(CheckVerdict.OPEN, math.nan, math.nan)
    (data,) = as_data(result(item))["expectations"]
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    for key in ("per", "with", "where", "between", "source", "known", "estimate", "low", "high", "note"):
        assert data[key] is None, key
    assert (data["measure"], data["first_week"], data["end_week"], data["verdict"]) == ("fear", 52, 104, "undecided")


def test_data_state_the_theory_of_the_claim_and_that_of_the_runs():
    item = result(finding())._replace(theory="just-culture")
    data = as_data(item)
    assert (data["theory"], data["run_under"], data["runs"]) == ("any", "just-culture", 12)


def test_the_folder_has_one_row_per_expectation_with_the_name_of_its_check():
    files = files_of([result(finding(), finding(), name="a"), result(finding(), name="b")])
    lines = files.tables["expectations.csv"].splitlines()
    assert [line.split(",")[0] for line in lines] == ["check", "a", "a", "b"]
