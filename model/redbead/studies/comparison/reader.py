"""Batch files: keys and reader. All problems of a file are reported at once, with line and column."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from redbead import parameters
from redbead.analysis.outcomes import LATE, OUTCOMES, WHOLE_RUN
from redbead.analysis.parameter_draws import ENSEMBLES, PUBLISHED
from redbead.exceptions import BadInputError
from redbead.execution.runs import MAX_RUNS, slug
from redbead.rng import MAX_SEED
from redbead.scenario import messages, plugins
from redbead.scenario.content import FileContent
from redbead.scenario.keys import (
    Choice,
    Either,
    FileType,
    FormatNumber,
    Items,
    Key,
    LazyKeys,
    Named,
    Number,
    Section,
    Text,
)
from redbead.scenario.library import shipped
from redbead.scenario.loader import load, named_after
from redbead.scenario.scenario import Scenario
from redbead.scenario.schema import TIME, scenario_part
from redbead.scenario.theories import THEORIES
from redbead.scenario.validation import check_content
from redbead.scenario.yaml_reader import KeyPath, read
from redbead.studies.comparison.policies import build_comparison
from redbead.studies.comparison.spec import (
    ALL_THEORIES,
    AUTO,
    DEFAULT_DECIDING_OUTCOMES,
    FORMAT,
    MAX_POLICIES,
    BatchDraft,
    Comparison,
    DecidingOutcome,
    Limits,
    Package,
    SwitchingSearch,
    Uncertainty,
    too_many_policies,
)
from redbead.studies.reader_base import add_problems, read_part

ALL: Final = "all"
_DEFAULT_DIFFERENCE: Final = 0.05
PERCENT: Final = r"\s*(?![0.]+\s*%)(\d+(?:\.\d+)?)\s*%\s*"
"""A share in per cent, above 0."""


def outcome_problem(name: str) -> tuple[str, str] | None:
    """Problem and hint if an outcome cannot decide: it is unknown, or neither direction is better; otherwise None."""
    better = {name: outcome.better for name, outcome in OUTCOMES.items()}
    if name not in better:
        if problem := plugins.missing(name, "measure"):
            return problem
        return "is not a known outcome", messages.suggest_name(name, better)
    if better[name] == "neither":
        return "cannot decide, because neither direction is better", "'redbead measures' lists the outcomes that can."
    return None


def _cannot_decide(name: str) -> tuple[str, str]:
    """Describe an outcome that cannot decide."""
    return outcome_problem(name) or ("is not a known outcome", "")


def _difference_keys() -> dict[str, Key]:
    """Return the smallest differences that matter of all outcomes that can decide, by outcome."""
    share = Text("share of the mean of the baseline", PERCENT, "a share above 0 such as 5 %")
    return {
        name: Either(
            f"smallest difference that matters: {outcome.meaning}", "a number above 0, or a share above 0 such as 5 %",
            (Number(outcome.unit, 0, math.inf, "smallest difference that matters", open=True), share), "5 %",
        )
        for name, outcome in OUTCOMES.items() if outcome.better != "neither"
    }  # fmt: skip


def _runs(meaning: str, high: int = MAX_RUNS, low: int = 2) -> Number:
    """Key with a number of runs."""
    return Number("runs", low, high, meaning, whole=True)


_PATTERN: Final = Text("path or pattern of parameters", ".{1,100}", "a path or pattern of at most 100 characters")
_PATTERNS: Final = Either(
    "paths or patterns such as 'fear.*'; 'causal links' selects the strengths of all causal links",
    "a list of paths or patterns with at least one item, or 'causal links'",
    (
        Items("paths or patterns", _PATTERN, unique=True, most=1000),
        Choice("all causal links", (parameters.CAUSAL_LINKS,)),
    ),
    "[fear.blame, 'reporting.*']",
)
_POLICY: Final = scenario_part(
    Text("shipped scenario or path that the policy starts from (default: the baseline)")
)._replace(name="policy")
_OUTCOMES: Final = LazyKeys(_difference_keys, OUTCOMES)

_VALUE: Final = Either("a value", "a number or text", (Number("", -math.inf, math.inf, "number"), Text("name")), "60")
_VALUES: Final = Items("values to try", _VALUE, unique=True, example="[27, 60]")
_PARTS: Final = Items("policies to combine", Text("name of a policy"), unique=True)

GRID_KEYS: Final[Mapping[str, Key]] = {
    "policy": Text("policy to vary (default: the baseline)"),
    "values": Named(
        "lists of values by path: a parameter, or levers.KIND.NUMBER",
        _VALUES,
        "paths to lists",
        "inspection.cases_tracked: [27, 60]",
    ),
}
UNCERTAINTY_KEYS: Final[Mapping[str, Key]] = {
    "parameters": _PATTERNS,
    "draws": Number("draws", 2, 10_000, "number of draws", whole=True),
    "authorities": Choice("each draw is another authority, from the published spread in England", (PUBLISHED,)),
    "ensemble": Choice("each draw starts from a plausible set of parameters of the calibration", ENSEMBLES),
}
LIMITS_KEYS: Final[Mapping[str, Key]] = {
    "runs": _runs("largest number of runs per policy with 'auto'"),
    "minutes": Number("minutes", 0, math.inf, "time after which 'auto' starts no more runs"),
    "seconds_per_run": Number("seconds", 0, math.inf, "time limit of a single run"),
}
PACKAGE_KEYS: Final[Mapping[str, Key]] = {
    "policy": Text("the policy"), "runs": _runs("number of runs per subset of levers"),
}  # fmt: skip
SWITCHING_KEYS: Final[Mapping[str, Key]] = {
    "policy": Text("policy whose advantage is examined"),
    "rival": Text("policy it is compared with (default: the baseline)"),
    "measure": Text("outcome of the comparison (default: the first of the measures)"),
    "parameters": _PATTERNS,
    "points": Number("points", 2, 50, "number of values per parameter over its range", whole=True),
    "runs": _runs("number of pairs of runs per value"),
}

TOP: Final[Mapping[str, Key]] = {
    "format": FormatNumber(FORMAT),
    "name": Text("short name for folders (default: the name of the file)", messages.NAME.pattern, messages.NAME_FORM),
    "title": Text("title of the comparison, in one line"),
    "question": Text("question that the comparison answers, in plain words"),
    "source": Text("origin of the policies: an idea, a proposal or a publication"),
    "looks": Text("what to look at in the results"),
    "policies": Named(
        "policies by name",
        Either(
            "a policy", "the name or path of a scenario, or differences from the baseline",
            (Text("shipped scenario or path"), _POLICY), "{levers: [{kind: just-culture}]}",
        ),
        "names to scenarios", "policies: {today: baseline, strikes: two-strikes}",
    ),
    "baseline": Text("policy that all others are compared with (default: the first)"),
    "subject": Text("policy that the report is about, with its difference from the baseline (default: all policies)"),
    "pairs": Items(
        "pairs of policies that the answer compares, besides each policy with the baseline",
        Items("a policy and the policy it is compared with", Text("name of a policy"), unique=True, most=2),
        example="[[learning, two strikes]]",
    ),
    "grid": Section("values to vary: every combination becomes a policy", GRID_KEYS, ("values",)),
    "mix": Named(
        "policies that combine other policies, by name", _PARTS, "names to lists of policies",
        "mix: {both: [one, other]}", filled=False,
    ),
    "theories": Either(
        "rival theories under which every policy is run", f"a list of theories with at least one item, or '{ALL}'",
        (Choice("all theories", (ALL,)), Items("theories", Choice("a theory", tuple(THEORIES)), unique=True)),
        "[balanced, blame-deters]",
    ),
    "uncertainty": Section("uncertain parameters, drawn from their ranges", UNCERTAINTY_KEYS),
    "time": TIME._replace(meaning="duration of all policies"),
    "runs": Either(
        "number of runs per policy", f"a whole number from 1 to {MAX_RUNS:,}, or '{AUTO}'",
        (_runs("number of runs per policy", low=1), Choice("as many runs as needed", (AUTO,))), "100",
    ),
    "seed": Number("", 0, MAX_SEED, "seed of run 0; run k uses seed + k", whole=True),
    "measures": Either(
        "deciding outcomes, each with the smallest difference that matters (default: 5 %)",
        "a mapping of outcomes to the smallest difference that matters, or a list of outcomes",
        (
            Section("deciding outcomes", _OUTCOMES, filled=True, unknown=_cannot_decide),
            Items("deciding outcomes", Text("outcome"), unique=True),
        ),
        "{hidden_errors: 5 %, turnover: 0.01}",
    ),
    "over": Choice("period that decides", (LATE, WHOLE_RUN)),
    "intervals": Choice("t (Student's) or bootstrap", ("t", "bootstrap")),
    "limits": Section("limits of 'auto' and of single runs", LIMITS_KEYS),
    "package": Section("policy whose effect is divided among its levers", PACKAGE_KEYS, ("policy",)),
    "switching": Section("search for switching values of parameters", SWITCHING_KEYS, ("policy", "parameters")),
}  # fmt: skip
BATCH: Final = FileType(
    "batch", "batch", Section("policies to compare", TOP, ("policies",)), "policies",
    "scenarios/batches/blame-or-learning.yaml",
)  # fmt: skip
"""Batch files."""


def is_batch(path: Path) -> bool:
    """Return whether a file is a batch, that is, has policies; false if it cannot be read."""
    try:
        data = read(path).data
    except BadInputError:
        return False
    return isinstance(data, dict) and BATCH.mark in data


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
    content = check_content(read(path), BATCH)
    draft = _read_draft(content, path, baseline)
    draft.settings = {**_read_time(content), **(settings or {})}
    draft.fields = {"name": content.text("name", default=named_after(path)), **_read_fields(content, draft), **fields}
    content.raise_problems()
    comparison = build_comparison(draft, content.wrong, fewest)
    content.raise_problems()
    if comparison is None:  # its problems were raised
        raise BadInputError(content.document.problems)
    return comparison


def _read_draft(content: FileContent, path: Path, baseline: str) -> BatchDraft:
    """Read policies, grid and mix."""
    names = [str(name) for _, name in content.places("policies")]
    baseline = baseline or content.valid("baseline", default=next(iter(names), ""))
    if len(names) > MAX_POLICIES:
        content.wrong(("policies",), *too_many_policies(len(names)))
        names = []
    base = content.get("policies", baseline)
    policies = {name: _read_policy(content, name, path, base if isinstance(base, str) else "") for name in names}
    return BatchDraft(
        {name: scenario for name, scenario in policies.items() if scenario is not None},
        baseline,
        content.valid("grid", "policy", default=""),
        content.valid("grid", "values", default={}),
        content.valid("mix", default={}),
    )


def _read_policy(content: FileContent, name: str, path: Path, base: str) -> Scenario | None:
    """Read one policy: a name, a path, or differences from a scenario, by default from that of the baseline."""
    place: KeyPath = ("policies", name)
    value = content.valid(*place)
    if isinstance(value, str):
        try:
            return load(_resolve(path, value) if "/" in value or "." in value else value)
        except BadInputError as error:
            add_problems(content, place, value, error)
            return None
    start = content.text(*place, "scenario", default=base or "baseline")
    part = read_part(content, place, _resolve(path, start), slug(name))
    return None if part is None else part.scenario


def _resolve(path: Path, name: str) -> str:
    """Return a shipped name unchanged, and a path relative to the batch file."""
    return name if name in shipped() else str(path.parent / name)


def _read_time(content: FileContent) -> dict[str, float]:
    """Read durations, as settings for all policies."""
    values = {str(key): content.valid("time", key) for _, key in content.places("time")}
    return {f"time.{key}": float(value) for key, value in values.items() if value is not None}


def _read_fields(content: FileContent, draft: BatchDraft) -> dict[str, Any]:
    """Read all keys other than policies and time."""
    keys = ("title", "question", "source", "looks", "subject", "over", "intervals")
    fields: dict[str, Any] = {key: content.text(key) for key in keys if content.get(key) is not None}
    runs, seed, theories = (content.valid(key) for key in ("runs", "seed", "theories"))
    if runs is not None:
        fields["runs"] = None if runs == AUTO else int(runs)
    if seed is not None:
        fields["seed"] = int(seed)
    if theories is not None:
        fields["theories"] = ALL_THEORIES if theories == ALL else tuple(theories)
    if pairs := content.valid("pairs"):
        fields["pairs"] = tuple(map(tuple, pairs))
    outcomes = _read_deciding_outcomes(content)
    sections = {"limits": _read_limits, "uncertainty": _read_uncertainty, "package": _read_package}
    for key, section in sections.items():
        if isinstance(content.get(key), dict):
            fields[key] = section(content)
    if isinstance(content.get("switching"), dict):
        fields["switching"] = _read_switching(content, draft, outcomes or DEFAULT_DECIDING_OUTCOMES)
    return fields | ({"deciding_outcomes": outcomes} if outcomes else {})


def _read_deciding_outcomes(content: FileContent) -> tuple[DecidingOutcome, ...]:
    """Read the deciding outcomes; without values, the smallest difference that matters is 5 %."""
    section = content.get("measures")
    if isinstance(section, list):
        for place in content.places("measures"):
            name = content.valid(*place)
            if name is not None and (problem := outcome_problem(name)):
                content.wrong(place, *problem, shown=True)
    if not content.is_valid("measures") or not section:
        return ()
    if isinstance(section, list):
        return tuple(DecidingOutcome(name, _DEFAULT_DIFFERENCE, relative=True) for name in section)
    return tuple(_deciding_outcome(name, value) for name, value in section.items())


def _deciding_outcome(name: str, value: float | str) -> DecidingOutcome:
    """Deciding outcome with a percentage, or a number in the unit of the outcome."""
    share = re.fullmatch(PERCENT, str(value))
    return DecidingOutcome(name, float(share[1]) / 100, relative=True) if share else DecidingOutcome(name, float(value))


def _whole(content: FileContent, section: str, key: str, default: int) -> int:
    """Read a whole number of a section."""
    return int(content.valid(section, key, default=default))


def _read_limits(content: FileContent) -> Limits:
    """Read the limits. A time of 0 sets the default."""
    default = Limits()
    minutes, seconds = (float(content.valid("limits", key, default=0.0)) for key in ("minutes", "seconds_per_run"))
    runs = _whole(content, "limits", "runs", default.runs)
    return Limits(runs, minutes or default.minutes, seconds or default.seconds_per_run)


def _read_package(content: FileContent) -> Package:
    """Read the policy whose effect is divided among its levers."""
    policy = content.valid("package", "policy", default="")
    return Package(policy, _whole(content, "package", "runs", Package(policy).runs))


def _read_uncertainty(content: FileContent) -> Uncertainty:
    """Read the uncertain inputs."""
    sources = ("parameters", "authorities", "ensemble")
    if all(content.get("uncertainty", key) is None for key in sources):
        hint = "Set parameters, authorities: published, or ensemble: england."
        content.wrong(("uncertainty",), "needs a source to draw from", hint)
    authorities, ensemble = (content.text("uncertainty", key) for key in sources[1:])
    paths = _read_paths(content, ("uncertainty", "parameters"))
    return Uncertainty(paths, _whole(content, "uncertainty", "draws", Uncertainty(()).draws), authorities, ensemble)


def _read_paths(content: FileContent, place: KeyPath) -> tuple[str, ...]:
    """Read parameters by path or pattern."""
    paths: dict[str, None] = {}
    for at in (place,) if content.get(*place) == parameters.CAUSAL_LINKS else content.places(*place):
        pattern = content.valid(*at)
        if pattern is None:
            continue
        matching = parameters.matching(pattern)
        if not matching:
            nearest = parameters.nearest(pattern)
            hint = f"Did you mean {nearest}?" if nearest else "'redbead parameters' lists all parameters."
            content.wrong(at, "is not a known parameter", hint, shown=True)
        paths |= dict.fromkeys(matching)
    return tuple(paths)


def _read_switching(
    content: FileContent, draft: BatchDraft, outcomes: tuple[DecidingOutcome, ...]
) -> SwitchingSearch:  # fmt: skip
    """Read the search for switching values."""
    default = SwitchingSearch("", "", "", ())
    measure = content.text("switching", "measure", default=outcomes[0].measure)
    if problem := outcome_problem(measure):
        content.wrong(("switching", "measure"), *problem)
    policy = content.valid("switching", "policy", default="")
    rival = content.valid("switching", "rival", default=draft.baseline)
    points, runs = (_whole(content, "switching", key, getattr(default, key)) for key in ("points", "runs"))
    return SwitchingSearch(policy, rival, measure, _read_paths(content, ("switching", "parameters")), points, runs)
