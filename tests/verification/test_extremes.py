"""T17 to T23: extreme conditions whose result is known.

Parameters are edited after the schedule is built, so they may leave their declared ranges.
"""

import dataclasses
import math

import numpy as np
import pytest

from redbead import parameters
from redbead.scenario.loader import load

RUNS = 6
DURATION = parameters.register()["demand.duration"].default
"""Mean time that a case stays open at full throughput. [weeks]"""


@pytest.fixture(scope="module")
def eight_years():
    """The baseline for eight years without warm-up."""
    return dataclasses.replace(load("baseline"), years=8.0, warm_up_years=0.0)


@pytest.fixture
def run_with(recorded, eight_years):
    """Runs with edited parameters; all measures are finite and no count is negative."""

    def run(values=(), runs=RUNS):
        measures = recorded(eight_years, runs, dict(values))
        for name, table in measures.items():
            assert np.isfinite(table).all(), name
            assert name in ("grade", "commitment") or table.min() >= -1e-12, name
        return measures

    return run


def final_mean(table):
    """Mean over the last two years."""
    return table[:, -104:].mean()


def test_t17_without_errors_none_are_hidden_reported_or_sanctioned(run_with):
    """What remains are serious incidents without an error, and formal action against those who made none."""
    base, no_errors = run_with(), run_with({"practice.errors_per_case": 0.0})
    for measure in ("errors_generated", "errors_reported", "hidden_errors", "errors_harmful", "withholders"):
        assert not no_errors[measure].any(), measure
    assert (no_errors["serious_incidents"] == no_errors["incidents_without_error"]).all()
    assert (no_errors["sanctions"] == no_errors["sanctions_without_error"]).all()
    assert final_mean(no_errors["service_quality"]) >= final_mean(base["service_quality"]) - 0.005
    assert final_mean(no_errors["defences"]) < no_errors["defences"][:, 0].mean(), "lessons are forgotten"


NO_BLAME = {
    "blame.own": 0.0, "blame.spread": 0.0, "blame.manager_fear": 0.0, "blame.incidents": 0.0, "inspection.stakes": 0.0,
    "fear.floor": 0.0, "fear.manager_floor": 0.0, "fear.leader_floor": 0.0, "response.sanction_violation": 0.0,
    "formal.scandal": 0.0,
}  # fmt: skip
"""Without blame, misconduct only is sanctioned."""


def test_t18_without_blame_and_stakes_fear_disappears_and_culpable_conduct_is_still_sanctioned(run_with):
    """By hand, F = 0.05, V = 0.9 and P = 1: logit p = 0.847 + 1.35 + 1.5 + 1.5 (p - 0.7), so p = 0.98."""
    base, no_blame = run_with(), run_with(NO_BLAME)
    after_five_years = no_blame["fear"][:, 260:]
    assert after_five_years.mean() < 0.1
    assert final_mean(no_blame["willingness_to_report"]) == pytest.approx(0.98, abs=0.01)
    assert final_mean(no_blame["willingness_to_report"]) > final_mean(base["willingness_to_report"])
    assert 0 < no_blame["sanctions"].sum() < base["sanctions"].sum()


def test_t18_without_fear_and_without_analysis_workers_do_not_report_every_error(run_with):
    """Without capacity for analysis, usefulness tends to its minimum of 0.1, so willingness stays below 1.

    By hand, with F = 0.03, V = 0.1, P = 1 and norm = p at the fixed point,
    logit p = 0.847 + 1.41 - 0.9 + 1.5 (p - 0.7), so p = 0.83.
    """
    no_blame = run_with({**NO_BLAME, "lessons.capacity": 0.0})
    assert final_mean(no_blame["usefulness"]) == pytest.approx(0.1, abs=0.02)
    assert final_mean(no_blame["willingness_to_report"]) == pytest.approx(0.83, abs=0.03)


def test_t19_at_maximum_fear_few_errors_are_reported(run_with):
    """New starters begin halfway between 0.5 and the fear of the team, so the mean stays just below 1.

    By hand, with F = 0.98, V = 0.52, P = 1 and norm = p, logit p = 0.847 - 1.44 + 0.36 + 1.5 (p - 0.7), so p = 0.30.
    """
    base, afraid = run_with(), run_with({"fear.floor": 9.0})
    assert final_mean(afraid["fear"]) > 0.97
    assert final_mean(afraid["willingness_to_report"]) == pytest.approx(0.30, abs=0.04)

    def concealed_share(runs):
        return final_mean(runs["errors_withheld"]) / final_mean(runs["errors_recognised"])

    assert concealed_share(afraid) > concealed_share(base)
    assert final_mean(afraid["errors_repaired"]) > 0


