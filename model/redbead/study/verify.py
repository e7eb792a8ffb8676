"""Is a run folder what its manifest says, and do its runs come out the same again?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from redbead.jit import source_digest
from redbead.problems import IntegrityError, Problem
from redbead.scenario.load import load
from redbead.study import manifest
from redbead.study.digest import RUNS_ORDER, WEEKLY_ORDER, values_of
from redbead.study.files import read_parquet, sha256
from redbead.study.frames import weekly_frame
from redbead.study.runs import run_many


def verify(folder: Path) -> list[Problem]:
    """Everything about the folder that is not as its manifest says: changed, missing, extra or renamed files.

    Raises
    ------
    IntegrityError
        There is no manifest, or it is damaged: nothing can be checked against it.
    """
    record = manifest.read(folder)["files"]
    there = manifest.files_in(folder)
    odd = {name for name in there if (folder / name).is_symlink()}
    hashes = {name: sha256(folder / name) for name in there if name not in odd}
    wanted = {entry["sha256"]: name for name, entry in record.items()}
    problems = [Problem(name, what="a link, not a file of this run") for name in odd]
    problems += [
        Problem(name, what="changed since it was written: its SHA-256 differs")
        for name in record
        if name in hashes and hashes[name] != record[name]["sha256"]
    ]
    moved = {name: wanted.get(hashes[name]) for name in hashes if name not in record}
    for name in record:
        new = [other for other, old in moved.items() if old == name]
        if name not in hashes and name not in odd:
            problems.append(Problem(name, what=f"renamed to {new[0]}" if new else "missing"))
    problems += [
        Problem(name, what="not part of this run: the manifest does not list it")
        for name, old in moved.items()
        if old is None or old in hashes
    ]
    return sorted(problems)


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
    weekly = read_parquet(folder / "weekly.parquet", WEEKLY_ORDER)
    scenario = load(folder / "scenario.resolved.yaml")
    problems = []
    many = min(count, len(done))
    for k in range(many):
        row = done.iloc[k * len(done) // many]
        again = weekly_frame(run_many(scenario, runs=1, seed=int(row["seed"])))
        if values_of(again) != values_of(weekly[weekly["run"] == row["run"]]):
            problems.append(_differs(str(row["key"]), int(row["seed"]), record))
        if progress:
            progress(k + 1, many)
    return problems


def _differs(key: str, seed: int, record: manifest.Manifest) -> Problem:
    made_by = record["program"]
    if made_by["source_digest"] == source_digest():
        hint = "the same sources gave another result: another processor or library (see manifest.json), or a fault"
    else:
        hint = f"the folder was made by other sources (version {made_by['version']}); results may change with them"
    return Problem(key, what=f"run again with seed {seed}, the results differ", hint=hint)
