"""Applications, hiring and agency cover.

Vacant posts are filled at a rate that depends on the last inspection report and on disruption. Agency staff cover a
share of the posts that remain vacant.
"""

from __future__ import annotations

import math

from redbead import rng
from redbead.behaviour.staffing.leaving import skill, vacate_post
from redbead.behaviour.staffing.parameters import Staffing
from redbead.jit import kernel, rule
from redbead.state import world
from redbead.state.authority import Cases, Oversight, Service, WeeklyCounts
from redbead.state.maths import chance
from redbead.state.people import AGENCY, EMPTY, PERMANENT, Leaders, Managers, Workers
from redbead.state.world import EventLog, WeekContext, log_event


@rule
def grade_effect_on_applications(grade: int, c: Staffing) -> float:
    r"""Effect of the published grade on applications, relative to a good grade.

    Parameters
    ----------
    grade : int
        Published grade: 0 outstanding, 1 good, 2 requires improvement, 3 inadequate, -1 none.
    c : Staffing
        Coefficients.

    Returns
    -------
    float
        Multiplier of applications. [ratio]

    Notes
    -----
    Equation E10b:

    .. math:: A_g = \begin{cases} A_0 & g = 0 \\ A_2 & g = 2 \\ A_3 & g = 3 \\ 1 & \text{otherwise} \end{cases}

    where :math:`A_0`, :math:`A_2` and :math:`A_3` are ``pull_outstanding``, ``pull_requires_improvement`` and
    ``pull_inadequate``. A good grade, or none, is the reference.

    References
    ----------
    community-care-2021, dfe-workforce-2025

    Examples
    --------
    >>> [grade_effect_on_applications(grade, Staffing()) for grade in (1, -1, 3)]
    [1.0, 1.0, 0.278]
    """
    if grade == 0:
        return c.pull_outstanding
    if grade == 2:
        return c.pull_requires_improvement
    return c.pull_inadequate if grade == 3 else 1.0


@rule
def report_effect_on_applications(grade: int, report_severity: float, narrated: float, c: Staffing) -> float:
    r"""Effect of the last inspection report on applications: its grade and its narrative.

    Parameters
    ----------
    grade : int
        Published grade: 0 outstanding, 1 good, 2 requires improvement, 3 inadequate, -1 none.
    report_severity : float
        Severity of the report, from its grade and its narrative; 1 is an inadequate grade. [0-1]
    narrated : float
        Extent to which the report replaces the grade with a narrative. [0-1]
    c : Staffing
        Coefficients.

    Returns
    -------
    float
        Multiplier of applications. [ratio]

    Notes
    -----
    Equation E10:

    .. math:: A = A_g^{1 - \nu} A_3^{w}, \quad
       w = \begin{cases} R - (1 - \nu) & g = 3 \\ R & \text{otherwise} \end{cases}

    where :math:`\nu` is ``narrated``, :math:`R` is ``report_severity``, :math:`w` is the severity of the narrative,
    :math:`A_g` is :func:`grade_effect_on_applications` and :math:`A_3` is ``pull_inadequate``. A pure narrative has the
    same effect for every grade.

    References
    ----------
    community-care-2021

    Examples
    --------
    >>> report_effect_on_applications(3, 1.0, 0.0, Staffing()), report_effect_on_applications(0, 0.0, 0.0, Staffing())
    (0.278, 2.94)
    >>> report_effect_on_applications(2, 0.5, 1.0, Staffing()) == report_effect_on_applications(3, 0.5, 1.0, Staffing())
    True
    """
    narrative_severity = report_severity - (1.0 - narrated) if grade == 3 else report_severity
    return math.pow(grade_effect_on_applications(grade, c), 1.0 - narrated) * math.pow(
        c.pull_inadequate, narrative_severity
    )


@rule
def agency_recruitment_target(vacant: int, covered: int, p_hire: float, c: Staffing) -> float:
    r"""Agency workers to recruit so that cover reaches its target in a steady state.

    Parameters
    ----------
    vacant : int
        Posts without a permanent worker. [posts]
    covered : int
        Vacant posts that agency staff cover already. [posts]
    p_hire : float
        Weekly probability that a permanent worker fills a post. [1/week]
    c : Staffing
        Coefficients.

    Returns
    -------
    float
        Workers to recruit; negative when cover exceeds the target. [people]

    Notes
    -----
    Equation E11:

    .. math:: N = \phi_A v (1 + \tau_A (h_A + p)) - n

    where :math:`v` is ``vacant``, :math:`n` is ``covered``, :math:`p` is ``p_hire``, and :math:`\phi_A`, :math:`\tau_A`
    and :math:`h_A` are ``agency_cover``, ``agency_speed`` and ``agency_leaving``. The bracket replaces the agency
    workers who leave, or give way to permanent staff, during recruitment.

    References
    ----------
    dfe-workforce-2025

    Examples
    --------
    >>> c = Staffing(agency_cover=0.9, agency_speed=6.0, agency_leaving=0.03)
    >>> round(agency_recruitment_target(20, 18, 0.02, c), 2)
    5.4
    """
    loss_rate = c.agency_leaving + p_hire
    return c.agency_cover * vacant * (1.0 + c.agency_speed * loss_rate) - covered


