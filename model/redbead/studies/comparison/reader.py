"""Strict reader of batch files: reports every unknown key, name and number at once, with line and column."""

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
from redbead.scenario.messages import NAME
from redbead.scenario.scenario import Scenario
from redbead.scenario.schema import Text
from redbead.scenario.theories import THEORIES
from redbead.scenario.yaml_reader import KeyPath, read
from redbead.studies.comparison import spec
from redbead.studies.comparison.policies import build_comparison
from redbead.studies.comparison.spec import (
    BatchDraft,
    Comparison,
    DecidingOutcome,
    Limits,
    Package,
    SwitchingSearch,
    Uncertainty,
)
from redbead.studies.reader_base import Map, ScenarioFields

CAUSAL_LINKS: Final = "causal links"
MAX_DRAWS: Final = 10_000
MAX_RUNS: Final = 1_000_000
MAX_POINTS: Final = 50
MAX_SEED_IN_FILE: Final = 2**53
_PERCENT: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*%\s*")
_TEXT_KEYS: Final = ("title", "question", "source", "looks")


def is_batch(path: Path) -> bool:
    """Return whether a file is a batch, that is, has policies; false if it cannot be read."""
    try:
        data = read(path).data
    except BadInputError:
        return False
    return isinstance(data, dict) and "policies" in data


def read_batch(
    path: Path, *, baseline: str = "", settings: Mapping[str, float | str] | None = None, fewest: int = 2,
    **fields: Any,  # noqa: ANN401
) -> Comparison:  # fmt: skip
    """Read the comparison that a batch file specifies.

    Parameters
    ----------
    path : Path
        The file.
    baseline : str
        Baseline in place of that of the file.
    settings : mapping, optional
        Settings for all policies, by path.
    fewest : int
        Smallest number of policies; 1 for the folder of a single scenario.
    fields
        Other fields of :class:`Comparison`; they take precedence over those of the file.

    Raises
    ------
    BadInputError
        Lists every problem of the file and of the scenarios it names.
    """
    reader = _BatchReader(read(path), path)
    return reader.comparison(baseline, dict(settings or {}), fields, fewest)


