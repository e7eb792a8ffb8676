"""Levels of inspection: first judgements, the time between them, how long an authority stays inadequate."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from redbead.state.authority import GOOD, INADEQUATE, OUTSTANDING, REQUIRES_IMPROVEMENT, YEAR
from redbead.state.types import Reals
from redbead.study.outcomes import Get
from redbead.study.targets.samples import Estimate, mean_of, median_time, ratio_of, share_of

Row: TypeAlias = tuple[str, str, str, Callable[[Get], Estimate]]


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


def judgements(get: Get) -> list[Judged]:
    """All judgements published in the watched weeks, run by run."""
    published, grade = get("judgements") > 0, get("grade").astype(np.int64)
    found = []
    for run in range(len(grade)):
        before = -2
        for week in np.flatnonzero(published[run]):
            found.append(Judged(run, int(week), int(grade[run, week]), before))
            before = int(grade[run, week])
    return found


def spells(get: Get) -> list[Spell]:
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


def _first(grade: int) -> Callable[[Get], Estimate]:
    def of(get: Get) -> Estimate:
        first = {item.run: item.grade for item in reversed(judgements(get))}
        return share_of(np.array([float(found == grade) for found in first.values()]))

    return of


def _in_force(*grades: int) -> Callable[[Get], Estimate]:
    def of(get: Get) -> Estimate:
        graded = get("grade") >= 0
        return ratio_of(np.isin(get("grade"), grades).sum(axis=1).astype(float), graded.sum(axis=1).astype(float))

    return of


def _gap_after(*grades: int) -> Callable[[Get], Estimate]:
    """Years from a judgement to the next, where both were seen."""

    def of(get: Get) -> Estimate:
        listed = judgements(get)
        gaps = [
            (later.week - item.week) / YEAR
            for item, later in itertools.pairwise(listed)
            if item.run == later.run and item.grade in grades
        ]
        return mean_of(np.array(gaps, dtype=np.float64))

    return of


def _spell(get: Get) -> Estimate:
    found = spells(get)
    run, years, ended = (np.array([float(item[k]) for item in found]) for k in (0, 2, 3))
    return median_time(run, years, ended, runs=len(get("grade")))


def _ends(grade: int) -> Callable[[Get], Estimate]:
    def of(get: Get) -> Estimate:
        return share_of(np.array([float(item.grade == grade) for item in spells(get) if item.ended]))

    return of


def dismissed_after(get: Get, within: int) -> Reals:
    """Whether the director changed within so many weeks of each new inadequate grade; only those seen for so long."""
    weeks = get("grade").shape[1]
    changed = np.diff(get("director_weeks"), axis=1) < 0
    return np.array(
        [float(changed[s.run, s.week - 1 : s.week + within].any())
         for s in spells(get) if s.week > 0 and s.week + within < weeks]
    )  # fmt: skip


GRADES: Final[tuple[Row, ...]] = (
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
