"""True quality of the service, its visible quality, and disruption.

True quality combines time per case, skill, continuity and disruption. Visible quality is what inspectors and records
show; compliance and gaming raise it without raising true quality.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state.authority import Oversight, Service, WeeklyCounts
from redbead.state.constants import YEAR
from redbead.state.maths import approach
from redbead.state.people import EMPTY, PERMANENT, Workers
from redbead.state.world import WeekContext


class Quality(NamedTuple):
    """Weights of true quality, and coefficients of visible quality and disruption."""

    # fmt: off
    care: Annotated[float, Param("exponent", 0, 1, "weight of time per case in true quality", causal_link=True)] = 0.4
    skill: Annotated[float, Param("exponent", 0, 1, "weight of skill in true quality", causal_link=True)] = 0.3
    continuity: Annotated[float, Param("exponent", 0, 1, "weight of continuity in true quality", "assumed",
        "worker changes delay permanency: Milwaukee review 2005", ("milwaukee-2005",), causal_link=True)] = 0.2
    disruption: Annotated[float, Param(
        "exponent", 0, 1, "weight of disruption in true quality", causal_link=True)] = 0.1
    disruption_depth: Annotated[float, Param(
        "share/unit", 0, 1, "reduction in the quality of practice per unit of disruption")] = 0.3
    skill_ref: Annotated[float, Param(
        "0-1", 0.1, 1, "reference skill", "calibrated", "mean skill in the baseline's steady state", ("science-notes",),
        processing="steady-state", distribution="reference")] = 0.855
    continuity_ref: Annotated[float, Param(
        "0-1", 0.1, 1, "reference continuity", "calibrated", "turnover and agency in the baseline's steady state",
        ("science-notes",), processing="steady-state", distribution="reference")] = 0.872
    turnover_cost: Annotated[float, Param("share/unit", 0, 2, "continuity lost per unit of annual turnover")] = 0.5
    agency_cost: Annotated[float, Param("share/unit", 0, 2, "continuity lost per unit of agency share")] = 0.3
    record_base: Annotated[float, Param("ratio", 0.5, 1.5, "record quality without compliance")] = 0.9
    record_compliance: Annotated[float, Param(
        "ratio/unit", 0, 1, "gain in record quality per unit of compliance", causal_link=True)] = 0.2
    gaming_gain: Annotated[float, Param("ratio/unit", 0, 0.2, "gain in visible quality per unit of gaming", "measured",
        "96 % reported against 77 % surveyed: Bevan and Hood 2006", ("bevan-hood-2006",), symbol="zeta",
        causal_link=True)] = 0.05
    preparation_gain: Annotated[float, Param(
        "ratio", 0, 0.1, "gain in visible quality from preparing for a visit", causal_link=True)] = 0.01
    families_spread: Annotated[float, Param(
        "ratio", 0, 0.5, "standard deviation of the weekly rating by families when all are asked")] = 0.05
    disruption_decay: Annotated[float, Param("weeks", 26, 130, "time constant with which disruption fades", "measured",
        "developments delayed 18 months and more: Fulop et al. 2002", ("fulop-2002",), symbol="tau_dis")] = 52.0
    # fmt: on


@rule
def continuity(turnover: float, agency: float, c: Quality) -> float:
    r"""Continuity of workers for children and families.

    Parameters
    ----------
    turnover : float
        Annual turnover. [1/year]
    agency : float
        Agency staff as a share of staff in post. [0-1]
    c : Quality
        Coefficients.

    Returns
    -------
    float
        Continuity, at least 0.05. [0-1]

    Notes
    -----
    Equation E149:

    .. math:: \kappa = \max(0.05,\, 1 - k_t T - k_a A)

    where :math:`T` is ``turnover``, :math:`A` is ``agency``, and :math:`k_t` and :math:`k_a` are ``turnover_cost`` and
    ``agency_cost``. Without turnover and agency staff, continuity is 1.

    References
    ----------
    milwaukee-2005

    Examples
    --------
    >>> continuity(0.0, 0.0, Quality())
    1.0
    >>> round(continuity(0.15, 0.1, Quality()), 3)
    0.895
    """
    return max(0.05, 1.0 - c.turnover_cost * turnover - c.agency_cost * agency)


@rule
def true_quality(care: float, skill: float, continuity_share: float, disruption: float, c: Quality) -> float:
    r"""True quality of the service: a weighted geometric mean.

    Parameters
    ----------
    care : float
        Time per case as a share of the full standard. [ratio]
    skill : float
        Mean skill of staff. [0-1]
    continuity_share : float
        Continuity of workers. [0-1]
    disruption : float
        Organisational disruption. [index]
    c : Quality
        Coefficients.

    Returns
    -------
    float
        True quality, 1 at the reference. [ratio]

    Notes
    -----
    Equation E150:

    .. math:: Q = q^{w_q} \left(\frac{e}{e_0}\right)^{w_e} \left(\frac{\kappa}{\kappa_0}\right)^{w_\kappa}
       \max(0.05,\, 1 - \delta D)^{w_D}

    where :math:`q` is ``care``, :math:`e` is ``skill``, :math:`\kappa` is ``continuity_share``, :math:`D` is
    ``disruption``, :math:`\delta` is ``disruption_depth`` and the weights :math:`w` are the parameters ``care``,
    ``skill``, ``continuity`` and ``disruption``. Negative :math:`q` and :math:`e` count as 0. At full time
    per case, reference skill and continuity, and no disruption, quality is 1.

    References
    ----------
    milwaukee-2005, devaney-2017

    Examples
    --------
    >>> round(true_quality(1.0, 0.855, 0.872, 0.0, Quality()), 6)
    1.0
    """
    quality = math.pow(max(0.0, care), c.care) * math.pow(max(0.0, skill) / c.skill_ref, c.skill)
    quality *= math.pow(continuity_share / c.continuity_ref, c.continuity)
    return quality * math.pow(max(0.05, 1.0 - c.disruption_depth * disruption), c.disruption)


@rule
def visible_quality(
    quality: float, weight_of_records: float, compliance: float, gaming: float, preparing: float, c: Quality
) -> float:
    r"""Quality as inspectors and records show it.

    Parameters
    ----------
    quality : float
        True quality. [ratio]
    weight_of_records : float
        Weight of records in the inspectors' evidence. [0-1]
    compliance : float
        Orientation of the work towards inspection. [0-1]
    gaming : float
        Extent to which evidence for inspectors is embellished. [0-1]
    preparing : float
        1 during notice and visit, otherwise 0.
    c : Quality
        Coefficients.

    Returns
    -------
    float
        Visible quality. [ratio]

    Notes
    -----
    Equation E29:

    .. math:: Q_V = (1 - w) Q + w (r_0 + r_K K) + \zeta G + \zeta_p \, p

    where :math:`Q` is ``quality``, :math:`w` is ``weight_of_records``, :math:`K` is ``compliance``, :math:`G` is
    ``gaming``, :math:`p` is ``preparing``, :math:`r_0` and :math:`r_K` are ``record_base`` and ``record_compliance``,
    and :math:`\zeta` and :math:`\zeta_p` are ``gaming_gain`` and ``preparation_gain``. Without records, gaming and
    preparation, visible quality equals true quality.

    References
    ----------
    bevan-hood-2006

    Examples
    --------
    >>> visible_quality(0.8, 0.0, 0.5, 0.0, 0.0, Quality())
    0.8
    """
    record_quality = c.record_base + c.record_compliance * compliance
    observed = (1.0 - weight_of_records) * quality + weight_of_records * record_quality
    return observed + c.gaming_gain * gaming + c.preparation_gain * preparing


@rule
def quality_reported_by_families(quality: float, draw: float, surveyed_share: float, c: Quality) -> float:
    r"""Quality as families rate it: unbiased, with sampling error.

    Parameters
    ----------
    quality : float
        True quality. [ratio]
    draw : float
        Standard normal draw for the week. [sd]
    surveyed_share : float
        Share of families asked; must exceed 0. [0-1]
    c : Quality
        Coefficients.

    Returns
    -------
    float
        Reported quality. [ratio]

    Notes
    -----
    Equation E151:

    .. math:: Q_f = Q + s z / \sqrt{f}

    where :math:`z` is ``draw``, :math:`f` is ``surveyed_share`` and :math:`s` is ``families_spread``. The standard
    deviation falls with the square root of the number of families asked.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> quality_reported_by_families(0.9, 0.0, 1.0, Quality())
    0.9
    >>> round(quality_reported_by_families(0.9, 1.0, 0.25, Quality()), 6)
    1.0
    """
    return quality + c.families_spread * draw / math.sqrt(surveyed_share)


@kernel
def update_quality(
    workers: Workers, service: Service, oversight: Oversight, counts: WeeklyCounts, weight_of_records: float,
    surveyed_share: float, unit_continuity: float, unit_misfit: float, c: Quality, now: WeekContext,
) -> None:  # fmt: skip
    r"""Record this week's staff and leavers, update true and visible quality, and let disruption fade.

    Reads ``workers``, ``service.compliance``, ``service.gaming``, ``service.unit`` and ``oversight.preparing``. Writes
    ``service.leavers_ring``, ``service.staff_ring``, ``service.quality``, ``service.visible``,
    ``service.families_view`` and ``service.disruption``. Mean time per case is weighted by caseload.

    Parameters
    ----------
    weight_of_records : float
        Weight of records in the inspectors' evidence. [0-1]
    surveyed_share : float
        Share of families asked for feedback. [0-1]
    unit_continuity : float
        Share of lost continuity that colleagues in a unit preserve. [0-1]
    unit_misfit : float
        Visible quality that inspectors miss in a service of units. [ratio]

    Notes
    -----
    Equation E35, the decay of disruption: :math:`D \leftarrow D e^{-1/\tau_{dis}}`, with ``disruption_decay``
    :math:`\tau_{dis}`. Quality of the week uses disruption before the decay.
    """
    a = now.authority
    care = 0.0
    skill = 0.0
    cases = 0
    present = 0
    permanent = 0
    for w in range(now.first_post, now.end_post):
        if workers.status[w] != EMPTY:
            present += 1
            permanent += workers.status[w] == PERMANENT
            skill += workers.skill[w]
            care += workers.time_per_case[w] * workers.caseload[w]
            cases += workers.caseload[w]
    slot = now.week % YEAR
    service.leavers_ring[a, slot] = counts.leavers[a]
    service.staff_ring[a, slot] = permanent
    agency = (present - permanent) / max(1, present)
    continuity_share = continuity(annual_turnover(service, a) * (1.0 - unit_continuity * service.unit[a]), agency, c)
    mean_care = care / cases if cases > 0 else service.standard[a]
    mean_skill = skill / present if present > 0 else 0.0
    if present == 0:
        mean_care = 0.0
    service.quality[a] = true_quality(mean_care, mean_skill, continuity_share, service.disruption[a], c)
    service.visible[a] = (
        visible_quality(
            service.quality[a], weight_of_records, service.compliance[a], service.gaming[a], oversight.preparing[a], c
        )
        - unit_misfit * service.unit[a]
    )
    service.families_view[a] = 0.0
    if surveyed_share > 0.0:
        draw = rng.normal(rng.uniform(now.seed, rng.FAMILIES, now.week, a))
        service.families_view[a] = quality_reported_by_families(service.quality[a], draw, surveyed_share, c)
    service.disruption[a] -= service.disruption[a] * approach(c.disruption_decay)


@kernel
def annual_turnover(service: Service, a: int) -> float:
    """Annual turnover: leavers of the last 52 weeks divided by mean permanent staff, or 0 without staff.

    Weeks before the start of the simulation are excluded, and the result is scaled to a full year. [1/year]
    """
    leavers = 0
    staff = 0
    weeks = 0
    for k in range(YEAR):
        if service.staff_ring[a, k] >= 0:
            leavers += service.leavers_ring[a, k]
            staff += service.staff_ring[a, k]
            weeks += 1
    if staff == 0:
        return 0.0
    return leavers / (staff / weeks) * (YEAR / weeks)
