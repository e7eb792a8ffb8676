"""Outcomes of hidden errors: harm, discovery, expiry and repair.

An error is hidden while it is unrecognised, concealed by the worker or suppressed by the manager. Four competing
hazards end this state. Repair requires that a person knows of the error; the other outcomes do not.
"""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple

from redbead import rng
from redbead.jit import kernel
from redbead.quantities import Param
from redbead.state import practice_errors, world
from redbead.state.authority import WeeklyCounts
from redbead.state.maths import chance
from redbead.state.people import Workers
from redbead.state.practice_errors import Errors, draw_for_errors, error_number, first_row
from redbead.state.world import EventLog, WeekContext, log_event

COMPACT_WEEKS: Final = 4
"""Interval at which rows of resolved errors are removed. [weeks]"""


class ErrorOutcomes(NamedTuple):
    """Hazards of hidden errors."""

    # fmt: off
    repaired: Annotated[float, Param(
        "1/week", 0, 0.2, "hazard that a hidden but known error is repaired without a report", symbol="phi_fix/tau_fix",
        causal_link=True, likely=(0, 0.11))] = 0.0375
    expires: Annotated[float, Param("1/week", 0, 0.1, "hazard that a hidden error ceases to matter", symbol="1/tau_x",
        likely=(0.006, 0.058))] = 0.019231
    found: Annotated[float, Param("1/week", 0, 0.05, "hazard that others discover a hidden error", symbol="delta",
        likely=(0.003, 0.029))] = 0.009615
    harm: Annotated[float, Param(
        "1/week", 0, 0.01, "hazard that a hidden error causes harm", symbol="chi", likely=(0.0006, 0.006))] = 0.002
    grave: Annotated[float, Param("share", 0, 1, "share of harm that is a serious incident", "calibrated",
        "1 to 3 serious incidents per year: DfE notifications 2018-24", ("dfe-serious-incidents-2024",),
        symbol="chi_s")] = 0.0593
    # fmt: on


@kernel
def release_leavers_errors(workers: Workers, errors: Errors, counts: WeeklyCounts, now: WeekContext) -> None:
    """Make errors that leavers concealed unrecognised, because their knowledge leaves with them.

    Reads ``workers.spell`` and ``counts.departures``. Writes ``errors.state``. Errors that a manager suppressed remain
    known to the manager.
    """
    a = now.authority
    if counts.departures[a] == 0:
        return
    first = first_row(errors, a)
    for e in range(first, first + errors.live[a]):
        has_left = errors.spell[e] != workers.spell[errors.author[e]]
        errors.state[e] = (
            practice_errors.UNRECOGNISED
            if has_left and errors.state[e] == practice_errors.CONCEALED_BY_WORKER
            else errors.state[e]
        )


@kernel
def resolve_hidden_errors(
    workers: Workers,
    errors: Errors,
    counts: WeeklyCounts,
    event_log: EventLog,
    additional_discovery: float,
    c: ErrorOutcomes,
    now: WeekContext,
) -> None:
    r"""Draw harm, discovery, expiry or repair of hidden errors as competing hazards.

    Writes ``state`` and ``since`` of the errors and the weekly counts of each outcome. Each error has an independent
    random number, so the order of errors does not matter.

    Parameters
    ----------
    additional_discovery : float
        Hazard of discovery that an inspection adds. [1/week]

    Notes
    -----
    Equation E18. The total hazard :math:`h` includes harm :math:`\chi`, discovery :math:`\delta`, additional discovery
    :math:`\delta_v` and expiry :math:`1/\tau_x`; if the error is known to the worker or the manager, also repair
    :math:`\rho`:

    .. math::
        h &= \chi + \delta + \delta_v + 1/\tau_x + \rho \, [\text{known}] \\
        P(\text{resolved in a week}) &= 1 - e^{-h}, \qquad P(\text{outcome } i \mid \text{resolved}) = h_i / h

    Equation E19: a share ``grave`` of harm is a serious incident.

    References
    ----------
    dfe-serious-incidents-2024
    """
    discovery = c.found + additional_discovery
    hazard_unknown = c.harm + discovery + c.expires
    p_unknown = chance(hazard_unknown)
    p_known = chance(hazard_unknown + c.repaired)
    first = first_row(errors, now.authority)
    draw_for_errors(errors, now.seed, rng.FATE, now.week, first, first + errors.live[now.authority])
    for e in range(first, first + errors.live[now.authority]):
        u = errors.uniform[e]
        if u >= p_known:  # Most errors are not resolved in a given week, so this test comes first.
            continue
        state = errors.state[e]
        if state == practice_errors.UNRECOGNISED:
            if u < p_unknown:
                _resolve(workers, errors, counts, event_log, e, u / p_unknown * hazard_unknown, discovery, c, now)
        elif state == practice_errors.CONCEALED_BY_WORKER or state == practice_errors.SUPPRESSED_BY_MANAGER:
            _resolve(
                workers, errors, counts, event_log, e, u / p_known * (hazard_unknown + c.repaired), discovery, c, now
            )


@kernel
def _resolve(
    workers: Workers, errors: Errors, counts: WeeklyCounts, event_log: EventLog, e: int, position: float,
    discovery: float, c: ErrorOutcomes, now: WeekContext,
) -> None:  # fmt: skip
    """Record the outcome of error ``e``: ``position`` selects one of the cumulated hazards."""
    a = now.authority
    if position < c.harm:
        errors.state[e] = practice_errors.HARMED
        counts.harmed[a] += 1
        kind = world.HARMED
        if rng.uniform(now.seed, rng.GRAVITY, now.week, errors.key[e]) < c.grave:
            counts.serious[a] += 1
            kind = world.SERIOUS
    elif position < c.harm + discovery:
        errors.state[e] = practice_errors.DISCOVERED
        counts.discovered[a] += 1
        kind = world.DISCOVERED
    elif position < c.harm + discovery + c.expires:
        errors.state[e] = practice_errors.EXPIRED
        counts.expired[a] += 1
        kind = world.EXPIRED
    else:
        errors.state[e] = practice_errors.REPAIRED
        counts.repaired[a] += 1
        kind = world.REPAIRED
    errors.since[e] = now.week
    w = errors.author[e]
    number = error_number(errors, e)
    log_event(event_log, now, kind, workers.team[w], w, errors.spell[e], number, errors.severity[e])


@kernel
def compact_rows(errors: Errors, now: WeekContext) -> None:
    """Remove the rows of resolved errors every fourth week and keep the others in order of birth.

    Reads and writes all columns of ``errors``. Between compactions, other kernels skip resolved errors by their state.
    """
    if now.week % COMPACT_WEEKS != 0:
        return
    a = now.authority
    first = first_row(errors, a)
    target = first
    for e in range(first, first + errors.live[a]):
        if errors.state[e] < practice_errors.ANALYSED:
            if target < e:
                errors.author[target] = errors.author[e]
                errors.spell[target] = errors.spell[e]
                errors.born[target] = errors.born[e]
                errors.key[target] = errors.key[e]
                errors.severity[target] = errors.severity[e]
                errors.culpable[target] = errors.culpable[e]
                errors.state[target] = errors.state[e]
                errors.since[target] = errors.since[e]
            target += 1
    errors.live[a] = target - first
