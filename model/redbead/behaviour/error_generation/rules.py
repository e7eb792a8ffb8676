"""Equations of the error rate, deterrence and the recognition of errors."""

from __future__ import annotations

import math

from redbead.behaviour.error_generation.parameters import Practice
from redbead.jit import rule


@rule
def error_rate(
    time_per_case: float, burnout: float, skill: float, fear: float, commitment: float, climate: float, c: Practice
) -> float:
    r"""Expected errors of one worker per open case.

    Parameters
    ----------
    time_per_case : float
        Time given to a case relative to the full standard. Values are limited to 0.05-1. [ratio]
    burnout, skill, fear : float
        Burnout, skill and fear of the worker, each minus its reference. [-1 to 1]
    commitment : float
        Commitment of the worker, minus the mean. [standard deviations]
    climate : float
        Log error rate that staff share: :func:`error_climate` minus the team's local improvement and minus
        :func:`strike_deterrence`. [log]
    c : Practice
        Coefficients.

    Returns
    -------
    float
        Errors per case and week.

    Notes
    -----
    Equation E14, for time per case :math:`q`, burnout :math:`b`, skill :math:`e`, fear :math:`F`, commitment :math:`k`
    and climate :math:`\lambda`:

    .. math::
        r = \varepsilon \, \min[1, \max(0.05, q)]^{-\theta_t} \exp\left[\lambda + \theta_b (b - b_0)
        - \theta_e (e - e_0) + \theta_F (F - F_0) - \theta_k k\right]

    At the full standard, with all other arguments at their references, the rate is :math:`\varepsilon`
    (``errors_per_case``). Time beyond the full standard does not reduce errors further.

    References
    ----------
    scie-6, safer-safeguarding-2015

    Examples
    --------
    >>> error_rate(1.0, 0.0, 0.0, 0.0, 0.0, 0.0, Practice())
    0.01
    >>> round(error_rate(0.8, 0.2, -0.5, 0.0, 0.0, 0.0, Practice()), 5)
    0.02278
    """
    exponent = climate + c.exhaustion * burnout - c.experience * skill + c.fear * fear - c.commitment * commitment
    return c.errors_per_case * math.exp(exponent - c.haste * math.log(min(1.0, max(0.05, time_per_case))))


@rule
def error_climate(disruption: float, defences: float, accountability: float, blame: float, c: Practice) -> float:
    r"""Effect of conditions that all staff of an authority share on the log error rate.

    Parameters
    ----------
    disruption : float
        Organisational disruption. [index]
    defences : float
        Defences built from lessons, minus their reference. [-1 to 1]
    accountability : float
        Threat of an adverse inspection minus its reference: pressure to perform from outside. [-1 to 1]
    blame : float
        Mean blame of managers minus its reference. [-1 to 1]
    c : Practice
        Coefficients.

    Returns
    -------
    float
        Addition to the log error rate. [log]

    Notes
    -----
    Equation E14b, the part of E14 that all staff share, for disruption :math:`D`, defences :math:`L`, threat :math:`T`
    and blame :math:`B`:

    .. math:: \lambda = \theta_D D - \psi (L - L_0) - \eta_{acc} (T - T_0) - \eta_{det} (B - B_0)

    The result is 0 at the reference. The last term is moral hazard: less blame allows slightly more errors.

    References
    ----------
    allen-burgess-2012, bevan-wilson-2013

    Examples
    --------
    >>> error_climate(0.0, 0.0, 0.0, 0.0, Practice())
    0.0
    >>> round(error_climate(0.2, 0.0, 0.0, -0.6, Practice()), 3)
    0.29
    """
    return c.disruption * disruption - c.defences * defences - c.accountability * accountability - c.deterrence * blame


@rule
def strike_deterrence(escalation: float, prior_strike: float, blame: float, c: Practice) -> float:
    r"""Reduction of the log error rate by the harder sanction of a second strike.

    Parameters
    ----------
    escalation : float
        Relative increase of the probability of a sanction after a first strike. [ratio]
    prior_strike : float
        1 for a worker with a first strike, 0 for others; or the share of staff with a first strike. [0-1]
    blame : float
        Blame of the worker's manager. [0-1]
    c : Practice
        Coefficients.

    Returns
    -------
    float
        Reduction of the log error rate. [log]

    Notes
    -----
    Equation E104, for escalation :math:`k_2`, prior strike :math:`x` and blame :math:`B`:

    .. math:: \Delta = \eta_{det} \, \eta_2 \, k_2 \, x \, B

    With ``strike_deterrence`` :math:`\eta_2 = 0`, the default, a second strike does not deter.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> strike_deterrence(1.0, 1.0, 0.5, Practice()), strike_deterrence(1.0, 1.0, 0.5, Practice(strike_deterrence=1.0))
    (0.0, 0.125)
    """
    return c.deterrence * c.strike_deterrence * escalation * prior_strike * blame


@rule
def recognised_share(compliance_excess: float, additional_reviewers: float, c: Practice) -> float:
    r"""Probability that an error is recognised in the week in which it is made.

    Parameters
    ----------
    compliance_excess : float
        Compliance orientation minus its reference. [-1 to 1]
    additional_reviewers : float
        Reviewers per case that working in units adds. [people]
    c : Practice
        Coefficients.

    Returns
    -------
    float
        Share of errors that are recognised at once. [0-1]

    Notes
    -----
    Equation E15, for :math:`m` reviewers per case and :math:`m_u` additional ones, each with the probability :math:`d`
    of noticing an error, training :math:`h`, feedback of families :math:`f` and compliance :math:`K`:

    .. math::
        p &= 1 - (1 - d)^{m + m_u} \\
        d &= \min\left(0.95,\; d_0 \, e^{h + f - d_K (K - K_0)}\right)

    With one reviewer and all other values at their references, the share is :math:`d_0` (``recognised``). At
    :math:`d_0 = 1` every error is recognised.

    References
    ----------
    oig-2012

    Examples
    --------
    >>> round(recognised_share(0.0, 0.0, Practice()), 4), round(recognised_share(0.0, 1.0, Practice()), 4)
    (0.35, 0.5775)
    """
    per_reviewer = min(0.95, c.recognised * math.exp(c.training + c.feedback - c.compliance_blind * compliance_excess))
    if c.recognised >= 1.0:
        return 1.0
    return 1.0 - math.pow(1.0 - per_reviewer, c.eyes + additional_reviewers)
