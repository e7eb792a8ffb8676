"""Data classes of behaviour checks, and the schema of their files: keys, meanings and allowed words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from redbead.analysis.pairs import names
from redbead.scenario import theories
from redbead.scenario.keys import Choice, FileType, Items, Key, Number, Pair, Section, Text
from redbead.scenario.library import shipped
from redbead.scenario.schema import SYSTEM, scenario_part
from redbead.state.constants import YEAR
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
    "peak": "the quarter of the window with the greatest effect; the interval allows for this choice",
    "dip": "the quarter of the window with the smallest effect; the interval allows for this choice",
    "dispersion": "variance divided by mean of the yearly totals of a run; 1 if events are independent",
}
EACH: Final = {"quarter": "one expectation per 13 weeks of the window", "year": "one expectation per 52 weeks"}

LATEST: Final = 5200
"""Last week that an expectation can use. [weeks]"""

EXPECT_KEYS: Final[Mapping[str, Key]] = {
    "measure": Choice(
        "quantity to estimate: a measure, or open_cases, illusion_gap, inadequate, found_inadequate", names
    ),
    "per": Choice("measure to divide by (ratio of sums)", names),
    "with": Choice("measure to correlate with, across runs", names),
    "where": Choice(
        "use only pairs of runs in which this measure is above 0 in 'setup' before the window ends", names
    ),
    "weeks": Pair(
        "[first week, end week], end week excluded, counted from the end of the warm-up",
        Number("weeks", 0, LATEST, "week", whole=True), "weeks: [52, 104]",
    ),
    "years": Pair(
        "[first year, last year], counted from 1: [3, 5] is weeks 104 to 260",
        Number("years", 1, LATEST // YEAR, "year", whole=True), "years: [2, 2]", equal=True,
    ),
    "over": Choice("how to aggregate the weeks", tuple(OVER)),
    "each": Choice("split the window into parts and apply the expectation to each part", tuple(EACH)),
    "statistic": Choice(
        "how to compare 'setup' with 'against'; default: ratio if 'against' is given, otherwise level",
        tuple(STATISTICS),
    ),
    "direction": Choice("expected direction", tuple(DIRECTIONS)),
    "between": Pair(
        "[low, high]: range in which the estimate must lie with its whole interval",
        Number("", -math.inf, math.inf, "end of the range"), "between: [-0.25, -0.05]",
    ),
    "tolerance": Number("", 0, math.inf, "permitted distance outside the range"),
    "source": Text("source of the range (default: the source of the check)"),
    "known": Text("known shortfall: the estimate, and where it is recorded"),
    "undecided": Text("the runs cannot decide: the reason, and the number of runs that would"),
}  # fmt: skip

_SIDE: Final = scenario_part(Choice("name of a shipped scenario (default: baseline)", shipped))._replace(name="side")
SIDE_KEYS: Final = _SIDE.keys
"""Keys of a scenario that is part of a check."""

PAIR_KEYS: Final[Mapping[str, Key]] = {
    "setup": _SIDE._replace(meaning="scenario under test"),
    "against": _SIDE._replace(meaning="comparator scenario, run with the same seeds"),
}

CHECK_KEYS: Final[Mapping[str, Key]] = {
    "name": Text(
        "unique short name", r"[a-z0-9]+(-[a-z0-9]+)*", "lower-case letters, digits and hyphens, such as fear-rises"
    ),
    "claim": Text("the claim, in plain words"),
    "source": Text("text or note that makes the claim"),
    "tests": Items(
        "test numbers in the science notes, such as [T29]", Text("test number", "T[1-9][0-9]?", "a test such as T29")
    ),
    "systems": Items("system numbers in the source documents, such as [S18]", SYSTEM),
    "theory": Choice("theory that makes the claim; the claim is not tested under rival theories", THEORIES),
    **PAIR_KEYS,
    "beyond": Section(
        "second pair (setup, against), whose effect is subtracted from that of the first pair", PAIR_KEYS, ("setup",)
    ),
    "runs": Number("runs", 2, 1000, "number of pairs of runs", whole=True),
    "expect": Items("list of expectations", Section("an expectation", EXPECT_KEYS, ("measure",))),
}

CHECKS: Final = FileType(
    "checks", "check file",
    Section(
        "behaviour checks",
        {
            "checks": Items(
                "the list of checks",
                Section("a check", CHECK_KEYS, ("name", "claim", "source", "setup", "expect")),
            )
        },
        ("checks",),
    ),
    "checks", "checks/baseline.yaml",
)  # fmt: skip
"""Files of behaviour checks."""


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
    undecided: str = ""

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
