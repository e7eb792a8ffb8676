"""Errors that colleagues notice (E240 to E244): who acts, who is named, and what happens to trust and fear."""

import dataclasses
import math
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.behaviour.peer_reports import (
    Peers,
    acts_on_error,
    apply_peer_reports,
    chance_of_notice,
    compute_acts_on_colleagues_errors,
    fear_after_reports,
    notice_errors_of_colleagues,
    speaks_with_colleague,
    trust_after_reports,
)
from redbead.behaviour.staffing.leaving import vacate_post
from redbead.engine.initial_state import copy_world
from redbead.engine.simulate import _events_in_a_week, prepare, simulate
from redbead.jit import python_function
from redbead.scenario.loader import load
from redbead.state import practice_errors
from redbead.state.constants import NEVER
from redbead.state.people import EMPTY
from redbead.state.world import (
    PEER_RAISED,
    PEER_REPORTED,
    RECOGNISED,
    WITNESSED,
    WRONGLY_REPORTED,
    Network,
    colleague_of,
    count_colleagues,
    count_staff,
)

unit = st.floats(0, 1)
C = Peers()
CERTAIN = C._replace(notices=100.0, act=50.0, act_severity=0.0, wrong=0.0)
"""Each hidden error is noticed, and the observer acts."""
REPORTS = CERTAIN._replace(speak=-50.0)
SPEAKS = CERTAIN._replace(speak=50.0)
WRONG = REPORTS._replace(wrong=1.0)
HIDDEN = (practice_errors.UNRECOGNISED, practice_errors.RECOGNISED, practice_errors.CONCEALED_BY_WORKER)


@pytest.mark.parametrize(
    ("fear", "severity", "expected"),
    [
        (0.5, 1.0, -2.1972),
        (0.9, 1.0, -2.1972 - 3.0 * 0.4),
        (0.5, 2.0, -2.1972 + 0.8),
        (0.5, 0.0, -2.1972 - 0.8),
    ],
)
def test_acting_matches_hand_calculation(fear, severity, expected):
    assert acts_on_error(fear, severity, C) == pytest.approx(1 / (1 + math.exp(-expected)))


@given(unit, unit, st.floats(0, 2))
def test_less_trust_means_fewer_conversations_and_more_reports(a, b, severity):
    low, high = sorted([a, b])
    assert speaks_with_colleague(low, severity, C) <= speaks_with_colleague(high, severity, C)
    same = C._replace(speak_trust=0.0)
    assert speaks_with_colleague(low, severity, same) == speaks_with_colleague(high, severity, same)


@given(st.integers(0, 40), st.integers(0, 40), st.floats(0, 0.05))
def test_each_colleague_has_an_independent_hazard_of_noticing(n, more, hazard):
    c = C._replace(notices=hazard)
    missed = (1 - chance_of_notice(n, c)) * (1 - chance_of_notice(more, c))
    assert chance_of_notice(n + more, c) == pytest.approx(1 - missed, abs=1e-12)


reports = st.integers(0, 20).map(float)
losses = st.fixed_dictionaries(
    {"loss_accused": unit, "loss_witness": st.floats(0, 0.5), "loss_accuser": st.floats(0, 0.5),
     "recovery": st.floats(13, 260)}
)  # fmt: skip


@given(unit, reports, reports, reports, losses)
def test_trust_stays_between_zero_and_one_and_reports_never_raise_it(trust, accused, witnessed, made, changed):
    c = C._replace(**changed)
    after = trust_after_reports(trust, accused, witnessed, made, c)
    assert 0.0 <= after <= 1.0
    assert after <= trust_after_reports(trust, 0.0, 0.0, 0.0, c)


def test_trust_recovers_with_its_time_constant():
    """After 52 weeks, 1/e of a loss remains."""
    trust = 0.7
    for _ in range(52):
        trust = trust_after_reports(trust, 0.0, 0.0, 0.0, C)
    assert 1 - trust == pytest.approx(0.3 * math.exp(-1))


