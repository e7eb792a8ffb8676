"""Files of a store with arrays: chunks with the weekly tables of several runs, their event logs, series of points.

Measures are the first axis of a table, so that one measure can be read from the disk without the others. A file is
only read if its header describes numbers in the order in which this package writes them, so that a file with Python
objects is never unpickled.
"""

from __future__ import annotations

import hashlib
import io
import mmap
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any, Final

import numpy as np

from redbead.exceptions import IntegrityError
from redbead.state.constants import Reals, Whole
from redbead.state.world import EVENT_COLUMNS, EVENT_NAMES
from redbead.storage.atomic_files import fsync, kind_of, sha256

PATTERNS: Final = ("chunk-*.npy", "events-*.npy", "point-*.npz")
TEMPORARY: Final = ".*.tmp"
_TABLE: Final = ("<f8", 4)
_LOG: Final = ("<i8", 2)
"""Type and number of dimensions of the array in a file."""
_ITEM: Final = 8
"""Size of a number in a file. [bytes]"""


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


def archive_of(series: Mapping[str, Reals]) -> bytes:
    """Content of a file with the series of a point."""
    archive = io.BytesIO()
    np.savez(archive, allow_pickle=False, **dict(series))
    return archive.getvalue()


def table_of(folder: Path, number: int) -> Reals:
    """Open the table of a chunk, [measures, runs, authorities, weeks], as a memory map.

    A report of thousands of runs opens each chunk some dozen times. ``numpy.load`` spends four times as long on it,
    because it also resolves the path.

    Raises
    ------
    IntegrityError
        If the file is not a table of real numbers.
    """
    table: Reals = _map_array(folder / name_of(number), *_TABLE)
    return table


def events_of(folder: Path, number: int, position: int) -> Whole:
    """Read the event log of the run at a position of a chunk, [events, columns].

    Raises
    ------
    IntegrityError
        If the file is not a table of whole numbers.
    """
    log = _map_array(folder / events_name_of(number), *_LOG)
    first, last = np.searchsorted(log[:, 0], [position, position + 1])
    return np.array(log[first:last, 1:])


def series_of(path: Path) -> dict[str, Reals]:
    """Read the series of a point, by name.

    Raises
    ------
    IntegrityError
        If the file is not an archive of arrays of numbers.
    """
    with _integrity_errors(path), path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
        series = dict(archive)
        if not all(isinstance(values, np.ndarray) and values.dtype.kind in "fiu" for values in series.values()):
            raise IntegrityError(damaged(path))
        return series


def _map_array(path: Path, dtype: str, dimensions: int) -> Any:  # noqa: ANN401 - an array of this type
    """Map the only array of a file into memory, after its header and size were checked."""
    with _integrity_errors(path), path.open("rb") as file:
        if np.lib.format.read_magic(file) != (1, 0):
            raise IntegrityError(damaged(path))
        shape, columns_first, stored = np.lib.format.read_array_header_1_0(file)
        start, size = file.seek(0, os.SEEK_CUR), os.fstat(file.fileno()).st_size
        if (stored, len(shape), columns_first) != (np.dtype(dtype), dimensions, False) or min(shape) < 0:
            raise IntegrityError(damaged(path))
        if start + prod(shape) * _ITEM != size:
            raise IntegrityError(damaged(path))
        return np.ndarray(shape, stored, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), start)


@contextmanager
def _integrity_errors(path: Path) -> Iterator[None]:
    """Convert all errors of numpy and of archives into an ``IntegrityError``, since a file may contain anything."""
    try:
        yield
    except (IntegrityError, OSError):
        raise
    except Exception as error:
        raise IntegrityError(damaged(path)) from error


def check(folder: Path, record: Mapping[str, Any], measures: int | None) -> None:
    """Compare the files of a chunk or point with its record in the journal.

    Parameters
    ----------
    folder : Path
        Folder of the store.
    record : mapping
        Record of the chunk or point.
    measures : int or None
        Number of measures of a table; None if the journal does not list them.

    Raises
    ------
    IntegrityError
        If a file was changed, is not a regular file, or does not contain what the record describes.
    """
    for name, digest in files_of(record).items():
        path = folder / name
        if kind_of(path) != "file" or sha256(path) != digest or not is_valid(path, record, measures):
            raise IntegrityError(damaged(path))


def files_of(record: Mapping[str, Any]) -> dict[str, str]:
    """SHA-256 of the files of a record of the journal, by name. [hexadecimal]"""
    if "file" in record:
        return {record["file"]: record["sha256"]}
    if "chunk" not in record:
        return {}
    events = {events_name_of(record["chunk"]): record["events"]} if record.get("events") else {}
    return {name_of(record["chunk"]): record["sha256"]} | events


def is_valid(path: Path, record: Mapping[str, Any], measures: int | None) -> bool:
    """Whether the arrays of a regular file have the shapes and values that its record in the journal requires."""
    try:
        if "file" in record:
            shapes = {name: list(values.shape) for name, values in series_of(path).items()}
            return record.get("arrays") in (None, shapes)
        if path.name == name_of(record["chunk"]):
            return _is_valid_table(_map_array(path, *_TABLE), record, measures)
        return _is_valid_log(_map_array(path, *_LOG), len(record["runs"]))
    except IntegrityError:
        return False


def _is_valid_table(table: Reals, record: Mapping[str, Any], measures: int | None) -> bool:
    fits = table.shape[1] == len(record["runs"]) and measures in (None, len(table))
    return fits and record.get("shape") in (None, list(table.shape)) and bool(np.isfinite(table).all())


def _is_valid_log(log: Whole, runs: int) -> bool:
    columns = ("position", *EVENT_COLUMNS)
    if log.shape[1] != len(columns):
        return False
    position, kind = log[:, 0], log[:, columns.index("kind")]
    known = (position >= 0) & (position < runs) & (kind >= 0) & (kind < len(EVENT_NAMES))
    return bool(known.all() and (np.diff(position) >= 0).all())


def damaged(path: Path) -> str:
    """Message for a file that was changed."""
    return (
        f"{path}: the file is damaged or was edited.\n    Remove this file and run the same command again to "
        "repeat its runs."
    )


def remove_unacknowledged(folder: Path, acknowledged: Collection[str]) -> None:
    """Remove what a killed command left: temporary files, and files with runs that are not in the journal."""
    for pattern in (TEMPORARY, *PATTERNS):
        for path in folder.glob(pattern):
            if path.name not in acknowledged:
                path.unlink()
