"""SHA-256 digest of results.

The digest covers values in a fixed order, so equal results have equal digests on any machine, with any number of
workers and in any order of execution.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from redbead.exceptions import IntegrityError
from redbead.state.constants import Reals
from redbead.storage import manifest
from redbead.storage.parquet import columns_of_parquet, read_parquet
from redbead.storage.study_folder import tables_digest

if TYPE_CHECKING:
    import pandas as pd


WEEKLY_ORDER: Final = ("policy", "run", "authority", "week")
RUNS_ORDER: Final = ("policy", "run")
RUNS_AT_ONCE: Final = 50
"""Runs read per block, so that memory use does not depend on the number of runs. [runs]"""


def digest(folder: Path) -> str:
    """Digest of the results in the folder of a study. [hexadecimal]

    Parameters
    ----------
    folder : Path
        A folder with ``weekly.parquet`` and ``runs.parquet``, or with the tables that its manifest lists.

    Raises
    ------
    IntegrityError
        The folder contains no results.
    """
    if (folder / "weekly.parquet").is_file() and (folder / "runs.parquet").is_file():
        return _digest_of_runs(folder)
    names = manifest.read(folder).get("tables", []) if (folder / manifest.NAME).is_file() else []
    if not names or not all((folder / name).is_file() for name in names):
        msg = f"{folder} contains no results: its tables are missing"
        raise IntegrityError(msg)
    return tables_digest({name: (folder / name).read_text(encoding="utf-8") for name in names})


def _digest_of_runs(folder: Path) -> str:
    """Digest of the runs in ``weekly.parquet`` and ``runs.parquet``."""
    runs = read_parquet(folder / "runs.parquet", RUNS_ORDER)
    weekly = folder / "weekly.parquet"
    names = [name for name in columns_of_parquet(weekly) if name not in WEEKLY_ORDER]
    return _hexdigest(names, runs, lambda policy, first, last: _rows(weekly, policy, first, last))


def _rows(weekly: Path, policy: str, first: int, last: int) -> pd.DataFrame:
    """Read the weekly rows of a range of runs of one policy."""
    return read_parquet(weekly, WEEKLY_ORDER, "policy = ? AND run BETWEEN ? AND ?", (policy, first, last))


class Digest:
    """SHA-256 over the names of the measures, then the seed, status and values of each run (little-endian, 64 bits).

    Durations and optional tables are not results and are left out.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._total = hashlib.sha256("\n".join(["redbead results 1", *names]).encode())

    def run(self, policy: str, number: int, seed: int, status: str) -> None:
        """Add the key, number, seed and status of the next run. Runs must be added in order of policy and number."""
        self._total.update(f"\n{policy} {number} {seed} {status}\n".encode())

    def values(self, table: Reals) -> None:
        """Add the weekly values of that run, shape [measures, authorities, weeks]."""
        self._total.update(run_bytes(table))

    def hexdigest(self) -> str:
        """Digest of everything added so far."""
        return self._total.hexdigest()


def run_bytes(table: Reals) -> bytes:
    """Bytes of the values of one run, column by column: authority, week, then each measure.

    Parameters
    ----------
    table : array
        Weekly values, shape [measures, authorities, weeks].
    """
    _, authorities, weeks = table.shape
    keys = (np.repeat(np.arange(authorities), weeks), np.tile(np.arange(weeks), authorities))
    return b"".join(np.ascontiguousarray(column, dtype="<f8").tobytes() for column in (*keys, table))


def _hexdigest(names: Sequence[str], runs: pd.DataFrame, rows: Callable[[str, int, int], pd.DataFrame]) -> str:
    """Digest of runs in order; `rows` returns the weekly rows of a policy for a range of run numbers."""
    total = Digest(names)
    ordered = runs.sort_values(list(RUNS_ORDER))
    for start in range(0, len(ordered), RUNS_AT_ONCE):
        for policy, block in ordered.iloc[start : start + RUNS_AT_ONCE].groupby("policy", sort=True):
            run_numbers = block["run"]
            tables = dict(
                iter(rows(str(policy), int(run_numbers.min()), int(run_numbers.max())).groupby("run", sort=False))
            )
            for number, seed, status in zip(run_numbers, block["seed"], block["status"], strict=True):
                total.run(str(policy), int(number), int(seed), str(status))
                if number in tables:
                    total.values(table_of(tables[number]))
    return total.hexdigest()


def table_of(block: pd.DataFrame) -> Reals:
    """Reshape the rows of one run to [measures, authorities, weeks]."""
    ordered = block.sort_values(["authority", "week"])
    authorities, weeks = ordered["authority"].nunique(), ordered["week"].nunique()
    names = [name for name in block.columns if name not in WEEKLY_ORDER]
    return np.array([ordered[name].to_numpy(dtype="<f8") for name in names]).reshape(len(names), authorities, weeks)
