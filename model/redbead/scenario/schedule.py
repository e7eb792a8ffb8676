r"""Weekly schedule of parameters, with all levers and spikes applied.

A parameter with value :math:`v` that levers change takes the value

.. math:: v \prod_l (1 + d_l (f_l - 1)) + \sum_l d_l s_l + \sum_l d_l (t_l - v)

in each week, where :math:`d_l` is the dose of lever :math:`l` in that week, :math:`f_l` its factor, :math:`s_l` its
shift and :math:`t_l` the value towards which it moves the parameter. The result is limited to the range of the
parameter, and rounded for whole numbers. Levers are sorted first, so that their order in a file never affects results.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from redbead import parameters
from redbead.levers import Lever, ParameterEffect
from redbead.quantities import MINUS
from redbead.scenario.scenario import Scenario
from redbead.state.constants import Reals, Whole

SURGE = "demand.planned_surge"
"""Parameter that passes the spikes of a scenario to the model."""


_ROUNDING = 1e-9
"""Excess over a range that rounding errors of sums may have, relative to the range."""


class Schedule(NamedTuple):
    """Distinct rows of parameters [k, parameters.SIZE], and the index of the row for each week from the warm-up on."""

    rows: Reals
    of_week: Whole


class _CombinedEffect(NamedTuple):
    """Combined effect of all levers and spikes on one parameter, by week: factor and sum of additions."""

    factor: Reals
    added: Reals


def schedule(scenario: Scenario) -> Schedule:
    """Compute the parameters in force in every week. Weeks with equal parameters share a row.

    Parameters
    ----------
    scenario : Scenario
        Scenario with its levers and spikes.

    Returns
    -------
    Schedule
        One row per distinct set of parameters, and the row of each week, warm-up included.

    Examples
    --------
    >>> plan = schedule(Scenario())
    >>> plan.rows.shape[0], plan.of_week.size
    (1, 676)
    """
    row = scenario.row()
    weeks = range(-scenario.warm_up_weeks, scenario.weeks)
    effects = _combine_effects(scenario, row, weeks)
    if not effects:
        return Schedule(row[np.newaxis, :], np.zeros(len(weeks), dtype=np.int64))
    table = np.column_stack([_limited(path, row[parameters.index_of(path)], e) for path, e in effects.items()])
    first, of_week = _distinct_rows(table)
    rows = np.repeat(row[np.newaxis, :], len(first), axis=0)
    rows[:, [parameters.index_of(path) for path in effects]] = table[first]
    return Schedule(rows, of_week)


class Cut(NamedTuple):
    """A parameter that levers or spikes move beyond its range, so that the end of the range is used instead.

    Attributes
    ----------
    path : str
        The parameter.
    wanted, limit : float
        Value farthest beyond the range, and the end of the range.
    weeks : int
        Number of weeks in which the range is exceeded. [weeks]
    causes : tuple of str
        Kinds of the levers that move the parameter in these weeks; "a spike of referrals" for spikes.
    """

    path: str
    wanted: float
    limit: float
    weeks: int
    causes: tuple[str, ...]

    def __str__(self) -> str:
        """Describe the cut in two sentences."""
        side = "maximum" if self.wanted > self.limit else "minimum"
        causes = " and ".join(self.causes)
        weeks = f"{self.weeks} week{'s' * (self.weeks != 1)}"
        wanted, limit = (f"{value:.4g}".replace("-", MINUS) for value in (self.wanted, self.limit))
        return (
            f"{causes} would change {self.path} to {wanted}, beyond its {side} of {limit}. The model uses {limit} "
            f"instead, in {weeks}."
        )


def cuts(scenario: Scenario) -> list[Cut]:
    """Parameters whose values the schedule limits to their ranges, in the order of their paths.

    Examples
    --------
    >>> cuts(Scenario())
    []
    """
    row, weeks = scenario.row(), range(-scenario.warm_up_weeks, scenario.weeks)
    limited = []
    for path, effect in sorted(_combine_effects(scenario, row, weeks).items()):
        param = parameters.register()[path].param
        wanted = row[parameters.index_of(path)] * effect.factor + effect.added
        excess = np.maximum(wanted - param.high, param.low - wanted)
        beyond = excess > _ROUNDING * max(1.0, abs(param.low), abs(param.high))
        if beyond.any():
            week = int(np.argmax(excess))
            limit = param.high if wanted[week] > param.high else param.low
            causes = _causes(scenario, path, [weeks[k] for k in np.flatnonzero(beyond)])
            limited.append(Cut(path, float(wanted[week]), limit, int(beyond.sum()), causes))
    return limited


def _causes(scenario: Scenario, path: str, weeks: list[int]) -> tuple[str, ...]:
    """Kinds of the levers that move a parameter in some weeks, and the spikes."""
    kinds = {
        lever.kind for lever in scenario.levers
        if any(effect.path == path for effect in lever.all_effects()) and any(map(lever.in_force, weeks))
    }  # fmt: skip
    return (*sorted(kinds), *(["a spike of referrals"] if path == SURGE and scenario.spikes else []))


def _combine_effects(scenario: Scenario, row: Reals, weeks: range) -> dict[str, _CombinedEffect]:
    """Combine the effects of levers and spikes on each parameter."""
    combined: dict[str, _CombinedEffect] = {}
    for lever in sorted(scenario.levers, key=_sort_key):
        dose = np.array([lever.in_force(week) for week in weeks])
        for effect in lever.all_effects():
            total = combined.setdefault(effect.path, _no_effect(len(weeks)))
            _add_effect(total, effect, dose, float(row[parameters.index_of(effect.path)]))
    for spike in sorted(scenario.spikes, key=repr):
        total = combined.setdefault(SURGE, _no_effect(len(weeks)))
        total.added[:] += [spike.surge(week) for week in weeks]
    return combined


def _sort_key(lever: Lever) -> str:
    return repr(lever.as_dict())


def _no_effect(weeks: int) -> _CombinedEffect:
    return _CombinedEffect(np.ones(weeks), np.zeros(weeks))


def _add_effect(total: _CombinedEffect, effect: ParameterEffect, dose: Reals, base: float) -> None:
    """Add the effect of one lever in place. A dose of 0 multiplies by 1 and adds 0."""
    if effect.at_once:
        dose = (dose > 0.0).astype(np.float64)
    total.factor[:] *= 1.0 + dose * (effect.factor - 1.0)
    total.added[:] += dose * effect.shift
    if effect.towards is not None:
        total.added[:] += dose * (effect.towards - base)


def _limited(path: str, base: float, effect: _CombinedEffect) -> Reals:
    """Values under the effect, limited to the parameter's range and rounded if it takes whole numbers."""
    param = parameters.register()[path].param
    values = np.clip(base * effect.factor + effect.added, param.low, param.high)
    return np.floor(values + 0.5) if param.whole else values


def _distinct_rows(table: Reals) -> tuple[list[int], Whole]:
    """First week of each distinct row of ``table``, and the index of the row for each week."""
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
