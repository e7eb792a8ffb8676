"""A comparison from beginning to end: make what is missing, work out what it means, write it down."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from redbead.study.comparing import folder
from redbead.study.comparing.arms import arms_of
from redbead.study.comparing.carry import How, header_of, make
from redbead.study.comparing.results import Results, results_of
from redbead.study.comparing.words import Comparison
from redbead.study.store.store import opened


def compare(
    comparison: Comparison, target: Path, how: How, *, command: list[str], pages: folder.Pages | None = None,
    writing: Callable[[], None] | None = None,
) -> Results:  # fmt: skip
    """Compare: what is in the folder already is not run again; tables and report are made where they are not there.

    Parameters
    ----------
    comparison
        What to compare.
    target
        The folder, as :func:`folder.place` gives it.
    how
        Where to run, and who is told.
    command
        The command line, for the record.
    pages
        What else goes into the folder: the report and its figures.
    writing
        Called when all runs are made and the writing begins.

    Raises
    ------
    EnvironmentProblemError
        Disk, cluster or another command are in the way.
    IntegrityError
        The folder holds something else, or is damaged.
    """
    arms = arms_of(comparison)
    started, clock = datetime.now(UTC), time.perf_counter()
    header = header_of(comparison, arms, how.agents)
    with opened(target, header) as held:
        runs = make(comparison, arms, held, how)
        seconds = time.perf_counter() - clock
        held.check()
        results = results_of(comparison, arms, held, target, runs)
        if not folder.told(target, comparison, runs):
            if writing:
                writing()
            folder.write(
                results, command=command, started=started, seconds=seconds, jobs=how.place.jobs,
                agents=header["agents"], pages=pages,
            )  # fmt: skip
    return results


def run_only(comparison: Comparison, target: Path, how: How) -> Results:
    """Make the runs and keep them in a folder, without tables or a report."""
    arms = arms_of(comparison)
    with opened(target, header_of(comparison, arms, how.agents)) as held:
        runs = make(comparison, arms, held, how)
        return results_of(comparison, arms, held, target, runs)
