"""Weekly kernels of work, errors and learning, the families whose rules fill a module without them.

They update the hours and pressure of workers, generate the errors of a week and let workers recognise them, and turn
reports into defences.
"""

from __future__ import annotations

import math

from redbead import rng
from redbead.behaviour.error_generation import (
    Practice,
    error_climate,
    error_rate,
    recognised_share,
    serious_share,
    strike_deterrence,
)
from redbead.behaviour.learning import (
    Lessons,
    analysis_quality,
    forgetting_rate,
    learning_rate,
    step_local_improvement,
    usefulness_target,
    worth_of_lesson,
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
    work_pressure,
)
from redbead.jit import kernel
from redbead.state import practice_errors, world
from redbead.state.authority import Cases, Learning, Oversight, Service, WeeklyCounts
from redbead.state.constants import YEAR
from redbead.state.maths import approach, chance, clip01, log_pressure
from redbead.state.people import AGENCY, EMPTY, PERMANENT, Managers, Workers, at_work, draw_for_workers, staff_at_work
from redbead.state.practice_errors import Errors, draw_for_errors, error_key, error_number, first_row
from redbead.state.world import EventLog, WeekContext, log_event


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


@kernel
def shared_error_climate(
    managers: Managers, learning: Learning, service: Service, oversight: Oversight,
    defences_ref: float, threat_ref: float, blame_ref: float, compliance_ref: float, additional_reviewers: float,
    c: Practice, now: WeekContext,
) -> tuple[float, float, float]:  # fmt: skip
    """Log error rate, recognised share and share of serious errors that all workers have in common this week.

    Reads ``blame`` of the managers and the levels of learning, service and oversight. Writes nothing.

    Parameters
    ----------
    defences_ref, threat_ref, blame_ref, compliance_ref : float
        References of defences, threat, blame and compliance. [0-1]
    additional_reviewers : float
        Reviewers per case that working in units adds. [people]

    Returns
    -------
    tuple of float
        Log error rate [log], recognised share and share of serious errors [0-1]. Weeks of notice and visit and the
        design of the service lower the error rate.
    """
    a = now.authority
    blame = 0.0
    for t in range(now.first_team, now.end_team):
        blame += managers.blame[t]
    blame /= max(1, now.end_team - now.first_team)
    climate = error_climate(
        service.disruption[a], learning.defences[a] - defences_ref, oversight.threat[a] - threat_ref,
        blame - blame_ref, c,
    )  # fmt: skip
    if oversight.preparing[a] == 1:
        climate += math.log(1.0 - c.visit_care)
    recognised = recognised_share(service.compliance[a] - compliance_ref, additional_reviewers, c)
    return climate - service.design[a], recognised, serious_share(learning.defences[a] - defences_ref, c)


