"""Plan of a comparison: forecast of runs, duration and disk space, and the protocol that fixes its analysis."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from redbead.analysis.outcomes import OUTCOMES
from redbead.analysis.pairwise import FAMILY
from redbead.compile_cache import COMPILE_TIME, is_cached, model_digest
from redbead.execution.executors import compile_kernels, submit_all
from redbead.execution.runs import Agents, default_jobs, run_options
from redbead.measures import MEASURES
from redbead.quantities import three_digits
from redbead.scenario.library import version
from redbead.scenario.scenario import Scenario
from redbead.storage.run_store import Key, Store, open_read_only
from redbead.studies.comparison.arms import Arms, create_jobs, header_of, pilot_runs, requested_runs
from redbead.studies.comparison.spec import PILOT_RUNS, Comparison

TRIAL_RUNS: Final = 24
"""Number of trial runs that measure the speed. [runs]"""

TYPICAL_SPEED: Final = 270e-9
"""Typical processor time of a week of one post, with storage of the results (decision 0036). [s]"""

TYPICAL, STORED, MEASURED = "typical speed; --trial measures it", "speed of the stored runs", "measured"
"""Origin of the speed on which a forecast is based."""

_MEGABYTE: Final = 1e6
_TABLES_SHARE: Final = 0.25
"""Size of tables and report as a share of the stored runs of the policies: 0.24 for `blame-or-learning`."""


class Forecast(NamedTuple):
    """Resources that a comparison needs.

    Attributes
    ----------
    target : Path
        Folder.
    policies, scenarios : int
        Number of policies, and of distinct scenarios to run.
    runs, done : int
        Number of runs, and of those already stored.
    seconds : float
        Remaining duration. [s]
    rate : float
        Speed. [runs/s]
    basis : str
        Origin of the speed.
    megabytes : float
        Disk space. [MB]
    auto : bool
        Whether the number of runs is determined while running.
    reasons : tuple of str
        Why runs are needed or repeated.
    """

    target: Path
    policies: int
    scenarios: int
    runs: int
    done: int
    seconds: float
    rate: float
    basis: str
    megabytes: float
    auto: bool
    reasons: tuple[str, ...]


def forecast(
    comparison: Comparison, arms: Arms, target: Path, agents: Agents | None = None, *, trial: bool = False
) -> Forecast:  # fmt: skip
    """Estimate the resources that a comparison needs in a folder.

    The speed is that of the stored runs, or a typical one. Custom agents have no typical speed, so it is measured.

    Parameters
    ----------
    comparison, arms : Comparison, Arms
        What to compare and run.
    target : Path
        Folder of the comparison.
    agents : mapping, optional
        Custom agent classes.
    trial : bool
        Whether a few trial runs measure the speed of this machine. They compile the model if necessary.
    """
    keys = pilot_runs(comparison, arms) + requested_runs(arms, comparison.runs or PILOT_RUNS)
    store = open_read_only(target)
    header = header_of(comparison, arms, agents)
    reasons = tuple(_reasons(store, header, keys, target))
    reusable = store.done if _has_same_inputs(store, header) else set()
    missing = [key for key in keys if key not in reusable]
    if trial or (agents and not reusable):
        rate, basis = _measure_rate(missing, comparison, arms, agents) if missing else 0.0, MEASURED
    else:
        rate, basis = _rate_without_trial(store, reusable, missing, arms)
    policy_arms = {role.arm for role in arms.main()}
    stored_runs = len(keys) + _TABLES_SHARE * sum(arm in policy_arms for arm, _ in keys)
    size = stored_runs * comparison.weeks * len(MEASURES) * 8
    return Forecast(
        target, len(comparison.policies), len(arms.arms), len(keys), len(keys) - len(missing),
        len(missing) / rate if rate else 0.0, rate, basis, size / _MEGABYTE, comparison.runs is None, reasons,
    )  # fmt: skip


def _has_same_inputs(store: Store, header: dict[str, Any]) -> bool:
    """Whether the stored runs have the same inputs and model."""
    return all(store.header.get(key) == header[key] for key in ("inputs", "model"))


def _rate_without_trial(
    store: Store, reusable: Collection[Key], missing: Sequence[Key], arms: Arms
) -> tuple[float, str]:  # fmt: skip
    """Runs per second of the stored runs, or typical of the missing runs; and the origin of the figure."""
    if reusable:
        seconds, basis = [store.runs[key].seconds for key in reusable], STORED
    else:
        seconds, basis = [TYPICAL_SPEED * _post_weeks(arms.arms[arm].scenario) for arm, _ in missing], TYPICAL
    total = sum(seconds)
    return default_jobs() * len(seconds) / total if total and missing else 0.0, basis


def _post_weeks(scenario: Scenario) -> float:
    """Posts of a scenario multiplied by its weeks, including the warm-up."""
    return scenario.value("authority.posts") * (scenario.warm_up_weeks + scenario.weeks)


def _measure_rate(missing: Sequence[Key], comparison: Comparison, arms: Arms, agents: Agents | None) -> float:
    """Runs per second, measured on some of the missing runs."""
    options = run_options(agents=agents)
    compile_kernels()
    count = 2 * options.target.jobs if agents else TRIAL_RUNS
    trial = _spread_evenly(missing, count)
    started = time.perf_counter()
    jobs = create_jobs(trial, comparison, arms, options)
    finished = sum(len(result) for result in submit_all(jobs, options.target))
    return finished / (time.perf_counter() - started)


def _spread_evenly(keys: Sequence[Key], count: int) -> list[Key]:
    """Up to `count` keys, spread evenly over all."""
    selected = min(count, len(keys))
    return [keys[k * len(keys) // selected] for k in range(selected)]


def _reasons(store: Store, header: dict[str, Any], keys: Sequence[Key], target: Path) -> list[str]:
    """Why runs are needed or repeated."""
    if not store.header:
        return [f"No runs yet: {target} does not exist."]
    if store.header.get("inputs") != header["inputs"]:
        return [f"{target} contains runs with other inputs. Choose another folder with --out."]
    if store.header.get("model") != header["model"]:
        stored, current = str(store.header.get("model"))[:12], header["model"][:12]
        return [
            f"{target} contains runs of another version of the model ({stored}; this version is {current}). "
            "Choose another folder with --out."
        ]
    reasons = []
    if failed := len(store.failed.keys() & set(keys)):
        reasons.append(f"{failed} failed runs will be repeated. Causes: {target / 'failures'}.")
    if lost := store.lost:
        reasons.append(f"{lost} runs will be repeated, because their files were removed from {store.folder}.")
    return reasons


def rows(estimate: Forecast) -> list[tuple[str, str]]:
    """Rows of the printed table: label and value."""
    remaining = estimate.runs - estimate.done
    minimum = " or more: 'auto' adds runs until intervals are narrow enough" if estimate.auto else ""
    compiling = "" if is_cached("advance") else f", plus {COMPILE_TIME} to compile the model once"
    duration = (
        f"{_format_duration(estimate.seconds)} at {three_digits(estimate.rate)} runs/s ({estimate.basis}){compiling}"
        if remaining
        else "no runs remaining"
    )
    return [
        ("folder", str(estimate.target)),
        ("policies", str(estimate.policies)),
        ("scenarios", f"{estimate.scenarios} (every theory, subset of a package and parameter value counts)"),
        ("runs", f"{estimate.runs:,}{minimum}"),
        ("done", f"{estimate.done:,}"),
        ("time", f"{duration}, plus tables and report" if remaining else duration),
        ("disk", f"{estimate.megabytes:,.0f} MB"),
    ]


def _format_duration(seconds: float) -> str:
    """Duration in seconds, minutes or hours."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def as_data(estimate: Forecast) -> dict[str, Any]:
    """The forecast as JSON data."""
    return estimate._asdict() | {"target": str(estimate.target), "reasons": list(estimate.reasons)}


