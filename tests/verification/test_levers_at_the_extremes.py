"""T17 to T26 again, with every lever switched on in turn: no policy may break what must be true of any service.

The set-ups are those of `test_extremes.py` and `test_inspection_lottery.py`, for a smaller authority and shorter, and
they win over the lever where both set one number. Where a lever contradicts a set-up by its meaning, the exact
expectation for it stands in the test; it is worked out from what the lever bends, so that it holds for options too.
"""

import functools
import math

import numpy as np
import pytest
from scipy import stats

from redbead import parameters
from redbead.levers import LEVERS
from redbead.oversight.inspection import Inspection, grade_of, poor_share
from redbead.scenario.loader import load
from redbead.state.constants import INADEQUATE

pytestmark = pytest.mark.slow

every = pytest.mark.parametrize("kind", list(LEVERS))

POSTS, RUNS = 48, 4
OPEN = parameters.register()["demand.duration"].default
"""Weeks that a case stays open at full throughput."""

MAY_BE_NEGATIVE = ("grade", "commitment", "families_view")
"""-1 is no grade yet; commitment counts from its mean; what families say of a service that does nothing is 0 and
noise."""


@functools.cache
def service(kind, years, *changes):
    """An authority of 48 posts, watched from its first Monday on, with the lever (or none, '')."""
    levers = (LEVERS[kind](),) if kind else ()
    numbers = {"authority.posts": POSTS, "time.years": years, "time.warm_up_years": 0, **dict(changes)}
    scenario = load("baseline").set(numbers)
    return type(scenario)(**{**vars(scenario), "levers": levers})


@pytest.fixture
def under(recorded):
    """Runs of a lever under edited parameters; every number of them is finite and no count is negative."""

    def of(kind, values, years, runs=RUNS, changes=()):
        found = recorded(service(kind, years, *dict(changes).items()), runs, dict(values))
        for name, table in found.items():
            assert np.isfinite(table).all(), name
            assert name in MAY_BE_NEGATIVE or table.min() >= -1e-12, name
        return found

    return of


def late(table, weeks=52):
    """Mean over the last year, or the last `weeks`."""
    return table[:, -weeks:].mean()


def added(kind, *paths):
    """What the lever adds to parameters that are 0 without it."""
    return sum(bend.shift for bend in LEVERS[kind]().effects() if bend.path in paths)


def odds(p):
    """The odds of a chance."""
    return p / (1.0 - p)


OWN_LESSONS = {
    "lessons.improvement": 0.0, "lessons.pool_share": 0.0, "lessons.feedback": 0.0, "lessons.per_incident": 0.0,
    "takeover.lessons": 0.0,
}  # fmt: skip
"""Ways to learn other than from reports, cut."""

OWN_CRAFT = {
    "practice.commitment": 0.0, "lessons.autonomy_gain": 0.0, "lessons.autonomy_spread": 0.0,
    "change.redesign_gain": 0.0, "change.redesign_spread": 0.0,
}  # fmt: skip
"""Ways to make fewer errors other than by skill and rest, cut."""

ONE_FAIR_SAMPLE = {
    "inspection.leniency_spread": 0.0, "inspection.clustering": 0.0, "inspection.disclosure": 0.0,
    "inspection.exposure": 0.0, "inspection.transient_spread": 0.0, "inspection.publish_weeks": 0.0,
    "inspection.cycle_spread": 0.0, "inspection.notice_weeks": 0.0, "inspection.visit_weeks": 1.0,
    "inspection.cases_tracked": 27.0, "inspection.odds_of_poor": 1.0, "inspection.nominated": 0.0,
    "inspection.stratified": 0.0, "inspection.adaptive_cases": 0.0, "inspection.snapshots": 1.0,
    "inspection.appeals": 0.0, "inspection.narrative": 0.0,
}  # fmt: skip
"""One simple sample of 27 cases at one visit, and a grade that nobody appeals against."""


def test_every_number_that_is_edited_here_exists():
    assert set(parameters.register()) >= {*OWN_LESSONS, *OWN_CRAFT, *ONE_FAIR_SAMPLE, "change.unit_misfit"}


