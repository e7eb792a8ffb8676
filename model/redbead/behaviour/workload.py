"""Hours, work pressure, overtime, corner cutting and the slow erosion of standards (E4 to E7)."""

from __future__ import annotations

import math
from typing import Annotated, Final, NamedTuple

from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state.authority import Cases, Oversight, Service
from redbead.state.maths import approach, log_pressure
from redbead.state.people import AGENCY, EMPTY, Workers, staff_in_post
from redbead.state.world import WeekContext

MOST_PRESSURE: Final = 1e6
"""Work pressure where no hour is left, as in a service upset beyond all measure; it rises no further. [ratio]"""


class Workload(NamedTuple):
    """What a week holds and how staff answer when it is too little."""

    hours: Annotated[
        float,
        Param(
            "hours/week",
            20,
            50,
            "contracted hours of a full-time worker",
            "measured",
            "DfE longitudinal study wave 3: 35-37 contracted",
            likely=(35, 39),
        ),
    ] = 37.0
    hours_per_case: Annotated[
        float,
        Param(
            "hours/week",
            0.5,
            6,
            "skilled hours that one open case needs at the full standard",
            "calibrated",
            "work pressure is 1 in the baseline's steady state",
            likely=(1.8, 2.1),
        ),
    ] = 1.94
    novice_output: Annotated[float, Param("ratio", 0.3, 1, "output of a beginner against a fully skilled worker")] = 0.6
    agency_output: Annotated[
        float,
        Param(
            "ratio", 0.5, 1, "output of agency staff, who do not know the place, against permanent staff of equal skill"
        ),
    ] = 0.9
    overtime: Annotated[
        float,
        Param(
            "exponent",
            0,
            1,
            "how strongly hours stretch with work pressure (0 cuts the loop)",
            "measured",
            "45-hour weeks under load: BASW 80-20; Ravalier surveys",
        ),
    ] = 0.5
    overtime_ceiling: Annotated[
        float,
        Param(
            "ratio",
            1,
            1.4,
            "longest week that staff work, over contracted hours",
            "calibrated",
            "about 10 unpaid hours a week: Ravalier surveys",
        ),
    ] = 1.25
    corner_cutting: Annotated[
        float,
        Param(
            "exponent",
            0,
            1,
            "share of a shortfall met by less time a case instead of by queues",
            "assumed",
            "service staff cut time first: Oliva and Sterman 2001",
        ),
    ] = 0.6
    erosion: Annotated[
        float, Param("share", 0, 1, "how far the working standard follows what is done (0 cuts the loop)")
    ] = 0.0
    erosion_down: Annotated[
        float,
        Param(
            "weeks", 13, 52, "time in which a standard sinks", "calibrated", "Oliva and Sterman 2001 for the mechanism"
        ),
    ] = 26.0
    erosion_up: Annotated[
        float,
        Param(
            "weeks",
            52,
            2000,
            "time in which a standard recovers",
            "calibrated",
            "Oliva and Sterman 2001 for the mechanism",
        ),
    ] = 208.0
    compliance_hours: Annotated[
        float, Param("share", 0, 0.4, "hours lost for each unit of compliance above its reference (0 cuts the loop)")
    ] = 0.20
    disruption_hours: Annotated[
        float,
        Param(
            "share",
            0,
            0.5,
            "hours lost for each unit of disruption (0 cuts the loop)",
            "assumed",
            "loss of managerial focus in mergers: Fulop et al. 2002",
        ),
    ] = 0.30
    preparation_hours: Annotated[
        float, Param("share", 0, 0.2, "hours lost in weeks of notice and of a visit (0 cuts the loop)")
    ] = 0.10
    improvement_hours: Annotated[float, Param("share", 0, 0.15, "hours set aside for improvement work")] = 0.0
    squeeze: Annotated[
        float,
        Param(
            "exponent",
            0,
            4,
            "how work pressure squeezes improvement time (0 cuts the loop)",
            "assumed",
            "the capability trap: Repenning and Sterman 2001",
        ),
    ] = 1.0
    admin_hours: Annotated[
        float, Param("share", -0.3, 0.3, "hours lost to administration on top of the usual; below 0 it has been cut")
    ] = 0.0
    feedback_hours: Annotated[float, Param("share", 0, 0.05, "hours for asking families what they think")] = 0.0
    lent_hours: Annotated[float, Param("share", 0, 0.3, "hours lent to another authority")] = 0.0


@rule
def output(skill: float, agency: float, c: Workload) -> float:
    """Output of a worker against a fully skilled permanent one (E12); `agency` is 1 for agency staff. [ratio]

    >>> output(0.0, 0.0, Workload()), output(1.0, 0.0, Workload())
    (0.6, 1.0)
    """
    return (c.novice_output + (1.0 - c.novice_output) * skill) * (1.0 - agency * (1.0 - c.agency_output))


@rule
def work_pressure(needed: float, there: float) -> float:
    """Hours that the work needs over the hours there are (E5), held at 1e6 where there are none. [ratio]

    >>> work_pressure(37.0, 37.0), work_pressure(37.0, 0.0), work_pressure(0.0, 0.0)
    (1.0, 1000000.0, 0.0)
    """
    return min(MOST_PRESSURE, needed / max(1e-9, there))


