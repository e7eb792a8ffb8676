"""Small scenarios inside a larger file: a side of a check, a policy of a batch. The reader of scenarios reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from redbead import parameters
from redbead.problems import BadInputError
from redbead.scenario import checks as telling
from redbead.scenario.fields import Fields, Map
from redbead.scenario.home import shipped
from redbead.scenario.keys import FAMILY_SECTIONS
from redbead.scenario.load import load_part
from redbead.scenario.read import Document, Place
from redbead.scenario.spec import Scenario
from redbead.scenario.theories import BALANCED
from redbead.scenario.words import WORDS

THEORY: Final = "theory"
"""The word of a scenario that names a theory."""

UNSAID: Final = ("any", BALANCED)
"""Theories that a scenario takes without being told."""


SIDE_KEYS: Final[Mapping[str, str]] = {
    "scenario": "the name of a shipped scenario (baseline where absent)",
    "authority": "as in a scenario file",
    "demand": "as in a scenario file; spikes join those of the scenario",
    "inspection": "as in a scenario file",
    "takeover": "as in a scenario file",
    "theory": "as in a scenario file",
    "levers": "as in a scenario file; they join those of the scenario",
    "change": "any parameter, by its path",
}


class Side(NamedTuple):
    """One scenario, and the numbers and words that the larger file itself gives it."""

    scenario: Scenario
    own: Mapping[str, Any]


class Sided(Fields):
    """Reads fields, and sides."""

    def side(self, place: Place, data: Any, name: str) -> Side | None:  # noqa: ANN401 - a file may hold anything
        """One side as a scenario; problems are noted with their line and column in the larger file."""
        if not self.keys(data, place, SIDE_KEYS, ()):
            return None
        base = self.base(place, data)
        rest = {key: value for key, value in data.items() if key in SIDE_KEYS and key != "scenario"}
        try:
            scenario = load_part(_part(self.document, place, rest), base, name[:64] or "side")
        except BadInputError as error:
            for problem in error.problems:
                if problem.line:
                    self.document.problems.append(problem)
                else:  # the scenario that it starts from is not there
                    self.wrong(
                        (*place, "scenario"),
                        f"{telling.shown(data.get('scenario', base))}: {problem.what}",
                        problem.hint,
                    )
            return None
        return Side(scenario, own_settings(rest))

    def base(self, place: Place, data: Map) -> str:
        """The scenario that a side starts from: a shipped one."""
        return self.word(place, data, "scenario", tuple(shipped())) or "baseline"


def _part(document: Document, place: Place, data: dict[str, Any]) -> Document:
    """What stands at a place, as a document of its own whose marks are those of the file."""
    depth = len(place)
    return Document(
        document.file,
        data,
        {at[depth:]: mark for at, mark in document.marks.items() if at[:depth] == place},
        {at[depth:]: mark for at, mark in document.keys.items() if at[:depth] == place and len(at) > depth},
    )


def own_settings(data: Map) -> Mapping[str, Any]:
    """The parameters and words that a side sets itself, by path.

    >>> dict(own_settings({"inspection": {"stakes": 0.2}, "change": {"fear.floor": 0}, "levers": []}))
    {'inspection.stakes': 0.2, 'fear.floor': 0}
    """
    sections = {f: data[f] for f in FAMILY_SECTIONS if isinstance(data.get(f), dict)}
    given = {f"{family}.{key}": value for family, section in sections.items() for key, value in section.items()}
    given |= data.get("change") or {}
    known = {path: value for path, value in given.items() if path in parameters.register() or path in WORDS}
    return known | ({THEORY: data[THEORY]} if THEORY in data else {})


def under(side: Side, theory: str) -> Scenario:
    """The scenario of a side under a theory; what the side sets itself wins.

    Raises
    ------
    BadInputError
        There is no such theory.
    """
    if theory in UNSAID or THEORY in side.own:
        return side.scenario
    return side.scenario.set({THEORY: theory, **side.own})
