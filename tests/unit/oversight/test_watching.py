"""After an inadequate grade (E34): monitoring visits, the takeover test, and the limits of a takeover."""

import numpy as np
import pytest

from redbead import rng
from redbead.engine.week import oversee
from redbead.jit import python_function
from redbead.oversight.inspection import poor_share, sampled_share, update_threat
from redbead.state import practice_errors
from redbead.state.constants import NEVER

QUIET = {"leniency_spread": 0.0, "clustering": 0.0, "disclosure": 0.0, "exposure": 0.0, "transient_spread": 0.0}


@pytest.fixture
def failing(world):
    """An authority with an inadequate grade, published in week 60; 90 % of its cases are poor at every visit."""
    oversight = world.oversight
    oversight.grade[:], oversight.pending[:], oversight.poor_seen[:] = 1, 3, 0.5
    oversight.publish_at[:], oversight.next_visit[:], oversight.last_visit[:] = 60, 500, 52
    oversight.inadequate_at[:] = oversight.test_at[:] = oversight.monitor_at[:] = NEVER
    world.service.visible[:] = 0.1
    return world


def coefficients(c, *, takeover=(), inspection=()):
    return c._replace(
        inspection=c.inspection._replace(**QUIET | dict(inspection)), takeover=c.takeover._replace(**dict(takeover))
    )


def simulate_weeks(world, c, now, weeks):
    """Return the weeks with a monitoring visit, with a takeover, and with preparation."""
    visited, taken_over, preparing = [], [], []
    for week in weeks:
        then = now._replace(week=week)
        for column in world.counts:
            column[:] = 0
        python_function(update_threat)(world.oversight, c.inspection, then)
        python_function(oversee)(world, c, then)
        visited += [week] * int(world.counts.monitoring_visits[0])
        taken_over += [week] * int(world.counts.takeovers[0])
        preparing += [week] * int(world.oversight.preparing[0])
    return visited, taken_over, preparing


def test_monitoring_visits_every_13_weeks_with_preparation(failing, now, c):
    visited, taken_over, preparing = simulate_weeks(failing, coefficients(c), now, range(60, 130))
    assert visited == preparing == [73, 86, 99, 112, 125]
    assert taken_over == []


def test_monitoring_ends_with_a_better_grade(failing, now, c):
    usual = coefficients(c)
    simulate_weeks(failing, usual, now, range(60, 75))
    failing.oversight.pending[:], failing.oversight.publish_at[:], failing.oversight.poor_seen[:] = 1, 80, 0.1
    assert simulate_weeks(failing, usual, now, range(75, 130)) == ([], [], [])


def test_no_monitoring_and_no_takeover_without_visits(failing, now, c):
    no_visits = coefficients(c, takeover={"chance": 1.0}, inspection={"visits": 0.0})
    assert simulate_weeks(failing, no_visits, now, range(60, 130)) == ([], [], [])


@pytest.mark.parametrize(("clock", "visits"), [(26, [73, 86]), (8, [68]), (30, [73, 86])])
def test_takeover_uses_the_latest_monitoring_visit(failing, now, c, clock, visits):
    """The takeover takes place in the week of the test, after a monitoring visit that was inadequate."""
    rule = coefficients(c, takeover={"chance": 1.0, "trust": 0.0, "clock_weeks": float(clock)})
    visited, taken_over, _ = simulate_weeks(failing, rule, now, range(60, 60 + clock + 1))
    assert visited == visits
    assert taken_over == [60 + clock]
    assert failing.oversight.controlled[0] == 1
    poor = poor_share(0.1, 0.0, 0.0, 1.0, 0.0, rule.inspection)
    seen = sampled_share(now.seed, rng.MONITORING, visits[-1], 0, 12, poor, poor, rule.inspection)
    assert failing.oversight.monitored[0] == seen


@pytest.mark.parametrize(
    ("chance", "trust", "controlled", "posts", "director"),
    [(0.0, 0.0, 0, 0.0, 0), (1.0, 0.0, 1, 0.05, 0), (1.0, 1.0, 2, 0.05, 1)],
)
def test_takeover_keeps_council_or_starts_commissioner_or_trust(
    failing, now, c, chance, trust, controlled, posts, director
):
    """E34: without a rule the council keeps control; a commissioner keeps the director, and a trust replaces her."""
    c = coefficients(c, takeover={"chance": chance, "trust": trust})
    c = c._replace(consequences=c.consequences._replace(dismissal=0.0, restructure=0.0))
    simulate_weeks(failing, c, now, range(60, 87))
    assert failing.oversight.controlled[0] == controlled
    assert failing.oversight.extra_funding[0] == posts
    assert failing.leaders.spell[0] == director


def test_improved_service_is_not_taken_over(failing, now, c):
    rule = coefficients(c, takeover={"chance": 1.0})
    simulate_weeks(failing, rule, now, range(60, 61))
    failing.service.visible[:] = 0.2
    assert simulate_weeks(failing, rule, now, range(61, 90))[1] == []


def test_takeover_leaves_hidden_errors_and_defences_unchanged(failing, now, c, error):
    """C78: unsafe practices persist. Without lessons, a trust changes neither hidden errors nor defences."""
    for author, state in enumerate(
        (practice_errors.UNRECOGNISED, practice_errors.CONCEALED_BY_WORKER, practice_errors.SUPPRESSED_BY_MANAGER)
    ):
        error(author, state)
    failing.learning.defences[:] = 0.3
    before = [column.copy() for column in failing.errors]
    rule = coefficients(c, takeover={"chance": 1.0, "trust": 1.0, "lessons": 0.0})
    assert simulate_weeks(failing, rule, now, range(60, 90))[1] == [86]
    assert all(np.array_equal(a, b) for a, b in zip(before, failing.errors, strict=True))
    assert failing.learning.defences[0] == 0.3


def test_takeover_adds_lessons_of_new_leaders(failing, now, c):
    """0.3 + (1 - 0.3) x 0.05 = 0.335."""
    failing.learning.defences[:] = 0.3
    simulate_weeks(failing, coefficients(c, takeover={"chance": 1.0, "lessons": 0.05}), now, range(60, 87))
    assert failing.learning.defences[0] == pytest.approx(0.335)


def test_lent_hours_start_at_takeover_and_decay(failing, now, c):
    rule = coefficients(c, takeover={"chance": 1.0, "donors": 0.1, "donor_weeks": 52.0})
    simulate_weeks(failing, rule, now, range(60, 87))
    assert failing.oversight.borrowed[0] == 0.1
    simulate_weeks(failing, rule, now, range(87, 139))
    assert failing.oversight.borrowed[0] == pytest.approx(0.1 * np.exp(-1))


@pytest.mark.parametrize(("clock", "realised", "taken_over"), [(26, 0.22, True), (52, 0.39, False), (104, 0.63, False)])
def test_t50_improving_authority_is_taken_over_under_a_short_clock(failing, now, c, clock, realised, taken_over):
    """A gain of 0.10 with a time constant of 104 weeks has reached 1 - exp(-t/104) of its value; 0.03 is required."""
    rule = coefficients(c, takeover={"chance": 1.0, "clock_weeks": float(clock)})
    takeovers = []
    for week in range(60, 61 + clock):
        failing.service.visible[:] = 0.1 + 0.10 * (1.0 - np.exp(-(week - 60) / 104.0))
        takeovers += simulate_weeks(failing, rule, now, [week])[1]
    assert (failing.service.visible[0] - 0.1) / 0.10 == pytest.approx(realised, abs=0.005)
    assert bool(takeovers) is taken_over
