"""Structural change: the unit model, reorganisation, redesign, outsourcing and the debate about it (E35, notes 2.10).

Each change has an extent between 0 and 1. Disruption comes from *moving* the extent, up or down, whatever the change is
good for; its benefit, where it has one, comes from the extent in force. Whether a clean slate or a new owner is better
or worse is drawn once a run: the dice know, nobody else does.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state.authority import Oversight, Service
from redbead.state.constants import TRUST
from redbead.state.world import WeekContext

_NOTES = "science notes, section 2.10"
_DELAYS = "developments delayed 18 months and more: Fulop et al. 2002"


class Change(NamedTuple):
    """What large changes bring and what they cost on the way."""

    unit_model: Annotated[float, Param("0-1", 0, 1, "how far the service works in units")] = 0.0
    unit_weeks: Annotated[float, Param("weeks", 4, 104, "time in which a whole service turns into units")] = 26.0
    unit_eyes: Annotated[
        float, Param("people", 0, 2, "pairs of eyes that a unit adds to each case (0 cuts it)", "assumed", _NOTES)
    ] = 0.6
    unit_hours: Annotated[
        float, Param("share", 0, 0.3, "hours that a unit's own administrator frees (0 cuts it)", "assumed", _NOTES)
    ] = 0.10
    unit_attendance: Annotated[
        float,
        Param(
            "share",
            0,
            0.1,
            "hours gained by less sickness (0 cuts it)",
            "measured",
            "sickness 15.7 to 7 days a year: Cross, Hubbard and Munro 2010",
        ),
    ] = 0.04
    unit_continuity: Annotated[
        float,
        Param("share", 0, 1, "continuity that others in the unit keep when one leaves (0 cuts it)", "assumed", _NOTES),
    ] = 0.6
    unit_disruption: Annotated[float, Param("index", 0, 0.6, "disruption of the start-up", "assumed", _NOTES)] = 0.15
    unit_misfit: Annotated[
        float,
        Param(
            "ratio",
            0,
            0.3,
            "visible quality that inspectors miss because their method does not fit units",
            "assumed",
            "a former leader of Cambridgeshire on the inspection of 2012",
        ),
    ] = 0.03
    unit_abandoned: Annotated[
        float, Param("0-1", 0, 1, "chance that a service that becomes inadequate gives up its units")
    ] = 0.5
    reorganisation: Annotated[float, Param("0-1", 0, 1, "how far the service is reorganised")] = 0.0
    reorganisation_disruption: Annotated[
        float, Param("index", 0, 0.6, "disruption of a reorganisation", "measured", _DELAYS)
    ] = 0.20
    reorganisation_cost: Annotated[
        float, Param("share of yearly budget", 0, 0.05, "cost of a reorganisation", "assumed", "E36 of the notes")
    ] = 0.02
    reorganisation_gain: Annotated[float, Param("ratio", -0.1, 0.1, "mean gain in output from a reorganisation")] = 0.0
    reorganisation_spread: Annotated[
        float, Param("ratio", 0, 0.2, "spread of that gain: some are well thought out, others are not")
    ] = 0.03
    redesign: Annotated[float, Param("0-1", 0, 1, "how far the service is designed anew")] = 0.0
    redesign_disruption: Annotated[
        float, Param("index", 0, 0.6, "disruption of a redesign", "assumed", "as a trust: E35 of the notes")
    ] = 0.30
    redesign_gain: Annotated[float, Param("log", -0.3, 0.3, "mean fall of the error rate from a redesign")] = 0.0
    redesign_spread: Annotated[
        float,
        Param(
            "log",
            0,
            0.5,
            "spread of that fall: nobody knows beforehand whether the new design is a better one",
            "assumed",
            "errors cut by 20 % with probability one half: section 5 of the notes",
        ),
    ] = 0.2
    outsourced: Annotated[float, Param("0-1", 0, 1, "how far the service is run by another provider")] = 0.0
    outsourced_disruption: Annotated[
        float, Param("index", 0, 0.6, "disruption of the transfer", "assumed", "as a trust: E35 of the notes")
    ] = 0.30
    outsourced_gain: Annotated[
        float, Param("ratio", -0.2, 0.2, "mean gain in output under another provider or a trust")
    ] = 0.0
    outsourced_spread: Annotated[
        float, Param("ratio", 0, 0.3, "spread of that gain: a provider may be better or worse", "assumed", _NOTES)
    ] = 0.10
    debate: Annotated[float, Param("0-1", 0, 1, "how loud the debate about outsourcing is")] = 0.0
    debate_disruption: Annotated[
        float, Param("index", 0, 0.3, "disruption when the debate breaks out", "assumed", _NOTES)
    ] = 0.05
    debate_distraction: Annotated[
        float, Param("share", 0, 0.1, "attention of leaders that the debate takes", "assumed", _NOTES)
    ] = 0.02


@rule
def step_extent(extent: float, target: float, weeks: float) -> float:
    """The extent of a change a week later, at an even pace of one whole change in `weeks`. [0-1]

    >>> step_extent(0.0, 1.0, 4.0), step_extent(0.9, 1.0, 4.0), step_extent(0.5, 0.0, 4.0)
    (0.25, 1.0, 0.25)
    """
    step = 1.0 / weeks
    return min(target, extent + step) if target > extent else max(target, extent - step)


@rule
def upheaval(before: float, after: float, size: float) -> float:
    """Disruption of moving a change's extent, either way; `size` is that of the whole change (E35). [index]

    >>> upheaval(0.0, 0.5, 0.2), upheaval(1.0, 1.0, 0.2)
    (0.1, 0.0)
    """
    return size * abs(after - before)


@rule
def efficiency(reorganised: float, outsourced: float, better: float, abler: float, c: Change) -> float:
    """Output of the same people in another structure, for standard normal luck `better` and `abler`. [ratio]

    >>> efficiency(0.0, 0.0, 1.0, 1.0, Change()), round(efficiency(0.0, 1.0, 0.0, 1.0, Change()), 6)
    (1.0, 1.1)
    """
    structure = 1.0 + reorganised * (c.reorganisation_gain + c.reorganisation_spread * better)
    return max(0.5, structure * (1.0 + outsourced * (c.outsourced_gain + c.outsourced_spread * abler)))


@kernel
def update_structures(service: Service, oversight: Oversight, c: Change, now: WeekContext) -> None:
    """Move every structural change on by a week, with its disruption and what it is good for."""
    a = now.authority
    before = service.unit[a]
    if c.unit_model <= 0.0:
        service.abandoned[a] = 0
    elif oversight.inadequate_at[a] == now.week - 1 and before > 0.0:
        u = rng.uniform(now.seed, rng.ABANDONED, now.week, a)
        service.abandoned[a] = 1 if u < c.unit_abandoned else service.abandoned[a]
    aim = 0.0 if service.abandoned[a] == 1 else c.unit_model
    service.unit[a] = step_extent(before, aim, c.unit_weeks)
    turmoil = upheaval(before, service.unit[a], c.unit_disruption)
    turmoil += upheaval(service.reorganised[a], c.reorganisation, c.reorganisation_disruption)
    turmoil += upheaval(service.redesigned[a], c.redesign, c.redesign_disruption)
    turmoil += upheaval(service.outsourced[a], c.outsourced, c.outsourced_disruption)
    turmoil += upheaval(service.debated[a], c.debate, c.debate_disruption)
    service.disruption[a] += turmoil
    service.change_cost[a] = c.reorganisation_cost * abs(c.reorganisation - service.reorganised[a])
    service.reorganised[a] = c.reorganisation
    service.redesigned[a] = c.redesign
    service.outsourced[a] = c.outsourced
    service.debated[a] = c.debate
    settle_luck(service, oversight, c, now)


@kernel
def settle_luck(service: Service, oversight: Oversight, c: Change, now: WeekContext) -> None:
    """What the structures in force are good for; a trust, too, is another provider."""
    a = now.authority
    service.efficiency[a] = 1.0
    service.design[a] = 0.0
    elsewhere = 1.0 if oversight.controlled[a] == TRUST else service.outsourced[a]
    if service.reorganised[a] > 0.0 or elsewhere > 0.0:
        u, v = rng.pair(now.seed, rng.STRUCTURE, 0, a)
        service.efficiency[a] = efficiency(service.reorganised[a], elsewhere, rng.normal(u), rng.normal(v), c)
    if service.redesigned[a] > 0.0:
        luck = rng.normal(rng.uniform(now.seed, rng.DESIGN, 0, a))
        service.design[a] = service.redesigned[a] * (c.redesign_gain + c.redesign_spread * luck)
