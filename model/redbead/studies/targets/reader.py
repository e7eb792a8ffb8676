"""Strict reader of target files: unknown levels, wrong units, empty bands and missing numbers are reported at once."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Final

from redbead.exceptions import BadInputError, Problem, printable
from redbead.parameters import DATA_FOLDER
from redbead.scenario.loader import named_after
from redbead.scenario.yaml_reader import KeyPath, read
from redbead.studies.reader_base import Fields, Map
from redbead.studies.targets import spec
from redbead.studies.targets.levels import LEVELS
from redbead.studies.targets.spec import Target, TargetSet, UnmodelledFigure

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
    return _TargetReader(read(path)).targets(path)


class _TargetReader(Fields):
    """Reads one file and collects all its problems."""

    def targets(self, path: Path) -> TargetSet:
        """Read the whole file.

        Raises
        ------
        BadInputError
            Lists every problem of the file.
        """
        data = self.document.data
        if not self.keys(data, (), spec.FILE_KEYS, ("format", "targets")):
            raise BadInputError(self.document.problems)
        if data["format"] != spec.FORMAT or isinstance(data["format"], bool):
            self.wrong(("format",), f"is not supported; this version of redbead reads format {spec.FORMAT}", shown=True)
        targets = [self._read_target(place, item) for place, item in self.items(("targets",), data["targets"])]
        items = self.items(("not_modelled",), data["not_modelled"]) if "not_modelled" in data else ()
        unmodelled = [self._read_unmodelled(place, item) for place, item in items]
        self._refuse_duplicates([target.name for target in targets if target])
        name = self.text((), data, "name") if "name" in data else named_after(path)
        title = self.text((), data, "title") if "title" in data else name
        if self.document.problems:
            raise BadInputError(self.document.problems)
        return TargetSet(name, title, tuple(t for t in targets if t), tuple(a for a in unmodelled if a))

    def _read_target(self, place: KeyPath, data: Any) -> Target | None:  # noqa: ANN401 - a file may contain anything
        if not self.keys(data, place, spec.TARGET_KEYS, spec.TARGET_NEEDS):
            return None
        texts = {key: self.text(place, data, key) for key in ("name", "unit", "years", "key", "definition")}
        level = self.word(place, data, "level", tuple(LEVELS))
        basis = self.word(place, data, "basis", spec.BASES)
        self._check_unit(place, data, level)
        band = self.numbers(place, data, "band")
        value = self._read_value(place, data, band)
        fitted = data.get("fitted", True)
        if not isinstance(fitted, bool):
            self.wrong((*place, "fitted"), "must be true or false", shown=True)
        because = self.text(place, data, "because") if "because" in data else ""
        if fitted is False and not because:
            self.wrong((*place, "fitted"), "needs the key 'because'", f"Meaning: {spec.TARGET_KEYS['because']}.")
        if self.document.problems or band is None:
            return None
        return Target(
            **texts, level=level, basis=basis, value=value, low=band[0], high=band[1], fitted=fitted, because=because
        )

    def _check_unit(self, place: KeyPath, data: Map, level: str) -> None:
        """Report a unit that differs from that of the level, such as per cent for a share."""
        if level and data["unit"] != LEVELS[level].unit:
            what = f"is not the unit of '{level}', which is {LEVELS[level].unit}"
            hint = "Convert value and band" + (": write 14.5 % as 0.145." if LEVELS[level].unit == "share" else ".")
            self.wrong((*place, "unit"), what, hint, shown=True)

    def _read_value(self, place: KeyPath, data: Map, band: tuple[float, float] | None) -> float:
        value = data["value"]
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.wrong((*place, "value"), "must be a number", "Leave out targets whose value is unknown.", shown=True)
            return math.nan
        if band is not None and not band[0] < value < band[1]:
            self.wrong((*place, "value"), f"lies outside its band, {band[0]:g} to {band[1]:g}", shown=True)
        return float(value)

    def _read_unmodelled(self, place: KeyPath, data: Any) -> UnmodelledFigure | None:  # noqa: ANN401 - a file may contain anything
        if not self.keys(data, place, spec.UNMODELLED_KEYS, tuple(spec.UNMODELLED_KEYS)):
            return None
        return UnmodelledFigure(**{key: self.text(place, data, key) for key in spec.UNMODELLED_KEYS})

    def _refuse_duplicates(self, names: list[str]) -> None:
        for number, name in enumerate(names):
            if name in names[:number]:
                self.wrong(("targets", number, "name"), "is used twice", shown=True)
