"""The folder of a comparison: its store, and the tables, texts and manifest that are made from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import pandas as pd

from redbead.analysis.digest import Digest
from redbead.analysis.frames import columns_frame
from redbead.analysis.outcomes import OUTCOMES, PERIODS, column_of
from redbead.exceptions import IntegrityError
from redbead.execution.runs import Agents, slug
from redbead.jit import source_digest
from redbead.measures import MEASURES
from redbead.scenario.loader import dump, to_yaml
from redbead.storage import chunks, manifest, run_store
from redbead.storage.atomic_files import (
    csv_text,
    duckdb_config,
    json_text,
    os_errors_as_problems,
    quoted,
    replace_files,
    replace_text,
    write_parquet,
    write_text,
)
from redbead.storage.manifest import verify
from redbead.storage.study_folder import dated_folder, require_folder_of
from redbead.studies.comparison.arms import ArmRole, Arms, arms_of
from redbead.studies.comparison.reader import read_batch
from redbead.studies.comparison.results import BLOCK, ComparisonRuns, results_of, summary
from redbead.studies.comparison.spec import AUTO, FORMAT, Comparison, DecidingOutcome
from redbead.studies.comparison.study import header_of


def key_of(view: ArmRole, seed: int) -> str:
    """The key of one run, under which it can be replayed.

    >>> key_of(View("Two strikes", "blame-deters", "policy", "", 3), 17)
    'two-strikes.blame-deters-17'
    """
    return f"{view.key}-{seed}"


def write_weekly(results: ComparisonRuns, path: Path) -> str:
    """Write one row a policy, run, authority and week; gives the digest of all results.

    Blocks of runs go to files of their own first, which one query then joins in order: neither holds more than a block.
    """
    digest = Digest([m.name for m in MEASURES])
    parts: list[Path] = []
    parts_folder = path.with_name(f".{path.name}.parts")
    with os_errors_as_problems(path):
        parts_folder.mkdir()
        try:
            with duckdb.connect(config=duckdb_config()) as connection:
                for number, frame in enumerate(weekly_blocks(results, digest)):
                    connection.register("frame", frame)
                    parts.append(parts_folder / f"{number:06d}.parquet")
                    connection.execute(f"COPY frame TO {quoted(parts[-1])} (FORMAT parquet, COMPRESSION lz4)")
                    connection.unregister("frame")
                connection.execute("SET preserve_insertion_order = true")
                listed = ", ".join(quoted(part) for part in parts)
                connection.execute(
                    f"COPY (SELECT * FROM read_parquet([{listed}])) TO {quoted(path)} "  # noqa: S608 - our own paths
                    "(FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd)"
                )
        finally:
            for part in parts:
                part.unlink(missing_ok=True)
            parts_folder.rmdir()
    return digest.hexdigest()


def weekly_blocks(results: ComparisonRuns, digest: Digest) -> Iterator[pd.DataFrame]:
    """The weekly values of all policies, some runs at a time, in the order of policies and runs."""
    for view in in_order(results):
        finished = set(results.finished(view))
        for first in range(0, results.runs, BLOCK):
            block = [run for run in range(first, min(first + BLOCK, results.runs)) if run in finished]
            keys = [(view.arm, run) for run in block]
            tables = iter(results.store.tables(keys))
            held = []
            for run in range(first, min(first + BLOCK, results.runs)):
                good = run in finished
                digest.run(view.key, run, results.comparison.seed + run, "done" if good else "failed")
                if good:
                    held.append(np.asarray(next(tables)))
                    digest.values(held[-1])
            if held:
                yield _frame(view.key, block, np.stack(held))


def in_order(results: ComparisonRuns) -> list[ArmRole]:
    """The views of policies by key: the order of all tables and of the digest."""
    return sorted(results.arms.main(), key=lambda view: view.key)


def weekly_frame(results: ComparisonRuns) -> pd.DataFrame:
    """The weekly values of all policies as one frame, in memory; units in ``attrs["units"]``."""
    blocks = list(weekly_blocks(results, Digest([])))
    frame = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()
    frame.attrs["units"] = {m.name: m.unit for m in MEASURES}
    return frame


def _frame(policy: str, runs: list[int], block: np.ndarray[Any, Any]) -> pd.DataFrame:
    """Weekly values of some runs, [runs, measures, authorities, weeks], as rows."""
    _, measures, places, weeks = block.shape
    columns: dict[str, object] = {
        "policy": pd.array([policy] * (len(runs) * places * weeks), dtype="str"),
        "run": np.repeat(np.array(runs, dtype=np.int64), places * weeks),
        "authority": np.tile(np.repeat(np.arange(places), weeks), len(runs)),
        "week": np.tile(np.arange(weeks), len(runs) * places),
    }
    for place in range(measures):
        values = block[:, place].reshape(-1)
        columns[MEASURES[place].name] = values.astype(np.int64) if MEASURES[place].whole else values
    return pd.DataFrame(columns)


def runs_frame(results: ComparisonRuns) -> pd.DataFrame:
    """One row a policy and run, failed ones too: key, policy, run, seed, status, seconds, cause, then its outcomes.

    `name`, `theory` and `draw` say which policy, under which theory, in which draw of uncertain parameters.
    """
    frames = [_runs_of(results, view) for view in in_order(results)]
    frame = pd.concat(frames, ignore_index=True)
    frame.attrs["units"] = {"seconds": "s"} | {column_of(o.name, p): o.unit for p in PERIODS for o in OUTCOMES.values()}
    return frame


def _runs_of(results: ComparisonRuns, view: ArmRole) -> pd.DataFrame:
    runs = np.arange(results.runs)
    seeds = [results.comparison.seed + int(run) for run in runs]
    kept = [results.store.runs.get((view.arm, int(run))) for run in runs]
    head = pd.DataFrame(
        {
            "key": [key_of(view, seed) for seed in seeds],
            "policy": view.key,
            "run": runs,
            "seed": np.array(seeds, dtype=np.uint64),
            "status": ["done" if k and k.chunk else "failed" for k in kept],
            "seconds": [k.seconds if k else np.nan for k in kept],
            "cause": [k.cause if k else "not run" for k in kept],
            "name": view.policy,
            "theory": view.theory,
            "draw": results.draw(runs) if results.arms.draws else -1,
        }
    )
    found = results.outcomes[view.arm, : results.runs]
    columns = {
        column_of(name, period): found[:, p, o] for p, period in enumerate(PERIODS) for o, name in enumerate(OUTCOMES)
    }
    return pd.concat([head, pd.DataFrame(columns)], axis=1)


def draws_frame(results: ComparisonRuns) -> pd.DataFrame:
    """One row a draw of the uncertain parameters, one column a parameter."""
    frame = pd.DataFrame([dict(draw) for draw in results.arms.draws])
    frame.insert(0, "draw", np.arange(len(frame)))
    return frame


def file_of(policy: str) -> str:
    """Where the resolved scenario of a policy lies in the folder.

    >>> file_of("Two strikes")
    'policies/two-strikes.yaml'
    """
    return f"policies/{slug(policy)}.yaml"


RESOLVED: Final = "batch.resolved.yaml"

Pages = Callable[[Path, ComparisonRuns, str, list[str]], None]
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
        target = dated_folder(comparison.name, header["inputs"])
        other = run_store.open_read_only(target).header.get("model", header["model"]) != header["model"]
        return target.with_name(f"{target.name}-{header['model'][:6]}") if other else target
    return require_folder_of(out, run_store.FOLDER, "a batch")


def requested_inputs(comparison: Comparison, runs: int) -> dict[str, Any]:
    """All on which tables and report depend, besides the runs themselves."""
    judged = dataclasses.asdict(dataclasses.replace(comparison, policies=()))
    return {"comparison": _plain(judged), "runs": runs, "sources": source_digest()}


def _plain(value: Any) -> Any:  # noqa: ANN401 - anything that JSON can hold
    """Tuples as lists, all the way down: what comes back from a manifest."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def is_current(target: Path, comparison: Comparison, runs: int) -> bool:
    """Whether the tables and the report in a folder are those that are asked for, whole."""
    try:
        record = manifest.read(target)
        return bool(record.get("asked") == requested_inputs(comparison, runs) and not verify(target))
    except IntegrityError:
        return False


