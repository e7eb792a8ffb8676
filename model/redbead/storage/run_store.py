"""Run store of a study folder: a journal and chunk files with weekly tables.

    DIR/store/journal.jsonl        inputs of the runs, then one line per chunk and per failed run
    DIR/store/chunk-000001.npy     tables of several runs, [measures, runs, authorities, weeks]
    DIR/store/events-000001.npy    event logs of the same runs, [events, position and columns], if they are recorded
    DIR/store/lock                 locked by the command that writes

All tables, figures and reports of the folder are derived from the store and can be written again.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
import time
import weakref
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from redbead.exceptions import BadInputError, EnvironmentProblemError, IntegrityError, Problem
from redbead.execution.jobs import RunResult
from redbead.measures import MEASURES
from redbead.state.constants import Reals, Whole
from redbead.state.world import EVENT_COLUMNS
from redbead.storage import chunks, journal
from redbead.storage.atomic_files import fsync, os_errors_as_problems
from redbead.storage.study_folder import STORE, locked, open_journal

MEASURE_NAMES: Final = tuple(measure.name for measure in MEASURES)

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

LARGEST_PICKLE: Final = 200_000_000
"""Largest size of the files of a store that is pickled or copied. [bytes]"""


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
        self.folder = folder / STORE
        self.header = dict(records[0]) if records else {}
        self.runs: dict[Key, RunStatus] = {}
        self.chunks: dict[int, Mapping[str, Any]] = {}
        """Record of each chunk in the journal, by number."""
        for record in records[1:]:
            self._apply(record)
        self._waiting: list[RunResult] = []
        self._waiting_since = time.monotonic()
        self._next = max(self.chunks, default=0) + 1
        self._drop_missing_chunks()
        self._names = self.header.get("measures") or _measures_of(folder)
        self._positions = _positions(self._names)

    def __getstate__(self) -> dict[str, Any]:
        """Content of the files, so that a pickled store does not depend on its folder, which may be temporary.

        Raises
        ------
        BadInputError
            If the files are too large.
        """
        paths = self._files()
        with os_errors_as_problems(self.folder.parent):
            size = sum(path.stat().st_size for path in paths)
            if size > LARGEST_PICKLE:
                key = str(self.folder.parent)
                what = f"contains {size / 1e6:,.0f} MB, more than the {LARGEST_PICKLE / 1e6:g} MB that can be pickled"
                hint = "Save the results to a folder, pickle its path, and read it with rb.read_results(path)."
                raise BadInputError([Problem("pickle", key=key, what=what, hint=hint)])
            home = self.folder.parent
            return {"files": {path.relative_to(home).as_posix(): path.read_bytes() for path in paths}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Write the files to a temporary folder, which is removed together with this object."""
        temporary = Path(tempfile.mkdtemp(prefix="redbead-"))
        weakref.finalize(self, shutil.rmtree, temporary, ignore_errors=True)
        with os_errors_as_problems(temporary):
            for name, content in state["files"].items():
                path = temporary / "batch" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        self._reopen(temporary / "batch")

    def _files(self) -> list[Path]:
        """Files from which the store can be opened again."""
        return [self.folder / name for name in (journal.NAME, *self.hashes)]

    def _reopen(self, folder: Path) -> None:
        """Open the copy of the files in another folder."""
        Store.__init__(self, folder, journal.read(folder / STORE / journal.NAME))

    @property
    def done(self) -> set[Key]:
        """Keys of the runs that have a table."""
        return {key for key, status in self.runs.items() if status.chunk}

    @property
    def failed(self) -> dict[Key, RunStatus]:
        """Records of the runs that failed."""
        return {key: status for key, status in self.runs.items() if not status.chunk}

    @property
    def with_events(self) -> set[Key]:
        """Keys of the runs that have an event log."""
        return {key for key in self.done if self.chunks[self.runs[key].chunk].get("events")}

    @property
    def hashes(self) -> dict[str, str]:
        """SHA-256 of all files with runs, by file name. [hexadecimal]"""
        return {name: digest for record in self.chunks.values() for name, digest in chunks.files_of(record).items()}

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
        events = [item.events for item in results if item.events is not None]
        record: dict[str, Any] = {"chunk": self._next}
        tables = [item.weekly for item in results if item.weekly is not None]
        record["shape"] = [len(tables[0]), len(tables), *tables[0].shape[1:]]
        with os_errors_as_problems(self.folder):
            record["sha256"] = chunks.write(self.folder, self._next, tables)
            if len(events) == len(results):
                record["events"] = chunks.write_events(self.folder, self._next, events)
        runs = [[item.spec.arm, item.spec.run, round(item.seconds, 6)] for item in results]
        self._append(record | {"runs": runs})
        self._next += 1
        self._waiting = []

    def _append(self, record: Mapping[str, Any]) -> None:
        with os_errors_as_problems(self.folder):
            journal.append(self.folder / journal.NAME, record)
        self._apply(record)

    def _apply(self, record: Mapping[str, Any]) -> None:
        if "chunk" in record:
            self.chunks[record["chunk"]] = record
            for index, (arm, run, seconds) in enumerate(record["runs"]):
                self.runs[arm, run] = RunStatus(seconds, record["chunk"], index)
        else:
            status = RunStatus(record["seconds"], 0, 0, record["failed"], record["trace"])
            self.runs[record["arm"], record["run"]] = status

    def _drop_missing_chunks(self) -> None:
        """Drop runs whose chunk file was removed, so that they are executed again."""
        missing = {
            number
            for number, record in self.chunks.items()
            if not all((self.folder / name).is_file() for name in chunks.files_of(record))
        }
        self.lost = sum(status.chunk in missing for status in self.runs.values())
        self.chunks = {number: record for number, record in self.chunks.items() if number not in missing}
        self.runs = {key: status for key, status in self.runs.items() if status.chunk not in missing}

    def tables(self, keys: Sequence[Key]) -> Iterator[Reals]:
        """Yield the tables of runs in the given order, [measures, authorities, weeks], in the order of ``MEASURES``."""
        for table, position in self._places(keys):
            yield self._in_order(table[:, position])

    def measure(self, keys: Sequence[Key], name: str) -> Iterator[Reals]:
        """Yield the weekly values of one measure for runs in the given order, [authorities, weeks].

        Only this measure is read from the disk.
        """
        place = self._positions[MEASURE_NAMES.index(name)]
        for table, position in self._places(keys):
            yield table[place, position] if place >= 0 else np.full(table.shape[2:], np.nan)

    def by_chunk(self, keys: Collection[Key]) -> Iterator[tuple[list[Key], Reals]]:
        """Yield runs chunk by chunk, with their tables [measures, runs, authorities, weeks]."""
        keys_of: dict[int, list[Key]] = {}
        for key in sorted(keys, key=lambda key: (self.runs[key].chunk, self.runs[key].position)):
            keys_of.setdefault(self.runs[key].chunk, []).append(key)
        for number, members in keys_of.items():
            table = self._table(number)
            yield members, self._in_order(table[:, [self.runs[key].position for key in members]])

    def events(self, key: Key) -> Whole:
        """Event log of one run, [events, columns]; no rows if none was recorded."""
        status = self.runs[key]
        if not self.chunks[status.chunk].get("events"):
            return np.empty((0, len(EVENT_COLUMNS)), dtype=np.int64)
        return chunks.events_of(self.folder, status.chunk, status.position)

    def _places(self, keys: Sequence[Key]) -> Iterator[tuple[Reals, int]]:
        """Table of the chunk of each run, and the position of the run in it. One chunk is open at a time."""
        number, table = 0, np.empty(0)
        for key in keys:
            status = self.runs[key]
            if status.chunk != number:
                number, table = status.chunk, self._table(status.chunk)
            yield table, status.position

    def _table(self, number: int) -> Reals:
        """Open the table of a chunk, which must have the measures and runs that the journal lists."""
        table = chunks.table_of(self.folder, number)
        if table.shape[:2] != (len(self._names), len(self.chunks[number]["runs"])):
            raise IntegrityError(chunks.damaged(self.folder / chunks.name_of(number)))
        return table

    def _in_order(self, table: Reals) -> Reals:
        """Reorder the measures of a store that another version wrote; measures that it does not have are NaN."""
        if self._positions == list(range(len(table))):
            return table
        missing = np.full((1, *table.shape[1:]), np.nan)
        return np.concatenate([table, missing])[self._positions]

    def check(self) -> None:
        """Compare every file with its record in the journal.

        Raises
        ------
        IntegrityError
            If a file was changed, or its content is not what the journal describes.
        """
        for record in self.chunks.values():
            chunks.check(self.folder, record, len(self._names))


