"""The decision to report (E16, E17) and the reporting norm (E23), by hand from odds = p / (1 - p)."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.behaviour.reporting import (
    Reporting,
    compute_reporting,
    decide_reports,
    shift_by_conduct,
    shift_by_trust,
    update_norms,
    willingness_in_confidence,
    willingness_to_report,
)
from redbead.jit import python_function
from redbead.state.practice_errors import (
    CONCEALED,
    CONCEALED_BY_WORKER,
    DISCLOSED,
    DISCLOSURES,
    RAISED_WITH_MANAGER,
    RECOGNISED,
    SLIP,
    UNRECOGNISED,
    VIOLATION,
)

unit = st.floats(0, 1)
log_pressure = st.floats(-3, 3)
severity = st.sampled_from([0.0, 1.0, 2.0])
C = Reporting(base=-1.0986, norm_ref=0.3)
"""Probability 0.25 at the reference, where the norm is 0.3."""


@pytest.mark.parametrize(
    ("fear", "usefulness", "log_work_pressure", "norm", "severity", "expected"),
    [
        (0.5, 0.4, 0.0, 0.3, 1.0, 0.2500),  # the reference: odds 1/3
        (0.9, 0.4, 0.0, 0.3, 1.0, 0.0912),  # fear + 0.4: odds 1/3 exp(-1.2) = 0.1004
        (0.1, 0.4, 0.0, 0.3, 1.0, 0.5253),  # odds 1/3 exp(1.2) = 1.1067
        (0.5, 0.9, 0.0, 0.3, 1.0, 0.5990),  # usefulness + 0.5: odds 1/3 exp(1.5) = 1.4939
        (0.5, 0.4, math.log(1.2), 0.3, 1.0, 0.2174),  # pressure 1.2: odds 1/3 / 1.2
        (0.5, 0.4, 0.0, 1.0, 1.0, 0.4879),  # the team reports every error: odds 1/3 exp(1.05) = 0.95255
        (0.5, 0.4, 0.0, 0.3, 0.0, 0.1303),  # near miss: odds 1/3 exp(-0.8) = 0.1498
        (0.5, 0.4, 0.0, 0.3, 2.0, 0.4259),  # serious: odds 1/3 exp(0.8) = 0.7418
        (1.0, 0.0, 0.0, 0.0, 0.0, 0.0064),  # all effects against reporting: odds 1/3 exp(-3.95) = 0.00642
    ],
)
def test_willingness_to_report_by_hand(fear, usefulness, log_work_pressure, norm, severity, expected):
    p = willingness_to_report(fear, usefulness, log_work_pressure, norm, severity, C)
    assert p == pytest.approx(expected, abs=5e-5)


@given(unit, unit, unit, log_pressure, unit, severity)
def test_willingness_falls_with_fear(a, b, usefulness, log_work_pressure, norm, severity):
    low, high = sorted([a, b])
    at_low, at_high = (
        willingness_to_report(fear, usefulness, log_work_pressure, norm, severity, C) for fear in (low, high)
    )
    assert at_high <= at_low


@given(unit, unit, unit, log_pressure, unit, severity)
def test_willingness_rises_with_usefulness_and_norm(fear, a, b, log_work_pressure, other, severity):
    low, high = sorted([a, b])
    by_usefulness = [willingness_to_report(fear, x, log_work_pressure, other, severity, C) for x in (low, high)]
    by_norm = [willingness_to_report(fear, other, log_work_pressure, x, severity, C) for x in (low, high)]
    assert by_usefulness == sorted(by_usefulness)
    assert by_norm == sorted(by_norm)


@given(unit, unit, log_pressure, log_pressure, unit)
def test_willingness_falls_with_work_pressure_and_rises_with_severity(fear, usefulness, a, b, norm):
    low, high = sorted([a, b])
    ps = [willingness_to_report(fear, usefulness, low, norm, s, C) for s in (0.0, 1.0, 2.0)]
    assert ps == sorted(ps)
    assert willingness_to_report(fear, usefulness, high, norm, 1.0, C) <= ps[1]


@given(unit, unit, st.floats(-50, 50), unit, severity)
def test_willingness_is_a_probability(fear, usefulness, log_work_pressure, norm, severity):
    assert 0.0 <= willingness_to_report(fear, usefulness, log_work_pressure, norm, severity, C) <= 1.0


@pytest.mark.parametrize(
    ("cut", "changed"),
    [("fear", (1.0, 0.4, 0.0, 0.3, 1.0)), ("usefulness", (0.5, 1.0, 0.0, 0.3, 1.0)),
     ("norm", (0.5, 0.4, 0.0, 1.0, 1.0)), ("pressure", (0.5, 0.4, 2.0, 0.3, 1.0)),
     ("severity", (0.5, 0.4, 0.0, 0.3, 2.0))],
)  # fmt: skip
def test_every_effect_can_be_cut(cut, changed):
    """An influence whose coefficient is 0 has no effect."""
    without = C._replace(**{cut: 0.0})
    assert willingness_to_report(*changed, without) == willingness_to_report(0.5, 0.4, 0.0, 0.3, 1.0, without)
    assert willingness_to_report(*changed, C) != willingness_to_report(0.5, 0.4, 0.0, 0.3, 1.0, C)


@pytest.mark.parametrize(
    ("fear", "usefulness", "availability", "expected"),
    [
        (0.5, 0.4, 0.0, 0.0),  # no confidential system
        (0.5, 0.4, 1.0, 0.004496),  # odds exp(-5.4) = 0.0045166
        (0.5, 0.4, 0.5, 0.002248),
        (1.0, 0.4, 1.0, 0.003335),  # a fifth of the fear remains: odds exp(-5.4 - 0.2 * 3 * 0.5) = 0.0033460
        (0.5, 0.9, 1.0, 0.019840),  # odds exp(-5.4 + 1.5) = 0.0202419
    ],
)
def test_willingness_in_confidence_by_hand(fear, usefulness, availability, expected):
    p = willingness_in_confidence(fear, usefulness, C._replace(confidential=availability))
    assert p == pytest.approx(expected, abs=2e-6)


@given(unit, unit, unit)
def test_anonymity_reduces_the_effect_of_fear(fear, usefulness, anonymity):
    """With full anonymity fear has no effect; with less, fear above the reference never raises the probability."""
    c = C._replace(confidential=1.0, anonymity=anonymity)
    p = willingness_in_confidence(max(fear, 0.5), usefulness, c)
    assert p <= willingness_in_confidence(max(fear, 0.5), usefulness, c._replace(anonymity=1.0))


# kernels


def test_workers_with_willingness_1_raise_errors_and_with_willingness_0_conceal_them(world, now, c, error):
    raised, concealed, unrecognised = error(0, RECOGNISED), error(4, RECOGNISED), error(5, UNRECOGNISED)
    world.workers.willingness[0, :] = 1.0
    python_function(decide_reports)(
        world.workers, world.managers, world.learning, world.errors, world.counts, world.event_log, c.reporting, now
    )
    assert world.errors.state[[raised, concealed, unrecognised]].tolist() == [
        RAISED_WITH_MANAGER,
        CONCEALED_BY_WORKER,
        UNRECOGNISED,
    ]
    assert (world.counts.raised[0], world.counts.concealed[0]) == (1, 1)
    assert world.managers.recognised.tolist() == [1, 1]
    assert world.managers.raised.tolist() == [1, 0]
    assert world.workers.last_withheld[4] == now.week


def test_willingness_is_computed_for_the_severity_of_the_recognised_error(world, now, c, error):
    error(0, RECOGNISED, severity=2)
    error(1, RECOGNISED, severity=0)
    world.workers.fear[:] = 0.5
    world.learning.usefulness[:] = 0.4
    world.managers.norm[:] = 0.3
    python_function(compute_reporting)(world.workers, world.managers, world.learning, world.errors, C, now)
    assert world.workers.willingness[:, 1] == pytest.approx(np.full(6, 0.25), abs=5e-5)
    assert world.workers.willingness[0, 2] == pytest.approx(0.4259, abs=5e-5)
    assert world.workers.willingness[1, 0] == pytest.approx(0.1303, abs=5e-5)


def test_a_norm_closes_a_26th_of_the_gap_only_where_errors_were_recognised(world, now, c):
    """E23: 0.3 + (2/4 - 0.3) / 26."""
    world.managers.norm[:] = 0.3
    world.managers.recognised[:] = (4, 0)
    world.managers.raised[:] = (2, 0)
    python_function(update_norms)(world.managers, c.reporting, now)
    assert world.managers.norm.tolist() == pytest.approx([0.3 + 0.2 / 26, 0.3], abs=1e-15)


def test_errors_that_are_not_newly_recognised_are_passed_over(world, now, c, error):
    """The first error is concealed already; the decision about the second does not depend on it."""
    first, second = error(0, CONCEALED_BY_WORKER), error(0, RECOGNISED, number=1)
    world.workers.willingness[:] = 1.0
    python_function(decide_reports)(
        world.workers, world.managers, world.learning, world.errors, world.counts, world.event_log, c.reporting, now
    )
    assert world.errors.state[[first, second]].tolist() == [CONCEALED_BY_WORKER, RAISED_WITH_MANAGER]
    assert (world.managers.recognised[0], world.managers.raised[0], world.counts.raised[0]) == (1, 1, 1)
    assert world.counts.concealed[0] == 0


def test_violations_are_raised_less_where_conduct_matters():
    """Odds of 1 become odds of 1/3, a probability of 0.25; slips are raised as before."""
    c = Reporting(violation=math.log(3.0))
    assert shift_by_conduct(0.5, VIOLATION, 0.0, 0.0, c) == pytest.approx(0.25)
    assert shift_by_conduct(0.5, SLIP, 0.0, 0.0, c) == 0.5


@pytest.mark.parametrize(("avoided", "brought", "expected"), [(0.3, 0.3, 0.5), (0.5, 0.0, 0.7311), (0.0, 0.5, 0.2689)])
def test_raising_follows_the_sanction_that_it_avoids_and_the_one_that_it_brings(avoided, brought, expected):
    """With 2 log-odds per unit, a difference of 0.5 is odds of e."""
    assert shift_by_conduct(0.5, SLIP, avoided, brought, Reporting(calculation=2.0)) == pytest.approx(
        expected, abs=5e-5
    )
    assert shift_by_conduct(0.5, SLIP, avoided, brought, Reporting()) == 0.5


def test_workers_raise_errors_whose_concealment_would_be_sanctioned(world, now, c, error):
    """Perceived: concealed errors are always found and sanctioned, raised ones never. 200 log-odds make it certain."""
    rows = [error(w, RECOGNISED, number=k) for w in range(6) for k in range(15)]
    world.workers.willingness[:] = 1e-9
    world.workers.perceived_detection[:] = 1.0
    world.workers.perceived_sanction[:, SLIP * DISCLOSURES + CONCEALED] = 1.0
    decide = python_function(decide_reports)
    tables = world.workers, world.managers, world.learning, world.errors, world.counts, world.event_log
    decide(*tables, c.reporting._replace(calculation=200.0), now)
    assert set(world.errors.state[rows].tolist()) == {RAISED_WITH_MANAGER}
    assert set(world.errors.disclosure[rows].tolist()) == {DISCLOSED}


@pytest.mark.parametrize(("effect", "trust", "expected"), [(2.0, 0.5, 0.2689), (-2.0, 0.5, 0.7311), (2.0, 1.0, 0.5)])
def test_distrust_of_colleagues_lowers_or_raises_willingness_by_the_sign_of_its_effect(effect, trust, expected):
    """Half of the trust at 2 log-odds per unit is odds of 1/e. Full trust is the reference."""
    assert shift_by_trust(0.5, trust, Reporting(trust=effect)) == pytest.approx(expected, abs=5e-5)
    assert shift_by_trust(0.5, trust, Reporting()) == 0.5


@given(unit, unit, st.floats(-3, 6))
def test_a_shift_by_trust_stays_a_probability(p, trust, effect):
    assert 0.0 <= shift_by_trust(p, trust, Reporting(trust=effect)) <= 1.0


def test_trust_shifts_the_willingness_of_every_severity(world, now, c, error):
    world.workers.trust[:] = [1.0, 0.5, 1.0, 1.0, 1.0, 1.0]
    error(0, RECOGNISED, severity=2)
    error(1, RECOGNISED, severity=2)
    compute = python_function(compute_reporting)
    compute(world.workers, world.managers, world.learning, world.errors, c.reporting._replace(trust=2.0), now)
    odds = world.workers.willingness[:2, 1:] / (1 - world.workers.willingness[:2, 1:])
    assert odds[1] / odds[0] == pytest.approx([math.exp(-1.0)] * 2)
