"""Hours, pressure, overtime and corner cutting (E4 to E7), by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.behaviour.workload import (
    Workload,
    improvement_share,
    output,
    share_for_families,
    shortfall,
    step_standard,
    throughput,
    time_per_case,
    work,
    work_pressure,
)
from redbead.jit import python_function
from redbead.state.maths import approach
from redbead.state.people import AGENCY, EMPTY

unit = st.floats(0, 1)
C = Workload(hours_per_case=2.05)
ERODING = C._replace(erosion=1.0)


@pytest.mark.parametrize(
    ("skill", "agency", "expected"),
    [(0.0, 0.0, 0.6), (0.5, 0.0, 0.8), (1.0, 0.0, 1.0), (0.8, 1.0, 0.828), (1.0, 1.0, 0.9)],
)
def test_output_by_hand(skill, agency, expected):
    """(0.6 + 0.4 skill), and a tenth less for agency staff, who do not know the place."""
    assert output(skill, agency, C) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("compliance", "disruption", "preparing", "improving", "expected"),
    [
        (0.0, 0.0, 0.0, 0.0, 1.0),
        (0.5, 0.0, 0.0, 0.0, 0.9),
        (-0.4, 0.0, 0.0, 0.0, 1.08),  # less paper than at the reference frees hours
        (0.0, 0.5, 0.0, 0.0, 0.85),
        (0.0, 0.0, 1.0, 0.0, 0.9),
        (0.5, 0.5, 1.0, 0.0, 0.6885),  # 0.9 x 0.85 x 0.9
        (0.0, 0.0, 0.0, 0.06, 0.94),
        (0.0, 9.0, 0.0, 0.0, 0.0),  # never below nothing
    ],
)
def test_hours_left_for_families_by_hand(compliance, disruption, preparing, improving, expected):
    assert share_for_families(compliance, disruption, preparing, improving, C) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("pressure", "worked"),
    [(0.5, 1.0), (1.0, 1.0), (1.21, 1.1 / 1.21), (1.5625, 1.25 / 1.5625), (2.0, 0.625), (5.0, 0.25)],
)
def test_overtime_covers_a_square_root_up_to_a_quarter_more(pressure, worked):
    """Hours worked over needed: min(1.25, sqrt(P)) / P above P = 1; what is needed and no more below it (E6)."""
    assert math.exp(shortfall(math.log(pressure), C)) == pytest.approx(worked, abs=1e-12)


@pytest.mark.parametrize("short", [-1.5, -0.47, -0.0953, 0.0])
def test_a_shortfall_is_met_60_to_40_by_less_time_and_by_queues(short):
    assert time_per_case(short, 1.0, C) == pytest.approx(math.exp(0.6 * short), abs=1e-15)
    assert throughput(short, C) == pytest.approx(math.exp(0.4 * short), abs=1e-15)


@given(st.floats(-3, 5), st.floats(-3, 5), unit)
def test_more_pressure_never_means_more_care_or_more_closures(a, b, standard):
    low, high = sorted([a, b])
    assert time_per_case(shortfall(high, C), standard, C) <= time_per_case(shortfall(low, C), standard, C)
    assert throughput(shortfall(high, C), C) <= throughput(shortfall(low, C), C) <= 1.0


@pytest.mark.parametrize(
    ("standard", "given_", "c", "expected"),
    [
        (1.0, 0.8, C, 1.0),  # off by default
        (1.0, 0.8, ERODING, 1.0 - 0.2 * approach(26.0)),
        (0.8, 0.8, ERODING, 0.8 + 0.2 * approach(208.0)),  # recovers slowly, where there is slack
        (0.8, 0.9, ERODING, 0.8 + 0.2 * approach(208.0)),
        (1.0, 1.0, ERODING, 1.0),
    ],
)
def test_standards_sink_quickly_and_rise_slowly(standard, given_, c, expected):
    assert step_standard(standard, given_, c) == pytest.approx(expected, abs=1e-12)


@given(unit, st.floats(0, 1.5))
def test_a_standard_stays_a_ratio(standard, given_):
    assert 0.0 <= step_standard(standard, given_, ERODING) <= 1.0


@pytest.mark.parametrize(
    ("pressure", "squeeze", "expected"),
    [
        (0.5, 1.0, 0.06),  # slack adds none
        (1.0, 1.0, 0.06),
        (1.5, 1.0, 0.04),
        (2.0, 1.0, 0.03),
        (2.0, 2.0, 0.015),
        (2.0, 0.0, 0.06),  # the loop is cut
        (3.0, 4.0, 0.06 / 81),
    ],
)
def test_pressure_squeezes_improvement_time_by_hand(pressure, squeeze, expected):
    """Of 6 % set aside, 0.06 max(1, P)^-squeeze is left."""
    c = C._replace(improvement_hours=0.06, squeeze=squeeze)
    assert improvement_share(pressure, c) == pytest.approx(expected, abs=1e-12)


@given(st.floats(0, 20), st.floats(0, 20), st.floats(0, 4), st.floats(0, 0.15))
def test_more_pressure_never_leaves_more_time_to_improve(a, b, squeeze, hours):
    low, high = sorted([a, b])
    c = C._replace(improvement_hours=hours, squeeze=squeeze)
    assert 0.0 <= improvement_share(high, c) <= improvement_share(low, c) <= hours


@pytest.mark.parametrize(
    ("changes", "improving", "expected"),
    [
        ({"admin_hours": 0.1}, 0.0, 0.9),
        ({"admin_hours": -0.1}, 0.0, 1.1),  # bureaucracy that has been cut
        ({"feedback_hours": 0.02}, 0.0, 0.98),
        ({"lent_hours": 0.1}, 0.0, 0.9),
        ({"feedback_hours": 0.02, "lent_hours": 0.1}, 0.0, 0.88),
        ({"admin_hours": 0.1, "feedback_hours": 0.02, "lent_hours": 0.1}, 0.06, 0.74448),  # 0.94 x 0.9 x 0.88
    ],
)
def test_what_else_takes_hours_by_hand(changes, improving, expected):
    found = share_for_families(0.0, 0.0, 0.0, improving, C._replace(**changes))
    assert found == pytest.approx(expected, abs=1e-12)


# the week


def test_pressure_by_hand(world, now, c):
    """A skilled worker with 16 families and her share of 5 that wait, over 37 h less 1.5 %."""
    world.workers.skill[:] = 1.0
    world.workers.caseload[:] = 16
    world.workers.status[4:] = (AGENCY, EMPTY)
    world.cases.waiting[:] = 5
    world.service.compliance[:] = 0.5
    world.service.standard[:] = 1.0
    world.service.efficiency[:] = 1.0
    python_function(work)(world.workers, world.cases, world.service, world.oversight, 0.5, 0.015, 0.0, c.workload, now)
    hours = 37.0 * 0.985
    assert world.workers.hours[:5].tolist() == pytest.approx([hours] * 4 + [0.9 * hours], abs=1e-12)
    needed = c.workload.hours_per_case * (16 + 5 / 5)
    assert world.workers.pressure[:5].tolist() == pytest.approx([needed / hours] * 4 + [needed / hours / 0.9])
    assert world.workers.log_pressure[0] == pytest.approx(math.log(needed / hours))
    assert world.workers.pressure[5] == 0.0


def toil(world, now, c, *, gained=0.0):
    world.service.standard[:] = 1.0
    python_function(work)(world.workers, world.cases, world.service, world.oversight, 0.0, 0.0, gained, c, now)


@pytest.mark.parametrize(
    ("gained", "efficiency", "expected"), [(0.0, 1.0, 37.0), (0.14, 1.0, 42.18), (0.0, 0.9, 33.3), (0.14, 0.9, 37.962)]
)
def test_units_free_hours_and_structures_make_the_same_people_more_or_less_able(
    world, now, c, gained, efficiency, expected
):
    """37 (1 + gained) x efficiency for a fully skilled worker."""
    world.workers.skill[:] = 1.0
    world.service.efficiency[:] = efficiency
    toil(world, now, c.workload, gained=gained)
    assert world.workers.hours.tolist() == pytest.approx([expected] * 6, abs=1e-9)


@pytest.mark.parametrize(
    ("needed", "there", "expected"),
    [(32.8, 37.0, 0.88649), (74.0, 37.0, 2.0), (0.0, 37.0, 0.0), (0.0, 0.0, 0.0), (1.0, 0.0, 1e6), (1.0, 1e-7, 1e6)],
)
def test_pressure_is_hours_needed_over_hours_there_up_to_a_million(needed, there, expected):
    assert work_pressure(needed, there) == pytest.approx(expected, abs=1e-5)


def test_where_upheaval_leaves_no_hour_pressure_stays_a_number_and_nothing_is_closed(world, now, c):
    """Disruption 4 at 0.3 of the hours each is more than all of them."""
    world.workers.caseload[:] = 16
    world.service.efficiency[:] = world.service.standard[:] = 1.0
    world.service.disruption[:] = 4.0
    python_function(work)(
        world.workers, world.cases, world.service, world.oversight, 0.3, c.lessons.capacity, 0.0, c.workload, now
    )
    assert not world.workers.hours.any()
    assert (world.workers.pressure == 1e6).all()
    assert world.service.pressure[0] == 1e6
    assert (world.workers.throughput < 0.01).all()
    assert (world.workers.throughput > 0.0).all()


def test_last_weeks_pressure_squeezes_this_weeks_improvement_time(world, now, c):
    """Pressure 2 leaves half of 6 %, and so 97 % of 37 hours; this week's pressure is hours needed over hours there."""
    world.workers.skill[:] = 1.0
    world.workers.caseload[:] = 16
    world.service.efficiency[:] = 1.0
    world.service.pressure[:] = 2.0
    toil(world, now, c.workload._replace(improvement_hours=0.06))
    assert world.service.improving[0] == pytest.approx(0.03, abs=1e-12)
    assert world.workers.hours[0] == pytest.approx(37.0 * 0.97, abs=1e-9)
    needed = c.workload.hours_per_case * 16
    assert world.service.pressure[0] == pytest.approx(needed / (37.0 * 0.97), abs=1e-9)
