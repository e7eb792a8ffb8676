"""What sanctions and reports of colleagues do: paired seeds, against the same scenario without them."""

import numpy as np
import pytest

import redbead as rb

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
        rb.run(rb.load("violations-and-certainty").set({**NO_SANCTIONS, **each, "time.years": 2}), runs=2, seed=1)
        for each in (weights, dict.fromkeys(weights, 0.0))
    )
    assert strong.weekly.equals(none.weekly)
    assert (strong.weekly["perceived_certainty"] == 0.0).all()
    assert strong.weekly["violations"].sum() > 0


@pytest.mark.parametrize("policy", [{}, {"blame.just": 0.8}], ids=["usual", "just culture"])
def test_an_enforced_line_lowers_violations(policy):
    """A known violation is sanctioned in half of all cases instead of one in twenty."""
    before, after = (
        runs_of("violations-and-certainty", {**policy, "response.sanction_violation": chance}) for chance in (0.05, 0.5)
    )
    assert falls(after("violations"), before("violations"))
    assert falls(before("perceived_certainty"), after("perceived_certainty"))


def test_twice_the_detection_deters_and_twice_the_severity_deters_less():
    """Both lower violations; the reduction by detection is larger at the shipped weights. Slips do not respond."""
    base = {"response.sanction_violation": 0.5, "conduct.deter_violations": 3.0}
    usual = runs_of("violations-and-certainty", base)
    certain = runs_of("violations-and-certainty", {**base, "aftermath.found": 2 * 0.009615})
    severe = runs_of("violations-and-certainty", {**base, "conduct.severity": 2.0})
    assert falls(certain("violations"), usual("violations"))
    assert falls(severe("violations"), usual("violations"))
    assert falls(certain("violations"), severe("violations"))


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
    usual = runs_of("baseline", {})
    answerable = runs_of("baseline", {"blame.answerable": 1.0, "blame.answerable_others": 0.3})
    assert falls(answerable("blame"), usual("blame"))
    assert falls(usual("manager_fear"), answerable("manager_fear"))
    assert usual("managers_sanctioned").sum() == 0 < answerable("managers_sanctioned").sum()
