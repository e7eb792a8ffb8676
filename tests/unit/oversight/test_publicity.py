"""Publicity: incidents that become scandals, and the surge of referrals that they set off (E2, E19)."""

import math

import pytest

from redbead.dynamics.demand import surge
from redbead.jit import plain
from redbead.oversight.publicity import Publicity, go_public

CERTAIN = Publicity(prominent=1.0)


def live(world, now, week, c, *, serious=0, posts=120):
    world.ledger.serious[:] = serious
    plain(go_public)(world.cases, world.service, world.ledger, world.diary, posts, c, now._replace(week=week))
    cases = world.cases
    return float(cases.surge[0] - cases.surge_rise[0] + cases.surge_kept[0] - cases.surge_kept_rise[0])


@pytest.mark.parametrize("lasting", [0.0, 0.5, 1.0])
def test_four_sums_of_exponentials_are_the_closed_form_of_one_scandal(world, now, lasting):
    c = CERTAIN._replace(surge_lasting=lasting)
    found = [live(world, now, week, c, serious=int(week == 0)) for week in range(200)]
    closed = [surge(float(week), 0.25, 4.0, 52.0, lasting) for week in range(200)]
    assert found == pytest.approx(closed, abs=1e-12)


def test_scandals_add_up(world, now):
    found = [live(world, now, week, CERTAIN, serious={0: 1, 30: 2}.get(week, 0)) for week in range(100)]
    closed = [
        surge(w, 0.25, 4.0, 52.0, 0.5) + 2 * surge(w - 30.0, 0.25, 4.0, 52.0, 0.5) for w in map(float, range(100))
    ]
    assert found == pytest.approx(closed, abs=1e-12)


def test_attention_fades_in_half_a_year(world, now):
    live(world, now, 0, CERTAIN, serious=1)
    assert world.service.publicity[0] == 1.0
    for week in range(1, 27):
        live(world, now, week, CERTAIN)
    assert world.service.publicity[0] == pytest.approx(math.exp(-1), abs=1e-12)
    assert world.service.incident_memory[0] == pytest.approx(math.exp(-2), abs=1e-12)


def test_size_alone_changes_no_rate(world, now):
    """One incident in an authority of 240 posts stirs each of its people half as much as in one of 120."""
    live(world, now, 0, CERTAIN, serious=1, posts=240)
    assert world.service.publicity[0] == world.service.incident_memory[0] == 0.5


def test_nothing_becomes_public_where_nothing_is(world, now):
    hushed = Publicity(prominent=0.0)
    assert [live(world, now, week, hushed, serious=3) for week in range(50)] == [0.0] * 50
    assert world.ledger.prominent[0] == 0
    assert world.service.publicity[0] == 0.0
    assert world.service.incident_memory[0] > 0.0
