"""Load scenarios by name or from files, and write them as YAML.

A file may extend one other scenario, given by a shipped name or by a path relative to the file, which may extend
another in turn. Keys of the extending file take precedence. Its levers and spikes are added to those of the extended
scenario. All problems of all files are reported together.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from redbead import parameters
from redbead.exceptions import BadInputError, Problem, format_value, printable
from redbead.levers import LEVERS, Lever
from redbead.scenario import messages
from redbead.scenario.consistency import FAMILY_SECTIONS, lever_conflict_problems
from redbead.scenario.keywords import KEYWORDS, PRESET, PUBLISHED, implied_values, without_published
from redbead.scenario.library import SUFFIX, shipped
from redbead.scenario.scenario import STARTING_POINTS, Scenario, Spike, value_problems
from redbead.scenario.schema import SCENARIO, TEXTS
from redbead.scenario.validation import check_arguments, check_content
from redbead.scenario.yaml_reader import Mark, YamlDocument, read, scalar

MAX_CHAIN: Final = 20
"""Largest number of files that a scenario may extend, directly and through others."""
_AUTHORITY: Final = "authority."


@check_arguments
def load(name: str | Path) -> Scenario:
    """Load a scenario by its shipped name or from a YAML file.

    Parameters
    ----------
    name : str or Path
        A name that ``redbead scenarios`` lists, or the path of a file.

    Returns
    -------
    Scenario
        The validated scenario.

    Raises
    ------
    BadInputError
        If the file or a file that it extends is not valid. Lists every problem with its line and column.

    Examples
    --------
    >>> load("baseline").years
    10.0
    """
    layers = _read_layers(name)
    return _merge(layers, _name_of(layers[0]))


def load_chain(name: str | Path) -> list[Scenario]:
    """Load a scenario and all scenarios that it extends, for the same duration and the same authority.

    Parameters
    ----------
    name : str or Path
        A name that ``redbead scenarios`` lists, or the path of a file.

    Returns
    -------
    list of Scenario
        The scenario, then the scenarios that it extends, the nearest first. Their ``time`` and ``authority`` are those
        of the scenario, so that nothing else than the policy differs.

    Raises
    ------
    BadInputError
        If the file or a file that it extends is not valid. Lists every problem with its line and column.

    Examples
    --------
    >>> [scenario.name for scenario in load_chain("two-strikes")]
    ['two-strikes', 'baseline']
    """
    layers = _read_layers(name)
    return [
        _merge([*map(_same_authority, layers[:place]), *layers[place:]], _name_of(layer))
        for place, layer in enumerate(layers)
    ]


def _read_layers(name: str | Path) -> list[YamlDocument]:
    """Read and check a file and all files that it extends, in that order."""
    path = find(name)
    layers, problems = _read_chain(path, str(name) if path == Path(name) else _display_path(path))
    problems += lever_conflict_problems(layers[::-1])
    if problems:
        raise BadInputError(problems)
    return layers


def _name_of(layer: YamlDocument) -> str:
    """Name of a scenario. It is not inherited: a file without one is named after itself."""
    return str(layer.data.get("name", named_after(Path(layer.file))))


def _same_authority(layer: YamlDocument) -> YamlDocument:
    """Only the duration and the authority of a file."""
    changes = {path: value for path, value in layer.data.get("change", {}).items() if path.startswith(_AUTHORITY)}
    kept = {key: layer.data[key] for key in ("time", "authority") if key in layer.data}
    return dataclasses.replace(layer, data={**kept, "change": changes})


def load_part(part: YamlDocument, base: str, name: str) -> Scenario:
    """Load a scenario that is part of a larger file, whose structure was checked.

    Parameters
    ----------
    part : YamlDocument
        Keys of the scenario.
    base : str
        Name or path of the scenario that ``part`` extends.
    name : str
        Name of the new scenario.

    Raises
    ------
    BadInputError
        If ``base`` or a file that it extends is not valid, or levers exclude one another. Lists every problem.
    """
    path = find(base)
    layers, problems = _read_chain(path, _display_path(path))
    problems += lever_conflict_problems([*layers[::-1], part])
    if problems:
        raise BadInputError(problems)
    return _merge([part, *layers], name)


def _merge(layers: list[YamlDocument], name: str) -> Scenario:
    """Merge several files into one scenario. The first file takes precedence."""
    builder = _ScenarioBuilder()
    for layer in reversed(layers):
        builder.apply(layer)
    builder.texts["name"] = name
    return builder.build()


def named_after(path: Path) -> str:
    """Derive the name of a scenario from the name of its file.

    Examples
    --------
    >>> named_after(Path("runs/Our council (2).yaml"))
    'Our-council-2'
    """
    return re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem).strip("._-")[:64] or "scenario"


def find(name_or_path: str | Path) -> Path:
    """Find the file of a shipped scenario, or return the given path.

    Parameters
    ----------
    name_or_path : str or Path
        A name that ``redbead scenarios`` lists, or the path of a file.

    Raises
    ------
    BadInputError
        If no scenario has this name. Suggests the nearest name.
    """
    text = str(name_or_path)
    if isinstance(name_or_path, str) and text in shipped():
        return shipped()[text]
    if isinstance(name_or_path, Path) or _is_path(text) or _is_file(Path(text)):
        return Path(text)
    what, hint = _unknown_scenario(text)
    raise BadInputError([Problem(printable(text), what=what, hint=hint)])


def _is_path(text: str) -> bool:
    return "/" in text or "\\" in text or text.lower().endswith((SUFFIX, ".yml")) or "\0" in text


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # the operating system does not allow such a name
        return False


def _unknown_scenario(name: str) -> tuple[str, str]:
    """Describe a name that is not a shipped scenario: what is wrong, and the hint."""
    near = messages.nearest_name(name, shipped())
    suggestion = f"Did you mean {near}? " if near else ""
    listing = "'redbead scenarios' lists the shipped scenarios; for your own file, give its path."
    return "no scenario has this name", f"{suggestion}{listing}"


def _display_path(path: Path) -> str:
    """Path for messages, relative to the current folder where possible."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _read_chain(path: Path, file: str) -> tuple[list[YamlDocument], list[Problem]]:
    """Read a file and all files that it extends, in that order, and collect their problems."""
    layers: list[YamlDocument] = []
    problems: list[Problem] = []
    seen: dict[Path, str] = {}
    while True:
        try:
            document = read(path, file)
            problems += check_content(document, SCENARIO).document.problems
        except BadInputError as error:
            return layers, problems + error.problems
        seen[path.resolve()] = file
        layers.append(document)
        parent = document.data.get("extends") if isinstance(document.data, dict) else None
        if not isinstance(parent, str):
            return layers, problems
        try:
            path = _find_parent(parent, path)
            _check_chain(path, seen)
        except _ExtendsError as error:
            mark = document.mark_of(("extends",)) or Mark(0, 0)
            key = f"extends = {format_value(parent)}"
            return layers, [*problems, Problem(document.file, *mark, key, str(error), error.hint)]
        file = _display_path(path)


