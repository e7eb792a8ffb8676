"""Dose-response sweeps: their comparison, how it is recognised again, and their response."""

import dataclasses

import numpy as np
import pytest

import redbead as rb
from redbead.analysis.outcomes import OUTCOMES, PERIODS
from redbead.exceptions import BadInputError
from redbead.levers.culture import JustCulture
from redbead.report.comparison import dose_response
from redbead.results import ComparisonResults
from redbead.scenario.scenario import Scenario
from redbead.studies.comparison.arms import arms_of
from redbead.studies.comparison.inputs import gather, with_runs
from redbead.studies.comparison.report_data import ReportData
from redbead.studies.comparison.results import ComparisonRuns
from redbead.studies.comparison.spec import DecidingOutcome
from redbead.studies.comparison.sweep import build_sweep, describe_key, parse_values, sweep_of

DOSE = "levers.just-culture.dose"
FEAR = "reporting.fear"
TODAY = Scenario(name="today", years=3.0)
LEARNING = dataclasses.replace(TODAY, name="learning", levers=(JustCulture(from_week=52),))


# the comparison


@pytest.mark.cases(
    ("scenario", "key", "values", "names"),
    [
        (TODAY, FEAR, [0.5, 1], ("today: fear 0.5", "today: fear 1")),
        (
            TODAY,
            "inspection.cases_tracked",
            range(20, 61, 20),
            tuple(f"today: cases_tracked {n}" for n in (20, 40, 60)),
        ),
        (LEARNING, DOSE, np.linspace(0, 1, 3), ("learning: dose 0", "learning: dose 0.5", "learning: dose 1")),
        (LEARNING, "levers.just-culture.from_week", (0, 52), ("learning: from_week 0", "learning: from_week 52")),
        (LEARNING, DOSE, [0.1 + 0.2, 1], ("learning: dose 0.3", "learning: dose 1")),
    ],
)
def test_every_value_is_a_policy(scenario, key, values, names):
    comparison = build_sweep(scenario, key, values)
    assert comparison.names == names
    assert comparison.baseline == names[0]


@pytest.mark.parametrize(
    ("reference", "baseline"), [(None, "today: fear 2"), (1, "today: fear 1"), (0.5, "today: fear 0.5")]
)
def test_the_reference_is_the_first_value_or_the_one_given(reference, baseline):
    assert build_sweep(TODAY, FEAR, [2, 0.5, 1], reference=reference).baseline == baseline


def test_settings_apply_to_all_values_and_do_not_replace_them():
    comparison = build_sweep(TODAY, FEAR, [1, 2], settings={"authority.posts": 24, FEAR: 3})
    assert [p.scenario.value("authority.posts") for p in comparison.policies] == [24, 24]
    assert [p.scenario.value(FEAR) for p in comparison.policies] == [1, 2]


@pytest.mark.cases(
    ("key", "values", "message"),
    [
        ("reporting.fea", [1, 2], "Did you mean reporting.fear"),
        (FEAR, [1, 99], "0 to 6"),
        (DOSE, [0, 1], "no such lever"),
        ("inspection.regime", [1, 2], "is not a number that policies can differ in"),
        ("time.years", [1, 2], "is not a number that policies can differ in"),
        (FEAR, [1], "at least two values, not 1"),
        (FEAR, [], "at least two values, not 0"),
        (FEAR, [1, 2, 1.0], "appears twice"),
        (FEAR, [1, "high"], "high is not a number"),
        (FEAR, [1, True], "True is not a number"),
        (FEAR, [1, float("nan")], "nan is not a number"),
        (FEAR, [1 + k / 1000 for k in range(201)], "201"),
    ],
)
def test_a_wrong_key_or_value_is_refused(key, values, message):
    with pytest.raises(BadInputError, match=message) as error:
        build_sweep(TODAY, key, values)
    assert all(problem.file == "sweep" and problem.hint for problem in error.value.problems)


@pytest.mark.parametrize("reference", [3, "x", float("inf"), True])
def test_a_reference_that_is_not_a_value_is_refused(reference):
    with pytest.raises(BadInputError, match=r"not one of the values \(1, 2\)|is not one of"):
        build_sweep(TODAY, FEAR, [2, 1.5], reference=reference)


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["0", "1"], [0, 1]),
        (["0:1:3"], [0, 0.5, 1]),
        (["-1:1:2", "5"], [-1, 1, 5]),
        (["1e-3", "2:1:3"], [0.001, 2, 1.5, 1]),
    ],
)
def test_values_are_numbers_or_ranges(texts, values):
    assert parse_values(texts) == values


@pytest.mark.cases("text", ["a", "0:1", "0:1:1", "0:1:x", "0:1:2:3", "", "0:1:9999", "--rums"])
def test_text_that_is_no_number_or_range_is_refused(text):
    with pytest.raises(BadInputError, match="LOW:HIGH:COUNT"):
        parse_values(["1", text])


# recognising a sweep


@pytest.mark.parametrize(
    ("scenario", "key", "values"),
    [(TODAY, FEAR, [2, 1, 3]), (LEARNING, DOSE, [1, 0, 0.5]), (LEARNING, "levers.just-culture.ramp_weeks", [10, 0])],
)
def test_a_sweep_is_recognised_from_its_policies_in_ascending_order(scenario, key, values):
    sweep = sweep_of(build_sweep(scenario, key, values))
    assert sweep.key == key
    assert list(sweep.values.values()) == sorted(values)
    assert (sweep.unit, sweep.meaning) == describe_key(key)


