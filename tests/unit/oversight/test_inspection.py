"""Inspection (E30 to E33): threat, share of poor cases, sample, grade and publication, with hand-worked tables."""

import math
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead import rng
from redbead.jit import python_function
from redbead.oversight.inspection import (
    Inspection,
    effective_stakes,
    grade_of,
    inspect,
    judge,
    poor_share,
    publish,
    sampled_share,
    threat,
    update_threat,
)
from redbead.oversight.inspection.visit import monitor, poor_case_probabilities

unit = st.floats(0, 1)
as_noted = partial(
    Inspection, poor_share=0.20, clustering=0.05, gaming_ref=0.20, threat_ref=0.36, again_weeks=91.0
)  # fmt: skip
"""Regime with the values of the science notes, on which the hand-worked figures are based; the defaults are fitted."""

C = as_noted()
BARE = C._replace(leniency_spread=0.0, clustering=0.0, disclosure=0.0, exposure=0.0)


@pytest.mark.cases(
    ("weeks", "inadequate", "changes", "expected"),
    [
        (109.2, False, {}, 0.385),  # 0.7 of the cycle: 0.7 (0.4 + 0.3 / 2)
        (109.2, True, {}, 0.595),
        (-1e6, False, {}, 0.28),  # long before the visit: 0.7 x 0.4
        (1e6, False, {}, 0.49),  # long overdue: 0.7 x 0.7
        (1e6, True, {"stakes": 1.0}, 1.0),
        (1e6, True, {"stakes": 0.0}, 0.0),
        (1e6, True, {"visits": 0.0}, 0.0),
    ],
)
def test_threat_matches_hand_worked_values(weeks, inadequate, changes, expected):
    assert threat(weeks, float(inadequate), C._replace(**changes)) == pytest.approx(expected, abs=1e-9)


@given(st.floats(0, 520), st.floats(0, 520), unit)
def test_threat_increases_as_the_next_visit_approaches(a, b, severity):
    low, high = sorted([a, b])
    assert 0.0 <= threat(low, severity, C) <= threat(high, severity, C) <= 1.0
    assert threat(high, 0.0, C) <= threat(high, severity, C)


def test_effective_stakes_are_zero_without_visits():
    assert effective_stakes(C) == 0.7
    assert effective_stakes(C._replace(visits=0.0)) == 0.0


@pytest.mark.cases(
    ("visible", "extra", "odds", "expected"),
    [
        (1.0, 0.0, 1.0, 0.2000),  # odds 0.25
        (1.25, 0.0, 1.0, 0.0842),  # odds 0.25 / e
        (0.75, 0.0, 1.0, 0.4046),  # odds 0.25 e
        (1.0, 0.0, 2.0, 0.3333),  # odds 0.5
        (1.0, 0.0, 0.5, 0.1111),  # odds 0.125
        (1.0, 0.3, 1.0, 0.2523),  # a strict inspector: odds 0.25 exp(0.3)
    ],
)
def test_poor_share_matches_hand_worked_values(visible, extra, odds, expected):
    for terms in ((extra, 0.0, odds, 0.0), (0.0, extra, odds, 0.0), (0.0, 0.0, odds, extra)):
        assert poor_share(visible, *terms, C) == pytest.approx(expected, abs=5e-5)


@given(st.floats(0, 2), st.floats(0, 2), st.floats(-2, 2), st.floats(0.05, 5))
def test_poor_share_never_rises_with_visible_quality(a, b, extra, odds):
    low, high = sorted([a, b])
    assert 0.0 < poor_share(high, extra, 0.0, odds, 0.0, C) <= poor_share(low, extra, 0.0, odds, 0.0, C) < 1.0


@pytest.mark.cases(
    ("share", "grade"),
    [(0.0, 0), (0.0199999, 0), (0.02, 1), (0.1499999, 1), (0.15, 2), (0.3299999, 2), (0.33, 3), (1.0, 3)],
)
def test_grade_changes_exactly_at_each_limit(share, grade):
    assert grade_of(share, C) == grade


@pytest.mark.cases(("poor", "grade"), [(0, 0), (1, 1), (4, 1), (5, 2), (8, 2), (9, 3), (27, 3)])
def test_grades_of_27_cases_match_hand_worked_values(poor, grade):
    """1/27 = 0.037, 4/27 = 0.148, 5/27 = 0.185, 8/27 = 0.296, 9/27 = 0.333."""
    assert grade_of(poor / 27, C) == grade


@given(unit, unit)
def test_more_poor_cases_never_improve_the_grade(a, b):
    low, high = sorted([a, b])
    assert grade_of(low, C) <= grade_of(high, C)


