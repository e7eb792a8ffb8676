"""Readers of typed values from YAML documents, and of scenarios that are part of a larger file.

A check has two sides and a batch has several policies. Each of them is a small scenario inside the larger file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias, TypeGuard

from redbead import parameters
from redbead.exceptions import BadInputError, printable
from redbead.scenario import messages
from redbead.scenario.keywords import KEYWORDS
from redbead.scenario.library import shipped
from redbead.scenario.loader import load_part
from redbead.scenario.scenario import Scenario
from redbead.scenario.schema import FAMILY_SECTIONS, Text
from redbead.scenario.theories import BALANCED
from redbead.scenario.yaml_reader import KeyPath, Mark, YamlDocument

Map: TypeAlias = Mapping[str, Any]


class Fields:
    """Reads values from a document. An invalid value adds a problem, and the method returns an empty value."""

    def __init__(self, document: YamlDocument) -> None:
        self.document = document

    def wrong(self, place: KeyPath, what: str, hint: str = "", *, shown: bool = False) -> None:
        """Add a problem at a value; ``shown`` adds the value itself to the message."""
        mark = self.document.mark_of(place)
        value: Any = self.document.data
        for part in place if shown else ():
            value = value[part]
        key = ".".join(str(part) for part in place if not isinstance(part, int))
        name = f"{key} = {messages.format_value(value)}" if shown and key else key
        self.document.problem(mark, what, key=printable(name), hint=hint)

    def keys(self, data: Any, place: KeyPath, known: Mapping[str, str], needed: Sequence[str]) -> TypeGuard[Map]:  # noqa: ANN401
        """Check that ``data`` is a mapping with all required keys. Unknown keys add problems."""
        choices = f"Choose from: {', '.join(known)}."
        if not isinstance(data, dict):
            self.wrong(place, "must be a mapping of keys to values", choices)
            return False
        for key in data:
            if key not in known:
                near = messages.nearest_name(str(key), known)
                hint = f"Did you mean {near} ({known[near]})?" if near else choices
                mark = self.document.keys.get((*place, key)) or Mark(0, 0)
                self.document.problem(mark, "is not a known key", key=printable(key), hint=hint)
        missing = [key for key in needed if key not in data]
        for key in missing:
            self.wrong(place, f"needs the key '{key}'", f"Meaning: {known[key]}.")
        return not missing

    def items(self, place: KeyPath, data: Any) -> Iterator[tuple[KeyPath, Any]]:  # noqa: ANN401 - a file may contain any type
        """Yield the items of a list, each with its place. An empty list adds a problem."""
        if not isinstance(data, list) or not data:
            self.wrong(place, "must be a list with at least one item", "Start each item with a hyphen.")
            return
        for number, item in enumerate(data):
            yield (*place, number), item

    def text(self, place: KeyPath, data: Map, key: str, form: re.Pattern[str] | None = None, called: str = "") -> str:
        """Read a text that is not empty."""
        value = data.get(key)
        if not isinstance(value, str) or not value.strip():
            self.wrong((*place, key), *messages.wrong_text(Text("")), shown=True)
            return ""
        if form is not None and not form.fullmatch(value):
            self.wrong((*place, key), f"must be {called}", shown=True)
        return " ".join(value.split())

    def texts(self, place: KeyPath, data: Map, key: str, form: re.Pattern[str], called: str) -> tuple[str, ...]:
        """Read a list of texts of one form. Returns an empty tuple if the key is absent."""
        if key not in data:
            return ()
        items = list(self.items((*place, key), data[key]))
        for at, item in items:
            if not isinstance(item, str) or not form.fullmatch(item):
                self.wrong(at, f"must be {called}", shown=True)
        return tuple(str(item) for _, item in items)

    def word(self, place: KeyPath, data: Map, key: str, known: Sequence[str]) -> str:
        """Read one of several names. Returns an empty string if the key is absent."""
        if key not in data:
            return ""
        value = data[key]
        if isinstance(value, str) and value in known:
            return value
        hint = messages.suggest_name(value if isinstance(value, str) else "", known)
        self.wrong((*place, key), "is not a known value", hint, shown=True)
        return ""

    def whole(self, place: KeyPath, data: Map, key: str, low: int, high: int) -> int:
        """Read a whole number in a range. Returns 0 if the key is absent."""
        value = data.get(key, 0)
        if key in data and (type(value) is not int or not low <= value <= high):
            self.wrong((*place, key), f"must be a whole number from {low} to {high}", shown=True)
            return 0
        return int(value)

    def number(self, place: KeyPath, data: Map, key: str) -> float:
        """Read a number that is not negative. Returns 0 if the key is absent."""
        value = data.get(key, 0.0)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            self.wrong((*place, key), "must be a number of 0 or more", shown=True)
            return 0.0
        return float(value)

    def numbers(self, place: KeyPath, data: Map, key: str) -> tuple[float, float] | None:
        """Read a pair of numbers in ascending order. Returns None if the key is absent."""
        if key not in data:
            return None
        value = data[key]
        is_pair = isinstance(value, list) and len(value) == 2
        if not is_pair or any(isinstance(v, bool) or not isinstance(v, int | float) for v in value):
            self.wrong((*place, key), "must be two numbers in brackets", f"For example, {key}: [-0.25, -0.05].")
            return None
        if not value[0] < value[1]:
            what = f"must be in ascending order, but {value[0]:g} is not below {value[1]:g}"
            self.wrong((*place, key), what, "Write the lower number first.")
            return None
        return float(value[0]), float(value[1])


THEORY: Final = "theory"
"""Key of a scenario that names a theory."""

IMPLICIT_THEORIES: Final = ("any", BALANCED)
"""Theories that leave a scenario as it is."""


SIDE_KEYS: Final[Mapping[str, str]] = {
    "scenario": "name of a shipped scenario (default: baseline)",
    "authority": "as in a scenario file",
    "demand": "as in a scenario file; spikes are added to those of the scenario",
    "inspection": "as in a scenario file",
    "takeover": "as in a scenario file",
    "theory": "as in a scenario file",
    "levers": "as in a scenario file; levers are added to those of the scenario",
    "change": "any parameter, by its path",
}
"""Keys of a scenario that is part of a larger file."""


class ScenarioPart(NamedTuple):
    """A scenario that is part of a larger file, and the values that the larger file sets explicitly."""

    scenario: Scenario
    own: Mapping[str, Any]


class ScenarioFields(Fields):
    """Reads values, and scenarios that are part of a larger file."""

    def side(self, place: KeyPath, data: Any, name: str) -> ScenarioPart | None:  # noqa: ANN401 - a file may contain any type
        """Read a scenario. Its problems have the line and column of the larger file."""
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
                else:  # the problem is in the scenario that this part extends
                    self.wrong(
                        (*place, "scenario"),
                        f"{messages.format_value(data.get('scenario', base))}: {problem.what}",
                        problem.hint,
                    )
            return None
        return ScenarioPart(scenario, explicit_values(rest))

    def base(self, place: KeyPath, data: Map) -> str:
        """Read the name of the shipped scenario that a part extends."""
        return self.word(place, data, "scenario", tuple(shipped())) or "baseline"


def _part(document: YamlDocument, place: KeyPath, data: dict[str, Any]) -> YamlDocument:
    """Extract the data at a place as a document with the positions of the larger file."""
    depth = len(place)
    return YamlDocument(
        document.file,
        data,
        {at[depth:]: mark for at, mark in document.marks.items() if at[:depth] == place},
        {at[depth:]: mark for at, mark in document.keys.items() if at[:depth] == place and len(at) > depth},
    )


def explicit_values(data: Map) -> Mapping[str, Any]:
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
