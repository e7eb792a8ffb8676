"""Read a batch file strictly: every unknown key, wrong name and number, with line and column, all at once."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from redbead import parameters
from redbead.analysis.outcomes import DERIVED, LATE, WHOLE_RUN
from redbead.analysis.parameter_draws import ENSEMBLES, PUBLISHED
from redbead.exceptions import BadInputError, Problem
from redbead.measures import MEASURES
from redbead.scenario import messages
from redbead.scenario.library import shipped
from redbead.scenario.loader import load, named_after
from redbead.scenario.reader_base import Map, ScenarioFields
from redbead.scenario.scenario import NAME, Scenario
from redbead.scenario.schema import Text
from redbead.scenario.theories import THEORIES
from redbead.scenario.yaml_reader import KeyPath, read
from redbead.studies.comparison import spec
from redbead.studies.comparison.policies import build
from redbead.studies.comparison.spec import (
    BatchDraft,
    Comparison,
    DecidingOutcome,
    Limits,
    Package,
    SwitchingSearch,
    Uncertainty,
)

CAUSAL: Final = "causal links"
MOST_DRAWS: Final = 10_000
MOST_RUNS: Final = 1_000_000
MOST_POINTS: Final = 50
MAX_SEED_IN_FILE: Final = 2**53
_PERCENT: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*%\s*")
_TEXTS: Final = ("title", "question", "source", "looks")


def is_batch(path: Path) -> bool:
    """Whether a file is a batch rather than a scenario: it has policies. Files that cannot be read are neither."""
    try:
        data = read(path).data
    except BadInputError:
        return False
    return isinstance(data, dict) and "policies" in data


def read_batch(
    path: Path, *, baseline: str = "", world: Mapping[str, float | str] | None = None, **rest: Any,  # noqa: ANN401
) -> Comparison:  # fmt: skip
    """The comparison that a batch file asks for; what the command line asks for besides comes before it.

    Parameters
    ----------
    path
        The file.
    baseline
        Another baseline than the file's.
    world
        Settings for all policies.
    rest
        Other fields of :class:`Comparison`.

    Raises
    ------
    BadInputError
        Holds every problem of the file and of all that it names.
    """
    reader = _BatchReader(read(path), path)
    return reader.comparison(baseline, dict(world or {}), rest)


class _BatchReader(ScenarioFields):
    """Reads one file; notes problems in its document and goes on."""

    def __init__(self, document: Any, path: Path) -> None:  # noqa: ANN401
        super().__init__(document)
        self._path = path
        self._base = ""

    def comparison(self, baseline: str, world: dict[str, Any], rest: dict[str, Any]) -> Comparison:
        """The whole file.

        Raises
        ------
        BadInputError
            Holds every problem of it.
        """
        data = self.document.data
        if not self.keys(data, (), spec.TOP, ("policies",)):
            raise BadInputError(self.document.problems)
        name = self._name(data)
        draft = self._draft(data, baseline)
        draft.world = {**self._time(data), **world}
        draft.rest = {"name": name, **self._fields(data), **rest}
        self._policies_of_parts(data, draft)
        if self.document.problems:
            raise BadInputError(self.document.problems)
        made = build(draft, lambda place, what, hint: self.wrong(place, what, hint))
        if made is None or self.document.problems:
            raise BadInputError(self.document.problems)
        return made

    def _name(self, data: Map) -> str:
        if data.get("format", spec.FORMAT) != spec.FORMAT or isinstance(data.get("format"), bool):
            what, hint = f"this redbead reads format {spec.FORMAT}", f"write format: {spec.FORMAT}"
            self.wrong(("format",), what, hint, shown=True)
        if "name" not in data:
            return named_after(self._path)
        return self.text((), data, "name", NAME, "letters, digits, '-', '_' and '.', at most 64")

    def _draft(self, data: Map, baseline: str) -> BatchDraft:
        """Policies, grid and mix."""
        given = data["policies"]
        if not isinstance(given, dict) or not given:
            self.wrong(("policies",), "must be a mapping of names to scenarios", "policies: {today: baseline, ...}")
            given = {}
        named = data.get("baseline", next(iter(given), ""))
        if not isinstance(named, str):
            self.wrong(("baseline",), *messages.wrong_text(Text("")), shown=True)
            named = ""
        base = given.get(baseline or named)
        self._base = base if isinstance(base, str) else ""
        policies = {name: self._policy(("policies", name), value, name) for name, value in given.items()}
        draft = BatchDraft({name: one for name, one in policies.items() if one is not None}, baseline or named)
        self._grid(data, draft)
        self._mix(data, draft)
        return draft

    def _policy(self, place: KeyPath, value: Any, name: str) -> Scenario | None:  # noqa: ANN401
        if isinstance(value, str):
            return self._loaded(place, value)
        if value is None or not isinstance(value, dict):
            self.wrong(place, "must be a scenario's name or path, or differences", "such as: {levers: [...]}")
            return None
        side = self.side(place, value, named_after(Path(f"{name}.yaml")))
        return None if side is None else side.scenario

    def base(self, place: KeyPath, data: Map) -> str:
        """The scenario that a policy starts from: its own, or that of the baseline."""
        if "scenario" not in data:
            return self._found(self._base) or "baseline"
        value = data["scenario"]
        if not isinstance(value, str):
            self.wrong((*place, "scenario"), *messages.wrong_text(Text("")), shown=True)
            return "baseline"
        return self._found(value) or value

    def _found(self, name: str) -> str:
        """A shipped name as it is, a path as seen from here."""
        return name if not name or name in shipped() else str(self._path.parent / name)

    def _loaded(self, place: KeyPath, name: str) -> Scenario | None:
        try:
            return load(self._found(name) if "/" in name or "." in name else name)
        except BadInputError as error:
            key = ".".join(map(str, place))
            for problem in error.problems:
                if problem.line:
                    self.document.problems.append(problem)
                else:
                    self.wrong(place, f"{messages.shown(name)}: {problem.what}", problem.hint)
            if not self.document.problems:
                self.document.problems.append(Problem(self.document.file, key=key, what="cannot be loaded"))
            return None

    def _grid(self, data: Map, draft: BatchDraft) -> None:
        if "grid" not in data or not self.keys(data["grid"], ("grid",), spec.GRID_KEYS, ("values",)):
            return
        draft.grid_policy = str(data["grid"].get("policy", ""))
        values = data["grid"]["values"]
        if not isinstance(values, dict) or not values:
            self.wrong(("grid", "values"), "must be a mapping of paths to lists", "inspection.cases_tracked: [27, 60]")
            return
        for path, listed in values.items():
            if len(list(self.items(("grid", "values", path), listed))) != len({repr(v) for v in listed or ()}):
                self.wrong(("grid", "values", path), "a value is given twice")
        draft.grid = {path: listed for path, listed in values.items() if isinstance(listed, list)}

    def _mix(self, data: Map, draft: BatchDraft) -> None:
        given = data.get("mix", {})
        if not isinstance(given, dict):
            self.wrong(("mix",), "must be a mapping of names to lists of policies", "mix: {both: [one, other]}")
            return
        draft.mix = {
            name: [str(part) for _, part in self.items(("mix", name), listed)] for name, listed in given.items()
        }

    def _time(self, data: Map) -> dict[str, float]:
        given = data.get("time", {})
        if "time" not in data or not self.keys(given, ("time",), spec.TIME_KEYS, ()):
            return {}
        return {f"time.{key}": self.number(("time",), given, key) for key in given}

    def _fields(self, data: Map) -> dict[str, Any]:
        """Everything but policies and time."""
        found: dict[str, Any] = {key: self.text((), data, key) for key in _TEXTS if key in data}
        if "theories" in data:
            found["theories"] = self._theories(data)
        if "runs" in data and data["runs"] != spec.AUTO:
            found["runs"] = self.whole((), data, "runs", 1, MOST_RUNS)
        elif "runs" in data:
            found["runs"] = None
        if "seed" in data:
            found["seed"] = self.whole((), data, "seed", 0, MAX_SEED_IN_FILE)
        if "over" in data:
            found["over"] = self.word((), data, "over", (LATE, WHOLE_RUN))
        if "intervals" in data:
            found["intervals"] = self.word((), data, "intervals", ("t", "bootstrap"))
        if "measures" in data:
            found["targets"] = self._targets(data["measures"])
        if "limits" in data and self.keys(data["limits"], ("limits",), spec.LIMITS_KEYS, ()):
            found["limits"] = self._limits(data["limits"])
        if "uncertainty" in data and self.keys(data["uncertainty"], ("uncertainty",), spec.UNCERTAINTY_KEYS, ()):
            found["uncertainty"] = self._uncertainty(data["uncertainty"])
        return found

    def _theories(self, data: Map) -> tuple[str, ...]:
        if data["theories"] == "all":
            return spec.ALL_THEORIES
        found = []
        for place, item in self.items(("theories",), data["theories"]):
            if not isinstance(item, str) or item not in THEORIES:
                self.wrong(place, "no such theory", messages.meant(str(item), THEORIES), shown=True)
            elif item in found:
                self.wrong(place, "given twice", shown=True)
            else:
                found.append(item)
        return tuple(found)

    def _targets(self, given: Any) -> tuple[DecidingOutcome, ...]:  # noqa: ANN401 - a file may contain anything
        if isinstance(given, list):
            given = dict.fromkeys((str(item) for item in given), "5 %")
        if not isinstance(given, dict) or not given:
            self.wrong(("measures",), "must be a mapping of outcomes to the smallest difference that matters",
                       "measures: {hidden_errors: 5 %, turnover: 0.01}")  # fmt: skip
            return ()
        return tuple(self._target(name, value) for name, value in given.items())

    def _target(self, name: str, value: Any) -> DecidingOutcome:  # noqa: ANN401 - a file may contain anything
        place: KeyPath = ("measures", name)
        if problem := misjudged(name):
            self.wrong(place, *problem)
        if isinstance(value, str) and (found := _PERCENT.fullmatch(value)):
            return DecidingOutcome(name, float(found[1]) / 100, relative=True)
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            self.wrong(place, "the smallest difference that matters must be a number above 0, or a share such as 5 %",
                       "a number is in the unit of the outcome: redbead measures", shown=True)  # fmt: skip
            return DecidingOutcome(name, 1.0)
        return DecidingOutcome(name, float(value))

    def _limits(self, given: Map) -> Limits:
        plain = Limits()
        runs = self.whole(("limits",), given, "runs", 2, MOST_RUNS) or plain.runs
        minutes = self.number(("limits",), given, "minutes") or plain.minutes
        return Limits(runs, minutes, self.number(("limits",), given, "seconds_per_run") or plain.seconds_per_run)

    def _uncertainty(self, given: Map) -> Uncertainty:
        place: KeyPath = ("uncertainty",)
        if not {"parameters", "authorities", "ensemble"} & set(given):
            self.wrong(place, "draws nothing", "give parameters, authorities: published, or ensemble: england")
        paths = self._paths((*place, "parameters"), given["parameters"]) if "parameters" in given else ()
        draws = self.whole(place, given, "draws", 2, MOST_DRAWS) if "draws" in given else 50
        return Uncertainty(
            paths, draws, self.word(place, given, "authorities", (PUBLISHED,)),
            self.word(place, given, "ensemble", ENSEMBLES),
        )  # fmt: skip

    def _paths(self, place: KeyPath, given: Any) -> tuple[str, ...]:  # noqa: ANN401 - a file may contain anything
        """Parameters by path or pattern."""
        found: dict[str, None] = {}
        for at, item in self.items(place, [given] if given == CAUSAL else given):
            matching = matching_parameters(str(item))
            if not matching:
                near = parameters.nearest(str(item))
                hint = f"did you mean {near!r}?" if near else "redbead parameters lists them all"
                self.wrong(at, "no such parameter", hint, shown=given != CAUSAL)
            found |= dict.fromkeys(matching)
        return tuple(found)

    def _policies_of_parts(self, data: Map, draft: BatchDraft) -> None:
        """Package and switching values, which name policies."""
        if "package" in data and self.keys(data["package"], ("package",), spec.PACKAGE_KEYS, ("policy",)):
            given = data["package"]
            runs = self.whole(("package",), given, "runs", 2, MOST_RUNS) or Package("").runs
            draft.rest["package"] = Package(self.text(("package",), given, "policy"), runs)
        if "switching" in data and self.keys(
            data["switching"], ("switching",), spec.SWITCHING_KEYS, ("policy", "parameters")
        ):
            draft.rest["switching"] = self._switching(data["switching"], draft)

    def _switching(self, given: Map, draft: BatchDraft) -> SwitchingSearch:
        plain = SwitchingSearch("", "", "", ())
        targets = draft.rest.get("targets") or spec.DEFAULT_TARGETS
        measure = self.text(("switching",), given, "measure") if "measure" in given else targets[0].measure
        if problem := misjudged(measure):
            self.wrong(("switching", "measure"), *problem)
        rival = self.text(("switching",), given, "rival") if "rival" in given else draft.baseline
        points = self.whole(("switching",), given, "points", 2, MOST_POINTS) or plain.points
        runs = self.whole(("switching",), given, "runs", 2, MOST_RUNS) or plain.runs
        paths = self._paths(("switching", "parameters"), given["parameters"])
        return SwitchingSearch(self.text(("switching",), given, "policy"), rival, measure, paths, points, runs)


def matching_parameters(pattern: str) -> list[str]:
    """The parameters of a path, of a pattern such as ``fear.*``, or all strengths of causal links.

    >>> matching_parameters("fear.bla*")
    ['fear.blame']
    """
    register = parameters.register()
    if pattern == CAUSAL:
        return [path for path, item in register.items() if item.param.causal_link]
    return [path for path in register if path == pattern or fnmatch.fnmatchcase(path, pattern)]


def misjudged(name: str) -> tuple[str, str] | None:
    """What is wrong with an outcome that is to decide: unknown, or nobody can say which way is better."""
    better = {m.name: m.better for m in MEASURES} | {d.name: d.better for d in DERIVED}
    if name not in better:
        return "no such outcome", messages.meant(name, better)
    if better[name] == "neither":
        return "nobody can say which way is better, so it cannot decide", "redbead measures says which can"
    return None