@rule
def improvement_share(pressure: float, c: Workload) -> float:
    """Hours that really go into improvement: under pressure, the time set aside is the first to go (L-R16). [share]

    >>> generous = Workload(improvement_hours=0.06)
    >>> improvement_share(1.0, generous), improvement_share(2.0, generous)
    (0.06, 0.03)
    """
    return c.improvement_hours * math.pow(max(1.0, pressure), -c.squeeze)


@rule
def share_for_families(
    compliance_excess: float, disruption: float, preparing: float, improving: float, c: Workload
) -> float:
    """Contracted hours left for families after everything else, over those left at the reference (E4). [ratio]

    `compliance_excess` is compliance above its reference [0-1], `preparing` 1 in weeks of notice or visit, `improving`
    the share of hours that goes into improvement.

    >>> share_for_families(0.0, 0.0, 0.0, 0.0, Workload())
    1.0
    """
    share = 1.0 - c.compliance_hours * compliance_excess
    share *= (1.0 - improving) * (1.0 - c.admin_hours) * (1.0 - c.feedback_hours - c.lent_hours)
    share *= max(0.0, 1.0 - c.disruption_hours * disruption)
    return max(0.0, share * (1.0 - c.preparation_hours * preparing))


@rule
def shortfall(strain: float, c: Workload) -> float:
    """Log of hours worked over hours needed (E6): 0 up to pressure 1, then what overtime does not cover. [log]

    `strain` is the natural logarithm of work pressure. Staff work what is needed and no more; beyond pressure 1
    hours stretch as pressure to the power `overtime`, up to the ceiling.

    >>> shortfall(-0.5, Workload()), round(shortfall(math.log(1.21), Workload()), 4) == round(-math.log(1.1), 4)
    (0.0, True)
    """
    if strain <= 0.0:
        return 0.0
    return min(math.log(c.overtime_ceiling), c.overtime * strain) - strain


@rule
def time_per_case(short: float, standard: float, c: Workload) -> float:
    """Time given to a case over what the full standard asks (E6), for a `shortfall` [log]. [ratio]

    >>> time_per_case(0.0, 1.0, Workload()), time_per_case(-0.2, 1.0, Workload()) < 1.0
    (1.0, True)
    """
    return standard * math.exp(c.corner_cutting * short)


@rule
def throughput(short: float, c: Workload) -> float:
    """Cases closed over what would close at full throughput (E6); care x pace / standard = worked / needed. [ratio]

    >>> throughput(0.0, Workload())
    1.0
    """
    return math.exp((1.0 - c.corner_cutting) * short)


@rule
def step_standard(standard: float, given: float, c: Workload) -> float:
    """The working standard after a week in which `given` care was usual (E7): down with it, up only with slack. [ratio]

    >>> step_standard(1.0, 0.8, Workload()), step_standard(1.0, 0.8, Workload(erosion=1.0)) < 1.0
    (1.0, True)
    """
    if given < standard * (1.0 - 1e-9):
        return standard + c.erosion * (given - standard) * approach(c.erosion_down)
    return min(1.0, standard + c.erosion * (1.0 - standard) * approach(c.erosion_up))


@kernel
def work(
    workers: Workers, cases: Cases, service: Service, oversight: Oversight,
    compliance_ref: float, analysis_share: float, gained: float, c: Workload, now: WeekContext,
) -> None:  # fmt: skip
    """Spread the work over the hours there are: everyone's pressure, care and pace this week.

    `gained` is the share of hours that working in units frees.
    Families who wait are looked after by all staff on duty in equal parts, so that every open case asks for hours.
    """
    a = now.authority
    service.improving[a] = improvement_share(service.pressure[a], c)
    share = share_for_families(
        service.compliance[a] - compliance_ref, service.disruption[a], oversight.preparing[a], service.improving[a], c
    )
    hours = c.hours * service.efficiency[a]
    full = hours * share * (1.0 - analysis_share) * (1.0 + gained) * (1.0 + oversight.borrowed[a])
    duty = cases.waiting[a] / max(1, staff_in_post(workers, now.first_post, now.end_post))
    standard = service.standard[a]
    asked = 0.0
    there = 0.0
    for w in range(now.first_post, now.end_post):
        if workers.status[w] == EMPTY:
            continue
        agency = 1.0 if workers.status[w] == AGENCY else 0.0
        workers.hours[w] = full * output(workers.skill[w], agency, c)
        needed = c.hours_per_case * standard * (workers.caseload[w] + duty)
        asked += needed
        there += workers.hours[w]
        workers.pressure[w] = work_pressure(needed, workers.hours[w])
        workers.log_pressure[w] = log_pressure(workers.pressure[w])
        short = shortfall(workers.log_pressure[w], c)
        workers.time_per_case[w] = time_per_case(short, standard, c) if short < 0.0 else standard
        workers.throughput[w] = throughput(short, c) if short < 0.0 else 1.0
    service.pressure[a] = work_pressure(asked, there)


@kernel
def erode(workers: Workers, service: Service, c: Workload, now: WeekContext) -> None:
    """Let the working standard follow the care that is actually given: quickly down, slowly up (E7)."""
    given = 0.0
    staff = 0
    for w in range(now.first_post, now.end_post):
        if workers.status[w] != EMPTY:
            given += workers.time_per_case[w]
            staff += 1
    a = now.authority
    if staff > 0:
        service.standard[a] = step_standard(service.standard[a], given / staff, c)
