"""Fear of workers, managers and directors.

Fear is the expected personal cost of an error, or of bad news, that becomes known. Each person has a target level,
computed from blame, threat, peers, disruption and publicity, and moves towards it quickly upwards and slowly downwards.
Sanctions raise fear at once, most in the sanctioned worker. Fear passes from directors to managers to workers.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state.authority import Oversight, Service, WeeklyCounts
from redbead.state.constants import REFERENCE_POSTS
from redbead.state.maths import approach, clip01, spread_over
from redbead.state.people import EMPTY, Leaders, Managers, Workers
from redbead.state.world import Network, WeekContext


class Fear(NamedTuple):
    """Coefficients of fear."""

    # fmt: off
    floor: Annotated[float, Param(
        "0-1", 0, 0.5, "baseline fear of workers, without a cause in the service", symbol="f_0")] = 0.10
    blame: Annotated[float, Param("0-1/unit", 0, 0.8, "effect of the manager's blame on fear", "assumed",
        "leader relations r > 0.40 with psychological safety: Frazier et al. 2017", ("frazier-2017",), symbol="f_B",
        causal_link=True)] = 0.0
    threat: Annotated[float, Param("0-1/unit", 0, 0.8, "effect of the threat of an adverse inspection on fear",
        symbol="f_I", causal_link=True)] = 0.15
    around: Annotated[float, Param(
        "0-1/unit", 0, 0.8, "effect of the fear of team-mates and contacts", causal_link=True)] = 0.3
    ties: Annotated[float, Param(
        "share", 0, 1, "weight of informal contacts relative to team-mates in contagion")] = 0.25
    disruption: Annotated[float, Param("0-1/unit", 0, 0.8, "effect of disruption on fear", causal_link=True)] = 0.2
    publicity: Annotated[float, Param("0-1/unit", 0, 0.8, "effect of media attention on fear", causal_link=True)] = 0.2
    rhetoric: Annotated[float, Param(
        "0-1", 0, 0.5, "fear from statements of leaders and politicians", distribution="policy")] = 0.0
    kick_self: Annotated[float, Param("0-1", 0, 0.5, "immediate rise of fear in a sanctioned worker")] = 0.15
    kick_team: Annotated[float, Param(
        "0-1", 0, 0.2, "immediate rise of fear in the team-mates of a sanctioned worker")] = 0.03
    kick_others: Annotated[float, Param(
        "0-1", 0, 0.05, "immediate rise of fear in all other workers after a sanction")] = 0.002
    fairness: Annotated[float, Param("share", 0, 1.5, "reduction of the fear of colleagues where a sanction is just",
        "assumed", "observers judge the punishment of real misconduct as fair: Trevino 1992", ("trevino-1992",),
        causal_link=True)] = 0.3
    rise: Annotated[float, Param("weeks", 1, 26, "time constant of rising fear", symbol="tau_up_F")] = 4.0
    fall: Annotated[float, Param("weeks", 26, 156, "time constant of falling fear", "assumed",
        "fear moves faster than trust", symbol="tau_dn")] = 52.0
    belief: Annotated[float, Param(
        "share", 0, 1, "extent to which staff trust an announced just culture before it has been tested")] = 0.0
    broken_promise: Annotated[float, Param(
        "0-1", 0, 0.5, "fear added once the promise of a just culture has been broken")] = 0.1
    manager_floor: Annotated[float, Param(
        "0-1", 0, 0.5, "baseline fear of managers, without a cause in the service")] = 0.15
    manager_leader: Annotated[float, Param(
        "0-1/unit", 0, 1, "effect of the director's fear on managers' fear", causal_link=True)] = 0.5
    manager_threat: Annotated[float, Param(
        "0-1/unit", 0, 0.8, "effect of the threat of an inspection on managers' fear", causal_link=True)] = 0.2
    leader_floor: Annotated[float, Param("0-1", 0, 0.5, "baseline fear of the director")] = 0.15
    leader_threat: Annotated[float, Param(
        "0-1/unit", 0, 2, "effect of the threat of an inspection on the director's fear", causal_link=True)] = 1.0
    protection: Annotated[float, Param(
        "share", 0, 1, "extent to which directors are shielded from threat and publicity", distribution="policy")] = 0.0
    reference: Annotated[float, Param(
        "0-1", 0, 1, "reference fear of workers and managers", distribution="reference")] = 0.5
    # fmt: on


@rule
def fear_target(
    blame: float, threat: float, peer_fear: float, disruption: float, publicity: float, added: float, c: Fear
) -> float:
    r"""Target level of a worker's fear.

    Parameters
    ----------
    blame : float
        Propensity of the worker's manager to blame, as far as staff expect it to be acted on. [0-1]
    threat : float
        Perceived threat of an adverse inspection. [0-1]
    peer_fear : float
        Mean fear of team-mates and informal contacts, minus the worker's own fear. [-1 to 1]
    disruption, publicity : float
        Organisational disruption and media attention. [index]
    added : float
        Fear from rhetoric, broken promises and experience, less reassurance. [0-1]
    c : Fear
        Coefficients.

    Returns
    -------
    float
        Target fear, limited to 0-1.

    Notes
    -----
    Equation E25, for blame :math:`B`, threat :math:`T`, mean fear of peers :math:`\bar F`, disruption :math:`D`,
    publicity :math:`M` and added fear :math:`a`:

    .. math:: F^* = \min\{1, \max[0,\; f_0 + f_B B + f_I T + f_N (\bar F - F) + f_D D + f_M M + a]\}

    Without blame, threat, contagion, disruption and publicity, the target is the baseline :math:`f_0` (``floor``).

    References
    ----------
    frazier-2017

    Examples
    --------
    >>> round(fear_target(0.6, 0.35, 0.0, 0.0, 0.0, 0.0, Fear(blame=0.55)), 4)
    0.4825
    """
    target = c.floor + c.blame * blame + c.threat * threat + c.around * peer_fear
    return clip01(target + c.disruption * disruption + c.publicity * publicity + added)


@rule
def manager_fear_target(
    leader_fear: float, threat: float, disruption: float, publicity: float, of_team: float, c: Fear
) -> float:
    r"""Target level of a manager's fear.

    Parameters
    ----------
    leader_fear : float
        Fear of the director. [0-1]
    threat : float
        Perceived threat of an adverse inspection. [0-1]
    disruption, publicity : float
        Organisational disruption and media attention. [index]
    of_team : float
        Fear from the own team and from other managers (equation E250). [0-1]
    c : Fear
        Coefficients.

    Returns
    -------
    float
        Target fear, limited to 0-1.

    Notes
    -----
    Equation E105, for the director's fear :math:`F_L`, threat :math:`T`, disruption :math:`D`, publicity :math:`M`
    and fear from the team :math:`f_{team}`:

    .. math:: F_M^* = \min\{1, \max[0,\; f_{M0} + f_{ML} F_L + f_{MT} T + f_D D + f_M M + f_{team}]\}

    References
    ----------
    Assumed.

    Examples
    --------
    >>> round(manager_fear_target(0.5, 0.35, 0.0, 0.0, 0.0, Fear()), 3)
    0.47
    """
    target = c.manager_floor + c.manager_leader * leader_fear + c.manager_threat * threat
    return clip01(target + c.disruption * disruption + c.publicity * publicity + of_team)


@rule
def leader_fear_target(threat: float, publicity: float, c: Fear) -> float:
    r"""Target level of the director's fear.

    Parameters
    ----------
    threat : float
        Perceived threat of an adverse inspection. [0-1]
    publicity : float
        Media attention. [index]
    c : Fear
        Coefficients.

    Returns
    -------
    float
        Target fear, limited to 0-1.

    Notes
    -----
    Equation E37, for threat :math:`T`, publicity :math:`M` and protection :math:`p`:

    .. math:: F_L^* = \min\{1, \max[0,\; f_{L0} + (f_{LT} T + f_M M)(1 - p)]\}

    Full protection leaves the baseline :math:`f_{L0}` (``leader_floor``).

    References
    ----------
    Assumed.

    Examples
    --------
    >>> leader_fear_target(0.35, 0.0, Fear())
    0.5
    >>> leader_fear_target(0.35, 0.0, Fear(protection=1.0))
    0.15
    """
    return clip01(c.leader_floor + (c.leader_threat * threat + c.publicity * publicity) * (1.0 - c.protection))


@rule
def step_fear(fear: float, target: float, rise: float, fall: float) -> float:
    r"""Fear after one week of adjustment towards its target.

    Parameters
    ----------
    fear, target : float
        Present and target fear. [0-1]
    rise, fall : float
        Shares of the gap closed in a week upwards and downwards. [1/week]

    Returns
    -------
    float
        Fear, between ``fear`` and ``target``. [0-1]

    Notes
    -----
    Equation E25b, first-order smoothing with a rate that depends on the direction:

    .. math::
        F \leftarrow F + (F^* - F) \begin{cases} r_\uparrow & F^* > F \\ r_\downarrow & F^* \le F \end{cases}

    where :math:`r = 1 - e^{-1/\tau}`. At the default time constants, fear rises in weeks and falls in a year.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> step_fear(0.2, 0.6, 0.5, 0.1), round(step_fear(0.6, 0.2, 0.5, 0.1), 2)
    (0.4, 0.56)
    """
    gap = target - fear
    return fear + gap * (rise if gap > 0.0 else fall)


@kernel
def aggregate_teams(workers: Workers, managers: Managers, now: WeekContext) -> None:
    """Compute the number of staff, mean fear and mean burnout of each team.

    Reads ``status``, ``team``, ``fear`` and ``burnout`` of the workers. Writes ``staff``, ``team_fear`` and
    ``team_burnout`` of the managers; the means are 0 in a team without staff.
    """
    for t in range(now.first_team, now.end_team):
        managers.staff[t] = 0
        managers.team_fear[t] = 0.0
        managers.team_burnout[t] = 0.0
    for w in range(now.first_post, now.end_post):
        if workers.status[w] != EMPTY:
            t = workers.team[w]
            managers.staff[t] += 1
            managers.team_fear[t] += workers.fear[w]
            managers.team_burnout[t] += workers.burnout[w]
    for t in range(now.first_team, now.end_team):
        staff = max(1, managers.staff[t])
        managers.team_fear[t] /= staff
        managers.team_burnout[t] /= staff


@kernel
def apply_sanction_shocks(
    workers: Workers, managers: Managers, counts: WeeklyCounts, base_posts: int, support: float, c: Fear,
    now: WeekContext,
) -> None:  # fmt: skip
    r"""Raise the fear of sanctioned workers, their team-mates and all other workers.

    Reads the weeks of the last sanctions of the workers, ``sanctions`` and ``just_sanctions`` of the teams and
    ``counts.sanctions``. Writes ``workers.fear``, which depends on counts only, so the order of workers is irrelevant.

    Parameters
    ----------
    base_posts : int
        Posts of the authority at the start. [posts]
    support : float
        Extent of support for sanctioned workers, which lowers their own rise. [share]

    Notes
    -----
    Equation E25, for the worker's own sanctions :math:`x`, those of the team :math:`x_j` and of the authority
    :math:`x_a`, and an authority of :math:`N` posts:

    .. math:: \Delta F = k_s x + k_t (x_j - x) + k_o \min(1, 120 / N)(x_a - x_j)

    For team-mates and others, a sanction of a violation or of misconduct counts :math:`1 - f` (``fairness`` :math:`f`).
    The rise in other teams is smaller in large authorities, where each person is less likely to hear of a sanction.
    """
    total = counts.sanctions[now.authority]
    if total == 0:
        return
    others = c.kick_others * spread_over(REFERENCE_POSTS, float(base_posts))
    just = 0
    for t in range(now.first_team, now.end_team):
        just += managers.just_sanctions[t]
    frightening = total - c.fairness * just
    for w in range(now.first_post, now.end_post):
        if workers.status[w] != EMPTY:
            self_sanctions = 1 if workers.last_sanction[w] == now.week else 0
            team = workers.team[w]
            of_team = managers.sanctions[team] - c.fairness * managers.just_sanctions[team]
            own = 1.0 - c.fairness if workers.last_just_sanction[w] == now.week else 1.0
            shock = c.kick_self * (1.0 - support) * self_sanctions + c.kick_team * (of_team - own * self_sanctions)
            shock += others * (frightening - of_team)
            workers.fear[w] = clip01(workers.fear[w] + shock)


@kernel
def perceive_peer_fear(workers: Workers, managers: Managers, network: Network, c: Fear, now: WeekContext) -> None:
    r"""Compute the mean fear that each worker perceives in team-mates and informal contacts.

    Reads ``workers.fear``, ``managers.team_fear`` and the network. Writes ``workers.peer_fear``, before any worker's
    fear is updated, so that the result does not depend on the order of workers.

    Notes
    -----
    Equation E107, for the weight :math:`w` of informal contacts (``ties``), the mean of the team :math:`\bar F_j` and
    that of contacts in post :math:`\bar F_c`:

    .. math:: \bar F = (1 - w) \bar F_j + w \bar F_c

    A worker without contacts in post perceives the team only.
    """
    for w in range(now.first_post, now.end_post):
        contact_fear = 0.0
        contacts = 0
        for k in range(network.first[w], network.first[w + 1]):
            contact = network.friend[k]
            if workers.status[contact] != EMPTY:
                contact_fear += workers.fear[contact]
                contacts += 1
        team_fear = managers.team_fear[workers.team[w]]
        mean_contact_fear = contact_fear / contacts if contacts > 0 else team_fear
        workers.peer_fear[w] = (1.0 - c.ties) * team_fear + c.ties * mean_contact_fear


@kernel
def update_fear(
    workers: Workers, managers: Managers, service: Service, oversight: Oversight, just: float, c: Fear, now: WeekContext
) -> None:
    r"""Move the fear of each worker in post towards its target.

    Reads ``managers.blame``, ``workers.peer_fear``, threat, disruption, publicity and the state of an announced just
    culture. Writes ``workers.fear``. Targets use the peer fear of :func:`perceive_peer_fear`, so the result does not
    depend on the order of workers.

    Parameters
    ----------
    just : float
        Extent to which a just culture is announced. [0-1]

    Notes
    -----
    Equation E108: staff discount blame by their belief :math:`\beta` in the announcement, as far as it survived
    changes of director :math:`e`. A broken promise ends the belief and adds fear:

    .. math:: B_{expected} = B (1 - \beta \, j \, e)
    """
    a = now.authority
    is_broken = service.broken_promise[a] == 1
    expected_share = 1.0 if is_broken else 1.0 - c.belief * just * service.embedded[a]
    added = c.rhetoric + (c.broken_promise if is_broken else 0.0) - service.reassurance[a]
    rise = approach(c.rise)
    fall = approach(c.fall)
    for w in range(now.first_post, now.end_post):
        if workers.status[w] == EMPTY:
            continue
        fear = workers.fear[w]
        target = fear_target(
            managers.blame[workers.team[w]] * expected_share, oversight.threat[a], workers.peer_fear[w] - fear,
            service.disruption[a], service.publicity[a], added + workers.fear_from_experience[w], c,
        )  # fmt: skip
        workers.fear[w] = step_fear(fear, target, rise, fall)


@kernel
def update_manager_fear(
    managers: Managers, leaders: Leaders, service: Service, oversight: Oversight, c: Fear, now: WeekContext
) -> None:
    """Move the fear of managers and of the director towards their targets.

    Reads threat, disruption and publicity of the authority and ``managers.fear_from_team``. Writes ``managers.fear``
    and ``leaders.fear``. Managers respond to the director's fear of the previous week (equation E105), then the
    director's fear is updated (E37).
    """
    a = now.authority
    rise = approach(c.rise)
    fall = approach(c.fall)
    for t in range(now.first_team, now.end_team):
        target = manager_fear_target(
            leaders.fear[a], oversight.threat[a], service.disruption[a], service.publicity[a],
            managers.fear_from_team[t], c,
        )  # fmt: skip
        managers.fear[t] = step_fear(managers.fear[t], target, rise, fall)
    target = leader_fear_target(oversight.threat[a], service.publicity[a], c)
    leaders.fear[a] = step_fear(leaders.fear[a], target, rise, fall)