@every
def test_t17_without_errors_no_lever_makes_any(under, kind):
    none = under(kind, {"practice.errors_per_case": 0.0}, 3)
    for nothing in ("errors_generated", "errors_recognised", "errors_reported", "confidential_reports", "report_queue",
                    "hidden_errors", "errors_harmful", "recorded_incidents", "serious_incidents", "sanctions",
                    "withholders"):  # fmt: skip
        assert not none[nothing].any(), nothing


NO_BLAME = {
    "blame.own": 0.0, "blame.spread": 0.0, "blame.manager_fear": 0.0, "blame.incidents": 0.0, "inspection.stakes": 0.0,
    "fear.floor": 0.0, "fear.manager_floor": 0.0, "fear.leader_floor": 0.0,
}  # fmt: skip


@every
def test_t18_without_blame_stakes_and_floor_only_fear_that_the_lever_itself_spreads_is_left(under, kind):
    """And culpable conduct is sanctioned under every policy: some 8 times in these 28 years of 48 posts."""
    kind_ = under(kind, NO_BLAME, 7)
    spread = added(kind, "fear.rhetoric", "fear.accusation")
    assert spread - 0.01 <= kind_["fear"][:, 260:].mean() < spread + 0.1
    assert kind_["sanctions"].sum() > 0


@every
def test_t18_without_fear_but_without_answers_people_still_do_not_report_everything(under, kind):
    """By hand 0.36 without lever; a reward of 0.5 log-odds makes it 0.58 (test_extremes), far below 1."""
    kind_ = under(kind, {**NO_BLAME, **OWN_LESSONS, "lessons.capacity": 0.0}, 7)
    assert late(kind_["usefulness"]) == pytest.approx(0.1, abs=0.02)
    assert 0.1 < late(kind_["willingness_to_report"]) < 0.36 + 0.3 * (0.5 + added(kind, "reporting.reward"))


@every
def test_t19_where_everybody_is_afraid_hardly_anybody_tells(under, kind):
    """The odds of 0.1 at work pressure 1, but for rewards, better answers (3 log-odds a unit) and ease (1 a log).

    Where work is shared out unevenly, log-normal with spread s, those with little of it tell more: the mean of one
    over their share is exp(s^2). The norm, at 1.5 p (1 - p) = 0.14 a unit of log-odds, adds a seventh to each.
    """
    without, afraid = under("", {"fear.floor": 9.0}, 4), under(kind, {"fear.floor": 9.0}, 4)
    assert late(afraid["fear"]) > 0.97  # those who have just come are not yet as afraid
    answers = late(afraid["usefulness"]) - late(without["usefulness"])
    ease = math.log(late(without["work_pressure"]) / late(afraid["work_pressure"]))
    push = added(kind, "reporting.reward") + 3.0 * max(0.0, answers) + max(0.0, ease)
    push += added(kind, "caseload.unevenness") ** 2
    slack = max(0.0, -math.log(late(without["work_pressure"])))
    calm, calmer = (3.0 * (1.0 - late(runs["fear"])) for runs in (without, afraid))  # those who have just come
    assert odds(late(without["willingness_to_report"])) < odds(0.1) * math.exp(1.17 * (slack + calm))
    assert odds(late(afraid["willingness_to_report"])) < odds(0.1) * math.exp(1.17 * (push + slack + calmer))
    assert late(afraid["errors_repaired"]) > 0


@every
def test_t20_without_demand_every_service_empties_and_comes_to_rest(under, kind):
    """Each case closes with chance 1/OPEN a week, once pressure is below 1; 48 x 16 of them leave fewer than 2 in six
    years."""
    idle = under(kind, {"demand.arrivals": 0.0, "demand.return_exponent": 0.0, "publicity.prominent": 0.0}, 6)
    assert not idle["referrals"].any()
    cases = (idle["caseload"] * idle["staff"] + idle["waiting"]).mean(axis=0)
    assert cases[130] / cases[52] == pytest.approx((1 - 1 / OPEN) ** 78, rel=0.25)  # 100 runs x cases are left: 3 x 8 %
    assert cases[-1] < 2
    assert late(idle["work_pressure"]) < 0.02
    assert late(idle["errors_generated"]) < 0.05
    assert late(idle["burnout"]) < 0.05
    assert late(idle["service_quality"]) > 0.85


