"""Hours, work pressure, overtime, time per case and the working standard (E4 to E7), by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.behaviour.weekly import update_standard, work
from redbead.behaviour.workload import (
    Workload,
    improvement_share,
    output,
    share_for_families,
    shortfall,
    step_standard,
    throughput,
    time_per_case,
)
from redbead.jit import python_function
from redbead.state.maths import approach, work_pressure
from redbead.state.people import AGENCY, EMPTY

unit = st.floats(0, 1)
C = Workload(hours_per_case=2.05)
ELASTIC = Workload(time_elasticity=0.6, most_time=1.2)
ERODING = C._replace(erosion=1.0)


@pytest.mark.parametrize(
    ("skill", "agency", "expected"),
    [(0.0, 0.0, 0.6), (0.5, 0.0, 0.8), (1.0, 0.0, 1.0), (0.8, 1.0, 0.828), (1.0, 1.0, 0.9)],
)
def test_output_by_hand(skill, agency, expected):
    """0.6 + 0.4 skill; a tenth less for agency staff, who lack local knowledge."""
    assert output(skill, agency, C) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("compliance_excess", "disruption", "preparing", "improvement", "expected"),
    [
        (0.0, 0.0, 0.0, 0.0, 1.0),
        (0.5, 0.0, 0.0, 0.0, 0.9),
        (-0.4, 0.0, 0.0, 0.0, 1.08),  # compliance below the reference frees hours
        (0.0, 0.5, 0.0, 0.0, 0.85),
        (0.0, 0.0, 1.0, 0.0, 0.9),
        (0.5, 0.5, 1.0, 0.0, 0.6885),  # 0.9 x 0.85 x 0.9
        (0.0, 0.0, 0.0, 0.06, 0.94),
        (0.0, 9.0, 0.0, 0.0, 0.0),  # never negative
    ],
)
def test_share_for_families_by_hand(compliance_excess, disruption, preparing, improvement, expected):
    share = share_for_families(compliance_excess, disruption, preparing, improvement, C)
    assert share == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("pressure", "worked"),
    [(0.5, 1.0), (1.0, 1.0), (1.21, 1.1 / 1.21), (1.5625, 1.25 / 1.5625), (2.0, 0.625), (5.0, 0.25)],
)
def test_overtime_follows_the_square_root_of_pressure_up_to_a_quarter(pressure, worked):
    """Hours worked over hours needed (E6): min(1.25, sqrt(P)) / P above P = 1, and 1 below it."""
    assert math.exp(shortfall(math.log(pressure), C)) == pytest.approx(worked, abs=1e-12)


@pytest.mark.parametrize("log_shortfall", [-1.5, -0.47, -0.0953, 0.0])
def test_a_shortfall_is_absorbed_60_to_40_by_time_per_case_and_throughput(log_shortfall):
    log_pressure = -2.0 * log_shortfall  # with overtime, the square root of pressure is left
    time, closed = time_per_case(log_pressure, log_shortfall, 1.0, C), throughput(log_pressure, log_shortfall, C)
    assert time == pytest.approx(math.exp(0.6 * log_shortfall), abs=1e-15)
    assert closed == pytest.approx(math.exp(0.4 * log_shortfall), abs=1e-15)


@given(st.floats(-3, 5), st.floats(-3, 5), unit, st.sampled_from([C, ELASTIC]))
def test_work_pressure_never_raises_time_per_case_or_throughput(a, b, standard, c):
    low, high = sorted([a, b])
    assert time_per_case(high, shortfall(high, c), standard, c) <= time_per_case(low, shortfall(low, c), standard, c)
    assert throughput(high, shortfall(high, c), c) <= throughput(low, shortfall(low, c), c) <= 1.0


@pytest.mark.parametrize(
    ("elasticity", "expected"), [(0.64, 0.9408), (0.60, 0.9444)], ids=["Oliva and Sterman 2001", "Dogan 2007"]
)
def test_time_per_case_after_ten_per_cent_more_work_equals_the_published_models(elasticity, expected):
    """In the first week the time per case is 1.1 to the power of the estimated elasticity, with any overtime."""
    log_pressure, c = math.log(1.1), Workload(time_elasticity=elasticity)
    assert time_per_case(log_pressure, shortfall(log_pressure, c), 1.0, c) == pytest.approx(expected, abs=5e-5)


def test_cutting_time_per_case_keeps_up_the_closures_until_overtime_reaches_its_ceiling():
    """Work pressure 1.5: time 1.5**-0.6, 0.784, and overtime 1.22 do 1.04 times the work; at 3, 0.8 of it."""
    c = Workload(time_elasticity=0.6)
    moderate, high = math.log(1.5), math.log(3.0)
    assert throughput(moderate, shortfall(moderate, c), c) == 1.0
    assert throughput(high, shortfall(high, c), c) == pytest.approx(1.25 / 3.0 * 3.0**0.6, rel=1e-12)


@pytest.mark.parametrize(("most_time", "expected"), [(1.0, 1.0), (1.2, 1.2), (1.5, 2.0**0.4)])
def test_slack_becomes_longer_time_per_case_up_to_a_limit(most_time, expected):
    """Half the work pressure: 2 to the power of the elasticity 0.4, 1.32."""
    c = Workload(time_elasticity=0.4, most_time=most_time)
    assert time_per_case(math.log(0.5), 0.0, 1.0, c) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("standard", "mean_time_per_case", "c", "expected"),
    [
        (1.0, 0.8, C, 1.0),  # no erosion by default
        (1.0, 0.8, ERODING, 1.0 - 0.2 * approach(26.0)),
        (0.8, 0.8, ERODING, 0.8 + 0.2 * approach(208.0)),  # slow recovery where there is no shortfall
        (0.8, 0.9, ERODING, 0.8 + 0.2 * approach(208.0)),
        (1.0, 1.0, ERODING, 1.0),
    ],
)
def test_standards_fall_quickly_and_recover_slowly(standard, mean_time_per_case, c, expected):
    assert step_standard(standard, mean_time_per_case, c) == pytest.approx(expected, abs=1e-12)


@given(unit, st.floats(0, 1.5))
def test_a_standard_stays_between_0_and_1(standard, mean_time_per_case):
    assert 0.0 <= step_standard(standard, mean_time_per_case, ERODING) <= 1.0


@pytest.mark.parametrize(
    ("pressure", "squeeze", "expected"),
    [
        (0.5, 1.0, 0.06),  # low pressure adds no time
        (1.0, 1.0, 0.06),
        (1.5, 1.0, 0.04),
        (2.0, 1.0, 0.03),
        (2.0, 2.0, 0.015),
        (2.0, 0.0, 0.06),  # the causal link is cut
        (3.0, 4.0, 0.06 / 81),
    ],
)
def test_improvement_share_by_hand(pressure, squeeze, expected):
    """Of 6 % set aside, 0.06 max(1, P)^-squeeze is used."""
    c = C._replace(improvement_hours=0.06, squeeze=squeeze)
    assert improvement_share(pressure, c) == pytest.approx(expected, abs=1e-12)


@given(st.floats(0, 20), st.floats(0, 20), st.floats(0, 4), st.floats(0, 0.15))
def test_improvement_share_falls_with_work_pressure(a, b, squeeze, hours):
    low, high = sorted([a, b])
    c = C._replace(improvement_hours=hours, squeeze=squeeze)
    assert 0.0 <= improvement_share(high, c) <= improvement_share(low, c) <= hours


@pytest.mark.parametrize(
    ("changes", "improvement", "expected"),
    [
        ({"admin_hours": 0.1}, 0.0, 0.9),
        ({"admin_hours": -0.1}, 0.0, 1.1),  # administration has been cut
        ({"feedback_hours": 0.02}, 0.0, 0.98),
        ({"lent_hours": 0.1}, 0.0, 0.9),
        ({"feedback_hours": 0.02, "lent_hours": 0.1}, 0.0, 0.88),
        ({"admin_hours": 0.1, "feedback_hours": 0.02, "lent_hours": 0.1}, 0.06, 0.74448),  # 0.94 x 0.9 x 0.88
    ],
)
def test_other_tasks_reduce_the_share_for_families_by_hand(changes, improvement, expected):
    share = share_for_families(0.0, 0.0, 0.0, improvement, C._replace(**changes))
    assert share == pytest.approx(expected, abs=1e-12)


# kernels


def test_work_pressure_of_workers_by_hand(world, now, c):
    """A skilled worker with 16 cases and a share of 5 waiting cases, over 37 hours less 1.5 %."""
    world.workers.skill[:] = 1.0
    world.workers.caseload[:] = 16
    world.workers.status[4:] = (AGENCY, EMPTY)
    world.cases.waiting[:] = 5
    world.service.compliance[:] = 0.5
    world.service.standard[:] = 1.0
    world.service.efficiency[:] = 1.0
    python_function(work)(
        world.workers, world.managers, world.cases, world.service, world.oversight, 0.5, 0.015, 0.0, c.workload, now
    )
    hours = 37.0 * 0.985
    assert world.workers.hours[:5].tolist() == pytest.approx([hours] * 4 + [0.9 * hours], abs=1e-12)
    needed = c.workload.hours_per_case * (16 + 5 / 5)
    assert world.workers.pressure[:5].tolist() == pytest.approx([needed / hours] * 4 + [needed / hours / 0.9])
    assert world.workers.log_pressure[0] == pytest.approx(math.log(needed / hours))
    assert world.workers.pressure[5] == 0.0


def run_week(world, now, c, *, freed_share=0.0):
    world.service.standard[:] = 1.0
    python_function(work)(
        world.workers, world.managers, world.cases, world.service, world.oversight, 0.0, 0.0, freed_share, c, now
    )


@pytest.mark.parametrize(
    ("freed_share", "efficiency", "expected"),
    [(0.0, 1.0, 37.0), (0.14, 1.0, 42.18), (0.0, 0.9, 33.3), (0.14, 0.9, 37.962)],
)
def test_hours_follow_the_share_freed_by_units_and_the_efficiency_of_structures(
    world, now, c, freed_share, efficiency, expected
):
    """37 (1 + freed share) x efficiency for a fully skilled worker."""
    world.workers.skill[:] = 1.0
    world.service.efficiency[:] = efficiency
    run_week(world, now, c.workload, freed_share=freed_share)
    assert world.workers.hours.tolist() == pytest.approx([expected] * 6, abs=1e-9)


@pytest.mark.parametrize(
    ("needed", "available", "expected"),
    [(32.8, 37.0, 0.88649), (74.0, 37.0, 2.0), (0.0, 37.0, 0.0), (0.0, 0.0, 0.0), (1.0, 0.0, 1e6), (1.0, 1e-7, 1e6)],
)
def test_work_pressure_is_hours_needed_over_available_up_to_a_million(needed, available, expected):
    assert work_pressure(needed, available) == pytest.approx(expected, abs=1e-5)


def test_work_pressure_stays_finite_where_disruption_leaves_no_hours(world, now, c):
    """Disruption of 4 takes more than all hours, at 0.3 of the hours per unit."""
    world.workers.caseload[:] = 16
    world.service.efficiency[:] = world.service.standard[:] = 1.0
    world.service.disruption[:] = 4.0
    python_function(work)(
        world.workers, world.managers, world.cases, world.service, world.oversight, 0.3, c.lessons.capacity, 0.0,
        c.workload, now,
    )  # fmt: skip
    assert not world.workers.hours.any()
    assert (world.workers.pressure == 1e6).all()
    assert world.service.pressure[0] == 1e6
    assert (world.workers.throughput < 0.01).all()
    assert (world.workers.throughput > 0.0).all()


def test_improvement_time_follows_last_weeks_work_pressure(world, now, c):
    """Work pressure 2 leaves half of 6 %, and so 97 % of 37 hours; this week's pressure is needed over available."""
    world.workers.skill[:] = 1.0
    world.workers.caseload[:] = 16
    world.service.efficiency[:] = 1.0
    world.service.pressure[:] = 2.0
    run_week(world, now, c.workload._replace(improvement_hours=0.06))
    assert world.service.improving[0] == pytest.approx(0.03, abs=1e-12)
    assert world.workers.hours[0] == pytest.approx(37.0 * 0.97, abs=1e-9)
    needed = c.workload.hours_per_case * 16
    assert world.service.pressure[0] == pytest.approx(needed / (37.0 * 0.97), abs=1e-9)


