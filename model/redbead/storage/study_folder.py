"""Folder of a study: where it is, who may write to it, whether it can be extended, and how its files are written.

    DIR/store/journal.jsonl   identity of the study, then one line per stored result
    DIR/store/lock            locked by the command that writes
    DIR/manifest.json         SHA-256 of every file
    DIR/...                   tables, report and figures, which are derived from the store

Every command that writes results uses these functions, so that it can be killed, resumed, locked and verified.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from redbead.compile_cache import model_digest, source_digest
from redbead.exceptions import BadInputError, IntegrityError, Problem, printable
from redbead.execution.runs import slug, with_option
from redbead.scenario.library import version
from redbead.storage import journal, manifest
from redbead.storage.atomic_files import (
    exclusive,
    free_name,
    json_text,
    kind_of,
    os_errors_as_problems,
    replace_files,
    replace_text,
    write_text,
)
from redbead.storage.manifest import LOCK, Manifest

Kind = Literal["comparison", "calibration", "sensitivity study", "twins", "check", "targets", "lottery", "audit"]
"""Kinds of studies that have a folder."""

STORE: Final = manifest.STORE
WORDS: Final[Mapping[str, str]] = {
    "comparison": "a comparison",
    "calibration": "a calibration",
    "sensitivity study": "a sensitivity study",
    "twins": "twins",
    "check": "a check",
    "targets": "a comparison with targets",
    "lottery": "a lottery",
    "audit": "an audit",
}
"""Kinds of studies as they are named in messages."""
RUNS_ROOT: Final = Path("runs")
FORMAT: Final = 2


def inputs_digest(inputs: Mapping[str, Any]) -> str:
    """SHA-256 of all inputs of a study and the version of the package. [hexadecimal]

    Parameters
    ----------
    inputs : mapping
        Everything that determines the results, as data that JSON can represent.
    """
    return hashlib.sha256(json_text({**inputs, "version": version()}).encode()).hexdigest()


def header_of(kind: Kind, inputs: str, agents: Sequence[str] = ()) -> dict[str, Any]:
    """Header of the journal of a study: its kind, and what its results depend on.

    Parameters
    ----------
    kind : str
        Kind of study.
    inputs : str
        Digest of its inputs. [hexadecimal]
    agents : sequence of str
        Custom agent classes.
    """
    return {
        "format": FORMAT,
        "kind": kind,
        "inputs": inputs,
        "version": version(),
        "model": model_digest(),
        "agents": sorted(agents),
        **manifest.plugin_record(),
    }


def stored_header(folder: Path) -> journal.Record:
    """Header of the journal in a folder, empty if there is none.

    Raises
    ------
    IntegrityError
        If the journal is damaged.
    """
    path = folder / STORE / journal.NAME
    with os_errors_as_problems(folder):
        if os.path.lexists(path):
            _require_kind(path, "file")
        return journal.read_header(path) if path.is_file() else {}


def place(name: str, header: Mapping[str, Any], out: Path | None) -> Path:
    """Folder for a study.

    Parameters
    ----------
    name : str
        Name of the study.
    header : mapping
        Header of its journal.
    out : Path or None
        Folder that the user named. By default, the existing folder of the same inputs under ``runs/`` or a new one
        with today's date. Another version of the model and other plug-ins have another folder.

    Raises
    ------
    BadInputError
        If `out` contains anything but a study of this kind.
    """
    if out is not None:
        return _require_free_or_same_kind(out, header["kind"])
    target = _dated_folder(name, header["inputs"])
    _require_usable_path(target)
    stored = stored_header(target) or header
    if stored.get("model") != header["model"]:
        target = target.with_name(f"{target.name}-{header['model'][:6]}")
    modules, others = (manifest.plugin_digests(item).keys() for item in (header, stored))
    return target if modules == others else target.with_name(f"{target.name}-{'-'.join(modules) or 'no-plugins'}")


def named_folder(header: Mapping[str, Any], out: Path | None) -> Path | None:
    """Folder of a study that writes one only on request: `out` after the checks of :func:`place`, or None without it.

    Raises
    ------
    BadInputError
        If `out` contains anything but a study of this kind.
    """
    return None if out is None else _require_free_or_same_kind(out, header["kind"])


def _dated_folder(name: str, inputs: str) -> Path:
    """Existing folder of these inputs under ``runs/``, or a new name with today's date."""
    tail = f"-{slug(name)}-{inputs[:8]}"
    existing = sorted(RUNS_ROOT.glob(f"[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]{tail}"))
    return existing[0] if existing else RUNS_ROOT / f"{datetime.now(UTC):%Y-%m-%d}{tail}"


