"""Forecast of a comparison: trial runs, reasons for repeated runs, and durations in words."""

import dataclasses
import hashlib
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.execution.runs import default_jobs, run_options
from redbead.measures import MEASURES
from redbead.scenario.scenario import Scenario
from redbead.storage.run_store import RunStatus
from redbead.studies.comparison.arms import arms_of
from redbead.studies.comparison.forecast import (
    STORED,
    TYPICAL,
    TYPICAL_SPEED,
    Forecast,
    _format_duration,
    _has_same_inputs,
    _reasons,
    _spread_evenly,
    as_data,
    forecast,
    protocol,
    protocol_hash,
    rows,
)
from redbead.studies.comparison.spec import (
    PILOT_RUNS,
    Comparison,
    DecidingOutcome,
    Limits,
    Package,
    Policy,
    SwitchingSearch,
    Uncertainty,
)
from redbead.studies.comparison.study import run_only

FOLDER = Path("runs") / "mine"
HEADER = {"inputs": "i" * 64, "model": "m" * 64}


def store(header=HEADER, failed=(), lost=0):
    """A store with failed and lost runs, as far as a forecast reads it."""
    return SimpleNamespace(
        header=header, failed=dict.fromkeys(failed, RunStatus(0.1, 0, 0, "stopped")), lost=lost, folder=FOLDER / "store"
    )


# trial runs


