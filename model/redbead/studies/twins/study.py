"""Follow the same worker, or the same error, through two policies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from redbead.engine.simulate import Plan, prepare, simulate
from redbead.engine.tracing import weeks
from redbead.exceptions import BadInputError, Problem
from redbead.execution.runs import check_numbers
from redbead.scenario.scenario import Scenario
from redbead.state.people import EMPTY
from redbead.state.types import Whole
from redbead.state.world import LEFT
from redbead.studies.twins.divergence import Divergence, anything, divergence, first_week, only_week, worker_row
from redbead.studies.twins.error_histories import ErrorKey, Story, error_stories, most_telling, worker_story

TRACED = ("fear", "burnout", "caseload", "pressure", "willingness")
"""What is traced of a worker, week by week."""

UNITS = {"fear": "0-1", "burnout": "0-1", "caseload": "cases", "pressure": "ratio", "willingness": "0-1"}


@dataclass(frozen=True, eq=False)
class Twins:
    """The same worker and the same error in two policies.

    `service` is where the two services part, `hers` where her own paths part (None: never). `error` is the error that
    is followed, with its `stories`; `lives` what befell her, `left` the weeks in which she left, and `traces` a frame a
    policy, one row a week until she leaves.
    """

    names: tuple[str, str]
    seed: int
    post: int
    spell: int
    service: Divergence | None
    hers: Divergence | None
    error: ErrorKey | None
    stories: tuple[Story, Story]
    lives: tuple[Story, Story]
    traces: tuple[pd.DataFrame, pd.DataFrame]

    @property
    def left(self) -> tuple[int | None, int | None]:
        """The week in which she left, in either policy."""
        first, second = (next((e.week for e in life if e.kind == LEFT), None) for life in self.lives)
        return first, second


def twins(
    first: Scenario, second: Scenario, *, seed: int = 1, worker: int | None = None,
    error: tuple[int, int] | None = None, why: bool = True,
) -> Twins:  # fmt: skip
    """Follow one worker through two policies on the same dice.

    Parameters
    ----------
    first, second
        The policies.
    seed
        Seed of both runs.
    worker
        The post of the worker, from 0; where absent the author of the error that tells most.
    error
        An error as (post, number); its story is told instead of the one that tells most.
    why
        Look for the phase in which the paths part; it takes its time when phases have to be compiled first.

    Raises
    ------
    BadInputError
        The two cannot be compared, or there is no such worker or error.
    """
    check_numbers(1, seed, None)
    _refuse(first, second, worker if error is None else error[0])
    plans = prepare(first), prepare(second)
    logs = _logs(plans, seed)
    stories = error_stories(logs[0]), error_stories(logs[1])
    key = _chosen(stories, worker, error)
    post = worker if worker is not None else key[0] if key else 0
    start = min(-plan.warm_up for plan in plans)
    week = first_week(plans, seed, anything, start)
    find = divergence if why else only_week
    service = None if week is None else find((first, second), plans, seed, week, None)
    her_week = None if week is None else first_week(plans, seed, worker_row(post), week - 1)
    hers = None if her_week is None else find((first, second), plans, seed, her_week, post)
    spell = key[1] if key and key[0] == post else _spell(plans[0], seed, post, her_week)
    lives = tuple(worker_story(log, post, spell) for log in logs)
    traces = trace(plans[0], seed, post, spell), trace(plans[1], seed, post, spell)
    told = tuple(one.get(key, ()) if key else () for one in stories)
    names = (first.name, second.name)
    return Twins(names, seed, post, spell, service, hers, key, told, lives, traces)  # type: ignore[arg-type]


def _logs(plans: tuple[Plan, Plan], seed: int) -> tuple[Whole, Whole]:
    first, second = (simulate(plan, seed, events=True, recording=False).events for plan in plans)
    nothing = np.empty((0, 8), dtype=np.int64)
    return nothing if first is None else first, nothing if second is None else second


def _refuse(first: Scenario, second: Scenario, worker: int | None) -> None:
    """Refuse pairs that share no world, and posts that are not there.

    Raises
    ------
    BadInputError
        Says which.
    """
    wrong = []
    for path, what in (("authority.posts", "posts"), ("authority.team_size", "posts a team")):
        if first.value(path) != second.value(path):
            sizes = f"{first.value(path):g} and {second.value(path):g} {what}"
            wrong.append(Problem("redbead twins", what=f"the two have {sizes}: nobody in the one is somebody's twin"))
    if (first.weeks, first.warm_up_weeks) != (second.weeks, second.warm_up_weeks):
        hint = "set both alike: --set time.years=10"
        wrong.append(Problem("redbead twins", what="the two run for different times", hint=hint))
    posts = int(first.value("authority.posts"))
    if worker is not None and not 0 <= worker < posts:
        wrong.append(Problem("--worker", key=str(worker), what=f"outside 0 to {posts - 1}, the posts of the authority"))
    if wrong:
        raise BadInputError(wrong)


def _chosen(
    stories: tuple[dict[ErrorKey, Story], dict[ErrorKey, Story]], worker: int | None, error: tuple[int, int] | None
) -> ErrorKey | None:
    """The error to follow.

    Raises
    ------
    BadInputError
        The one that is asked for is not made in both policies.
    """
    if error is None:
        mine = tuple({k: s for k, s in one.items() if worker is None or k[0] == worker} for one in stories)
        return most_telling(*mine)
    found = [key for key in stories[0] if (key[0], key[2]) == error and key in stories[1]]
    if not found:
        known = [key for key in stories[0] if key[0] == error[0] and key in stories[1]]
        listed = ", ".join(f"{key[0]}:{key[2]}" for key in known[:5])
        hint = f"errors of that worker in both: {listed}" if known else "leave --error out for the one that tells most"
        raise BadInputError([Problem("--error", key=f"{error[0]}:{error[1]}", what="not made in both", hint=hint)])
    return found[0]


def _spell(plan: Plan, seed: int, post: int, week: int | None) -> int:
    """Who holds the post when the paths part (at the end of the warm-up where they never do)."""
    for number, world in weeks(plan, seed):
        if number == max(0, week or 0):
            return int(world.workers.spell[post])
    return 0


def trace(plan: Plan, seed: int, post: int, spell: int | None = None) -> pd.DataFrame:
    """One worker, week by week after the warm-up, while she (the holder of that spell, or anybody) is in post.

    Columns: `week`, then :data:`TRACED`; willingness is that of an ordinary error. Units in ``attrs["units"]``.
    """
    rows = []
    for number, world in weeks(plan, seed):
        w = world.workers
        here = w.status[post] != EMPTY and spell in (None, int(w.spell[post]))
        if number > 0 and here and w.tenure[post] > 0.0:  # in her first week she has not weighed anything yet
            values = (w.fear, w.burnout, w.caseload, w.pressure, w.willingness[:, 1])
            rows.append((number - 1, *(float(column[post]) for column in values)))
    frame = pd.DataFrame(rows, columns=["week", *TRACED])
    frame.attrs["units"] = UNITS
    return frame
