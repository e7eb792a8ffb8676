"""What a check may look at, week by week: every measure, and a few quantities made from measures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from redbead.measures import MEASURES
from redbead.quantities import Measure
from redbead.state.constants import INADEQUATE
from redbead.state.types import Reals

SeriesLookup: TypeAlias = Callable[[str], Reals]
"""A lookup from the name of a measure to its values, [runs, weeks]."""


class Made(NamedTuple):
    """A weekly quantity made from measures."""

    unit: str
    meaning: str
    of: Callable[[SeriesLookup], Reals]


MADE: Final = {
    "open_cases": Made(
        "cases", "cases that workers hold and cases that wait",
        lambda get: get("caseload") * get("staff") + get("waiting"),
    ),
    "illusion_gap": Made(
        "ratio", "visible minus true quality", lambda get: get("visible_quality") - get("service_quality")
    ),
    "inadequate": Made("share", "1 while the published grade is inadequate", lambda get: _inadequate(get)),
    "found_inadequate": Made(
        "visits/week", "visits that ended with the grade inadequate",
        lambda get: get("inspections") * _inadequate(get),
    ),
    "taken_over": Made(
        "share", "1 from the first takeover on",
        lambda get: np.maximum.accumulate((get("takeovers") > 0).astype(np.float64), axis=1),
    ),
}  # fmt: skip
"""Quantities that no measure records as such, by name."""


def _inadequate(get: SeriesLookup) -> Reals:
    found: Reals = (get("grade") == INADEQUATE).astype(np.float64)
    return found


def names() -> tuple[str, ...]:
    """Everything that a check may look at."""
    return (*(m.name for m in MEASURES), *MADE)


def unit_of(name: str) -> str:
    """The unit of a measure or of a quantity made from measures.

    >>> unit_of("open_cases"), unit_of("errors_reported")
    ('cases', 'errors/week')
    """
    known: dict[str, Measure] = {m.name: m for m in MEASURES}
    return MADE[name].unit if name in MADE else known[name].unit


def values_of(name: str, get: SeriesLookup) -> Reals:
    """A measure or a quantity made from measures, [runs, weeks]."""
    return MADE[name].of(get) if name in MADE else get(name)
