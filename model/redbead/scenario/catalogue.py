"""The shipped scenarios: names, titles, questions, by folder. Reads no more of a file than its head needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NamedTuple

from redbead.exceptions import BadInputError
from redbead.scenario.library import BATCHES, library, shipped, shipped_batches
from redbead.scenario.yaml_reader import read

FOLDERS: Final = {
    "": "Where everything starts",
    "inspection": "What inspection does, and what it can see",
    "takeover": "Takeovers and imposed change",
    "demand": "Demand, money and surges",
    "management": "How leaders and managers answer",
    "learning": "Learning, reporting and improvement",
    "workforce": "Staff: hiring, leaving, agency, allocation",
    "theories": "The same service, as each side of the debate sees it",
    "extremes": "Where the model must not break",
    BATCHES: "Batches of policies: `redbead compare NAME`",
}
"""The folders of the library, each with the question that its scenarios share."""

_HEAD: Final = """\
# Scenarios

Each file is one question to the model, and also a test. All run by name: `redbead run two-strikes`. To ask a question
of your own, copy one, or start with `extends: baseline` and write down only what differs. `redbead validate FILE` finds
every mistake at once; editors that know YAML complete and explain the keys by `scenario.schema.json`.

This page is written by `redbead scenarios --markdown > scenarios/README.md`, and `scenario.schema.json` by
`redbead schema > scenarios/scenario.schema.json`. Tests notice when either is out of date.
"""


class Entry(NamedTuple):
    """One shipped scenario, as its file describes it."""

    name: str
    title: str
    question: str
    path: Path
    folder: str = ""
    source: str = ""
    looks: str = ""
    systems: tuple[str, ...] = ()


def catalogue() -> list[Entry]:
    """Every shipped scenario by folder, the baseline first; one that cannot be read says so in its title.

    >>> catalogue()[0].name
    'baseline'
    """
    entries = [_entry(name, path) for name, path in shipped().items()]
    order = [*FOLDERS, *sorted({entry.folder for entry in entries} - set(FOLDERS))]
    return sorted(entries, key=lambda entry: order.index(entry.folder))


def _entry(name: str, path: Path) -> Entry:
    """What the file says of itself."""
    folder = "/".join(path.parent.relative_to(library()).parts)
    try:
        data: Any = read(path).data
    except BadInputError:
        data = None
    if not isinstance(data, dict):
        return Entry(name, f"(not readable: redbead validate {name})", "", path, folder)
    told = {key: str(data.get(key, "")) for key in ("question", "source", "looks")}
    systems = data.get("systems")
    listed = tuple(map(str, systems)) if isinstance(systems, list) else ()
    return Entry(name, str(data.get("title", name)), path=path, folder=folder, systems=listed, **told)


def by_folder() -> dict[str, list[Entry]]:
    """The shipped scenarios of each folder, in the order of the library."""
    found: dict[str, list[Entry]] = {}
    for entry in catalogue():
        found.setdefault(entry.folder, []).append(entry)
    return found


def batches() -> list[Entry]:
    """Every shipped batch of policies, by name."""
    return [_entry(name, path) for name, path in shipped_batches().items()]


def as_markdown() -> str:
    """The page `scenarios/README.md`: a table for each folder."""
    sections = [_section(folder, entries) for folder, entries in by_folder().items()]
    return "\n".join([_HEAD, *sections, _section(BATCHES, batches())])


def _section(folder: str, entries: list[Entry]) -> str:
    """The table of one folder."""
    head = f"## {FOLDERS.get(folder, folder)}" + (f" (`{folder}/`)" if folder else "")
    table = ["| name | what it is | what it asks | where it comes from | what to look at |", "|---|---|---|---|---|"]
    return "\n".join([head, "", *table, *map(_row, entries), ""])


def _row(entry: Entry) -> str:
    """One line of a table."""
    link = f"[`{entry.name}`]({entry.path.relative_to(library()).as_posix()})"
    cells = (entry.title, entry.question, entry.source, entry.looks)
    return "| " + " | ".join([link, *(" ".join(cell.split()).replace("|", "/") for cell in cells)]) + " |"
