"""What sanctions and reports of colleagues do: paired seeds, against the same scenario without them."""

import dataclasses

import numpy as np
import pytest

import redbead as rb
from redbead.levers.culture import JustCulture

RUNS = 12
NO_SANCTIONS = {"response.sanction": 0.0, "response.sanction_culpable": 0.0, "response.sanction_violation": 0.0}


def runs_of(name, changes, runs=RUNS):
    """Weekly measures of runs of three years, [runs, weeks] by name."""
    weekly = rb.run(rb.load(name).set({**changes, "time.years": 3}), runs=runs, seed=1).weekly
    return lambda measure: weekly[measure].to_numpy().reshape(runs, -1)


def falls(after, before):
    """Whether the paired difference of the means of runs is below zero by more than two standard errors."""
    change = after.mean(axis=1) - before.mean(axis=1)
    return change.mean() < -2 * change.std(ddof=1) / np.sqrt(change.size)


def test_without_any_sanction_deterrence_changes_nothing_bit_for_bit():
    """All chances are zero from before the warm-up, and the first perceptions follow them."""
    weights = {"conduct.deter_violations": 3.0, "conduct.deter_slips": 1.0}
    strong, none = (
        rb.run(rb.load("baseline").set({**NO_SANCTIONS, **each, "time.years": 2}), runs=2, seed=1)
        for each in (weights, dict.fromkeys(weights, 0.0))
    )
    assert strong.weekly.equals(none.weekly)
    assert (strong.weekly["perceived_certainty"] == 0.0).all()
    assert strong.weekly["violations"].sum() > 0


@pytest.mark.parametrize("policy", [{}, {"blame.just": 0.8}], ids=["usual", "just culture"])
def test_an_enforced_line_lowers_violations(policy):
    """A known violation is sanctioned in half of all cases instead of one in fifty."""
    before, after = (runs_of("baseline", {**policy, "response.sanction_violation": chance}) for chance in (0.02, 0.5))
    assert falls(after("violations"), before("violations"))
    assert falls(before("perceived_certainty"), after("perceived_certainty"))


def test_twice_the_detection_deters_and_twice_the_severity_deters_less():
    """Both lower violations; the reduction by detection is larger at the shipped weights. Slips do not respond."""
    base = {"response.sanction_violation": 0.5, "conduct.deter_violations": 3.0}
    usual = runs_of("baseline", base)
    certain = runs_of("baseline", {**base, "aftermath.found": 2 * 0.009615})
    severe = runs_of("baseline", {**base, "conduct.severity": 2.0})
    assert falls(certain("violations"), usual("violations"))
    assert falls(severe("violations"), usual("violations"))
    assert falls(certain("violations"), severe("violations"))


# Fear from experience

CALM = {
    **NO_SANCTIONS, "formal.incident": 0.0, "formal.scandal": 0.0, "response.reproach": 0.0, "fear.threat": 0.0,
    "fear.disruption": 0.0, "fear.publicity": 0.0,
}  # fmt: skip
"""No sanction, reproach, threat, disruption or publicity acts on the fear of workers."""


def test_without_events_fear_settles_at_its_base_value(recorded):
    """Contagion averages to zero, so mean fear follows F(t) = f0 + (F(0) - f0) exp(-t / 52) with f0 = 0.1.

    New starters begin halfway between the reference of 0.5 and the fear of the team, so turnover is off.
    """
    still = {"staffing.leaving": 1e-9, "staffing.agency_leaving": 0.0, "staffing.time_to_fill": 1e9}
    scenario = rb.load("baseline").set({"time.years": 10, "time.warm_up_years": 0.25})
    fear = recorded(scenario, 2, {**CALM, **still, "staffing.agency_cover": 0.0})["fear"]
    weeks = 13 + np.arange(1, fear.shape[1] + 1)
    assert fear[0] == pytest.approx(0.1 + 0.4 * np.exp(-weeks / 52), abs=1e-6)
    assert fear[0, -1] == pytest.approx(0.1, abs=1e-4)


