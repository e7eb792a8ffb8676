"""One SHA-256 over the results themselves: equal however, whenever and in whatever order they were computed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from redbead.problems import IntegrityError
from redbead.study.files import read_parquet
from redbead.study.frames import runs_frame, weekly_frame
from redbead.study.runs import Batch

WEEKLY_ORDER: Final = ("policy", "run", "authority", "week")
RUNS_ORDER: Final = ("policy", "run")


def digest_of(batch: Batch) -> str:
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
    weekly = read_parquet(folder / "weekly.parquet", WEEKLY_ORDER)
    return results_digest(weekly, read_parquet(folder / "runs.parquet", RUNS_ORDER))


def results_digest(weekly: pd.DataFrame, runs: pd.DataFrame) -> str:
    """SHA-256 over column names, then run by run its seed, status and columns as little-endian 64-bit floats.

    Seconds and optional tables do not count: they are not results.
    """
    names = [name for name in weekly.columns if name not in WEEKLY_ORDER]
    total = hashlib.sha256("\n".join(["redbead results 1", *names]).encode())
    blocks = dict(iter(weekly.groupby(["policy", "run"], sort=False)))
    for row in runs.sort_values(list(RUNS_ORDER)).itertuples():
        total.update(f"\n{row.policy} {row.run} {row.seed} {row.status}\n".encode())
        block = blocks.get((row.policy, row.run))
        if block is not None:
            total.update(values_of(block))
    return total.hexdigest()


def values_of(block: pd.DataFrame) -> bytes:
    """The values of one run, column after column, in the order of authority and week."""
    ordered = block.sort_values(["authority", "week"])
    names = [name for name in block.columns if name not in ("policy", "run")]
    return b"".join(np.ascontiguousarray(ordered[name], dtype="<f8").tobytes() for name in names)
