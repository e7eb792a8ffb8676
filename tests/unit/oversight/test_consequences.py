"""What follows an inadequate grade (E34 to E37): upheaval, dismissal, the test when the clock runs out."""

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


@pytest.mark.parametrize(
    ("then", "now_", "failing", "passed"),
    [
        (0.80, 0.80, True, False),  # no better, and the monitoring visit finds it failing
        (0.80, 0.80, False, True),  # no better, but no longer failing
        (0.80, 0.84, True, True),  # visibly better
        (0.80, 0.82, True, False),  # by less than 0.03
        (0.50, 0.53125, True, True),
        (0.90, 0.70, False, True),
        (0.90, 0.70, True, False),
    ],
)
def test_the_test_by_hand(then, now_, failing, passed):
    assert consequences.has_improved(then, now_, failing, Takeover()) is passed


@pytest.mark.parametrize(
    ("changes", "gone", "upheaval"),
    [
        ({"dismissal": 0.0, "restructure": 0.0}, False, 0.10),
        ({"dismissal": 1.0, "restructure": 0.0}, True, 0.20),
        ({"dismissal": 0.0, "restructure": 1.0}, False, 0.30),
        ({"dismissal": 1.0, "restructure": 1.0}, True, 0.40),
        ({"dismissal": 1.0, "restructure": 0.0, "protected": 1.0}, False, 0.10),
    ],
)
def test_the_first_weeks_by_hand(world, now, changes, gone, upheaval):
    """Disruption 0.1 for the grade, 0.1 for a dismissal, 0.2 for a reorganisation (E35)."""
    assert python_function(apply_grade_consequences)(world.service, C._replace(**changes), 1.0, now) is gone
    assert world.service.disruption[0] == pytest.approx(upheaval)


def test_half_of_directors_are_dismissed_and_protection_takes_away_its_share(world, now):
    """The director's own uniform against 0.5 and 0.5 x (1 - 0.4) = 0.3, week by week."""
    for protected, chance in ((0.0, 0.5), (0.4, 0.3)):
        found = [
            python_function(apply_grade_consequences)(
                world.service, C._replace(protected=protected), 1.0, now._replace(week=t)
            )
            for t in range(200)
        ]
        assert found == [rng.uniform(now.seed, rng.DISMISSAL, t, 0) < chance for t in range(200)]


def test_half_a_sting_is_half_an_upheaval(world, now):
    """Half as hard a fall: disruption 0.05, dismissal at a chance of 0.25, a reorganisation at 0.15."""
    dismissed, reorganised = [], []
    for t in range(200):
        world.service.disruption[:] = 0.0
        dismissed.append(python_function(apply_grade_consequences)(world.service, C, 0.5, now._replace(week=t)))
        reorganised.append(world.service.disruption[0] - 0.05 - 0.10 * dismissed[-1] > 0.1)
    draws = [rng.pair(now.seed, rng.DISMISSAL, t, 0) for t in range(200)]
    assert dismissed == [u < 0.25 for u, _ in draws]
    assert reorganised == [v < 0.15 for _, v in draws]


@pytest.mark.parametrize(("clock", "every", "first"), [(26, 13, 13), (8, 13, 8), (104, 26, 26)])
def test_the_clock_and_the_first_monitoring_visit(world, now, clock, every, first):
    """The test rests on a monitoring visit, so that the first one is in the week of the test at the latest."""
    python_function(start_clock)(world.oversight, float(clock), float(every), now)
    assert world.oversight.test_at[0] == now.week + clock
    assert world.oversight.monitor_at[0] == now.week + first


def test_what_donors_lend_fades_and_is_paid_for(world, now):
    """A fifth of the hours, after 52 weeks 0.2 / e; six posts at 52,000 pounds: 0.2 x 6 x 1,000 pounds a week."""
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


def take(world, now, c, *, failing=True):
    found = python_function(start_takeover)(
        world.oversight, world.service, world.managers, world.counts, world.event_log, failing, c, now
    )
    return bool(found)


@pytest.fixture
def tested(world, now):
    """An inadequate authority whose clock runs out now."""
    world.oversight.grade[:] = 3
    world.oversight.test_at[:] = now.week
    world.oversight.visible_then[:] = world.service.visible[:] = 0.8
    world.managers.own_blame[:] = (0.6, 0.05)
    return world


