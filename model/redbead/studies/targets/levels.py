"""The levels of the model that somebody publishes for England, each by the publisher's own definition."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from redbead.analysis.estimates import Estimate, mean_of, median_time, ratio_of, share_of
from redbead.measures import MeasureLookup
from redbead.state.constants import GOOD, INADEQUATE, OUTSTANDING, REQUIRES_IMPROVEMENT, YEAR
from redbead.state.types import Reals

LevelEntry: TypeAlias = tuple[str, str, str, Callable[[MeasureLookup], Estimate]]


class Judged(NamedTuple):
    """One published judgement: run, week, grade; the grade before it in this run, -2 where it is the first."""

    run: int
    week: int
    grade: int
    before: int


class Spell(NamedTuple):
    """A time as inadequate: run, first week, length [years], whether it ended, and with which grade (-1 if not)."""

    run: int
    week: int
    years: float
    ended: bool
    grade: int


def judgements(get: MeasureLookup) -> list[Judged]:
    """All judgements published in the watched weeks, run by run."""
    published, grade = get("judgements") > 0, get("grade").astype(np.int64)
    found = []
    for run in range(len(grade)):
        before = -2
        for week in np.flatnonzero(published[run]):
            found.append(Judged(run, int(week), int(grade[run, week]), before))
            before = int(grade[run, week])
    return found


def spells(get: MeasureLookup) -> list[Spell]:
    """Every time as inadequate that began in the watched weeks, from one publication to that of a better grade."""
    weeks = get("grade").shape[1]
    already = get("grade")[:, 0] == INADEQUATE
    found: list[Spell] = []
    opened: dict[int, int] = {}
    closed = set(np.flatnonzero(already).tolist())  # began before anybody watched: its length is not known
    for item in judgements(get):
        if item.grade == INADEQUATE:
            if item.run not in closed:
                opened.setdefault(item.run, item.week)
        else:
            closed.discard(item.run)
            if item.run in opened:
                start = opened.pop(item.run)
                found.append(Spell(item.run, start, (item.week - start) / YEAR, True, item.grade))
    found += [Spell(run, week, (weeks - week) / YEAR, False, -1) for run, week in opened.items()]
    return sorted(found)


def _first(grade: int) -> Callable[[MeasureLookup], Estimate]:
    def of(get: MeasureLookup) -> Estimate:
        first = {item.run: item.grade for item in reversed(judgements(get))}
        return share_of(np.array([float(found == grade) for found in first.values()]))

    return of


def _in_force(*grades: int) -> Callable[[MeasureLookup], Estimate]:
    def of(get: MeasureLookup) -> Estimate:
        graded = get("grade") >= 0
        return ratio_of(np.isin(get("grade"), grades).sum(axis=1).astype(float), graded.sum(axis=1).astype(float))

    return of


def _gap_after(*grades: int) -> Callable[[MeasureLookup], Estimate]:
    """Years from a judgement to the next, where both were seen."""

    def of(get: MeasureLookup) -> Estimate:
        listed = judgements(get)
        gaps = [
            (later.week - item.week) / YEAR
            for item, later in itertools.pairwise(listed)
            if item.run == later.run and item.grade in grades
        ]
        return mean_of(np.array(gaps, dtype=np.float64))

    return of


def _spell(get: MeasureLookup) -> Estimate:
    found = spells(get)
    run, years, ended = (np.array([float(item[k]) for item in found]) for k in (0, 2, 3))
    return median_time(run, years, ended, runs=len(get("grade")))


def _ends(grade: int) -> Callable[[MeasureLookup], Estimate]:
    def of(get: MeasureLookup) -> Estimate:
        return share_of(np.array([float(item.grade == grade) for item in spells(get) if item.ended]))

    return of


def dismissed_after(get: MeasureLookup, within: int) -> Reals:
    """Whether the director changed within so many weeks of each new inadequate grade; only those seen for so long."""
    weeks = get("grade").shape[1]
    changed = np.diff(get("director_weeks"), axis=1) < 0
    return np.array(
        [float(changed[s.run, s.week - 1 : s.week + within].any())
         for s in spells(get) if s.week > 0 and s.week + within < weeks]
    )  # fmt: skip


GRADES: Final[tuple[LevelEntry, ...]] = (
    ("first_outstanding", "share", "first judgements: outstanding", _first(OUTSTANDING)),
    ("first_good", "share", "first judgements: good", _first(GOOD)),
    ("first_requires_improvement", "share", "first judgements: requires improvement", _first(REQUIRES_IMPROVEMENT)),
    ("first_inadequate", "share", "first judgements: inadequate", _first(INADEQUATE)),
    ("inadequate_in_force", "share", "authorities inadequate on a day", _in_force(INADEQUATE)),
    ("good_or_better_in_force", "share", "authorities good or better on a day", _in_force(OUTSTANDING, GOOD)),
    ("years_to_next", "years", "from a judgement of good or requires improvement to the next",
     _gap_after(GOOD, REQUIRES_IMPROVEMENT)),
    ("years_to_next_inadequate", "years", "from a judgement of inadequate to the next", _gap_after(INADEQUATE)),
    ("inadequate_years", "years", "how long an authority stays inadequate, median (Kaplan-Meier)", _spell),
    ("inadequate_ends_requires_improvement", "share", "of those that end, the next grade is requires improvement",
     _ends(REQUIRES_IMPROVEMENT)),
    ("inadequate_ends_good", "share", "of those that end, the next grade is good", _ends(GOOD)),
    ("director_leaves_after_inadequate", "share", "directors who go within a year of a new inadequate grade",
     lambda get: share_of(dismissed_after(get, YEAR))),
)  # fmt: skip
"""Levels of inspection: name, unit, meaning and how they come from the weekly measures."""


MONTH: Final = YEAR / 12.0


def _months(get: MeasureLookup) -> Estimate:
    return mean_of(get("director_weeks").mean(axis=1) / MONTH)


def _changes(get: MeasureLookup) -> Estimate:
    """Weeks in which the time in post begins anew, a year; interim directors count as holders of the post."""
    changed = (np.diff(get("director_weeks"), axis=1) < 0).sum(axis=1)
    return mean_of(changed / (get("director_weeks").shape[1] - 1) * YEAR)


CAREERS: Final[tuple[tuple[str, str, str, Callable[[MeasureLookup], Estimate]], ...]] = (
    ("director_months", "months", "how long directors, interim ones too, have been in post on a day", _months),
    ("director_changes", "1/year", "changes of the holder of the director's post", _changes),
    ("interim_share", "share", "director's posts held by an interim one on a day",
     lambda get: mean_of(get("interim_director").mean(axis=1))),
)  # fmt: skip
"""Levels of directors: name, unit, meaning and how they come from the weekly measures."""


class Level(NamedTuple):
    """One level: its name, unit, meaning, and how it comes from the weekly measures of many runs."""

    name: str
    unit: str
    meaning: str
    of: Callable[[MeasureLookup], Estimate]


def _per_run(name: str) -> Callable[[MeasureLookup], Estimate]:
    return lambda get: mean_of(get(name).mean(axis=1))


def _workers(get: MeasureLookup) -> Reals:
    """Permanent workers in post, by week: agency staff are counted apart, as the publisher does. [runs, weeks]"""
    return get("staff") * (1.0 - get("agency_rate"))


def _turnover(get: MeasureLookup) -> Estimate:
    """Leavers of each year over staff on its last day, as between one 30 September and the next."""
    leavers = get("leavers")
    years = leavers.shape[1] // YEAR
    if years == 0:
        return mean_of(np.zeros(0))
    left = leavers[:, : years * YEAR].reshape(len(leavers), years, YEAR).sum(axis=2)
    there = _workers(get)[:, YEAR - 1 : years * YEAR : YEAR]
    return mean_of((left / np.maximum(1.0, there)).mean(axis=1))


def _accepted(get: MeasureLookup) -> Estimate:
    return mean_of(get("referrals").mean(axis=1) * YEAR / np.maximum(1.0, get("staff").mean(axis=1)))


def _case_weeks(get: MeasureLookup) -> Estimate:
    """Cases that workers hold over the mean of cases that start and end in a week (Little's law)."""
    held = (get("caseload") * get("staff")).mean(axis=1)
    flow = (get("referrals").mean(axis=1) + get("closures").mean(axis=1)) / 2.0
    return mean_of(held / np.maximum(1e-9, flow))


def _pooled(top: str, bottom: str) -> Callable[[MeasureLookup], Estimate]:
    return lambda get: ratio_of(get(top).sum(axis=1), get(bottom).sum(axis=1))


def _serious(get: MeasureLookup) -> Estimate:
    return mean_of(get("serious_incidents").mean(axis=1) * YEAR)


def _serious_rate(get: MeasureLookup) -> Estimate:
    return mean_of(100.0 * get("serious_incidents").mean(axis=1) * YEAR / np.maximum(1.0, get("staff").mean(axis=1)))


def _by_grade(name: str, grade: int) -> Callable[[MeasureLookup], Estimate]:
    """The mean of a measure over the weeks in which an authority has a grade."""

    def of(get: MeasureLookup) -> Estimate:
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


def levels_of(get: MeasureLookup, names: tuple[str, ...] = ()) -> dict[str, Estimate]:
    """The levels of some runs; all of them, where none is named."""
    return {name: LEVELS[name].of(get) for name in names or tuple(LEVELS)}
