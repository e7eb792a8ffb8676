"""The stories of workers and errors in two event logs, and the choice of those that tell most."""

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
"""An error: the post and spell of its author, and its number."""

SEVERITIES: Final = ("a near miss", "an ordinary error", "a serious error")

FATES: Final = {
    RECOGNISED: "she recognises it",
    RAISED: "she tells her manager",
    CONCEALED: "she keeps it to herself",
    SUPPRESSED: "her manager keeps it back",
    REPORTED: "it is reported",
    ANALYSED: "it is analysed, and something is learnt",
    REPAIRED: "it is put right on the quiet",
    EXPIRED: "it ceases to matter",
    DISCOVERED: "others find it",
    HARMED: "it does harm",
    SERIOUS: "the harm is a serious incident",
    SCANDAL: "it becomes a public scandal",
    SANCTION: "she is sanctioned",
    CONFIDED: "she tells a confidential system",
}
"""What may happen to an error, in plain words."""

_WEIGHT: Final = {HARMED: 8, SERIOUS: 9, SCANDAL: 9, SANCTION: 6, ANALYSED: 5, REPORTED: 4, CONCEALED: 3, SUPPRESSED: 3}
"""How much a difference in an event says to a reader. [assumed]"""


class Event(NamedTuple):
    """One event of a story."""

    week: int
    kind: int
    value: int


Story = tuple[Event, ...]


def error_stories(log: Whole) -> dict[ErrorKey, Story]:
    """The story of every error that was made after the warm-up."""
    found: dict[ErrorKey, list[Event]] = {}
    for row in log[log[:, _ERROR] >= 0].tolist():
        key = (row[_WORKER], row[_SPELL], row[_ERROR])
        if row[_KIND] == MADE and row[_WEEK] >= 0:
            found[key] = []
        if key in found:
            found[key].append(Event(row[_WEEK], row[_KIND], row[_VALUE]))
    return {key: tuple(story) for key, story in found.items()}


def worker_story(log: Whole, post: int, spell: int) -> Story:
    """What befell one person: sanctions, and her leaving."""
    mine = log[(log[:, _WORKER] == post) & (log[:, _SPELL] == spell) & (log[:, _WEEK] >= 0)]
    return tuple(Event(r[_WEEK], r[_KIND], r[_VALUE]) for r in mine.tolist() if r[_KIND] in (SANCTION, LEFT))


def most_telling(first: dict[ErrorKey, Story], second: dict[ErrorKey, Story]) -> ErrorKey | None:
    """The error in both worlds whose fates differ most; the earliest of equals. None if all are alike."""
    both = [key for key in first if key in second and first[key] != second[key]]
    if not both:
        return None
    return max(both, key=lambda key: (_apart(first[key], second[key]), -first[key][0].week))


def _apart(a: Story, b: Story) -> int:
    kinds = {event.kind for event in a} ^ {event.kind for event in b}
    return sum(_WEIGHT.get(kind, 1) for kind in kinds)


def told(story: Story) -> str:
    """The story of an error in a sentence.

    >>> told((Event(60, MADE, 1), Event(60, RECOGNISED, 1), Event(75, HARMED, 1)))
    'week 60: she recognises it; week 75: it does harm'
    """
    weeks: dict[int, list[str]] = {}
    for event in story:
        if event.kind != MADE:
            weeks.setdefault(event.week, []).append(FATES.get(event.kind, EVENT_NAMES[event.kind]))
    return "; ".join(f"week {week}: {', '.join(parts)}" for week, parts in weeks.items()) or "nobody ever notices it"
