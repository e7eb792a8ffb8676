"""Working hours, work pressure, overtime and time per case.

Work pressure is the ratio of hours needed to hours available. Staff respond with overtime up to a ceiling; the
remaining shortfall is met by less time per case and by lower throughput. Optionally, the working standard erodes
towards current practice.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from redbead.jit import rule
from redbead.quantities import Param
from redbead.state.maths import approach


class Workload(NamedTuple):
    """Coefficients of working hours and of the response to work pressure."""

    # fmt: off
    hours: Annotated[float, Param("hours/week", 20, 50, "contracted hours of a full-time worker", "measured",
        "DfE longitudinal study wave 3: 35-37 contracted", ("dfe-longitudinal-2021",), likely=(35, 39))] = 37.0
    hours_per_case: Annotated[float, Param("hours/week", 0.5, 6,
        "hours of a fully skilled worker that one open case needs at the full standard", "calibrated",
        "work pressure is 1 in the baseline's steady state", ("science-notes",), symbol="w", likely=(1.8, 2.1))] = 1.94
    novice_output: Annotated[float, Param("ratio", 0.3, 1, "output of a beginner relative to a skilled worker")] = 0.6
    agency_output: Annotated[float, Param("ratio", 0.5, 1,
        "output of agency staff, who lack local knowledge, relative to permanent staff of equal skill")] = 0.9
    overtime: Annotated[float, Param("exponent", 0, 1, "elasticity of overtime to work pressure", "measured",
        "45-hour weeks under load: BASW 80-20; Ravalier surveys", ("basw-2018", "ravalier"), symbol="eta_o",
        causal_link=True)] = 0.5
    overtime_ceiling: Annotated[float, Param(
        "ratio", 1, 1.4, "longest working week relative to contracted hours", "calibrated",
        "about 10 unpaid hours per week: Ravalier surveys", ("ravalier",), symbol="o_max", processing="matched")] = 1.25
    corner_cutting: Annotated[float, Param("exponent", 0, 1,
        "share of a shortfall of hours absorbed by less time per case instead of by lower throughput", "assumed",
        "service staff cut time first: Oliva and Sterman 2001", ("oliva-sterman-2001",), symbol="kappa")] = 0.6
    time_elasticity: Annotated[float, Param("exponent", 0, 0.9,
        "loss of time per case by work pressure; 0: by the shortfall of hours", "assumed", "0.64 in a bank: Oliva and "
        "Sterman 2001", ("oliva-sterman-2001",), symbol="alpha_q", causal_link=True, distribution="off")] = 0.0
    most_time: Annotated[float, Param("ratio", 1, 1.5,
        "longest time per case relative to the standard, where work pressure is low", distribution="off")] = 1.0
    erosion: Annotated[float, Param(
        "share", 0, 1, "extent to which the working standard follows current practice", causal_link=True)] = 0.0
    erosion_down: Annotated[float, Param("weeks", 13, 52, "time constant of a falling standard", "calibrated",
        "Oliva and Sterman 2001 for the mechanism", ("oliva-sterman-2001",), symbol="tau_down",
        processing="matched")] = 26.0
    erosion_up: Annotated[float, Param("weeks", 52, 2000, "time constant of a recovering standard", "calibrated",
        "Oliva and Sterman 2001 for the mechanism", ("oliva-sterman-2001",), symbol="tau_up",
        processing="matched")] = 208.0
    compliance_hours: Annotated[float, Param("share", 0, 0.4, "hours lost per unit of compliance above its reference",
        symbol="x_comp", causal_link=True)] = 0.20
    disruption_hours: Annotated[float, Param("share", 0, 0.5, "hours lost per unit of disruption", "assumed",
        "loss of managerial focus in mergers: Fulop et al. 2002", ("fulop-2002",), symbol="x_dis",
        causal_link=True)] = 0.30
    preparation_hours: Annotated[float, Param(
        "share", 0, 0.2, "hours lost in weeks of notice and of a visit", symbol="x_prep", causal_link=True)] = 0.10
    improvement_hours: Annotated[float, Param(
        "share", 0, 0.15, "hours set aside for improvement work", symbol="x_ci", distribution="policy")] = 0.0
    squeeze: Annotated[float, Param(
        "exponent", 0, 4, "elasticity of the loss of improvement time to work pressure", "assumed",
        "the capability trap: Repenning and Sterman 2001", ("repenning-sterman-2001",), causal_link=True)] = 1.0
    admin_hours: Annotated[float, Param(
        "share", -0.3, 0.3, "hours lost to administration beyond the usual; below 0, administration has been cut",
        distribution="policy")] = 0.0
    feedback_hours: Annotated[float, Param(
        "share", 0, 0.05, "hours spent on collecting feedback from families", distribution="policy")] = 0.0
    lent_hours: Annotated[float, Param("share", 0, 0.3, "hours lent to another authority", distribution="policy")] = 0.0
    # fmt: on


@rule
def output(skill: float, agency: float, c: Workload) -> float:
    r"""Output of a worker relative to a fully skilled permanent worker.

    Parameters
    ----------
    skill : float
        Skill of the worker. [0-1]
    agency : float
        1 for agency staff, 0 for permanent staff; or the share of agency staff. [0-1]
    c : Workload
        Coefficients.

    Returns
    -------
    float
        Relative output. [ratio]

    Notes
    -----
    Equation E12b, for skill :math:`e`, agency status :math:`g`, output of a beginner :math:`y_0` and of agency staff
    :math:`y_A`:

    .. math:: y = [y_0 + (1 - y_0) e] \, [1 - g (1 - y_A)]

    A fully skilled permanent worker has an output of 1.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> output(0.0, 0.0, Workload()), output(1.0, 0.0, Workload())
    (0.6, 1.0)
    """
    return (c.novice_output + (1.0 - c.novice_output) * skill) * (1.0 - agency * (1.0 - c.agency_output))


@rule
def improvement_share(pressure: float, c: Workload) -> float:
    r"""Share of hours that is actually spent on improvement work.

    Parameters
    ----------
    pressure : float
        Work pressure. [ratio]
    c : Workload
        Coefficients.

    Returns
    -------
    float
        Share of contracted hours. [share]

    Notes
    -----
    Equation E106, for the share set aside :math:`x_{ci}`, work pressure :math:`P` and the elasticity :math:`\kappa_x`
    (``squeeze``):

    .. math:: x = x_{ci} \max(1, P)^{-\kappa_x}

    At work pressure 1 or below, all the time set aside is used. Above it, urgent work displaces improvement: the
    capability trap.

    References
    ----------
    repenning-sterman-2001

    Examples
    --------
    >>> with_improvement = Workload(improvement_hours=0.06)
    >>> improvement_share(1.0, with_improvement), improvement_share(2.0, with_improvement)
    (0.06, 0.03)
    """
    return c.improvement_hours * math.pow(max(1.0, pressure), -c.squeeze)


@rule
def share_for_families(
    compliance_excess: float, disruption: float, preparing: float, improvement: float, c: Workload
) -> float:
    r"""Share of contracted hours left for direct work with families, relative to the reference.

    Parameters
    ----------
    compliance_excess : float
        Compliance orientation minus its reference. [-1 to 1]
    disruption : float
        Organisational disruption. [index]
    preparing : float
        1 in weeks of notice and of a visit, 0 in others. [flag]
    improvement : float
        Share of hours spent on improvement, from :func:`improvement_share`. [share]
    c : Workload
        Coefficients.

    Returns
    -------
    float
        Share of hours, never negative; above 1 where compliance or administration take less than usual. [ratio]

    Notes
    -----
    Equation E4, for compliance :math:`K`, improvement :math:`x`, administration :math:`x_a`, feedback of families
    :math:`x_f`, hours lent :math:`x_l`, disruption :math:`D` and preparation :math:`v`:

    .. math::
        H = \max\{0,\; [1 - x_K (K - K_0)](1 - x)(1 - x_a)(1 - x_f - x_l) \max(0,\, 1 - x_D D)(1 - x_v v)\}

    At the reference the share is 1.

    References
    ----------
    fulop-2002

    Examples
    --------
    >>> share_for_families(0.0, 0.0, 0.0, 0.0, Workload())
    1.0
    >>> round(share_for_families(0.5, 0.5, 1.0, 0.0, Workload()), 4)
    0.6885
    """
    share = 1.0 - c.compliance_hours * compliance_excess
    share *= (1.0 - improvement) * (1.0 - c.admin_hours) * (1.0 - c.feedback_hours - c.lent_hours)
    share *= max(0.0, 1.0 - c.disruption_hours * disruption)
    return max(0.0, share * (1.0 - c.preparation_hours * preparing))


@rule
def shortfall(log_work_pressure: float, c: Workload) -> float:
    r"""Logarithm of the ratio of hours worked to hours needed.

    Parameters
    ----------
    log_work_pressure : float
        Natural logarithm of work pressure. [log]
    c : Workload
        Coefficients.

    Returns
    -------
    float
        Log shortfall: 0 where the work is covered, negative otherwise. [log]

    Notes
    -----
    Equation E6, for work pressure :math:`P`, overtime elasticity :math:`\eta_o` and ceiling :math:`o_{max}`:

    .. math::
        \ln r = \begin{cases} 0 & P \le 1 \\
        \min(\ln o_{max},\; \eta_o \ln P) - \ln P & P > 1 \end{cases}

    Staff work the hours that are needed and no more. Above work pressure 1, overtime grows up to the ceiling.

    References
    ----------
    oliva-sterman-2001, basw-2018, ravalier

    Examples
    --------
    >>> shortfall(-0.5, Workload()), round(shortfall(math.log(1.21), Workload()), 4) == round(-math.log(1.1), 4)
    (0.0, True)
    """
    if log_work_pressure <= 0.0:
        return 0.0
    return min(math.log(c.overtime_ceiling), c.overtime * log_work_pressure) - log_work_pressure


@rule
def time_per_case(log_work_pressure: float, log_shortfall: float, standard: float, c: Workload) -> float:
    r"""Time given to a case relative to the full standard.

    Parameters
    ----------
    log_work_pressure : float
        Natural logarithm of work pressure. [log]
    log_shortfall : float
        Logarithm of hours worked over hours needed, from :func:`shortfall`. [log]
    standard : float
        Working standard relative to the full standard. [ratio]
    c : Workload
        Coefficients.

    Returns
    -------
    float
        Time per case. [ratio]

    Notes
    -----
    Equation E6b, for work pressure :math:`P`, the shortfall :math:`r`, the standard :math:`S`, the share :math:`\kappa`
    of the shortfall that is absorbed by less time per case (``corner_cutting``), ``time_elasticity``
    :math:`\alpha_q` and ``most_time`` :math:`q_{max}`:

    .. math::
        q = \begin{cases} S r^{\kappa} & \alpha_q = 0 \\
        S \min(q_{max},\; P^{-\alpha_q}) & \alpha_q > 0 \end{cases}

    With :math:`\alpha_q = 0` only a shortfall that overtime leaves shortens the time per case, so that its elasticity
    to work pressure is :math:`\kappa (1 - \eta_o)`, 0.3. With :math:`\alpha_q > 0`, as in the sources, staff cut the
    time per case and work overtime at once. At work pressure 1 the time per case is the working standard.

    References
    ----------
    oliva-sterman-2001

    Examples
    --------
    >>> time_per_case(0.0, 0.0, 1.0, Workload()), round(time_per_case(0.4, -0.2, 1.0, Workload()), 4)
    (1.0, 0.8869)
    >>> round(time_per_case(math.log(1.1), -0.05, 1.0, Workload(time_elasticity=0.64)), 4)
    0.9408
    """
    if c.time_elasticity > 0.0:
        return standard * math.exp(min(math.log(c.most_time), -c.time_elasticity * log_work_pressure))
    return standard * math.exp(c.corner_cutting * log_shortfall)


@rule
def throughput(log_work_pressure: float, log_shortfall: float, c: Workload) -> float:
    r"""Cases closed relative to the number that would close without a shortfall of hours.

    Parameters
    ----------
    log_work_pressure : float
        Natural logarithm of work pressure. [log]
    log_shortfall : float
        Logarithm of hours worked over hours needed, from :func:`shortfall`. [log]
    c : Workload
        Coefficients.

    Returns
    -------
    float
        Relative throughput. [ratio]

    Notes
    -----
    Equation E6c, for work pressure :math:`P`, the shortfall :math:`r`, the share :math:`\kappa` that is absorbed by
    less time per case and ``time_elasticity`` :math:`\alpha_q`:

    .. math::
        y = \begin{cases} r^{1 - \kappa} & \alpha_q = 0 \\
        \min(1,\; r \max(1, P)^{\alpha_q}) & \alpha_q > 0 \end{cases}

    With :math:`\alpha_q = 0` all hours are used: :math:`q \, y / S = r`, with the time per case :math:`q` and the
    standard :math:`S`. With :math:`\alpha_q > 0` no more hours are used than there are.

    References
    ----------
    oliva-sterman-2001

    Examples
    --------
    >>> throughput(0.0, 0.0, Workload()), round(throughput(0.4, -0.2, Workload()), 4)
    (1.0, 0.9231)
    >>> throughput(0.4, -0.2, Workload(time_elasticity=0.64))
    1.0
    """
    if c.time_elasticity > 0.0:
        return math.exp(min(0.0, log_shortfall + c.time_elasticity * max(0.0, log_work_pressure)))
    return math.exp((1.0 - c.corner_cutting) * log_shortfall)


@rule
def step_standard(standard: float, mean_time_per_case: float, c: Workload) -> float:
    r"""Working standard after one week of adjustment to current practice.

    Parameters
    ----------
    standard : float
        Present working standard relative to the full standard. [ratio]
    mean_time_per_case : float
        Mean time that staff gave to a case this week relative to the full standard. [ratio]
    c : Workload
        Coefficients.

    Returns
    -------
    float
        Working standard, at most 1. [ratio]

    Notes
    -----
    Equation E7, for the standard :math:`S`, mean time per case :math:`\bar q` and the strength of erosion
    :math:`\varepsilon_S` (``erosion``):

    .. math::
        S \leftarrow \begin{cases}
        S + \varepsilon_S (\bar q - S)(1 - e^{-1/\tau_{down}}) & \bar q < S (1 - 10^{-9}) \\
        \min[1,\; S + \varepsilon_S (1 - S)(1 - e^{-1/\tau_{up}})] & \text{otherwise}
        \end{cases}

    The standard falls within months and recovers, only in weeks without a shortfall, within years. Without erosion, the
    default, it does not change.

    References
    ----------
    oliva-sterman-2001

    Examples
    --------
    >>> step_standard(1.0, 0.8, Workload()), round(step_standard(1.0, 0.8, Workload(erosion=1.0)), 4)
    (1.0, 0.9925)
    """
    if mean_time_per_case < standard * (1.0 - 1e-9):
        return standard + c.erosion * (mean_time_per_case - standard) * approach(c.erosion_down)
    return min(1.0, standard + c.erosion * (1.0 - standard) * approach(c.erosion_up))