def test_an_announcement_without_deeds_lowers_fear_by_its_words_at_most_and_for_less_than_two_years():
    """Managers practise nothing of what is announced in week 26, so every chance of a sanction stays as it was."""
    base = rb.load("baseline").set({"blame.betrayal": 0.0, "time.years": 4})
    announced = dataclasses.replace(base, levers=(JustCulture(from_week=26, strength=1.0, adherence=0.0),))
    usual, words = (
        rb.run(scenario, runs=RUNS, seed=1).weekly["fear"].to_numpy().reshape(RUNS, -1)
        for scenario in (base, announced)
    )
    change = words - usual
    assert (change[:, :26] == 0.0).all()
    soon, late = change[:, 30:52].mean(axis=1), change[:, 26 + 104 :].mean(axis=1)
    assert -0.05 <= soon.mean() < -2 * soon.std(ddof=1) / np.sqrt(RUNS)
    assert abs(late.mean()) < 0.005


def test_abolishing_sanctions_lowers_fear_more_than_an_announcement_without_deeds():
    changes = ({}, NO_SANCTIONS, {"blame.just": 0.8, "blame.adherence": 0.0, "blame.betrayal": 0.0})
    usual, abolished, announced = (runs_of("baseline", each)("fear") for each in changes)
    assert falls(abolished, usual)
    assert falls(abolished, announced)


# Severity, repair and lessons


def test_no_serious_incident_comes_from_a_near_miss():
    """All incidents of a year have errors of severity 1 or 2, or no error at all; both kinds occur."""
    changes = {"aftermath.grave": 1.0, "incidents.without_error": 0.0}
    model = rb.ChildrensService(rb.load("baseline").set(changes), seed=1, events=True)
    model.run_for_weeks(52)
    events = model.events
    assert set(events.loc[events["kind"] == "serious incident", "value"]) == {1, 2}
    assert (events["kind"] == "error harmed").sum() == 0
    assert set(events.loc[events["kind"] == "error made", "value"]) == {0, 1, 2}


def test_errors_that_the_manager_suppressed_do_less_harm_by_the_ratio_of_the_times_at_risk():
    """Hazards per week: harm h, other ends x, repair r. The chance of harm is h / (h + x + r).

    Manager: h / (h + 0.0288 + 0.5); no one: h / (h + 0.0288). Errors are followed from the week in which they enter
    that state, in runs without later recognition or departures, within four standard errors.
    """
    same = {
        "practice.later": 0.0, "practice.near_misses": 0.0, "practice.serious": 0.0, "staffing.leaving": 1e-6,
        "staffing.agency_leaving": 0.0, "aftermath.repair_pressure": 0.0, "aftermath.found_severity": 0.0,
        "response.passing_base": -6.0, "response.passing_usefulness": 0.0, "conduct.violations": 0.0,
        "practice.culpable": 0.0, "aftermath.harm": 0.01, "time.years": 6, "time.warm_up_years": 0.25,
    }  # fmt: skip
    entered, harmed = {"error withheld": 0, "error held back": 0, "unrecognised": 0}, {}
    harmed = dict.fromkeys(entered, 0)
    for seed in (1, 2):
        model = rb.ChildrensService(rb.load("baseline").set(same), seed=seed, events=True)
        model.run_for_weeks(312)
        for _, history in model.events[model.events["week"] >= 0].groupby(["worker", "error"], sort=False):
            kinds = list(history["kind"])
            if kinds[0] != "error made" or history["week"].iloc[0] > 200:
                continue
            state = next((kind for kind in ("error held back", "error withheld") if kind in kinds), "unrecognised")
            entered[state] += 1
            harmed[state] += "error harmed" in kinds or "serious incident" in kinds
    h, ends = 0.01, 0.009615 + 0.019231
    for state, repair in (("unrecognised", 0.0), ("error withheld", 0.2), ("error held back", 0.5)):
        expected = h / (h + ends + repair)
        share = harmed[state] / entered[state]
        assert abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / entered[state]), state


