"""Reader of calibration files: all problems are reported at once, with line and column."""

from __future__ import annotations

from collections.abc import Callable, Container
from pathlib import Path
from typing import Final, TypeVar

from redbead import parameters
from redbead.exceptions import BadInputError, Problem, printable
from redbead.scenario.content import FileContent
from redbead.scenario.library import SUFFIX, calibration_library, shipped
from redbead.scenario.loader import load, named_after
from redbead.scenario.messages import suggest_name
from redbead.scenario.scenario import Scenario
from redbead.scenario.validation import check_content
from redbead.scenario.yaml_reader import KeyPath, read
from redbead.studies.calibration.spec import CALIBRATION, LIKELY, Calibration, FreeParameter
from redbead.studies.reader_base import add_problems
from redbead.studies.targets.reader import ENGLAND, read_targets

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
    if free and set(paths) >= set(known):
        content.wrong(("held",), "includes every parameter, so none would be fitted", "Remove at least one.")
    return tuple(paths)
