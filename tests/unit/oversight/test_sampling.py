"""Samples of inspection (E31): stratification, additional cases, several visits and appeals, with closed forms."""

import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead import rng
from redbead.jit import python_function
from redbead.oversight.inspection import (
    Inspection,
    apply_appeal,
    averaging_factor,
    judge,
    near_grade_limit,
    pooled_share,
    poor_share,
    sampled_share,
)

unit = st.floats(0, 1)
as_noted = partial(
    Inspection, poor_share=0.20, clustering=0.05, gaming_ref=0.20, threat_ref=0.36, again_weeks=91.0
)  # fmt: skip
"""Regime with the values of the science notes, on which the hand-worked figures are based; the defaults are fitted."""

BARE = as_noted(leniency_spread=0.0, clustering=0.0, disclosure=0.0, exposure=0.0)


@pytest.fixture
def visited(world):
    """An authority at the reference, with a share of 0.2 poor cases."""
    world.service.visible[:] = 1.0
    return world


def grade(world, now, c):
    return python_function(judge)(world.oversight, world.service, world.counts, c, 0.0, now)


# Stratification


@given(st.integers(0, 2**63), st.integers(10, 100), unit)
def test_full_stratification_equals_zero_correlation(seed, n, p):
    """icc (1 - 1) is exactly 0, and stratification without correlation has no effect."""
    spread = as_noted(clustering=0.2, stratified=1.0)
    bare = as_noted(clustering=0.0)
    share = sampled_share(seed, rng.SAMPLE, 5, 0, n, p, p, bare)
    assert sampled_share(seed, rng.SAMPLE, 5, 0, n, p, p, spread) == share
    assert sampled_share(seed, rng.SAMPLE, 5, 0, n, p, p, bare._replace(stratified=1.0)) == share


# Additional cases near a limit


@pytest.mark.cases(
    ("share", "margin", "near"),
    [(0.0, 0.05, True), (0.08, 0.05, False), (0.11, 0.05, True), (0.15, 0.0, True), (0.22, 0.05, False),
     (0.29, 0.05, True), (0.37, 0.05, True), (0.40, 0.05, False), (0.40, 0.1, True)],
)  # fmt: skip
def test_near_grade_limit_matches_hand_worked_values(share, margin, near):
    """The limits are 0.02, 0.15 and 0.33."""
    assert near_grade_limit(share, as_noted(adaptive_margin=margin)) is near


@given(st.integers(1, 400), st.integers(1, 400), st.data())
def test_pooled_share_counts_whole_cases(n, more, data):
    poor = data.draw(st.integers(0, n))
    further = data.draw(st.integers(0, more))
    assert pooled_share(poor / n, n, further / more, more) == (poor + further) / (n + more)


@pytest.mark.parametrize("more", [1, 30])
def test_additional_cases_are_drawn_only_near_a_limit_with_their_own_draw(visited, now, more):
    c = BARE._replace(adaptive_cases=float(more))
    extended = 0
    for week in range(300):
        then = now._replace(week=week)
        first = sampled_share(now.seed, rng.SAMPLE, week, 0, 27, 0.2, 0.2, BARE)
        grade(visited, then, c)
        if near_grade_limit(first, c):
            further = sampled_share(now.seed, rng.MORE_CASES, week, 0, more, 0.2, 0.2, BARE)
            first = (round(first * 27) + round(further * more)) / (27 + more)
            extended += 1
        assert visited.oversight.poor_seen[0] == first
    assert 0 < extended < 300


def test_margin_has_no_effect_without_additional_cases(visited, now):
    for week in range(50):
        then = now._replace(week=week)
        assert grade(visited, then, BARE) == grade(visited, then, BARE._replace(adaptive_margin=0.2))


# Several visits


@pytest.mark.parametrize(("visits", "factor"), [(1, 1.0), (4, 0.5), (9, 1 / 3), (12, 0.288675)])
def test_averaging_factor_matches_hand_worked_values(visits, factor):
    """The variance of a mean of k independent draws is 1/k of the variance of one draw."""
    assert averaging_factor(float(visits)) == pytest.approx(factor, abs=1e-6)


