"""Leaving, hiring, agency cover and experience of workers; managers who move on (E9 to E12)."""

from __future__ import annotations

import math
from typing import Annotated, Final, NamedTuple

from redbead import dice
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state import world as log
from redbead.state.authority import YEAR, Cases, Ledger, Oversight, Service
from redbead.state.maths import approach, chance, clip01
from redbead.state.people import AGENCY, EMPTY, PERMANENT, Managers, Workers, roll_workers
from redbead.state.types import NEVER
from redbead.state.world import Diary, Now, note

EARLY: Final = 5.0 * YEAR
"""Service below which a leaver counts as early: five years, as the publisher groups it. [weeks]"""


class Staffing(NamedTuple):
    """Who leaves, who comes, and how fast."""

    leaving: Annotated[
        float,
        Param(
            "1/year",
            0,
            0.5,
            "hazard of leaving at the reference",
            "measured",
            "DfE workforce: 15.4 % (2021), 15.9 % (2023), 11.8 % (2025)",
            likely=(0.1, 0.25),
        ),
    ] = 0.0882
    burnout: Annotated[
        float,
        Param(
            "log/unit",
            0,
            4,
            "how burnout makes people leave (0 cuts the loop)",
            "calibrated",
            "stress and burnout medium to high: Kim and Kao 2014",
        ),
    ] = 2.5
    fear: Annotated[
        float,
        Param(
            "log/unit",
            0,
            1.5,
            "how fear and unfairness make people leave (0 cuts the loop)",
            "calibrated",
            "fairness about 0.4: Kim and Kao 2014",
        ),
    ] = 0.5
    disruption: Annotated[float, Param("log/unit", 0, 3, "how disruption makes people leave (0 cuts the loop)")] = 1.0
    slump: Annotated[
        float,
        Param(
            "log/sd/unit",
            0,
            3,
            "how much likelier than others the committed are to leave when disruption depresses morale (0 cuts it)",
            "assumed",
            "likely to lose committed staff as morale slumps: Chris Mills, 19 June 2017",
        ),
    ] = 0.8
    newcomers: Annotated[
        float,
        Param(
            "log",
            0,
            1,
            "extra hazard of leaving in the first years in post",
            "assumed",
            "70 % of leavers have under 5 years: DfE 2021-22",
        ),
    ] = 0.941
    newcomer_weeks: Annotated[
        float,
        Param(
            "weeks",
            26,
            520,
            "how long somebody counts as one of them",
            "assumed",
            "five years, as the statistics count service: Community Care 2023",
            likely=(104, 260),
        ),
    ] = 260.0
    burnout_ref: Annotated[float, Param("0-1", 0, 1, "reference burnout")] = 0.40
    fear_ref: Annotated[float, Param("0-1", 0, 1, "reference fear")] = 0.5
    time_to_fill: Annotated[
        float,
        Param(
            "weeks",
            2,
            520,
            "time to fill a vacant post at the reference",
            "calibrated",
            "17 % vacancy at 14.5 % turnover: DfE 2017-25",
            likely=(40, 110),
        ),
    ] = 53.0
    pull_outstanding: Annotated[
        float,
        Param(
            "ratio",
            0.1,
            3,
            "how an outstanding grade attracts staff",
            "calibrated",
            "vacancy by grade: Community Care 2021",
        ),
    ] = 2.18
    pull_requires_improvement: Annotated[
        float,
        Param("ratio", 0.1, 3, "the same, requires improvement", "calibrated", "vacancy by grade: Community Care 2021"),
    ] = 0.768
    pull_inadequate: Annotated[
        float,
        Param("ratio", 0.1, 3, "the same, inadequate: stigma", "calibrated", "vacancy by grade: Community Care 2021"),
    ] = 0.274
    newly_qualified: Annotated[
        float,
        Param(
            "share",
            0,
            1,
            "starters who have just qualified",
            "assumed",
            "68 % under two years in one authority: Cambridgeshire",
        ),
    ] = 0.5
    experienced_years: Annotated[float, Param("years", 1, 20, "mean years of practice of the other starters")] = 5.0
    learning_time: Annotated[
        float,
        Param(
            "weeks",
            26,
            260,
            "time in which a beginner learns two thirds of the craft",
            "assumed",
            "beginner dip: Devaney, Hayes and Spratt 2017",
            likely=(52, 208),
        ),
    ] = 104.0
    skill_ref: Annotated[
        float,
        Param(
            "0-1",
            0,
            1,
            "reference skill: the mean of the baseline's steady state",
            "calibrated",
            "mean skill in the baseline's steady state",
        ),
    ] = 0.855
    agency_cover: Annotated[
        float,
        Param(
            "share",
            0,
            1,
            "agency staff over vacant posts",
            "measured",
            "0.85 to 0.95 in 2017 to 2025, 0.91 in 2025: DfE",
            likely=(0.85, 0.95),
        ),
    ] = 0.91
    agency_speed: Annotated[float, Param("weeks", 1, 26, "time to find agency cover")] = 6.0
    agency_leaving: Annotated[float, Param("1/week", 0, 0.2, "hazard that agency staff move on")] = 0.03846
    agency_skill: Annotated[float, Param("0-1", 0, 1, "skill of agency staff")] = 0.8
    manager_leaving: Annotated[
        float,
        Param("1/year", 0, 0.5, "hazard that a team manager leaves", "assumed", "as workers: DfE", likely=(0.05, 0.25)),
    ] = 0.13


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

    >>> round(52 * chance_of_leaving(0.4, 0.5, 0.0, 0.0, 300.0, Staffing()), 3)
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
def wanted_cover(vacant: int, covered: int, p_hire: float, c: Staffing) -> float:
    """Agency workers that are looked for this week, so that in a steady state the cover is as large as it should be.

    Of those in place some move on and others give way to permanent staff while new ones are found; the search makes
    up for them in advance. [people]

    >>> round(wanted_cover(20, 18, 0.02, Staffing(agency_cover=0.9, agency_speed=6.0, agency_leaving=0.03)), 2)
    5.4
    """
    lost = c.agency_leaving + p_hire
    return c.agency_cover * vacant * (1.0 + c.agency_speed * lost) - covered


