"""The folder of a comparison: its store, and the tables, texts and manifest that are made from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from redbead.jit import source_digest
from redbead.problems import BadInputError, IntegrityError, Problem
from redbead.scenario.write import dump, to_yaml
from redbead.study import folder as single
from redbead.study import manifest
from redbead.study.comparing.arms import Arms, arms_of
from redbead.study.comparing.carry import header_of
from redbead.study.comparing.read import read_batch
from redbead.study.comparing.results import Results, results_of
from redbead.study.comparing.summary import summary
from redbead.study.comparing.tables import draws_frame, file_of, key_of, runs_frame, write_weekly
from redbead.study.comparing.words import AUTO, FORMAT, Comparison, Target
from redbead.study.files import csv_text, json_text, renewed, replace_text, write_parquet, write_text
from redbead.study.frames import columns_frame
from redbead.study.runs import Agents
from redbead.study.store import chunks, store
from redbead.study.verify import verify

RESOLVED: Final = "batch.resolved.yaml"

Pages = Callable[[Path, Results, str, list[str]], None]
"""Writes report, figures and further tables into a folder: from the results, their digest and the command."""


def place(comparison: Comparison, arms: Arms, agents: Agents | None, out: Path | None) -> Path:
    """The folder for these inputs: `out`, else the one there already is under ``runs/``, else a new name with a date.

    Runs of another version of the model are left alone: the folder then gets a name of its own.

    Raises
    ------
    BadInputError
        `out` holds something that is no batch.
    """
    if out is None:
        header = header_of(comparison, arms, agents)
        target = single.dated(comparison.name, header["inputs"])
        other = store.peek(target).header.get("model", header["model"]) != header["model"]
        return target.with_name(f"{target.name}-{header['model'][:6]}") if other else target
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / store.FOLDER).is_dir())):
        hint = "give --out a new name, or remove that folder"
        raise BadInputError([Problem("--out", what=f"{out} is there and is not a batch", hint=hint)])
    return out


def asked(comparison: Comparison, runs: int) -> dict[str, Any]:
    """All on which tables and report depend, besides the runs themselves."""
    judged = dataclasses.asdict(dataclasses.replace(comparison, policies=()))
    return {"comparison": _plain(judged), "runs": runs, "sources": source_digest()}


def _plain(value: Any) -> Any:  # noqa: ANN401 - anything that JSON can hold
    """Tuples as lists, all the way down: what comes back from a manifest."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def told(target: Path, comparison: Comparison, runs: int) -> bool:
    """Whether the tables and the report in a folder are those that are asked for, whole."""
    try:
        record = manifest.read(target)
        return bool(record.get("asked") == asked(comparison, runs) and not verify(target))
    except IntegrityError:
        return False


def write(
    results: Results, *, command: list[str], started: datetime, seconds: float, jobs: int, agents: list[str],
    pages: Pages | None = None,
) -> str:  # fmt: skip
    """Write all tables, texts and the manifest in place of the old ones; gives the digest of the results.

    Raises
    ------
    EnvironmentProblemError
        The disk is full, read-only, or not ours to write.
    """
    target = results.folder
    with renewed(target, store.FOLDER) as folder:
        digest = write_weekly(results, folder / "weekly.parquet")
        write_parquet(folder / "runs.parquet", runs_frame(results))
        write_text(folder / "summary.csv", csv_text(summary(results)))
        write_text(folder / "columns.csv", csv_text(columns_frame()))
        if results.arms.draws:
            write_text(folder / "draws.csv", csv_text(draws_frame(results)))
        for policy in results.comparison.policies:
            write_text(folder / file_of(policy.name), to_yaml(policy.scenario))
        write_text(folder / RESOLVED, resolved(results.comparison, results.runs))
        for name, text in failures(results):
            write_text(folder / "failures" / f"{name}.txt", text)
        if pages:
            pages(folder, results, digest, command)
    facts = _facts(results, digest, command, agents) | {"times": manifest.times(started, seconds, jobs)}
    hashes = {f"{store.FOLDER}/{chunks.name_of(n)}": sha for n, (sha, _) in results.store.hashes.items()}
    replace_text(target / manifest.NAME, json_text(manifest.compose(target, facts, hashes)))
    return digest


