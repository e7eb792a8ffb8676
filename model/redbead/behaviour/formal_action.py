"""Formal action against workers: investigation, suspension, finding and dismissal.

A sanction, or a serious incident in a worker's caseload, starts formal action. It lasts for months, in which the worker
may be suspended and is more likely to leave. It ends with or without a finding, which can be wrong. Without a duration,
a sanction has no consequence beyond its week.
"""

from __future__ import annotations

import math
from typing import Annotated, Final, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state import world
from redbead.state.authority import WeeklyCounts
from redbead.state.maths import chance
from redbead.state.people import AGENCY, EMPTY, Managers, Workers, record_charge
from redbead.state.practice_errors import MISCONDUCT, NO_ERROR, SLIP
from redbead.state.world import EventLog, WeekContext, log_event

NO_FINDING: Final = 0
FINDING: Final = 1
DISMISSAL: Final = 2
"""Outcomes of formal action, as recorded in the event log."""


class FormalAction(NamedTuple):
    """Start, duration and outcome of formal action."""

    # fmt: off
    duration: Annotated[float, Param("weeks", 0, 156, "mean duration of formal action; at 0 a sanction is an instant",
        "assumed", "128 weeks to a final outcome at the regulator: Community Care 2024", ("community-care-2024",),
        causal_link=True, likely=(8, 130))] = 26.0
    incident: Annotated[float, Param("0-1", 0, 1,
        "chance of formal action against the case holder after a serious incident under full blame", symbol="s_i",
        causal_link=True, likely=(0, 0.6))] = 0.3
    scandal: Annotated[float, Param("0-1", 0, 1,
        "chance of formal action against the case holder after a scandal, regardless of blame", symbol="s_p",
        causal_link=True)] = 0.5
    accused: Annotated[float, Param("0-1", 0, 1,
        "chance of formal action against a worker who was accused without an error, under full blame", symbol="s_a",
        causal_link=True, distribution="off")] = 0.0
    suspended: Annotated[float, Param("share", 0, 1, "share of formal action with suspension from casework",
        causal_link=True, likely=(0, 0.6))] = 0.25
    leaving: Annotated[float, Param("log", 0, 3, "increase of the hazard of leaving during formal action",
        causal_link=True, likely=(0, 2))] = 1.0
    upheld: Annotated[float, Param("0-1", 0, 1, "chance of a finding against a worker who violated a rule")] = 0.9
    upheld_slip: Annotated[float, Param("0-1", 0, 1, "chance of a finding against a worker who made a slip")] = 0.4
    upheld_no_error: Annotated[float, Param("0-1", 0, 1, "chance of a finding against a worker who made no error",
        "assumed", "more than half of those investigated had no case to answer: Mersey Care", ("mersey-care-2016",),
        causal_link=True, likely=(0, 0.5))] = 0.2
    misconduct_dismissed: Annotated[float, Param(
        "0-1", 0, 1, "chance of dismissal after a finding of misconduct")] = 0.3
    support: Annotated[float, Param("share", 0, 1,
        "extent of support during formal action, which lowers its effects on fear and leaving",
        distribution="policy")] = 0.0
    support_hours: Annotated[float, Param(
        "share", 0, 0.5, "hours that full support takes from the supported worker", distribution="off")] = 0.1
    # fmt: on


@rule
def chance_after_incident(blame: float, is_public: bool, c: FormalAction) -> float:
    r"""Probability of formal action against the worker in whose caseload a serious incident occurred.

    Parameters
    ----------
    blame : float
        The manager's propensity to blame. [0-1]
    is_public : bool
        Whether the incident became a scandal.
    c : FormalAction
        Coefficients.

    Returns
    -------
    float
        Probability, regardless of whether the worker made an error. [0-1]

    Notes
    -----
    Equation E229:

    .. math:: p = 1 - (1 - s_i B) (1 - s_p [\text{public}])

    where :math:`B` is ``blame``, and :math:`s_i` and :math:`s_p` are ``incident`` and ``scandal``.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> round(chance_after_incident(0.5, False, FormalAction(incident=0.4, scandal=1.0)), 3)
    0.2
    >>> chance_after_incident(0.0, True, FormalAction(incident=0.4, scandal=0.5))
    0.5
    """
    public = c.scandal if is_public else 0.0
    return 1.0 - (1.0 - c.incident * blame) * (1.0 - public)


