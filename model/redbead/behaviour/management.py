"""Team managers: what they remember of their team, their supervision, and how they leave and are replaced.

A manager's fear follows the incidents, sanctions and accusations in the own team, its work pressure and the fear of
other managers, beside what comes from above. Supervision depends on the number of staff and on work pressure, and
lapses while the post is vacant.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state import world
from redbead.state.authority import WeeklyCounts
from redbead.state.constants import NEVER, YEAR
from redbead.state.maths import approach, chance, clip01
from redbead.state.people import EMPTY, Managers, Workers
from redbead.state.world import EventLog, WeekContext, log_event


class Management(NamedTuple):
    """Coefficients of managers' experience, supervision, leaving and succession."""

    # fmt: off
    events: Annotated[float, Param("0-1", 0, 0.8, "largest fear that a manager has from what happened in the team",
        causal_link=True, distribution="off")] = 0.0
    memory: Annotated[float, Param(
        "weeks", 26, 208, "time constant with which managers forget events in the team", distribution="off")] = 104.0
    incident: Annotated[float, Param("events", 0, 3,
        "weight of a serious incident in the team", causal_link=True, distribution="off")] = 1.0
    sanction: Annotated[float, Param("events", 0, 3,
        "weight of a sanction of a team member", causal_link=True, distribution="off")] = 0.3
    accusation: Annotated[float, Param("events", 0, 3,
        "weight of a report about a team member by colleagues", causal_link=True, distribution="off")] = 0.2
    own: Annotated[float, Param("events", 0, 5,
        "weight of a sanction of the manager", causal_link=True, distribution="off")] = 2.0
    load: Annotated[float, Param("0-1/log", 0, 1, "effect of the team's work pressure above 1 on the manager's fear",
        causal_link=True, distribution="off")] = 0.0
    peers: Annotated[float, Param("0-1/unit", 0, 0.8, "effect of the fear of other managers on a manager's fear",
        causal_link=True, distribution="off")] = 0.0
    inherited: Annotated[float, Param("share", 0, 1,
        "share of the predecessor's fear and blame that a new manager takes over", distribution="off")] = 1.0
    leaving_fear: Annotated[float, Param("log/unit", -2, 4, "effect of a manager's fear on the hazard of leaving",
        causal_link=True, distribution="off")] = 0.0
    leaving_load: Annotated[float, Param("exponent", -1, 3,
        "elasticity of a manager's hazard of leaving to the team's work pressure", causal_link=True,
        distribution="off")] = 0.0
    vacancy: Annotated[float, Param("weeks", 0, 52,
        "mean time until a manager who left is replaced; 0 means at once", distribution="off")] = 0.0
    stand_in: Annotated[float, Param(
        "ratio", 0, 1, "supervision by a stand-in relative to a manager in post", distribution="off")] = 0.5
    span: Annotated[float, Param("people", 2, 20, "largest number of staff whom a manager can supervise in full",
        distribution="off")] = 6.0
    squeeze: Annotated[float, Param("exponent", 0, 3, "elasticity of the loss of supervision to work pressure above 1",
        causal_link=True, distribution="off")] = 1.0
    recognition: Annotated[float, Param("share", 0, 1,
        "share of the recognition of errors that is lost without supervision", causal_link=True,
        distribution="off")] = 0.0
    support: Annotated[float, Param("0-1", 0, 0.5, "support by the manager that is lost without supervision",
        causal_link=True, distribution="off")] = 0.0
    fear_ref: Annotated[float, Param("0-1", 0, 1, "reference fear of managers", distribution="reference")] = 0.5
    # fmt: on


@rule
def fear_of_the_team(remembered: float, log_work_pressure: float, peer_fear: float, c: Management) -> float:
    r"""Fear of a manager from the own team and from other managers, added to what comes from above.

    Parameters
    ----------
    remembered : float
        Events in the team that the manager remembers, weighted. [events]
    log_work_pressure : float
        Mean natural logarithm of work pressure in the team. [log]
    peer_fear : float
        Mean fear of the authority's managers minus that of the manager. [-1 to 1]
    c : Management
        Coefficients.

    Returns
    -------
    float
        Addition to the target of equation E105. [0-1]

    Notes
    -----
    Equation E250, for remembered events :math:`R`, work pressure :math:`P` and peers' fear :math:`\bar F_M`:

    .. math:: f_{team} = m_E (1 - e^{-R}) + m_P \max(0, \ln P) + m_N (\bar F_M - F_M)

    Without events and overload, and among managers with equal fear, nothing is added.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> fear_of_the_team(0.0, -0.1, 0.0, Management(events=0.4, load=0.3, peers=0.3))
    0.0
    >>> round(fear_of_the_team(math.log(2.0), 0.2, -0.1, Management(events=0.4, load=0.5, peers=0.3)), 3)
    0.27
    """
    of_events = c.events * (1.0 - math.exp(-remembered)) if c.events > 0.0 else 0.0
    return of_events + c.load * max(0.0, log_work_pressure) + c.peers * peer_fear


