"""Practice errors as rows: who made it, when, how severe, and where its story stands."""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple

import numpy as np

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Column
from redbead.state.types import Reals, Small, Tiny, Whole

UNRECOGNISED: Final = 0
RECOGNISED: Final = 1
CONCEALED_BY_WORKER: Final = 2
RAISED_WITH_MANAGER: Final = 3
SUPPRESSED_BY_MANAGER: Final = 4
REPORTED: Final = 5
DISCOVERED: Final = 6
HARMED: Final = 7
ANALYSED: Final = 8
REPAIRED: Final = 9
EXPIRED: Final = 10
CLOSED: Final = 11

STATE_NAMES: Final = (
    "unrecognised", "recognised", "withheld", "told", "held back", "reported",
    "discovered", "harmed", "analysed", "repaired", "expired", "closed",
)  # fmt: skip


MOST_ERRORS: Final = 15
"""Errors that one worker can make in a week: a bound for the room that must be free on Monday."""


class Errors(NamedTuple):
    """Live errors in order of birth; `live[a]` rows of authority a's block are in use."""

    live: Annotated[Whole, Column("rows", 0, 1e9, "live errors of each authority")]
    author: Annotated[Small, Column("row", 0, 1e9, "post of the worker who made it")]
    spell: Annotated[Small, Column("count", 0, 1e6, "spell of that post: which person it was")]
    born: Annotated[Small, Column("week", 0, 1e6, "week in which it was made")]
    key: Annotated[Whole, Column("key", 0, 9e18, "author, week and number in one: what its dice are keyed by")]
    severity: Annotated[Tiny, Column("code", 0, 2, "0 near miss, 1 ordinary, 2 serious")]
    culpable: Annotated[Tiny, Column("flag", 0, 1, "1 where the conduct was reckless")]
    state: Annotated[Tiny, Column("code", 0, 11, "where its story stands")]
    uniform: Annotated[Reals, Column("0-1", 0, 1, "its uniform for the decision at hand")]
    since: Annotated[Small, Column("week", 0, 1e6, "week in which it came to that state")]


@rule
def error_key(author: int, born: int, number: int) -> int:
    """The key of one error for the dice: who made it, when, and which of that week. [key]"""
    return int(np.int64(author) + (np.int64(number) + np.int64(born) * 256) * 4294967296)


@rule
def first_row(errors: Errors, authority: int) -> int:
    """First row of the block of `authority`: all blocks are equally long. [row]"""
    return authority * (errors.author.size // errors.live.size)


@rule
def error_number(errors: Errors, e: int) -> int:
    """The number of error `e` within its author's post: week of birth * 256 + which of that week. [key]"""
    return int(errors.key[e] >> 32)


@kernel
def draw_for_errors(errors: Errors, seed: np.uint64, name: int, week: int, first: int, end: int) -> None:
    """The uniform of every error of a block for the decision `name`, in one short loop, eight at a time."""
    key, roll = errors.key[first:end], errors.uniform[first:end]
    for e in range(key.size):
        roll[e] = rng.uniform(seed, name, week, key[e])