def _require_free_or_same_kind(out: Path, kind: Kind) -> Path:
    """Return a folder that is new, empty, or contains a study of this kind."""
    _require_usable_path(out)
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return out
    stored = stored_header(out).get("kind", "") if out.is_dir() else ""
    if not stored and (out / manifest.NAME).is_file():
        raise IntegrityError(_earlier_format(out))
    if stored == kind or (not stored and (out / STORE / LOCK).exists()):
        return out
    hint = "Choose a new folder with --out, or remove this one. Nothing in it was changed."
    what = f"contains {WORDS.get(stored, stored)}, not {WORDS[kind]}" if stored else f"exists and is not {WORDS[kind]}"
    raise BadInputError([Problem("--out", key=str(out), what=what, hint=hint)])


def _require_usable_path(folder: Path) -> None:
    """Refuse a path that no library could write, or that lies in another run folder, before anything runs."""
    if "\0" in (path := str(folder.absolute())) or path != path.encode(errors="replace").decode():  # not UTF-8
        hint = "Choose a folder whose whole path is text (UTF-8), with --out."
        raise BadInputError([Problem("--out", key=printable(folder), what="cannot be used as a folder", hint=hint)])
    with os_errors_as_problems(folder):  # such as a name that is too long
        folder.exists()
    manifest.require_outside(folder)


def _earlier_format(folder: Path) -> str:
    """Message for a folder that an earlier version wrote without a store."""
    wrote = manifest.read(folder)["program"]["version"]
    return (
        f"{folder} was written by an earlier version of redbead ({wrote}), whose folders cannot be extended.\n"
        f"    It can be read and exported. {_start_anew(folder)} Nothing in it was changed."
    )


def _start_anew(folder: Path) -> str:
    """Sentence with the command that makes the same study in another folder."""
    try:
        words = [str(word) for word in manifest.read(folder)["command"]]
    except (IntegrityError, KeyError):
        return "Choose another folder with --out."
    if words[:1] != ["redbead"]:
        return "Choose another folder."
    return f"To start anew: {shlex.join(with_option(words, '--out', str(free_name(folder))))}."


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock a study folder for writing, and create it if needed.

    Raises
    ------
    EnvironmentProblemError
        If another command is writing to the folder, or it cannot be written.
    IntegrityError
        If the store contains anything that this program did not write.
    """
    home = folder / STORE
    with os_errors_as_problems(folder):
        home.mkdir(parents=True, exist_ok=True)
        _require_kind(home, "folder")
        if os.path.lexists(home / LOCK):
            _require_kind(home / LOCK, "file")
            if not manifest.is_lock(home / LOCK):
                raise IntegrityError(_not_own(home / LOCK, "contains text that redbead did not write"))
    with exclusive(home / LOCK, folder):
        with os_errors_as_problems(folder):
            for path in sorted(home.iterdir()):
                _require_kind(path, "file" if _OWN_NAMES.fullmatch(path.name) else "")
        yield


_OWN_NAMES: Final = re.compile(
    rf"(\.?)({LOCK}|{re.escape(journal.NAME)}|(chunk|events|point)-\d{{6,}}\.np[yz])(\.tmp)?"
)


def _require_kind(path: Path, expected: str) -> None:
    """Refuse a path in a study folder that is not of the expected kind, such as a named pipe, which would block."""
    if (kind := kind_of(path)) != expected:
        raise IntegrityError(_not_own(path, f"is a {kind} that does not belong to a study"))


def _not_own(path: Path, what: str) -> str:
    return f"{path} {what}.\n    Move it elsewhere, then run the same command again. Nothing in the folder was changed."


def open_journal(folder: Path, header: Mapping[str, Any]) -> list[journal.Record]:
    """Read the journal of a locked folder. Creates it if needed, and repairs what a killed command left.

    Parameters
    ----------
    folder : Path
        Folder of the study.
    header : mapping
        First record, as :func:`header_of` creates it.

    Returns
    -------
    list of dict
        All records, the header first.

    Raises
    ------
    IntegrityError
        If the journal is damaged, or belongs to other inputs or another version.
    """
    path = folder / STORE / journal.NAME
    with os_errors_as_problems(folder):
        if path.is_file():
            journal.repair(path)
        if not path.is_file() or not path.stat().st_size:
            journal.append(path, header)
        records = journal.read(path)
    _require_same_header(folder, records[0], header)
    return records


def _require_same_header(folder: Path, stored: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Refuse to mix results of different inputs or versions."""
    if stored.get("format") != expected["format"]:
        what = (
            f"has a store of format {stored.get('format')}, written by redbead {stored.get('version')}, but this "
            f"version ({expected['version']}) extends format {expected['format']}"
        )
    elif stored.get("kind") != expected["kind"]:
        what = f"contains {WORDS.get(str(stored.get('kind')), 'another study')}, not {WORDS[expected['kind']]}"
    elif stored.get("inputs") != expected["inputs"]:
        what = "contains results of other inputs"
    elif stored.get("model") != expected["model"]:
        what = (
            f"contains results of another version of the model ({stored.get('version')}, sources "
            f"{str(stored.get('model'))[:12]}), which cannot be mixed with results of this version "
            f"({expected['version']}, sources {expected['model'][:12]})"
        )
    elif stored.get("plugins") != expected.get("plugins"):
        what = manifest.plugin_conflict(stored, expected)
    else:
        return
    msg = f"{folder} {what}.\n    {_start_anew(folder)} Nothing in it was changed."
    raise IntegrityError(msg)


