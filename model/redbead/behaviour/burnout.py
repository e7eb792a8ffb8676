"""Burnout: load, fear, support, contagion, disruption (E8)."""

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
    """What exhausts people, on the log-odds scale."""

    reference: Annotated[float, Param("0-1", 0.1, 0.9, "burnout at the reference")] = 0.40
    pace: Annotated[
        float, Param("weeks", 8, 52, "time in which burnout builds up or fades", "assumed", "months: Homer 1985")
    ] = 26.0
    pressure: Annotated[
        float,
        Param(
            "log-odds/log",
            0,
            3,
            "how work pressure exhausts (0 cuts the loop)",
            "assumed",
            "sign: Kim and Kao 2014; Mor Barak et al. 2001",
        ),
    ] = 1.6
    fear: Annotated[float, Param("log-odds/unit", 0, 3, "how fear exhausts (0 cuts the loop)")] = 1.0
    support: Annotated[float, Param("log-odds/unit", 0, 3, "how a manager's support protects (0 cuts the loop)")] = 1.0
    team: Annotated[
        float,
        Param(
            "log-odds/unit",
            0,
            3,
            "how exhausted team-mates exhaust (0 cuts contagion)",
            "assumed",
            "contagion among teachers, doctors, soldiers: Bakker and Schaufeli",
        ),
    ] = 0.5
    disruption: Annotated[float, Param("log-odds/unit", 0, 3, "how disruption exhausts (0 cuts the loop)")] = 1.0
    conflict: Annotated[float, Param("log-odds", 0, 3, "exhaustion from priorities that conflict")] = 0.0
    fear_ref: Annotated[float, Param("0-1", 0, 1, "reference fear")] = 0.5
    support_ref: Annotated[float, Param("0-1", 0, 1, "reference support")] = 0.5
    helping: Annotated[
        float, Param("0-1", 0, 0.5, "support that managers give on top, where helping is their task")
    ] = 0.0
    leader: Annotated[
        float,
        Param("0-1/unit", 0, 1, "how support follows the share of the leader's attention on staff (0 cuts the loop)"),
    ] = 0.3
    leader_ref: Annotated[
        float,
        Param(
            "0-1", 0, 1, "reference attention of leaders on staff", "calibrated", "mean of the baseline's steady state"
        ),
    ] = 0.22
    support_lost: Annotated[
        float, Param("0-1/unit", 0, 1, "support lost for each unit of blame above its reference (0 cuts the loop)")
    ] = 0.3


@rule
def support(own: float, blame_excess: float, leader_excess: float, c: Burnout) -> float:
    """Support that a manager gives, for her own leaning and her blame above its reference. [0-1]

    `leader_excess` is the leader's attention on staff above its reference. [0-1]

    >>> support(0.5, 0.0, 0.0, Burnout()), support(0.5, 0.0, 0.1, Burnout())
    (0.5, 0.53)
    """
    return clip01(own + c.helping - c.support_lost * blame_excess + c.leader * leader_excess)


@rule
def burnout_target(strain: float, fear: float, supported: float, caught: float, disruption: float, c: Burnout) -> float:
    """Where a worker's burnout tends to (E8). [0-1]

    `strain` is the log of work pressure [log]; `caught` is the team's burnout less her own [0-1].

    >>> round(burnout_target(0.0, 0.5, 0.5, 0.0, 0.0, Burnout()), 6)
    0.4
    """
    z = c.pressure * strain + c.fear * (fear - c.fear_ref)
    z += c.team * caught - c.support * (supported - c.support_ref) + c.disruption * disruption + c.conflict
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
    """Move every worker's burnout towards its aim."""
    disruption = service.disruption[now.authority]
    from_above = leaders.for_staff[now.authority] - c.leader_ref
    step = approach(c.pace)
    for w in range(now.first_post, now.end_post):
        if workers.status[w] != EMPTY:
            t = workers.team[w]
            given = support(managers.own_support[t], managers.blame[t] - blame_ref, from_above, c)
            caught = managers.team_burnout[t] - workers.burnout[w]
            aim = burnout_target(workers.log_pressure[w], workers.fear[w], given, caught, disruption, c)
            workers.burnout[w] += (aim - workers.burnout[w]) * step
