"""The decision to tell (E16, E17) and the norm that follows it (E23). Tables worked by hand from odds = p / (1 - p)."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.behaviour.reporting import (
    Reporting,
    compute_reporting,
    decide_reports,
    update_norms,
    willingness_in_confidence,
    willingness_to_report,
)
from redbead.jit import python_function
from redbead.state.practice_errors import CONCEALED_BY_WORKER, RAISED_WITH_MANAGER, RECOGNISED, UNRECOGNISED

unit = st.floats(0, 1)
strain = st.floats(-3, 3)
severity = st.sampled_from([0.0, 1.0, 2.0])
C = Reporting()


@pytest.mark.parametrize(
    ("fear", "usefulness", "strain", "norm", "severity", "expected"),
    [
        (0.5, 0.4, 0.0, 0.3, 1.0, 0.2500),  # the reference: odds 1/3
        (0.9, 0.4, 0.0, 0.3, 1.0, 0.0912),  # fear + 0.4: odds 1/3 exp(-1.2) = 0.1004
        (0.1, 0.4, 0.0, 0.3, 1.0, 0.5253),  # odds 1/3 exp(1.2) = 1.1067
        (0.5, 0.9, 0.0, 0.3, 1.0, 0.5990),  # usefulness + 0.5: odds 1/3 exp(1.5) = 1.4939
        (0.5, 0.4, math.log(1.2), 0.3, 1.0, 0.2174),  # pressure 1.2: odds 1/3 / 1.2
        (0.5, 0.4, 0.0, 1.0, 1.0, 0.4879),  # everybody tells: odds 1/3 exp(1.05) = 0.95255
        (0.5, 0.4, 0.0, 0.3, 0.0, 0.1303),  # near miss: odds 1/3 exp(-0.8) = 0.1498
        (0.5, 0.4, 0.0, 0.3, 2.0, 0.4259),  # serious: odds 1/3 exp(0.8) = 0.7418
        (1.0, 0.0, 0.0, 0.0, 0.0, 0.0064),  # all against: odds 1/3 exp(-3.95) = 0.00642
    ],
)
def test_willingness_to_report_by_hand(fear, usefulness, strain, norm, severity, expected):
    assert willingness_to_report(fear, usefulness, strain, norm, severity, C) == pytest.approx(expected, abs=5e-5)


@given(unit, unit, unit, strain, unit, severity)
def test_fear_silences(a, b, usefulness, strain, norm, severity):
    low, high = sorted([a, b])
    assert willingness_to_report(high, usefulness, strain, norm, severity, C) <= willingness_to_report(
        low, usefulness, strain, norm, severity, C
    )


@given(unit, unit, unit, strain, unit, severity)
def test_feedback_and_openness_encourage(fear, a, b, strain, other, severity):
    low, high = sorted([a, b])
    assert willingness_to_report(fear, low, strain, other, severity, C) <= willingness_to_report(
        fear, high, strain, other, severity, C
    )
    assert willingness_to_report(fear, other, strain, low, severity, C) <= willingness_to_report(
        fear, other, strain, high, severity, C
    )


@given(unit, unit, strain, strain, unit)
def test_work_pressure_discourages_and_severity_moves(fear, usefulness, a, b, norm):
    low, high = sorted([a, b])
    ps = [willingness_to_report(fear, usefulness, low, norm, s, C) for s in (0.0, 1.0, 2.0)]
    assert ps == sorted(ps)
    assert willingness_to_report(fear, usefulness, high, norm, 1.0, C) <= ps[1]


@given(unit, unit, st.floats(-50, 50), unit, severity)
def test_it_is_a_probability(fear, usefulness, strain, norm, severity):
    assert 0.0 <= willingness_to_report(fear, usefulness, strain, norm, severity, C) <= 1.0


@pytest.mark.parametrize(
    ("cut", "moved"),
    [("fear", (1.0, 0.4, 0.0, 0.3, 1.0)), ("usefulness", (0.5, 1.0, 0.0, 0.3, 1.0)),
     ("norm", (0.5, 0.4, 0.0, 1.0, 1.0)), ("pressure", (0.5, 0.4, 2.0, 0.3, 1.0)),
     ("severity", (0.5, 0.4, 0.0, 0.3, 2.0))],
)  # fmt: skip
def test_every_effect_can_be_cut(cut, moved):
    """The knock-out rule of the science notes, section 3: with its weight at 0 an influence has no effect."""
    without = C._replace(**{cut: 0.0})
    assert willingness_to_report(*moved, without) == willingness_to_report(0.5, 0.4, 0.0, 0.3, 1.0, without)
    assert willingness_to_report(*moved, C) != willingness_to_report(0.5, 0.4, 0.0, 0.3, 1.0, C)


@pytest.mark.parametrize(
    ("fear", "usefulness", "openness", "expected"),
    [
        (0.5, 0.4, 0.0, 0.0),  # no such route
        (0.5, 0.4, 1.0, 0.004496),  # odds exp(-5.4) = 0.0045166
        (0.5, 0.4, 0.5, 0.002248),
        (1.0, 0.4, 1.0, 0.003335),  # a fifth of the fear remains: odds exp(-5.4 - 0.2 * 3 * 0.5) = 0.0033460
        (0.5, 0.9, 1.0, 0.019840),  # odds exp(-5.4 + 1.5) = 0.0202419
    ],
)
def test_willingness_in_confidence_by_hand(fear, usefulness, openness, expected):
    found = willingness_in_confidence(fear, usefulness, C._replace(confidential=openness))
    assert found == pytest.approx(expected, abs=2e-6)


@given(unit, unit, unit)
def test_anonymity_blunts_fear(fear, usefulness, anonymity):
    """With full anonymity fear has no say; with less, it never helps."""
    open_ = C._replace(confidential=1.0, anonymity=anonymity)
    frightened = willingness_in_confidence(max(fear, 0.5), usefulness, open_)
    assert frightened <= willingness_in_confidence(max(fear, 0.5), usefulness, open_._replace(anonymity=1.0))


# the week


def test_those_who_are_certain_tell_and_those_who_never_would_keep_it_back(world, now, c, error):
    told, kept, unseen = error(0, RECOGNISED), error(4, RECOGNISED), error(5, UNRECOGNISED)
    world.workers.willingness[0, :] = 1.0
    python_function(decide_reports)(
        world.workers, world.managers, world.learning, world.errors, world.counts, world.event_log, c.reporting, now
    )
    assert world.errors.state[[told, kept, unseen]].tolist() == [RAISED_WITH_MANAGER, CONCEALED_BY_WORKER, UNRECOGNISED]
    assert (world.counts.raised[0], world.counts.concealed[0]) == (1, 1)
    assert world.managers.recognised.tolist() == [1, 1]
    assert world.managers.raised.tolist() == [1, 0]
    assert world.workers.last_withheld[4] == now.week


def test_each_is_asked_about_the_severity_she_faces(world, now, c, error):
    error(0, RECOGNISED, severity=2)
    error(1, RECOGNISED, severity=0)
    world.workers.fear[:] = 0.5
    world.learning.usefulness[:] = 0.4
    world.managers.norm[:] = 0.3
    python_function(compute_reporting)(world.workers, world.managers, world.learning, world.errors, c.reporting, now)
    assert world.workers.willingness[:, 1] == pytest.approx(np.full(6, 0.25), abs=5e-5)
    assert world.workers.willingness[0, 2] == pytest.approx(0.4259, abs=5e-5)
    assert world.workers.willingness[1, 0] == pytest.approx(0.1303, abs=5e-5)


def test_a_norm_moves_a_26th_of_the_way_and_only_where_something_was_weighed(world, now, c):
    """E23 by hand: 0.3 + (2/4 - 0.3) / 26."""
    world.managers.norm[:] = 0.3
    world.managers.recognised[:] = (4, 0)
    world.managers.raised[:] = (2, 0)
    python_function(update_norms)(world.managers, c.reporting, now)
    assert world.managers.norm.tolist() == pytest.approx([0.3 + 0.2 / 26, 0.3], abs=1e-15)
