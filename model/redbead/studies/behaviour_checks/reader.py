"""Reader of files of behaviour checks: all problems are reported at once, with line and column."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from redbead.exceptions import BadInputError, Problem, format_value, printable
from redbead.scenario.content import FileContent
from redbead.scenario.library import SUFFIX, check_library
from redbead.scenario.messages import suggest_name
from redbead.scenario.scenario import Scenario
from redbead.scenario.theories import BALANCED
from redbead.scenario.validation import check_content
from redbead.scenario.yaml_reader import KeyPath, YamlDocument, read
from redbead.state.constants import QUARTER, YEAR
from redbead.studies.behaviour_checks.spec import CHECKS, PAIR_KEYS, THEORIES, Check, Expectation, ScenarioPair
from redbead.studies.reader_base import THEORY, read_part, under

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
    what = f"no check has the name, test, system or theory {format_value(value)}"
    return Problem(printable(place), what=what, hint=suggest_name(value, known))


def theory_of(check: Check, requested: str) -> str:
    """Return the theory that a check runs under: that of the claim, or `requested` for a claim of any theory."""
    return requested if requested and check.theory == "any" else check.theory


def scenarios_of(pair: ScenarioPair, theory: str) -> tuple[Scenario, Scenario | None]:
    """Return both scenarios of a pair, set to a theory."""
    return under(pair.setup, theory), None if pair.against is None else under(pair.against, theory)
