"""Twins: follow the same worker, or the same error, under two policies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from redbead.engine.simulate import Plan, prepare, simulate
from redbead.engine.tracing import weeks
from redbead.exceptions import BadInputError, Problem, RunsFailedError
from redbead.execution.executors import submit_all
from redbead.execution.jobs import Job, RunSpec
from redbead.execution.runs import RunOptions, check_numbers, run_options
from redbead.scenario.scenario import Scenario
from redbead.state.constants import Whole
from redbead.state.people import EMPTY
from redbead.state.world import (
    EVENT_COLUMNS,
    EVENT_NAMES,
    LEFT,
    PEER_RAISED,
    PEER_REPORTED,
    WITNESSED,
    WRONGLY_REPORTED,
)
from redbead.storage.atomic_files import csv_text, json_text
from redbead.storage.point_store import Finished, run_points
from redbead.storage.study_folder import StudyFiles, header_of, inputs_digest, named_folder
from redbead.studies.twins.divergence import (
    Divergence,
    ErrorKey,
    History,
    any_difference,
    divergence,
    error_histories,
    first_week,
    most_divergent_error,
    only_week,
    worker_history,
    worker_row,
)

TRACED = ("fear", "burnout", "caseload", "pressure", "willingness", "trust")
"""Columns of a weekly trace of a worker."""

UNITS = {"fear": "0-1", "burnout": "0-1", "caseload": "cases", "pressure": "ratio", "willingness": "0-1",
         "trust": "0-1"}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Twins:
    """The same worker and the same error under two policies.

    Attributes
    ----------
    names : tuple of str
        Names of the policies.
    seed : int
        Seed of both runs.
    post, spell : int
        Post of the worker, and number of the worker's spell in that post.
    service, worker : Divergence or None
        Where the two services diverge, and where the worker's state diverges; None if never.
    error : tuple or None
        The error that is followed: post, spell and number.
    stories : tuple of History
        History of the error under each policy.
    lives : tuple of History
        Sanctions and leaving of the worker under each policy.
    traces : tuple of DataFrame
        State of the worker, with one row per week in post, under each policy.
    """

    names: tuple[str, str]
    seed: int
    post: int
    spell: int
    service: Divergence | None
    worker: Divergence | None
    error: ErrorKey | None
    stories: tuple[History, History]
    lives: tuple[History, History]
    traces: tuple[pd.DataFrame, pd.DataFrame]

    @property
    def left(self) -> tuple[int | None, int | None]:
        """Week in which the worker left, under each policy; None if never."""
        first, second = (next((e.week for e in life if e.kind == LEFT), None) for life in self.lives)
        return first, second


def twins(
    first: Scenario, second: Scenario, *, seed: int = 1, worker: int | None = None,
    error: tuple[int, int] | None = None, why: bool = True, options: RunOptions | None = None,
) -> Twins:  # fmt: skip
    """Follow one worker through two policies with common random numbers.

    Parameters
    ----------
    first, second : Scenario
        The policies.
    seed : int
        Seed of both runs.
    worker : int, optional
        Post of the worker, from 0; by default that of the worker who made the most divergent error.
    error : tuple of int, optional
        An error as (post, number), followed instead of the most divergent one.
    why : bool
        Find the phase in which the runs diverge. The first call compiles each phase separately.
    options : RunOptions, optional
        How the two runs are executed. They are then followed week by week in this process.

    Returns
    -------
    Twins
        Divergences, histories and traces.

    Raises
    ------
    BadInputError
        The policies are not comparable, or there is no such worker or error.
    RunsFailedError
        A run failed.
    """
    check_numbers(1, seed, None)
    _require_comparable(first, second, worker if error is None else error[0])
    plans = prepare(first), prepare(second)
    logs = _logs((first, second), seed, options or run_options())
    histories = error_histories(logs[0]), error_histories(logs[1])
    key = _select_error(histories, worker, error)
    post = worker if worker is not None else key[0] if key else 0
    start = min(-plan.warm_up for plan in plans)
    week = first_week(plans, seed, any_difference, start)
    find_divergence = divergence if why else only_week
    of_service = None if week is None else find_divergence((first, second), plans, seed, week, None)
    worker_week = None if week is None else first_week(plans, seed, worker_row(post), week - 1)
    of_worker = None if worker_week is None else find_divergence((first, second), plans, seed, worker_week, post)
    spell = key[1] if key and key[0] == post else _spell_at(plans[0], seed, post, worker_week)
    lives = tuple(worker_history(log, post, spell) for log in logs)
    traces = trace(plans[0], seed, post, spell), trace(plans[1], seed, post, spell)
    stories = tuple(by_key.get(key, ()) if key else () for by_key in histories)
    names = (first.name, second.name)
    return Twins(names, seed, post, spell, of_service, of_worker, key, stories, lives, traces)  # type: ignore[arg-type]


def _logs(scenarios: tuple[Scenario, Scenario], seed: int, options: RunOptions) -> tuple[Whole, Whole]:
    """Event logs of the two runs."""
    jobs = (Job((scenario,), (RunSpec(arm, 0, seed, 0),), events=True) for arm, scenario in enumerate(scenarios))
    results = {item.spec.arm: item for finished in submit_all(jobs, options.target) for item in finished}
    for arm, scenario in enumerate(scenarios):
        if results[arm].weekly is None:
            msg = f"The run of '{scenario.name}' with seed {seed} failed: {results[arm].cause}"
            raise RunsFailedError(msg)
    empty = np.empty((0, len(EVENT_COLUMNS)), dtype=np.int64)
    first, second = (results[arm].events for arm in (0, 1))
    return empty if first is None else first, empty if second is None else second


def _require_comparable(first: Scenario, second: Scenario, worker: int | None) -> None:
    """Require equal sizes and lengths, and an existing post.

    Raises
    ------
    BadInputError
        Lists every difference.
    """
    problems = []
    for path, unit in (("authority.posts", "posts"), ("authority.team_size", "posts per team")):
        if first.value(path) != second.value(path):
            sizes = f"{first.value(path):g} and {second.value(path):g} {unit}"
            what = f"the two scenarios differ in size ({sizes}); twins need equal sizes"
            problems.append(
                Problem("redbead twins", what=what, hint=f"Set {path} to the same value in both with --set.")
            )
    if (first.weeks, first.warm_up_weeks) != (second.weeks, second.warm_up_weeks):
        hint = "Set the same length for both: --set time.years=10."
        problems.append(Problem("redbead twins", what="the two scenarios differ in length", hint=hint))
    posts = int(first.value("authority.posts"))
    if worker is not None and not 0 <= worker < posts:
        problems.append(
            Problem(
                "--worker", key=str(worker), what=f"is outside the range 0 to {posts - 1}, the posts of the authority"
            )
        )
    if problems:
        raise BadInputError(problems)


def _select_error(
    stories: tuple[dict[ErrorKey, History], dict[ErrorKey, History]], worker: int | None, error: tuple[int, int] | None
) -> ErrorKey | None:
    """The error to follow.

    Raises
    ------
    BadInputError
        The requested error is not made under both policies.
    """
    if error is None:
        candidates = tuple({k: s for k, s in by_key.items() if worker is None or k[0] == worker} for by_key in stories)
        return most_divergent_error(*candidates)
    matches = [key for key in stories[0] if (key[0], key[2]) == error and key in stories[1]]
    if not matches:
        known = [key for key in stories[0] if key[0] == error[0] and key in stories[1]]
        listing = ", ".join(f"{key[0]}:{key[2]}" for key in known[:5])
        hint = (
            f"errors of that worker in both: {listing}" if known else "omit --error to follow the most divergent error"
        )
        what = "is not made under both policies"
        raise BadInputError([Problem("--error", key=f"{error[0]}:{error[1]}", what=what, hint=hint)])
    return matches[0]


def _spell_at(plan: Plan, seed: int, post: int, week: int | None) -> int:
    """Spell of the worker in the post in a week (by default at the end of the warm-up)."""
    for number, world in weeks(plan, seed):
        if number == max(0, week or 0):
            return int(world.workers.spell[post])
    return 0


def trace(plan: Plan, seed: int, post: int, spell: int | None = None) -> pd.DataFrame:
    """Return the weekly state of one worker after the warm-up.

    Parameters
    ----------
    plan : Plan
        Plan of the run.
    seed : int
        Seed of the run.
    post : int
        Post of the worker.
    spell : int, optional
        Number of the spell in the post; by default all spells.

    Returns
    -------
    DataFrame
        Columns ``week`` and :data:`TRACED`, with units in ``attrs["units"]``. Willingness refers to an ordinary error.
    """
    rows = []
    for number, world in weeks(plan, seed):
        w = world.workers
        in_post = w.status[post] != EMPTY and spell in (None, int(w.spell[post]))
        if (
            number > 0 and in_post and w.tenure[post] > 0.0
        ):  # willingness is first computed at the end of the first week
            values = (w.fear, w.burnout, w.caseload, w.pressure, w.willingness[:, 1], w.trust)
            rows.append((number - 1, *(float(column[post]) for column in values)))
    frame = pd.DataFrame(rows, columns=["week", *TRACED])
    frame.attrs["units"] = UNITS
    return frame


ROLES = {PEER_RAISED: "author", PEER_REPORTED: "accused", WRONGLY_REPORTED: "accused", WITNESSED: "witness"}
"""Role of the worker of an event between colleagues; the other person of it is its value."""


def events_with_colleagues(plan: Plan, seed: int, post: int) -> pd.DataFrame:
    """Return the events after the warm-up in which colleagues of a worker noticed errors or reported each other.

    Parameters
    ----------
    plan : Plan
        Plan of the run.
    seed : int
        Seed of the run.
    post : int
        Post of the worker.

    Returns
    -------
    DataFrame
        Columns ``week``, ``event``, ``role`` of the worker (author of the error, accused, accuser, observer who spoke
        with the author, or witness) and ``colleague``: the post of the other person, for a witness that of the accused.
    """
    log = simulate(plan, seed, events=True, recording=False).events
    rows = []
    for week, kind, _, _, worker, _, _, other in [] if log is None else log.tolist():
        if kind not in ROLES or week < 0 or post not in (worker, other):
            continue
        if worker == post:
            rows.append((week, EVENT_NAMES[kind], ROLES[kind], other))
        elif kind != WITNESSED:
            rows.append((week, EVENT_NAMES[kind], "observer" if kind == PEER_RAISED else "accuser", worker))
    return pd.DataFrame(rows, columns=["week", "event", "role", "colleague"])


PageWriter = Callable[[Path, Twins, str, list[str]], None]
"""Writes report, sentences and figure into a folder; takes the folder, the results, their digest and the command."""


def run_twins(
    scenarios: tuple[Scenario, Scenario], arguments: dict[str, Any], options: RunOptions, out: Path | None,
    command: list[str], pages: PageWriter,
) -> Finished[Twins]:  # fmt: skip
    """Follow twins and, if `out` is given, write a folder.

    Parameters
    ----------
    scenarios : tuple of Scenario
        The two policies.
    arguments : dict
        Arguments ``seed``, ``worker`` and ``error`` of :func:`redbead.studies.twins.study.twins`.
    options : RunOptions
        How the two runs are executed.
    out : Path or None
        Folder to write.
    command : list of str
        Command line, for the manifest.
    pages : callable
        Writes report, sentences and figure.

    Raises
    ------
    BadInputError
        The policies are not comparable, or the folder contains anything else.
    """
    inputs = {"scenarios": [scenario.digest() for scenario in scenarios], **arguments}
    header = header_of("twins", inputs_digest(inputs))
    folder = named_folder(header, out)
    return run_points(
        folder, header, options, lambda _points: twins(*scenarios, **arguments, options=options),
        lambda results: files_of(results, pages, command), command=command,
    )  # fmt: skip


def files_of(results: Twins, pages: PageWriter, command: list[str]) -> StudyFiles:
    """Divergences and histories as JSON, and the weekly traces as one table."""
    traces = [frame.assign(policy=name) for name, frame in zip(results.names, results.traces, strict=True)]
    weekly = pd.concat(traces, ignore_index=True)
    tables = {
        "twins.json": json_text(as_data(results)),
        "weekly.csv": csv_text(weekly[["policy", *weekly.columns[:-1]]]),
    }
    return StudyFiles(tables, pages=lambda folder, digest: pages(folder, results, digest, command))


def as_data(results: Twins) -> dict[str, Any]:
    """Divergences and histories as data that JSON can represent."""
    service, worker = (None if part is None else part.as_data() for part in (results.service, results.worker))
    return {
        "policies": list(results.names), "seed": results.seed, "post": results.post, "spell": results.spell,
        "partings": {"service": service, "worker": worker},
        "error": None if results.error is None else list(results.error),
        "stories": [[event._asdict() for event in story] for story in results.stories],
        "lives": [[event._asdict() for event in life] for life in results.lives],
    }  # fmt: skip
