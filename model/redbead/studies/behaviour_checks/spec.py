"""Data classes of behaviour checks, and the schema of their files: keys, meanings and allowed words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from redbead.scenario import theories
from redbead.studies.reader_base import ScenarioPart

THEORIES: Final = ("any", *theories.THEORIES)
"""Theories that can make a claim; a claim of 'any' theory is made under all, and runs under that of its scenario."""

STATISTICS: Final = {
    "ratio": "relative difference of means; 0.1 is 10 % more than in 'against'",
    "difference": "difference of means, in the unit of the measure",
    "level": "mean of 'setup' alone",
}
DIRECTIONS: Final = {
    "up": "the interval lies above no effect",
    "down": "the interval lies below no effect",
    "flat": "no material effect: 'between' gives the range that counts as none",
}
OVER: Final = {
    "mean": "mean over the weeks (for a flow, the total per year)",
    "peak": "the quarter of the window with the greatest effect; the interval ignores this selection",
    "dip": "the quarter of the window with the smallest effect; the interval ignores this selection",
    "dispersion": "variance divided by mean of the yearly totals of a run; 1 if events are independent",
}
EACH: Final = {"quarter": "one expectation per 13 weeks of the window", "year": "one expectation per 52 weeks"}

CHECK_KEYS: Final[Mapping[str, str]] = {
    "name": "unique short name: lower-case letters, digits and hyphens",
    "claim": "the claim, in plain words",
    "source": "text or note that makes the claim",
    "tests": "test numbers in the science notes, such as [T29]",
    "systems": "system numbers in the source documents, such as [S18]",
    "theory": "theory that makes the claim; the claim is not tested under rival theories",
    "setup": "scenario under test",
    "against": "comparator scenario, run with the same seeds",
    "beyond": "second pair (setup, against), whose effect is subtracted from that of the first pair",
    "runs": "number of pairs of runs",
    "expect": "list of expectations",
}
CHECK_NEEDS: Final = ("name", "claim", "source", "setup", "expect")

PAIR_KEYS: Final[Mapping[str, str]] = {key: CHECK_KEYS[key] for key in ("setup", "against")}

EXPECT_KEYS: Final[Mapping[str, str]] = {
    "measure": "quantity to estimate: a measure, or open_cases, illusion_gap, inadequate, found_inadequate",
    "per": "measure to divide by (ratio of sums)",
    "with": "measure to correlate with, across runs",
    "where": "use only pairs of runs in which this measure is above 0 in 'setup' before the window ends",
    "weeks": "[first week, end week], end week excluded, counted from the end of the warm-up",
    "years": "[first year, last year], counted from 1: [3, 5] is weeks 104 to 260",
    "over": "how to aggregate the weeks",
    "each": "split the window into parts and apply the expectation to each part",
    "statistic": "how to compare 'setup' with 'against'; default: ratio if 'against' is given, otherwise level",
    "direction": "up, down or flat",
    "between": "[low, high]: range in which the estimate must lie",
    "tolerance": "permitted distance outside the range",
    "source": "source of the range (default: the source of the check)",
    "known": "known shortfall: the estimate, and where it is recorded",
}
EXPECT_NEEDS: Final = ("measure",)


class ScenarioPair(NamedTuple):
    """A scenario under test and its comparator, if any."""

    setup: ScenarioPart
    against: ScenarioPart | None


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """One expected value or direction of one measure in the weeks [first, last)."""

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
        """Names of all weekly series that the estimate needs."""
        return tuple(name for name in (self.measure, self.per, self.partner, self.where) if name)


@dataclass(frozen=True, kw_only=True)
class Check:
    """A claim in plain words, the scenarios that test it, and its expectations."""

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
        """Length of run required: the end of the latest window. [weeks]"""
        return max(item.last for item in self.expect)

    @property
    def pairs(self) -> tuple[ScenarioPair, ...]:
        """The pair under test and, if given, the pair whose effect is subtracted."""
        return (self.pair,) if self.beyond is None else (self.pair, self.beyond)