@every
def test_t21_with_a_thousand_times_the_hours_errors_are_set_by_their_base_rate_and_skill_alone(under, kind):
    """As in test_extremes: 3000 errors have a standard error of 1.8 %.

    Burnout is at its floor: of those who stay, odds 0.01 x exp(F - 0.5 + conflict + disruption); and whoever comes
    brings 0.2 along and loses it in half a year. Agency staff come and go twice a year.
    """
    ample = under(kind, {
        "workload.hours": 37_000.0, "practice.defences": 0.0, "practice.accountability": 0.0,
        "practice.deterrence": 0.0, "practice.disruption": 0.0, "practice.visit_care": 0.0, **OWN_CRAFT,
    }, 5)  # fmt: skip
    assert late(ample["work_pressure"]) < 0.01
    strain = late(ample["fear"], 156) - 0.5 + late(ample["disruption"], 156) + added(kind, "burnout.conflict")
    newcomers = late(ample["turnover"], 156) + 2.0 * late(ample["agency_rate"], 156)
    assert 0.002 < late(ample["burnout"], 156) < 0.01 * math.exp(strain) + 0.2 * 0.5 * newcomers
    cases = late(ample["caseload"] * ample["staff"] + ample["waiting"], 156)
    skill = late(ample["skill"], 156)
    expected = 0.01 * math.exp(late(ample["burnout"], 156) - 0.4 - 0.8 * (skill - 0.845)) * cases
    assert late(ample["errors_generated"], 156) == pytest.approx(expected, rel=0.08)
    assert late(ample["closures"], 156) == pytest.approx(cases / 44.4, rel=0.05)


@every
def test_t22_without_staff_families_wait_and_nothing_breaks(under, kind):
    nobody = under(kind, {
        "staffing.leaving": 1e9, "staffing.time_to_fill": 1e15, "staffing.agency_cover": 0.0,
        "staffing.agency_leaving": 1e9,
    }, 3)  # fmt: skip
    assert not nobody["staff"][:, 1:].any()
    for nothing in ("closures", "errors_generated", "errors_reported", "sanctions", "leavers", "fear", "burnout"):
        assert not nobody[nothing][:, 2:].any(), nothing
    grown = np.diff(nobody["waiting"][:, 2:], axis=1)
    assert (grown == nobody["referrals"][:, 3:]).all(), "the backlog is the sum of what came"
    assert (nobody["service_quality"][:, 2:] == 0).all()


@every
def test_t23_reports_that_nobody_reads_teach_nothing_under_any_policy(under, kind):
    """Every error seen, nearly everybody ready to tell, nobody to analyse; the norm and other lessons are cut."""
    open_ = {
        "practice.recognised": 1.0, "reporting.base": 2.0, "response.passing_base": 50.0, "inspection.information": 0.0,
        "reporting.norm": 0.0, **OWN_LESSONS,
    }  # fmt: skip
    unread = under(kind, {**open_, "lessons.capacity": 0.0}, 4)
    read = under(kind, {**open_, "lessons.hours_per_report": 0.1}, 4)
    assert unread["errors_reported"].sum() > 1000
    assert (unread["report_queue"] == unread["errors_reported"].cumsum(axis=1)).all()
    assert not unread["errors_analysed"].any()
    assert late(unread["usefulness"]) == pytest.approx(0.1, abs=0.02)
    assert late(unread["willingness_to_report"]) < late(read["willingness_to_report"])
    assert (np.diff(unread["defences"], axis=1) <= 1e-15).all()
    assert late(read["defences"]) > late(unread["defences"])


UPHEAVALS = {
    "unit-model": ("change.unit_disruption",), "reorganisation": ("change.reorganisation_disruption",),
    "redesign": ("change.redesign_disruption",), "outsourcing-debate": ("change.debate_disruption",),
    "outsourcing": ("change.outsourced_disruption", "change.debate_disruption"),
}  # fmt: skip
"""Changes that upset a service whoever looks, and the numbers that say how much."""


def upheaval(kind):
    """All the disruption that a lever brings by itself."""
    effects = {bend.path: bend.towards for bend in LEVERS[kind]().effects()}
    return sum(effects.get(path) or parameters.register()[path].default for path in UPHEAVALS.get(kind, ()))


