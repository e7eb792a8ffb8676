"""Run store of a study folder: a journal and chunk files with weekly tables.

    DIR/store/journal.jsonl        inputs of the runs, then one line per chunk and per failed run
    DIR/store/chunk-000001.npy     tables of several runs, [measures, runs, authorities, weeks]
    DIR/store/lock                 locked by the command that writes

All tables, figures and reports of the folder are derived from the store and can be written again.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from filelock import FileLock, Timeout

from redbead.exceptions import EnvironmentProblemError, IntegrityError
from redbead.execution.jobs import RunResult
from redbead.state.types import Reals
from redbead.storage import chunks, journal
from redbead.storage.atomic_files import fsync, os_errors_as_problems

FOLDER: Final = "store"
LOCK: Final = "lock"
FORMAT: Final = 1

RUNS_PER_CHUNK: Final = 30
"""Waiting runs that trigger the writing of a chunk. [runs]"""

FLUSH_AFTER: Final = 5.0
"""Waiting time after which the next finished run triggers the writing of a chunk. [s]"""


class RunStatus(NamedTuple):
    """Record of one run in the journal: chunk and position of its table (chunk 0: it failed), and cause of failure."""

    seconds: float
    chunk: int
    position: int
    cause: str = ""
    trace: str = ""


Key = tuple[int, int]
"""Key of a run: arm and run number."""


class Store:
    """The runs of a folder.

    Open a store with :func:`open_for_writing` to add runs, or with :func:`open_read_only`.

    Parameters
    ----------
    folder : Path
        Folder of the study.
    records : sequence of mapping
        Records of the journal, including the header.
    """

    def __init__(self, folder: Path, records: Sequence[Mapping[str, Any]]) -> None:
        self.folder = folder / FOLDER
        self.header = dict(records[0]) if records else {}
        self.runs: dict[Key, RunStatus] = {}
        self.hashes: dict[int, tuple[str, int]] = {}
        for record in records[1:]:
            self._apply(record)
        self._waiting: list[RunResult] = []
        self._waiting_since = time.monotonic()
        self._next = max(self.hashes, default=0) + 1
        self._drop_missing_chunks()

    @property
    def done(self) -> set[Key]:
        """Keys of the runs that have a table."""
        return {key for key, status in self.runs.items() if status.chunk}

    @property
    def failed(self) -> dict[Key, RunStatus]:
        """Records of the runs that failed."""
        return {key: status for key, status in self.runs.items() if not status.chunk}

    @property
    def bytes(self) -> int:
        """Total size of all chunks. [bytes]"""
        return sum(size for _, size in self.hashes.values())

    def add(self, items: Sequence[RunResult]) -> None:
        """Add finished runs. They are written when a chunk is full or after a few seconds."""
        if not self._waiting:
            self._waiting_since = time.monotonic()
        self._waiting += [item for item in items if item.weekly is not None]
        for item in items:
            if item.weekly is None:
                self._append(_failure_record(item))
        waited = time.monotonic() - self._waiting_since
        if len(self._waiting) >= RUNS_PER_CHUNK or (self._waiting and waited > FLUSH_AFTER):
            self.flush()

    def flush(self) -> None:
        """Write the waiting runs to a chunk and acknowledge it in the journal."""
        if not self._waiting:
            return
        results = self._waiting
        with os_errors_as_problems(self.folder):
            digest, size = chunks.write(
                self.folder, self._next, [item.weekly for item in results if item.weekly is not None]
            )
        runs = [[item.spec.arm, item.spec.run, round(item.seconds, 6)] for item in results]
        self._append({"chunk": self._next, "sha256": digest, "bytes": size, "runs": runs})
        self._next += 1
        self._waiting = []

    def _append(self, record: Mapping[str, Any]) -> None:
        with os_errors_as_problems(self.folder):
            journal.append(self.folder / journal.NAME, record)
        self._apply(record)

    def _apply(self, record: Mapping[str, Any]) -> None:
        if "chunk" in record:
            self.hashes[record["chunk"]] = record["sha256"], record["bytes"]
            for index, (arm, run, seconds) in enumerate(record["runs"]):
                self.runs[arm, run] = RunStatus(seconds, record["chunk"], index)
        else:
            status = RunStatus(record["seconds"], 0, 0, record["failed"], record["trace"])
            self.runs[record["arm"], record["run"]] = status

    def _drop_missing_chunks(self) -> None:
        """Drop runs whose chunk file was removed, so that they are executed again."""
        missing = {number for number in self.hashes if not (self.folder / chunks.name_of(number)).is_file()}
        self.lost = sum(status.chunk in missing for status in self.runs.values())
        self.hashes = {number: entry for number, entry in self.hashes.items() if number not in missing}
        self.runs = {key: status for key, status in self.runs.items() if status.chunk not in missing}

    def tables(self, keys: Sequence[Key], measures: slice | int = slice(None)) -> Iterator[Reals]:
        """Yield the tables of runs in the given order.

        Parameters
        ----------
        keys : sequence of Key
            The runs.
        measures : slice or int
            Measures to read; all by default.

        Yields
        ------
        array
            Table of one run, [measures, authorities, weeks], or [authorities, weeks] for one measure.
        """
        loaded: dict[int, Reals] = {}
        for key in keys:
            status = self.runs[key]
            if status.chunk not in loaded:
                loaded = {status.chunk: chunks.table_of(self.folder, status.chunk)}
            yield loaded[status.chunk][measures, status.position]

    def by_chunk(self, keys: Collection[Key]) -> Iterator[tuple[list[Key], Reals]]:
        """Yield runs chunk by chunk, with their tables [measures, runs, authorities, weeks]."""
        keys_of: dict[int, list[Key]] = {}
        for key in sorted(keys, key=lambda key: (self.runs[key].chunk, self.runs[key].position)):
            keys_of.setdefault(self.runs[key].chunk, []).append(key)
        for number, members in keys_of.items():
            yield members, chunks.table_of(self.folder, number)[:, [self.runs[key].position for key in members]]

    def check(self) -> None:
        """Compare every chunk with its SHA-256.

        Raises
        ------
        IntegrityError
            If a chunk was changed.
        """
        for number, (digest, _) in self.hashes.items():
            chunks.check(self.folder, number, digest)


def _failure_record(item: RunResult) -> dict[str, Any]:
    spec = item.spec
    return {
        "failed": item.cause, "trace": item.trace, "arm": spec.arm, "run": spec.run, "seconds": round(item.seconds, 6)
    }  # fmt: skip


def open_read_only(folder: Path) -> Store:
    """Open the store of a folder for reading. Returns an empty store if the folder has none.

    Raises
    ------
    IntegrityError
        If the journal is damaged.
    """
    path = folder / FOLDER / journal.NAME
    with os_errors_as_problems(folder):
        return Store(folder, journal.read(path) if path.is_file() else [])


@contextmanager
def open_for_writing(folder: Path, header: Mapping[str, Any]) -> Iterator[Store]:
    """Open the store of a folder for writing. Creates the store if needed and removes what a killed command left.

    Parameters
    ----------
    folder : Path
        Folder of the study.
    header : mapping
        Identity of the runs: ``inputs``, ``model`` (digest of the sources), ``version`` and ``arms``.

    Yields
    ------
    Store
        The store. It is locked and flushed at the end of the block.

    Raises
    ------
    EnvironmentProblemError
        If another command is writing to the folder, or the disk cannot be written.
    IntegrityError
        If the store is damaged, or contains runs of other inputs or another version.
    """
    home = folder / FOLDER
    with os_errors_as_problems(folder):
        home.mkdir(parents=True, exist_ok=True)
    with _locked(home):
        path = home / journal.NAME
        with os_errors_as_problems(folder):
            if path.is_file():
                journal.repair(path)
            if not path.is_file() or path.stat().st_size == 0:
                journal.append(path, {"format": FORMAT, **header})
            store = Store(folder, journal.read(path))
        _check_header(folder, store.header, header)
        with os_errors_as_problems(folder):
            chunks.remove_unacknowledged(home, set(store.hashes))
        try:
            yield store
        except EnvironmentProblemError:
            raise  # the disk cannot be written, so the waiting runs are executed again next time
        except BaseException:
            store.flush()
            raise
        store.flush()


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    lock = FileLock(home / LOCK, timeout=0)
    with os_errors_as_problems(home):
        try:
            lock.acquire()
        except Timeout as error:
            msg = (
                f"{home.parent}: another command is writing to this folder.\n    Wait until it ends, then run the same "
                "command again."
            )
            raise EnvironmentProblemError(msg) from error
    try:
        yield
    finally:
        lock.release()


def _check_header(folder: Path, stored: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Refuse to mix runs of different inputs or versions.

    Raises
    ------
    IntegrityError
        If the inputs or the version differ.
    """
    remedy = "Choose another folder with --out, or rename this one. Nothing in it was changed."
    if stored.get("format") != FORMAT:
        what = f"has a store of format {stored.get('format')}, but this version of redbead reads format {FORMAT}"
    elif stored.get("inputs") != expected.get("inputs"):
        what = "contains runs of other inputs (see its batch.resolved.yaml)"
    elif stored.get("model") != expected.get("model"):
        what = (
            f"contains runs of another version of the model ({stored.get('version')}, sources "
            f"{str(stored.get('model'))[:12]}), which cannot be mixed with runs of this version "
            f"({expected.get('version')}, sources {str(expected.get('model'))[:12]})"
        )
    else:
        return
    msg = f"{folder} {what}.\n    {remedy}"
    raise IntegrityError(msg)


def copy_store(source: Store, target: Path) -> Store:
    """Copy a store to another folder. The journal is copied last.

    Raises
    ------
    EnvironmentProblemError
        If the disk cannot be written, or another command is writing to the folder.
    """
    home = target / FOLDER
    with os_errors_as_problems(target):
        home.mkdir(parents=True, exist_ok=True)
        with _locked(home):
            for number in source.hashes:
                shutil.copyfile(source.folder / chunks.name_of(number), home / chunks.name_of(number))
            shutil.copyfile(source.folder / journal.NAME, home / journal.NAME)
            for path in (*home.glob(chunks.PATTERN), home / journal.NAME, home):
                fsync(path)
    return open_read_only(target)
