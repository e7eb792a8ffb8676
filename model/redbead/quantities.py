"""Descriptions of parameters, columns and measures: unit, range, meaning, evidence and source.

A parameter is declared once, as ``name: Annotated[float, Param(...)] = default`` in the NamedTuple of its family. The
declaration provides its type, validation, YAML path, range for sensitivity studies and documentation.
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
    """Description of one parameter.

    Parameters
    ----------
    unit : str
        Unit, such as "weeks" or "0-1".
    low, high : float
        Allowed range.
    meaning : str
        Meaning in plain words.
    basis : str
        Grade of evidence: measured, calibrated, elicited or assumed.
    source : str
        Source of the value.
    whole : bool
        Whether only whole numbers are allowed.
    likely : tuple of float, optional
        Range for sensitivity studies, if it is narrower than the allowed range.

    Raises
    ------
    ValueError
        If a description is incomplete or a range is not valid.
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
            msg = f"a parameter needs a unit, a range, a meaning and a source: {self}"
            raise ValueError(msg)
        low, high = self.span()
        if not self.low <= low < high <= self.high:
            msg = f"the likely range must lie within the allowed range: {self}"
            raise ValueError(msg)

    @property
    def causal_link(self) -> bool:
        """Whether the parameter is the strength of a causal link, so that 0 removes the link."""
        return "(0 cuts" in self.meaning

    def span(self) -> tuple[float, float]:
        """Return the range for sensitivity studies: the likely range, or otherwise the allowed range.

        Examples
        --------
        >>> Param("share", 0, 1, "how much", likely=(0.1, 0.3)).span(), Param("share", 0, 1, "how much").span()
        ((0.1, 0.3), (0, 1))
        """
        return self.likely or (self.low, self.high)

    def range_text(self) -> str:
        """Return the range with its unit, for messages and tables.

        Examples
        --------
        >>> Param("cases", 10, 400, "number of cases that inspectors track").range_text()
        '10 to 400 cases'
        """
        high = "any" if math.isinf(self.high) else f"{self.high:g}"
        return f"{self.low:g} to {high} {self.unit}".replace(" 0-1", "")

    def accepts(self, value: float) -> bool:
        """Whether a value is finite, within the range, and whole if required."""
        return math.isfinite(value) and self.low <= value <= self.high and not (self.whole and value != int(value))


class Declared(NamedTuple):
    """A parameter with its name and its default value."""

    name: str
    param: Param
    default: float


_DECLARED: dict[type[Any], tuple[Declared, ...]] = {}


def declared(family: type[Any]) -> tuple[Declared, ...]:
    """Return the parameters of a family, in the order of its fields.

    Parameters
    ----------
    family : type
        Family of parameters (a NamedTuple) or lever (a dataclass).

    Returns
    -------
    tuple of Declared
        Name, description and default of each parameter.

    Raises
    ------
    TypeError
        If a field has no :class:`Param` or no default.
    """
    if family not in _DECLARED:
        _DECLARED[family] = tuple(_read_declarations(family))
    return _DECLARED[family]


def _read_declarations(family: type[Any]) -> Iterator[Declared]:
    """Yield the parameters of a family from its annotations."""
    hints = get_type_hints(family, include_extras=True)
    fields = (name for name, hint in hints.items() if not name.startswith("_") and get_origin(hint) is not ClassVar)
    names = getattr(family, "_fields", None) or tuple(fields)
    for name in names:
        yield _declared(family, name, hints[name])


def _declared(family: type[Any], name: str, hint: Any) -> Declared:  # noqa: ANN401 - a type hint has no type
    """Return one parameter of a family; raise TypeError if its declaration is incomplete."""
    params = [m for m in getattr(hint, "__metadata__", ()) if isinstance(m, Param)]
    default = getattr(family, "_field_defaults", {}).get(name, getattr(family, name, None))
    if len(params) != 1 or not isinstance(default, int | float):
        msg = f"{family.__name__}.{name} needs Annotated[float, Param(...)] and a default"
        raise TypeError(msg)
    return Declared(name, params[0], float(default))


@dataclass(frozen=True, slots=True)
class Column:
    """Description of one column of a table: unit, smallest and largest value, and meaning."""

    unit: str
    low: float
    high: float
    meaning: str


def columns_of(table: type[Any]) -> Iterator[tuple[str, Column]]:
    """Yield the name and the description of each column of a table, in order."""
    for name, hint in get_type_hints(table, include_extras=True).items():
        for item in getattr(hint, "__metadata__", ()):
            if isinstance(item, Column):
                yield name, item


@dataclass(frozen=True, slots=True)
class Measure:
    """Description of one recorded outcome.

    Parameters
    ----------
    name, unit, meaning : str
        Name, unit, and meaning in plain words.
    better : str
        Desirable direction: up, down or neither.
    observable : bool
        Whether a real authority could observe the measure.
    whole : bool
        Whether the values are whole numbers.
    headline : bool
        Whether the measure is among the headline outcomes.
    """

    name: str
    unit: str
    meaning: str
    better: Better
    observable: bool
    whole: bool = False
    headline: bool = False
