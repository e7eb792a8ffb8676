"""Result objects returned by the functions of :mod:`redbead.api`.

Each offers its tables as pandas data frames, figures, and a rich display for notebooks.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import weakref
from dataclasses import dataclass
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
    from redbead.studies.calibration.history_matching import CalibrationFit
    from redbead.studies.comparison.spec import Comparison
    from redbead.studies.lottery.study import Lottery
    from redbead.studies.sensitivity.study import SensitivityFindings


class RunResults:
    """One or more runs of a scenario: tables as pandas frames, figures, and a folder that verifies itself."""

    def __init__(self, batch: ScenarioRuns) -> None:
        self._batch = batch

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run."""
        return self._batch.scenario

    @property
    def batch(self) -> ScenarioRuns:
        """The raw results: arrays, seeds, failures."""
        return self._batch

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """One row a run, authority and week, one column a measure; units in ``attrs["units"]``."""
        from redbead.analysis.frames import weekly_frame

        return weekly_frame(self._batch)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run: seed, status, seconds and outcomes."""
        from redbead.analysis.frames import runs_frame

        return runs_frame(self._batch)

    @cached_property
    def events(self) -> pd.DataFrame:
        """One row an event; empty unless the run was made with ``events=True``."""
        from redbead.analysis.frames import events_frame

        return events_frame(self._batch)

    def summary(self) -> pd.DataFrame:
        """One row an outcome and period: mean across runs, 95 % interval, 5th and 95th percentile."""
        from redbead.analysis.outcomes import summary

        return summary(self._batch)

    def digest(self) -> str:
        """One SHA-256 over the results. [hexadecimal]"""
        from redbead.analysis.digest import digest_of

        return digest_of(self._batch)

    def plot(self, measure: str | None = None) -> Figure:
        """A figure of one measure over time, or of what matters most.

        Raises
        ------
        BadInputError
            There is no such measure.
        """
        from redbead.report import page as figures

        return figures.overview(self._batch).figure if measure is None else figures.fan_of(self._batch, measure).figure

    def save(self, folder: str | Path) -> Path:
        """Write the run folder with its tables, figures and report; gives its path.

        Raises
        ------
        BadInputError
            The folder is there and holds something else.
        EnvironmentProblemError
            The disk is full, read-only, or not ours to write.
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
    """Write a run folder with report and figures, in place of an older one of the same inputs; gives the digest."""
    from redbead.report.page import write_pages
    from redbead.studies import single_run

    single_run.place(batch.scenario, batch.seed, target)
    kept = any(log is not None for log in batch.events) if events is None else events
    return single_run.write(batch, target, command=command, events=kept, pages=write_pages)


