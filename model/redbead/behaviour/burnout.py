"""Burnout of workers and support by managers.

Work pressure, fear, disruption, conflicting priorities and burnout in the team exhaust workers; the manager's support
protects them. The effects add up on the log-odds scale, so burnout stays a share. It moves towards its target over
months.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state.authority import Service
from redbead.state.maths import approach, clip01
from redbead.state.people import EMPTY, Leaders, Managers, Workers
from redbead.state.world import WeekContext


class Burnout(NamedTuple):
    """Coefficients of burnout on the log-odds scale, and of support by managers."""

    # fmt: off
    reference: Annotated[float, Param(
        "0-1", 0.1, 0.9, "reference burnout", symbol="b_0", distribution="reference")] = 0.40
    pace: Annotated[float, Param("weeks", 8, 52, "time constant of changes in burnout", "assumed", "months: Homer 1985",
        ("homer-1985",), symbol="tau_b")] = 26.0
    pressure: Annotated[float, Param("log-odds/log", 0, 3, "effect of work pressure on burnout", "assumed",
        "sign: Kim and Kao 2014; Mor Barak et al. 2001", ("kim-kao-2014", "mor-barak-2001"), symbol="beta_P",
        causal_link=True)] = 1.6
    fear: Annotated[float, Param(
        "log-odds/unit", 0, 3, "effect of fear on burnout", symbol="beta_F", causal_link=True)] = 1.0
    support: Annotated[float, Param(
        "log-odds/unit", 0, 3, "protection from burnout by the manager's support", causal_link=True)] = 1.0
    team: Annotated[float, Param("log-odds/unit", 0, 3, "effect of team-mates' burnout on burnout", "assumed",
        "contagion among teachers, doctors, soldiers: Bakker and Schaufeli", ("bakker-schaufeli",),
        causal_link=True)] = 0.5
    disruption: Annotated[float, Param(
        "log-odds/unit", 0, 3, "effect of disruption on burnout", symbol="beta_D", causal_link=True)] = 1.0
    conflict: Annotated[float, Param(
        "log-odds", 0, 3, "effect of conflicting priorities on burnout", distribution="policy")] = 0.0
    fear_ref: Annotated[float, Param("0-1", 0, 1, "reference fear", distribution="reference")] = 0.5
    support_ref: Annotated[float, Param("0-1", 0, 1, "reference support", distribution="reference")] = 0.5
    helping: Annotated[float, Param(
        "0-1", 0, 0.5, "additional support where the task of managers is to help staff", distribution="policy")] = 0.0
    leader: Annotated[float, Param(
        "0-1/unit", 0, 1, "effect of the director's attention to staff on support", causal_link=True)] = 0.3
    leader_ref: Annotated[float, Param(
        "0-1", 0, 1, "reference attention of directors to staff", "calibrated", "mean of the baseline's steady state",
        ("science-notes",), processing="steady-state", distribution="reference")] = 0.22
    support_lost: Annotated[float, Param(
        "0-1/unit", 0, 1, "support lost per unit of blame above its reference", causal_link=True)] = 0.3
    # fmt: on


@rule
def support(own_support: float, blame_excess: float, leader_excess: float, c: Burnout) -> float:
    r"""Support that a manager gives to the team.

    Parameters
    ----------
    own_support : float
        Personal propensity of the manager to support the team. [0-1]
    blame_excess : float
        The manager's blame minus its reference. [0-1]
    leader_excess : float
        The director's attention to staff minus its reference. [0-1]
    c : Burnout
        Coefficients.

    Returns
    -------
    float
        Support, limited to 0-1.

    Notes
    -----
    Equation E101, for personal support :math:`s`, additional help :math:`h`, blame :math:`B` and attention :math:`A`:

    .. math:: S = \min\{1, \max[0,\; s + h - \sigma_B (B - B_0) + \sigma_A (A - A_0)]\}

    With blame and attention at their references and no additional help, support is the manager's own.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> support(0.5, 0.0, 0.0, Burnout()), support(0.5, 0.0, 0.1, Burnout())
    (0.5, 0.53)
    """
    return clip01(own_support + c.helping - c.support_lost * blame_excess + c.leader * leader_excess)


@rule
def burnout_target(
    log_work_pressure: float, fear: float, manager_support: float, peer_burnout: float, disruption: float, c: Burnout
) -> float:
    r"""Target level of a worker's burnout.

    Parameters
    ----------
    log_work_pressure : float
        Natural logarithm of work pressure. [log]
    fear : float
        Fear of the worker. [0-1]
    manager_support : float
        Support by the worker's manager, see :func:`support`. [0-1]
    peer_burnout : float
        Mean burnout of the team minus the worker's own burnout. [-1 to 1]
    disruption : float
        Organisational disruption. [index]
    c : Burnout
        Coefficients.

    Returns
    -------
    float
        Target burnout. [0-1]

    Notes
    -----
    Equation E8, in terms of odds :math:`o = b / (1 - b)`, for work pressure :math:`P`, fear :math:`F`, support
    :math:`S`, team burnout :math:`\bar b`, disruption :math:`D` and conflicting priorities :math:`g`:

    .. math::
        b^* &= \frac{b_0 e^z}{1 - b_0 + b_0 e^z} \\
        z &= \beta_P \ln P + \beta_F (F - F_0) + \beta_c (\bar b - b) - \beta_S (S - S_0) + \beta_D D + g

    At work pressure 1, with fear and support at their references, no contagion and no disruption, the target is the
    reference :math:`b_0`. The exponent :math:`z` is limited to 50 to avoid overflow.

    References
    ----------
    homer-1985, kim-kao-2014, mor-barak-2001, bakker-schaufeli

    Examples
    --------
    >>> round(burnout_target(0.0, 0.5, 0.5, 0.0, 0.0, Burnout()), 6)
    0.4
    """
    z = c.pressure * log_work_pressure + c.fear * (fear - c.fear_ref)
    z += c.team * peer_burnout - c.support * (manager_support - c.support_ref) + c.disruption * disruption + c.conflict
    odds = c.reference * math.exp(min(50.0, z))
    return odds / (1.0 - c.reference + odds)


@kernel
def update_burnout(
    workers: Workers,
    managers: Managers,
    leaders: Leaders,
    service: Service,
    blame_ref: float,
    c: Burnout,
    now: WeekContext,
) -> None:
    r"""Move the burnout of each worker in post towards its target.

    Reads ``workers.log_pressure`` and ``workers.fear``, ``own_support``, ``blame`` and ``team_burnout`` of the
    managers, ``leaders.for_staff`` and ``service.disruption``. Writes ``workers.burnout``. Contagion uses
    ``team_burnout``, the mean at the start of the phase, so the result does not depend on the order of workers.

    Notes
    -----
    Burnout follows the target of equation E8 by first-order smoothing with the time constant :math:`\tau_b` (``pace``):

    .. math:: b \leftarrow b + (b^* - b)(1 - e^{-1/\tau_b})
    """
    disruption = service.disruption[now.authority]
    leader_excess = leaders.for_staff[now.authority] - c.leader_ref
    step = approach(c.pace)
    for w in range(now.first_post, now.end_post):
        if workers.status[w] != EMPTY:
            t = workers.team[w]
            own_support = managers.own_support[t] - managers.support_lost[t]
            manager_support = support(own_support, managers.blame[t] - blame_ref, leader_excess, c)
            peer_burnout = managers.team_burnout[t] - workers.burnout[w]
            target = burnout_target(
                workers.log_pressure[w], workers.fear[w], manager_support, peer_burnout, disruption, c
            )
            workers.burnout[w] += (target - workers.burnout[w]) * step
