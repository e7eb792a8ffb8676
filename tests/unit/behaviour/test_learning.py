"""From reports to defences (E20 to E22), by hand with the default coefficients; what teams find for themselves."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.behaviour.learning import (
    Lessons,
    analyse,
    analysis_quality,
    forgetting_rate,
    learn,
    learning_rate,
    step_local_improvement,
    try_out,
    usefulness_target,
)
from redbead.engine.initial_state import allocate_tables
from redbead.jit import python_function
from redbead.parameters import Authority
from redbead.state.practice_errors import ANALYSED, CONCEALED_BY_WORKER, REPORTED

unit = st.floats(0, 1)
C = Lessons()


@pytest.mark.parametrize(("blame", "expected"), [(0.0, 1.0), (0.2, 0.86), (0.5, 0.65), (0.6, 0.58), (1.0, 0.30)])
def test_blame_narrows_analysis(blame, expected):
    """q = 1 - 0.7 B."""
    assert analysis_quality(blame, C) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("quality", "answered", "expected"),
    [(1.0, 0.0, 0.1), (1.0, 1.0, 0.9), (0.58, 1.0, 0.564), (0.58, 0.5, 0.332), (1.0, 2.0, 0.9), (0.0, 1.0, 0.1)],
)
def test_usefulness_is_answers_times_quality(quality, answered, expected):
    """V* = 0.1 + 0.8 q min(1, answered): more answers than reports help no further."""
    assert usefulness_target(quality, answered, C) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("analysed", "quality", "confided", "posts", "time", "info", "authorities", "expected"),
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
def test_lessons_by_hand(analysed, quality, confided, posts, time, info, authorities, expected):
    c = C._replace(pool_authorities=float(authorities))
    assert learning_rate(analysed, 0.0, quality, confided, posts, time, info, c) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("asked", "used", "expected"),
    [(0.0, 1.0, 0.0), (1.0, 0.0, 0.0), (1.0, 1.0, 0.006), (0.5, 1.0, 0.003), (0.5, 0.5, 0.0015)],
)
def test_families_teach_where_they_are_asked_and_heard(asked, used, expected):
    """0.006 x asked x used: asking without listening teaches nothing."""
    found = learning_rate(0, 0, 1.0, 0, 120, 0.0, 0.0, C._replace(asked=asked, used=used))
    assert found == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, 0.0064103), (0.01, 0.0094103), (0.02, 0.0124103), (0.1, 0.0364103), (1.0, 0.3064103)],
)
def test_forgetting_by_hand(share, expected):
    """1/156 a week, and 0.3 of the share of staff who left."""
    assert forgetting_rate(share, C) == pytest.approx(expected, abs=5e-8)


def test_a_reviewed_incident_teaches_as_it_is_analysed():
    """0.01 x 1 review x quality 0.5 x participation 1, whatever the size: incidents are counted per 120 posts."""
    c = C._replace(per_incident=0.01)
    for posts in (120, 240):
        assert learning_rate(0, 1, 0.5, 0, posts, 0, 0, c) == pytest.approx(0.005, abs=1e-12)


@given(st.integers(0, 50), unit, unit, st.floats(6, 2000))
def test_better_analysis_never_teaches_less(analysed, a, b, posts):
    low, high = sorted([a, b])
    assert learning_rate(analysed, 0, low, 0, posts, 0, 0, C) <= learning_rate(analysed, 0, high, 0, posts, 0, 0, C)


# the week


def analysing(world, now, c):
    python_function(analyse)(
        world.workers, world.errors, world.learning, world.counts, world.event_log, 37.0, c.lessons, now
    )


def test_hours_limit_analysis_and_the_oldest_report_comes_first(world, now, c, error):
    """Six workers x 37 h x 0.015 = 3.33 h a week, 5 h a report: 1 in the second week, with 1.66 h left over."""
    rows = [error(0, REPORTED, number=k) for k in range(3)]
    kept = error(1, CONCEALED_BY_WORKER)
    analysing(world, now, c)
    assert world.counts.analysed[0] == 0
    analysing(world, now, c)
    assert world.errors.state[[*rows, kept]].tolist() == [ANALYSED, REPORTED, REPORTED, CONCEALED_BY_WORKER]
    assert world.learning.hours[0] == pytest.approx(2 * 3.33 - 5.0, abs=1e-9)


def test_hours_without_a_report_are_not_saved_up(world, now, c):
    for _ in range(20):
        analysing(world, now, c)
    assert world.learning.hours[0] == 5.0


def week_of_learning(world, now, c, review_weeks=6):
    python_function(learn)(
        world.workers, world.managers, world.learning, world.service, world.oversight, world.counts, 6, 0.03,
        review_weeks, c.lessons, now,
    )  # fmt: skip


def test_a_quiet_week_of_learning_by_hand(world, now, c):
    """Nothing analysed, nobody left: D loses D/156; V moves a 26th of the way to 0.1 + 0.8 x 0.58."""
    world.managers.blame[:] = 0.6
    world.learning.defences[:] = 0.3
    world.learning.usefulness[:] = 0.4
    world.learning.reports_rate[:] = world.learning.answers_rate[:] = 1.0
    week_of_learning(world, now, c)
    assert world.learning.defences[0] == pytest.approx(0.3 * (1 - 1 / 156), abs=1e-12)
    assert world.learning.usefulness[0] == pytest.approx(0.4 + (0.564 - 0.4) / 26, abs=1e-9)


def test_what_a_visit_teaches_is_learnt_in_the_week_after_it(world, now, c):
    """D + (1 - D) x 0.03, less forgetting; only where the visit ended last week."""
    for ended, gained in ((now.week - 1, 0.7 * 0.03), (now.week, 0.0), (now.week - 2, 0.0)):
        world.learning.defences[:] = 0.3
        world.oversight.last_visit[:] = ended
        week_of_learning(world, now, c)
        assert world.learning.defences[0] == pytest.approx(0.3 - 0.3 / 156 + gained, abs=1e-12)


@pytest.mark.parametrize(
    ("blame", "participation", "incidents", "gained"),
    [
        (0.0, 1.0, 0.0, 0.0),
        (0.0, 1.0, 1.0, 0.7 * 0.01),
        (0.0, 1.0, 20.0, 0.7 * 0.2),  # six posts: one incident counts as twenty of 120 posts
        (0.5, 1.0, 1.0, 0.7 * 0.0065),  # analysed as well as anything else: 1 - 0.7 x 0.5
        (0.0, 2.0, 1.0, 0.7 * 0.02),
    ],
)
def test_a_review_moves_defences_by_what_is_reviewed_this_week(world, now, c, blame, participation, incidents, gained):
    """(1 - D) x 0.01 x quality x participation for each incident; of those remembered 1 - exp(-1/26) end their review.

    Of incidents that are worked off with a time constant of 26 weeks, 0.03773 of what is left are done in a week.
    """
    world.managers.blame[:] = blame
    world.learning.defences[:] = 0.3
    world.service.incident_memory[:] = incidents / 0.0377311
    lessons = c.lessons._replace(participation=participation)
    week_of_learning(world, now, c._replace(lessons=lessons), 26.0)
    assert world.learning.defences[0] == pytest.approx(0.3 - 0.3 / 156 + gained, abs=1e-6)


def test_where_reviews_teach_nothing_incidents_leave_no_trace(world, now, c):
    """per_incident = 0 cuts the loop."""
    found = []
    for remembered in (0.0, 50.0):
        world.learning.defences[:] = 0.3
        world.service.incident_memory[:] = remembered
        week_of_learning(world, now, c._replace(lessons=c.lessons._replace(per_incident=0.0)))
        found.append(world.learning.defences[0])
    assert found[0] == found[1]


def test_over_the_years_an_incident_teaches_once(world, now, c):
    """Worked off to the end, one incident of an otherwise lasting memory adds 1 - exp(-0.01), near enough 0.01."""
    lasting = c.lessons._replace(memory=1e15)
    for weeks in (4.0, 26.0, 104.0):
        world.learning.defences[:] = 0.0
        world.service.incident_memory[:] = 1.0
        for _ in range(int(20 * weeks)):
            week_of_learning(world, now, c._replace(lessons=lasting), weeks)
            world.service.incident_memory[:] *= math.exp(-1.0 / weeks)
        assert world.learning.defences[0] == pytest.approx(0.00995, abs=2e-5), weeks


def test_time_to_improve_counts_as_far_as_it_is_really_there(world, now, c):
    """Four of six posts filled, 3 % of hours left: D gains (1 - D) x 0.1 x 0.03 x 4/6."""
    world.workers.status[4:] = 0
    world.learning.defences[:] = 0.3
    world.service.improving[:] = 0.03
    week_of_learning(world, now, c)
    assert world.learning.defences[0] == pytest.approx(0.3 - 0.3 / 156 + 0.7 * 0.1 * 0.03 * 4 / 6, abs=1e-12)


# what teams find out for themselves

FREE = C._replace(autonomy=1.0)
M = FREE.memory
KEPT = 1 - 1 / M


@pytest.mark.parametrize(
    ("craft", "luck", "autonomy", "expected"),
    [
        (0.0, 9.0, 0.0, 0.0),
        (0.0, 0.0, 1.0, 0.0005),
        (0.0, 1.0, 1.0, 0.0105),
        (0.0, -1.0, 1.0, -0.0095),  # some of what they try makes things worse
        (0.0, 1.0, 0.5, 0.00525),
        (0.156, 0.0, 0.0, 0.155),  # a 156th is forgotten
        (-0.156, 0.0, 1.0, -0.1545),
    ],
)
def test_a_week_of_trying_out_by_hand(craft, luck, autonomy, expected):
    assert step_local_improvement(craft, luck, C._replace(autonomy=autonomy)) == pytest.approx(expected, abs=1e-12)


def test_craft_of_average_luck_tends_to_gain_times_memory():
    """g m (1 - (1 - 1/m)^n), so 0.0005 x 156 = 0.078 in the end; without freedom it fades as (1 - 1/m)^n."""
    craft = 0.0
    for n in range(1, 4001):
        craft = step_local_improvement(craft, 0.0, FREE)
        assert craft == pytest.approx(0.078 * (1 - KEPT**n), abs=1e-12)
    assert craft == pytest.approx(0.078, abs=1e-9)
    assert step_local_improvement(0.078, 0.0, FREE) == pytest.approx(0.078, abs=1e-15)
    for _ in range(100):
        craft = step_local_improvement(craft, 0.0, C)
    assert craft == pytest.approx(0.078 * KEPT**100, abs=1e-9)


@pytest.mark.parametrize(("autonomy", "weeks"), [(1.0, 52), (1.0, 520), (0.5, 520)])
def test_teams_differ_as_a_first_order_process_says(now, autonomy, weeks):
    """1,000 teams: mean a g m (1 - k^n), variance (a s)^2 (1 - k^2n) / (1 - k^2), k = 1 - 1/m; within 3 standard
    errors."""
    world = allocate_tables(Authority(posts=2000.0, team_size=2.0, friends=0.0), 2000)
    now = now._replace(end_post=2000, end_team=1000)
    for week in range(weeks):
        try_out(world.managers, C._replace(autonomy=autonomy), now._replace(week=week))
    craft = world.managers.local_improvement
    spread = autonomy * 0.01 * math.sqrt((1 - KEPT ** (2 * weeks)) / (1 - KEPT**2))
    assert abs(craft.mean() - autonomy * 0.078 * (1 - KEPT**weeks)) < 3 * spread / math.sqrt(1000)
    assert abs(craft.std(ddof=1) - spread) < 3 * spread / math.sqrt(2000)
    assert np.abs(np.corrcoef(craft[:-1], craft[1:])[0, 1]) < 3 / math.sqrt(999), "neighbouring teams"


def test_without_freedom_teams_find_nothing(world, now, c):
    for week in range(10):
        python_function(try_out)(world.managers, c.lessons, now._replace(week=week))
    assert not world.managers.local_improvement.any()
