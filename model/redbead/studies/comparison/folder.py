"""Folder of a comparison: run store, tables, text files and manifest."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from redbead.execution.runs import Agents, slug
from redbead.scenario.loader import dump, to_yaml
from redbead.scenario.plugins import OPTION
from redbead.storage import manifest, study_folder
from redbead.storage.atomic_files import csv_text, os_errors_as_problems, write_text
from redbead.storage.parquet import write_parquet, write_parquet_blocks
from redbead.storage.run_store import Key
from redbead.studies.comparison.arms import Arms, agent_option, header_of
from redbead.studies.comparison.results import ComparisonRuns, summary
from redbead.studies.comparison.run_tables import (
    columns_frame,
    draws_frame,
    event_blocks,
    key_of,
    runs_frame,
    write_weekly,
)
from redbead.studies.comparison.spec import AUTO, FORMAT, Comparison, DecidingOutcome


def file_of(policy: str) -> str:
    """Path of the resolved scenario of a policy, relative to the folder.

    >>> file_of("Two strikes")
    'policies/two-strikes.yaml'
    """
    return f"policies/{slug(policy)}.yaml"


RESOLVED: Final = "batch.resolved.yaml"
"""File with the comparison, which refers to its resolved policies."""

PageWriter = Callable[[Path, ComparisonRuns, str, list[str]], None]
"""Writes report, figures and tables into a folder; takes the folder, the results, their digest and the command."""


def place(comparison: Comparison, arms: Arms, agents: Agents | None, out: Path | None) -> Path:
    """Folder for a comparison, as :func:`redbead.storage.study_folder.place` chooses it."""
    return study_folder.place(comparison.name, header_of(comparison, arms, agents), out)


def requested(results: ComparisonRuns, *, events: bool = False) -> dict[str, Any]:
    """Everything besides the runs that determines the tables and the report."""
    specification = dataclasses.asdict(dataclasses.replace(results.comparison, policies=()))
    return study_folder.requested_inputs(
        {"comparison": specification, "runs": results.runs, "events": events or has_events(results)}
    )


def has_events(results: ComparisonRuns) -> bool:
    """Whether the event log of every finished run of the policies is stored."""
    wanted = {(role.arm, run) for role in results.arms.main() for run in results.finished(role)}
    return bool(wanted) and wanted <= results.store.with_events


def write(
    results: ComparisonRuns, command: list[str], times: dict[str, Any], pages: PageWriter | None = None
) -> None:  # fmt: skip
    """Write all tables, text files and the manifest, replacing older ones.

    Parameters
    ----------
    results : ComparisonRuns
        Stored runs with their outcomes.
    command : list of str
        Command line, for the manifest.
    times : dict
        Start and duration of the runs, as :func:`redbead.storage.manifest.times` returns them.
    pages : callable, optional
        Writes the report and its figures.

    Raises
    ------
    EnvironmentProblemError
        The disk is full or read-only, or permission is missing.
    """

    def write_files(folder: Path) -> dict[str, Any]:
        digest = _write_tables(results, folder)
        _write_inputs(results.comparison, folder, results.runs)
        for name, text in failures(results):
            write_text(folder / "failures" / f"{name}.txt", text)
        if pages:
            pages(folder, results, digest, command)
        return _facts(results, digest, command) | {"times": times}

    study_folder.write_study(results.folder, write_files, results.store.hashes)


def write_inputs(comparison: Comparison, folder: Path) -> None:
    """Write what is compared before the first run, so that the folder of an interrupted command can be read.

    A folder with a manifest contains it already.

    Raises
    ------
    EnvironmentProblemError
        The disk is full or read-only, or permission is missing.
    """
    if not (folder / manifest.NAME).is_file():
        with os_errors_as_problems(folder):
            _write_inputs(comparison, folder, comparison.runs or AUTO)


def _write_inputs(comparison: Comparison, folder: Path, runs: int | str) -> None:
    """Write the resolved comparison and its policies."""
    for policy in comparison.policies:
        write_text(folder / file_of(policy.name), to_yaml(policy.scenario))
    write_text(folder / RESOLVED, resolved(comparison, runs))


def _write_tables(results: ComparisonRuns, folder: Path) -> str:
    """Write all tables and return the digest of the results."""
    digest = write_weekly(results, folder / "weekly.parquet")
    write_parquet(folder / "runs.parquet", runs_frame(results))
    if has_events(results):
        write_parquet_blocks(folder / "events.parquet", event_blocks(results))
    write_text(folder / "summary.csv", csv_text(summary(results)))
    write_text(folder / "columns.csv", csv_text(columns_frame()))
    if results.arms.draws:
        write_text(folder / "draws.csv", csv_text(draws_frame(results)))
    return digest


def _facts(results: ComparisonRuns, digest: str, command: list[str]) -> dict[str, Any]:
    """Entries of the manifest about the comparison."""
    policy_arms = {role.arm for role in results.arms.main()}
    failed = results.failed()
    return {
        "kind": "comparison",
        "command": command,
        "inputs_hash": results.store.header["inputs"],
        "batch": {
            "name": results.comparison.name,
            "title": results.comparison.title,
            "policies": list(results.comparison.names),
            "theories": list(results.comparison.theories),
            "agents": results.store.header["agents"],
        },
        "asked": requested(results),
        "runs": {
            "asked": results.runs,
            "done": sum(arm in policy_arms and run < results.runs for arm, run in results.store.done),
            "failed": [name_of(results, arm, run) for arm, run in failed],
            "first_seed": results.comparison.seed,
        },
        "events": has_events(results),
        "results_digest": digest,
    }


def name_of(results: ComparisonRuns, arm: int, run: int) -> str:
    """Key of a run of an arm, from the first role of the arm."""
    role = next(role for role in results.arms.roles if role.arm == arm)
    return key_of(role, results.comparison.seed + run)


def replay_command(results: ComparisonRuns, key: Key) -> str:
    """Command that repeats a run, with the agents and plug-ins of the original run."""
    header = results.store.header
    agents = [word for name in header["agents"] for word in ("--agents", agent_option(name))]
    modules = [word for name in manifest.plugin_digests(header) for word in (OPTION, name)]
    return shlex.join(["redbead", "replay", str(results.folder), name_of(results, *key), *agents, *modules])


def failures(results: ComparisonRuns) -> list[tuple[str, str]]:
    """Key and description of every failed run."""
    return [(name_of(results, *key), _failure(results, *key)) for key in results.failed()]


def _failure(results: ComparisonRuns, arm: int, run: int) -> str:
    """Description of a failed run: cause, command to reproduce it, inputs, traceback."""
    record, name = results.store.runs[arm, run], name_of(results, arm, run)
    scenario = results.arms.scenario(arm, run)
    return (
        f"Run {name} failed. The other runs were kept.\n\n"
        f"Cause: {record.cause}\n\n"
        f"Reproduce it with:\n    {replay_command(results, (arm, run))}\n\n"
        f"Seed {results.comparison.seed + run}. Inputs:\n{to_yaml(scenario)}\n{record.trace}"
    )


def resolved(comparison: Comparison, runs: int | str) -> str:
    """The comparison as a batch file that refers to its resolved policies; reading it returns an equal comparison."""
    data: dict[str, Any] = {"format": FORMAT, "name": comparison.name}
    data |= {key: text for key in ("title", "question", "source", "looks") if (text := getattr(comparison, key))}
    data["policies"] = {policy.name: file_of(policy.name) for policy in comparison.policies}
    data["baseline"] = comparison.baseline
    if comparison.subject:
        data["subject"] = comparison.subject
    if comparison.pairs:
        data["pairs"] = [list(pair) for pair in comparison.pairs]
    if comparison.theories:
        data["theories"] = list(comparison.theories)
    if uncertainty := comparison.uncertainty:
        data["uncertainty"] = {
            **({"parameters": list(uncertainty.parameters)} if uncertainty.parameters else {}),
            **({"authorities": uncertainty.authorities} if uncertainty.authorities else {}),
            **({"ensemble": uncertainty.ensemble} if uncertainty.ensemble else {}),
            "draws": uncertainty.draws,
        }
    data |= {"runs": comparison.runs or AUTO, "seed": comparison.seed, "over": comparison.over}
    data["intervals"] = comparison.intervals
    data["measures"] = {
        criterion.measure: _smallest_important_text(criterion) for criterion in comparison.deciding_outcomes
    }
    data["limits"] = comparison.limits._asdict()
    if comparison.package:
        data["package"] = comparison.package._asdict()
    if comparison.switching:
        search = comparison.switching._asdict()
        data["switching"] = search | {"parameters": list(comparison.switching.parameters)}
    return f"# {runs} runs per policy\n{dump(data)}"


def _smallest_important_text(criterion: DecidingOutcome) -> float | str:
    """Smallest difference that matters, as in a batch file."""
    return f"{100 * criterion.smallest_important:.12g} %" if criterion.relative else criterion.smallest_important
