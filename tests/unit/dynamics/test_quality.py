"""True and visible quality (section 2.11, E29), continuity and turnover, by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.dynamics.quality import (
    Quality,
    continuity,
    true_quality,
    visible_quality,
    yearly_turnover,
)
from redbead.engine.founding import lay_out
from redbead.parameters import Authority

unit = st.floats(0, 1)
C = Quality()


@pytest.fixture
def world():
    """Six posts, two teams; no week counted yet."""
    empty = lay_out(Authority(posts=6.0, team_size=3.0, friends=0.0), 6)
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
