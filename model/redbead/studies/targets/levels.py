"""Levels of the model that are published for England, each by the definition of its publisher."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from redbead.analysis.estimates import Estimate, mean_of, median_time, ratio_of, share_of
from redbead.measures import MeasureLookup
from redbead.state.constants import GOOD, INADEQUATE, OUTSTANDING, REQUIRES_IMPROVEMENT, YEAR, Reals

LevelEntry: TypeAlias = tuple[str, str, str, Callable[[MeasureLookup], Estimate]]


class Judgement(NamedTuple):
    """A published judgement: run, week, grade, and the previous grade in this run (-2 for the first)."""

    run: int
    week: int
    grade: int
    before: int


class Spell(NamedTuple):
    """A period as inadequate: run, first week, length [years], whether it ended, and the next grade (-1 if none)."""

    run: int
    week: int
    years: float
    ended: bool
    grade: int


def judgements(get: MeasureLookup) -> list[Judgement]:
    """Return all judgements published after the warm-up, run by run."""
    published, grade = get("judgements") > 0, get("grade").astype(np.int64)
    items = []
    for run in range(len(grade)):
        before = -2
        for week in np.flatnonzero(published[run]):
            items.append(Judgement(run, int(week), int(grade[run, week]), before))
            before = int(grade[run, week])
    return items


def spells(get: MeasureLookup) -> list[Spell]:
    """Return every spell as inadequate that began after the warm-up, from publication to that of a better grade."""
    weeks = get("grade").shape[1]
    already = get("grade")[:, 0] == INADEQUATE
    ended: list[Spell] = []
    opened: dict[int, int] = {}
    closed = set(np.flatnonzero(already).tolist())  # began during the warm-up, so the length is unknown
    for item in judgements(get):
        if item.grade == INADEQUATE:
            if item.run not in closed:
                opened.setdefault(item.run, item.week)
        else:
            closed.discard(item.run)
            if item.run in opened:
                start = opened.pop(item.run)
                ended.append(Spell(item.run, start, (item.week - start) / YEAR, True, item.grade))
    censored = [Spell(run, week, (weeks - week) / YEAR, False, -1) for run, week in opened.items()]
    return sorted(ended + censored)


def _first_judgement(grade: int) -> Callable[[MeasureLookup], Estimate]:
    """Share of first judgements with a grade."""

    def of(get: MeasureLookup) -> Estimate:
        first = {item.run: item.grade for item in reversed(judgements(get))}
        return share_of(np.array([float(first_grade == grade) for first_grade in first.values()]))

    return of


def _grade_in_force(*grades: int) -> Callable[[MeasureLookup], Estimate]:
    """Share of graded weeks in which one of some grades is in force."""

    def of(get: MeasureLookup) -> Estimate:
        graded = get("grade") >= 0
        return ratio_of(np.isin(get("grade"), grades).sum(axis=1).astype(float), graded.sum(axis=1).astype(float))

    return of


def _years_to_next(*grades: int) -> Callable[[MeasureLookup], Estimate]:
    """Mean years from a judgement to the next, if both were observed."""

    def of(get: MeasureLookup) -> Estimate:
        items = judgements(get)
        gaps = [
            (later.week - item.week) / YEAR
            for item, later in itertools.pairwise(items)
            if item.run == later.run and item.grade in grades
        ]
        return mean_of(np.array(gaps, dtype=np.float64))

    return of


def _median_spell(get: MeasureLookup) -> Estimate:
    """Median length of spells as inadequate (Kaplan-Meier). [years]"""
    items = spells(get)
    run, years, ended = (np.array([float(item[k]) for item in items]) for k in (0, 2, 3))
    return median_time(run, years, ended, runs=len(get("grade")))


def _spells_ending_in(grade: int) -> Callable[[MeasureLookup], Estimate]:
    """Share of ended spells that ended with a grade."""

    def of(get: MeasureLookup) -> Estimate:
        return share_of(np.array([float(item.grade == grade) for item in spells(get) if item.ended]))

    return of


def director_changed_after(get: MeasureLookup, within: int) -> Reals:
    """Find out whether the director changed after each new inadequate grade.

    Parameters
    ----------
    get : MeasureLookup
        Returns a weekly measure by name. [runs, weeks]
    within : int
        Period after the grade; grades observed for less time are ignored. [weeks]

    Returns
    -------
    array
        1 or 0 per grade.
    """
    weeks = get("grade").shape[1]
    changed = np.diff(get("director_weeks"), axis=1) < 0
    return np.array(
        [float(changed[s.run, s.week - 1 : s.week + within].any())
         for s in spells(get) if s.week > 0 and s.week + within < weeks]
    )  # fmt: skip


GRADES: Final[tuple[LevelEntry, ...]] = (
    ("first_outstanding", "share", "first judgements: outstanding", _first_judgement(OUTSTANDING)),
    ("first_good", "share", "first judgements: good", _first_judgement(GOOD)),
    ("first_requires_improvement", "share", "first judgements: requires improvement",
     _first_judgement(REQUIRES_IMPROVEMENT)),
    ("first_inadequate", "share", "first judgements: inadequate", _first_judgement(INADEQUATE)),
    ("inadequate_in_force", "share", "authorities inadequate on a given day", _grade_in_force(INADEQUATE)),
    ("good_or_better_in_force", "share", "authorities good or better on a given day",
     _grade_in_force(OUTSTANDING, GOOD)),
    ("years_to_next", "years", "from a judgement of good or requires improvement to the next",
     _years_to_next(GOOD, REQUIRES_IMPROVEMENT)),
    ("years_to_next_inadequate", "years", "from a judgement of inadequate to the next", _years_to_next(INADEQUATE)),
    ("inadequate_years", "years", "median time as inadequate (Kaplan-Meier)", _median_spell),
    ("inadequate_ends_requires_improvement", "share", "ended spells as inadequate: next grade requires improvement",
     _spells_ending_in(REQUIRES_IMPROVEMENT)),
    ("inadequate_ends_good", "share", "ended spells as inadequate: next grade good", _spells_ending_in(GOOD)),
    ("director_leaves_after_inadequate", "share", "directors who leave within a year of a new inadequate grade",
     lambda get: share_of(director_changed_after(get, YEAR))),
)  # fmt: skip
"""Levels of inspection: name, unit, meaning, and the function that computes them from weekly measures."""


MONTH: Final = YEAR / 12.0


def _director_months(get: MeasureLookup) -> Estimate:
    """Mean time in post of directors on a given day. [months]"""
    return mean_of(get("director_weeks").mean(axis=1) / MONTH)


def _director_changes(get: MeasureLookup) -> Estimate:
    """Changes of director per year; interim directors count as holders of the post. Unknown for a run of one week."""
    changed = np.diff(get("director_weeks"), axis=1) < 0
    return mean_of(changed.sum(axis=1) / (changed.shape[1] or math.nan) * YEAR)


CAREERS: Final[tuple[tuple[str, str, str, Callable[[MeasureLookup], Estimate]], ...]] = (
    ("director_months", "months", "time in post of directors, including interim directors, on a given day",
     _director_months),
    ("director_changes", "1/year", "changes of the holder of the director's post", _director_changes),
    ("interim_share", "share", "posts of directors held by an interim director on a given day",
     lambda get: mean_of(get("interim_director").mean(axis=1))),
)  # fmt: skip
"""Levels of directors: name, unit, meaning, and the function that computes them from weekly measures."""


class Level(NamedTuple):
    """A level: name, unit, meaning, and the function that computes it from the weekly measures of many runs."""

    name: str
    unit: str
    meaning: str
    of: Callable[[MeasureLookup], Estimate]


def _mean_of_runs(name: str) -> Callable[[MeasureLookup], Estimate]:
    """Mean of a measure over weeks and runs."""
    return lambda get: mean_of(get(name).mean(axis=1))


def _permanent_workers(get: MeasureLookup) -> Reals:
    """Permanent workers in post by week; the publisher counts agency staff separately. [runs, weeks]"""
    return get("staff") * (1.0 - get("agency_rate"))


def _turnover(get: MeasureLookup) -> Estimate:
    """Leavers per year divided by staff on its last day, as between one 30 September and the next."""
    leavers = get("leavers")
    years = leavers.shape[1] // YEAR
    if years == 0:
        return mean_of(np.zeros(0))
    leavers_per_year = leavers[:, : years * YEAR].reshape(len(leavers), years, YEAR).sum(axis=2)
    staff = _permanent_workers(get)[:, YEAR - 1 : years * YEAR : YEAR]
    return mean_of((leavers_per_year / np.maximum(1.0, staff)).mean(axis=1))


def _accepted_per_worker(get: MeasureLookup) -> Estimate:
    """Accepted cases per worker per year."""
    return mean_of(get("referrals").mean(axis=1) * YEAR / np.maximum(1.0, get("staff").mean(axis=1)))


def _case_weeks(get: MeasureLookup) -> Estimate:
    """Cases held divided by the mean of cases that start and end per week (Little's law)."""
    cases = (get("caseload") * get("staff")).mean(axis=1)
    flow = (get("referrals").mean(axis=1) + get("closures").mean(axis=1)) / 2.0
    return mean_of(cases / np.maximum(1e-9, flow))


def _pooled(top: str, bottom: str) -> Callable[[MeasureLookup], Estimate]:
    """Ratio of the sums of two measures over all weeks."""
    return lambda get: ratio_of(get(top).sum(axis=1), get(bottom).sum(axis=1))


def _serious_per_year(get: MeasureLookup) -> Estimate:
    """Serious incidents per authority and year."""
    return mean_of(get("serious_incidents").mean(axis=1) * YEAR)


def _serious_per_100_workers(get: MeasureLookup) -> Estimate:
    """Serious incidents per 100 workers and year."""
    return mean_of(100.0 * get("serious_incidents").mean(axis=1) * YEAR / np.maximum(1.0, get("staff").mean(axis=1)))


def _by_grade(name: str, grade: int) -> Callable[[MeasureLookup], Estimate]:
    """The mean of a measure over the weeks in which an authority has a grade."""

    def of(get: MeasureLookup) -> Estimate:
        in_grade = get("grade") == grade
        return ratio_of((get(name) * in_grade).sum(axis=1), in_grade.sum(axis=1).astype(np.float64))

    return of


_GRADE_WORDS: Final = {
    OUTSTANDING: "outstanding", GOOD: "good", REQUIRES_IMPROVEMENT: "requires_improvement", INADEQUATE: "inadequate",
}  # fmt: skip
_BY_GRADE: Final = tuple(
    Level(
        f"{name}_{word}", "share", f"{meaning} in authorities graded {word.replace('_', ' ')}", _by_grade(column, grade)
    )
    for column, name, meaning in (
        ("vacancy_rate", "vacancy", "posts without a permanent worker"),
        ("agency_rate", "agency", "agency staff among all workers"),
    )
    for grade, word in _GRADE_WORDS.items()
)

LEVELS: Final[Mapping[str, Level]] = {
    level.name: level
    for level in (
        Level("turnover_yearly", "1/year", "leavers per year divided by staff at the end of the year", _turnover),
        Level("vacancy_rate", "share", "posts without a permanent worker", _mean_of_runs("vacancy_rate")),
        Level("agency_rate", "share", "agency staff among all workers", _mean_of_runs("agency_rate")),
        Level("caseload", "cases/worker", "cases per case-holding worker", _mean_of_runs("caseload")),
        Level(
            "early_leaver_share", "share", "leavers with less than five years in post",
            _pooled("early_leavers", "leavers"),
        ),
        Level("accepted_per_worker", "cases/worker/year", "cases started per worker", _accepted_per_worker),
        Level("case_weeks", "weeks", "cases held divided by cases that start or end per week", _case_weeks),
        Level(
            "returning_share", "share", "accepted cases known before (re-referrals)",
            _pooled("returning", "referrals"),
        ),
        Level("serious_per_year", "incidents/year", "serious incidents per authority", _serious_per_year),
        Level(
            "serious_per_100_workers", "incidents/year", "serious incidents per 100 workers",
            _serious_per_100_workers,
        ),
        Level(
            "reported_share", "share", "errors reported to and escalated by managers, of those made",
            _pooled("errors_reported", "errors_generated"),
        ),
        Level(
            "work_pressure", "ratio", "hours of work required divided by hours available",
            _mean_of_runs("work_pressure"),
        ),
        *(Level(*row) for row in GRADES),
        *(Level(*row) for row in CAREERS),
        *_BY_GRADE,
    )
}  # fmt: skip
"""All levels by name, in the order of the tables."""


def levels_of(get: MeasureLookup, names: tuple[str, ...] = ()) -> dict[str, Estimate]:
    """Compute levels of some runs.

    Parameters
    ----------
    get : MeasureLookup
        Returns a weekly measure by name. [runs, weeks]
    names : tuple of str
        Names of the levels; by default all.

    Returns
    -------
    dict
        Estimates by name.
    """
    return {name: LEVELS[name].of(get) for name in names or tuple(LEVELS)}
