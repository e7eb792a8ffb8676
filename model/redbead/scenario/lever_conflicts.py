"""Which levers of one scenario cannot be in force in the same weeks: one kind given twice, and kinds that exclude."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from redbead.levers import LEVERS


class LeverPeriod(NamedTuple):
    """A lever that is tried at all, as far as its dates go: first week in force, first week after (0 is no end)."""

    kind: str
    from_week: float
    until_week: float = 0.0


class LeverConflict(NamedTuple):
    """Two levers, by their places in a list, that cannot be in force together: what is wrong, and what to do."""

    first: int
    second: int
    what: str
    hint: str


def overlap(a: LeverPeriod, b: LeverPeriod) -> str:
    """The weeks in which both are in force, in words; nothing where there is none.

    >>> overlap(LeverPeriod("a", 0, 52), LeverPeriod("b", 26)), overlap(LeverPeriod("a", 0, 52), LeverPeriod("b", 52))
    ('weeks 26 to 51', '')
    """
    start = max(a.from_week, b.from_week)
    ends = [lever.until_week for lever in (a, b) if lever.until_week]
    if not ends:
        return f"week {start:g} on"
    last = min(ends) - 1
    return f"weeks {start:g} to {last:g}" if last >= start else ""


def clashes(levers: Sequence[LeverPeriod]) -> Iterator[LeverConflict]:
    """Every pair of levers that cannot be in force together, in the order of the list."""
    for second, b in enumerate(levers):
        for first, a in enumerate(levers[:second]):
            weeks = overlap(a, b)
            if not weeks:
                continue
            if a.kind == b.kind:
                hint = "keep one of the two, or let the first end before the second starts (until_week)"
                yield LeverConflict(first, second, f"given twice, and twice in force ({weeks})", hint)
            elif b.kind in LEVERS[a.kind].excludes or a.kind in LEVERS[b.kind].excludes:
                hint = f"leave out {a.kind} or {b.kind}, or let one end before the other starts (until_week)"
                yield LeverConflict(first, second, f"cannot be in force together with {a.kind} ({weeks})", hint)
