"""Events of workers, managers and errors: each event names its week, team, post, spell, error and value.

An error made in week 59 as number 0 of its author has the number 59 x 256 = 15,104. In the small authority the posts
0 to 2 are in team 0 and the posts 3 to 5 in team 1.
"""

import pytest

from redbead.behaviour.error_outcomes import resolve_errors
from redbead.behaviour.leadership import remove_director
from redbead.behaviour.management import apply_manager_turnover
from redbead.behaviour.manager_response import apply_response
from redbead.behaviour.reporting import decide_reports
from redbead.behaviour.staffing.hiring import compute_hiring, hire
from redbead.behaviour.staffing.leaving import separate
from redbead.behaviour.weekly import make_errors, recognise_later
from redbead.behaviour.weekly_learning import analyse_reports
from redbead.jit import python_function
from redbead.state import world as events
from redbead.state.people import AGENCY, EMPTY
from redbead.state.practice_errors import (
    CONCEALED_BY_WORKER,
    DISCOVERED,
    MOST_ERRORS,
    RAISED_WITH_MANAGER,
    RECOGNISED,
    REPORTED,
    UNRECOGNISED,
)

NUMBER = 59 * 256
WEEK, AUTHORITY = 60, 0


def test_new_errors_are_logged_as_made_and_as_recognised(recorded_world, now, c):
    """Worker 0 makes the largest number of errors, all serious; they have the numbers 60 x 256 + k of week 60."""
    world, log = recorded_world
    world.workers.status[1:] = EMPTY
    world.workers.spell[:] = 3
    world.workers.caseload[0] = 1000
    world.workers.error_rate[:] = 10.0
    world.workers.recognition_chance[:] = 1.0
    world.service.serious_share[:] = 1.0
    python_function(make_errors)(
        world.workers, world.managers, world.cases, world.service, world.errors, world.counts, world.event_log,
        c.practice._replace(near_misses=0.0), now,
    )  # fmt: skip
    kinds = (events.MADE, events.RECOGNISED)
    assert log() == [[WEEK, kind, AUTHORITY, 0, 0, 3, WEEK * 256 + k, 2] for k in range(MOST_ERRORS) for kind in kinds]
    assert world.counts.generated[0] == world.counts.recognised[0] == MOST_ERRORS


def test_an_error_that_is_recognised_later_names_its_author_and_the_week_it_was_made(recorded_world, now, c, error):
    world, log = recorded_world
    error(4, UNRECOGNISED, severity=0)
    python_function(recognise_later)(
        world.workers, world.managers, world.errors, world.counts, world.event_log, c.practice._replace(later=1e9), now
    )
    assert log() == [[WEEK, events.RECOGNISED, AUTHORITY, 1, 4, 0, NUMBER, 0]]
    assert world.counts.recognised[0] == 1
    assert world.errors.since[0] == WEEK


@pytest.mark.parametrize(("willing", "kind"), [(1.0, events.RAISED), (0.0, events.CONCEALED)])
def test_a_decision_to_report_is_logged_once(recorded_world, now, c, error, willing, kind):
    world, log = recorded_world
    error(4, RECOGNISED, severity=2)
    world.workers.willingness[:] = willing
    python_function(decide_reports)(
        world.workers, world.managers, world.learning, world.errors, world.counts, world.event_log,
        c.reporting._replace(confidential_base=0.0), now,
    )  # fmt: skip
    assert log()[0] == [WEEK, kind, AUTHORITY, 1, 4, 0, NUMBER, 2]
    assert world.errors.since[0] == WEEK


@pytest.mark.parametrize(("chance", "kind"), [(1.0, events.REPORTED), (0.0, events.SUPPRESSED)])
def test_an_escalated_or_suppressed_report_is_logged(recorded_world, now, c, error, chance, kind):
    world, log = recorded_world
    error(4, RAISED_WITH_MANAGER)
    world.managers.escalation_chance[:] = chance
    python_function(apply_response)(
        world.workers, world.managers, world.errors, world.counts, world.event_log, False, False, 0.0, c.response, now
    )
    assert log() == [[WEEK, kind, AUTHORITY, 1, 4, 0, NUMBER, 1]]
    assert world.errors.since[0] == WEEK


