"""Chunks: finished runs in files of some megabytes, measure by measure: one measure is read without the rest."""

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
    """The file name of a chunk.

    >>> name_of(7)
    'chunk-000007.npy'
    """
    return f"chunk-{number:06d}.npy"


def write(folder: Path, number: int, blocks: Sequence[Reals]) -> tuple[str, int]:
    """Write the tables of some runs, each [measures, authorities, weeks]; whole or not at all.

    Returns
    -------
    tuple
        SHA-256 and size of the file. [hexadecimal, bytes]
    """
    path = folder / name_of(number)
    temporary = path.with_name(f".{path.name}.tmp")
    table = np.stack(blocks, axis=1)
    with temporary.open("wb") as file:
        hashed = _Hashed(file)
        np.lib.format.write_array(hashed, table, version=(1, 0), allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    fsync(folder)
    return hashed.hexdigest(), hashed.size


class _Hashed:
    """A file that is hashed while it is written."""

    def __init__(self, file: object) -> None:
        self._file, self._digest, self.size = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        """Write and hash."""
        self._digest.update(data)
        self.size += len(data)
        return int(self._file.write(data))  # type: ignore[attr-defined]

    def hexdigest(self) -> str:
        """SHA-256 of all that was written."""
        return self._digest.hexdigest()


def table_of(folder: Path, number: int) -> Reals:
    """The table of a chunk, [measures, runs, authorities, weeks], read from the disk where it is looked at."""
    return np.asarray(np.load(folder / name_of(number), mmap_mode="r", allow_pickle=False))


def check(folder: Path, number: int, digest: str) -> None:
    """Compare a chunk with the hash that the journal holds of it.

    Raises
    ------
    IntegrityError
        The file was changed.
    """
    path = folder / name_of(number)
    if sha256(path) != digest:
        msg = f"{path}: damaged or edited. Remove that file and give the same command again: its runs are made again"
        raise IntegrityError(msg)


def sweep(folder: Path, kept: set[int]) -> None:
    """Remove what a kill left behind: temporary files, and chunks that were never acknowledged."""
    names = {name_of(number) for number in kept}
    for path in (*folder.glob(TEMPORARY), *folder.glob(PATTERN)):
        if path.name not in names:
            path.unlink()
