"""Result classes of the functions of :mod:`redbead.api`.

Each class offers data frames, figures and a display for notebooks.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from redbead.scenario.scenario import Scenario, years_text
from redbead.scenario.validation import check_arguments
from redbead.studies.comparison.report_data import ReportData
from redbead.studies.comparison.results import ComparisonRuns

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from redbead.execution.runs import RunOptions
    from redbead.storage.scenario_runs import ScenarioRuns
    from redbead.studies.comparison.spec import Comparison


class _StoredResults:
    """Runs in a folder: data frames, and a folder with tables, figures and report.

    Parameters
    ----------
    results : ComparisonRuns
        The runs.
    """

    def __init__(self, results: ComparisonRuns) -> None:
        self.results = results

    def __getstate__(self) -> dict[str, object]:
        """Only the runs are copied or pickled. Tables that were computed from them are computed again."""
        return {"results": self.results}

    @property
    def folder(self) -> Path:
        """Folder of the runs."""
        return self.results.folder

    @property
    def interim(self) -> str:
        """How many runs are stored, if the command was interrupted or is still running; empty if all runs are."""
        if not self.results.interim:
            return ""
        done, total = self.results.progress
        of_all = f" of {total:,}" if self.results.comparison.runs else ""
        return f"Interim results: {done:,}{of_all} runs are stored; the command was interrupted or is still running."

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """Weekly measures: one row per policy, run, authority and week; units in ``attrs["units"]``."""
        from redbead.studies.comparison.run_tables import weekly_frame

        return weekly_frame(self.results)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Runs: one row per policy and run with key, seed, status, cause of failure and outcomes."""
        from redbead.studies.comparison.run_tables import runs_frame

        return runs_frame(self.results)

    @cached_property
    def events(self) -> pd.DataFrame:
        """Events: one row per event. Empty unless ``events=True`` was set for the runs."""
        import pandas as pd

        from redbead.studies.comparison.run_tables import event_blocks

        return pd.concat(list(event_blocks(self.results)), ignore_index=True)

    def summary(self) -> pd.DataFrame:
        """All outcomes of all policies in both periods, with paired differences, as in ``summary.csv``."""
        from redbead.studies.comparison.results import summary

        return summary(self.results)

    @check_arguments
    def breakdown(self, by: str, runs: int | None = None) -> pd.DataFrame:
        """Rates and counts by team, experience or agency status of the workers, with paired differences.

        The runs are repeated from their seeds, because stored runs contain totals per authority. The totals of each
        repeated run are checked against the stored run.

        Parameters
        ----------
        by : {"team", "experience", "agency"}
            Property of the workers.
        runs : int, optional
            Number of runs to repeat per policy; by default all. [runs]

        Returns
        -------
        pandas.DataFrame
            One row per policy, measure and group: see :func:`redbead.studies.comparison.breakdown.breakdown`.

        Raises
        ------
        BadInputError
            If there is no such breakdown.
        IntegrityError
            If the runs used custom agents, or a repeated run differs from the stored one.

        Examples
        --------
        >>> import redbead as rb
        >>> rb.run("baseline", runs=10).breakdown("experience")  # doctest: +SKIP
        """
        from redbead.studies.comparison.breakdown import breakdown

        return breakdown(self.results, by, runs)

    def digest(self) -> str:
        """SHA-256 of the results in their fixed order. [hexadecimal]"""
        from redbead.studies.comparison.run_tables import results_digest

        return results_digest(self.results)

    @check_arguments
    def save(self, folder: str | Path) -> Path:
        """Copy the runs to a folder and write tables, figures and report. The same inputs can be extended there.

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
        from redbead.exceptions import BadInputError, Problem
        from redbead.report.comparison.page import write_pages
        from redbead.storage.manifest import times
        from redbead.storage.run_store import copy_store
        from redbead.storage.study_folder import stored_header
        from redbead.studies.comparison.folder import place, write

        runs = self.results
        if runs.interim:
            hint = "Run the original command again to finish it."
            raise BadInputError([Problem("save", key=str(runs.folder), what="is not complete", hint=hint)])
        target = place(runs.comparison, runs.arms, None, Path(folder))
        if stored_header(target):
            hint = "Choose a new or empty folder. Nothing in it was changed."
            raise BadInputError([Problem("save", key=str(folder), what="contains results already", hint=hint)])
        copied = replace(runs, store=copy_store(runs.store, target), folder=target)
        write(copied, list(sys.argv), times(datetime.now(UTC), 0.0, 1), write_pages)
        return target


class RunResults(_StoredResults):
    """Runs of a scenario: data frames, figures and a report.

    Returned by :func:`redbead.run`.
    """

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run."""
        return self.results.comparison.policies[0].scenario

    @cached_property
    def batch(self) -> ScenarioRuns:
        """The runs as arrays, with seeds and failures."""
        runs = self.results.reported_runs
        assert runs is not None  # the results of one scenario
        return runs

    @check_arguments
    def plot(self, measure: str | Sequence[str] | None = None) -> Figure:
        """Plot one or several measures over time, or an overview of the main measures.

        Parameters
        ----------
        measure : str or sequence of str, optional
            Names of the measures, one panel each.

        Raises
        ------
        BadInputError
            If there is no measure with one of these names.
        """
        from redbead.report import run_page

        if measure is None:
            return run_page.overview(self.batch).figure
        return run_page.fan_of(self.batch, *([measure] if isinstance(measure, str) else measure)).figure

    def _repr_html_(self) -> str:
        from redbead.report.run_page import snippet

        return (f"<p>{self.interim}</p>" if self.interim else "") + snippet(self.batch)

    def __repr__(self) -> str:
        failed = f", {len(self.batch.failed)} failed" if self.batch.failed else ""
        text = (
            f"<redbead.RunResults '{self.scenario.name}': {self.batch.count} runs from seed {self.batch.seed}"
            f"{failed}, {years_text(self.scenario.years)}>"
        )
        return f"{text} {self.interim}".rstrip()


