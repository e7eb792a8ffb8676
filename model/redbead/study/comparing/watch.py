"""The outcomes that decide, of all runs so far: how narrow their paired intervals are, and how many runs would do."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from redbead.measures import MEASURES
from redbead.state.types import Reals
from redbead.study.comparing.arms import Arms, View
from redbead.study.comparing.words import Comparison, Target
from redbead.study.outcomes import OUTCOMES, window
from redbead.study.running.orders import Finished
from redbead.study.statistics import student

FEWEST: Final = 20
"""'auto' looks at no interval before that: widths from fewer runs say little. [runs]"""

STEP: Final = 10
"""'auto' asks for so many runs at a time, or a multiple. [runs]"""

_POSITION: Final = {measure.name: place for place, measure in enumerate(MEASURES)}


class Width(NamedTuple):
    """Half the width of the paired interval of one outcome and policy, after so many pairs, and how much is enough."""

    view: View
    target: Target
    half: float
    enough: float
    pairs: int

    @property
    def needed(self) -> int:
        """Pairs that would make it narrow enough if the spread stayed. [runs]"""
        if self.half <= self.enough:
            return self.pairs
        return math.ceil(self.pairs * (self.half / self.enough) ** 2) if self.enough > 0.0 else self.pairs + 1


class Watch:
    """Keeps one number for each run and deciding outcome, and nothing else of a run."""

    def __init__(self, comparison: Comparison, arms: Arms) -> None:
        self._comparison, self._arms = comparison, arms
        self._weeks = window(comparison.weeks, comparison.over)
        self._base = {view.theory: view for view in arms.main() if view.policy == comparison.baseline}
        self._values: list[dict[int, Reals]] = [{} for _ in arms.arms]

    def see(self, item: Finished) -> None:
        """Look at a run that has just finished."""
        if item.weekly is not None:
            self.look(item.row.arm, item.row.run, item.weekly)

    def look(self, arm: int, run: int, weekly: Reals) -> None:
        """Look at the table of a run, [measures, authorities, weeks]."""
        table = weekly[..., self._weeks].mean(axis=1)
        found = [OUTCOMES[t.measure].of(lambda name: table[None, _POSITION[name]]) for t in self._comparison.targets]
        self._values[arm][run] = np.array([float(value[0]) for value in found])

    def widths(self, runs: int) -> Iterator[Width]:
        """The width of every paired interval that counts, from the first so many runs; none where two are not there."""
        for view in self._arms.main():
            if view.policy != self._comparison.baseline and view.arm != self._base[view.theory].arm:
                yield from self._widths(view, runs)

    def _widths(self, view: View, runs: int) -> Iterator[Width]:
        mine, other = self._values[view.arm], self._values[self._base[view.theory].arm]
        both = sorted(run for run in mine.keys() & other.keys() if run < runs)
        if len(both) < 2:
            return
        base = np.array([other[run] for run in both])
        differences = np.array([mine[run] for run in both]) - base
        if self._arms.draws:
            differences = _by_draw(differences, np.array(both) % len(self._arms.draws))
        many = len(differences)
        half = student(many - 1) * differences.std(axis=0, ddof=1) / math.sqrt(many) if many > 1 else np.inf * base[0]
        for place, target in enumerate(self._comparison.targets):
            enough = target.smallest * (abs(float(base[:, place].mean())) if target.relative else 1.0)
            yield Width(view, target, float(half[place]), enough, len(both))

    def next_runs(self, runs: int) -> int:
        """How many runs 'auto' wants after so many; no more where every interval is narrow enough.

        It looks at the first so many only, so that a batch which was interrupted ends with the same number.
        """
        wide = [width for width in self.widths(runs) if width.half > width.enough]
        if runs < FEWEST:
            return FEWEST
        if not wide:
            return runs
        needed = min(2 * runs, max(width.needed for width in wide))  # a spread seen in few runs may mislead
        return min(self._comparison.limits.runs, max(runs + STEP, STEP * math.ceil(needed / STEP)))

    def note(self, runs: int) -> str:
        """The width that is farthest from enough, for a line of progress."""
        found = [width for width in self.widths(runs) if width.enough > 0.0]
        if not found:
            return ""
        worst = max(found, key=lambda width: width.half / width.enough)
        return f"widest: {worst.target.measure} ±{worst.half:.3g}, enough is {worst.enough:.3g}"


def _by_draw(values: Reals, draw: Reals) -> Reals:
    """Means of the runs that share a draw: they are not independent of each other."""
    return np.array([values[draw == d].mean(axis=0) for d in np.unique(draw)])
