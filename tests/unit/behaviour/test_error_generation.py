"""Practice errors (E14, E15): rates by hand, random counts and severities, later recognition."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead import rng
from redbead.behaviour.error_generation import (
    ErrorReferences,
    Practice,
    error_climate,
    error_rate,
    recognised_share,
)
from redbead.behaviour.weekly import compute_error_rates, make_errors, recognise_later
from redbead.jit import python_function
from redbead.state.people import EMPTY
from redbead.state.practice_errors import MOST_ERRORS, RECOGNISED, UNRECOGNISED

difference = st.floats(-1, 1)
C = Practice()


@pytest.mark.parametrize(
    ("time_per_case", "burnout", "skill", "fear", "climate", "expected"),
    [
        (1.0, 0.0, 0.0, 0.0, 0.0, 0.010000),
        (0.8, 0.0, 0.0, 0.0, 0.0, 0.012500),  # time pressure: 0.01 / 0.8
        (1.2, 0.0, 0.0, 0.0, 0.0, 0.010000),  # time beyond the standard has no effect
        (1.0, 0.2, 0.0, 0.0, 0.0, 0.012214),  # exp(0.2)
        (1.0, 0.0, -0.5, 0.0, 0.0, 0.014918),  # a beginner: exp(0.8 x 0.5)
        (1.0, 0.0, 0.0, 0.5, 0.0, 0.010000),  # by default fear has no direct effect
        (1.0, 0.0, 0.0, 0.0, -0.3, 0.007408),
        (0.0, 0.0, 0.0, 0.0, 0.0, 0.200000),  # time per case is limited to 1/20
    ],
)
def test_error_rate_by_hand(time_per_case, burnout, skill, fear, climate, expected):
    assert error_rate(time_per_case, burnout, skill, fear, 0.0, climate, C) == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize(
    ("commitment", "strength", "expected"),
    [(0.0, 0.1, 0.010000), (1.0, 0.1, 0.0090484), (-1.0, 0.1, 0.0110517), (2.0, 0.5, 0.0036788), (2.0, 0.0, 0.010000)],
)
def test_error_rate_falls_with_commitment_by_hand(commitment, strength, expected):
    """0.01 exp(-strength x commitment)."""
    rate = error_rate(1.0, 0.0, 0.0, 0.0, commitment, 0.0, C._replace(commitment=strength))
    assert rate == pytest.approx(expected, abs=5e-8)


@pytest.mark.parametrize(
    ("disruption", "defences", "accountability", "blame", "expected"),
    [
        (0.0, 0.0, 0.0, 0.0, 0.00),
        (0.2, 0.0, 0.0, 0.0, 0.14),
        (0.0, 0.3, 0.0, 0.0, -0.21),
        (0.0, 0.0, 0.5, 0.0, -0.05),  # accountability reduces errors
        (0.0, 0.0, 0.0, -0.6, 0.15),  # moral hazard, at 0.25 per unit: without blame, staff take slightly less care
        (1.0, 1.0, 1.0, 1.0, -0.35),
    ],
)
def test_error_climate_by_hand(disruption, defences, accountability, blame, expected):
    c = C._replace(deterrence=0.25)
    assert error_climate(disruption, defences, accountability, blame, c) == pytest.approx(expected, abs=1e-12)


@given(difference)
def test_blame_does_not_deter_by_default(blame):
    assert error_climate(0.0, 0.0, 0.0, blame, C) == 0.0


@pytest.mark.parametrize(
    ("compliance_excess", "changes", "expected"),
    [
        (0.0, {}, 0.35),
        (0.0, {"eyes": 1.6}, 0.49805),  # a unit: 1 - 0.65^1.6
        (0.0, {"eyes": 2.0}, 0.5775),  # two reviewers: 1 - 0.65^2
        (0.0, {"training": 0.2}, 0.42749),  # 0.35 exp(0.2)
        (0.5, {"compliance_blind": 1.0}, 0.21229),  # 0.35 exp(-0.5)
        (0.0, {"training": 3.0}, 0.95),  # training alone never reveals all errors
        (0.0, {"recognised": 1.0}, 1.0),  # an explicit setting does
    ],
)
def test_recognised_share_by_hand(compliance_excess, changes, expected):
    assert recognised_share(compliance_excess, 0.0, C._replace(**changes)) == pytest.approx(expected, abs=5e-6)


@pytest.mark.parametrize(
    ("additional_reviewers", "changes", "expected"),
    [
        (0.6, {}, 0.49805),  # a unit: 1 - 0.65^1.6
        (0.3, {}, 0.42880),  # half of the service works in units: 1 - 0.65^1.3
        (0.6, {"eyes": 2.0}, 0.67373),  # 1 - 0.65^2.6
        (0.0, {"feedback": 0.2}, 0.42749),  # feedback of families: 0.35 exp(0.2)
        (0.0, {"feedback": 0.1, "training": 0.1}, 0.42749),
        (0.6, {"recognised": 1.0}, 1.0),
    ],
)
def test_units_and_feedback_of_families_raise_the_recognised_share_by_hand(additional_reviewers, changes, expected):
    assert recognised_share(0.0, additional_reviewers, C._replace(**changes)) == pytest.approx(expected, abs=5e-6)


@given(st.floats(0, 2), st.floats(0, 2), difference, difference)
def test_error_rate_falls_with_time_per_case(a, b, burnout, skill):
    low, high = sorted([a, b])
    assert error_rate(high, burnout, skill, 0.0, 0.0, 0.0, C) <= error_rate(low, burnout, skill, 0.0, 0.0, 0.0, C)


@given(difference, difference, st.floats(0.05, 1.5))
def test_error_rate_rises_with_burnout_and_falls_with_skill(a, b, time_per_case):
    low, high = sorted([a, b])
    by_burnout = [error_rate(time_per_case, burnout, 0.0, 0.0, 0.0, 0.0, C) for burnout in (low, high)]
    by_skill = [error_rate(time_per_case, 0.0, skill, 0.0, 0.0, 0.0, C) for skill in (high, low)]
    assert by_burnout == sorted(by_burnout)
    assert by_skill == sorted(by_skill)


# kernels


AT_ZERO = ErrorReferences(0.0, 0.0, 0.0, 0.0, 0.0)
"""References with which the climate of a world of zeros is zero."""


def compute_rates(world, now, practice, *, additional_reviewers=0.0):
    python_function(compute_error_rates)(
        world.workers, world.managers, world.learning, world.service, world.oversight, AT_ZERO,
        additional_reviewers, practice, now,
    )  # fmt: skip


def draw_errors(world, now, practice):
    python_function(make_errors)(
        world.workers, world.managers, world.cases, world.service, world.errors, world.counts, world.event_log,
        practice, now,
    )  # fmt: skip


def generate_errors(world, now, c, *, p_recognised=0.0, rate=0.01):
    """One week without an effect of blame."""
    practice = c.practice._replace(errors_per_case=rate)
    python_function(compute_error_rates)(
        world.workers, world.managers, world.learning, world.service, world.oversight,
        AT_ZERO, 0.0, practice, now,
    )  # fmt: skip
    world.workers.recognition_chance[:] = p_recognised
    draw_errors(world, now, practice)


def test_errors_are_poisson_counts_for_allocated_and_waiting_cases(world, now, c):
    """By inversion of each worker's random number: mean = 0.05 x (16 + 6 waiting / 6 in post)."""
    world.workers.time_per_case[:] = 1.0
    world.workers.burnout[:] = c.practice.burnout_ref
    world.workers.fear[:] = 0.5
    world.workers.caseload[:] = 16
    world.cases.waiting[:] = 6
    generate_errors(world, now, c, rate=0.05)
    expected = [rng.poisson(rng.uniform(now.seed, rng.ERRORS, now.week, w), 0.05 * 17) for w in range(6)]
    assert world.workers.errors_made.tolist() == expected
    assert world.counts.generated[0] == sum(expected) == world.errors[0][0]
    assert sorted(world.errors.author[: sum(expected)].tolist()) == sorted(
        w for w in range(6) for _ in range(expected[w])
    )


