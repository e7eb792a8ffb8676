"""Publicity: incidents that become scandals, and the surge of referrals that they set off (E2, E19)."""

import math

import pytest

from redbead import rng
from redbead.dynamics.demand import surge
from redbead.jit import python_function
from redbead.oversight.publicity import Publicity, publicise_incidents, quality_from_failures

CERTAIN = Publicity(prominent=1.0)


def live(world, now, week, c, *, serious=0, posts=120):
    world.counts.serious[:] = serious
    python_function(publicise_incidents)(
        world.cases, world.service, world.counts, world.event_log, posts, c, now._replace(week=week)
    )
    cases = world.cases
    return float(cases.surge[0] - cases.surge_rise[0] + cases.surge_kept[0] - cases.surge_kept_rise[0])


@pytest.mark.parametrize("lasting", [0.0, 0.5, 1.0])
def test_four_sums_of_exponentials_are_the_closed_form_of_one_scandal(world, now, lasting):
    c = CERTAIN._replace(surge_lasting=lasting)
    found = [live(world, now, week, c, serious=int(week == 0)) for week in range(200)]
    closed = [surge(float(week), 0.25, 4.0, 52.0, lasting, 364.0) for week in range(200)]
    assert found == pytest.approx(closed, abs=1e-12)


def test_scandals_add_up(world, now):
    found = [live(world, now, week, CERTAIN, serious={0: 1, 30: 2}.get(week, 0)) for week in range(100)]
    curve = (0.25, 4.0, 52.0, 0.5, 364.0)
    closed = [surge(w, *curve) + 2 * surge(w - 30.0, *curve) for w in map(float, range(100))]
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
    assert world.counts.prominent[0] == 0
    assert world.service.publicity[0] == 0.0
    assert world.service.incident_memory[0] > 0.0


# what the public sees, and what is done about it


@pytest.mark.parametrize(
    ("failures", "press", "expected"),
    [(0.0, 0.2, 1.0), (1.0, 0.2, 0.818731), (5.0, 0.2, 0.367879), (1.0, 0.0, 1.0), (2.0, 0.5, 0.367879)],
)
def test_quality_seen_from_failures_alone_by_hand(failures, press, expected):
    """exp(-press x failures)."""
    assert quality_from_failures(failures, Publicity(press=press)) == pytest.approx(expected, abs=5e-7)


def test_the_public_sees_incidents_at_once_and_forgets_them(world, now):
    """exp(-0.2 x 2 exp(-t / 13)) t weeks after two incidents of which nothing became public."""
    hushed = Publicity(prominent=0.0)
    for week in range(60):
        live(world, now, week, hushed, serious=2 * (week == 0))
        assert world.service.public_view[0] == pytest.approx(math.exp(-0.4 * math.exp(-week / 13)), abs=1e-12)


def test_a_scandal_darkens_the_picture_for_longer(world, now):
    """The week after: publicity exp(-1/26) and the incident itself exp(-1/13)."""
    live(world, now, 0, CERTAIN, serious=1)
    live(world, now, 1, CERTAIN)
    failures = math.exp(-1 / 26) + math.exp(-1 / 13)
    assert world.service.public_view[0] == pytest.approx(math.exp(-0.2 * failures), abs=1e-12)


@pytest.mark.parametrize(
    ("prominent", "reform", "serious", "upheaval"),
    [
        (1.0, 1.0, 1, 0.2),
        (1.0, 1.0, 3, 0.2),  # one reform a week, however many scandals
        (1.0, 0.0, 1, 0.0),
        (0.0, 1.0, 3, 0.0),  # no scandal, no reform
        (1.0, 1.0, 0, 0.0),
    ],
)
def test_a_scandal_can_bring_an_imposed_reform(world, now, prominent, reform, serious, upheaval):
    live(world, now, 60, Publicity(prominent=prominent, reform=reform), serious=serious)
    assert world.service.disruption[0] == pytest.approx(upheaval, abs=1e-12)


def test_reforms_come_by_a_chance_of_their_own(world, now):
    """The authority's own uniform against 0.3, for 200 weeks with a scandal in each."""
    c = CERTAIN._replace(reform=0.3)
    found = []
    for week in range(200):
        world.service.disruption[:] = 0.0
        live(world, now, week, c, serious=1)
        found.append(bool(world.service.disruption[0] > 0.0))
    assert found == [rng.uniform(now.seed, rng.REFORM, week, 0) < 0.3 for week in range(200)]
    assert 35 < sum(found) < 85
