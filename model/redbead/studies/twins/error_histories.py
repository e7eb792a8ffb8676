"""Histories of workers and errors in two event logs, and selection of the error whose histories differ most."""

from __future__ import annotations

from typing import Final, NamedTuple

from redbead.state.types import Whole
from redbead.state.world import (
    ANALYSED,
    CONCEALED,
    CONFIDED,
    DISCOVERED,
    EVENT_NAMES,
    EXPIRED,
    HARMED,
    LEFT,
    MADE,
    RAISED,
    RECOGNISED,
    REPAIRED,
    REPORTED,
    SANCTION,
    SCANDAL,
    SERIOUS,
    SUPPRESSED,
)

_WEEK, _KIND, _WORKER, _SPELL, _ERROR, _VALUE = 0, 1, 4, 5, 6, 7

ErrorKey = tuple[int, int, int]
"""Key of an error: post and spell of the worker who made it, and its number."""

SEVERITIES: Final = ("a near miss", "an ordinary error", "a serious error")

FATES: Final = {
    RECOGNISED: "recognised by the worker",
    RAISED: "raised with the manager",
    CONCEALED: "concealed by the worker",
    SUPPRESSED: "suppressed by the manager",
    REPORTED: "reported",
    ANALYSED: "analysed, with lessons learnt",
    REPAIRED: "repaired without a report",
    EXPIRED: "expired without consequences",
    DISCOVERED: "discovered by others",
    HARMED: "caused harm",
    SERIOUS: "became a serious incident",
    SCANDAL: "became a public scandal",
    SANCTION: "led to a sanction of the worker",
    CONFIDED: "reported to a confidential system",
}
"""Events in the history of an error, in words."""

_WEIGHT: Final = {HARMED: 8, SERIOUS: 9, SCANDAL: 9, SANCTION: 6, ANALYSED: 5, REPORTED: 4, CONCEALED: 3, SUPPRESSED: 3}
"""Weight of a difference in an event when selecting an error. [assumed]"""


class Event(NamedTuple):
    """An event of a history."""

    week: int
    kind: int
    value: int


History = tuple[Event, ...]


def error_histories(log: Whole) -> dict[ErrorKey, History]:
    """Return the history of every error made after the warm-up."""
    histories: dict[ErrorKey, list[Event]] = {}
    for row in log[log[:, _ERROR] >= 0].tolist():
        key = (row[_WORKER], row[_SPELL], row[_ERROR])
        if row[_KIND] == MADE and row[_WEEK] >= 0:
            histories[key] = []
        if key in histories:
            histories[key].append(Event(row[_WEEK], row[_KIND], row[_VALUE]))
    return {key: tuple(history) for key, history in histories.items()}


def worker_history(log: Whole, post: int, spell: int) -> History:
    """Return the sanctions of a worker, and the week of leaving."""
    rows = log[(log[:, _WORKER] == post) & (log[:, _SPELL] == spell) & (log[:, _WEEK] >= 0)]
    return tuple(Event(r[_WEEK], r[_KIND], r[_VALUE]) for r in rows.tolist() if r[_KIND] in (SANCTION, LEFT))


def most_divergent_error(first: dict[ErrorKey, History], second: dict[ErrorKey, History]) -> ErrorKey | None:
    """Return the error whose histories differ most (the earliest if several do); None if all are equal."""
    differing = [key for key in first if key in second and first[key] != second[key]]
    if not differing:
        return None
    return max(differing, key=lambda key: (_difference_score(first[key], second[key]), -first[key][0].week))


def _difference_score(a: History, b: History) -> int:
    """Weighted number of events that occur in only one of two histories."""
    kinds = {event.kind for event in a} ^ {event.kind for event in b}
    return sum(_WEIGHT.get(kind, 1) for kind in kinds)


def describe_history(history: History) -> str:
    """Describe the history of an error in words.

    >>> describe_history((Event(60, MADE, 1), Event(60, RECOGNISED, 1), Event(75, HARMED, 1)))
    'week 60: recognised by the worker; week 75: caused harm'
    """
    weeks: dict[int, list[str]] = {}
    for event in history:
        if event.kind != MADE:
            weeks.setdefault(event.week, []).append(FATES.get(event.kind, EVENT_NAMES[event.kind]))
    return "; ".join(f"week {week}: {', '.join(parts)}" for week, parts in weeks.items()) or "never noticed"
