"""Channels of discovery (E239): which hidden errors each reveals, what it costs, and retaliation."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.behaviour.discovery import (
    AUDIT,
    COURT,
    FAMILY,
    HANDOVER,
    OUTSIDE,
    PARTNER,
    SUPERVISION,
    ChannelHazards,
    Discovery,
    _channel_at,
    channel_hazards,
    discover_by_channel,
    share_of_hours,
)
from redbead.jit import python_function
from redbead.state import world as events
from redbead.state.practice_errors import (
    CONCEALED_BY_WORKER,
    DISCOVERED,
    RAISED_WITH_MANAGER,
    REPORTED,
    SUPPRESSED_BY_MANAGER,
    UNRECOGNISED,
)

C = Discovery()
CERTAIN = 1e9


def discover(world, now, c):
    python_function(discover_by_channel)(
        world.workers, world.managers, world.errors, world.service, world.counts, world.event_log, 40.0, c, now
    )


def test_hazards_match_hand_calculation():
    """Audits of 2 % of cases that find 30 %; monthly supervision that finds 5 %; the rest as declared."""
    c = C._replace(audits=0.02, supervision=0.25, handover=0.1, partner=0.01, family=0.02, court=0.03, outside=0.2)
    assert channel_hazards(1, False, True, 0.5, c) == pytest.approx((0.006, 0.0125, 0.0, 0.01, 0.02, 0.03, 0.1))
    assert channel_hazards(1, True, True, 0.5, c) == pytest.approx((0.006, 0.0, 0.1, 0.01, 0.02, 0.03, 0.0))


@given(st.floats(0, 2), st.integers(0, 1))
def test_severity_multiplies_all_hazards(increase, severity):
    c = C._replace(audits=0.02, supervision=0.25, partner=0.01, family=0.02, court=0.03, severity=increase)
    low, high = (channel_hazards(s, False, False, 0.5, c) for s in (severity, severity + 1))
    assert high == pytest.approx([math.exp(increase) * each for each in low])


def test_fear_keeps_workers_from_going_outside():
    c = C._replace(outside=0.2)
    assert [channel_hazards(1, False, True, fear, c).outside for fear in (0.0, 0.5, 1.0)] == [0.2, 0.1, 0.0]
    assert channel_hazards(1, False, False, 0.0, c).outside == 0.0


def test_hours_follow_the_number_of_audits_and_sessions():
    """5 % of 16 cases at 2.5 hours and a session of 2 hours every other week, of 40 hours: 2 + 1 hours."""
    c = C._replace(audits=0.05, audit_hours=2.5, supervision=0.5, supervision_hours=2.0)
    assert share_of_hours(16.0, 40.0, c) == pytest.approx(3 / 40)
    assert share_of_hours(1e9, 40.0, c) == 1.0


@pytest.mark.parametrize(
    ("state", "changes", "channel"),
    [(UNRECOGNISED, {"audits": CERTAIN}, AUDIT), (CONCEALED_BY_WORKER, {"partner": CERTAIN}, PARTNER),
     (SUPPRESSED_BY_MANAGER, {"outside": CERTAIN}, OUTSIDE), (UNRECOGNISED, {"family": CERTAIN}, FAMILY)],
)  # fmt: skip
def test_each_channel_reveals_hidden_errors(recorded_world, now, error, state, changes, channel):
    world, log = recorded_world
    row = error(4, state, severity=2)
    discover(world, now, C._replace(**changes))
    assert world.errors.state[row] == DISCOVERED
    assert world.errors.at_risk[row] == 1
    assert world.service.by_channel[0].tolist() == [int(k == channel) for k in range(7)]
    assert world.counts.discovered[0] == 1
    assert (world.managers.ended.tolist(), world.managers.detected.tolist()) == ([0, 1], [0, 1])
    assert log() == [[now.week, events.DISCOVERED, 0, 1, 4, 0, 59 * 256, 2]]


@pytest.mark.parametrize(
    ("position", "channel"),
    [(0.0, AUDIT), (0.015, AUDIT), (1 / 64, SUPERVISION), (0.03, SUPERVISION), (0.04, PARTNER), (0.07, PARTNER),
     (0.1, COURT), (0.2, OUTSIDE), (0.25, OUTSIDE)],
)  # fmt: skip
def test_hazards_that_compete_divide_the_errors_in_proportion(position, channel):
    """Cumulated hazards: audit 1/64, supervision 2/64, partner 5/64, court 9/64, outside 16/64; others have none.

    The boundary itself belongs to the next channel, except the last one, which rounding can reach.
    """
    h = ChannelHazards(1 / 64, 1 / 64, 0.0, 3 / 64, 0.0, 4 / 64, 7 / 64)
    assert _channel_at(position, h) == channel


def test_supervision_informs_the_manager_and_reveals_errors_of_workers_in_post_only(recorded_world, now, error):
    """The error waits for the manager's decision, as if it had been raised; it is not yet known to the organisation."""
    world, log = recorded_world
    present, of_leaver = error(4, UNRECOGNISED), error(0, UNRECOGNISED)
    world.workers.spell[0] += 1
    discover(world, now, C._replace(supervision=1.0, supervision_finds=CERTAIN))
    assert world.errors.state[[present, of_leaver]].tolist() == [RAISED_WITH_MANAGER, UNRECOGNISED]
    assert (world.service.by_channel[0, SUPERVISION], world.counts.discovered[0]) == (1, 0)
    assert [event[1] for event in log()] == [events.RAISED]


def test_a_successor_reveals_errors_of_leavers_only(world, now, error):
    present, of_leaver = error(4, UNRECOGNISED), error(0, UNRECOGNISED)
    world.workers.spell[0] += 1
    discover(world, now, C._replace(handover=CERTAIN))
    assert world.errors.state[[present, of_leaver]].tolist() == [UNRECOGNISED, DISCOVERED]
    assert world.service.by_channel[0, HANDOVER] == 1


@pytest.mark.parametrize("state", [RAISED_WITH_MANAGER, REPORTED, DISCOVERED])
def test_an_error_on_which_the_manager_decides_or_that_is_known_is_not_revealed_again(world, now, error, state):
    row = error(4, state)
    discover(world, now, C._replace(audits=CERTAIN))
    assert world.errors.state[row] == state
    assert world.counts.discovered[0] == 0


def test_an_error_put_right_is_not_revealed(world, now, error):
    error(4, UNRECOGNISED, at_risk=0)
    discover(world, now, C._replace(audits=CERTAIN))
    assert world.counts.discovered[0] == 0


def test_inquiries_into_outside_channels_take_hours_next_week(world, now, error):
    """Two complaints at 8 hours each, of 6 x 40 hours."""
    error(4, UNRECOGNISED)
    error(0, UNRECOGNISED)
    discover(world, now, C._replace(family=CERTAIN))
    assert world.service.discovery_share[0] == pytest.approx(16 / 240)
    discover(world, now, C)
    assert world.service.discovery_share[0] == 0.0
    assert not world.service.by_channel.any()


@pytest.mark.parametrize(("blame", "accused"), [(1.0, True), (0.0, False)])
def test_retaliation_accuses_a_worker_who_went_outside(world, now, error, blame, accused):
    error(4, SUPPRESSED_BY_MANAGER)
    world.managers.blame[:] = blame
    discover(world, now, C._replace(outside=CERTAIN, retaliation=1.0))
    assert (world.workers.accused == now.week).tolist() == [False] * 4 + [accused, False]
