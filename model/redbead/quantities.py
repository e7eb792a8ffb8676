"""Quantities that describe themselves: parameters, columns and measures, each with unit, range, basis and source.

A parameter is declared once, ``name: Annotated[float, Param(...)] = default`` in the NamedTuple of its family. That
one line is the type, the validation, the YAML path, the range for sensitivity runs and the row of the documentation.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple, get_origin, get_type_hints

Basis = Literal["measured", "calibrated", "elicited", "assumed"]
Better = Literal["up", "down", "neither"]


@dataclass(frozen=True, slots=True)
class Param:
    """What one parameter means: unit, allowed range, meaning in plain words, grade of evidence, source.

    `likely` is the range to vary it in where nobody knows better, where that is narrower than what is allowed.
    """

    unit: str
    low: float
    high: float
    meaning: str
    basis: Basis = "assumed"
    source: str = "assumed"
    whole: bool = False
    likely: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if not (self.unit and self.meaning and self.source) or not self.low < self.high:
            msg = f"a parameter needs unit, range, meaning and source: {self}"
            raise ValueError(msg)
        low, high = self.span()
        if not self.low <= low < high <= self.high:
            msg = f"the likely range lies outside the allowed one: {self}"
            raise ValueError(msg)

    @property
    def causal_link(self) -> bool:
        """Whether the parameter is the strength of a causal link that 0 cuts: its meaning says so in brackets."""
        return "(0 cuts" in self.meaning

    def span(self) -> tuple[float, float]:
        """The range to vary the parameter in: the likely one, or all that is allowed.

        >>> Param("share", 0, 1, "how much", likely=(0.1, 0.3)).span(), Param("share", 0, 1, "how much").span()
        ((0.1, 0.3), (0, 1))
        """
        return self.likely or (self.low, self.high)

    def range_text(self) -> str:
        """The range with its unit, for messages and tables.

        >>> Param("cases", 10, 400, "number of cases that inspectors track").range_text()
        '10 to 400 cases'
        """
        high = "any" if math.isinf(self.high) else f"{self.high:g}"
        return f"{self.low:g} to {high} {self.unit}".replace(" 0-1", "")

    def accepts(self, value: float) -> bool:
        """Whether a finite `value` lies in the range (and is a whole number where one is needed)."""
        return math.isfinite(value) and self.low <= value <= self.high and not (self.whole and value != int(value))


class Declared(NamedTuple):
    """A parameter with its name and default."""

    name: str
    param: Param
    default: float


_DECLARED: dict[type[Any], tuple[Declared, ...]] = {}


def declared(family: type[Any]) -> tuple[Declared, ...]:
    """The parameters of a family (a NamedTuple or a lever), in the order of their fields.

    Raises
    ------
    TypeError
        A number of the family carries no :class:`Param`.
    """
    if family not in _DECLARED:
        _DECLARED[family] = tuple(_read_declarations(family))
    return _DECLARED[family]


def _read_declarations(family: type[Any]) -> Iterator[Declared]:
    hints = get_type_hints(family, include_extras=True)
    own = (name for name, hint in hints.items() if not name.startswith("_") and get_origin(hint) is not ClassVar)
    names = getattr(family, "_fields", None) or tuple(own)
    for name in names:
        yield _declared(family, name, hints[name])


def _declared(family: type[Any], name: str, hint: Any) -> Declared:  # noqa: ANN401 - a type hint has no type
    params = [m for m in getattr(hint, "__metadata__", ()) if isinstance(m, Param)]
    default = getattr(family, "_field_defaults", {}).get(name, getattr(family, name, None))
    if len(params) != 1 or not isinstance(default, int | float):
        msg = f"{family.__name__}.{name} needs Annotated[float, Param(...)] and a default"
        raise TypeError(msg)
    return Declared(name, params[0], float(default))


@dataclass(frozen=True, slots=True)
class Column:
    """What one column of a table holds: unit, smallest and largest value, meaning."""

    unit: str
    low: float
    high: float
    meaning: str


def columns_of(table: type[Any]) -> Iterator[tuple[str, Column]]:
    """The columns that a table declares, in order."""
    for name, hint in get_type_hints(table, include_extras=True).items():
        for mark in getattr(hint, "__metadata__", ()):
            if isinstance(mark, Column):
                yield name, mark


@dataclass(frozen=True, slots=True)
class Measure:
    """What one recorded outcome means, which way is better, and whether a real authority could observe it."""

    name: str
    unit: str
    meaning: str
    better: Better
    observable: bool
    whole: bool = False
    headline: bool = False
