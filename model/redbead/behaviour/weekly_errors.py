"""Kernels that generate the errors of a week and let workers recognise them."""

from __future__ import annotations

import math

from redbead import rng
from redbead.behaviour.error_generation import Practice, error_climate, error_rate, recognised_share, strike_deterrence
from redbead.jit import kernel
from redbead.state import practice_errors, world
from redbead.state.authority import Cases, Learning, Oversight, Service, WeeklyCounts
from redbead.state.maths import chance
from redbead.state.people import EMPTY, Managers, Workers, draw_for_workers, staff_in_post
from redbead.state.practice_errors import Errors, draw_for_errors, error_key, error_number, first_row
from redbead.state.world import EventLog, WeekContext, log_event


@kernel
def shared_error_climate(
    managers: Managers, learning: Learning, service: Service, oversight: Oversight,
    defences_ref: float, threat_ref: float, blame_ref: float, compliance_ref: float, additional_reviewers: float,
    c: Practice, now: WeekContext,
) -> tuple[float, float]:  # fmt: skip
    """Log error rate and recognised share that all workers of the authority have in common this week.

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
        Log error rate [log] and recognised share [0-1]. Weeks of notice and visit and the design of the service lower
        the error rate.
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
    return climate - service.design[a], recognised_share(
        service.compliance[a] - compliance_ref, additional_reviewers, c
    )


@kernel
def make_errors(
    workers: Workers, managers: Managers, cases: Cases, errors: Errors, counts: WeeklyCounts, event_log: EventLog,
    climate: float, p_recognised: float, skill_ref: float, escalation: float, strike_window: float, c: Practice,
    now: WeekContext,
) -> None:  # fmt: skip
    r"""Generate the errors of the week, with severity, conduct and immediate recognition.

    Reads the workers' conditions and caseloads, ``local_improvement`` and ``blame`` of the managers. Writes
    ``workers.errors_made``, new rows of ``errors``, ``counts.generated`` and ``counts.recognised``. Random numbers are
    keyed by worker and by error, so the order of workers does not matter.

    Parameters
    ----------
    climate : float
        Log error rate common to all workers, from :func:`shared_error_climate`. [log]
    p_recognised : float
        Share of errors recognised at once, from :func:`recognised_share`. [0-1]
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
    waiting_per_worker = cases.waiting[a] / max(1, staff_in_post(workers, now.first_post, now.end_post))
    draw_for_workers(workers, now.seed, rng.ERRORS, now.week, now.first_post, now.end_post)
    for w in range(now.first_post, now.end_post):
        workers.errors_made[w] = 0
        if workers.status[w] == EMPTY:
            continue
        prior_strike = 1.0 if now.week - workers.last_known[w] <= strike_window else 0.0
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
        workers.errors_made[w] = min(
            practice_errors.MOST_ERRORS,
            rng.poisson(workers.uniform[w], rate * (workers.caseload[w] + waiting_per_worker)),
        )
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
            key = error_key(w, now.week, k)
            errors.key[e] = key
            severity_draw, conduct_draw = rng.pair(now.seed, rng.SEVERITY, now.week, key)
            errors.severity[e] = 0 if severity_draw < c.near_misses else (2 if severity_draw > 1.0 - c.serious else 1)
            errors.culpable[e] = 1 if conduct_draw < c.culpable else 0
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
