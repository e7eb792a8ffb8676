"""T17 to T23: conditions so extreme that the answer is known (science notes, section 4). Rows of parameters are
edited."""

import dataclasses
import math

import numpy as np
import pytest

from redbead import parameters
from redbead.scenario.loader import load

RUNS = 6
OPEN = parameters.register()["demand.duration"].default
"""Weeks that a case stays open at full throughput."""


@pytest.fixture(scope="module")
def eight():
    """The baseline, watched for eight years from its first Monday on."""
    return dataclasses.replace(load("baseline"), years=8.0, warm_up_years=0.0)


@pytest.fixture
def under(recorded, eight):
    """Runs under edited parameters; every number of them is finite and no count is negative."""

    def of(values=(), runs=RUNS):
        found = recorded(eight, runs, dict(values))
        for name, table in found.items():
            assert np.isfinite(table).all(), name
            assert name in ("grade", "commitment") or table.min() >= -1e-12, name
        return found

    return of


def late(table):
    """Mean over the last two years."""
    return table[:, -104:].mean()


def test_t17_without_errors_there_is_nothing_to_hide_to_report_or_to_punish(under):
    base, none = under(), under({"practice.errors_per_case": 0.0})
    for nothing in ("errors_generated", "errors_reported", "hidden_errors", "errors_harmful", "sanctions",
                    "serious_incidents", "withholders"):  # fmt: skip
        assert not none[nothing].any(), nothing
    assert late(none["service_quality"]) >= late(base["service_quality"]) - 0.005
    assert late(none["defences"]) < none["defences"][:, 0].mean(), "lessons that nobody needs wear away"


KIND = {
    "blame.own": 0.0, "blame.spread": 0.0, "blame.manager_fear": 0.0, "blame.incidents": 0.0, "inspection.stakes": 0.0,
    "fear.floor": 0.0, "fear.manager_floor": 0.0, "fear.leader_floor": 0.0,
}  # fmt: skip


def test_t18_without_blame_stakes_and_floor_fear_goes_away_and_culpable_conduct_is_still_sanctioned(under):
    base, kind = under(), under(KIND)
    after_five_years = kind["fear"][:, 260:]
    assert after_five_years.mean() < 0.1
    assert late(kind["willingness_to_report"]) > 1.5 * late(base["willingness_to_report"])
    assert 0 < late(kind["sanctions"]) < late(base["sanctions"])


def test_t18_without_fear_but_without_answers_people_still_do_not_report_everything(under):
    """No capacity to analyse: usefulness tends to its floor 0.1, and willingness to its limit and not to 1.

    By hand, F = 0.03, V = 0.1, P = 1 and norm = p at the fixed point: logit p = -1.0986 + 1.41 - 0.9 + 1.5 (p - 0.3),
    so that p = 0.36, far below 1.
    """
    kind = under({**KIND, "lessons.capacity": 0.0})
    assert late(kind["usefulness"]) == pytest.approx(0.1, abs=0.02)
    assert 0.2 < late(kind["willingness_to_report"]) < 0.5


def test_t19_where_everybody_is_afraid_hardly_anybody_tells(under):
    base, afraid = under(), under({"fear.floor": 9.0})
    assert late(afraid["fear"]) > 0.98
    assert late(afraid["willingness_to_report"]) < 0.1

    def kept(runs):
        return late(runs["errors_withheld"]) / late(runs["errors_recognised"])

    assert kept(afraid) > kept(base)
    assert late(afraid["errors_repaired"]) > 0


