"""Events of oversight: they concern the whole authority, so team, worker, spell and error are -1."""

import pytest

from redbead.jit import python_function
from redbead.oversight.consequences import Takeover, start_takeover
from redbead.oversight.inspection import Inspection, inspect, publish
from redbead.oversight.publicity import Publicity, publicise_incidents
from redbead.state import world as events

WEEK, AUTHORITY = 60, 0
NO_PERSON = [-1, -1, -1, -1]


def test_a_scandal_is_logged_with_the_number_of_prominent_incidents(recorded_world, now):
    world, log = recorded_world
    world.counts.serious[:] = 3
    python_function(publicise_incidents)(
        world.cases, world.service, world.counts, world.event_log, 120, Publicity(prominent=1.0), now
    )
    assert log() == [[WEEK, events.SCANDAL, AUTHORITY, *NO_PERSON, 3]]


@pytest.mark.parametrize(("trust", "control"), [(1.0, 2), (0.0, 1)], ids=["a trust", "a commissioner"])
def test_a_takeover_is_logged_with_who_is_in_control(recorded_world, now, trust, control):
    world, log = recorded_world
    world.oversight.grade[:] = 3
    world.oversight.test_at[:] = WEEK
    python_function(start_takeover)(
        world.oversight, world.service, world.managers, world.counts, world.event_log, True,
        Takeover(chance=1.0, trust=trust), now,
    )  # fmt: skip
    assert log() == [[WEEK, events.TAKEN, AUTHORITY, *NO_PERSON, control]]


def test_the_notice_of_a_visit_is_logged_once_with_the_week_of_the_visit(recorded_world, now):
    world, log = recorded_world
    c = Inspection(notice_weeks=3.0)
    world.oversight.next_visit[:] = 100
    for week in range(90, 100):
        python_function(inspect)(
            world.oversight, world.service, world.counts, world.event_log, c, 0.0, now._replace(week=week)
        )
    assert log() == [[97, events.NOTICE, AUTHORITY, *NO_PERSON, 100]]


@pytest.mark.parametrize("grade", range(4))
def test_a_published_grade_is_logged_with_its_code(recorded_world, now, grade):
    world, log = recorded_world
    world.oversight.pending[:] = grade
    world.oversight.publish_at[:] = WEEK
    world.oversight.imposing[:] = 0
    python_function(publish)(world.oversight, world.service, world.counts, world.event_log, Inspection(), now)
    assert log() == [[WEEK, events.GRADED, AUTHORITY, *NO_PERSON, grade]]
    assert world.counts.judgements[0] == 1
