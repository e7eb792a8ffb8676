"""Shipped files: their locations, the version of the package, and the catalogue of scenarios and batches."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, Final, NamedTuple

from redbead.exceptions import BadInputError
from redbead.scenario.yaml_reader import read

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


FOLDERS: Final = {
    "": "The baseline",
    "inspection": "Inspection: effects and limits",
    "takeover": "Takeovers and imposed change",
    "demand": "Demand, finance and surges",
    "management": "Responses of leaders and managers",
    "learning": "Learning, reporting and improvement",
    "workforce": "Workforce: hiring, leaving, agency, allocation",
    "theories": "The baseline under each rival theory",
    "extremes": "Extreme conditions that test the model",
    BATCHES: "Batches of policies: `redbead compare NAME`",
}
"""Folders of the library with their headings."""

_HEAD: Final = """\
# Scenarios

Each file asks one question and is also a test. Scenarios run by name: `redbead run two-strikes`. To ask your own
question, copy a file, or start with `extends: baseline` and write only the differences. `redbead validate FILE` reports
all problems of a file at once. Editors with YAML support complete and explain the keys with the schemas of this folder
([how](../docs/how-to/check-files.md)).

`redbead scenarios --markdown > scenarios/README.md` writes this page, and `redbead schema TYPE` prints a schema. Tests
fail if they are out of date.
"""


class Entry(NamedTuple):
    """Description of one shipped scenario, read from its file."""

    name: str
    title: str
    question: str
    path: Path
    folder: str = ""
    source: str = ""
    looks: str = ""
    systems: tuple[str, ...] = ()


def catalogue() -> list[Entry]:
    """List all shipped scenarios by folder, the baseline first.

    The title of a file that cannot be read names the command that shows its problems.

    Examples
    --------
    >>> catalogue()[0].name
    'baseline'
    """
    entries = [_entry(name, path) for name, path in shipped().items()]
    order = [*FOLDERS, *sorted({entry.folder for entry in entries} - set(FOLDERS))]
    return sorted(entries, key=lambda entry: order.index(entry.folder))


def _entry(name: str, path: Path) -> Entry:
    """Read the description in a file."""
    folder = "/".join(path.parent.relative_to(library()).parts)
    try:
        data: Any = read(path).data
    except BadInputError:
        data = None
    if not isinstance(data, dict):
        return Entry(name, f"(not readable; run 'redbead validate {name}')", "", path, folder)
    texts = {key: str(data.get(key, "")) for key in ("question", "source", "looks")}
    systems = data.get("systems")
    listed = tuple(map(str, systems)) if isinstance(systems, list) else ()
    return Entry(name, str(data.get("title", name)), path=path, folder=folder, systems=listed, **texts)


def by_folder() -> dict[str, list[Entry]]:
    """Shipped scenarios of each folder, in the order of the library."""
    folders: dict[str, list[Entry]] = {}
    for entry in catalogue():
        folders.setdefault(entry.folder, []).append(entry)
    return folders


def batches() -> list[Entry]:
    """List all shipped batches, by name."""
    return [_entry(name, path) for name, path in shipped_batches().items()]


def as_markdown() -> str:
    """Text of the page ``scenarios/README.md``, with one table per folder."""
    sections = [_section(folder, entries) for folder, entries in by_folder().items()]
    return "\n".join([_HEAD, *sections, _section(BATCHES, batches())])


def _section(folder: str, entries: list[Entry]) -> str:
    """Table of one folder."""
    head = f"## {FOLDERS.get(folder, folder)}" + (f" (`{folder}/`)" if folder else "")
    table = ["| name | title | question | source | outcomes to compare |", "|---|---|---|---|---|"]
    return "\n".join([head, "", *table, *map(_row, entries), ""])


def _row(entry: Entry) -> str:
    """Table row of one scenario."""
    link = f"[`{entry.name}`]({entry.path.relative_to(library()).as_posix()})"
    cells = (entry.title, entry.question, entry.source, entry.looks)
    return "| " + " | ".join([link, *(" ".join(cell.split()).replace("|", "/") for cell in cells)]) + " |"
