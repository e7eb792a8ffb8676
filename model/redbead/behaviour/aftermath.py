"""What becomes of errors that nobody has told: harm, discovery, expiry, quiet repair (E18, E19)."""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple

from redbead import dice
from redbead.jit import kernel
from redbead.quantities import Param
from redbead.state import errors as story
from redbead.state import world as log
from redbead.state.authority import Ledger
from redbead.state.errors import Errors, first_row, number_of, roll_errors
from redbead.state.maths import chance
from redbead.state.people import Workers
from redbead.state.world import Diary, Now, note

SWEEP_WEEKS: Final = 4


class Aftermath(NamedTuple):
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
def take_along(workers: Workers, errors: Errors, ledger: Ledger, now: Now) -> None:
    """Whoever leaves takes her knowledge along: the errors she withheld are again errors that nobody knows of."""
    a = now.authority
    if ledger.departures[a] == 0:
        return
    first = first_row(errors, a)
    for e in range(first, first + errors.live[a]):
        gone = errors.spell[e] != workers.spell[errors.author[e]]
        errors.state[e] = story.UNRECOGNISED if gone and errors.state[e] == story.WITHHELD else errors.state[e]


@kernel
def fates(
    workers: Workers, errors: Errors, ledger: Ledger, diary: Diary, extra_found: float, c: Aftermath, now: Now
) -> None:
    """Settle what becomes of hidden errors: one draw a row decides between harm, discovery, expiry and quiet repair."""
    found = c.found + extra_found
    base = c.harm + found + c.expires
    p_unseen = chance(base)
    p_known = chance(base + c.repaired)
    first = first_row(errors, now.authority)
    roll_errors(errors, now.seed, dice.FATE, now.week, first, first + errors.live[now.authority])
    for e in range(first, first + errors.live[now.authority]):
        u = errors.roll[e]
        if u >= p_known:  # the usual case comes first: nothing happens
            continue
        state = errors.state[e]
        if state == story.UNRECOGNISED:
            if u < p_unseen:
                _settle(workers, errors, ledger, diary, e, u / p_unseen * base, found, c, now)
        elif state == story.WITHHELD or state == story.HELD_BACK:
            _settle(workers, errors, ledger, diary, e, u / p_known * (base + c.repaired), found, c, now)


@kernel
def _settle(
    workers: Workers, errors: Errors, ledger: Ledger, diary: Diary, e: int, mark: float,
    found: float, c: Aftermath, now: Now,
) -> None:  # fmt: skip
    """Give error `e` the fate that `mark` points at on the line of hazards harm, found, expires, repaired."""
    a = now.authority
    if mark < c.harm:
        errors.state[e] = story.HARMED
        ledger.harmed[a] += 1
        kind = log.HARMED
        if dice.uniform(now.seed, dice.GRAVITY, now.week, errors.key[e]) < c.grave:
            ledger.serious[a] += 1
            kind = log.SERIOUS
    elif mark < c.harm + found:
        errors.state[e] = story.DISCOVERED
        ledger.discovered[a] += 1
        kind = log.DISCOVERED
    elif mark < c.harm + found + c.expires:
        errors.state[e] = story.EXPIRED
        ledger.expired[a] += 1
        kind = log.EXPIRED
    else:
        errors.state[e] = story.REPAIRED
        ledger.repaired[a] += 1
        kind = log.REPAIRED
    errors.since[e] = now.week
    w = errors.author[e]
    number = number_of(errors, e)
    note(diary, now, kind, workers.team[w], w, errors.spell[e], number, errors.severity[e])


@kernel
def sweep(errors: Errors, now: Now) -> None:
    """Every fourth week, clear away the rows whose story has ended, keeping the others in order of birth.

    Until then every other rule passes over them by their state.
    """
    if now.week % SWEEP_WEEKS != 0:
        return
    a = now.authority
    first = first_row(errors, a)
    kept = first
    for e in range(first, first + errors.live[a]):
        if errors.state[e] < story.ANALYSED:
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