def _measures_of(folder: Path) -> list[str]:
    """Names of the measures of a store of format 1, which only ``columns.csv`` lists; those of this version without."""
    path = folder / "columns.csv"
    if not path.is_file():
        return list(MEASURE_NAMES)
    with path.open(encoding="utf-8", newline="") as file:
        return [row["name"] for row in csv.DictReader(file) if row["meaning"] != "key of the row"]


def _positions(names: Sequence[str]) -> list[int]:
    """Position of each measure in the tables of a store, -1 for a measure that the store does not have."""
    return [names.index(name) if name in names else -1 for name in MEASURE_NAMES]


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
    path = folder / STORE / journal.NAME
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
        Identity of the runs, as :func:`redbead.storage.study_folder.header_of` creates it.

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
    with locked(folder):
        store = Store(folder, open_journal(folder, {**header, "measures": list(MEASURE_NAMES)}))
        with os_errors_as_problems(folder):
            chunks.remove_unacknowledged(store.folder, set(store.hashes))
            store.check()
        try:
            yield store
        except EnvironmentProblemError:
            raise  # the disk cannot be written, so the waiting runs are executed again next time
        except BaseException:
            store.flush()
            raise
        store.flush()


def copy_store(source: Store, target: Path) -> Store:
    """Copy a store to another folder. The journal is copied last.

    Raises
    ------
    EnvironmentProblemError
        If the disk cannot be written, or another command is writing to the folder.
    """
    home = target / STORE
    with locked(target), os_errors_as_problems(target):
        for name in (*source.hashes, journal.NAME):
            shutil.copyfile(source.folder / name, home / name)
            fsync(home / name)
        fsync(home)
    return open_read_only(target)
