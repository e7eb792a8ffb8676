"""Strict reader of behaviour-check files: reports all unknown keys, names and numbers at once, with line and column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from redbead.analysis.pairs import names
from redbead.exceptions import BadInputError, Problem, printable
from redbead.scenario import messages
from redbead.scenario.library import SUFFIX, check_library
from redbead.scenario.scenario import Scenario
from redbead.scenario.theories import BALANCED
from redbead.scenario.yaml_reader import KeyPath, read
from redbead.state.constants import QUARTER, YEAR
from redbead.studies.behaviour_checks import spec
from redbead.studies.behaviour_checks.spec import THEORIES, Check, Expectation, ScenarioPair
from redbead.studies.reader_base import THEORY, Map, ScenarioFields, under

LATEST: Final = 5200
MOST_RUNS: Final = 1000
_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TEST: Final = re.compile(r"T[1-9][0-9]?")
_SYSTEM: Final = re.compile(r"S([1-9]|[1-3][0-9]|4[0-5])")
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
            checks += _CheckReader(read(path)).checks()
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


class _CheckReader(ScenarioFields):
    """Reads one file and collects all its problems."""

    def checks(self) -> list[Check]:
        """Read all checks of the file.

        Raises
        ------
        BadInputError
            Lists every problem of the file.
        """
        data = self.document.data
        if isinstance(data, dict) and self.keys(data, (), {"checks": "the list of checks"}, ("checks",)):
            checks = [self._check(place, item) for place, item in self.items(("checks",), data["checks"])]
        else:
            checks = []
            if not isinstance(data, dict):
                self.wrong((), "must be a mapping with one key, 'checks'")
        if self.document.problems:
            raise BadInputError(self.document.problems)
        return [check for check in checks if check is not None]

    def _check(self, place: KeyPath, data: Any) -> Check | None:  # noqa: ANN401 - a file may contain anything
        if not self.keys(data, place, spec.CHECK_KEYS, spec.CHECK_NEEDS):
            return None
        name = self.text(place, data, "name", _NAME, "lower-case letters, digits and hyphens")
        pair = self._scenario_pair(place, data, name)
        beyond = self._second_pair(place, data, name)
        expect = [
            part
            for at, item in self.items((*place, "expect"), data["expect"])
            for part in self._expectation(at, item, paired=pair.against is not None if pair else True)
        ]
        theory = self.word(place, data, "theory", spec.THEORIES) or "any"
        self._require_one_theory(place, theory, pair, beyond)
        runs = self.whole(place, data, "runs", 2, MOST_RUNS)
        fields: Map = {
            "claim": self.text(place, data, "claim"),
            "source": self.text(place, data, "source"),
            "tests": self.texts(place, data, "tests", _TEST, "such as T29"),
            "systems": self.texts(place, data, "systems", _SYSTEM, "S1 to S45"),
        }
        if self.document.problems or pair is None or not expect:
            return None
        return Check(
            name=name, **fields, theory=theory, runs=runs or Check.runs, pair=pair, beyond=beyond,
            expect=tuple(expect), file=self.document.file,
        )  # fmt: skip

    def _require_one_theory(self, place: KeyPath, theory: str, *pairs: ScenarioPair | None) -> None:
        """Require that all scenarios use the theory of the check; otherwise it would compare theories."""
        parts = [side for pair in pairs if pair for side in (pair.setup, pair.against) if side]
        others = {side.scenario.theory for side in parts} - {theory, BALANCED}
        others |= {side.own[THEORY] for side in parts if THEORY in side.own} - {theory}
        if theory != "any" and others:
            what = f"is {theory}, but a scenario uses another theory ({', '.join(sorted(map(str, others)))})"
            hint = "Remove the theory from the scenario, or write 'theory: any' to compare theories."
            self.wrong((*place, "theory"), what, hint)

    def _scenario_pair(self, place: KeyPath, data: Map, name: str) -> ScenarioPair | None:
        setup = self.side((*place, "setup"), data.get("setup"), name)
        against = self.side((*place, "against"), data["against"], name) if "against" in data else None
        return ScenarioPair(setup, against) if setup else None

    def _second_pair(self, place: KeyPath, data: Map, name: str) -> ScenarioPair | None:
        if "beyond" not in data:
            return None
        at = (*place, "beyond")
        if not self.keys(data["beyond"], at, spec.PAIR_KEYS, ("setup",)):
            return None
        return self._scenario_pair(at, data["beyond"], name)

    def _expectation(self, place: KeyPath, data: Any, *, paired: bool) -> Sequence[Expectation]:  # noqa: ANN401
        if not self.keys(data, place, spec.EXPECT_KEYS, spec.EXPECT_NEEDS):
            return []
        known, default = names(), "ratio" if paired else "level"
        fields: Map = {
            "measure": self.word(place, data, "measure", known),
            "per": self.word(place, data, "per", known),
            "partner": self.word(place, data, "with", known),
            "where": self.word(place, data, "where", known),
            "over": self.word(place, data, "over", tuple(spec.OVER)) or "mean",
            "statistic": self.word(place, data, "statistic", tuple(spec.STATISTICS)) or default,
            "direction": self.word(place, data, "direction", tuple(spec.DIRECTIONS)),
            "band": self.numbers(place, data, "between"),
            "tolerance": self.number(place, data, "tolerance"),
            "source": self.text(place, data, "source") if "source" in data else "",
            "known": self.text(place, data, "known") if "known" in data else "",
        }  # fmt: skip
        window = self._window(place, data)
        self._refuse_contradictions(place, data, fields, paired=paired)
        if self.document.problems or window is None:
            return []
        return [
            Expectation(**fields, first=first, last=last)
            for first, last in self._split_window(place, data, fields, window)
        ]

    def _window(self, place: KeyPath, data: Map) -> tuple[int, int] | None:
        """First week, and end week (excluded)."""
        window_keys = [key for key in ("weeks", "years") if key in data]
        if len(window_keys) != 1:
            self.wrong(place, "needs either weeks or years", "For example, weeks: [52, 104], or years: [2, 2].")
            return None
        key = window_keys[0]
        at, ends = (*place, key), data[key]
        if not (isinstance(ends, list) and len(ends) == 2 and all(type(end) is int for end in ends)):
            self.wrong(at, "must be a list of two whole numbers", f"Meaning: {spec.EXPECT_KEYS[key]}.")
            return None
        first, last = ends if key == "weeks" else ((ends[0] - 1) * YEAR, ends[1] * YEAR)
        if not 0 <= first < last <= LATEST:
            self.wrong(at, f"is empty or outside weeks 0 to {LATEST}", f"Meaning: {spec.EXPECT_KEYS[key]}.")
            return None
        return first, last

    def _split_window(
        self, place: KeyPath, data: Map, fields: Map, window: tuple[int, int]
    ) -> Sequence[tuple[int, int]]:  # fmt: skip
        """The window, or the parts to which the expectation applies separately."""
        first, last = window
        each = self.word(place, data, "each", tuple(spec.EACH))
        needed = {"peak": QUARTER, "dip": QUARTER, "dispersion": 2 * YEAR}.get(fields["over"], 1)
        step = _PARTS[each] if each else last - first
        if (last - first) % step:
            self.wrong(
                (*place, "each"), f"does not divide the window: {last - first} weeks are not a whole number of {each}s"
            )
        if step < needed:
            self.wrong((*place, "over"), f"needs at least {needed} weeks for {fields['over']}")
        return [(start, start + step) for start in range(first, last - step + 1, step)]

    def _refuse_contradictions(self, place: KeyPath, data: Map, fields: Map, *, paired: bool) -> None:
        """Report keys that are missing or contradict one another."""
        if not data.get("direction") and "between" not in data:
            self.wrong(place, "has no expected value", "Give a direction, a band (between), or both.")
        if fields["statistic"] == "level" and data.get("direction") in ("up", "down") and "with" not in data:
            self.wrong((*place, "direction"), "is not possible for a level", "Give 'against', or a band (between).")
        if fields["direction"] == "flat" and "between" not in data:
            hint = "For example, between: [-0.03, 0.03], the range that counts as no effect."
            self.wrong((*place, "direction"), "needs a band if it is flat", hint)
        if fields["statistic"] != "level" and not paired:
            self.wrong(
                (*place, "statistic"),
                f"needs the key 'against' for a {fields['statistic']}",
                f"Meaning: {spec.CHECK_KEYS['against']}.",
            )
        if "per" in data and "with" in data:
            self.wrong((*place, "with"), "cannot be combined with 'per'", "Remove one of the two.")
        if fields["over"] == "dispersion" and ("per" in data or "with" in data):
            self.wrong((*place, "over"), "applies dispersion to a single measure", "Remove 'per' and 'with'.")
        if "with" in data and fields["statistic"] == "ratio":
            hint = "Write statistic: level, or statistic: difference."
            self.wrong((*place, "with"), "needs a level or a difference for a correlation", hint)


def select_checks(names: Iterable[str], *, test: str = "", system: str = "", theory: str = "") -> list[Check]:
    """Select checks by name, file, test, system and theory; all shipped checks by default.

    Parameters
    ----------
    names : iterable of str
        Names of shipped checks and paths of files.
    test, system : str
        Select checks that name this test or this system.
    theory : str
        Select claims of this theory and of any theory.

    Returns
    -------
    list of Check
        The selected checks.

    Raises
    ------
    BadInputError
        A file has problems, a name is unknown, or no check matches.
    """
    requested = list(names)
    if theory and theory not in THEORIES:
        raise BadInputError([_no_such_check("--theory", theory, THEORIES)])
    files = [name for name in requested if _is_file(name)]
    shipped_names = [name for name in requested if not _is_file(name)]
    matches = read_checks(Path(name) for name in files)
    if shipped_names or not requested:
        matches += _shipped_by_name(shipped_names)
    for option, value, labels in (("--test", test, _tests), ("--system", system, _systems)):
        if value and not any(value in labels(check) for check in matches):
            known = sorted({item for check in matches for item in labels(check)}, key=lambda item: int(item[1:]))
            raise BadInputError([_no_such_check(option, value, known)])
        matches = [check for check in matches if not value or value in labels(check)]
    matches = [check for check in matches if not theory or check.theory in (theory, "any")]
    if not matches:
        what, hint = "no check matches all of these filters", "'redbead check --list' shows all checks."
        raise BadInputError([Problem("redbead check", what=what, hint=hint)])
    return matches


def _shipped_by_name(names: list[str]) -> list[Check]:
    """Shipped checks by name, in library order; all of them if `names` is empty."""
    shipped = shipped_checks()
    known = [check.name for check in shipped]
    if unknown := [name for name in names if name not in known]:
        raise BadInputError([_no_such_check(name, name, known) for name in unknown])
    return [check for check in shipped if not names or check.name in names]


def _is_file(name: str) -> bool:
    return "/" in name or name.lower().endswith((SUFFIX, ".yml"))


def _tests(check: Check) -> tuple[str, ...]:
    return check.tests


def _systems(check: Check) -> tuple[str, ...]:
    return check.systems


def _no_such_check(place: str, value: str, known: Iterable[str]) -> Problem:
    what = f"no check has the name, test, system or theory {messages.format_value(value)}"
    return Problem(printable(place), what=what, hint=messages.suggest_name(value, known))


def theory_of(check: Check, requested: str) -> str:
    """Return the theory that a check runs under: that of the claim, or `requested` for a claim of any theory."""
    return requested if requested and check.theory == "any" else check.theory


def scenarios_of(pair: ScenarioPair, theory: str) -> tuple[Scenario, Scenario | None]:
    """Return both scenarios of a pair, set to a theory."""
    return under(pair.setup, theory), None if pair.against is None else under(pair.against, theory)