def protocol(comparison: Comparison) -> str:
    """Protocol of a comparison, so that its analysis is fixed before it is run.

    Parameters
    ----------
    comparison : Comparison
        The comparison.

    Returns
    -------
    str
        Question, policies, measures with their smallest differences that matter, runs or stopping rule and analysis as
        Markdown. The last line is the hash of everything before it. It changes with every input of the analysis.
    """
    lines = [
        f"# Protocol: {comparison.title or comparison.name}", "",
        f"Question: {comparison.question or 'not stated'}", "",
        "## Policies", "", *_protocol_policies(comparison), "",
        "## Measures", "", *_protocol_measures(comparison), "",
        "## Runs", "", *_protocol_runs(comparison), "",
        "## Analysis", "", *_protocol_analysis(comparison), "", f"Red Bead {version()}, model {model_digest()}.", "",
    ]  # fmt: skip
    text = "\n".join(lines)
    return f"{text}\nProtocol hash: {hashlib.sha256(text.encode()).hexdigest()}\n"


def protocol_hash(comparison: Comparison) -> str:
    """Hash in the last line of the protocol. [hexadecimal]"""
    return protocol(comparison).rsplit(" ", 1)[1].strip()


def _protocol_policies(comparison: Comparison) -> list[str]:
    """Policies with the digests of their inputs, and the pairs that are compared."""
    rows = [
        f"- {name}: {scenario.title or scenario.name} (inputs {scenario.digest()})"
        for name, scenario in comparison.policies
    ]
    pairs = "".join(f" '{a}' is also compared with '{b}'." for a, b in comparison.further_pairs)
    return [*rows, "", f"Every policy is compared with '{comparison.baseline}'.{pairs}"]


