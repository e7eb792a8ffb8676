"""Settings of the command line, such as ``--set inspection.cases_tracked=60``, turned into changes of a scenario."""

from __future__ import annotations

from collections.abc import Iterable

from redbead.problems import BadInputError, Problem
from redbead.scenario.checks import printable
from redbead.scenario.read import scalar
from redbead.scenario.spec import problems_of

FILE = "--set"


def settings(texts: Iterable[str]) -> dict[str, float | str]:
    """The changes that a list of ``path=value`` asks for, ready for `Scenario.set`.

    >>> settings(["inspection.cases_tracked=60", "inspection.regime=none"])
    {'inspection.cases_tracked': 60, 'inspection.regime': 'none'}

    Raises
    ------
    BadInputError
        Names every setting that has no '=', comes twice, is unknown or out of range.
    """
    found: list[Problem] = []
    changes: dict[str, float | str] = {}
    for text in texts:
        path, equals, value = (part.strip() for part in text.partition("="))
        if not equals:
            found.append(Problem(FILE, key=printable(text), what="write it as path=value"))
        elif path in changes:
            found.append(Problem(FILE, key=printable(path), what="given twice"))
        else:
            changes[path] = scalar(value)
    found += problems_of(changes, FILE)
    if found:
        raise BadInputError(found)
    return changes
