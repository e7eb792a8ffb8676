"""Read files of behaviour checks strictly: every unknown key, wrong name and number, with line and column, at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from redbead.analysis.series import names
from redbead.exceptions import BadInputError, Problem
from redbead.scenario import messages
from redbead.scenario.library import SUFFIX, check_library
from redbead.scenario.reader_base import THEORY, Map, ScenarioFields, under
from redbead.scenario.scenario import Scenario
from redbead.scenario.theories import BALANCED
from redbead.scenario.yaml_reader import KeyPath, read
from redbead.state.constants import QUARTER, YEAR
from redbead.studies.behaviour_checks import spec
from redbead.studies.behaviour_checks.spec import THEORIES, Check, Expectation, ScenarioPair

LATEST: Final = 5200
MOST_RUNS: Final = 1000
_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TEST: Final = re.compile(r"T[1-9][0-9]?")
_SYSTEM: Final = re.compile(r"S([1-9]|[1-3][0-9]|4[0-5])")
_PARTS: Final = {"quarter": QUARTER, "year": YEAR}


def shipped_checks() -> list[Check]:
    """Every check of the library, by file and in its order.

    Raises
    ------
    BadInputError
        Holds every problem of every file.
    """
    return read_checks(sorted(check_library().rglob(f"*{SUFFIX}")))


def read_checks(files: Iterable[Path]) -> list[Check]:
    """The checks of some files.

    Raises
    ------
    BadInputError
        Holds every problem of every file, and names that two checks share.
    """
    found: list[Check] = []
    problems: list[Problem] = []
    for path in files:
        try:
            found += _CheckReader(read(path)).checks()
        except BadInputError as error:
            problems += error.problems
    seen: dict[str, str] = {}
    for check in found:
        if check.name in seen:
            what = f"another check has this name, in {seen[check.name]}"
            problems.append(Problem(check.file, key=f"name = '{check.name}'", what=what))
        seen.setdefault(check.name, check.file)
    if problems:
        raise BadInputError(problems)
    return found


class _CheckReader(ScenarioFields):
    """Reads one file; notes problems in its document and goes on."""

    def checks(self) -> list[Check]:
        """All checks of the file.

        Raises
        ------
        BadInputError
            Holds every problem of the file.
        """
        data = self.document.data
        if isinstance(data, dict) and self.keys(data, (), {"checks": "the list of checks"}, ("checks",)):
            made = [self._check(place, item) for place, item in self.items(("checks",), data["checks"])]
        else:
            made = []
            if not isinstance(data, dict):
                self.wrong((), "a file of checks is a mapping with one key, 'checks'")
        if self.document.problems:
            raise BadInputError(self.document.problems)
        return [check for check in made if check is not None]

    def _check(self, place: KeyPath, data: Any) -> Check | None:  # noqa: ANN401 - a file may hold anything
        if not self.keys(data, place, spec.CHECK_KEYS, spec.CHECK_NEEDS):
            return None
        name = self.text(place, data, "name", _NAME, "small letters, digits and hyphens")
        pair = self._pair(place, data, name)
        beyond = self._beyond(place, data, name)
        expect = [
            part
            for at, item in self.items((*place, "expect"), data["expect"])
            for part in self._expectation(at, item, paired=pair.against is not None if pair else True)
        ]
        theory = self.word(place, data, "theory", spec.THEORIES) or "any"
        self._one_theory(place, theory, pair, beyond)
        runs = self.whole(place, data, "runs", 2, MOST_RUNS)
        kept: Map = {
            "claim": self.text(place, data, "claim"),
            "source": self.text(place, data, "source"),
            "tests": self.texts(place, data, "tests", _TEST, "such as T29"),
            "systems": self.texts(place, data, "systems", _SYSTEM, "S1 to S45"),
        }
        if self.document.problems or pair is None or not expect:
            return None
        return Check(
            name=name, **kept, theory=theory, runs=runs or Check.runs, pair=pair, beyond=beyond,
            expect=tuple(expect), file=self.document.file,
        )  # fmt: skip

    def _one_theory(self, place: KeyPath, theory: str, *pairs: ScenarioPair | None) -> None:
        """A claim of one theory is tried under that theory on every side, or the theories would be what is compared."""
        sides = [side for pair in pairs if pair for side in (pair.setup, pair.against) if side]
        others = {side.scenario.theory for side in sides} - {theory, BALANCED}
        others |= {side.own[THEORY] for side in sides if THEORY in side.own} - {theory}
        if theory != "any" and others:
            what = f"a side is of another theory ({', '.join(sorted(map(str, others)))}) than the check ({theory})"
            self.wrong((*place, "theory"), what, "theory: any compares theories; or leave the theory out of the side")

    def _pair(self, place: KeyPath, data: Map, name: str) -> ScenarioPair | None:
        setup = self.side((*place, "setup"), data.get("setup"), name)
        against = self.side((*place, "against"), data["against"], name) if "against" in data else None
        return ScenarioPair(setup, against) if setup else None

    def _beyond(self, place: KeyPath, data: Map, name: str) -> ScenarioPair | None:
        if "beyond" not in data:
            return None
        at = (*place, "beyond")
        if not self.keys(data["beyond"], at, spec.PAIR_KEYS, ("setup",)):
            return None
        return self._pair(at, data["beyond"], name)

    def _expectation(self, place: KeyPath, data: Any, *, paired: bool) -> Sequence[Expectation]:  # noqa: ANN401
        if not self.keys(data, place, spec.EXPECT_KEYS, spec.EXPECT_NEEDS):
            return []
        known, usual = names(), "ratio" if paired else "level"
        kept: Map = {
            "measure": self.word(place, data, "measure", known),
            "per": self.word(place, data, "per", known),
            "partner": self.word(place, data, "with", known),
            "where": self.word(place, data, "where", known),
            "over": self.word(place, data, "over", tuple(spec.OVER)) or "mean",
            "statistic": self.word(place, data, "statistic", tuple(spec.STATISTICS)) or usual,
            "direction": self.word(place, data, "direction", tuple(spec.DIRECTIONS)),
            "band": self.numbers(place, data, "between"),
            "tolerance": self.number(place, data, "tolerance"),
            "source": self.text(place, data, "source") if "source" in data else "",
            "known": self.text(place, data, "known") if "known" in data else "",
        }  # fmt: skip
        window = self._window(place, data)
        self._sense(place, data, kept, paired=paired)
        if self.document.problems or window is None:
            return []
        return [Expectation(**kept, first=first, last=last) for first, last in self._parts(place, data, kept, window)]

    def _window(self, place: KeyPath, data: Map) -> tuple[int, int] | None:
        """First week, and first week no longer looked at."""
        given = [key for key in ("weeks", "years") if key in data]
        if len(given) != 1:
            self.wrong(place, "needs either weeks or years", "such as weeks: [52, 104], or years: [2, 2]")
            return None
        key = given[0]
        at, ends = (*place, key), data[key]
        if not (isinstance(ends, list) and len(ends) == 2 and all(type(end) is int for end in ends)):
            self.wrong(at, "must be two whole numbers in brackets", spec.EXPECT_KEYS[key])
            return None
        first, last = ends if key == "weeks" else ((ends[0] - 1) * YEAR, ends[1] * YEAR)
        if not 0 <= first < last <= LATEST:
            self.wrong(at, f"an empty window, or one outside weeks 0 to {LATEST}", spec.EXPECT_KEYS[key])
            return None
        return first, last

    def _parts(
        self, place: KeyPath, data: Map, kept: Map, window: tuple[int, int]
    ) -> Sequence[tuple[int, int]]:  # fmt: skip
        """The window, or the parts of which the same is expected each."""
        first, last = window
        each = self.word(place, data, "each", tuple(spec.EACH))
        needed = {"peak": QUARTER, "dip": QUARTER, "dispersion": 2 * YEAR}.get(kept["over"], 1)
        step = _PARTS[each] if each else last - first
        if (last - first) % step:
            self.wrong((*place, "each"), f"a window of {last - first} weeks has no whole number of {each}s")
        if step < needed:
            self.wrong((*place, "over"), f"{kept['over']} needs at least {needed} weeks")
        return [(start, start + step) for start in range(first, last - step + 1, step)]

    def _sense(self, place: KeyPath, data: Map, kept: Map, *, paired: bool) -> None:
        """Combinations of keys that mean nothing."""
        if not data.get("direction") and "between" not in data:
            self.wrong(place, "expects nothing", "give a direction, a band (between), or both")
        if kept["statistic"] == "level" and data.get("direction") in ("up", "down") and "with" not in data:
            self.wrong((*place, "direction"), "a level by itself goes neither up nor down", "give 'against', or a band")
        if kept["direction"] == "flat" and "between" not in data:
            self.wrong((*place, "direction"), "flat needs a band", "between: [-0.03, 0.03] says how much is nothing")
        if kept["statistic"] != "level" and not paired:
            self.wrong((*place, "statistic"), f"a {kept['statistic']} needs 'against'", spec.CHECK_KEYS["against"])
        if "per" in data and "with" in data:
            self.wrong((*place, "with"), "per and with exclude each other")
        if kept["over"] == "dispersion" and ("per" in data or "with" in data):
            self.wrong((*place, "over"), "dispersion is of one measure alone: leave per and with out")
        if "with" in data and kept["statistic"] == "ratio":
            self.wrong((*place, "with"), "correlations are told as a level or a difference", "statistic: level")


def chosen(names: Iterable[str], *, test: str = "", system: str = "", theory: str = "") -> list[Check]:
    """The checks that are meant; all shipped ones where nothing is said.

    Parameters
    ----------
    names
        Names of shipped checks, and paths of files.
    test, system
        Only checks that name this test, this system.
    theory
        Only claims of this theory and of any.

    Raises
    ------
    BadInputError
        A file has problems, a name is not known, or nothing is left.
    """
    wanted = list(names)
    if theory and theory not in THEORIES:
        raise BadInputError([_unknown("--theory", theory, THEORIES)])
    files = [name for name in wanted if _is_file(name)]
    plain = [name for name in wanted if not _is_file(name)]
    found = read_checks(Path(name) for name in files)
    if plain or not wanted:
        found += _named(plain)
    for option, value, told in (("--test", test, _tests), ("--system", system, _systems)):
        if value and not any(value in told(check) for check in found):
            known = sorted({item for check in found for item in told(check)}, key=lambda item: int(item[1:]))
            raise BadInputError([_unknown(option, value, known)])
        found = [check for check in found if not value or value in told(check)]
    found = [check for check in found if not theory or check.theory in (theory, "any")]
    if not found:
        raise BadInputError([Problem("redbead check", what="no check is all of this", hint="redbead check --list")])
    return found


def _named(names: list[str]) -> list[Check]:
    """Shipped checks by name, in the order of the library; all for no name."""
    shipped = shipped_checks()
    known = [check.name for check in shipped]
    if wrong := [name for name in names if name not in known]:
        raise BadInputError([_unknown(name, name, known) for name in wrong])
    return [check for check in shipped if not names or check.name in names]


def _is_file(name: str) -> bool:
    return "/" in name or name.lower().endswith((SUFFIX, ".yml"))


def _tests(check: Check) -> tuple[str, ...]:
    return check.tests


def _systems(check: Check) -> tuple[str, ...]:
    return check.systems


def _unknown(place: str, value: str, known: Iterable[str]) -> Problem:
    what = f"no check has {messages.shown(value)}"
    return Problem(messages.printable(place), what=what, hint=messages.meant(value, known))


def theory_of(check: Check, asked: str) -> str:
    """The theory that a check runs under: its own, or for a claim of any theory the one that is asked for."""
    return asked if asked and check.theory == "any" else check.theory


def scenarios_of(pair: ScenarioPair, theory: str) -> tuple[Scenario, Scenario | None]:
    """Both sides of a pair under a theory."""
    return under(pair.setup, theory), None if pair.against is None else under(pair.against, theory)
