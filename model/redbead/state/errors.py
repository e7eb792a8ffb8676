"""Practice errors as rows: who made it, when, how severe, and where its story stands."""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple

from redbead.jit import rule
from redbead.quantities import Column
from redbead.state.types import Whole

UNRECOGNISED: Final = 0
RECOGNISED: Final = 1
WITHHELD: Final = 2
TOLD: Final = 3
HELD_BACK: Final = 4
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


class Errors(NamedTuple):
    """Live errors in order of birth; `count[a]` rows of authority a's block are in use."""

    count: Annotated[Whole, Column("rows", 0, 1e9, "live errors of each authority")]
    author: Annotated[Whole, Column("row", 0, 1e9, "post of the worker who made it")]
    spell: Annotated[Whole, Column("count", 0, 1e6, "spell of that post: which person it was")]
    born: Annotated[Whole, Column("week", 0, 1e6, "week in which it was made")]
    number: Annotated[Whole, Column("count", 0, 1e4, "which of her errors of that week")]
    severity: Annotated[Whole, Column("code", 0, 2, "0 near miss, 1 ordinary, 2 serious")]
    culpable: Annotated[Whole, Column("flag", 0, 1, "1 where the conduct was reckless")]
    state: Annotated[Whole, Column("code", 0, 11, "where its story stands")]
    since: Annotated[Whole, Column("week", 0, 1e6, "week in which it came to that state")]


@rule
def error_key(author: int, born: int, number: int) -> int:
    """The key of one error for the dice: who made it, when, and which of that week. [key]"""
    return author + (number + born * 256) * 4294967296


@rule
def first_row(errors: Errors, authority: int) -> int:
    """First row of the block of `authority`: all blocks are equally long. [row]"""
    return authority * (errors.author.size // errors.count.size)


@rule
def number_of(errors: Errors, e: int) -> int:
    """The number of error `e` within its author's spell, as the event log writes it. [key]"""
    return errors.born[e] * 256 + errors.number[e]
