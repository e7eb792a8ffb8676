"""Levers: policies that change parameters of the model, one per module.

To add a lever, add a module with a subclass of :class:`Lever` to this folder. No registration is necessary.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from redbead.levers.base import KINDS, Lever, ParameterEffect

__all__ = ["LEVERS", "Lever", "LeverConflict", "LeverPeriod", "ParameterEffect", "find_conflicts", "overlap"]


@functools.cache
def _modules() -> frozenset[str]:
    """Return the names of all modules of this folder."""
    return frozenset(module.name for module in pkgutil.iter_modules(__path__))


@functools.cache
def _discover() -> None:
    """Import all modules of this folder, which registers their classes."""
    for name in _modules():
        importlib.import_module(f"{__name__}.{name}")


class _Levers(Mapping[str, type[Lever]]):
    """All levers by kind, in alphabetical order.

    Access by kind imports the module that is named after the kind. All modules are imported for a list of all levers.
    """

    def __getitem__(self, kind: str) -> type[Lever]:
        name = kind.replace("-", "_")
        if kind not in KINDS and name in _modules():
            importlib.import_module(f"{__name__}.{name}")
        if kind not in KINDS:
            _discover()
        return KINDS[kind]

    def __iter__(self) -> Iterator[str]:
        _discover()
        return iter(sorted(KINDS))

    def __len__(self) -> int:
        _discover()
        return len(KINDS)

    def __repr__(self) -> str:
        return f"LEVERS({', '.join(self)})"


LEVERS: Final[Mapping[str, type[Lever]]] = _Levers()
"""All levers by kind, as written in scenario files."""


class LeverPeriod(NamedTuple):
    """Period of a lever with a dose above 0: first week in force, and the first week after its end (0: no end)."""

    kind: str
    from_week: float
    until_week: float = 0.0


class LeverConflict(NamedTuple):
    """Two levers, by position in their list, that cannot be in force together: the problem and the remedy."""

    first: int
    second: int
    what: str
    hint: str


def overlap(a: LeverPeriod, b: LeverPeriod) -> str:
    """Weeks in which both levers are in force, as text; empty if there are none.

    Examples
    --------
    >>> overlap(LeverPeriod("a", 0, 52), LeverPeriod("b", 26)), overlap(LeverPeriod("a", 0, 52), LeverPeriod("b", 52))
    ('weeks 26 to 51', '')
    """
    start = max(a.from_week, b.from_week)
    ends = [lever.until_week for lever in (a, b) if lever.until_week]
    if not ends:
        return f"from week {start:g}"
    last = min(ends) - 1
    return f"weeks {start:g} to {last:g}" if last >= start else ""


def find_conflicts(levers: Sequence[LeverPeriod]) -> Iterator[LeverConflict]:
    """Yield every pair of levers that cannot be in force together, in the order of the list."""
    for second, b in enumerate(levers):
        for first, a in enumerate(levers[:second]):
            weeks = overlap(a, b)
            if not weeks:
                continue
            if a.kind == b.kind:
                hint = "Keep one of the two, or end the first before the second starts (until_week)."
                yield LeverConflict(first, second, f"appears twice and is in force twice ({weeks})", hint)
            elif b.kind in LEVERS[a.kind].excludes or a.kind in LEVERS[b.kind].excludes:
                hint = f"Remove {a.kind} or {b.kind}, or end one before the other starts (until_week)."
                yield LeverConflict(first, second, f"cannot be in force together with {a.kind} ({weeks})", hint)
