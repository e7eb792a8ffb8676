"""Files that are whole or not there: the same bytes for the same values, and never half a folder."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb
import pandas as pd

from redbead.exceptions import EnvironmentProblemError

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\0")
_BREAKS: Final = {10: " ", 13: " ", 0: None}
_STALE: Final = 24 * 3600
_ADVICE: Final = {
    errno.ENOSPC: "the disk is full: make room, then give the same command again",
    errno.EDQUOT: "the disk quota is used up: make room, then give the same command again",
    errno.EACCES: "no right to write there: choose another folder with {option}",
    errno.EPERM: "no right to write there: choose another folder with {option}",
    errno.EROFS: "that disk is read-only: choose another folder with {option}",
    errno.ENOTDIR: "part of that path is a file: choose another folder with {option}",
    errno.EEXIST: "a file of that name is in the way: choose another folder with {option}",
    errno.ENOTEMPTY: "another command is writing the same folder: wait for it, then try again",
    errno.ENAMETOOLONG: "that name is too long: choose another folder with {option}",
}


@contextmanager
def os_errors_as_problems(path: Path, option: str = "--out") -> Iterator[None]:
    """Turn a failure of the disk into a problem that says what to do; `option` names the place on the command line."""
    try:
        yield
    except OSError as error:
        advice = _ADVICE.get(error.errno or 0, "repair that, then give the same command again").format(option=option)
        msg = f"{error.filename or path}: {error.strerror or error}: {advice}"
        raise EnvironmentProblemError(msg) from error
    except duckdb.Error as error:
        msg = f"{path}: {str(error).splitlines()[0]}: check room and rights on that disk, then try again"
        raise EnvironmentProblemError(msg) from error


def sha256(path: Path) -> str:
    """SHA-256 of a file. [hexadecimal]"""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8 with line feeds, on every system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def json_text(value: object) -> str:
    """Plain JSON with sorted keys; refuses NaN and infinities, which are not JSON.

    Raises
    ------
    ValueError
        A number is NaN or infinite.
    """
    return json.dumps(value, indent=2, sort_keys=True, allow_nan=False, ensure_ascii=False) + "\n"


def csv_text(frame: pd.DataFrame) -> str:
    """The frame as CSV; text that a spreadsheet would take for a formula gets an apostrophe in front, numbers never."""
    safe = frame.rename(columns=escape_formula)
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column]):
            safe[column] = pd.Series([escape_formula(cell) for cell in safe[column]], index=safe.index, dtype=object)
    text = safe.to_csv(index=False, lineterminator="\n", float_format="%.10g")
    return str(text)


def escape_formula(cell: object) -> object:
    """A cell that no spreadsheet runs as a formula, and that stays on its line.

    >>> escape_formula("=1+1"), escape_formula("Leeds"), escape_formula(-3)
    ("'=1+1", 'Leeds', -3)
    """
    if not isinstance(cell, str):
        return cell
    marked = f"'{cell}" if cell.startswith(_FORMULA) else cell
    return marked.translate(_BREAKS)


def write_parquet(path: Path, frame: pd.DataFrame) -> None:
    """Write a frame as Parquet (version 2, zstd) with one thread: the same frame gives the same bytes."""
    with os_errors_as_problems(path), duckdb.connect(config=duckdb_config()) as connection:
        connection.register("frame", frame)
        connection.execute(f"COPY frame TO {quoted(path)} (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd)")


def quoted(path: Path) -> str:
    """A path as a text of SQL."""
    return "'" + str(path).replace("'", "''") + "'"


def read_parquet(
    path: Path, order: tuple[str, ...], where: str = "true", values: Sequence[str | int] = ()
) -> pd.DataFrame:
    """Read a Parquet file, its rows in the order of the columns `order`; only those `where` a condition holds.

    `where` is ours and has a question mark for each of the `values`.

    Raises
    ------
    EnvironmentProblemError
        The file is missing or no Parquet file.
    """
    with os_errors_as_problems(path), duckdb.connect(config=duckdb_config()) as connection:
        query = f"SELECT * FROM read_parquet(?) WHERE {where} ORDER BY {', '.join(order)}"  # noqa: S608 - see above
        return connection.execute(query, [str(path), *values]).df()


def columns_of_parquet(path: Path) -> list[str]:
    """The names of the columns of a Parquet file, in order.

    Raises
    ------
    EnvironmentProblemError
        The file is missing or no Parquet file.
    """
    with os_errors_as_problems(path), duckdb.connect(config=duckdb_config()) as connection:
        return [
            str(row[0]) for row in connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
        ]


def duckdb_config() -> dict[str, bool | str | int | float | list[str]]:
    """Settings for DuckDB: one thread, and nothing fetched from anywhere."""
    return {"threads": 1, "autoinstall_known_extensions": False, "autoload_known_extensions": False}


@contextmanager
def replace_files(target: Path, keep: str) -> Iterator[Path]:
    """A new set of files for the folder `target`, which take the place of the old ones when the block ends well.

    What lies in its subfolder `keep` stays. The old manifest goes first, and the new one is written when all else is
    there: a kill in between leaves a folder without a manifest, whose files are then made again.

    Parameters
    ----------
    target
        The folder; it is there.
    keep
        The name of the subfolder that is left alone.

    Raises
    ------
    EnvironmentProblemError
        The disk is full, read-only, or not ours to write.
    """
    partial = target / f".partial-{secrets.token_hex(4)}"
    with os_errors_as_problems(target):
        for stale in target.glob(".partial-*"):
            shutil.rmtree(stale)
        partial.mkdir()
        try:
            yield partial
            for path in sorted(partial.rglob("*")):
                fsync(path)
            _exchange(partial, target, keep)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _exchange(partial: Path, target: Path, keep: str) -> None:
    """Take away the old files, the manifest before all others, and put the new ones there."""
    old = [path for path in target.iterdir() if path not in (partial, target / keep)]
    for path in sorted(old, key=lambda path: path.name != "manifest.json"):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for path in sorted(partial.iterdir()):
        path.rename(target / path.name)
    fsync(target)


def replace_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all, and force it to the disk."""
    temporary = path.with_name(f".{path.name}.tmp")
    with os_errors_as_problems(path):
        write_text(temporary, text)
        fsync(temporary)
        temporary.replace(path)
        fsync(path.parent)


@contextmanager
def atomic_folder(target: Path) -> Iterator[Path]:
    """A new folder that takes the place of `target` when the block ends well, and vanishes when it does not.

    An older `target` stays whole until the new one is complete on the disk.

    Raises
    ------
    EnvironmentProblemError
        The disk is full, read-only, or not ours to write.
    """
    partial = target.with_name(f".{target.name}.partial-{secrets.token_hex(4)}")
    with os_errors_as_problems(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target)
        partial.mkdir()
        try:
            yield partial
            _commit(partial, target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _sweep(target: Path) -> None:
    """Mend what a killed command left: an older folder that was set aside, half-written ones a day old."""
    old = _aside(target)
    if old.exists() and not target.exists():
        old.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    for partial in target.parent.glob(f".{target.name}.partial-*"):
        if time.time() - partial.stat().st_mtime > _STALE:
            shutil.rmtree(partial, ignore_errors=True)


def _commit(partial: Path, target: Path) -> None:
    for path in sorted(partial.rglob("*")):
        fsync(path)
    fsync(partial)
    if target.exists():
        target.rename(_aside(target))
    partial.rename(target)
    fsync(target.parent)
    shutil.rmtree(_aside(target), ignore_errors=True)


def _aside(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


def fsync(path: Path) -> None:
    """Force a file or folder to the disk (systems that cannot open folders need no such thing)."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
