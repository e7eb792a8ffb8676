"""Every scenario of the library shows what its file speaks of, against the scenario that it is read with. 12 pairs.

The directions are those that the file's own text predicts, not those that the model was seen to take. The ten
scenarios that came first are tested with more runs in `test_shipped_scenarios.py`.
"""

import dataclasses

import numpy as np
import pytest

from redbead.scenario.library import shipped
from redbead.scenario.loader import load

pytestmark = pytest.mark.slow

RUNS = 100
YEARS = 7.0

DIRECTIONS = [
    ("biased-sample", "baseline", "grade", 0, 364, 1),
    ("candour-credited", "baseline", "gaming", 0, 364, -1),
    ("high-stakes", "baseline", "compliance", 0, 364, 1),
    ("high-stakes", "baseline", "gaming", 0, 364, 1),
    ("high-stakes", "baseline", "fear", 0, 364, 1),
    ("low-stakes", "baseline", "fear", 0, 364, -1),
    ("low-stakes", "baseline", "compliance", 0, 364, -1),
    ("yearly-visits", "baseline", "inspections", 0, 364, 1),
    ("inadequate-alone", "baseline", "fear", 53, 104, 1),
    ("inadequate-alone", "baseline", "turnover", 78, 156, 1),
    ("inadequate-alone", "baseline", "agency_rate", 78, 156, 1),
    ("takeover-at-its-best", "inadequate-and-takeover", "defences", 104, 364, 1),
    ("tragedy-late-money", "tragedy-funded", "work_pressure", 78, 208, 1),
    ("great-surge", "tragedy-funded", "work_pressure", 104, 364, 1),
    ("great-surge", "tragedy-funded", "turnover", 156, 364, 1),
    ("own-scandals", "baseline", "referrals", 0, 364, 1),
    ("standards-erode", "tragedy-unfunded", "service_quality", 156, 364, -1),
    ("exceptional-leaders", "baseline", "compliance", 0, 364, -1),
    ("two-strikes-after-a-tragedy", "tragedy-unfunded", "turnover", 104, 364, 1),
    ("two-strikes-after-a-tragedy", "tragedy-unfunded", "work_pressure", 104, 364, 1),
    ("blame-from-above", "baseline", "manager_fear", 0, 364, 1),
    ("blame-from-above", "baseline", "blame", 0, 364, 1),
    ("blame-from-above", "baseline", "passing_up", 0, 364, -1),
    ("blame-from-above", "baseline", "hidden_errors", 0, 364, 1),
    ("hollow-promise", "baseline", "fear", 156, 364, 1),
    ("hollow-promise", "just-culture", "errors_reported", 156, 364, -1),
    ("hollow-promise", "just-culture", "fear", 156, 364, 1),
    ("improvement-time", "baseline", "defences", 104, 364, 1),
    ("improvement-time", "baseline", "work_pressure", 52, 104, 1),
    ("improvement-time-in-overload", "improvement-time", "work_pressure", 104, 364, 1),
    ("just-culture-and-improvement", "just-culture", "defences", 104, 364, 1),
    ("reports-unread", "just-culture", "report_queue", 104, 364, 1),
    ("reports-unread", "just-culture", "usefulness", 104, 364, -1),
    ("reports-unread", "just-culture", "defences", 104, 364, -1),
    ("lessons-forgotten", "just-culture", "defences", 104, 364, -1),
    ("lessons-forgotten", "just-culture", "errors_generated", 156, 364, 1),
    ("nobody-applies", "baseline", "vacancy_rate", 0, 364, 1),
    ("nobody-applies", "baseline", "work_pressure", 0, 364, 1),
    ("no-agency-staff", "baseline", "work_pressure", 0, 364, 1),
    ("no-agency-staff", "baseline", "agency_rate", 0, 364, -1),
    ("beginners", "baseline", "skill", 0, 364, -1),
    ("beginners", "baseline", "errors_generated", 0, 364, 1),
    ("practice-rewarded", "baseline", "compliance", 104, 364, -1),
    ("donor-authorities", "baseline", "work_pressure", 52, 104, 1),
    ("reorganisation", "baseline", "disruption", 52, 156, 1),
    ("reorganisation", "baseline", "service_quality", 52, 104, -1),
    ("outsourcing", "baseline", "disruption", 52, 156, 1),
    ("outsourcing-debate", "baseline", "disruption", 52, 156, 1),
    ("prevention", "baseline", "referrals", 208, 364, -1),
    ("underfunding", "baseline", "work_pressure", 104, 364, 1),
    ("underfunding", "baseline", "turned_away", 104, 364, 1),
    ("funding", "baseline", "work_pressure", 104, 364, -1),
    ("funding", "baseline", "cost", 104, 364, 1),
    ("blame-the-blamers", "baseline", "manager_fear", 65, 364, 1),
    ("rhetoric", "baseline", "fear", 56, 104, 1),
    ("rhetoric", "baseline", "errors_reported", 56, 104, -1),
    ("targets", "baseline", "compliance", 104, 364, 1),
    ("bureaucracy-cut", "baseline", "work_pressure", 65, 364, -1),
    ("strategic-confusion", "baseline", "burnout", 104, 364, 1),
    ("strategic-confusion", "baseline", "turnover", 104, 364, 1),
    ("staff-first", "baseline", "burnout", 104, 364, -1),
    ("service-user-feedback", "baseline", "errors_unrecognised", 104, 364, -1),
    ("service-user-feedback", "baseline", "defences", 104, 364, 1),
    ("human-factors", "baseline", "errors_recognised", 52, 104, 1),
    ("participation", "baseline", "defences", 104, 364, 1),
    ("improvement-incentives", "baseline", "errors_reported", 104, 364, 1),
    ("peer-accusation", "baseline", "fear", 56, 364, 1),
    ("system-analysis", "baseline", "defences", 104, 364, 1),
    ("managers-as-helpers", "baseline", "blame", 156, 364, -1),
    ("managers-as-helpers", "baseline", "burnout", 156, 364, -1),
    ("unit-model", "baseline", "errors_unrecognised", 156, 364, -1),
    ("unit-model-inspected-too-early", "unit-model", "errors_unrecognised", 208, 364, 1),
    ("redesign", "baseline", "disruption", 52, 156, 1),
    ("hiring-support", "baseline", "vacancy_rate", 78, 364, -1),
    ("agency-cap", "baseline", "agency_rate", 78, 364, -1),
    ("causal-analysis", "baseline", "turnover", 104, 364, -1),
    ("uneven-allocation", "baseline", "errors_generated", 65, 364, 1),
    ("where-blame-deters", "two-strikes", "errors_generated", 104, 364, -1),
    ("just-culture-where-blame-deters", "just-culture", "errors_generated", 104, 364, 1),
    ("where-a-just-culture-is-right", "just-culture", "errors_generated", 156, 364, -1),
    ("where-a-just-culture-is-right", "just-culture", "hidden_errors", 156, 364, -1),
    ("where-only-workload-counts", "tragedy-funded", "fear", 0, 364, 0),
    ("where-inspection-works", "baseline", "defences", 0, 364, 1),
    ("fear-only-inspection", "no-inspection", "errors_generated", 0, 364, 1),
    ("fear-only-inspection", "no-inspection", "hidden_errors", 0, 364, 1),
    ("no-errors", "baseline", "errors_generated", 0, 364, -1),
    ("no-errors", "baseline", "sanctions", 0, 364, -1),
    ("nothing-to-fear", "baseline", "fear", 0, 364, -1),
    ("nothing-to-fear", "baseline", "errors_reported", 0, 364, 1),
    ("overload", "baseline", "work_pressure", 0, 364, 1),
    ("overload", "baseline", "turned_away", 0, 364, 1),
]
"""Scenario, what it is read with, measure, first week, week after the last, sign (0: no visible difference)."""

