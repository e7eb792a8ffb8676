"""Serious incidents without an error (E233), and who is named after an incident."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.behaviour.incidents import (
    Incidents,
    draw_incidents_without_error,
    expected_without_error,
    expose_case_holders,
)
from redbead.behaviour.leadership import apply_leader_turnover
from redbead.behaviour.management import apply_manager_turnover
from redbead.jit import python_function
from redbead.state import world as events
from redbead.state.constants import NEVER
from redbead.state.people import name_case_holder
from redbead.state.practice_errors import NO_ERROR

C = Incidents()


@pytest.mark.parametrize(
    ("share", "not_open", "cases", "posts", "expected"),
    [
        (0.5, 0.5, 1968.0, 120.0, 1.3),  # half of 2.6 a year at the reference
        (0.9, 0.5, 1968.0, 120.0, 2.34),
        (0.5, 0.5, 3936.0, 120.0, 1.95),  # twice the open cases: 1.3 x (0.5 x 2 + 0.5)
        (0.5, 0.0, 3936.0, 120.0, 2.6),  # all in open cases
        (0.5, 1.0, 3936.0, 120.0, 1.3),  # none in open cases
        (0.5, 0.5, 984.0, 60.0, 0.65),  # half the authority
    ],
)
def test_the_expected_number_matches_hand_calculation(share, not_open, cases, posts, expected):
    c = C._replace(without_error=share, not_open=not_open)
    assert 52 * expected_without_error(cases, 16.4 * posts, posts, c) == pytest.approx(expected)


@given(st.floats(0, 0.9))
def test_the_sum_of_both_kinds_at_the_reference_does_not_depend_on_the_share(share):
    """Incidents from errors are reduced to the share that is left (see ``from_errors`` of ``resolve_errors``)."""
    without = 52 * expected_without_error(1968.0, 1968.0, 120.0, C._replace(without_error=share))
    assert without + (1.0 - share) * C.rate == pytest.approx(C.rate)


def draw(world, now, c, week=60):
    python_function(draw_incidents_without_error)(
        world.workers, world.cases, world.counts, world.event_log, 16.4, 6, c, now._replace(week=week)
    )


def test_case_holders_are_drawn_in_proportion_to_caseload_and_unallocated_children_have_none(recorded_world, now):
    """Workers 0 and 1 have 10 and 30 of 50 cases, 10 children wait: shares of 0.2, 0.6 and 0.2 within 4 SE."""
    world, log = recorded_world
    world.workers.caseload[:2] = (10, 30)
    world.cases.waiting[:] = 10
    c = C._replace(without_error=0.9, rate=1000.0, not_open=0.0)
    for week in range(400):
        draw(world, now, c, week)
    holders = [event[4] for event in log()]
    assert len(holders) >= 100
    for worker, share in ((0, 0.2), (1, 0.6), (-1, 0.2)):
        assert abs(holders.count(worker) / len(holders) - share) < 4 * (share * (1 - share) / len(holders)) ** 0.5
    assert {event[1] for event in log()} == {events.UNAVOIDABLE}
    assert world.counts.serious[0] == world.counts.unavoidable[0] == len(holders)


def test_a_child_without_an_open_case_has_no_case_holder(recorded_world, now):
    world, log = recorded_world
    world.workers.caseload[:] = 10
    for week in range(100):
        draw(world, now, C._replace(without_error=0.9, rate=1000.0, not_open=1.0), week)
    assert {(event[3], event[4], event[5]) for event in log()} == {(-1, -1, -1)}


def test_a_case_holder_is_named_without_an_error(world, now):
    world.workers.caseload[0] = 10
    c = C._replace(without_error=0.9, rate=1000.0, not_open=0.0)
    week = next(week for week in range(1000) if draw(world, now, c, week) or world.counts.serious[0])
    assert (world.workers.last_incident[0], world.workers.incident_conduct[0]) == (week, NO_ERROR)


# After a scandal


@pytest.mark.parametrize(("prominent", "exposed"), [(0, [0, 0]), (2, [1, 1])])
def test_a_scandal_exposes_case_holders_and_their_managers(world, now, prominent, exposed):
    for w in (0, 4):
        name_case_holder(world.workers, w, NO_ERROR, now.week)
    world.managers.last_scandal[:] = NEVER
    world.counts.serious[:], world.counts.prominent[:] = 2, prominent
    python_function(expose_case_holders)(world.workers, world.managers, world.counts, now)
    assert world.workers.in_scandal[[0, 4]].tolist() == exposed
    assert (world.managers.last_scandal == now.week).tolist() == [bool(each) for each in exposed]


def test_the_share_of_exposed_case_holders_is_that_of_incidents_that_became_public(world, now):
    """One of four incidents per week became public: a share of 0.25 of 1,800 case holders, within 4 standard errors."""
    world.counts.serious[:], world.counts.prominent[:] = 4, 1
    exposed = 0
    for week in range(300):
        world.workers.in_scandal[:] = 0
        world.workers.last_incident[:] = week
        python_function(expose_case_holders)(world.workers, world.managers, world.counts, now._replace(week=week))
        exposed += world.workers.in_scandal.sum()
    assert abs(exposed / 1800 - 0.25) < 4 * (0.25 * 0.75 / 1800) ** 0.5


@pytest.mark.parametrize(("weeks_ago", "leaves"), [(1, 1), (2, 0)])
def test_a_manager_faces_an_own_hazard_in_the_week_after_a_scandal(world, now, c, weeks_ago, leaves):
    world.managers.last_scandal[:] = (now.week - weeks_ago, NEVER)
    python_function(apply_manager_turnover)(
        world.managers, world.counts, world.event_log, 0.0, 1.0, 0.5, 0.1, c.management, now
    )
    assert world.managers.spell.tolist() == [leaves, 0]


@pytest.mark.parametrize(("chance", "scandals", "leaves"), [(1.0, 1, 1), (1.0, 0, 0), (0.0, 1, 0)])
def test_a_director_faces_an_own_hazard_in_the_week_of_a_scandal(world, now, c, chance, scandals, leaves):
    world.counts.prominent[:] = scandals
    leadership = c.leadership._replace(leaving=0.0, after_scandal=chance)
    python_function(apply_leader_turnover)(
        world.leaders, world.service, world.oversight, world.counts, world.event_log, leadership, now
    )
    assert world.counts.leaders_left[0] == leaves
