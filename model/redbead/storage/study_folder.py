"""Folders of studies: default names, and checks before anything is written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from redbead.exceptions import BadInputError, IntegrityError, Problem
from redbead.execution.runs import slug
from redbead.storage import manifest
from redbead.storage.atomic_files import json_text, os_errors_as_problems, replace_text, write_text

RUNS_ROOT: Final = Path("runs")


def dated_folder(name: str, inputs: str) -> Path:
    """Default folder under ``runs/``: an existing folder with the same inputs, or a new name with today's date.

    Parameters
    ----------
    name : str
        Name of the study.
    inputs : str
        Digest of its inputs. [hexadecimal]
    """
    tail = f"-{slug(name)}-{inputs[:8]}"
    existing = sorted(RUNS_ROOT.glob(f"[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]{tail}"))
    return existing[0] if existing else RUNS_ROOT / f"{datetime.now(UTC):%Y-%m-%d}{tail}"


def require_same_inputs(out: Path, inputs: str) -> Path:
    """Return a folder named by the user if it is new, empty, or contains runs of the same inputs.

    Parameters
    ----------
    out : Path
        The folder.
    inputs : str
        Digest of the inputs. [hexadecimal]

    Raises
    ------
    BadInputError
        If the folder contains anything else.
    """
    if out.exists() and not _may_replace(out, inputs):
        raise BadInputError([_occupied(out, "a run of these inputs")])
    return out


def _occupied(out: Path, expected: str) -> Problem:
    """Problem of a folder that contains something else."""
    what, hint = f"exists and is not {expected}", "Choose a new folder with --out, or remove this one."
    return Problem("--out", key=str(out), what=what, hint=hint)


def _may_replace(out: Path, inputs: str) -> bool:
    if not out.is_dir():
        return False
    if not any(out.iterdir()):
        return True
    try:
        return bool(manifest.read(out)["inputs_hash"] == inputs)
    except IntegrityError:
        return False


def require_writable(target: Path) -> None:
    """Check before the first run that the folder can be written.

    Raises
    ------
    EnvironmentProblemError
        If it cannot be written.
    """
    probe = target.with_name(f".{target.name}.probe")
    missing = [parent for parent in target.parents if not parent.exists()]
    with os_errors_as_problems(target):
        try:
            probe.mkdir(parents=True, exist_ok=True)
        finally:
            for folder in (probe, *missing):
                if folder.is_dir() and not any(folder.iterdir()):
                    folder.rmdir()


def require_folder_of(out: Path, marker: str, kind: str) -> Path:
    """Return a folder named by the user if it is new, empty, or contains a study of this kind.

    Parameters
    ----------
    out : Path
        The folder.
    marker : str
        File or folder that every study of this kind has.
    kind : str
        Kind of study with its article, for the message, such as "a calibration".

    Raises
    ------
    BadInputError
        If the folder contains anything else.
    """
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / marker).exists())):
        raise BadInputError([_occupied(out, kind)])
    return out


def tables_digest(texts: Mapping[str, str]) -> str:
    """SHA-256 over the texts of tables in the order of their file names. [hexadecimal]"""
    return hashlib.sha256("".join(texts[name] for name in sorted(texts)).encode()).hexdigest()


def write_study(
    folder: Path, texts: Mapping[str, str], facts: dict[str, Any], write_pages: Callable[[], None]
) -> None:  # fmt: skip
    """Write files, report and manifest into the folder of a study, beside the points that it contains.

    Parameters
    ----------
    folder
        The folder.
    texts
        Files by name.
    facts
        Content of the manifest, besides the hashes of the files.
    write_pages
        Writes the report and its figures.

    Raises
    ------
    EnvironmentProblemError
        The disk is full or read-only, or permission is denied.
    """
    with os_errors_as_problems(folder):
        for name, text in texts.items():
            write_text(folder / name, text)
        write_pages()
        replace_text(folder / manifest.NAME, json_text(manifest.compose(folder, facts)))
