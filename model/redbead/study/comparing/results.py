"""The results of a comparison: outcomes of every run by view, weekly values where somebody asks for them.

Nothing holds all weeks of all runs: outcomes are made chunk by chunk, a weekly series is read one measure at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from redbead.measures import MEASURES
from redbead.state.types import Reals, Whole
from redbead.study.checking.series import values_of
from redbead.study.comparing.arms import MAIN, Arms, View
from redbead.study.comparing.words import Comparison
from redbead.study.outcomes import OUTCOMES, PERIODS, window
from redbead.study.runs import position
from redbead.study.store.store import Key, Store

BLOCK: Final = 50
"""Runs that are looked at together when all are gone through. [runs]"""

_PLACE: Final = {name: place for place, name in enumerate(OUTCOMES)}


class Side(NamedTuple):
    """Values of two views in the runs that finished on both sides, run by run, and the numbers of those runs."""

    mine: Reals
    other: Reals
    runs: Whole

    @property
    def difference(self) -> Reals:
        """Mine minus the other's, run by run."""
        return np.asarray(self.mine - self.other)


@dataclass(frozen=True, eq=False)
class Results:
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

    def view(self, policy: str, theory: str | None = None, part: str = MAIN, detail: str = "") -> View:
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

    def values(self, view: View, outcome: str, period: str | None = None) -> Reals:
        """One outcome of every run of a view; NaN where a run failed. [runs]"""
        place = PERIODS.index(period or self.comparison.over)
        return self.outcomes[view.arm, : view.runs or self.runs, place, _PLACE[outcome]]

    def side(self, mine: View, other: View, outcome: str, period: str | None = None) -> Side:
        """One outcome of two views, in the runs that finished in both."""
        first, second = (self.values(view, outcome, period) for view in (mine, other))
        many = min(len(first), len(second))
        both = np.flatnonzero(~np.isnan(first[:many]) & ~np.isnan(second[:many]))
        return Side(first[both], second[both], both)

    def table(self, views: Sequence[View], outcome: str, period: str | None = None) -> tuple[Reals, Whole]:
        """One outcome of several views in the runs that finished in all of them: [views, runs], and their numbers."""
        rows = np.stack([self.values(view, outcome, period) for view in views])
        complete = np.flatnonzero(~np.isnan(rows).any(axis=0))
        return rows[:, complete], complete

    def draw(self, runs: Whole) -> Whole:
        """The draw of uncertain parameters in which each run lives; its own number where nothing is drawn."""
        return runs % len(self.arms.draws) if self.arms.draws else runs

    def weekly(self, view: View, series: str, runs: Sequence[int] | None = None) -> Reals:
        """Weekly values of a measure or of a quantity made from measures, mean over authorities: [runs, weeks].

        The runs are those that finished, or the given ones.
        """
        chosen = self.finished(view) if runs is None else runs
        keys = [(view.arm, run) for run in chosen]

        def get(measure: str) -> Reals:
            rows = [table.mean(axis=0) for table in self.store.tables(keys, position(measure))]
            return np.array(rows).reshape(len(keys), self.comparison.weeks)

        return values_of(series, get)

    def finished(self, view: View) -> list[int]:
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


def results_of(comparison: Comparison, arms: Arms, store: Store, folder: Path, runs: int) -> Results:
    """Work out the outcomes of all runs, chunk by chunk."""
    many = [arms.wanted(arm, runs) for arm in range(len(arms.arms))]
    outcomes = np.full((len(many), max(many), len(PERIODS), len(OUTCOMES)), np.nan)
    wanted = {key for key in store.done if key[0] < len(many) and key[1] < many[key[0]]}
    for keys, block in store.by_chunk(wanted):
        places = tuple(np.array(keys).T)
        for p, period in enumerate(PERIODS):
            weeks = window(comparison.weeks, period)
            outcomes[*places, p] = _outcomes(block, weeks)
    return Results(comparison, arms, store, folder, runs, outcomes)


def _outcomes(block: Reals, weeks: slice) -> Reals:
    """Every outcome of some runs over some weeks, from [measures, runs, authorities, weeks]: [runs, outcomes]."""
    # sums depend in their last bit on how an array lies in memory: always the same way, whatever the chunk
    means = {m.name: np.ascontiguousarray(block[place, ..., weeks].mean(axis=1)) for place, m in enumerate(MEASURES)}
    return np.stack([item.of(means.__getitem__) for item in OUTCOMES.values()], axis=1)
