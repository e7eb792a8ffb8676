"""Severity of reports with grades and with words (C96, C99), on both sides of the limit of inadequate."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.behaviour.leadership import Leadership, attention
from redbead.behaviour.staffing import Staffing, report_effect_on_applications
from redbead.jit import python_function
from redbead.oversight.consequences import Consequences, apply_grade_consequences
from redbead.oversight.inspection import (
    Inspection,
    grade_of,
    lowest_share,
    narrative_severity,
    publish,
    report_severity,
    threat,
    update_threat,
)

unit = st.floats(0, 1)
as_noted = partial(
    Inspection, poor_share=0.20, clustering=0.05, gaming_ref=0.20, threat_ref=0.36, again_weeks=91.0
)  # fmt: skip
"""Regime with the values of the science notes, on which the hand-worked figures are based; the defaults are fitted."""

LABEL = as_noted()
WORDS = LABEL._replace(narrative=1.0)


@pytest.mark.cases(
    ("share", "severity"), [(0.0, 0.0), (0.15, 0.0), (0.185, 0.1), (0.325, 0.5), (0.33, 0.5143), (0.5, 1.0), (1.0, 1.0)]
)
def test_narrative_severity_is_linear_in_poor_share(share, severity):
    """(share - 0.15) / (0.50 - 0.15)."""
    assert narrative_severity(share, LABEL) == pytest.approx(severity, abs=5e-5)


@given(unit)
def test_label_severity_is_zero_or_one(share):
    assert report_severity(grade_of(share, LABEL), share, LABEL) == float(share >= 0.33)


@given(unit, unit)
def test_report_severity_never_falls_with_poor_share(a, b):
    low, high = sorted([a, b])
    for narrative in (0.0, 0.4, 1.0):
        c = LABEL._replace(narrative=narrative)
        assert 0.0 <= report_severity(grade_of(low, c), low, c) <= report_severity(grade_of(high, c), high, c) <= 1.0


@given(st.floats(0, 0.999), st.floats(1e-6, 1e-3))
def test_narrative_severity_has_no_step(share, more):
    """The slope never exceeds 1 / (0.50 - 0.15)."""
    step = report_severity(grade_of(share + more, WORDS), share + more, WORDS) - report_severity(
        grade_of(share, WORDS), share, WORDS
    )
    assert step <= more / 0.35 + 1e-12


def test_half_narrative_halves_the_step_at_the_limit():
    c = LABEL._replace(narrative=0.5)
    assert report_severity(3, 0.33, c) - report_severity(2, 0.33 - 1e-9, c) == pytest.approx(0.5, abs=1e-6)


def test_exposed_gaming_has_the_severity_of_its_label():
    """Exposed gaming: 1 poor case in 27, and inadequate."""
    assert report_severity(3, 1 / 27, WORDS) == 1.0


@pytest.mark.parametrize("grade", range(4))
def test_lowest_share_leads_to_its_grade(grade):
    share = lowest_share(grade, LABEL)
    assert grade_of(share, LABEL) == grade
    assert grade == 0 or grade_of(share - 1e-9, LABEL) == grade - 1


# Consequences just below and just above the limit


AFTER = Consequences(dismissal=0.5)
STAFF = Staffing(pull_outstanding=1.25, pull_requires_improvement=0.92, pull_inadequate=0.75)


def consequences(world, now, c, share):
    """Return fall, share of directors dismissed, mean disruption, effect on applications, attention and threat."""
    world.oversight.grade[:] = world.oversight.pending[:] = -1
    world.oversight.report_severity[:] = world.service.disruption[:] = 0.0
    world.oversight.pending[:], world.oversight.poor_seen[:] = grade_of(share, c), share
    world.oversight.publish_at[:] = now.week
    fall = python_function(publish)(world.oversight, world.service, world.counts, world.event_log, c, now)
    dismissed = (
        sum(
            python_function(apply_grade_consequences)(world.service, AFTER, fall, now._replace(week=t))
            for t in range(300)
        )
        / 300
    )
    disruption = world.service.disruption[0] / 300
    python_function(update_threat)(world.oversight, c, now)
    severity = float(world.oversight.report_severity[0])
    grade, narrated = int(world.oversight.grade[0]), float(world.oversight.narrated[0])
    applications = report_effect_on_applications(grade, severity, narrated, STAFF)
    attended = attention(0.7, severity, 0.0, Leadership())
    return fall, dismissed, disruption, applications, attended, float(world.oversight.threat[0])


def test_one_more_poor_case_triggers_all_consequences_of_a_label(world, now):
    """8 or 9 poor cases in 27: 0 or half of directors dismissed, disruption 0 or 0.1 + 0.5 x 0.1 + 0.3 x 0.2."""
    below = consequences(world, now, LABEL, 8 / 27)
    above = consequences(world, now, LABEL, 9 / 27)
    assert below[:4] == (0.0, 0.0, 0.0, 0.92)
    assert above[0] == 1.0
    assert above[1] == pytest.approx(0.5, abs=0.09)
    assert above[2] == pytest.approx(0.21, abs=0.025)
    assert above[3] == 0.75
    assert above[4] - below[4] == pytest.approx(0.3)
    assert above[5] - below[5] == pytest.approx(0.7 * 0.3)


def test_narrative_removes_the_step_at_the_limit(world, now):
    """For shares of 0.33 minus and plus 1e-9, all consequences agree to six digits."""
    below = consequences(world, now, WORDS, 0.33 - 1e-9)
    above = consequences(world, now, WORDS, 0.33 + 1e-9)
    assert below == pytest.approx(above, abs=1e-6)
    assert 0.0 < below[0] < 1.0, "the severity on both sides of the limit lies between 0 and 1"
    assert above[3] == pytest.approx(0.75 ** (0.18 / 0.35), abs=1e-6)


def test_only_an_increase_of_severity_has_consequences(world, now):
    """Severities of 0.25, 0.75 and 0.5 give increases of 0.25, 0.5 and 0."""
    falls = []
    for k, severity in enumerate((0.25, 0.75, 0.5)):
        share = 0.15 + 0.35 * severity
        world.oversight.pending[:], world.oversight.poor_seen[:] = grade_of(share, WORDS), share
        world.oversight.publish_at[:] = 100 + k
        later = now._replace(week=100 + k)
        falls.append(
            python_function(publish)(world.oversight, world.service, world.counts, world.event_log, WORDS, later)
        )
    assert falls == pytest.approx([0.25, 0.5, 0.0])


@given(unit, unit, st.floats(0, 300))
def test_threat_is_linear_in_report_severity(a, b, weeks):
    low, high = sorted([a, b])
    assert threat(weeks, low, LABEL) <= threat(weeks, high, LABEL)
    assert threat(weeks, high, LABEL) - threat(weeks, low, LABEL) == pytest.approx(0.21 * (high - low), abs=1e-12)