def test_a_trust_takes_over_a_failing_authority(tested, now):
    assert take(tested, now, CERTAIN) is True
    assert tested.oversight.controlled[0] == 2
    assert tested.service.disruption[0] == pytest.approx(0.30)
    assert tested.oversight.extra_funding[0] == pytest.approx(0.05)
    assert tested.oversight.borrowed[0] == 0.0
    assert tested.managers.own_blame.tolist() == pytest.approx([0.5, 0.0])
    assert tested.counts.takeovers[0] == 1


def test_a_commissioner_leaves_the_leaders_in_place(tested, now):
    assert take(tested, now, CERTAIN._replace(trust=0.0)) is False
    assert tested.oversight.controlled[0] == 1
    assert tested.service.disruption[0] == pytest.approx(0.10)


def test_donors_lend_hours_when_they_take_part(tested, now):
    assert take(tested, now, CERTAIN._replace(donors=0.1)) is True
    assert tested.oversight.borrowed[0] == 0.1


@pytest.mark.parametrize(("column", "value"), [("test_at", 61), ("grade", 2), ("controlled", 1)])
def test_nobody_is_taken_over_early_after_recovery_or_twice(tested, now, column, value):
    getattr(tested.oversight, column)[:] = value
    assert take(tested, now, CERTAIN) is False
    assert tested.counts.takeovers[0] == 0


def test_one_test_only_and_none_without_a_rule(tested, now):
    assert take(tested, now, CERTAIN, failing=False) is False
    assert tested.oversight.test_at[0] < 0
    tested.oversight.test_at[:] = now.week
    assert take(tested, now, CERTAIN._replace(chance=0.0)) is False
    assert tested.counts.takeovers[0] == 0


# the end of a takeover


@pytest.fixture
def taken(world):
    """An authority under a commissioner, with 5 % more posts, borrowed hours and upheaval."""
    world.oversight.controlled[:] = 1
    world.oversight.extra_funding[:] = 0.05
    world.oversight.borrowed[:] = 0.1
    world.service.disruption[:] = 0.3
    return world


@pytest.mark.parametrize(("grade", "leaves"), [(-1, False), (0, True), (1, True), (2, True), (3, False)])
def test_a_commissioner_leaves_when_a_better_grade_is_published_and_the_extra_posts_with_her(taken, now, grade, leaves):
    """Better than inadequate is enough; no grade at all (-1) is none."""
    taken.oversight.grade[:] = grade
    python_function(end_commissioner)(taken.oversight, now)
    assert taken.oversight.controlled[0] == (0 if leaves else 1)
    assert taken.oversight.extra_funding[0] == (0.0 if leaves else 0.05)


@pytest.mark.parametrize("grade", [-1, 0, 1, 2, 3])
def test_a_trust_stays_whatever_the_grade(taken, now, grade):
    taken.oversight.controlled[:] = 2
    taken.oversight.grade[:] = grade
    python_function(end_commissioner)(taken.oversight, now)
    assert taken.oversight.controlled[0] == 2
    assert taken.oversight.extra_funding[0] == 0.05


def test_what_a_commissioner_leaves_behind_is_untouched(taken, now):
    """Donors take their staff back, and upheaval fades, at their own pace."""
    taken.oversight.grade[:] = 1
    python_function(end_commissioner)(taken.oversight, now)
    assert taken.oversight.borrowed[0] == 0.1
    assert taken.service.disruption[0] == 0.3


def test_a_council_in_charge_of_itself_hands_nothing_back(world, now):
    world.oversight.grade[:] = 1
    world.oversight.extra_funding[:] = 0.05
    python_function(end_commissioner)(world.oversight, now)
    assert world.oversight.controlled[0] == 0
    assert world.oversight.extra_funding[0] == 0.05


def test_an_authority_that_was_handed_back_can_be_taken_over_again(taken, now):
    """The next inadequate grade starts another clock, and the test takes over anew."""
    taken.oversight.grade[:] = 1
    python_function(end_commissioner)(taken.oversight, now)
    taken.oversight.grade[:] = 3
    taken.oversight.test_at[:] = now.week
    take(taken, now, CERTAIN._replace(trust=0.0))
    assert taken.oversight.controlled[0] == 1
    assert taken.oversight.extra_funding[0] == pytest.approx(0.05)
    assert taken.counts.takeovers[0] == 1
