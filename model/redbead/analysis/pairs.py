"""Paired differences: two scenarios run with common random numbers, compared run by run and week by week."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import numpy as np

from redbead.analysis.intervals import Interval, t_critical_value, t_interval
from redbead.analysis.outcomes import LAST_YEARS, is_flow
from redbead.exceptions import BadInputError, Problem
from redbead.measures import MEASURES
from redbead.quantities import MINUS, Measure
from redbead.state.constants import INADEQUATE, QUARTER, YEAR, Reals

if TYPE_CHECKING:
    from redbead.storage.scenario_runs import ScenarioRuns

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


class DisplayUnit(NamedTuple):
    """How values of a quantity are displayed.

    Attributes
    ----------
    scale : float
        Factor from weekly values to displayed values.
    unit : str
        Unit in words.
    decimals : int
        Number of decimals.
    """

    scale: float
    unit: str
    decimals: int

    def number(self, value: float, *, sign: bool = False) -> str:
        """Format a number with a true minus sign.

        >>> DisplayUnit(1.0, "ratio", 3).number(-0.02, sign=True)
        '−0.020'
        """
        text = f"{value:{'+' if sign else ''},.{self.decimals}f}"
        return text.replace("-", MINUS)

    @property
    def difference_unit(self) -> str:
        """Unit of a difference: percentages differ by percentage points."""
        return "percentage points" if self.unit.startswith("%") else self.unit


def display_unit(name: str) -> DisplayUnit:
    """Display unit of a measure or derived series: flows as yearly totals, shares in per cent.

    >>> display_unit("errors_generated").unit, display_unit("turnover").unit
    ('errors per year', '% per year')
    """
    unit = unit_of(name)
    if unit == "pounds/week":
        return DisplayUnit(YEAR / 1e6, "£ million per year", 2)
    if is_flow(unit):
        return DisplayUnit(float(YEAR), unit.replace("/week", " per year"), 0)
    if unit in ("share", "1/year"):
        return DisplayUnit(
            100.0, "% per year" if unit == "1/year" else "% of runs" if name in DERIVED_SERIES else "%", 1
        )
    if unit in ("ratio", "0-1", "index", "sd"):
        return DisplayUnit(1.0, {"0-1": "scale from 0 to 1", "ratio": "ratio"}.get(unit, unit), 3)
    return DisplayUnit(1.0, unit, 1 if unit in ("cases", "cases/worker", "people") else 0)


class PairedRuns(NamedTuple):
    """Runs of a scenario and of the scenario it is compared with, with the same seeds."""

    policy: ScenarioRuns
    other: ScenarioRuns

    @property
    def seeds(self) -> list[int]:
        """Seeds that finished in both scenarios, in order.

        Raises
        ------
        BadInputError
            No seed finished in both.
        """
        sides = [{batch.runs[k].seed for k in batch.good} for batch in self]
        both = sorted(sides[0] & sides[1])
        if not both:
            raise BadInputError(
                [Problem(self.policy.scenario.name, what="no seed finished in both scenarios of the pair")]
            )
        return both

    def sides(self, name: str) -> tuple[Reals, Reals]:
        """Weekly values of both scenarios in display units: two arrays of shape [pairs, weeks], paired by seed."""
        seeds, scale = self.seeds, display_unit(name).scale
        policy, other = (scale * values_of(name, batch.values)[_rows(batch, seeds)] for batch in self)
        weeks = min(policy.shape[1], other.shape[1])
        return policy[:, :weeks], other[:, :weeks]

    def difference(self, name: str) -> Reals:
        """Scenario minus comparator within each pair, in display units, shape [pairs, weeks]."""
        policy, other = self.sides(name)
        return np.asarray(policy - other)

    @property
    def start(self) -> int:
        """Week in which the two begin to differ by a lever or spike; 0 if they differ in their settings. [weeks]"""
        policy, other = (_start_weeks(batch) for batch in self)
        return min(policy - other or policy, default=0)

    def windows(self) -> tuple[slice, slice]:
        """The first two years of the difference, and the last two years of the run. [weeks]"""
        weeks = min(batch.weeks for batch in self)
        years = LAST_YEARS * YEAR
        return slice(self.start, min(weeks, self.start + years)), slice(max(0, weeks - years), weeks)


def estimate(values: Reals, window: slice) -> Interval:
    """Mean over the weeks of a window, then across pairs, with Student's 95 % interval.

    Parameters
    ----------
    values : array
        Weekly values, shape [pairs, weeks].
    window : slice
        Weeks to average.
    """
    return t_interval(values[:, window].mean(axis=1))


def by_quarter(values: Reals) -> tuple[Reals, Reals]:
    """Means of whole quarters.

    Parameters
    ----------
    values : array
        Weekly values, shape [pairs, weeks].

    Returns
    -------
    tuple of array
        Means, shape [pairs, quarters], in the unit of the values; midpoints of the quarters, shape [quarters]. [years]
    """
    quarters = values.shape[1] // QUARTER
    means = values[:, : quarters * QUARTER].reshape(values.shape[0], quarters, QUARTER).mean(axis=2)
    return means, (np.arange(quarters) + 0.5) * QUARTER / YEAR


def band(values: Reals) -> tuple[Reals, Reals, Reals]:
    """Mean across pairs and both ends of its 95 % interval, per column; the ends are NaN for a single pair."""
    pairs = values.shape[0]
    mean = values.mean(axis=0)
    half = (
        t_critical_value(pairs - 1) * values.std(axis=0, ddof=1) / np.sqrt(pairs)
        if pairs > 1
        else np.full_like(mean, np.nan)
    )
    return mean, mean - half, mean + half


def _rows(batch: ScenarioRuns, seeds: Sequence[int]) -> list[int]:
    """Rows of these seeds among the finished runs."""
    row_of = {batch.runs[k].seed: index for index, k in enumerate(batch.good)}
    return [row_of[seed] for seed in seeds]


def _start_weeks(batch: ScenarioRuns) -> set[int]:
    """Weeks in which levers and spikes of the scenario begin."""
    scenario = batch.scenario
    return {spike.at_week for spike in scenario.spikes} | {lever.from_week for lever in scenario.levers}
