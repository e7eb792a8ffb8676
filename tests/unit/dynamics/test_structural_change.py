"""Structural change (E152, E35b, E153): extents, disruption and benefits, compared with hand calculations."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead import rng
from redbead.dynamics.structural_change import (
    Change,
    apply_structural_effects,
    disruption_of_change,
    efficiency,
    step_extent,
    update_structures,
)
from redbead.jit import python_function

unit = st.floats(0, 1)
C = Change()
DISRUPTION = {"unit": 0.15, "reorganised": 0.20, "redesigned": 0.30, "outsourced": 0.30, "debated": 0.05}
"""Disruption from a complete change of each kind, by the column of its extent. [index]"""
TARGET = {"unit": "unit_model", "reorganised": "reorganisation", "redesigned": "redesign", "outsourced": "outsourced",
          "debated": "debate"}  # fmt: skip


@pytest.mark.cases(
    ("extent", "target", "weeks", "expected"),
    [
        (0.0, 1.0, 26.0, 1 / 26),
        (0.5, 1.0, 26.0, 0.5 + 1 / 26),
        (0.99, 1.0, 26.0, 1.0),  # stops at the target
        (1.0, 0.4, 4.0, 0.75),  # same pace downwards
        (0.5, 0.4, 4.0, 0.4),
        (0.4, 0.4, 4.0, 0.4),
    ],
)
def test_an_extent_moves_at_a_constant_pace(extent, target, weeks, expected):
    assert step_extent(extent, target, weeks) == pytest.approx(expected, abs=1e-12)


@given(unit, unit, st.floats(4, 104))
def test_an_extent_never_overshoots(extent, target, weeks):
    after = step_extent(extent, target, weeks)
    assert min(extent, target) <= after <= max(extent, target)
    assert abs(after - extent) <= 1 / weeks + 1e-12


@pytest.mark.cases(
    ("before", "after", "size", "expected"),
    [(0.0, 1.0, 0.2, 0.2), (1.0, 0.0, 0.2, 0.2), (0.25, 0.75, 0.3, 0.15), (0.75, 0.25, 0.3, 0.15),
     (0.6, 0.6, 0.3, 0.0)],
)  # fmt: skip
def test_disruption_is_proportional_to_the_change_in_either_direction(before, after, size, expected):
    assert disruption_of_change(before, after, size) == pytest.approx(expected, abs=1e-12)


@given(unit, st.floats(0, 0.6))
def test_a_change_in_two_steps_causes_the_same_disruption_as_in_one(half_way, size):
    assert disruption_of_change(0.0, half_way, size) + disruption_of_change(half_way, 1.0, size) == pytest.approx(
        size, abs=1e-12
    )


# Weekly updates


def update_week(world, now, week=60, **changes):
    """Update one week under these targets and return the disruption that it adds."""
    before = float(world.service.disruption[0])
    python_function(update_structures)(world.service, world.oversight, C._replace(**changes), now._replace(week=week))
    return float(world.service.disruption[0]) - before


@pytest.fixture
def service(world):
    """A service without structural change or grade."""
    world.oversight.inadequate_at[:] = -1_000_000
    return world.service


@pytest.mark.parametrize("column", [name for name in DISRUPTION if name != "unit"])
@pytest.mark.parametrize("extent", [0.5, 1.0])
def test_a_change_causes_disruption_only_when_it_starts_and_ends(world, service, now, column, extent):
    added = [
        update_week(world, now, week, **{TARGET[column]: target})
        for week, target in enumerate((extent, extent, 0.0, 0.0))
    ]
    assert added == pytest.approx([extent * DISRUPTION[column], 0.0, extent * DISRUPTION[column], 0.0], abs=1e-12)
    assert getattr(service, column)[0] == 0.0


def test_disruption_from_simultaneous_changes_adds_up(world, service, now):
    """0.2 + 0.3 + 0.3 + 0.05, plus a 26th of 0.15 for units."""
    added = update_week(world, now, unit_model=1.0, reorganisation=1.0, redesign=1.0, outsourced=1.0, debate=1.0)
    assert added == pytest.approx(0.85 + 0.15 / 26, abs=1e-12)


def test_conversion_to_units_takes_26_weeks_and_spreads_its_disruption(world, service, now):
    added = [update_week(world, now, week, unit_model=1.0) for week in range(40)]
    assert added[:26] == pytest.approx([0.15 / 26] * 26, abs=1e-12)
    assert sum(added) == pytest.approx(0.15, abs=1e-12)
    assert sum(added[27:]) == 0.0
    assert service.unit[0] == 1.0


def test_a_reorganisation_is_charged_in_its_week_in_either_direction(world, service, now):
    costs = []
    for week, target in enumerate((0.5, 0.5, 0.0)):
        update_week(world, now, week, reorganisation=target)
        costs.append(float(service.change_cost[0]))
    assert costs == pytest.approx([0.01, 0.0, 0.01], abs=1e-12)


# Abandoning units


@pytest.mark.parametrize(
    ("graded", "extent", "abandoned"),
    [
        (59, 0.5, 1),
        (59, 1.0, 1),
        (60, 0.5, 0),  # this week's grade is not known when structures are updated
        (58, 0.5, 0),  # only in the week after the grade
        (-1_000_000, 0.5, 0),  # never graded inadequate
        (59, 0.0, 0),  # no units to abandon
    ],
)
def test_units_are_abandoned_only_in_the_week_after_a_new_inadequate_grade(
    world, service, now, graded, extent, abandoned
):
    world.oversight.inadequate_at[:] = graded
    service.unit[:] = extent
    update_week(world, now, unit_model=1.0, unit_abandoned=1.0)
    assert service.abandoned[0] == abandoned
    expected = max(0.0, extent - 1 / 26) if abandoned else min(1.0, extent + 1 / 26)
    assert service.unit[0] == pytest.approx(expected, abs=1e-12)


def test_units_are_abandoned_with_the_given_probability(world, service, now):
    """The authority's uniform draw is compared with 0.5 in 200 weeks, each with a new grade."""
    abandoned = []
    for week in range(200):
        service.abandoned[:] = 0
        service.unit[:] = 1.0
        world.oversight.inadequate_at[:] = week - 1
        update_week(world, now, week, unit_model=1.0)
        abandoned.append(bool(service.abandoned[0]))
    assert abandoned == [rng.uniform(now.seed, rng.ABANDONED, week, 0) < 0.5 for week in range(200)]
    assert 70 < sum(abandoned) < 130