def test_several_visits_reduce_leniency_and_transient_equally(visited, now):
    """A million cases give the expected share: logit(0.2) + (leniency x draw + passing state) / sqrt(visits)."""
    c = BARE._replace(leniency_spread=0.3, cases_tracked=1e6)
    visited.oversight.transient[:] = 0.4
    strictness = rng.normal(rng.uniform(now.seed, rng.INSPECTOR, now.week, 0))
    for visits in (1, 4, 9):
        grade(visited, now, c._replace(snapshots=float(visits)))
        seen = visited.oversight.poor_seen[0]
        expected = poor_share(1.0, 0.4 / math.sqrt(visits), 0.3 * strictness / math.sqrt(visits), 1.0, 0.0, c)
        assert seen == pytest.approx(expected, abs=3e-3)


# Appeals


def appeal(world, now, share, c, n=27):
    """Return the share after a possible appeal, the number of appeals, and the number upheld."""
    world.counts.appeals[:] = world.counts.appeals_upheld[:] = 0
    after = python_function(apply_appeal)(world.oversight, world.service, world.counts, share, n, 0.0, c, now)
    return float(after), int(world.counts.appeals[0]), int(world.counts.appeals_upheld[0])


def test_no_appeal_without_the_right_or_against_a_good_grade(visited, now):
    assert appeal(visited, now, 20 / 27, BARE) == (20 / 27, 0, 0)
    for poor in range(5):
        assert appeal(visited, now, poor / 27, BARE._replace(appeals=1.0)) == (poor / 27, 0, 0)


def test_appeal_pools_two_samples(visited, now):
    """9 of 27 cases were poor, and k of 27 in the second sample; the lower of 9/27 and (9 + k)/54 decides."""
    c = BARE._replace(appeals=1.0)
    upheld = 0
    for week in range(300):
        then = now._replace(week=week)
        k = round(27 * sampled_share(now.seed, rng.APPEAL_SAMPLE, week, 0, 27, 0.2, 0.2, BARE))
        expected = (min(9, 9 if k > 9 else (9 + k) / 2)) / 27
        after, appeals, upheld_here = appeal(visited, then, 9 / 27, c)
        assert after == pytest.approx(expected, abs=1e-12)
        assert (appeals, upheld_here) == (1, int((9 + k) / 54 < 0.33))
        upheld += upheld_here
    assert upheld > 200, "with a probability of 0.2, 9 or more poor cases in 27 are rare"


@given(st.integers(0, 27), st.integers(0, 400), st.floats(0.3, 1.5))
def test_appeal_never_worsens_the_outcome(poor, week, visible):
    """The share never rises, and the counts agree."""
    from redbead.engine.initial_state import allocate_tables
    from redbead.parameters import Authority
    from redbead.state.world import WeekContext

    world = allocate_tables(Authority(posts=6.0, team_size=3.0, friends=0.0), 6)
    world.service.visible[:] = visible
    now = WeekContext(week, np.uint64(1), 0, 0, 6, 0, 2)
    after, appeals, upheld = appeal(world, now, poor / 27, as_noted(appeals=1.0))
    assert after <= poor / 27
    assert upheld <= appeals <= 1


def test_appeals_follow_their_own_draw(visited, now):
    c = BARE._replace(appeals=0.5)
    appeals = [appeal(visited, now._replace(week=week), 15 / 27, c)[1] for week in range(200)]
    assert appeals == [int(rng.uniform(now.seed, rng.APPEAL, week, 0) < 0.5) for week in range(200)]


def test_exposed_gaming_cannot_be_appealed(visited, now):
    visited.service.gaming[:] = 1.0
    assert grade(visited, now, BARE._replace(exposure=1.0, appeals=1.0)) == 3
    assert visited.counts.appeals[0] == 0
