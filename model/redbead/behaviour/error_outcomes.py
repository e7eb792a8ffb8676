"""Outcomes of errors that are not yet put right: harm, discovery, expiry and repair.

A child is at risk until an error is put right, ends or has caused harm, regardless of who knows of it. Four competing
hazards end this time. Repair requires that a person knows of the error, and its pace depends on who does; discovery
requires that the organisation does not know of it.
"""

from __future__ import annotations

import math
from typing import Annotated, Final, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state import practice_errors, world
from redbead.state.authority import WeeklyCounts
from redbead.state.maths import chance
from redbead.state.people import EMPTY, Managers, Workers, name_case_holder
from redbead.state.practice_errors import Errors, draw_for_errors, error_number, first_row, known_to
from redbead.state.world import EventLog, WeekContext, log_event

AT_ONCE: Final = 7.0
"""Hazard of repair from which errors are put right in the week in which they become known: on average within a day.
[1/week]"""


class ErrorOutcomes(NamedTuple):
    """Hazards of errors that are not yet put right."""

    # fmt: off
    repaired: Annotated[float, Param("1/week", 0, 0.5, "hazard that an error known to its worker only is put right",
        symbol="rho_w", causal_link=True, likely=(0.05, 0.4))] = 0.2
    repaired_manager: Annotated[float, Param("ratio", 0, 50,
        "pace of repair of an error that a manager knows of but suppressed, relative to one known to its worker only",
        symbol="r_m", causal_link=True, likely=(1, 5))] = 2.5
    repaired_organisation: Annotated[float, Param("1/week", 0, 7,
        "hazard that an error known to the organisation is put right; 7 means at once", symbol="rho_o",
        causal_link=True, likely=(0.2, 2))] = 0.5
    repair_pressure: Annotated[float, Param(
        "exponent", 0, 2, "elasticity of the pace of repair to work pressure above 1", symbol="theta_rho",
        causal_link=True, likely=(0, 1))] = 0.5
    expires: Annotated[float, Param("1/week", 0, 0.1, "hazard that an error ceases to matter", symbol="1/tau_x",
        likely=(0.006, 0.058))] = 0.019231
    found: Annotated[float, Param("1/week", 0, 0.05, "hazard that others discover a hidden error", symbol="delta",
        likely=(0.003, 0.029))] = 0.009615
    found_severity: Annotated[float, Param("log/step", 0, 2, "increase of the hazard of discovery with severity",
        symbol="kappa_delta", causal_link=True, likely=(0, 1))] = 0.5
    harm: Annotated[float, Param("1/week", 0, 0.01, "hazard that an ordinary error causes harm until it is put right",
        symbol="chi", likely=(0.0006, 0.006))] = 0.002
    harm_violation: Annotated[float, Param("ratio", 1, 5,
        "hazard of harm of a violation or misconduct relative to a slip of the same severity", symbol="r_v",
        likely=(1, 4))] = 2.0
    harm_near_miss: Annotated[float, Param("ratio", 0, 1,
        "hazard of harm of a near miss relative to an ordinary error", symbol="r_0", distribution="definition")] = 0.0
    harm_serious: Annotated[float, Param("ratio", 1, 20,
        "hazard of harm of a serious error relative to an ordinary one", symbol="r_2", likely=(2, 10))] = 5.0
    grave: Annotated[float, Param("share", 0, 1, "share of harm that is a serious incident", "calibrated",
        "1 to 3 serious incidents per year: DfE notifications 2018-24", ("dfe-serious-incidents-2024",),
        symbol="chi_s", processing="matched")] = 0.088
    grave_serious: Annotated[float, Param("ratio", 1, 20,
        "share of serious incidents in harm from a serious error, relative to other harm", symbol="r_s",
        likely=(1, 5))] = 2.0
    # fmt: on


class Hazards(NamedTuple):
    """Competing hazards of one error in one week. [1/week]"""

    harm: float
    discovery: float
    expires: float
    repair: float