def test_t20_without_demand_cases_and_errors_fall_to_zero(run_with):
    idle = run_with({"demand.arrivals": 0.0, "demand.return_exponent": 0.0})
    assert not idle["referrals"].any()
    cases = (idle["caseload"] * idle["staff"] + idle["waiting"]).mean(axis=0)
    # At full throughput, reached once work pressure is below 1, each case closes with probability 1 / DURATION per
    # week, so the mean is geometric.
    assert cases[182] / cases[52] == pytest.approx((1 - 1 / DURATION) ** 130, rel=0.10)
    assert cases[-1] < 1
    assert final_mean(idle["work_pressure"]) < 0.01
    assert idle["errors_generated"][:, -52:].mean() < 0.01
    assert final_mean(idle["burnout"]) < 0.05
    assert final_mean(idle["service_quality"]) > 0.9


def test_t21_with_ample_hours_the_error_rate_depends_on_its_base_rate_and_skill_only(run_with):
    """Time per case is at the full standard and burnout at its minimum.

    The odds of burnout, 2/3 x 0.05^1.6 x exp(F - 0.5 + ...), are 0.005 to 0.009 for workers who stay. The 15 % who
    join in a year start at 0.2 and lose it within half a year.
    """
    ample = run_with({
        "workload.hours": 37_000.0, "practice.defences": 0.0, "practice.accountability": 0.0,
        "conduct.violations": 0.0, "practice.deterrence": 0.0, "practice.disruption": 0.0, "practice.visit_care": 0.0,
    })  # fmt: skip
    assert final_mean(ample["work_pressure"]) < 0.01
    assert 0.004 < final_mean(ample["burnout"]) < 0.02
    cases = final_mean(ample["caseload"] * ample["staff"] + ample["waiting"])
    expected = 0.01 * math.exp(final_mean(ample["burnout"]) - 0.4 - 0.8 * (final_mean(ample["skill"]) - 0.855)) * cases
    assert final_mean(ample["errors_generated"]) == pytest.approx(expected, rel=0.03)  # skill differs between workers
    # Each allocated case closes with probability 1 / DURATION: closures = (remaining + closures) / DURATION.
    remaining = final_mean(ample["caseload"] * ample["staff"])
    assert final_mean(ample["closures"]) == pytest.approx(remaining / (DURATION - 1.0), rel=0.01)


def test_t22_without_staff_all_cases_wait(run_with):
    no_staff = run_with({
        "staffing.leaving": 1e9, "staffing.time_to_fill": 1e15, "staffing.agency_cover": 0.0,
        "staffing.agency_leaving": 1e9,
    })  # fmt: skip
    assert not no_staff["staff"][:, 1:].any()
    for measure in ("closures", "errors_generated", "errors_reported", "sanctions", "leavers", "fear", "burnout"):
        assert not no_staff[measure][:, 2:].any(), measure
    growth = np.diff(no_staff["waiting"][:, 2:], axis=1)
    assert (growth == no_staff["referrals"][:, 3:]).all(), "waiting cases grow by the referrals"
    assert (no_staff["service_quality"][:, 2:] == 0).all()


def test_t23_reporting_declines_where_reports_are_not_analysed(run_with):
    """All errors are recognised and most are reported, but none analysed: V falls to 0.1 and no lessons are learnt.

    The norm, which would sustain reporting, and lessons from incident reviews are cut. The comparator analyses every
    report.
    """
    high_reporting = {
        "practice.recognised": 1.0, "reporting.base": 2.0, "response.passing_base": 50.0, "inspection.information": 0.0,
        "reporting.norm": 0.0, "lessons.per_incident": 0.0, "lessons.discovered": 0.0,
    }  # fmt: skip
    not_analysed = run_with({**high_reporting, "lessons.capacity": 0.0})
    analysed = run_with({**high_reporting, "lessons.hours_per_report": 0.1})
    assert (not_analysed["report_queue"] == not_analysed["errors_reported"].cumsum(axis=1)).all()
    assert not not_analysed["errors_analysed"].any()
    start = not_analysed["willingness_to_report"][:, 0].mean()
    assert start > 0.8
    assert final_mean(not_analysed["usefulness"]) == pytest.approx(0.1, abs=0.01)
    with_analysis = final_mean(analysed["willingness_to_report"])
    assert final_mean(not_analysed["willingness_to_report"]) < min(start, with_analysis) - 0.05
    assert (np.diff(not_analysed["defences"], axis=1) <= 0).all()
    assert final_mean(analysed["defences"]) > final_mean(not_analysed["defences"])
    assert analysed["report_queue"].max() < 100