SPREADS = [
    ("larger-sample", "baseline", "grade", -1),
    ("every-case-inspected", "baseline", "grade", -1),
    ("narrative-judgement", "baseline", "disruption", -1),
]
"""Scenarios about chance: whether a measure of one service spreads more (1) or less (-1) over runs and weeks."""

RARE = [
    ("takeover-at-its-best", "inadequate-and-takeover", "service_quality", 78, 156, 1),
    ("failure-demand", "standards-erode", "referrals", 156, 364, 1),
    ("nominated-cases", "baseline", "grade", 0, 364, -1),
    ("appeal", "baseline", "grade", 0, 364, -1),
    ("leaders-sacked", "inadequate-alone", "disruption", 53, 104, 1),
    ("political-attention", "own-scandals", "staff", 156, 364, 1),
    ("autonomy", "baseline", "service_quality", 52, 364, 0),
    ("commissioner", "inadequate-and-takeover", "disruption", 78, 156, -1),
    ("discretionary", "inadequate-and-takeover", "takeovers", 78, 156, -1),
    ("two-years-to-improve", "inadequate-and-takeover", "takeovers", 78, 156, -1),
]
"""Like DIRECTIONS, for small effects and for what happens in few runs: so many pairs."""

PAIRS = 240

FIRST_TEN = {
    *("baseline", "just-culture", "two-strikes", "tragedy-unfunded", "tragedy-funded", "no-inspection"),
    *("supportive-inspection", "inadequate-and-takeover", "leaders-protected", "confidential-reporting"),
}