@rule
def chance_of_finding(conduct: int, c: FormalAction) -> float:
    r"""Probability that formal action ends with a finding against the worker.

    Parameters
    ----------
    conduct : int
        0 for a slip or lapse, 1 for a routine violation, 2 for misconduct, 3 for no error.
    c : FormalAction
        Coefficients.

    Returns
    -------
    float
        Probability. [0-1]

    Notes
    -----
    Equation E230: the accuracy of formal action.

    .. math:: p = \begin{cases} q_0 & \text{no error} \\ q_s & \text{slip} \\ q_v & \text{otherwise} \end{cases}

    where :math:`q_0`, :math:`q_s` and :math:`q_v` are ``upheld_no_error``, ``upheld_slip`` and ``upheld``. With
    :math:`q_0 = q_s = 0` and :math:`q_v = 1`, findings are always right.

    References
    ----------
    mersey-care-2016

    Examples
    --------
    >>> [chance_of_finding(conduct, FormalAction()) for conduct in range(4)]
    [0.4, 0.9, 0.9, 0.2]
    """
    if conduct == NO_ERROR:
        return c.upheld_no_error
    return c.upheld_slip if conduct == SLIP else c.upheld


@rule
def chance_of_dismissal(
    conduct: int, severity: int, earlier_finding: bool, second_dismissal: float, c: FormalAction
) -> float:
    r"""Probability that a finding leads to dismissal.

    Parameters
    ----------
    conduct : int
        0 for a slip or lapse, 1 for a routine violation, 2 for misconduct, 3 for no error.
    severity : int
        0 for a near miss, 1 for an ordinary error, 2 for a serious error.
    earlier_finding : bool
        Whether there was another finding against the worker within the window for strikes.
    second_dismissal : float
        Probability of dismissal after a second finding. [0-1]
    c : FormalAction
        Coefficients.

    Returns
    -------
    float
        Probability. [0-1]

    Notes
    -----
    Equation E231: 0 for a near miss, otherwise

    .. math:: p = 1 - (1 - d_m [\text{misconduct}]) (1 - d_2 [\text{earlier finding}])

    where :math:`d_m` is ``misconduct_dismissed`` and :math:`d_2` is ``second_dismissal``.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> chance_of_dismissal(0, 0, True, 1.0, FormalAction()), chance_of_dismissal(0, 1, True, 0.25, FormalAction())
    (0.0, 0.25)
    """
    if severity == 0:
        return 0.0
    misconduct = c.misconduct_dismissed if conduct == MISCONDUCT else 0.0
    second = second_dismissal if earlier_finding else 0.0
    return 1.0 - (1.0 - misconduct) * (1.0 - second)


@kernel
def start_formal_action(
    workers: Workers, managers: Managers, counts: WeeklyCounts, event_log: EventLog, c: FormalAction, now: WeekContext
) -> None:  # fmt: skip
    """Start formal action against workers sanctioned this week, and after last week's incidents and accusations.

    Reads ``last_sanction``, ``last_incident``, ``incident_conduct``, ``in_scandal`` and ``accused`` of the workers and
    ``managers.blame``. Such formal action counts as a sanction: it writes ``workers.last_sanction``,
    ``managers.sanctions``, ``managers.just_sanctions``, ``counts.sanctions``, ``counts.without_error`` and one event.
    The employment of agency workers ends at once. Random numbers are keyed by person, so the order of workers does not
    matter.
    """
    a = now.authority
    for w in range(now.first_post, now.end_post):
        if workers.status[w] == EMPTY:
            continue
        t = workers.team[w]
        if workers.last_sanction[w] != now.week:
            p = c.accused * managers.blame[t] if workers.accused[w] == now.week else 0.0
            conduct, severity = NO_ERROR, 1
            if workers.last_incident[w] == now.week - 1:
                p = 1.0 - (1.0 - p) * (1.0 - chance_after_incident(managers.blame[t], workers.in_scandal[w] == 1, c))
                conduct, severity = workers.incident_conduct[w], 2
            if p <= 0.0:  # for most workers; saves the random number
                continue
            if rng.uniform(now.seed, rng.FORMAL_ACTION, now.week, rng.person(w, workers.spell[w])) >= p:
                continue
            record_charge(workers, w, conduct, severity, now.week)
            managers.sanctions[t] += 1
            counts.sanctions[a] += 1
            counts.without_error[a] += conduct == NO_ERROR
            managers.just_sanctions[t] += workers.last_just_sanction[w] == now.week
            log_event(event_log, now, world.SANCTION, t, w, workers.spell[w], -1, severity)
        if c.duration > 0.0 and workers.action[w] == 0:
            _begin(workers, managers, w, c, now)