def test_unread_reports_change_harm_only_through_who_came_to_know():
    """No report is analysed and all who know put right at one pace: escalating all or none changes no harm at all.

    With the same number of errors known at the same pace, each error keeps its random numbers.
    """
    same = {
        "lessons.capacity": 0.0, "aftermath.repaired": 0.2, "aftermath.repaired_manager": 1.0,
        "aftermath.repaired_organisation": 0.2, "aftermath.found": 0.0, "reporting.usefulness": 0.0,
        "response.passing_usefulness": 0.0, "response.passing_fear": 0.0, "response.passing_severity": 0.0,
        "aftermath.repair_pressure": 0.0,
    }  # fmt: skip
    none, every = (runs_of("baseline", {**same, "response.passing_base": base}, 4) for base in (-6.0, 6.0))
    assert every("errors_reported").sum() > 10 * none("errors_reported").sum()
    assert none("errors_harmful").sum() == pytest.approx(every("errors_harmful").sum(), rel=0.02)


def test_discoveries_with_full_worth_raise_lessons():
    """Five times the discovery raises the stock of lessons where discoveries teach, and lowers it where they do not."""
    frequent = {"aftermath.found": 0.048}
    for worth, rises in ((1.0, True), (0.0, False)):
        base = {"lessons.discovered": worth}
        usual, more = (runs_of("baseline", {**base, **each})("defences") for each in ({}, frequent))
        assert falls(usual, more) if rises else falls(more, usual)


# Reports by colleagues, and managers who answer for blame

QUIET = {"peers.fear_accused": 0.0, "peers.fear_witness": 0.0, "peers.fear_accuser": 0.0, "reporting.trust": 0.0}
"""Reports change trust only, and trust does not change who raises errors."""


def test_colleagues_who_notice_errors_lower_hidden_errors_and_cost_trust():
    """Fear and the willingness to raise errors do not respond, so only what colleagues reveal remains."""
    without = runs_of("peer-reports", {**QUIET, "peers.notices": 0.0})
    noticed = runs_of("peer-reports", QUIET)
    assert falls(noticed("hidden_errors"), without("hidden_errors"))
    assert falls(noticed("trust"), without("trust"))
    assert (without("trust") == 1.0).all()
    assert without("peer_reports").sum() == 0 < noticed("wrong_peer_reports").sum() < noticed("peer_reports").sum()


def test_wrong_reports_cost_more_trust_and_reveal_less():
    """All reports name another colleague, against none: the same observers report in both."""
    right, wrong = (
        runs_of("peer-reports", {**QUIET, "peers.notices": 0.03, "peers.wrong": share}) for share in (0.0, 1.0)
    )
    assert falls(wrong("trust"), right("trust"))
    assert falls(right("hidden_errors"), wrong("hidden_errors"))
    assert right("wrong_peer_reports").sum() == 0


def test_distrust_lowers_or_raises_what_workers_raise_by_the_sign_of_its_effect():
    changes = {**QUIET, "peers.notices": 0.05, "peers.loss_witness": 0.3}
    silent, neutral, open_ = (
        runs_of("peer-reports", {**changes, "reporting.trust": each}) for each in (3.0, 0.0, -3.0)
    )
    assert falls(silent("willingness_to_report"), neutral("willingness_to_report"))
    assert falls(neutral("willingness_to_report"), open_("willingness_to_report"))


def test_managers_who_answer_for_blame_blame_less_and_fear_more():
    frequent = {"response.sanction": 0.05}
    usual = runs_of("baseline", frequent)
    answerable = runs_of("baseline", {**frequent, "blame.answerable": 1.0, "blame.answerable_others": 0.3})
    assert falls(answerable("blame"), usual("blame"))
    assert falls(usual("manager_fear"), answerable("manager_fear"))
    assert usual("managers_sanctioned").sum() == 0 < answerable("managers_sanctioned").sum()


def test_a_wrong_report_can_lead_to_formal_action_against_a_worker_without_an_error():
    """Incidents and routes outside the service accuse no worker here, so reports of colleagues are the only cause."""
    busy = {"peers.notices": 0.03, "peers.wrong": 0.5, "formal.incident": 0.0, "formal.scandal": 0.0}
    spared, accused = (runs_of("peer-reports", {**busy, "formal.accused": chance}) for chance in (0.0, 1.0))
    assert spared("sanctions_without_error").sum() == 0
    assert falls(spared("sanctions_without_error"), accused("sanctions_without_error"))
    assert accused("sanctions_without_error").sum() <= accused("wrong_peer_reports").sum()
