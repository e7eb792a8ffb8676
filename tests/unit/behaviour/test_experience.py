"""Fear from experience (E235 to E238): what workers remember, and trust in an announced just culture."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.behaviour.experience import (
    Experience,
    confirmation,
    fear_from_experience,
    update_experience,
    update_trust,
)
from redbead.jit import python_function
from redbead.state.people import record_charge
from redbead.state.practice_errors import SLIP, VIOLATION
from redbead.state.world import Network

C = Experience(effect=0.6)


def remember(world, now, c, posts=120):
    """One week of an authority of 120 posts, of which the tables have six."""
    python_function(update_experience)(world.workers, world.managers, world.network, world.counts, posts, c, now)


def sanction(world, w, conduct, now):
    record_charge(world.workers, w, conduct, 1, now.week)
    team = world.workers.team[w]
    world.managers.sanctions[team] += 1
    world.managers.just_sanctions[team] += conduct != SLIP
    world.counts.sanctions[0] += 1


def test_fear_saturates_as_memories_add_up():
    """0.6 (1 - exp(-R)): 0 without events, 0.3793 after one sanction, at most 0.6."""
    assert fear_from_experience(0.0, C) == 0.0
    assert fear_from_experience(1.0, C) == pytest.approx(0.6 * (1 - math.exp(-1)))
    assert fear_from_experience(1e9, C) == pytest.approx(0.6)


@given(st.floats(0, 50), st.floats(0, 50))
def test_confirmation_falls_with_remembered_events_and_requires_some_at_the_start(now, then):
    assert 0.0 <= confirmation(now, then) <= 1.0
    assert confirmation(now + 1.0, then) <= confirmation(now, then)
    assert confirmation(now, 0.0) == 0.0


def test_a_sanction_is_remembered_most_by_the_worker_less_by_the_team_and_least_by_others(world, now):
    """1 for worker 0, 0.2 for the team, 0.01 for the other team."""
    sanction(world, 0, SLIP, now)
    remember(world, now, C)
    assert world.workers.experienced == pytest.approx([1.0, 0.2, 0.2, 0.01, 0.01, 0.01])


@pytest.mark.parametrize(("posts", "elsewhere"), [(240, 0.005), (24, 0.05), (6, 0.2)])
def test_staff_of_a_smaller_authority_remember_more_of_other_teams_but_not_more_than_of_their_own(
    world, now, posts, elsewhere
):
    """0.01 x 120 / posts, at most 0.2, so that the sum over all colleagues does not depend on the size."""
    sanction(world, 0, SLIP, now)
    remember(world, now, C, posts)
    assert world.workers.experienced[3:] == pytest.approx([elsewhere] * 3)


def test_an_informal_contact_in_another_team_remembers_it_too(world, now):
    """Workers 0 and 3 are contacts: 0.1 in addition to 0.01."""
    first = np.array([0, 1, 1, 1, 2, 2, 2])
    tied = world._replace(network=Network(first, np.array([3, 0])))
    sanction(tied, 0, SLIP, now)
    remember(tied, now, C)
    assert tied.workers.experienced == pytest.approx([1.0, 0.2, 0.2, 0.11, 0.01, 0.01])


@pytest.mark.parametrize(("fairness", "team"), [(0.0, 0.2), (1.0, 0.0), (0.5, 0.1)])
def test_a_just_sanction_of_a_colleague_counts_less_but_the_own_one_counts_in_full(world, now, fairness, team):
    sanction(world, 0, VIOLATION, now)
    remember(world, now, C._replace(fairness=fairness))
    assert world.workers.experienced[:2] == pytest.approx([1.0, team])


def test_reassurance_by_just_sanctions_never_makes_memory_negative(world, now):
    sanction(world, 0, VIOLATION, now)
    remember(world, now, C._replace(fairness=1.5))
    assert world.workers.experienced[1] == 0.0


def test_a_reproach_counts_a_tenth_of_a_sanction(world, now):
    world.workers.reproaches[0] = world.managers.reproaches[0] = world.counts.reproaches[0] = 2
    remember(world, now, C)
    assert world.workers.experienced[:2] == pytest.approx([0.2, 0.04])


def test_memory_fades_exponentially_and_fear_from_experience_with_it(world, now):
    """After one time constant, 1 / e of what was remembered is left."""
    world.workers.experienced[:] = 1.0
    for week in range(104):
        remember(world, now._replace(week=now.week + week), C)
    assert world.workers.experienced == pytest.approx(np.full(6, math.exp(-1)))
    assert world.workers.fear_from_experience == pytest.approx(np.full(6, 0.6 * (1 - math.exp(-math.exp(-1)))))


def test_a_constant_rate_of_sanctions_gives_the_closed_form(world, now):
    """One own sanction in every 26 weeks: just after each, R = 1 / (1 - exp(-26 / 104))."""
    for week in range(26 * 60):
        at = now._replace(week=week)
        world.managers.sanctions[:] = world.counts.sanctions[:] = 0
        if week % 26 == 0:
            sanction(world, 0, SLIP, at)
        remember(world, at, C)
        if week % 26 == 0:
            peak = world.workers.experienced[0]
    assert peak == pytest.approx(1 / (1 - math.exp(-26 / 104)), rel=1e-6)


# Trust in an announcement


def announce(world, now, c, just, weeks):
    for week in range(weeks):
        python_function(update_trust)(world.workers, world.service, just, c, now._replace(week=week))


WORDS = Experience(words=0.2, words_fade=26.0)


def test_an_unconfirmed_announcement_has_lost_its_effect_after_two_years(world, now):
    """Nothing changes in what staff see: trust falls to exp(-104 / 26), that is 2 %."""
    world.service.embedded[:] = world.service.announced_trust[:] = 1.0
    world.workers.experienced[:] = 1.5
    announce(world, now, WORDS, 0.0, 1)
    announce(world, now, WORDS, 0.8, 104)
    assert world.service.announced_trust[0] == pytest.approx(math.exp(-4))
    assert world.service.reassurance[0] == pytest.approx(0.2 * 0.8 * math.exp(-4))


def test_trust_stays_where_sanctions_and_reproaches_cease(world, now):
    world.service.embedded[:] = world.service.announced_trust[:] = 1.0
    world.workers.experienced[:] = 1.5
    announce(world, now, WORDS, 0.0, 1)
    world.workers.experienced[:] = 0.0
    announce(world, now, WORDS, 1.0, 104)
    assert (world.service.announced_trust[0], world.service.reassurance[0]) == (1.0, 0.2)


def test_without_an_announcement_nothing_reassures(world, now):
    world.service.embedded[:] = 1.0
    world.service.announced_trust[:] = 0.3
    announce(world, now, WORDS, 0.0, 1)
    assert (world.service.announced_trust[0], world.service.reassurance[0]) == (1.0, 0.0)