@kernel
def _begin(workers: Workers, managers: Managers, w: int, c: FormalAction, now: WeekContext) -> None:
    """Open formal action against worker ``w``; a suspended worker hands over all cases."""
    workers.action[w] = 1
    if workers.status[w] == AGENCY:
        workers.dismissed[w] = 1
        return
    workers.absence[w] = c.support * c.support_hours
    key = rng.person(w, workers.spell[w])
    if rng.uniform(now.seed, rng.SUSPENSION, now.week, key) < c.suspended:
        workers.absence[w] = 1.0
        managers.handed_over[workers.team[w]] += workers.caseload[w]
        workers.caseload[w] = 0


@kernel
def continue_formal_action(
    workers: Workers, counts: WeeklyCounts, event_log: EventLog, second_dismissal: float, strike_window: float,
    c: FormalAction, now: WeekContext,
) -> None:  # fmt: skip
    r"""Raise the chance of leaving of workers under formal action, and end some of it with or without a finding.

    Writes ``workers.chance_of_leaving``, and for action that ends ``action``, ``absence``, ``last_strike`` and
    ``dismissed`` of the workers, ``counts.findings`` and one event.

    Parameters
    ----------
    second_dismissal : float
        Probability of dismissal after a second finding within the window. [0-1]
    strike_window : float
        Time for which a finding counts as a first strike. [weeks]

    Notes
    -----
    Equation E232, proportional hazards with the increase :math:`\gamma_f` (``leaving``) and support :math:`u`:

    .. math:: p' = 1 - (1 - p)^{\exp(\gamma_f (1 - u))}

    The duration is exponential with mean ``duration``. If a policy sets it to 0, all formal action ends that week.
    """
    ending = chance(1.0 / c.duration) if c.duration > 0.0 else 1.0
    hazard_ratio = math.exp(c.leaving * (1.0 - c.support))
    for w in range(now.first_post, now.end_post):
        if workers.action[w] == 0 or workers.status[w] == EMPTY:
            continue
        workers.chance_of_leaving[w] = 1.0 - math.pow(1.0 - workers.chance_of_leaving[w], hazard_ratio)
        ends, outcome = rng.pair(now.seed, rng.FORMAL_OUTCOME, now.week, rng.person(w, workers.spell[w]))
        if workers.status[w] != AGENCY and ends < ending:
            _conclude(workers, counts, event_log, w, outcome, second_dismissal, strike_window, c, now)


@kernel
def _conclude(
    workers: Workers, counts: WeeklyCounts, event_log: EventLog, w: int, u: float, second_dismissal: float,
    strike_window: float, c: FormalAction, now: WeekContext,
) -> None:  # fmt: skip
    """End formal action against worker ``w``; ``u`` decides on the finding and, within it, on dismissal."""
    workers.action[w] = 0
    workers.absence[w] = 0.0
    conduct, severity = workers.charge[w], workers.charge_severity[w]
    p = chance_of_finding(conduct, c)
    outcome = NO_FINDING
    if u < p:
        earlier = now.week - workers.last_strike[w] <= strike_window
        workers.last_strike[w] = now.week
        counts.findings[now.authority] += 1
        outcome = FINDING
        if u < p * chance_of_dismissal(conduct, severity, earlier, second_dismissal, c):
            workers.dismissed[w] = 1
            outcome = DISMISSAL
    log_event(event_log, now, world.FORMAL_ENDED, workers.team[w], w, workers.spell[w], -1, outcome)
