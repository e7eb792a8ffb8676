"""Keys of batch files."""

from __future__ import annotations

import fnmatch
import math
from collections.abc import Mapping
from typing import Final

from redbead import parameters
from redbead.analysis.outcomes import LATE, OUTCOMES, WHOLE_RUN
from redbead.analysis.parameter_draws import ENSEMBLES, PUBLISHED
from redbead.execution.runs import MAX_RUNS
from redbead.rng import MAX_SEED
from redbead.scenario import messages
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
from redbead.scenario.schema import TIME, scenario_part
from redbead.scenario.theories import THEORIES
from redbead.studies.comparison.spec import AUTO, FORMAT

ALL: Final = "all"
CAUSAL_LINKS: Final = "causal links"
PERCENT: Final = r"\s*(\d+(?:\.\d+)?)\s*%\s*"
"""A share in per cent."""


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
    better = {name: outcome.better for name, outcome in OUTCOMES.items()}
    if name not in better:
        return "is not a known outcome", messages.suggest_name(name, better)
    if better[name] == "neither":
        return "cannot decide, because neither direction is better", "'redbead measures' lists the outcomes that can."
    return None


def _cannot_decide(name: str) -> tuple[str, str]:
    """Describe an outcome that cannot decide."""
    return outcome_problem(name) or ("is not a known outcome", "")


def _difference_keys() -> dict[str, Key]:
    """Return the smallest differences that matter of all outcomes that can decide, by outcome."""
    share = Text("share of the mean of the baseline", PERCENT, "a share such as 5 %")
    return {
        name: Either(
            f"smallest difference that matters: {outcome.meaning}", "a number above 0 or a share such as 5 %",
            (Number(outcome.unit, 0, math.inf, "smallest difference that matters", open=True), share), "5 %",
        )
        for name, outcome in OUTCOMES.items() if outcome.better != "neither"
    }  # fmt: skip


def _runs(meaning: str, high: int = MAX_RUNS, low: int = 2) -> Number:
    """Key with a number of runs."""
    return Number("runs", low, high, meaning, whole=True)


_PATTERNS: Final = Either(
    "paths or patterns such as 'fear.*'; 'causal links' selects the strengths of all causal links",
    "a list of paths or patterns with at least one item, or 'causal links'",
    (Items("paths or patterns", Text("path or pattern of parameters")), Choice("all causal links", (CAUSAL_LINKS,))),
    "[fear.blame, 'reporting.*']",
)
_POLICY: Final = scenario_part(
    Text("shipped scenario or path that the policy starts from (default: the baseline)")
)._replace(name="policy")
_OUTCOMES: Final = LazyKeys(_difference_keys)

GRID_KEYS: Final[Mapping[str, Key]] = {
    "policy": Text("policy to vary (default: the baseline)"),
    "values": Named(
        "lists of values by path: a parameter, or levers.KIND.NUMBER",
        Items(
            "values to try",
            Either("a value", "a number or text", (Number("", -math.inf, math.inf, "number"), Text("name")), "60"),
            unique=True,
        ),
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
    "grid": Section("values to vary: every combination becomes a policy", GRID_KEYS, ("values",)),
    "mix": Named(
        "policies that combine other policies, by name", Items("policies to combine", Text("name of a policy")),
        "names to lists of policies", "mix: {both: [one, other]}", filled=False,
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
