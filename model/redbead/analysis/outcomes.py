"""Outcomes: one number per run with a stated definition, and their summary across runs.

Each outcome has two periods: the whole run after the warm-up, and its last two years. A flow (unit per week) is
reported as a yearly total, any other measure as the mean over the weeks. With several authorities, outcomes describe
the mean authority. `DERIVED` lists the outcomes that combine measures. :func:`yearly_means` averages every measure in
every year.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from redbead.analysis.intervals import Interval, t_interval, wilson_interval
from redbead.measures import MEASURES, MeasureLookup
from redbead.quantities import Better, Measure
from redbead.scenario.plugins import OWN_MEASURES, OwnMeasure
from redbead.state.constants import INADEQUATE, YEAR, Reals
from redbead.storage.manifest import Manifest
from redbead.storage.parquet import columns_of_parquet, open_database, pattern_of, yearly_rows

if TYPE_CHECKING:
    import pandas as pd

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


def _outcome_of_own_measure(own: OwnMeasure) -> Outcome:
    """Outcome of a measure of a plug-in, from the recorded measures that it uses."""
    item = _outcome_of_measure(own.measure)
    return item._replace(of=lambda get: item.of(lambda _: own.of(get)))


_SHIPPED: Final = {item.name: item for item in (*map(_outcome_of_measure, MEASURES), *DERIVED)}


class _Outcomes(Mapping[str, Outcome]):
    """Outcomes of the package, then the measures of the plug-ins that are loaded."""

    def __getitem__(self, name: str) -> Outcome:
        return _SHIPPED[name] if name in _SHIPPED else _outcome_of_own_measure(OWN_MEASURES[name])

    def __iter__(self) -> Iterator[str]:
        return chain(_SHIPPED, OWN_MEASURES)

    def __len__(self) -> int:
        return len(_SHIPPED) + len(OWN_MEASURES)


OUTCOMES: Final[Mapping[str, Outcome]] = _Outcomes()
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


_KEY_COLUMNS: Final = ("policy", "run", "authority", "week")


def yearly_means(folder: Path, policies: Mapping[str, tuple[str, str]]) -> pd.DataFrame | None:
    """Mean of each measure in each year, from the weekly values; None if the folder has none.

    The weekly values are read in blocks and never held in memory together.

    Parameters
    ----------
    folder : Path
        Folder of a comparison.
    policies : mapping
        Name and theory of each policy by its key, as :func:`policies_of` returns them; the key is used without.

    Returns
    -------
    DataFrame or None
        One row per policy, theory, measure and year (from 1, after the warm-up), with the unit, the number of finished
        runs, the number of weeks of the year, and the mean over these weeks, all authorities and all finished runs.
    """
    import pandas as pd

    path = folder / "weekly.parquet"
    if not path.is_file():
        return None
    measures = [name for name in columns_of_parquet(path) if name not in _KEY_COLUMNS]
    rows = yearly_rows(path, measures, YEAR)
    units = _units(folder)
    years: dict[str, list[Any]] = {key: [] for key in policies}
    for key, *values in rows:
        years.setdefault(key, []).append(values)
    long = [
        (*policies.get(key, (key, "")), measure, year, units.get(measure, ""), runs, weeks, values[place])
        for key, policy_years in years.items()
        for place, measure in enumerate(measures)
        for year, runs, weeks, *values in policy_years
    ]
    return pd.DataFrame(long, columns=["policy", "theory", "measure", "year", "unit", "runs", "weeks", "mean"])


def policies_of(folder: Path, record: Manifest) -> dict[str, tuple[str, str]]:
    """Name and theory of each policy by its key, in the order of the comparison."""
    path = folder / "runs.parquet"
    if not path.is_file() or not {"policy", "name", "theory"} <= set(columns_of_parquet(path)):
        return {}
    with open_database(path) as connection:
        query = "SELECT DISTINCT policy, name, theory FROM read_parquet(?)"
        rows = connection.execute(query, [pattern_of(path)]).fetchall()
    orders = [list(record.get("batch", {}).get(name, [])) for name in ("policies", "theories")]
    places = [{name: place for place, name in enumerate(order)} for order in orders]
    in_order = sorted(
        rows, key=lambda row: (*(place.get(name, 0) for place, name in zip(places, row[1:], strict=True)), row)
    )
    return {key: (name, theory) for key, name, theory in in_order}


def _units(folder: Path) -> dict[str, str]:
    """Unit of each measure, from the table of columns."""
    path = folder / "columns.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["name"]: row["unit"] for row in csv.DictReader(file)}
