"""Escalation (E140) and sanctions (E24, E220) by managers, compared with values calculated by hand from odds."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.behaviour.manager_response import (
    Response,
    apply_response,
    chance_of_sanction,
    compute_response,
    escalates,
    responds_with_blame,
    sanction_ratio,
)
from redbead.jit import python_function
from redbead.state.practice_errors import (
    BY_REPORT,
    CLOSED,
    CONCEALED,
    CONCEALED_BY_WORKER,
    DISCLOSED,
    DISCLOSURES,
    DISCOVERED,
    HARMED,
    MISCONDUCT,
    NOT_DISCLOSED,
    RAISED_WITH_MANAGER,
    REPORTED,
    SLIP,
    SUPPRESSED_BY_MANAGER,
    VIOLATION,
)

unit = st.floats(0, 1)
conducts = st.sampled_from([SLIP, VIOLATION, MISCONDUCT])
C = Response(
    passing_base=math.log(17 / 3), passing_severity=0.0, sanction=0.017, sanction_culpable=0.05, sanction_violation=0.0
)
"""Escalation with probability 0.85 at the reference, and chances of sanctions for calculations by hand."""
STRIKES = C._replace(second_strike=1.0)


@pytest.mark.parametrize(
    ("fear", "usefulness", "expected"),
    [
        (0.5, 0.4, 0.8500),  # the reference: odds 17/3 = 5.6667
        (0.9, 0.4, 0.6306),  # odds 5.6667 exp(-1.2) = 1.7068
        (0.1, 0.4, 0.9495),  # odds 5.6667 exp(1.2) = 18.8139
        (0.5, 0.9, 0.9231),  # odds 5.6667 exp(0.75) = 11.9963
        (0.5, 0.0, 0.7567),  # odds 5.6667 exp(-0.6) = 3.1100
        (1.0, 0.0, 0.4097),  # odds 5.6667 exp(-2.1) = 0.6939
    ],
)
def test_escalation_matches_hand_calculation(fear, usefulness, expected):
    assert escalates(fear, usefulness, 1.0, C) == pytest.approx(expected, abs=5e-5)


@given(unit, unit, unit)
def test_fear_of_managers_never_increases_escalation(a, b, usefulness):
    low, high = sorted([a, b])
    assert 0.0 <= escalates(high, usefulness, 1.0, C) <= escalates(low, usefulness, 1.0, C) <= 1.0


@given(unit, unit, unit)
def test_usefulness_of_reporting_never_reduces_escalation(fear, a, b):
    low, high = sorted([a, b])
    assert escalates(fear, low, 1.0, C) <= escalates(fear, high, 1.0, C)


def test_effects_of_fear_and_usefulness_on_escalation_can_be_cut():
    cut = C._replace(passing_fear=0.0, passing_usefulness=0.0)
    assert escalates(1.0, 0.0, 1.0, cut) == escalates(0.0, 1.0, 1.0, cut) == pytest.approx(0.85, abs=5e-5)


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        (0, 0.7180),  # odds 5.6667 exp(-0.8) = 2.5462
        (1, 0.8500),
        (2, 0.9265),  # odds 5.6667 exp(0.8) = 12.6114
    ],
)
def test_severe_errors_are_escalated_more_often_where_severity_matters(world, now, c, severity, expected):
    response = C._replace(passing_severity=0.8)
    assert escalates(0.5, 0.4, severity, response) == pytest.approx(expected, abs=5e-5)
    world.managers.fear[:] = 0.5
    world.learning.usefulness[:] = 0.4
    python_function(compute_response)(world.managers, world.learning, response, now)
    assert world.managers.escalation_chance[:, severity] == pytest.approx([expected] * 2, abs=5e-5)


@pytest.mark.parametrize(("blame", "expected"), [(0.0, 0.0), (0.1, 0.0017), (0.5, 0.0085), (0.6, 0.0102), (1.0, 0.017)])
def test_sanction_probability_for_honest_errors_matches_hand_calculation(blame, expected):
    assert responds_with_blame(blame, C) == pytest.approx(expected, abs=1e-15)


def test_probability_of_a_sanction_is_limited_to_one():
    assert responds_with_blame(1.0, C._replace(sanction=2.0)) == 1.0
    assert chance_of_sanction(0.7, SLIP, 1.0, True, STRIKES) == 1.0


@pytest.mark.parametrize(
    ("honest_chance", "conduct", "earlier_strike", "c", "expected"),
    [
        (0.010, SLIP, False, C, 0.010),
        (0.010, SLIP, True, C, 0.010),  # without the policy a second strike has no effect
        (0.010, SLIP, True, STRIKES, 0.020),  # k_2 = 1 doubles
        (0.010, MISCONDUCT, False, C, 0.050),  # culpable errors have a minimum probability
        (0.010, MISCONDUCT, True, STRIKES, 0.100),
        (0.200, MISCONDUCT, False, C, 0.200),  # never below the probability for an honest error
        (0.000, MISCONDUCT, False, C, 0.050),  # also under a just culture
        (0.000, SLIP, True, STRIKES, 0.000),
        (0.010, VIOLATION, False, C, 0.010),  # where the line is not enforced, a violation is judged like a slip
        (0.010, VIOLATION, False, C._replace(sanction_violation=0.3), 0.300),  # the line is enforced
        (0.010, SLIP, False, C._replace(sanction_violation=0.3), 0.010),
    ],
)
def test_chance_of_sanction_matches_hand_calculation(honest_chance, conduct, earlier_strike, c, expected):
    assert chance_of_sanction(honest_chance, conduct, 1.0, earlier_strike, c) == pytest.approx(expected, abs=1e-15)


@given(unit, conducts, st.floats(0, 10))
def test_a_second_strike_never_reduces_the_probability_of_a_sanction(honest_chance, conduct, k):
    c = C._replace(second_strike=k)
    first, second = (chance_of_sanction(honest_chance, conduct, 1.0, strike, c) for strike in (False, True))
    assert second >= first


@pytest.mark.parametrize(
    ("severity", "disclosure", "harmed", "expected"),
    [
        (1, NOT_DISCLOSED, False, 1.0),
        (0, NOT_DISCLOSED, False, 1 / 2),
        (2, NOT_DISCLOSED, True, 2.0 * 3.0),
        (1, CONCEALED, False, 1.5),
        (2, DISCLOSED, False, 2.0 / 4.0),
        (2, CONCEALED, True, 2.0 * 3.0 * 1.5),
    ],
)
def test_sanctions_depend_on_severity_outcome_and_disclosure_by_their_ratios(severity, disclosure, harmed, expected):
    """Ratios: 2 per step of severity, 3 for harm, 1.5 for concealment and 1/4 for an error that was raised."""
    c = C._replace(
        sanction_severity=math.log(2), outcome_bias=math.log(3), concealment=math.log(1.5), leniency=math.log(4)
    )
    assert sanction_ratio(severity, disclosure, harmed, c) == pytest.approx(expected)
    cut = C._replace(sanction_severity=0.0, outcome_bias=0.0, concealment=0.0, leniency=0.0)
    assert sanction_ratio(severity, disclosure, harmed, cut) == 1.0, "with all four cut, only conduct matters"


@given(unit, conducts, st.booleans(), st.floats(0, 100))
def test_the_ratio_multiplies_the_probability_up_to_one(honest_chance, conduct, strike, ratio):
    base = chance_of_sanction(honest_chance, conduct, 1.0, strike, C)
    assert chance_of_sanction(honest_chance, conduct, ratio, strike, C) == pytest.approx(min(1.0, ratio * base))


# Weekly updates


def respond(world, c, now, analyses_discoveries=False, own_weight=0.0, strike_by_finding=False):
    """Decide on the errors of the week, with the usual response to severity, disclosure and outcome."""
    of_managers = world.managers.sanction_chance.copy(), world.managers.escalation_chance.copy()
    python_function(compute_response)(world.managers, world.learning, c, now)
    world.managers.sanction_chance[:], world.managers.escalation_chance[:] = of_managers
    python_function(apply_response)(
        world.workers,
        world.managers,
        world.errors,
        world.counts,
        world.event_log,
        analyses_discoveries,
        strike_by_finding,
        own_weight,
        c,
        now,
    )


def test_raised_errors_are_escalated_or_suppressed(world, now, c, error):
    rows = [error(0, RAISED_WITH_MANAGER), error(4, RAISED_WITH_MANAGER), error(5, CONCEALED_BY_WORKER)]
    world.managers.escalation_chance[:] = [[1.0], [0.0]]
    respond(world, c.response, now)
    assert world.errors.state[rows].tolist() == [REPORTED, SUPPRESSED_BY_MANAGER, CONCEALED_BY_WORKER]
    assert (world.counts.reported[0], world.counts.suppressed[0], world.counts.sanctions[0]) == (1, 1, 0)


def test_discovered_and_harmful_errors_are_sanctioned_and_closed(world, now, c, error):
    rows = [error(0, DISCOVERED), error(4, HARMED)]
    world.managers.sanction_chance[:] = (1.0, 0.0)
    respond(world, c.response, now)
    assert world.errors.state[rows].tolist() == [CLOSED, CLOSED]
    assert world.counts.sanctions[0] == 1
    assert world.workers.last_sanction[[0, 4]].tolist() == [now.week, -1_000_000]
    assert world.managers.sanctions.tolist() == [1, 0]


def test_discovered_errors_wait_for_analysis_where_discoveries_are_analysed(world, now, c, error):
    rows = [error(0, DISCOVERED), error(4, HARMED)]
    respond(world, c.response, now, analyses_discoveries=True)
    assert world.errors.state[rows].tolist() == [REPORTED, CLOSED]
    assert world.counts.reported[0] == 0, "a discovery is not a report"


def test_reports_record_their_source(world, now, c, error):
    row = error(0, RAISED_WITH_MANAGER)
    world.managers.escalation_chance[:] = 1.0
    respond(world, c.response, now)
    assert world.errors.source[row] == BY_REPORT


def test_outcome_bias_sanctions_those_whose_error_caused_harm(world, now, c, error):
    """The same error of the same worker: a ratio of e^20 makes the sanction certain, and only after harm."""
    error(0, DISCOVERED), error(4, HARMED)
    world.managers.sanction_chance[:] = 1e-6
    respond(world, c.response._replace(outcome_bias=20.0), now)
    assert world.managers.sanctions.tolist() == [0, 1]


def test_a_judgement_is_recorded_for_the_team_by_conduct_and_disclosure(world, now, c, error):
    """Team 0: sanctioned misconduct that was raised. Team 1: a violation, concealed and found, without a sanction."""
    raised, discovered = error(0, RAISED_WITH_MANAGER, conduct=MISCONDUCT), error(4, DISCOVERED, conduct=VIOLATION)
    world.errors.disclosure[[raised, discovered]] = DISCLOSED, CONCEALED
    world.managers.sanction_chance[:] = (1.0, 0.0)
    respond(world, c.response, now)
    kinds = MISCONDUCT * DISCLOSURES + DISCLOSED, VIOLATION * DISCLOSURES + CONCEALED
    assert world.managers.judged[[0, 1], kinds].tolist() == [1, 1]
    assert world.managers.sanctioned[[0, 1], kinds].tolist() == [1, 0]
    assert world.managers.judged.sum() == 2
    assert world.managers.just_sanctions.tolist() == [1, 0]
    assert world.workers.last_just_sanction[0] == now.week


def test_ones_own_case_moves_ones_own_perception_only(world, now, c, error):
    """From 0.2 half of the way to 1 is 0.6."""
    row = error(0, DISCOVERED)
    world.errors.disclosure[row] = CONCEALED
    world.workers.perceived_sanction[:] = 0.2
    world.managers.sanction_chance[:] = 1.0
    respond(world, c.response, now, own_weight=0.5)
    assert world.workers.perceived_sanction[0, CONCEALED] == pytest.approx(0.6)
    assert (world.workers.perceived_sanction == 0.2).sum() == world.workers.perceived_sanction.size - 1


def test_a_successor_is_not_sanctioned_for_an_earlier_error_in_the_post(world, now, c, error):
    error(0, RAISED_WITH_MANAGER)
    world.workers.spell[0] += 1
    world.managers.sanction_chance[:] = 1.0
    respond(world, c.response, now)
    assert world.counts.sanctions[0] == 0


@pytest.mark.parametrize(("weeks_ago", "dismissed"), [(0, 1), (52, 1), (53, 0)])
def test_a_second_strike_within_the_window_can_lead_to_dismissal(world, now, c, error, weeks_ago, dismissed):
    error(0, RAISED_WITH_MANAGER)
    world.workers.last_strike[0] = now.week - weeks_ago
    world.managers.sanction_chance[:] = 1.0
    respond(world, c.response._replace(dismissal=1.0), now)
    assert world.workers.dismissed[0] == dismissed


def test_two_errors_known_in_the_same_week_are_two_strikes(world, now, c, error):
    error(0, RAISED_WITH_MANAGER, number=0)
    error(0, RAISED_WITH_MANAGER, number=1)
    world.managers.sanction_chance[:] = 1.0
    respond(world, c.response._replace(dismissal=1.0), now)
    assert world.workers.dismissed[0] == 1
    assert world.counts.sanctions[0] == 2


def test_responses_depend_on_each_managers_fear_and_blame(world, now, c):
    world.managers.fear[:] = (0.5, 0.9)
    world.managers.blame[:] = (0.0, 1.0)
    world.learning.usefulness[:] = 0.4
    python_function(compute_response)(world.managers, world.learning, C, now)
    assert world.managers.escalation_chance == pytest.approx(np.repeat([[0.85], [0.6306]], 3, axis=1), abs=5e-5)
    assert world.managers.sanction_chance.tolist() == pytest.approx([0.0, 0.017])
