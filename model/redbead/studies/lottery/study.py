"""The lottery, alone: what chance does to grades, for a sample, a bias, inspectors and a nation (T1 to T5).

Four questions, each answered exactly: which grade does an authority of a given true share of poor cases get; how do
the grades of identical authorities spread; who is found inadequate where authorities do differ; and what does the next
visit say when nothing at all has changed. Two visits of one authority are independent but for its true share: the
weeks between them are many times the life of a passing state.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from redbead import rng
from redbead.exceptions import BadInputError, Problem
from redbead.oversight.inspection import Inspection
from redbead.quantities import Declared, declared
from redbead.scenario.messages import shown, wrong_number
from redbead.state.constants import GRADE_NAMES, INADEQUATE
from redbead.state.maths import logistic, logit
from redbead.state.types import Reals
from redbead.studies.lottery.grade_distribution import (
    AuthorityPopulation,
    GradeDistribution,
    grade_masks,
    group,
    sample_law,
)

if TYPE_CHECKING:
    import pandas as pd

LOW, HIGH = 0.05, 0.95
"""Ends of the intervals: 90 % of replications of the whole nation lie between them."""
_CURVE: Final = np.linspace(0.01, 0.60, 60)


OPTIONS: Final = {
    "cases": "cases_tracked",
    "bias": "odds_of_poor",
    "nominated": "nominated",
    "nominated_odds": "nominated_odds",
    "leniency": "leniency_spread",
    "transient": "transient_spread",
    "clustering": "clustering",
    "stratified": "stratified",
    "snapshots": "snapshots",
    "spread": "spread",
    "authorities": "authorities",
    "poor": "poor_share",
}
"""What may be asked for, and the parameter of `Inspection` or `Nation` that it is."""


class Expected(NamedTuple):
    """How many authorities: the mean, and the 5th and 95th percentile of replications."""

    mean: float
    low: int
    high: int


@dataclass(frozen=True, eq=False)
class Lottery:
    """What chance alone does to grades: the operating curve, identical and differing authorities, the next visit.

    `at` are true shares of poor cases, `curve` is P(grade) at each of them [points x 4].
    """

    regime: Inspection
    nation: AuthorityPopulation
    at: Reals
    curve: Reals
    identical: GradeDistribution
    differing: GradeDistribution

    def expected(self, chance: float) -> Expected:
        """How many authorities are hit by something that happens to each with `chance`, independently."""
        many = int(self.nation.authorities)
        low, high = (rng.binomial(u, many, chance) for u in (LOW, HIGH))
        return Expected(many * chance, low, high)

    def inadequate(self, group: GradeDistribution) -> Expected:
        """How many of a group are found inadequate."""
        return self.expected(float(group.grades[INADEQUATE]))

    def extremes(self) -> tuple[float, float]:
        """Share of poor cases seen at the luckiest and at the unluckiest of the identical authorities (medians)."""
        n, many = int(self.regime.cases_tracked), self.nation.authorities
        up_to = np.minimum(1.0, np.cumsum(self.identical.law))
        lucky = int(np.argmax(1.0 - (1.0 - up_to) ** many >= 0.5))
        return lucky / n, int(np.argmax(up_to**many >= 0.5)) / n

    def true_range(self) -> tuple[float, float]:
        """True shares of poor cases at the 5th and at the 95th percentile of the differing authorities. [share]"""
        middle, spread = logit(self.regime.poor_share), self.nation.spread
        low, high = (logistic(middle + spread * rng.normal(u)) for u in (LOW, HIGH))
        return low, high

    def settings(self) -> dict[str, float]:
        """The numbers that were asked for, by the names of the options."""
        both = {**self.nation._asdict(), **self.regime._asdict()}
        return {option: both[name] for option, name in OPTIONS.items()}

    def to_frame(self) -> pd.DataFrame:
        """One row a grade: how many of the identical and of the differing authorities get it, with 90 % of chance."""
        import pandas as pd

        rows = []
        for code, grade in enumerate(GRADE_NAMES):
            row: dict[str, object] = {"grade": grade}
            for name, these in (("identical", self.identical), ("differing", self.differing)):
                found = self.expected(float(these.grades[code]))
                row |= {name: found.mean, f"{name}_low": found.low, f"{name}_high": found.high}
            rows.append(row)
        frame = pd.DataFrame(rows)
        frame.attrs["units"] = dict.fromkeys(frame.columns[1:], "authorities")
        return frame

    def curve_frame(self) -> pd.DataFrame:
        """One row a true share of poor cases: the chance of each grade."""
        import pandas as pd

        frame = pd.DataFrame(self.curve, columns=pd.Index(_names()))
        frame.insert(0, "true_share_poor", self.at)
        return frame

    def next_frame(self) -> pd.DataFrame:
        """One row a grade now: the chance of each grade next time, where authorities differ and none changes."""
        import pandas as pd

        frame = pd.DataFrame(self.differing.next_time(), columns=pd.Index(_names()))
        frame.insert(0, "grade_now", GRADE_NAMES)
        return frame

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain data for JSON; what has no value is None."""
        best, worst = self.extremes()
        identical = self._told(self.identical) | {"luckiest_share": best, "unluckiest_share": worst}
        differing = self._told(self.differing)
        if self.nation.spread > 0.0:
            differing["inadequate_but_above_median"] = self.expected(self.differing.mistaken)._asdict()
        return {"settings": self.settings(), "curve": self._rows(), "identical": identical, "differing": differing}

    def _rows(self) -> list[dict[str, float]]:
        """The operating curve, a mapping a point."""
        table = np.column_stack([self.at, self.curve]).round(12)
        return [dict(zip(("true_share_poor", *_names()), map(float, row), strict=True)) for row in table]

    def _told(self, these: GradeDistribution) -> dict[str, Any]:
        counts = {name: self.expected(float(p))._asdict() for name, p in zip(_names(), these.grades, strict=True)}
        numbers = {
            "sd_of_share": these.seen_spread,
            "reliability": these.reliability,
            "inadequate_then_better": these.better_next(),
            "inadequate_then_good_or_better": these.good_next(),
            "all_then_better": these.rise(),
        }
        return {"grades": counts} | {name: None if math.isnan(x) else x for name, x in numbers.items()}


