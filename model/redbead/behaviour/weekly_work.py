"""Kernels that apply the equations of workload to all workers of an authority."""

from __future__ import annotations

from redbead.behaviour.workload import (
    Workload,
    improvement_share,
    output,
    share_for_families,
    shortfall,
    step_standard,
    throughput,
    time_per_case,
    work_pressure,
)
from redbead.jit import kernel
from redbead.state.authority import Cases, Oversight, Service
from redbead.state.maths import log_pressure
from redbead.state.people import AGENCY, EMPTY, Workers, staff_in_post
from redbead.state.world import WeekContext


@kernel
def work(
    workers: Workers, cases: Cases, service: Service, oversight: Oversight,
    compliance_ref: float, analysis_share: float, freed_share: float, c: Workload, now: WeekContext,
) -> None:  # fmt: skip
    """Compute hours, work pressure, time per case and throughput of each worker this week.

    Reads caseload, skill and status of the workers, waiting cases, and the levels of service and oversight. Writes
    ``hours``, ``pressure``, ``log_pressure``, ``time_per_case`` and ``throughput`` of the workers, and ``improving``
    and ``pressure`` of the service. Improvement time follows last week's work pressure. All staff share the waiting
    cases equally, so each open case needs hours.

    Parameters
    ----------
    compliance_ref : float
        Reference compliance. [0-1]
    analysis_share : float
        Share of hours reserved for the analysis of reports. [share]
    freed_share : float
        Share of hours that working in units frees. [share]
    """
    a = now.authority
    service.improving[a] = improvement_share(service.pressure[a], c)
    share = share_for_families(
        service.compliance[a] - compliance_ref, service.disruption[a], oversight.preparing[a], service.improving[a], c
    )
    contracted = c.hours * service.efficiency[a]
    full_output = contracted * share * (1.0 - analysis_share) * (1.0 + freed_share) * (1.0 + oversight.borrowed[a])
    waiting_per_worker = cases.waiting[a] / max(1, staff_in_post(workers, now.first_post, now.end_post))
    standard = service.standard[a]
    total_needed = 0.0
    total_available = 0.0
    for w in range(now.first_post, now.end_post):
        if workers.status[w] == EMPTY:
            continue
        agency = 1.0 if workers.status[w] == AGENCY else 0.0
        workers.hours[w] = full_output * output(workers.skill[w], agency, c)
        needed = c.hours_per_case * standard * (workers.caseload[w] + waiting_per_worker)
        total_needed += needed
        total_available += workers.hours[w]
        workers.pressure[w] = work_pressure(needed, workers.hours[w])
        workers.log_pressure[w] = log_pressure(workers.pressure[w])
        log_shortfall = shortfall(workers.log_pressure[w], c)
        workers.time_per_case[w] = time_per_case(log_shortfall, standard, c) if log_shortfall < 0.0 else standard
        workers.throughput[w] = throughput(log_shortfall, c) if log_shortfall < 0.0 else 1.0
    service.pressure[a] = work_pressure(total_needed, total_available)


@kernel
def update_standard(workers: Workers, service: Service, c: Workload, now: WeekContext) -> None:
    """Move the working standard of the authority towards the mean time per case of staff in post.

    Reads ``status`` and ``time_per_case`` of the workers. Writes ``service.standard`` by equation E7. An authority
    without staff keeps its standard.
    """
    total_time = 0.0
    staff = 0
    for w in range(now.first_post, now.end_post):
        if workers.status[w] != EMPTY:
            total_time += workers.time_per_case[w]
            staff += 1
    a = now.authority
    if staff > 0:
        service.standard[a] = step_standard(service.standard[a], total_time / staff, c)