@kernel
def initialise_starter(workers: Workers, managers: Managers, w: int, c: Staffing, now: WeekContext) -> None:
    """Initialise the worker who starts in post ``w``: newly qualified, experienced or agency.

    Fear starts halfway between the reference and the team's mean, burnout at half its reference. Commitment is standard
    normal. Writes the worker's experience, tenure, skill, fear, burnout and commitment.
    """
    u, v = rng.pair(now.seed, rng.PERSON, now.week, rng.person(w, workers.spell[w]))
    experience = 0.0
    if workers.status[w] == PERMANENT and u >= c.newly_qualified:
        experience = -math.log(v) * c.experienced_years * 52.0
    workers.experience[w] = experience
    workers.tenure[w] = 0.0
    workers.skill[w] = c.agency_skill if workers.status[w] == AGENCY else skill(experience, c)
    workers.fear[w] = 0.5 * (c.fear_ref + managers.team_fear[workers.team[w]])
    workers.burnout[w] = 0.5 * c.burnout_ref
    commitment_draw = rng.uniform(now.seed, rng.COMMITMENT, now.week, rng.person(w, workers.spell[w]))
    workers.commitment[w] = rng.normal(commitment_draw)


@rule
def chance_of_hiring(application_effect: float, disruption: float, c: Staffing) -> float:
    r"""Probability that a vacant post is filled this week.

    Parameters
    ----------
    application_effect : float
        Applications relative to those without a published report (:func:`report_effect_on_applications`). [ratio]
    disruption : float
        Organisational disruption. [index]
    c : Staffing
        Coefficients.

    Returns
    -------
    float
        Probability. [0-1]

    Notes
    -----
    Equation E10, for the effect :math:`A`, disruption :math:`D` and ``time_to_fill`` :math:`\tau_h`:

    .. math:: p = 1 - \exp(-A e^{-D} / \tau_h)

    References
    ----------
    dfe-workforce-2025

    Examples
    --------
    >>> round(chance_of_hiring(1.0, 0.0, Staffing(time_to_fill=52.0)), 4)
    0.019
    """
    return chance(application_effect * math.exp(-disruption) / c.time_to_fill)


@kernel
def compute_hiring(leaders: Leaders, service: Service, oversight: Oversight, c: Staffing, now: WeekContext) -> None:
    """Compute the probability that a vacant post is filled this week.

    Reads the last report and ``service.disruption``; writes ``leaders.hiring_chance``.
    """
    a = now.authority
    application_effect = report_effect_on_applications(
        oversight.grade[a], oversight.report_severity[a], oversight.narrated[a], c
    )
    leaders.hiring_chance[a] = chance_of_hiring(application_effect, service.disruption[a], c)


@kernel
def hire(
    workers: Workers, managers: Managers, leaders: Leaders, cases: Cases,
    counts: WeeklyCounts, event_log: EventLog, c: Staffing, now: WeekContext,
) -> None:  # fmt: skip
    r"""Fill vacant posts within the establishment, then recruit agency staff for the remaining vacancies.

    A permanent worker replaces agency cover. Reads ``leaders.hiring_chance``. Writes the rows of starters in
    ``workers``, ``counts.hires``, ``managers.handed_over`` and one event per start or replacement. Draws are keyed by
    post and spell, so the order of posts does not matter.

    Notes
    -----
    Equation E11, the weekly probability that an uncovered post receives agency cover:

    .. math:: p_A = 1 - \exp\left(-\frac{N}{\max(1, v - n) \tau_A}\right)

    where :math:`N` is :func:`agency_recruitment_target`, :math:`v` counts vacant posts, :math:`n` covered ones, and
    :math:`\tau_A` is ``agency_speed``.
    """
    a = now.authority
    p_hire = leaders.hiring_chance[a]
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
                vacate_post(workers, managers, counts, w, now)
            workers.status[w] = PERMANENT
            initialise_starter(workers, managers, w, c, now)
            log_event(event_log, now, world.HIRED, workers.team[w], w, workers.spell[w], -1, int(workers.experience[w]))
            hired += 1
        else:
            vacant += 1
            covered += workers.status[w] == AGENCY
    counts.hires[a] = hired
    recruitment_target = agency_recruitment_target(vacant, covered, p_hire, c)
    if recruitment_target > 0.0:
        p_cover = chance(recruitment_target / max(1, vacant - covered) / c.agency_speed)
        for w in range(now.first_post, end):
            if workers.status[w] != EMPTY:
                continue
            if rng.uniform(now.seed, rng.AGENCY, now.week, rng.person(w, workers.spell[w])) < p_cover:
                workers.status[w] = AGENCY
                initialise_starter(workers, managers, w, c, now)
                log_event(event_log, now, world.AGENCY_IN, workers.team[w], w, workers.spell[w], -1, 0)
