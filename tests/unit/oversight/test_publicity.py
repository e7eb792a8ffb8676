"""Publicity: incidents that become scandals, and the resulting surge of referrals (E2, E19)."""

import math

import pytest

from redbead import rng
from redbead.dynamics.demand import surge
from redbead.jit import python_function
from redbead.oversight.publicity import Publicity, publicise_incidents, quality_from_failures

CERTAIN = Publicity(prominent=1.0)


def surge_after_week(world, now, week, c, *, serious=0, posts=120):
    world.counts.serious[:] = serious
    python_function(publicise_incidents)(
        world.cases, world.service, world.counts, world.event_log, posts, c, now._replace(week=week)
    )
    cases = world.cases
    return float(cases.surge[0] - cases.surge_rise[0] + cases.surge_kept[0] - cases.surge_kept_rise[0])


@pytest.mark.parametrize("lasting", [0.0, 0.5, 1.0])
def test_surge_of_one_scandal_matches_the_closed_form(world, now, lasting):
    c = CERTAIN._replace(surge_lasting=lasting)
    simulated = [surge_after_week(world, now, week, c, serious=int(week == 0)) for week in range(200)]
    expected = [surge(float(week), 0.25, 4.0, 52.0, lasting, 364.0) for week in range(200)]
    assert simulated == pytest.approx(expected, abs=1e-12)


def test_surges_of_several_scandals_add_up(world, now):
    simulated = [surge_after_week(world, now, week, CERTAIN, serious={0: 1, 30: 2}.get(week, 0)) for week in range(100)]
    curve = (0.25, 4.0, 52.0, 0.5, 364.0)
    expected = [surge(w, *curve) + 2 * surge(w - 30.0, *curve) for w in map(float, range(100))]
    assert simulated == pytest.approx(expected, abs=1e-12)


def test_attention_decays_with_its_time_constant(world, now):
    surge_after_week(world, now, 0, CERTAIN, serious=1)
    assert world.service.publicity[0] == 1.0
    for week in range(1, 27):
        surge_after_week(world, now, week, CERTAIN)
    assert world.service.publicity[0] == pytest.approx(math.exp(-1), abs=1e-12)
    assert world.service.incident_memory[0] == pytest.approx(math.exp(-2), abs=1e-12)


def test_incident_in_a_double_sized_authority_has_half_the_effect(world, now):
    """In an authority of 240 posts, one incident affects each worker half as much as in an authority of 120."""
    surge_after_week(world, now, 0, CERTAIN, serious=1, posts=240)
    assert world.service.publicity[0] == world.service.incident_memory[0] == 0.5


def test_no_scandal_without_prominence(world, now):
    no_scandals = Publicity(prominent=0.0)
    assert [surge_after_week(world, now, week, no_scandals, serious=3) for week in range(50)] == [0.0] * 50
    assert world.counts.prominent[0] == 0
    assert world.service.publicity[0] == 0.0
    assert world.service.incident_memory[0] > 0.0


# Perceived quality and imposed reforms


@pytest.mark.cases(
    ("failures", "press", "expected"),
    [(0.0, 0.2, 1.0), (1.0, 0.2, 0.818731), (5.0, 0.2, 0.367879), (1.0, 0.0, 1.0), (2.0, 0.5, 0.367879)],
)
def test_quality_from_failures_matches_hand_worked_values(failures, press, expected):
    """exp(-press x failures)."""
    assert quality_from_failures(failures, Publicity(press=press)) == pytest.approx(expected, abs=5e-7)


def test_public_view_drops_after_incidents_and_recovers(world, now):
    """exp(-0.2 x 2 exp(-t / 13)) t weeks after two incidents that did not become scandals."""
    no_scandals = Publicity(prominent=0.0)
    for week in range(60):
        surge_after_week(world, now, week, no_scandals, serious=2 * (week == 0))
        assert world.service.public_view[0] == pytest.approx(math.exp(-0.4 * math.exp(-week / 13)), abs=1e-12)


def test_scandal_lowers_public_view_for_longer_than_incidents(world, now):
    """One week later, attention is exp(-1/26) and the memory of the incident is exp(-1/13)."""
    surge_after_week(world, now, 0, CERTAIN, serious=1)
    surge_after_week(world, now, 1, CERTAIN)
    failures = math.exp(-1 / 26) + math.exp(-1 / 13)
    assert world.service.public_view[0] == pytest.approx(math.exp(-0.2 * failures), abs=1e-12)


@pytest.mark.parametrize(
    ("prominent", "reform", "serious", "disruption"),
    [
        (1.0, 1.0, 1, 0.2),
        (1.0, 1.0, 3, 0.2),  # at most one reform per week
        (1.0, 0.0, 1, 0.0),
        (0.0, 1.0, 3, 0.0),  # no reform without a scandal
        (1.0, 1.0, 0, 0.0),
    ],
)
def test_scandal_can_lead_to_one_imposed_reform(world, now, prominent, reform, serious, disruption):
    surge_after_week(world, now, 60, Publicity(prominent=prominent, reform=reform), serious=serious)
    assert world.service.disruption[0] == pytest.approx(disruption, abs=1e-12)


def test_reforms_are_drawn_independently_of_scandals(world, now):
    """The uniform number of each of 200 weeks with a scandal is compared with 0.3."""
    c = CERTAIN._replace(reform=0.3)
    reforms = []
    for week in range(200):
        world.service.disruption[:] = 0.0
        surge_after_week(world, now, week, c, serious=1)
        reforms.append(bool(world.service.disruption[0] > 0.0))
    assert reforms == [rng.uniform(now.seed, rng.REFORM, week, 0) < 0.3 for week in range(200)]
    assert 35 < sum(reforms) < 85
