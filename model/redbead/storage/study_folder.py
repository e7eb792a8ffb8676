"""Folders of studies: default names, and checks before anything is written."""

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
