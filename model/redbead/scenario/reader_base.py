"""Small scenarios inside a larger file: a side of a check, a policy of a batch. The reader of scenarios reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias, TypeGuard

from redbead import parameters
from redbead.exceptions import BadInputError
from redbead.scenario import messages
from redbead.scenario.keywords import WORDS
from redbead.scenario.library import shipped
from redbead.scenario.loader import load_part
from redbead.scenario.scenario import Scenario
from redbead.scenario.schema import FAMILY_SECTIONS, Text
from redbead.scenario.theories import BALANCED
from redbead.scenario.yaml_reader import KeyPath, Mark, YamlDocument

Map: TypeAlias = Mapping[str, Any]


class Fields:
    """Reads values out of a document; a value that is wrong becomes a problem and something harmless instead."""

    def __init__(self, document: YamlDocument) -> None:
        self.document = document

    def wrong(self, place: KeyPath, what: str, hint: str = "", *, shown: bool = False) -> None:
        """Note a problem at a value, called by the last key on the way to it."""
        mark = self.document.mark_of(place)
        value: Any = self.document.data
        for part in place if shown else ():
            value = value[part]
        key = ".".join(str(part) for part in place if not isinstance(part, int))
        name = f"{key} = {messages.shown(value)}" if shown and key else key
        self.document.problem(mark, what, key=messages.printable(name), hint=hint)

    def keys(self, data: Any, place: KeyPath, known: Mapping[str, str], needed: Sequence[str]) -> TypeGuard[Map]:  # noqa: ANN401
        """Whether `data` is a mapping with what it needs; unknown keys are noted, with the nearest known one."""
        if not isinstance(data, dict):
            self.wrong(place, "must be a mapping of keys to values", f"known here: {', '.join(known)}")
            return False
        for key in data:
            if key not in known:
                near = messages.close(str(key), known)
                hint = f"did you mean {near!r} ({known[near]})?" if near else f"known here: {', '.join(known)}"
                mark = self.document.keys.get((*place, key)) or Mark(0, 0)
                self.document.problem(mark, "unknown key", key=messages.printable(key), hint=hint)
        missing = [key for key in needed if key not in data]
        for key in missing:
            self.wrong(place, f"needs '{key}'", known[key])
        return not missing

    def items(self, place: KeyPath, data: Any) -> Iterator[tuple[KeyPath, Any]]:  # noqa: ANN401 - a file may hold anything
        """The items of a list that must not be empty, each with its place."""
        if not isinstance(data, list) or not data:
            self.wrong(place, "must be a list of at least one item, each behind a hyphen")
            return
        for number, item in enumerate(data):
            yield (*place, number), item

    def text(self, place: KeyPath, data: Map, key: str, form: re.Pattern[str] | None = None, called: str = "") -> str:
        """A text that is not empty."""
        value = data.get(key)
        if not isinstance(value, str) or not value.strip():
            self.wrong((*place, key), *messages.wrong_text(Text("")), shown=True)
            return ""
        if form is not None and not form.fullmatch(value):
            self.wrong((*place, key), f"must be {called}", shown=True)
        return " ".join(value.split())

    def texts(self, place: KeyPath, data: Map, key: str, form: re.Pattern[str], called: str) -> tuple[str, ...]:
        """A list of texts of one form; none where the key is absent."""
        if key not in data:
            return ()
        found = list(self.items((*place, key), data[key]))
        for at, item in found:
            if not isinstance(item, str) or not form.fullmatch(item):
                self.wrong(at, f"must be {called}", shown=True)
        return tuple(str(item) for _, item in found)

    def word(self, place: KeyPath, data: Map, key: str, known: Sequence[str]) -> str:
        """One of a few words; nothing where the key is absent."""
        if key not in data:
            return ""
        value = data[key]
        if isinstance(value, str) and value in known:
            return value
        hint = messages.meant(value if isinstance(value, str) else "", known)
        self.wrong((*place, key), "not a word that is known here", hint, shown=True)
        return ""

    def whole(self, place: KeyPath, data: Map, key: str, low: int, high: int) -> int:
        """A whole number in a range; 0 where the key is absent."""
        value = data.get(key, 0)
        if key in data and (type(value) is not int or not low <= value <= high):
            self.wrong((*place, key), f"must be a whole number from {low} to {high}", shown=True)
            return 0
        return int(value)

    def number(self, place: KeyPath, data: Map, key: str) -> float:
        """A number that is not negative; 0 where the key is absent."""
        value = data.get(key, 0.0)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            self.wrong((*place, key), "must be a number, not below 0", shown=True)
            return 0.0
        return float(value)

    def numbers(self, place: KeyPath, data: Map, key: str) -> tuple[float, float] | None:
        """Two numbers, the smaller first; nothing where the key is absent."""
        if key not in data:
            return None
        value = data[key]
        good = isinstance(value, list) and len(value) == 2
        if not good or any(isinstance(v, bool) or not isinstance(v, int | float) for v in value):
            self.wrong((*place, key), "must be two numbers in brackets", "such as between: [-0.25, -0.05]")
            return None
        if not value[0] < value[1]:
            self.wrong((*place, key), f"{value[0]:g} is not below {value[1]:g}", "the lower end comes first")
            return None
        return float(value[0]), float(value[1])


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


class ScenarioPart(NamedTuple):
    """One scenario, and the numbers and words that the larger file itself gives it."""

    scenario: Scenario
    own: Mapping[str, Any]


class ScenarioFields(Fields):
    """Reads fields, and sides."""

    def side(self, place: KeyPath, data: Any, name: str) -> ScenarioPart | None:  # noqa: ANN401 - a file may hold anything
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
                        f"{messages.shown(data.get('scenario', base))}: {problem.what}",
                        problem.hint,
                    )
            return None
        return ScenarioPart(scenario, own_settings(rest))

    def base(self, place: KeyPath, data: Map) -> str:
        """The scenario that a side starts from: a shipped one."""
        return self.word(place, data, "scenario", tuple(shipped())) or "baseline"


def _part(document: YamlDocument, place: KeyPath, data: dict[str, Any]) -> YamlDocument:
    """What stands at a place, as a document of its own whose marks are those of the file."""
    depth = len(place)
    return YamlDocument(
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


def under(side: ScenarioPart, theory: str) -> Scenario:
    """The scenario of a side under a theory; what the side sets itself wins.

    Raises
    ------
    BadInputError
        There is no such theory.
    """
    if theory in UNSAID or THEORY in side.own:
        return side.scenario
    return side.scenario.set({THEORY: theory, **side.own})
