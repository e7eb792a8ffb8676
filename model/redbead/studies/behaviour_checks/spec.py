"""A behaviour check in memory, and the vocabulary of its file: every key, what it means, which words it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from redbead.scenario import theories
from redbead.scenario.reader_base import ScenarioPart

THEORIES: Final = ("any", *theories.THEORIES)
"""Whose claim a check is; 'any' is claimed under every theory, and run under the one that the scenario takes."""

STATISTICS: Final = {
    "ratio": "the relative difference of means, 0.1 is 10 % more than in 'against'",
    "difference": "the difference of means, in the unit of the measure",
    "level": "the mean of the set-up alone",
}
DIRECTIONS: Final = {
    "up": "the interval lies above no effect",
    "down": "the interval lies below no effect",
    "flat": "nothing happens: 'between' says how much is nothing",
}
OVER: Final = {
    "mean": "the mean over the weeks (a flow: the total of a year)",
    "peak": "the quarter of the window with the greatest effect; its interval knows nothing of the choice",
    "dip": "the quarter of the window with the smallest effect; likewise",
    "dispersion": "variance over mean of the yearly totals of a run: 1 where events are independent",
}
EACH: Final = {"quarter": "one expectation for each 13 weeks of the window", "year": "one for each 52 weeks"}

CHECK_KEYS: Final[Mapping[str, str]] = {
    "name": "short name: small letters, digits and hyphens; no other check has it",
    "claim": "what is claimed, in plain words",
    "source": "the text or note that claims it",
    "tests": "numbers of the science notes' tests, such as [T29]",
    "systems": "numbers of the systems of the source documents, such as [S18]",
    "theory": "whose claim it is: a check of one theory is never asserted of its rivals",
    "setup": "the scenario that is tried",
    "against": "the scenario that it is compared with, on the same seeds",
    "beyond": "a second pair, setup and against, whose effect is taken off the first one's",
    "runs": "how many pairs of runs",
    "expect": "the list of what is expected",
}
CHECK_NEEDS: Final = ("name", "claim", "source", "setup", "expect")

PAIR_KEYS: Final[Mapping[str, str]] = {key: CHECK_KEYS[key] for key in ("setup", "against")}

EXPECT_KEYS: Final[Mapping[str, str]] = {
    "measure": "what is looked at: a measure, or open_cases, illusion_gap, inadequate, found_inadequate",
    "per": "a measure to divide by: the sum of the one over the sum of the other",
    "with": "a measure to correlate with, across runs",
    "where": "only pairs of runs in which the set-up has some of this measure before the window ends",
    "weeks": "[first week, first week no longer looked at], counted from the end of the warm-up",
    "years": "[first year, last year], counted from 1: [3, 5] is weeks 104 to 260",
    "over": "how the weeks are summed up",
    "each": "cut the window into parts, and expect the same of each",
    "statistic": "how set-up and 'against' are compared: ratio where there is an 'against', otherwise level",
    "direction": "up, down or flat",
    "between": "[low, high]: the band in which the estimate must lie",
    "tolerance": "how far outside the band still counts as inside",
    "source": "where the band comes from (the check's own source where absent)",
    "known": "a shortfall that is known: the figure found, and where it is recorded",
}
EXPECT_NEEDS: Final = ("measure",)


class ScenarioPair(NamedTuple):
    """A set-up and what it is compared with."""

    setup: ScenarioPart
    against: ScenarioPart | None


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """One thing that is expected of one measure in one window of weeks, [first, last)."""

    measure: str
    first: int
    last: int
    statistic: str
    per: str = ""
    partner: str = ""
    where: str = ""
    over: str = "mean"
    direction: str = ""
    band: tuple[float, float] | None = None
    tolerance: float = 0.0
    source: str = ""
    known: str = ""

    @property
    def series(self) -> tuple[str, ...]:
        """Every weekly quantity that it looks at."""
        return tuple(name for name in (self.measure, self.per, self.partner, self.where) if name)


@dataclass(frozen=True, kw_only=True)
class Check:
    """A claim in plain words, how it is set up, and what is expected."""

    name: str
    claim: str
    source: str
    pair: ScenarioPair
    expect: tuple[Expectation, ...]
    beyond: ScenarioPair | None = None
    tests: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    theory: str = "any"
    runs: int = 40
    file: str = ""

    @property
    def weeks(self) -> int:
        """How long it has to run: to the end of its latest window. [weeks]"""
        return max(item.last for item in self.expect)

    @property
    def pairs(self) -> tuple[ScenarioPair, ...]:
        """Its pair, and the one beyond which its effect must go."""
        return (self.pair,) if self.beyond is None else (self.pair, self.beyond)