class ComparisonResults:
    """Policies compared in the same runs: what was found, as frames, figures and sentences.

    Parameters
    ----------
    results
        What became of the comparison.
    temporary
        The folder that the runs lie in if nobody named one: it goes with this object.
    """

    def __init__(self, results: ComparisonRuns, temporary: Path | None = None) -> None:
        self.results = results
        self.found = ReportData(results)
        if temporary is not None:
            weakref.finalize(self, shutil.rmtree, temporary, ignore_errors=True)

    @property
    def folder(self) -> Path:
        """Where the runs lie."""
        return self.results.folder

    def answer(self) -> str:
        """The answer in sentences, with intervals and probability words."""
        from redbead.report.comparison.text import answer

        return " ".join(answer(self.found))

    def table(self) -> pd.DataFrame:
        """The headline table in words: outcome, policy, mean, difference from the baseline, P(best), verdict."""
        import pandas as pd

        from redbead.report.comparison.tables import headline

        return pd.DataFrame([line._asdict() for line in headline(self.found)])

    def differences(self) -> pd.DataFrame:
        """Each policy against the baseline in numbers: one row a theory, policy and deciding outcome."""
        from redbead.report.comparison.tables import differences

        return differences(self.found)

    def ranking(self) -> pd.DataFrame:
        """Ranks with their range, P(best), regret, who is tied with the best, who is dominated."""
        from redbead.report.comparison.tables import ranking

        return ranking(self.found)

    def crossover(self) -> pd.DataFrame:
        """When each policy overtakes the baseline, how deep the dip before, how likely never. [weeks]"""
        from redbead.report.comparison.tables import turns

        return turns(self.found)

    def summary(self) -> pd.DataFrame:
        """Every outcome of every policy, over both periods, with paired differences: as in ``summary.csv``."""
        from redbead.studies.comparison.results import summary

        return summary(self.results)

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """One row a policy, run, authority and week, one column a measure; units in ``attrs["units"]``."""
        from redbead.studies.comparison.folder import weekly_frame

        return weekly_frame(self.results)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a policy and run: key, seed, status, cause, then its outcomes."""
        from redbead.studies.comparison.folder import runs_frame

        return runs_frame(self.results)

    def plot(self, measure: str | None = None) -> Figure:
        """What each policy changes; or one measure over time, for every policy in the same picture.

        Raises
        ------
        BadInputError
            There is no such measure.
        """
        from redbead.report.comparison.forest import differences
        from redbead.report.comparison.over_time import measure_over_time

        return (differences(self.found) if measure is None else measure_over_time(self.found, measure)).figure

    def digest(self) -> str:
        """One SHA-256 over the ordered results. [hexadecimal]"""
        from redbead.analysis.digest import Digest
        from redbead.measures import MEASURES
        from redbead.studies.comparison.folder import weekly_blocks

        total = Digest([m.name for m in MEASURES])
        for _ in weekly_blocks(self.results, total):
            pass
        return total.hexdigest()

    def save(self, folder: str | Path) -> Path:
        """Copy the runs into a folder and write tables, figures and report there; `redbead compare` goes on from it.

        Raises
        ------
        BadInputError
            The folder is there and holds something else.
        EnvironmentProblemError
            The disk is full, read-only, or not ours to write.
        """
        from redbead.report.comparison.page import write_pages
        from redbead.storage.run_store import copy_store
        from redbead.studies.comparison.folder import place, write

        target = place(self.results.comparison, self.results.arms, None, Path(folder))
        held = copy_store(self.results.store, target)
        results = ComparisonRuns(
            self.results.comparison, self.results.arms, held, target, self.results.runs, self.results.outcomes
        )  # fmt: skip
        write(
            results, command=list(sys.argv), started=datetime.now(UTC), seconds=0.0, jobs=1,
            agents=list(held.header.get("agents", [])), pages=write_pages,
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
        return f"<redbead.ComparisonResults '{c.name}': {len(c.policies)} policies, {self.results.runs} runs of each{failed}>"


def run_comparison(
    comparison: Comparison, *, jobs: int | None, cluster: str, agents: Agents | None, timeout: float | None,
    out: str | Path | None,
) -> ComparisonResults:  # fmt: skip
    """Make a comparison: in the folder `out`, with report and tables; else in one that goes with the object.

    Raises
    ------
    BadInputError
        `jobs` or the address of the cluster makes no sense, or `out` is no batch.
    EnvironmentProblemError
        Disk or cluster are in the way.
    IntegrityError
        `out` holds something else.
    """
    from redbead.execution.runs import check_numbers, default_jobs, execution_target
    from redbead.report.comparison.page import write_pages
    from redbead.studies.comparison import folder
    from redbead.studies.comparison.arms import arms_of
    from redbead.studies.comparison.study import RunOptions, compare, run_only

    check_numbers(1, 0, jobs)
    limit = timeout or comparison.limits.seconds_per_run
    how = RunOptions(execution_target(agents, jobs=jobs or default_jobs(), cluster=cluster, limit=limit), agents)
    if out is not None:
        target = folder.place(comparison, arms_of(comparison), agents, Path(out))
        return ComparisonResults(compare(comparison, target, how, command=list(sys.argv), pages=write_pages))
    temporary = Path(tempfile.mkdtemp(prefix="redbead-"))
    try:
        return ComparisonResults(run_only(comparison, temporary / "batch", how), temporary)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


@dataclass(frozen=True, eq=False)
class LotteryResults:
    """What chance alone does to grades: all numbers in `found`, the tables as pandas frames, one figure."""

    found: Lottery

    def to_frame(self) -> pd.DataFrame:
        """One row a grade: how many identical and how many differing authorities get it, with 90 % intervals."""
        return self.found.to_frame()

    def curve(self) -> pd.DataFrame:
        """The operating curve: one row a true share of poor cases, the chance of each grade."""
        return self.found.curve_frame()

    def next_visit(self) -> pd.DataFrame:
        """One row a grade now: the chance of each grade next time, where authorities differ and none changes."""
        return self.found.next_frame()

    def plot(self) -> Figure:
        """Operating curve, identical authorities and next visit in one figure."""
        from redbead.report.lottery_figure import lottery_figure

        return lottery_figure(self.found).figure

    def _repr_html_(self) -> str:
        from redbead.report.lottery import snippet

        return snippet(self.found)

    def __repr__(self) -> str:
        from redbead.report.lottery import title

        return f"<redbead.Lottery: {title(self.found)}>"


@dataclass(frozen=True)
class CalibrationResults:
    """A calibration that was carried out: its folder, the digest of its tables, and what was found."""

    folder: Path
    digest: str
    found: CalibrationFit

    def answer(self) -> str:
        """What was reached and what the figures pin down, in sentences."""
        from redbead.report.calibration import answer

        return " ".join(answer(self.found))

    @property
    def parameters(self) -> pd.DataFrame:
        """What became of each free parameter."""
        from redbead.studies.calibration.results import parameters_frame

        return parameters_frame(self.found)

    @property
    def ensemble(self) -> pd.DataFrame:
        """The plausible sets, one a row."""
        from redbead.studies.calibration.results import ensemble_frame

        return ensemble_frame(self.found)


@dataclass(frozen=True)
class SensitivityResults:
    """A sensitivity study that was carried out: its folder, the digest of its tables, and what was found."""

    folder: Path
    digest: str
    found: SensitivityFindings

    def answer(self) -> str:
        """What matters and what to find out next, in sentences."""
        from redbead.report.sensitivity import answer

        return " ".join(answer(self.found))

    def table(self, name: str) -> pd.DataFrame:
        """One of its tables: screening, shares, over_time, tornado, next or flips.

        Raises
        ------
        KeyError
            There is no such table.
        """
        from redbead.studies.sensitivity.results import all_tables

        return all_tables(self.found)[f"{name}.csv"]