@rule
def supervision_level(staff: int, log_work_pressure: float, is_vacant: bool, c: Management) -> float:
    r"""Supervision that a team receives, relative to a monthly meeting with each worker.

    Parameters
    ----------
    staff : int
        Staff in post in the team. [people]
    log_work_pressure : float
        Mean natural logarithm of work pressure in the team. [log]
    is_vacant : bool
        Whether a stand-in manages the team.
    c : Management
        Coefficients.

    Returns
    -------
    float
        Level, 1 at the reference. [0-1]

    Notes
    -----
    Equation E251, for :math:`n` staff, the span :math:`n_0`, work pressure :math:`P`, the squeeze :math:`q` and a
    stand-in who gives the share :math:`u`:

    .. math:: S = \min(1, n_0 / n) \, \min(1, P^{-q}) \, u^{[\text{vacant}]}

    References
    ----------
    Assumed.

    Examples
    --------
    >>> supervision_level(6, 0.0, False, Management()), supervision_level(12, 0.0, True, Management())
    (1.0, 0.25)
    >>> round(supervision_level(6, math.log(1.25), False, Management()), 3)
    0.8
    """
    level = min(1.0, c.span / max(1, staff)) * math.exp(-c.squeeze * max(0.0, log_work_pressure))
    return level * c.stand_in if is_vacant else level


@rule
def hazard_ratio_of_leaving(fear: float, log_work_pressure: float, c: Management) -> float:
    r"""Hazard that a manager leaves, relative to a manager at the references.

    Parameters
    ----------
    fear : float
        Fear of the manager. [0-1]
    log_work_pressure : float
        Mean natural logarithm of work pressure in the team. [log]
    c : Management
        Coefficients.

    Returns
    -------
    float
        Ratio. [ratio]

    Notes
    -----
    Equation E252, for fear :math:`F_M` and work pressure :math:`P`:

    .. math:: r = e^{g_F (F_M - F_0)} P^{g_P}

    where :math:`g_F` and :math:`g_P` are ``leaving_fear`` and ``leaving_load``.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> hazard_ratio_of_leaving(0.9, 1.0, Management())
    1.0
    >>> round(hazard_ratio_of_leaving(0.75, math.log(1.2), Management(leaving_fear=2.0, leaving_load=1.0)), 3)
    1.978
    """
    return math.exp(c.leaving_fear * (fear - c.fear_ref) + c.leaving_load * log_work_pressure)


@kernel
def observe_teams(workers: Workers, managers: Managers, c: Management, now: WeekContext) -> None:
    r"""Add this week's events to what managers remember of their teams; compute work pressure and supervision.

    Reads ``last_incident``, ``accusation``, ``log_pressure`` and ``status`` of the workers, and ``sanctions``,
    ``last_sanction``, ``staff``, ``vacant`` and ``fear`` of the managers. Writes ``remembered``, ``load``,
    ``supervision``, ``recognition_kept``, ``support_lost`` and ``fear_from_team`` of the managers. Incidents of the
    week before count, since they happen at its end. The sums do not depend on the order of workers.

    Notes
    -----
    The shares of recognition and of support that are lost are proportional to the supervision that is missing. Equation
    E253, for incidents :math:`i`, sanctions :math:`s`, accusations :math:`a` in the team and sanctions
    :math:`x` of the manager, with their weights:

    .. math:: R \leftarrow R e^{-1/\tau_R} + w_i i + w_s s + w_a a + w_x x
    """
    kept = 1.0 - approach(c.memory)
    for t in range(now.first_team, now.end_team):
        managers.load[t] = 0.0
        own = 1.0 if managers.last_sanction[t] == now.week else 0.0
        managers.remembered[t] = managers.remembered[t] * kept + c.sanction * managers.sanctions[t] + c.own * own
    for w in range(now.first_post, now.end_post):
        if workers.status[w] != EMPTY:
            t = workers.team[w]
            managers.load[t] += workers.log_pressure[w]
            managers.remembered[t] += c.accusation * workers.accusation[w]
            if workers.last_incident[w] == now.week - 1:
                managers.remembered[t] += c.incident
    mean_fear = 0.0
    for t in range(now.first_team, now.end_team):
        mean_fear += managers.fear[t] / (now.end_team - now.first_team)
    for t in range(now.first_team, now.end_team):
        managers.load[t] /= max(1, managers.staff[t])
        managers.fear_from_team[t] = fear_of_the_team(
            managers.remembered[t], managers.load[t], mean_fear - managers.fear[t], c
        )
        managers.supervision[t] = supervision_level(managers.staff[t], managers.load[t], managers.vacant[t] == 1, c)
        managers.recognition_kept[t] = 1.0 - c.recognition * (1.0 - managers.supervision[t])
        managers.support_lost[t] = c.support * (1.0 - managers.supervision[t])


