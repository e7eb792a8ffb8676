"""A comparison from beginning to end: make what is missing, work out what it means, write it down."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from redbead.analysis.intervals import student
from redbead.analysis.outcomes import OUTCOMES, window
from redbead.engine.simulate import prepare, warm_up_key
from redbead.execution.executors import ExecutionTarget, submit_all
from redbead.execution.jobs import Job, RunResult, RunSpec, with_source_digest
from redbead.execution.progress import Counter, Progress
from redbead.execution.runs import Agents
from redbead.jit import model_digest
from redbead.measures import MEASURES
from redbead.scenario.library import version
from redbead.scenario.scenario import Scenario
from redbead.state.types import Reals
from redbead.storage.run_store import Key, Store, open_for_writing
from redbead.studies.comparison import folder
from redbead.studies.comparison.arms import ArmRole, Arms, arms_of, inputs_hash
from redbead.studies.comparison.results import ComparisonRuns, results_of
from redbead.studies.comparison.spec import Comparison, DecidingOutcome

FEWEST: Final = 20
"""'auto' looks at no interval before that: widths from fewer runs say little. [runs]"""

STEP: Final = 10
"""'auto' asks for so many runs at a time, or a multiple. [runs]"""

_POSITION: Final = {measure.name: place for place, measure in enumerate(MEASURES)}


class IntervalWidth(NamedTuple):
    """Half the width of the paired interval of one outcome and policy, after so many pairs, and how much is enough."""

    view: ArmRole
    target: DecidingOutcome
    half: float
    enough: float
    pairs: int

    @property
    def needed(self) -> int:
        """Pairs that would make it narrow enough if the spread stayed. [runs]"""
        if self.half <= self.enough:
            return self.pairs
        return math.ceil(self.pairs * (self.half / self.enough) ** 2) if self.enough > 0.0 else self.pairs + 1


class PrecisionMonitor:
    """Keeps one number for each run and deciding outcome, and nothing else of a run."""

    def __init__(self, comparison: Comparison, arms: Arms) -> None:
        self._comparison, self._arms = comparison, arms
        self._weeks = window(comparison.weeks, comparison.over)
        self._base = {view.theory: view for view in arms.main() if view.policy == comparison.baseline}
        self._values: list[dict[int, Reals]] = [{} for _ in arms.arms]

    def see(self, item: RunResult) -> None:
        """Look at a run that has just finished."""
        if item.weekly is not None:
            self.look(item.spec.arm, item.spec.run, item.weekly)

    def look(self, arm: int, run: int, weekly: Reals) -> None:
        """Look at the table of a run, [measures, authorities, weeks]."""
        table = weekly[..., self._weeks].mean(axis=1)
        found = [OUTCOMES[t.measure].of(lambda name: table[None, _POSITION[name]]) for t in self._comparison.targets]
        self._values[arm][run] = np.array([float(value[0]) for value in found])

    def widths(self, runs: int) -> Iterator[IntervalWidth]:
        """The width of every paired interval that counts, from the first so many runs; none where two are not there."""
        for view in self._arms.main():
            if view.policy != self._comparison.baseline and view.arm != self._base[view.theory].arm:
                yield from self._widths(view, runs)

    def _widths(self, view: ArmRole, runs: int) -> Iterator[IntervalWidth]:
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
            yield IntervalWidth(view, target, float(half[place]), enough, len(both))

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


ORDER_ROWS: Final = 24
"""Runs that go into one order on a thread: about half a second of work. [runs]"""

CLUSTER_ROWS: Final = 96
"""Runs that go into one order to a cluster: about two seconds, so that sending them costs little. [runs]"""

MINUTE: Final = 60.0


class RunOptions(NamedTuple):
    """How runs are made: where, with whose agents, who is told; `backwards` turns the order of the orders around."""

    place: ExecutionTarget
    agents: Agents | None = None
    progress: Callable[[Progress], None] | None = None
    backwards: bool = False


def header_of(comparison: Comparison, arms: Arms, agents: Agents | None = None) -> dict[str, Any]:
    """What a store says its runs are of."""
    own = [f"{kind.__name__}={mine.__module__}:{mine.__qualname__}" for kind, mine in (agents or {}).items()]
    return {
        "inputs": inputs_hash(comparison, arms, sorted(own)),
        "version": version(),
        "model": model_digest(),
        "agents": sorted(own),
    }


def make(comparison: Comparison, arms: Arms, store: Store, how: RunOptions) -> int:
    """Make the runs that are missing; gives how many runs each policy has now. [runs]

    Raises
    ------
    EnvironmentProblemError
        The disk or the cluster is in the way.
    """
    started = time.monotonic()
    watch = PrecisionMonitor(comparison, arms)
    for keys, block in store.by_chunk(store.done):
        for place, key in enumerate(keys):
            watch.look(*key, block[:, place])
    runs = comparison.runs or FEWEST
    tried: set[Key] = set()
    while True:
        missing = [key for key in wanted(arms, runs) if key not in store.done and key not in tried]
        tried.update(missing)
        _make(missing, store, watch, runs, comparison, arms, how)
        late = time.monotonic() - started > comparison.limits.minutes * MINUTE
        following = runs if comparison.runs or late else watch.next_runs(runs)
        if following <= runs:
            return runs
        runs = following


def wanted(arms: Arms, runs: int) -> list[Key]:
    """All runs of all arms, where each policy has so many."""
    return [(arm, run) for arm in range(len(arms.arms)) for run in range(arms.wanted(arm, runs))]


def _make(
    missing: Sequence[Key],
    store: Store,
    watch: PrecisionMonitor,
    runs: int,
    comparison: Comparison,
    arms: Arms,
    how: RunOptions,
) -> None:
    """Make some runs and keep them."""
    if not missing:
        return
    counter = Counter(len(missing), how.progress)
    failed = 0
    for finished in submit_all(orders(missing, comparison, arms, how), how.place):
        store.add(finished)
        for item in finished:
            watch.see(item)
            failed += item.weekly is None
        counter.add(len(finished), failed=failed, note=watch.note(runs) if how.progress else "")
    store.flush()


def orders(missing: Sequence[Key], comparison: Comparison, arms: Arms, how: RunOptions) -> Iterator[Job]:
    """The runs in orders; arms that share a warm-up go together, run by run."""
    size = 1 if how.agents else CLUSTER_ROWS if how.place.cluster else ORDER_ROWS
    lots: Iterable[list[Key]] = _lots(missing, arms, size, alone=bool(how.agents))
    agents = tuple((how.agents or {}).items())
    for lot in reversed(list(lots)) if how.backwards else lots:
        scenarios: dict[str, int] = {}
        held: list[Scenario] = []
        rows = []
        for arm, run in lot:
            scenario = arms.scenario(arm, run)
            place = scenarios.setdefault(f"{arm} {run % len(arms.draws) if arms.draws else 0}", len(held))
            if place == len(held):
                held.append(scenario)
            rows.append(RunSpec(arm, run, comparison.seed + run, place))
        yield with_source_digest(Job(tuple(held), tuple(rows), agents))


def _lots(missing: Sequence[Key], arms: Arms, size: int, *, alone: bool) -> Iterator[list[Key]]:
    """Runs that go together: whole runs of all arms that share a warm-up, until there are `size` of them."""
    group = {arm: str(arm) if alone else warm_up_key(prepare(arms.arms[arm].scenario)) for arm, _ in missing}
    order = {start: place for place, start in enumerate(dict.fromkeys(group.values()))}
    lot: list[Key] = []
    last: tuple[int, int] | None = None
    for arm, run in sorted(missing, key=lambda key: (order[group[key[0]]], key[1], key[0])):
        here = order[group[arm]], run
        if lot and here != last and (len(lot) >= size or last is None or last[0] != here[0]):
            yield lot
            lot = []
        lot.append((arm, run))
        last = here
    if lot:
        yield lot


def compare(
    comparison: Comparison, target: Path, how: RunOptions, *, command: list[str], pages: folder.Pages | None = None,
    writing: Callable[[], None] | None = None,
) -> ComparisonRuns:  # fmt: skip
    """Compare: what is in the folder already is not run again; tables and report are made where they are not there.

    Parameters
    ----------
    comparison
        What to compare.
    target
        The folder, as :func:`folder.place` gives it.
    how
        Where to run, and who is told.
    command
        The command line, for the record.
    pages
        What else goes into the folder: the report and its figures.
    writing
        Called when all runs are made and the writing begins.

    Raises
    ------
    EnvironmentProblemError
        Disk, cluster or another command are in the way.
    IntegrityError
        The folder holds something else, or is damaged.
    """
    arms = arms_of(comparison)
    started, clock = datetime.now(UTC), time.perf_counter()
    header = header_of(comparison, arms, how.agents)
    with open_for_writing(target, header) as held:
        runs = make(comparison, arms, held, how)
        seconds = time.perf_counter() - clock
        held.check()
        results = results_of(comparison, arms, held, target, runs)
        if not folder.is_current(target, comparison, runs):
            if writing:
                writing()
            folder.write(
                results, command=command, started=started, seconds=seconds, jobs=how.place.jobs,
                agents=header["agents"], pages=pages,
            )  # fmt: skip
    return results


def run_only(comparison: Comparison, target: Path, how: RunOptions) -> ComparisonRuns:
    """Make the runs and keep them in a folder, without tables or a report."""
    arms = arms_of(comparison)
    with open_for_writing(target, header_of(comparison, arms, how.agents)) as held:
        runs = make(comparison, arms, held, how)
        return results_of(comparison, arms, held, target, runs)