@pytest.mark.cases(
    "policies",
    [
        {"a": TODAY, "b": TODAY.set(reporting__fear=2, inspection__stakes=0.1)},
        {"a": TODAY, "b": TODAY.set(reporting__fear=2), "c": TODAY.set(inspection__stakes=0.1)},
        {"a": TODAY, "b": LEARNING},
        {
            "a": LEARNING,
            "b": dataclasses.replace(LEARNING, levers=(JustCulture(from_week=52, dose=0.5, ramp_weeks=3),)),
        },
        {"a": TODAY, "b": TODAY.set(reporting__fear=2), "c": dataclasses.replace(TODAY, name="again")},
    ],
)
def test_policies_that_differ_in_more_than_one_number_are_no_sweep(policies):
    assert sweep_of(gather(policies)) is None


# the response


def constructed(levels, better="errors_generated", noise=0.1, runs=20):
    """Findings of a sweep over 0, 1, 2, ... whose outcome has these means, with independent noise."""
    comparison = build_sweep(TODAY, "inspection.stakes", [0.1 * k for k in range(len(levels))])
    comparison = dataclasses.replace(
        with_runs(comparison, str(runs)), deciding_outcomes=(DecidingOutcome(better, 0.01),)
    )
    arms, random = arms_of(comparison), np.random.default_rng(5)
    values = np.zeros((len(levels), runs, len(PERIODS), len(OUTCOMES)))
    for k, level in enumerate(levels):
        values[k] = (level + noise * random.normal(size=runs))[:, None, None] if noise else level
    return ReportData(ComparisonRuns(comparison, arms, None, None, runs, values))


@pytest.mark.parametrize("outcome", ["errors_generated", "service_quality", "cost"])
@pytest.mark.parametrize(
    ("levels", "steps", "shape"),
    [
        ([1, 2, 3, 4], ["rise"] * 3, "monotone: every step is a clear rise"),
        ([4, 3, 2, 1], ["fall"] * 3, "monotone: every step is a clear fall"),
        (
            [1, 2, 2.001, 3],
            ["rise", "not distinguishable", "rise"],
            "1 of 3 steps is not distinguishable from 0 (0.1 to 0.2)",
        ),
        ([1, 3, 2], ["rise", "fall"], "is not monotone: it rises (0 to 0.1) and falls (0.1 to 0.2)"),
        ([1, 1.001, 1.002], ["not distinguishable"] * 2, "the shape is inconclusive"),
    ],
)
def test_the_shape_follows_from_the_steps(levels, steps, shape, outcome):
    data = constructed(levels, outcome)
    table = dose_response.dose_response(data)
    assert list(table["step_direction"]) == ["", *steps]
    (sentence,) = dose_response.sentences(data)
    assert shape in sentence


def test_outcomes_that_never_differ_are_stated_to_be_equal():
    (sentence,) = dose_response.sentences(constructed([1, 1, 1], noise=0))
    assert sentence.endswith("equal in every run.")


@pytest.mark.parametrize("outcome", ["errors_generated", "service_quality"])
def test_a_step_is_the_difference_between_neighbouring_means(outcome):
    table = dose_response.dose_response(constructed([3, 1, 2, 5], outcome))
    assert np.allclose(table["step"][1:], np.diff(table["mean"]))
    assert ((table["step_low"] <= table["step"]) & (table["step"] <= table["step_high"]))[1:].all()
    assert np.allclose(table["difference"][1:], table["mean"][1:] - table["mean"][0])
    assert list(table["reference"]) == [True, False, False, False]


def test_the_figure_describes_every_mean_and_marks_the_reference():
    drawing = dose_response.response(constructed([1, 2, 3]))
    assert drawing.name == "dose-response"
    for value in ("at 0,", "at 0.1,", "at 0.2."):
        assert value in drawing.alt
    (axes,) = drawing.figure.axes[:1]
    assert axes.get_xlabel() == f"stakes ({describe_key('inspection.stakes')[0]})"
    assert axes.get_ylabel() == "errors per year"


@pytest.mark.parametrize(("count", "shown"), [(2, False), (3, True), (5, True)])
def test_the_page_shows_the_response_to_three_values_or_more(count, shown):
    assert (dose_response.sweep_shown(constructed(list(range(count)))) is not None) is shown


def test_no_response_without_a_run_that_finished_under_every_value():
    results = constructed([1, 2, 3]).results
    data = ReportData(dataclasses.replace(results, outcomes=np.full_like(results.outcomes, np.nan)))
    assert dose_response.dose_response(data).empty
    assert dose_response.response(data) is None
    assert dose_response.sentences(data) == []


def test_policies_without_a_common_number_have_no_figure():
    other = gather({"a": TODAY, "b": LEARNING, "c": TODAY.set(reporting__fear=2)})
    arms = arms_of(other)
    values = np.zeros((3, 2, len(PERIODS), len(OUTCOMES)))
    results = ComparisonResults(ComparisonRuns(other, arms, None, None, 2, values))
    with pytest.raises(BadInputError, match="differ in one number"):
        results.plot_dose_response()


@pytest.mark.slow  # draws all figures of the report
def test_a_sweep_in_a_folder_is_read_again_and_extended(engine, tmp_path):
    arguments = {"settings": {"time.years": 3}, "measures": {"errors_generated": "5 %"}}
    first = rb.sweep(LEARNING, DOSE, [0, 0.5, 1], runs=3, out=tmp_path / "sweep", **arguments)
    again = rb.read_results(tmp_path / "sweep")
    assert again.dose_response().equals(first.dose_response())
    assert (tmp_path / "sweep" / "figures" / "dose-response.svg").is_file()
    assert (tmp_path / "sweep" / "dose-response.csv").is_file()
    page = (tmp_path / "sweep" / "report.html").read_text()
    assert 'id="dose-response"' in page
    more = rb.sweep(LEARNING, DOSE, [0, 0.5, 1], runs=5, out=tmp_path / "sweep", **arguments)
    assert len(more.runs) == 15
    assert DOSE in first.answer()
