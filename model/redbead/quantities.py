"""Descriptions of parameters, columns and measures: unit, range, meaning, evidence and source.

A parameter is declared once, as ``name: Annotated[float, Param(...)] = default`` in the NamedTuple of its family. The
declaration provides its type, validation, YAML path, range for sensitivity studies and documentation.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass, replace
from typing import Any, ClassVar, Final, Literal, NamedTuple, get_args, get_origin, get_type_hints

Basis = Literal["measured", "calibrated", "elicited", "assumed"]
"""Grades of evidence."""

Better = Literal["up", "down", "neither"]

MINUS: Final = "\N{MINUS SIGN}"
"""Sign of negative numbers in sentences and tables."""

Distribution = Literal["range", "tenth", "reference", "limit", "size", "price", "policy", "whole", "definition", "off"]
"""How uncertain runs draw a parameter, or why they leave it at its default."""

DISTRIBUTIONS: Final[dict[Distribution, str]] = {
    "range": "",
    "tenth": "a tenth as wide in audits",
    "reference": "fixed in audits: effects are defined relative to it",
    "limit": "fixed in audits: limit of a grade",
    "size": "fixed in audits: size or structure of the authority",
    "price": "fixed in audits: price",
    "policy": "fixed in audits: 0 until a policy or an event changes it",
    "whole": "fixed in audits: whole number",
    "definition": "fixed in audits: by definition",
    "off": "fixed in audits: part of a mechanism that is off by default",
}
"""Meanings of the distributions. An audit draws all uncertain parameters at once."""

PROCESSING: Final[dict[str, str]] = {
    "assumed": "assumed value, varied in sensitivity studies",
    "magnitude": "source gives only the direction or order of magnitude; the value is assumed",
    "memory": "quoted from memory, not verified",
    "elicited": "as estimated by the experts",
    "published": "as published",
    "fitted": "fitted to published levels: calibrations/england.yaml, docs/calibration.md",
    "matched": "chosen so that the baseline reproduces the figure in the source",
    "steady-state": "set to the mean in the steady state of the baseline",
}
"""How a default was obtained from its source, by short name."""

_USUAL_PROCESSING: Final[dict[Basis, str]] = {
    "measured": "published",
    "calibrated": "fitted",
    "elicited": "elicited",
    "assumed": "magnitude",
}
"""Processing of a value with a source, by grade of evidence, unless its declaration states another."""


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
    keys : tuple of str
        Keys of the sources in ``docs/references.bib``.
    symbol : str
        Symbol in equations. By default the symbol of the family and the name of the parameter.
    processing : str, optional
        How the default was obtained from the source: a name in :data:`PROCESSING` or a text of several words. By
        default it follows from the grade of evidence.
    causal_link : bool
        Whether the parameter is the strength of a causal link, so that 0 removes the link.
    distribution : str, optional
        How uncertain runs draw the parameter: from its whole range (``range``, the default for a causal link), from a
        tenth of it around the default (``tenth``), or not at all, with the reason as in :data:`DISTRIBUTIONS`.
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
    keys: tuple[str, ...] = ()
    _: KW_ONLY
    symbol: str = ""
    processing: str | None = None
    causal_link: bool = False
    distribution: Distribution | None = None
    whole: bool = False
    likely: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        for fault in self._faults():
            msg = f"{fault}: {self}"
            raise ValueError(msg)

    def _faults(self) -> Iterator[str]:
        """Yield what is wrong with the description, in sentences."""
        if not (self.unit and self.meaning and self.source) or not self.low < self.high:
            yield "a parameter needs a unit, a range, a meaning and a source"
        low, high = self.span()
        if not self.low <= low < high <= self.high:
            yield "the likely range must lie within the allowed range"
        if self.basis not in get_args(Basis):
            yield f"{self.basis!r} is not a grade of evidence; choose from {', '.join(get_args(Basis))}"
        if self.basis != "assumed" and not self.has_source:
            yield f"a value that is {self.basis} needs a source or a key of docs/references.bib"
        if not (isinstance(self.keys, tuple) and all(self.keys)):
            yield 'keys must be a tuple of keys of docs/references.bib, such as ("burlison",)'
        if self.causal_link and not self.accepts(0.0):
            yield "0 removes a causal link, so the range must contain 0"
        if self.processing is not None and " " not in self.processing and self.processing not in PROCESSING:
            yield f"{self.processing!r} is not a known processing; choose from {', '.join(PROCESSING)}, or describe it"
        if self.distribution not in (None, *DISTRIBUTIONS):
            yield f"{self.distribution!r} is not a distribution; choose from {', '.join(DISTRIBUTIONS)}"

    @property
    def has_source(self) -> bool:
        """Whether the value has a source."""
        return self.source != "assumed" or bool(self.keys)

    @property
    def processing_text(self) -> str:
        """How the default was obtained from the source, as declared or as follows from the grade of evidence."""
        name = self.processing or (_USUAL_PROCESSING[self.basis] if self.has_source else "assumed")
        return PROCESSING.get(name, name)

    @property
    def drawn(self) -> Distribution:
        """How uncertain runs draw the parameter, as declared or as follows from its kind."""
        return self.distribution or ("whole" if self.whole else "range" if self.causal_link else "tenth")

    @property
    def description(self) -> str:
        """Meaning in plain words, with a note if 0 removes a causal link.

        Examples
        --------
        >>> Param("0-1/unit", 0, 0.8, "effect of blame on fear", causal_link=True).description
        'effect of blame on fear; 0 removes this link'
        """
        return f"{self.meaning}; 0 removes this link" if self.causal_link else self.meaning

    def with_symbol(self, symbol: str) -> Param:
        """Return the description with this symbol, unless it declares its own."""
        return self if self.symbol else replace(self, symbol=symbol)

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


@dataclass(frozen=True, slots=True)
class Symbol:
    """Symbol of a family of parameters in equations, with which the symbols of its parameters start."""

    text: str


def symbol_of(hint: Any) -> str:  # noqa: ANN401 - a type hint has no type
    """Return the symbol of a family from its annotation.

    Raises
    ------
    TypeError
        If the annotation has no :class:`Symbol`.
    """
    symbols = [m.text for m in getattr(hint, "__metadata__", ()) if isinstance(m, Symbol)]
    if len(symbols) != 1:
        msg = f"a family of parameters needs a symbol, as in Annotated[Fear, Symbol('f')]: {hint}"
        raise TypeError(msg)
    return str(symbols[0])


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
        If a field has no :class:`Param` or no default, or if a description is not valid.
    """
    if family not in _DECLARED:
        _DECLARED[family] = tuple(_read_declarations(family))
    return _DECLARED[family]


def _read_declarations(family: type[Any]) -> Iterator[Declared]:
    """Yield the parameters of a family from its annotations."""
    try:
        hints = get_type_hints(family, include_extras=True)
    except ValueError as problem:
        msg = f"{family.__name__} ({family.__module__}): {problem}"
        raise TypeError(msg) from problem
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


def three_digits(value: float) -> str:
    """Format a number with three significant digits and without an exponent.

    >>> three_digits(16_543.0), three_digits(0.12345), three_digits(-2.0)
    ('16,500', '0.123', '-2')
    """
    if not math.isfinite(value):
        return str(value)
    return f"{float(f'{value:.3g}'):,.12f}".rstrip("0").rstrip(".")