class ComparisonResults(_StoredResults):
    """Comparison of policies on common random numbers: data frames, figures and sentences.

    Returned by :func:`redbead.compare`.
    """

    @cached_property
    def report_data(self) -> ReportData:
        """Findings for tables and report, each computed on first use."""
        return ReportData(self.results)

    def answer(self) -> str:
        """Answer in sentences: differences with intervals, what reverses them, and how certain they are."""
        from redbead.report.comparison.dose_response import sentences
        from redbead.report.comparison.headline import answer

        return " ".join([self.interim, *answer(self.report_data), *sentences(self.report_data)[:1]]).lstrip()

    def table(self) -> pd.DataFrame:
        """Headline table, formatted: outcome, policy, mean, difference from the baseline, place, verdict."""
        import pandas as pd

        from redbead.report.comparison.tables import headline

        return pd.DataFrame([line._asdict() for line in headline(self.report_data)])

    def dose_response(self) -> pd.DataFrame:
        """Response to the one number in which all policies differ: one row per outcome and value, the smallest first.

        Each row contains the mean, the paired difference from the reference, and the step from the value below, with
        their intervals. There are no rows if the policies differ in more than one number.
        """
        from redbead.report.comparison import dose_response

        return dose_response.dose_response(self.report_data)

    def plot_dose_response(self) -> Figure:
        """Plot the mean of each deciding outcome against the value, with 95 % intervals.

        Raises
        ------
        BadInputError
            If the policies differ in more than one number.
        """
        from redbead.exceptions import BadInputError, Problem
        from redbead.report.comparison import dose_response

        drawing = dose_response.response(self.report_data)
        if drawing is None:
            what = "needs policies that differ in one number, and runs that finished in all of them"
            hint = "For example, rb.sweep('just-culture', 'levers.just-culture.dose', [0, 0.5, 1])."
            raise BadInputError([Problem("plot_dose_response", what=what, hint=hint)])
        return drawing.figure

    def differences(self) -> pd.DataFrame:
        """Paired differences from the baseline: one row per theory, policy and deciding outcome."""
        from redbead.report.comparison import tables

        return tables.differences(self.report_data)

    def matrix(self) -> pd.DataFrame:
        """Policies by outcomes: per outcome the difference from the baseline and the verdict, the best policies first.

        The columns are pairs such as ``("hidden_errors", "difference")`` and ``("hidden_errors", "verdict")``; units of
        the differences are in ``attrs["units"]``.
        """
        from redbead.report.comparison import matrix

        return matrix.matrix_frame(self.report_data)

    def ranking(self) -> pd.DataFrame:
        """Ranks with their range, regret, ties with the best policy, and dominated policies."""
        from redbead.report.comparison import tables

        return tables.ranking(self.report_data)

    def crossover(self) -> pd.DataFrame:
        """Week in which each policy overtakes the baseline, depth of the dip before, and P(never). [weeks]"""
        from redbead.report.comparison import tables

        return tables.crossovers(self.report_data)

    @check_arguments
    def plot(self, measure: str | Sequence[str] | None = None) -> Figure:
        """Plot the paired differences of all policies, or one or several measures over time.

        Parameters
        ----------
        measure : str or sequence of str, optional
            Names of the measures, one panel each.

        Raises
        ------
        BadInputError
            If there is no measure with one of these names.
        """
        from redbead.report.comparison.forest import differences
        from redbead.report.comparison.over_time import measures_over_time

        data = self.report_data
        if measure is None:
            return differences(data).figure
        return measures_over_time(data, *([measure] if isinstance(measure, str) else measure)).figure

    def _repr_html_(self) -> str:
        from html import escape

        from redbead.scenario.scenario import BANNER

        table = self.table().to_html(index=False, border=0, escape=True)
        return f"<p>{escape(self.answer())}</p>{table}<p><small>{escape(BANNER)}</small></p>"

    def __repr__(self) -> str:
        c = self.results.comparison
        failed = f", {len(self.results.failed())} failed" if self.results.failed() else ""
        text = (
            f"<redbead.ComparisonResults '{c.name}': {len(c.policies)} policies, {self.results.runs} runs each{failed}>"
        )
        return f"{text} {self.interim}".rstrip()


def run_comparison(comparison: Comparison, options: RunOptions, out: str | Path | None = None) -> ComparisonRuns:
    """Run a comparison in the folder ``out``, or in a temporary folder, which is deleted together with the results.

    Parameters
    ----------
    comparison : Comparison
        The comparison.
    options : RunOptions
        How the runs are executed.
    out : str or Path, optional
        Folder for runs, tables and report.

    Raises
    ------
    BadInputError
        If the address of the cluster is not valid, or ``out`` is not a batch.
    EnvironmentProblemError
        If the disk cannot be written or the cluster does not answer.
    IntegrityError
        If ``out`` contains other runs.
    """
    from redbead.report.comparison.page import write_pages
    from redbead.studies.comparison import folder
    from redbead.studies.comparison.arms import arms_of
    from redbead.studies.comparison.study import compare, run_only

    if out is not None:
        target = folder.place(comparison, arms_of(comparison), options.agents, Path(out))
        return compare(comparison, target, options, command=list(sys.argv), pages=write_pages)
    temporary = Path(tempfile.mkdtemp(prefix="redbead-"))
    try:
        results = run_only(comparison, temporary / "batch", options)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    weakref.finalize(results.store, shutil.rmtree, temporary, ignore_errors=True)
    return results
