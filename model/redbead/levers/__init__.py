"""WHAT COULD CHANGE: one policy a file. A file in this folder with a subclass of :class:`Lever` is all it takes."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Final

from redbead.levers.base import KINDS, Lever, ParameterEffect

__all__ = ["LEVERS", "ParameterEffect", "Lever"]


@functools.cache
def _discover() -> None:
    """Import every module of this folder; their classes register themselves."""
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        importlib.import_module(module.name)


class _Levers(Mapping[str, type[Lever]]):
    """Every lever by its kind, in alphabetical order; the files are read when somebody first looks."""

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
"""Every lever by its kind, as the YAML names it."""
