"""One SHA-256 over the results themselves: equal however, whenever and in whatever order they were computed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from redbead.analysis.frames import runs_frame, weekly_frame
from redbead.exceptions import IntegrityError
from redbead.execution.runs import ScenarioRuns
from redbead.state.types import Reals
from redbead.storage.atomic_files import columns_of_parquet, read_parquet

WEEKLY_ORDER: Final = ("policy", "run", "authority", "week")
RUNS_ORDER: Final = ("policy", "run")
RUNS_AT_ONCE: Final = 50
"""So many runs are looked at together: memory stays as it is, however many there are. [runs]"""


def digest_of(batch: ScenarioRuns) -> str:
    """The digest of a batch in memory; equal to that of the folder it is written to. [hexadecimal]"""
    return results_digest(weekly_frame(batch), runs_frame(batch))


def digest(folder: Path) -> str:
    """The digest of a run folder: values in a fixed order, not bytes of files. [hexadecimal]

    Raises
    ------
    IntegrityError
        The folder holds no results.
    """
    if not (folder / "weekly.parquet").is_file() or not (folder / "runs.parquet").is_file():
        msg = f"{folder}: no run folder (weekly.parquet or runs.parquet is missing)"
        raise IntegrityError(msg)
    runs = read_parquet(folder / "runs.parquet", RUNS_ORDER)
    weekly = folder / "weekly.parquet"
    names = [name for name in columns_of_parquet(weekly) if name not in WEEKLY_ORDER]
    return _hexdigest(names, runs, lambda policy, first, last: _rows(weekly, policy, first, last))


def _rows(weekly: Path, policy: str, first: int, last: int) -> pd.DataFrame:
    return read_parquet(weekly, WEEKLY_ORDER, "policy = ? AND run BETWEEN ? AND ?", (policy, first, last))


class Digest:
    """SHA-256 over the names of the measures, then run by run its seed, status and values, little-endian 64-bit.

    Seconds and optional tables do not count: they are not results.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._total = hashlib.sha256("\n".join(["redbead results 1", *names]).encode())

    def run(self, policy: str, number: int, seed: int, status: str) -> None:
        """The next run, in the order of policies and runs."""
        self._total.update(f"\n{policy} {number} {seed} {status}\n".encode())

    def values(self, table: Reals) -> None:
        """Its values, [measures, authorities, weeks], behind the numbers of authority and week."""
        self._total.update(run_bytes(table))

    def hexdigest(self) -> str:
        """The digest of all that was told."""
        return self._total.hexdigest()


def run_bytes(table: Reals) -> bytes:
    """The values of one run, [measures, authorities, weeks], column after column, authority and week first."""
    _, places, weeks = table.shape
    where = (np.repeat(np.arange(places), weeks), np.tile(np.arange(weeks), places))
    return b"".join(np.ascontiguousarray(column, dtype="<f8").tobytes() for column in (*where, table))


def results_digest(weekly: pd.DataFrame, runs: pd.DataFrame) -> str:
    """The digest of the results that two frames hold. [hexadecimal]"""
    names = [name for name in weekly.columns if name not in WEEKLY_ORDER]

    def rows(policy: str, first: int, last: int) -> pd.DataFrame:
        return weekly[(weekly["policy"] == policy) & weekly["run"].between(first, last)]

    return _hexdigest(names, runs, rows)


def _hexdigest(names: Sequence[str], runs: pd.DataFrame, rows: Callable[[str, int, int], pd.DataFrame]) -> str:
    """The digest of runs in order; `rows` gives those of a policy from one run to another, some at a time."""
    total = Digest(names)
    ordered = runs.sort_values(list(RUNS_ORDER))
    for start in range(0, len(ordered), RUNS_AT_ONCE):
        for policy, some in ordered.iloc[start : start + RUNS_AT_ONCE].groupby("policy", sort=True):
            numbers = some["run"]
            blocks = dict(iter(rows(str(policy), int(numbers.min()), int(numbers.max())).groupby("run", sort=False)))
            for number, seed, status in zip(numbers, some["seed"], some["status"], strict=True):
                total.run(str(policy), int(number), int(seed), str(status))
                if number in blocks:
                    total.values(table_of(blocks[number]))
    return total.hexdigest()


def table_of(block: pd.DataFrame) -> Reals:
    """The rows of one run as a table, [measures, authorities, weeks]."""
    ordered = block.sort_values(["authority", "week"])
    places, weeks = ordered["authority"].nunique(), ordered["week"].nunique()
    names = [name for name in block.columns if name not in WEEKLY_ORDER]
    return np.array([ordered[name].to_numpy(dtype="<f8") for name in names]).reshape(len(names), places, weeks)