@rule
def attraction(grade: int, c: Staffing) -> float:
    """How a published grade attracts or repels applicants; good and none yet are 1. [ratio]

    >>> attraction(1, Staffing()), attraction(-1, Staffing()), attraction(3, Staffing())
    (1.0, 1.0, 0.75)
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
    (0.75, 1.25)
    >>> pull(2, 0.5, 1.0, Staffing()) == pull(3, 0.5, 1.0, Staffing())
    True
    """
    words = sting - (1.0 - narrated) if grade == 3 else sting
    return math.pow(attraction(grade, c), 1.0 - narrated) * math.pow(c.pull_inadequate, words)


@kernel
def gain_experience(workers: Workers, c: Staffing, now: Now) -> None:
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
def weigh_leaving(workers: Workers, service: Service, c: Staffing, now: Now) -> None:
    """Everyone's chance of leaving this week."""
    disruption = service.disruption[now.authority]
    for w in range(now.first_post, now.end_post):
        workers.chance_of_leaving[w] = 0.0
        if workers.status[w] == PERMANENT:
            workers.chance_of_leaving[w] = chance_of_leaving(
                workers.burnout[w], workers.fear[w], workers.commitment[w], disruption, workers.tenure[w], c
            )


@kernel
def vacate(workers: Workers, cases: Cases, ledger: Ledger, w: int, now: Now) -> None:
    """Empty post `w`: its families wait for another worker, and the next holder is another person."""
    cases.waiting[now.authority] += workers.caseload[w]
    ledger.departures[now.authority] += 1
    workers.caseload[w] = 0
    workers.status[w] = EMPTY
    workers.spell[w] += 1
    workers.experience[w] = 0.0
    workers.tenure[w] = 0.0
    workers.skill[w] = 0.0
    workers.hours[w] = 0.0
    workers.pressure[w] = 0.0
    workers.strain[w] = 0.0
    workers.care[w] = 0.0
    workers.pace[w] = 0.0
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
def people_leave(workers: Workers, cases: Cases, ledger: Ledger, diary: Diary, c: Staffing, now: Now) -> None:
    """Permanent staff leave by their own chance, agency staff by theirs, the dismissed for certain."""
    gone = 0
    p_agency = chance(c.agency_leaving)
    roll_workers(workers, now.seed, dice.LEAVING, now.week, now.first_post, now.end_post)
    for w in range(now.first_post, now.end_post):
        if workers.status[w] == EMPTY:
            continue
        permanent = workers.status[w] == PERMANENT
        p = workers.chance_of_leaving[w] if permanent else p_agency
        p = 1.0 if workers.dismissed[w] == 1 else p
        if workers.roll[w] < p:
            kind = log.LEFT if permanent else log.AGENCY_OUT
            note(diary, now, kind, workers.team[w], w, workers.spell[w], -1, workers.caseload[w])
            ledger.early_leavers[now.authority] += permanent and workers.tenure[w] < EARLY
            vacate(workers, cases, ledger, w, now)
            gone += permanent
    ledger.leavers[now.authority] = gone


