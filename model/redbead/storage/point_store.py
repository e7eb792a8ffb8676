"""Many scenarios, of each of which only a few figures are kept: all on the same seeds, noted one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from redbead.exceptions import EnvironmentProblemError, IntegrityError
from redbead.execution.executors import ExecutionTarget, submit_all
from redbead.execution.jobs import Job, RunSpec
from redbead.execution.progress import Counter, Progress
from redbead.jit import model_digest
from redbead.measures import MEASURES, MeasureLookup
from redbead.scenario.library import version
from redbead.scenario.scenario import Scenario
from redbead.state.types import Reals
from redbead.storage import journal
from redbead.storage.atomic_files import os_errors_as_problems

NAME: Final = "points.jsonl"
_PLACES: Final = {m.name: k for k, m in enumerate(MEASURES)}


class Points:
    """Makes the points that a journal does not hold yet; every finished one is acknowledged before the next.

    Parameters
    ----------
    folder
        The folder of the study; made where there is none.
    inputs
        A digest of all that decides the points.
    place
        Where runs are made.
    progress
        Called as points are done.

    Raises
    ------
    IntegrityError
        The journal there is of other inputs or another version, or damaged.
    """

    def __init__(
        self, folder: Path, inputs: str, place: ExecutionTarget, progress: Callable[[Progress], None] | None = None
    ) -> None:
        self._path, self._place, self._progress = folder / NAME, place, progress
        header = {"inputs": inputs, "model": model_digest(), "version": version()}
        with os_errors_as_problems(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._done = self._opened(header)

    def carry(
        self, part: str, scenarios: Sequence[Scenario], runs: int, seed: int, reduce: Callable[[MeasureLookup], Any],
        note: str = "",
    ) -> list[Any]:  # fmt: skip
        """What `reduce` makes of the runs of each scenario, in order; `part` names this lot in the journal.

        `reduce` is given a lookup of weekly measures, [runs, weeks], and gives what JSON can hold.

        Raises
        ------
        EnvironmentProblemError
            A run failed: a point without all of its runs is no point.
        """
        missing = [k for k in range(len(scenarios)) if (part, k) not in self._done]
        counter = Counter(len(missing), self._progress, "points")
        orders = (
            Job((scenarios[k],), tuple(RunSpec(k, run, seed + run, 0) for run in range(runs))) for k in missing
        )  # fmt: skip
        for finished in submit_all(orders, self._place) if missing else ():
            point = finished[0].row.arm
            if failed := [item for item in finished if item.weekly is None]:
                differs = dict(scenarios[point].values)
                msg = f"run {failed[0].row.run} of a point failed: {failed[0].cause}; its values: {differs}"
                raise EnvironmentProblemError(msg)
            found = reduce(lookup(np.stack([item.weekly for item in finished if item.weekly is not None])))
            with os_errors_as_problems(self._path.parent):
                journal.append(self._path, {"part": part, "point": point, "found": found})
            self._done[part, point] = found
            counter.add(note=note)
        return [self._done[part, k] for k in range(len(scenarios))]

    def _opened(self, header: Mapping[str, Any]) -> dict[tuple[str, int], Any]:
        if not self._path.is_file() or not self._path.stat().st_size:
            journal.append(self._path, header)
            return {}
        journal.repair(self._path)
        facts = journal.read(self._path)
        if not facts or facts[0] != header:
            msg = (
                f"{self._path.parent}: it holds points of other inputs or another version: give --out another name, or "
                "rename that folder; nothing in it was touched"
            )
            raise IntegrityError(msg)
        return {(fact["part"], fact["point"]): fact["found"] for fact in facts[1:]}


def lookup(tables: Reals) -> MeasureLookup:
    """Weekly measures by name, the mean over authorities; `tables` is [runs, measures, authorities, weeks]."""
    return lambda name: np.asarray(tables[:, _PLACES[name]].mean(axis=1))
