"""Levers: policies that change parameters of the model, in modules by theme.

To add a lever, add a subclass of :class:`Lever` to a module of this folder, or add a module. No registration is
necessary.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from redbead.levers.base import KINDS, Lever, ParameterEffect

__all__ = [
    "LEVERS",
    "Lever",
    "LeverConflict",
    "LeverPeriod",
    "ParameterEffect",
    "find_conflicts",
    "modules_with",
    "overlap",
]


@functools.cache
def _sources() -> dict[str, str]:
    """Return the source of every module with levers by the name of the module."""
    paths = [path for path in sorted(Path(__file__).parent.glob("*.py")) if path.stem not in ("__init__", "base")]
    return {f"{__name__}.{path.stem}": path.read_text(encoding="utf-8") for path in paths}


def modules_with(kind: str) -> list[str]:
    """Return the names of the modules whose source declares a kind. No module is imported.

    Examples
    --------
    >>> modules_with("just-culture"), modules_with("no-such-lever")
    (['redbead.levers.culture'], [])
    """
    return [name for name, source in _sources().items() if f'kind="{kind}"' in source]


@functools.cache
def _import_all() -> None:
    """Import all modules with levers, which registers the classes."""
    for name in _sources():
        importlib.import_module(name)


class _Levers(Mapping[str, type[Lever]]):
    """All levers by kind, in alphabetical order.

    Access by kind imports only the module that declares the kind. All modules are imported for a list of all levers.
    """

    def __getitem__(self, kind: str) -> type[Lever]:
        if kind not in KINDS:
            for name in modules_with(kind):
                importlib.import_module(name)
        if kind not in KINDS:
            _import_all()
        return KINDS[kind]

    def __iter__(self) -> Iterator[str]:
        _import_all()
        return iter(sorted(KINDS))

    def __len__(self) -> int:
        _import_all()
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