class _ExtendsError(Exception):
    """The key ``extends`` of a file is not valid."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.hint = hint


def _find_parent(name: str, child: Path) -> Path:
    """Find the file that ``child`` extends."""
    parent = child.parent / name
    if not _is_path(name):
        if name in shipped():
            return shipped()[name]
        what, hint = _unknown_scenario(name)
        if _is_file(child.parent / (name + SUFFIX)):
            hint = f"To extend the file in the same folder, write './{name}{SUFFIX}'."
        raise _ExtendsError(what, hint)
    if not _is_file(parent):
        what = "is not a file"
        raise _ExtendsError(what, f"{printable(parent)} does not exist. Correct the path.")
    return parent


def _check_chain(path: Path, seen: dict[Path, str]) -> None:
    """Refuse a file that extends itself, directly or through others, and a chain that is too long."""
    real = path.resolve()
    if real in seen:
        files = list(seen)
        circle = [*[Path(seen[f]).name for f in files[files.index(real) :]], real.name]
        what = f"circular extends: {' -> '.join(circle)}"
        raise _ExtendsError(what, "Remove 'extends' from one of these files.")
    if len(seen) > MAX_CHAIN:
        what = f"more than {MAX_CHAIN} files extend one another"
        raise _ExtendsError(what, "Merge some of these files.")


@dataclass
class _ScenarioBuilder:
    """Accumulates the content of several files into one scenario."""

    texts: dict[str, Any] = field(default_factory=dict)
    systems: list[str] = field(default_factory=list)
    time: dict[str, Any] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    keywords: dict[str, str] = field(default_factory=dict)
    spikes: list[Spike] = field(default_factory=list)
    levers: list[Lever] = field(default_factory=list)

    def apply(self, layer: YamlDocument) -> None:
        """Apply one file on top of the files before it: first its keywords, then its numbers."""
        data: dict[str, Any] = layer.data
        self.texts |= {key: data[key] for key in TEXTS if key in data}
        self.time |= data.get("time", {})
        self.systems = data.get("systems", self.systems)
        sections = {name: data.get(name, {}) for name in FAMILY_SECTIONS}
        given = {f"{name}.{key}": value for name, keys in sections.items() for key, value in keys.items()}
        named = {**{path: data[path] for path in KEYWORDS if path in data}, **given}
        keywords = {path: value for path, value in named.items() if path in KEYWORDS}
        if PRESET in keywords or PUBLISHED in keywords:  # a new starting point replaces the one of the file before
            self.numbers = without_published(self.numbers, self.keywords.pop(PUBLISHED, ""))
        for path, choice in keywords.items():
            self.numbers |= implied_values(path, choice)
        self.keywords |= keywords
        numbers = {**given, **data.get("change", {})}
        self.numbers |= {path: float(value) for path, value in numbers.items() if path in parameters.register()}
        self.spikes += [Spike(**spike) for spike in sections["demand"].get("spikes", ())]
        self.levers += [_lever(dict(lever)) for lever in data.get("levers", ())]

    def build(self) -> Scenario:
        """Build the scenario. Its title defaults to its name."""
        self.texts.setdefault("title", self.texts["name"])
        starts: dict[str, Any] = {
            name: self.keywords.pop(path) for path, name in STARTING_POINTS.items() if path in self.keywords
        }
        return Scenario(
            **self.texts,
            **self.time,
            values=tuple(self.numbers.items()),
            words=tuple(self.keywords.items()),
            **starts,
            systems=tuple(self.systems),
            spikes=tuple(self.spikes),
            levers=tuple(self.levers),
        )


def _lever(given: dict[str, Any]) -> Lever:
    return LEVERS[given.pop("kind")](**given)


_OPTION: Final = "--set"


def parse_settings(texts: Iterable[str]) -> dict[str, float | str]:
    """Parse settings of the form ``path=value`` for :meth:`Scenario.set`.

    Parameters
    ----------
    texts : iterable of str
        Settings, such as ``inspection.stakes=0.2``.

    Returns
    -------
    dict of str to float or str
        Values by path.

    Raises
    ------
    BadInputError
        If a setting has no '=', appears twice, is unknown or outside its range. Lists every problem.

    Examples
    --------
    >>> parse_settings(["inspection.cases_tracked=60", "inspection.regime=none"])
    {'inspection.cases_tracked': 60, 'inspection.regime': 'none'}
    """
    problems: list[Problem] = []
    changes: dict[str, float | str] = {}
    for text in texts:
        path, equals, value = (part.strip() for part in text.partition("="))
        if not equals:
            hint = "Write PATH=VALUE, such as inspection.stakes=0.2."
            problems.append(Problem(_OPTION, key=printable(text), what="has no '='", hint=hint))
        elif path in changes:
            problems.append(Problem(_OPTION, key=printable(path), what="appears twice", hint="Keep one of the two."))
        else:
            changes[path] = scalar(value)
    problems += value_problems(changes, _OPTION)
    if problems:
        raise BadInputError(problems)
    return changes


_UNAMBIGUOUS_TEXT = re.compile(r"[A-Za-z]([\w., '-]*\w)?", re.ASCII)
_RESERVED: Final = {"true", "false", "null"}


class _Dumper(yaml.SafeDumper):
    """Quotes every text that some YAML reader could read as another type."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    plain = _UNAMBIGUOUS_TEXT.fullmatch(text) is not None and text.lower() not in _RESERVED
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


_Dumper.add_representer(str, _represent_text)


def to_yaml(scenario: Scenario) -> str:
    """Write a scenario as YAML, with all values in force, as in ``policies/NAME.yaml`` of a run folder."""
    return dump(scenario.as_dict())


def dump(data: dict[str, Any]) -> str:
    """Write a mapping as YAML, in the order of its keys."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