def _protocol_measures(comparison: Comparison) -> list[str]:
    """Outcomes, the main one first, with the smallest differences that matter."""
    rows = []
    for criterion in comparison.deciding_outcomes:
        size = f"{criterion.smallest_important:g} {OUTCOMES[criterion.measure].unit}"
        if criterion.relative:
            size = f"{100 * criterion.smallest_important:g} % of the mean of the comparator"
        rows.append(f"- {criterion.measure}: smallest difference that matters {size}")
    return [f"Period: {comparison.over}. The first measure decides.", "", *rows]


def _protocol_runs(comparison: Comparison) -> list[str]:
    """Number of runs or stopping rule, seeds, theories and draws."""
    limits, uncertainty = comparison.limits, comparison.uncertainty
    rule = (
        f"Stopping rule: a pilot of {PILOT_RUNS} runs with separate seeds sets the number of runs, at most "
        f"{limits.runs} or {limits.minutes:g} minutes."
    )
    runs = f"{comparison.runs} runs per policy, fixed in advance." if comparison.runs else rule
    scenario = comparison.policies[0].scenario
    lines = [
        f"- {runs} Run k uses seed {comparison.seed} + k.",
        f"- {scenario.years:g} years after {scenario.warm_up_years:g} years of warm-up.",
        f"- Theories: {', '.join(comparison.theories) or 'that of each policy'}.",
    ]
    if uncertainty:
        sources = [uncertainty.authorities, uncertainty.ensemble, *uncertainty.parameters]
        lines.append(f"- {uncertainty.draws} draws of uncertain parameters: {', '.join(filter(None, sources))}.")
    return lines


def _protocol_analysis(comparison: Comparison) -> list[str]:
    """Method of estimation and correction, and further analyses."""
    lines = [
        f"- Paired differences on common random numbers; 95 % intervals: {comparison.intervals}.",
        f"- Verdicts are corrected by Holm's method for all pairs, measures and theories, at {100 * FAMILY:g} %.",
    ]
    if package := comparison.package:
        lines.append(f"- Shapley shares of the levers of '{package.policy}', {package.runs} runs per subset.")
    if search := comparison.switching:
        lines.append(
            f"- Switching values of {', '.join(search.parameters)} for '{search.policy}' against '{search.rival}' on "
            f"{search.measure}: {search.points} values, {search.runs} pairs of runs each."
        )
    return lines
