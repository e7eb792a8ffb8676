"""One run of a folder, made again: which scenario, which seed; and whether it comes out the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from redbead.problems import BadInputError, IntegrityError, Problem
from redbead.scenario import checks as telling
from redbead.scenario.load import load
from redbead.scenario.spec import Scenario
from redbead.state.types import Reals
from redbead.study import manifest
from redbead.study.comparing.arms import arms_of
from redbead.study.comparing.folder import RESOLVED
from redbead.study.comparing.folder import load as load_batch
from redbead.study.comparing.read import read_batch
from redbead.study.comparing.tables import key_of
from redbead.study.digest import RUNS_ORDER, table_of
from redbead.study.files import read_parquet
from redbead.study.running.orders import Finished, Order, Row
from redbead.study.running.watched import attend
from redbead.study.runs import LIMIT, Agents


class Kept(NamedTuple):
    """One run of a folder: its key and place there, what it was told, and what became of it.

    `table` is its result where ``weekly.parquet`` does not hold it.
    """

    key: str
    policy: str
    run: int
    seed: int
    scenario: Scenario
    status: str
    cause: str
    table: Reals | None = None


def find(folder: Path, key: str) -> Kept:
    """The run of a folder with that key.

    Raises
    ------
    BadInputError
        There is no such run; names the nearest.
    IntegrityError
        The folder is none, or is damaged.
    """
    record = manifest.read(folder)
    runs = read_parquet(folder / "runs.parquet", RUNS_ORDER)
    found = runs[runs["key"] == key]
    if found.empty:
        if "batch" in record and (part := _part(folder, key)):
            return part
        near = telling.close(key, list(runs["key"])) or next(iter(runs["key"]), "")
        hint = f"such as {near}; runs.parquet lists them all" if near else "the folder has no run"
        problem = Problem(str(folder), key=telling.printable(key), what="no run of this key", hint=hint)
        raise BadInputError([problem])
    return kept(folder, record, found.iloc[0])


def kept(folder: Path, record: manifest.Manifest, row: pd.Series[Any]) -> Kept:
    """The run of one row of ``runs.parquet``."""
    scenario = _of_batch(folder, row) if "batch" in record else load(folder / "scenario.resolved.yaml")
    key, policy, status, cause = (str(row[name]) for name in ("key", "policy", "status", "cause"))
    return Kept(key, policy, int(row["run"]), int(row["seed"]), scenario, status, cause)


def _of_batch(folder: Path, row: pd.Series[Any]) -> Scenario:
    arms = arms_of(read_batch(folder / RESOLVED))
    view = next((view for view in arms.views if view.key == row["policy"]), None)
    if view is None:
        msg = f"{folder}: runs.parquet names {row['policy']}, which {RESOLVED} does not"
        raise IntegrityError(msg)
    return arms.scenario(view.arm, int(row["run"]))


def _part(folder: Path, key: str) -> Kept | None:
    """A run of a package or of a switching value: they have no row in ``runs.parquet``."""
    results = load_batch(folder)
    for view in results.arms.views:
        for run in range(view.runs or results.runs):
            seed = results.comparison.seed + run
            if key_of(view, seed) == key:
                held = results.store.runs.get((view.arm, run))
                status = "done" if held and held.chunk else "failed"
                scenario = results.arms.scenario(view.arm, run)
                table = np.array(next(results.store.tables([(view.arm, run)]))) if status == "done" else None
                return Kept(key, view.key, run, seed, scenario, status, held.cause if held else "not run", table)
    return None


def again(run: Kept, agents: Agents | None = None, *, events: bool = False, limit: float = LIMIT) -> Finished:
    """Make the run again, here and now."""
    given = tuple((agents or {}).items())
    return attend(Order((run.scenario,), (Row(0, run.run, run.seed, 0),), given, events), limit)[0]


def same(folder: Path, run: Kept, table: Reals) -> bool:
    """Whether a table, [measures, authorities, weeks], equals what the folder holds of the run, to the last bit."""
    held = weekly_of(folder, run)
    return held is not None and held.tobytes() == np.ascontiguousarray(table, dtype="<f8").tobytes()


def weekly_of(folder: Path, run: Kept) -> Reals | None:
    """What the folder holds of one run, [measures, authorities, weeks]; None for a run without weekly values."""
    if run.table is not None:
        return run.table
    rows = "policy = ? AND run = ?", (run.policy, run.run)
    block = read_parquet(folder / "weekly.parquet", ("authority", "week"), *rows)
    return None if block.empty else table_of(block)
