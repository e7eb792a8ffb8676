"""Weekly series that checks and figures can use: every measure, and quantities derived from measures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from redbead.measures import MEASURES
from redbead.quantities import Measure
from redbead.state.constants import INADEQUATE
from redbead.state.types import Reals

SeriesLookup: TypeAlias = Callable[[str], Reals]
"""Lookup from the name of a measure to its values, shape [runs, weeks]."""


class DerivedSeries(NamedTuple):
    """A weekly quantity computed from measures; `of` takes a lookup and returns values of shape [runs, weeks]."""

    unit: str
    meaning: str
    of: Callable[[SeriesLookup], Reals]


DERIVED_SERIES: Final = {
    "open_cases": DerivedSeries(
        "cases", "cases allocated to workers plus waiting cases",
        lambda get: get("caseload") * get("staff") + get("waiting"),
    ),
    "illusion_gap": DerivedSeries(
        "ratio", "visible minus true quality", lambda get: get("visible_quality") - get("service_quality")
    ),
    "inadequate": DerivedSeries("share", "1 while the published grade is inadequate", lambda get: _inadequate(get)),
    "found_inadequate": DerivedSeries(
        "visits/week", "visits that ended with the grade inadequate",
        lambda get: get("inspections") * _inadequate(get),
    ),
    "taken_over": DerivedSeries(
        "share", "1 from the first takeover on",
        lambda get: np.maximum.accumulate((get("takeovers") > 0).astype(np.float64), axis=1),
    ),
}  # fmt: skip
"""Quantities derived from measures, by name."""


def _inadequate(get: SeriesLookup) -> Reals:
    """1 while the published grade is inadequate, shape [runs, weeks]."""
    inadequate: Reals = (get("grade") == INADEQUATE).astype(np.float64)
    return inadequate


def names() -> tuple[str, ...]:
    """Names of all measures and derived series."""
    return (*(m.name for m in MEASURES), *DERIVED_SERIES)


def unit_of(name: str) -> str:
    """Unit of a measure or derived series.

    >>> unit_of("open_cases"), unit_of("errors_reported")
    ('cases', 'errors/week')
    """
    measures: dict[str, Measure] = {m.name: m for m in MEASURES}
    return DERIVED_SERIES[name].unit if name in DERIVED_SERIES else measures[name].unit


def values_of(name: str, get: SeriesLookup) -> Reals:
    """Values of a measure or derived series, shape [runs, weeks]."""
    return DERIVED_SERIES[name].of(get) if name in DERIVED_SERIES else get(name)