def _names() -> list[str]:
    return [name.replace(" ", "_") for name in GRADE_NAMES]


def lottery(regime: Inspection | None = None, nation: AuthorityPopulation | None = None) -> Lottery:
    """What chance alone does to grades under a regime of inspection, by exact sums (E31, E32).

    Quality that is seen is at its reference: nothing is dressed up, disclosed or exposed.

    >>> found = lottery(Inspection(poor_share=0.20, leniency_spread=0.0, transient_spread=0.0, clustering=0.0))
    >>> round(float(found.identical.grades[3]), 3)
    0.074
    """
    c, n = regime or Inspection(), nation or AuthorityPopulation()
    masks = grade_masks(c)
    curve = np.einsum("pk,kg->pg", np.stack([sample_law(float(poor), c) for poor in _CURVE]), masks)
    return Lottery(c, n, _CURVE, curve, group(c, 0.0), group(c, n.spread))


def asked(given: Mapping[str, float | None]) -> tuple[Inspection, AuthorityPopulation]:
    """The regime and the nation behind named numbers; None and what is not named stay at the model's defaults.

    Raises
    ------
    BadInputError
        Names every number that is unknown or outside the range of its parameter.
    """
    numbers = {name: value for name, value in given.items() if value is not None}
    problems = [found for name, value in numbers.items() if (found := _problem(name, value)) is not None]
    if problems:
        raise BadInputError(problems)
    fields = {OPTIONS[name]: float(value) for name, value in numbers.items()}
    own = {name: fields.pop(name) for name in AuthorityPopulation._fields if name in fields}
    return Inspection()._replace(**fields), AuthorityPopulation()._replace(**own)


def declaration(option: str) -> Declared:
    """The parameter that an option sets, with its range and default."""
    return next(
        d for family in (Inspection, AuthorityPopulation) for d in declared(family) if d.name == OPTIONS[option]
    )


def _problem(name: str, value: object) -> Problem | None:
    if name not in OPTIONS:
        return Problem("lottery", key=shown(name), what="unknown number", hint=f"known here: {', '.join(OPTIONS)}")
    param = declaration(name).param
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if number and param.accepts(float(value)):  # type: ignore[arg-type]
        return None
    what, hint = wrong_number(param, value)
    return Problem("lottery", key=f"{name} = {shown(value)}", what=what, hint=hint)
