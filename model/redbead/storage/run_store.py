"""The store of a folder: which runs are there, where their tables lie, and how more are added.

    DIR/store/journal.jsonl        what the runs are of; then one line a chunk, one a run that failed
    DIR/store/chunk-000001.npy     tables of some runs, [measures, runs, authorities, weeks]
    DIR/store/lock                 held by the one command that writes

The tables, figures and reports beside it are made from it, and can be made again.
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

CHUNK_ROWS: Final = 30
"""So many runs make a chunk that is worth a file of its own. [runs]"""

PATIENCE: Final = 5.0
"""Runs that are finished wait no longer for company. [s]"""


class RunStatus(NamedTuple):
    """What the journal says of one run: where its table lies (chunk 0: nowhere, it failed), and why it failed."""

    seconds: float
    chunk: int
    place: int
    cause: str = ""
    trace: str = ""


Key = tuple[int, int]
"""A run: its arm and its number."""


class Store:
    """The runs of a folder. Open it with :func:`opened` to add to it, or with :func:`peek` only to look.

    Parameters
    ----------
    folder
        The folder of the batch.
    facts
        The journal, its first line included.
    """

    def __init__(self, folder: Path, facts: Sequence[Mapping[str, Any]]) -> None:
        self.folder = folder / FOLDER
        self.header = dict(facts[0]) if facts else {}
        self.runs: dict[Key, RunStatus] = {}
        self.hashes: dict[int, tuple[str, int]] = {}
        for fact in facts[1:]:
            self._learn(fact)
        self._waiting: list[RunResult] = []
        self._since = time.monotonic()
        self._next = max(self.hashes, default=0) + 1
        self._forget_lost()

    @property
    def done(self) -> set[Key]:
        """The runs whose tables are there."""
        return {key for key, kept in self.runs.items() if kept.chunk}

    @property
    def failed(self) -> dict[Key, RunStatus]:
        """The runs that came to nothing."""
        return {key: kept for key, kept in self.runs.items() if not kept.chunk}

    @property
    def bytes(self) -> int:
        """Size of all chunks. [bytes]"""
        return sum(size for _, size in self.hashes.values())

    def add(self, items: Sequence[RunResult]) -> None:
        """Take finished runs; they are on the disk when the next chunk is full, or soon."""
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting += [item for item in items if item.weekly is not None]
        for item in items:
            if item.weekly is None:
                self._note(_failure(item))
        if len(self._waiting) >= CHUNK_ROWS or (self._waiting and time.monotonic() - self._since > PATIENCE):
            self.flush()

    def flush(self) -> None:
        """Write what waits to a chunk, and acknowledge it."""
        if not self._waiting:
            return
        rows = self._waiting
        with os_errors_as_problems(self.folder):
            digest, size = chunks.write(
                self.folder, self._next, [item.weekly for item in rows if item.weekly is not None]
            )
        told = [[item.row.arm, item.row.run, round(item.seconds, 6)] for item in rows]
        self._note({"chunk": self._next, "sha256": digest, "bytes": size, "runs": told})
        self._next += 1
        self._waiting = []

    def _note(self, fact: Mapping[str, Any]) -> None:
        with os_errors_as_problems(self.folder):
            journal.append(self.folder / journal.NAME, fact)
        self._learn(fact)

    def _learn(self, fact: Mapping[str, Any]) -> None:
        if "chunk" in fact:
            self.hashes[fact["chunk"]] = fact["sha256"], fact["bytes"]
            for place, (arm, run, seconds) in enumerate(fact["runs"]):
                self.runs[arm, run] = RunStatus(seconds, fact["chunk"], place)
        else:
            self.runs[fact["arm"], fact["run"]] = RunStatus(fact["seconds"], 0, 0, fact["failed"], fact["trace"])

    def _forget_lost(self) -> None:
        """Runs whose chunk was removed are not there any more: they are made again when they are asked for."""
        lost = {number for number in self.hashes if not (self.folder / chunks.name_of(number)).is_file()}
        self.lost = sum(kept.chunk in lost for kept in self.runs.values())
        self.hashes = {number: held for number, held in self.hashes.items() if number not in lost}
        self.runs = {key: kept for key, kept in self.runs.items() if kept.chunk not in lost}

    def tables(self, keys: Sequence[Key], measures: slice | int = slice(None)) -> Iterator[Reals]:
        """The tables of some runs in that order, [measures, authorities, weeks], or of one measure only."""
        open_for_writing: dict[int, Reals] = {}
        for key in keys:
            kept = self.runs[key]
            if kept.chunk not in open_for_writing:
                open_for_writing = {kept.chunk: chunks.table_of(self.folder, kept.chunk)}
            yield open_for_writing[kept.chunk][measures, kept.place]

    def by_chunk(self, keys: Collection[Key]) -> Iterator[tuple[list[Key], Reals]]:
        """Some runs, chunk after chunk, with their tables: [measures, runs, authorities, weeks]."""
        held: dict[int, list[Key]] = {}
        for key in sorted(keys, key=lambda key: (self.runs[key].chunk, self.runs[key].place)):
            held.setdefault(self.runs[key].chunk, []).append(key)
        for number, found in held.items():
            yield found, chunks.table_of(self.folder, number)[:, [self.runs[key].place for key in found]]

    def check(self) -> None:
        """Compare every chunk with its hash.

        Raises
        ------
        IntegrityError
            One was changed.
        """
        for number, (digest, _) in self.hashes.items():
            chunks.check(self.folder, number, digest)


def _failure(item: RunResult) -> dict[str, Any]:
    row = item.row
    return {
        "failed": item.cause, "trace": item.trace, "arm": row.arm, "run": row.run, "seconds": round(item.seconds, 6)
    }  # fmt: skip


def open_read_only(folder: Path) -> Store:
    """The store of a folder, only to look at; an empty one where there is none.

    Raises
    ------
    IntegrityError
        Its journal is damaged.
    """
    path = folder / FOLDER / journal.NAME
    with os_errors_as_problems(folder):
        return Store(folder, journal.read(path) if path.is_file() else [])


@contextmanager
def open_for_writing(folder: Path, header: Mapping[str, Any]) -> Iterator[Store]:
    """The store of a folder, to add to; made where there is none, swept of what a kill left behind.

    Parameters
    ----------
    folder
        The folder of the batch.
    header
        What the runs are of: `inputs`, `model` (digest of its sources), `version`, `arms`.

    Raises
    ------
    EnvironmentProblemError
        Another command is writing there, or the disk is in the way.
    IntegrityError
        It holds runs of other inputs, of another version, or is damaged.
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
        _refuse_others(folder, store.header, header)
        with os_errors_as_problems(folder):
            chunks.sweep(home, set(store.hashes))
        try:
            yield store
        except EnvironmentProblemError:
            raise  # the disk is in the way already; what waits is made again next time
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
            msg = f"{home.parent}: another command is writing there: wait until it has ended, then give this one again"
            raise EnvironmentProblemError(msg) from error
    try:
        yield
    finally:
        lock.release()


