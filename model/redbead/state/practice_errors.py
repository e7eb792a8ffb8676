"""Table of practice errors: author, week, severity and state of each error that is still live.

An error is unrecognised or recognised when it is made. A recognised error is concealed by the worker or raised with
the manager, who suppresses or escalates it. Who knows of an error (its state) and whether a child is still at risk are
separate: any error that has not been put right may cause harm, regardless of who knows of it.
"""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple

import numpy as np

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Column
from redbead.state.constants import Reals, Small, Tiny, Whole

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

SLIP: Final = 0
VIOLATION: Final = 1
MISCONDUCT: Final = 2
CONDUCTS: Final = 3
"""Kinds of conduct that lead to an error."""

NO_ERROR: Final = 3
"""Conduct of a worker who faces formal action without having made an error."""

NOT_DISCLOSED: Final = 0
CONCEALED: Final = 1
DISCLOSED: Final = 2
DISCLOSURES: Final = 3
"""What the worker did about an error: nothing yet, concealed it, raised it."""

RESPONSES: Final = 3 * DISCLOSURES * 2
"""Situations to which a manager may respond differently: severity, disclosure, and whether the error did harm."""

UNKNOWN: Final = 0
BY_REPORT: Final = 1
BY_DISCOVERY: Final = 2
BY_HARM: Final = 3

NO_ONE: Final = 0
WORKER: Final = 1
MANAGER: Final = 2
ORGANISATION: Final = 3
"""The highest level that knows of an error."""

MOST_ERRORS: Final = 15
"""Upper limit of the errors of one worker in one week; this many rows must be free before a week starts."""

MOST_RATE: Final = 1e4
"""Upper limit of the error rate of a worker; every worker then makes the largest number of errors. [1/case/week]"""


class Errors(NamedTuple):
    """Live errors in order of occurrence; the first ``live[a]`` rows of the block of authority ``a`` are in use."""

    live: Annotated[Whole, Column("rows", 0, 1e9, "number of live errors of each authority")]
    author: Annotated[Small, Column("row", 0, 1e9, "post of the worker who made the error")]
    spell: Annotated[Small, Column("count", 0, 1e6, "spell of that post, which identifies the person")]
    born: Annotated[Small, Column("week", 0, 1e6, "week in which the error was made")]
    key: Annotated[Whole, Column("key", 0, 9e18, "author, week and number combined: key of its random numbers")]
    severity: Annotated[Tiny, Column("code", 0, 2, "0 near miss, 1 ordinary, 2 serious")]
    conduct: Annotated[Tiny, Column("code", 0, 2, "0 slip or lapse, 1 routine violation, 2 misconduct")]
    state: Annotated[Tiny, Column("code", 0, 11, "state of the error")]
    uniform: Annotated[Reals, Column("0-1", 0, 1, "uniform random number for the current decision")]
    since: Annotated[Small, Column("week", 0, 1e6, "week in which the error entered its state")]
    at_risk: Annotated[
        Tiny, Column("flag", 0, 1, "1 while a child may come to harm, until the error is put right or ends")
    ]
    disclosure: Annotated[Tiny, Column("code", 0, 2, "what its worker did: 0 nothing yet, 1 concealed it, 2 raised it")]
    source: Annotated[
        Tiny, Column("code", 0, 3, "how the organisation came to know: 0 not, 1 report, 2 discovery, 3 harm")
    ]


@rule
def error_key(author: int, born: int, number: int) -> int:
    r"""Key of the random numbers of one error.

    Parameters
    ----------
    author : int
        Post of the worker who made the error. [row]
    born : int
        Week in which the error was made. [week]
    number : int
        Number of the error among those of this worker and week. [count]

    Returns
    -------
    int
        Unique key. [key]

    Notes
    -----
    Equation E217:

    .. math:: k = a + 2^{32} (n + 256\, t)

    where :math:`a` is the author, :math:`n` the number and :math:`t` the week.

    References
    ----------
    Definition.

    Examples
    --------
    >>> error_key(7, 0, 0), error_key(7, 1, 2) == 7 + 2**32 * 258
    (7, True)
    """
    return int(np.int64(author) + (np.int64(number) + np.int64(born) * 256) * 4294967296)


@rule
def response_to(severity: int, disclosure: int, harmed: bool) -> int:
    """Column of a manager's response to an error of this severity, disclosure and outcome.

    >>> response_to(0, 0, False), response_to(2, DISCLOSED, True)
    (0, 17)
    """
    return (severity * DISCLOSURES + disclosure) * 2 + int(harmed)


@rule
def known_to(state: int) -> int:
    """Highest level that knows of an unresolved error: no one, the worker, the manager or the organisation.

    >>> known_to(UNRECOGNISED), known_to(SUPPRESSED_BY_MANAGER), known_to(ANALYSED)
    (0, 2, 3)
    """
    if state >= REPORTED:
        return ORGANISATION
    if state == UNRECOGNISED:
        return NO_ONE
    return MANAGER if state in (RAISED_WITH_MANAGER, SUPPRESSED_BY_MANAGER) else WORKER


@rule
def first_row(errors: Errors, authority: int) -> int:
    """First row of the block of an authority; all blocks have the same length.

    Parameters
    ----------
    errors : Errors
        Table of errors of all authorities.
    authority : int
        Row of the authority.

    Returns
    -------
    int
        Row in the table of errors. [row]
    """
    return authority * (errors.author.size // errors.live.size)


@rule
def error_number(errors: Errors, e: int) -> int:
    """Number of an error within the post of its author: 256 times its week, plus its number in that week.

    Parameters
    ----------
    errors : Errors
        Table of errors.
    e : int
        Row of the error.

    Returns
    -------
    int
        Number as it appears in the event log. [key]
    """
    return int(errors.key[e] >> 32)


@kernel
def add_error(errors: Errors, e: int, author: int, spell: int, week: int, number: int) -> None:
    """Initialise row ``e`` for error ``number`` of a worker's week, except its severity, conduct and state."""
    errors.author[e] = author
    errors.spell[e] = spell
    errors.born[e] = week
    errors.since[e] = week
    errors.at_risk[e] = 1
    errors.disclosure[e] = NOT_DISCLOSED
    errors.source[e] = UNKNOWN
    errors.key[e] = error_key(author, week, number)


@kernel
def draw_for_errors(errors: Errors, seed: np.uint64, name: int, week: int, first: int, end: int) -> None:
    """Draw a uniform random number for every error of a block, for the decision ``name``.

    Writes ``errors.uniform``. The loop is short so that the compiler can vectorise it.
    """
    key, uniform = errors.key[first:end], errors.uniform[first:end]
    for e in range(key.size):
        uniform[e] = rng.uniform(seed, name, week, key[e])