def test_units_stay_abandoned_until_the_policy_ends(world, service, now):
    service.unit[:] = 1.0
    service.abandoned[:] = 1
    for week in range(40):
        update_week(world, now, week, unit_model=1.0)
    assert service.unit[0] == 0.0
    update_week(world, now, 40, unit_model=0.0)
    assert service.abandoned[0] == 0
    update_week(world, now, 41, unit_model=1.0)
    assert service.unit[0] == pytest.approx(1 / 26, abs=1e-12)


# Benefits


@pytest.mark.cases(
    ("reorganised", "outsourced", "reorganisation_draw", "provider_draw", "changes", "expected"),
    [
        (0.0, 0.0, 3.0, 3.0, {}, 1.0),  # draws have no effect without change
        (1.0, 0.0, 1.0, 9.0, {}, 1.03),
        (1.0, 0.0, -1.0, 9.0, {}, 0.97),
        (0.5, 0.0, 1.0, 9.0, {}, 1.015),
        (0.0, 1.0, 9.0, -1.0, {}, 0.90),
        (1.0, 1.0, 1.0, 1.0, {}, 1.133),  # 1.03 x 1.1
        (1.0, 0.0, 0.0, 0.0, {"reorganisation_gain": 0.05}, 1.05),
        (0.0, 0.5, 0.0, 0.0, {"outsourced_gain": -0.1}, 0.95),
        (0.0, 1.0, 0.0, -3.0, {"outsourced_spread": 0.3}, 0.50),  # 0.1, limited to at least 0.5
    ],
)
def test_efficiency_matches_hand_calculation(
    reorganised, outsourced, reorganisation_draw, provider_draw, changes, expected
):
    output = efficiency(reorganised, outsourced, reorganisation_draw, provider_draw, C._replace(**changes))
    assert output == pytest.approx(expected, abs=1e-12)