IN_THE_LOTTERY = {"bad-day", "practice-observed", "several-snapshots", "stratified-sample"}
"""What these do to one grade drowns in the lottery of a few dozen runs: their directions are those of rules that
`tests/unit/oversight` and `tests/verification/test_inspection_lottery.py` check by hand."""


@pytest.fixture(scope="module")
def weekly(recorded):
    """The weekly measures of a scenario, for fewer years than it has."""
    return lambda name: recorded(dataclasses.replace(load(name), years=YEARS), RUNS)


def moves(change, sign):
    """Whether paired changes go that way beyond chance; for 0, whether they cannot be told from nothing."""
    error = max(change.std(ddof=1) / np.sqrt(len(change)), 1e-12)
    return sign * change.mean() > 2 * error if sign else abs(change.mean()) < 3 * error


UNMET = ("where-only-workload-counts", "tragedy-funded", "fear", 0, 364, 0)
SHORT = pytest.param(*UNMET, marks=pytest.mark.xfail(strict=True, reason="fear is higher by half a percent, no chance"))


@pytest.mark.parametrize(
    ("name", "against", "measure", "first", "last", "sign"), [SHORT if row == UNMET else row for row in DIRECTIONS]
)
def test_it_moves_in_the_direction_that_its_file_predicts(weekly, name, against, measure, first, last, sign):
    base, policy = (weekly(each)[measure][:, first:last].mean(axis=1) for each in (against, name))
    change = policy - base
    assert moves(change, sign), (change.mean(), change.std(ddof=1))


@pytest.mark.parametrize(("name", "against", "measure", "first", "last", "sign"), RARE)
def test_what_happens_in_few_runs_shows_in_many(recorded, name, against, measure, first, last, sign):
    base, policy = (
        recorded(dataclasses.replace(load(each), years=YEARS), PAIRS)[measure][:, first:last].mean(axis=1)
        for each in (against, name)
    )
    change = policy - base
    assert moves(change, sign), (change.mean(), change.std(ddof=1))


@pytest.mark.parametrize(("name", "against", "measure", "sign"), SPREADS)
def test_chance_spreads_what_becomes_of_one_service(weekly, name, against, measure, sign):
    base, policy = (weekly(each)[measure].std() for each in (against, name))
    assert sign * (policy - base) > 0.1 * base


def test_every_scenario_has_a_direction():
    tested = {name for name, *_ in [*DIRECTIONS, *RARE, *SPREADS]} | FIRST_TEN | IN_THE_LOTTERY
    assert tested == set(shipped())
