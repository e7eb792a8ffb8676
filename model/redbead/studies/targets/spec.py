"""Targets (published levels with plausible bands): data classes, keys of their files, and the reader.

All problems of a file are reported at once, with line and column.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from redbead.exceptions import BadInputError, Problem, printable
from redbead.parameters import DATA_FOLDER
from redbead.scenario.content import FileContent
from redbead.scenario.keys import Choice, FileType, Flag, FormatNumber, Items, Key, Number, Pair, Section, Text
from redbead.scenario.loader import named_after
from redbead.scenario.messages import missing_key
from redbead.scenario.validation import check_content
from redbead.scenario.yaml_reader import KeyPath, read
from redbead.studies.targets.levels import LEVELS

FORMAT: Final = 1
BASES: Final = ("measured", "calibrated", "elicited", "assumed")

TARGET_KEYS: Final[Mapping[str, Key]] = {
    "name": Text("name in tables"),
    "level": Choice("level of the model to compare; redbead check --targets --list shows all", tuple(LEVELS)),
    "unit": Text("unit, equal to that of the level"),
    "value": Number("", -math.inf, math.inf, "published figure; leave out targets whose value is unknown"),
    "band": Pair(
        "lower and upper end of the plausible range",
        Number("", -math.inf, math.inf, "end of the range"),
        "band: [0.12, 0.2]",
    ),
    "years": Text("years covered by the figure"),
    "basis": Choice("evidence for the band", BASES),
    "key": Text("source: a key in docs/references.bib"),
    "definition": Text("definition used by the publisher"),
    "fitted": Flag("false to exclude the target from calibration"),
    "because": Text("reason for the exclusion from calibration"),
}
UNMODELLED_KEYS: Final[Mapping[str, Key]] = {
    "name": Text("name in tables"),
    "value": Text("published figure, as text"),
    "band": Text("plausible range, as text"),
    "key": Text("source: a key in docs/references.bib"),
    "because": Text("reason why the model does not represent it"),
}
FILE_KEYS: Final[Mapping[str, Key]] = {
    "format": FormatNumber(FORMAT),
    "name": Text("short name"),
    "title": Text("one-line description of the figures"),
    "targets": Items(
        "list of published figures to compare with the model",
        Section(
            "a published figure", TARGET_KEYS,
            ("name", "level", "unit", "value", "band", "years", "basis", "key", "definition"),
        ),
    ),
    "not_modelled": Items(
        "list of published figures that the model does not represent, with reasons",
        Section("a published figure", UNMODELLED_KEYS, tuple(UNMODELLED_KEYS)),
    ),
}  # fmt: skip
TARGETS: Final = FileType(
    "targets", "target file", Section("published figures with plausible bands", FILE_KEYS, ("format", "targets")),
    "targets", "model/redbead/data/england.yaml",
)  # fmt: skip
"""Target files."""


@dataclass(frozen=True)
class Target:
    """A published figure, its plausible band, its source, and the level of the model to compare."""

    name: str
    level: str
    unit: str
    value: float
    low: float
    high: float
    years: str
    basis: str
    key: str
    definition: str
    fitted: bool = True
    because: str = ""

    def contains(self, value: float) -> bool:
        """Whether a level lies inside the band."""
        return self.low <= value <= self.high

    def half_band_sd(self, value: float) -> float:
        """Standard deviation implied by the band on the side of a level; the band spans two on each side."""
        return (self.high - self.value if value >= self.value else self.value - self.low) / 2.0


class UnmodelledFigure(NamedTuple):
    """A published figure that the model does not represent, and the reason."""

    name: str
    value: str
    band: str
    key: str
    because: str


@dataclass(frozen=True)
class TargetSet:
    """The published figures of one file."""

    name: str
    title: str
    targets: tuple[Target, ...]
    not_modelled: tuple[UnmodelledFigure, ...] = ()

    @property
    def fitted(self) -> tuple[Target, ...]:
        """Targets used for calibration."""
        return tuple(target for target in self.targets if target.fitted)

    @property
    def levels(self) -> tuple[str, ...]:
        """Names of all levels that the targets refer to, each once."""
        return tuple(dict.fromkeys(target.level for target in self.targets))

    def figures(self) -> list[list[str | float | bool]]:
        """All that results depend on, as data: name, level, figure, both ends of the band, and whether it is fitted."""
        return [[t.name, t.level, t.value, t.low, t.high, t.fitted] for t in self.targets]


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
