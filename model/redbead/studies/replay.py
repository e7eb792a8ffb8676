"""One run of a folder, made again: which scenario, which seed; and whether it comes out the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from redbead.analysis.digest import RUNS_ORDER, table_of
from redbead.exceptions import BadInputError, IntegrityError, Problem
from redbead.execution.executors import execute_with_timeout
from redbead.execution.jobs import Job, RunResult, RunSpec
from redbead.execution.runs import TIME_LIMIT, Agents
from redbead.jit import model_digest
from redbead.scenario import messages
from redbead.scenario.loader import load
from redbead.scenario.scenario import Scenario
from redbead.state.types import Reals
from redbead.storage import manifest
from redbead.storage.atomic_files import read_parquet
from redbead.studies.comparison.arms import arms_of
from redbead.studies.comparison.folder import RESOLVED, key_of
from redbead.studies.comparison.folder import load as load_batch
from redbead.studies.comparison.reader import read_batch


class StoredRun(NamedTuple):
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


def find(folder: Path, key: str) -> StoredRun:
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
        near = messages.close(key, list(runs["key"])) or next(iter(runs["key"]), "")
        hint = f"such as {near}; runs.parquet lists them all" if near else "the folder has no run"
        problem = Problem(str(folder), key=messages.printable(key), what="no run of this key", hint=hint)
        raise BadInputError([problem])
    return kept(folder, record, found.iloc[0])


def kept(folder: Path, record: manifest.Manifest, row: pd.Series[Any]) -> StoredRun:
    """The run of one row of ``runs.parquet``."""
    scenario = _of_batch(folder, row) if "batch" in record else load(folder / "scenario.resolved.yaml")
    key, policy, status, cause = (str(row[name]) for name in ("key", "policy", "status", "cause"))
    return StoredRun(key, policy, int(row["run"]), int(row["seed"]), scenario, status, cause)


def _of_batch(folder: Path, row: pd.Series[Any]) -> Scenario:
    arms = arms_of(read_batch(folder / RESOLVED))
    role = next((role for role in arms.roles if role.key == row["policy"]), None)
    if role is None:
        msg = f"{folder}: runs.parquet names {row['policy']}, which {RESOLVED} does not"
        raise IntegrityError(msg)
    return arms.scenario(role.arm, int(row["run"]))


def _part(folder: Path, key: str) -> StoredRun | None:
    """A run of a package or of a switching value: they have no row in ``runs.parquet``."""
    results = load_batch(folder)
    for role in results.arms.roles:
        for run in range(role.runs or results.runs):
            seed = results.comparison.seed + run
            if key_of(role, seed) == key:
                held = results.store.runs.get((role.arm, run))
                status = "done" if held and held.chunk else "failed"
                scenario = results.arms.scenario(role.arm, run)
                table = np.array(next(results.store.tables([(role.arm, run)]))) if status == "done" else None
                return StoredRun(key, role.key, run, seed, scenario, status, held.cause if held else "not run", table)
    return None


def again(
    run: StoredRun, agents: Agents | None = None, *, events: bool = False, limit: float = TIME_LIMIT
) -> RunResult:
    """Make the run again, here and now."""
    given = tuple((agents or {}).items())
    return execute_with_timeout(Job((run.scenario,), (RunSpec(0, run.run, run.seed, 0),), given, events), limit)[0]


def same(folder: Path, run: StoredRun, table: Reals) -> bool:
    """Whether a table, [measures, authorities, weeks], equals what the folder holds of the run, to the last bit."""
    held = weekly_of(folder, run)
    return held is not None and held.tobytes() == np.ascontiguousarray(table, dtype="<f8").tobytes()


def weekly_of(folder: Path, run: StoredRun) -> Reals | None:
    """What the folder holds of one run, [measures, authorities, weeks]; None for a run without weekly values."""
    if run.table is not None:
        return run.table
    rows = "policy = ? AND run = ?", (run.policy, run.run)
    block = read_parquet(folder / "weekly.parquet", ("authority", "week"), *rows)
    return None if block.empty else table_of(block)


def rerun(folder: Path, count: int, progress: Callable[[int, int], None] | None = None) -> list[Problem]:
    """Run `count` runs of the folder again, spread evenly, and compare every value bit by bit.

    Raises
    ------
    IntegrityError
        The folder has no manifest or no finished run.
    """
    record = manifest.read(folder)
    runs = read_parquet(folder / "runs.parquet", RUNS_ORDER)
    done = runs[runs["status"] == "done"]
    if done.empty or count < 1:
        msg = f"{folder}: no finished run to repeat"
        raise IntegrityError(msg)
    if named := record.get("batch", {}).get("agents"):
        msg = f"{folder}: its runs used classes of somebody's own ({', '.join(named)}): redbead replay takes --agents"
        raise IntegrityError(msg)
    problems = []
    many = min(count, len(done))
    for k in range(many):
        run = kept(folder, record, done.iloc[k * len(done) // many])
        made = again(run)
        if made.weekly is None or not same(folder, run, made.weekly):
            problems.append(_differs(run.key, run.seed, record))
        if progress:
            progress(k + 1, many)
    return problems


def _differs(key: str, seed: int, record: manifest.Manifest) -> Problem:
    made_by = record["program"]
    if made_by["model_digest"] == model_digest():
        hint = "the same sources gave another result: another processor or library (see manifest.json), or a fault"
    else:
        hint = f"the folder was made by other sources (version {made_by['version']}); results may change with them"
    return Problem(key, what=f"run again with seed {seed}, the results differ", hint=hint)
