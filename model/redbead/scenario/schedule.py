"""The schedule of a run: which parameters are in force in which week, with all levers and spikes applied.

Each bent parameter becomes ``clip(v (1 + d (factor - 1)) ... + sum(d shift) + sum(d (towards - v)))``, where the
factors of all levers multiply and the rest adds up. Levers are applied in an order of their own, so that the order
of a file does not matter, bit for bit. Out of its range, a value stops at the end of the range; whole numbers are
rounded.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from redbead import parameters
from redbead.levers import Lever, ParameterEffect
from redbead.scenario.scenario import Scenario
from redbead.state.types import Reals, Whole

SURGE = "demand.planned_surge"
"""The parameter by which the spikes of a scenario reach the model."""


class Schedule(NamedTuple):
    """The distinct rows of parameters [k, parameters.SIZE], and the row of each week from the warm-up on."""

    rows: Reals
    of_week: Whole


class _Bent(NamedTuple):
    """What all levers do to one parameter, by week: a factor and a sum."""

    factor: Reals
    added: Reals


def schedule(scenario: Scenario) -> Schedule:
    """The parameters in force, week by week; weeks with equal parameters share a row.

    >>> plan = schedule(Scenario())
    >>> plan.rows.shape[0], plan.of_week.size
    (1, 676)
    """
    row = scenario.row()
    weeks = range(-scenario.warm_up_weeks, scenario.weeks)
    bent = _bend_all(scenario, row, weeks)
    if not bent:
        return Schedule(row[np.newaxis, :], np.zeros(len(weeks), dtype=np.int64))
    table = np.column_stack([in_range(path, row[parameters.index_of(path)], b) for path, b in bent.items()])
    first, of_week = _distinct(table)
    rows = np.repeat(row[np.newaxis, :], len(first), axis=0)
    rows[:, [parameters.index_of(path) for path in bent]] = table[first]
    return Schedule(rows, of_week)


def _bend_all(scenario: Scenario, row: Reals, weeks: range) -> dict[str, _Bent]:
    """What levers and spikes do to each parameter that they bend."""
    bent: dict[str, _Bent] = {}
    for lever in sorted(scenario.levers, key=_order):
        dose = np.array([lever.in_force(week) for week in weeks])
        for bend in lever.all_effects():
            sums = bent.setdefault(bend.path, _unbent(len(weeks)))
            _add(sums, bend, dose, float(row[parameters.index_of(bend.path)]))
    for spike in sorted(scenario.spikes, key=repr):
        sums = bent.setdefault(SURGE, _unbent(len(weeks)))
        sums.added[:] += [spike.surge(week) for week in weeks]
    return bent


def _order(lever: Lever) -> str:
    return repr(lever.as_dict())


def _unbent(weeks: int) -> _Bent:
    return _Bent(np.ones(weeks), np.zeros(weeks))


def _add(sums: _Bent, bend: ParameterEffect, dose: Reals, base: float) -> None:
    """Add one bend of one lever; where the dose is 0, this multiplies by 1 and adds 0."""
    if bend.at_once:
        dose = (dose > 0.0).astype(np.float64)
    sums.factor[:] *= 1.0 + dose * (bend.factor - 1.0)
    sums.added[:] += dose * bend.shift
    if bend.towards is not None:
        sums.added[:] += dose * (bend.towards - base)


def in_range(path: str, base: float, bent: _Bent) -> Reals:
    """The bent values, held in the parameter's range and, where need be, rounded to whole numbers."""
    param = parameters.register()[path].param
    values = np.clip(base * bent.factor + bent.added, param.low, param.high)
    return np.floor(values + 0.5) if param.whole else values


def _distinct(table: Reals) -> tuple[list[int], Whole]:
    """The week in which each distinct row of `table` appears first, and the number of that row for each week."""
    number: dict[bytes, int] = {}
    first: list[int] = []
    of_week = np.empty(len(table), dtype=np.int64)
    for week, values in enumerate(table):
        key = values.tobytes()
        if key not in number:
            number[key] = len(first)
            first.append(week)
        of_week[week] = number[key]
    return first, of_week
