"""Locations of shipped scenarios, checks, calibrations and data, and the package version."""

from __future__ import annotations

import functools
from pathlib import Path

SUFFIX = ".yaml"

_PACKAGE = Path(__file__).parents[1]
_CHECKOUT = _PACKAGE.parents[1]


def library() -> Path:
    """Folder of shipped scenarios: inside an installed wheel, or at the root of a checkout."""
    return _shipped_folder("scenarios")


def check_library() -> Path:
    """Folder of shipped behaviour checks: inside an installed wheel, or at the root of a checkout."""
    return _shipped_folder("checks")


def calibration_library() -> Path:
    """Folder of shipped calibration files: inside an installed wheel, or at the root of a checkout."""
    return _shipped_folder("calibrations")


def reference_file() -> Path:
    """Bibliography of sources: inside an installed wheel, or in ``docs/`` of a checkout."""
    inside = _PACKAGE / "references.bib"
    return inside if inside.is_file() else _CHECKOUT / "docs" / "references.bib"


def _shipped_folder(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _CHECKOUT / name


BATCHES = "batches"
"""Folder of the library that contains batch files."""


@functools.cache
def shipped() -> dict[str, Path]:
    """Shipped scenario files by name (their stem), the baseline first, then alphabetically."""
    files = (path for path in library().rglob(f"*{SUFFIX}") if path.parent.name != BATCHES)
    by_name = {path.stem: path for path in sorted(files, reverse=True)}
    return {name: by_name[name] for name in sorted(by_name, key=lambda name: (name != "baseline", name))}


@functools.cache
def shipped_batches() -> dict[str, Path]:
    """Shipped batch files by name (their stem), alphabetically."""
    return {path.stem: path for path in sorted((library() / BATCHES).glob(f"*{SUFFIX}"))}


@functools.cache
def version() -> str:
    """Version of this package. A checkout uses its own ``pyproject.toml``, even if another version is installed."""
    project = _CHECKOUT / "pyproject.toml"
    if _PACKAGE.parent.name == "model" and project.is_file():
        import tomllib

        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
    from importlib import metadata

    return metadata.version("redbead")
