"""Organisational learning: analysis of reports, defences, usefulness of reporting and forgetting.

Escalated reports wait for analysis until hours are available. Analysed reports, reviewed incidents, improvement time,
family feedback, pooled lessons and inspections build defences, which decay over time and when staff leave. The
share of reports that are analysed determines how useful staff consider reporting. Teams with autonomy also develop
local improvements.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from redbead.jit import rule
from redbead.quantities import Param
from redbead.state.constants import REFERENCE_POSTS
from redbead.state.maths import clip01


class Lessons(NamedTuple):
    """Analysis of reports, growth and decay of defences, and local improvement."""

    # fmt: off
    hours_per_report: Annotated[float, Param("hours", 1, 20, "time needed to analyse one report")] = 5.0
    capacity: Annotated[float, Param(
        "share", 0, 0.05, "share of staff hours reserved for analysis (0 stops analysis)")] = 0.015
    per_report: Annotated[float, Param(
        "1/report", 0, 0.003, "gain in defences per well-analysed report in an authority of 120 posts", "assumed",
        "45 % of reports to CIRAS led to change", ("ciras",))] = 0.0025
    hours_near_miss: Annotated[float, Param(
        "ratio", 0.1, 1, "time needed to analyse a near miss relative to another error")] = 0.5
    worth_near_miss: Annotated[float, Param(
        "ratio", 0, 2, "gain in defences from a near miss relative to an ordinary error")] = 0.7
    worth_serious: Annotated[float, Param(
        "ratio", 0, 3, "gain in defences from a serious error relative to an ordinary one")] = 1.5
    discovered: Annotated[float, Param("ratio", 0, 1,
        "gain in defences from an error that others discovered relative to a report; at 0 it is not analysed",
        causal_link=True)] = 1.0
    accuracy: Annotated[float, Param("0-1", 0, 1, "chance that the analysis of an error leads to a right lesson",
        causal_link=True, likely=(0.5, 1))] = 0.9
    accuracy_backlog: Annotated[float, Param("log/week", 0, 1, "reduction of that chance per week of queued work",
        "assumed", "with limited capacity more reports can do harm: Rauwolf and Jones 2019", ("rauwolf-jones-2019",),
        causal_link=True, likely=(0, 0.2))] = 0.02
    wrong_lesson: Annotated[float, Param("ratio", 0, 2,
        "loss of defences through a wrong lesson relative to the gain from a right one", causal_link=True,
        likely=(0, 1))] = 0.5
    per_incident: Annotated[float, Param(
        "1/incident", 0, 0.05, "gain in defences per reviewed serious incident in an authority of 120 posts", "assumed",
        "learning from serious errors fades: Haunschild et al. 2015", ("haunschild-2015",), causal_link=True)] = 0.01
    improvement: Annotated[float, Param("1/week/share", 0, 0.5, "gain in defences per unit of improvement time")] = 0.10
    pool_share: Annotated[float, Param(
        "1/report", 0, 0.01, "gain in defences per novel lesson pooled nationally")] = 0.0006
    pool_authorities: Annotated[float, Param(
        "authorities", 1, 153, "number of authorities that pool their confidential reports", "measured",
        "153 local authorities in England", ("dfe-workforce-2025",), whole=True)] = 1.0
    pool_novelty: Annotated[float, Param("share", 0, 1, "share of confidential reports with new information",
        "measured", "33 % at CIRAS", ("ciras",))] = 0.33
    pool_transfer: Annotated[float, Param(
        "share", 0, 1, "share of a lesson from another authority that applies locally")] = 0.5
    asked: Annotated[float, Param("0-1", 0, 1, "share of families asked for feedback", distribution="policy")] = 0.0
    used: Annotated[float, Param("0-1", 0, 1, "share of family feedback used in planning")] = 1.0
    feedback: Annotated[float, Param("1/week", 0, 0.02,
        "gain in defences when all families are asked and all their feedback is used", causal_link=True)] = 0.006
    autonomy: Annotated[float, Param(
        "0-1", 0, 1, "extent to which teams may test their own ways of working", distribution="policy")] = 0.0
    autonomy_gain: Annotated[float, Param(
        "log/week", 0, 0.005, "mean reduction in the log error rate from local improvement at full autonomy")] = 0.0005
    autonomy_spread: Annotated[float, Param(
        "log", 0, 0.05, "standard deviation of the weekly effect of local improvement; some changes do harm")] = 0.01
    participation: Annotated[float, Param(
        "ratio", 0, 2, "multiplier for the participation of practitioners in analysis")] = 1.0
    blame_blindness: Annotated[float, Param(
        "share", 0, 0.9, "reduction in analysis quality under full blame", causal_link=True)] = 0.7
    memory: Annotated[float, Param("weeks", 52, 300, "time constant with which defences decay", "assumed",
        "lessons decay and errors recur: Cooke 2003; Haunschild et al. 2015",
        ("cooke-2003", "haunschild-2015"))] = 156.0
    memory_in_people: Annotated[float, Param(
        "share", 0, 1, "share of defences lost per share of staff who leave", causal_link=True)] = 0.3
    defences_ref: Annotated[float, Param("0-1", 0, 1, "reference defences", distribution="reference")] = 0.40
    useful_floor: Annotated[float, Param("0-1", 0, 0.5, "usefulness of reporting when no report is analysed")] = 0.1
    useful_span: Annotated[float, Param(
        "0-1", 0, 0.9, "gain in usefulness when every report is well analysed", causal_link=True)] = 0.8
    useful_memory: Annotated[float, Param(
        "weeks", 4, 104, "time constant with which usefulness follows feedback")] = 26.0
    answer_memory: Annotated[float, Param(
        "weeks", 4, 52, "time constant over which staff perceive the share of reports that are analysed")] = 13.0
    # fmt: on


@rule
def analysis_quality(blame: float, c: Lessons) -> float:
    r"""Quality of analysis: how far it examines the system instead of the individual.

    Parameters
    ----------
    blame : float
        Mean propensity of managers to blame. [0-1]
    c : Lessons
        Coefficients.

    Returns
    -------
    float
        Analysis quality. [0-1]

    Notes
    -----
    Equation E21c:

    .. math:: q_I = 1 - \omega_I \bar B

    where :math:`\omega_I` is ``blame_blindness``. Without blame, quality is 1.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> analysis_quality(0.0, Lessons())
    1.0
    >>> round(analysis_quality(0.6, Lessons()), 2)
    0.58
    """
    return 1.0 - c.blame_blindness * blame


@rule
def usefulness_target(quality: float, answered: float, c: Lessons) -> float:
    r"""Target level of the perceived usefulness of reporting.

    Parameters
    ----------
    quality : float
        Analysis quality. [0-1]
    answered : float
        Analysed reports as a share of reports made, both smoothed. [ratio]
    c : Lessons
        Coefficients.

    Returns
    -------
    float
        Target usefulness, limited to 0-1.

    Notes
    -----
    Equation E22:

    .. math:: V^* = \mathrm{clip}_{01}(v_0 + v_1 q_I \min(1, r))

    where :math:`q_I` is ``quality``, :math:`r` is ``answered``, and :math:`v_0` and :math:`v_1` are
    ``useful_floor`` and ``useful_span``. Reports that are never analysed reduce usefulness to ``useful_floor``.

    References
    ----------
    burlison

    Examples
    --------
    >>> usefulness_target(1.0, 0.0, Lessons()), round(usefulness_target(1.0, 1.0, Lessons()), 3)
    (0.1, 0.9)
    """
    return clip01(c.useful_floor + c.useful_span * quality * min(1.0, answered))


@rule
def worth_of_lesson(severity: int, is_report: bool, c: Lessons) -> float:
    r"""Gain from the analysis of one error relative to a report of an ordinary error.

    Parameters
    ----------
    severity : int
        0 for a near miss, 1 for an ordinary error, 2 for a serious error.
    is_report : bool
        Whether the organisation knows of the error from a report, not from a discovery.
    c : Lessons
        Coefficients.

    Returns
    -------
    float
        Relative gain. [ratio]

    Notes
    -----
    Equation E221:

    .. math:: w = d^{[\text{discovered}]} \begin{cases} w_0 & \text{near miss} \\ 1 & \text{ordinary} \\
       w_2 & \text{serious} \end{cases}

    where :math:`d`, :math:`w_0` and :math:`w_2` are ``discovered``, ``worth_near_miss`` and ``worth_serious``.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> worth_of_lesson(1, True, Lessons()), worth_of_lesson(0, False, Lessons(discovered=0.5, worth_near_miss=0.8))
    (1.0, 0.4)
    """
    worth = 1.0
    if severity == 0:
        worth = c.worth_near_miss
    elif severity == 2:
        worth = c.worth_serious
    return worth if is_report else worth * c.discovered


@rule
def analysis_accuracy(backlog: float, c: Lessons) -> float:
    r"""Chance that the analysis of an error leads to a right lesson.

    Parameters
    ----------
    backlog : float
        Hours needed for all waiting errors relative to the hours available this week. [weeks]
    c : Lessons
        Coefficients.

    Returns
    -------
    float
        Chance. [0-1]

    Notes
    -----
    Equation E221b:

    .. math:: a = a_0 \, e^{-k_a Q}

    where :math:`Q` is ``backlog``, :math:`a_0` is ``accuracy`` and :math:`k_a` is ``accuracy_backlog``. At 1 and 0 all
    lessons are right.

    References
    ----------
    rauwolf-jones-2019

    Examples
    --------
    >>> analysis_accuracy(0.0, Lessons()), round(analysis_accuracy(10.0, Lessons(accuracy_backlog=0.1)), 3)
    (0.9, 0.331)
    """
    return c.accuracy * math.exp(-c.accuracy_backlog * backlog)


@rule
def learning_rate(
    analysed: float, reviewed: float, quality: float, confidential: float, posts: float, improvement_time: float,
    information: float, c: Lessons,
) -> float:  # fmt: skip
    r"""Lessons learnt per week, as a share of what remains to be learnt.

    Parameters
    ----------
    analysed : float
        Reports analysed this week, weighted by :func:`worth_of_lesson`. [reports/week]
    reviewed : float
        Serious incidents whose review ends this week, scaled to an authority of 120 posts. [incidents/week]
    quality : float
        Analysis quality. [0-1]
    confidential : float
        Confidential reports made this week. [reports/week]
    posts : float
        Established posts. [posts]
    improvement_time : float
        Share of staff hours spent on improvement. [0-1]
    information : float
        Lessons from an inspection that has just ended. [share]
    c : Lessons
        Coefficients.

    Returns
    -------
    float
        Learning rate. [1/week]

    Notes
    -----
    Equation E21, the learning terms:

    .. math:: \lambda = (l_R a N_0 / N + l_S s) \, q_I \pi + l_{CI} x + l_F f u + l_N n A \nu \theta + i

    where :math:`a` is ``analysed``, :math:`s` is ``reviewed``, :math:`q_I` is ``quality``, :math:`n` is
    ``confidential``, :math:`N` is ``posts`` (:math:`N_0 = 120`), :math:`x` is ``improvement_time`` and :math:`i` is
    ``information``. The gains :math:`l_R`, :math:`l_S`, :math:`l_{CI}`, :math:`l_F` and :math:`l_N` are ``per_report``,
    ``per_incident``, ``improvement``, ``feedback`` and ``pool_share``; :math:`\pi` is ``participation``, :math:`f` and
    :math:`u` are ``asked`` and ``used``, and :math:`A`, :math:`\nu` and :math:`\theta` are ``pool_authorities``,
    ``pool_novelty`` and ``pool_transfer``. Without any source of lessons the rate is 0.

    References
    ----------
    ciras, haunschild-2015, repenning-sterman-2001

    Examples
    --------
    >>> learning_rate(0.0, 0.0, 1.0, 0.0, 120.0, 0.0, 0.0, Lessons())
    0.0
    >>> round(learning_rate(2.0, 0.0, 0.58, 0.0, 120.0, 0.06, 0.0, Lessons()), 6)
    0.0089
    """
    analyses = c.per_report * analysed * REFERENCE_POSTS / posts + c.per_incident * reviewed
    local = analyses * quality * c.participation
    pooled = c.pool_share * confidential * c.pool_authorities * c.pool_novelty * c.pool_transfer
    return local + c.improvement * improvement_time + c.feedback * c.asked * c.used + pooled + information


@rule
def forgetting_rate(leaver_share: float, c: Lessons) -> float:
    r"""Share of defences lost per week through time and departing staff.

    Parameters
    ----------
    leaver_share : float
        Permanent staff who left last week, as a share of permanent staff. [1/week]
    c : Lessons
        Coefficients.

    Returns
    -------
    float
        Forgetting rate. [1/week]

    Notes
    -----
    Equation E21b:

    .. math:: \phi = 1 / \tau_D + k_D \ell

    where :math:`\ell` is ``leaver_share``, :math:`\tau_D` is ``memory`` and :math:`k_D` is ``memory_in_people``.

    References
    ----------
    cooke-2003, haunschild-2015

    Examples
    --------
    >>> round(forgetting_rate(0.0, Lessons()), 5)
    0.00641
    """
    return 1.0 / c.memory + c.memory_in_people * leaver_share


@rule
def step_local_improvement(improvement: float, draw: float, c: Lessons) -> float:
    r"""A team's local improvement after one week.

    Parameters
    ----------
    improvement : float
        Reduction in the team's log error rate before the week. [log]
    draw : float
        Standard normal draw for the week. [sd]
    c : Lessons
        Coefficients.

    Returns
    -------
    float
        Reduction in the team's log error rate after the week. [log]

    Notes
    -----
    Equation E142:

    .. math:: m' = m + \alpha (\mu + s z) - m / \tau_D

    where :math:`m` is ``improvement``, :math:`z` is ``draw``, :math:`\alpha` is ``autonomy``, :math:`\mu` and :math:`s`
    are ``autonomy_gain`` and ``autonomy_spread``, and :math:`\tau_D` is ``memory``. Without autonomy, existing
    improvements decay and no new ones arise.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> step_local_improvement(0.0, 0.0, Lessons()), round(step_local_improvement(0.0, 0.0, Lessons(autonomy=1.0)), 6)
    (0.0, 0.0005)
    """
    return improvement + c.autonomy * (c.autonomy_gain + c.autonomy_spread * draw) - improvement / c.memory
