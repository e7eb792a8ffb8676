"""Rules of organisational learning: analysis, usefulness of reporting, lessons, forgetting and local improvement."""

from __future__ import annotations

from redbead.behaviour.learning.parameters import Lessons
from redbead.jit import rule
from redbead.state.constants import REFERENCE_POSTS
from redbead.state.maths import clip01


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
def learning_rate(
    analysed: float, reviewed: float, quality: float, confidential: float, posts: float, improvement_time: float,
    information: float, c: Lessons,
) -> float:  # fmt: skip
    r"""Lessons learnt per week, as a share of what remains to be learnt.

    Parameters
    ----------
    analysed : float
        Reports analysed this week. [reports/week]
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