def _facts(results: Results, digest: str, command: list[str], agents: list[str]) -> dict[str, Any]:
    main = {view.arm for view in results.arms.main()}
    failed = results.failed()
    return {
        "command": command,
        "inputs_hash": results.store.header["inputs"],
        "batch": {
            "name": results.comparison.name,
            "title": results.comparison.title,
            "policies": list(results.comparison.names),
            "theories": list(results.comparison.theories),
            "agents": agents,
        },
        "asked": asked(results.comparison, results.runs),
        "runs": {
            "asked": results.runs,
            "done": sum(arm in main and run < results.runs for arm, run in results.store.done),
            "failed": [name_of(results, arm, run) for arm, run in failed],
            "first_seed": results.comparison.seed,
        },
        "events": False,
        "results_digest": digest,
    }


def name_of(results: Results, arm: int, run: int) -> str:
    """The key of a run of an arm, by the first view that it has."""
    view = next(view for view in results.arms.views if view.arm == arm)
    return key_of(view, results.comparison.seed + run)


def failures(results: Results) -> list[tuple[str, str]]:
    """The story of each failed run, by its key."""
    return [(name_of(results, *key), _failure(results, *key)) for key in results.failed()]


def _failure(results: Results, arm: int, run: int) -> str:
    kept, name = results.store.runs[arm, run], name_of(results, arm, run)
    scenario = results.arms.scenario(arm, run)
    return (
        f"Run {name} failed; the other runs were kept.\n\n"
        f"Cause: {kept.cause}\n\n"
        f"See it again:\n    redbead replay {results.folder} {name}\n\n"
        f"Seed {results.comparison.seed + run}. Inputs:\n{to_yaml(scenario)}\n{kept.trace}"
    )


def resolved(comparison: Comparison, runs: int) -> str:
    """The comparison as a batch file beside its resolved policies; reading it again gives an equal one."""
    data: dict[str, Any] = {"format": FORMAT, "name": comparison.name}
    data |= {key: text for key in ("title", "question", "source", "looks") if (text := getattr(comparison, key))}
    data["policies"] = {policy.name: file_of(policy.name) for policy in comparison.policies}
    data["baseline"] = comparison.baseline
    if comparison.theories:
        data["theories"] = list(comparison.theories)
    if comparison.uncertainty:
        data["uncertainty"] = {
            **({"parameters": list(doubt.parameters)} if (doubt := comparison.uncertainty).parameters else {}),
            **({"authorities": doubt.authorities} if doubt.authorities else {}),
            **({"ensemble": doubt.ensemble} if doubt.ensemble else {}),
            "draws": comparison.uncertainty.draws,
        }
    data |= {"runs": comparison.runs or AUTO, "seed": comparison.seed, "over": comparison.over}
    data["intervals"] = comparison.intervals
    data["measures"] = {target.measure: _smallest(target) for target in comparison.targets}
    data["limits"] = comparison.limits._asdict()
    if comparison.package:
        data["package"] = comparison.package._asdict()
    if comparison.switching:
        asked_for = comparison.switching._asdict()
        data["switching"] = asked_for | {"parameters": list(comparison.switching.parameters)}
    return f"# {runs} runs of each policy were made\n{dump(data)}"


def _smallest(target: Target) -> float | str:
    return f"{100 * target.smallest:.12g} %" if target.relative else target.smallest


def load(target: Path) -> Results:
    """The results of a folder.

    Raises
    ------
    IntegrityError
        It is no batch, or its store is damaged or of another version.
    """
    record = manifest.read(target)
    if "batch" not in record:
        msg = f"{target}: no batch: it holds the runs of a single scenario"
        raise IntegrityError(msg)
    comparison = read_batch(target / RESOLVED)
    arms = arms_of(comparison)
    held = store.peek(target)
    if held.header.get("inputs") != record["inputs_hash"]:
        msg = f"{target}: its store and its manifest speak of different inputs"
        raise IntegrityError(msg)
    return results_of(comparison, arms, held, target, int(record["runs"]["asked"]))
