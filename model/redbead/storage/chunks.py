"""Chunk files with the weekly tables of several runs.

Measures are the first axis, so that one measure can be read from the disk without the others.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from redbead.exceptions import IntegrityError
from redbead.state.types import Reals
from redbead.storage.atomic_files import fsync, sha256

PATTERN: Final = "chunk-*.npy"
TEMPORARY: Final = ".*.tmp"


def name_of(number: int) -> str:
    """File name of a chunk.

    Examples
    --------
    >>> name_of(7)
    'chunk-000007.npy'
    """
    return f"chunk-{number:06d}.npy"


def write(folder: Path, number: int, blocks: Sequence[Reals]) -> tuple[str, int]:
    """Write a chunk atomically.

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
    tuple of str and int
        SHA-256 and size of the file. [hexadecimal, bytes]
    """
    path = folder / name_of(number)
    temporary = path.with_name(f".{path.name}.tmp")
    table = np.stack(blocks, axis=1)
    with temporary.open("wb") as file:
        hashed = _HashingFile(file)
        np.lib.format.write_array(hashed, table, version=(1, 0), allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    fsync(folder)
    return hashed.hexdigest(), hashed.size


class _HashingFile:
    """A file object that computes the SHA-256 of the data written to it."""

    def __init__(self, file: object) -> None:
        self._file, self._digest, self.size = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        """Write data and add it to the hash."""
        self._digest.update(data)
        self.size += len(data)
        return int(self._file.write(data))  # type: ignore[attr-defined]

    def hexdigest(self) -> str:
        """SHA-256 of all data written so far."""
        return self._digest.hexdigest()


def table_of(folder: Path, number: int) -> Reals:
    """Open the table of a chunk, [measures, runs, authorities, weeks], as a memory map."""
    return np.asarray(np.load(folder / name_of(number), mmap_mode="r", allow_pickle=False))


def check(folder: Path, number: int, digest: str) -> None:
    """Compare a chunk with the SHA-256 in the journal.

    Raises
    ------
    IntegrityError
        If the file was changed.
    """
    path = folder / name_of(number)
    if sha256(path) != digest:
        msg = (
            f"{path}: the file is damaged or was edited.\n    Remove this file and run the same command again to "
            "repeat its runs."
        )
        raise IntegrityError(msg)


def remove_unacknowledged(folder: Path, acknowledged: set[int]) -> None:
    """Remove what a killed command left: temporary files, and chunks that are not in the journal."""
    names = {name_of(number) for number in acknowledged}
    for path in (*folder.glob(TEMPORARY), *folder.glob(PATTERN)):
        if path.name not in names:
            path.unlink()
