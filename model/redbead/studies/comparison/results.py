"""The results of a comparison: outcomes of every run by view, weekly values where somebody asks for them.

Nothing holds all weeks of all runs: outcomes are made chunk by chunk, a weekly series is read one measure at a time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from redbead.analysis.intervals import Interval, bootstrap_interval, student_chance, t_interval, wilson_interval
from redbead.analysis.outcomes import OUTCOMES, PERIODS, Outcome, window
from redbead.analysis.series import values_of
from redbead.analysis.variance_components import cluster_interval
from redbead.execution.runs import measure_index
from redbead.measures import MEASURES
from redbead.state.types import Reals, Whole
from redbead.storage.run_store import Key, Store
from redbead.studies.comparison.arms import MAIN, ArmRole, Arms
from redbead.studies.comparison.spec import Comparison

BLOCK: Final = 50
"""Runs that are looked at together when all are gone through. [runs]"""

_PLACE: Final = {name: place for place, name in enumerate(OUTCOMES)}


class PairedValues(NamedTuple):
    """Values of two views in the runs that finished on both sides, run by run, and the numbers of those runs."""

    mine: Reals
    other: Reals
    runs: Whole

    @property
    def difference(self) -> Reals:
        """Mine minus the other's, run by run."""
        return np.asarray(self.mine - self.other)


@dataclass(frozen=True, eq=False)
class ComparisonRuns:
    """What became of a comparison, with `runs` runs of each policy.

    `outcomes` is [arms, runs, periods, outcomes]; NaN where a run failed or is not there.
    """

    comparison: Comparison
    arms: Arms
    store: Store
    folder: Path
    runs: int
    outcomes: Reals

    @property
    def theories(self) -> tuple[str, ...]:
        """The theories, or one empty name where none is asked for."""
        return self.comparison.theories or ("",)

    def view(self, policy: str, theory: str | None = None, part: str = MAIN, detail: str = "") -> ArmRole:
        """The view of a policy under a theory (the first where none is given), or of a part of it.

        Raises
        ------
        KeyError
            There is none.
        """
        wanted = (policy, self.theories[0] if theory is None else theory, part, detail)
        for view in self.arms.views:
            if view[:4] == wanted:
                return view
        raise KeyError(wanted)

    def values(self, view: ArmRole, outcome: str, period: str | None = None) -> Reals:
        """One outcome of every run of a view; NaN where a run failed. [runs]"""
        place = PERIODS.index(period or self.comparison.over)
        return self.outcomes[view.arm, : view.runs or self.runs, place, _PLACE[outcome]]

    def side(self, mine: ArmRole, other: ArmRole, outcome: str, period: str | None = None) -> PairedValues:
        """One outcome of two views, in the runs that finished in both."""
        first, second = (self.values(view, outcome, period) for view in (mine, other))
        many = min(len(first), len(second))
        both = np.flatnonzero(~np.isnan(first[:many]) & ~np.isnan(second[:many]))
        return PairedValues(first[both], second[both], both)

    def table(self, views: Sequence[ArmRole], outcome: str, period: str | None = None) -> tuple[Reals, Whole]:
        """One outcome of several views in the runs that finished in all of them: [views, runs], and their numbers."""
        rows = np.stack([self.values(view, outcome, period) for view in views])
        complete = np.flatnonzero(~np.isnan(rows).any(axis=0))
        return rows[:, complete], complete

    def draw(self, runs: Whole) -> Whole:
        """The draw of uncertain parameters in which each run lives; its own number where nothing is drawn."""
        return runs % len(self.arms.draws) if self.arms.draws else runs

    def weekly(self, view: ArmRole, series: str, runs: Sequence[int] | None = None) -> Reals:
        """Weekly values of a measure or of a quantity made from measures, mean over authorities: [runs, weeks].

        The runs are those that finished, or the given ones.
        """
        chosen = self.finished(view) if runs is None else runs
        keys = [(view.arm, run) for run in chosen]

        def get(measure: str) -> Reals:
            rows = [table.mean(axis=0) for table in self.store.tables(keys, measure_index(measure))]
            return np.array(rows).reshape(len(keys), self.comparison.weeks)

        return values_of(series, get)

    def finished(self, view: ArmRole) -> list[int]:
        """The numbers of the finished runs of a view, in order."""
        done = self.store.runs
        return [
            run
            for run in range(view.runs or self.runs)
            if (kept := done.get((view.arm, run))) is not None and kept.chunk
        ]

    def failed(self) -> list[Key]:
        """The runs that came to nothing, in order."""
        asked = {key for arm in range(len(self.arms.arms)) for key in self._asked(arm)}
        return sorted(asked & self.store.failed.keys())

    def _asked(self, arm: int) -> list[Key]:
        return [(arm, run) for run in range(self.arms.wanted(arm, self.runs))]