@pytest.mark.parametrize(("nominated", "chosen"), [(0.0, 0), (0.1, 3), (0.5, 14), (1.0, 27)])
def test_nominated_cases_form_their_share_of_the_sample(nominated, chosen):
    """If all selected cases are poor and no nominated case is, the share of poor cases is that of selected cases."""
    c = BARE._replace(nominated=nominated)
    assert sampled_share(1, rng.SAMPLE, 5, 0, 27, 1.0, 0.0, c) == (27 - chosen) / 27


@given(st.integers(0, 2**63), st.integers(10, 400), unit, unit)
def test_sampled_share_is_a_whole_number_of_cases(seed, n, usual, nominated):
    share = sampled_share(seed, rng.SAMPLE, 5, 0, n, usual, nominated, C._replace(nominated=0.3))
    assert 0.0 <= share <= 1.0
    assert share * n == pytest.approx(round(share * n), abs=1e-9)


# Visit and publication


def visit(world, now, c, week):
    before = int(world.counts.inspections[0])
    python_function(inspect)(
        world.oversight, world.service, world.counts, world.event_log, c, 0.0, now._replace(week=week)
    )
    return int(world.counts.inspections[0]) - before


@pytest.fixture
def due(world):
    """A visit that starts in week 100."""
    world.oversight.next_visit[:] = 100
    world.oversight.pending[:] = world.oversight.grade[:] = -1
    world.service.visible[:] = 1.0
    return world


def test_two_week_visit_is_completed_in_its_second_week(due, now):
    never_inadequate = BARE._replace(limit_inadequate=2.0)
    assert [visit(due, now, never_inadequate, week) for week in (99, 100, 101, 102)] == [0, 0, 1, 0]
    assert due.oversight.last_visit[0] == 101
    assert due.oversight.publish_at[0] == 109
    assert due.oversight.next_visit[0] >= 101 + 156 - 26


def test_preparation_lasts_from_notice_to_end_of_visit(due, now):
    preparing = []
    for week in range(97, 104):
        python_function(update_threat)(due.oversight, C, now._replace(week=week))
        preparing.append(int(due.oversight.preparing[0]))
    assert preparing == [0, 0, 1, 1, 1, 0, 0]


def test_next_visit_is_sooner_after_an_inadequate_grade(due, now):
    visit(due, now, BARE._replace(limit_inadequate=0.0, limit_good=0.0, limit_outstanding=0.0), 101)
    assert due.oversight.next_visit[0] == 101 + 91


def test_visit_date_is_postponed_without_visits(due, now):
    no_visits = C._replace(visits=0.0)
    assert [visit(due, now, no_visits, week) for week in range(90, 300)] == [0] * 210
    assert due.oversight.next_visit[0] > 299


def test_ungraded_visit_gives_no_grade(due, now):
    assert visit(due, now, C._replace(graded=0.0), 101) == 1
    assert due.oversight.pending[0] == -1


def test_exposed_gaming_leads_to_inadequate_regardless_of_the_sample(due, now):
    due.service.visible[:] = 2.0
    assert python_function(judge)(due.oversight, due.service, due.counts, BARE, 0.0, now) < 3
    due.service.gaming[:] = 1.0
    assert python_function(judge)(due.oversight, due.service, due.counts, BARE._replace(exposure=1.0), 0.0, now) == 3


def published(world, now, c, week):
    return python_function(publish)(
        world.oversight, world.service, world.counts, world.event_log, c, now._replace(week=week)
    )


def test_grade_is_published_in_its_week_and_only_a_fall_has_consequences(due, now):
    due.oversight.pending[:] = 3
    due.oversight.publish_at[:], due.oversight.poor_seen[:] = 109, 9 / 27
    assert published(due, now, C, 108) == 0.0
    assert due.oversight.grade[0] == -1
    assert published(due, now, C, 109) == 1.0
    assert (due.oversight.grade[0], due.oversight.pending[0], due.oversight.inadequate_at[0]) == (3, -1, 109)
    assert due.oversight.visible_then[0] == 1.0
    due.oversight.pending[:] = 3
    assert published(due, now, C, 200) == 0.0, "a second inadequate grade is not a fall"
    assert due.oversight.inadequate_at[0] == 109


def test_better_grade_cancels_the_takeover_test(due, now):
    due.oversight.grade[:], due.oversight.pending[:] = 3, 2
    due.oversight.publish_at[:], due.oversight.test_at[:] = 109, 130
    assert published(due, now, C, 109) == 0.0
    assert due.oversight.grade[0] == 2
    assert due.oversight.test_at[0] < 0