def test_a_worker_named_twice_loses_the_share_twice():
    assert trust_after_reports(1.0, 2.0, 0.0, 0.0, C) == pytest.approx(0.49)
    assert trust_after_reports(1.0, 1.0, 2.0, 1.0, C) == pytest.approx(0.7 * 0.97**2 * 0.9)


@given(unit, reports, reports, reports)
def test_without_steps_reports_do_not_change_fear(fear, accused, witnessed, made):
    assert fear_after_reports(fear, accused, witnessed, made, C) == fear
    frightening = C._replace(fear_accused=0.5, fear_witness=0.2, fear_accuser=0.2)
    assert fear <= fear_after_reports(fear, accused, witnessed, made, frightening) <= 1.0


# Colleagues


def with_contacts(world, *pairs):
    """The same authority with these informal ties."""
    ties = [sorted({b for a, b in [*pairs, *((y, x) for x, y in pairs)] if a == w}) for w in range(6)]
    first, friend = np.cumsum([0, *map(len, ties)]), np.array([*chain.from_iterable(ties)])
    return world._replace(network=Network(first.astype(np.int64), friend.astype(np.int64)))


def colleagues_of(world, w, now):
    """Posts of all colleagues of a worker."""
    python_function(count_staff)(world.workers, world.managers, now)
    count = python_function(count_colleagues)(world.workers, world.managers, world.network, w)
    found_at = [python_function(colleague_of)(world.workers, world.network, w, k, now) for k in range(count + 1)]
    assert found_at[-1] == -1
    return found_at[:-1]


def test_colleagues_are_team_mates_and_contacts_at_work_each_once(world, now):
    linked = with_contacts(world, (0, 1), (0, 4), (0, 5))
    assert colleagues_of(linked, 0, now) == [1, 2, 4, 5]
    assert colleagues_of(linked, 4, now) == [3, 5, 0]
    linked.workers.status[1] = EMPTY
    linked.workers.absence[5] = 1.0
    assert colleagues_of(linked, 0, now) == [2, 4]


# Weekly decisions


def notice(world, c, now):
    python_function(compute_acts_on_colleagues_errors)(world.workers, c, now)
    python_function(notice_errors_of_colleagues)(
        world.workers, world.managers, world.network, world.errors, world.counts, world.event_log, c, now
    )


@pytest.mark.parametrize("state", HIDDEN)
def test_a_reported_error_is_raised_with_the_manager_but_not_disclosed_by_its_author(world, error, now, state):
    e = error(1, state)
    world.errors.disclosure[e] = practice_errors.CONCEALED if state == 2 else practice_errors.NOT_DISCLOSED
    before = world.errors.disclosure[e]
    notice(world, REPORTS, now)
    assert world.errors.state[e] == practice_errors.RAISED_WITH_MANAGER
    assert world.errors.disclosure[e] == before != practice_errors.DISCLOSED
    assert world.errors.since[e] == now.week
    assert world.counts.peer_reports[0] == 1
    assert world.counts.wrong_peer_reports[0] == world.counts.raised[0] == 0
    assert world.managers.ended[0] == world.managers.detected[0] == 1


@pytest.mark.parametrize("state", HIDDEN)
def test_an_error_raised_with_its_author_is_decided_on_again(world, error, now, state):
    """Only an error that its author did not know of counts as newly recognised."""
    e = error(1, state)
    notice(world, SPEAKS, now)
    assert world.errors.state[e] == practice_errors.RECOGNISED
    assert world.counts.recognised[0] == (state == practice_errors.UNRECOGNISED)
    assert world.counts.peer_reports[0] == 0
    assert not world.workers.accusation.any()


