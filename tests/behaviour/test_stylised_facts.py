"""T16, T35, T45, T63: facts whose logic no behaviour check can say: aligned on events, by severity, loop by loop."""

import numpy as np
import pytest

from redbead.behaviour.error_generation import Practice
from redbead.behaviour.reporting import Reporting, willingness_to_report
from redbead.scenario.loader import load

pytestmark = pytest.mark.slow

BASE = load("baseline")
YEAR = 52


def test_t35_the_graver_the_error_the_more_is_told_and_near_misses_gain_most_reports():
    """Fear 0.5 under blame, 0.25 in a just culture, all else at the reference.

    The notes expect the largest gap among near misses. In reports it is: they are 60 % of errors. In the chance of
    telling it is not, since chances lie below one half, where the log-odds move the greater chance more.
    """
    c, shares = Reporting(), np.array([Practice().near_misses, 0.0, Practice().serious])
    shares[1] = 1.0 - shares.sum()
    blame, just = (
        np.array([willingness_to_report(f, c.usefulness_ref, 0.0, c.norm_ref, s, c) for s in (0.0, 1.0, 2.0)])
        for f in (0.5, 0.25)
    )
    assert (np.diff(blame) > 0).all()
    assert (np.diff(just) > 0).all()
    assert int(np.argmax(shares * (just - blame))) == 0


def around(values, when, before, after):
    """Windows of `values` around every week in which `when` holds, [events, weeks]."""
    found = [
        values[run, week - before : week + after]
        for run, week in zip(*np.nonzero(when), strict=True)
        if week >= before and week + after <= values.shape[1]
    ]
    return np.array(found)


def test_t45_errors_dip_while_inspectors_are_there_and_come_back_within_three_weeks(recorded):
    """The same visits with and without the care that a visit brings (v = 0.02): a dip of up to 5 %, gone at once."""
    careful, careless = recorded(BASE, 100), recorded(BASE.set({"practice.visit_care": 0.0}), 100)
    visits = (careful["inspections"] > 0) & (careless["inspections"] > 0)
    with_, without = (around(runs["errors_generated"], visits, 5, 20) for runs in (careful, careless))
    change = (with_ - without).mean(axis=0) / without.mean()
    assert -0.05 <= change[4:6].mean() < 0.0, "the two weeks of a visit, of which the last is the one recorded"
    assert np.abs(change[8:]).max() < 0.005, "three weeks later and from then on"


@pytest.fixture(scope="module")
def after_incidents(recorded):
    """Change of a measure from the quarter before a serious incident, by quarter after it, against the usual course."""
    runs = recorded(BASE.set({"publicity.prominent": 0.0}), 200)

    def change(measure):
        values = runs[measure] - runs[measure].mean(axis=0)
        windows = around(values, runs["serious_incidents"] > 0, 13, 104)
        course = windows.mean(axis=0)
        return (course[13:].reshape(8, 13).mean(axis=1) - course[:13].mean()) / runs[measure].mean()

    return change


def test_t63_after_a_serious_incident_more_is_learnt_and_forgotten_again(after_incidents):
    """Defences rise within a year, by the review, and have lost most of it a year later."""
    course = after_incidents("defences")
    assert course[:4].max() > 0.0
    assert course[6:].max() < 0.5 * course[:4].max()


@pytest.mark.xfail(strict=True, reason="managers answer incidents with blame: checks/README.md, what falls short")
def test_t63_after_a_serious_incident_more_is_told_for_a_while(after_incidents):
    """In the year after it, on the whole: the best of four quarters would be above nothing by chance."""
    assert after_incidents("errors_reported")[:4].mean() > 0.0


def test_t63_after_a_serious_incident_errors_do_not_fall_for_good(after_incidents):
    """The error rate moves by less than 2 % and does not go one way."""
    course = after_incidents("errors_generated")
    assert np.abs(course).max() < 0.02
    assert len(set(np.sign(np.diff(course)))) == 2


@pytest.mark.parametrize(
    ("loop", "cut", "pushed", "last"),
    [
        ("L-R1 fear to reports", {"reporting.fear": 0.0, "reporting.usefulness": 0.0, "reporting.norm": 0.0,
                                  "reporting.pressure": 0.0},
         {"fear.floor": 0.3}, "willingness_to_report"),
        ("L-R4 usefulness to reports", {"reporting.usefulness": 0.0, "reporting.norm": 0.0, "reporting.fear": 0.0,
                                        "reporting.pressure": 0.0},
         {"lessons.useful_floor": 0.3}, "willingness_to_report"),
        ("L-R6 pressure to leavers", {"staffing.burnout": 0.0, "staffing.fear": 0.0, "staffing.disruption": 0.0,
                                      "inspection.regime": "none"},
         {"demand.arrivals": 0.5}, "leavers"),
        ("L-R10 stakes to compliance", {"leadership.compliance_stakes": 0.0, "leadership.compliance_inadequate": 0.0,
                                        "leadership.after_inadequate": 0.0, "leadership.poached": 0.0,
                                        "consequences.dismissal": 0.0},
         {"inspection.stakes": 0.1}, "compliance"),
        ("L-R12 quality to referrals", {"demand.return_share": 0.0, "publicity.prominent": 0.0,
                                        "demand.threshold": 0.0},
         {"quality.care": 0.0}, "referrals"),
    ],
)  # fmt: skip
def test_t16_a_cut_tie_leaves_the_end_of_its_loop_unchanged(recorded, loop, cut, pushed, last):
    """Push the first variable of a loop whose ties into the last are cut: the last does not move."""
    base = BASE.set({"time.years": 4, **cut})
    here, there = recorded(base, 10)[last], recorded(base.set(pushed), 10)[last]
    assert there.mean() == pytest.approx(here.mean(), rel=1e-9), loop
