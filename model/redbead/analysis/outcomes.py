"""Outcomes: one number per run with a stated definition, and their summary across runs.

Each outcome has two periods: the whole run after the warm-up, and its last two years. A flow (unit per week) is
reported as a yearly total, any other measure as the mean over the weeks. With several authorities, outcomes describe
the mean authority. `DERIVED` lists the outcomes that combine measures.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from redbead.analysis.intervals import Interval, t_interval, wilson_interval
from redbead.measures import MEASURES, MeasureLookup
from redbead.quantities import Better, Measure
from redbead.state.constants import INADEQUATE, YEAR, Reals

if TYPE_CHECKING:
    from redbead.storage.scenario_runs import ScenarioRuns

LAST_YEARS: Final = 2
WHOLE_RUN: Final = "whole run"
LATE: Final = f"last {LAST_YEARS} years"
PERIODS: Final = (WHOLE_RUN, LATE)


class RunOutcome(NamedTuple):
    """One outcome over one period, with its value in every finished run.

    Attributes
    ----------
    name, period, unit, meaning : str
        Definition of the outcome.
    better : str
        Better direction: ``up``, ``down`` or ``neither``.
    share : bool
        Whether values are 0 or 1 per run, so that the mean is a share of runs.
    values : array
        One value per finished run, shape [runs].
    """

    name: str
    period: str
    unit: str
    meaning: str
    better: Better
    share: bool
    values: Reals

    @property
    def column(self) -> str:
        """Column name in the table of runs."""
        return column_of(self.name, self.period)

    def interval(self) -> Interval:
        """Mean across runs with its interval: Wilson's for a share of runs, otherwise Student's."""
        return wilson_interval(self.values) if self.share else t_interval(self.values)


def column_of(name: str, period: str) -> str:
    """Column name of an outcome in the table of runs.

    >>> column_of("turnover", "whole run"), column_of("turnover", "last 2 years")
    ('turnover', 'turnover_last_2_years')
    """
    return name if period == WHOLE_RUN else f"{name}_{period.replace(' ', '_')}"


class Outcome(NamedTuple):
    """Definition of an outcome; `of` computes one value per run from a lookup of weekly values, shape [runs, weeks]."""

    name: str
    unit: str
    meaning: str
    better: Better
    share: bool
    of: Callable[[MeasureLookup], Reals]


def _ratio(numerator: Reals, denominator: Reals) -> Reals:
    """Ratio per run; 0 without a denominator."""
    return np.divide(numerator, denominator, out=np.zeros_like(numerator), where=denominator > 0)


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
    """Return whether a measure with this unit counts events per week.

    >>> is_flow("errors/week"), is_flow("1/year")
    (True, False)
    """
    return unit.endswith("/week")


def _outcome_of_measure(m: Measure) -> Outcome:
    """Outcome of one measure: the yearly total of a flow, the mean over the weeks of any other."""
    flow = is_flow(m.unit)
    scale = YEAR if flow else 1
    unit = m.unit.removesuffix("/week") + "/year" if flow else m.unit
    meaning = f"{m.meaning}, {'per year' if flow else 'mean over the weeks'}"
    return Outcome(m.name, unit, meaning, m.better, False, lambda get: get(m.name).mean(axis=1) * scale)


OUTCOMES: Final[dict[str, Outcome]] = {item.name: item for item in (*map(_outcome_of_measure, MEASURES), *DERIVED)}
"""All outcomes by name, in the order of the summary."""


def window(weeks: int, period: str) -> slice:
    """Weeks of a period.

    Parameters
    ----------
    weeks : int
        Length of the run after the warm-up. [weeks]
    period : str
        ``whole run`` or ``last 2 years``.

    Examples
    --------
    >>> window(520, "last 2 years"), window(520, "whole run")
    (slice(416, 520, None), slice(0, 520, None))
    """
    return slice(0 if period == WHOLE_RUN else max(0, weeks - LAST_YEARS * YEAR), weeks)


def outcomes_of(batch: ScenarioRuns) -> list[RunOutcome]:
    """All outcomes of all finished runs, for both periods."""
    return [find_outcome(batch, name, period) for period in PERIODS for name in OUTCOMES]


def find_outcome(batch: ScenarioRuns, name: str, period: str = WHOLE_RUN) -> RunOutcome:
    """Return an outcome by name and period.

    Raises
    ------
    KeyError
        There is no such outcome.
    """
    o = OUTCOMES[name]
    values = batch.outcomes[batch.good, PERIODS.index(period), list(OUTCOMES).index(name)]
    return RunOutcome(o.name, period, o.unit, o.meaning, o.better, o.share, values)
