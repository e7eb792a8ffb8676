"""Reader of target files: all problems are reported at once, with line and column."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from redbead.exceptions import BadInputError, Problem, printable
from redbead.parameters import DATA_FOLDER
from redbead.scenario.content import FileContent
from redbead.scenario.loader import named_after
from redbead.scenario.messages import missing_key
from redbead.scenario.validation import check_content
from redbead.scenario.yaml_reader import KeyPath, read
from redbead.studies.targets.levels import LEVELS
from redbead.studies.targets.spec import TARGET_KEYS, TARGETS, UNMODELLED_KEYS, Target, TargetSet, UnmodelledFigure

ENGLAND: Final = "england"


def find_targets(name_or_path: str) -> Path:
    """Return the file of the shipped targets, or check that a path exists.

    Raises
    ------
    BadInputError
        There is no such file.
    """
    if name_or_path == ENGLAND:
        return DATA_FOLDER / f"{ENGLAND}.yaml"
    path = Path(name_or_path)
    if not path.is_file():
        hint = f"The shipped targets are called '{ENGLAND}'. For your own file, give its path."
        raise BadInputError([Problem(printable(name_or_path), what="no such target file", hint=hint)])
    return path


def read_targets(name_or_path: str | Path = ENGLAND) -> TargetSet:
    """Read the targets of a file, or the shipped targets.

    Raises
    ------
    BadInputError
        Lists every problem of the file.
    """
    path = find_targets(name_or_path) if isinstance(name_or_path, str) else name_or_path
    content = check_content(read(path), TARGETS)
    items = [_read_target(content, place) for place in content.places("targets")]
    _refuse_duplicates(content)
    content.raise_problems()
    name = content.text("name", default=named_after(path))
    unmodelled = [
        UnmodelledFigure(**{key: content.text(*place, key) for key in UNMODELLED_KEYS})
        for place in content.places("not_modelled")
    ]
    targets = tuple(item for item in items if item is not None)
    return TargetSet(name, content.text("title", default=name), targets, tuple(unmodelled))


def _read_target(content: FileContent, place: KeyPath) -> Target | None:
    """Read one target, and report a unit, value or reason that contradicts its other keys."""
    item = content.get(*place)
    if not isinstance(item, dict):
        return None
    _check_unit(content, place)
    band, value = content.valid(*place, "band"), content.valid(*place, "value")
    if band and value is not None and not band[0] < value < band[1]:
        what = f"lies outside its band, {band[0]:g} to {band[1]:g}"
        content.wrong((*place, "value"), what, "Correct the value or the band.", shown=True)
    if item.get("fitted") is False and "because" not in item:
        what, hint = missing_key("because", TARGET_KEYS["because"])
        content.wrong((*place, "fitted"), what, hint)
    if not content.is_valid(*place):
        return None
    fields: dict[str, Any] = {
        key: content.text(*place, key) for key in ("name", "unit", "years", "key", "definition", "because")
    }
    fields |= {"value": float(value), "low": float(band[0]), "high": float(band[1])}
    return Target(**fields, level=item["level"], basis=item["basis"], fitted=item.get("fitted", True))


def _check_unit(content: FileContent, place: KeyPath) -> None:
    """Report a unit that differs from that of the level, such as per cent for a share."""
    level, unit = content.valid(*place, "level"), content.valid(*place, "unit")
    if level and unit and unit != LEVELS[level].unit:
        what = f"is not the unit of '{level}', which is {LEVELS[level].unit}"
        hint = "Convert value and band" + (": write 14.5 % as 0.145." if LEVELS[level].unit == "share" else ".")
        content.wrong((*place, "unit"), what, hint, shown=True)


def _refuse_duplicates(content: FileContent) -> None:
    """Report targets whose name another target has."""
    names: list[str] = []
    for place in content.places("targets"):
        name = content.text(*place, "name")
        if name and name in names:
            content.wrong((*place, "name"), "is used twice", "Choose a unique name.", shown=True)
        names.append(name)