def test_a_sanction_is_logged_and_only_the_second_strike_can_dismiss(recorded_world, now, c, error):
    """Certain sanctions: the first error of worker 4 is a first strike, the second within the window dismisses."""
    world, log = recorded_world
    error(4, DISCOVERED)
    error(4, DISCOVERED, number=1)
    world.managers.sanction_chance[:] = 1.0
    response = c.response._replace(dismissal=1.0, second_strike=1.0)
    python_function(apply_response)(
        world.workers, world.managers, world.errors, world.counts, world.event_log, False, False, 0.0, response, now
    )
    assert log() == [
        [WEEK, events.SANCTION, AUTHORITY, 1, 4, 0, NUMBER, 1],
        [WEEK, events.SANCTION, AUTHORITY, 1, 4, 0, NUMBER + 1, 1],
    ]
    assert world.workers.dismissed.tolist() == [0, 0, 0, 0, 1, 0]
    assert world.managers.sanctions.tolist() == [0, 2]
    assert world.counts.sanctions[0] == 2


def test_an_analysed_report_is_logged(recorded_world, now, c, error):
    world, log = recorded_world
    error(4, REPORTED, severity=2)
    python_function(analyse_reports)(
        world.workers, world.errors, world.learning, world.counts, world.event_log, 1000.0, c.lessons, now
    )
    assert log() == [[WEEK, events.ANALYSED, AUTHORITY, 1, 4, 0, NUMBER, 2]]
    assert world.errors.since[0] == WEEK
    assert world.counts.analysed[0] == 1


OUTCOMES = {
    "harm": ({"harm": 1e6, "grave": 0.0}, events.HARMED, "harmed"),
    "serious harm": ({"harm": 1e6, "grave": 1.0}, events.SERIOUS, "serious"),
    "discovery": ({"found": 1e6}, events.DISCOVERED, "discovered"),
    "expiry": ({"expires": 1e6}, events.EXPIRED, "expired"),
    "repair": ({"repaired": 1e6}, events.REPAIRED, "repaired"),
}


@pytest.mark.parametrize(("hazards", "kind", "count"), OUTCOMES.values(), ids=OUTCOMES)
def test_each_outcome_of_a_hidden_error_is_logged_and_counted_once(recorded_world, now, c, error, hazards, kind, count):
    world, log = recorded_world
    error(4, CONCEALED_BY_WORKER, severity=2)
    world.workers.spell[4] = world.errors.spell[0] = 7
    only = dict.fromkeys(("harm", "found", "expires", "repaired"), 0.0) | hazards
    python_function(resolve_errors)(
        world.workers,
        world.managers,
        world.errors,
        world.counts,
        world.event_log,
        0.0,
        0.0,
        1.0,
        c.aftermath._replace(**only),
        now,
    )
    assert log() == [[WEEK, kind, AUTHORITY, 1, 4, 7, NUMBER, 2]]
    assert world.errors.since[0] == WEEK
    counted = {name: int(getattr(world.counts, name)[0]) for name in (
        "harmed", "harmed_known", "serious", "discovered", "expired", "repaired", "put_right",
    )}  # fmt: skip
    also = {"serious": {"harmed": 1}, "repaired": {"put_right": 1}}
    expected = {count: 1} | also.get(count, {})
    assert {name: n for name, n in counted.items() if n} == expected


# staff


def test_leavers_are_logged_with_their_caseload_by_kind(recorded_world, now, c):
    """Worker 1 is permanent and worker 4 agency staff. Only the permanent one, in post for 4.9 years, counts."""
    world, log = recorded_world
    world.workers.status[4] = AGENCY
    world.workers.spell[:] = 2
    world.workers.caseload[:] = (10, 11, 12, 13, 14, 15)
    world.workers.tenure[:] = 4.9 * 52
    world.workers.chance_of_leaving[1] = 1.0
    staffing = c.staffing._replace(agency_leaving=1e9)
    python_function(separate)(world.workers, world.managers, world.counts, world.event_log, staffing, now)
    assert log() == [
        [WEEK, events.LEFT, AUTHORITY, 0, 1, 2, -1, 11],
        [WEEK, events.AGENCY_OUT, AUTHORITY, 1, 4, 2, -1, 14],
    ]
    assert (world.counts.leavers[0], world.counts.early_leavers[0], world.counts.departures[0]) == (1, 1, 2)
    assert world.managers.handed_over.sum() == 25