@rule
def harm_ratio(severity: int, conduct: int, c: ErrorOutcomes) -> float:
    r"""Hazard of harm of an error relative to an ordinary slip.

    Parameters
    ----------
    severity : int
        0 for a near miss, 1 for an ordinary error, 2 for a serious error.
    conduct : int
        0 for a slip or lapse, 1 for a routine violation, 2 for misconduct.
    c : ErrorOutcomes
        Coefficients.

    Returns
    -------
    float
        Ratio. [ratio]

    Notes
    -----
    Equation E218:

    .. math:: r = r_v^{[\text{not a slip}]} \begin{cases} r_0 & \text{near miss} \\ 1 & \text{ordinary} \\
       r_2 & \text{serious} \end{cases}

    where :math:`r_0`, :math:`r_2` and :math:`r_v` are ``harm_near_miss``, ``harm_serious`` and ``harm_violation``. With
    all at 1, neither severity nor conduct matters for harm.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> c = ErrorOutcomes(harm_near_miss=0.0, harm_serious=5.0)
    >>> harm_ratio(0, 0, c), harm_ratio(1, 0, c), harm_ratio(2, 0, c)
    (0.0, 1.0, 5.0)
    """
    ratio = 1.0
    if severity != 1:
        ratio = c.harm_near_miss if severity == 0 else c.harm_serious
    return ratio if conduct == practice_errors.SLIP else ratio * c.harm_violation


@rule
def repair_hazard(known: int, log_work_pressure: float, c: ErrorOutcomes) -> float:
    r"""Hazard that an error is put right.

    Parameters
    ----------
    known : int
        Highest level that knows of the error: 0 no one, 1 the worker, 2 the manager, 3 the organisation.
    log_work_pressure : float
        Natural logarithm of the work pressure of those who put it right. [log]
    c : ErrorOutcomes
        Coefficients.

    Returns
    -------
    float
        Hazard. [1/week]

    Notes
    -----
    Equation E219, for the pace :math:`\rho_k` of those who know and work pressure :math:`P`:

    .. math:: \rho = \rho_k \, \min(1, P^{-\theta_\rho})

    What no one knows of is not put right: :math:`\rho_0 = 0`. Up to a work pressure of 1 the pace is
    :math:`\rho_k`, so the reference state is full time.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> repair_hazard(0, 0.0, ErrorOutcomes()), repair_hazard(1, 0.0, ErrorOutcomes())
    (0.0, 0.2)
    >>> round(repair_hazard(2, math.log(2.0), ErrorOutcomes(repaired_manager=4.0, repair_pressure=1.0)), 3)
    0.4
    """
    if known == practice_errors.NO_ONE:
        return 0.0
    if known == practice_errors.WORKER:
        pace = c.repaired
    else:
        is_manager = known == practice_errors.MANAGER
        pace = c.repaired * c.repaired_manager if is_manager else c.repaired_organisation
    return pace * math.exp(-c.repair_pressure * max(0.0, log_work_pressure))


@rule
def share_of_serious_incidents(severity: int, c: ErrorOutcomes) -> float:
    r"""Share of the harm from errors of one severity that is a serious incident.

    Parameters
    ----------
    severity : int
        0 for a near miss, 1 for an ordinary error, 2 for a serious error.
    c : ErrorOutcomes
        Coefficients.

    Returns
    -------
    float
        Probability, given harm. [0-1]

    Notes
    -----
    Equation E19:

    .. math:: p = \min(1, \chi_s \, r_s^{[\text{serious}]})

    where :math:`\chi_s` and :math:`r_s` are ``grave`` and ``grave_serious``.

    References
    ----------
    dfe-serious-incidents-2024

    Examples
    --------
    >>> share_of_serious_incidents(1, ErrorOutcomes(grave=0.1)), share_of_serious_incidents(2, ErrorOutcomes(grave=0.1))
    (0.1, 0.2)
    """
    return min(1.0, c.grave * c.grave_serious) if severity == 2 else c.grave


