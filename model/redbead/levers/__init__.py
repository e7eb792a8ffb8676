"""Levers: policies that change parameters of the model, one per module.

To add a lever, add a module with a subclass of :class:`Lever` to this folder. No registration is necessary.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Final

from redbead.levers.base import KINDS, Lever, ParameterEffect

__all__ = ["LEVERS", "Lever", "ParameterEffect"]


@functools.cache
def _discover() -> None:
    """Import all modules of this folder, which registers their classes."""
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        importlib.import_module(module.name)


class _Levers(Mapping[str, type[Lever]]):
    """All levers by kind, in alphabetical order. Their modules are imported on first access."""

    def __getitem__(self, kind: str) -> type[Lever]:
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
