"""Consequences of an inadequate grade (E34 to E37): disruption, dismissal, takeover test, commissioner and trust."""

import math

import pytest

from redbead import rng
from redbead.jit import python_function
from redbead.oversight import consequences
from redbead.oversight.consequences import (
    Consequences,
    Takeover,
    apply_grade_consequences,
    book_oversight_cost,
    end_commissioner,
    return_donor_staff,
    start_clock,
    start_takeover,
)

C = Consequences(dismissal=0.5)
CERTAIN = Takeover(chance=1.0, trust=1.0)


@pytest.mark.cases(
    ("then", "now_", "failing", "passed"),
    [
        (0.80, 0.80, True, False),  # not better, and failing at the monitoring visit
        (0.80, 0.80, False, True),  # not better, but no longer failing
        (0.80, 0.84, True, True),  # visibly better
        (0.80, 0.82, True, False),  # by less than 0.03
        (0.50, 0.53125, True, True),
        (0.90, 0.70, False, True),
        (0.90, 0.70, True, False),
    ],
)
def test_has_improved_matches_hand_worked_values(then, now_, failing, passed):
    assert consequences.has_improved(then, now_, failing, Takeover()) is passed


@pytest.mark.parametrize(
    ("changes", "dismissed", "disruption"),
    [
        ({"dismissal": 0.0, "restructure": 0.0}, False, 0.10),
        ({"dismissal": 1.0, "restructure": 0.0}, True, 0.20),
        ({"dismissal": 0.0, "restructure": 1.0}, False, 0.30),
        ({"dismissal": 1.0, "restructure": 1.0}, True, 0.40),
        ({"dismissal": 1.0, "restructure": 0.0, "protected": 1.0}, False, 0.10),
    ],
)
def test_grade_consequences_match_hand_worked_values(world, now, changes, dismissed, disruption):
    """Disruption is 0.1 for the grade, 0.1 for a dismissal and 0.2 for a reorganisation (E35)."""
    assert python_function(apply_grade_consequences)(world.service, C._replace(**changes), 1.0, now) is dismissed
    assert world.service.disruption[0] == pytest.approx(disruption)


def test_dismissal_probability_is_reduced_by_protection(world, now):
    """The uniform number of each week is compared with 0.5 and with 0.5 x (1 - 0.4) = 0.3."""
    for protected, chance in ((0.0, 0.5), (0.4, 0.3)):
        dismissals = [
            python_function(apply_grade_consequences)(
                world.service, C._replace(protected=protected), 1.0, now._replace(week=t)
            )
            for t in range(200)
        ]
        assert dismissals == [rng.uniform(now.seed, rng.DISMISSAL, t, 0) < chance for t in range(200)]


def test_half_the_severity_halves_disruption_and_probabilities(world, now):
    """At half the severity, disruption is 0.05, and the two probabilities are 0.25 and 0.15."""
    dismissed, reorganised = [], []
    for t in range(200):
        world.service.disruption[:] = 0.0
        dismissed.append(python_function(apply_grade_consequences)(world.service, C, 0.5, now._replace(week=t)))
        reorganised.append(world.service.disruption[0] - 0.05 - 0.10 * dismissed[-1] > 0.1)
    draws = [rng.pair(now.seed, rng.DISMISSAL, t, 0) for t in range(200)]
    assert dismissed == [u < 0.25 for u, _ in draws]
    assert reorganised == [v < 0.15 for _, v in draws]


@pytest.mark.parametrize(("clock", "every", "first"), [(26, 13, 13), (8, 13, 8), (104, 26, 26)])
def test_start_clock_schedules_takeover_test_and_first_monitoring_visit(world, now, clock, every, first):
    """The first monitoring visit takes place no later than the takeover test, which depends on it."""
    python_function(start_clock)(world.oversight, float(clock), float(every), now)
    assert world.oversight.test_at[0] == now.week + clock
    assert world.oversight.monitor_at[0] == now.week + first


def test_lent_hours_decay_and_are_booked_as_cost(world, now):
    """A fifth of the hours, 0.2 / e after 52 weeks; six posts at 52,000 pounds cost 0.2 x 6 x 1,000 pounds per week."""
    world.oversight.borrowed[:] = 0.2
    world.counts.monitoring_visits[:] = 1
    world.service.cost[:] = 100.0
    python_function(book_oversight_cost)(
        world.workers, world.service, world.oversight, world.counts, 52000.0, CERTAIN, now
    )
    assert world.service.cost[0] == pytest.approx(100.0 + 1200.0 + 15000.0)
    for _ in range(52):
        python_function(return_donor_staff)(world.oversight, 52.0, now)
    assert world.oversight.borrowed[0] == pytest.approx(0.2 * math.exp(-1))


def takeover(world, now, c, *, failing=True):
    replaced = python_function(start_takeover)(
        world.oversight, world.service, world.managers, world.counts, world.event_log, failing, c, now
    )
    return bool(replaced)


