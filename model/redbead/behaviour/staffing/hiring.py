"""Who applies, who is hired, and what agency staff cover (E10, E11)."""

from __future__ import annotations

import math

from redbead import rng
from redbead.behaviour.staffing.leaving import skill, vacate
from redbead.behaviour.staffing.parameters import Staffing
from redbead.jit import kernel, rule
from redbead.state import world
from redbead.state.authority import Cases, Oversight, Service, WeeklyCounts
from redbead.state.maths import chance
from redbead.state.people import AGENCY, EMPTY, PERMANENT, Managers, Workers
from redbead.state.world import EventLog, WeekContext, log_event


@rule
def attraction(grade: int, c: Staffing) -> float:
    """How a published grade attracts or repels applicants; good and none yet are 1. [ratio]

    >>> attraction(1, Staffing()), attraction(-1, Staffing()), attraction(3, Staffing())
    (1.0, 1.0, 0.278)
    """
    if grade == 0:
        return c.pull_outstanding
    if grade == 2:
        return c.pull_requires_improvement
    return c.pull_inadequate if grade == 3 else 1.0


@rule
def pull(grade: int, sting: float, narrated: float, c: Staffing) -> float:
    """How the last report attracts or repels: its label as far as it has one, its words for the rest. [ratio]

    A(grade)^(1 - narrated) x A(inadequate)^words, where `sting` [0-1] is how hard the report bites in all, and words =
    sting - (1 - narrated) after an inadequate grade, otherwise sting.

    >>> pull(3, 1.0, 0.0, Staffing()), pull(0, 0.0, 0.0, Staffing())
    (0.278, 2.94)
    >>> pull(2, 0.5, 1.0, Staffing()) == pull(3, 0.5, 1.0, Staffing())
    True
    """
    words = sting - (1.0 - narrated) if grade == 3 else sting
    return math.pow(attraction(grade, c), 1.0 - narrated) * math.pow(c.pull_inadequate, words)


@rule
def wanted_cover(vacant: int, covered: int, p_hire: float, c: Staffing) -> float:
    """Agency workers that are looked for this week, so that in a steady state the cover is as large as it should be.

    Of those in place some move on and others give way to permanent staff while new ones are found; the search makes
    up for them in advance. [people]

    >>> round(wanted_cover(20, 18, 0.02, Staffing(agency_cover=0.9, agency_speed=6.0, agency_leaving=0.03)), 2)
    5.4
    """
    lost = c.agency_leaving + p_hire
    return c.agency_cover * vacant * (1.0 + c.agency_speed * lost) - covered


@kernel
def start_work(workers: Workers, managers: Managers, w: int, c: Staffing, now: WeekContext) -> None:
    """A newcomer in post `w`: newly qualified, experienced or agency; she takes on the mood of the team."""
    u, v = rng.pair(now.seed, rng.PERSON, now.week, rng.person(w, workers.spell[w]))
    experience = 0.0
    if workers.status[w] == PERMANENT and u >= c.newly_qualified:
        experience = -math.log(v) * c.experienced_years * 52.0
    workers.experience[w] = experience
    workers.tenure[w] = 0.0
    workers.skill[w] = c.agency_skill if workers.status[w] == AGENCY else skill(experience, c)
    workers.fear[w] = 0.5 * (c.fear_ref + managers.team_fear[workers.team[w]])
    workers.burnout[w] = 0.5 * c.burnout_ref
    calling = rng.uniform(now.seed, rng.COMMITMENT, now.week, rng.person(w, workers.spell[w]))
    workers.commitment[w] = rng.normal(calling)


@kernel
def hire(
    workers: Workers, managers: Managers, cases: Cases, service: Service, oversight: Oversight,
    counts: WeeklyCounts, event_log: EventLog, c: Staffing, now: WeekContext,
) -> None:  # fmt: skip
    """Fill vacant posts within the establishment (E10); cover a share of the rest by agency (E11)."""
    a = now.authority
    pulled = pull(oversight.grade[a], oversight.report_severity[a], oversight.narrated[a], c)
    p_hire = chance(pulled * math.exp(-service.disruption[a]) / c.time_to_fill)
    end = now.first_post + cases.established[a]
    hired = 0
    vacant = 0
    covered = 0
    for w in range(now.first_post, end):
        if workers.status[w] == PERMANENT:
            continue
        if rng.uniform(now.seed, rng.HIRING, now.week, rng.person(w, workers.spell[w])) < p_hire:
            if workers.status[w] == AGENCY:
                log_event(
                    event_log, now, world.AGENCY_OUT, workers.team[w], w, workers.spell[w], -1, workers.caseload[w]
                )
                vacate(workers, cases, counts, w, now)
            workers.status[w] = PERMANENT
            start_work(workers, managers, w, c, now)
            log_event(event_log, now, world.HIRED, workers.team[w], w, workers.spell[w], -1, int(workers.experience[w]))
            hired += 1
        else:
            vacant += 1
            covered += workers.status[w] == AGENCY
    counts.hires[a] = hired
    wanted = wanted_cover(vacant, covered, p_hire, c)
    if wanted > 0.0:
        p_cover = chance(wanted / max(1, vacant - covered) / c.agency_speed)
        for w in range(now.first_post, end):
            if workers.status[w] != EMPTY:
                continue
            if rng.uniform(now.seed, rng.AGENCY, now.week, rng.person(w, workers.spell[w])) < p_cover:
                workers.status[w] = AGENCY
                start_work(workers, managers, w, c, now)
                log_event(event_log, now, world.AGENCY_IN, workers.team[w], w, workers.spell[w], -1, 0)
