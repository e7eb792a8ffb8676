"""The manifest of a run folder: command, inputs, versions, times, and a SHA-256 of every file and of itself."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from redbead.compile_cache import model_digest, source_digest
from redbead.exceptions import MAX_SHOWN, BadInputError, IntegrityError, Problem, is_printable, printable
from redbead.jit import OFF
from redbead.scenario import plugins
from redbead.scenario.library import version
from redbead.storage import chunks, journal
from redbead.storage.atomic_files import free_name, json_text, kind_of, os_errors_as_problems, sha256

NAME: Final = "manifest.json"
STORE: Final = "store"
"""Subfolder with the results that all other files are derived from."""
LOCK: Final = "lock"
"""Lock file in the store, which the manifest does not list."""
_LOCK_PATH: Final = f"{STORE}/{LOCK}"
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
            **plugin_record(),
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
    """List all regular files in the folder except the manifest and the lock, as sorted relative paths."""
    files = (name for name, kind in _contents(folder).items() if kind == "file")
    return sorted(name for name in files if name not in (NAME, _LOCK_PATH))


def _contents(folder: Path) -> dict[str, str]:
    """Kind of everything in a folder and its subfolders, by relative path. Links are not followed."""

    def fail(error: OSError) -> None:
        raise error

    kinds = {}
    for parent, folders, files in os.walk(folder, onerror=fail):
        for path in (Path(parent, name) for name in (*folders, *files)):
            with suppress(FileNotFoundError):  # a temporary file of another command
                kinds[path.relative_to(folder).as_posix()] = kind_of(path)
    return kinds


def is_lock(path: Path) -> bool:
    """Whether a regular file is a lock file: empty, or the process that holds it, where the system has no locks."""
    with path.open("rb") as file:
        return re.fullmatch(rb"(\d+\n[^\n]+\n([^\n]+\n)?)?", file.read(_LONGEST_LOCK)) is not None


_LONGEST_LOCK: Final = 1024
"""Longest lock file. [bytes]"""


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
    if not os.path.lexists(path) and (folder / STORE).is_dir():
        msg = (
            f"{folder} has no {NAME}, since its command was interrupted or is still running.\n    Run the original "
            "command again to continue it. rb.read_results reads the runs that are stored so far."
        )
        raise IntegrityError(msg)
    if path.is_symlink() or not path.is_file():
        what = f"is a {kind_of(path)}" if os.path.lexists(path) else "is missing"
        msg = (
            f"{folder} is not a run folder: {NAME} {what}.\n    Give the folder that 'redbead run' or 'redbead "
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
    if not _has_form(manifest):
        msg = (
            f"{path} does not contain what redbead writes, although it matches its own SHA-256.\n    Rerun the "
            "original command to write the folder again."
        )
        raise IntegrityError(msg)
    return dict(manifest)


def _has_form(manifest: Manifest) -> bool:
    """Whether a manifest has the entries that commands read, with values of their types."""
    types = {"program": dict, "command": list, "runs": dict, "files": dict}
    if not all(isinstance(manifest.get(name), kind) for name, kind in types.items()):
        return False
    entries, texts = manifest["files"].values(), ("kind", "inputs_hash", "results_digest")
    return (
        isinstance(manifest["program"].get("version"), str)
        and all(isinstance(word, str) for word in manifest["command"])
        and all(isinstance(entry, dict) and isinstance(entry.get("sha256"), str) for entry in entries)
        and all(isinstance(manifest.get(name, ""), str) for name in texts)
        and all(isinstance(manifest.get(name, {"name": ""}), dict) for name in ("batch", "scenario"))
    )


def _version(library: str) -> str:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def require_intact(folder: Path, consequence: str) -> Manifest:
    """Read the manifest of a folder that matches it.

    Parameters
    ----------
    folder : Path
        A run folder.
    consequence : str
        What was not done, for the message, such as "no report was written".

    Raises
    ------
    IntegrityError
        If the folder has no manifest, or does not match it.
    """
    if problems := verify(folder):
        shown = [str(problem) for problem in problems[:MAX_SHOWN]]
        more = [f"... and {len(problems) - MAX_SHOWN:,} more."] if len(problems) > MAX_SHOWN else []
        advice = "Remove what does not belong there, or rerun the original command to repair it."
        end = f"{folder} does not match its manifest, so {consequence}.\n    {advice}"
        raise IntegrityError("\n".join([*shown, *more, end]))
    return read(folder)


def require_outside(path: Path, option: str = "--out") -> None:
    """Refuse to write into a run folder, which would then no longer match its manifest.

    Raises
    ------
    BadInputError
        If a folder that contains the path has a manifest.
    """
    for folder in path.absolute().resolve().parents:
        if (folder / NAME).is_file():
            with suppress(IntegrityError):  # a manifest.json of another program, or one that matches nothing any more
                read(folder)
                what = f"lies in the run folder {folder}, which 'redbead verify' would then no longer accept"
                hint = f"Choose a place outside this folder with {option}."
                raise BadInputError([Problem(option, key=printable(path), what=what, hint=hint)])


def plugin_record() -> Manifest:
    """Entry of manifests and journals about the loaded plug-ins; empty if none is loaded."""
    return {"plugins": [plugin._asdict() for _, plugin in sorted(plugins.LOADED.items())]} if plugins.LOADED else {}


def plugin_digests(record: Mapping[str, Any]) -> dict[str, str]:
    """SHA-256 of the plug-ins in a manifest or journal by module. Entries that redbead did not write are ignored."""
    recorded = record.get("plugins")
    items = [item for item in recorded if isinstance(item, Mapping)] if isinstance(recorded, list) else []
    return {printable(item.get("module")): printable(item.get("sha256"))[:12] for item in items}


def plugin_conflict(stored: Mapping[str, Any], expected: Mapping[str, Any]) -> str:
    """Describe two journals that were made with different plug-ins or different sources of a plug-in."""
    old, new = (
        ", ".join(f"{module} (SHA-256 {digest})" for module, digest in plugin_digests(header).items()) or "none"
        for header in (stored, expected)
    )
    return f"contains results with other plug-ins, which cannot be mixed: {old} in the folder, {new} now"


def plugin_differences(record: Mapping[str, Any]) -> list[str]:
    """Describe every loaded plug-in whose source is not the recorded one."""
    loaded = {name: plugin.sha256[:12] for name, plugin in plugins.LOADED.items()}
    return [
        f"the source of the plug-in {name}, or of a local module that it imports, differs: SHA-256 {digest} in the "
        f"folder, {loaded[name]} here"
        for name, digest in plugin_digests(record).items()
        if loaded.get(name, digest) != digest
    ]


def require_plugins(record: Mapping[str, Any], place: object) -> None:
    """Refuse to read a folder without the plug-ins that it was made with.

    Parameters
    ----------
    record : dict
        Manifest, or header of the journal.
    place : object
        The folder, for the message.

    Raises
    ------
    BadInputError
        If a plug-in is not loaded.
    IntegrityError
        If the source of a plug-in differs.
    """
    if needed := [name for name in plugin_digests(record) if name not in plugins.LOADED]:
        what = f"the folder was made with the plug-in{'s' * (len(needed) > 1)} {', '.join(needed)}"
        advice = " ".join(f"{plugins.OPTION} {name}" for name in needed)
        hint = f"A folder never imports code. If you trust the module, add {advice} to the command."
        raise BadInputError([Problem(str(place), what=what, hint=hint)])
    if differences := plugin_differences(record):
        new = free_name(Path(str(place)))
        advice = f"Restore the source that made the folder, or repeat the command that made it with --out {new}."
        msg = f"{place}: {'; '.join(differences)}.\n    {advice}"
        raise IntegrityError(msg)


def verify(folder: Path) -> list[Problem]:
    """Compare a folder with its manifest.

    Nothing but regular files is opened, and no file is unpickled.

    Parameters
    ----------
    folder : Path
        A run folder.

    Returns
    -------
    list of Problem
        Changed, missing, renamed and unlisted files; everything that is not a regular file; folders without files of
        this run; files of the store that do not contain what its journal describes. Empty if the folder matches.

    Raises
    ------
    IntegrityError
        If the folder has no manifest, or the manifest is damaged.
    EnvironmentProblemError
        If a file cannot be read.
    """
    content = read(folder)
    record = content["files"]
    with os_errors_as_problems(folder):
        kinds = _contents(folder)
        files = [name for name, kind in kinds.items() if kind == "file" and name not in (NAME, _LOCK_PATH)]
        hashes = {name: sha256(folder / name) for name in files}
        same = {name for name, digest in hashes.items() if name in record and record[name]["sha256"] == digest}
        store = _store_problems(folder / STORE, same, hashes) if content["format"] == FORMAT else {}
        other = _other_than_files(folder, kinds, record)
    changed = "the file was changed after it was written: its SHA-256 differs"
    problems = store | _moved_files(kinds, hashes, record) | other
    problems |= {name: changed for name in hashes if name in record and name not in same}
    return sorted(Problem(_shown(name), what=what) for name, what in problems.items())


def _shown(name: str) -> str:
    """Relative path as it is printed; control characters and bytes that are not text are escaped."""
    return name if is_printable(name) else repr(name)


def _other_than_files(folder: Path, kinds: Mapping[str, str], record: Mapping[str, Any]) -> dict[str, str]:
    """Links, pipes, sockets and devices; folders in which no file belongs; a lock file with other text."""
    parents = {parent.as_posix() for name in (*record, _LOCK_PATH) for parent in Path(name).parents}
    problems = {}
    for name, kind in kinds.items():
        if kind not in ("file", "folder") or (kind == "folder" and name in record):
            problems[name] = f"the file is a {kind}, not a file of this run"
        elif kind == "folder" and name not in parents:
            problems[name] = "the folder is not part of this run: the manifest lists no file in it"
    if kinds.get(_LOCK_PATH) == "file" and not is_lock(folder / _LOCK_PATH):
        problems[_LOCK_PATH] = "the lock file contains text that redbead did not write"
    return problems


def _moved_files(kinds: Mapping[str, str], hashes: Mapping[str, str], record: Mapping[str, Any]) -> dict[str, str]:
    """Missing, renamed and unlisted files."""
    name_of_hash = {entry["sha256"]: name for name, entry in record.items()}
    moved = {name: name_of_hash.get(digest) for name, digest in hashes.items() if name not in record}
    problems = {}
    for name in record:
        if name not in kinds:
            new = [other for other, old in moved.items() if old == name]
            problems[name] = f"the file was renamed to {_shown(new[0])}" if new else "the file is missing"
    for name, old in moved.items():
        if old is None or old in hashes:
            problems[name] = "the file is not part of this run: the manifest does not list it"
    return problems


def _store_problems(home: Path, same: set[str], hashes: Mapping[str, str]) -> dict[str, str]:
    """Files of the store that the journal does not list, or whose content differs from what it describes.

    Only files that match the manifest are examined, since all others are reported anyway.
    """
    path = f"{STORE}/{journal.NAME}"
    if path not in same:
        return {}
    try:
        records = journal.read(home / journal.NAME)
    except IntegrityError:
        return {path: "the file contains a line that redbead did not write"}
    names = records[0].get("measures") if records else None
    measures = len(names) if names else None
    problems = {}
    listed = {file: entry for entry in records for file in chunks.files_of(entry)}
    for name in sorted(same):
        parent, _, file = name.rpartition("/")
        if parent != STORE or file == journal.NAME:
            continue
        if file not in listed:
            problems[name] = "the file is not part of this run: the journal of the store does not list it"
        elif chunks.files_of(listed[file])[file] != hashes[name] or not chunks.is_valid(
            home / file, listed[file], measures
        ):
            problems[name] = "the file does not contain the results that the journal of the store describes"
    return problems
