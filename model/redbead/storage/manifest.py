"""The manifest of a run folder: what made it, from what, when, and a SHA-256 of every file, itself included."""

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
from redbead.execution.runs import ScenarioRuns
from redbead.jit import OFF, model_digest, source_digest
from redbead.scenario.library import version
from redbead.scenario.scenario import Scenario
from redbead.storage.atomic_files import json_text, sha256

NAME: Final = "manifest.json"
LOCK: Final = "store/lock"
"""Held by whoever writes; it says nothing."""
FORMAT: Final = 1
_LIBRARIES: Final = ("numpy", "numba", "pandas", "mesa", "networkx", "duckdb", "matplotlib", "pyyaml")

Manifest = dict[str, Any]


def inputs_hash(scenario: Scenario, seed: int) -> str:
    """SHA-256 over the resolved inputs and the package version; never over time or the number of runs. [hexadecimal]"""
    text = json_text({"name": scenario.name, "scenario": scenario.as_dict(), "seed": seed, "version": version()})
    return hashlib.sha256(text.encode()).hexdigest()


def make(batch: ScenarioRuns, folder: Path, *, command: list[str], results: str, events: bool) -> Manifest:
    """The manifest of everything that lies in `folder`, where one scenario was run."""
    failed = [run.key for run in batch.failed]
    facts: Manifest = {
        "command": command,
        "inputs_hash": inputs_hash(batch.scenario, batch.seed),
        "scenario": {
            "name": batch.scenario.name,
            "title": batch.scenario.title,
            "digest": batch.scenario.digest(),
        },
        "runs": {
            "asked": len(batch.runs),
            "done": len(batch.runs) - len(failed),
            "failed": failed,
            "first_seed": batch.seed,
        },
        "events": events,
        "results_digest": results,
        "times": times(batch.started, batch.seconds, batch.jobs),
    }
    return compose(folder, facts)


def times(started: datetime, seconds: float, jobs: int) -> dict[str, str | float | int]:
    """When the runs were made, and how long it took."""
    return {
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "jobs": jobs,
    }


def compose(folder: Path, facts: Manifest, hashes: Mapping[str, str] | None = None) -> Manifest:
    """A manifest of these facts, with versions, platform and a hash of everything that lies in `folder`.

    Parameters
    ----------
    folder
        The folder.
    facts
        What was run, from what, and what came of it; `runs.failed` decides the status.
    hashes
        SHA-256 of files that are known already, by relative path.
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
            **facts,
            "status": "complete" if not facts["runs"]["failed"] else "complete, some runs failed",
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
    """Every file below the folder but the manifest and the lock, by its relative path, in order."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or path.is_file())
    return sorted(name for name in found if name not in (NAME, LOCK))


def with_hash(manifest: Manifest) -> Manifest:
    """The manifest with a hash of its own content: damage shows (a deliberate forger could hash anew)."""
    body = {key: value for key, value in manifest.items() if key != "self"}
    return body | {"self": hashlib.sha256(json_text(body).encode()).hexdigest()}


def read(folder: Path) -> Manifest:
    """Read and check the manifest of a run folder.

    Raises
    ------
    IntegrityError
        There is none, or it is damaged.
    """
    path = folder / NAME
    if not path.is_file():
        msg = f"{folder}: no run folder (manifest.json is missing)"
        raise IntegrityError(msg)
    text = path.read_bytes()
    try:
        manifest = json.loads(text)
        whole = isinstance(manifest, dict) and json_text(with_hash(manifest)).encode() == text
    except (ValueError, RecursionError):
        whole = False
    if not whole:
        msg = f"{path}: damaged or edited: it does not match its own hash"
        raise IntegrityError(msg)
    if manifest.get("format") != FORMAT:
        msg = f"{path}: format {manifest.get('format')}; this version of redbead reads format {FORMAT}"
        raise IntegrityError(msg)
    return dict(manifest)


def _version(library: str) -> str:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def verify(folder: Path) -> list[Problem]:
    """Everything about the folder that is not as its manifest says: changed, missing, extra or renamed files.

    Raises
    ------
    IntegrityError
        There is no manifest, or it is damaged: nothing can be checked against it.
    """
    record = read(folder)["files"]
    there = files_in(folder)
    odd = {name for name in there if (folder / name).is_symlink()}
    hashes = {name: sha256(folder / name) for name in there if name not in odd}
    wanted = {entry["sha256"]: name for name, entry in record.items()}
    problems = [Problem(name, what="a link, not a file of this run") for name in odd]
    problems += [
        Problem(name, what="changed since it was written: its SHA-256 differs")
        for name in record
        if name in hashes and hashes[name] != record[name]["sha256"]
    ]
    moved = {name: wanted.get(hashes[name]) for name in hashes if name not in record}
    for name in record:
        new = [other for other, old in moved.items() if old == name]
        if name not in hashes and name not in odd:
            problems.append(Problem(name, what=f"renamed to {new[0]}" if new else "missing"))
    problems += [
        Problem(name, what="not part of this run: the manifest does not list it")
        for name, old in moved.items()
        if old is None or old in hashes
    ]
    return sorted(problems)
