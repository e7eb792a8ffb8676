"""True and visible quality (E150, E29), continuity and turnover, compared with hand calculations."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.dynamics.quality import (
    Quality,
    annual_turnover,
    continuity,
    quality_reported_by_families,
    true_quality,
    update_quality,
    visible_quality,
)
from redbead.engine.initial_state import allocate_tables
from redbead.jit import python_function
from redbead.parameters import Authority
from redbead.state.people import AGENCY, EMPTY, PERMANENT
from redbead.state.world import WeekContext

unit = st.floats(0, 1)
C = Quality(skill_ref=0.845, continuity_ref=0.89)


@pytest.fixture
def world():
    """Six posts in two teams; no week has been recorded."""
    empty = allocate_tables(Authority(posts=6.0, team_size=3.0, friends=0.0), 6)
    empty.service.staff_ring[:] = -1
    return empty


@pytest.mark.cases(
    ("turnover", "agency", "expected"),
    [(0.0, 0.0, 1.0), (0.15, 0.1, 0.895), (1.0, 0.0, 0.5), (0.0, 1.0, 0.7), (3.0, 1.0, 0.05)],
)
def test_continuity_matches_hand_calculation(turnover, agency, expected):
    """1 - 0.5 turnover - 0.3 agency, at least 1/20."""
    assert continuity(turnover, agency, C) == pytest.approx(expected, abs=1e-12)


@pytest.mark.cases(
    ("care", "skill", "continuity_share", "disruption", "expected"),
    [
        (1.0, 0.845, 0.89, 0.0, 1.0),
        (0.8, 0.845, 0.89, 0.0, 0.914610),  # 0.8^0.4
        (1.0, 0.4225, 0.89, 0.0, 0.812252),  # half the skill: 0.5^0.3
        (1.0, 0.845, 0.445, 0.0, 0.870551),  # half the continuity: 0.5^0.2
        (1.0, 0.845, 0.89, 1.0, 0.964961),  # 0.7^0.1
        (0.0, 0.845, 0.89, 0.0, 0.0),  # no time per case
    ],
)
def test_true_quality_matches_hand_calculation(care, skill, continuity_share, disruption, expected):
    assert true_quality(care, skill, continuity_share, disruption, C) == pytest.approx(expected, abs=2e-6)


@pytest.mark.cases(
    ("quality", "weight", "compliance", "gaming", "preparing", "expected"),
    [
        (0.8, 0.0, 0.9, 0.0, 0.0, 0.80),  # practice only
        (0.8, 1.0, 0.5, 0.0, 0.0, 1.00),  # records only
        (0.8, 0.5, 0.5, 0.0, 0.0, 0.90),
        (0.8, 0.5, 1.0, 0.0, 0.0, 0.95),
        (0.8, 0.5, 0.5, 1.0, 0.0, 0.95),
        (0.8, 0.5, 0.5, 0.0, 1.0, 0.91),
    ],
)
def test_visible_quality_matches_hand_calculation(quality, weight, compliance, gaming, preparing, expected):
    assert visible_quality(quality, weight, compliance, gaming, preparing, C) == pytest.approx(expected, abs=1e-12)


@given(unit, unit, unit, unit, st.floats(0, 3))
def test_true_quality_rises_with_time_skill_and_continuity_and_falls_with_disruption(
    care, skill, continuity_share, better, disruption
):
    quality = true_quality(care, skill, continuity_share, disruption, C)
    assert quality >= 0.0
    assert true_quality(max(care, better), max(skill, better), max(continuity_share, better), 0.0, C) >= quality


@given(unit, unit, unit, unit, unit)
def test_compliance_and_gaming_never_reduce_visible_quality(quality, weight, a, b, gaming):
    low, high = sorted([a, b])
    visible = visible_quality(quality, weight, low, gaming, 0.0, C)
    assert visible_quality(quality, weight, high, gaming, 0.0, C) >= visible
    assert visible_quality(quality, weight, low, 1.0, 0.0, C) >= visible


def test_annual_turnover_is_leavers_divided_by_mean_staff_of_the_year(world):
    world.service.staff_ring[0, :] = [100] * 26 + [50] * 26
    world.service.leavers_ring[0, :26] = 1
    assert annual_turnover(world.service, 0) == pytest.approx(26 / 75)


def test_turnover_of_part_of_a_year_is_scaled_to_a_year(world):
    world.service.staff_ring[0, :13] = 100
    world.service.leavers_ring[0, :4] = 1
    assert annual_turnover(world.service, 0) == pytest.approx(0.16)


def test_turnover_without_staff_is_zero(world):
    assert annual_turnover(world.service, 0) == 0.0
    world.service.staff_ring[:] = 0
    assert annual_turnover(world.service, 0) == 0.0


# Reports by families


@pytest.mark.cases(
    ("quality", "draw", "surveyed_share", "expected"),
    [(0.9, 0.0, 1.0, 0.9), (0.9, 1.0, 1.0, 0.95), (0.9, -2.0, 1.0, 0.8), (0.9, 1.0, 0.25, 1.0), (1.1, 1.0, 0.01, 1.6)],
)
def test_quality_reported_by_families_matches_hand_calculation(quality, draw, surveyed_share, expected):
    """Q + 0.05 draw / sqrt(surveyed_share)."""
    assert quality_reported_by_families(quality, draw, surveyed_share, C) == pytest.approx(expected, abs=1e-12)


# Weekly updates


@pytest.fixture
def steady(world):
    """Six workers at reference skill and time per case, ten cases each, and one leaver in the last year."""
    world.workers.status[:] = PERMANENT
    world.workers.skill[:] = 0.845
    world.workers.time_per_case[:] = 1.0
    world.workers.caseload[:] = 10
    world.service.staff_ring[:] = 6
    world.service.leavers_ring[0, 3] = 1
    return world


def update_week(world, now, *, weight=0.0, surveyed=0.0, preserved=0.6, misfit=0.03):
    python_function(update_quality)(
        world.workers, world.service, world.oversight, world.counts, weight, surveyed, preserved, misfit, C, now
    )  # fmt: skip
    return float(world.service.quality[0]), float(world.service.visible[0]), float(world.service.families_view[0])


NOW = WeekContext(60, np.uint64(1), 0, 0, 6, 0, 2)


@pytest.mark.parametrize(("extent", "share"), [(0.0, 1.0), (0.5, 0.7), (1.0, 0.4)])
def test_units_preserve_continuity_when_workers_leave(steady, extent, share):
    """Turnover 1/6 costs 1/12 of continuity; a full unit model reduces the loss to 0.4; other factors are 1."""
    steady.service.unit[:] = extent
    assert update_week(steady, NOW)[0] == pytest.approx(((1 - share / 12) / 0.89) ** 0.2, abs=1e-12)


@pytest.mark.parametrize("extent", [0.0, 0.5, 1.0])
def test_misfit_of_the_inspection_method_lowers_visible_quality_of_units(steady, extent):
    """Without records, visible quality is true quality less 0.03 for a full unit model."""
    steady.service.unit[:] = extent
    quality, visible, _ = update_week(steady, NOW)
    assert visible == pytest.approx(quality - 0.03 * extent, abs=1e-12)
    assert update_week(steady, NOW, misfit=0.1)[1] == pytest.approx(quality - 0.1 * extent, abs=1e-12)


def test_quality_reported_by_families_is_zero_without_a_survey(steady):
    assert update_week(steady, NOW)[2] == 0.0


@pytest.mark.parametrize("surveyed", [0.0625, 0.25, 1.0])
def test_quality_reported_by_families_is_unbiased_with_the_stated_spread(steady, surveyed):
    """2,000 weeks of a constant service: mean Q and sd 0.05 / sqrt(surveyed), each within 3 standard errors."""
    steady.service.disruption[:] = 0.0
    errors = []
    for week in range(2000):
        steady.service.leavers_ring[0, :] = 0
        steady.service.staff_ring[:] = 6
        quality, _, reported = update_week(steady, NOW._replace(week=week), surveyed=surveyed)
        errors.append(reported - quality)
    spread = 0.05 / np.sqrt(surveyed)
    assert abs(np.mean(errors)) < 3 * spread / np.sqrt(2000)
    assert abs(np.std(errors, ddof=1) - spread) < 3 * spread / np.sqrt(2 * 2000)


def test_quality_of_a_single_agency_worker_has_no_permanent_staff(steady):
    """Agency staff are the whole service: the share of agency staff in continuity is 1, and care is the worker's."""
    steady.workers.status[:] = EMPTY
    steady.workers.status[2] = AGENCY
    steady.workers.time_per_case[2] = 0.8
    quality, _, _ = update_week(steady, NOW)
    turnover = 1 / ((51 * 6 + 0) / 52)
    expected = true_quality(0.8, 0.845, continuity(turnover, 1.0, C), 0.0, C)
    assert quality == pytest.approx(expected, abs=1e-12)
    assert steady.service.staff_ring[0, NOW.week % 52] == 0


