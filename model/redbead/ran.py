"""What `rb.run` gives: tables as frames, figures, and a folder that verifies itself."""

from __future__ import annotations

import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from redbead.scenario.spec import Scenario

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from redbead.study.runs import Batch


class Run:
    """One or more runs of a scenario: tables as pandas frames, figures, and a folder that verifies itself."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run."""
        return self._batch.scenario

    @property
    def batch(self) -> Batch:
        """The raw results: arrays, seeds, failures."""
        return self._batch

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """One row a run, authority and week, one column a measure; units in ``attrs["units"]``."""
        from redbead.study.frames import weekly_frame

        return weekly_frame(self._batch)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run: seed, status, seconds and outcomes."""
        from redbead.study.frames import runs_frame

        return runs_frame(self._batch)

    @cached_property
    def events(self) -> pd.DataFrame:
        """One row an event; empty unless the run was made with ``events=True``."""
        from redbead.study.frames import events_frame

        return events_frame(self._batch)

    def summary(self) -> pd.DataFrame:
        """One row an outcome and period: mean across runs, 95 % interval, 5th and 95th percentile."""
        from redbead.study.outcomes import summary

        return summary(self._batch)

    def digest(self) -> str:
        """One SHA-256 over the results. [hexadecimal]"""
        from redbead.study.digest import digest_of

        return digest_of(self._batch)

    def plot(self, measure: str | None = None) -> Figure:
        """A figure of one measure over time, or of what matters most.

        Raises
        ------
        BadInputError
            There is no such measure.
        """
        from redbead.report import figures

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
            f"<redbead.Run '{self.scenario.name}': {len(self._batch.runs)} runs from seed {self._batch.seed}"
            f"{failed}, {self.scenario.years:g} years>"
        )


def write_folder(batch: Batch, target: Path, *, command: list[str], events: bool | None = None) -> str:
    """Write a run folder with report and figures, in place of an older one of the same inputs; gives the digest."""
    from redbead.report.page import write_pages
    from redbead.study import folder

    folder.place(batch.scenario, batch.seed, target)
    kept = any(log is not None for log in batch.events) if events is None else events
    return folder.write(batch, target, command=command, events=kept, pages=write_pages)
