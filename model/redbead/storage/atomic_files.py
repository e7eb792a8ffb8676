"""Files and folders that are written completely or not at all, with the same bytes for the same values."""

from __future__ import annotations

import errno
import hashlib
import itertools
import json
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from redbead.exceptions import EnvironmentProblemError

if TYPE_CHECKING:
    import pandas as pd

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\0")
_LINE_BREAKS: Final = {10: " ", 13: " ", 0: None}
_STALE_SECONDS: Final = 24 * 3600
_ADVICE: Final = {
    errno.ENOSPC: "The disk is full. Free some space, then run the same command again.",
    errno.EDQUOT: "The disk quota is used up. Free some space, then run the same command again.",
    errno.EACCES: "You do not have permission to write there. Choose another folder with {option}.",
    errno.EPERM: "You do not have permission to write there. Choose another folder with {option}.",
    errno.EROFS: "The disk is read-only. Choose another folder with {option}.",
    errno.ENOTDIR: "Part of the path is a file. Choose another folder with {option}.",
    errno.EEXIST: "A file with this name exists. Choose another folder with {option}.",
    errno.ENOTEMPTY: "Another command is writing to the same folder. Wait until it ends, then try again.",
    errno.ENAMETOOLONG: "The name is too long. Choose another folder with {option}.",
}


@contextmanager
def os_errors_as_problems(path: Path, option: str = "--out") -> Iterator[None]:
    """Convert errors of the file system into problems with advice.

    Parameters
    ----------
    path : Path
        File or folder that is read or written, for the message.
    option : str
        Command-line option that selects the folder, for the advice.

    Raises
    ------
    EnvironmentProblemError
        If the block raises an ``OSError``.
    """
    try:
        yield
    except OSError as error:
        other = "Solve this problem, then run the same command again."
        advice = _ADVICE.get(error.errno or 0, other).format(option=option)
        msg = f"{error.filename or path}: {error.strerror or error}.\n    {advice}"
        raise EnvironmentProblemError(msg) from error


_KINDS: Final = (
    (stat.S_ISREG, "file"), (stat.S_ISDIR, "folder"), (stat.S_ISLNK, "link"), (stat.S_ISFIFO, "named pipe"),
    (stat.S_ISSOCK, "socket"),
)  # fmt: skip


def kind_of(path: Path) -> str:
    """Kind of a path: file, folder, link, named pipe, socket or device. It is neither opened nor followed."""
    mode = path.lstat().st_mode
    return next((name for test, name in _KINDS if test(mode)), "device")


def sha256(path: Path) -> str:
    """SHA-256 of a file. [hexadecimal]"""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8 with line feeds on all operating systems. Creates missing folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def json_text(value: object) -> str:
    """Format a value as JSON with sorted keys.

    Raises
    ------
    ValueError
        If a number is NaN or infinite, which JSON does not allow.
    """
    return json.dumps(value, indent=2, sort_keys=True, allow_nan=False, ensure_ascii=False) + "\n"


def csv_text(frame: pd.DataFrame) -> str:
    """Format a data frame as CSV. Text that a spreadsheet would run as a formula is escaped."""
    import pandas as pd

    safe = frame.rename(columns=escape_formula)
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column]):
            safe[column] = pd.Series([escape_formula(cell) for cell in safe[column]], index=safe.index, dtype=object)
    text = safe.to_csv(index=False, lineterminator="\n", float_format="%.10g")
    return str(text)


def escape_formula(cell: object) -> object:
    """Escape text that a spreadsheet would run as a formula, and replace line breaks by spaces.

    Examples
    --------
    >>> escape_formula("=1+1"), escape_formula("Leeds"), escape_formula(-3)
    ("'=1+1", 'Leeds', -3)
    """
    if not isinstance(cell, str):
        return cell
    escaped = f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
    return escaped.translate(_LINE_BREAKS)


