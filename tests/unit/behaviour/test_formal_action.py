"""Formal action (E229 to E232): who faces it, what it does while it lasts, and how right its findings are."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.behaviour.formal_action import (
    DISMISSAL,
    FINDING,
    NO_FINDING,
    FormalAction,
    chance_after_incident,
    chance_of_dismissal,
    chance_of_finding,
    continue_formal_action,
    start_formal_action,
)
from redbead.jit import python_function
from redbead.state import world as events
from redbead.state.people import AGENCY, EMPTY, name_case_holder, record_charge
from redbead.state.practice_errors import MISCONDUCT, NO_ERROR, SLIP, VIOLATION

unit = st.floats(0, 1)
C = FormalAction()
CERTAIN = C._replace(duration=1e9, incident=1.0, accused=1.0)
"""Formal action that starts with certainty and never ends."""


def start(world, now, c):
    python_function(start_formal_action)(world.workers, world.managers, world.counts, world.event_log, c, now)


def proceed(world, now, c, second_dismissal=0.0):
    python_function(continue_formal_action)(
        world.workers, world.counts, world.event_log, second_dismissal, 52.0, c, now
    )


@pytest.mark.parametrize(
    ("blame", "public", "expected"),
    [(0.0, False, 0.0), (0.5, False, 0.2), (0.5, True, 0.6), (0.0, True, 0.5)],  # 1 - (1 - 0.4 B)(1 - 0.5 public)
)
def test_the_chance_after_an_incident_matches_hand_calculation(blame, public, expected):
    assert chance_after_incident(blame, public, C._replace(incident=0.4, scandal=0.5)) == pytest.approx(expected)


@given(unit, unit, unit, unit)
def test_blame_and_a_scandal_never_lower_the_chance(blame, more, incident, scandal):
    c = C._replace(incident=incident, scandal=scandal)
    low, high = sorted([blame, more])
    assert 0.0 <= chance_after_incident(low, False, c) <= chance_after_incident(high, False, c) + 1e-12 <= 1 + 1e-12
    assert chance_after_incident(low, False, c) <= chance_after_incident(low, True, c) + 1e-12


def test_perfect_accuracy_finds_against_violators_only():
    perfect = C._replace(upheld=1.0, upheld_slip=0.0, upheld_no_error=0.0)
    assert [chance_of_finding(conduct, perfect) for conduct in (SLIP, VIOLATION, MISCONDUCT, NO_ERROR)] == [0, 1, 1, 0]


@pytest.mark.parametrize("conduct", [SLIP, VIOLATION, MISCONDUCT, NO_ERROR])
def test_a_near_miss_never_leads_to_dismissal(conduct):
    assert chance_of_dismissal(conduct, 0, True, 1.0, C._replace(misconduct_dismissed=1.0)) == 0.0


@pytest.mark.parametrize(
    ("conduct", "earlier", "expected"),
    [(SLIP, False, 0.0), (SLIP, True, 0.1), (MISCONDUCT, False, 0.5), (MISCONDUCT, True, 0.55)],
)
def test_dismissal_follows_misconduct_or_a_second_finding(conduct, earlier, expected):
    c = C._replace(misconduct_dismissed=0.5)
    assert chance_of_dismissal(conduct, 1, earlier, 0.1, c) == pytest.approx(expected)


# Start


def test_a_sanction_without_a_duration_has_no_consequence(world, now):
    record_charge(world.workers, 0, VIOLATION, 1, now.week)
    start(world, now, C._replace(duration=0.0, suspended=1.0))
    assert not world.workers.action.any()
    assert not world.workers.absence.any()


def test_a_case_holder_who_made_no_error_faces_formal_action_after_an_incident(recorded_world, now):
    """Manager of team 1 blames fully, that of team 0 not at all: only the case holder of team 1 faces it."""
    world, log = recorded_world
    for w in (0, 4):
        name_case_holder(world.workers, w, NO_ERROR, now.week - 1)
    world.managers.blame[:] = (0.0, 1.0)
    start(world, now, CERTAIN)
    assert world.workers.action.tolist() == [0, 0, 0, 0, 1, 0]
    assert (world.counts.sanctions[0], world.counts.without_error[0]) == (1, 1)
    assert world.managers.sanctions.tolist() == [0, 1]
    assert log() == [[now.week, events.SANCTION, 0, 1, 4, 0, -1, 2]]


def test_a_scandal_leads_to_formal_action_even_if_the_manager_does_not_blame(world, now):
    """Two case holders of managers without blame; only the incident of worker 4 became public."""
    for w in (0, 4):
        name_case_holder(world.workers, w, NO_ERROR, now.week - 1)
    world.workers.in_scandal[4] = 1
    start(world, now, CERTAIN._replace(scandal=1.0))
    assert world.workers.action.tolist() == [0, 0, 0, 0, 1, 0]


def test_the_author_of_the_error_behind_an_incident_is_not_counted_as_innocent(world, now):
    name_case_holder(world.workers, 0, VIOLATION, now.week - 1)
    world.managers.blame[:] = 1.0
    start(world, now, CERTAIN)
    assert (world.counts.sanctions[0], world.counts.without_error[0]) == (1, 0)
    assert world.managers.just_sanctions.tolist() == [1, 0]


@pytest.mark.parametrize("weeks_ago", [0, 2])
def test_an_incident_is_answered_in_the_following_week_only(world, now, weeks_ago):
    name_case_holder(world.workers, 0, NO_ERROR, now.week - weeks_ago)
    world.managers.blame[:] = 1.0
    start(world, now, CERTAIN)
    assert world.counts.sanctions[0] == 0


def test_an_accusation_without_an_error_can_start_formal_action(world, now):
    world.workers.accused[:2] = (now.week, now.week - 1)
    world.managers.blame[:] = 1.0
    start(world, now, CERTAIN)
    assert world.workers.action.tolist() == [1, 0, 0, 0, 0, 0]
    assert world.counts.without_error[0] == 1


def test_a_suspended_worker_hands_over_cases_and_a_second_sanction_does_not_start_anew(world, now):
    world.workers.caseload[:] = 10
    record_charge(world.workers, 0, SLIP, 1, now.week)
    start(world, now, CERTAIN._replace(suspended=1.0))
    assert (world.workers.caseload[0], world.managers.handed_over[0], world.workers.absence[0]) == (0, 10, 1.0)
    record_charge(world.workers, 0, MISCONDUCT, 2, now.week)
    start(world, now, CERTAIN._replace(suspended=1.0))
    assert (world.workers.charge[0], world.workers.charge_severity[0]) == (SLIP, 1)
    assert world.managers.handed_over[0] == 10


def test_agency_work_ends_at_once(world, now):
    world.workers.status[0] = AGENCY
    record_charge(world.workers, 0, SLIP, 1, now.week)
    start(world, now, CERTAIN._replace(suspended=1.0))
    assert world.workers.dismissed.tolist() == [1, 0, 0, 0, 0, 0]
    assert world.workers.absence[0] == 0.0


def test_an_empty_post_faces_nothing(world, now):
    record_charge(world.workers, 0, SLIP, 1, now.week)
    world.workers.status[0] = EMPTY
    start(world, now, CERTAIN)
    assert not world.workers.action.any()


# While it lasts, and its end


def under_action(world, conduct=SLIP, severity=1):
    world.workers.action[:] = 1
    world.workers.charge[:] = conduct
    world.workers.charge_severity[:] = severity
    world.workers.absence[:] = 1.0


@pytest.mark.parametrize(("support", "expected"), [(0.0, 1 - 0.99**4), (1.0, 0.01)])
def test_formal_action_multiplies_the_hazard_of_leaving_and_support_removes_this(world, now, support, expected):
    """An increase of ln 4 makes the hazard four times as high: 1 - (1 - p)^4."""
    under_action(world)
    world.workers.chance_of_leaving[:] = 0.01
    proceed(world, now, C._replace(duration=1e9, leaving=math.log(4.0), support=support))
    assert world.workers.chance_of_leaving == pytest.approx(expected)


def test_the_duration_has_the_declared_mean(world, now):
    """With a mean of 20 weeks, 1 - exp(-1/20) of all actions end in a week: within four standard errors."""
    ended = 0
    for week in range(300):
        under_action(world)
        proceed(world, now._replace(week=week), C._replace(duration=20.0))
        ended += 6 - world.workers.action.sum()
    share = 1 - math.exp(-1 / 20)
    assert abs(ended / 1800 - share) < 4 * math.sqrt(share * (1 - share) / 1800)


@pytest.mark.parametrize(
    ("conduct", "accuracy", "outcome"),
    [(NO_ERROR, {"upheld_no_error": 1.0}, FINDING), (NO_ERROR, {"upheld_no_error": 0.0}, NO_FINDING),
     (VIOLATION, {"upheld": 1.0}, FINDING), (SLIP, {"upheld_slip": 0.0}, NO_FINDING)],
)  # fmt: skip
def test_action_ends_with_or_without_a_finding_and_the_worker_returns(recorded_world, now, conduct, accuracy, outcome):
    world, log = recorded_world
    under_action(world, conduct)
    world.workers.status[1:] = EMPTY
    proceed(world, now, C._replace(duration=1e-9, **accuracy))
    assert (world.workers.action[0], world.workers.absence[0]) == (0, 0.0)
    assert log() == [[now.week, events.FORMAL_ENDED, 0, 0, 0, 0, -1, outcome]]
    assert world.counts.findings[0] == (outcome != NO_FINDING)
    assert (world.workers.last_strike[0] == now.week) == (outcome != NO_FINDING)


@pytest.mark.parametrize(("weeks_ago", "dismissed"), [(52, 1), (53, 0)])
def test_a_second_finding_within_the_window_can_dismiss(recorded_world, now, weeks_ago, dismissed):
    world, log = recorded_world
    under_action(world)
    world.workers.status[1:] = EMPTY
    world.workers.last_strike[0] = now.week - weeks_ago
    proceed(world, now, C._replace(duration=1e-9, upheld_slip=1.0), second_dismissal=1.0)
    assert world.workers.dismissed[0] == dismissed
    assert log()[0][-1] == (DISMISSAL if dismissed else FINDING)


def test_the_share_of_findings_against_people_who_made_no_error_is_the_false_positive_rate(world, now):
    """200 weeks of six actions that end at once, with a rate of 0.2: within four standard errors."""
    findings = np.zeros(200)
    for week in range(200):
        world.counts.findings[:] = 0
        under_action(world, NO_ERROR)
        proceed(world, now._replace(week=week), C._replace(duration=1e-9, upheld_no_error=0.2))
        findings[week] = world.counts.findings[0]
    assert abs(findings.sum() / 1200 - 0.2) < 4 * math.sqrt(0.2 * 0.8 / 1200)


def test_formal_action_ends_in_the_week_in_which_a_policy_sets_its_duration_to_zero(world, now):
    """An open action and a suspension must not outlast the mechanism."""
    world.workers.action[0] = 1
    world.workers.absence[0] = 1.0
    proceed(world, now, C._replace(duration=0.0))
    assert (world.workers.action[0], world.workers.absence[0]) == (0, 0.0)
