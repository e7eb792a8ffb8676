"""Options of commands that run scenarios, checks of the numbers of runs, seeds and jobs, and progress of many runs."""

from __future__ import annotations

import hashlib
import math
import os
import re
import threading
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from redbead.exceptions import BadInputError, Problem, printable
from redbead.execution.executors import ExecutionTarget, can_be_imported
from redbead.execution.process_pool import end_if_started_by_import
from redbead.measures import MEASURES
from redbead.quantities import Measure
from redbead.rng import MAX_SEED
from redbead.scenario import messages
from redbead.scenario.plugins import OWN_MEASURES, missing


class Progress(NamedTuple):
    """Progress of a command.

    ``done``, ``total`` and ``failed`` count the ``unit``: runs, or points of several runs each. ``rate`` is per second,
    and 0 while unknown. ``seconds_left`` is the estimated time to the end. [s]
    """

    done: int
    total: int
    failed: int
    rate: float
    seconds_left: float
    note: str = ""
    unit: str = "runs"


class Counter:
    """Counts finished runs and estimates the time left.

    The first runs do not count towards the rate, since they may include compilation.

    Parameters
    ----------
    total : int
        Number of runs. [runs]
    report : callable, optional
        Called with a :class:`Progress` whenever runs finish.
    unit : str
        What is counted.
    """

    def __init__(self, total: int, report: Callable[[Progress], None] | None = None, unit: str = "runs") -> None:
        self._done, self._first, self._started = 0, 0, 0.0
        self._total, self._report, self._unit = total, report, unit

    def add(self, runs: int = 1, failed: int = 0, note: str = "") -> None:
        """Add finished runs.

        Parameters
        ----------
        runs : int
            Runs that finished since the last call. [runs]
        failed : int
            Failed runs so far. [runs]
        note : str
            Remark for the progress line.
        """
        now = time.perf_counter()
        if self._done == 0:
            self._first, self._started = runs, now
        self._done += runs
        counted = self._done - self._first
        rate = counted / (now - self._started) if counted and now > self._started else 0.0
        left = (self._total - self._done) / rate if rate else math.inf
        if self._report:
            self._report(Progress(self._done, self._total, failed, rate, left, note, self._unit))

    def skip(self, runs: int) -> None:
        """Reduce the total by runs that need not be executed. [runs]"""
        self._total -= runs


DEFAULT_JOBS: Final = 2
TIME_LIMIT: Final = 600.0
"""Default time limit per run. [s]"""

RUNS_PER_JOB: Final = 24
"""Largest number of runs per job on a thread: about half a second of work. [runs]"""

JOBS_PER_THREAD: Final = 4
"""Jobs per thread if there are few runs, so that all threads end at about the same time."""

RUNS_PER_CLUSTER_JOB: Final = 96
"""Runs per job on a cluster: about two seconds of work, so that transfer time is negligible. [runs]"""

Agents: TypeAlias = Mapping[type[Any], type[Any]]
"""Custom agent classes, by the class of the model that each replaces."""


class RunOptions(NamedTuple):
    """How the runs of a study are executed.

    Attributes
    ----------
    target : ExecutionTarget
        Threads, processes or cluster that execute the runs.
    agents : mapping or None
        Custom agent classes.
    progress : callable or None
        Receives progress reports.
    events : bool
        Record the history of every error.
    backwards : bool
        Reverse the order of jobs (for tests).
    """

    target: ExecutionTarget
    agents: Agents | None = None
    progress: Callable[[Progress], None] | None = None
    events: bool = False
    backwards: bool = False


def find_measure(measure: str) -> Measure:
    """Return a recorded measure, or a measure of a plug-in, by name.

    Raises
    ------
    BadInputError
        If there is no measure with this name.
    """
    known = {m.name: m for m in (*MEASURES, *(own.measure for own in OWN_MEASURES.values()))}
    if measure not in known:
        if problem := missing(measure, "measure"):
            raise BadInputError([Problem("measure", 0, 0, printable(measure), *problem)])
        near = messages.nearest_name(measure, known)
        suggestion = f"Did you mean {near}? " if near else ""
        hint = f"{suggestion}'redbead measures' lists all measures."
        what = "is not a known measure"
        raise BadInputError([Problem("measure", key=printable(measure), what=what, hint=hint)])
    return known[measure]


def measure_index(measure: str) -> int:
    """Index of a recorded measure in ``MEASURES``.

    Raises
    ------
    BadInputError
        If there is no measure with this name.
    """
    return MEASURES.index(find_measure(measure))


def require_measures(measures: Sequence[str]) -> list[str]:
    """Return the names of measures, each once, after checking them.

    Raises
    ------
    BadInputError
        If a measure is not known, or there is none.
    """
    if not measures:
        hint = "For example, 'hidden_errors'. 'redbead measures' lists all measures."
        raise BadInputError([Problem("measure", what="needs at least one name", hint=hint)])
    for measure in measures:
        find_measure(measure)
    return list(dict.fromkeys(measures))