@pytest.fixture
def failing_authority(world, now):
    """An inadequate authority whose takeover test is due now."""
    world.oversight.grade[:] = 3
    world.oversight.test_at[:] = now.week
    world.oversight.visible_then[:] = world.service.visible[:] = 0.8
    world.managers.own_blame[:] = (0.6, 0.05)
    return world


def test_trust_takes_over_a_failing_authority(failing_authority, now):
    assert takeover(failing_authority, now, CERTAIN) is True
    assert failing_authority.oversight.controlled[0] == 2
    assert failing_authority.service.disruption[0] == pytest.approx(0.30)
    assert failing_authority.oversight.extra_funding[0] == pytest.approx(0.05)
    assert failing_authority.oversight.borrowed[0] == 0.0
    assert failing_authority.managers.own_blame.tolist() == pytest.approx([0.5, 0.0])
    assert failing_authority.counts.takeovers[0] == 1


def test_commissioner_keeps_the_director(failing_authority, now):
    assert takeover(failing_authority, now, CERTAIN._replace(trust=0.0)) is False
    assert failing_authority.oversight.controlled[0] == 1
    assert failing_authority.service.disruption[0] == pytest.approx(0.10)


def test_takeover_with_donors_starts_lending_hours(failing_authority, now):
    assert takeover(failing_authority, now, CERTAIN._replace(donors=0.1)) is True
    assert failing_authority.oversight.borrowed[0] == 0.1


@pytest.mark.parametrize(("column", "value"), [("test_at", 61), ("grade", 2), ("controlled", 1)])
def test_no_takeover_before_the_test_after_recovery_or_during_control(failing_authority, now, column, value):
    getattr(failing_authority.oversight, column)[:] = value
    assert takeover(failing_authority, now, CERTAIN) is False
    assert failing_authority.counts.takeovers[0] == 0


def test_takeover_test_happens_once_and_needs_a_rule(failing_authority, now):
    assert takeover(failing_authority, now, CERTAIN, failing=False) is False
    assert failing_authority.oversight.test_at[0] < 0
    failing_authority.oversight.test_at[:] = now.week
    assert takeover(failing_authority, now, CERTAIN._replace(chance=0.0)) is False
    assert failing_authority.counts.takeovers[0] == 0


# End of a takeover


@pytest.fixture
def under_commissioner(world):
    """An authority under a commissioner, with 5 % additional posts, lent hours and disruption."""
    world.oversight.controlled[:] = 1
    world.oversight.extra_funding[:] = 0.05
    world.oversight.borrowed[:] = 0.1
    world.service.disruption[:] = 0.3
    return world


@pytest.mark.parametrize(("grade", "leaves"), [(-1, False), (0, True), (1, True), (2, True), (3, False)])
def test_better_grade_ends_commissioner_control_and_extra_posts(under_commissioner, now, grade, leaves):
    """Any grade better than inadequate is sufficient; a missing grade (-1) is not."""
    under_commissioner.oversight.grade[:] = grade
    python_function(end_commissioner)(under_commissioner.oversight, now)
    assert under_commissioner.oversight.controlled[0] == (0 if leaves else 1)
    assert under_commissioner.oversight.extra_funding[0] == (0.0 if leaves else 0.05)


@pytest.mark.parametrize("grade", [-1, 0, 1, 2, 3])
def test_trust_stays_in_control_for_every_grade(under_commissioner, now, grade):
    under_commissioner.oversight.controlled[:] = 2
    under_commissioner.oversight.grade[:] = grade
    python_function(end_commissioner)(under_commissioner.oversight, now)
    assert under_commissioner.oversight.controlled[0] == 2
    assert under_commissioner.oversight.extra_funding[0] == 0.05


def test_end_of_commissioner_changes_neither_lent_hours_nor_disruption(under_commissioner, now):
    """Lent hours and disruption have their own decay."""
    under_commissioner.oversight.grade[:] = 1
    python_function(end_commissioner)(under_commissioner.oversight, now)
    assert under_commissioner.oversight.borrowed[0] == 0.1
    assert under_commissioner.service.disruption[0] == 0.3


def test_council_control_keeps_extra_posts(world, now):
    world.oversight.grade[:] = 1
    world.oversight.extra_funding[:] = 0.05
    python_function(end_commissioner)(world.oversight, now)
    assert world.oversight.controlled[0] == 0
    assert world.oversight.extra_funding[0] == 0.05


def test_authority_can_be_taken_over_a_second_time(under_commissioner, now):
    """Another inadequate grade leads to another test and another takeover."""
    under_commissioner.oversight.grade[:] = 1
    python_function(end_commissioner)(under_commissioner.oversight, now)
    under_commissioner.oversight.grade[:] = 3
    under_commissioner.oversight.test_at[:] = now.week
    takeover(under_commissioner, now, CERTAIN._replace(trust=0.0))
    assert under_commissioner.oversight.controlled[0] == 1
    assert under_commissioner.oversight.extra_funding[0] == pytest.approx(0.05)
    assert under_commissioner.counts.takeovers[0] == 1
