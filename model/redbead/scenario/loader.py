"""Load a scenario by its name or from a file, with everything that it extends; report every problem at once.

A file may extend one other, by a shipped name or by a path relative to itself, and so on. Later keys override
earlier ones. Lists add up: the levers and spikes of a file come after those of the file that it extends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from redbead import parameters
from redbead.exceptions import BadInputError, Problem
from redbead.levers import LEVERS, Lever
from redbead.scenario import messages
from redbead.scenario.keywords import PRESET, PUBLISHED, WORDS, implied, without
from redbead.scenario.library import SUFFIX, shipped
from redbead.scenario.messages import printable
from redbead.scenario.scenario import STARTS, Scenario, Spike, problems_of
from redbead.scenario.schema import FAMILY_SECTIONS, TEXTS
from redbead.scenario.validation import clashes_of, document_problems
from redbead.scenario.yaml_reader import Mark, YamlDocument, read, scalar

MAX_CHAIN: Final = 20
"""No scenario extends more than this many others."""


def load(name_or_path: str | Path) -> Scenario:
    """Load a scenario by its shipped name or from a YAML file.

    Parameters
    ----------
    name_or_path
        A name that `redbead scenarios` lists, or the path of a file.

    Returns
    -------
    Scenario
        Checked and frozen.

    Raises
    ------
    BadInputError
        Holds every problem of the file and of all that it extends.

    Examples
    --------
    >>> load("baseline").years
    10.0
    """
    path = find(name_or_path)
    layers, problems = _chain(path, str(name_or_path) if path == Path(name_or_path) else _shown(path))
    problems += clashes_of(layers[::-1])
    if problems:
        raise BadInputError(problems)
    # A name belongs to the file that gives it; whoever extends that file is called by its own.
    return _laid(layers, layers[0].data.get("name", named_after(path)))


def load_part(part: YamlDocument, base: str, name: str) -> Scenario:
    """A scenario that stands inside a larger file: `part`, laid over the scenario `base`.

    Raises
    ------
    BadInputError
        Holds every problem of the part, of `base` and of all that it extends.
    """
    path = find(base)
    layers, problems = _chain(path, _shown(path))
    if problems := document_problems(part) + problems:
        raise BadInputError(problems)
    return _laid([part, *layers], name)


def _laid(layers: list[YamlDocument], name: str) -> Scenario:
    """One scenario of several files, nearest first."""
    draft = _Draft()
    for layer in reversed(layers):
        draft.apply(layer)
    draft.texts["name"] = name
    return draft.scenario()


def named_after(path: Path) -> str:
    """A name for a scenario after its file.

    >>> named_after(Path("runs/Our council (2).yaml"))
    'Our-council-2'
    """
    return re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem).strip("._-")[:64] or "scenario"


def find(name_or_path: str | Path) -> Path:
    """The file behind a shipped name or a path.

    Raises
    ------
    BadInputError
        There is no such scenario; names the nearest.
    """
    text = str(name_or_path)
    if isinstance(name_or_path, str) and text in shipped():
        return shipped()[text]
    if isinstance(name_or_path, Path) or _is_path(text) or _is_file(Path(text)):
        return Path(text)
    what, hint = _no_such(text)
    raise BadInputError([Problem(messages.printable(text), what=what, hint=hint)])


def _is_path(text: str) -> bool:
    return "/" in text or "\\" in text or text.lower().endswith((SUFFIX, ".yml")) or "\0" in text


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that the file system cannot even look for
        return False


def _no_such(name: str) -> tuple[str, str]:
    """What to say about a name that is not shipped."""
    near = messages.close(name, shipped())
    meant = f"did you mean {near!r}? " if near else ""
    return "no scenario of this name", f"{meant}redbead scenarios lists those that are shipped; a file needs its path"


def _shown(path: Path) -> str:
    """A path as messages call it: relative where that is shorter."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _chain(path: Path, file: str) -> tuple[list[YamlDocument], list[Problem]]:
    """The file and all that it extends, nearest first, and all their problems."""
    layers: list[YamlDocument] = []
    problems: list[Problem] = []
    seen: dict[Path, str] = {}
    while True:
        try:
            document = read(path, file)
        except BadInputError as error:
            return layers, problems + error.problems
        seen[path.resolve()] = file
        layers.append(document)
        problems += document_problems(document)
        parent = document.data.get("extends") if isinstance(document.data, dict) else None
        if not isinstance(parent, str):
            return layers, problems
        try:
            path = _parent(parent, path)
            _refuse_circle(path, seen)
        except _ExtendsError as error:
            mark = document.mark_of(("extends",)) or Mark(0, 0)
            key = f"extends = {messages.shown(parent)}"
            return layers, [*problems, Problem(document.file, *mark, key, str(error), error.hint)]
        file = _shown(path)