def test_care_is_the_mean_over_cases_and_skill_the_mean_over_workers(steady):
    """Caseloads 30 and 10 with 0.6 and 1.0 hours per case: (30 x 0.6 + 10 x 1.0) / 40 = 0.7; mean skill 0.5."""
    steady.workers.status[2:] = EMPTY
    steady.workers.caseload[:2], steady.workers.time_per_case[:2] = (30, 10), (0.6, 1.0)
    steady.workers.skill[:2] = (0.4, 0.6)
    steady.service.leavers_ring[:] = 0
    steady.service.staff_ring[:] = 2
    quality, _, _ = update_week(steady, NOW)
    assert quality == pytest.approx(true_quality(0.7, 0.5, continuity(0.0, 0.0, C), 0.0, C), abs=1e-12)


def test_a_service_without_cases_works_at_its_standard_and_one_without_staff_has_no_care(steady):
    steady.service.standard[:] = 0.9
    steady.service.leavers_ring[:] = 0
    steady.workers.caseload[:] = 0
    quality, _, _ = update_week(steady, NOW)
    assert quality == pytest.approx(true_quality(0.9, 0.845, continuity(0.0, 0.0, C), 0.0, C), abs=1e-12)
    steady.workers.status[:] = EMPTY
    quality, _, _ = update_week(steady, NOW)
    assert quality == pytest.approx(true_quality(0.0, 0.0, continuity(0.0, 0.0, C), 0.0, C), abs=1e-12)


def test_disruption_lowers_the_quality_of_the_week_and_decays_afterwards(steady):
    steady.service.disruption[:] = 0.3
    steady.service.leavers_ring[:] = 0
    quality, _, _ = update_week(steady, NOW)
    assert quality == pytest.approx(true_quality(1.0, 0.845, continuity(0.0, 0.0, C), 0.3, C), abs=1e-12)
    assert steady.service.disruption[0] == pytest.approx(0.3 * math.exp(-1 / C.disruption_decay), abs=1e-12)


def test_leavers_of_the_week_are_recorded_and_turnover_is_scaled_to_a_year(steady):
    """Two weeks recorded so far, -1 for the others: 3 leavers and a mean of 5 staff are 3 / 5 x 26 per year."""
    steady.counts.leavers[:] = 2
    update_week(steady, NOW)
    assert steady.service.leavers_ring[0, 8] == 2
    steady.service.staff_ring[:] = -1
    steady.service.staff_ring[0, :2], steady.service.leavers_ring[0, :2] = (4, 6), (1, 2)
    assert python_function(annual_turnover)(steady.service, 0) == pytest.approx(3 / 5 * 26)
    steady.service.staff_ring[:] = 0
    assert python_function(annual_turnover)(steady.service, 0) == 0.0
