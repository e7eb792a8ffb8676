"""Structural change (E35): extents move evenly, upheaval follows the move, luck is drawn once a run. By hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead import rng
from redbead.dynamics.structural_change import (
    Change,
    efficiency,
    settle_luck,
    step_extent,
    update_structures,
    upheaval,
)
from redbead.jit import python_function

unit = st.floats(0, 1)
C = Change()
WHOLE = {"unit": 0.15, "reorganised": 0.20, "redesigned": 0.30, "outsourced": 0.30, "debated": 0.05}
"""What a whole change of each kind upsets, by the column of its extent. [index]"""
TARGET = {"unit": "unit_model", "reorganised": "reorganisation", "redesigned": "redesign", "outsourced": "outsourced",
          "debated": "debate"}  # fmt: skip


@pytest.mark.parametrize(
    ("extent", "target", "weeks", "expected"),
    [
        (0.0, 1.0, 26.0, 1 / 26),
        (0.5, 1.0, 26.0, 0.5 + 1 / 26),
        (0.99, 1.0, 26.0, 1.0),  # and no further
        (1.0, 0.4, 4.0, 0.75),  # back at the same pace
        (0.5, 0.4, 4.0, 0.4),
        (0.4, 0.4, 4.0, 0.4),
    ],
)
def test_an_extent_moves_at_an_even_pace(extent, target, weeks, expected):
    assert step_extent(extent, target, weeks) == pytest.approx(expected, abs=1e-12)


@given(unit, unit, st.floats(4, 104))
def test_an_extent_never_overshoots(extent, target, weeks):
    after = step_extent(extent, target, weeks)
    assert min(extent, target) <= after <= max(extent, target)
    assert abs(after - extent) <= 1 / weeks + 1e-12


@pytest.mark.parametrize(
    ("before", "after", "size", "expected"),
    [(0.0, 1.0, 0.2, 0.2), (1.0, 0.0, 0.2, 0.2), (0.25, 0.75, 0.3, 0.15), (0.75, 0.25, 0.3, 0.15),
     (0.6, 0.6, 0.3, 0.0)],
)  # fmt: skip
def test_upheaval_is_proportional_to_the_extent_moved_both_ways(before, after, size, expected):
    assert upheaval(before, after, size) == pytest.approx(expected, abs=1e-12)


@given(unit, st.floats(0, 0.6))
def test_a_change_in_two_steps_upsets_as_much_as_in_one(half_way, size):
    assert upheaval(0.0, half_way, size) + upheaval(half_way, 1.0, size) == pytest.approx(size, abs=1e-12)


# the week


def live(world, now, week=60, **changes):
    """One week under these targets; the upheaval that it brings."""
    before = float(world.service.disruption[0])
    python_function(update_structures)(world.service, world.oversight, C._replace(**changes), now._replace(week=week))
    return float(world.service.disruption[0]) - before


@pytest.fixture
def service(world):
    """Nothing has been changed and no grade has been given."""
    world.oversight.inadequate_at[:] = -1_000_000
    return world.service


@pytest.mark.parametrize("column", [name for name in WHOLE if name != "unit"])
@pytest.mark.parametrize("extent", [0.5, 1.0])
def test_a_change_upsets_when_it_comes_and_when_it_is_undone_and_never_between(world, service, now, column, extent):
    found = [live(world, now, week, **{TARGET[column]: aim}) for week, aim in enumerate((extent, extent, 0.0, 0.0))]
    assert found == pytest.approx([extent * WHOLE[column], 0.0, extent * WHOLE[column], 0.0], abs=1e-12)
    assert getattr(service, column)[0] == 0.0


def test_changes_at_once_upset_in_sum(world, service, now):
    """0.2 + 0.3 + 0.3 + 0.05, and of the units a 26th of 0.15."""
    found = live(world, now, unit_model=1.0, reorganisation=1.0, redesign=1.0, outsourced=1.0, debate=1.0)
    assert found == pytest.approx(0.85 + 0.15 / 26, abs=1e-12)


def test_units_take_their_26_weeks_and_their_upheaval_adds_up(world, service, now):
    found = [live(world, now, week, unit_model=1.0) for week in range(40)]
    assert found[:26] == pytest.approx([0.15 / 26] * 26, abs=1e-12)
    assert sum(found) == pytest.approx(0.15, abs=1e-12)
    assert sum(found[27:]) == 0.0
    assert service.unit[0] == 1.0


def test_a_reorganisation_is_billed_in_its_week_whichever_way_it_goes(world, service, now):
    found = []
    for week, aim in enumerate((0.5, 0.5, 0.0)):
        live(world, now, week, reorganisation=aim)
        found.append(float(service.change_cost[0]))
    assert found == pytest.approx([0.01, 0.0, 0.01], abs=1e-12)


# giving up units


@pytest.mark.parametrize(
    ("graded", "extent", "given_up"),
    [
        (59, 0.5, 1),
        (59, 1.0, 1),
        (60, 0.5, 0),  # the grade of this week is not known on Monday
        (58, 0.5, 0),  # only in the week after
        (-1_000_000, 0.5, 0),  # no such grade
        (59, 0.0, 0),  # nothing to give up
    ],
)
def test_units_are_given_up_only_in_the_week_after_a_new_inadequate_grade(
    world, service, now, graded, extent, given_up
):
    world.oversight.inadequate_at[:] = graded
    service.unit[:] = extent
    live(world, now, unit_model=1.0, unit_abandoned=1.0)
    assert service.abandoned[0] == given_up
    expected = max(0.0, extent - 1 / 26) if given_up else min(1.0, extent + 1 / 26)
    assert service.unit[0] == pytest.approx(expected, abs=1e-12)


def test_half_of_such_services_give_their_units_up(world, service, now):
    """The authority's own uniform against 0.5, for 200 weeks in each of which the grade is new."""
    found = []
    for week in range(200):
        service.abandoned[:] = 0
        service.unit[:] = 1.0
        world.oversight.inadequate_at[:] = week - 1
        live(world, now, week, unit_model=1.0)
        found.append(bool(service.abandoned[0]))
    assert found == [rng.uniform(now.seed, rng.ABANDONED, week, 0) < 0.5 for week in range(200)]
    assert 70 < sum(found) < 130