@kernel
def apply_manager_turnover(
    managers: Managers, counts: WeeklyCounts, event_log: EventLog, leaving: float, after_scandal: float,
    blame_mean: float, blame_spread: float, c: Management, now: WeekContext,
) -> None:  # fmt: skip
    r"""Advance managers' tenure by one week, draw those who leave, and fill vacant posts.

    Reads ``fear``, ``load`` and ``last_scandal`` of the managers. Writes ``tenure``, ``spell``, ``vacant`` and
    ``last_sanction``, the columns of the person (:func:`_appoint`), ``counts.managers_left`` and one event per
    departure. Draws are keyed by manager, so the order of managers does not matter.

    Parameters
    ----------
    leaving : float
        Hazard of leaving at the references. [1/year]
    after_scandal : float
        Chance that a scandal in the team removes its manager. [0-1]
    blame_mean, blame_spread : float
        Mean and standard deviation of a new manager's propensity to blame; the standard deviation also applies to
        support, whose mean is 0.5. [0-1]

    Notes
    -----
    Equation E234, for the weekly hazard :math:`h`, its ratio :math:`r` of equation E252 and the week after a scandal in
    the team:

    .. math:: p = 1 - e^{-h r} (1 - p_s)

    where :math:`p_s` is ``after_scandal``. A vacant post is filled with the probability
    :math:`1 - e^{-1/\tau_v}` per week, for ``vacancy`` :math:`\tau_v`.
    """
    filled = chance(1.0 / c.vacancy) if c.vacancy > 0.0 else 1.0
    for t in range(now.first_team, now.end_team):
        managers.tenure[t] += 1.0
        key = rng.person(t, managers.spell[t])
        u = rng.uniform(now.seed, rng.MANAGER_LEAVING, now.week, key)
        if managers.vacant[t] == 1:
            if u < filled:
                _appoint(managers, t, blame_mean, blame_spread, c, now)
            continue
        ratio = hazard_ratio_of_leaving(managers.fear[t], managers.load[t], c)
        p = chance(leaving / YEAR * ratio)
        if managers.last_scandal[t] == now.week - 1:
            p = 1.0 - (1.0 - p) * (1.0 - after_scandal)
        if u < p:
            log_event(event_log, now, world.MANAGER_LEFT, t, -1, managers.spell[t], -1, int(managers.tenure[t]))
            counts.managers_left[now.authority] += 1
            managers.spell[t] += 1
            managers.tenure[t] = 0.0
            managers.last_sanction[t] = NEVER
            if c.vacancy > 0.0:
                _stand_in(managers, t, now)
            else:
                _appoint(managers, t, blame_mean, blame_spread, c, now)


@kernel
def _stand_in(managers: Managers, t: int, now: WeekContext) -> None:
    """Let the manager of the next team stand in for the one who left team ``t``, with her fear, blame and support."""
    other = now.first_team + (t - now.first_team + 1) % (now.end_team - now.first_team)
    managers.vacant[t] = 1
    managers.fear[t] = managers.fear[other]
    managers.blame[t] = managers.blame[other]
    managers.own_blame[t] = managers.own_blame[other]
    managers.own_support[t] = managers.own_support[other]


@kernel
def _appoint(
    managers: Managers, t: int, blame_mean: float, blame_spread: float, c: Management, now: WeekContext
) -> None:
    """Fill post ``t``: propensities are drawn anew, and the successor takes over a share of fear and blame."""
    u, v = rng.pair(now.seed, rng.MANAGER_PERSON, now.week, rng.person(t, managers.spell[t]))
    managers.vacant[t] = 0
    managers.tenure[t] = 0.0
    managers.remembered[t] = 0.0
    managers.own_blame[t] = clip01(blame_mean + blame_spread * rng.normal(u))
    managers.own_support[t] = clip01(0.5 + blame_spread * rng.normal(v))
    if c.inherited < 1.0:
        managers.fear[t] = c.fear_ref + c.inherited * (managers.fear[t] - c.fear_ref)
        managers.blame[t] = managers.own_blame[t] + c.inherited * (managers.blame[t] - managers.own_blame[t])
