"""Skill, tenure and leaving of workers, and turnover of team managers."""

from __future__ import annotations

import math

from redbead import rng
from redbead.behaviour.staffing.parameters import EARLY_LEAVER_TENURE, Staffing
from redbead.jit import kernel, rule
from redbead.state import world
from redbead.state.authority import Service, WeeklyCounts
from redbead.state.constants import NEVER
from redbead.state.maths import approach, chance
from redbead.state.people import EMPTY, PERMANENT, Managers, Workers, draw_for_workers
from redbead.state.world import EventLog, WeekContext, log_event


@rule
def skill(weeks: float, c: Staffing) -> float:
    r"""Skill after a period of practice, as a share of full skill.

    Parameters
    ----------
    weeks : float
        Time in practice. [weeks]
    c : Staffing
        Coefficients.

    Returns
    -------
    float
        Skill. [0-1]

    Notes
    -----
    Equation E12:

    .. math:: e = 1 - e^{-t / \tau_e}

    where :math:`t` is ``weeks`` and :math:`\tau_e` is ``learning_time``. A beginner has skill 0.

    References
    ----------
    devaney-2017

    Examples
    --------
    >>> skill(0.0, Staffing()), round(skill(104.0, Staffing()), 3)
    (0.0, 0.632)
    """
    return 1.0 - math.exp(-weeks / c.learning_time)


@rule
def chance_of_leaving(
    burnout: float, fear: float, commitment: float, disruption: float, tenure: float, c: Staffing
) -> float:
    r"""Probability that a permanent worker leaves this week.

    Parameters
    ----------
    burnout : float
        The worker's burnout. [0-1]
    fear : float
        The worker's fear. [0-1]
    commitment : float
        The worker's commitment to the work. [sd]
    disruption : float
        Organisational disruption. [index]
    tenure : float
        Time in the present post. [weeks]
    c : Staffing
        Coefficients.

    Returns
    -------
    float
        Probability of leaving. [1/week]

    Notes
    -----
    Equation E9:

    .. math:: p = 1 - \exp\left(-\frac{h_0}{52} \exp[\gamma_b (b - b_0) + \gamma_F (F - F_0)
       + (\gamma_D + \gamma_J J) D + \gamma_n 1(t < T_n)]\right)

    where :math:`b` is ``burnout``, :math:`F` is ``fear``, :math:`J` is ``commitment``, :math:`D` is ``disruption``,
    :math:`t` is ``tenure``, :math:`h_0` is ``leaving``, :math:`T_n` is ``newcomer_weeks``, and :math:`\gamma_b`,
    :math:`\gamma_F`, :math:`\gamma_D`, :math:`\gamma_J` and :math:`\gamma_n` are the parameters ``burnout``, ``fear``,
    ``disruption``, ``slump`` and ``newcomers``. At reference burnout and fear, without disruption and after the first
    years, the hazard is :math:`h_0`. Caseload acts through burnout only.

    References
    ----------
    kim-kao-2014, mor-barak-2001, community-care-2023, mills-blog

    Examples
    --------
    >>> round(52 * chance_of_leaving(0.4, 0.5, 0.0, 0.0, 300.0, Staffing(leaving=0.13)), 3)
    0.13
    """
    log_hazard_ratio = c.burnout * (burnout - c.burnout_ref) + c.fear * (fear - c.fear_ref)
    log_hazard_ratio += (c.disruption + c.slump * commitment) * disruption
    if tenure < c.newcomer_weeks:
        log_hazard_ratio += c.newcomers
    return chance(c.leaving / 52.0 * math.exp(log_hazard_ratio))


@rule
def initial_tenure(u: float, c: Staffing) -> float:
    r"""Time in post of a worker present at the start, drawn from the steady-state distribution.

    Parameters
    ----------
    u : float
        Uniform draw. [0-1]
    c : Staffing
        Coefficients.

    Returns
    -------
    float
        Time in post. [weeks]

    Notes
    -----
    Equation E143, the inverse of the steady-state distribution of tenure, whose density is proportional to the
    probability of staying that long:

    .. math:: t = \begin{cases} -\ln(1 - m n) / n & m < M_n \\
       T_n - \ln(\max(10^{-9}, 1 - (m - M_n) / M_s)) / h & \text{otherwise} \end{cases}

    .. math:: h = h_0 / 52, \quad n = h e^{\gamma_n}, \quad M_n = (1 - e^{-n T_n}) / n, \quad M_s = e^{-n T_n} / h,
       \quad m = u (M_n + M_s)

    where :math:`h` and :math:`n` are the weekly hazards of settled staff and newcomers, and :math:`h_0`,
    :math:`\gamma_n` and :math:`T_n` are ``leaving``, ``newcomers`` and ``newcomer_weeks``.

    References
    ----------
    community-care-2023

    Examples
    --------
    >>> round(initial_tenure(0.5, Staffing(newcomers=0.0, leaving=0.13)) / 52.0, 3) == round(math.log(2) / 0.13, 3)
    True
    """
    settled_hazard = c.leaving / 52.0
    newcomer_hazard = settled_hazard * math.exp(c.newcomers)
    staying_share = math.exp(-newcomer_hazard * c.newcomer_weeks)
    newcomer_mass = (1.0 - staying_share) / newcomer_hazard
    settled_mass = staying_share / settled_hazard
    mass = u * (newcomer_mass + settled_mass)
    if mass < newcomer_mass:
        return -math.log(1.0 - mass * newcomer_hazard) / newcomer_hazard
    return c.newcomer_weeks - math.log(max(1e-9, 1.0 - (mass - newcomer_mass) / settled_mass)) / settled_hazard