def test_vacant_posts_make_no_errors_and_the_weekly_number_is_limited(world, now, c):
    world.workers.status[:3] = EMPTY
    world.workers.caseload[:] = 1000
    world.workers.time_per_case[:] = 1.0
    generate_errors(world, now, c, rate=10.0, p_recognised=1.0)
    assert world.workers.errors_made.tolist() == [0, 0, 0] + [MOST_ERRORS] * 3
    assert world.counts.recognised[0] == 3 * MOST_ERRORS


def test_severity_and_conduct_occur_in_the_declared_shares(world, now, c):
    """2,970 errors: near misses 60 %, serious 7 %, misconduct 5 %, violations 20 %, each within 4 standard errors."""
    severities, conduct = [], []
    c = c._replace(practice=c.practice._replace(culpable=0.05))
    world.workers.violation_share[:] = 0.2
    for week in range(33):
        world.errors[0][0] = 0
        world.workers.caseload[:] = 1000
        world.workers.time_per_case[:] = 1.0
        generate_errors(world, now._replace(week=week), c, rate=10.0)
        severities += world.errors.severity[:90].tolist()
        conduct += world.errors.conduct[:90].tolist()
    n = len(severities)
    shares = {severities.count(0): 0.60, severities.count(2): 0.07, conduct.count(2): 0.05, conduct.count(1): 0.20}
    for count, share in shares.items():
        assert abs(count / n - share) < 4 * math.sqrt(share * (1 - share) / n)


