"""Every shipped scenario runs, and the first ten change their main outcomes as documented in 30 paired runs."""

import dataclasses

import numpy as np
import pytest

from redbead.measures import MEASURES
from redbead.scenario.library import shipped
from redbead.scenario.loader import load

RUNS = 30


@pytest.mark.cases("name", shipped())
def test_a_scenario_runs_and_records_finite_measures(recorded, name):
    runs = recorded(dataclasses.replace(load(name), years=2.5), 2)
    assert set(runs) == {m.name for m in MEASURES}
    for measure, table in runs.items():
        assert np.isfinite(table).all(), measure
        assert table.shape == (2, 130)


def paired_difference(paired, name, measure, first, last):
    """Paired difference from the baseline in standard errors, and its size."""
    base, policy = (runs[measure][:, first:last].mean(axis=1) for runs in paired(load("baseline"), load(name), RUNS))
    difference = policy - base
    error = difference.std(ddof=1) / np.sqrt(RUNS)
    return difference.mean() / max(error, 1e-12), difference.mean()


DIRECTIONS = [
    ("just-culture", "hidden_errors", 156, 520, -1),
    ("just-culture", "errors_reported", 78, 520, 1),
    ("just-culture", "fear", 104, 520, -1),
    ("two-strikes", "hidden_errors", 104, 520, 1),
    ("two-strikes", "turnover", 104, 520, 1),
    ("tragedy-unfunded", "work_pressure", 104, 520, 1),
    ("tragedy-unfunded", "waiting", 104, 520, 1),
    ("tragedy-unfunded", "turnover", 156, 520, 1),
    ("tragedy-funded", "staff", 156, 520, 1),
    ("tragedy-funded", "cost", 156, 520, 1),
    ("no-inspection", "threat", 0, 520, -1),
    ("no-inspection", "fear", 0, 520, -1),
    ("no-inspection", "inspections", 0, 520, -1),
    ("supportive-inspection", "fear", 52, 520, -1),
    ("supportive-inspection", "defences", 260, 520, 1),
    ("supportive-inspection", "errors_generated", 260, 520, -1),
    ("inadequate-and-takeover", "disruption", 52, 156, 1),
    ("inadequate-and-takeover", "turnover", 78, 156, 1),
    ("inadequate-and-takeover", "service_quality", 60, 156, -1),
    ("inadequate-and-takeover", "fear", 53, 104, 1),
    ("leaders-protected", "leader_fear", 60, 520, -1),
    ("leaders-protected", "manager_fear", 78, 520, -1),
    ("leaders-protected", "passing_up", 78, 520, 1),
    ("confidential-reporting", "confidential_reports", 104, 520, 1),
    ("confidential-reporting", "defences", 156, 520, 1),
    ("confidential-reporting", "errors_generated", 208, 520, -1),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "measure", "first", "last", "sign"), DIRECTIONS)
def test_a_scenario_changes_its_main_outcome_in_the_documented_direction(paired, name, measure, first, last, sign):
    z_score, size = paired_difference(paired, name, measure, first, last)
    assert sign * z_score > 2, size


@pytest.mark.slow
def test_an_imposed_grade_is_published_in_its_week_in_every_run(recorded):
    grade = recorded(load("inadequate-and-takeover"), RUNS)["grade"]
    assert (grade[:, 52] == 3).all()


@pytest.mark.slow
def test_a_takeover_happens_at_most_once_and_not_before_the_clock_ends(recorded):
    """The grade is published in week 52 and starts a 26-week clock, so the earliest takeover is in week 78."""
    runs = recorded(load("inadequate-and-takeover"), RUNS)
    takeovers = runs["takeovers"]
    assert takeovers.sum(axis=1).max() == 1
    assert not takeovers[:, 52:78].any()
    assert takeovers[:, 78].any()


@pytest.mark.slow
def test_funding_after_a_tragedy_reduces_pressure_errors_and_burnout(paired):
    """The funded scenario has lower pressure, fewer errors and less burnout than the unfunded one, at a higher cost."""
    unfunded, funded = paired(load("tragedy-unfunded"), load("tragedy-funded"), RUNS)
    late = slice(156, 520)
    for measure in ("work_pressure", "errors_generated", "burnout"):
        assert funded[measure][:, late].mean() < unfunded[measure][:, late].mean(), measure
    assert funded["cost"][:, late].mean() > unfunded["cost"][:, late].mean()
