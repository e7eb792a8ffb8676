"""Store of design points for calibration and sensitivity studies.

A point is a scenario that is run several times on common random numbers and reduced to a few figures. A journal
records each finished point, so that an interrupted study resumes.
"""

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
_INDEX: Final = {m.name: k for k, m in enumerate(MEASURES)}


class Points:
    """Runs design points and stores their figures. A repeated call runs only the points that are missing.

    Parameters
    ----------
    folder : Path
        Folder of the study. Created if it does not exist.
    inputs : str
        Digest of all inputs that determine the points.
    target : ExecutionTarget
        Where the runs are executed.
    progress : callable, optional
        Called with a :class:`Progress` after each point.

    Raises
    ------
    IntegrityError
        If the journal in the folder is damaged, or belongs to other inputs or another version.
    """

    def __init__(
        self, folder: Path, inputs: str, target: ExecutionTarget, progress: Callable[[Progress], None] | None = None
    ) -> None:
        self._path, self._target, self._progress = folder / NAME, target, progress
        header = {"inputs": inputs, "model": model_digest(), "version": version()}
        with os_errors_as_problems(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._done = self._open(header)

    def evaluate(
        self, part: str, scenarios: Sequence[Scenario], runs: int, seed: int, reduce: Callable[[MeasureLookup], Any],
        note: str = "",
    ) -> list[Any]:  # fmt: skip
        """Run each scenario and reduce its runs to figures.

        Parameters
        ----------
        part : str
            Name of this set of points in the journal.
        scenarios : sequence of Scenario
            The points.
        runs : int
            Runs per point, on common random numbers. [runs]
        seed : int
            Seed of run 0; run k uses ``seed + k``.
        reduce : callable
            Function of a lookup of weekly measures, [runs, weeks], that returns a value that JSON can represent.
        note : str
            Remark shown with the progress.

        Returns
        -------
        list
            Result of ``reduce`` for each scenario, in order.

        Raises
        ------
        EnvironmentProblemError
            If a run fails, since a point needs all of its runs.
        """
        missing = [k for k in range(len(scenarios)) if (part, k) not in self._done]
        counter = Counter(len(missing), self._progress, "points")
        jobs = (
            Job((scenarios[k],), tuple(RunSpec(k, run, seed + run, 0) for run in range(runs))) for k in missing
        )  # fmt: skip
        for results in submit_all(jobs, self._target) if missing else ():
            point = results[0].spec.arm
            if failed := [item for item in results if item.weekly is None]:
                values = dict(scenarios[point].values)
                msg = (
                    f"Run {failed[0].spec.run} of a point failed: {failed[0].cause}.\n    Its values: {values}. "
                    "Correct the range of these parameters, then run the same command again."
                )
                raise EnvironmentProblemError(msg)
            figures = reduce(lookup(np.stack([item.weekly for item in results if item.weekly is not None])))
            with os_errors_as_problems(self._path.parent):
                journal.append(self._path, {"part": part, "point": point, "found": figures})
            self._done[part, point] = figures
            counter.add(note=note)
        return [self._done[part, k] for k in range(len(scenarios))]

    def _open(self, header: Mapping[str, Any]) -> dict[tuple[str, int], Any]:
        if not self._path.is_file() or not self._path.stat().st_size:
            journal.append(self._path, header)
            return {}
        journal.repair(self._path)
        records = journal.read(self._path)
        if not records or records[0] != header:
            msg = (
                f"{self._path.parent} contains points of other inputs or another version.\n    Choose another folder "
                "with --out, or rename this one. Nothing in it was changed."
            )
            raise IntegrityError(msg)
        return {(record["part"], record["point"]): record["found"] for record in records[1:]}


def lookup(tables: Reals) -> MeasureLookup:
    """Look up weekly measures by name, averaged over authorities.

    Parameters
    ----------
    tables : array
        Weekly tables, [runs, measures, authorities, weeks].

    Returns
    -------
    callable
        Function of the name of a measure that returns an array [runs, weeks].
    """
    return lambda name: np.asarray(tables[:, _INDEX[name]].mean(axis=1))
