"""Analysis, lessons and usefulness (E20 to E22, E221) and local improvement (E142), compared with hand calculations."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.behaviour.learning import (
    Lessons,
    analysis_quality,
    forgetting_rate,
    learning_rate,
    step_local_improvement,
    usefulness_target,
    worth_of_lesson,
)
from redbead.behaviour.weekly_learning import analyse_reports, update_learning, update_local_improvement
from redbead.engine.initial_state import allocate_tables
from redbead.jit import python_function
from redbead.parameters import Authority
from redbead.state.people import AGENCY
from redbead.state.practice_errors import ANALYSED, BY_DISCOVERY, BY_REPORT, CONCEALED_BY_WORKER, REPORTED

unit = st.floats(0, 1)
C = Lessons()


@pytest.mark.parametrize(("blame", "expected"), [(0.0, 1.0), (0.2, 0.86), (0.5, 0.65), (0.6, 0.58), (1.0, 0.30)])
def test_blame_reduces_analysis_quality(blame, expected):
    """q = 1 - 0.7 B."""
    assert analysis_quality(blame, C) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("quality", "answered", "expected"),
    [(1.0, 0.0, 0.1), (1.0, 1.0, 0.9), (0.58, 1.0, 0.564), (0.58, 0.5, 0.332), (1.0, 2.0, 0.9), (0.0, 1.0, 0.1)],
)
def test_usefulness_target_is_proportional_to_analysed_share_and_quality(quality, answered, expected):
    """V* = 0.1 + 0.8 q min(1, answered): analysing more reports than were made has no further effect."""
    assert usefulness_target(quality, answered, C) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("analysed", "quality", "confidential", "posts", "improvement_time", "information", "authorities", "expected"),
    [
        (0, 1.0, 0, 120, 0.0, 0.0, 1, 0.0),
        (2, 0.58, 0, 120, 0.0, 0.0, 1, 0.0029),  # 0.0025 x 2 x 0.58
        (2, 0.58, 0, 240, 0.0, 0.0, 1, 0.00145),  # the same two reports in an authority twice the size
        (0, 1.0, 0, 120, 0.06, 0.0, 1, 0.006),
        (0, 1.0, 0, 120, 0.0, 0.03, 1, 0.03),
        (0, 1.0, 10, 120, 0.0, 0.0, 1, 0.00099),  # 0.0006 x 10 x 0.33 x 0.5
        (0, 1.0, 10, 120, 0.0, 0.0, 153, 0.15147),
    ],
)
def test_learning_rate_matches_hand_calculation(
    analysed, quality, confidential, posts, improvement_time, information, authorities, expected
):
    c = C._replace(pool_authorities=float(authorities))
    rate = learning_rate(analysed, 0.0, quality, confidential, posts, improvement_time, information, c)
    assert rate == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("asked", "used", "expected"),
    [(0.0, 1.0, 0.0), (1.0, 0.0, 0.0), (1.0, 1.0, 0.006), (0.5, 1.0, 0.003), (0.5, 0.5, 0.0015)],
)
def test_family_feedback_builds_defences_only_when_requested_and_used(asked, used, expected):
    """0.006 x asked x used: feedback that is not used has no effect."""
    rate = learning_rate(0, 0, 1.0, 0, 120, 0.0, 0.0, C._replace(asked=asked, used=used))
    assert rate == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, 0.0064103), (0.01, 0.0094103), (0.02, 0.0124103), (0.1, 0.0364103), (1.0, 0.3064103)],
)
def test_forgetting_rate_matches_hand_calculation(share, expected):
    """1/156 per week, and 0.3 of the share of staff who left."""
    assert forgetting_rate(share, C) == pytest.approx(expected, abs=5e-8)


def test_lessons_from_a_reviewed_incident_scale_with_analysis_quality():
    """0.01 x 1 review x quality 0.5 x participation 1 for any size: incidents are scaled to 120 posts."""
    c = C._replace(per_incident=0.01)
    for posts in (120, 240):
        assert learning_rate(0, 1, 0.5, 0, posts, 0, 0, c) == pytest.approx(0.005, abs=1e-12)


@given(st.integers(0, 50), unit, unit, st.floats(6, 2000))
def test_learning_rate_never_falls_with_analysis_quality(analysed, a, b, posts):
    low, high = sorted([a, b])
    assert learning_rate(analysed, 0, low, 0, posts, 0, 0, C) <= learning_rate(analysed, 0, high, 0, posts, 0, 0, C)


# Weekly updates


def analyse_week(world, now, c):
    python_function(analyse_reports)(
        world.workers, world.errors, world.learning, world.counts, world.event_log, 37.0, c.lessons, now
    )


def test_hours_limit_analysis_and_the_oldest_report_is_analysed_first(world, now, c, error):
    """Six workers x 37 h x 0.015 = 3.33 h per week and 5 h per report: one in the second week, with 1.66 h left."""
    reported = [error(0, REPORTED, number=k) for k in range(3)]
    concealed = error(1, CONCEALED_BY_WORKER)
    analyse_week(world, now, c)
    assert world.counts.analysed[0] == 0
    analyse_week(world, now, c)
    assert world.errors.state[[*reported, concealed]].tolist() == [ANALYSED, REPORTED, REPORTED, CONCEALED_BY_WORKER]
    assert world.learning.hours[0] == pytest.approx(2 * 3.33 - 5.0, abs=1e-9)


@pytest.mark.parametrize(
    ("severity", "is_report", "expected"),
    [(0, True, 0.5), (1, True, 1.0), (2, True, 1.5), (0, False, 0.3), (2, False, 0.9)],
)
def test_what_an_error_teaches_depends_on_severity_and_source(severity, is_report, expected):
    """Worth 0.5 for a near miss, 1.5 for a serious error, and 0.6 of that for a discovered one."""
    c = C._replace(worth_near_miss=0.5, worth_serious=1.5, discovered=0.6)
    assert worth_of_lesson(severity, is_report, c) == pytest.approx(expected)
    equal = C._replace(worth_near_miss=1.0, worth_serious=1.0)
    assert worth_of_lesson(severity, True, equal) == 1.0, "ratios of 1 cut the effect of severity"


def test_near_misses_are_cheaper_to_analyse_where_they_are(world, now, c, error):
    """With 1/5 of the hours, the 3.33 h of one week are enough for three near misses of 1 h, and leave 0.33 h."""
    cheap = c._replace(lessons=c.lessons._replace(hours_near_miss=0.2))
    rows = [error(0, REPORTED, number=k, severity=0) for k in range(4)]
    analyse_week(world, now, cheap)
    assert world.errors.state[rows].tolist() == [ANALYSED, ANALYSED, ANALYSED, REPORTED]
    assert world.learning.hours[0] == pytest.approx(0.33)


def test_discovered_errors_teach_but_answer_no_report(world, now, c, error):
    """A report and a discovery worth half of it: 1.5 lessons, two analyses, one answer."""
    halved = c._replace(lessons=c.lessons._replace(discovered=0.5, hours_per_report=1.0))
    for source in (BY_REPORT, BY_DISCOVERY):
        world.errors.source[error(0, REPORTED, number=source)] = source
    analyse_week(world, now, halved)
    assert world.learning.worth[0] == 1.5
    assert (world.counts.analysed[0], world.counts.answered[0]) == (2, 1)
    analyse_week(world, now, halved)
    assert world.learning.worth[0] == 0.0, "each error teaches once"


@pytest.mark.parametrize(("accuracy", "right", "wrong"), [(1.0, 2.0, 0.0), (0.0, 0.0, 2.0)])
def test_each_analysis_teaches_once_either_rightly_or_wrongly(world, now, c, error, accuracy, right, wrong):
    """Two reports worth 1 each, analysed in one week: 6 x 37 h x 0.015 = 3.33 h are enough for two of 1 h each."""
    lessons = c.lessons._replace(
        accuracy=accuracy, accuracy_backlog=0.0, capacity=0.015, hours_per_report=1.0, hours_near_miss=1.0
    )
    for number in range(2):
        world.errors.source[error(0, REPORTED, number=number)] = BY_REPORT
    for expected in ((right, wrong), (0.0, 0.0)):
        analyse_week(world, now, c._replace(lessons=lessons))
        assert (world.learning.worth[0], world.learning.misled[0]) == expected


def test_unused_analysis_hours_are_limited_to_one_report(world, now, c):
    for _ in range(20):
        analyse_week(world, now, c)
    assert world.learning.hours[0] == 5.0


def learn_week(world, now, c, review_weeks=6):
    python_function(update_learning)(
        world.workers, world.managers, world.learning, world.service, world.oversight, world.counts, 6, 0.03,
        review_weeks, c.lessons, now,
    )  # fmt: skip


def test_a_week_without_lessons_matches_hand_calculation(world, now, c):
    """No analysis and no leavers: D loses D/156, and V closes a 26th of its gap to 0.1 + 0.8 x 0.58."""
    world.managers.blame[:] = 0.6
    world.learning.defences[:] = 0.3
    world.learning.usefulness[:] = 0.4
    world.learning.reports_rate[:] = world.learning.answers_rate[:] = 1.0
    learn_week(world, now, c)
    assert world.learning.defences[0] == pytest.approx(0.3 * (1 - 1 / 156), abs=1e-12)
    assert world.learning.usefulness[0] == pytest.approx(0.4 + (0.564 - 0.4) / 26, abs=1e-9)


def test_lessons_from_a_visit_are_learnt_in_the_following_week(world, now, c):
    """D + (1 - D) x 0.03, less forgetting, only if the visit ended last week."""
    for ended, gained in ((now.week - 1, 0.7 * 0.03), (now.week, 0.0), (now.week - 2, 0.0)):
        world.learning.defences[:] = 0.3
        world.oversight.last_visit[:] = ended
        learn_week(world, now, c)
        assert world.learning.defences[0] == pytest.approx(0.3 - 0.3 / 156 + gained, abs=1e-12)


@pytest.mark.parametrize(
    ("blame", "participation", "incidents", "gained"),
    [
        (0.0, 1.0, 0.0, 0.0),
        (0.0, 1.0, 1.0, 0.7 * 0.01),
        (0.0, 1.0, 20.0, 0.7 * 0.2),  # six posts: one incident is equivalent to twenty in 120 posts
        (0.5, 1.0, 1.0, 0.7 * 0.0065),  # analysis quality 1 - 0.7 x 0.5
        (0.0, 2.0, 1.0, 0.7 * 0.02),
    ],
)
def test_defences_gain_from_the_reviews_that_end_this_week(world, now, c, blame, participation, incidents, gained):
    """The gain is (1 - D) x 0.01 x quality x participation per reviewed incident.

    With a time constant of 26 weeks, a share 1 - exp(-1/26) = 0.03773 of open reviews ends per week.
    """
    world.managers.blame[:] = blame
    world.learning.defences[:] = 0.3
    world.service.incident_memory[:] = incidents / 0.0377311
    lessons = c.lessons._replace(participation=participation)
    learn_week(world, now, c._replace(lessons=lessons), 26.0)
    assert world.learning.defences[0] == pytest.approx(0.3 - 0.3 / 156 + gained, abs=1e-6)


def test_incidents_do_not_change_defences_when_reviews_have_no_effect(world, now, c):
    """With per_incident = 0, incidents teach nothing."""
    defences = []
    for remembered in (0.0, 50.0):
        world.learning.defences[:] = 0.3
        world.service.incident_memory[:] = remembered
        learn_week(world, now, c._replace(lessons=c.lessons._replace(per_incident=0.0)))
        defences.append(world.learning.defences[0])
    assert defences[0] == defences[1]


def test_an_incident_contributes_its_lesson_exactly_once(world, now, c):
    """Without forgetting, one incident whose review is complete adds 1 - exp(-0.01), about 0.00995."""
    permanent = c.lessons._replace(memory=1e15)
    for weeks in (4.0, 26.0, 104.0):
        world.learning.defences[:] = 0.0
        world.service.incident_memory[:] = 1.0
        for _ in range(int(20 * weeks)):
            learn_week(world, now, c._replace(lessons=permanent), weeks)
            world.service.incident_memory[:] *= math.exp(-1.0 / weeks)
        assert world.learning.defences[0] == pytest.approx(0.00995, abs=2e-5), weeks


def test_improvement_time_is_scaled_by_filled_posts(world, now, c):
    """Four of six posts filled and 3 % of hours available: D gains (1 - D) x 0.1 x 0.03 x 4/6."""
    world.workers.status[4:] = 0
    world.learning.defences[:] = 0.3
    world.service.improving[:] = 0.03
    learn_week(world, now, c)
    assert world.learning.defences[0] == pytest.approx(0.3 - 0.3 / 156 + 0.7 * 0.1 * 0.03 * 4 / 6, abs=1e-12)


# Local improvement

AUTONOMOUS = C._replace(autonomy=1.0)
RETENTION = 1 - 1 / AUTONOMOUS.memory


@pytest.mark.parametrize(
    ("improvement", "draw", "autonomy", "expected"),
    [
        (0.0, 9.0, 0.0, 0.0),
        (0.0, 0.0, 1.0, 0.0005),
        (0.0, 1.0, 1.0, 0.0105),
        (0.0, -1.0, 1.0, -0.0095),  # some changes make practice worse
        (0.0, 1.0, 0.5, 0.00525),
        (0.156, 0.0, 0.0, 0.155),  # one part in 156 decays
        (-0.156, 0.0, 1.0, -0.1545),
    ],
)
def test_step_of_local_improvement_matches_hand_calculation(improvement, draw, autonomy, expected):
    after = step_local_improvement(improvement, draw, C._replace(autonomy=autonomy))
    assert after == pytest.approx(expected, abs=1e-12)


def test_expected_local_improvement_approaches_gain_times_memory():
    """g m (1 - (1 - 1/m)^n), with limit 0.0005 x 156 = 0.078; without autonomy it decays as (1 - 1/m)^n."""
    improvement = 0.0
    for n in range(1, 4001):
        improvement = step_local_improvement(improvement, 0.0, AUTONOMOUS)
        assert improvement == pytest.approx(0.078 * (1 - RETENTION**n), abs=1e-12)
    assert improvement == pytest.approx(0.078, abs=1e-9)
    assert step_local_improvement(0.078, 0.0, AUTONOMOUS) == pytest.approx(0.078, abs=1e-15)
    for _ in range(100):
        improvement = step_local_improvement(improvement, 0.0, C)
    assert improvement == pytest.approx(0.078 * RETENTION**100, abs=1e-9)


@pytest.mark.parametrize(("autonomy", "weeks", "teams"), [(1.0, 52, 1000), (1.0, 520, 100), (0.5, 520, 100)])
def test_variance_between_teams_matches_a_first_order_process(now, autonomy, weeks, teams):
    """Mean a g m (1 - k^n) and variance (a s)^2 (1 - k^2n) / (1 - k^2) within 3 standard errors of the teams.

    k = 1 - 1/m.
    """
    world = allocate_tables(Authority(posts=2.0 * teams, team_size=2.0, friends=0.0), 2 * teams)
    now = now._replace(end_post=2 * teams, end_team=teams)
    for week in range(weeks):
        update_local_improvement(world.managers, C._replace(autonomy=autonomy), now._replace(week=week))
    improvement = world.managers.local_improvement
    spread = autonomy * 0.01 * math.sqrt((1 - RETENTION ** (2 * weeks)) / (1 - RETENTION**2))
    assert abs(improvement.mean() - autonomy * 0.078 * (1 - RETENTION**weeks)) < 3 * spread / math.sqrt(teams)
    assert abs(improvement.std(ddof=1) - spread) < 3 * spread / math.sqrt(2 * teams)
    correlation = np.corrcoef(improvement[:-1], improvement[1:])[0, 1]
    assert np.abs(correlation) < 3 / math.sqrt(teams - 1), "neighbouring teams"


def test_teams_without_autonomy_gain_no_local_improvement(world, now, c):
    for week in range(10):
        python_function(update_local_improvement)(world.managers, c.lessons, now._replace(week=week))
    assert not world.managers.local_improvement.any()


def test_defences_without_permanent_staff_are_forgotten_at_the_rate_of_all_leavers(world, now, c):
    """Agency staff only: the share of leavers has no staff below it, and one leaver counts as 1."""
    world.workers.status[:] = AGENCY
    world.learning.defences[:] = 0.3
    world.service.leavers_ring[0, (now.week - 1) % 52] = 1
    learn_week(world, now, c)
    forgotten = min(1.0, forgetting_rate(1.0, c.lessons))
    assert world.learning.defences[0] == pytest.approx(0.3 * (1 - forgotten), abs=1e-12)
