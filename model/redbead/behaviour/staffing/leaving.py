"""Skill, leaving and the tenure of those who stay; managers who move on (E9, E12)."""

from __future__ import annotations

import math

from redbead import rng
from redbead.behaviour.staffing.parameters import EARLY, Staffing
from redbead.jit import kernel, rule
from redbead.state import world
from redbead.state.authority import Cases, Service, WeeklyCounts
from redbead.state.constants import NEVER
from redbead.state.maths import approach, chance, clip01
from redbead.state.people import EMPTY, PERMANENT, Managers, Workers, draw_for_workers
from redbead.state.world import EventLog, WeekContext, log_event


@rule
def skill(weeks: float, c: Staffing) -> float:
    """Skill after so many weeks of practice (E12): share of what experience can teach. [0-1]

    >>> skill(0.0, Staffing()), round(skill(104.0, Staffing()), 3)
    (0.0, 0.632)
    """
    return 1.0 - math.exp(-weeks / c.learning_time)


@rule
def chance_of_leaving(
    burnout: float, fear: float, commitment: float, disruption: float, tenure: float, c: Staffing
) -> float:
    """Chance that a permanent worker leaves this week (E9). Caseload acts only through burnout. [0-1/week]

    >>> round(52 * chance_of_leaving(0.4, 0.5, 0.0, 0.0, 300.0, Staffing(leaving=0.13)), 3)
    0.13
    """
    push = c.burnout * (burnout - c.burnout_ref) + c.fear * (fear - c.fear_ref)
    push += (c.disruption + c.slump * commitment) * disruption
    if tenure < c.newcomer_weeks:
        push += c.newcomers
    return chance(c.leaving / 52.0 * math.exp(push))


@rule
def tenure_at_start(u: float, c: Staffing) -> float:
    """Weeks in post of somebody found there at the start, for a uniform `u`: the law of a steady state. [weeks]

    The density of time in post is proportional to the chance of having stayed so long: exp(-n t) for newcomers with
    their hazard n, then exp(-o (t - T)) with the lower hazard o of the others.

    >>> round(tenure_at_start(0.5, Staffing(newcomers=0.0, leaving=0.13)) / 52.0, 3) == round(math.log(2) / 0.13, 3)
    True
    """
    old = c.leaving / 52.0
    new = old * math.exp(c.newcomers)
    stayed = math.exp(-new * c.newcomer_weeks)
    among_new = (1.0 - stayed) / new
    among_old = stayed / old
    mass = u * (among_new + among_old)
    if mass < among_new:
        return -math.log(1.0 - mass * new) / new
    return c.newcomer_weeks - math.log(max(1e-9, 1.0 - (mass - among_new) / among_old)) / old


@rule
def steady_turnover(hazard: float, newcomers: float, years: float) -> float:
    """Leavers a year over staff in a steady state: one over the mean time in post. [1/year]

    Newcomers leave with exp(newcomers) times the `hazard` [1/year] of the others for so many years, so that turnover
    rises faster than the hazard: more leave, more are new.

    >>> steady_turnover(0.1, 0.0, 5.0), round(steady_turnover(0.1, 1.0, 5.0), 3)
    (0.1, 0.189)
    """
    new = hazard * math.exp(newcomers)
    stayed = math.exp(-new * years)
    return 1.0 / ((1.0 - stayed) / new + stayed / hazard)


@rule
def filled_at_start(c: Staffing) -> float:
    """Share of posts that permanent staff hold at the start: that at which as many come as leave (E9, E10). [0-1]

    >>> filled_at_start(Staffing(leaving=0.2, newcomers=0.0, time_to_fill=65.0))
    0.8
    """
    turnover = steady_turnover(c.leaving, c.newcomers, c.newcomer_weeks / 52.0)
    return 1.0 / (1.0 + turnover * c.time_to_fill / 52.0)


@kernel
def gain_experience(workers: Workers, c: Staffing, now: WeekContext) -> None:
    """One more week of practice for everyone in post: skill follows E12, week by week."""
    step = approach(c.learning_time)
    for w in range(now.first_post, now.end_post):
        if workers.status[w] == EMPTY:
            workers.skill[w] = 0.0
            continue
        workers.experience[w] += 1.0
        workers.tenure[w] += 1.0
        if workers.status[w] == PERMANENT:
            workers.skill[w] += (1.0 - workers.skill[w]) * step


