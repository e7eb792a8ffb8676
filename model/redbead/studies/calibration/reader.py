"""Read a calibration file strictly: unknown parameters, ranges that are not allowed, wrong numbers, all at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from redbead import parameters
from redbead.exceptions import BadInputError, Problem
from redbead.scenario import messages
from redbead.scenario.library import SUFFIX, calibration_library, shipped
from redbead.scenario.loader import load, named_after
from redbead.scenario.reader_base import Fields, Map
from redbead.scenario.scenario import NAME, Scenario
from redbead.scenario.yaml_reader import KeyPath, read
from redbead.studies.calibration import spec
from redbead.studies.calibration.spec import Calibration, Free
from redbead.studies.targets.reader import ENGLAND, read_targets
from redbead.studies.targets.spec import TargetSet

_WORK = {
    "waves": (1, spec.MOST_WAVES), "points": (10, spec.MOST_POINTS), "runs": (2, spec.MOST_RUNS),
    "keep": (2, spec.MOST_POINTS), "confirm": (2, spec.MOST_RUNS), "seed": (0, 2**53),
}  # fmt: skip


def find_calibration(name_or_path: str) -> Path:
    """The file of a shipped calibration, or a path.

    Raises
    ------
    BadInputError
        There is no such file; names the nearest.
    """
    known = {path.stem: path for path in sorted(calibration_library().glob(f"*{SUFFIX}"))}
    if name_or_path in known:
        return known[name_or_path]
    path = Path(name_or_path)
    if not path.is_file():
        hint = messages.meant(name_or_path, known)
        raise BadInputError([Problem(messages.printable(name_or_path), what="no such calibration file", hint=hint)])
    return path


def read_calibration(path: Path) -> Calibration:
    """The calibration that a file asks for.

    Raises
    ------
    BadInputError
        Holds every problem of the file and of all that it names.
    """
    return _CalibrationReader(read(path), path).calibration()


class _CalibrationReader(Fields):
    """Reads one file; notes problems in its document and goes on."""

    def __init__(self, document: Any, path: Path) -> None:  # noqa: ANN401
        super().__init__(document)
        self._path = path

    def calibration(self) -> Calibration:
        """The whole file.

        Raises
        ------
        BadInputError
            Holds every problem of it.
        """
        data = self.document.data
        if not self.keys(data, (), spec.TOP, ("format", "parameters")):
            raise BadInputError(self.document.problems)
        if data["format"] != spec.FORMAT or isinstance(data["format"], bool):
            self.wrong(("format",), f"this redbead reads format {spec.FORMAT}", shown=True)
        form = "letters, digits, '-', '_' and '.', at most 64"
        name = self.text((), data, "name", NAME, form) if "name" in data else named_after(self._path)
        title = self.text((), data, "title") if "title" in data else name
        scenario, targets = self._scenario(data), self._targets(data)
        free = self._free(data["parameters"])
        held = self._held(data, free, scenario)
        numbers = {key: self.whole((), data, key, *ends) for key, ends in _WORK.items() if key in data}
        if self.document.problems or scenario is None or targets is None:
            raise BadInputError(self.document.problems)
        return Calibration(name, title, scenario, targets, tuple(free), held, **numbers)

    def _scenario(self, data: Map) -> Scenario | None:
        name = self.text((), data, "scenario") if "scenario" in data else "baseline"
        try:
            return load(name if name in shipped() else self._beside(name)) if name else None
        except BadInputError as error:
            self.document.problems += error.problems
            return None

    def _targets(self, data: Map) -> TargetSet | None:
        name = self.text((), data, "targets") if "targets" in data else ENGLAND
        try:
            return read_targets(name if name == ENGLAND else self._beside(name)) if name else None
        except BadInputError as error:
            self.document.problems += error.problems
            return None

    def _beside(self, name: str) -> str:
        """A path as seen from the file; a bare name as it is."""
        return str(self._path.parent / name) if "/" in name or "." in name else name

    def _free(self, given: Any) -> list[Free]:  # noqa: ANN401 - a file may hold anything
        if not isinstance(given, dict) or not given:
            self.wrong(("parameters",), "must be a mapping of paths to ranges", "staffing.leaving: [0.1, 0.2]")
            return []
        return [free for path in given if (free := self._one(("parameters", path), given, path)) is not None]

    def _held(self, data: Map, free: list[Free], scenario: Scenario | None) -> tuple[str, ...]:
        """Paths that are free, and whose value in the scenario lies in the range that is looked in."""
        known = {item.path: item for item in free}
        found = []
        for place, path in self.items(("held",), data["held"]) if "held" in data else ():
            if path not in known:
                self.wrong(
                    place, "is none of the parameters of this file", messages.meant(str(path), known), shown=True
                )
            elif scenario and not known[path].low <= (value := scenario.value(path)) <= known[path].high:
                self.wrong(place, f"its value, {value:g}, lies outside the range that is looked in", shown=True)
            else:
                found.append(path)
        if free and len(found) == len(free):
            self.wrong(("held",), "holds every parameter: nothing would be fitted")
        return tuple(found)

    def _one(self, place: KeyPath, given: Map, path: str) -> Free | None:
        item = parameters.register().get(path)
        if item is None:
            near = parameters.nearest(path)
            hint = f"did you mean {near!r}?" if near else "redbead parameters lists them all"
            self.wrong(place, "no such parameter", hint)
            return None
        if item.param.whole:
            self.wrong(place, "takes whole numbers only, and cannot be fitted", "leave it out; set it in the scenario")
            return None
        if given[path] == spec.LIKELY:
            return Free(path, *item.param.span())
        ends = self.numbers(("parameters",), given, path)
        if ends is None:
            return None
        if not all(map(item.param.accepts, ends)):
            self.wrong(place, *messages.wrong_number(item.param, ends[0] if ends[0] < item.param.low else ends[1]))
            return None
        return Free(path, *ends)
