"""State of a run: all tables, the block of rows of each authority, and the event log."""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple

import numpy as np

from redbead.jit import kernel
from redbead.quantities import Column
from redbead.state import practice_errors
from redbead.state.authority import Cases, Learning, Oversight, Service, WeeklyCounts
from redbead.state.constants import Whole
from redbead.state.people import Leaders, Managers, Workers, at_work
from redbead.state.practice_errors import Errors, first_row


class Blocks(NamedTuple):
    """Blocks of rows: authority ``a`` has the posts from ``first_post[a]`` to ``first_post[a + 1] - 1``."""

    first_post: Annotated[Whole, Column("row", 0, 1e9, "first post of each authority, and the end")]
    first_team: Annotated[Whole, Column("row", 0, 1e9, "first team of each authority, and the end")]
    base_posts: Annotated[Whole, Column("posts", 0, 1e9, "posts of the authority at the start of the run")]


class Network(NamedTuple):
    """Informal ties in compressed rows: the contacts of post ``w`` are ``friend[first[w]:first[w + 1]]``."""

    first: Annotated[Whole, Column("row", 0, 1e9, "first tie of each post, and the end")]
    friend: Annotated[Whole, Column("row", 0, 1e9, "post at the other end of the tie")]


class EventLog(NamedTuple):
    """Event log: ``written[0]`` rows are in use. Without rows, no events are recorded."""

    written: Annotated[Whole, Column("rows", 0, 1e12, "number of events recorded")]
    event: Annotated[Whole, Column("code", -1e18, 1e18, "week, kind, authority, team, worker, spell, error, value")]


EVENT_COLUMNS: Final = ("week", "kind", "authority", "team", "worker", "spell", "error", "value")
EVENT_NAMES: Final = (
    "error made", "error recognised", "error told", "error withheld", "error held back", "error reported",
    "error analysed", "error repaired", "error expired", "error discovered", "error harmed", "serious incident",
    "scandal", "sanction", "worker left", "worker hired", "agency started", "agency left", "manager left",
    "director left", "notice of visit", "grade published", "takeover", "told in confidence",
    "error put right", "incident without an error", "formal action ended", "error raised by a colleague",
    "error reported by a colleague", "reported without an error", "report witnessed", "manager sanctioned",
)  # fmt: skip
(MADE, RECOGNISED, RAISED, CONCEALED, SUPPRESSED, REPORTED, ANALYSED, REPAIRED, EXPIRED, DISCOVERED, HARMED, SERIOUS,
 SCANDAL, SANCTION, LEFT, HIRED, AGENCY_IN, AGENCY_OUT, MANAGER_LEFT, LEADER_LEFT, NOTICE, GRADED, TAKEN,
 CONFIDED, PUT_RIGHT, UNAVOIDABLE, FORMAL_ENDED, PEER_RAISED, PEER_REPORTED, WRONGLY_REPORTED, WITNESSED,
 MANAGER_SANCTIONED) = range(32)  # fmt: skip


class World(NamedTuple):
    """All tables of a run."""

    blocks: Blocks
    workers: Workers
    managers: Managers
    leaders: Leaders
    errors: Errors
    network: Network
    cases: Cases
    learning: Learning
    service: Service
    oversight: Oversight
    counts: WeeklyCounts
    event_log: EventLog


class WeekContext(NamedTuple):
    """Week, seed, and the block of rows of the authority that the kernels process."""

    week: int
    seed: np.uint64
    authority: int
    first_post: int
    end_post: int
    first_team: int
    end_team: int


COMPACT_WEEKS: Final = 4
"""Interval at which rows of resolved errors are removed. [weeks]"""


@kernel
def log_event(
    event_log: EventLog, now: WeekContext, kind: int, team: int, worker: int, spell: int, error: int, value: int
) -> None:
    """Append one event to the log, if events are recorded.

    Parameters
    ----------
    kind : int
        Code of the event, an index into ``EVENT_NAMES``.
    team, worker, spell : int
        Rows of the team and the post, and the spell of the post; -1 if not applicable.
    error : int
        Number of the error (256 times its week, plus its number in that week); -1 if not applicable.
    value : int
        Value of the event, such as the severity of an error or a grade; -1 if not applicable.
    """
    if event_log.event.shape[0] > 0:
        row = event_log.written[0]
        event_log.written[0] = row + 1
        event_log.event[row, 0] = now.week
        event_log.event[row, 1] = kind
        event_log.event[row, 2] = now.authority
        event_log.event[row, 3] = team
        event_log.event[row, 4] = worker
        event_log.event[row, 5] = spell
        event_log.event[row, 6] = error
        event_log.event[row, 7] = value


@kernel
def reset_weekly_counts(counts: WeeklyCounts, now: WeekContext) -> None:
    """Set all counts of the week to zero."""
    for column in counts:
        column[now.authority] = 0


@kernel
def count_staff(workers: Workers, managers: Managers, now: WeekContext) -> None:
    """Count the workers at work in each team. Writes ``managers.staff``."""
    for t in range(now.first_team, now.end_team):
        managers.staff[t] = 0
    for w in range(now.first_post, now.end_post):
        managers.staff[workers.team[w]] += at_work(workers, w)


@kernel
def count_colleagues(workers: Workers, managers: Managers, network: Network, w: int) -> int:
    """Count the colleagues of a worker who are at work: team-mates, and contacts in other teams. [people]

    Reads ``managers.staff`` as :func:`count_staff` writes it.
    """
    colleagues = managers.staff[workers.team[w]] - at_work(workers, w)
    for i in range(network.first[w], network.first[w + 1]):
        k = network.friend[i]
        colleagues += at_work(workers, k) and workers.team[k] != workers.team[w]
    return int(colleagues)


@kernel
def colleague_of(workers: Workers, network: Network, w: int, number: int, now: WeekContext) -> int:
    """Post of one colleague of a worker: team-mates at work by row, then contacts at work in other teams.

    Parameters
    ----------
    w : int
        Post of the worker.
    number : int
        Position of the colleague, from 0; -1 is returned if there are fewer colleagues.
    """
    position = 0
    for k in range(now.first_post, now.end_post):
        if workers.team[k] == workers.team[w] and at_work(workers, k) and k != w:
            if position == number:
                return k
            position += 1
    for i in range(network.first[w], network.first[w + 1]):
        k = int(network.friend[i])
        if workers.team[k] != workers.team[w] and at_work(workers, k):
            if position == number:
                return k
            position += 1
    return -1


@kernel
def compact_rows(errors: Errors, now: WeekContext) -> None:
    """Remove the rows of errors that are resolved and put right every fourth week; keep the others in order of birth.

    Reads and writes all columns of ``errors``. Between compactions, other kernels skip resolved errors by their state.
    """
    if now.week % COMPACT_WEEKS != 0:
        return
    a = now.authority
    first = first_row(errors, a)
    target = first
    for e in range(first, first + errors.live[a]):
        if errors.state[e] < practice_errors.ANALYSED or errors.at_risk[e] == 1:
            if target < e:
                errors.author[target] = errors.author[e]
                errors.spell[target] = errors.spell[e]
                errors.born[target] = errors.born[e]
                errors.key[target] = errors.key[e]
                errors.severity[target] = errors.severity[e]
                errors.conduct[target] = errors.conduct[e]
                errors.state[target] = errors.state[e]
                errors.since[target] = errors.since[e]
                errors.at_risk[target] = errors.at_risk[e]
                errors.disclosure[target] = errors.disclosure[e]
                errors.source[target] = errors.source[e]
            target += 1
    errors.live[a] = target - first
