"""Generation and recognition of practice errors.

Workers make errors at a rate that depends on time per case, burnout, skill, commitment and on conditions that all staff
share. A part of the errors is recognised at once, another part in later weeks; the rest stays unrecognised.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from redbead.jit import rule
from redbead.quantities import Param


class Practice(NamedTuple):
    """Coefficients of the error rate and of recognition."""

    # fmt: off
    errors_per_case: Annotated[float, Param("errors/case/week", 0, 0.05,
        "practice errors of all severities at the reference: about 8 per worker and year", "assumed",
        "no English count; near misses frequent: SCIE 6", ("scie-6",), symbol="eps", likely=(0.003, 0.03))] = 0.010
    haste: Annotated[float, Param("exponent", 0, 2, "elasticity of errors to a shortage of time per case",
        symbol="theta_t", causal_link=True)] = 1.0
    exhaustion: Annotated[float, Param(
        "log/unit", 0, 2, "effect of burnout on errors", symbol="theta_b", causal_link=True)] = 1.0
    experience: Annotated[float, Param(
        "log/unit", 0, 2, "reduction of errors by skill", symbol="theta_e", causal_link=True)] = 0.8
    disruption: Annotated[float, Param(
        "log/unit", 0, 2, "effect of disruption on errors", symbol="theta_D", causal_link=True)] = 0.7
    defences: Annotated[float, Param("log/unit", 0, 1.5, "reduction of errors by defences", "assumed",
        "10 to 20 % fewer errors in 3 years", ("science-notes",), symbol="psi", causal_link=True)] = 0.7
    accountability: Annotated[float, Param("log/unit", -0.1, 0.6, "reduction of errors by external accountability",
        "assumed", "gains in schools and hospitals: Allen and Burgess 2012; Bevan and Wilson 2013",
        ("allen-burgess-2012", "bevan-wilson-2013"), symbol="eta_acc", causal_link=True)] = 0.10
    deterrence: Annotated[float, Param("log/unit", 0, 1, "reduction of errors by blame: moral hazard", "assumed",
        "perceived certainty deters, not attitude: decision 0061", symbol="eta_det", causal_link=True)] = 0.0
    fear: Annotated[float, Param("log/unit", -1, 2,
        "effect of fear on errors: above 0 it impedes thinking, below 0 it makes staff careful", "assumed",
        "0: the claims conflict; bullying impedes thinking", ("safer-safeguarding-2015",), causal_link=True)] = 0.0
    commitment: Annotated[float, Param("log/sd", 0, 0.5, "reduction of errors by commitment", causal_link=True)] = 0.1
    burnout_ref: Annotated[float, Param("0-1", 0, 1, "reference burnout", distribution="reference")] = 0.40
    fear_ref: Annotated[float, Param("0-1", 0, 1, "reference fear", distribution="reference")] = 0.5
    visit_care: Annotated[float, Param(
        "share", 0, 0.1, "reduction of errors in weeks of notice and of a visit", "measured",
        "deaths 7.03 against 7.21 % in survey weeks: Barnett et al. 2017", ("barnett-2017",), symbol="v")] = 0.02
    near_misses: Annotated[float, Param("share", 0, 1, "share of near misses", likely=(0.4, 0.8))] = 0.60
    serious: Annotated[float, Param("share", 0, 0.4, "share of serious errors", likely=(0.02, 0.15))] = 0.07
    defences_severity: Annotated[float, Param("log/unit", 0, 1.5,
        "reduction of the share of serious errors by defences", symbol="psi_s", causal_link=True)] = 0.3
    culpable: Annotated[float, Param("share", 0, 0.2, "share of errors that are misconduct", "assumed",
        "1.2 % of registrants are referred to the regulator in a year: HCPC 2016", ("hcpc-2016",),
        symbol="omega_cul", likely=(0.0002, 0.005))] = 0.001
    recognised: Annotated[float, Param("share", 0, 1, "share of errors that the worker recognises at once",
        "calibrated", "most unreported events were never identified: OIG 2012", ("oig-2012",), symbol="d_0",
        processing="matched", likely=(0.15, 0.6))] = 0.35
    eyes: Annotated[float, Param(
        "people", 1, 3, "reviewers per case: 1 for a worker alone, 1.6 in a unit", symbol="m")] = 1.0
    training: Annotated[float, Param(
        "log", 0, 1, "gain in recognition from human-factors training", distribution="policy")] = 0.0
    feedback: Annotated[float, Param(
        "log", 0, 1, "gain in recognition from the feedback of families", distribution="policy")] = 0.0
    compliance_blind: Annotated[float, Param(
        "log/unit", 0, 2, "loss of recognition per unit of compliance above its reference")] = 0.0
    later: Annotated[float, Param(
        "1/week", 0, 0.1, "hazard of later recognition of an error", symbol="r_u", likely=(0.005, 0.05))] = 0.016667
    # fmt: on


class ErrorReferences(NamedTuple):
    """Reference levels of other families at which the error rate is ``errors_per_case``. [0-1]"""

    defences: float
    threat: float
    blame: float
    compliance: float
    skill: float


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
        Log error rate that staff share: :func:`error_climate` minus the team's local improvement. [log]
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

    The result is 0 at the reference. The last term is moral hazard: less blame allows slightly more errors. By default
    :math:`\eta_{det}` (``deterrence``) is 0, because perceived certainty deters (E224) and attitude does not.

    References
    ----------
    allen-burgess-2012, bevan-wilson-2013

    Examples
    --------
    >>> error_climate(0.0, 0.0, 0.0, 0.0, Practice())
    0.0
    >>> round(error_climate(0.2, 0.0, 0.0, -0.6, Practice(deterrence=0.25)), 3)
    0.29
    """
    return c.disruption * disruption - c.defences * defences - c.accountability * accountability - c.deterrence * blame


@rule
def serious_share(defences: float, c: Practice) -> float:
    r"""Share of errors that are serious.

    Parameters
    ----------
    defences : float
        Defences built from lessons, minus their reference. [-1 to 1]
    c : Practice
        Coefficients.

    Returns
    -------
    float
        Share. [0-1]

    Notes
    -----
    Equation E222:

    .. math:: p = \min(1 - p_0, \; p_2 \, e^{-\psi_s (L - L_0)})

    where :math:`p_0`, :math:`p_2` and :math:`\psi_s` are ``near_misses``, ``serious`` and ``defences_severity``. Errors
    that are no longer serious are ordinary.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> round(serious_share(0.0, Practice()), 4), round(serious_share(0.3, Practice(defences_severity=1.0)), 4)
    (0.07, 0.0519)
    """
    return min(1.0 - c.near_misses, c.serious * math.exp(-c.defences_severity * defences))


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
