"""Reporting of errors by workers.

A worker who has recognised an error either raises it with the manager or conceals it. Fear and work pressure argue
against raising it; perceived usefulness, the norm of the team, severity and rewards argue for it. Concealed errors may
be reported to a confidential system.
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
from redbead.state.people import EMPTY, Managers, Workers
from redbead.state.practice_errors import Errors, error_number, first_row
from redbead.state.world import EventLog, WeekContext, log_event


class Reporting(NamedTuple):
    """Coefficients of the decision to report, on the log-odds scale."""

    # fmt: off
    base: Annotated[float, Param("log-odds", -6, 6, "reference log-odds of raising an ordinary error (p = 0.70)",
        symbol="a_0", likely=(0, 1.7))] = 0.8473
    fear: Annotated[float, Param("log-odds/unit", 0, 6, "effect of fear against reporting", "assumed",
        "weight not above that of feedback: Burlison et al.", ("burlison",), symbol="a_F", causal_link=True)] = 3.0
    usefulness: Annotated[float, Param("log-odds/unit", 0, 6, "effect of perceived usefulness on reporting", "assumed",
        "feedback is the strongest predictor among 223,412 staff: Burlison et al.", ("burlison",), symbol="a_V",
        causal_link=True)] = 3.0
    pressure: Annotated[float, Param(
        "log-odds/log", 0, 6, "effect of work pressure against reporting", symbol="a_P", causal_link=True)] = 1.0
    norm: Annotated[float, Param("log-odds/unit", 0, 6,
        "effect of the team's reporting norm; above 4 two norms can be stable", symbol="a_N", causal_link=True)] = 1.5
    severity: Annotated[float, Param("log-odds/step", 0, 6, "effect of severity on reporting", "assumed",
        "reporting threshold by severity: Cooke 2003", ("cooke-2003",), symbol="a_S")] = 0.8
    violation: Annotated[float, Param("log-odds", 0, 3,
        "reduction of the log-odds of raising an error that is a violation or misconduct", causal_link=True,
        likely=(0, 1.5))] = 0.5
    calculation: Annotated[float, Param("log-odds/unit", 0, 10, "effect of the sanction that raising an error avoids",
        "assumed", "enforcement with mercy makes firms confess more: Short and Toffel 2008", ("short-toffel-2008",),
        causal_link=True, likely=(0, 5))] = 0.0
    trust: Annotated[float, Param("log-odds/unit", -3, 6, "effect of trust in colleagues on raising an error",
        causal_link=True)] = 0.0
    reward: Annotated[float, Param("log-odds", 0, 6, "effect of rewards for reporting", distribution="policy")] = 0.0
    fear_ref: Annotated[float, Param("0-1", 0, 1, "reference fear", distribution="reference")] = 0.5
    usefulness_ref: Annotated[float, Param("0-1", 0, 1, "reference usefulness", distribution="reference")] = 0.4
    norm_ref: Annotated[float, Param("0-1", 0, 1, "reference norm", distribution="reference")] = 0.7
    norm_memory: Annotated[float, Param("weeks", 4, 104, "time constant of the team's reporting norm")] = 26.0
    confidential: Annotated[float, Param(
        "0-1", 0, 1, "availability of a confidential reporting system to staff", distribution="policy")] = 0.0
    confidential_base: Annotated[float, Param(
        "log-odds", -9, 0, "log-odds of reporting a withheld error in confidence, at the reference", "measured",
        "about 1 % of staff per year: CIRAS, ASRS", ("ciras", "asrs"))] = -5.4
    anonymity: Annotated[float, Param("share", 0, 1, "share of the effect of fear that confidentiality removes")] = 0.8
    # fmt: on


@rule
def willingness_to_report(
    fear: float, usefulness: float, log_work_pressure: float, norm: float, severity: float, c: Reporting
) -> float:
    r"""Probability that a worker raises a recognised error with the manager.

    Parameters
    ----------
    fear : float
        Fear of the worker: expected personal cost of an error that becomes known. [0-1]
    usefulness : float
        Perceived usefulness of reporting. [0-1]
    log_work_pressure : float
        Natural logarithm of work pressure. [log]
    norm : float
        Reporting norm: share of recognised errors that the team has recently raised. [0-1]
    severity : float
        0 for a near miss, 1 for an ordinary error, 2 for a serious error. [step]
    c : Reporting
        Coefficients.

    Returns
    -------
    float
        Probability of reporting. [0-1]

    Notes
    -----
    Equation E16, for fear :math:`F`, usefulness :math:`V`, work pressure :math:`P`, norm :math:`N`, severity :math:`s`
    and reward :math:`a_R`:

    .. math::
        \operatorname{logit} p = a_0 - a_F (F - F_0) + a_V (V - V_0) + a_N (N - N_0) - a_P \ln P + a_S (s - 1) + a_R

    For an ordinary error with all other values at their references, :math:`p = 0.70`.

    References
    ----------
    burlison, cooke-2003

    Examples
    --------
    >>> round(willingness_to_report(0.5, 0.4, 0.0, 0.7, 1.0, Reporting()), 3)
    0.7
    >>> willingness_to_report(0.9, 0.4, 0.0, 0.7, 1.0, Reporting()) < 0.5
    True
    """
    z = c.base - c.fear * (fear - c.fear_ref) + c.usefulness * (usefulness - c.usefulness_ref)
    z += c.norm * (norm - c.norm_ref) - c.pressure * log_work_pressure + c.severity * (severity - 1.0)
    return logistic(z + c.reward)


@rule
def shift_by_trust(p: float, trust: float, c: Reporting) -> float:
    r"""Probability of raising an error for a worker with less than full trust in colleagues.

    Parameters
    ----------
    p : float
        Probability at full trust (:func:`willingness_to_report`). [0-1]
    trust : float
        Trust in colleagues. [0-1]
    c : Reporting
        Coefficients.

    Returns
    -------
    float
        Probability of reporting. [0-1]

    Notes
    -----
    Equation E245, for trust :math:`T`:

    .. math:: \operatorname{logit} p' = \operatorname{logit} p - a_T (1 - T)

    where :math:`a_T` is ``trust``: above 0, workers who distrust colleagues raise less; below 0, they raise more,
    before a colleague reports them. At 0 (the default) trust does not matter.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> shift_by_trust(0.25, 0.4, Reporting()), shift_by_trust(0.25, 1.0, Reporting(trust=2.0))
    (0.25, 0.25)
    >>> round(shift_by_trust(0.5, 0.5, Reporting(trust=2.0 * math.log(3.0))), 3)
    0.25
    """
    shift = c.trust * (trust - 1.0)
    if shift == 0.0:
        return p
    ratio = math.exp(shift)
    return p * ratio / (1.0 - p + p * ratio)


@rule
def shift_by_conduct(p: float, conduct: int, avoided: float, brought: float, c: Reporting) -> float:
    r"""Probability of raising an error of a given conduct.

    Parameters
    ----------
    p : float
        Probability of raising a slip of the same severity (:func:`willingness_to_report`). [0-1]
    conduct : int
        0 for a slip or lapse, 1 for a routine violation, 2 for misconduct.
    avoided : float
        Perceived chance that the error, if concealed, is found and sanctioned. [0-1]
    brought : float
        Perceived chance of a sanction if the error is raised. [0-1]
    c : Reporting
        Coefficients.

    Returns
    -------
    float
        Probability of reporting. [0-1]

    Notes
    -----
    Equation E228:

    .. math:: \operatorname{logit} p' = \operatorname{logit} p - a_V [\text{not a slip}] + a_C (\phi p_c - p_r)

    where :math:`a_V` and :math:`a_C` are ``violation`` and ``calculation``, :math:`\phi p_c` is ``avoided`` and
    :math:`p_r` is ``brought``. With both at 0 (the default), conduct does not matter.

    References
    ----------
    short-toffel-2008

    Examples
    --------
    >>> shift_by_conduct(0.25, 1, 0.0, 0.0, Reporting(violation=0.0))
    0.25
    >>> round(shift_by_conduct(0.5, 1, 0.0, 0.0, Reporting(violation=math.log(3.0))), 3)
    0.25
    """
    shift = c.calculation * (avoided - brought) - (0.0 if conduct == practice_errors.SLIP else c.violation)
    if shift == 0.0:
        return p
    ratio = math.exp(shift)
    return p * ratio / (1.0 - p + p * ratio)


@rule
def willingness_in_confidence(fear: float, usefulness: float, c: Reporting) -> float:
    r"""Probability that a worker reports a concealed error to a confidential system.

    Parameters
    ----------
    fear : float
        Fear of the worker. [0-1]
    usefulness : float
        Perceived usefulness of reporting. [0-1]
    c : Reporting
        Coefficients.

    Returns
    -------
    float
        Probability of a confidential report. [0-1]

    Notes
    -----
    Equation E17, for availability :math:`\alpha`, anonymity :math:`\nu`, fear :math:`F` and usefulness :math:`V`:

    .. math:: p = \alpha \, \operatorname{logit}^{-1}\left[c_0 - (1 - \nu) a_F (F - F_0) + a_V (V - V_0)\right]

    Without a confidential system (:math:`\alpha = 0`, the default) the probability is 0.

    References
    ----------
    ciras, asrs

    Examples
    --------
    >>> willingness_in_confidence(0.5, 0.4, Reporting())
    0.0
    >>> round(willingness_in_confidence(0.5, 0.4, Reporting(confidential=1.0)), 4)
    0.0045
    """
    z = c.confidential_base - (1.0 - c.anonymity) * c.fear * (fear - c.fear_ref)
    return c.confidential * logistic(z + c.usefulness * (usefulness - c.usefulness_ref))


@kernel
def compute_reporting(
    workers: Workers, managers: Managers, learning: Learning, errors: Errors, c: Reporting, now: WeekContext
) -> None:
    """Compute the willingness to report ordinary errors and recognised errors of other severity.

    Reads ``fear``, ``trust``, ``log_pressure`` and ``team`` of the workers, ``managers.norm``, ``learning.usefulness``
    and the recognised errors. Writes ``workers.willingness``, whose second axis is the severity.
    """
    usefulness = learning.usefulness[now.authority]
    for w in range(now.first_post, now.end_post):
        if workers.status[w] != EMPTY:
            willing = willingness_to_report(
                workers.fear[w], usefulness, workers.log_pressure[w], managers.norm[workers.team[w]], 1.0, c
            )
            workers.willingness[w, 1] = shift_by_trust(willing, workers.trust[w], c)
    first = first_row(errors, now.authority)
    for e in range(first, first + errors.live[now.authority]):
        if errors.state[e] == practice_errors.RECOGNISED and errors.severity[e] != 1:
            w = errors.author[e]
            willing = willingness_to_report(
                workers.fear[w], usefulness, workers.log_pressure[w], managers.norm[workers.team[w]],
                float(errors.severity[e]), c,
            )  # fmt: skip
            workers.willingness[w, errors.severity[e]] = shift_by_trust(willing, workers.trust[w], c)


@kernel
def decide_reports(
    workers: Workers, managers: Managers, learning: Learning, errors: Errors, counts: WeeklyCounts,
    event_log: EventLog, c: Reporting, now: WeekContext,
) -> None:  # fmt: skip
    """Decide for each newly recognised error whether the worker raises it with the manager or conceals it.

    Reads ``fear``, ``willingness`` and perceptions of the workers and ``learning.usefulness``. Writes ``state``,
    ``since``, ``disclosure`` and ``spell`` of the errors, ``workers.last_withheld``, the teams' counts ``recognised``
    and ``raised``, and the weekly counts. Random numbers are keyed by error, so the order of errors does not matter.

    Notes
    -----
    Equations E16 and E228 give the probability of raising an error, equation E17 that of a confidential report.
    """
    a = now.authority
    for t in range(now.first_team, now.end_team):
        managers.recognised[t] = 0
        managers.raised[t] = 0
    first = first_row(errors, a)
    for e in range(first, first + errors.live[a]):
        if errors.state[e] != practice_errors.RECOGNISED:
            continue
        w = errors.author[e]
        team = workers.team[w]
        u, v = rng.pair(now.seed, rng.REPORT, now.week, errors.key[e])
        number = error_number(errors, e)
        managers.recognised[team] += 1
        errors.since[e] = now.week
        kind = errors.conduct[e] * practice_errors.DISCLOSURES
        avoided = workers.perceived_detection[w] * workers.perceived_sanction[w, kind + practice_errors.CONCEALED]
        brought = workers.perceived_sanction[w, kind + practice_errors.DISCLOSED]
        if u < shift_by_conduct(workers.willingness[w, errors.severity[e]], errors.conduct[e], avoided, brought, c):
            errors.state[e] = practice_errors.RAISED_WITH_MANAGER
            errors.disclosure[e] = practice_errors.DISCLOSED
            managers.raised[team] += 1
            counts.raised[a] += 1
            log_event(event_log, now, world.RAISED, team, w, errors.spell[e], number, errors.severity[e])
            continue
        errors.state[e] = practice_errors.CONCEALED_BY_WORKER
        errors.disclosure[e] = practice_errors.CONCEALED
        # The present holder of the post knows of the error, even if a predecessor made it.
        errors.spell[e] = workers.spell[w]
        workers.last_withheld[w] = now.week
        counts.concealed[a] += 1
        log_event(event_log, now, world.CONCEALED, team, w, errors.spell[e], number, errors.severity[e])
        if v < willingness_in_confidence(workers.fear[w], learning.usefulness[a], c):
            counts.confidential[a] += 1
            log_event(event_log, now, world.CONFIDED, team, w, errors.spell[e], number, errors.severity[e])


@kernel
def release_leavers_errors(workers: Workers, errors: Errors, counts: WeeklyCounts, now: WeekContext) -> None:
    """Make errors that leavers concealed unrecognised, because their knowledge leaves with them.

    Reads ``workers.spell`` and ``counts.departures``. Writes ``errors.state``. Errors that a manager suppressed remain
    known to the manager.
    """
    a = now.authority
    if counts.departures[a] == 0:
        return
    first = first_row(errors, a)
    for e in range(first, first + errors.live[a]):
        has_left = errors.spell[e] != workers.spell[errors.author[e]]
        errors.state[e] = (
            practice_errors.UNRECOGNISED
            if has_left and errors.state[e] == practice_errors.CONCEALED_BY_WORKER
            else errors.state[e]
        )


@kernel
def update_norms(managers: Managers, c: Reporting, now: WeekContext) -> None:
    r"""Move each team's reporting norm towards the share of recognised errors raised this week.

    Reads ``recognised`` and ``raised`` of the managers' teams. Writes ``managers.norm``. A team that recognised no
    error keeps its norm.

    Notes
    -----
    Equation E23, for :math:`n` recognised errors, :math:`m` raised errors and the time constant :math:`\tau_N`
    (``norm_memory``):

    .. math:: N \leftarrow N + (m / n - N) / \tau_N
    """
    for t in range(now.first_team, now.end_team):
        if managers.recognised[t] > 0:
            share = managers.raised[t] / managers.recognised[t]
            managers.norm[t] += (share - managers.norm[t]) / c.norm_memory
