"""Catalogue of the shipped scenarios and batches.

The catalogue reads only the descriptive keys of each file (title, question, source, looks, systems), without validating
or building the scenario.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NamedTuple

from redbead.exceptions import BadInputError
from redbead.scenario.library import BATCHES, library, shipped, shipped_batches
from redbead.scenario.yaml_reader import read

FOLDERS: Final = {
    "": "Baseline",
    "inspection": "Inspection: effects and accuracy",
    "takeover": "Takeovers and imposed change",
    "demand": "Demand, funding and surges",
    "management": "Responses of leaders and managers",
    "learning": "Learning, reporting and improvement",
    "workforce": "Staff: hiring, turnover, agency staff and allocation",
    "theories": "The same service under rival theories",
    "extremes": "Extreme conditions",
    BATCHES: "Batches: `redbead compare NAME`",
}
"""Folders of the library and their headings, in order."""

_HEAD: Final = """\
# Scenarios

Each file asks one question of the model. Run it by its name: `redbead run two-strikes`. To write your own, copy
a file, or start with `extends: baseline` and list only the differences. `redbead validate FILE` reports all errors at
once. Editors with YAML support use `scenario.schema.json` to complete the keys and show their meaning.

`redbead scenarios --markdown > scenarios/README.md` writes this page; `redbead schema > scenarios/scenario.schema.json`
writes the schema. Tests fail if either is out of date.
"""


class Entry(NamedTuple):
    """A shipped scenario or batch and the description in its file."""

    name: str
    title: str
    question: str
    path: Path
    folder: str = ""
    source: str = ""
    looks: str = ""
    systems: tuple[str, ...] = ()


def catalogue() -> list[Entry]:
    """List the shipped scenarios in the order of the folders, starting with the baseline.

    The title of an unreadable file is replaced by a hint to validate it.

    Returns
    -------
    list of Entry
        One entry per scenario; within a folder in alphabetical order.

    Examples
    --------
    >>> catalogue()[0].name
    'baseline'
    """
    entries = [_entry(name, path) for name, path in shipped().items()]
    order = [*FOLDERS, *sorted({entry.folder for entry in entries} - set(FOLDERS))]
    return sorted(entries, key=lambda entry: order.index(entry.folder))


def _entry(name: str, path: Path) -> Entry:
    """Read the description of one file."""
    folder = "/".join(path.parent.relative_to(library()).parts)
    try:
        data: Any = read(path).data
    except BadInputError:
        data = None
    if not isinstance(data, dict):
        return Entry(name, f"(unreadable: run redbead validate {name})", "", path, folder)
    texts = {key: str(data.get(key, "")) for key in ("question", "source", "looks")}
    systems = data.get("systems")
    names = tuple(map(str, systems)) if isinstance(systems, list) else ()
    return Entry(name, str(data.get("title", name)), path=path, folder=folder, systems=names, **texts)


def by_folder() -> dict[str, list[Entry]]:
    """Group the shipped scenarios by folder, in the order of the library."""
    folders: dict[str, list[Entry]] = {}
    for entry in catalogue():
        folders.setdefault(entry.folder, []).append(entry)
    return folders


def batches() -> list[Entry]:
    """List the shipped batches in alphabetical order."""
    return [_entry(name, path) for name, path in shipped_batches().items()]


def as_markdown() -> str:
    """Format the page `scenarios/README.md`, with one table per folder."""
    sections = [_section(folder, entries) for folder, entries in by_folder().items()]
    return "\n".join([_HEAD, *sections, _section(BATCHES, batches())])


def _section(folder: str, entries: list[Entry]) -> str:
    """Format the table of one folder."""
    head = f"## {FOLDERS.get(folder, folder)}" + (f" (`{folder}/`)" if folder else "")
    table = ["| name | title | question | source | what to look at |", "|---|---|---|---|---|"]
    return "\n".join([head, "", *table, *map(_row, entries), ""])


def _row(entry: Entry) -> str:
    """Format one row of a table."""
    link = f"[`{entry.name}`]({entry.path.relative_to(library()).as_posix()})"
    cells = (entry.title, entry.question, entry.source, entry.looks)
    return "| " + " | ".join([link, *(" ".join(cell.split()).replace("|", "/") for cell in cells)]) + " |"
