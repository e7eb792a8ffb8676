"""Weekly kernels of work and errors, the families whose rules fill a module without them.

They update the hours and pressure of workers, generate the errors of a week and let workers recognise them.
"""

from __future__ import annotations

import math

from redbead import rng
from redbead.behaviour.error_generation import (
    ErrorReferences,
    Practice,
    error_climate,
    error_rate,
    recognised_share,
    serious_share,
)
from redbead.behaviour.workload import (
    Workload,
    improvement_share,
    output,
    share_for_families,
    shortfall,
    step_standard,
    throughput,
    time_per_case,
)
from redbead.jit import kernel
from redbead.state import practice_errors, world
from redbead.state.authority import Cases, Learning, Oversight, Service, WeeklyCounts
from redbead.state.maths import chance, log_pressure, work_pressure
from redbead.state.people import AGENCY, EMPTY, Managers, Workers, at_work, draw_for_workers, staff_at_work
from redbead.state.practice_errors import Errors, add_error, draw_for_errors, error_number, first_row
from redbead.state.world import EventLog, WeekContext, log_event


@kernel
def work(
    workers: Workers, managers: Managers, cases: Cases, service: Service, oversight: Oversight,
    compliance_ref: float, analysis_share: float, freed_share: float, c: Workload, now: WeekContext,
) -> None:  # fmt: skip
    """Compute hours, work pressure, time per case and throughput of each worker this week.

    Reads caseload, skill and status of the workers, cases of absent colleagues, waiting cases, and the levels of
    service and oversight. Writes
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
    full_output = (
        contracted
        * share
        * max(0.0, 1.0 - (analysis_share + service.discovery_share[a]))
        * (1.0 + freed_share)
        * (1.0 + oversight.borrowed[a])
    )
    waiting_per_worker = cases.waiting[a] / max(1, staff_at_work(workers, now.first_post, now.end_post))
    standard = service.standard[a]
    total_needed = 0.0
    total_available = 0.0
    for w in range(now.first_post, now.end_post):
        if workers.status[w] == EMPTY:
            continue
        if not at_work(workers, w):
            workers.hours[w] = workers.pressure[w] = workers.log_pressure[w] = 0.0
            workers.time_per_case[w], workers.throughput[w] = standard, 0.0
            continue
        agency = 1.0 if workers.status[w] == AGENCY else 0.0
        workers.hours[w] = full_output * output(workers.skill[w], agency, c) * (1.0 - workers.absence[w])
        others = waiting_per_worker + managers.covered[workers.team[w]]
        needed = c.hours_per_case * standard * (workers.caseload[w] + others)
        total_needed += needed
        total_available += workers.hours[w]
        workers.pressure[w] = work_pressure(needed, workers.hours[w])
        workers.log_pressure[w] = log_pressure(workers.pressure[w])
        log_shortfall = shortfall(workers.log_pressure[w], c)
        workers.time_per_case[w], workers.throughput[w] = standard, 1.0
        if log_shortfall < 0.0 or c.time_elasticity > 0.0:
            workers.time_per_case[w] = time_per_case(workers.log_pressure[w], log_shortfall, standard, c)
            workers.throughput[w] = throughput(workers.log_pressure[w], log_shortfall, c)
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


@kernel
def compute_error_rates(
    workers: Workers, managers: Managers, learning: Learning, service: Service, oversight: Oversight,
    references: ErrorReferences, additional_reviewers: float, c: Practice, now: WeekContext,
) -> None:  # fmt: skip
    """Compute each worker's error rate and chance of recognition, and the conditions that all workers share.

    Reads the workers' conditions and ``conduct_ratio``, ``local_improvement``, ``recognition_kept`` and ``blame`` of
    the managers, and the levels of learning, service and oversight. Writes ``error_rate`` and ``recognition_chance`` of
    the workers, and ``error_climate``, ``recognition_chance`` and ``serious_share`` of the service. Weeks of notice and
    visit and the design of the service lower the error rate.

    Parameters
    ----------
    references : ErrorReferences
        Reference levels of other families.
    additional_reviewers : float
        Reviewers per case that working in units adds. [people]
    """
    a = now.authority
    blame = 0.0
    for t in range(now.first_team, now.end_team):
        blame += managers.blame[t]
    blame /= max(1, now.end_team - now.first_team)
    defences = learning.defences[a] - references.defences
    climate = error_climate(
        service.disruption[a], defences, oversight.threat[a] - references.threat, blame - references.blame, c
    )
    if oversight.preparing[a] == 1:
        climate += math.log(1.0 - c.visit_care)
    service.error_climate[a] = climate - service.design[a]
    compliance = service.compliance[a] - references.compliance
    service.recognition_chance[a] = recognised_share(compliance, additional_reviewers, c)
    service.serious_share[a] = serious_share(defences, c)
    for w in range(now.first_post, now.end_post):
        workers.error_rate[w] = 0.0
        if at_work(workers, w):
            t = workers.team[w]
            rate = error_rate(
                workers.time_per_case[w], workers.burnout[w] - c.burnout_ref, workers.skill[w] - references.skill,
                workers.fear[w] - c.fear_ref, workers.commitment[w],
                service.error_climate[a] - managers.local_improvement[t],
                c,
            )  # fmt: skip
            workers.error_rate[w] = min(practice_errors.MOST_RATE, rate * workers.conduct_ratio[w])
            workers.recognition_chance[w] = service.recognition_chance[a] * managers.recognition_kept[t]


@kernel
def make_errors(
    workers: Workers, managers: Managers, cases: Cases, service: Service, errors: Errors, counts: WeeklyCounts,
    event_log: EventLog, c: Practice, now: WeekContext,
) -> None:  # fmt: skip
    r"""Generate the errors of the week, with severity, conduct and immediate recognition.

    Reads ``error_rate``, ``recognition_chance``, ``violation_share`` and ``caseload`` of the workers, and
    ``service.serious_share``. Writes ``workers.errors_made``, new rows of ``errors``, and ``generated``, ``violations``
    and ``recognised`` of the counts. Random numbers are keyed by worker and by error, so the order of workers does not
    matter.

    Notes
    -----
    For a caseload :math:`n`, equal shares :math:`v` of the waiting cases and of absent colleagues' cases, and the rate
    :math:`r` of equation E14:

    .. math:: N \sim \mathrm{Poisson}\left[r (n + v)\right]

    limited to :data:`~redbead.state.practice_errors.MOST_ERRORS` errors per worker and week.
    """
    a = now.authority
    waiting_per_worker = cases.waiting[a] / max(1, staff_at_work(workers, now.first_post, now.end_post))
    draw_for_workers(workers, now.seed, rng.ERRORS, now.week, now.first_post, now.end_post)
    for w in range(now.first_post, now.end_post):
        workers.errors_made[w] = 0
        if at_work(workers, w):
            others = waiting_per_worker + managers.covered[workers.team[w]]
            expected = workers.error_rate[w] * (workers.caseload[w] + others)
            workers.errors_made[w] = min(practice_errors.MOST_ERRORS, rng.poisson(workers.uniform[w], expected))
    for w in range(now.first_post, now.end_post):
        for k in range(workers.errors_made[w]):
            e = first_row(errors, a) + errors.live[a]
            errors.live[a] += 1
            add_error(errors, e, w, workers.spell[w], now.week, k)
            key = errors.key[e]
            severity_draw, conduct_draw = rng.pair(now.seed, rng.SEVERITY, now.week, key)
            serious = severity_draw > 1.0 - service.serious_share[a]
            errors.severity[e] = 0 if severity_draw < c.near_misses else (2 if serious else 1)
            is_violation = conduct_draw > 1.0 - workers.violation_share[w]
            conduct = practice_errors.VIOLATION if is_violation else practice_errors.SLIP
            errors.conduct[e] = practice_errors.MISCONDUCT if conduct_draw < c.culpable else conduct
            is_recognised = rng.uniform(now.seed, rng.RECOGNITION, now.week, key) < workers.recognition_chance[w]
            errors.state[e] = practice_errors.RECOGNISED if is_recognised else practice_errors.UNRECOGNISED
            counts.generated[a] += 1
            counts.violations[a] += errors.conduct[e] == practice_errors.VIOLATION
            counts.recognised[a] += is_recognised
            _log_new_error(workers, errors, event_log, e, is_recognised, now)


@kernel
def _log_new_error(
    workers: Workers, errors: Errors, event_log: EventLog, e: int, is_recognised: bool, now: WeekContext
) -> None:
    """Record that error ``e`` was made, and that it was recognised at once."""
    w = errors.author[e]
    t, spell, number, severity = workers.team[w], errors.spell[e], error_number(errors, e), errors.severity[e]
    log_event(event_log, now, world.MADE, t, w, spell, number, severity)
    if is_recognised:
        log_event(event_log, now, world.RECOGNISED, t, w, spell, number, severity)


@kernel
def recognise_later(
    workers: Workers, managers: Managers, errors: Errors, counts: WeeklyCounts, event_log: EventLog, c: Practice,
    now: WeekContext,
) -> None:  # fmt: skip
    r"""Let workers in post recognise errors that were made in earlier weeks.

    Reads ``workers.status`` and ``managers.recognition_kept``. Writes ``state`` and ``since`` of the errors and
    ``counts.recognised``. The worker who now holds the post recognises the error, even if a predecessor made it. Errors
    of vacant posts stay unrecognised.

    Notes
    -----
    For the weekly hazard :math:`r_u` (``later``), part of equation E18, and the recognition :math:`k` that supervision
    leaves:

    .. math:: p = k \, (1 - e^{-r_u})
    """
    a = now.authority
    p = chance(c.later)
    first = first_row(errors, a)
    draw_for_errors(errors, now.seed, rng.RECOGNITION, now.week, first, first + errors.live[a])
    for e in range(first, first + errors.live[a]):
        if errors.uniform[e] < p and errors.state[e] == practice_errors.UNRECOGNISED and errors.born[e] < now.week:
            w = errors.author[e]
            if workers.status[w] != EMPTY and errors.uniform[e] < p * managers.recognition_kept[workers.team[w]]:
                errors.state[e] = practice_errors.RECOGNISED
                errors.since[e] = now.week
                counts.recognised[a] += 1
                number = error_number(errors, e)
                log_event(
                    event_log, now, world.RECOGNISED, workers.team[w], w, errors.spell[e], number, errors.severity[e]
                )
