"""What one run comes to, in numbers with stated definitions; and the summary across runs, with intervals.

Two windows: the whole run after the warm-up, and its last two years. In each, a flow (unit per week) becomes a yearly
total, everything else a mean over the weeks. With several authorities, the mean authority. `DERIVED` holds the
outcomes that combine measures.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from redbead.analysis.intervals import Interval, t_interval, wilson_interval
from redbead.execution.runs import ScenarioRuns
from redbead.measures import MEASURES, MeasureLookup
from redbead.quantities import Better, Measure
from redbead.state.constants import INADEQUATE, YEAR
from redbead.state.types import Reals

LAST_YEARS: Final = 2
WHOLE_RUN: Final = "whole run"
LATE: Final = f"last {LAST_YEARS} years"
PERIODS: Final = (WHOLE_RUN, LATE)
TEXT_COLUMNS: Final = ("measure", "period", "unit", "policy", "interval", "better", "meaning")


class RunOutcome(NamedTuple):
    """One outcome of every finished run: what it is, over which period, and one value a run."""

    name: str
    period: str
    unit: str
    meaning: str
    better: Better
    share: bool
    values: Reals

    @property
    def column(self) -> str:
        """The name of its column in the runs table."""
        return column_of(self.name, self.period)

    def interval(self) -> Interval:
        """The mean across runs with its interval: Wilson's for a share of runs, Student's otherwise."""
        return wilson_interval(self.values) if self.share else t_interval(self.values)


def column_of(name: str, period: str) -> str:
    """The name of an outcome's column in the runs table.

    >>> column_of("turnover", "whole run"), column_of("turnover", "last 2 years")
    ('turnover', 'turnover_last_2_years')
    """
    return name if period == WHOLE_RUN else f"{name}_{period.replace(' ', '_')}"


class Outcome(NamedTuple):
    """What an outcome is: `of` takes a lookup of weekly values and gives one value a run."""

    name: str
    unit: str
    meaning: str
    better: Better
    share: bool
    of: Callable[[MeasureLookup], Reals]


def _ratio(top: Reals, bottom: Reals) -> Reals:
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)


DERIVED: Final = (
    Outcome(
        "illusion_gap", "ratio", "visible quality minus true quality, mean over the weeks", "down", False,
        lambda get: (get("visible_quality") - get("service_quality")).mean(axis=1),
    ),
    Outcome(
        "recorded_share", "share", "errors that reached the records, for each error made", "neither", False,
        lambda get: _ratio(get("recorded_incidents").sum(axis=1), get("errors_generated").sum(axis=1)),
    ),
    Outcome(
        "reported_share", "share", "errors that staff reported, for each error made", "up", False,
        lambda get: _ratio(get("errors_reported").sum(axis=1), get("errors_generated").sum(axis=1)),
    ),
    Outcome(
        "ever_inadequate", "share of runs", "runs with an inadequate grade in at least one week", "down", True,
        lambda get: (get("grade") == INADEQUATE).any(axis=1).astype(np.float64),
    ),
    Outcome(
        "taken_over", "share of runs", "runs with at least one takeover", "down", True,
        lambda get: (get("takeovers").sum(axis=1) > 0).astype(np.float64),
    ),
)  # fmt: skip


def is_flow(unit: str) -> bool:
    """Whether a measure with this unit counts what happens in a week.

    >>> is_flow("errors/week"), is_flow("1/year")
    (True, False)
    """
    return unit.endswith("/week")


def _plain(m: Measure) -> Outcome:
    """The outcome of one measure: a flow as a yearly total, anything else as the mean over the weeks."""
    flow = is_flow(m.unit)
    scale = YEAR if flow else 1
    unit = m.unit.removesuffix("/week") + "/year" if flow else m.unit
    meaning = f"{m.meaning}, {'a year' if flow else 'mean over the weeks'}"
    return Outcome(m.name, unit, meaning, m.better, False, lambda get: get(m.name).mean(axis=1) * scale)


OUTCOMES: Final[dict[str, Outcome]] = {item.name: item for item in (*map(_plain, MEASURES), *DERIVED)}
"""Every outcome by its name, in the order of the summary."""


def window(weeks: int, period: str) -> slice:
    """The weeks of a period in runs of so many weeks after the warm-up. [weeks]

    >>> window(520, "last 2 years"), window(520, "whole run")
    (slice(416, 520, None), slice(0, 520, None))
    """
    return slice(0 if period == WHOLE_RUN else max(0, weeks - LAST_YEARS * YEAR), weeks)


def outcomes_of(batch: ScenarioRuns) -> list[RunOutcome]:
    """Every outcome of every finished run, for both periods."""
    return [item for period in PERIODS for item in _of_period(batch, period)]


def _of_period(batch: ScenarioRuns, period: str) -> list[RunOutcome]:
    weeks = window(batch.weekly.shape[1], period)
    return [
        RunOutcome(
            o.name, period, o.unit, o.meaning, o.better, o.share, o.of(lambda name: batch.values(name)[:, weeks])
        )
        for o in OUTCOMES.values()
    ]


def summary(batch: ScenarioRuns) -> pd.DataFrame:
    """One row an outcome and period: mean across runs with its 95 % interval, and the 5th and 95th percentile of runs.

    The columns of paired differences are empty: they need a second policy.
    """
    frame = pd.DataFrame([_row(batch, item) for item in outcomes_of(batch)])
    frame.attrs["units"] = dict(zip(frame["measure"], frame["unit"], strict=True))
    return frame


def _row(batch: ScenarioRuns, item: RunOutcome) -> dict[str, object]:
    mean, low, high, kind = item.interval()
    p05, p95 = np.quantile(item.values, (0.05, 0.95)) if item.values.size else (np.nan, np.nan)
    return {
        "measure": item.name,
        "period": item.period,
        "unit": item.unit,
        "policy": batch.policy,
        "runs": item.values.size,
        "mean": mean,
        "mean_low": low,
        "mean_high": high,
        "interval": kind,
        "p05": float(p05),
        "p95": float(p95),
        "difference": np.nan,
        "difference_low": np.nan,
        "difference_high": np.nan,
        "p_better": np.nan,
        "better": item.better,
        "meaning": item.meaning,
    }


def find(batch: ScenarioRuns, name: str, period: str = WHOLE_RUN) -> RunOutcome:
    """The outcome `name` over `period`.

    Raises
    ------
    KeyError
        There is no such outcome.
    """
    for item in _of_period(batch, period):
        if item.name == name:
            return item
    raise KeyError(name)
