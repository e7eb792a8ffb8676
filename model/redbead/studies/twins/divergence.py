"""How two runs with common random numbers diverge.

The week and phase of the first difference, for the whole service or for one worker, and the histories of workers and
errors in two event logs, with selection of the error whose histories differ most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from redbead import parameters
from redbead.engine.simulate import Plan
from redbead.engine.tracing import differs, phases, weeks, world_before
from redbead.quantities import columns_of
from redbead.scenario.scenario import Scenario
from redbead.state.constants import Whole
from redbead.state.world import (
    ANALYSED,
    CONCEALED,
    CONFIDED,
    DISCOVERED,
    EVENT_NAMES,
    EXPIRED,
    HARMED,
    LEFT,
    MADE,
    PEER_RAISED,
    PEER_REPORTED,
    PUT_RIGHT,
    RAISED,
    RECOGNISED,
    REPAIRED,
    REPORTED,
    SANCTION,
    SCANDAL,
    SERIOUS,
    SUPPRESSED,
    World,
)

_PASSING: Final = {"uniform", "spare_capacity", "observed", "moved"}
"""Columns with intermediate values that have no meaning after the phase."""

WORKER: Final = "the worker"


class ObservedDifference(NamedTuple):
    """A column that differs between the two runs: owner, name, meaning, unit and both values."""

    whose: str
    name: str
    meaning: str
    unit: str
    first: float
    second: float


class ChangedParameter(NamedTuple):
    """A parameter that differs between the policies in a week, and the levers that change it."""

    path: str
    meaning: str
    unit: str
    first: float
    second: float
    by: str


class Divergence(NamedTuple):
    """Week and phase in which two runs diverge, and the differences after and before that phase.

    ``changed`` lists the parameters that differ between the policies in that week: those of the phase's family of rules
    if any differ, otherwise all.
    """

    week: int
    phase: str
    does: str
    after: tuple[ObservedDifference, ...]
    before: tuple[ObservedDifference, ...]
    changed: tuple[ChangedParameter, ...]

    def as_data(self) -> dict[str, Any]:
        """Return the divergence as JSON data."""
        data: dict[str, Any] = {"week": self.week, "phase": self.phase, "does": self.does}
        data["after"] = [difference._asdict() for difference in self.after]
        data["before"] = [difference._asdict() for difference in self.before]
        data["bent"] = [parameter._asdict() for parameter in self.changed]
        return data


def first_week(plans: tuple[Plan, Plan], seed: int, differ: Callable[[World, World], bool], start: int) -> int | None:
    """Find the first week, from `start` on, after which two runs differ.

    Parameters
    ----------
    plans : tuple of Plan
        Plans of the two runs.
    seed : int
        Seed of both runs.
    differ : callable
        Returns whether two worlds differ.
    start : int
        First week to compare.

    Returns
    -------
    int or None
        The week; None if the runs never differ.
    """
    pairs = zip(weeks(plans[0], seed), weeks(plans[1], seed), strict=False)
    for (number, a), (_, b) in pairs:
        if number > start and differ(a, b):
            return number - 1
    return None


def any_difference(a: World, b: World) -> bool:
    """Whether two worlds differ in anything except the event log."""
    return any(differs(x, y) for x, y in zip(a[:-1], b[:-1], strict=True))


def worker_row(post: int) -> Callable[[World, World], bool]:
    """Return a function that compares the row of one worker in two worlds, without intermediate values."""

    def differ(a: World, b: World) -> bool:
        return any(True for _ in _row_differences(a.workers, b.workers, post, WORKER))

    return differ


def divergence(
    scenarios: tuple[Scenario, Scenario], plans: tuple[Plan, Plan], seed: int, number: int, post: int | None
) -> Divergence | None:
    """Find the phase of a week in which two runs diverge, and describe the differences.

    Parameters
    ----------
    scenarios : tuple of Scenario
        The two policies.
    plans : tuple of Plan
        Their plans.
    seed : int
        Seed of both runs.
    number : int
        The week.
    post : int or None
        Post of the worker to compare; None compares the whole service.

    Returns
    -------
    Divergence or None
        The first phase after which they differ; None if no phase of the week separates them.
    """
    worlds = [world_before(plan, seed, number) for plan in plans]
    phases_of = [phases(plan, seed, number, world) for plan, world in zip(plans, worlds, strict=True)]
    before_phase = list(observed_differences(worlds[0], worlds[1], post))
    for a, b in zip(*phases_of, strict=True):
        after_phase = list(observed_differences(a.world, b.world, post))
        observed = [difference for difference in after_phase if post is None or difference.whose == WORKER]
        if observed:
            parameters_changed = list(changed_parameters(scenarios, plans, number))
            of_family = [b for b in parameters_changed if b.path.partition(".")[0] == a.family]
            changed = tuple(of_family or parameters_changed)
            return Divergence(number, a.name, a.does, tuple(observed), tuple(before_phase), changed)
        before_phase = after_phase
    return None


def only_week(
    scenarios: tuple[Scenario, Scenario], plans: tuple[Plan, Plan], _seed: int, number: int, _post: int | None
) -> Divergence:
    """Return the week and the changed parameters only, without running the week phase by phase."""
    return Divergence(number, "", "", (), (), tuple(changed_parameters(scenarios, plans, number)))


def observed_differences(a: World, b: World, post: int | None) -> Iterator[ObservedDifference]:
    """Yield the differences between two worlds.

    Parameters
    ----------
    a, b : World
        States of the two runs.
    post : int or None
        Post of a worker: the worker's row, manager, director and service are compared. None compares everything.

    Yields
    ------
    ObservedDifference
        One difference per column and row.
    """
    if post is not None:
        yield from _row_differences(a.workers, b.workers, post, WORKER)
        yield from _row_differences(a.managers, b.managers, int(a.workers.team[post]), "the worker's manager")
    yield from _row_differences(a.leaders, b.leaders, 0, "the director")
    for table, whose in (("cases", "the service"), ("learning", "the service"), ("service", "the service"),
                         ("oversight", "the inspectorate"), ("counts", "weekly counts")):  # fmt: skip
        yield from _row_differences(getattr(a, table), getattr(b, table), 0, whose)
    if post is None:
        for table, whose in (("managers", "manager"), ("workers", "worker")):
            first, second = getattr(a, table), getattr(b, table)
            rows = min(first[0].size, second[0].size)
            yield from (
                difference
                for row in range(rows)
                for difference in _row_differences(first, second, row, f"{whose} {row}")
            )


def _row_differences(a: Any, b: Any, row: int, whose: str) -> Iterator[ObservedDifference]:  # noqa: ANN401 - any table
    """Columns of one row that differ, except whole series and intermediate values."""
    for name, column in columns_of(type(a)):
        first, second = getattr(a, name)[row], getattr(b, name)[row]
        if name in _PASSING or first.tobytes() == second.tobytes():
            continue
        if first.ndim:
            first, second = first[1], second[1]
        if float(first) != float(second):
            yield ObservedDifference(whose, name, column.meaning, column.unit, float(first), float(second))


def changed_parameters(
    scenarios: tuple[Scenario, Scenario], plans: tuple[Plan, Plan], number: int
) -> Iterator[ChangedParameter]:
    """Yield the parameters that differ between the policies in a week."""
    rows = [plan.schedule.rows[plan.schedule.of_week[plan.warm_up + number]] for plan in plans]
    for place, (path, item) in enumerate(parameters.register().items()):
        first, second = float(rows[0][place]), float(rows[1][place])
        if first != second:
            by = sorted(
                {lever.kind for scenario in scenarios for lever in scenario.levers if _changes_parameter(lever, path)}
            )
            yield ChangedParameter(path, item.param.description, item.param.unit, first, second, " and ".join(by))


def _changes_parameter(lever: Any, path: str) -> bool:  # noqa: ANN401 - a lever
    return any(bend.path == path for bend in lever.all_effects())


_WEEK, _KIND, _WORKER, _SPELL, _ERROR, _VALUE = 0, 1, 4, 5, 6, 7

ErrorKey = tuple[int, int, int]
"""Key of an error: post and spell of the worker who made it, and its number."""

SEVERITIES: Final = ("a near miss", "an ordinary error", "a serious error")

FATES: Final = {
    RECOGNISED: "recognised by the worker",
    RAISED: "raised with the manager",
    CONCEALED: "concealed by the worker",
    SUPPRESSED: "suppressed by the manager",
    REPORTED: "reported",
    ANALYSED: "analysed, with lessons learnt",
    REPAIRED: "put right without a report",
    PUT_RIGHT: "put right",
    EXPIRED: "expired without consequences",
    DISCOVERED: "discovered by others",
    HARMED: "caused harm",
    SERIOUS: "became a serious incident",
    SCANDAL: "became a public scandal",
    SANCTION: "led to a sanction of the worker",
    CONFIDED: "reported to a confidential system",
    PEER_RAISED: "raised by a colleague with the worker",
    PEER_REPORTED: "reported by a colleague",
}
"""Events in the history of an error, in words."""

_WEIGHT: Final = {
    PEER_REPORTED: 4,
    HARMED: 8,
    SERIOUS: 9,
    SCANDAL: 9,
    SANCTION: 6,
    ANALYSED: 5,
    REPORTED: 4,
    CONCEALED: 3,
    SUPPRESSED: 3,
}
"""Weight of a difference in an event when selecting an error. [assumed]"""


class Event(NamedTuple):
    """An event of a history."""

    week: int
    kind: int
    value: int


History = tuple[Event, ...]


def error_histories(log: Whole) -> dict[ErrorKey, History]:
    """Return the history of every error made after the warm-up."""
    histories: dict[ErrorKey, list[Event]] = {}
    for row in log[log[:, _ERROR] >= 0].tolist():
        key = (row[_WORKER], row[_SPELL], row[_ERROR])
        if row[_KIND] == MADE and row[_WEEK] >= 0:
            histories[key] = []
        if key in histories:
            histories[key].append(Event(row[_WEEK], row[_KIND], row[_VALUE]))
    return {key: tuple(history) for key, history in histories.items()}


def worker_history(log: Whole, post: int, spell: int) -> History:
    """Return the sanctions of a worker, and the week of leaving."""
    rows = log[(log[:, _WORKER] == post) & (log[:, _SPELL] == spell) & (log[:, _WEEK] >= 0)]
    return tuple(Event(r[_WEEK], r[_KIND], r[_VALUE]) for r in rows.tolist() if r[_KIND] in (SANCTION, LEFT))


def most_divergent_error(first: dict[ErrorKey, History], second: dict[ErrorKey, History]) -> ErrorKey | None:
    """Return the error whose histories differ most (the earliest if several do); None if all are equal."""
    differing = [key for key in first if key in second and first[key] != second[key]]
    if not differing:
        return None
    return max(differing, key=lambda key: (_difference_score(first[key], second[key]), -first[key][0].week))


def _difference_score(a: History, b: History) -> int:
    """Weighted number of events that occur in only one of two histories."""
    kinds = {event.kind for event in a} ^ {event.kind for event in b}
    return sum(_WEIGHT.get(kind, 1) for kind in kinds)


def describe_history(history: History, left: int | None = None) -> str:
    """Describe the history of an error in words.

    Parameters
    ----------
    history : tuple of Event
        The history.
    left : int, optional
        Week at the end of which the worker who made the error left. After it, a successor in the post acts. [week]

    Examples
    --------
    >>> history = (Event(60, MADE, 1), Event(79, RECOGNISED, 1), Event(85, HARMED, 1))
    >>> describe_history(history)
    'week 79: recognised by the worker; week 85: caused harm'
    >>> describe_history(history, left=63)
    'week 79: recognised by a successor in the post; week 85: caused harm'
    """
    weeks: dict[int, list[str]] = {}
    for event in history:
        if event.kind != MADE:
            text = FATES.get(event.kind, EVENT_NAMES[event.kind])
            if left is not None and event.week > left:
                text = text.replace("the worker", "a successor in the post")
            weeks.setdefault(event.week, []).append(text)
    return "; ".join(f"week {week}: {', '.join(parts)}" for week, parts in weeks.items()) or "never noticed"
