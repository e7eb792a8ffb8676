"""Where the shipped scenarios and behaviour checks live, and which version of the package this is."""

from __future__ import annotations

import functools
import tomllib
from importlib import metadata
from pathlib import Path

SUFFIX = ".yaml"

_PACKAGE = Path(__file__).parents[1]
_CHECKOUT = _PACKAGE.parents[1]


def library() -> Path:
    """The folder of shipped scenarios: inside an installed wheel, or at the root of a checkout."""
    return _shipped_folder("scenarios")


def check_library() -> Path:
    """The folder of shipped behaviour checks: inside an installed wheel, or at the root of a checkout."""
    return _shipped_folder("checks")


def calibration_library() -> Path:
    """The folder of shipped calibration files: inside an installed wheel, or at the root of a checkout."""
    return _shipped_folder("calibrations")


def reference_file() -> Path:
    """The sources: inside an installed wheel, or in the docs of a checkout."""
    inside = _PACKAGE / "references.bib"
    return inside if inside.is_file() else _CHECKOUT / "docs" / "references.bib"


def _shipped_folder(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _CHECKOUT / name


def data_file(name: str) -> Path:
    """A file of published figures, which the package carries with it."""
    return _PACKAGE / "data" / name


BATCHES = "batches"
"""The folder of the library that holds batch files."""


@functools.cache
def shipped() -> dict[str, Path]:
    """Shipped scenario files by name (their stem), the baseline first, then alphabetically."""
    files = (path for path in library().rglob(f"*{SUFFIX}") if path.parent.name != BATCHES)
    found = {path.stem: path for path in sorted(files, reverse=True)}
    return {name: found[name] for name in sorted(found, key=lambda name: (name != "baseline", name))}


@functools.cache
def shipped_batches() -> dict[str, Path]:
    """Shipped batch files by name (their stem), alphabetically."""
    return {path.stem: path for path in sorted((library() / BATCHES).glob(f"*{SUFFIX}"))}


@functools.cache
def version() -> str:
    """The version of this package; in a checkout its own, whatever may be installed besides."""
    project = _CHECKOUT / "pyproject.toml"
    if _PACKAGE.parent.name == "model" and project.is_file():
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
    return metadata.version("redbead")
