"""Staffing (E9 to E12): skill, leaving, hiring, agency cover and starters, compared with hand calculations."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead import rng
from redbead.behaviour.staffing import (
    Staffing,
    chance_of_leaving,
    compute_hiring,
    compute_leaving,
    gain_experience,
    grade_effect_on_applications,
    hire,
    initial_filled_share,
    report_effect_on_applications,
    separate,
    skill,
    steady_state_turnover,
)
from redbead.engine.initial_state import allocate_tables, initialise_post
from redbead.jit import python_function
from redbead.parameters import Authority
from redbead.state.constants import NEVER
from redbead.state.people import AGENCY, EMPTY, PERMANENT

unit = st.floats(0, 1)
C = Staffing(
    leaving=0.13, newcomers=0.3, newcomer_weeks=104.0, time_to_fill=56.0, pull_outstanding=1.25,
    pull_requires_improvement=0.92, pull_inadequate=0.75, skill_ref=0.845, agency_cover=0.75,
)  # fmt: skip
"""Values of the science notes, used in the hand calculations; the baseline uses calibrated values."""


@pytest.mark.parametrize(("weeks", "expected"), [(0, 0.0), (26, 0.2212), (104, 0.6321), (208, 0.8647), (520, 0.9933)])
def test_skill_matches_hand_calculation(weeks, expected):
    """e = 1 - exp(-weeks / 104)."""
    assert skill(float(weeks), C) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(
    ("burnout", "fear", "disruption", "tenure", "expected"),
    [
        (0.4, 0.5, 0.0, 200.0, 0.0024969),  # h = 0.13 / 52 = 0.0025
        (0.4, 0.5, 0.0, 103.9, 0.0033690),  # the first two years: h exp(0.3) = 0.0033747
        (0.4, 0.5, 0.0, 104.0, 0.0024969),
        (0.8, 0.5, 0.0, 200.0, 0.0067727),  # high burnout: h e = 0.0067957
        (0.4, 1.0, 0.0, 200.0, 0.0032049),  # high fear: h exp(0.25) = 0.0032101
        (0.4, 0.5, 0.5, 200.0, 0.0041133),  # disruption: h exp(0.5) = 0.0041218
    ],
)
def test_chance_of_leaving_matches_hand_calculation(burnout, fear, disruption, tenure, expected):
    assert chance_of_leaving(burnout, fear, 0.0, disruption, tenure, C) == pytest.approx(expected, abs=5e-8)


@pytest.mark.parametrize(
    ("commitment", "disruption", "slump", "expected"),
    [
        (1.0, 0.5, 0.8, 0.0061301),  # h exp((1 + 0.8) / 2) = 0.0061490
        (-1.0, 0.5, 0.8, 0.0027591),  # h exp((1 - 0.8) / 2) = 0.0027629
        (1.0, 0.5, 0.0, 0.0041133),  # the loop is cut: same as average commitment
        (2.0, 0.0, 0.8, 0.0024969),  # commitment has no effect without disruption
        (-2.0, 0.0, 0.8, 0.0024969),
    ],
)
def test_effect_of_commitment_under_disruption_matches_hand_calculation(commitment, disruption, slump, expected):
    p = chance_of_leaving(0.4, 0.5, commitment, disruption, 200.0, C._replace(slump=slump))
    assert p == pytest.approx(expected, abs=5e-8)


@given(st.floats(-4, 4), st.floats(-4, 4), st.floats(0, 2))
def test_disruption_increases_leaving_more_for_committed_workers(a, b, disruption):
    low, high = sorted([a, b])
    less, more = (chance_of_leaving(0.4, 0.5, commitment, disruption, 200.0, C) for commitment in (low, high))
    assert 0.0 <= less <= more <= 1.0


@given(unit, unit, unit, unit, st.floats(0, 500))
def test_burnout_and_fear_never_reduce_leaving(a, b, other, disruption, tenure):
    low, high = sorted([a, b])
    rested, exhausted = (chance_of_leaving(burnout, other, 0.0, disruption, tenure, C) for burnout in (low, high))
    assert 0.0 <= rested <= exhausted <= 1.0
    safe, afraid = (chance_of_leaving(other, fear, 0.0, disruption, tenure, C) for fear in (low, high))
    assert safe <= afraid


@pytest.mark.parametrize(("grade", "expected"), [(-1, 1.0), (0, 1.25), (1, 1.0), (2, 0.92), (3, 0.75)])
def test_grade_effect_on_applications_matches_the_parameters(grade, expected):
    assert grade_effect_on_applications(grade, C) == expected


@pytest.mark.parametrize(
    ("grade", "report_severity", "narrated", "expected"),
    [
        (3, 1.0, 0.0, 0.75),  # grade only
        (2, 0.0, 0.0, 0.92),
        (0, 0.0, 0.0, 1.25),
        (3, 0.5, 1.0, 0.8660),  # narrative only: 0.75 ** 0.5
        (2, 0.5, 1.0, 0.8660),  # the same narrative with another grade
        (0, 0.0, 1.0, 1.0),  # no grade to attract applicants
        (3, 0.75, 0.5, 0.8059),  # equal parts, narrative severity 0.25: 0.75 ** 0.5 x 0.75 ** 0.25
    ],
)
def test_report_effect_on_applications_matches_hand_calculation(grade, report_severity, narrated, expected):
    effect = report_effect_on_applications(grade, report_severity, narrated, C)
    assert effect == pytest.approx(expected, abs=5e-5)


def test_weekly_steps_of_skill_match_the_closed_form(world, now, c):
    """The exponential of E12 is the exact solution of the weekly step."""
    for _ in range(104):
        python_function(gain_experience)(world.workers, c.staffing, now)
    assert world.workers.experience[0] == 104.0
    assert world.workers.skill[0] == pytest.approx(1 - math.exp(-1), abs=1e-12)


def test_agency_staff_keep_their_skill(world, now, c):
    world.workers.status[0] = AGENCY
    world.workers.skill[0] = 0.8
    python_function(gain_experience)(world.workers, c.staffing, now)
    assert world.workers.skill[0] == 0.8


def separate_week(world, now, c):
    python_function(separate)(world.workers, world.managers, world.counts, world.event_log, c.staffing, now)


def test_a_leaver_hands_over_cases_and_the_post_is_reset_for_a_successor(world, now, c):
    world.workers.caseload[:] = 16
    world.workers.fear[:] = 0.7
    world.workers.chance_of_leaving[2] = 1.0
    separate_week(world, now, c)
    assert world.workers.status.tolist() == [PERMANENT, PERMANENT, EMPTY, PERMANENT, PERMANENT, PERMANENT]
    assert world.managers.handed_over.tolist() == [16, 0]
    assert world.workers.spell[2] == 1
    assert (world.workers.caseload[2], world.workers.fear[2], world.workers.last_strike[2]) == (0, 0.0, NEVER)
    assert world.counts.leavers[0] == 1


def test_dismissed_workers_leave_with_certainty_and_agency_staff_by_their_hazard(world, now, c):
    world.workers.dismissed[0] = 1
    world.workers.status[1] = AGENCY
    separate_week(world, now, c._replace(staffing=c.staffing._replace(agency_leaving=1e9)))
    assert world.workers.status[:2].tolist() == [EMPTY, EMPTY]
    assert world.counts.leavers[0] == 1, "agency staff do not count as leavers"


def test_only_permanent_staff_have_a_chance_of_leaving(world, now, c):
    world.workers.burnout[:] = 0.4
    world.workers.fear[:] = 0.5
    world.workers.tenure[:] = 200.0
    world.workers.status[:2] = (EMPTY, AGENCY)
    python_function(compute_leaving)(world.workers, world.service, C, now)
    assert world.workers.chance_of_leaving.tolist() == pytest.approx([0.0, 0.0] + [0.0024969] * 4, abs=5e-8)


def hire_week(world, now, c, **changes):
    staffing = c.staffing._replace(**changes)
    python_function(compute_hiring)(world.leaders, world.service, world.oversight, staffing, now)
    python_function(hire)(
        world.workers, world.managers, world.leaders, world.cases, world.counts, world.event_log, staffing, now
    )


def test_posts_are_filled_only_within_the_establishment(world, now, c):
    world.workers.status[:] = EMPTY
    world.cases.established[:] = 4
    hire_week(world, now, c, time_to_fill=1e-9)
    assert world.workers.status.tolist() == [PERMANENT] * 4 + [EMPTY] * 2
    assert world.counts.hires[0] == 4


def test_a_permanent_hire_replaces_agency_cover(world, now, c):
    world.workers.status[0] = AGENCY
    world.workers.caseload[0] = 9
    hire_week(world, now, c, time_to_fill=1e-9)
    assert world.workers.status[0] == PERMANENT
    assert world.workers.spell[0] == 1
    assert world.managers.handed_over.tolist() == [9, 0]


def test_agency_staff_cover_vacant_posts_up_to_the_target_share(world, now, c):
    """Without applicants and with a target of half the posts, 0.5 x 6 - 3 leaves no posts to cover."""
    world.workers.status[:] = EMPTY
    hire_week(world, now, c, time_to_fill=1e12, agency_cover=1.0, agency_speed=1e-9)
    assert world.workers.status.tolist() == [AGENCY] * 6
    assert world.workers.skill.tolist() == [0.8] * 6
    world.workers.status[:3] = EMPTY
    hire_week(world, now, c, time_to_fill=1e12, agency_cover=0.5, agency_speed=1e-9)
    assert world.workers.status.tolist() == [EMPTY] * 3 + [AGENCY] * 3


def test_a_starters_fear_is_halfway_between_the_reference_and_the_team(world, now, c):
    """Fear (0.5 + 0.9) / 2 = 0.7; burnout half of its reference 0.4; newly qualified, so without skill."""
    world.workers.status[0] = EMPTY
    world.managers.team_fear[:] = 0.9
    hire_week(world, now, c, time_to_fill=1e-9, newly_qualified=1.0)
    assert world.workers.fear[0] == pytest.approx(0.7)
    assert world.workers.burnout[0] == pytest.approx(0.2)
    assert (world.workers.skill[0], world.workers.experience[0], world.workers.tenure[0]) == (0.0, 0.0, 0.0)


def test_an_inadequate_grade_and_disruption_reduce_hiring(world, now, c):
    """Common random numbers, lower hazard: 1 - exp(-0.75 exp(-0.5) / 56) instead of 1 - exp(-1/56)."""
    hired = {}
    for grade, disruption in ((1, 0.0), (3, 0.5)):
        hired[grade] = set()
        world.oversight.grade[:] = grade
        world.oversight.report_severity[:] = float(grade == 3)
        world.service.disruption[:] = disruption
        for week in range(400):
            world.workers.status[:] = EMPTY
            world.workers.spell[:] = 0
            hire_week(world, now._replace(week=week), c, agency_cover=0.0, time_to_fill=56.0, pull_inadequate=0.75)
            hired[grade] |= {(week, w) for w in range(6) if world.workers.status[w] == PERMANENT}
    assert hired[3] < hired[1]
    expected = {
        (week, w)
        for week in range(400)
        for w in range(6)
        if rng.uniform(now.seed, rng.HIRING, week, w) < 1 - math.exp(-0.75 * math.exp(-0.5) / 56)
    }
    assert hired[3] == expected


# Commitment


def test_leaving_rises_with_commitment_only_under_disruption(world, now, c):
    world.workers.burnout[:] = 0.4
    world.workers.fear[:] = 0.5
    world.workers.tenure[:] = 200.0
    world.workers.commitment[:] = (-2, -1, 0, 1, 2, 3)
    python_function(compute_leaving)(world.workers, world.service, c.staffing, now)
    assert len(set(world.workers.chance_of_leaving.tolist())) == 1
    world.service.disruption[:] = 0.3
    python_function(compute_leaving)(world.workers, world.service, c.staffing, now)
    hazards = [-math.log(1 - p) for p in world.workers.chance_of_leaving]
    ratios = [b / a for a, b in pairwise(hazards)]
    assert ratios == pytest.approx([math.exp(0.8 * 0.3)] * 5, abs=1e-9)


def test_initial_commitment_is_standard_normal(now, c):
    """2,400 posts: mean 0 and standard deviation 1 among workers in post, each within 3 standard errors."""
    large = allocate_tables(Authority(posts=2400.0, friends=0.0), 2400)
    for w in range(2400):
        python_function(initialise_post)(large.workers, w, True, c, now)
    commitment = large.workers.commitment[large.workers.status != EMPTY]
    assert commitment.size > 2200
    assert abs(commitment.mean()) < 3 / math.sqrt(commitment.size)
    assert abs(commitment.std(ddof=1) - 1.0) < 3 / math.sqrt(2 * commitment.size)
    assert not large.workers.commitment[large.workers.status == EMPTY].any()


def test_commitment_is_drawn_for_each_starter_and_reset_when_the_worker_leaves(world, now, c):
    world.workers.status[0] = EMPTY
    hire_week(world, now, c, time_to_fill=1e-9)
    drawn = rng.normal(rng.uniform(now.seed, rng.COMMITMENT, now.week, rng.person(0, 0)))
    assert world.workers.commitment[0] == pytest.approx(drawn, abs=1e-12)
    world.workers.dismissed[0] = 1
    separate_week(world, now, c)
    assert world.workers.commitment[0] == 0.0
    hire_week(world, now, c, time_to_fill=1e-9)
    assert world.workers.commitment[0] not in (0.0, drawn)


def test_steady_state_turnover_is_the_inverse_of_the_mean_time_in_post():
    """Hazard 0.2 e in the first year, then 0.2: the mean time in post is the integral of survival."""
    step = 1e-3
    survival, mean, t = 1.0, 0.0, 0.0
    while survival > 1e-9:
        mean += survival * step
        survival *= math.exp(-(0.2 * math.e if t < 1.0 else 0.2) * step)
        t += step
    assert steady_state_turnover(0.2, 1.0, 1.0) == pytest.approx(1.0 / mean, rel=1e-3)


def test_hires_balance_leavers_at_the_initial_filled_share():
    """Leavers per year equal vacant posts divided by the time to fill one."""
    c = Staffing(leaving=0.1, newcomers=0.8, newcomer_weeks=260.0, time_to_fill=60.0)
    filled = initial_filled_share(c)
    leavers = filled * steady_state_turnover(0.1, 0.8, 5.0)
    assert leavers == pytest.approx((1.0 - filled) * 52.0 / 60.0)
    assert filled < 1.0 / (1.0 + 0.1 * 60.0 / 52.0)


def test_experience_grows_by_a_week_in_occupied_posts_only(world, now, c):
    """Permanent and agency staff gain a week of experience and tenure; a vacant post has no skill."""
    world.workers.status[:2] = (EMPTY, AGENCY)
    world.workers.skill[:] = world.workers.experience[:] = world.workers.tenure[:] = 0.0
    world.workers.skill[0] = 0.9
    python_function(gain_experience)(world.workers, c.staffing, now)
    assert world.workers.skill[0] == 0.0
    assert world.workers.tenure.tolist() == [0.0] + [1.0] * 5
    assert world.workers.experience.tolist() == [0.0] + [1.0] * 5
    assert world.workers.skill[2] == pytest.approx(1 - math.exp(-1 / c.staffing.learning_time), abs=0.01)
