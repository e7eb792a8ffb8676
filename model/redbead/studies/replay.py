"""Repeat a stored run: find its scenario and seed, run it again, and compare the results."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from redbead.analysis.digest import RUNS_ORDER, table_of
from redbead.compile_cache import model_digest
from redbead.exceptions import BadInputError, IntegrityError, Problem, printable
from redbead.execution.executors import execute_with_timeout
from redbead.execution.jobs import Job, RunResult, RunSpec
from redbead.execution.runs import TIME_LIMIT, Agents
from redbead.scenario import messages
from redbead.scenario.scenario import Scenario
from redbead.state.constants import Reals
from redbead.storage import manifest
from redbead.storage.parquet import read_parquet
from redbead.storage.study_folder import WORDS
from redbead.studies.comparison.arms import agent_names, agent_option, arms_of
from redbead.studies.comparison.folder import RESOLVED
from redbead.studies.comparison.run_tables import key_of
from redbead.studies.stored_runs import load_results, read_comparison


class StoredRun(NamedTuple):
    """A run of a folder: key, policy, number, seed, scenario and status.

    ``table`` contains its results if ``weekly.parquet`` does not.
    """

    key: str
    policy: str
    run: int
    seed: int
    scenario: Scenario
    status: str
    cause: str
    table: Reals | None = None


def find_run(folder: Path, key: str) -> StoredRun:
    """Find a run of a folder by key.

    Parameters
    ----------
    folder : Path
        Folder of a scenario or batch.
    key : str
        Key of the run.

    Returns
    -------
    StoredRun
        The run.

    Raises
    ------
    BadInputError
        There is no such run; the message suggests the nearest key.
    IntegrityError
        The folder is damaged or is not a run folder.
    """
    record = _record_of_runs(folder)
    runs = read_parquet(folder / "runs.parquet", RUNS_ORDER)
    matches = runs[runs["key"] == key]
    if matches.empty:
        if part := _run_without_row(folder, key):
            return part
        nearest = messages.nearest_name(key, list(runs["key"])) or next(iter(runs["key"]), "")
        hint = f"For example, {nearest}; runs.parquet lists all keys." if nearest else "The folder contains no runs."
        problem = Problem(str(folder), key=printable(key), what="is not the key of a stored run", hint=hint)
        raise BadInputError([problem])
    return stored_run(folder, record, matches.iloc[0])


def stored_run(folder: Path, record: manifest.Manifest, row: pd.Series[Any]) -> StoredRun:
    """Return the run of a row of ``runs.parquet``."""
    scenario = _scenario_of(folder, record, row)
    key, policy, status, cause = (str(row[name]) for name in ("key", "policy", "status", "cause"))
    return StoredRun(key, policy, int(row["run"]), int(row["seed"]), scenario, status, cause)


def _scenario_of(folder: Path, record: manifest.Manifest, row: pd.Series[Any]) -> Scenario:
    arms = arms_of(read_comparison(folder, record))
    role = next((role for role in arms.roles if role.key == row["policy"]), None)
    if role is None:
        msg = f"{folder}: runs.parquet contains the policy {row['policy']}, but {RESOLVED} does not"
        raise IntegrityError(msg)
    return arms.scenario(role.arm, int(row["run"]))


def _run_without_row(folder: Path, key: str) -> StoredRun | None:
    """A run that has no row in ``runs.parquet``: it belongs to a part of a package or to a switching value."""
    results = load_results(folder)
    for role in results.arms.roles:
        for run in range(role.runs or results.runs):
            seed = results.comparison.seed + run
            if key_of(role, seed) == key:
                stored = results.store.runs.get((role.arm, run))
                status = "done" if stored and stored.chunk else "failed"
                scenario = results.arms.scenario(role.arm, run)
                table = np.array(next(results.store.tables([(role.arm, run)]))) if status == "done" else None
                cause = stored.cause if stored else "not run"
                return StoredRun(key, role.key, run, seed, scenario, status, cause, table)
    return None


def check_agents(folder: Path, agents: Agents | None) -> None:
    """Refuse to repeat a run with other agents than those of the original runs.

    Raises
    ------
    BadInputError
        The agents differ. The message names those of the folder.
    """
    original = manifest.read(folder).get("batch", {}).get("agents", [])
    given = agent_names(agents)
    if given == original:
        return
    classes = [agent_option(name) for name in original]
    hint = f"Use {' '.join(f'--agents {name}' for name in classes) or 'no --agents'}."
    what = "must be the agents of the original runs" if classes else "must not be set: the original runs had none"
    if [agent_option(name) for name in given] == classes:
        what, hint = "were edited since the original runs", "Restore their file, or run the original command anew."
    raise BadInputError([Problem(str(folder), key="--agents", what=what, hint=hint)])


def check_trace(folder: Path) -> None:
    """Refuse to trace a worker of runs with custom agents, because a trace follows the rules of the package.

    Raises
    ------
    BadInputError
        The runs used custom agents.
    """
    if classes := manifest.read(folder).get("batch", {}).get("agents"):
        what = f"cannot follow custom agents ({', '.join(agent_option(name) for name in classes)})"
        hint = "Read the workers of a model instead: rb.ChildrensService(scenario, seed, agents={...}).workers."
        raise BadInputError([Problem(str(folder), key="--trace", what=what, hint=hint)])


def repeat_run(
    run: StoredRun, agents: Agents | None = None, *, events: bool = False, limit: float = TIME_LIMIT
) -> RunResult:
    """Repeat a run on this machine, with a time limit.

    Parameters
    ----------
    run : StoredRun
        The run.
    agents : mapping, optional
        Custom agent classes.
    events : bool
        Whether to record events.
    limit : float
        Time limit. [seconds]

    Returns
    -------
    RunResult
        The result.
    """
    job = Job((run.scenario,), (RunSpec(0, run.run, run.seed, 0),), tuple((agents or {}).items()), events)
    return execute_with_timeout(job, limit)[0]


def is_identical(folder: Path, run: StoredRun, table: Reals) -> bool:
    """Whether a table equals the stored results of a run exactly. [measures, authorities, weeks]"""
    stored = weekly_of(folder, run)
    return stored is not None and stored.tobytes() == np.ascontiguousarray(table, dtype="<f8").tobytes()


def weekly_of(folder: Path, run: StoredRun) -> Reals | None:
    """Return the stored weekly results of a run, or None. [measures, authorities, weeks]"""
    if run.table is not None:
        return run.table
    rows = "policy = ? AND run = ?", (run.policy, run.run)
    block = read_parquet(folder / "weekly.parquet", ("authority", "week"), *rows)
    return None if block.empty else table_of(block)


def rerun(folder: Path, count: int, progress: Callable[[int, int], None] | None = None) -> list[Problem]:
    """Repeat `count` runs of a folder, evenly spaced, and compare all values exactly.

    Parameters
    ----------
    folder : Path
        Folder of a scenario or batch.
    count : int
        Number of runs to repeat.
    progress : callable, optional
        Called with the number of runs repeated and their total.

    Returns
    -------
    list of Problem
        One problem per run with different results.

    Raises
    ------
    IntegrityError
        The folder has no manifest or no finished run, or its runs used custom agents.
    """
    record = _record_of_runs(folder)
    runs = read_parquet(folder / "runs.parquet", RUNS_ORDER)
    done = runs[runs["status"] == "done"]
    if done.empty or count < 1:
        msg = f"{folder}: no finished run to repeat"
        raise IntegrityError(msg)
    if classes := record.get("batch", {}).get("agents"):
        msg = f"{folder}: these runs used custom agent classes ({', '.join(classes)}); use redbead replay --agents"
        raise IntegrityError(msg)
    problems = []
    count = min(count, len(done))
    for k in range(count):
        run = stored_run(folder, record, done.iloc[k * len(done) // count])
        repeated = repeat_run(run)
        if repeated.weekly is None or not is_identical(folder, run, repeated.weekly):
            problems.append(_difference_problem(run.key, run.seed, record))
        if progress:
            progress(k + 1, count)
    return problems


def _record_of_runs(folder: Path) -> manifest.Manifest:
    """Manifest of a folder with runs.

    Raises
    ------
    IntegrityError
        The folder contains a study that does not keep its runs.
    """
    record = manifest.read(folder)
    if not (folder / "runs.parquet").is_file():
        command = shlex.join(str(word) for word in record["command"])
        kind = WORDS.get(record.get("kind", ""), "another study")
        msg = (
            f"{folder} contains {kind}, which does not keep its runs, so none can be repeated."
            f"\n    Run its command in another folder and compare both with 'redbead digest': {command}"
        )
        raise IntegrityError(msg)
    return record


def _difference_problem(key: str, seed: int, record: manifest.Manifest) -> Problem:
    program = record["program"]
    if program["model_digest"] == model_digest():
        hint = "The program is the same. Compare processor and libraries (see manifest.json), or report a fault."
    else:
        hint = f"Another version of the program wrote the folder ({program['version']}), so results may differ."
    return Problem(key, what=f"the results of a repetition with seed {seed} differ", hint=hint)