_LONGEST_SLUG: Final = 60
_DIGEST_LENGTH: Final = 8
_MINUS: Final = re.compile(r"(?<![a-z0-9)])-(?=\.?\d)|(?<=\de)-(?=\d)")
"""The sign of a number or of its exponent, without which -0.5 and 0.5 would have the same file name."""
_RESERVED: Final = re.compile(r"con|prn|aux|nul|(com|lpt)\d")
"""Names that Windows refuses for files."""


def slug(name: str) -> str:
    """Convert a name to a safe file name of at most 60 lower-case letters, digits and hyphens.

    A name that does not fit, because it is long or has letters of other scripts, ends with a digest of the whole name,
    so that different names have different file names. Only capital letters, spaces, punctuation and Unicode
    normalisation make no difference.

    Examples
    --------
    >>> slug("Two strikes / ../etc"), slug("dose -0.5")
    ('two-strikes-etc', 'dose-minus-0-5')
    >>> slug("naïve"), slug("学习")
    ('naive-f86fd89d', 'scenario-2118cbc1')
    """
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    short = re.sub(r"[^a-z0-9]+", "-", _MINUS.sub(" minus ", plain)).strip("-")
    if not text.strip() or (text.isascii() and 0 < len(short) <= _LONGEST_SLUG and not _RESERVED.fullmatch(short)):
        return short or "scenario"
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:_DIGEST_LENGTH]
    return f"{short[: _LONGEST_SLUG - _DIGEST_LENGTH - 1].strip('-') or 'scenario'}-{digest}"


def with_option(command: Sequence[str], option: str, value: str) -> list[str]:
    """Return a command line with one value of an option, in place of those that it has.

    Examples
    --------
    >>> with_option(["redbead", "run", "x", "--runs", "3", "--runs=4", "--json"], "--runs", "9")
    ['redbead', 'run', 'x', '--json', '--runs', '9']
    """
    pairs = zip(["", *command], command, strict=False)
    kept = [word for before, word in pairs if option not in (before, word) and not word.startswith(f"{option}=")]
    return [*kept, option, value]


def default_jobs() -> int:
    """Default number of jobs: the number of cores, at most two."""
    return min(DEFAULT_JOBS, os.cpu_count() or 1)


def run_options(
    *, jobs: int | None = None, agents: Agents | None = None, cluster: str = "", limit: float = TIME_LIMIT,
    progress: Callable[[Progress], None] | None = None, events: bool = False,
) -> RunOptions:  # fmt: skip
    """Options of a study from the options of a command.

    Custom agents run in processes if those can import them; all other runs use threads.

    Parameters
    ----------
    jobs : int, optional
        Number of threads or processes. Defaults to the number of cores, at most 2. Results do not depend on it.
    agents : mapping of type to type, optional
        Custom agent classes.
    cluster : str
        Address of a Dask scheduler; empty to run on this machine.
    limit : float
        Time limit per run. [s]
    progress : callable, optional
        Called with a :class:`Progress` as runs finish.
    events : bool
        Record the history of every error.

    Raises
    ------
    BadInputError
        If the number of jobs or the time limit is outside its range, or a class of agents is not valid.
    """
    check_numbers(1, 0, jobs)
    if not 0.0 < limit <= threading.TIMEOUT_MAX:
        what, hint = "is not a time limit", "Choose a number of seconds above 0, or 0 for the default."
        raise BadInputError([Problem("--timeout", key=f"{limit:g}", what=what, hint=hint)])
    if agents is not None:
        from redbead.engine.mesa_model import checked_classes

        agents = checked_classes(agents)
    importable = bool(agents) and can_be_imported((agents or {}).items())
    if importable:
        end_if_started_by_import()
    target = ExecutionTarget(jobs or default_jobs(), limit, cluster, processes=importable and not cluster)
    return RunOptions(target, agents, progress, events)


def job_size(runs: int, options: RunOptions) -> int:
    """Number of runs per job: one with custom agents, so that each has its own time limit. [runs]

    Examples
    --------
    >>> job_size(30, run_options(jobs=2)), job_size(10_000, run_options(jobs=2))
    (3, 24)
    """
    if options.agents:
        return 1
    if options.target.cluster:
        return RUNS_PER_CLUSTER_JOB
    return max(1, min(RUNS_PER_JOB, runs // (JOBS_PER_THREAD * options.target.jobs)))


MAX_RUNS: Final = 1_000_000
"""Largest number of runs. [runs]"""


def check_numbers(runs: int, seed: int, jobs: int | None) -> None:
    """Check the numbers of runs, seeds and jobs.

    Raises
    ------
    BadInputError
        If a number is outside its range. Lists every problem.
    """
    problems = [
        Problem(
            f"--{name}",
            key=repr(value),
            what=f"is outside the range {low} to {high}",
            hint="Choose a whole number in this range.",
        )
        for name, value, low, high in (
            ("runs", runs, 1, MAX_RUNS),
            ("seed", seed, 0, MAX_SEED),
            ("jobs", 1 if jobs is None else jobs, 1, 4096),
        )
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high
    ]
    if not problems and seed + runs - 1 > MAX_SEED:
        what = f"is too large for {runs} runs: run k uses seed + k, and the largest seed is 2**64 - 1"
        problems.append(Problem("--seed", key=str(seed), what=what, hint="Use a smaller seed."))
    if problems:
        raise BadInputError(problems)
