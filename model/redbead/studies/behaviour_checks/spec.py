"""Behaviour checks: data classes, keys of their files with meanings and allowed words, and the reader.

All problems of a file are reported at once, with line and column.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from redbead.analysis.pairs import names
from redbead.exceptions import BadInputError, Problem
from redbead.scenario import theories
from redbead.scenario.content import FileContent
from redbead.scenario.keys import Choice, FileType, Items, Key, Number, Pair, Section, Text
from redbead.scenario.library import SUFFIX, check_library, shipped
from redbead.scenario.schema import SYSTEM, scenario_part
from redbead.scenario.theories import BALANCED
from redbead.scenario.validation import check_content
from redbead.scenario.yaml_reader import KeyPath, YamlDocument, read
from redbead.state.constants import QUARTER, YEAR
from redbead.studies.reader_base import THEORY, ScenarioPart, read_part

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
    "expect": Items("list of expectations", Section("an expectation", EXPECT_KEYS, ("measure",)), most=500),
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


_PARTS: Final = {"quarter": QUARTER, "year": YEAR}


def shipped_checks() -> list[Check]:
    """Read every shipped check, in file order.

    Raises
    ------
    BadInputError
        Lists every problem of every file.
    """
    return read_checks(sorted(check_library().rglob(f"*{SUFFIX}")))


def read_checks(files: Iterable[Path]) -> list[Check]:
    """Read the checks of some files.

    Parameters
    ----------
    files : iterable of Path
        The files.

    Returns
    -------
    list of Check
        All checks, in order.

    Raises
    ------
    BadInputError
        Lists every problem of every file, and duplicate names.
    """
    checks: list[Check] = []
    problems: list[Problem] = []
    for path in files:
        try:
            checks += _read_file(read(path))
        except BadInputError as error:
            problems += error.problems
    file_of: dict[str, str] = {}
    for check in checks:
        if check.name in file_of:
            what = f"is already the name of a check in {file_of[check.name]}"
            problems.append(Problem(check.file, key=f"name = '{check.name}'", what=what, hint="Choose a unique name."))
        file_of.setdefault(check.name, check.file)
    if problems:
        raise BadInputError(problems)
    return checks


def _read_file(document: YamlDocument) -> list[Check]:
    """Read all checks of a file.

    Raises
    ------
    BadInputError
        Lists every problem of the file.
    """
    content = check_content(document, CHECKS)
    checks = [_read_check(content, place) for place in content.places("checks")]
    content.raise_problems()
    return [check for check in checks if check is not None]


def _read_check(content: FileContent, place: KeyPath) -> Check | None:
    """Read one check, and report contradictions between its parts."""
    name = content.text(*place, "name", default="side")
    pair = _read_pair(content, place, name)
    beyond = _read_pair(content, (*place, "beyond"), name)
    theory = content.text(*place, "theory", default="any")
    _require_one_theory(content, place, theory, (pair, beyond))
    paired = content.get(*place, "against") is not None
    expect = [
        part
        for at in content.places(*place, "expect")
        for part in _ExpectationReader(content, at, paired=paired).expectations()
    ]
    if not content.is_valid(*place) or pair is None:
        return None
    fields: dict[str, Any] = {key: content.text(*place, key) for key in ("name", "claim", "source")}
    fields |= {key: tuple(content.get(*place, key, default=())) for key in ("tests", "systems")}
    runs = int(content.get(*place, "runs", default=Check.runs))
    return Check(
        **fields, theory=theory, runs=runs, pair=pair, beyond=beyond, expect=tuple(expect),
        file=content.document.file,
    )  # fmt: skip


def _read_pair(content: FileContent, place: KeyPath, name: str) -> ScenarioPair | None:
    """Read the scenario under test and its comparator; None if the scenario is missing or not valid."""
    setup, against = (
        read_part(content, (*place, side), content.text(*place, side, "scenario", default="baseline"), name)
        for side in PAIR_KEYS
    )
    return None if setup is None else ScenarioPair(setup, against)


def _require_one_theory(
    content: FileContent, place: KeyPath, theory: str, pairs: Iterable[ScenarioPair | None]
) -> None:
    """Require that all scenarios use the theory of the check; otherwise it would compare theories."""
    parts = [side for pair in pairs if pair for side in pair if side]
    others = {side.scenario.theory for side in parts} - {theory, BALANCED}
    others |= {side.own[THEORY] for side in parts if THEORY in side.own} - {theory}
    if theory != "any" and others:
        what = f"is {theory}, but a scenario uses another theory ({', '.join(sorted(map(str, others)))})"
        hint = "Remove the theory from the scenario, or write 'theory: any' to compare theories."
        content.wrong((*place, "theory"), what, hint)


class _ExpectationReader:
    """Reads one expectation, and reports keys that are missing or contradict one another."""

    def __init__(self, content: FileContent, place: KeyPath, *, paired: bool) -> None:
        self._content, self._place, self._paired = content, place, paired
        statistic = "ratio" if paired else "level"
        self._fields: dict[str, Any] = {
            field: content.text(*place, key, default=default)
            for field, key, default in (
                ("measure", "measure", ""), ("per", "per", ""), ("partner", "with", ""), ("where", "where", ""),
                ("over", "over", "mean"), ("statistic", "statistic", statistic), ("direction", "direction", ""),
                ("source", "source", ""), ("known", "known", ""), ("undecided", "undecided", ""),
            )
        }  # fmt: skip

    def expectations(self) -> list[Expectation]:
        """Return one expectation per part of the window; none if there are problems."""
        if not self._has("measure"):
            return []
        window = self._window()
        self._check_estimate()
        self._check_statistic()
        parts = self._split(*window) if window else []
        band, tolerance = self._get("between"), self._get("tolerance")
        if not self._content.is_valid(*self._place):
            return []
        numbers: dict[str, Any] = {"band": (float(band[0]), float(band[1])) if band else None}
        numbers["tolerance"] = float(tolerance or 0.0)
        return [Expectation(**self._fields, **numbers, first=first, last=last) for first, last in parts]

    def _has(self, key: str) -> bool:
        return self._content.get(*self._place, key) is not None

    def _get(self, key: str) -> Any:  # noqa: ANN401 - a number, a name or a pair
        return self._content.valid(*self._place, key)

    def _wrong(self, key: str, what: str, hint: str) -> None:
        self._content.wrong((*self._place, key) if key else self._place, what, hint)

    def _window(self) -> tuple[int, int] | None:
        """First week, and end week (excluded)."""
        given = [key for key in ("weeks", "years") if self._has(key)]
        if len(given) != 1:
            self._wrong("", "needs either weeks or years", "For example, weeks: [52, 104], or years: [2, 2].")
            return None
        ends = self._get(given[0])
        if ends is None:
            return None
        first, last = map(int, ends)
        return (first, last) if given == ["weeks"] else ((first - 1) * YEAR, last * YEAR)

    def _split(self, first: int, last: int) -> list[tuple[int, int]]:
        """The window, or the parts to which the expectation applies separately."""
        each, over = self._get("each"), self._fields["over"]
        needed = {"peak": QUARTER, "dip": QUARTER, "dispersion": 2 * YEAR}.get(over, 1)
        step = _PARTS[each] if each else last - first
        if (last - first) % step:
            what = f"does not divide the window: {last - first} weeks are not a whole number of {each}s"
            self._wrong("each", what, f"Use a window of a multiple of {step} weeks.")
        if step < needed:
            self._wrong("over", f"needs at least {needed} weeks for {over}", "Use a longer window.")
        return [(start, start + step) for start in range(first, last - step + 1, step)]

    def _check_estimate(self) -> None:
        """Report an expectation without a value, and quantities that cannot be combined."""
        if not self._has("direction") and not self._has("between"):
            self._wrong("", "has no expected value", "Give a direction, a band (between), or both.")
        if self._fields["direction"] == "flat" and not self._has("between"):
            hint = "For example, between: [-0.03, 0.03], the range that counts as no effect."
            self._wrong("direction", "needs a band if it is flat", hint)
        if self._has("per") and self._has("with"):
            self._wrong("with", "cannot be combined with 'per'", "Remove one of the two.")
        if self._fields["over"] == "dispersion" and (self._has("per") or self._has("with")):
            self._wrong("over", "applies dispersion to a single measure", "Remove 'per' and 'with'.")

    def _check_statistic(self) -> None:
        """Report a statistic that is not possible with the given scenarios and quantities."""
        statistic = self._fields["statistic"]
        if statistic == "level" and self._fields["direction"] in ("up", "down") and not self._has("with"):
            self._wrong("direction", "is not possible for a level", "Give 'against', or a band (between).")
        if statistic != "level" and not self._paired:
            hint = f"Meaning: {PAIR_KEYS['against'].meaning}."
            self._wrong("statistic", f"needs the key 'against' for a {statistic}", hint)
        if statistic == "ratio" and self._has("with"):
            hint = "Write statistic: level, or statistic: difference."
            self._wrong("with", "needs a level or a difference for a correlation", hint)
