"""Strict reader of calibration files: reports all unknown parameters, invalid ranges and wrong numbers at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from redbead import parameters
from redbead.exceptions import BadInputError, Problem, printable
from redbead.scenario import messages
from redbead.scenario.library import SUFFIX, calibration_library, shipped
from redbead.scenario.loader import load, named_after
from redbead.scenario.messages import NAME
from redbead.scenario.scenario import Scenario
from redbead.scenario.yaml_reader import KeyPath, read
from redbead.studies.calibration import spec
from redbead.studies.calibration.spec import Calibration, FreeParameter
from redbead.studies.reader_base import Fields, Map
from redbead.studies.targets.reader import ENGLAND, read_targets
from redbead.studies.targets.spec import TargetSet

_SIZES = {
    "waves": (1, spec.MOST_WAVES), "points": (10, spec.MOST_POINTS), "runs": (2, spec.MOST_RUNS),
    "keep": (2, spec.MOST_POINTS), "confirm": (2, spec.MOST_RUNS), "seed": (0, 2**53),
}  # fmt: skip


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
        hint = messages.suggest_name(name_or_path, known)
        raise BadInputError([Problem(printable(name_or_path), what="no such calibration file", hint=hint)])
    return path


def read_calibration(path: Path) -> Calibration:
    """Read a calibration file.

    Raises
    ------
    BadInputError
        Lists every problem of the file and of the files it refers to.
    """
    return _CalibrationReader(read(path), path).calibration()


class _CalibrationReader(Fields):
    """Reads one file and collects all its problems."""

    def __init__(self, document: Any, path: Path) -> None:  # noqa: ANN401
        super().__init__(document)
        self._path = path

    def calibration(self) -> Calibration:
        """Read the whole file.

        Raises
        ------
        BadInputError
            Lists every problem of the file.
        """
        data = self.document.data
        if not self.keys(data, (), spec.FILE_KEYS, ("format", "parameters")):
            raise BadInputError(self.document.problems)
        if data["format"] != spec.FORMAT or isinstance(data["format"], bool):
            self.wrong(("format",), f"is not supported; this version of redbead reads format {spec.FORMAT}", shown=True)
        form = "letters, digits, '-', '_' and '.', at most 64"
        name = self.text((), data, "name", NAME, form) if "name" in data else named_after(self._path)
        title = self.text((), data, "title") if "title" in data else name
        scenario, targets = self._read_scenario(data), self._read_targets(data)
        free = self._read_free(data["parameters"])
        held = self._read_held(data, free, scenario)
        numbers = {key: self.whole((), data, key, *ends) for key, ends in _SIZES.items() if key in data}
        if self.document.problems or scenario is None or targets is None:
            raise BadInputError(self.document.problems)
        return Calibration(name, title, scenario, targets, tuple(free), held, **numbers)

    def _read_scenario(self, data: Map) -> Scenario | None:
        name = self.text((), data, "scenario") if "scenario" in data else "baseline"
        try:
            return load(name if name in shipped() else self._relative_to_file(name)) if name else None
        except BadInputError as error:
            self.document.problems += error.problems
            return None

    def _read_targets(self, data: Map) -> TargetSet | None:
        name = self.text((), data, "targets") if "targets" in data else ENGLAND
        try:
            return read_targets(name if name == ENGLAND else self._relative_to_file(name)) if name else None
        except BadInputError as error:
            self.document.problems += error.problems
            return None

    def _relative_to_file(self, name: str) -> str:
        """Resolve a path relative to the file; a shipped name stays as it is."""
        return str(self._path.parent / name) if "/" in name or "." in name else name

    def _read_free(self, ranges: Any) -> list[FreeParameter]:  # noqa: ANN401 - a file may contain anything
        if not isinstance(ranges, dict) or not ranges:
            hint = "For example, staffing.leaving: [0.1, 0.2]."
            self.wrong(("parameters",), "must be a mapping of paths to ranges", hint)
            return []
        return [free for path in ranges if (free := self._read_range(("parameters", path), ranges, path)) is not None]

    def _read_held(self, data: Map, free: list[FreeParameter], scenario: Scenario | None) -> tuple[str, ...]:
        """Paths of held parameters: free parameters whose value in the scenario lies within their range."""
        known = {item.path: item for item in free}
        paths = []
        for place, path in self.items(("held",), data["held"]) if "held" in data else ():
            if path not in known:
                self.wrong(
                    place,
                    "is not one of the parameters of this file",
                    messages.suggest_name(str(path), known),
                    shown=True,
                )
            elif scenario and not known[path].low <= (value := scenario.value(path)) <= known[path].high:
                self.wrong(place, f"has the value {value:g} in the scenario, outside its range", shown=True)
            else:
                paths.append(path)
        if free and len(paths) == len(free):
            self.wrong(("held",), "includes every parameter, so none would be fitted", "Remove at least one.")
        return tuple(paths)

    def _read_range(self, place: KeyPath, ranges: Map, path: str) -> FreeParameter | None:
        item = parameters.register().get(path)
        if item is None:
            near = parameters.nearest(path)
            hint = f"Did you mean {near}?" if near else "'redbead parameters' lists all parameters."
            self.wrong(place, "is not a known parameter", hint)
            return None
        if item.param.whole:
            self.wrong(place, "is a whole number and cannot be fitted", "Remove it, and set it in the scenario.")
            return None
        if ranges[path] == spec.LIKELY:
            return FreeParameter(path, *item.param.span())
        ends = self.numbers(("parameters",), ranges, path)
        if ends is None:
            return None
        if not all(map(item.param.accepts, ends)):
            self.wrong(place, *messages.wrong_number(item.param, ends[0] if ends[0] < item.param.low else ends[1]))
            return None
        return FreeParameter(path, *ends)
