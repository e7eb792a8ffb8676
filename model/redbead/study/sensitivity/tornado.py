"""One factor at a time: what its lowest and highest value do to each outcome, and to the advantage of each policy."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from redbead.state.types import Reals
from redbead.study.sensitivity.words import Factor
from redbead.study.statistics import Interval, t_interval

ENDS: Final = ("low", "high")


class Bar(NamedTuple):
    """One factor at one end of its range: the paired difference that it makes to an outcome, or to an advantage.

    `policy` is '' for the scenario itself, otherwise the policy whose advantage over it is looked at; `base` is the
    level, or the advantage, at the default, in the same runs.
    """

    path: str
    end: str
    value: float
    policy: str
    outcome: int
    base: Interval
    at: Interval
    difference: Interval

    @property
    def told(self) -> bool:
        """Whether the interval of the difference lies clear of 0."""
        return self.difference.low > 0.0 or self.difference.high < 0.0


def bars(factors: tuple[Factor, ...], policies: tuple[str, ...], plain: Reals, ends: Reals) -> list[Bar]:
    """All bars of a tornado.

    Parameters
    ----------
    factors
        The factors.
    policies
        Names of the rivals; the scenario itself is not among them.
    plain
        Everything at its default: [1 + rivals, runs, outcomes], the scenario itself first.
    ends
        Each factor at its lowest and highest value: [factors, 2, 1 + rivals, runs, outcomes].
    """
    return [
        _bar(factor, end, (policy, outcome), _looked_at(plain, p)[:, outcome], _looked_at(table, p)[:, outcome])
        for k, factor in enumerate(factors)
        for end, table in zip(ENDS, ends[k], strict=True)
        for p, policy in enumerate(("", *policies))
        for outcome in range(plain.shape[2])
    ]


def _bar(factor: Factor, end: str, of: tuple[str, int], base: Reals, at: Reals) -> Bar:
    value = factor.low if end == ENDS[0] else factor.high
    return Bar(factor.path, end, value, *of, t_interval(base), t_interval(at), t_interval(at - base))


def _looked_at(table: Reals, policy: int) -> Reals:
    """The outcomes of the scenario, or what a rival adds to them: [runs, outcomes]."""
    return np.asarray(table[0] if policy == 0 else table[policy] - table[0])
