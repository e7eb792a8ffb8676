"""Errors that colleagues notice, and what they do: raise them with the colleague, report them, or ignore them.

A worker may notice a hidden error of a team-mate or an informal contact. A report can name the wrong colleague. Trust
in colleagues and fear of accuser, accused and witnesses change; trust decides whether colleagues speak with each other
or report each other.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state import practice_errors, world
from redbead.state.authority import WeeklyCounts
from redbead.state.maths import approach, chance, clip01, logistic
from redbead.state.people import EMPTY, Managers, Workers, at_work
from redbead.state.practice_errors import Errors, error_number, first_row
from redbead.state.world import EventLog, Network, WeekContext, colleague_of, count_colleagues, count_staff, log_event


class Peers(NamedTuple):
    """Errors noticed by colleagues, and their consequences."""

    # fmt: off
    notices: Annotated[float, Param("1/week", 0, 0.05, "hazard that one colleague notices one hidden error", "assumed",
        "17 % of physicians knew of an incompetent colleague: DesRoches et al. 2010", ("desroches-2010",),
        symbol="nu_p", causal_link=True, distribution="policy")] = 0.0
    act: Annotated[float, Param("log-odds", -6, 6, "log-odds of acting on an error at the reference (probability 0.10)",
        "assumed", "about 10 % of health workers raise such concerns: Maxfield et al. 2005", ("maxfield-2005",),
        symbol="psi_0", distribution="off")] = -2.1972
    act_fear: Annotated[float, Param("log-odds/unit", 0, 6, "reduction of acting per unit of the observer's fear",
        "assumed", "fear of retribution is a reason for inaction: DesRoches et al. 2010", ("desroches-2010",),
        symbol="psi_F", causal_link=True, distribution="off")] = 3.0
    act_severity: Annotated[float, Param("log-odds/step", 0, 6, "increase of acting with the severity of the error",
        symbol="psi_S", causal_link=True, distribution="off")] = 0.8
    speak: Annotated[float, Param("log-odds", -6, 6,
        "log-odds of speaking with the colleague instead of reporting, at full trust (probability 0.75)",
        symbol="phi_0", distribution="off")] = 1.0986
    speak_trust: Annotated[float, Param("log-odds/unit", 0, 6,
        "increase of speaking instead of reporting per unit of the observer's trust", symbol="phi_T", causal_link=True,
        distribution="off")] = 2.0
    speak_severity: Annotated[float, Param("log-odds/step", 0, 6,
        "reduction of speaking instead of reporting with the severity of the error", symbol="phi_S", causal_link=True,
        distribution="off")] = 0.8
    wrong: Annotated[float, Param("share", 0, 1, "share of reports that name a colleague who did not make the error",
        symbol="q_p", causal_link=True, distribution="off")] = 0.1
    justified: Annotated[float, Param("ratio", 0, 1,
        "effect of a right report on trust and fear, relative to a wrong one", symbol="j_p", causal_link=True,
        distribution="off")] = 0.5
    loss_accused: Annotated[float, Param("share", 0, 1, "share of trust that a wrongly reported worker loses",
        symbol="ell_a", causal_link=True, distribution="off")] = 0.3
    loss_witness: Annotated[float, Param("share", 0, 0.5, "share of trust that a witness of a wrong report loses",
        symbol="ell_w", causal_link=True, distribution="off")] = 0.03
    loss_accuser: Annotated[float, Param("share", 0, 0.5, "share of trust that the author of a wrong report loses",
        symbol="ell_r", causal_link=True, distribution="off")] = 0.1
    recovery: Annotated[float, Param("weeks", 13, 260, "time constant of the recovery of trust", symbol="tau_T",
        distribution="off")] = 52.0
    fear_accused: Annotated[float, Param("0-1", 0, 0.5, "rise of fear of a wrongly reported worker", symbol="psi_a",
        causal_link=True, distribution="policy")] = 0.0
    fear_witness: Annotated[float, Param("0-1", 0, 0.2, "rise of fear of a witness of a wrong report", symbol="psi_w",
        causal_link=True, distribution="policy")] = 0.0
    fear_accuser: Annotated[float, Param("0-1", 0, 0.2, "rise of fear of the author of a wrong report", symbol="psi_r",
        causal_link=True, distribution="policy")] = 0.0
    fear_ref: Annotated[float, Param("0-1", 0, 1, "reference fear", distribution="reference")] = 0.5
    # fmt: on


@rule
def chance_of_notice(colleagues: int, c: Peers) -> float:
    r"""Probability that at least one colleague notices a hidden error this week.

    Parameters
    ----------
    colleagues : int
        Team-mates and informal contacts in post of the worker who made the error. [people]
    c : Peers
        Coefficients.

    Returns
    -------
    float
        Probability. [0-1]

    Notes
    -----
    Equation E240, for :math:`n` colleagues and the hazard :math:`\nu_p` (``notices``) of each:

    .. math:: p = 1 - e^{-\nu_p n}

    References
    ----------
    desroches-2010

    Examples
    --------
    >>> chance_of_notice(8, Peers()), round(chance_of_notice(8, Peers(notices=0.01)), 4)
    (0.0, 0.0769)
    """
    return chance(c.notices * colleagues)


@rule
def acts_on_error(fear: float, severity: float, c: Peers) -> float:
    r"""Probability that a worker who noticed an error of a colleague does not ignore it.

    Parameters
    ----------
    fear : float
        Fear of the observer. [0-1]
    severity : float
        0 for a near miss, 1 for an ordinary error, 2 for a serious error. [step]
    c : Peers
        Coefficients.

    Returns
    -------
    float
        Probability of speaking with the colleague or reporting. [0-1]

    Notes
    -----
    Equation E241:

    .. math:: \operatorname{logit} p = \psi_0 - \psi_F (F - F_0) + \psi_S (s - 1)

    where :math:`F` is ``fear``, :math:`s` is ``severity``, and :math:`\psi_0`, :math:`\psi_F` and :math:`\psi_S` are
    ``act``, ``act_fear`` and ``act_severity``.

    References
    ----------
    maxfield-2005, desroches-2010

    Examples
    --------
    >>> round(acts_on_error(0.5, 1.0, Peers()), 3)
    0.1
    >>> acts_on_error(0.9, 1.0, Peers()) < acts_on_error(0.5, 1.0, Peers()) < acts_on_error(0.5, 2.0, Peers())
    True
    """
    return logistic(c.act - c.act_fear * (fear - c.fear_ref) + c.act_severity * (severity - 1.0))


@rule
def speaks_with_colleague(trust: float, severity: float, c: Peers) -> float:
    r"""Probability that an observer who acts speaks with the colleague instead of reporting to the manager.

    Parameters
    ----------
    trust : float
        Trust of the observer in colleagues. [0-1]
    severity : float
        0 for a near miss, 1 for an ordinary error, 2 for a serious error. [step]
    c : Peers
        Coefficients.

    Returns
    -------
    float
        Probability of speaking; otherwise the observer reports. [0-1]

    Notes
    -----
    Equation E242:

    .. math:: \operatorname{logit} p = \phi_0 - \phi_T (1 - T) - \phi_S (s - 1)

    where :math:`T` is ``trust``, :math:`s` is ``severity``, and :math:`\phi_0`, :math:`\phi_T` and :math:`\phi_S` are
    ``speak``, ``speak_trust`` and ``speak_severity``.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> round(speaks_with_colleague(1.0, 1.0, Peers()), 3)
    0.75
    >>> speaks_with_colleague(0.5, 1.0, Peers()) < 0.6
    True
    """
    return logistic(c.speak - c.speak_trust * (1.0 - trust) - c.speak_severity * (severity - 1.0))


@rule
def trust_after_reports(trust: float, accused: float, witnessed: float, made: float, c: Peers) -> float:
    r"""Trust in colleagues after a week: recovery, then the losses from reports.

    Parameters
    ----------
    trust : float
        Trust before. [0-1]
    accused, witnessed, made : float
        Reports about the worker, about colleagues, and by the worker; a right report counts ``justified``. [reports]
    c : Peers
        Coefficients.

    Returns
    -------
    float
        Trust. [0-1]

    Notes
    -----
    Equation E243, for the reports :math:`n_a`, :math:`n_w` and :math:`n_r`:

    .. math:: T \leftarrow [T + (1 - T)(1 - e^{-1/\tau_T})] (1 - \ell_a)^{n_a} (1 - \ell_w)^{n_w} (1 - \ell_r)^{n_r}

    where :math:`\ell_a`, :math:`\ell_w` and :math:`\ell_r` are ``loss_accused``, ``loss_witness`` and ``loss_accuser``
    and :math:`\tau_T` is ``recovery``. Without reports, full trust stays 1.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> trust_after_reports(1.0, 0.0, 0.0, 0.0, Peers()), trust_after_reports(1.0, 1.0, 0.0, 0.0, Peers())
    (1.0, 0.7)
    >>> 0.7 < trust_after_reports(0.7, 0.0, 0.0, 0.0, Peers()) < 0.71
    True
    """
    recovered = trust + (1.0 - trust) * approach(c.recovery)
    if accused + witnessed + made == 0.0:
        return recovered
    kept = math.pow(1.0 - c.loss_accused, accused) * math.pow(1.0 - c.loss_witness, witnessed)
    return recovered * kept * math.pow(1.0 - c.loss_accuser, made)


@rule
def fear_after_reports(fear: float, accused: float, witnessed: float, made: float, c: Peers) -> float:
    r"""Fear of a worker after the reports of a week.

    Parameters
    ----------
    fear : float
        Fear before. [0-1]
    accused, witnessed, made : float
        Reports about the worker, about colleagues, and by the worker; a right report counts ``justified``. [reports]
    c : Peers
        Coefficients.

    Returns
    -------
    float
        Fear, limited to 0-1. [0-1]

    Notes
    -----
    Equation E244, for the reports :math:`n_a`, :math:`n_w` and :math:`n_r`:

    .. math:: F \leftarrow \min(1, F + \psi_a n_a + \psi_w n_w + \psi_r n_r)

    where :math:`\psi_a`, :math:`\psi_w` and :math:`\psi_r` are ``fear_accused``, ``fear_witness`` and ``fear_accuser``,
    which are 0 by default.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> fear_after_reports(0.5, 1.0, 2.0, 0.0, Peers())
    0.5
    >>> round(fear_after_reports(0.5, 1.0, 2.0, 0.0, Peers(fear_accused=0.1, fear_witness=0.02)), 3)
    0.64
    """
    return clip01(fear + c.fear_accused * accused + c.fear_witness * witnessed + c.fear_accuser * made)


@kernel
def compute_acts_on_colleagues_errors(workers: Workers, c: Peers, now: WeekContext) -> None:
    """Compute for each worker at work the probabilities of acting on an error of a colleague and of speaking about it.

    Reads ``fear`` and ``trust``. Writes ``peer_action`` and ``peer_candour``, whose second axis is the severity.
    """
    if c.notices <= 0.0:
        return
    for w in range(now.first_post, now.end_post):
        if at_work(workers, w):
            for severity in range(3):
                workers.peer_action[w, severity] = acts_on_error(workers.fear[w], float(severity), c)
                workers.peer_candour[w, severity] = speaks_with_colleague(workers.trust[w], float(severity), c)


@kernel
def notice_errors_of_colleagues(
    workers: Workers, managers: Managers, network: Network, errors: Errors, counts: WeeklyCounts, event_log: EventLog,
    c: Peers, now: WeekContext,
) -> None:  # fmt: skip
    """Draw which hidden errors colleagues notice, and whether they speak with the colleague, report or ignore them.

    An error of an earlier week whose author is in post can be noticed while no manager knows of it. Raised with its
    author, it becomes recognised, and the author decides this week (again) whether to raise it. Reported, it is raised
    with the manager without having been disclosed by its author, so it is judged and escalated this week. Writes
    ``state`` and ``since`` of the errors, the counts of detected errors of the teams, the weekly counts, and the
    columns that :func:`_report` writes. Draws are keyed by error, and decisions depend on columns that the kernel does
    not change, so the order of errors does not matter.
    """
    if c.notices <= 0.0:
        return
    a = now.authority
    count_staff(workers, managers, now)
    first = first_row(errors, a)
    for e in range(first, first + errors.live[a]):
        w = errors.author[e]
        if errors.state[e] > practice_errors.CONCEALED_BY_WORKER or errors.born[e] == now.week:
            continue
        if workers.status[w] == EMPTY or errors.spell[e] != workers.spell[w]:
            continue
        noticed, position = rng.pair(now.seed, rng.PEER_NOTICE, now.week, errors.key[e])
        colleagues = count_colleagues(workers, managers, network, w)
        if noticed >= chance_of_notice(colleagues, c):
            continue
        observer = colleague_of(workers, network, w, int(position * colleagues), now)
        acted, spoken = rng.pair(now.seed, rng.PEER_RESPONSE, now.week, errors.key[e])
        if acted >= workers.peer_action[observer, errors.severity[e]]:
            continue
        if spoken >= workers.peer_candour[observer, errors.severity[e]]:
            _report(workers, managers, network, errors, counts, event_log, e, observer, c, now)
            continue
        number = error_number(errors, e)
        log_event(event_log, now, world.PEER_RAISED, workers.team[w], w, workers.spell[w], number, observer)
        if errors.state[e] == practice_errors.UNRECOGNISED:
            counts.recognised[a] += 1
            log_event(event_log, now, world.RECOGNISED, workers.team[w], w, errors.spell[e], number, errors.severity[e])
        errors.state[e] = practice_errors.RECOGNISED
        errors.since[e] = now.week


@kernel
def _report(
    workers: Workers, managers: Managers, network: Network, errors: Errors, counts: WeeklyCounts, event_log: EventLog,
    e: int, observer: int, c: Peers, now: WeekContext,
) -> None:  # fmt: skip
    """Report error ``e`` to the manager, or with probability ``wrong`` another colleague of the observer instead.

    A wrong report leaves the error as it is and writes ``accused``. Both write ``accusation`` of the accused,
    ``accusing`` of the observer, ``witnessing`` and ``witnessed`` of the other colleagues of the accused.
    """
    a = now.authority
    w = errors.author[e]
    error = error_number(errors, e)
    misled, position = rng.pair(now.seed, rng.PEER_WRONG, now.week, errors.key[e])
    others = count_colleagues(workers, managers, network, observer) - 1
    counts.peer_reports[a] += 1
    if misled < c.wrong and others > 0:
        accused = colleague_of(workers, network, observer, int(position * others), now)
        if accused == w:  # the author is not named: the last colleague stands in for the author
            accused = colleague_of(workers, network, observer, others, now)
        workers.accused[accused] = now.week
        counts.wrong_peer_reports[a] += 1
        weight = 1.0
        team = workers.team[accused]
        log_event(event_log, now, world.WRONGLY_REPORTED, team, accused, workers.spell[accused], -1, observer)
    else:
        accused = w
        weight = c.justified
        team = workers.team[w]
        log_event(event_log, now, world.PEER_REPORTED, team, w, workers.spell[w], error, observer)
        errors.state[e] = practice_errors.RAISED_WITH_MANAGER
        errors.since[e] = now.week
        managers.ended[team] += 1
        managers.detected[team] += 1
    workers.accusation[accused] += weight
    workers.accusing[observer] += weight
    for k in range(count_colleagues(workers, managers, network, accused)):
        witness = colleague_of(workers, network, accused, k, now)
        if witness == observer:
            continue
        workers.witnessing[witness] += weight
        if workers.witnessed[witness] != now.week:
            workers.witnessed[witness] = now.week
            log_event(
                event_log, now, world.WITNESSED, workers.team[witness], witness, workers.spell[witness], -1, accused
            )


@kernel
def apply_peer_reports(workers: Workers, c: Peers, now: WeekContext) -> None:
    """Change trust and fear of accused, accusers and witnesses of the week (E243, E244), and let trust recover.

    Reads and resets ``accusation``, ``witnessing`` and ``accusing`` of the workers. Writes ``trust`` and ``fear``.
    """
    for w in range(now.first_post, now.end_post):
        accused, witnessed, made = workers.accusation[w], workers.witnessing[w], workers.accusing[w]
        is_affected = workers.trust[w] < 1.0 or accused + witnessed + made > 0.0
        if is_affected and workers.status[w] != EMPTY:
            workers.trust[w] = trust_after_reports(workers.trust[w], accused, witnessed, made, c)
            workers.fear[w] = fear_after_reports(workers.fear[w], accused, witnessed, made, c)
            workers.accusation[w] = 0.0
            workers.witnessing[w] = 0.0
            workers.accusing[w] = 0.0
