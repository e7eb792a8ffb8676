"""What follows an inadequate grade (E34 to E37): upheaval, dismissal, the test when the clock runs out."""

import pytest

from redbead import dice
from redbead.jit import plain
from redbead.oversight import consequences as after
from redbead.oversight.consequences import Consequences, Takeover, shock, take_over

C = Consequences()
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
    assert after.has_improved(then, now_, failing, Takeover()) is passed


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
    assert plain(shock)(world.oversight, world.service, C._replace(**changes), 26.0, now) is gone
    assert world.service.disruption[0] == pytest.approx(upheaval)
    assert world.oversight.test_at[0] == now.week + 26


def test_half_of_directors_are_dismissed_and_protection_takes_away_its_share(world, now):
    """The director's own uniform against 0.5 and 0.5 x (1 - 0.4) = 0.3, week by week."""
    for protected, chance in ((0.0, 0.5), (0.4, 0.3)):
        found = [
            plain(shock)(world.oversight, world.service, C._replace(protected=protected), 26.0, now._replace(week=t))
            for t in range(200)
        ]
        assert found == [dice.uniform(now.seed, dice.DISMISSAL, t, 0) < chance for t in range(200)]


def take(world, now, c, *, failing=True):
    found = plain(take_over)(world.oversight, world.service, world.managers, world.ledger, world.diary, failing, c, now)
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
    assert tested.managers.own_blame.tolist() == pytest.approx([0.5, 0.0])
    assert tested.ledger.takeovers[0] == 1


def test_a_commissioner_leaves_the_leaders_in_place(tested, now):
    assert take(tested, now, CERTAIN._replace(trust=0.0)) is False
    assert tested.oversight.controlled[0] == 1
    assert tested.service.disruption[0] == pytest.approx(0.10)


@pytest.mark.parametrize(("column", "value"), [("test_at", 61), ("grade", 2), ("controlled", 1)])
def test_nobody_is_taken_over_early_after_recovery_or_twice(tested, now, column, value):
    getattr(tested.oversight, column)[:] = value
    assert take(tested, now, CERTAIN) is False
    assert tested.ledger.takeovers[0] == 0


def test_one_test_only_and_none_without_a_rule(tested, now):
    assert take(tested, now, CERTAIN, failing=False) is False
    assert tested.oversight.test_at[0] < 0
    tested.oversight.test_at[:] = now.week
    assert take(tested, now, CERTAIN._replace(chance=0.0)) is False
    assert tested.ledger.takeovers[0] == 0
