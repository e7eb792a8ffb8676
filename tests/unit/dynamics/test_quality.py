"""True and visible quality (section 2.11, E29), continuity and turnover, by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.dynamics.quality import (
    Quality,
    continuity,
    families_view,
    true_quality,
    update_quality,
    visible_quality,
    yearly_turnover,
)
from redbead.engine.initial_state import allocate_tables
from redbead.jit import python_function
from redbead.parameters import Authority
from redbead.state.people import PERMANENT
from redbead.state.world import WeekContext

unit = st.floats(0, 1)
C = Quality(skill_ref=0.845, continuity_ref=0.89)


@pytest.fixture
def world():
    """Six posts, two teams; no week counted yet."""
    empty = allocate_tables(Authority(posts=6.0, team_size=3.0, friends=0.0), 6)
    empty.service.staff_ring[:] = -1
    return empty


@pytest.mark.parametrize(
    ("turnover", "agency", "expected"),
    [(0.0, 0.0, 1.0), (0.15, 0.1, 0.895), (1.0, 0.0, 0.5), (0.0, 1.0, 0.7), (3.0, 1.0, 0.05)],
)
def test_continuity_by_hand(turnover, agency, expected):
    """1 - 0.5 turnover - 0.3 agency, never below 1/20."""
    assert continuity(turnover, agency, C) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("care", "skill", "kept", "disruption", "expected"),
    [
        (1.0, 0.845, 0.89, 0.0, 1.0),
        (0.8, 0.845, 0.89, 0.0, 0.914610),  # 0.8^0.4
        (1.0, 0.4225, 0.89, 0.0, 0.812252),  # half the skill: 0.5^0.3
        (1.0, 0.845, 0.445, 0.0, 0.870551),  # half the continuity: 0.5^0.2
        (1.0, 0.845, 0.89, 1.0, 0.964961),  # 0.7^0.1
        (0.0, 0.845, 0.89, 0.0, 0.0),  # no time, no service
    ],
)
def test_true_quality_by_hand(care, skill, kept, disruption, expected):
    assert true_quality(care, skill, kept, disruption, C) == pytest.approx(expected, abs=2e-6)


@pytest.mark.parametrize(
    ("quality", "weight", "compliance", "gaming", "preparing", "expected"),
    [
        (0.8, 0.0, 0.9, 0.0, 0.0, 0.80),  # who looks at practice alone sees practice
        (0.8, 1.0, 0.5, 0.0, 0.0, 1.00),  # who reads records alone sees records
        (0.8, 0.5, 0.5, 0.0, 0.0, 0.90),
        (0.8, 0.5, 1.0, 0.0, 0.0, 0.95),
        (0.8, 0.5, 0.5, 1.0, 0.0, 0.95),
        (0.8, 0.5, 0.5, 0.0, 1.0, 0.91),
    ],
)
def test_visible_quality_by_hand(quality, weight, compliance, gaming, preparing, expected):
    assert visible_quality(quality, weight, compliance, gaming, preparing, C) == pytest.approx(expected, abs=1e-12)


@given(unit, unit, unit, unit, st.floats(0, 3))
def test_less_time_skill_continuity_or_calm_never_helps(care, skill, kept, better, disruption):
    here = true_quality(care, skill, kept, disruption, C)
    assert here >= 0.0
    assert true_quality(max(care, better), max(skill, better), max(kept, better), 0.0, C) >= here


@given(unit, unit, unit, unit, unit)
def test_paper_and_show_never_look_worse(quality, weight, a, b, gaming):
    low, high = sorted([a, b])
    seen = visible_quality(quality, weight, low, gaming, 0.0, C)
    assert visible_quality(quality, weight, high, gaming, 0.0, C) >= seen
    assert visible_quality(quality, weight, low, 1.0, 0.0, C) >= seen


def test_turnover_is_leavers_over_mean_staff_of_the_year(world):
    world.service.staff_ring[0, :] = [100] * 26 + [50] * 26
    world.service.leavers_ring[0, :26] = 1
    assert yearly_turnover(world.service, 0) == pytest.approx(26 / 75)


def test_turnover_of_a_part_of_a_year_is_stated_for_a_year(world):
    world.service.staff_ring[0, :13] = 100
    world.service.leavers_ring[0, :4] = 1
    assert yearly_turnover(world.service, 0) == pytest.approx(0.16)


def test_turnover_of_nobody_is_none(world):
    assert yearly_turnover(world.service, 0) == 0.0
    world.service.staff_ring[:] = 0
    assert yearly_turnover(world.service, 0) == 0.0


# what families say


@pytest.mark.parametrize(
    ("quality", "luck", "asked", "expected"),
    [(0.9, 0.0, 1.0, 0.9), (0.9, 1.0, 1.0, 0.95), (0.9, -2.0, 1.0, 0.8), (0.9, 1.0, 0.25, 1.0), (1.1, 1.0, 0.01, 1.6)],
)
def test_what_families_say_by_hand(quality, luck, asked, expected):
    """Q + 0.05 luck / sqrt(asked)."""
    assert families_view(quality, luck, asked, C) == pytest.approx(expected, abs=1e-12)


# the week


@pytest.fixture
def steady(world):
    """Six at the reference of skill and care with ten families each, a year of six people, one of whom left."""
    world.workers.status[:] = PERMANENT
    world.workers.skill[:] = 0.845
    world.workers.time_per_case[:] = 1.0
    world.workers.caseload[:] = 10
    world.service.staff_ring[:] = 6
    world.service.leavers_ring[0, 3] = 1
    return world


def take(world, now, *, weight=0.0, asked=0.0, kept=0.6, misfit=0.03):
    python_function(update_quality)(
        world.workers, world.service, world.oversight, world.counts, weight, asked, kept, misfit, C, now
    )  # fmt: skip
    return float(world.service.quality[0]), float(world.service.visible[0]), float(world.service.families_view[0])


NOW = WeekContext(60, np.uint64(1), 0, 0, 6, 0, 2)


@pytest.mark.parametrize(("extent", "share"), [(0.0, 1.0), (0.5, 0.7), (1.0, 0.4)])
def test_a_unit_keeps_children_with_people_they_know(steady, extent, share):
    """Turnover 1/6 costs (1/6) / 2 of continuity; in a whole unit 0.4 of that; the rest of quality is 1."""
    steady.service.unit[:] = extent
    assert take(steady, NOW)[0] == pytest.approx(((1 - share / 12) / 0.89) ** 0.2, abs=1e-12)


@pytest.mark.parametrize("extent", [0.0, 0.5, 1.0])
def test_inspectors_whose_method_does_not_fit_units_miss_some_of_it(steady, extent):
    """Who looks at practice alone sees practice, less 0.03 for a whole unit; quality itself is not touched."""
    steady.service.unit[:] = extent
    quality, seen, _ = take(steady, NOW)
    assert seen == pytest.approx(quality - 0.03 * extent, abs=1e-12)
    assert take(steady, NOW, misfit=0.1)[1] == pytest.approx(quality - 0.1 * extent, abs=1e-12)


def test_where_nobody_asks_families_say_nothing(steady):
    assert take(steady, NOW)[2] == 0.0


@pytest.mark.parametrize("asked", [0.0625, 0.25, 1.0])
def test_families_are_right_on_average_and_clearer_the_more_of_them_are_asked(steady, asked):
    """Over 2,000 weeks of the same service: mean Q, sd 0.05 / sqrt(asked), each within 3 standard errors."""
    steady.service.disruption[:] = 0.0
    said = []
    for week in range(2000):
        steady.service.leavers_ring[0, :] = 0
        steady.service.staff_ring[:] = 6
        quality, _, view = take(steady, NOW._replace(week=week), asked=asked)
        said.append(view - quality)
    spread = 0.05 / np.sqrt(asked)
    assert abs(np.mean(said)) < 3 * spread / np.sqrt(2000)
    assert abs(np.std(said, ddof=1) - spread) < 3 * spread / np.sqrt(2 * 2000)
