"""The levels of the model that somebody publishes for England, each by the publisher's own definition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import numpy as np

from redbead.state.authority import GOOD, INADEQUATE, OUTSTANDING, REQUIRES_IMPROVEMENT, YEAR
from redbead.state.types import Reals
from redbead.study.outcomes import Get
from redbead.study.targets.careers import CAREERS
from redbead.study.targets.grades import GRADES
from redbead.study.targets.samples import Estimate, mean_of, ratio_of


class Level(NamedTuple):
    """One level: its name, unit, meaning, and how it comes from the weekly measures of many runs."""

    name: str
    unit: str
    meaning: str
    of: Callable[[Get], Estimate]


def _per_run(name: str) -> Callable[[Get], Estimate]:
    return lambda get: mean_of(get(name).mean(axis=1))


def _workers(get: Get) -> Reals:
    """Permanent workers in post, by week: agency staff are counted apart, as the publisher does. [runs, weeks]"""
    return get("staff") * (1.0 - get("agency_rate"))


def _turnover(get: Get) -> Estimate:
    """Leavers of each year over staff on its last day, as between one 30 September and the next."""
    leavers = get("leavers")
    years = leavers.shape[1] // YEAR
    if years == 0:
        return mean_of(np.zeros(0))
    left = leavers[:, : years * YEAR].reshape(len(leavers), years, YEAR).sum(axis=2)
    there = _workers(get)[:, YEAR - 1 : years * YEAR : YEAR]
    return mean_of((left / np.maximum(1.0, there)).mean(axis=1))


def _accepted(get: Get) -> Estimate:
    return mean_of(get("referrals").mean(axis=1) * YEAR / np.maximum(1.0, get("staff").mean(axis=1)))


def _case_weeks(get: Get) -> Estimate:
    """Cases that workers hold over the mean of cases that start and end in a week (Little's law)."""
    held = (get("caseload") * get("staff")).mean(axis=1)
    flow = (get("referrals").mean(axis=1) + get("closures").mean(axis=1)) / 2.0
    return mean_of(held / np.maximum(1e-9, flow))


def _pooled(top: str, bottom: str) -> Callable[[Get], Estimate]:
    return lambda get: ratio_of(get(top).sum(axis=1), get(bottom).sum(axis=1))


def _serious(get: Get) -> Estimate:
    return mean_of(get("serious_incidents").mean(axis=1) * YEAR)


def _serious_rate(get: Get) -> Estimate:
    return mean_of(100.0 * get("serious_incidents").mean(axis=1) * YEAR / np.maximum(1.0, get("staff").mean(axis=1)))


def _by_grade(name: str, grade: int) -> Callable[[Get], Estimate]:
    """The mean of a measure over the weeks in which an authority has a grade."""

    def of(get: Get) -> Estimate:
        here = get("grade") == grade
        return ratio_of((get(name) * here).sum(axis=1), here.sum(axis=1).astype(np.float64))

    return of


_NAMES: Final = {
    OUTSTANDING: "outstanding", GOOD: "good", REQUIRES_IMPROVEMENT: "requires_improvement", INADEQUATE: "inadequate",
}  # fmt: skip
_STAFFED: Final = tuple(
    Level(f"{name}_{word}", "share", f"{said} in authorities graded {word.replace('_', ' ')}", _by_grade(column, grade))
    for column, name, said in (
        ("vacancy_rate", "vacancy", "posts without a permanent worker"),
        ("agency_rate", "agency", "agency staff among all workers"),
    )
    for grade, word in _NAMES.items()
)

LEVELS: Final[Mapping[str, Level]] = {
    level.name: level
    for level in (
        Level("turnover_yearly", "1/year", "leavers of a year over staff in post at its end", _turnover),
        Level("vacancy_rate", "share", "posts without a permanent worker", _per_run("vacancy_rate")),
        Level("agency_rate", "share", "agency staff among all workers", _per_run("agency_rate")),
        Level("caseload", "cases/worker", "cases held by a worker who holds cases", _per_run("caseload")),
        Level(
            "early_leaver_share", "share", "leavers with less than five years in post",
            _pooled("early_leavers", "leavers"),
        ),
        Level("accepted_per_worker", "cases/worker/year", "cases that start, for each worker", _accepted),
        Level("case_weeks", "weeks", "cases held over cases that start or end in a week", _case_weeks),
        Level("returning_share", "share", "accepted cases that were known before", _pooled("returning", "referrals")),
        Level("serious_per_year", "incidents/year", "serious incidents of one authority", _serious),
        Level("serious_per_100_workers", "incidents/year", "serious incidents for 100 workers", _serious_rate),
        Level(
            "reported_share", "share", "errors that were told and passed up, of those made",
            _pooled("errors_reported", "errors_generated"),
        ),
        Level("work_pressure", "ratio", "hours that the work needs over those there are", _per_run("work_pressure")),
        *(Level(*row) for row in GRADES),
        *(Level(*row) for row in CAREERS),
        *_STAFFED,
    )
}  # fmt: skip
"""Every level by its name, in the order of the tables."""


def levels_of(get: Get, names: tuple[str, ...] = ()) -> dict[str, Estimate]:
    """The levels of some runs; all of them, where none is named."""
    return {name: LEVELS[name].of(get) for name in names or tuple(LEVELS)}