def test_what_was_given_up_stays_given_up_until_the_policy_itself_ends(world, service, now):
    service.unit[:] = 1.0
    service.abandoned[:] = 1
    for week in range(40):
        live(world, now, week, unit_model=1.0)
    assert service.unit[0] == 0.0
    live(world, now, 40, unit_model=0.0)
    assert service.abandoned[0] == 0
    live(world, now, 41, unit_model=1.0)
    assert service.unit[0] == pytest.approx(1 / 26, abs=1e-12)


# what it is good for


@pytest.mark.parametrize(
    ("reorganised", "outsourced", "better", "abler", "changes", "expected"),
    [
        (0.0, 0.0, 3.0, 3.0, {}, 1.0),  # without change, luck is nothing
        (1.0, 0.0, 1.0, 9.0, {}, 1.03),
        (1.0, 0.0, -1.0, 9.0, {}, 0.97),
        (0.5, 0.0, 1.0, 9.0, {}, 1.015),
        (0.0, 1.0, 9.0, -1.0, {}, 0.90),
        (1.0, 1.0, 1.0, 1.0, {}, 1.133),  # 1.03 x 1.1
        (1.0, 0.0, 0.0, 0.0, {"reorganisation_gain": 0.05}, 1.05),
        (0.0, 0.5, 0.0, 0.0, {"outsourced_gain": -0.1}, 0.95),
        (0.0, 1.0, 0.0, -3.0, {"outsourced_spread": 0.3}, 0.50),  # 0.1, held at a half
    ],
)
def test_efficiency_by_hand(reorganised, outsourced, better, abler, changes, expected):
    found = efficiency(reorganised, outsourced, better, abler, C._replace(**changes))
    assert found == pytest.approx(expected, abs=1e-12)


def settled(world, now, seed=1, **changes):
    python_function(settle_luck)(
        world.service, world.oversight, C._replace(**changes), now._replace(seed=np.uint64(seed))
    )
    return float(world.service.efficiency[0]), float(world.service.design[0])


def test_without_change_nothing_is_better_or_worse(world, service, now):
    assert {settled(world, now, seed) for seed in range(20)} == {(1.0, 0.0)}


def test_luck_is_drawn_once_a_run_and_anew_for_the_next(world, service, now):
    service.reorganised[:] = service.outsourced[:] = service.redesigned[:] = 1.0
    assert len({settled(world, now._replace(week=week)) for week in range(50)}) == 1
    assert len({settled(world, now, seed) for seed in range(50)}) == 50


def test_undone_it_is_gone(world, service, now):
    live(world, now, 0, reorganisation=1.0, redesign=1.0)
    assert service.efficiency[0] != 1.0
    assert service.design[0] != 0.0
    live(world, now, 1)
    assert (service.efficiency[0], service.design[0]) == (1.0, 0.0)


@pytest.mark.parametrize(("controlled", "elsewhere"), [(0, False), (1, False), (2, True)])
def test_a_trust_is_another_provider_and_a_commissioner_is_none(world, service, now, controlled, elsewhere):
    world.oversight.controlled[:] = controlled
    abler = rng.normal(rng.pair(now.seed, rng.STRUCTURE, 0, 0)[1])
    assert settled(world, now)[0] == pytest.approx(1.0 + 0.10 * abler if elsewhere else 1.0, abs=1e-12)


def test_an_outsourced_service_under_a_trust_is_outsourced_once(world, service, now):
    service.outsourced[:] = 1.0
    alone = settled(world, now)
    world.oversight.controlled[:] = 2
    assert settled(world, now) == alone


RUNS = 2000


def within(found, mean, spread):
    """Mean and standard deviation of many draws, each within 3 of its standard errors."""
    assert abs(np.mean(found) - mean) < 3 * spread / math.sqrt(RUNS)
    assert abs(np.std(found, ddof=1) - spread) < 3 * spread / math.sqrt(2 * RUNS)


def test_some_reorganisations_help_and_as_many_harm(world, service, now):
    service.reorganised[:] = 1.0
    within([settled(world, now, seed)[0] for seed in range(RUNS)], 1.0, 0.03)


def test_providers_differ_around_what_is_known_of_them(world, service, now):
    service.outsourced[:] = 0.5
    within([settled(world, now, seed, outsourced_gain=-0.1)[0] for seed in range(RUNS)], 0.95, 0.05)


def test_nobody_knows_whether_the_new_design_is_a_better_one(world, service, now):
    service.redesigned[:] = 1.0
    within([settled(world, now, seed, redesign_gain=0.1)[1] for seed in range(RUNS)], 0.1, 0.2)


def test_three_kinds_of_luck_are_three(world, service, now):
    """Correlations over many runs within 3 / sqrt(n)."""
    luck = []
    for seed in range(RUNS):
        u, v = rng.pair(np.uint64(seed), rng.STRUCTURE, 0, 0)
        luck.append([rng.normal(u), rng.normal(v), rng.normal(rng.uniform(np.uint64(seed), rng.DESIGN, 0, 0))])
    found = np.corrcoef(np.array(luck).T)[np.triu_indices(3, 1)]
    assert np.abs(found).max() < 3 / math.sqrt(RUNS)
