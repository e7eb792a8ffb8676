"""Result classes of the functions of :mod:`redbead.api`.

Each class offers data frames, figures and a display for notebooks.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import weakref
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from redbead.scenario.scenario import Scenario
from redbead.studies.comparison.report_data import ReportData
from redbead.studies.comparison.results import ComparisonRuns

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from redbead.execution.runs import Agents, ScenarioRuns
    from redbead.studies.comparison.spec import Comparison


class RunResults:
    """Runs of a scenario: data frames, figures and a report.

    Returned by :func:`redbead.run`.
    """

    def __init__(self, batch: ScenarioRuns) -> None:
        self._batch = batch

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run."""
        return self._batch.scenario

    @property
    def batch(self) -> ScenarioRuns:
        """The runs as arrays, with seeds and failures."""
        return self._batch

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """Weekly measures: one row per run, authority and week, one column per measure; units in ``attrs["units"]``."""
        from redbead.analysis.frames import weekly_frame

        return weekly_frame(self._batch)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Runs: one row per run with seed, status, seconds and outcomes."""
        from redbead.analysis.frames import runs_frame

        return runs_frame(self._batch)

    @cached_property
    def events(self) -> pd.DataFrame:
        """Events: one row per event. Empty unless ``events=True`` was set for the runs."""
        from redbead.analysis.frames import events_frame

        return events_frame(self._batch)

    def summary(self) -> pd.DataFrame:
        """Summarise outcomes: one row per outcome and period with mean, 95 % interval, 5th and 95th percentile."""
        from redbead.analysis.outcomes import summary

        return summary(self._batch)

    def digest(self) -> str:
        """SHA-256 of the results. [hexadecimal]"""
        from redbead.analysis.digest import digest_of

        return digest_of(self._batch)

    def plot(self, measure: str | None = None) -> Figure:
        """Plot one measure over time, or an overview of the main measures.

        Parameters
        ----------
        measure : str, optional
            Name of the measure.

        Raises
        ------
        BadInputError
            If there is no measure with this name.
        """
        from redbead.report import page

        return page.overview(self._batch).figure if measure is None else page.fan_of(self._batch, measure).figure

    def save(self, folder: str | Path) -> Path:
        """Write a run folder with tables, figures and report.

        Parameters
        ----------
        folder : str or Path
            A new or empty folder, or one with runs of the same inputs.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        BadInputError
            If the folder contains anything else.
        EnvironmentProblemError
            If the disk is full or read-only, or the user has no permission to write.
        """
        target = Path(folder)
        write_folder(self._batch, target, command=list(sys.argv))
        return target

    def _repr_html_(self) -> str:
        from redbead.report.page import snippet

        return snippet(self._batch)

    def __repr__(self) -> str:
        failed = f", {len(self._batch.failed)} failed" if self._batch.failed else ""
        return (
            f"<redbead.RunResults '{self.scenario.name}': {len(self._batch.runs)} runs from seed {self._batch.seed}"
            f"{failed}, {self.scenario.years:g} years>"
        )


def write_folder(batch: ScenarioRuns, target: Path, *, command: list[str], events: bool | None = None) -> str:
    """Write a run folder with report and figures. Replaces an older folder with the same inputs.

    Parameters
    ----------
    batch : ScenarioRuns
        The runs.
    target : Path
        The folder.
    command : list of str
        Command that made the runs, for the manifest.
    events : bool, optional
        Whether to write events. By default, if the runs recorded any.

    Returns
    -------
    str
        Digest of the results. [hexadecimal]
    """
    from redbead.report.page import write_pages
    from redbead.studies import single_run

    single_run.place(batch.scenario, batch.seed, target)
    with_events = any(log is not None for log in batch.events) if events is None else events
    return single_run.write(batch, target, command=command, events=with_events, pages=write_pages)


class ComparisonResults:
    """Comparison of policies on common random numbers: data frames, figures and sentences.

    Returned by :func:`redbead.compare`.

    Parameters
    ----------
    results : ComparisonRuns
        Runs of the comparison.
    temporary : Path, optional
        Temporary folder of the runs, which is deleted together with this object.
    """

    def __init__(self, results: ComparisonRuns, temporary: Path | None = None) -> None:
        self.results = results
        self.report_data = ReportData(results)
        if temporary is not None:
            weakref.finalize(self, shutil.rmtree, temporary, ignore_errors=True)

    @property
    def folder(self) -> Path:
        """Folder of the runs."""
        return self.results.folder

    def answer(self) -> str:
        """Answer in sentences, with intervals and probability words."""
        from redbead.report.comparison.text import answer

        return " ".join(answer(self.report_data))

    def table(self) -> pd.DataFrame:
        """Headline table, formatted: outcome, policy, mean, difference from the baseline, P(best), verdict."""
        import pandas as pd

        from redbead.report.comparison.tables import headline

        return pd.DataFrame([line._asdict() for line in headline(self.report_data)])

    def differences(self) -> pd.DataFrame:
        """Paired differences from the baseline: one row per theory, policy and deciding outcome."""
        from redbead.report.comparison import tables

        return tables.differences(self.report_data)

    def ranking(self) -> pd.DataFrame:
        """Ranks with their range, P(best), regret, ties with the best policy, and dominated policies."""
        from redbead.report.comparison import tables

        return tables.ranking(self.report_data)

    def crossover(self) -> pd.DataFrame:
        """Week in which each policy overtakes the baseline, depth of the dip before, and P(never). [weeks]"""
        from redbead.report.comparison import tables

        return tables.crossovers(self.report_data)

    def summary(self) -> pd.DataFrame:
        """All outcomes of all policies in both periods, with paired differences, as in ``summary.csv``."""
        from redbead.studies.comparison.results import summary

        return summary(self.results)

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """Weekly measures: one row per policy, run, authority and week; units in ``attrs["units"]``."""
        from redbead.studies.comparison.folder import weekly_frame

        return weekly_frame(self.results)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Runs: one row per policy and run with key, seed, status, cause of failure and outcomes."""
        from redbead.studies.comparison.folder import runs_frame

        return runs_frame(self.results)

    def plot(self, measure: str | None = None) -> Figure:
        """Plot the paired differences of all policies, or one measure over time.

        Parameters
        ----------
        measure : str, optional
            Name of the measure.

        Raises
        ------
        BadInputError
            If there is no measure with this name.
        """
        from redbead.report.comparison.forest import differences
        from redbead.report.comparison.over_time import measure_over_time

        data = self.report_data
        return (differences(data) if measure is None else measure_over_time(data, measure)).figure

    def digest(self) -> str:
        """SHA-256 of the results in their fixed order. [hexadecimal]"""
        from redbead.analysis.digest import Digest
        from redbead.measures import MEASURES
        from redbead.studies.comparison.folder import weekly_blocks

        total = Digest([m.name for m in MEASURES])
        for _ in weekly_blocks(self.results, total):
            pass
        return total.hexdigest()

    def save(self, folder: str | Path) -> Path:
        """Copy the runs to a folder and write tables, figures and report. ``redbead compare`` can extend the folder.

        Parameters
        ----------
        folder : str or Path
            A new or empty folder.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        BadInputError
            If the folder contains anything else.
        EnvironmentProblemError
            If the disk is full or read-only, or the user has no permission to write.
        """
        from redbead.report.comparison.page import write_pages
        from redbead.storage.run_store import copy_store
        from redbead.studies.comparison.folder import place, write

        target = place(self.results.comparison, self.results.arms, None, Path(folder))
        store = copy_store(self.results.store, target)
        results = ComparisonRuns(
            self.results.comparison, self.results.arms, store, target, self.results.runs, self.results.outcomes
        )  # fmt: skip
        write(
            results, command=list(sys.argv), started=datetime.now(UTC), seconds=0.0, jobs=1,
            agents=list(store.header.get("agents", [])), pages=write_pages,
        )  # fmt: skip
        return target

    def _repr_html_(self) -> str:
        from html import escape

        from redbead.report.plotting import BANNER

        table = self.table().to_html(index=False, border=0, escape=True)
        return f"<p>{escape(self.answer())}</p>{table}<p><small>{escape(BANNER)}</small></p>"

    def __repr__(self) -> str:
        c = self.results.comparison
        failed = f", {len(self.results.failed())} failed" if self.results.failed() else ""
        return (
            f"<redbead.ComparisonResults '{c.name}': {len(c.policies)} policies, {self.results.runs} runs each{failed}>"
        )