class _BatchReader(ScenarioFields):
    """Reads one file and collects all problems in its document."""

    def __init__(self, document: Any, path: Path) -> None:  # noqa: ANN401
        super().__init__(document)
        self._path = path
        self._base = ""

    def comparison(self, baseline: str, settings: dict[str, Any], fields: dict[str, Any], fewest: int) -> Comparison:
        """Read the whole file.

        Raises
        ------
        BadInputError
            Lists every problem.
        """
        data = self.document.data
        if not self.keys(data, (), spec.TOP, ("policies",)):
            raise BadInputError(self.document.problems)
        name = self._read_name(data)
        draft = self._read_draft(data, baseline)
        draft.settings = {**self._read_time(data), **settings}
        draft.fields = {"name": name, **self._read_fields(data), **fields}
        self._read_parts(data, draft)
        if self.document.problems:
            raise BadInputError(self.document.problems)
        comparison = build_comparison(draft, lambda place, what, hint: self.wrong(place, what, hint), fewest)
        if comparison is None or self.document.problems:
            raise BadInputError(self.document.problems)
        return comparison

    def _read_name(self, data: Map) -> str:
        """Read the name, after checking the format; by default the name of the file."""
        if data.get("format", spec.FORMAT) != spec.FORMAT or isinstance(data.get("format"), bool):
            what, hint = f"must be {spec.FORMAT}, the format that this version reads", f"Write format: {spec.FORMAT}."
            self.wrong(("format",), what, hint, shown=True)
        if "name" not in data:
            return named_after(self._path)
        return self.text((), data, "name", NAME, "letters, digits, '-', '_' and '.', at most 64")

    def _read_draft(self, data: Map, baseline: str) -> BatchDraft:
        """Read policies, grid and mix."""
        policies_data = data["policies"]
        if not isinstance(policies_data, dict) or not policies_data:
            self.wrong(
                ("policies",),
                "must be a mapping of names to scenarios",
                "For example: policies: {today: baseline, ...}",
            )
            policies_data = {}
        baseline_of_file = data.get("baseline", next(iter(policies_data), ""))
        if not isinstance(baseline_of_file, str):
            self.wrong(("baseline",), *messages.wrong_text(Text("")), shown=True)
            baseline_of_file = ""
        base = policies_data.get(baseline or baseline_of_file)
        self._base = base if isinstance(base, str) else ""
        policies = {name: self._read_policy(("policies", name), value, name) for name, value in policies_data.items()}
        draft = BatchDraft(
            {name: scenario for name, scenario in policies.items() if scenario is not None},
            baseline or baseline_of_file,
        )
        self._read_grid(data, draft)
        self._read_mix(data, draft)
        return draft

    def _read_policy(self, place: KeyPath, value: Any, name: str) -> Scenario | None:  # noqa: ANN401
        """Read one policy: a name, a path, or differences from a scenario."""
        if isinstance(value, str):
            return self._load_policy(place, value)
        if value is None or not isinstance(value, dict):
            self.wrong(place, "must be the name or path of a scenario, or differences", "For example: {levers: [...]}")
            return None
        fields = self.side(place, value, named_after(Path(f"{name}.yaml")))
        return None if fields is None else fields.scenario

    def base(self, place: KeyPath, data: Map) -> str:
        """Scenario that a policy starts from: its own, or that of the baseline."""
        if "scenario" not in data:
            return self._resolve_path(self._base) or "baseline"
        value = data["scenario"]
        if not isinstance(value, str):
            self.wrong((*place, "scenario"), *messages.wrong_text(Text("")), shown=True)
            return "baseline"
        return self._resolve_path(value) or value

    def _resolve_path(self, name: str) -> str:
        """Return a shipped name unchanged, and a path relative to the batch file."""
        return name if not name or name in shipped() else str(self._path.parent / name)

    def _load_policy(self, place: KeyPath, name: str) -> Scenario | None:
        """Load a scenario and report its problems at this place."""
        try:
            return load(self._resolve_path(name) if "/" in name or "." in name else name)
        except BadInputError as error:
            key = ".".join(map(str, place))
            for problem in error.problems:
                if problem.line:
                    self.document.problems.append(problem)
                else:
                    self.wrong(place, f"{messages.format_value(name)}: {problem.what}", problem.hint)
            if not self.document.problems:
                self.document.problems.append(Problem(self.document.file, key=key, what="cannot be loaded"))
            return None

    def _read_grid(self, data: Map, draft: BatchDraft) -> None:
        """Read the grid."""
        if "grid" not in data or not self.keys(data["grid"], ("grid",), spec.GRID_KEYS, ("values",)):
            return
        draft.grid_policy = str(data["grid"].get("policy", ""))
        values = data["grid"]["values"]
        if not isinstance(values, dict) or not values:
            self.wrong(
                ("grid", "values"),
                "must be a mapping of paths to lists",
                "For example: inspection.cases_tracked: [27, 60]",
            )
            return
        for path, path_values in values.items():
            if len(list(self.items(("grid", "values", path), path_values))) != len(
                {repr(v) for v in path_values or ()}
            ):
                self.wrong(("grid", "values", path), "must not contain a value twice")
        draft.grid = {path: path_values for path, path_values in values.items() if isinstance(path_values, list)}

    def _read_mix(self, data: Map, draft: BatchDraft) -> None:
        """Read the mix."""
        section = data.get("mix", {})
        if not isinstance(section, dict):
            self.wrong(
                ("mix",), "must be a mapping of names to lists of policies", "For example: mix: {both: [one, other]}"
            )
            return
        draft.mix = {
            name: [str(part) for _, part in self.items(("mix", name), parts)] for name, parts in section.items()
        }

    def _read_time(self, data: Map) -> dict[str, float]:
        """Read durations, as settings for all policies."""
        section = data.get("time", {})
        if "time" not in data or not self.keys(section, ("time",), spec.TIME_KEYS, ()):
            return {}
        return {f"time.{key}": self.number(("time",), section, key) for key in section}

    def _read_fields(self, data: Map) -> dict[str, Any]:
        """Read all keys other than policies and time."""
        fields: dict[str, Any] = {key: self.text((), data, key) for key in _TEXT_KEYS if key in data}
        if "theories" in data:
            fields["theories"] = self._read_theories(data)
        if "runs" in data and data["runs"] != spec.AUTO:
            fields["runs"] = self.whole((), data, "runs", 1, MAX_RUNS)
        elif "runs" in data:
            fields["runs"] = None
        if "seed" in data:
            fields["seed"] = self.whole((), data, "seed", 0, MAX_SEED_IN_FILE)
        if "over" in data:
            fields["over"] = self.word((), data, "over", (LATE, WHOLE_RUN))
        if "intervals" in data:
            fields["intervals"] = self.word((), data, "intervals", ("t", "bootstrap"))
        if "measures" in data:
            fields["deciding_outcomes"] = self._read_deciding_outcomes(data["measures"])
        if "limits" in data and self.keys(data["limits"], ("limits",), spec.LIMITS_KEYS, ()):
            fields["limits"] = self._read_limits(data["limits"])
        if "uncertainty" in data and self.keys(data["uncertainty"], ("uncertainty",), spec.UNCERTAINTY_KEYS, ()):
            fields["uncertainty"] = self._read_uncertainty(data["uncertainty"])
        return fields

    def _read_theories(self, data: Map) -> tuple[str, ...]:
        """Read the theories, or 'all'."""
        if data["theories"] == "all":
            return spec.ALL_THEORIES
        theories = []
        for place, item in self.items(("theories",), data["theories"]):
            if not isinstance(item, str) or item not in THEORIES:
                self.wrong(place, "is not a theory", messages.suggest_name(str(item), THEORIES), shown=True)
            elif item in theories:
                self.wrong(place, "appears twice", shown=True)
            else:
                theories.append(item)
        return tuple(theories)

    def _read_deciding_outcomes(self, section: Any) -> tuple[DecidingOutcome, ...]:  # noqa: ANN401 - any YAML value
        """Read the deciding outcomes; without values, the smallest difference that matters is 5 %."""
        if isinstance(section, list):
            section = dict.fromkeys((str(item) for item in section), "5 %")
        if not isinstance(section, dict) or not section:
            self.wrong(("measures",), "must be a mapping of outcomes to the smallest difference that matters",
                       "For example: measures: {hidden_errors: 5 %, turnover: 0.01}")  # fmt: skip
            return ()
        return tuple(self._read_deciding_outcome(name, value) for name, value in section.items())

    def _read_deciding_outcome(self, name: str, value: Any) -> DecidingOutcome:  # noqa: ANN401 - any YAML value
        """Read one deciding outcome: a percentage, or a number in the unit of the outcome."""
        place: KeyPath = ("measures", name)
        if problem := outcome_problem(name):
            self.wrong(place, *problem)
        if isinstance(value, str) and (percentage := _PERCENT.fullmatch(value)):
            return DecidingOutcome(name, float(percentage[1]) / 100, relative=True)
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            hint = "It is the smallest difference that matters, in the unit of the outcome (see 'redbead measures')."
            self.wrong(place, "must be a number above 0 or a share such as 5 %", hint, shown=True)
            return DecidingOutcome(name, 1.0)
        return DecidingOutcome(name, float(value))

    def _read_limits(self, section: Map) -> Limits:
        """Read the limits."""
        default = Limits()
        runs = self.whole(("limits",), section, "runs", 2, MAX_RUNS) or default.runs
        minutes = self.number(("limits",), section, "minutes") or default.minutes
        return Limits(runs, minutes, self.number(("limits",), section, "seconds_per_run") or default.seconds_per_run)

    def _read_uncertainty(self, section: Map) -> Uncertainty:
        """Read the uncertain inputs."""
        place: KeyPath = ("uncertainty",)
        if not {"parameters", "authorities", "ensemble"} & set(section):
            self.wrong(
                place, "needs a source to draw from", "Set parameters, authorities: published, or ensemble: england."
            )
        paths = self._read_paths((*place, "parameters"), section["parameters"]) if "parameters" in section else ()
        draws = self.whole(place, section, "draws", 2, MAX_DRAWS) if "draws" in section else 50
        return Uncertainty(
            paths, draws, self.word(place, section, "authorities", (PUBLISHED,)),
            self.word(place, section, "ensemble", ENSEMBLES),
        )  # fmt: skip

    def _read_paths(self, place: KeyPath, section: Any) -> tuple[str, ...]:  # noqa: ANN401 - any YAML value
        """Read parameters by path or pattern."""
        paths: dict[str, None] = {}
        for position, item in self.items(place, [section] if section == CAUSAL_LINKS else section):
            matching = matching_parameters(str(item))
            if not matching:
                nearest = parameters.nearest(str(item))
                hint = f"Did you mean {nearest}?" if nearest else "'redbead parameters' lists all parameters."
                self.wrong(position, "is not a parameter", hint, shown=section != CAUSAL_LINKS)
            paths |= dict.fromkeys(matching)
        return tuple(paths)

    def _read_parts(self, data: Map, draft: BatchDraft) -> None:
        """Read the package and the switching-value search, which refer to policies."""
        if "package" in data and self.keys(data["package"], ("package",), spec.PACKAGE_KEYS, ("policy",)):
            section = data["package"]
            runs = self.whole(("package",), section, "runs", 2, MAX_RUNS) or Package("").runs
            draft.fields["package"] = Package(self.text(("package",), section, "policy"), runs)
        if "switching" in data and self.keys(
            data["switching"], ("switching",), spec.SWITCHING_KEYS, ("policy", "parameters")
        ):
            draft.fields["switching"] = self._read_switching(data["switching"], draft)

    def _read_switching(self, section: Map, draft: BatchDraft) -> SwitchingSearch:
        """Read the switching-value search."""
        default = SwitchingSearch("", "", "", ())
        outcomes = draft.fields.get("deciding_outcomes") or spec.DEFAULT_DECIDING_OUTCOMES
        measure = self.text(("switching",), section, "measure") if "measure" in section else outcomes[0].measure
        if problem := outcome_problem(measure):
            self.wrong(("switching", "measure"), *problem)
        rival = self.text(("switching",), section, "rival") if "rival" in section else draft.baseline
        points = self.whole(("switching",), section, "points", 2, MAX_POINTS) or default.points
        runs = self.whole(("switching",), section, "runs", 2, MAX_RUNS) or default.runs
        paths = self._read_paths(("switching", "parameters"), section["parameters"])
        return SwitchingSearch(self.text(("switching",), section, "policy"), rival, measure, paths, points, runs)


def matching_parameters(pattern: str) -> list[str]:
    """Parameters that match a path, a pattern such as ``fear.*``, or 'causal links'.

    >>> matching_parameters("fear.bla*")
    ['fear.blame']
    """
    register = parameters.register()
    if pattern == CAUSAL_LINKS:
        return [path for path, item in register.items() if item.param.causal_link]
    return [path for path in register if path == pattern or fnmatch.fnmatchcase(path, pattern)]


def outcome_problem(name: str) -> tuple[str, str] | None:
    """Problem and hint if an outcome cannot decide: it is unknown, or neither direction is better; otherwise None."""
    better = {m.name: m.better for m in MEASURES} | {d.name: d.better for d in DERIVED}
    if name not in better:
        return "is not an outcome", messages.suggest_name(name, better)
    if better[name] == "neither":
        return "cannot decide, because neither direction is better", "'redbead measures' lists the outcomes that can."
    return None
