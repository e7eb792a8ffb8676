"""What `rb.compare` gives: tables as frames, figures, sentences; and a folder that can be resumed."""

from __future__ import annotations

import shutil
import sys
import tempfile
import weakref
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from redbead.study.comparing.found import Found
from redbead.study.comparing.results import Results

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from redbead.study.comparing.words import Comparison
    from redbead.study.runs import Agents


class Compared:
    """Policies compared in the same runs: what was found, as frames, figures and sentences.

    Parameters
    ----------
    results
        What became of the comparison.
    temporary
        The folder that the runs lie in if nobody named one: it goes with this object.
    """

    def __init__(self, results: Results, temporary: Path | None = None) -> None:
        self.results = results
        self.found = Found(results)
        if temporary is not None:
            weakref.finalize(self, shutil.rmtree, temporary, ignore_errors=True)

    @property
    def folder(self) -> Path:
        """Where the runs lie."""
        return self.results.folder

    def answer(self) -> str:
        """The answer in sentences, with intervals and probability words."""
        from redbead.report.comparing.sentences import answer

        return " ".join(answer(self.found))

    def table(self) -> pd.DataFrame:
        """The headline table in words: outcome, policy, mean, difference from the baseline, P(best), verdict."""
        import pandas as pd

        from redbead.report.comparing.tables import headline

        return pd.DataFrame([line._asdict() for line in headline(self.found)])

    def differences(self) -> pd.DataFrame:
        """Each policy against the baseline in numbers: one row a theory, policy and deciding outcome."""
        from redbead.report.comparing.tables import differences

        return differences(self.found)

    def ranking(self) -> pd.DataFrame:
        """Ranks with their range, P(best), regret, who is tied with the best, who is dominated."""
        from redbead.report.comparing.tables import ranking

        return ranking(self.found)

    def crossover(self) -> pd.DataFrame:
        """When each policy overtakes the baseline, how deep the dip before, how likely never. [weeks]"""
        from redbead.report.comparing.tables import turns

        return turns(self.found)

    def summary(self) -> pd.DataFrame:
        """Every outcome of every policy, over both periods, with paired differences: as in ``summary.csv``."""
        from redbead.study.comparing.summary import summary

        return summary(self.results)

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """One row a policy, run, authority and week, one column a measure; units in ``attrs["units"]``."""
        from redbead.study.comparing.tables import weekly_frame

        return weekly_frame(self.results)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a policy and run: key, seed, status, cause, then its outcomes."""
        from redbead.study.comparing.tables import runs_frame

        return runs_frame(self.results)

    def plot(self, measure: str | None = None) -> Figure:
        """What each policy changes; or one measure over time, for every policy in the same picture.

        Raises
        ------
        BadInputError
            There is no such measure.
        """
        from redbead.report.comparing.forest import differences
        from redbead.report.comparing.over_time import measure_over_time

        return (differences(self.found) if measure is None else measure_over_time(self.found, measure)).figure

    def digest(self) -> str:
        """One SHA-256 over the ordered results. [hexadecimal]"""
        from redbead.measures import MEASURES
        from redbead.study.comparing.tables import weekly_blocks
        from redbead.study.digest import Digest

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
        from redbead.report.comparing.page import write_pages
        from redbead.study.comparing import folder as writing
        from redbead.study.store.store import copied

        target = writing.place(self.results.comparison, self.results.arms, None, Path(folder))
        held = copied(self.results.store, target)
        results = Results(
            self.results.comparison, self.results.arms, held, target, self.results.runs, self.results.outcomes
        )  # fmt: skip
        writing.write(
            results, command=list(sys.argv), started=datetime.now(UTC), seconds=0.0, jobs=1,
            agents=list(held.header.get("agents", [])), pages=write_pages,
        )  # fmt: skip
        return target

    def _repr_html_(self) -> str:
        from html import escape

        from redbead.report.style import BANNER

        table = self.table().to_html(index=False, border=0, escape=True)
        return f"<p>{escape(self.answer())}</p>{table}<p><small>{escape(BANNER)}</small></p>"

    def __repr__(self) -> str:
        c = self.results.comparison
        failed = f", {len(self.results.failed())} failed" if self.results.failed() else ""
        return f"<redbead.Compared '{c.name}': {len(c.policies)} policies, {self.results.runs} runs of each{failed}>"


def made(
    comparison: Comparison, *, jobs: int | None, cluster: str, agents: Agents | None, timeout: float | None,
    out: str | Path | None,
) -> Compared:  # fmt: skip
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
    from redbead.report.comparing.page import write_pages
    from redbead.study.comparing import folder
    from redbead.study.comparing.arms import arms_of
    from redbead.study.comparing.carry import How
    from redbead.study.comparing.compare import compare, run_only
    from redbead.study.runs import check_numbers, default_jobs, place_for

    check_numbers(1, 0, jobs)
    limit = timeout or comparison.limits.seconds_per_run
    how = How(place_for(agents, jobs=jobs or default_jobs(), cluster=cluster, limit=limit), agents)
    if out is not None:
        target = folder.place(comparison, arms_of(comparison), agents, Path(out))
        return Compared(compare(comparison, target, how, command=list(sys.argv), pages=write_pages))
    temporary = Path(tempfile.mkdtemp(prefix="redbead-"))
    try:
        return Compared(run_only(comparison, temporary / "batch", how), temporary)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