def results_of(comparison: Comparison, arms: Arms, store: Store, folder: Path, runs: int) -> ComparisonRuns:
    """Work out the outcomes of all runs, chunk by chunk."""
    many = [arms.wanted(arm, runs) for arm in range(len(arms.arms))]
    outcomes = np.full((len(many), max(many), len(PERIODS), len(OUTCOMES)), np.nan)
    wanted = {key for key in store.done if key[0] < len(many) and key[1] < many[key[0]]}
    for keys, block in store.by_chunk(wanted):
        places = tuple(np.array(keys).T)
        for p, period in enumerate(PERIODS):
            weeks = window(comparison.weeks, period)
            outcomes[*places, p] = _outcomes(block, weeks)
    return ComparisonRuns(comparison, arms, store, folder, runs, outcomes)


def _outcomes(block: Reals, weeks: slice) -> Reals:
    """Every outcome of some runs over some weeks, from [measures, runs, authorities, weeks]: [runs, outcomes]."""
    # sums depend in their last bit on how an array lies in memory: always the same way, whatever the chunk
    means = {m.name: np.ascontiguousarray(block[place, ..., weeks].mean(axis=1)) for place, m in enumerate(MEASURES)}
    return np.stack([item.of(means.__getitem__) for item in OUTCOMES.values()], axis=1)


BOOTSTRAP: Final = "bootstrap"


def summary(results: ComparisonRuns) -> pd.DataFrame:
    """One row a policy, theory, outcome and period.

    Mean across runs with its 95 % interval, 5th and 95th percentile of runs; then the difference from the baseline in
    the same runs with its interval, the share of runs in which the policy is better (a tie counts half), and the
    probability that its mean is better. They are empty for the baseline, and the last two where no way is better.
    """
    rows = [
        _row(results, view, outcome, period)
        for period in PERIODS
        for outcome in OUTCOMES.values()
        for view in results.arms.main()
    ]
    return pd.DataFrame(rows)


def interval_of(results: ComparisonRuns, values: Reals, runs: Whole) -> Interval:
    """The mean of one value a run with the interval that the comparison asks for.

    Runs that share a draw of the uncertain parameters are not independent: then it is the mean over draws.
    """
    if results.arms.draws:
        return cluster_interval(values, results.draw(runs))
    return bootstrap_interval(values) if results.comparison.intervals == BOOTSTRAP else t_interval(values)


def _row(results: ComparisonRuns, view: ArmRole, outcome: Outcome, period: str) -> dict[str, object]:
    values = results.values(view, outcome.name, period)
    good = np.flatnonzero(~np.isnan(values))
    found = values[good]
    mean, low, high, kind = wilson_interval(found) if outcome.share else interval_of(results, found, good)
    p05, p95 = np.quantile(found, (0.05, 0.95)) if found.size else (math.nan, math.nan)
    return {
        "measure": outcome.name,
        "period": period,
        "unit": outcome.unit,
        "policy": view.policy,
        "theory": view.theory,
        "runs": found.size,
        "mean": mean,
        "mean_low": low,
        "mean_high": high,
        "interval": kind,
        "p05": float(p05),
        "p95": float(p95),
        **_difference(results, view, outcome, period),
        "better": outcome.better,
        "meaning": outcome.meaning,
    }


def _difference(results: ComparisonRuns, view: ArmRole, outcome: Outcome, period: str) -> dict[str, object]:
    empty: dict[str, object] = dict.fromkeys(
        ("difference", "difference_low", "difference_high", "share_better", "p_better"), math.nan
    )
    empty["difference_interval"] = ""
    if view.policy == results.comparison.baseline:
        return empty
    side = results.side(view, results.view(results.comparison.baseline, view.theory), outcome.name, period)
    mean, low, high, kind = interval_of(results, side.difference, side.runs)
    told: dict[str, object] = {
        "difference": mean, "difference_low": low, "difference_high": high, "difference_interval": kind
    }  # fmt: skip
    if outcome.better == "neither":
        return empty | told
    gain = side.difference * sign(outcome.better)
    return empty | told | {"share_better": share_better(gain), "p_better": student_chance(gain)}


def share_better(gain: Reals) -> float:
    """The share of runs with a gain above 0, a tie counted half; NaN where there is no run. [share of runs]"""
    return float(((np.sign(gain) + 1.0) / 2.0).mean()) if gain.size else math.nan


def sign(better: str) -> float:
    """1 where more is better, -1 where less is."""
    return 1.0 if better == "up" else -1.0
