"""Numbers as readers can use them: as many digits as suit the size, per cent for shares, millions of pounds."""

from __future__ import annotations

import math
from typing import Final

OF_RUNS: Final = "share of runs"
PERCENT: Final = {"share", OF_RUNS, "1/year"}
"""Units that are shown in per cent."""
_BIG: Final = 100


def number(unit: str, mean: float, value: float) -> str:
    """A value of an outcome with that unit and mean, with as many digits as suit the size of the mean."""
    if math.isnan(value):
        return "-"
    if unit in PERCENT:
        return f"{100 * value:.0f}" if unit == OF_RUNS else f"{100 * value:.1f}"
    if unit.startswith("pounds"):
        return f"{value / 1e6:.2f}"
    digits = 3 if unit == "ratio" else 0 if abs(mean) >= _BIG else 1 if abs(mean) >= 10 else 2
    text = f"{value:,.{digits}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text


def unit_words(unit: str) -> str:
    """A unit in words.

    >>> unit_words("1/year"), unit_words("errors/year")
    ('% a year', 'errors a year')
    """
    if unit.startswith("pounds"):
        return "£ million a year"
    words = {"share": "%", OF_RUNS: "% of runs", "1/year": "% a year", "ratio": "ratio", "0-1": "(0 to 1)"}
    return words.get(unit, unit.replace("/year", " a year"))
