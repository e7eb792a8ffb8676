"""The whole world as one tuple of tables, and where each authority's block of rows lies."""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple

import numpy as np

from redbead.jit import kernel
from redbead.quantities import Column
from redbead.state.authority import Cases, Learning, Oversight, Service, WeeklyCounts
from redbead.state.people import Leaders, Managers, Workers
from redbead.state.practice_errors import Errors
from redbead.state.types import Whole


class Blocks(NamedTuple):
    """Blocks of rows: authority a owns posts first_post[a] to first_post[a + 1] - 1, and so on."""

    first_post: Annotated[Whole, Column("row", 0, 1e9, "first post of each authority, and the end")]
    first_team: Annotated[Whole, Column("row", 0, 1e9, "first team of each authority, and the end")]
    base_posts: Annotated[Whole, Column("posts", 0, 1e9, "posts that the authority starts with")]


class Network(NamedTuple):
    """Informal ties between posts, as compressed rows: post w knows friend[first[w]:first[w + 1]]."""

    first: Annotated[Whole, Column("row", 0, 1e9, "where the ties of each post start, and the end")]
    friend: Annotated[Whole, Column("row", 0, 1e9, "posts at the other end")]


class EventLog(NamedTuple):
    """The event log: `written[0]` rows are in use; with no rows, nothing is written."""

    written: Annotated[Whole, Column("rows", 0, 1e12, "events written")]
    event: Annotated[Whole, Column("code", -1e18, 1e18, "week, kind, authority, team, worker, spell, error, value")]


EVENT_COLUMNS: Final = ("week", "kind", "authority", "team", "worker", "spell", "error", "value")
EVENT_NAMES: Final = (
    "error made", "error recognised", "error told", "error withheld", "error held back", "error reported",
    "error analysed", "error repaired", "error expired", "error discovered", "error harmed", "serious incident",
    "scandal", "sanction", "worker left", "worker hired", "agency started", "agency left", "manager left",
    "director left", "notice of visit", "grade published", "takeover", "told in confidence",
)  # fmt: skip
(MADE, RECOGNISED, RAISED, CONCEALED, SUPPRESSED, REPORTED, ANALYSED, REPAIRED, EXPIRED, DISCOVERED, HARMED, SERIOUS,
 SCANDAL, SANCTION, LEFT, HIRED, AGENCY_IN, AGENCY_OUT, MANAGER_LEFT, LEADER_LEFT, NOTICE, GRADED, TAKEN,
 CONFIDED) = range(24)  # fmt: skip


class World(NamedTuple):
    """Everything that is."""

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
    """Which week it is, whose dice, and which authority's block is being worked on."""

    week: int
    seed: np.uint64
    authority: int
    first_post: int
    end_post: int
    first_team: int
    end_team: int


@kernel
def log_event(
    event_log: EventLog, now: WeekContext, kind: int, team: int, worker: int, spell: int, error: int, value: int
) -> None:
    """Write one event, if a diary is kept. `error` is week of birth * 256 + number; -1 for none."""
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
    """Turn to an empty page."""
    for column in counts:
        column[now.authority] = 0
