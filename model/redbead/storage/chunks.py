"""Chunk files with the weekly tables of several runs, and with their event logs.

Measures are the first axis of a table, so that one measure can be read from the disk without the others.
"""

from __future__ import annotations

import hashlib
import mmap
import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from redbead.exceptions import IntegrityError
from redbead.state.constants import Reals, Whole
from redbead.storage.atomic_files import fsync, sha256

PATTERNS: Final = ("chunk-*.npy", "events-*.npy")
TEMPORARY: Final = ".*.tmp"


def name_of(number: int) -> str:
    """File name of a chunk.

    Examples
    --------
    >>> name_of(7)
    'chunk-000007.npy'
    """
    return f"chunk-{number:06d}.npy"


def events_name_of(number: int) -> str:
    """File name of the event logs of a chunk.

    Examples
    --------
    >>> events_name_of(7)
    'events-000007.npy'
    """
    return f"events-{number:06d}.npy"


def write(folder: Path, number: int, blocks: Sequence[Reals]) -> str:
    """Write the tables of a chunk atomically.

    Parameters
    ----------
    folder : Path
        Folder of the store.
    number : int
        Number of the chunk, from 1.
    blocks : sequence of array
        Weekly tables, one per run, each [measures, authorities, weeks].

    Returns
    -------
    str
        SHA-256 of the file. [hexadecimal]
    """
    return _write_array(folder / name_of(number), np.stack(blocks, axis=1))


def write_events(folder: Path, number: int, logs: Sequence[Whole]) -> str:
    """Write the event logs of a chunk atomically.

    Parameters
    ----------
    folder : Path
        Folder of the store.
    number : int
        Number of the chunk, from 1.
    logs : sequence of array
        Event logs, one per run, each [events, columns].

    Returns
    -------
    str
        SHA-256 of the file. [hexadecimal]
    """
    positions = np.repeat(np.arange(len(logs)), [len(log) for log in logs])
    return _write_array(folder / events_name_of(number), np.column_stack([positions, np.concatenate(logs)]))


def _write_array(path: Path, values: Reals | Whole) -> str:
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        hashed = _HashingFile(file)
        np.lib.format.write_array(hashed, values, version=(1, 0), allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    fsync(path.parent)
    return hashed.hexdigest()


class _HashingFile:
    """A file object that computes the SHA-256 of the data written to it."""

    def __init__(self, file: object) -> None:
        self._file, self._digest = file, hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Write data and add it to the hash."""
        self._digest.update(data)
        return int(self._file.write(data))  # type: ignore[attr-defined]

    def hexdigest(self) -> str:
        """SHA-256 of all data written so far."""
        return self._digest.hexdigest()


def table_of(folder: Path, number: int) -> Reals:
    """Open the table of a chunk, [measures, runs, authorities, weeks], as a memory map.

    A report of thousands of runs opens each chunk some dozen times. ``numpy.load`` spends four times as long on it,
    because it also resolves the path.
    """
    with (folder / name_of(number)).open("rb") as file:
        np.lib.format.read_magic(file)
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return np.ndarray(shape, dtype, mapped, file.seek(0, os.SEEK_CUR))


def events_of(folder: Path, number: int, position: int) -> Whole:
    """Read the event log of the run at a position of a chunk, [events, columns]."""
    log = np.load(folder / events_name_of(number), mmap_mode="r", allow_pickle=False)
    first, last = np.searchsorted(log[:, 0], [position, position + 1])
    return np.array(log[first:last, 1:])


def check(path: Path, digest: str) -> None:
    """Compare a file with the SHA-256 in the journal.

    Raises
    ------
    IntegrityError
        If the file was changed.
    """
    if sha256(path) != digest:
        msg = (
            f"{path}: the file is damaged or was edited.\n    Remove this file and run the same command again to "
            "repeat its runs."
        )
        raise IntegrityError(msg)


def remove_unacknowledged(folder: Path, acknowledged: Collection[str]) -> None:
    """Remove what a killed command left: temporary files, and files with runs that are not in the journal."""
    for pattern in (TEMPORARY, *PATTERNS):
        for path in folder.glob(pattern):
            if path.name not in acknowledged:
                path.unlink()
