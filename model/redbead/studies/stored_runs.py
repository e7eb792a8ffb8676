"""Open the folder of a run or comparison, also an interrupted one, or one of an earlier version."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from redbead.analysis.digest import RUNS_ORDER, WEEKLY_ORDER, table_of
from redbead.exceptions import BadInputError, IntegrityError, Problem
from redbead.execution.runs import measure_index
from redbead.measures import MEASURES
from redbead.scenario.library import version
from redbead.scenario.loader import load
from redbead.state.constants import Reals
from redbead.storage import manifest
from redbead.storage.manifest import Manifest
from redbead.storage.parquet import columns_of_parquet, read_parquet
from redbead.storage.run_store import Key, RunStatus, Store, open_read_only
from redbead.storage.study_folder import WORDS, stored_header
from redbead.studies.comparison.arms import arms_of, stored_inputs
from redbead.studies.comparison.folder import RESOLVED
from redbead.studies.comparison.inputs import single
from redbead.studies.comparison.reader import read_batch
from redbead.studies.comparison.results import ComparisonRuns, results_of
from redbead.studies.comparison.spec import Comparison

if TYPE_CHECKING:
    import pandas as pd

_SCENARIO: Final = "scenario.resolved.yaml"
"""File with the scenario in the folder of a single scenario, as format 1 wrote it."""

_UNKNOWN: Final = ("is not a known key", "is not a known parameter")
_BLOCK: Final = 50
"""Runs read per block. [runs]"""


def load_results(target: Path) -> ComparisonRuns:
    """Read the results of a folder, also if the command was interrupted, or if an earlier version wrote it.

    Raises
    ------
    IntegrityError
        The folder contains another kind of study, or is damaged.
    """
    if not (target / manifest.NAME).is_file() and (header := stored_header(target)):
        return _interim_results(target, header)
    record = manifest.read(target)
    if "batch" not in record and "scenario" not in record:
        raise IntegrityError(_other_study(target, record.get("kind", ""), record.get("tables", ())))
    comparison = read_comparison(target, record)
    store = TableStore(target, record) if "scenario" in record else open_read_only(target)
    if store.header.get("inputs") != record["inputs_hash"]:
        msg = f"{target}: the store and the manifest were written for different inputs"
        raise IntegrityError(msg)
    return results_of(comparison, arms_of(comparison), store, target, int(record["runs"]["asked"]))


def _interim_results(target: Path, header: Mapping[str, Any]) -> ComparisonRuns:
    """Read the runs that an interrupted or running command has stored so far."""
    resume = "Run the original command again to continue it."
    if header["kind"] != "comparison":
        msg = f"{_other_study(target, header['kind'])}\n    It was interrupted. {resume}"
        raise IntegrityError(msg)
    if not (target / RESOLVED).is_file():
        msg = f"{target}: the command was interrupted, and {RESOLVED} is missing.\n    {resume}"
        raise IntegrityError(msg)
    comparison = read_comparison(target, {"program": {"version": header["version"]}, "plugins": header.get("plugins")})
    arms = arms_of(comparison)
    if header["version"] == version() and header["inputs"] != stored_inputs(comparison, arms, header["agents"]):
        msg = f"{target}: {RESOLVED} or a policy was edited, so the stored runs are of other inputs.\n    {resume}"
        raise IntegrityError(msg)
    store = open_read_only(target)
    main = {role.arm for role in arms.main()}
    reported = [run for arm, run in store.done if arm in main and run < (comparison.runs or comparison.limits.runs)]
    if not reported:
        msg = f"{target}: the command was interrupted before a run was stored.\n    {resume}"
        raise IntegrityError(msg)
    results = results_of(comparison, arms, store, target, comparison.runs or max(reported) + 1)
    return replace(results, interim=True)


def _other_study(target: Path, kind: str, tables: Collection[str] = ()) -> str:
    """Message for a folder that contains no runs of scenarios: what it is, and how to read it."""
    csv = [name for name in tables if name.endswith(".csv")]
    listed = f" with pandas.read_csv: {', '.join(csv)}" if csv else ""
    return (
        f"{target} contains {WORDS.get(kind, 'another study')}, not runs of scenarios.\n"
        f"    Read its tables{listed}. 'redbead export' exports them; its report is report.html, if there is one."
    )


def read_comparison(folder: Path, record: Manifest) -> Comparison:
    """Read what a folder compares, also if another version wrote it. Parameters that no longer exist are left out.

    Parameters
    ----------
    folder : Path
        The folder.
    record : dict
        Its manifest.

    Raises
    ------
    IntegrityError
        This version cannot read the scenarios of the folder.
    """
    manifest.require_plugins(record, folder)
    names = [_SCENARIO] if "scenario" in record else [RESOLVED, *(f"policies/{p.name}" for p in _policies(folder))]
    with tempfile.TemporaryDirectory(prefix="redbead-") as temporary:
        copy = Path(temporary)
        (copy / "policies").mkdir()
        for name in names:
            shutil.copyfile(folder / name, copy / name)
        try:
            return _read(copy, record)
        except BadInputError as error:
            _leave_out(error.problems, folder, record)
        return _read(copy, record)


def _policies(folder: Path) -> list[Path]:
    return sorted((folder / "policies").glob("*.yaml"))


def _read(folder: Path, record: Manifest) -> Comparison:
    if "scenario" not in record:
        return read_batch(folder / RESOLVED, fewest=1)
    runs = record["runs"]
    return single(load(folder / _SCENARIO), runs=int(runs["asked"]), seed=int(runs["first_seed"]))


def _leave_out(problems: Sequence[Problem], folder: Path, record: Manifest) -> None:
    """Remove the lines of keys that this version does not know from the copied files.

    Raises
    ------
    IntegrityError
        There is another problem.
    """
    others = [problem for problem in problems if problem.what not in _UNKNOWN or not problem.line]
    if others:
        version = record["program"]["version"]
        msg = (
            f"{folder} was written by redbead {version}, and this version cannot read its scenarios: {others[0]}\n    "
            f"Use redbead {version} for its report. 'redbead verify' and 'redbead export' work with every version."
        )
        raise IntegrityError(msg)
    for name in {problem.file for problem in problems}:
        path = Path(name)
        dropped = {problem.line for problem in problems if problem.file == name}
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text(
            "".join(line for number, line in enumerate(lines, 1) if number not in dropped), encoding="utf-8"
        )


class TableStore(Store):
    """Runs of a folder without a store, read from ``runs.parquet`` and ``weekly.parquet``.

    Parameters
    ----------
    folder : Path
        Folder of a single scenario, as format 1 wrote it.
    record : dict
        Its manifest.
    """

    def __init__(self, folder: Path, record: Manifest) -> None:
        self._weekly = folder / "weekly.parquet"
        self._names = [name for name in columns_of_parquet(self._weekly) if name not in WEEKLY_ORDER]
        super().__init__(folder, [{"inputs": record["inputs_hash"], "measures": self._names, "agents": []}])
        table = read_parquet(folder / "runs.parquet", RUNS_ORDER)
        self.runs = {
            (0, int(row["run"])): RunStatus(float(row["seconds"]), int(row["status"] == "done"), 0, str(row["cause"]))
            for _, row in table.iterrows()
        }

    def _files(self) -> list[Path]:
        """Files from which the store can be opened again."""
        folder = self._weekly.parent
        return [folder / name for name in (manifest.NAME, "runs.parquet", "weekly.parquet")]

    def _reopen(self, folder: Path) -> None:
        """Open the copy of the files in another folder."""
        TableStore.__init__(self, folder, manifest.read(folder))

    @property
    def with_events(self) -> set[Key]:
        """No event logs are read from such a folder."""
        return set()

    def tables(self, keys: Sequence[Key]) -> Iterator[Reals]:
        """Yield the tables of runs in the given order, [measures, authorities, weeks]."""
        for start in range(0, len(keys), _BLOCK):
            rows = self._rows([run for _, run in keys[start : start + _BLOCK]])
            for _, run in keys[start : start + _BLOCK]:
                yield table_of(rows[rows["run"] == run][[*WEEKLY_ORDER, *(m.name for m in MEASURES)]])

    def measure(self, keys: Sequence[Key], name: str) -> Iterator[Reals]:
        """Yield the weekly values of one measure for runs in the given order, [authorities, weeks]."""
        position = measure_index(name)
        yield from (table[position] for table in self.tables(keys))

    def by_chunk(self, keys: Collection[Key]) -> Iterator[tuple[list[Key], Reals]]:
        """Yield runs in blocks, with their tables [measures, runs, authorities, weeks]."""
        ordered = sorted(keys)
        for start in range(0, len(ordered), _BLOCK):
            block = ordered[start : start + _BLOCK]
            yield block, np.stack(list(self.tables(block)), axis=1)

    def _rows(self, runs: Sequence[int]) -> pd.DataFrame:
        """Weekly rows of some runs, with a column of NaN for every measure that the folder does not have."""
        rows = read_parquet(self._weekly, WEEKLY_ORDER, "run BETWEEN ? AND ?", (min(runs), max(runs)))
        return rows.assign(**{m.name: np.nan for m in MEASURES if m.name not in self._names})
