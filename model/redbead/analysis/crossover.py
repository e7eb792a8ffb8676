"""When it turns: the week from which a policy is ahead to the end, how deep it falls behind before, how likely never.

`advantage` is [pairs, weeks]: a policy minus its rival in the same runs, signed so that more is better.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from redbead.analysis.bootstrap import ends, means
from redbead.analysis.intervals import Interval, wilson_interval
from redbead.state.constants import QUARTER, YEAR
from redbead.state.types import Reals


class Crossover(NamedTuple):
    """When and how a policy overtakes its rival.

    `overtakes` is the first week of the first quarter from which its mean advantage stays above 0 to the end, None
    where there is none; `ever` the share of resampled batches in which there is one, `overtakes_low` and `_high` the
    interval over those. `dip` is the worst quarter before (0 where it is never behind), `dip_at` its first week;
    resamples choose their own quarter. `pays_back` is the quarter from which the sum so far stays above 0. `never` is
    the share of runs whose last year is not better. `identical` runs never differ at all. [weeks, unit of the values]
    """

    overtakes: int | None
    overtakes_low: float
    overtakes_high: float
    ever: float
    dip: float
    dip_low: float
    dip_high: float
    dip_at: int | None
    pays_back: int | None
    never: Interval
    identical: bool


def crossover(advantage: Reals, start: int = 0) -> Crossover:
    """When a policy overtakes its rival.

    Parameters
    ----------
    advantage
        [pairs, weeks], positive where the policy is better.
    start
        The week in which the two begin to differ: earlier quarters do not count. [week]
    """
    quarters = _quarters(advantage, start)
    first = advantage.shape[1] - quarters.shape[1] * QUARTER
    late = advantage[:, -min(YEAR, advantage.shape[1]) :].mean(axis=1)
    never = wilson_interval((late <= 0.0).astype(np.float64))
    identical = not advantage.any()
    if quarters.shape[1] == 0:
        return Crossover(None, *(float("nan"),) * 2, 0.0, 0.0, 0.0, 0.0, None, None, never, identical)
    mean = quarters.mean(axis=0)
    turn = _turn(mean)
    resampled = means(np.ascontiguousarray(quarters.T))
    turns = np.array([float("nan") if (t := _turn(row)) is None else first + QUARTER * t for row in resampled])
    dips = np.array([_dip(row)[0] for row in resampled])
    deep, where = _dip(mean)
    paid = _turn(np.cumsum(mean))
    many = len(advantage) > 1
    nan = (float("nan"), float("nan"))
    return Crossover(
        None if turn is None else first + QUARTER * turn,
        *(ends(turns) if many else nan),
        float(np.isfinite(turns).mean()),
        deep,
        *(ends(dips) if many else nan),
        None if where is None else first + QUARTER * where,
        None if paid is None else first + QUARTER * paid,
        never,
        identical,
    )


def _quarters(advantage: Reals, start: int) -> Reals:
    """Means of whole quarters from `start` on; odd weeks at the beginning are left out. [pairs, quarters]"""
    whole = max(0, advantage.shape[1] - start) // QUARTER
    tail = advantage[:, advantage.shape[1] - whole * QUARTER :]
    return np.asarray(tail.reshape(len(advantage), whole, QUARTER).mean(axis=2))


def _turn(row: Reals) -> int | None:
    """The first place from which all values are above 0; None where the last one is not.

    >>> _turn(np.array([1.0, -1.0, 2.0, 3.0])), _turn(np.array([1.0, 0.0]))
    (2, None)
    """
    behind = np.flatnonzero(row <= 0.0)
    turn = 0 if behind.size == 0 else int(behind[-1]) + 1
    return turn if turn < row.size else None


def _dip(row: Reals) -> tuple[float, int | None]:
    """The lowest value before the turn and its place; 0 where nothing lies below 0."""
    before = row[: row.size if (turn := _turn(row)) is None else turn]
    if before.size == 0 or before.min() >= 0.0:
        return 0.0, None
    where = int(np.argmin(before))
    return float(before[where]), where
