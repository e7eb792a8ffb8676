"""What becomes of errors that nobody has told: harm, discovery, expiry, quiet repair (E18, E19)."""

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


class ErrorOutcomes(NamedTuple):
    """What becomes of hidden errors."""

    repaired: Annotated[
        float,
        Param(
            "1/week",
            0,
            0.2,
            "hazard that a hidden but known error is put right on the quiet (0 cuts the loop)",
            likely=(0, 0.11),
        ),
    ] = 0.0375
    expires: Annotated[
        float, Param("1/week", 0, 0.1, "hazard that a hidden error ceases to matter", likely=(0.006, 0.058))
    ] = 0.019231
    found: Annotated[
        float, Param("1/week", 0, 0.05, "hazard that others find a hidden error", likely=(0.003, 0.029))
    ] = 0.009615
    harm: Annotated[float, Param("1/week", 0, 0.01, "hazard that a hidden error does harm", likely=(0.0006, 0.006))] = (
        0.002
    )
    grave: Annotated[
        float,
        Param(
            "share",
            0,
            1,
            "harm that is a serious incident",
            "calibrated",
            "1 to 3 serious incidents a year: DfE notifications 2018-24",
        ),
    ] = 0.0593


@kernel
def release_leavers_errors(workers: Workers, errors: Errors, counts: WeeklyCounts, now: WeekContext) -> None:
    """Whoever leaves takes her knowledge along: the errors she withheld are again errors that nobody knows of."""
    a = now.authority
    if counts.departures[a] == 0:
        return
    first = first_row(errors, a)
    for e in range(first, first + errors.live[a]):
        gone = errors.spell[e] != workers.spell[errors.author[e]]
        errors.state[e] = (
            practice_errors.UNRECOGNISED
            if gone and errors.state[e] == practice_errors.CONCEALED_BY_WORKER
            else errors.state[e]
        )


@kernel
def resolve_hidden_errors(
    workers: Workers,
    errors: Errors,
    counts: WeeklyCounts,
    event_log: EventLog,
    extra_found: float,
    c: ErrorOutcomes,
    now: WeekContext,
) -> None:
    """Settle what becomes of hidden errors: one draw a row decides between harm, discovery, expiry and quiet repair."""
    found = c.found + extra_found
    base = c.harm + found + c.expires
    p_unseen = chance(base)
    p_known = chance(base + c.repaired)
    first = first_row(errors, now.authority)
    draw_for_errors(errors, now.seed, rng.FATE, now.week, first, first + errors.live[now.authority])
    for e in range(first, first + errors.live[now.authority]):
        u = errors.uniform[e]
        if u >= p_known:  # the usual case comes first: nothing happens
            continue
        state = errors.state[e]
        if state == practice_errors.UNRECOGNISED:
            if u < p_unseen:
                _resolve(workers, errors, counts, event_log, e, u / p_unseen * base, found, c, now)
        elif state == practice_errors.CONCEALED_BY_WORKER or state == practice_errors.SUPPRESSED_BY_MANAGER:
            _resolve(workers, errors, counts, event_log, e, u / p_known * (base + c.repaired), found, c, now)


@kernel
def _resolve(
    workers: Workers, errors: Errors, counts: WeeklyCounts, event_log: EventLog, e: int, mark: float,
    found: float, c: ErrorOutcomes, now: WeekContext,
) -> None:  # fmt: skip
    """Give error `e` the fate that `mark` points at on the line of hazards harm, found, expires, repaired."""
    a = now.authority
    if mark < c.harm:
        errors.state[e] = practice_errors.HARMED
        counts.harmed[a] += 1
        kind = world.HARMED
        if rng.uniform(now.seed, rng.GRAVITY, now.week, errors.key[e]) < c.grave:
            counts.serious[a] += 1
            kind = world.SERIOUS
    elif mark < c.harm + found:
        errors.state[e] = practice_errors.DISCOVERED
        counts.discovered[a] += 1
        kind = world.DISCOVERED
    elif mark < c.harm + found + c.expires:
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
    """Every fourth week, clear away the rows whose story has ended, keeping the others in order of birth.

    Until then every other rule passes over them by their state.
    """
    if now.week % COMPACT_WEEKS != 0:
        return
    a = now.authority
    first = first_row(errors, a)
    kept = first
    for e in range(first, first + errors.live[a]):
        if errors.state[e] < practice_errors.ANALYSED:
            if kept < e:
                errors.author[kept] = errors.author[e]
                errors.spell[kept] = errors.spell[e]
                errors.born[kept] = errors.born[e]
                errors.key[kept] = errors.key[e]
                errors.severity[kept] = errors.severity[e]
                errors.culpable[kept] = errors.culpable[e]
                errors.state[kept] = errors.state[e]
                errors.since[kept] = errors.since[e]
            kept += 1
    errors.live[a] = kept - first
