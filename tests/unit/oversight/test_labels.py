"""Labels and words (C96, C99): how hard a report bites, on both sides of the limit."""

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
"""The regime with the values of the science notes, on which the figures by hand rest; the baseline is fitted anew."""

LABEL = as_noted()
WORDS = LABEL._replace(narrative=1.0)


@pytest.mark.parametrize(
    ("share", "bite"), [(0.0, 0.0), (0.15, 0.0), (0.185, 0.1), (0.325, 0.5), (0.33, 0.5143), (0.5, 1.0), (1.0, 1.0)]
)
def test_words_bite_in_proportion(share, bite):
    """(share - 0.15) / (0.50 - 0.15)."""
    assert narrative_severity(share, LABEL) == pytest.approx(bite, abs=5e-5)


@given(unit)
def test_a_label_bites_in_full_or_not_at_all(share):
    assert report_severity(grade_of(share, LABEL), share, LABEL) == float(share >= 0.33)


@given(unit, unit)
def test_poorer_samples_never_bite_less(a, b):
    low, high = sorted([a, b])
    for narrative in (0.0, 0.4, 1.0):
        c = LABEL._replace(narrative=narrative)
        assert 0.0 <= report_severity(grade_of(low, c), low, c) <= report_severity(grade_of(high, c), high, c) <= 1.0


@given(st.floats(0, 0.999), st.floats(1e-6, 1e-3))
def test_words_have_no_step_anywhere(share, more):
    """Never steeper than 1 / (0.50 - 0.15)."""
    step = report_severity(grade_of(share + more, WORDS), share + more, WORDS) - report_severity(
        grade_of(share, WORDS), share, WORDS
    )
    assert step <= more / 0.35 + 1e-12


def test_half_words_leave_half_the_step():
    c = LABEL._replace(narrative=0.5)
    assert report_severity(3, 0.33, c) - report_severity(2, 0.33 - 1e-9, c) == pytest.approx(0.5, abs=1e-6)


def test_what_the_sample_does_not_show_bites_as_its_label():
    """Exposed dressing up: 1 poor case in 27, and inadequate."""
    assert report_severity(3, 1 / 27, WORDS) == 1.0


@pytest.mark.parametrize("grade", range(4))
def test_an_imposed_grade_stands_for_the_lowest_share_that_gives_it(grade):
    share = lowest_share(grade, LABEL)
    assert grade_of(share, LABEL) == grade
    assert grade == 0 or grade_of(share - 1e-9, LABEL) == grade - 1


# all that follows, just below and just above the limit


AFTER = Consequences(dismissal=0.5)
STAFF = Staffing(pull_outstanding=1.25, pull_requires_improvement=0.92, pull_inadequate=0.75)


def aftermath(world, now, c, share):
    """What one report does: fall, share of directors dismissed, mean upheaval, pull, attention, threat."""
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
    upheaval = world.service.disruption[0] / 300
    python_function(update_threat)(world.oversight, c, now)
    sting = float(world.oversight.report_severity[0])
    pulled = report_effect_on_applications(int(world.oversight.grade[0]), sting, float(world.oversight.narrated[0]), STAFF)
    return fall, dismissed, upheaval, pulled, attention(0.7, sting, 0.0, Leadership()), float(world.oversight.threat[0])


def test_under_a_label_one_case_more_changes_everything(world, now):
    """8 or 9 poor cases in 27: no director dismissed or half of them, upheaval 0 or 0.1 + 0.5 x 0.1 + 0.3 x 0.2."""
    spared = aftermath(world, now, LABEL, 8 / 27)
    hit = aftermath(world, now, LABEL, 9 / 27)
    assert spared[:4] == (0.0, 0.0, 0.0, 0.92)
    assert hit[0] == 1.0
    assert hit[1] == pytest.approx(0.5, abs=0.09)
    assert hit[2] == pytest.approx(0.21, abs=0.025)
    assert hit[3] == 0.75
    assert hit[4] - spared[4] == pytest.approx(0.3)
    assert hit[5] - spared[5] == pytest.approx(0.7 * 0.3)


def test_in_words_the_step_at_the_limit_disappears(world, now):
    """A share of 0.33 less and plus 1e-9: everything that follows is the same to six digits."""
    below = aftermath(world, now, WORDS, 0.33 - 1e-9)
    above = aftermath(world, now, WORDS, 0.33 + 1e-9)
    assert below == pytest.approx(above, abs=1e-6)
    assert 0.0 < below[0] < 1.0, "a poor report below the limit stings a little, one above it not in full"
    assert above[3] == pytest.approx(0.75 ** (0.18 / 0.35), abs=1e-6)


def test_only_what_bites_harder_than_the_last_report_is_news(world, now):
    """Words of 0.25, then 0.75, then 0.5: falls of 0.25, 0.5 and none."""
    falls = []
    for k, bite in enumerate((0.25, 0.75, 0.5)):
        share = 0.15 + 0.35 * bite
        world.oversight.pending[:], world.oversight.poor_seen[:] = grade_of(share, WORDS), share
        world.oversight.publish_at[:] = 100 + k
        later = now._replace(week=100 + k)
        falls.append(
            python_function(publish)(world.oversight, world.service, world.counts, world.event_log, WORDS, later)
        )
    assert falls == pytest.approx([0.25, 0.5, 0.0])


@given(unit, unit, st.floats(0, 300))
def test_the_threat_follows_the_sting(a, b, weeks):
    low, high = sorted([a, b])
    assert threat(weeks, low, LABEL) <= threat(weeks, high, LABEL)
    assert threat(weeks, high, LABEL) - threat(weeks, low, LABEL) == pytest.approx(0.21 * (high - low), abs=1e-12)
