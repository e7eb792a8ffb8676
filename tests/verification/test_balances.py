"""T8 to T11: what flows in is what flows out or stays, in whole numbers; and the linear service in closed form."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.behaviour.workload import Workload, shortfall, throughput, time_per_case
from redbead.engine.simulate import advance_to, initialise, prepare, simulate
from redbead.measures import MEASURES
from redbead.scenario.loader import load
from redbead.scenario.scenario import Spike
from redbead.state import world
from redbead.state.people import AGENCY, EMPTY, PERMANENT
from redbead.state.world import EVENT_NAMES

NAMES = [m.name for m in MEASURES]


def whole_life(name="baseline", years=6.0):
    """A scenario recorded from its first Monday on."""
    return dataclasses.replace(load(name), years=years, warm_up_years=0.0)


@pytest.fixture(scope="module", params=["baseline", "two-strikes", "inadequate-and-takeover", "confidential-reporting"])
def life(request):
    """One run from the first Monday on, with every event: measures by name [weeks], and the log."""
    outcome = simulate(prepare(whole_life(request.param)), 3, events=True)
    return {n: outcome.weekly[:, 0, k] for k, n in enumerate(NAMES)}, outcome.events


# T8


def test_t8_a_step_of_demand_fills_an_ample_service_as_the_linear_system_says(recorded):
    """C(t) = C_0 [1 + 0.25 (1 - exp(-t / 40))], within 2 %.

    The step starts in week 104, rises within a week (1 - exp(-t)) and stays; paired with the same runs without it.
    """
    ample = {
        "workload.hours": 37_000.0, "caseload.ceiling": 1e6, "demand.return_exponent": 0.0,
        "publicity.prominent": 0.0, "staffing.leaving": 1e-9, "staffing.agency_leaving": 0.0,
    }  # fmt: skip
    base = dataclasses.replace(load("baseline"), years=7.0)
    step = dataclasses.replace(base, spikes=(Spike(at_week=104, size=0.25, rise_weeks=1.0, lasting_share=1.0),))
    plain_, raised = recorded(base, 30, ample), recorded(step, 30, ample)

    def cases(runs):
        return (runs["caseload"] * runs["staff"] + runs["waiting"]).mean(axis=0)

    ratio = cases(raised) / cases(plain_)
    t = np.arange(ratio.size) - 104.0
    expected = np.where(t >= 0, 1 + 0.25 * (1 - np.exp(-np.maximum(t, 0) / 40)), 1.0)
    assert np.abs(ratio / expected - 1).max() < 0.02
    assert ratio[-26:].mean() == pytest.approx(1.25, rel=0.02)


# T9


@given(st.floats(0.01, 50), st.floats(0, 1), st.floats(0.05, 1), st.floats(0, 1), st.floats(1, 1.4))
def test_t9_labour_is_conserved(pressure, cutting, standard, overtime, ceiling):
    """q y / S = o / P for any P and kappa: time per case times cases worked is hours worked.

    Below P = 1 staff work what is needed and no more, so that o / P = 1 there.
    """
    c = Workload(corner_cutting=cutting, overtime=overtime, overtime_ceiling=ceiling)
    short = shortfall(math.log(pressure), c)
    hours = min(ceiling, pressure**overtime) if pressure > 1 else pressure
    assert time_per_case(short, standard, c) * throughput(short, c) / standard == pytest.approx(
        hours / pressure, rel=1e-12
    )


# T10


def test_t10_every_error_is_somewhere_week_by_week(life):
    """Made so far = analysed + repaired + expired + found + harmful so far + hidden + in the queue, exactly."""
    weekly, _ = life
    gone = sum(
        weekly[f"errors_{fate}"].cumsum() for fate in ("analysed", "repaired", "expired", "discovered", "harmful")
    )
    assert weekly["errors_generated"].sum() > 1000
    assert (weekly["errors_generated"].cumsum() == gone + weekly["hidden_errors"] + weekly["report_queue"]).all()
    parts = weekly["errors_unrecognised"] + weekly["errors_withheld"] + weekly["errors_held_back"]
    assert (weekly["hidden_errors"] == parts).all()


KINDS = {
    "errors_generated": (world.MADE,), "errors_recognised": (world.RECOGNISED,), "errors_reported": (world.REPORTED,),
    "errors_analysed": (world.ANALYSED,), "errors_repaired": (world.REPAIRED,), "errors_expired": (world.EXPIRED,),
    "errors_discovered": (world.DISCOVERED,), "errors_harmful": (world.HARMED, world.SERIOUS),
    "serious_incidents": (world.SERIOUS,), "sanctions": (world.SANCTION,), "leavers": (world.LEFT,),
    "confidential_reports": (world.CONFIDED,), "takeovers": (world.TAKEN,),
}  # fmt: skip


@pytest.mark.parametrize("measure", KINDS)
def test_t10_the_log_tells_the_same_story_as_the_weekly_table(life, measure):
    weekly, events = life
    found_ = np.zeros(weekly[measure].size)
    rows = np.isin(events[:, 1], KINDS[measure])
    np.add.at(found_, events[rows, 0], 1)
    assert (found_ == weekly[measure]).all(), EVENT_NAMES[KINDS[measure][0]]


ENDS = (world.ANALYSED, world.REPAIRED, world.EXPIRED, world.DISCOVERED, world.HARMED, world.SERIOUS)
BEFORE = {
    world.RAISED: world.RECOGNISED, world.CONCEALED: world.RECOGNISED, world.REPORTED: world.RAISED,
    world.SUPPRESSED: world.RAISED, world.ANALYSED: world.REPORTED,
}  # fmt: skip


def test_t10_every_biography_is_a_possible_one(life):
    """Each error is made once, first; ends at most once, last; and is told only after it was recognised, and so on."""
    weekly, events = life
    lives = {}
    for week, kind, _, _, worker, _, error, _ in events.tolist():
        if error >= 0 and kind not in (world.SANCTION, world.CONFIDED):
            lives.setdefault((worker, error), []).append((week, kind))
    assert len(lives) == weekly["errors_generated"].sum()
    ended = 0
    for story in lives.values():
        weeks, kinds = zip(*story, strict=True)
        assert list(weeks) == sorted(weeks)
        assert kinds[0] == world.MADE
        assert kinds.count(world.MADE) == 1
        assert sum(kinds.count(end) for end in ENDS) <= 1
        if kinds[-1] in ENDS:
            ended += 1
        else:
            assert not set(ENDS) & set(kinds)
        for later, earlier in BEFORE.items():
            if later in kinds:
                assert earlier in kinds[: kinds.index(later)]
    assert len(lives) - ended == weekly["hidden_errors"][-1] + weekly["report_queue"][-1]


# T11


def test_t11_posts_are_permanent_agency_or_vacant_every_week(life):
    """Shares of whole people: agency, permanent and vacant posts of each week are integers that fill the establishment.

    Vacancy counts posts of the establishment without a permanent worker, so permanent + vacant = established.
    """
    weekly, _ = life
    agency = weekly["agency_rate"] * weekly["staff"]
    permanent = weekly["staff"] - agency
    for count in (agency, permanent, weekly["staff"], weekly["leavers"]):
        assert np.abs(count - np.round(count)).max() < 1e-9
    established = permanent / (1 - weekly["vacancy_rate"])
    assert set(np.round(established, 6)) <= {120.0, 126.0}  # 126 once a takeover has paid for 5 % more
    assert (permanent + agency <= established + 1e-6).all()


def test_t11_the_log_of_comings_and_goings_leads_from_the_first_staff_to_the_last():
    plan = prepare(whole_life("two-strikes"))
    world = initialise(plan, 5, events=True)
    post = world.workers.status.copy()
    out = np.empty((plan.weeks, 1, len(MEASURES)))
    world = advance_to(world, plan, 5, 0, plan.weeks, out)
    staff = []
    at = 0
    for week, kind, _, _, worker, *_ in world.event_log.event[: world.event_log[0][0]].tolist():
        while at < week:
            staff.append(int((post != EMPTY).sum()))
            at += 1
        if kind in (world.LEFT, world.AGENCY_OUT):
            assert post[worker] == (PERMANENT if kind == world.LEFT else AGENCY)
            post[worker] = EMPTY
        elif kind in (world.HIRED, world.AGENCY_IN):
            assert post[worker] == EMPTY
            post[worker] = PERMANENT if kind == world.HIRED else AGENCY
    assert (post == world.workers.status).all()
    assert out[: len(staff), 0, NAMES.index("staff")].tolist() == staff
    assert len(staff) > 300


def test_cases_come_and_go_in_whole_families(life):
    """Open cases = those of before + referrals - closures, to the family, every week."""
    weekly, _ = life
    open_ = weekly["caseload"] * weekly["staff"] + weekly["waiting"]
    change = np.diff(open_)
    assert np.abs(change - (weekly["referrals"] - weekly["closures"])[1:]).max() < 1e-9


def test_turnover_is_what_a_statistician_would_count(life):
    """Leavers of the last 52 weeks over mean permanent staff, worked out from the weekly table."""
    weekly, _ = life
    permanent = weekly["staff"] * (1 - weekly["agency_rate"])
    for week in range(51, weekly["staff"].size, 7):
        year = slice(week - 51, week + 1)
        expected = weekly["leavers"][year].sum() / permanent[year].mean()
        assert weekly["turnover"][week] == pytest.approx(expected, rel=1e-9)
