"""Two scenarios on the same seeds: the difference within each pair of runs, week by week, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from redbead.analysis.intervals import Interval, student, t_interval
from redbead.analysis.outcomes import LAST_YEARS, is_flow
from redbead.analysis.series import MADE, unit_of, values_of
from redbead.exceptions import BadInputError, Problem
from redbead.execution.runs import ScenarioRuns
from redbead.state.constants import QUARTER, YEAR
from redbead.state.types import Reals


class Shown(NamedTuple):
    """How a quantity is shown: what its weekly values are multiplied by, in which words, with how many decimals."""

    scale: float
    unit: str
    decimals: int

    def number(self, value: float, *, sign: bool = False) -> str:
        """A number for a sentence, with a true minus sign.

        >>> Shown(1.0, "ratio", 3).number(-0.02, sign=True)
        '−0.020'
        """
        text = f"{value:{'+' if sign else ''},.{self.decimals}f}"
        return text.replace("-", "−")

    @property
    def gap(self) -> str:
        """The unit of a difference: per cent differ by percentage points."""
        return "percentage points" if self.unit.startswith("%") else self.unit


def shown(name: str) -> Shown:
    """How a measure, or a quantity made from measures, is shown: flows as yearly totals, shares in per cent.

    >>> shown("errors_generated").unit, shown("turnover").unit
    ('errors a year', '% a year')
    """
    unit = unit_of(name)
    if unit == "pounds/week":
        return Shown(YEAR / 1e6, "£ million a year", 2)
    if is_flow(unit):
        return Shown(float(YEAR), unit.replace("/week", " a year"), 0)
    if unit in ("share", "1/year"):
        return Shown(100.0, "% a year" if unit == "1/year" else "% of runs" if name in MADE else "%", 1)
    if unit in ("ratio", "0-1", "index", "sd"):
        return Shown(1.0, {"0-1": "scale from 0 to 1", "ratio": "ratio"}.get(unit, unit), 3)
    return Shown(1.0, unit, 1 if unit in ("cases", "cases/worker", "people") else 0)


class PairedRuns(NamedTuple):
    """A scenario and what it is compared with; both batches hold runs of the same seeds."""

    policy: ScenarioRuns
    other: ScenarioRuns

    @property
    def seeds(self) -> list[int]:
        """Seeds that finished on both sides, in order.

        Raises
        ------
        BadInputError
            There is none.
        """
        sides = [{batch.runs[k].seed for k in batch.good} for batch in self]
        both = sorted(sides[0] & sides[1])
        if not both:
            raise BadInputError([Problem(self.policy.scenario.name, what="no seed finished on both sides of the pair")])
        return both

    def sides(self, name: str) -> tuple[Reals, Reals]:
        """Weekly values of both sides as they are shown, row by row of the same seed: two tables [pairs, weeks]."""
        seeds, scale = self.seeds, shown(name).scale
        first, second = (scale * values_of(name, batch.values)[_rows(batch, seeds)] for batch in self)
        weeks = min(first.shape[1], second.shape[1])
        return first[:, :weeks], second[:, :weeks]

    def difference(self, name: str) -> Reals:
        """Policy minus other, within each pair: [pairs, weeks]."""
        first, second = self.sides(name)
        return np.asarray(first - second)

    @property
    def start(self) -> int:
        """The week in which the two begin to differ by lever or spike; 0 where they differ in their settings. [week]"""
        mine, theirs = (_starts(batch) for batch in self)
        return min(mine - theirs or mine, default=0)

    def windows(self) -> tuple[slice, slice]:
        """The first two years of the difference, and the last two of the run. [weeks]"""
        weeks = min(batch.weekly.shape[1] for batch in self)
        span = LAST_YEARS * YEAR
        return slice(self.start, min(weeks, self.start + span)), slice(max(0, weeks - span), weeks)


def estimate(values: Reals, window: slice) -> Interval:
    """Mean over the weeks of a window, then across pairs, with Student's interval of 95 %. [unit of the values]"""
    return t_interval(values[:, window].mean(axis=1))


def by_quarter(values: Reals) -> tuple[Reals, Reals]:
    """Means of whole quarters, [pairs, quarters], and the middle of each quarter. [unit of the values], [years]"""
    whole = values.shape[1] // QUARTER
    means = values[:, : whole * QUARTER].reshape(values.shape[0], whole, QUARTER).mean(axis=2)
    return means, (np.arange(whole) + 0.5) * QUARTER / YEAR


def band(values: Reals) -> tuple[Reals, Reals, Reals]:
    """Mean across pairs and the ends of its 95 % interval, column by column; the ends are NaN for one pair."""
    pairs = values.shape[0]
    mean = values.mean(axis=0)
    half = student(pairs - 1) * values.std(axis=0, ddof=1) / np.sqrt(pairs) if pairs > 1 else np.full_like(mean, np.nan)
    return mean, mean - half, mean + half


def _rows(batch: ScenarioRuns, seeds: Sequence[int]) -> list[int]:
    """Where these seeds stand among the finished runs of a batch."""
    place = {batch.runs[k].seed: row for row, k in enumerate(batch.good)}
    return [place[seed] for seed in seeds]


def _starts(batch: ScenarioRuns) -> set[int]:
    """The weeks in which levers and spikes of a scenario begin."""
    scenario = batch.scenario
    return {spike.at_week for spike in scenario.spikes} | {lever.from_week for lever in scenario.levers}
