"""Blame of managers (E26): B* = (own + 0.5 (F_manager - 0.5) + 0.05 incidents)(1 - just x adherence)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.behaviour.blame import (
    Blame,
    blame_target,
    chance_of_being_answerable,
    hold_managers_to_account,
    update_blame,
)
from redbead.jit import python_function
from redbead.state.constants import NEVER
from redbead.state.maths import approach
from redbead.state.practice_errors import CONCEALED, DISCLOSURES, MISCONDUCT, SLIP, VIOLATION
from redbead.state.world import MANAGER_SANCTIONED

unit = st.floats(0, 1)
C = Blame()


@pytest.mark.parametrize(
    ("own_blame", "fear", "incidents", "just", "adherence", "expected"),
    [
        (0.6, 0.5, 0.0, 0.0, 1.0, 0.600),
        (0.6, 0.9, 0.0, 0.0, 1.0, 0.800),  # a fearful manager
        (0.6, 0.1, 0.0, 0.0, 1.0, 0.400),
        (0.6, 0.5, 2.0, 0.0, 1.0, 0.700),  # two recent incidents are attributed to persons
        (0.9, 1.0, 5.0, 0.0, 1.0, 1.000),  # 1.4, limited to 1
        (0.1, 0.0, 0.0, 0.0, 1.0, 0.000),  # -0.15, limited to 0
        (0.6, 0.5, 0.0, 0.8, 1.0, 0.120),  # practised in full
        (0.6, 0.5, 0.0, 0.8, 0.2, 0.504),  # announced, hardly practised
    ],
)
def test_blame_target_by_hand(own_blame, fear, incidents, just, adherence, expected):
    target = blame_target(own_blame, fear, incidents, 1.0, C._replace(just=just, adherence=adherence))
    assert target == pytest.approx(expected, abs=1e-12)


@given(unit, unit, unit, st.floats(0, 20))
def test_blame_target_rises_with_the_managers_fear(own_blame, a, b, incidents):
    low, high = sorted([a, b])
    low_fear, high_fear = (blame_target(own_blame, fear, incidents, 1.0, C) for fear in (low, high))
    assert 0.0 <= low_fear <= high_fear <= 1.0


@given(unit, unit, st.floats(0, 20), unit, unit)
def test_a_just_culture_never_raises_the_blame_target(own_blame, fear, incidents, just, adherence):
    with_culture = blame_target(own_blame, fear, incidents, 1.0, C._replace(just=just, adherence=adherence))
    assert with_culture <= blame_target(own_blame, fear, incidents, 1.0, C) + 1e-15


@pytest.mark.parametrize(
    ("just", "embedded", "restraint", "expected"),
    [
        (0.8, 1.0, 0.0, 0.12),
        (0.8, 0.7, 0.0, 0.264),  # 0.6 (1 - 0.56): a new director has just started
        (0.8, 0.0, 0.0, 0.60),  # none of the culture has survived
        (0.0, 1.0, 0.2, 0.40),  # restraint
        (0.0, 0.5, 0.2, 0.50),  # half of the restraint has survived
        (0.8, 0.5, 0.1, 0.31),  # 0.6 x 0.6 - 0.05
        (0.8, 1.0, 0.6, 0.00),  # -0.48, limited to 0
    ],
)
def test_blame_target_with_embedded_culture_and_restraint_by_hand(just, embedded, restraint, expected):
    target = blame_target(0.6, 0.5, 0.0, embedded, C._replace(just=just, restraint=restraint))
    assert target == pytest.approx(expected, abs=1e-12)


@given(unit, unit, st.floats(0, 20), unit, unit, unit, st.floats(0, 0.6))
def test_blame_target_falls_with_the_surviving_share_of_a_culture(own_blame, fear, incidents, just, a, b, restraint):
    low, high = sorted([a, b])
    c = C._replace(just=just, restraint=restraint)
    more_embedded, less_embedded = (blame_target(own_blame, fear, incidents, share, c) for share in (high, low))
    assert 0.0 <= more_embedded <= less_embedded + 1e-15
    assert less_embedded <= 1.0


def test_the_embedded_share_has_no_effect_without_a_culture_policy():
    assert blame_target(0.6, 0.7, 1.0, 0.0, C) == blame_target(0.6, 0.7, 1.0, 1.0, C)


def test_blame_approaches_its_target_with_a_time_constant_of_26_weeks(world, now, c):
    world.managers.own_blame[:] = 0.6
    world.managers.fear[:] = 0.5
    world.managers.blame[:] = 0.2
    python_function(update_blame)(world.managers, world.service, world.counts, c.blame, now)
    assert world.managers.blame.tolist() == pytest.approx([0.2 + 0.4 * approach(26.0)] * 2, abs=1e-12)


@pytest.mark.parametrize(
    ("just", "adherence", "sanctions", "broken"),
    [(0.8, 0.2, 1, 1), (0.8, 0.2, 0, 0), (0.8, 0.4, 1, 0), (0.8, 0.39, 1, 1), (0.0, 0.2, 1, 0)],
)
def test_a_sanction_breaks_the_promise_where_adherence_is_below_04(world, now, c, just, adherence, sanctions, broken):
    world.counts.sanctions[:] = sanctions
    python_function(update_blame)(
        world.managers, world.service, world.counts, c.blame._replace(just=just, adherence=adherence), now
    )
    assert world.service.broken_promise[0] == broken


def test_a_broken_promise_is_remembered(world, now, c):
    rarely_practised = c.blame._replace(just=0.8, adherence=0.2)
    world.counts.sanctions[:] = 1
    python_function(update_blame)(world.managers, world.service, world.counts, rarely_practised, now)
    world.counts.sanctions[:] = 0
    python_function(update_blame)(world.managers, world.service, world.counts, rarely_practised, now)
    assert world.service.broken_promise[0] == 1


def test_blame_returns_to_the_managers_propensity_as_a_culture_is_lost(world, now, c):
    """The steady state is 0.6 (1 - 0.8 embedded)."""
    world.managers.own_blame[:] = 0.6
    world.managers.fear[:] = 0.5
    for embedded, expected in ((1.0, 0.12), (0.5, 0.36), (0.0, 0.6)):
        world.service.embedded[:] = embedded
        for _ in range(800):
            python_function(update_blame)(world.managers, world.service, world.counts, c.blame._replace(just=0.8), now)
        assert world.managers.blame.tolist() == pytest.approx([expected] * 2, abs=1e-9)


@pytest.mark.parametrize(
    ("just", "restraint", "embedded"), [(0.0, 0.0, 1.0), (0.8, 0.0, 0.3), (0.0, 0.5, 0.3), (0.8, 0.5, 0.3)]
)
def test_an_embedded_culture_is_reset_only_without_a_policy(world, now, c, just, restraint, embedded):
    """A just culture or a restraint of blame keeps the 0.3 that remain; without either nothing can have been lost."""
    world.service.embedded[:] = 0.3
    python_function(update_blame)(
        world.managers, world.service, world.counts, c.blame._replace(just=just, restraint=restraint), now
    )
    assert world.service.embedded[0] == embedded


# Managers who answer for blame

ANSWERABLE = C._replace(answerable=1.0, answerable_restraint=0.5, answerable_fear=0.2, answerable_others=0.25)


def hold(world, c, now):
    python_function(hold_managers_to_account)(world.managers, world.counts, world.event_log, c, now)


@pytest.fixture
def blaming(recorded_world):
    """Two managers in post, of whom the first sanctioned two honest errors last week; and the events."""
    world, events = recorded_world
    world.managers.tenure[:] = 30.0
    world.managers.blame[:] = 0.6
    world.managers.fear[:] = 0.5
    world.managers.sanctioned[0, SLIP * DISCLOSURES + CONCEALED] = 2
    return world, events


@given(st.integers(0, 30), unit)
def test_more_sanctions_of_honest_errors_make_a_sanction_of_the_manager_more_likely(n, answerable):
    c = C._replace(answerable=answerable)
    assert 0.0 <= chance_of_being_answerable(n, c) <= chance_of_being_answerable(n + 1, c) <= 1.0
    assert chance_of_being_answerable(0, c) == 0.0


def test_managers_answer_for_honest_errors_that_they_sanctioned_last_week(blaming, now):
    """The first halves its blame and gains 0.2 of fear; the second sees it and responds by a quarter of that."""
    world, events = blaming
    hold(world, ANSWERABLE, now)
    assert events() == [[60, MANAGER_SANCTIONED, 0, 0, -1, 0, -1, 2]]
    assert world.managers.last_sanction.tolist() == [60, NEVER]
    assert world.counts.managers_sanctioned[0] == 1
    assert world.managers.blame == pytest.approx([0.3, 0.6 * 0.875])
    assert world.managers.fear == pytest.approx([0.7, 0.55])


@pytest.mark.parametrize("conduct", [VIOLATION, MISCONDUCT])
def test_managers_do_not_answer_for_sanctions_of_violations_and_misconduct(blaming, now, conduct):
    world, events = blaming
    world.managers.sanctioned[:] = 0
    world.managers.sanctioned[0, conduct * DISCLOSURES : (conduct + 1) * DISCLOSURES] = 5
    hold(world, ANSWERABLE, now)
    assert events() == []


def test_a_successor_does_not_answer_for_the_predecessor(blaming, now):
    world, events = blaming
    world.managers.tenure[0] = 0.0
    hold(world, ANSWERABLE, now)
    assert events() == []


def test_without_the_policy_no_manager_is_sanctioned(blaming, now):
    world, events = blaming
    hold(world, C, now)
    assert events() == []
    assert world.managers.blame.tolist() == [0.6, 0.6]
    assert world.managers.last_sanction.tolist() == [NEVER, NEVER]