def test_a_shortage_of_hours_lowers_time_per_case_and_throughput_of_the_worker(world, now, c):
    """Worker 0 has more cases than hours for them and worker 1 fewer; without a shortage both stay at the standard."""
    world.workers.skill[:] = 1.0
    world.workers.caseload[:] = (40, 5, 5, 5, 5, 5)
    world.service.efficiency[:] = 1.0
    world.service.standard[:] = 0.9
    python_function(work)(
        world.workers, world.managers, world.cases, world.service, world.oversight, 0.0, 0.0, 0.0, c.workload, now
    )
    expected = shortfall(float(world.workers.log_pressure[0]), c.workload)
    assert expected < 0.0
    assert world.workers.time_per_case[0] == pytest.approx(
        time_per_case(float(world.workers.log_pressure[0]), expected, 0.9, c.workload)
    )
    assert world.workers.throughput[0] == pytest.approx(
        throughput(float(world.workers.log_pressure[0]), expected, c.workload)
    )
    assert world.workers.time_per_case[1:].tolist() == [0.9] * 5
    assert world.workers.throughput[1:].tolist() == [1.0] * 5
    needed = c.workload.hours_per_case * 0.9 * (40 + 5 * 5)
    assert world.service.pressure[0] == pytest.approx(needed / (6 * 37.0))


def test_the_standard_follows_the_mean_time_per_case_of_staff_in_post(world, now):
    """Staff at 0.8 and 0.6, a vacant post at 0: the mean is 0.7. Without staff the standard stays."""
    world.workers.status[2:] = EMPTY
    world.workers.time_per_case[:2] = (0.8, 0.6)
    world.service.standard[:] = 1.0
    python_function(update_standard)(world.workers, world.service, ERODING, now)
    assert world.service.standard[0] == pytest.approx(1.0 - 0.3 * approach(26.0))
    world.workers.status[:] = EMPTY
    world.service.standard[:] = 0.9
    python_function(update_standard)(world.workers, world.service, ERODING, now)
    assert world.service.standard[0] == 0.9
