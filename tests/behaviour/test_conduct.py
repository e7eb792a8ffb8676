"""What sanctions do where violations respond to their certainty: paired seeds, against the same scenario without."""

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