@pytest.mark.parametrize(
    "hide",
    [
        lambda world, e: world.errors.state.__setitem__(e, practice_errors.SUPPRESSED_BY_MANAGER),
        lambda world, e: world.errors.state.__setitem__(e, practice_errors.REPORTED),
        lambda world, e: world.errors.born.__setitem__(e, 60),
        lambda world, e: world.errors.spell.__setitem__(e, 7),
        lambda world, e: world.workers.status.__setitem__(1, EMPTY),
        lambda world, e: world.workers.absence.__setitem__(slice(None), 1.0),
    ],
    ids=["manager knows", "organisation knows", "new this week", "author has left", "vacant post", "no one at work"],
)
def test_other_errors_are_not_noticed(recorded_world, error, now, hide):
    world, events = recorded_world
    e = error(1, practice_errors.UNRECOGNISED)
    hide(world, e)
    before = world.errors.state[e]
    notice(world, REPORTS, now)
    assert world.errors.state[e] == before
    assert events() == []


def test_without_the_hazard_nothing_is_noticed(recorded_world, error, now):
    world, events = recorded_world
    e = error(1, practice_errors.UNRECOGNISED)
    notice(world, REPORTS._replace(notices=0.0), now)
    assert world.errors.state[e] == practice_errors.UNRECOGNISED
    assert events() == []


def test_an_observer_who_does_not_act_changes_nothing(recorded_world, error, now):
    world, events = recorded_world
    error(1, practice_errors.UNRECOGNISED)
    notice(world, CERTAIN._replace(act=-50.0), now)
    assert events() == []


def test_a_right_report_names_author_accuser_and_witness(recorded_world, error, now):
    """Accuser and witness are the author's two team-mates; the witness does not learn which error it was."""
    world, events = recorded_world
    e = error(1, practice_errors.UNRECOGNISED, severity=2)
    notice(world, REPORTS, now)
    number = int(world.errors.key[e] >> 32)
    (report, witness) = events()
    accuser = report[7]
    assert report == [60, PEER_REPORTED, 0, 0, 1, 0, number, accuser]
    assert accuser in (0, 2)
    assert witness == [60, WITNESSED, 0, 0, 2 - accuser, 0, -1, 1]
    assert world.workers.accused.tolist() == [NEVER] * 6
    assert world.workers.accusation.tolist() == [0, 0.5, 0, 0, 0, 0]
    assert world.workers.accusing[accuser] == world.workers.witnessing[2 - accuser] == 0.5


def test_a_wrong_report_names_a_colleague_of_the_accuser_other_than_the_author(recorded_world, error, now):
    world, events = recorded_world
    e = error(1, practice_errors.UNRECOGNISED)
    notice(world, WRONG, now)
    assert world.errors.state[e] == practice_errors.UNRECOGNISED
    (report, witness) = events()
    accused, accuser = report[4], report[7]
    assert report == [60, WRONGLY_REPORTED, 0, 0, 2 - accuser, 0, -1, accuser]
    assert accused == 2 - accuser
    assert witness == [60, WITNESSED, 0, 0, 1, 0, -1, accused], "the author of the error is a witness"
    assert world.workers.accused[accused] == 60
    assert world.counts.peer_reports[0] == world.counts.wrong_peer_reports[0] == 1
    assert world.managers.detected[0] == 0


def test_a_report_is_right_where_no_other_colleague_could_be_named(world, error, now):
    e = error(1, practice_errors.UNRECOGNISED)
    world.workers.status[2] = EMPTY
    notice(world, WRONG, now)
    assert world.errors.state[e] == practice_errors.RAISED_WITH_MANAGER
    assert world.counts.wrong_peer_reports[0] == 0


def test_every_colleague_is_as_likely_to_be_wrongly_named(world, error, now):
    """Worker 0 observes 1, 2, 4 and 5 and noticed an error of 1: 2, 4 and 5 are named, each in about a third."""
    linked = with_contacts(world, (0, 4), (0, 5))
    named = np.zeros(6)
    for week in range(61, 1200):
        linked.errors.live[0] = 0
        error(1, practice_errors.UNRECOGNISED)
        linked.workers.accusing[:] = linked.workers.accused[:] = 0
        notice(linked, WRONG, now._replace(week=week))
        if linked.workers.accusing[0] > 0:
            named += linked.workers.accused == week
    n = named.sum()
    assert named[[0, 1, 3]].sum() == 0
    assert n > 400
    assert np.abs(named[[2, 4, 5]] / n - 1 / 3).max() < 4 * math.sqrt(2 / 9 / n)