def test_t20_without_demand_the_service_empties_and_comes_to_rest(under):
    idle = under({"demand.arrivals": 0.0, "demand.return_exponent": 0.0})
    assert not idle["referrals"].any()
    cases = (idle["caseload"] * idle["staff"] + idle["waiting"]).mean(axis=0)
    # At full throughput each case closes with chance 1/OPEN a week: exactly geometric in the mean, once pressure is
    # below 1.
    assert cases[182] / cases[52] == pytest.approx((1 - 1 / OPEN) ** 130, rel=0.10)
    assert cases[-1] < 1
    assert late(idle["work_pressure"]) < 0.01
    assert idle["errors_generated"][:, -52:].mean() < 0.01
    assert late(idle["burnout"]) < 0.05
    assert late(idle["service_quality"]) > 0.9


def test_t21_with_a_thousand_times_the_hours_errors_are_set_by_their_base_rate_and_skill_alone(under):
    """Care is the full standard; burnout is at its floor: odds 2/3 x 0.05^1.6 x exp(F - 0.5 + ...) is 0.005 to 0.009
    for
    those who stay, while the 15 % who come in a year bring 0.2 along, and lose it in half a year."""
    ample = under({
        "workload.hours": 37_000.0, "practice.defences": 0.0, "practice.accountability": 0.0,
        "practice.deterrence": 0.0, "practice.disruption": 0.0, "practice.visit_care": 0.0,
    })  # fmt: skip
    assert late(ample["work_pressure"]) < 0.01
    assert 0.004 < late(ample["burnout"]) < 0.02
    cases = late(ample["caseload"] * ample["staff"] + ample["waiting"])
    expected = 0.01 * math.exp(late(ample["burnout"]) - 0.4 - 0.8 * (late(ample["skill"]) - 0.855)) * cases
    assert late(ample["errors_generated"]) == pytest.approx(expected, rel=0.03)  # skill differs between people
    # A held case closes with chance 1/OPEN of those held before: closures = (held then + closures) / OPEN.
    held = late(ample["caseload"] * ample["staff"])
    assert late(ample["closures"]) == pytest.approx(held / (OPEN - 1.0), rel=0.01)


def test_t22_without_staff_families_wait_and_nothing_breaks(under):
    nobody = under({
        "staffing.leaving": 1e9, "staffing.time_to_fill": 1e15, "staffing.agency_cover": 0.0,
        "staffing.agency_leaving": 1e9,
    })  # fmt: skip
    assert not nobody["staff"][:, 1:].any()
    for nothing in ("closures", "errors_generated", "errors_reported", "sanctions", "leavers", "fear", "burnout"):
        assert not nobody[nothing][:, 2:].any(), nothing
    grown = np.diff(nobody["waiting"][:, 2:], axis=1)
    assert (grown == nobody["referrals"][:, 3:]).all(), "the backlog is the sum of what came"
    assert (nobody["service_quality"][:, 2:] == 0).all()


def test_t23_where_reports_pile_up_unread_people_stop_reporting(under):
    """Every error seen, nearly everybody ready to tell, nobody to analyse: the queue grows, V falls to 0.1, D gains
    nothing.

    The norm is cut, for openness by itself would keep openness up, and so is what reviews of incidents teach; the
    comparator analyses every report.
    """
    open_ = {
        "practice.recognised": 1.0, "reporting.base": 2.0, "response.passing_base": 50.0, "inspection.information": 0.0,
        "reporting.norm": 0.0, "lessons.per_incident": 0.0,
    }  # fmt: skip
    unread = under({**open_, "lessons.capacity": 0.0})
    read = under({**open_, "lessons.hours_per_report": 0.1})
    assert (unread["report_queue"] == unread["errors_reported"].cumsum(axis=1)).all()
    assert not unread["errors_analysed"].any()
    start = unread["willingness_to_report"][:, 0].mean()
    assert start > 0.8
    assert late(unread["usefulness"]) == pytest.approx(0.1, abs=0.01)
    assert late(unread["willingness_to_report"]) < min(start, late(read["willingness_to_report"])) - 0.05
    assert (np.diff(unread["defences"], axis=1) <= 0).all()
    assert late(read["defences"]) > late(unread["defences"])
    assert read["report_queue"].max() < 100
