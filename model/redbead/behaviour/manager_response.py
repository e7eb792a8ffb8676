"""Managers' responses to errors: escalation or suppression of reports, and sanctions.

A manager who receives a report either escalates it or suppresses it. An error that becomes known through a report,
a discovery or harm may lead to a sanction for its author. Both probabilities depend on the manager.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state import practice_errors, world
from redbead.state.authority import Learning, WeeklyCounts
from redbead.state.maths import logistic
from redbead.state.people import Managers, Workers, record_charge
from redbead.state.practice_errors import Errors, error_number, first_row, response_to
from redbead.state.world import EventLog, WeekContext, log_event


class Response(NamedTuple):
    """Escalation of reports and sanctions for errors."""

    # fmt: off
    passing_base: Annotated[float, Param("log-odds", -6, 6, "reference log-odds of escalating a report (p = 0.31)",
        "calibrated", "7 to 14 % of events are in reporting systems: trigger-tool review; OIG 2012",
        ("trigger-tool", "oig-2012"), processing="matched", likely=(-2.6, 0.4))] = -0.8001
    passing_fear: Annotated[float, Param(
        "log-odds/unit", 0, 6, "reduction in escalation per unit of the manager's fear", causal_link=True)] = 3.0
    passing_usefulness: Annotated[float, Param(
        "log-odds/unit", 0, 6, "increase in escalation per unit of usefulness of reporting", causal_link=True)] = 1.5
    passing_severity: Annotated[float, Param("log-odds/step", 0, 6,
        "increase in escalation with the severity of an error", causal_link=True, likely=(0, 1.6))] = 0.8
    fear_ref: Annotated[float, Param("0-1", 0, 1, "reference fear of managers", distribution="reference")] = 0.5
    usefulness_ref: Annotated[float, Param("0-1", 0, 1, "reference usefulness", distribution="reference")] = 0.4
    sanction: Annotated[float, Param("0-1", 0, 0.5, "chance of a sanction for a known honest error under full blame",
        "calibrated", "4 % of staff a year under formal process: Mersey Care 2016", ("mersey-care-2016",),
        processing="matched", likely=(0.002, 0.02))] = 0.01
    sanction_culpable: Annotated[float, Param(
        "0-1", 0, 1, "probability of a sanction for known misconduct under any regime", likely=(0.2, 0.9))] = 0.5
    sanction_violation: Annotated[float, Param("0-1", 0, 1,
        "probability of a sanction for a known routine violation under any regime", likely=(0.005, 0.1))] = 0.03
    sanction_severity: Annotated[float, Param("log/step", 0, 3,
        "increase of the probability of a sanction with the severity of an error", causal_link=True,
        likely=(0, 1))] = 0.7
    outcome_bias: Annotated[float, Param("log", 0, 3, "increase of the probability of a sanction after harm",
        "assumed", "the same decision is rated worse after a bad outcome: Baron and Hershey 1988",
        ("baron-hershey-1988",), causal_link=True, likely=(0, 1.5))] = 0.7
    leniency: Annotated[float, Param("log", -1, 3,
        "reduction of the probability of a sanction for an error that its worker raised", causal_link=True,
        likely=(-0.5, 1))] = 0.3
    concealment: Annotated[float, Param("log", -1, 3,
        "increase of the probability of a sanction for an error that its worker concealed", causal_link=True,
        likely=(-0.5, 1))] = 0.3
    reproach: Annotated[float, Param("0-1", 0, 1,
        "chance of a reproach for a known error without a sanction, under full blame", causal_link=True,
        likely=(0, 0.8))] = 0.4
    second_strike: Annotated[float, Param(
        "ratio", 0, 10, "relative increase in the probability of a sanction for a second known error within the window",
        distribution="policy")] = 0.0
    dismissal: Annotated[float, Param(
        "share", 0, 1, "share of second-strike sanctions that end in dismissal", distribution="policy")] = 0.0
    strike_window: Annotated[float, Param("weeks", 13, 156, "period during which a first strike counts")] = 52.0
    # fmt: on


@rule
def escalates(fear: float, usefulness: float, severity: float, c: Response) -> float:
    r"""Probability that a manager escalates a report instead of suppressing it.

    Parameters
    ----------
    fear : float
        The manager's fear. [0-1]
    usefulness : float
        Perceived usefulness of reporting. [0-1]
    severity : float
        0 for a near miss, 1 for an ordinary error, 2 for a serious error. [step]
    c : Response
        Coefficients.

    Returns
    -------
    float
        Probability of escalation. [0-1]

    Notes
    -----
    Equation E140:

    .. math:: p = \sigma(u_0 - u_F (F - F_0) + u_V (V - V_0) + u_S (s - 1)), \quad \sigma(z) = 1 / (1 + e^{-z})

    where :math:`F` is ``fear``, :math:`V` is ``usefulness``, :math:`s` is ``severity``, and :math:`u_0`, :math:`u_F`,
    :math:`u_V` and :math:`u_S` are ``passing_base``, ``passing_fear``, ``passing_usefulness`` and
    ``passing_severity``. For an ordinary error at the reference (``fear_ref``, ``usefulness_ref``) the probability is
    0.30.

    References
    ----------
    burlison, trigger-tool, oig-2012

    Examples
    --------
    >>> round(escalates(0.5, 0.4, 1.0, Response()), 3)
    0.31
    >>> escalates(0.9, 0.4, 1.0, Response()) < escalates(0.1, 0.4, 1.0, Response())
    True
    """
    log_odds = c.passing_base - c.passing_fear * (fear - c.fear_ref)
    log_odds += c.passing_usefulness * (usefulness - c.usefulness_ref)
    return logistic(log_odds + c.passing_severity * (severity - 1.0))


@rule
def responds_with_blame(blame: float, c: Response) -> float:
    r"""Probability that a manager sanctions an honest error that has become known.

    Parameters
    ----------
    blame : float
        The manager's propensity to blame. [0-1]
    c : Response
        Coefficients.

    Returns
    -------
    float
        Probability of a sanction. [0-1]

    Notes
    -----
    Equation E24:

    .. math:: p_h = \min(1, s_0 B)

    where :math:`B` is ``blame`` and :math:`s_0` is ``sanction``. Without blame, honest errors are not sanctioned.

    References
    ----------
    mersey-care-2016

    Examples
    --------
    >>> responds_with_blame(0.0, Response()), round(responds_with_blame(0.6, Response()), 4)
    (0.0, 0.006)
    """
    return min(1.0, c.sanction * blame)


@rule
def sanction_ratio(severity: int, disclosure: int, harmed: bool, c: Response) -> float:
    r"""Probability of a sanction relative to an ordinary error that others discovered before it caused harm.

    Parameters
    ----------
    severity : int
        0 for a near miss, 1 for an ordinary error, 2 for a serious error.
    disclosure : int
        0 if the worker neither raised nor concealed the error, 1 if the worker concealed it, 2 if the worker raised it.
    harmed : bool
        Whether the error caused harm.
    c : Response
        Coefficients.

    Returns
    -------
    float
        Relative probability. [ratio]

    Notes
    -----
    Equation E220, for severity :math:`s`:

    .. math:: \rho = \exp(k_S (s - 1) + k_H [\text{harmed}] + k_C [\text{concealed}] - k_R [\text{raised}])

    where :math:`k_S`, :math:`k_H`, :math:`k_C` and :math:`k_R` are ``sanction_severity``, ``outcome_bias``,
    ``concealment`` and ``leniency``. With all at 0, only conduct matters.

    References
    ----------
    baron-hershey-1988

    Examples
    --------
    >>> sanction_ratio(1, 0, False, Response()), round(sanction_ratio(2, 0, False, Response()), 3)
    (1.0, 2.014)
    >>> round(sanction_ratio(1, 2, False, Response(leniency=0.7)), 3)
    0.497
    """
    log_ratio = c.sanction_severity * (severity - 1.0) + (c.outcome_bias if harmed else 0.0)
    if disclosure == practice_errors.CONCEALED:
        log_ratio += c.concealment
    elif disclosure == practice_errors.DISCLOSED:
        log_ratio -= c.leniency
    return math.exp(log_ratio)


@rule
def chance_of_sanction(honest_chance: float, conduct: int, ratio: float, earlier_strike: bool, c: Response) -> float:
    r"""Probability of a sanction for one error that has become known.

    Parameters
    ----------
    honest_chance : float
        Probability that the manager sanctions an honest error. [0-1]
    conduct : int
        0 for a slip or lapse, 1 for a routine violation, 2 for misconduct.
    ratio : float
        Relative probability for the severity, outcome and disclosure of the error (:func:`sanction_ratio`). [ratio]
    earlier_strike : bool
        Whether another error of the same worker became known within ``strike_window``, sanctioned or not.
    c : Response
        Coefficients.

    Returns
    -------
    float
        Probability of a sanction. [0-1]

    Notes
    -----
    Equation E24b:

    .. math:: p = \min(1, p_0 (1 + k_2 [\text{earlier strike}]))

    where :math:`p_0 = \rho \max(p_h, s)`, :math:`p_h` is ``honest_chance``, :math:`\rho` is ``ratio``, :math:`k_2` is
    ``second_strike``, and :math:`s` is ``sanction_culpable`` for misconduct, ``sanction_violation`` for a violation and
    0 for a slip.

    References
    ----------
    mersey-care-2016

    Examples
    --------
    >>> chance_of_sanction(0.0, 2, 1.0, False, Response()), chance_of_sanction(0.0, 0, 1.0, False, Response())
    (0.5, 0.0)
    >>> chance_of_sanction(0.02, 0, 1.0, True, Response(second_strike=1.0))
    0.04
    """
    floor = 0.0
    if conduct != practice_errors.SLIP:
        floor = c.sanction_culpable if conduct == practice_errors.MISCONDUCT else c.sanction_violation
    p = ratio * max(honest_chance, floor)
    return min(1.0, p * (1.0 + c.second_strike)) if earlier_strike else min(1.0, p)


@kernel
def compute_response(managers: Managers, learning: Learning, c: Response, now: WeekContext) -> None:
    """Compute each manager's probabilities of escalating a report and of sanctioning an error.

    Reads ``managers.fear``, ``managers.blame`` and ``learning.usefulness``; writes ``escalation_chance``,
    ``sanction_chance`` and ``sanction_ratio`` of the managers.
    """
    usefulness = learning.usefulness[now.authority]
    for t in range(now.first_team, now.end_team):
        managers.escalation_chance[t, :] = escalates(managers.fear[t], usefulness, 1.0, c)
        if c.passing_severity > 0.0:
            managers.escalation_chance[t, 0] = escalates(managers.fear[t], usefulness, 0.0, c)
            managers.escalation_chance[t, 2] = escalates(managers.fear[t], usefulness, 2.0, c)
        managers.sanction_chance[t] = responds_with_blame(managers.blame[t], c)
    for severity in range(3):
        for disclosure in range(practice_errors.DISCLOSURES):
            for harmed in (False, True):
                column = response_to(severity, disclosure, harmed)
                ratio = sanction_ratio(severity, disclosure, harmed, c)
                for t in range(now.first_team, now.end_team):
                    managers.sanction_ratio[t, column] = ratio


@kernel
def apply_response(
    workers: Workers, managers: Managers, errors: Errors, counts: WeeklyCounts, event_log: EventLog,
    analyses_discoveries: bool, strike_by_finding: bool, own_weight: float, c: Response, now: WeekContext,
) -> None:  # fmt: skip
    """Sanction or reproach authors of known errors, and escalate or suppress raised reports.

    An error is known when it was raised with the manager this week, or discovered or harmful since last week. Authors
    who have left the post are not sanctioned. Writes ``errors.state``, ``errors.since``, ``counts.reported``,
    ``counts.suppressed``, one event per raised report, and the columns that :func:`_apply_sanction` writes. Each draw
    is keyed by the error; only the strikes of one worker depend on the order of that worker's errors.

    Parameters
    ----------
    analyses_discoveries : bool
        Whether discovered errors wait for analysis, as reports do.
    strike_by_finding : bool
        Whether only a finding of formal action counts as a strike, not every error that becomes known.
    own_weight : float
        Share of the way that a worker's perceived chance of a sanction moves towards the outcome of the own case.
    """
    a = now.authority
    for t in range(now.first_team, now.end_team):
        managers.sanctions[t] = 0
        managers.just_sanctions[t] = 0
        managers.reproaches[t] = 0
    for w in range(now.first_post, now.end_post):
        workers.reproaches[w] = 0
    first = first_row(errors, a)
    for e in range(first, first + errors.live[a]):
        state = errors.state[e]
        if (
            state != practice_errors.RAISED_WITH_MANAGER
            and state != practice_errors.DISCOVERED
            and state != practice_errors.HARMED
        ):
            continue
        w = errors.author[e]
        t = workers.team[w]
        key = errors.key[e]
        if errors.spell[e] == workers.spell[w]:
            _apply_sanction(workers, managers, errors, counts, event_log, e, strike_by_finding, own_weight, c, now)
        if state != practice_errors.RAISED_WITH_MANAGER:
            waits = analyses_discoveries and state == practice_errors.DISCOVERED
            errors.state[e] = practice_errors.REPORTED if waits else practice_errors.CLOSED
            continue
        errors.since[e] = now.week
        if rng.uniform(now.seed, rng.PASS_UP, now.week, key) < managers.escalation_chance[t, errors.severity[e]]:
            errors.state[e] = practice_errors.REPORTED
            errors.source[e] = practice_errors.BY_REPORT
            counts.reported[a] += 1
            kind = world.REPORTED
        else:
            errors.state[e] = practice_errors.SUPPRESSED_BY_MANAGER
            counts.suppressed[a] += 1
            kind = world.SUPPRESSED
        log_event(event_log, now, kind, t, w, errors.spell[e], error_number(errors, e), errors.severity[e])


@kernel
def _apply_sanction(
    workers: Workers,
    managers: Managers,
    errors: Errors,
    counts: WeeklyCounts,
    event_log: EventLog,
    e: int,
    strike_by_finding: bool,
    own_weight: float,
    c: Response,
    now: WeekContext,
) -> None:
    """Draw whether the author of error ``e`` is sanctioned, dismissed or reproached; record what the team saw."""
    w = errors.author[e]
    t = workers.team[w]
    earlier_strike = now.week - workers.last_strike[w] <= c.strike_window
    workers.last_strike[w] = workers.last_strike[w] if strike_by_finding else now.week
    harmed = errors.state[e] == practice_errors.HARMED
    ratio = managers.sanction_ratio[t, response_to(errors.severity[e], errors.disclosure[e], harmed)]
    conduct = errors.conduct[e]
    kind = conduct * practice_errors.DISCLOSURES + errors.disclosure[e]
    managers.judged[t, kind] += 1
    p = chance_of_sanction(managers.sanction_chance[t], conduct, ratio, earlier_strike, c)
    is_sanctioned = rng.uniform(now.seed, rng.SANCTION, now.week, errors.key[e]) < p
    perceived = workers.perceived_sanction[w, kind]
    workers.perceived_sanction[w, kind] = perceived + (is_sanctioned - perceived) * own_weight
    if is_sanctioned:
        managers.sanctioned[t, kind] += 1
        managers.just_sanctions[t] += conduct != practice_errors.SLIP
        record_charge(workers, w, conduct, errors.severity[e], now.week)
        managers.sanctions[t] += 1
        u = rng.uniform(now.seed, rng.DISMISSED, now.week, errors.key[e])
        is_dismissed = earlier_strike and u < c.dismissal and not strike_by_finding
        workers.dismissed[w] = 1 if is_dismissed else workers.dismissed[w]
        counts.sanctions[now.authority] += 1
        log_event(event_log, now, world.SANCTION, t, w, errors.spell[e], error_number(errors, e), errors.severity[e])
    elif rng.uniform(now.seed, rng.REPROACH, now.week, errors.key[e]) < c.reproach * managers.blame[t]:
        workers.reproaches[w] += 1
        managers.reproaches[t] += 1
        counts.reproaches[now.authority] += 1