@kernel
def start_work(workers: Workers, managers: Managers, w: int, c: Staffing, now: Now) -> None:
    """A newcomer in post `w`: newly qualified, experienced or agency; she takes on the mood of the team."""
    u, v = dice.pair(now.seed, dice.PERSON, now.week, dice.person(w, workers.spell[w]))
    experience = 0.0
    if workers.status[w] == PERMANENT and u >= c.newly_qualified:
        experience = -math.log(v) * c.experienced_years * 52.0
    workers.experience[w] = experience
    workers.tenure[w] = 0.0
    workers.skill[w] = c.agency_skill if workers.status[w] == AGENCY else skill(experience, c)
    workers.fear[w] = 0.5 * (c.fear_ref + managers.team_fear[workers.team[w]])
    workers.burnout[w] = 0.5 * c.burnout_ref
    calling = dice.uniform(now.seed, dice.COMMITMENT, now.week, dice.person(w, workers.spell[w]))
    workers.commitment[w] = dice.normal(calling)


@kernel
def people_come(
    workers: Workers, managers: Managers, cases: Cases, service: Service, oversight: Oversight,
    ledger: Ledger, diary: Diary, c: Staffing, now: Now,
) -> None:  # fmt: skip
    """Fill vacant posts within the establishment (E10); cover a share of the rest by agency (E11)."""
    a = now.authority
    pulled = pull(oversight.grade[a], oversight.sting[a], oversight.narrated[a], c)
    p_hire = chance(pulled * math.exp(-service.disruption[a]) / c.time_to_fill)
    end = now.first_post + cases.established[a]
    hired = 0
    vacant = 0
    covered = 0
    for w in range(now.first_post, end):
        if workers.status[w] == PERMANENT:
            continue
        if dice.uniform(now.seed, dice.HIRING, now.week, dice.person(w, workers.spell[w])) < p_hire:
            if workers.status[w] == AGENCY:
                note(diary, now, log.AGENCY_OUT, workers.team[w], w, workers.spell[w], -1, workers.caseload[w])
                vacate(workers, cases, ledger, w, now)
            workers.status[w] = PERMANENT
            start_work(workers, managers, w, c, now)
            note(diary, now, log.HIRED, workers.team[w], w, workers.spell[w], -1, int(workers.experience[w]))
            hired += 1
        else:
            vacant += 1
            covered += workers.status[w] == AGENCY
    ledger.hires[a] = hired
    wanted = wanted_cover(vacant, covered, p_hire, c)
    if wanted > 0.0:
        p_cover = chance(wanted / max(1, vacant - covered) / c.agency_speed)
        for w in range(now.first_post, end):
            if workers.status[w] != EMPTY:
                continue
            if dice.uniform(now.seed, dice.AGENCY, now.week, dice.person(w, workers.spell[w])) < p_cover:
                workers.status[w] = AGENCY
                start_work(workers, managers, w, c, now)
                note(diary, now, log.AGENCY_IN, workers.team[w], w, workers.spell[w], -1, 0)


@kernel
def managers_move_on(
    managers: Managers, ledger: Ledger, diary: Diary, own: float, spread: float, c: Staffing, now: Now
) -> None:
    """Team managers leave at a steady rate; successors bring their own leaning (mean `own`, sd `spread`)."""
    p = chance(c.manager_leaving / 52.0)
    for t in range(now.first_team, now.end_team):
        managers.tenure[t] += 1.0
        who = dice.person(t, managers.spell[t])
        if dice.uniform(now.seed, dice.MANAGER_LEAVING, now.week, who) < p:
            note(diary, now, log.MANAGER_LEFT, t, -1, managers.spell[t], -1, int(managers.tenure[t]))
            managers.spell[t] += 1
            managers.tenure[t] = 0.0
            u, v = dice.pair(now.seed, dice.MANAGER_PERSON, now.week, dice.person(t, managers.spell[t]))
            managers.own_blame[t] = clip01(own + spread * dice.normal(u))
            managers.own_support[t] = clip01(0.5 + spread * dice.normal(v))
            ledger.managers_left[now.authority] += 1
