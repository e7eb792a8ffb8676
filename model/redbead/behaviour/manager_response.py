"""What managers do with bad news: pass it up or hold it back, answer with blame or not (E24)."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state import practice_errors, world
from redbead.state.authority import Learning, WeeklyCounts
from redbead.state.maths import logistic
from redbead.state.people import Managers, Workers
from redbead.state.practice_errors import Errors, error_number, first_row
from redbead.state.world import EventLog, WeekContext, log_event


class Response(NamedTuple):
    """Coefficients of a manager's answer to an error."""

    passing_base: Annotated[
        float,
        Param("log-odds", -6, 6, "chance that a manager passes a report up, at the reference: 0.85", likely=(0.8, 2.7)),
    ] = 1.7346
    passing_fear: Annotated[
        float, Param("log-odds/unit", 0, 6, "how a manager's own fear makes her hold news back (0 cuts the loop)")
    ] = 3.0
    passing_usefulness: Annotated[
        float, Param("log-odds/unit", 0, 6, "how the use made of reports makes her pass them up (0 cuts the loop)")
    ] = 1.5
    fear_ref: Annotated[float, Param("0-1", 0, 1, "reference fear of managers")] = 0.5
    usefulness_ref: Annotated[float, Param("0-1", 0, 1, "reference usefulness")] = 0.4
    sanction: Annotated[
        float,
        Param(
            "0-1",
            0,
            0.5,
            "chance of a sanction for an honest error that becomes known, under full blame",
            "calibrated",
            "4 % of staff a year under formal process: Mersey Care 2016",
            likely=(0.005, 0.05),
        ),
    ] = 0.017
    sanction_culpable: Annotated[
        float,
        Param(
            "0-1",
            0,
            1,
            "chance of a sanction for a culpable error that becomes known, under every regime",
            "calibrated",
            "about a fifth of formal processes",
            likely=(0.02, 0.2),
        ),
    ] = 0.05
    second_strike: Annotated[
        float, Param("ratio", 0, 10, "how much likelier a sanction is for a second known error within the window")
    ] = 0.0
    dismissal: Annotated[float, Param("share", 0, 1, "sanctions for a second strike that end in dismissal")] = 0.0
    strike_window: Annotated[float, Param("weeks", 13, 156, "how long a first strike counts")] = 52.0


@rule
def escalates(fear: float, usefulness: float, c: Response) -> float:
    """Chance that a manager passes a report up instead of holding it back. [0-1]

    >>> round(escalates(0.5, 0.4, Response()), 3)
    0.85
    >>> escalates(0.9, 0.4, Response()) < escalates(0.1, 0.4, Response())
    True
    """
    z = c.passing_base - c.passing_fear * (fear - c.fear_ref)
    return logistic(z + c.passing_usefulness * (usefulness - c.usefulness_ref))


@rule
def responds_with_blame(blame: float, c: Response) -> float:
    """Chance that a manager of the given blame [0-1] has an honest error sanctioned (E24). [0-1]

    >>> responds_with_blame(0.0, Response())
    0.0
    """
    return min(1.0, c.sanction * blame)


@rule
def chance_of_sanction(blaming: float, culpable: bool, strikes: bool, c: Response) -> float:
    """Chance of a sanction for one error that has become known, after a first strike or not (E24). [0-1]

    A strike is an error of hers that became known within the window, sanctioned or not.

    >>> chance_of_sanction(0.0, True, False, Response()) > 0.0
    True
    """
    p = max(blaming, c.sanction_culpable) if culpable else blaming
    return min(1.0, p * (1.0 + c.second_strike)) if strikes else p


@kernel
def compute_response(managers: Managers, learning: Learning, c: Response, now: WeekContext) -> None:
    """Every manager's chance to pass a report up, and to answer with blame."""
    usefulness = learning.usefulness[now.authority]
    for t in range(now.first_team, now.end_team):
        managers.escalation_chance[t] = escalates(managers.fear[t], usefulness, c)
        managers.sanction_chance[t] = responds_with_blame(managers.blame[t], c)


@kernel
def apply_response(
    workers: Workers, managers: Managers, errors: Errors, counts: WeeklyCounts, event_log: EventLog,
    c: Response, now: WeekContext,
) -> None:  # fmt: skip
    """Managers answer what has become known: told this week, or found or harmful since last week."""
    a = now.authority
    for t in range(now.first_team, now.end_team):
        managers.sanctions[t] = 0
    first = first_row(errors, a)
    for e in range(first, first + errors.live[a]):
        state = errors.state[e]
        if (
            state != practice_errors.RAISED_WITH_MANAGER
            and state != practice_errors.DISCOVERED
            and state != practice_errors.HARMED
        ):
            continue
        w = errors.author[e]
        t = workers.team[w]
        who = errors.key[e]
        if errors.spell[e] == workers.spell[w]:
            _apply_sanction(workers, managers, errors, counts, event_log, e, c, now)
        if state != practice_errors.RAISED_WITH_MANAGER:
            errors.state[e] = practice_errors.CLOSED
            continue
        errors.since[e] = now.week
        if rng.uniform(now.seed, rng.PASS_UP, now.week, who) < managers.escalation_chance[t]:
            errors.state[e] = practice_errors.REPORTED
            counts.reported[a] += 1
            kind = world.REPORTED
        else:
            errors.state[e] = practice_errors.SUPPRESSED_BY_MANAGER
            counts.suppressed[a] += 1
            kind = world.SUPPRESSED
        log_event(event_log, now, kind, t, w, errors.spell[e], error_number(errors, e), errors.severity[e])


@kernel
def _apply_sanction(
    workers: Workers,
    managers: Managers,
    errors: Errors,
    counts: WeeklyCounts,
    event_log: EventLog,
    e: int,
    c: Response,
    now: WeekContext,
) -> None:
    """Sanction the author of error `e`, or not."""
    w = errors.author[e]
    t = workers.team[w]
    strikes = now.week - workers.last_known[w] <= c.strike_window
    workers.last_known[w] = now.week
    p = chance_of_sanction(managers.sanction_chance[t], errors.culpable[e] == 1, strikes, c)
    if rng.uniform(now.seed, rng.SANCTION, now.week, errors.key[e]) < p:
        workers.last_sanction[w] = now.week
        managers.sanctions[t] += 1
        u = rng.uniform(now.seed, rng.DISMISSED, now.week, errors.key[e])
        workers.dismissed[w] = 1 if strikes and u < c.dismissal else workers.dismissed[w]
        counts.sanctions[now.authority] += 1
        log_event(event_log, now, world.SANCTION, t, w, errors.spell[e], error_number(errors, e), errors.severity[e])