def write(
    results: ComparisonRuns, *, command: list[str], started: datetime, seconds: float, jobs: int, agents: list[str],
    pages: Pages | None = None,
) -> str:  # fmt: skip
    """Write all tables, texts and the manifest in place of the old ones; gives the digest of the results.

    Raises
    ------
    EnvironmentProblemError
        The disk is full, read-only, or not ours to write.
    """
    target = results.folder
    with replace_files(target, run_store.FOLDER) as folder:
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
    hashes = {f"{run_store.FOLDER}/{chunks.name_of(n)}": sha for n, (sha, _) in results.store.hashes.items()}
    replace_text(target / manifest.NAME, json_text(manifest.compose(target, facts, hashes)))
    return digest


def _facts(results: ComparisonRuns, digest: str, command: list[str], agents: list[str]) -> dict[str, Any]:
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
        "asked": requested_inputs(results.comparison, results.runs),
        "runs": {
            "asked": results.runs,
            "done": sum(arm in main and run < results.runs for arm, run in results.store.done),
            "failed": [name_of(results, arm, run) for arm, run in failed],
            "first_seed": results.comparison.seed,
        },
        "events": False,
        "results_digest": digest,
    }


def name_of(results: ComparisonRuns, arm: int, run: int) -> str:
    """The key of a run of an arm, by the first view that it has."""
    view = next(view for view in results.arms.views if view.arm == arm)
    return key_of(view, results.comparison.seed + run)


def failures(results: ComparisonRuns) -> list[tuple[str, str]]:
    """The story of each failed run, by its key."""
    return [(name_of(results, *key), _failure(results, *key)) for key in results.failed()]


def _failure(results: ComparisonRuns, arm: int, run: int) -> str:
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


def _smallest(target: DecidingOutcome) -> float | str:
    return f"{100 * target.smallest:.12g} %" if target.relative else target.smallest


def load(target: Path) -> ComparisonRuns:
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
    held = run_store.open_read_only(target)
    if held.header.get("inputs") != record["inputs_hash"]:
        msg = f"{target}: its store and its manifest speak of different inputs"
        raise IntegrityError(msg)
    return results_of(comparison, arms, held, target, int(record["runs"]["asked"]))