@kernel
def make_errors(
    workers: Workers, managers: Managers, cases: Cases, errors: Errors, counts: WeeklyCounts, event_log: EventLog,
    climate: float, p_recognised: float, p_serious: float, skill_ref: float, escalation: float, strike_window: float,
    c: Practice, now: WeekContext,
) -> None:  # fmt: skip
    r"""Generate the errors of the week, with severity, conduct and immediate recognition.

    Reads the workers' conditions and caseloads, ``local_improvement`` and ``blame`` of the managers. Writes
    ``workers.errors_made``, new rows of ``errors``, and ``generated``, ``violations`` and ``recognised`` of the counts.
    Random numbers are keyed by worker and by error, so the order of workers does not matter.

    Parameters
    ----------
    climate : float
        Log error rate common to all workers, from :func:`shared_error_climate`. [log]
    p_recognised : float
        Share of errors recognised at once, from :func:`recognised_share`. [0-1]
    p_serious : float
        Share of serious errors, from :func:`serious_share`. [0-1]
    skill_ref : float
        Reference skill. [0-1]
    escalation : float
        Relative increase of the probability of a sanction after a first strike. [ratio]
    strike_window : float
        Time for which an error that became known counts as a first strike. [weeks]

    Notes
    -----
    For a caseload :math:`n`, an equal share :math:`v` of the waiting cases and the rate :math:`r` of equation E14:

    .. math:: N \sim \mathrm{Poisson}\left[r (n + v)\right]

    limited to :data:`~redbead.state.practice_errors.MOST_ERRORS` errors per worker and week.
    """
    a = now.authority
    waiting_per_worker = cases.waiting[a] / max(1, staff_at_work(workers, now.first_post, now.end_post))
    draw_for_workers(workers, now.seed, rng.ERRORS, now.week, now.first_post, now.end_post)
    for w in range(now.first_post, now.end_post):
        workers.errors_made[w] = 0
        if not at_work(workers, w):
            continue
        prior_strike = 1.0 if now.week - workers.last_strike[w] <= strike_window else 0.0
        t = workers.team[w]
        worker_climate = (
            climate - managers.local_improvement[t] - strike_deterrence(escalation, prior_strike, managers.blame[t], c)
        )
        rate = error_rate(
            workers.time_per_case[w],
            workers.burnout[w] - c.burnout_ref,
            workers.skill[w] - skill_ref,
            workers.fear[w] - c.fear_ref,
            workers.commitment[w],
            worker_climate,
            c,
        )
        expected = rate * workers.conduct_ratio[w] * (workers.caseload[w] + waiting_per_worker)
        workers.errors_made[w] = min(practice_errors.MOST_ERRORS, rng.poisson(workers.uniform[w], expected))
    generated = 0
    recognised = 0
    first = first_row(errors, a)
    for w in range(now.first_post, now.end_post):
        for k in range(workers.errors_made[w]):
            e = first + errors.live[a]
            errors.live[a] += 1
            generated += 1
            errors.author[e] = w
            errors.spell[e] = workers.spell[w]
            errors.born[e] = now.week
            errors.since[e] = now.week
            errors.at_risk[e] = 1
            errors.disclosure[e] = practice_errors.NOT_DISCLOSED
            errors.source[e] = practice_errors.UNKNOWN
            key = error_key(w, now.week, k)
            errors.key[e] = key
            severity_draw, conduct_draw = rng.pair(now.seed, rng.SEVERITY, now.week, key)
            errors.severity[e] = 0 if severity_draw < c.near_misses else (2 if severity_draw > 1.0 - p_serious else 1)
            is_violation = conduct_draw > 1.0 - workers.violation_share[w]
            conduct = practice_errors.VIOLATION if is_violation else practice_errors.SLIP
            errors.conduct[e] = practice_errors.MISCONDUCT if conduct_draw < c.culpable else conduct
            counts.violations[a] += errors.conduct[e] == practice_errors.VIOLATION
            is_recognised = rng.uniform(now.seed, rng.RECOGNITION, now.week, key) < p_recognised
            errors.state[e] = practice_errors.RECOGNISED if is_recognised else practice_errors.UNRECOGNISED
            number = now.week * 256 + k
            log_event(event_log, now, world.MADE, workers.team[w], w, workers.spell[w], number, errors.severity[e])
            if is_recognised:
                recognised += 1
                log_event(
                    event_log, now, world.RECOGNISED, workers.team[w], w, workers.spell[w], number, errors.severity[e]
                )
    counts.generated[a] = generated
    counts.recognised[a] = recognised


@kernel
def recognise_later(
    workers: Workers, errors: Errors, counts: WeeklyCounts, event_log: EventLog, c: Practice, now: WeekContext
) -> None:
    r"""Let workers in post recognise errors that were made in earlier weeks.

    Reads ``workers.status``. Writes ``state`` and ``since`` of the errors and ``counts.recognised``. The worker who now
    holds the post recognises the error, even if a predecessor made it. Errors of vacant posts stay unrecognised.

    Notes
    -----
    For the weekly hazard :math:`r_u` (``later``), part of equation E18:

    .. math:: p = 1 - e^{-r_u}
    """
    a = now.authority
    p = chance(c.later)
    first = first_row(errors, a)
    draw_for_errors(errors, now.seed, rng.RECOGNITION, now.week, first, first + errors.live[a])
    for e in range(first, first + errors.live[a]):
        if errors.uniform[e] < p and errors.state[e] == practice_errors.UNRECOGNISED and errors.born[e] < now.week:
            w = errors.author[e]
            if workers.status[w] != EMPTY:
                errors.state[e] = practice_errors.RECOGNISED
                errors.since[e] = now.week
                counts.recognised[a] += 1
                number = error_number(errors, e)
                log_event(
                    event_log, now, world.RECOGNISED, workers.team[w], w, errors.spell[e], number, errors.severity[e]
                )


