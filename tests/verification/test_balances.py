"""T8 to T11: conservation of cases, errors and staff, and the linear response to a step in demand."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.behaviour.workload import Workload, shortfall, throughput, time_per_case
from redbead.engine.simulate import advance_to, initialise, prepare, simulate
from redbead.measures import MEASURES
from redbead.parameters import register
from redbead.scenario.loader import load
from redbead.scenario.scenario import Spike
from redbead.state import world
from redbead.state.people import AGENCY, EMPTY, PERMANENT
from redbead.state.world import EVENT_NAMES

NAMES = [m.name for m in MEASURES]


def without_warm_up(name="baseline", years=6.0):
    """A scenario recorded from the first simulated week."""
    return dataclasses.replace(load(name), years=years, warm_up_years=0.0)


SCENARIOS = "baseline", "two-strikes", "inadequate-and-takeover", "confidential-reporting", "peer-accusation"


@pytest.fixture(scope="module", params=SCENARIOS)
def full_run(request):
    """One run without warm-up: measures by name [weeks] and the event log."""
    outcome = simulate(prepare(without_warm_up(request.param)), 3, events=True)
    return {n: outcome.weekly[:, 0, k] for k, n in enumerate(NAMES)}, outcome.events


# T8


def test_t8_cases_respond_to_a_step_in_demand_like_a_linear_system(recorded):
    """Without a shortage of hours, C(t) = C_0 [1 + 0.25 (1 - exp(-t / duration))] within 2 %.

    The step starts in week 104, rises with a time constant of one week and stays. Runs are paired by seed.
    """
    ample_capacity = {
        "workload.hours": 37_000.0, "caseload.ceiling": 1e6, "demand.return_exponent": 0.0,
        "publicity.prominent": 0.0, "staffing.leaving": 1e-9, "staffing.agency_leaving": 0.0,
    }  # fmt: skip
    base = dataclasses.replace(load("baseline"), years=7.0)
    step = dataclasses.replace(base, spikes=(Spike(at_week=104, size=0.25, rise_weeks=1.0, lasting_share=1.0),))
    without_step, with_step = recorded(base, 30, ample_capacity), recorded(step, 30, ample_capacity)

    def cases(runs):
        return (runs["caseload"] * runs["staff"] + runs["waiting"]).mean(axis=0)

    ratio = cases(with_step) / cases(without_step)
    t = np.arange(ratio.size) - 104.0
    duration = register()["demand.duration"].default
    expected = np.where(t >= 0, 1 + 0.25 * (1 - np.exp(-np.maximum(t, 0) / duration)), 1.0)
    assert np.abs(ratio / expected - 1).max() < 0.02
    assert ratio[-26:].mean() == pytest.approx(1.25, rel=0.02)


# T9


@given(st.floats(0.01, 50), st.floats(0, 1), st.floats(0.05, 1), st.floats(0, 1), st.floats(1, 1.4))
def test_t9_hours_are_conserved(pressure, corner_cutting, standard, overtime, ceiling):
    """q y / S = o / P for any P and kappa: time per case times throughput equals hours worked over hours needed.

    Below P = 1 staff work the hours that are needed, so o / P = 1.
    """
    c = Workload(corner_cutting=corner_cutting, overtime=overtime, overtime_ceiling=ceiling)
    log_shortfall = shortfall(math.log(pressure), c)
    hours_worked = min(ceiling, pressure**overtime) if pressure > 1 else pressure
    log_pressure = math.log(pressure)
    relative_time = time_per_case(log_pressure, log_shortfall, standard, c) / standard
    closed = throughput(log_pressure, log_shortfall, c)
    assert relative_time * closed == pytest.approx(hours_worked / pressure, rel=1e-12)


@given(st.floats(0.01, 50), st.floats(0.01, 0.9), st.floats(1, 1.5), st.floats(0, 1), st.floats(1, 1.4))
def test_t9_no_more_hours_are_used_than_there_are(pressure, elasticity, most_time, overtime, ceiling):
    """q y / S is at most o / P where the time per case follows work pressure itself; contracted hours are o = 1."""
    c = Workload(time_elasticity=elasticity, most_time=most_time, overtime=overtime, overtime_ceiling=ceiling)
    log_pressure = math.log(pressure)
    log_shortfall = shortfall(log_pressure, c)
    hours = min(ceiling, pressure**overtime) if pressure > 1 else 1.0
    used = time_per_case(log_pressure, log_shortfall, 1.0, c) * throughput(log_pressure, log_shortfall, c)
    assert used <= hours / pressure * (1 + 1e-12)


# T10


def test_t10_every_error_is_accounted_for_in_every_week(full_run):
    """Two accounts: who knows of an error, and whether a child is still at risk.

    Hidden errors are those made less those that were reported, discovered, put right, expired or harmful before the
    organisation knew of them. Errors at risk are those made less those put right, expired or harmful, known or not.
    """
    weekly, _ = full_run
    total = {name: values.cumsum() for name, values in weekly.items() if name in (*FLOWS, "errors_generated")}
    assert total["errors_generated"][-1] > 1000
    ended_after_report = total["expired_after_report"] + total["harm_after_report"]
    ended_while_hidden = total["errors_expired"] + total["errors_harmful"] - ended_after_report
    hidden = total["errors_generated"] - ended_while_hidden
    hidden -= total["errors_reported"] + total["errors_discovered"] + total["errors_repaired"]
    assert (weekly["hidden_errors"] == hidden).all()
    parts = weekly["errors_unrecognised"] + weekly["errors_withheld"] + weekly["errors_held_back"]
    assert (weekly["hidden_errors"] == parts).all()
    at_risk = total["errors_generated"] - total["errors_put_right"] - total["errors_expired"] - total["errors_harmful"]
    assert (weekly["hidden_errors"] + weekly["known_errors"] == at_risk).all()
    assert weekly["known_errors"].max() > 0


FLOWS = (
    "errors_reported", "errors_discovered", "errors_repaired", "errors_put_right", "errors_expired", "errors_harmful",
    "expired_after_report", "harm_after_report",
)  # fmt: skip
KINDS = {
    "errors_generated": (world.MADE,), "errors_recognised": (world.RECOGNISED,), "errors_reported": (world.REPORTED,),
    "errors_analysed": (world.ANALYSED,), "errors_repaired": (world.REPAIRED,), "errors_expired": (world.EXPIRED,),
    "errors_discovered": (world.DISCOVERED,), "errors_harmful": (world.HARMED, world.SERIOUS),
    "serious_incidents": (world.SERIOUS, world.UNAVOIDABLE), "sanctions": (world.SANCTION,), "leavers": (world.LEFT,),
    "confidential_reports": (world.CONFIDED,), "takeovers": (world.TAKEN,), "errors_raised": (world.RAISED,),
    "errors_put_right": (world.REPAIRED, world.PUT_RIGHT),
    "peer_reports": (world.PEER_REPORTED, world.WRONGLY_REPORTED), "wrong_peer_reports": (world.WRONGLY_REPORTED,),
    "managers_sanctioned": (world.MANAGER_SANCTIONED,),
}  # fmt: skip


@pytest.mark.cases("measure", KINDS)
def test_t10_event_counts_agree_with_the_weekly_table(full_run, measure):
    weekly, events = full_run
    counted = np.zeros(weekly[measure].size)
    rows = np.isin(events[:, 1], KINDS[measure])
    np.add.at(counted, events[rows, 0], 1)
    assert (counted == weekly[measure]).all(), EVENT_NAMES[KINDS[measure][0]]


ENDS = (world.REPAIRED, world.PUT_RIGHT, world.EXPIRED, world.HARMED, world.SERIOUS)
"""Events after which no child is at risk from the error any more."""
BECAME_KNOWN = {world.REPORTED, world.DISCOVERED}
RAISED = {world.RAISED, world.PEER_REPORTED}
"""Events by which a manager comes to know of an error: its author or a colleague reports it."""
BEFORE = {
    world.RAISED: {world.RECOGNISED}, world.CONCEALED: {world.RECOGNISED}, world.PEER_RAISED: {world.MADE},
    world.REPORTED: RAISED, world.SUPPRESSED: RAISED, world.ANALYSED: BECAME_KNOWN, world.PUT_RIGHT: BECAME_KNOWN,
}  # fmt: skip


def test_t10_every_error_history_is_possible(full_run):
    """Each error is made once, becomes known at most once, ends at most once, is raised only after recognition."""
    weekly, events = full_run
    histories = {}
    for week, kind, _, _, worker, _, error, _ in events.tolist():
        if error >= 0 and kind not in (world.SANCTION, world.CONFIDED):
            histories.setdefault((worker, error), []).append((week, kind))
    assert len(histories) == weekly["errors_generated"].sum()
    ended = 0
    for history in histories.values():
        weeks, kinds = zip(*history, strict=True)
        assert list(weeks) == sorted(weeks)
        assert kinds[0] == world.MADE
        assert kinds.count(world.MADE) == 1
        for at_most_once in (ENDS, BECAME_KNOWN, (world.ANALYSED,)):
            assert sum(kinds.count(kind) for kind in at_most_once) <= 1
        if world.REPAIRED in kinds:
            assert not BECAME_KNOWN & set(kinds)
        ended += bool(set(ENDS) & set(kinds))
        for later, earlier in BEFORE.items():
            if later in kinds:
                assert earlier & set(kinds[: kinds.index(later)])
    assert len(histories) - ended == weekly["hidden_errors"][-1] + weekly["known_errors"][-1]


# T11


def test_t11_posts_are_permanent_agency_or_vacant_every_week(full_run):
    """Agency, permanent and vacant posts are whole numbers and add up to the establishment in every week.

    The vacancy rate counts established posts without a permanent worker, so permanent + vacant = established.
    """
    weekly, _ = full_run
    agency = weekly["agency_rate"] * weekly["staff"]
    permanent = weekly["staff"] - agency
    for count in (agency, permanent, weekly["staff"], weekly["leavers"]):
        assert np.abs(count - np.round(count)).max() < 1e-9
    established = permanent / (1 - weekly["vacancy_rate"])
    assert set(np.round(established, 6)) <= {120.0, 126.0}  # 126 after a takeover that pays for 5 % more posts
    assert (permanent + agency <= established + 1e-6).all()


def test_t11_staff_events_reproduce_the_staff_of_every_week():
    plan = prepare(without_warm_up("two-strikes"))
    state = initialise(plan, 5, events=True)
    status = state.workers.status.copy()
    out = np.empty((plan.weeks, 1, len(MEASURES)))
    state = advance_to(state, plan, 5, 0, plan.weeks, out)
    staff = []
    at = 0
    for week, kind, _, _, worker, *_ in state.event_log.event[: state.event_log[0][0]].tolist():
        while at < week:
            staff.append(int((status != EMPTY).sum()))
            at += 1
        if kind in (world.LEFT, world.AGENCY_OUT):
            assert status[worker] == (PERMANENT if kind == world.LEFT else AGENCY)
            status[worker] = EMPTY
        elif kind in (world.HIRED, world.AGENCY_IN):
            assert status[worker] == EMPTY
            status[worker] = PERMANENT if kind == world.HIRED else AGENCY
    assert (status == state.workers.status).all()
    assert out[: len(staff), 0, NAMES.index("staff")].tolist() == staff
    assert len(staff) > 300


def test_open_cases_change_by_referrals_minus_closures(full_run):
    """Exactly, in every week."""
    weekly, _ = full_run
    open_cases = weekly["caseload"] * weekly["staff"] + weekly["waiting"]
    change = np.diff(open_cases)
    assert np.abs(change - (weekly["referrals"] - weekly["closures"])[1:]).max() < 1e-9


def test_turnover_is_leavers_over_mean_permanent_staff(full_run):
    """Both over the last 52 weeks, computed from the weekly table."""
    weekly, _ = full_run
    permanent = weekly["staff"] * (1 - weekly["agency_rate"])
    for week in range(51, weekly["staff"].size, 7):
        year = slice(week - 51, week + 1)
        expected = weekly["leavers"][year].sum() / permanent[year].mean()
        assert weekly["turnover"][week] == pytest.approx(expected, rel=1e-9)
