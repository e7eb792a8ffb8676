"""A calibration: data classes, keys of its file, and the reader.

All problems of a file are reported at once, with line and column.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

import numpy as np

from redbead import parameters
from redbead.exceptions import BadInputError, Problem, printable
from redbead.scenario.content import FileContent
from redbead.scenario.keys import (
    Choice,
    Either,
    FileType,
    FormatNumber,
    Items,
    Key,
    LazyKeys,
    Number,
    Pair,
    Section,
    Text,
)
from redbead.scenario.library import SUFFIX, calibration_library, shipped
from redbead.scenario.loader import load, named_after
from redbead.scenario.messages import NAME, NAME_FORM, suggest_name
from redbead.scenario.scenario import Scenario
from redbead.scenario.schema import unknown_parameter
from redbead.scenario.validation import check_content
from redbead.scenario.yaml_reader import KeyPath, read
from redbead.state.constants import Reals
from redbead.studies.reader_base import add_problems
from redbead.studies.targets.spec import ENGLAND, TargetSet, read_targets

FORMAT: Final = 1
MOST_POINTS: Final = 5000
MOST_WAVES: Final = 12
MOST_RUNS: Final = 10_000

CENTRAL_WAVES: Final = 3
"""Number of waves around the fitted scenario, after the waves that search for plausible sets."""
LIKELY: Final = "likely"
"""Keyword for the likely range declared by the parameter."""


def _range_keys() -> dict[str, Key]:
    """Return the ranges of all parameters that can be fitted, by path."""
    word = Choice("the likely range that the parameter declares", (LIKELY,))
    return {
        path: Either(
            item.param.meaning, f"a range in brackets, or '{LIKELY}'",
            (Pair(item.param.meaning, item.param, f"{path}: [0.1, 0.2]"), word), f"{path}: [0.1, 0.2]",
        )
        for path, item in parameters.register().items() if not item.param.whole
    }  # fmt: skip


def _cannot_be_fitted(path: str) -> tuple[str, str]:
    """Describe a path that is not a parameter, or whose parameter is a whole number."""
    if path in parameters.register():
        return "is a whole number and cannot be fitted", "Remove it, and set it in the scenario."
    return unknown_parameter(path)


FILE_KEYS: Final[Mapping[str, Key]] = {
    "format": FormatNumber(FORMAT),
    "name": Text("short name for folders (default: the name of the file)", NAME.pattern, NAME_FORM),
    "title": Text("one-line description"),
    "scenario": Text("scenario whose parameters are fitted (default: baseline)"),
    "targets": Text("published figures to fit: 'england', or a path"),
    "parameters": Section(
        "free parameters and their ranges, as path: [low, high] or path: likely", LazyKeys(_range_keys), filled=True,
        unknown=_cannot_be_fitted,
    ),
    "held": Items(
        "free parameters that vary in the plausible sets but keep their value in the fitted scenario",
        Text("path of a free parameter"),
    ),
    "waves": Number(
        "waves", 1, MOST_WAVES, "number of waves; each samples the region that earlier waves have not ruled out",
        whole=True,
    ),
    "points": Number("points", 10, MOST_POINTS, "number of parameter sets per wave", whole=True),
    "runs": Number("runs", 2, MOST_RUNS, "number of runs per parameter set", whole=True),
    "keep": Number("sets", 2, MOST_POINTS, "number of plausible sets to sample after the last wave", whole=True),
    "confirm": Number("runs", 2, MOST_RUNS, "number of runs that confirm each of these sets", whole=True),
    "seed": Number("", 0, 2**53, "seed of run 0 and of all sampling", whole=True),
}  # fmt: skip
CALIBRATION: Final = FileType(
    "calibration", "calibration file",
    Section("a scenario, its free parameters and the targets to fit", FILE_KEYS, ("format", "parameters")),
    "parameters", "calibrations/england.yaml",
)  # fmt: skip
"""Calibration files."""


class FreeParameter(NamedTuple):
    """A free parameter and its range."""

    path: str
    low: float
    high: float


@dataclass(frozen=True)
class Calibration:
    """A scenario, its free parameters, the targets, and the size of the search."""

    name: str
    title: str
    scenario: Scenario
    targets: TargetSet
    free: tuple[FreeParameter, ...]
    held: tuple[str, ...] = ()
    waves: int = 3
    points: int = 200
    runs: int = 30
    keep: int = 100
    confirm: int = 60
    seed: int = 1

    def values(self, unit_point: Reals) -> dict[str, float]:
        """Return the parameter values at a point of the unit cube."""
        return {f.path: float(f.low + (f.high - f.low) * u) for f, u in zip(self.free, unit_point, strict=True)}

    def unit_point(self, values: Mapping[str, float]) -> Reals:
        """Return the point of the unit cube for some parameter values."""
        return np.array([(values[f.path] - f.low) / (f.high - f.low) for f in self.free])

    def fixed(self) -> Reals:
        """Return the held parameters as a point of the unit cube; NaN for all other parameters."""
        held = {path: self.scenario.value(path) for path in self.held}
        return np.array([(held.get(f.path, np.nan) - f.low) / (f.high - f.low) for f in self.free])


_SIZES: Final = ("waves", "points", "runs", "keep", "confirm", "seed")


def find_calibration(name_or_path: str) -> Path:
    """Return the file of a shipped calibration, or check that a path exists.

    Raises
    ------
    BadInputError
        There is no such file; the message suggests the nearest name.
    """
    known = {path.stem: path for path in sorted(calibration_library().glob(f"*{SUFFIX}"))}
    if name_or_path in known:
        return known[name_or_path]
    path = Path(name_or_path)
    if not path.is_file():
        hint = suggest_name(name_or_path, known)
        raise BadInputError([Problem(printable(name_or_path), what="no such calibration file", hint=hint)])
    return path


def read_calibration(path: Path) -> Calibration:
    """Read a calibration file.

    Raises
    ------
    BadInputError
        Lists every problem of the file and of the files it refers to.
    """
    content = check_content(read(path), CALIBRATION)
    scenario = _read_other(content, "scenario", "baseline", lambda name: load(_resolve(path, name, shipped())))
    targets = _read_other(content, "targets", ENGLAND, lambda name: read_targets(_resolve(path, name, (ENGLAND,))))
    free = [
        _read_range(content, (*place,)) for place in content.places("parameters") if content.is_valid(*place)
    ]  # fmt: skip
    held = _read_held(content, free, scenario)
    content.raise_problems()
    if scenario is None or targets is None:  # their problems were raised
        raise BadInputError(content.document.problems)
    name = content.text("name", default=named_after(path))
    numbers = {key: int(content.get(key)) for key in _SIZES if content.get(key) is not None}
    title = content.text("title", default=name)
    return Calibration(name, title, scenario, targets, tuple(free), held, **numbers)


Other = TypeVar("Other")


def _read_other(content: FileContent, key: str, default: str, read_file: Callable[[str], Other]) -> Other | None:
    """Read the file that a key names; None if the key or the file is not valid."""
    if not content.is_valid(key):
        return None
    try:
        return read_file(content.text(key, default=default))
    except BadInputError as error:
        add_problems(content, (key,), content.get(key, default=default), error)
        return None


def _resolve(path: Path, name: str, known: Container[str]) -> str:
    """Resolve a path relative to the file; a shipped name stays as it is."""
    return str(path.parent / name) if name not in known and ("/" in name or "." in name) else name


def _read_range(content: FileContent, place: KeyPath) -> FreeParameter:
    """Read the range of one free parameter."""
    path, ends = str(place[-1]), content.get(*place)
    low, high = parameters.register()[path].param.span() if ends == LIKELY else ends
    return FreeParameter(path, float(low), float(high))


def _read_held(content: FileContent, free: list[FreeParameter], scenario: Scenario | None) -> tuple[str, ...]:
    """Paths of held parameters: free parameters whose value in the scenario lies within their range."""
    known = {item.path: item for item in free}
    listed = [path for _, path in content.places("parameters")]
    paths = []
    for place in content.places("held"):
        path = content.valid(*place)
        if path is None:
            continue
        paths.append(path)
        if path not in listed:
            hint = suggest_name(path, known)
            content.wrong(place, "is not one of the parameters of this file", hint, shown=True)
        elif scenario and path in known and not known[path].low <= scenario.value(path) <= known[path].high:
            what = f"has the value {scenario.value(path):g} in the scenario, outside its range"
            content.wrong(place, what, "Remove it, or correct its range under 'parameters'.", shown=True)
    return tuple(paths)
