"""Folder of a comparison: run store, tables, text files and manifest."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb
import numpy as np

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
from redbead.studies.comparison.arms import ArmRole, Arms, header_of
from redbead.studies.comparison.results import BLOCK, ComparisonRuns, summary
from redbead.studies.comparison.spec import AUTO, FORMAT, Comparison, DecidingOutcome

if TYPE_CHECKING:
    import pandas as pd


def key_of(role: ArmRole, seed: int) -> str:
    """Key of one run, as used by ``redbead replay``.

    >>> key_of(ArmRole("Two strikes", "blame-deters", "policy", "", 3), 17)
    'two-strikes.blame-deters-17'
    """
    return f"{role.key}-{seed}"


def write_weekly(results: ComparisonRuns, path: Path) -> str:
    """Write ``weekly.parquet`` and return the digest of all results.

    The file has one row per policy, run, authority and week. Blocks of runs are written to temporary files, which one
    query then joins in order, so memory use is limited to one block.
    """
    digest = Digest([m.name for m in MEASURES])
    part_files: list[Path] = []
    parts_folder = path.with_name(f".{path.name}.parts")
    with os_errors_as_problems(path):
        parts_folder.mkdir()
        try:
            with duckdb.connect(config=duckdb_config()) as connection:
                for number, frame in enumerate(weekly_blocks(results, digest)):
                    connection.register("frame", frame)
                    part_files.append(parts_folder / f"{number:06d}.parquet")
                    connection.execute(f"COPY frame TO {quoted(part_files[-1])} (FORMAT parquet, COMPRESSION lz4)")
                    connection.unregister("frame")
                connection.execute("SET preserve_insertion_order = true")
                file_list = ", ".join(quoted(part_file) for part_file in part_files)
                connection.execute(
                    f"COPY (SELECT * FROM read_parquet([{file_list}])) TO {quoted(path)} "  # noqa: S608 - paths of this package
                    "(FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd)"
                )
        finally:
            for part_file in part_files:
                part_file.unlink(missing_ok=True)
            parts_folder.rmdir()
    return digest.hexdigest()


def weekly_blocks(results: ComparisonRuns, digest: Digest) -> Iterator[pd.DataFrame]:
    """Yield the weekly values of all policies in blocks of runs, in order of policies and runs.

    Every run is also added to `digest`.
    """
    for role in ordered_roles(results):
        finished = set(results.finished(role))
        for start in range(0, results.runs, BLOCK):
            finished_runs = [run for run in range(start, min(start + BLOCK, results.runs)) if run in finished]
            keys = [(role.arm, run) for run in finished_runs]
            tables = iter(results.store.tables(keys))
            values = []
            for run in range(start, min(start + BLOCK, results.runs)):
                is_finished = run in finished
                digest.run(role.key, run, results.comparison.seed + run, "done" if is_finished else "failed")
                if is_finished:
                    values.append(np.asarray(next(tables)))
                    digest.values(values[-1])
            if values:
                yield _frame(role.key, finished_runs, np.stack(values))


def ordered_roles(results: ComparisonRuns) -> list[ArmRole]:
    """Roles of policies sorted by key: the order of all tables and of the digest."""
    return sorted(results.arms.main(), key=lambda role: role.key)


def weekly_frame(results: ComparisonRuns) -> pd.DataFrame:
    """Weekly values of all policies as one data frame in memory; units in ``attrs["units"]``."""
    import pandas as pd

    blocks = list(weekly_blocks(results, Digest([])))
    frame = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()
    frame.attrs["units"] = {m.name: m.unit for m in MEASURES}
    return frame


def _frame(policy: str, runs: list[int], block: np.ndarray[Any, Any]) -> pd.DataFrame:
    """Weekly values of shape [runs, measures, authorities, weeks] as rows."""
    import pandas as pd

    _, measures, authorities, weeks = block.shape
    columns: dict[str, object] = {
        "policy": pd.array([policy] * (len(runs) * authorities * weeks), dtype="str"),
        "run": np.repeat(np.array(runs, dtype=np.int64), authorities * weeks),
        "authority": np.tile(np.repeat(np.arange(authorities), weeks), len(runs)),
        "week": np.tile(np.arange(weeks), len(runs) * authorities),
    }
    for position in range(measures):
        values = block[:, position].reshape(-1)
        columns[MEASURES[position].name] = values.astype(np.int64) if MEASURES[position].whole else values
    return pd.DataFrame(columns)


def runs_frame(results: ComparisonRuns) -> pd.DataFrame:
    """One row per policy and run, including failed runs.

    Returns
    -------
    DataFrame
        Columns key, policy, run, seed, status, seconds and cause; `name`, `theory` and `draw` (policy, theory, and draw
        of the uncertain parameters); then all outcomes.
    """
    import pandas as pd

    frames = [_runs_of(results, role) for role in ordered_roles(results)]
    frame = pd.concat(frames, ignore_index=True)
    frame.attrs["units"] = {"seconds": "s"} | {column_of(o.name, p): o.unit for p in PERIODS for o in OUTCOMES.values()}
    return frame


def _runs_of(results: ComparisonRuns, role: ArmRole) -> pd.DataFrame:
    """Rows of one policy under one theory."""
    import pandas as pd

    runs = np.arange(results.runs)
    seeds = [results.comparison.seed + int(run) for run in runs]
    records = [results.store.runs.get((role.arm, int(run))) for run in runs]
    head = pd.DataFrame(
        {
            "key": [key_of(role, seed) for seed in seeds],
            "policy": role.key,
            "run": runs,
            "seed": np.array(seeds, dtype=np.uint64),
            "status": ["done" if record and record.chunk else "failed" for record in records],
            "seconds": [record.seconds if record else np.nan for record in records],
            "cause": [record.cause if record else "not run" for record in records],
            "name": role.policy,
            "theory": role.theory,
            "draw": results.draw(runs) if results.arms.draws else -1,
        }
    )
    outcomes = results.outcomes[role.arm, : results.runs]
    columns = {
        column_of(name, period): outcomes[:, p, o]
        for p, period in enumerate(PERIODS)
        for o, name in enumerate(OUTCOMES)
    }
    return pd.concat([head, pd.DataFrame(columns)], axis=1)


def draws_frame(results: ComparisonRuns) -> pd.DataFrame:
    """One row per draw of the uncertain parameters, one column per parameter."""
    import pandas as pd

    frame = pd.DataFrame([dict(draw) for draw in results.arms.draws])
    frame.insert(0, "draw", np.arange(len(frame)))
    return frame


def file_of(policy: str) -> str:
    """Path of the resolved scenario of a policy, relative to the folder.

    >>> file_of("Two strikes")
    'policies/two-strikes.yaml'
    """
    return f"policies/{slug(policy)}.yaml"


RESOLVED: Final = "batch.resolved.yaml"

PageWriter = Callable[[Path, ComparisonRuns, str, list[str]], None]
"""Writes report, figures and tables into a folder; takes the folder, the results, their digest and the command."""


def place(comparison: Comparison, arms: Arms, agents: Agents | None, out: Path | None) -> Path:
    """Folder for a comparison.

    Without `out`, this is the existing folder of the same inputs under ``runs/``, or a new dated name. If that folder
    contains runs of another version of the model, a different name is used.

    Parameters
    ----------
    comparison, arms : Comparison, Arms
        What to compare and run.
    agents : mapping or None
        Custom agent classes.
    out : Path or None
        Folder that the user specified.

    Raises
    ------
    BadInputError
        `out` exists and is not a batch.
    """
    if out is None:
        header = header_of(comparison, arms, agents)
        target = dated_folder(comparison.name, header["inputs"])
        other = run_store.open_read_only(target).header.get("model", header["model"]) != header["model"]
        return target.with_name(f"{target.name}-{header['model'][:6]}") if other else target
    return require_folder_of(out, run_store.FOLDER, "a batch")


def requested_inputs(comparison: Comparison, runs: int) -> dict[str, Any]:
    """Everything besides the runs that determines the tables and the report."""
    specification = dataclasses.asdict(dataclasses.replace(comparison, policies=()))
    return {"comparison": _as_lists(specification), "runs": runs, "sources": source_digest()}


def _as_lists(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Convert tuples to lists recursively, as they are read back from a manifest."""
    if isinstance(value, dict):
        return {key: _as_lists(item) for key, item in value.items()}
    return [_as_lists(item) for item in value] if isinstance(value, list | tuple) else value