@rule
def hazards_of(
    severity: int, conduct: int, known: int, log_work_pressure: float, additional_discovery: float, c: ErrorOutcomes
) -> Hazards:
    r"""Competing hazards of one error that is not yet put right.

    Parameters
    ----------
    severity : int
        0 for a near miss, 1 for an ordinary error, 2 for a serious error.
    conduct : int
        0 for a slip or lapse, 1 for a routine violation, 2 for misconduct.
    known : int
        Highest level that knows of the error: 0 no one, 1 the worker, 2 the manager, 3 the organisation.
    log_work_pressure : float
        Natural logarithm of the work pressure of those who put it right. [log]
    additional_discovery : float
        Hazard of discovery that an inspection adds. [1/week]
    c : ErrorOutcomes
        Coefficients.

    Returns
    -------
    Hazards
        Hazards of harm, discovery, expiry and repair. [1/week]

    Notes
    -----
    Equation E18. The hazards are harm :math:`\chi r` (E218), discovery while the organisation does not know, expiry,
    and repair :math:`\rho` (E219):

    .. math::
        h &= \chi r + (\delta e^{\kappa_\delta (s - 1)} + \delta_v) [\text{hidden}] + 1/\tau_x + \rho \\
        P(\text{resolved in a week}) &= 1 - e^{-h}, \qquad P(\text{outcome } i \mid \text{resolved}) = h_i / h

    for severity :math:`s`, the hazard of discovery :math:`\delta` and additional discovery :math:`\delta_v`.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> hazards_of(1, 0, 1, 0.0, 0.0, ErrorOutcomes())
    Hazards(harm=0.002, discovery=0.009615, expires=0.019231, repair=0.2)
    >>> hazards_of(1, 0, 3, 0.0, 0.0, ErrorOutcomes()).discovery
    0.0
    """
    discovery = 0.0
    if known != practice_errors.ORGANISATION:
        discovery = c.found * math.exp(c.found_severity * (severity - 1.0)) + additional_discovery
    harm = c.harm * harm_ratio(severity, conduct, c)
    return Hazards(harm, discovery, c.expires, repair_hazard(known, log_work_pressure, c))


@rule
def first_chance_of_detection(c: ErrorOutcomes) -> float:
    r"""Chance that a concealed error is found by others before it ends, with which perceptions start.

    Parameters
    ----------
    c : ErrorOutcomes
        Coefficients.

    Returns
    -------
    float
        Chance. [0-1]

    Notes
    -----
    Equation E226, for the hazards of harm :math:`\chi`, discovery :math:`\delta`, expiry :math:`1/\tau_x` and repair
    :math:`\rho_w`:

    .. math:: \phi_0 = \frac{\chi + \delta}{\chi + \delta + 1 / \tau_x + \rho_w}

    References
    ----------
    Assumed.

    Examples
    --------
    >>> round(first_chance_of_detection(ErrorOutcomes()), 4)
    0.0503
    """
    detection = c.harm + c.found
    return detection / max(1e-12, detection + c.expires + c.repaired)


@rule
def _most_likely(repair: float, additional_discovery: float, c: ErrorOutcomes) -> float:
    """Upper limit of the probability that a hidden error is resolved in a week, so that most need no second look."""
    hazard = c.harm * max(1.0, c.harm_serious) * c.harm_violation + c.found * math.exp(c.found_severity) + c.expires
    return 1.0 if repair >= AT_ONCE else chance(hazard + additional_discovery + repair)