def run_comparison(
    comparison: Comparison, *, jobs: int | None, cluster: str, agents: Agents | None, timeout: float | None,
    out: str | Path | None,
) -> ComparisonResults:  # fmt: skip
    """Run a comparison in the folder ``out``, or in a temporary folder if ``out`` is None.

    Parameters
    ----------
    comparison : Comparison
        The comparison.
    jobs : int, optional
        Number of threads, or of processes with ``agents``.
    cluster : str
        Address of a Dask scheduler; empty to run on this machine.
    agents : mapping of type to type, optional
        Custom agent classes.
    timeout : float, optional
        Time limit per run. [s]
    out : str or Path, optional
        Folder for runs, tables and report.

    Raises
    ------
    BadInputError
        If ``jobs`` or the address of the cluster is not valid, or ``out`` is not a batch.
    EnvironmentProblemError
        If the disk cannot be written or the cluster does not answer.
    IntegrityError
        If ``out`` contains other runs.
    """
    from redbead.execution.runs import check_numbers, default_jobs, execution_target
    from redbead.report.comparison.page import write_pages
    from redbead.studies.comparison import folder
    from redbead.studies.comparison.arms import arms_of
    from redbead.studies.comparison.study import RunOptions, compare, run_only

    check_numbers(1, 0, jobs)
    limit = timeout or comparison.limits.seconds_per_run
    options = RunOptions(execution_target(agents, jobs=jobs or default_jobs(), cluster=cluster, limit=limit), agents)
    if out is not None:
        target = folder.place(comparison, arms_of(comparison), agents, Path(out))
        return ComparisonResults(compare(comparison, target, options, command=list(sys.argv), pages=write_pages))
    temporary = Path(tempfile.mkdtemp(prefix="redbead-"))
    try:
        return ComparisonResults(run_only(comparison, temporary / "batch", options), temporary)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