def is_current(target: Path, comparison: Comparison, runs: int) -> bool:
    """Return whether the tables and the report in a folder are complete and were written for these inputs."""
    try:
        record = manifest.read(target)
        return bool(record.get("asked") == requested_inputs(comparison, runs) and not verify(target))
    except IntegrityError:
        return False


def write(
    results: ComparisonRuns, *, command: list[str], started: datetime, seconds: float, jobs: int, agents: list[str],
    pages: PageWriter | None = None,
) -> str:  # fmt: skip
    """Write all tables, text files and the manifest, replacing older ones.

    Parameters
    ----------
    results : ComparisonRuns
        Stored runs with their outcomes.
    command : list of str
        Command line, for the manifest.
    started : datetime
        Start of the command.
    seconds : float
        Duration of the runs. [s]
    jobs : int
        Number of threads or processes.
    agents : list of str
        Custom agent classes.
    pages : callable, optional
        Writes the report and its figures.

    Returns
    -------
    str
        Digest of the results.

    Raises
    ------
    EnvironmentProblemError
        The disk is full or read-only, or permission is missing.
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
    """Entries of the manifest about the comparison."""
    policy_arms = {role.arm for role in results.arms.main()}
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
            "done": sum(arm in policy_arms and run < results.runs for arm, run in results.store.done),
            "failed": [name_of(results, arm, run) for arm, run in failed],
            "first_seed": results.comparison.seed,
        },
        "events": False,
        "results_digest": digest,
    }


def name_of(results: ComparisonRuns, arm: int, run: int) -> str:
    """Key of a run of an arm, from the first role of the arm."""
    role = next(role for role in results.arms.roles if role.arm == arm)
    return key_of(role, results.comparison.seed + run)


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
        f"Reproduce it with:\n    redbead replay {results.folder} {name}\n\n"
        f"Seed {results.comparison.seed + run}. Inputs:\n{to_yaml(scenario)}\n{record.trace}"
    )


def resolved(comparison: Comparison, runs: int) -> str:
    """The comparison as a batch file that refers to its resolved policies; reading it returns an equal comparison."""
    data: dict[str, Any] = {"format": FORMAT, "name": comparison.name}
    data |= {key: text for key in ("title", "question", "source", "looks") if (text := getattr(comparison, key))}
    data["policies"] = {policy.name: file_of(policy.name) for policy in comparison.policies}
    data["baseline"] = comparison.baseline
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
