"""Which checks are meant: by name, by file, by test, by system, by theory."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from redbead.problems import BadInputError, Problem
from redbead.scenario import checks as telling
from redbead.scenario.home import SUFFIX
from redbead.study.checking.read import read_checks, shipped_checks
from redbead.study.checking.words import THEORIES, Check


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
    what = f"no check has {telling.shown(value)}"
    return Problem(telling.printable(place), what=what, hint=telling.meant(value, known))