@kernel
def analyse_reports(
    workers: Workers, errors: Errors, learning: Learning, counts: WeeklyCounts, event_log: EventLog,
    hours: float, c: Lessons, now: WeekContext,
) -> None:  # fmt: skip
    r"""Analyse escalated reports and discovered errors, oldest first, as far as the reserved hours allow.

    Reads the staff in post. Writes ``learning.hours``, ``learning.worth``, ``errors.state``, ``errors.since``,
    ``counts.analysed``, ``counts.answered`` and one ``ANALYSED`` event per error. Errors that exceed the hours wait;
    unused hours beyond one report expire.

    Parameters
    ----------
    hours : float
        Contracted hours of one worker. [hours/week]

    Notes
    -----
    Equation E20, hours gained per week and reports analysed with them:

    .. math:: H \leftarrow H + \kappa \, h \, N_{staff}, \qquad n = \min(I, \lfloor H / h_I \rfloor)

    where :math:`\kappa` is ``capacity``, :math:`h` is ``hours``, :math:`h_I` is ``hours_per_report`` and :math:`I` is
    the number of errors in the queue. A near miss takes ``hours_near_miss`` times these hours.
    """
    a = now.authority
    learning.hours[a] += c.capacity * hours * staff_at_work(workers, now.first_post, now.end_post)
    learning.worth[a] = 0.0
    first = first_row(errors, a)
    for e in range(first, first + errors.live[a]):
        if errors.state[e] != practice_errors.REPORTED:
            continue
        needed = c.hours_per_report * (c.hours_near_miss if errors.severity[e] == 0 else 1.0)
        if learning.hours[a] >= needed:
            learning.hours[a] -= needed
            errors.state[e] = practice_errors.ANALYSED
            errors.since[e] = now.week
            is_report = errors.source[e] == practice_errors.BY_REPORT
            learning.worth[a] += worth_of_lesson(errors.severity[e], is_report, c)
            counts.analysed[a] += 1
            counts.answered[a] += is_report
            w = errors.author[e]
            number, severity = error_number(errors, e), errors.severity[e]
            log_event(event_log, now, world.ANALYSED, workers.team[w], w, errors.spell[e], number, severity)
    learning.hours[a] = min(learning.hours[a], c.hours_per_report)


@kernel
def update_learning(
    workers: Workers, managers: Managers, learning: Learning, service: Service, oversight: Oversight,
    counts: WeeklyCounts, posts: int, information: float, review_weeks: float, c: Lessons, now: WeekContext,
) -> None:  # fmt: skip
    r"""Update defences and the usefulness of reporting with this week's lessons and losses.

    Reads managers' blame, staff in post, last week's leavers and this week's counts. Writes ``learning.defences``,
    ``learning.reports_rate``, ``learning.answers_rate`` and ``learning.usefulness``.

    Parameters
    ----------
    posts : int
        Established posts. [posts]
    information : float
        Lessons from a visit, applied in the week after it. [share]
    review_weeks : float
        Time constant of incident reviews. [weeks]

    Notes
    -----
    Equation E21, the weekly step of defences, with :math:`\lambda` from :func:`learning_rate` and :math:`\phi` from
    :func:`forgetting_rate`:

    .. math:: D \leftarrow \mathrm{clip}_{01}(D + (1 - D) \min(1, \lambda) - \min(1, \phi) D)

    Usefulness follows its target (E22) by Euler steps of one week with time constant ``useful_memory``.
    """
    a = now.authority
    blame = 0.0
    for t in range(now.first_team, now.end_team):
        blame += managers.blame[t]
    quality = analysis_quality(blame / max(1, now.end_team - now.first_team), c)
    staff = 0
    present = 0
    for w in range(now.first_post, now.end_post):
        staff += workers.status[w] == PERMANENT
        present += workers.status[w] != EMPTY
    visit_information = information if oversight.last_visit[a] == now.week - 1 else 0.0
    improvement_time = service.improving[a] * present / max(1, posts)
    confidential = float(counts.confidential[a])
    reviewed = service.incident_memory[a] * approach(review_weeks)
    gain = learning_rate(
        learning.worth[a], reviewed, quality, confidential, float(posts), improvement_time, visit_information, c
    )
    loss = forgetting_rate(service.leavers_ring[a, (now.week - 1) % YEAR] / max(1, staff), c)
    defences = learning.defences[a]
    learning.defences[a] = clip01(defences + (1.0 - defences) * min(1.0, gain) - min(1.0, loss) * defences)
    step = approach(c.answer_memory)
    learning.reports_rate[a] += (counts.reported[a] - learning.reports_rate[a]) * step
    learning.answers_rate[a] += (counts.answered[a] - learning.answers_rate[a]) * step
    answered = (learning.answers_rate[a] + 1e-9) / (learning.reports_rate[a] + 1e-9)
    learning.usefulness[a] += (usefulness_target(quality, answered, c) - learning.usefulness[a]) / c.useful_memory


@kernel
def update_local_improvement(managers: Managers, c: Lessons, now: WeekContext) -> None:
    """Update each team's local improvement, which lowers or raises its error rate from next week.

    Writes ``managers.local_improvement``. When teams have autonomy, draws one standard normal number per team and week;
    the order of teams does not matter.
    """
    for t in range(now.first_team, now.end_team):
        draw = 0.0
        if c.autonomy > 0.0:
            draw = rng.normal(rng.uniform(now.seed, rng.CRAFT, now.week, t))
        managers.local_improvement[t] = step_local_improvement(managers.local_improvement[t], draw, c)