def requested_inputs(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that determines the files of a study, as it is read back from a manifest."""
    return {**_as_lists(inputs), **manifest.plugin_record(), "sources": source_digest()}


def _as_lists(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Convert tuples to lists recursively, as they are read back from a manifest."""
    if isinstance(value, dict):
        return {key: _as_lists(item) for key, item in value.items()}
    return [_as_lists(item) for item in value] if isinstance(value, list | tuple) else value


def is_current(folder: Path, requested: Mapping[str, Any]) -> bool:
    """Whether the files in a folder are complete, undamaged, and were written for these inputs."""
    try:
        return bool(manifest.read(folder).get("asked") == requested and not manifest.verify(folder))
    except IntegrityError:
        return False


def write_study(folder: Path, write_files: Callable[[Path], Manifest], hashes: Mapping[str, str] | None = None) -> None:
    """Replace all files of a study except its store, and write the manifest last.

    If the process is killed in between, the folder has no manifest, and the same command writes the files again.

    Parameters
    ----------
    folder : Path
        The locked folder.
    write_files : callable
        Writes tables, report and figures into a temporary folder, and returns the facts for the manifest.
    hashes : mapping, optional
        SHA-256 of files of the store that are already known, by name.

    Raises
    ------
    EnvironmentProblemError
        If the disk is full or read-only, or the user has no permission to write.
    """
    with replace_files(folder, STORE) as temporary:
        facts = write_files(temporary)
    known = {f"{STORE}/{name}": digest for name, digest in (hashes or {}).items()}
    replace_text(folder / manifest.NAME, json_text(manifest.compose(folder, facts, known)))


class StudyFiles(NamedTuple):
    """Files of a study, besides its store.

    Attributes
    ----------
    tables : mapping of str to str
        Tables and other results as text, by file name. Their SHA-256 is the digest of the study.
    texts : mapping of str to str
        Other text files, by name.
    facts : mapping
        Facts for the manifest.
    pages : callable or None
        Writes the report and its figures into a folder, given the digest.
    """

    tables: Mapping[str, str]
    texts: Mapping[str, str] = {}
    facts: Mapping[str, Any] = {}
    pages: Callable[[Path, str], None] | None = None


def write_files(folder: Path, header: Mapping[str, Any], files: StudyFiles, facts: Manifest) -> str:
    """Write the files and the manifest of a study whose results are text files.

    Parameters
    ----------
    folder : Path
        The locked folder.
    header : mapping
        Header of its journal.
    files : StudyFiles
        The files.
    facts : dict
        Command and times, for the manifest.

    Returns
    -------
    str
        Digest of the results. [hexadecimal]
    """
    digest = tables_digest(files.tables)

    def write(temporary: Path) -> Manifest:
        for name, text in {**files.tables, **files.texts}.items():
            write_text(temporary / name, text)
        if files.pages:
            files.pages(temporary, digest)
        study = {"kind": header["kind"], "inputs_hash": header["inputs"], "results_digest": digest}
        tables = {"tables": sorted(files.tables), "asked": requested_inputs({"inputs": header["inputs"]})}
        return {"runs": {"failed": []}, **study, **tables, **files.facts, **facts}

    write_study(folder, write)
    return digest


def tables_digest(texts: Mapping[str, str]) -> str:
    """SHA-256 over the texts of tables in the order of their file names. [hexadecimal]"""
    return hashlib.sha256("".join(texts[name] for name in sorted(texts)).encode()).hexdigest()
