"""Scenarios that are part of a larger file.

A check has two sides and a batch has several policies. Each of them is a small scenario inside the larger file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from redbead import parameters
from redbead.exceptions import BadInputError, format_value
from redbead.scenario.consistency import FAMILY_SECTIONS
from redbead.scenario.content import FileContent
from redbead.scenario.keywords import KEYWORDS
from redbead.scenario.loader import load_part
from redbead.scenario.scenario import Scenario
from redbead.scenario.theories import BALANCED
from redbead.scenario.yaml_reader import KeyPath

THEORY: Final = "theory"
"""Key of a scenario that names a theory."""

IMPLICIT_THEORIES: Final = ("any", BALANCED)
"""Theories that leave a scenario as it is."""


class ScenarioPart(NamedTuple):
    """A scenario that is part of a larger file, and the values that the larger file sets explicitly."""

    scenario: Scenario
    own: Mapping[str, Any]


def read_part(content: FileContent, place: KeyPath, base: str, name: str) -> ScenarioPart | None:
    """Read the scenario at a place of a larger file.

    Parameters
    ----------
    content : FileContent
        The larger file. Problems are added to it, with the line and column of the larger file.
    place : tuple of str or int
        Place of the scenario.
    base : str
        Name or path of the scenario that the part extends.
    name : str
        Name of the new scenario.

    Returns
    -------
    ScenarioPart or None
        None if the part is missing or not valid.
    """
    if not content.is_valid(*place) or content.get(*place) is None:
        return None
    part = content.document.part(place)
    try:
        scenario = load_part(part, base, name[:64] or "side")
    except BadInputError as error:
        add_problems(content, (*place, "scenario"), part.data.get("scenario", base), error)
        return None
    return ScenarioPart(scenario, explicit_values(part.data))


def add_problems(content: FileContent, place: KeyPath, name: object, error: BadInputError) -> None:
    """Add the problems of another file that a place names. Those without a line are reported at the place."""
    for problem in error.problems:
        if problem.line:
            content.add(place, problem)
        else:
            content.wrong(place, f"{format_value(name)}: {problem.what}", problem.hint)


def explicit_values(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Parameters and keywords that a part sets explicitly, by path.

    Examples
    --------
    >>> dict(explicit_values({"inspection": {"stakes": 0.2}, "change": {"fear.floor": 0}, "levers": []}))
    {'inspection.stakes': 0.2, 'fear.floor': 0}
    """
    sections = {f: data[f] for f in FAMILY_SECTIONS if isinstance(data.get(f), dict)}
    given = {f"{family}.{key}": value for family, section in sections.items() for key, value in section.items()}
    given |= data.get("change") or {}
    known = {path: value for path, value in given.items() if path in parameters.register() or path in KEYWORDS}
    return known | ({THEORY: data[THEORY]} if THEORY in data else {})


def under(side: ScenarioPart, theory: str) -> Scenario:
    """Apply a theory to a scenario. Values that the part sets explicitly take precedence.

    Raises
    ------
    BadInputError
        If there is no such theory.
    """
    if theory in IMPLICIT_THEORIES or THEORY in side.own:
        return side.scenario
    return side.scenario.set({THEORY: theory, **side.own})