def test_the_number_of_errors_follows_the_conduct_of_the_worker(world, now, c):
    """Half the rate for worker 0 gives the number that half the caseload gives, by inversion of the same draw."""
    world.workers.time_per_case[:] = 1.0
    world.workers.caseload[:] = 100
    world.workers.conduct_ratio[0] = 0.5
    generate_errors(world, now, c, rate=0.05)
    of_conduct = world.workers.errors_made.tolist()
    world.errors[0][0] = 0
    world.workers.conduct_ratio[0], world.workers.caseload[0] = 1.0, 50
    generate_errors(world, now, c, rate=0.05)
    assert world.workers.errors_made.tolist() == of_conduct


def test_later_recognition_needs_a_worker_in_post(world, now, c, error):
    old, new, of_vacant_post = error(0, UNRECOGNISED), error(1, UNRECOGNISED, born=60), error(2, UNRECOGNISED)
    world.workers.status[2] = EMPTY
    python_function(recognise_later)(
        world.workers, world.managers, world.errors, world.counts, world.event_log, c.practice._replace(later=1e9), now
    )
    assert world.errors.state[[old, new, of_vacant_post]].tolist() == [RECOGNISED, UNRECOGNISED, UNRECOGNISED]


def climate_and_share(world, now, c, *, additional_reviewers=0.0):
    compute_rates(world, now, c.practice, additional_reviewers=additional_reviewers)
    service = world.service
    return service.error_climate[0], service.recognition_chance[0], service.serious_share[0]


def test_design_and_visits_shift_the_climate_and_units_the_recognised_share(world, now, c):
    """At the reference, the climate is minus the effect of the design, and ln 0.98 lower during a visit."""
    assert climate_and_share(world, now, c) == pytest.approx((0.0, 0.35, 0.07), abs=1e-12)
    world.service.design[:] = 0.2
    assert climate_and_share(world, now, c, additional_reviewers=0.6) == pytest.approx(
        (-0.2, 1 - 0.65**1.6, 0.07), abs=1e-12
    )
    world.oversight.preparing[:] = 1
    assert climate_and_share(world, now, c)[0] == pytest.approx(math.log(0.98) - 0.2, abs=1e-12)


def test_the_climate_responds_to_the_mean_blame_of_all_teams(world, now, c):
    """Blame of 0.2 and 0.6, a reference of 0 and a coefficient of 0.25: -0.25 x 0.4."""
    world.managers.blame[:] = (0.2, 0.6)
    compute_rates(world, now, c.practice._replace(deterrence=0.25))
    assert world.service.error_climate[0] == pytest.approx(-0.1, abs=1e-12)


@pytest.mark.parametrize("staff", [0, 1, 2, 6])
def test_the_staff_at_work_share_the_waiting_cases(world, now, c, staff):
    """The mean is 0.02 x (5 + 480 / staff) for those at work, by inversion of each worker's random number."""
    world.workers.status[staff:] = EMPTY
    world.workers.caseload[:] = 5
    world.workers.error_rate[:] = 0.02
    world.cases.waiting[:] = 480
    draw_errors(world, now, c.practice)
    mean = 0.02 * (5 + 480 / max(1, staff))
    uniforms = [rng.uniform(now.seed, rng.ERRORS, now.week, w) for w in range(staff)]
    assert world.workers.errors_made.tolist() == [rng.poisson(u, mean) for u in uniforms] + [0] * (6 - staff)


def test_defences_lower_the_share_of_serious_errors_where_they_do(world, now, c):
    """Defences of ln 2 with a strength of 1 halve the share of 0.07; those errors become ordinary."""
    world.learning.defences[:] = math.log(2.0)
    cut, lowered = (c._replace(practice=c.practice._replace(defences_severity=each)) for each in (0.0, 1.0))
    assert climate_and_share(world, now, cut)[2] == 0.07
    assert climate_and_share(world, now, lowered)[2] == pytest.approx(0.035)
    rows = []
    for share in (0.07, 0.035):
        world.errors[0][0] = 0
        world.workers.error_rate[:] = 9.0
        world.workers.caseload[:] = 100
        world.service.serious_share[:] = share
        draw_errors(world, now, c.practice)
        rows.append(world.errors.severity[: 6 * MOST_ERRORS].copy())
    changed = rows[0] != rows[1]
    assert set(rows[0][changed]) <= {2}
    assert set(rows[1][changed]) <= {1}


def test_local_improvement_affects_one_team_only(world, now, c):
    """An improvement of ln 2 halves the mean of this team's errors, by inversion of each worker's random number."""
    world.workers.time_per_case[:] = 1.0
    world.workers.burnout[:] = c.practice.burnout_ref
    world.workers.fear[:] = 0.5
    world.workers.caseload[:] = 100
    world.managers.local_improvement[:] = (math.log(2.0), 0.0)
    for week in range(20):
        world.errors[0][0] = 0
        generate_errors(world, now._replace(week=week), c, rate=0.05)
        means = [2.5] * 3 + [5.0] * 3
        uniforms = [rng.uniform(now.seed, rng.ERRORS, week, w) for w in range(6)]
        expected = [min(MOST_ERRORS, rng.poisson(u, mean)) for u, mean in zip(uniforms, means, strict=True)]
        assert world.workers.errors_made.tolist() == expected
