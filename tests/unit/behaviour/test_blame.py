"""Managers' blame (E26): B* = (own + 0.5 (F_manager - 0.5) + 0.05 incidents)(1 - just x adherence)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.behaviour.blame import Blame, blame_target, update_blame
from redbead.jit import python_function
from redbead.state.maths import approach

unit = st.floats(0, 1)
C = Blame()


@pytest.mark.parametrize(
    ("own", "fear", "incidents", "just", "adherence", "expected"),
    [
        (0.6, 0.5, 0.0, 0.0, 1.0, 0.600),
        (0.6, 0.9, 0.0, 0.0, 1.0, 0.800),  # a frightened manager
        (0.6, 0.1, 0.0, 0.0, 1.0, 0.400),
        (0.6, 0.5, 2.0, 0.0, 1.0, 0.700),  # two incidents: somebody must have done it
        (0.9, 1.0, 5.0, 0.0, 1.0, 1.000),  # 1.4, held at 1
        (0.1, 0.0, 0.0, 0.0, 1.0, 0.000),  # -0.15, held at 0
        (0.6, 0.5, 0.0, 0.8, 1.0, 0.120),  # kept
        (0.6, 0.5, 0.0, 0.8, 0.2, 0.504),  # announced, hardly kept
    ],
)
def test_where_blame_tends_to(own, fear, incidents, just, adherence, expected):
    found = blame_target(own, fear, incidents, 1.0, C._replace(just=just, adherence=adherence))
    assert found == pytest.approx(expected, abs=1e-12)


@given(unit, unit, unit, st.floats(0, 20))
def test_managers_fear_becomes_blame(own, a, b, incidents):
    low, high = sorted([a, b])
    assert 0.0 <= blame_target(own, low, incidents, 1.0, C) <= blame_target(own, high, incidents, 1.0, C) <= 1.0


@given(unit, unit, st.floats(0, 20), unit, unit)
def test_a_just_culture_never_adds_blame(own, fear, incidents, just, adherence):
    kept = blame_target(own, fear, incidents, 1.0, C._replace(just=just, adherence=adherence))
    assert kept <= blame_target(own, fear, incidents, 1.0, C) + 1e-15


@pytest.mark.parametrize(
    ("just", "embedded", "restraint", "expected"),
    [
        (0.8, 1.0, 0.0, 0.12),
        (0.8, 0.7, 0.0, 0.264),  # 0.6 (1 - 0.56): a successor's first day
        (0.8, 0.0, 0.0, 0.60),  # nothing has survived
        (0.0, 1.0, 0.2, 0.40),  # held back
        (0.0, 0.5, 0.2, 0.50),  # and remembered by half
        (0.8, 0.5, 0.1, 0.31),  # 0.6 x 0.6 - 0.05
        (0.8, 1.0, 0.6, 0.00),  # -0.48, held at 0
    ],
)
def test_what_survives_of_a_culture_and_what_is_held_back_by_hand(just, embedded, restraint, expected):
    found = blame_target(0.6, 0.5, 0.0, embedded, C._replace(just=just, restraint=restraint))
    assert found == pytest.approx(expected, abs=1e-12)


@given(unit, unit, st.floats(0, 20), unit, unit, unit, st.floats(0, 0.6))
def test_the_more_of_a_culture_survives_the_less_blame(own, fear, incidents, just, a, b, restraint):
    low, high = sorted([a, b])
    c = C._replace(just=just, restraint=restraint)
    kept, lost = (blame_target(own, fear, incidents, embedded, c) for embedded in (high, low))
    assert 0.0 <= kept <= lost + 1e-15
    assert lost <= 1.0


def test_without_a_culture_policy_it_does_not_matter_what_survives():
    assert blame_target(0.6, 0.7, 1.0, 0.0, C) == blame_target(0.6, 0.7, 1.0, 1.0, C)


def test_managers_change_in_26_weeks(world, now, c):
    world.managers.own_blame[:] = 0.6
    world.managers.fear[:] = 0.5
    world.managers.blame[:] = 0.2
    python_function(update_blame)(world.managers, world.service, world.counts, c.blame, now)
    assert world.managers.blame.tolist() == pytest.approx([0.2 + 0.4 * approach(26.0)] * 2, abs=1e-12)


@pytest.mark.parametrize(
    ("just", "adherence", "sanctions", "broken"),
    [(0.8, 0.2, 1, 1), (0.8, 0.2, 0, 0), (0.8, 0.4, 1, 0), (0.8, 0.39, 1, 1), (0.0, 0.2, 1, 0)],
)
def test_a_promise_is_broken_by_a_sanction_where_adherence_is_below_04(
    world, now, c, just, adherence, sanctions, broken
):
    world.counts.sanctions[:] = sanctions
    python_function(update_blame)(
        world.managers, world.service, world.counts, c.blame._replace(just=just, adherence=adherence), now
    )
    assert world.service.broken_promise[0] == broken


def test_a_broken_promise_is_remembered(world, now, c):
    hollow = c.blame._replace(just=0.8, adherence=0.2)
    world.counts.sanctions[:] = 1
    python_function(update_blame)(world.managers, world.service, world.counts, hollow, now)
    world.counts.sanctions[:] = 0
    python_function(update_blame)(world.managers, world.service, world.counts, hollow, now)
    assert world.service.broken_promise[0] == 1


def test_managers_go_back_to_their_own_ways_as_a_culture_is_lost(world, now, c):
    """Settled blame is 0.6 (1 - 0.8 embedded)."""
    world.managers.own_blame[:] = 0.6
    world.managers.fear[:] = 0.5
    for embedded, expected in ((1.0, 0.12), (0.5, 0.36), (0.0, 0.6)):
        world.service.embedded[:] = embedded
        for _ in range(800):
            python_function(update_blame)(world.managers, world.service, world.counts, c.blame._replace(just=0.8), now)
        assert world.managers.blame.tolist() == pytest.approx([expected] * 2, abs=1e-9)
