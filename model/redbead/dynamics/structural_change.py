"""Structural change: the unit model, reorganisation, redesign, outsourcing and the debate about outsourcing.

Each change has an extent from 0 to 1. Disruption comes from a change in the extent, in either direction and regardless
of the benefit; the benefit, if any, comes from the current extent. The benefit of a reorganisation, a redesign or a
new provider is drawn once per run.
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
    """Extents, benefits, disruption and costs of structural changes."""

    # fmt: off
    unit_model: Annotated[float, Param(
        "0-1", 0, 1, "extent to which the service works in units", distribution="policy")] = 0.0
    unit_weeks: Annotated[float, Param("weeks", 4, 104, "time to convert the whole service to units")] = 26.0
    unit_eyes: Annotated[float, Param("people", 0, 2, "additional reviewers per case in a unit", "assumed", _NOTES,
        ("science-notes",), causal_link=True)] = 0.6
    unit_hours: Annotated[float, Param("share", 0, 0.3, "hours freed by a unit's administrator", "assumed", _NOTES,
        ("science-notes",), causal_link=True)] = 0.10
    unit_attendance: Annotated[float, Param("share", 0, 0.1, "hours gained from lower sickness absence", "measured",
        "sickness 15.7 to 7 days per year: Cross, Hubbard and Munro 2010", ("cross-2010",), causal_link=True)] = 0.04
    unit_continuity: Annotated[float, Param(
        "share", 0, 1, "share of lost continuity that colleagues in a unit preserve when a worker leaves", "assumed",
        _NOTES, ("science-notes",), causal_link=True)] = 0.6
    unit_disruption: Annotated[float, Param(
        "index", 0, 0.6, "disruption from introducing units", "assumed", _NOTES, ("science-notes",))] = 0.15
    unit_misfit: Annotated[float, Param(
        "ratio", 0, 0.3, "visible quality that inspectors miss because their method does not fit units", "assumed",
        "a former leader of Cambridgeshire on the inspection of 2012", ("cambridgeshire",))] = 0.03
    unit_abandoned: Annotated[float, Param(
        "0-1", 0, 1, "probability that a service abandons its units after an inadequate grade")] = 0.5
    reorganisation: Annotated[float, Param("0-1", 0, 1, "extent of a reorganisation", distribution="policy")] = 0.0
    reorganisation_disruption: Annotated[float, Param(
        "index", 0, 0.6, "disruption from a complete reorganisation", "measured", _DELAYS, ("fulop-2002",))] = 0.20
    reorganisation_cost: Annotated[float, Param("share of yearly budget", 0, 0.05, "cost of a complete reorganisation",
        "assumed", "science notes, E36", ("science-notes",))] = 0.02
    reorganisation_gain: Annotated[float, Param(
        "ratio", -0.1, 0.1, "mean gain in output from a reorganisation", distribution="policy")] = 0.0
    reorganisation_spread: Annotated[float, Param(
        "ratio", 0, 0.2, "standard deviation of that gain: some reorganisations are better planned than others")] = 0.03
    redesign: Annotated[float, Param("0-1", 0, 1, "extent of a redesign of the service", distribution="policy")] = 0.0
    redesign_disruption: Annotated[float, Param("index", 0, 0.6, "disruption from a complete redesign", "assumed",
        "as for a trust: science notes, E35", ("science-notes",))] = 0.30
    redesign_gain: Annotated[float, Param(
        "log", -0.3, 0.3, "mean reduction in the log error rate from a redesign", distribution="policy")] = 0.0
    redesign_spread: Annotated[float, Param(
        "log", 0, 0.5, "standard deviation of that reduction: the value of a new design is unknown in advance",
        "assumed", "errors cut by 20 % with probability one half: science notes, section 5", ("science-notes",))] = 0.2
    outsourced: Annotated[float, Param(
        "0-1", 0, 1, "extent to which another provider runs the service", distribution="policy")] = 0.0
    outsourced_disruption: Annotated[float, Param("index", 0, 0.6, "disruption from a complete transfer", "assumed",
        "as for a trust: science notes, E35", ("science-notes",))] = 0.30
    outsourced_gain: Annotated[float, Param(
        "ratio", -0.2, 0.2, "mean gain in output under another provider or a trust", distribution="policy")] = 0.0
    outsourced_spread: Annotated[float, Param(
        "ratio", 0, 0.3, "standard deviation of that gain: a provider may be better or worse", "assumed", _NOTES,
        ("science-notes",))] = 0.10
    debate: Annotated[float, Param(
        "0-1", 0, 1, "intensity of the debate about outsourcing", distribution="policy")] = 0.0
    debate_disruption: Annotated[float, Param(
        "index", 0, 0.3, "disruption when a full debate starts or ends", "assumed", _NOTES, ("science-notes",))] = 0.05
    debate_distraction: Annotated[float, Param("share", 0, 0.1,
        "share of the director's attention that a full debate takes", "assumed", _NOTES, ("science-notes",))] = 0.02
    # fmt: on


@rule
def step_extent(extent: float, target: float, weeks: float) -> float:
    r"""Extent of a structural change after one week at a constant pace.

    Parameters
    ----------
    extent, target : float
        Present and target extent. [0-1]
    weeks : float
        Time for a complete change. [weeks]

    Returns
    -------
    float
        Extent after the week. [0-1]

    Notes
    -----
    Equation E152:

    .. math:: x' = \begin{cases} \min(x^*, x + 1/T) & x^* > x \\ \max(x^*, x - 1/T) & \text{otherwise} \end{cases}

    where :math:`x` is ``extent``, :math:`x^*` is ``target`` and :math:`T` is ``weeks``.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> step_extent(0.0, 1.0, 4.0), step_extent(0.9, 1.0, 4.0), step_extent(0.5, 0.0, 4.0)
    (0.25, 1.0, 0.25)
    """
    step = 1.0 / weeks
    return min(target, extent + step) if target > extent else max(target, extent - step)


@rule
def disruption_of_change(before: float, after: float, size: float) -> float:
    r"""Disruption from a change in the extent of a structural change, in either direction.

    Parameters
    ----------
    before, after : float
        Extent before and after the week. [0-1]
    size : float
        Disruption from a complete change. [index]

    Returns
    -------
    float
        Disruption added this week. [index]

    Notes
    -----
    Equation E35b:

    .. math:: \Delta D = d \, |x' - x|

    where :math:`d` is ``size``. A constant extent causes no disruption.

    References
    ----------
    fulop-2002

    Examples
    --------
    >>> disruption_of_change(0.0, 0.5, 0.2), disruption_of_change(1.0, 1.0, 0.2)
    (0.1, 0.0)
    """
    return size * abs(after - before)


@rule
def efficiency(
    reorganised: float, outsourced: float, reorganisation_draw: float, provider_draw: float, c: Change
) -> float:
    r"""Output of the same staff under the present structure and provider, relative to the original ones.

    Parameters
    ----------
    reorganised, outsourced : float
        Extents of reorganisation and of outsourcing. [0-1]
    reorganisation_draw, provider_draw : float
        Standard normal draws of the run for the two changes. [sd]
    c : Change
        Coefficients.

    Returns
    -------
    float
        Relative output, at least 0.5. [ratio]

    Notes
    -----
    Equation E153:

    .. math:: \max(0.5,\, [1 + x_r (g_r + s_r z_r)] [1 + x_o (g_o + s_o z_o)])

    where :math:`x_r` and :math:`x_o` are the extents, :math:`z_r` and :math:`z_o` the draws, and :math:`g` and
    :math:`s` the ``_gain`` and ``_spread`` of ``reorganisation`` and ``outsourced``. Without change, output is 1.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> efficiency(0.0, 0.0, 1.0, 1.0, Change()), round(efficiency(0.0, 1.0, 0.0, 1.0, Change()), 6)
    (1.0, 1.1)
    """
    reorganisation_effect = 1.0 + reorganised * (c.reorganisation_gain + c.reorganisation_spread * reorganisation_draw)
    return max(
        0.5, reorganisation_effect * (1.0 + outsourced * (c.outsourced_gain + c.outsourced_spread * provider_draw))
    )


@kernel
def update_structures(service: Service, oversight: Oversight, c: Change, now: WeekContext) -> None:
    """Move every structural change one week towards its target, and add the disruption and cost of the move.

    A service that became inadequate last week may abandon its units. Reads ``oversight.inadequate_at``. Writes
    ``service.unit``, ``service.abandoned``, ``service.reorganised``, ``service.redesigned``, ``service.outsourced``,
    ``service.debated``, ``service.disruption`` and ``service.change_cost``, and calls
    :func:`apply_structural_effects`. Only units take several weeks; the other extents follow their targets at once.
    """
    a = now.authority
    before = service.unit[a]
    if c.unit_model <= 0.0:
        service.abandoned[a] = 0
    elif oversight.inadequate_at[a] == now.week - 1 and before > 0.0:
        u = rng.uniform(now.seed, rng.ABANDONED, now.week, a)
        service.abandoned[a] = 1 if u < c.unit_abandoned else service.abandoned[a]
    target = 0.0 if service.abandoned[a] == 1 else c.unit_model
    service.unit[a] = step_extent(before, target, c.unit_weeks)
    disruption = disruption_of_change(before, service.unit[a], c.unit_disruption)
    disruption += disruption_of_change(service.reorganised[a], c.reorganisation, c.reorganisation_disruption)
    disruption += disruption_of_change(service.redesigned[a], c.redesign, c.redesign_disruption)
    disruption += disruption_of_change(service.outsourced[a], c.outsourced, c.outsourced_disruption)
    disruption += disruption_of_change(service.debated[a], c.debate, c.debate_disruption)
    service.disruption[a] += disruption
    service.change_cost[a] = c.reorganisation_cost * abs(c.reorganisation - service.reorganised[a])
    service.reorganised[a] = c.reorganisation
    service.redesigned[a] = c.redesign
    service.outsourced[a] = c.outsourced
    service.debated[a] = c.debate
    apply_structural_effects(service, oversight, c, now)


@kernel
def apply_structural_effects(service: Service, oversight: Oversight, c: Change, now: WeekContext) -> None:
    """Set relative output and the effect of the design on errors from the present structures.

    A service under a trust counts as fully outsourced. Draws are keyed by week 0, so they are the same throughout a
    run. Reads extents and ``oversight.controlled``; writes ``service.efficiency`` and ``service.design``.
    """
    a = now.authority
    service.efficiency[a] = 1.0
    service.design[a] = 0.0
    provider_extent = 1.0 if oversight.controlled[a] == TRUST else service.outsourced[a]
    if service.reorganised[a] > 0.0 or provider_extent > 0.0:
        u, v = rng.pair(now.seed, rng.STRUCTURE, 0, a)
        service.efficiency[a] = efficiency(service.reorganised[a], provider_extent, rng.normal(u), rng.normal(v), c)
    if service.redesigned[a] > 0.0:
        draw = rng.normal(rng.uniform(now.seed, rng.DESIGN, 0, a))
        service.design[a] = service.redesigned[a] * (c.redesign_gain + c.redesign_spread * draw)