def structural_effects(world, now, seed=1, **changes):
    python_function(apply_structural_effects)(
        world.service, world.oversight, C._replace(**changes), now._replace(seed=np.uint64(seed))
    )
    return float(world.service.efficiency[0]), float(world.service.design[0])


def test_structural_effects_are_neutral_without_change(world, service, now):
    assert {structural_effects(world, now, seed) for seed in range(20)} == {(1.0, 0.0)}


def test_structural_effects_are_drawn_once_per_run(world, service, now):
    service.reorganised[:] = service.outsourced[:] = service.redesigned[:] = 1.0
    assert len({structural_effects(world, now._replace(week=week)) for week in range(50)}) == 1
    assert len({structural_effects(world, now, seed) for seed in range(50)}) == 50


def test_effects_end_when_the_change_is_reversed(world, service, now):
    update_week(world, now, 0, reorganisation=1.0, redesign=1.0)
    assert service.efficiency[0] != 1.0
    assert service.design[0] != 0.0
    update_week(world, now, 1)
    assert (service.efficiency[0], service.design[0]) == (1.0, 0.0)


@pytest.mark.parametrize(("controlled", "outsourced"), [(0, False), (1, False), (2, True)])
def test_a_trust_counts_as_another_provider_but_a_commissioner_does_not(world, service, now, controlled, outsourced):
    world.oversight.controlled[:] = controlled
    draw = rng.normal(rng.pair(now.seed, rng.STRUCTURE, 0, 0)[1])
    assert structural_effects(world, now)[0] == pytest.approx(1.0 + 0.10 * draw if outsourced else 1.0, abs=1e-12)


def test_an_outsourced_service_under_a_trust_counts_once(world, service, now):
    service.outsourced[:] = 1.0
    outsourced = structural_effects(world, now)
    world.oversight.controlled[:] = 2
    assert structural_effects(world, now) == outsourced


RUNS = 2000


def assert_moments(values, mean, spread):
    """Compare mean and standard deviation of the values with the expected ones, within 3 standard errors."""
    assert abs(np.mean(values) - mean) < 3 * spread / math.sqrt(RUNS)
    assert abs(np.std(values, ddof=1) - spread) < 3 * spread / math.sqrt(2 * RUNS)


def test_reorganisation_gains_have_the_declared_distribution(world, service, now):
    service.reorganised[:] = 1.0
    assert_moments([structural_effects(world, now, seed)[0] for seed in range(RUNS)], 1.0, 0.03)


def test_outsourcing_gains_have_the_declared_distribution(world, service, now):
    service.outsourced[:] = 0.5
    assert_moments([structural_effects(world, now, seed, outsourced_gain=-0.1)[0] for seed in range(RUNS)], 0.95, 0.05)


def test_redesign_gains_have_the_declared_distribution(world, service, now):
    service.redesigned[:] = 1.0
    assert_moments([structural_effects(world, now, seed, redesign_gain=0.1)[1] for seed in range(RUNS)], 0.1, 0.2)


def test_draws_for_the_three_changes_are_independent(world, service, now):
    """Pairwise correlations over 2,000 runs lie within 3 / sqrt(n)."""
    draws = []
    for seed in range(RUNS):
        u, v = rng.pair(np.uint64(seed), rng.STRUCTURE, 0, 0)
        draws.append([rng.normal(u), rng.normal(v), rng.normal(rng.uniform(np.uint64(seed), rng.DESIGN, 0, 0))])
    correlations = np.corrcoef(np.array(draws).T)[np.triu_indices(3, 1)]
    assert np.abs(correlations).max() < 3 / math.sqrt(RUNS)
