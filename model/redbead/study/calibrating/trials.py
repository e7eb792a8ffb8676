"""The runs of a calibration: each point is a scenario, run on the same seeds; of each only the levels are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from redbead.jit import model_digest
from redbead.measures import MEASURES
from redbead.problems import EnvironmentProblemError, IntegrityError
from redbead.scenario.home import version
from redbead.state.types import Reals
from redbead.study.calibrating.words import CENTRAL_WAVES, Calibration
from redbead.study.files import explained, json_text
from redbead.study.progress import Counter, Progress
from redbead.study.running.orders import Order, Row
from redbead.study.running.places import Place, carry_out
from redbead.study.store import journal
from redbead.study.targets.levels import levels_of
from redbead.study.targets.samples import Estimate

JOURNAL: Final = "trials.jsonl"
_PLACES: Final = {m.name: k for k, m in enumerate(MEASURES)}


class Trials:
    """Makes the trials of a calibration that are not in its journal yet, and notes them there one by one."""

    def __init__(
        self, calibration: Calibration, folder: Path, place: Place, progress: Callable[[Progress], None] | None = None
    ) -> None:
        self._calibration, self._place, self._progress = calibration, place, progress
        self._path = folder / JOURNAL
        self._names = tuple({target.level: None for target in calibration.targets.targets})
        with explained(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._done = self._opened(folder)

    def __call__(self, wave: int, points: Reals, runs: int) -> list[dict[str, Estimate]]:
        """The levels at each point, in order."""
        missing = [k for k in range(len(points)) if (wave, k) not in self._done]
        counter = Counter(len(missing), self._progress)
        orders = (self._order(k, points[k], runs) for k in missing)
        for finished in carry_out(orders, self._place) if missing else ():
            point = finished[0].row.arm
            failed = [item for item in finished if item.weekly is None]
            if failed:
                msg = f"a trial failed: {failed[0].cause}; its values: {self._calibration.values(points[point])}"
                raise EnvironmentProblemError(msg)
            tables = np.stack([item.weekly for item in finished if item.weekly is not None])
            self._note(wave, point, tables)
            counter.add(note=f"wave {wave + 1} of {self._calibration.waves + 2 + CENTRAL_WAVES}")
        return [self._done[wave, k] for k in range(len(points))]

    def _order(self, point: int, unit: Reals, runs: int) -> Order:
        c = self._calibration
        scenario = c.scenario.set(dict(c.values(unit)))
        return Order((scenario,), tuple(Row(point, k, c.seed + k, 0) for k in range(runs)))

    def _note(self, wave: int, point: int, tables: Reals) -> None:
        """Work out the levels of a trial and acknowledge it. `tables`: [runs, measures, authorities, weeks]."""
        found = levels_of(lambda name: tables[:, _PLACES[name]].mean(axis=1), self._names)
        told = {name: [None if np.isnan(v) else float(v) for v in level] for name, level in found.items()}
        with explained(self._path.parent):
            journal.append(self._path, {"wave": wave, "point": point, "levels": told})
        self._done[wave, point] = found

    def _opened(self, folder: Path) -> dict[tuple[int, int], dict[str, Estimate]]:
        """What was tried before, by the same model from the same inputs."""
        header = {"inputs": inputs_hash(self._calibration), "model": model_digest()}
        if not self._path.is_file() or not self._path.stat().st_size:
            journal.append(self._path, header)
            return {}
        journal.mend(self._path)
        facts = journal.read(self._path)
        if not facts or facts[0] != header:
            msg = f"{folder}: holds trials of other inputs or another version: give --out another name"
            raise IntegrityError(msg)
        return {(f["wave"], f["point"]): dict(_levels(f["levels"])) for f in facts[1:]}


def _levels(told: dict[str, Any]) -> Iterator[tuple[str, Estimate]]:
    for name, figures in told.items():
        value, low, high, error = (np.nan if figure is None else float(figure) for figure in figures[:4])
        yield name, Estimate(value, low, high, error, int(figures[4]))


def inputs_hash(c: Calibration) -> str:
    """SHA-256 over all that decides the trials: scenario, targets, free parameters, and how much is tried."""
    told = {
        "version": version(),
        "scenario": c.scenario.digest(),
        "targets": [[t.name, t.level, t.value, t.low, t.high, t.fitted] for t in c.targets.targets],
        "free": [list(free) for free in c.free],
        "held": {path: c.scenario.value(path) for path in c.held},
        "work": [c.waves, c.points, c.runs, c.keep, c.confirm, c.seed],
    }
    return hashlib.sha256(json_text(told).encode()).hexdigest()