def test_imposed_grade_is_published_without_a_visit(due, now):
    assert published(due, now, C._replace(imposed=3.0), 50) == 1.0
    assert due.oversight.grade[0] == 3


# Probabilities of a visit, and samples of cases


def test_probabilities_of_poor_cases_by_hand(world, now):
    """Leniency 0.4 x 1.5, disclosure 2 x (0.75 x 0.9 - 0.8) and the passing state 0.1 enter the rule for both kinds."""
    c = C._replace(leniency_spread=0.4, disclosure=2.0, gaming_ref=0.2, odds_of_poor=1.3, nominated_odds=0.5)
    world.service.visible[:], world.service.gaming[:], world.oversight.transient[:] = 0.9, 0.1, 0.1
    usual, nominated = python_function(poor_case_probabilities)(world.oversight, world.service, 1.5, 1.0, 0.25, c, now)
    disclosed = 2.0 * (0.75 * 0.9 - 0.8)
    assert usual == pytest.approx(poor_share(0.9, 0.1, 0.6, 1.3, disclosed, c), abs=1e-12)
    assert nominated == pytest.approx(poor_share(0.9, 0.1, 0.6, 0.5, disclosed, c), abs=1e-12)


def test_several_snapshots_average_leniency_and_passing_states(world, now):
    """Four visits: each spread is divided by 2."""
    world.service.visible[:], world.oversight.transient[:] = 1.0, 0.2
    c = C._replace(leniency_spread=0.4, gaming_ref=0.0, disclosure=0.0)
    usual, _ = python_function(poor_case_probabilities)(world.oversight, world.service, 1.0, 4.0, 0.0, c, now)
    assert usual == pytest.approx(poor_share(1.0, 0.1, 0.2, c.odds_of_poor, 0.0, c), abs=1e-12)


def test_a_monitoring_visit_draws_its_own_sample_with_the_inspectors_of_the_week(world, now):
    """Strictness of the week and the draw MONITORING, for 12 cases; the next visit is 13 weeks later."""
    c = C._replace(monitoring_weeks=13.0)
    world.service.visible[:] = 0.8
    world.oversight.monitor_at[:] = now.week
    python_function(monitor)(world.oversight, world.service, world.counts, 12, 0.0, c, now)
    strictness = rng.normal(rng.uniform(now.seed, rng.INSPECTOR, now.week, 0))
    usual, nominated = python_function(poor_case_probabilities)(
        world.oversight, world.service, strictness, 1.0, 0.0, c, now
    )
    expected = sampled_share(now.seed, rng.MONITORING, now.week, 0, 12, usual, nominated, c)
    assert world.oversight.monitored[0] == expected
    assert world.oversight.monitor_at[0] == now.week + 13
    assert world.counts.monitoring_visits[0] == 1


def test_no_monitoring_visit_takes_place_in_another_week_or_without_visits(world, now):
    world.oversight.monitor_at[:] = now.week + 1
    python_function(monitor)(world.oversight, world.service, world.counts, 12, 0.0, C, now)
    assert world.oversight.monitor_at[0] == now.week + 1
    world.oversight.monitor_at[:] = now.week
    python_function(monitor)(world.oversight, world.service, world.counts, 12, 0.0, C._replace(visits=0.0), now)
    assert world.counts.monitoring_visits[0] == 0
    assert world.oversight.monitor_at[0] == now.week + int(C.monitoring_weeks)


def test_the_passing_state_is_a_first_order_process(world, now):
    """k = exp(-1 / memory): k times last week's state plus spread x sqrt(1 - k^2) times a standard normal number."""
    c = C._replace(transient_memory=10.0, transient_spread=0.3)
    world.oversight.transient[:] = 0.2
    python_function(update_threat)(world.oversight, c, now)
    kept = math.exp(-1 / 10)
    z = rng.normal(rng.uniform(now.seed, rng.TRANSIENT, now.week, 0))
    assert world.oversight.transient[0] == pytest.approx(kept * 0.2 + 0.3 * math.sqrt(1 - kept**2) * z, abs=1e-12)


def test_an_imposed_grade_schedules_the_next_visit_by_its_grade(due, now):
    """An inadequate grade is inspected again after `again_weeks`, any other after the cycle; it is imposed once."""
    for grade, wait in ((3.0, C.again_weeks), (1.0, C.cycle_weeks)):
        due.oversight.imposing[:] = 0
        published(due, now, C._replace(imposed=grade), 50)
        assert due.oversight.next_visit[0] == 50 + int(wait)
        due.oversight.grade[:] = 2
        published(due, now, C._replace(imposed=grade), 51)
        assert due.oversight.grade[0] == 2