def test_the_share_of_wrong_reports_is_the_parameter(world, error, now):
    for week in range(61, 1061):
        world.errors.live[0] = 0
        error(1, practice_errors.UNRECOGNISED)
        notice(world, REPORTS._replace(wrong=0.3), now._replace(week=week))
    reports_made, wrong = int(world.counts.peer_reports[0]), int(world.counts.wrong_peer_reports[0])
    assert reports_made == 1000
    assert abs(wrong / reports_made - 0.3) < 4 * math.sqrt(0.21 / 1000)


def test_a_new_recognition_is_logged_before_the_author_decides(recorded_world, error, now):
    world, events = recorded_world
    error(1, practice_errors.UNRECOGNISED)
    notice(world, SPEAKS, now)
    assert [row[1] for row in events()] == [PEER_RAISED, RECOGNISED]


def test_the_order_of_errors_does_not_matter(world, error, now):
    """The same twelve errors in two orders of rows: the same states, accusations and counts."""
    rows = [error(w, state, number=k) for w in range(6) for k, state in enumerate(HIDDEN[::2])]
    reverse = copy_world(world)
    for column in reverse.errors[1:]:
        column[rows] = column[rows[::-1]]
    outcomes = []
    for each in (world, reverse):
        notice(each, C._replace(notices=0.2, act=2.0, speak=0.0, wrong=0.4, act_severity=0.0), now)
        states = dict(zip(each.errors.key[rows].tolist(), each.errors.state[rows].tolist(), strict=True))
        workers = each.workers
        columns = workers.accused, workers.accusation, workers.witnessing, workers.accusing, workers.witnessed
        outcomes.append((states, [column.tolist() for column in columns], int(each.counts.peer_reports[0])))
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][2] >= 3


# Trust and fear


def test_effects_are_applied_once_and_vacant_posts_have_none(world, now):
    world.workers.accusation[:] = [1, 0, 0, 0, 0, 0]
    world.workers.witnessing[:] = [0, 1, 0, 0, 0, 0]
    world.workers.accusing[:] = [0, 0, 0.5, 0, 0, 0]
    world.workers.fear[:] = 0.5
    world.workers.status[5] = EMPTY
    world.workers.trust[5] = 0.4
    c = C._replace(fear_accused=0.15, fear_witness=0.02, fear_accuser=0.1)
    for _ in range(2):
        python_function(apply_peer_reports)(world.workers, c, now)
    once = 1 - math.exp(-1 / 52)
    lost = np.array([0.3, 0.03, 1 - 0.9**0.5, 0, 0])
    assert world.workers.trust[:5] == pytest.approx(1 - lost * (1 - once))
    assert world.workers.trust[5] == 0.4
    assert world.workers.fear == pytest.approx([0.65, 0.52, 0.55, 0.5, 0.5, 0.5])


def test_a_successor_starts_with_full_trust_and_without_an_accusation(world, now):
    world.workers.trust[2], world.workers.accused[2], world.workers.witnessed[2] = 0.3, 59, 60
    python_function(vacate_post)(world.workers, world.managers, world.counts, 2, now)
    assert world.workers.trust[2] == 1.0
    assert world.workers.accused[2] == world.workers.witnessed[2] == NEVER


# Whole runs


def test_the_event_log_has_space_for_every_week():
    """Where every colleague notices and reports: no week writes more events than its limit."""
    short = dataclasses.replace(load("peer-reports"), years=1.0, warm_up_years=0.0)
    busy = short.set({"peers.notices": 0.05, "peers.act": 6.0, "peers.speak": -6.0, "authority.friends": 20.0})
    plan = prepare(busy)
    events = simulate(plan, 1, events=True).events
    per_week = np.bincount(events[:, 0])
    kinds = np.bincount(events[:, 1], minlength=32)
    assert kinds[PEER_REPORTED] > 500
    assert kinds[WITNESSED] > 500
    assert per_week.max() < _events_in_a_week(plan.template)
