"""Make the runs of a comparison that are not there yet, keep them, and stop when they are enough.

The same comparison in the same folder goes on where it stopped: what is in the store is never run again, more runs are
added to it, and runs that failed are tried once more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from redbead.engine.run import prepare, start_of
from redbead.jit import model_digest
from redbead.scenario.home import version
from redbead.scenario.spec import Scenario
from redbead.study.comparing.arms import Arms, inputs_hash
from redbead.study.comparing.watch import FEWEST, Watch
from redbead.study.comparing.words import Comparison
from redbead.study.progress import Counter, Progress
from redbead.study.running.orders import Order, Row, signed
from redbead.study.running.places import Place, carry_out
from redbead.study.runs import Agents
from redbead.study.store.store import Key, Store

ORDER_ROWS: Final = 24
"""Runs that go into one order on a thread: about half a second of work. [runs]"""

CLUSTER_ROWS: Final = 96
"""Runs that go into one order to a cluster: about two seconds, so that sending them costs little. [runs]"""

MINUTE: Final = 60.0


class How(NamedTuple):
    """How runs are made: where, with whose agents, who is told; `backwards` turns the order of the orders around."""

    place: Place
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


def make(comparison: Comparison, arms: Arms, store: Store, how: How) -> int:
    """Make the runs that are missing; gives how many runs each policy has now. [runs]

    Raises
    ------
    EnvironmentProblemError
        The disk or the cluster is in the way.
    """
    started = time.monotonic()
    watch = Watch(comparison, arms)
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
    missing: Sequence[Key], store: Store, watch: Watch, runs: int, comparison: Comparison, arms: Arms, how: How
) -> None:
    """Make some runs and keep them."""
    if not missing:
        return
    counter = Counter(len(missing), how.progress)
    failed = 0
    for finished in carry_out(orders(missing, comparison, arms, how), how.place):
        store.add(finished)
        for item in finished:
            watch.see(item)
            failed += item.weekly is None
        counter.add(len(finished), failed=failed, note=watch.note(runs) if how.progress else "")
    store.flush()


def orders(missing: Sequence[Key], comparison: Comparison, arms: Arms, how: How) -> Iterator[Order]:
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
            rows.append(Row(arm, run, comparison.seed + run, place))
        yield signed(Order(tuple(held), tuple(rows), agents))


def _lots(missing: Sequence[Key], arms: Arms, size: int, *, alone: bool) -> Iterator[list[Key]]:
    """Runs that go together: whole runs of all arms that share a warm-up, until there are `size` of them."""
    group = {arm: str(arm) if alone else start_of(prepare(arms.arms[arm].scenario)) for arm, _ in missing}
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