class _ExtendsError(Exception):
    """Something is wrong with what a file extends."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.hint = hint


def _parent(name: str, child: Path) -> Path:
    """The file that `child` extends."""
    beside = child.parent / name
    if not _is_path(name):
        if name in shipped():
            return shipped()[name]
        what, hint = _no_such(name)
        if _is_file(child.parent / (name + SUFFIX)):
            hint = f"the file beside this one is './{name}{SUFFIX}'"
        raise _ExtendsError(what, hint)
    if not _is_file(beside):
        what = "no such file"
        raise _ExtendsError(what, f"looked for {messages.printable(beside)}")
    return beside


def _refuse_circle(path: Path, seen: dict[Path, str]) -> None:
    """Stop where a file extends itself, directly or through others, or the chain is absurdly long."""
    real = path.resolve()
    if real in seen:
        files = list(seen)
        circle = [*[Path(seen[f]).name for f in files[files.index(real) :]], real.name]
        what = f"circular extends: {' -> '.join(circle)}"
        raise _ExtendsError(what, "one of them has to stand alone")
    if len(seen) > MAX_CHAIN:
        what = f"more than {MAX_CHAIN} files extend one another"
        raise _ExtendsError(what)


@dataclass
class _Draft:
    """What the files read so far add up to."""

    texts: dict[str, Any] = field(default_factory=dict)
    systems: list[str] = field(default_factory=list)
    time: dict[str, Any] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    spikes: list[Spike] = field(default_factory=list)
    levers: list[Lever] = field(default_factory=list)

    def apply(self, layer: YamlDocument) -> None:
        """Lay one file over those before it: first its words, then its numbers."""
        data: dict[str, Any] = layer.data
        self.texts |= {key: data[key] for key in TEXTS if key in data}
        self.time |= data.get("time", {})
        self.systems = data.get("systems", self.systems)
        sections = {name: data.get(name, {}) for name in FAMILY_SECTIONS}
        given = {f"{name}.{key}": value for name, keys in sections.items() for key, value in keys.items()}
        named = {**{path: data[path] for path in WORDS if path in data}, **given}
        words = {path: value for path, value in named.items() if path in WORDS}
        if PRESET in words or PUBLISHED in words:  # another starting point takes the place of the one before
            self.numbers = without(self.numbers, self.words.pop(PUBLISHED, ""))
        for path, word in words.items():
            self.numbers |= implied(path, word)
        self.words |= words
        numbers = {**given, **data.get("change", {})}
        self.numbers |= {path: float(value) for path, value in numbers.items() if path in parameters.register()}
        self.spikes += [Spike(**spike) for spike in sections["demand"].get("spikes", ())]
        self.levers += [_lever(dict(lever)) for lever in data.get("levers", ())]

    def scenario(self) -> Scenario:
        """The finished scenario; its title is its name where no file gives one."""
        self.texts.setdefault("title", self.texts["name"])
        starts: dict[str, Any] = {name: self.words.pop(path) for path, name in STARTS.items() if path in self.words}
        return Scenario(
            **self.texts,
            **self.time,
            values=tuple(self.numbers.items()),
            words=tuple(self.words.items()),
            **starts,
            systems=tuple(self.systems),
            spikes=tuple(self.spikes),
            levers=tuple(self.levers),
        )


def _lever(given: dict[str, Any]) -> Lever:
    return LEVERS[given.pop("kind")](**given)


FILE = "--set"


def settings(texts: Iterable[str]) -> dict[str, float | str]:
    """The changes that a list of ``path=value`` asks for, ready for `Scenario.set`.

    >>> settings(["inspection.cases_tracked=60", "inspection.regime=none"])
    {'inspection.cases_tracked': 60, 'inspection.regime': 'none'}

    Raises
    ------
    BadInputError
        Names every setting that has no '=', comes twice, is unknown or out of range.
    """
    found: list[Problem] = []
    changes: dict[str, float | str] = {}
    for text in texts:
        path, equals, value = (part.strip() for part in text.partition("="))
        if not equals:
            found.append(Problem(FILE, key=printable(text), what="write it as path=value"))
        elif path in changes:
            found.append(Problem(FILE, key=printable(path), what="given twice"))
        else:
            changes[path] = scalar(value)
    found += problems_of(changes, FILE)
    if found:
        raise BadInputError(found)
    return changes


_SURELY_TEXT = re.compile(r"[A-Za-z]([\w., '-]*\w)?", re.ASCII)
_RESERVED: Final = {"true", "false", "null"}


class _Dumper(yaml.SafeDumper):
    """Quotes every text that any reader of YAML could take for something else."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    plain = _SURELY_TEXT.fullmatch(text) is not None and text.lower() not in _RESERVED
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


_Dumper.add_representer(str, _text)


def to_yaml(scenario: Scenario) -> str:
    """The scenario as a YAML file, as `scenario.resolved.yaml` in a run folder holds it."""
    return dump(scenario.as_dict())


def dump(data: dict[str, Any]) -> str:
    """A mapping as YAML, in the order of its keys."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