@every
def test_t24_without_inspection_there_is_no_grade_no_threat_no_takeover(under, kind):
    """And attention is the base of 0.1, with targets more, with reward for practice less; nobody's pull adds to it.

    An imposed grade is published without any visit. A change upsets as much as it does by itself: what is added to
    disruption, which otherwise fades with a time constant of 52 weeks, is its upheaval and no more.
    """
    off = under(kind, {"leadership.commitment_spread": 0.0, "publicity.prominent": 0.0}, 6,
                changes={"inspection.regime": "none", "takeover.rule": "automatic"})  # fmt: skip
    assert not off["inspections"].any()
    aim = 0.1 + added(kind, "leadership.compliance_base") - added(kind, "leadership.compliance_reward")
    if kind == "imposed-grade":
        assert (off["grade"] == LEVERS[kind]().grade).all()
        return
    assert (off["grade"] == -1).all()
    assert not off["threat"].any()
    assert not off["takeovers"].any()
    if added(kind, "leadership.staff_pull", "leadership.budget_pull"):
        assert (off["compliance"][:, -1] <= aim + 1e-5).all()
    else:
        assert off["compliance"][:, -1] == pytest.approx(max(0.0, aim), abs=1e-5)
    before = np.pad(off["disruption"], ((0, 0), (1, 0)))[:, :-1]
    brought = off["disruption"] * math.exp(1 / 52) - before
    assert (brought > -1e-9).all()
    assert brought.sum(axis=1) == pytest.approx(upheaval(kind), abs=1e-9)


HALF_YEARLY = {"authority.posts": 12, "inspection.cycle_weeks": 26, "inspection.again_weeks": 26}


def grades_of(runs):
    """Grades of all visits; published in the week in which the visit ends."""
    return runs["grade"][runs["inspections"] == 1].astype(int)


@every
def test_t25_all_cases_without_bias_make_the_grade_a_function_of_quality(under, kind):
    """A million cases, practice alone looked at, a method that fits: the grade is that of the true share."""
    everything = {
        **ONE_FAIR_SAMPLE, "inspection.cases_tracked": 1e6, "inspection.weight_of_records": 0.0,
        "quality.gaming_gain": 0.0, "quality.preparation_gain": 0.0,
        "change.unit_misfit": 0.0, "inspection.poor_slope": 8.0,
    }  # fmt: skip
    runs = under(kind, everything, 10, changes=HALF_YEARLY)
    c = Inspection(leniency_spread=0.0, clustering=0.0, odds_of_poor=1.0, poor_slope=8.0)
    ended = runs["inspections"] == 1
    clear = 0
    for quality, grade in zip(runs["service_quality"][ended], grades_of(runs), strict=True):
        share = poor_share(quality, 0.0, 0.0, 1.0, 0.0, c)
        if min(abs(share - limit) for limit in (0.02, 0.15, 0.33)) > 0.002:
            clear += 1
            assert grade == grade_of(share, c)
    assert ended.sum() > 60
    assert clear > 0.8 * ended.sum()


@every
def test_t26_without_stakes_nobody_dresses_up_and_the_lottery_stays(under, kind):
    """G at its floor sigma(-3), less where candour is credited; attention as in T24; and T1's 7.4 % of visits fail.

    Binomial, at one in ten thousand for each lever: for all of them together it is half a per cent.
    """
    runs = under(kind, {
        **ONE_FAIR_SAMPLE, "inspection.poor_slope": 0.0, "inspection.stakes": 0.0,
        "leadership.gaming_integrity": 0.0, "leadership.commitment_spread": 0.0,
        "leadership.compliance_inadequate": 0.0,
    }, 12, changes=HALF_YEARLY)  # fmt: skip
    credit = LEVERS[kind]().effects()
    credit = sum(b.shift + (b.towards or 0.0) for b in credit if b.path == "leadership.candour_credit")
    assert runs["gaming"][:, -1] == pytest.approx(1 / (1 + math.exp(3 + credit)), abs=1e-6)
    aim = 0.1 + added(kind, "leadership.compliance_base") - added(kind, "leadership.compliance_reward")
    if added(kind, "leadership.staff_pull", "leadership.budget_pull"):
        assert (runs["compliance"][:, -1] <= aim + 1e-5).all()
    else:
        assert runs["compliance"][:, -1] == pytest.approx(max(0.0, aim), abs=1e-5)
    assert not runs["threat"].any()
    grades = grades_of(runs)
    failed = int((grades == INADEQUATE).sum())
    assert grades.size > 80
    assert stats.binomtest(failed, grades.size, stats.binom.sf(8, 27, 0.20)).pvalue > 1e-4
