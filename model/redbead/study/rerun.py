"""Do the runs of a folder come out the same again?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from redbead.jit import model_digest
from redbead.problems import IntegrityError, Problem
from redbead.study import manifest, replay
from redbead.study.digest import RUNS_ORDER
from redbead.study.files import read_parquet


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
        run = replay.kept(folder, record, done.iloc[k * len(done) // many])
        made = replay.again(run)
        if made.weekly is None or not replay.same(folder, run, made.weekly):
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
