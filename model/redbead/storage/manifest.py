"""The manifest of a run folder: command, inputs, versions, times, and a SHA-256 of every file and of itself."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from redbead.exceptions import IntegrityError, Problem
from redbead.jit import OFF, model_digest, source_digest
from redbead.scenario.library import version
from redbead.storage.atomic_files import json_text, sha256

NAME: Final = "manifest.json"
STORE: Final = "store"
"""Subfolder with the results that all other files are derived from."""
LOCK: Final = "lock"
"""Lock file in the store, which the manifest does not list."""
FORMAT: Final = 2
READABLE: Final = (1, FORMAT)
"""Formats of manifests that this version reads."""
_LIBRARIES: Final = ("numpy", "numba", "pandas", "mesa", "networkx", "duckdb", "matplotlib", "pyyaml")

Manifest = dict[str, Any]


def times(started: datetime, seconds: float, jobs: int) -> dict[str, str | float | int]:
    """Start, end and duration of the runs, and the number of jobs."""
    return {
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "jobs": jobs,
    }


def compose(folder: Path, content: Manifest, hashes: Mapping[str, str] | None = None) -> Manifest:
    """Complete a manifest with versions, platform and the SHA-256 of every file in the folder.

    Parameters
    ----------
    folder : Path
        The folder.
    content : dict
        Inputs and results of the study. ``content["runs"]["failed"]`` determines the status.
    hashes : mapping of str to str, optional
        SHA-256 of files that are already known, by relative path.
    """
    known = hashes or {}
    entries = {name: _entry(folder / name, known.get(name, "")) for name in files_in(folder)}
    return with_hash(
        {
            "format": FORMAT,
            "program": {
                "name": "redbead", "version": version(), "source_digest": source_digest(),
                "model_digest": model_digest(), "jit": not OFF,
            },
            **content,
            "status": "complete" if not content["runs"]["failed"] else "complete, some runs failed",
            "platform": {
                "system": platform.platform(),
                "machine": platform.machine(),
                "python": f"{platform.python_implementation()} {platform.python_version()}",
            },
            "versions": {name: _version(name) for name in _LIBRARIES},
            "files": entries,
        }
    )  # fmt: skip


def _entry(path: Path, known: str) -> dict[str, str | int]:
    return {"sha256": known or sha256(path), "bytes": path.stat().st_size}


def files_in(folder: Path) -> list[str]:
    """List all files in the folder except the manifest and the lock, as sorted relative paths."""
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or path.is_file())
    return sorted(name for name in names if name not in (NAME, f"{STORE}/{LOCK}"))


def with_hash(manifest: Manifest) -> Manifest:
    """Add the SHA-256 of its content to a manifest. This detects damage, not deliberate forgery."""
    body = {key: value for key, value in manifest.items() if key != "self"}
    return body | {"self": hashlib.sha256(json_text(body).encode()).hexdigest()}


def read(folder: Path) -> Manifest:
    """Read and check the manifest of a run folder.

    Raises
    ------
    IntegrityError
        If the folder has no manifest, or the manifest is damaged or has another format.
    """
    path = folder / NAME
    if not path.is_file() and (folder / STORE).is_dir():
        msg = (
            f"{folder} has no {NAME}, since its command was interrupted or is still running.\n    Run the original "
            "command again to continue it. rb.read_results reads the runs that are stored so far."
        )
        raise IntegrityError(msg)
    if not path.is_file():
        msg = (
            f"{folder} is not a run folder: {NAME} is missing.\n    Give the folder that 'redbead run' or 'redbead "
            "compare' printed."
        )
        raise IntegrityError(msg)
    text = path.read_bytes()
    try:
        manifest = json.loads(text)
        intact = isinstance(manifest, dict) and json_text(with_hash(manifest)).encode() == text
    except (ValueError, RecursionError):
        intact = False
    if not intact:
        msg = (
            f"{path} is damaged or was edited: it does not match its own SHA-256.\n    Rerun the original command to "
            "write the folder again."
        )
        raise IntegrityError(msg)
    if manifest.get("format") not in READABLE:
        msg = (
            f"{path} has format {manifest.get('format')}, but this version of redbead reads formats "
            f"{' and '.join(map(str, READABLE))}.\n    Use the version of redbead that wrote the folder."
        )
        raise IntegrityError(msg)
    return dict(manifest)


def _version(library: str) -> str:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def verify(folder: Path) -> list[Problem]:
    """Compare a folder with its manifest.

    Parameters
    ----------
    folder : Path
        A run folder.

    Returns
    -------
    list of Problem
        Changed, missing, renamed and unlisted files; empty if all files match.

    Raises
    ------
    IntegrityError
        If the folder has no manifest, or the manifest is damaged.
    """
    record = read(folder)["files"]
    present = files_in(folder)
    links = {name for name in present if (folder / name).is_symlink()}
    hashes = {name: sha256(folder / name) for name in present if name not in links}
    name_of_hash = {entry["sha256"]: name for name, entry in record.items()}
    problems = [Problem(name, what="the file is a link, not a file of this run") for name in links]
    problems += [
        Problem(name, what="the file was changed after it was written: its SHA-256 differs")
        for name in record
        if name in hashes and hashes[name] != record[name]["sha256"]
    ]
    moved = {name: name_of_hash.get(hashes[name]) for name in hashes if name not in record}
    for name in record:
        new = [other for other, old in moved.items() if old == name]
        if name not in hashes and name not in links:
            what = f"the file was renamed to {new[0]}" if new else "the file is missing"
            problems.append(Problem(name, what=what))
    problems += [
        Problem(name, what="the file is not part of this run: the manifest does not list it")
        for name, old in moved.items()
        if old is None or old in hashes
    ]
    return sorted(problems)
