"""Folders of studies: where results are written, and checks before anything is written there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from redbead.exceptions import BadInputError, IntegrityError, Problem
from redbead.execution.runs import slug
from redbead.storage import manifest
from redbead.storage.atomic_files import os_errors_as_problems

RUNS_ROOT: Final = Path("runs")


def dated_folder(name: str, inputs: str) -> Path:
    """The folder of these inputs under ``runs/``: the one there already is, or a new name with today's date."""
    tail = f"-{slug(name)}-{inputs[:8]}"
    there = sorted(RUNS_ROOT.glob(f"[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]{tail}"))
    return there[0] if there else RUNS_ROOT / f"{datetime.now(UTC):%Y-%m-%d}{tail}"


def require_same_inputs(out: Path, inputs: str) -> Path:
    """A folder that somebody names, if nothing else lies there.

    Raises
    ------
    BadInputError
        It holds something that is not of these inputs.
    """
    if out.exists() and not _may_replace(out, inputs):
        hint = "give --out a new name, or remove that folder"
        raise BadInputError([Problem("--out", what=f"{out} is there and is not a run of these inputs", hint=hint)])
    return out


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
    """Find out before the first run whether the folder can be written at all.

    Raises
    ------
    EnvironmentProblemError
        It cannot.
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
    """Return a folder named by the user if it is new, empty, or holds a study of this kind.

    Parameters
    ----------
    out
        The folder.
    marker
        A file or folder that every study of this kind has.
    kind
        The kind with its article, for the message, such as "a calibration".

    Raises
    ------
    BadInputError
        The folder holds something else.
    """
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / marker).exists())):
        hint = "give --out a new name, or remove that folder"
        raise BadInputError([Problem("--out", what=f"{out} is there and is not {kind}", hint=hint)])
    return out
