"""True quality, the quality that can be seen, disruption, and cost (E29, E35, outputs)."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state.authority import YEAR, Cases, Ledger, Oversight, Service
from redbead.state.maths import approach
from redbead.state.people import AGENCY, EMPTY, PERMANENT, Workers
from redbead.state.world import Now


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
    ] = 0.845
    continuity_ref: Annotated[
        float,
        Param(
            "0-1", 0.1, 1, "reference continuity", "calibrated", "turnover and agency in the baseline's steady state"
        ),
    ] = 0.89
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
    misfit: Annotated[
        float, Param("ratio", 0, 0.5, "visible quality lost where a new way of working does not fit the method")
    ] = 0.0
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


class Cost(NamedTuple):
    """What the service costs."""

    worker: Annotated[
        float,
        Param(
            "pounds/year", 3e4, 1e5, "cost of an employed social worker", "measured", "unit costs uprated: PSSRU 2014"
        ),
    ] = 54000.0
    agency: Annotated[
        float,
        Param(
            "pounds/year",
            5e4,
            2e5,
            "cost of an agency social worker",
            "measured",
            "agency spend per worker: MHCLG RO3 2024-25",
        ),
    ] = 85000.0
    manager: Annotated[float, Param("pounds/year", 4e4, 1.5e5, "cost of a team manager")] = 70000.0
    policies: Annotated[
        float, Param("pounds/post/year", 0, 100000, "cost of the policies in force, for each post of the establishment")
    ] = 0.0
    inspection: Annotated[float, Param("pounds/visit", 0, 1e6, "cost of one visit to the authority")] = 150000.0
    takeover: Annotated[
        float,
        Param(
            "share of yearly budget",
            0,
            0.1,
            "cost of setting up a takeover",
            "measured",
            "4.6 of 77 million: Worcestershire, CYP Now 2018",
        ),
    ] = 0.02


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

    >>> round(true_quality(1.0, 0.845, 0.89, 0.0, Quality()), 6)
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
    return seen + c.gaming_gain * gaming + c.preparation_gain * preparing - c.misfit


@kernel
def take_stock(
    workers: Workers, service: Service, oversight: Oversight, ledger: Ledger,
    weight_of_records: float, c: Quality, now: Now,
) -> None:  # fmt: skip
    """Book the week's staff and leavers, and work out both qualities; let disruption fade."""
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
            care += workers.care[w] * workers.caseload[w]
            held += workers.caseload[w]
    slot = now.week % YEAR
    service.leavers_ring[a, slot] = ledger.leavers[a]
    service.staff_ring[a, slot] = permanent
    agency = (present - permanent) / max(1, present)
    kept = continuity(yearly_turnover(service, a), agency, c)
    mean_care = care / held if held > 0 else service.standard[a]
    mean_skill = skill / present if present > 0 else 0.0
    if present == 0:
        mean_care = 0.0
    service.quality[a] = true_quality(mean_care, mean_skill, kept, service.disruption[a], c)
    service.visible[a] = visible_quality(
        service.quality[a], weight_of_records, service.compliance[a], service.gaming[a], oversight.preparing[a], c
    )
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


@kernel
def book_cost(
    workers: Workers, service: Service, ledger: Ledger, cases: Cases, base_posts: int, c: Cost, now: Now
) -> None:
    """Cost of the week: staff, policies, visits, takeovers."""
    a = now.authority
    employed = 0
    agency = 0
    for w in range(now.first_post, now.end_post):
        employed += workers.status[w] == PERMANENT
        agency += workers.status[w] == AGENCY
    teams = now.end_team - now.first_team
    staff = c.worker * employed + c.agency * agency + c.manager * teams
    budget = c.worker * cases.established[a] + c.manager * teams
    staff += c.policies * base_posts
    service.cost[a] = staff / YEAR + c.inspection * ledger.inspections[a] + c.takeover * budget * ledger.takeovers[a]