@kernel
def compute_leaving(workers: Workers, service: Service, c: Staffing, now: WeekContext) -> None:
    """Everyone's chance of leaving this week."""
    disruption = service.disruption[now.authority]
    for w in range(now.first_post, now.end_post):
        workers.chance_of_leaving[w] = 0.0
        if workers.status[w] == PERMANENT:
            workers.chance_of_leaving[w] = chance_of_leaving(
                workers.burnout[w], workers.fear[w], workers.commitment[w], disruption, workers.tenure[w], c
            )


@kernel
def vacate(workers: Workers, cases: Cases, counts: WeeklyCounts, w: int, now: WeekContext) -> None:
    """Empty post `w`: its families wait for another worker, and the next holder is another person."""
    cases.waiting[now.authority] += workers.caseload[w]
    counts.departures[now.authority] += 1
    workers.caseload[w] = 0
    workers.status[w] = EMPTY
    workers.spell[w] += 1
    workers.experience[w] = 0.0
    workers.tenure[w] = 0.0
    workers.skill[w] = 0.0
    workers.hours[w] = 0.0
    workers.pressure[w] = 0.0
    workers.log_pressure[w] = 0.0
    workers.time_per_case[w] = 0.0
    workers.throughput[w] = 0.0
    workers.fear[w] = 0.0
    workers.burnout[w] = 0.0
    workers.commitment[w] = 0.0
    workers.chance_of_leaving[w] = 0.0
    workers.dismissed[w] = 0
    workers.last_known[w] = NEVER
    workers.last_sanction[w] = NEVER
    workers.last_withheld[w] = NEVER
    for s in range(3):
        workers.willingness[w, s] = 0.0


@kernel
def separate(
    workers: Workers, cases: Cases, counts: WeeklyCounts, event_log: EventLog, c: Staffing, now: WeekContext
) -> None:
    """Permanent staff leave by their own chance, agency staff by theirs, the dismissed for certain."""
    gone = 0
    p_agency = chance(c.agency_leaving)
    draw_for_workers(workers, now.seed, rng.LEAVING, now.week, now.first_post, now.end_post)
    for w in range(now.first_post, now.end_post):
        if workers.status[w] == EMPTY:
            continue
        permanent = workers.status[w] == PERMANENT
        p = workers.chance_of_leaving[w] if permanent else p_agency
        p = 1.0 if workers.dismissed[w] == 1 else p
        if workers.uniform[w] < p:
            kind = world.LEFT if permanent else world.AGENCY_OUT
            log_event(event_log, now, kind, workers.team[w], w, workers.spell[w], -1, workers.caseload[w])
            counts.early_leavers[now.authority] += permanent and workers.tenure[w] < EARLY
            vacate(workers, cases, counts, w, now)
            gone += permanent
    counts.leavers[now.authority] = gone


@kernel
def managers_move_on(
    managers: Managers,
    counts: WeeklyCounts,
    event_log: EventLog,
    own: float,
    spread: float,
    c: Staffing,
    now: WeekContext,
) -> None:
    """Team managers leave at a steady rate; successors bring their own leaning (mean `own`, sd `spread`)."""
    p = chance(c.manager_leaving / 52.0)
    for t in range(now.first_team, now.end_team):
        managers.tenure[t] += 1.0
        who = rng.person(t, managers.spell[t])
        if rng.uniform(now.seed, rng.MANAGER_LEAVING, now.week, who) < p:
            log_event(event_log, now, world.MANAGER_LEFT, t, -1, managers.spell[t], -1, int(managers.tenure[t]))
            managers.spell[t] += 1
            managers.tenure[t] = 0.0
            u, v = rng.pair(now.seed, rng.MANAGER_PERSON, now.week, rng.person(t, managers.spell[t]))
            managers.own_blame[t] = clip01(own + spread * rng.normal(u))
            managers.own_support[t] = clip01(0.5 + spread * rng.normal(v))
            counts.managers_left[now.authority] += 1