@pytest.mark.parametrize(("years", "early"), [(4.9, 1), (5.0, 0), (5.1, 0)])
def test_a_leaver_is_early_within_five_years(world, now, c, years, early):
    world.workers.tenure[:] = years * 52
    world.workers.chance_of_leaving[0] = 1.0
    python_function(separate)(world.workers, world.managers, world.counts, world.event_log, c.staffing, now)
    assert world.counts.early_leavers[0] == early


def test_a_leaver_leaves_nothing_behind_for_the_successor(world, now, c):
    """Every column of the person is 0, or never, so the successor starts without a history."""
    world.workers.chance_of_leaving[0] = 1.0
    personal = ("experience", "tenure", "skill", "hours", "pressure", "log_pressure", "time_per_case", "throughput",
                "fear", "burnout", "commitment", "willingness")  # fmt: skip
    for column in personal:
        getattr(world.workers, column)[:] = 0.5
    for column in ("last_strike", "last_sanction", "last_withheld"):
        getattr(world.workers, column)[:] = 55
    world.workers.dismissed[:] = 1
    python_function(separate)(world.workers, world.managers, world.counts, world.event_log, c.staffing, now)
    for column in (*personal, "dismissed", "chance_of_leaving", "caseload"):
        assert not getattr(world.workers, column)[0].any(), column
    never = {int(getattr(world.workers, column)[0]) for column in ("last_strike", "last_sanction", "last_withheld")}
    assert len(never) == 1
    assert never.pop() < -1000


def hire_all(world, now, staffing):
    python_function(compute_hiring)(world.leaders, world.service, world.oversight, staffing, now)
    python_function(hire)(
        world.workers, world.managers, world.leaders, world.cases, world.counts, world.event_log, staffing, now
    )


def test_a_permanent_starter_is_logged_after_the_agency_worker_who_leaves(recorded_world, now, c):
    world, log = recorded_world
    world.workers.status[4] = AGENCY
    world.workers.spell[4] = 2
    world.workers.caseload[4] = 9
    hire_all(world, now, c.staffing._replace(time_to_fill=1e-9, newly_qualified=0.0, experienced_years=20.0))
    experience = int(world.workers.experience[4])
    assert experience > 0
    assert log() == [
        [WEEK, events.AGENCY_OUT, AUTHORITY, 1, 4, 2, -1, 9],
        [WEEK, events.HIRED, AUTHORITY, 1, 4, 3, -1, experience],
    ]


def test_agency_cover_is_logged(recorded_world, now, c):
    world, log = recorded_world
    world.workers.status[4] = EMPTY
    world.workers.spell[4] = 2
    hire_all(world, now, c.staffing._replace(time_to_fill=1e12, agency_cover=1.0, agency_speed=1e-9))
    assert log() == [[WEEK, events.AGENCY_IN, AUTHORITY, 1, 4, 2, -1, 0]]


def test_a_manager_who_leaves_is_logged_with_the_weeks_in_post(recorded_world, now, c):
    """Each team's manager has been in post for 29 weeks and leaves in the thirtieth."""
    world, log = recorded_world
    world.managers.tenure[:] = 29.0
    world.managers.spell[:] = 2
    python_function(apply_manager_turnover)(
        world.managers, world.counts, world.event_log, 1e9, 0.0, 0.5, 0.1, c.management, now
    )
    assert log() == [[WEEK, events.MANAGER_LEFT, AUTHORITY, team, -1, 2, -1, 30] for team in (0, 1)]
    assert world.managers.tenure.tolist() == [0.0, 0.0]


def test_a_director_who_leaves_is_logged_with_the_weeks_in_post(recorded_world, now, c):
    world, log = recorded_world
    world.leaders.tenure[:] = 99.5
    world.leaders.spell[:] = 4
    python_function(remove_director)(world.leaders, world.service, world.counts, world.event_log, c.leadership, now)
    assert log() == [[WEEK, events.LEADER_LEFT, AUTHORITY, -1, -1, 4, -1, 99]]
