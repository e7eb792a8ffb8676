"""The week and the phase in which two worlds on the same dice part, for a whole service or for one worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from redbead import parameters
from redbead.engine.simulate import Plan
from redbead.engine.tracing import differs, phases, weeks, world_before
from redbead.quantities import columns_of
from redbead.scenario.scenario import Scenario
from redbead.state.world import World

_PASSING: Final = {"uniform", "spare_capacity"}
"""Columns that hold a number for a moment only and mean nothing by themselves."""


class ObservedDifference(NamedTuple):
    """One column in both worlds: of whom, its name, meaning and unit, and the two values."""

    whose: str
    name: str
    meaning: str
    unit: str
    first: float
    second: float


class ChangedParameter(NamedTuple):
    """A parameter that is not the same in both policies in some week, and which lever bends it on either side."""

    path: str
    meaning: str
    unit: str
    first: float
    second: float
    by: str


class Divergence(NamedTuple):
    """Where two worlds part: the week, the phase after which they differ, what differs after it and what did before.

    `bent` are the parameters in force that week that are not the same: those of the phase's own family, if any is.
    """

    week: int
    phase: str
    does: str
    after: tuple[ObservedDifference, ...]
    before: tuple[ObservedDifference, ...]
    bent: tuple[ChangedParameter, ...]


def first_week(plans: tuple[Plan, Plan], seed: int, look: Callable[[World, World], bool], start: int) -> int | None:
    """The first week, from `start` on, after which `look` finds the two worlds different; None where it never does."""
    pairs = zip(weeks(plans[0], seed), weeks(plans[1], seed), strict=False)
    for (number, a), (_, b) in pairs:
        if number > start and look(a, b):
            return number - 1
    return None


def anything(a: World, b: World) -> bool:
    """Whether two worlds differ in anything but the diary."""
    return any(differs(x, y) for x, y in zip(a[:-1], b[:-1], strict=True))


def worker_row(post: int) -> Callable[[World, World], bool]:
    """Whether the row of one worker differs, apart from numbers that mean nothing by themselves."""

    def look(a: World, b: World) -> bool:
        return any(True for _ in _rows(a.workers, b.workers, post, "she"))

    return look


def divergence(
    scenarios: tuple[Scenario, Scenario], plans: tuple[Plan, Plan], seed: int, number: int, post: int | None
) -> Divergence | None:
    """Why two worlds part in a week: for one worker, or for the service where no post is given."""
    before = [world_before(plan, seed, number) for plan in plans]
    told = [phases(plan, seed, number, world) for plan, world in zip(plans, before, strict=True)]
    last = list(surroundings(before[0], before[1], post))
    for a, b in zip(*told, strict=True):
        now = list(surroundings(a.world, b.world, post))
        found = [seen for seen in now if post is None or seen.whose == "she"]
        if found:
            every = list(bent(scenarios, plans, number))
            own = [b for b in every if b.path.partition(".")[0] == a.family]
            return Divergence(number, a.name, a.does, tuple(found), tuple(last), tuple(own or every))
        last = now
    return None


def only_week(
    scenarios: tuple[Scenario, Scenario], plans: tuple[Plan, Plan], _seed: int, number: int, _post: int | None
) -> Divergence:
    """The week and the parameters in force, without the phase: nothing has to be looked at phase by phase."""
    return Divergence(number, "", "", (), (), tuple(bent(scenarios, plans, number)))


def surroundings(a: World, b: World, post: int | None) -> Iterator[ObservedDifference]:
    """What differs around a worker: in her row, her manager's, the director's and the service's; or anywhere."""
    if post is not None:
        yield from _rows(a.workers, b.workers, post, "she")
        yield from _rows(a.managers, b.managers, int(a.workers.team[post]), "her manager")
    yield from _rows(a.leaders, b.leaders, 0, "the director")
    for table, whose in (("cases", "the service"), ("learning", "the service"), ("service", "the service"),
                         ("oversight", "those who inspect"), ("counts", "this week's counts")):  # fmt: skip
        yield from _rows(getattr(a, table), getattr(b, table), 0, whose)
    if post is None:
        for table, whose in (("managers", "manager"), ("workers", "worker")):
            first, second = getattr(a, table), getattr(b, table)
            rows = min(first[0].size, second[0].size)
            yield from (seen for row in range(rows) for seen in _rows(first, second, row, f"{whose} {row}"))


def _rows(a: Any, b: Any, row: int, whose: str) -> Iterator[ObservedDifference]:  # noqa: ANN401 - any table
    """The columns of one row that differ, but for whole series and numbers of the moment."""
    for name, column in columns_of(type(a)):
        first, second = getattr(a, name)[row], getattr(b, name)[row]
        if name in _PASSING or first.tobytes() == second.tobytes():
            continue
        if first.ndim:
            first, second = first[1], second[1]
        if float(first) != float(second):
            yield ObservedDifference(whose, name, column.meaning, column.unit, float(first), float(second))


def bent(scenarios: tuple[Scenario, Scenario], plans: tuple[Plan, Plan], number: int) -> Iterator[ChangedParameter]:
    """The parameters in force in a week that are not the same in both policies."""
    rows = [plan.schedule.rows[plan.schedule.of_week[plan.warm_up + number]] for plan in plans]
    for place, (path, item) in enumerate(parameters.register().items()):
        first, second = float(rows[0][place]), float(rows[1][place])
        if first != second:
            by = sorted({lever.kind for scenario in scenarios for lever in scenario.levers if _bends(lever, path)})
            yield ChangedParameter(path, item.param.meaning, item.param.unit, first, second, " and ".join(by))


def _bends(lever: Any, path: str) -> bool:  # noqa: ANN401 - a lever
    return any(bend.path == path for bend in lever.all_effects())
