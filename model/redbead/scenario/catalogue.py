"""The shipped scenarios: names, titles, questions. Reads no more of a file than its head needs."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from redbead.problems import BadInputError
from redbead.scenario.home import shipped
from redbead.scenario.read import read


class Entry(NamedTuple):
    """One shipped scenario."""

    name: str
    title: str
    question: str
    path: Path


def catalogue() -> list[Entry]:
    """Every shipped scenario, the baseline first; one that cannot be read says so in its title.

    >>> catalogue()[0].name
    'baseline'
    """
    return [_entry(name, path) for name, path in shipped().items()]


def _entry(name: str, path: Path) -> Entry:
    """What the file says of itself."""
    try:
        data = read(path).data
    except BadInputError:
        data = None
    if not isinstance(data, dict):
        return Entry(name, f"(not readable: redbead validate {name})", "", path)
    return Entry(name, str(data.get("title", name)), str(data.get("question", "")), path)


def as_markdown() -> str:
    """The list of shipped scenarios as `scenarios/README.md` shows it."""
    rows = [f"| [`{entry.name}`]({entry.path.name}) | {entry.title} | {entry.question} |" for entry in catalogue()]
    return "\n".join(["| name | what it is | what it asks |", "|---|---|---|", *rows]) + "\n"
