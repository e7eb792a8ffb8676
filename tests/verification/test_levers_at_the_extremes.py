"""T17 to T26 for every lever: no policy may violate properties that hold for any service.

The conditions are those of ``test_extremes.py`` and ``test_inspection_lottery.py``, for a smaller authority and shorter
runs. They take precedence over the lever where both set the same parameter. Where a lever contradicts a condition by
design, the test computes the exact expectation from the effects of the lever.
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

every_lever = pytest.mark.parametrize("kind", list(LEVERS))

POSTS, RUNS = 48, 4
DURATION = parameters.register()["demand.duration"].default
"""Mean time that a case stays open at full throughput. [weeks]"""

MAY_BE_NEGATIVE = ("grade", "commitment", "families_view")
"""-1 means no grade yet; commitment is centred at its mean; the view of families on an inactive service is noise."""


@functools.cache
def scenario_with(kind, years, *changes):
    """An authority of 48 posts without warm-up, with the lever of this kind (or none, '')."""
    levers = (LEVERS[kind](),) if kind else ()
    settings = {"authority.posts": POSTS, "time.years": years, "time.warm_up_years": 0, **dict(changes)}
    scenario = load("baseline").set(settings)
    return type(scenario)(**{**vars(scenario), "levers": levers})


@pytest.fixture
def run_with(recorded):
    """Runs of a lever with edited parameters; all measures are finite and no count is negative."""

    def run(kind, values, years, runs=RUNS, changes=()):
        measures = recorded(scenario_with(kind, years, *dict(changes).items()), runs, dict(values))
        for name, table in measures.items():
            assert np.isfinite(table).all(), name
            assert name in MAY_BE_NEGATIVE or table.min() >= -1e-12, name
        return measures

    return run


def final_mean(table, weeks=52):
    """Mean over the last ``weeks``."""
    return table[:, -weeks:].mean()


def shift_of(kind, *paths):
    """Sum of the shifts by the lever of parameters that are 0 without it."""
    return sum(effect.shift for effect in LEVERS[kind]().effects() if effect.path in paths)


def odds(p):
    """Odds of a probability."""
    return p / (1.0 - p)


NO_OTHER_LESSONS = {
    "lessons.improvement": 0.0, "lessons.pool_share": 0.0, "lessons.feedback": 0.0, "lessons.per_incident": 0.0,
    "takeover.lessons": 0.0, "lessons.discovered": 0.0,
}  # fmt: skip
"""Sources of lessons other than reports are cut."""

NO_OTHER_REDUCTION = {
    "practice.commitment": 0.0, "lessons.autonomy_gain": 0.0, "lessons.autonomy_spread": 0.0,
    "change.redesign_gain": 0.0, "change.redesign_spread": 0.0,
}  # fmt: skip
"""Reductions of errors other than by skill and low burnout are cut."""

ONE_FAIR_SAMPLE = {
    "inspection.leniency_spread": 0.0, "inspection.clustering": 0.0, "inspection.disclosure": 0.0,
    "inspection.exposure": 0.0, "inspection.transient_spread": 0.0, "inspection.publish_weeks": 0.0,
    "inspection.cycle_spread": 0.0, "inspection.notice_weeks": 0.0, "inspection.visit_weeks": 1.0,
    "inspection.cases_tracked": 27.0, "inspection.odds_of_poor": 1.0, "inspection.nominated": 0.0,
    "inspection.stratified": 0.0, "inspection.adaptive_cases": 0.0, "inspection.snapshots": 1.0,
    "inspection.appeals": 0.0, "inspection.narrative": 0.0,
}  # fmt: skip
"""One simple random sample of 27 cases at one visit, and no appeals."""


def test_edited_parameters_exist():
    assert set(parameters.register()) >= {
        *NO_OTHER_LESSONS,
        *NO_OTHER_REDUCTION,
        *ONE_FAIR_SAMPLE,
        "change.unit_misfit",
    }


@every_lever
def test_t17_no_lever_creates_errors_at_an_error_rate_of_zero(run_with, kind):
    no_errors = run_with(kind, {"practice.errors_per_case": 0.0}, 3)
    for measure in ("errors_generated", "errors_recognised", "errors_reported", "confidential_reports", "report_queue",
                    "hidden_errors", "errors_harmful", "recorded_incidents", "withholders"):  # fmt: skip
        assert not no_errors[measure].any(), measure
    assert (no_errors["serious_incidents"] == no_errors["incidents_without_error"]).all()
    assert (no_errors["sanctions"] == no_errors["sanctions_without_error"]).all()


NO_BLAME = {
    "blame.own": 0.0, "blame.spread": 0.0, "blame.manager_fear": 0.0, "blame.incidents": 0.0, "inspection.stakes": 0.0,
    "fear.floor": 0.0, "fear.manager_floor": 0.0, "fear.leader_floor": 0.0,
}  # fmt: skip


def fear_from_reports(kind, runs):
    """Fear that reports of colleagues add in a steady state, if it did not saturate: steps per week times 52 weeks.

    Each report concerns an accuser, an accused and at most eight witnesses: four team-mates and four contacts. A right
    report counts half.
    """
    wrong, all_reports = (runs[name][:, 260:].mean() for name in ("wrong_peer_reports", "peer_reports"))
    steps = shift_of(kind, "peers.fear_accused", "peers.fear_accuser") + 8 * shift_of(kind, "peers.fear_witness")
    return 52 * steps * (wrong + 0.5 * (all_reports - wrong)) / runs["staff"][:, 260:].mean()


@every_lever
def test_t18_without_blame_and_stakes_only_fear_added_by_the_lever_remains(run_with, kind):
    """Violations and misconduct are sanctioned under every policy: about 0.025 times per worker and year.

    By hand, what is remembered of that is R = 2 years x 0.025 x (1 + 0.2 x 5 + 0.1 x 4 + 0.025 x 42) = 0.17, which adds
    0.6 (1 - exp(-R)) = 0.09; immediate rises add less than 0.03.
    """
    runs = run_with(kind, NO_BLAME, 7)
    fear_added = shift_of(kind, "fear.rhetoric")
    from_reports = fear_from_reports(kind, runs)
    fear = runs["fear"][:, 260:].mean()
    assert fear_added + 0.7 * from_reports - 0.01 <= fear < fear_added + from_reports + 0.12
    assert runs["sanctions"].sum() > 0


@every_lever
def test_t18_without_fear_and_without_analysis_workers_do_not_report_every_error(run_with, kind):
    """0.83 without a lever, by hand in ``test_extremes.py``; a reward divides what is missing by its odds."""
    runs = run_with(kind, {**NO_BLAME, **NO_OTHER_LESSONS, "lessons.capacity": 0.0}, 7)
    assert final_mean(runs["usefulness"]) == pytest.approx(0.1, abs=0.02)
    limit = 1.0 - 0.12 * math.exp(-1.3 * shift_of(kind, "reporting.reward"))
    assert 0.5 < final_mean(runs["willingness_to_report"]) < limit


def raised_at_maximum_fear(usefulness):
    """Fixed point of the chance of raising an error, where the norm equals it."""
    p = 0.5
    for _ in range(100):
        p = 1.0 / (1.0 + math.exp(-(0.847 - 1.5 + 3.0 * (usefulness - 0.4) + 1.5 * (p - 0.7))))
    return p


@every_lever
def test_t19_at_maximum_fear_few_errors_are_reported(run_with, kind):
    """At most the odds of the fixed point at work pressure 1, times the effects of rewards and low work pressure.

    By hand, at F = 1: logit p = 0.847 - 1.5 + 3 (V - 0.4) + 1.5 (p - 0.7), so p = 0.29 for V = 0.52.

    Usefulness counts 3 log-odds per unit and log work pressure 1. With uneven allocation, log-normal with spread s,
    workers with few cases report more: the mean of one over their share is exp(s^2). The norm, at 1.5 p (1 - p) = 0.31
    per log-odds, multiplies each effect by 1 / (1 - 0.31) = 1.45.
    """
    no_lever, with_lever = run_with("", {"fear.floor": 9.0}, 4), run_with(kind, {"fear.floor": 9.0}, 4)
    assert final_mean(with_lever["fear"]) > 0.97  # newcomers are less afraid
    usefulness_gain = final_mean(with_lever["usefulness"]) - final_mean(no_lever["usefulness"])
    pressure_relief = math.log(final_mean(no_lever["work_pressure"]) / final_mean(with_lever["work_pressure"]))
    gain = shift_of(kind, "reporting.reward") + 3.0 * max(0.0, usefulness_gain) + max(0.0, pressure_relief)
    gain += shift_of(kind, "caseload.unevenness") ** 2
    slack = max(0.0, -math.log(final_mean(no_lever["work_pressure"])))
    # Newcomers are less afraid, which raises the mean willingness.
    newcomers, newcomers_with_lever = (3.0 * (1.0 - final_mean(runs["fear"])) for runs in (no_lever, with_lever))
    at_most = odds(raised_at_maximum_fear(final_mean(no_lever["usefulness"])))
    limit = at_most * math.exp(1.45 * (slack + newcomers))
    limit_with_lever = at_most * math.exp(1.45 * (gain + slack + newcomers_with_lever))
    assert odds(final_mean(no_lever["willingness_to_report"])) < limit
    assert odds(final_mean(with_lever["willingness_to_report"])) < limit_with_lever
    assert final_mean(with_lever["errors_repaired"]) > 0


@every_lever
def test_t20_without_demand_cases_and_errors_fall_to_zero(run_with, kind):
    """At work pressure below 1, each case closes with probability 1 / DURATION per week.

    Of 48 x 16 cases, fewer than 2 are left after six years.
    """
    idle = run_with(kind, {"demand.arrivals": 0.0, "demand.return_exponent": 0.0, "publicity.prominent": 0.0}, 6)
    assert not idle["referrals"].any()
    cases = (idle["caseload"] * idle["staff"] + idle["waiting"]).mean(axis=0)
    # About 100 cases are left over all runs, with a standard error of 8 %.
    assert cases[130] / cases[52] == pytest.approx((1 - 1 / DURATION) ** 78, rel=0.25)
    assert cases[-1] < 2
    assert final_mean(idle["work_pressure"]) < 0.02
    assert final_mean(idle["errors_generated"]) < 0.05
    assert final_mean(idle["burnout"]) < 0.05
    assert final_mean(idle["service_quality"]) > 0.85


@every_lever
def test_t21_with_ample_hours_the_error_rate_depends_on_its_base_rate_and_skill_only(run_with, kind):
    """As in ``test_extremes.py``; 3,000 errors have a standard error of 1.8 %.

    Burnout is at its minimum. Its odds are 0.01 x exp(F - 0.5 + conflict + disruption) for workers who stay; newcomers
    start at 0.2 and lose it within half a year. Agency staff are replaced every half year.
    """
    ample = run_with(kind, {
        "workload.hours": 37_000.0, "practice.defences": 0.0, "practice.accountability": 0.0,
        "practice.deterrence": 0.0, "practice.disruption": 0.0, "practice.visit_care": 0.0, "conduct.violations": 0.0,
        **NO_OTHER_REDUCTION,
    }, 5)  # fmt: skip
    assert final_mean(ample["work_pressure"]) < 0.01
    log_odds_shift = (
        final_mean(ample["fear"], 156) - 0.5 + final_mean(ample["disruption"], 156) + shift_of(kind, "burnout.conflict")
    )
    newcomers = final_mean(ample["turnover"], 156) + 2.0 * final_mean(ample["agency_rate"], 156)
    assert 0.002 < final_mean(ample["burnout"], 156) < 0.01 * math.exp(log_odds_shift) + 0.2 * 0.5 * newcomers
    cases = final_mean(ample["caseload"] * ample["staff"] + ample["waiting"], 156)
    skill = final_mean(ample["skill"], 156)
    expected = 0.01 * math.exp(final_mean(ample["burnout"], 156) - 0.4 - 0.8 * (skill - 0.845)) * cases
    assert final_mean(ample["errors_generated"], 156) == pytest.approx(expected, rel=0.08)
    assert final_mean(ample["closures"], 156) == pytest.approx(cases / 44.4, rel=0.05)


@every_lever
def test_t22_without_staff_all_cases_wait(run_with, kind):
    no_staff = run_with(kind, {
        "staffing.leaving": 1e9, "staffing.time_to_fill": 1e15, "staffing.agency_cover": 0.0,
        "staffing.agency_leaving": 1e9,
    }, 3)  # fmt: skip
    assert not no_staff["staff"][:, 1:].any()
    for measure in ("closures", "errors_generated", "errors_reported", "sanctions", "leavers", "fear", "burnout"):
        assert not no_staff[measure][:, 2:].any(), measure
    growth = np.diff(no_staff["waiting"][:, 2:], axis=1)
    assert (growth == no_staff["referrals"][:, 3:]).all(), "waiting cases grow by the referrals"
    assert (no_staff["service_quality"][:, 2:] == 0).all()


@every_lever
def test_t23_reports_that_are_not_analysed_teach_nothing_under_any_policy(run_with, kind):
    """All errors are recognised and most reported, but none analysed; the norm and other lessons are cut."""
    high_reporting = {
        "practice.recognised": 1.0, "reporting.base": 2.0, "response.passing_base": 50.0, "inspection.information": 0.0,
        "reporting.norm": 0.0, **NO_OTHER_LESSONS,
    }  # fmt: skip
    not_analysed = run_with(kind, {**high_reporting, "lessons.capacity": 0.0}, 4)
    analysed = run_with(kind, {**high_reporting, "lessons.hours_per_report": 0.1}, 4)
    assert not_analysed["errors_reported"].sum() > 1000
    assert (not_analysed["report_queue"] == not_analysed["errors_reported"].cumsum(axis=1)).all()
    assert not not_analysed["errors_analysed"].any()
    assert final_mean(not_analysed["usefulness"]) == pytest.approx(0.1, abs=0.02)
    assert final_mean(not_analysed["willingness_to_report"]) < final_mean(analysed["willingness_to_report"])
    assert (np.diff(not_analysed["defences"], axis=1) <= 1e-15).all()
    assert final_mean(analysed["defences"]) > final_mean(not_analysed["defences"])


DISRUPTIVE_CHANGES = {
    "unit-model": ("change.unit_disruption",), "reorganisation": ("change.reorganisation_disruption",),
    "redesign": ("change.redesign_disruption",), "outsourcing-debate": ("change.debate_disruption",),
    "outsourcing": ("change.outsourced_disruption", "change.debate_disruption"),
}  # fmt: skip
"""Structural changes that disrupt a service without any inspection, and the parameters of their disruption."""


def disruption_by(kind):
    """Total disruption that a lever itself causes."""
    effects = {effect.path: effect.towards for effect in LEVERS[kind]().effects()}
    return sum(effects.get(path) or parameters.register()[path].default for path in DISRUPTIVE_CHANGES.get(kind, ()))


@every_lever
def test_t24_without_inspection_there_is_no_grade_no_threat_and_no_takeover(run_with, kind):
    """Compliance is at its base of 0.1, higher with targets and lower with rewards for practice.

    An imposed grade is published without a visit. Disruption, which fades with a time constant of 52 weeks, is caused
    by structural changes only.
    """
    no_inspection = run_with(kind, {"leadership.commitment_spread": 0.0, "publicity.prominent": 0.0}, 6,
                changes={"inspection.regime": "none", "takeover.rule": "automatic"})  # fmt: skip
    assert not no_inspection["inspections"].any()
    expected = 0.1 + shift_of(kind, "leadership.compliance_base") - shift_of(kind, "leadership.compliance_reward")
    if kind == "imposed-grade":
        assert (no_inspection["grade"] == LEVERS[kind]().grade).all()
        return
    assert (no_inspection["grade"] == -1).all()
    assert not no_inspection["threat"].any()
    assert not no_inspection["takeovers"].any()
    if shift_of(kind, "leadership.staff_pull", "leadership.budget_pull"):
        assert (no_inspection["compliance"][:, -1] <= expected + 1e-5).all()
    else:
        assert no_inspection["compliance"][:, -1] == pytest.approx(max(0.0, expected), abs=1e-5)
    before = np.pad(no_inspection["disruption"], ((0, 0), (1, 0)))[:, :-1]
    caused = no_inspection["disruption"] * math.exp(1 / 52) - before
    assert (caused > -1e-9).all()
    assert caused.sum(axis=1) == pytest.approx(disruption_by(kind), abs=1e-9)


HALF_YEARLY = {"authority.posts": 12, "inspection.cycle_weeks": 26, "inspection.again_weeks": 26}


def published_grades(runs):
    """Grades of all visits, published in the week in which the visit ends. [visits]"""
    return runs["grade"][runs["inspections"] == 1].astype(int)


@every_lever
def test_t25_a_complete_unbiased_sample_makes_the_grade_a_function_of_quality(run_with, kind):
    """With a million cases and no weight on records, the grade is that of the true share."""
    complete_sample = {
        **ONE_FAIR_SAMPLE, "inspection.cases_tracked": 1e6, "inspection.weight_of_records": 0.0,
        "quality.gaming_gain": 0.0, "quality.preparation_gain": 0.0,
        "change.unit_misfit": 0.0, "inspection.poor_slope": 8.0,
    }  # fmt: skip
    runs = run_with(kind, complete_sample, 10, changes=HALF_YEARLY)
    c = Inspection(leniency_spread=0.0, clustering=0.0, odds_of_poor=1.0, poor_slope=8.0)
    ended = runs["inspections"] == 1
    unambiguous = 0
    for quality, grade in zip(runs["service_quality"][ended], published_grades(runs), strict=True):
        share = poor_share(quality, 0.0, 0.0, 1.0, 0.0, c)
        if min(abs(share - limit) for limit in (0.02, 0.15, 0.33)) > 0.002:
            unambiguous += 1
            assert grade == grade_of(share, c)
    assert ended.sum() > 60
    assert unambiguous > 0.8 * ended.sum()


@every_lever
def test_t26_without_stakes_gaming_is_minimal_and_chance_still_fails_authorities(run_with, kind):
    """Gaming at its minimum sigma(-3), lower where candour is credited; compliance as in T24; 7.4 % fail, as in T1.

    The binomial test has a false-alarm rate of one in ten thousand per lever, half a per cent over all levers.
    """
    runs = run_with(kind, {
        **ONE_FAIR_SAMPLE, "inspection.poor_slope": 0.0, "inspection.stakes": 0.0,
        "leadership.gaming_integrity": 0.0, "leadership.commitment_spread": 0.0,
        "leadership.compliance_inadequate": 0.0,
    }, 12, changes=HALF_YEARLY)  # fmt: skip
    effects = LEVERS[kind]().effects()
    credit = sum(e.shift + (e.towards or 0.0) for e in effects if e.path == "leadership.candour_credit")
    assert runs["gaming"][:, -1] == pytest.approx(1 / (1 + math.exp(3 + credit)), abs=1e-6)
    expected = 0.1 + shift_of(kind, "leadership.compliance_base") - shift_of(kind, "leadership.compliance_reward")
    if shift_of(kind, "leadership.staff_pull", "leadership.budget_pull"):
        assert (runs["compliance"][:, -1] <= expected + 1e-5).all()
    else:
        assert runs["compliance"][:, -1] == pytest.approx(max(0.0, expected), abs=1e-5)
    assert not runs["threat"].any()
    grades = published_grades(runs)
    failed = int((grades == INADEQUATE).sum())
    assert grades.size > 80
    assert stats.binomtest(failed, grades.size, stats.binom.sf(8, 27, 0.20)).pvalue > 1e-4