@contextmanager
def replace_files(target: Path, keep: str) -> Iterator[Path]:
    """Replace the files of a folder when the block ends without an error.

    The old manifest is removed first, and the new one is written last. If the process is killed in between, the folder
    has no manifest, and the next command writes the files again.

    Parameters
    ----------
    target : Path
        An existing folder.
    keep : str
        Name of a subfolder that is not replaced.

    Yields
    ------
    Path
        Temporary folder for the new files.

    Raises
    ------
    EnvironmentProblemError
        If the disk is full or read-only, or the user has no permission to write.
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
            _replace_contents(partial, target, keep)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _replace_contents(partial: Path, target: Path, keep: str) -> None:
    """Remove the old files, the manifest first, and move the new files to their place, the manifest last."""
    old = [path for path in target.iterdir() if path not in (partial, target / keep)]
    for path in sorted(old, key=lambda path: path.name != "manifest.json"):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for path in sorted(partial.iterdir(), key=lambda path: (path.name == "manifest.json", path.name)):
        path.rename(target / path.name)
    fsync(target)


def replace_text(path: Path, text: str) -> None:
    """Replace a text file atomically and force it to the disk. Creates missing folders."""
    replace_bytes(path, text.encode())


def replace_bytes(path: Path, content: bytes) -> None:
    """Replace a file atomically and force it to the disk. Creates missing folders."""
    temporary = path.with_name(f".{path.name}.tmp")
    with os_errors_as_problems(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
        fsync(temporary)
        temporary.replace(path)
        fsync(path.parent)


@contextmanager
def atomic_folder(target: Path) -> Iterator[Path]:
    """Create or replace a folder when the block ends without an error. Discard the new folder otherwise.

    An existing folder is not changed until the new one is complete on the disk.

    Parameters
    ----------
    target : Path
        The folder.

    Yields
    ------
    Path
        Temporary folder for the new files.

    Raises
    ------
    EnvironmentProblemError
        If the disk is full or read-only, or the user has no permission to write.
    """
    partial = target.with_name(f".{target.name}.partial-{secrets.token_hex(4)}")
    with os_errors_as_problems(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    lock = target.with_name(f".{target.name}.lock")
    with exclusive(lock, target), os_errors_as_problems(target):
        _clean_up(target)
        partial.mkdir()
        try:
            yield partial
            _commit(partial, target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
            lock.unlink(missing_ok=True)


@contextmanager
def exclusive(lock: Path, folder: Path) -> Iterator[None]:
    """Hold a lock that only one command can hold at a time. The system releases it when the process ends.

    Parameters
    ----------
    lock : Path
        Lock file, in a folder that exists.
    folder : Path
        Folder that is written, for the message.

    Raises
    ------
    EnvironmentProblemError
        If another command is writing to the folder.
    """
    held = FileLock(lock, timeout=0)
    with os_errors_as_problems(folder):
        try:
            held.acquire()
        except Timeout as error:
            msg = (
                f"{folder}: another command is writing to this folder.\n    Wait until it ends, then run the same "
                "command again."
            )
            raise EnvironmentProblemError(msg) from error
    try:
        yield
    finally:
        held.release()


def _clean_up(target: Path) -> None:
    """Repair what a killed command left: restore the previous folder, and remove partial folders older than a day."""
    old = _backup(target)
    if old.exists() and not target.exists():
        old.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    for partial in target.parent.glob(f".{target.name}.partial-*"):
        if time.time() - partial.stat().st_mtime > _STALE_SECONDS:
            shutil.rmtree(partial, ignore_errors=True)


def _commit(partial: Path, target: Path) -> None:
    for path in sorted(partial.rglob("*")):
        fsync(path)
    fsync(partial)
    if target.exists():
        target.rename(_backup(target))
    partial.rename(target)
    fsync(target.parent)
    shutil.rmtree(_backup(target), ignore_errors=True)


def _backup(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


def fsync(path: Path) -> None:
    """Force a file or folder to the disk. Windows cannot open folders and does not need this for them."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def free_name(folder: Path) -> Path:
    """First path beside a folder that does not exist: DIR-new, DIR-new-2 and so on."""
    endings = itertools.chain(["-new"], (f"-new-{number}" for number in itertools.count(2)))
    return next(path for ending in endings if not os.path.lexists(path := beside(folder, ending)))


def beside(folder: Path, ending: str) -> Path:
    """Path beside a folder, with its name and an ending. The folder may be ``.`` or end with ``..``.

    >>> beside(Path("runs/a"), "-xlsx").as_posix()
    'runs/a-xlsx'
    """
    place = folder.resolve() if folder.name in ("", "..") else folder
    return place.with_name(f"{place.name}{ending}")