@rule
def steady_state_turnover(hazard: float, newcomers: float, years: float) -> float:
    r"""Annual turnover in a steady state: the inverse of the mean time in post.

    Parameters
    ----------
    hazard : float
        Hazard of leaving of settled staff. [1/year]
    newcomers : float
        Additional log hazard of newcomers. [log]
    years : float
        Time in post during which a worker counts as a newcomer. [years]

    Returns
    -------
    float
        Leavers per year as a share of staff. [1/year]

    Notes
    -----
    Equation E144:

    .. math:: \left[ \frac{1 - e^{-nT}}{n} + \frac{e^{-nT}}{h} \right]^{-1}, \quad n = h e^{\gamma_n}

    where :math:`h` is ``hazard``, :math:`\gamma_n` is ``newcomers`` and :math:`T` is ``years``. Turnover rises faster
    than the hazard, because more leavers mean more newcomers. Without a newcomer effect it equals the hazard.

    References
    ----------
    community-care-2023

    Examples
    --------
    >>> steady_state_turnover(0.1, 0.0, 5.0), round(steady_state_turnover(0.1, 1.0, 5.0), 3)
    (0.1, 0.189)
    """
    newcomer_hazard = hazard * math.exp(newcomers)
    staying_share = math.exp(-newcomer_hazard * years)
    return 1.0 / ((1.0 - staying_share) / newcomer_hazard + staying_share / hazard)


@rule
def initial_filled_share(c: Staffing) -> float:
    r"""Share of posts that permanent staff hold at the start, where hires balance leavers.

    Parameters
    ----------
    c : Staffing
        Coefficients.

    Returns
    -------
    float
        Share of posts. [0-1]

    Notes
    -----
    Equation E145:

    .. math:: s = \frac{1}{1 + q \tau_h / 52}

    where :math:`q` is :func:`steady_state_turnover` and :math:`\tau_h` is ``time_to_fill``.

    References
    ----------
    dfe-workforce-2025

    Examples
    --------
    >>> initial_filled_share(Staffing(leaving=0.2, newcomers=0.0, time_to_fill=65.0))
    0.8
    """
    turnover = steady_state_turnover(c.leaving, c.newcomers, c.newcomer_weeks / 52.0)
    return 1.0 / (1.0 + turnover * c.time_to_fill / 52.0)


@kernel
def gain_experience(workers: Workers, c: Staffing, now: WeekContext) -> None:
    """Add one week of experience and tenure, and the skill that permanent staff gain in it.

    The weekly step of skill is the exact solution of E12. Agency staff keep their skill; empty posts have none. Writes
    ``workers.experience``, ``workers.tenure`` and ``workers.skill``.
    """
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
    """Compute each permanent worker's probability of leaving this week.

    Reads burnout, fear, commitment and tenure of ``workers`` and ``service.disruption``; writes
    ``workers.chance_of_leaving``, which is 0 for agency staff and empty posts.
    """
    disruption = service.disruption[now.authority]
    for w in range(now.first_post, now.end_post):
        workers.chance_of_leaving[w] = 0.0
        if workers.status[w] == PERMANENT:
            workers.chance_of_leaving[w] = chance_of_leaving(
                workers.burnout[w], workers.fear[w], workers.commitment[w], disruption, workers.tenure[w], c
            )


@kernel
def vacate_post(workers: Workers, managers: Managers, counts: WeeklyCounts, w: int, now: WeekContext) -> None:
    """Empty post ``w``, record its cases as handed over, and reset its row for the next worker.

    Writes ``managers.handed_over``, ``counts.departures`` and every column of ``workers`` that belongs to the person.
    """
    managers.handed_over[workers.team[w]] += workers.caseload[w]
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
    workers.proneness[w] = 0.0
    workers.chance_of_leaving[w] = 0.0
    workers.dismissed[w] = 0
    workers.last_strike[w] = NEVER
    workers.last_sanction[w] = NEVER
    workers.last_just_sanction[w] = NEVER
    workers.last_withheld[w] = NEVER
    workers.trust[w] = 1.0
    workers.witnessed[w] = NEVER
    workers.last_incident[w] = NEVER
    workers.accused[w] = NEVER
    workers.action[w] = 0
    workers.absence[w] = 0.0
    workers.sick[w] = 0
    workers.experienced[w] = 0.0
    workers.fear_from_experience[w] = 0.0
    for s in range(3):
        workers.willingness[w, s] = 0.0
        workers.peer_action[w, s] = 0.0
        workers.peer_candour[w, s] = 0.0


@kernel
def separate(
    workers: Workers, managers: Managers, counts: WeeklyCounts, event_log: EventLog, c: Staffing, now: WeekContext
) -> None:
    """Draw which workers leave this week: permanent and agency staff by their hazards, dismissed staff with certainty.

    Reads ``workers.chance_of_leaving`` and ``workers.dismissed``. Writes ``leavers``, ``early_leavers`` and
    ``dismissals`` of the counts, one event per departure, and the columns that :func:`vacate_post` writes. Draws are
    keyed by post and spell, so the order of posts does not matter.
    """
    leavers = 0
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
            counts.early_leavers[now.authority] += permanent and workers.tenure[w] < EARLY_LEAVER_TENURE
            counts.dismissals[now.authority] += permanent and workers.dismissed[w] == 1
            vacate_post(workers, managers, counts, w, now)
            leavers += permanent
    counts.leavers[now.authority] = leavers
