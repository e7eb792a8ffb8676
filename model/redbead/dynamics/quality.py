"""True quality, the quality that can be seen, disruption (E29, E35, outputs)."""

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
    """What good service is made of, and what of it shows."""

    care: Annotated[float, Param("exponent", 0, 1, "weight of time per case in true quality (0 cuts the loop)")] = 0.4
    skill: Annotated[float, Param("exponent", 0, 1, "weight of skill in true quality (0 cuts the loop)")] = 0.3
    continuity: Annotated[
        float,
        Param(
            "exponent",
            0,
            1,
            "weight of continuity in true quality (0 cuts the loop)",
            "assumed",
            "worker changes delay permanency: Milwaukee review 2005",
        ),
    ] = 0.2
    disruption: Annotated[float, Param("exponent", 0, 1, "weight of disruption in true quality (0 cuts the loop)")] = (
        0.1
    )
    disruption_depth: Annotated[float, Param("share/unit", 0, 1, "how deep disruption cuts into practice")] = 0.3
    skill_ref: Annotated[
        float, Param("0-1", 0.1, 1, "reference skill", "calibrated", "mean skill in the baseline's steady state")
    ] = 0.855
    continuity_ref: Annotated[
        float,
        Param(
            "0-1", 0.1, 1, "reference continuity", "calibrated", "turnover and agency in the baseline's steady state"
        ),
    ] = 0.872
    turnover_cost: Annotated[float, Param("share/unit", 0, 2, "continuity lost for each unit of yearly turnover")] = 0.5
    agency_cost: Annotated[float, Param("share/unit", 0, 2, "continuity lost for each unit of agency share")] = 0.3
    record_base: Annotated[float, Param("ratio", 0.5, 1.5, "record quality without any compliance")] = 0.9
    record_compliance: Annotated[
        float, Param("ratio/unit", 0, 1, "record quality gained for each unit of compliance (0 cuts the loop)")
    ] = 0.2
    gaming_gain: Annotated[
        float,
        Param(
            "ratio/unit",
            0,
            0.2,
            "visible quality gained by dressing up (0 cuts the loop)",
            "measured",
            "96 % reported against 77 % surveyed: Bevan and Hood 2006",
        ),
    ] = 0.05
    preparation_gain: Annotated[
        float, Param("ratio", 0, 0.1, "visible quality gained by preparing for a visit (0 cuts the loop)")
    ] = 0.01
    families_spread: Annotated[
        float, Param("ratio", 0, 0.5, "weekly noise of what families say of the service, where all are asked")
    ] = 0.05
    disruption_decay: Annotated[
        float,
        Param(
            "weeks",
            26,
            130,
            "time in which disruption fades",
            "measured",
            "developments delayed 18 months and more: Fulop et al. 2002",
        ),
    ] = 52.0


@rule
def continuity(turnover: float, agency: float, c: Quality) -> float:
    """How far children keep the same worker, by yearly turnover and agency share. [0-1]

    >>> continuity(0.0, 0.0, Quality())
    1.0
    """
    return max(0.05, 1.0 - c.turnover_cost * turnover - c.agency_cost * agency)


@rule
def true_quality(care: float, skill: float, kept: float, disruption: float, c: Quality) -> float:
    """True quality of service, 1 at the reference: weighted geometric mean. [ratio]

    >>> round(true_quality(1.0, 0.855, 0.872, 0.0, Quality()), 6)
    1.0
    """
    q = math.pow(max(0.0, care), c.care) * math.pow(max(0.0, skill) / c.skill_ref, c.skill)
    q *= math.pow(kept / c.continuity_ref, c.continuity)
    return q * math.pow(max(0.05, 1.0 - c.disruption_depth * disruption), c.disruption)


@rule
def visible_quality(
    quality: float, weight_of_records: float, compliance: float, gaming: float, preparing: float, c: Quality
) -> float:
    """Quality as inspectors and records show it (E29). [ratio]

    >>> visible_quality(0.8, 0.0, 0.5, 0.0, 0.0, Quality())
    0.8
    """
    records = c.record_base + c.record_compliance * compliance
    seen = (1.0 - weight_of_records) * quality + weight_of_records * records
    return seen + c.gaming_gain * gaming + c.preparation_gain * preparing


@rule
def families_view(quality: float, luck: float, asked: float, c: Quality) -> float:
    """Quality as families tell it: noisy, but without bias, and the less noisy the more of them are asked. [ratio]

    `luck` is standard normal; `asked` is the share of families asked, above 0.

    >>> families_view(0.9, 0.0, 1.0, Quality()), round(families_view(0.9, 1.0, 0.25, Quality()), 6)
    (0.9, 1.0)
    """
    return quality + c.families_spread * luck / math.sqrt(asked)


@kernel
def update_quality(
    workers: Workers, service: Service, oversight: Oversight, counts: WeeklyCounts,
    weight_of_records: float, asked: float, unit_continuity: float, unit_misfit: float, c: Quality, now: WeekContext,
) -> None:  # fmt: skip
    """Book the week's staff and leavers, and work out quality as it is and as it looks; let disruption fade.

    `asked` is how far families are asked; the last two say what a unit keeps of continuity, and what inspectors miss.
    """
    a = now.authority
    care = 0.0
    skill = 0.0
    held = 0
    present = 0
    permanent = 0
    for w in range(now.first_post, now.end_post):
        if workers.status[w] != EMPTY:
            present += 1
            permanent += workers.status[w] == PERMANENT
            skill += workers.skill[w]
            care += workers.time_per_case[w] * workers.caseload[w]
            held += workers.caseload[w]
    slot = now.week % YEAR
    service.leavers_ring[a, slot] = counts.leavers[a]
    service.staff_ring[a, slot] = permanent
    agency = (present - permanent) / max(1, present)
    kept = continuity(yearly_turnover(service, a) * (1.0 - unit_continuity * service.unit[a]), agency, c)
    mean_care = care / held if held > 0 else service.standard[a]
    mean_skill = skill / present if present > 0 else 0.0
    if present == 0:
        mean_care = 0.0
    service.quality[a] = true_quality(mean_care, mean_skill, kept, service.disruption[a], c)
    service.visible[a] = (
        visible_quality(
            service.quality[a], weight_of_records, service.compliance[a], service.gaming[a], oversight.preparing[a], c
        )
        - unit_misfit * service.unit[a]
    )
    service.families_view[a] = 0.0
    if asked > 0.0:
        luck = rng.normal(rng.uniform(now.seed, rng.FAMILIES, now.week, a))
        service.families_view[a] = families_view(service.quality[a], luck, asked, c)
    service.disruption[a] -= service.disruption[a] * approach(c.disruption_decay)


@kernel
def yearly_turnover(service: Service, a: int) -> float:
    """Leavers of the last 52 weeks over mean permanent staff of those weeks; 0 where there were none. [1/year]"""
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