@given(st.integers(1, 300), st.integers(1, 40))
def test_trial_runs_are_distinct_spread_over_all_runs_and_no_more_than_requested(runs, count):
    """Consecutive trial runs are as far apart as 300 / 40 allows, so that every policy contributes to the speed."""
    keys = [(0, run) for run in range(runs)]
    trial = _spread_evenly(keys, count)
    assert len(trial) == len(set(trial)) == min(runs, count)
    assert trial[0] == (0, 0)
    gaps = [b[1] - a[1] for a, b in pairwise(trial)]
    assert all(gap in (runs // len(trial), runs // len(trial) + 1) for gap in gaps)


def test_no_run_is_missing():
    assert _spread_evenly([], 24) == []


# reasons


@pytest.mark.cases(
    ("stored", "same"),
    [(HEADER, True), (HEADER | {"inputs": "x"}, False), (HEADER | {"model": "x"}, False), ({}, False),
     (HEADER | {"version": "other"}, True)],
)  # fmt: skip
def test_stored_runs_are_reused_for_the_same_inputs_and_model(stored, same):
    assert _has_same_inputs(store(stored), HEADER) is same


def test_a_new_folder_has_no_runs_yet():
    assert _reasons(store({}), HEADER, [(0, 0)], FOLDER) == [f"No runs yet: {FOLDER} does not exist."]


def test_other_inputs_and_another_model_need_another_folder():
    (inputs,) = _reasons(store(HEADER | {"inputs": "x"}), HEADER, [], FOLDER)
    assert "other inputs. Choose another folder with --out" in inputs
    (model,) = _reasons(store(HEADER | {"model": "a" * 64}), HEADER, [], FOLDER)
    assert "another version of the model (aaaaaaaaaaaa; this version is mmmmmmmmmmmm)" in model


def test_failed_and_lost_runs_are_repeated_and_counted():
    """Two runs failed, of which one is requested; three runs are lost."""
    reasons = _reasons(store(failed=[(0, 0), (0, 9)], lost=3), HEADER, [(0, 0), (0, 1)], FOLDER)
    assert reasons == [
        f"1 failed runs will be repeated. Causes: {FOLDER / 'failures'}.",
        f"3 runs will be repeated, because their files were removed from {FOLDER / 'store'}.",
    ]
    assert _reasons(store(), HEADER, [(0, 0)], FOLDER) == []


# words


@pytest.mark.cases(
    ("seconds", "text"),
    [(0.4, "0 s"), (89.4, "89 s"), (90.0, "1.5 min"), (600.0, "10.0 min"), (5399.0, "90.0 min"), (5400.0, "1.5 h")],
)
def test_durations_are_in_seconds_minutes_or_hours(seconds, text):
    assert _format_duration(seconds) == text


def estimate(**changes):
    return Forecast(FOLDER, 3, 5, 1500, 300, 600.0, 2.0, "measured", 12.4, False, ("a reason",))._replace(**changes)


def test_the_table_states_runs_time_and_disk():
    table = dict(rows(estimate()))
    assert table["runs"] == "1,500"
    assert table["done"] == "300"
    assert table["time"].startswith("10.0 min at 2 runs/s (measured)")
    assert table["time"].endswith(", plus tables and report")
    assert table["disk"] == "12 MB"


def test_nothing_remains_when_all_runs_are_stored():
    assert dict(rows(estimate(done=1500)))["time"] == "no runs remaining"


def test_the_number_of_runs_of_auto_is_a_minimum():
    assert dict(rows(estimate(auto=True)))["runs"].startswith("1,500 or more: 'auto' adds runs")


def test_data_contain_every_field_as_text_or_number():
    data = as_data(estimate())
    assert set(data) == set(Forecast._fields)
    assert data["target"] == str(FOLDER)
    assert data["reasons"] == ["a reason"]


# estimates


BASE = Scenario(name="base", years=1.0, warm_up_years=1.0)
POLICIES = (Policy("today", BASE), Policy("lower", BASE.set({"inspection.stakes": 0.1})))


def forecast_of(target, policies=POLICIES, *, agents=None, **fields):
    comparison = Comparison("test", policies, policies[0].name, **fields)
    return forecast(comparison, arms_of(comparison), target, agents)


def test_a_new_comparison_is_estimated_from_the_number_of_posts_and_weeks(tmp_path):
    """120 posts for 52 weeks after 52 weeks of warm-up at 270 ns each: 3.4 ms of processor time per run."""
    result = forecast_of(tmp_path / "new", runs=100)
    assert (result.policies, result.scenarios, result.runs, result.done) == (2, 2, 200, 0)
    seconds = 120 * 104 * TYPICAL_SPEED
    assert result.rate == pytest.approx(default_jobs() / seconds)
    assert result.seconds == pytest.approx(200 * seconds / default_jobs())
    assert result.basis == TYPICAL
    assert result.reasons == (f"No runs yet: {tmp_path / 'new'} does not exist.",)
    assert not (tmp_path / "new").exists(), "an estimate writes nothing"


@given(st.integers(1, 500))
def test_time_and_space_are_proportional_to_the_number_of_runs(runs):
    one, many = forecast_of(Path("nowhere"), runs=1), forecast_of(Path("nowhere"), runs=runs)
    assert many.seconds == pytest.approx(runs * one.seconds)
    assert many.megabytes == pytest.approx(runs * one.megabytes)
    assert many.rate == pytest.approx(one.rate)


def test_space_is_that_of_all_weekly_values_and_of_the_tables():
    """Each run stores 52 weeks of all measures at 8 bytes; tables add a quarter."""
    result = forecast_of(Path("nowhere"), runs=10)
    assert result.megabytes == pytest.approx(20 * 1.25 * 52 * len(MEASURES) * 8 / 1e6)


def test_equal_policies_are_estimated_once():
    result = forecast_of(Path("nowhere"), (*POLICIES, Policy("same", BASE)), runs=10)
    assert (result.policies, result.scenarios, result.runs) == (3, 2, 20)


def test_auto_is_estimated_with_the_smallest_number_of_runs():
    result = forecast_of(Path("nowhere"), runs=None)
    assert (result.auto, result.runs) == (True, 2 * 2 * PILOT_RUNS), "a pilot, and at least as many runs after it"


def test_stored_runs_are_counted_and_their_speed_is_used(engine, tmp_path):
    comparison = Comparison("test", POLICIES, "today", runs=4)
    engine.add(3)
    stored = run_only(comparison, tmp_path / "made", run_options(jobs=1)).store
    result = forecast_of(tmp_path / "made", runs=10)
    assert (result.runs, result.done, result.basis) == (20, 6, STORED)
    seconds = sum(stored.runs[key].seconds for key in stored.done)
    assert result.rate == pytest.approx(default_jobs() * 6 / seconds, rel=1e-3)
    assert result.seconds == pytest.approx(14 / result.rate)
    assert result.reasons == (f"2 failed runs will be repeated. Causes: {tmp_path / 'made' / 'failures'}.",)


def test_a_complete_comparison_needs_no_time(engine, tmp_path):
    run_only(Comparison("test", POLICIES, "today", runs=3), tmp_path / "made", run_options(jobs=1))
    result = forecast_of(tmp_path / "made", runs=3)
    assert (result.done, result.seconds, result.rate, result.reasons) == (6, 0.0, 0.0, ())
    assert dict(rows(result))["time"] == "no runs remaining"


def test_runs_of_other_inputs_are_not_counted(engine, tmp_path):
    run_only(Comparison("test", POLICIES, "today", runs=3), tmp_path / "made", run_options(jobs=1))
    result = forecast_of(tmp_path / "made", runs=3, seed=9)
    assert (result.done, result.basis) == (0, TYPICAL)
    assert "other inputs" in result.reasons[0]


# protocol


def comparison(**fields):
    """Two policies, which differ in the blame of managers."""
    base = Scenario(name="today", years=1, warm_up_years=0)
    mild = dataclasses.replace(base.set({"fear.blame": 0.2}), name="mild")
    policies = (Policy("today", base), Policy("mild", mild))
    return Comparison(**({"name": "c", "policies": policies, "baseline": "today", "runs": 20} | fields))


def test_a_protocol_ends_with_the_hash_of_what_precedes_it():
    text, _, last = protocol(comparison()).rpartition("\nProtocol hash: ")
    assert last.strip() == hashlib.sha256(text.encode()).hexdigest() == protocol_hash(comparison())


@pytest.mark.cases(
    "change",
    [
        {"runs": 21}, {"runs": None}, {"seed": 2}, {"baseline": "mild"}, {"question": "Why?"}, {"over": "whole run"},
        {"intervals": "bootstrap"}, {"theories": ("balanced",)}, {"uncertainty": Uncertainty(("fear.blame",), 20)},
        {"deciding_outcomes": (DecidingOutcome("turnover", 0.01),)},
        {"deciding_outcomes": (DecidingOutcome("turnover", 0.02),)},
        {"package": Package("mild", 10)}, {"switching": SwitchingSearch("mild", "today", "turnover", ("fear.blame",))},
        {"policies": comparison().policies[:1]}, {"pairs": (("today", "mild"),)},
    ],

)  # fmt: skip
def test_every_choice_of_the_analysis_changes_the_hash(change):
    assert protocol_hash(comparison(**change)) != protocol_hash(comparison())


def test_a_stopping_rule_is_part_of_the_protocol():
    limits = Limits(runs=300, minutes=5)
    text = protocol(comparison(runs=None, limits=limits))
    assert "a pilot of 40 runs with separate seeds sets the number of runs, at most 300 or 5 minutes" in text
    assert protocol_hash(comparison(runs=None)) != protocol_hash(comparison(runs=None, limits=limits))