def _refuse_others(folder: Path, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Refuse to mix runs of different inputs or versions.

    Raises
    ------
    IntegrityError
        Says what differs and what to do.
    """
    remedy = "give --out another name, or rename that folder; nothing in it was touched"
    if found.get("format") != FORMAT:
        msg = f"{folder}: its store has format {found.get('format')}; this version reads format {FORMAT}: {remedy}"
    elif found.get("inputs") != wanted.get("inputs"):
        msg = f"{folder}: it holds runs of other inputs (see batch.resolved.yaml there): {remedy}"
    elif found.get("model") != wanted.get("model"):
        msg = (
            f"{folder}: its runs were made by another version of the model ({found.get('version')}, sources "
            f"{str(found.get('model'))[:12]}; here {wanted.get('version')}, {str(wanted.get('model'))[:12]}), and "
            f"cannot be mixed with new ones: {remedy}"
        )
    else:
        return
    raise IntegrityError(msg)


def copy_store(held: Store, target: Path) -> Store:
    """A copy of a store in another folder, run by run the same; the journal goes last.

    Raises
    ------
    EnvironmentProblemError
        The disk is in the way, or another command is writing there.
    """
    home = target / FOLDER
    with os_errors_as_problems(target):
        home.mkdir(parents=True, exist_ok=True)
        with _locked(home):
            for number in held.hashes:
                shutil.copyfile(held.folder / chunks.name_of(number), home / chunks.name_of(number))
            shutil.copyfile(held.folder / journal.NAME, home / journal.NAME)
            for path in (*home.glob(chunks.PATTERN), home / journal.NAME, home):
                fsync(path)
    return open_read_only(target)