@kernel
def resolve_errors(
    workers: Workers, managers: Managers, errors: Errors, counts: WeeklyCounts, event_log: EventLog,
    additional_discovery: float, log_work_pressure: float, from_errors: float, c: ErrorOutcomes, now: WeekContext,
) -> None:  # fmt: skip
    """Draw harm, discovery, expiry or repair of errors that are not yet put right, as competing hazards.

    Writes ``state``, ``since``, ``source`` and ``at_risk`` of the errors, the weekly counts of each outcome, and for
    each team the hidden errors that ended and those that were found. Each error has an independent random number, so
    the order of errors does not matter. Errors whose hazard of repair is at least :data:`AT_ONCE` are put right with
    certainty.

    Parameters
    ----------
    additional_discovery : float
        Hazard of discovery that an inspection adds. [1/week]
    log_work_pressure : float
        Natural logarithm of the work pressure of the authority, for errors of vacant posts. [log]
    from_errors : float
        Share of serious incidents that errors cause; the others are drawn elsewhere. [share]

    Notes
    -----
    Equation E18 gives the hazards, equation E19 the share of serious incidents.
    """
    unknown, to_worker = _most_likely(0.0, additional_discovery, c), _most_likely(c.repaired, additional_discovery, c)
    to_manager = _most_likely(c.repaired * max(1.0, c.repaired_manager), additional_discovery, c)
    first = first_row(errors, now.authority)
    draw_for_errors(errors, now.seed, rng.FATE, now.week, first, first + errors.live[now.authority])
    for e in range(first, first + errors.live[now.authority]):
        u, state = errors.uniform[e], errors.state[e]
        if state < practice_errors.REPORTED:  # Most errors are not resolved in a given week, so this test comes first.
            most = to_worker if state == practice_errors.CONCEALED_BY_WORKER else to_manager
            if u >= (unknown if state == practice_errors.UNRECOGNISED else most):
                continue
        if errors.at_risk[e] == 0:
            continue
        w = errors.author[e]
        load = log_work_pressure if workers.status[w] == EMPTY else workers.log_pressure[w]
        h = hazards_of(errors.severity[e], errors.conduct[e], known_to(state), load, additional_discovery, c)
        total = h.harm + h.discovery + h.expires + h.repair
        if h.repair >= AT_ONCE:
            _resolve(workers, managers, errors, counts, event_log, e, total, from_errors, h, c, now)
            continue
        p = chance(total)
        if u < p:
            _resolve(workers, managers, errors, counts, event_log, e, u / p * total, from_errors, h, c, now)


@kernel
def _resolve(
    workers: Workers, managers: Managers, errors: Errors, counts: WeeklyCounts, event_log: EventLog, e: int,
    position: float, from_errors: float, h: Hazards, c: ErrorOutcomes, now: WeekContext,
) -> None:  # fmt: skip
    """Record the outcome of error ``e``: ``position`` selects one of the cumulated hazards.

    What the organisation already knows stays in its state, so that it can still be analysed.
    """
    a = now.authority
    is_known = errors.state[e] >= practice_errors.REPORTED
    state = errors.state[e]
    source, at_risk = practice_errors.UNKNOWN, 0
    if position < h.harm:
        state = practice_errors.HARMED
        source = practice_errors.BY_HARM
        counts.harmed[a] += 1
        counts.harmed_known[a] += is_known
        kind = world.HARMED
        share = share_of_serious_incidents(errors.severity[e], c) * from_errors
        if rng.uniform(now.seed, rng.GRAVITY, now.week, errors.key[e]) < share:
            counts.serious[a] += 1
            kind = world.SERIOUS
            is_author = errors.spell[e] == workers.spell[errors.author[e]]
            conduct = errors.conduct[e] if is_author else practice_errors.NO_ERROR
            name_case_holder(workers, errors.author[e], conduct, now.week)
    elif position < h.harm + h.discovery:
        state = practice_errors.DISCOVERED
        source = practice_errors.BY_DISCOVERY
        at_risk = 1
        counts.discovered[a] += 1
        kind = world.DISCOVERED
    elif position < h.harm + h.discovery + h.expires:
        state = practice_errors.EXPIRED
        counts.expired[a] += 1
        counts.expired_known[a] += is_known
        kind = world.EXPIRED
    else:
        state = practice_errors.REPAIRED
        counts.put_right[a] += 1
        counts.repaired[a] += not is_known
        kind = world.PUT_RIGHT if is_known else world.REPAIRED
    errors.at_risk[e] = at_risk
    w = errors.author[e]
    if not is_known:
        errors.state[e] = state
        errors.source[e] = source
        errors.since[e] = now.week
        managers.ended[workers.team[w]] += 1
        managers.detected[workers.team[w]] += source != practice_errors.UNKNOWN
    number = error_number(errors, e)
    log_event(event_log, now, kind, workers.team[w], w, errors.spell[e], number, errors.severity[e])
