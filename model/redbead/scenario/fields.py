"""The fields of a file of checks, one kind of value a method; what is wrong is noted with its place, and told later."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias, TypeGuard

from redbead.scenario import checks as telling
from redbead.scenario.keys import Text
from redbead.scenario.read import Document, Mark, Place

Map: TypeAlias = Mapping[str, Any]


class Fields:
    """Reads values out of a document; a value that is wrong becomes a problem and something harmless instead."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def wrong(self, place: Place, what: str, hint: str = "", *, shown: bool = False) -> None:
        """Note a problem at a value, called by the last key on the way to it."""
        mark = self.document.mark_of(place)
        value: Any = self.document.data
        for part in place if shown else ():
            value = value[part]
        key = ".".join(str(part) for part in place if not isinstance(part, int))
        name = f"{key} = {telling.shown(value)}" if shown and key else key
        self.document.problem(mark, what, key=telling.printable(name), hint=hint)

    def keys(self, data: Any, place: Place, known: Mapping[str, str], needed: Sequence[str]) -> TypeGuard[Map]:  # noqa: ANN401
        """Whether `data` is a mapping with what it needs; unknown keys are noted, with the nearest known one."""
        if not isinstance(data, dict):
            self.wrong(place, "must be a mapping of keys to values", f"known here: {', '.join(known)}")
            return False
        for key in data:
            if key not in known:
                near = telling.close(str(key), known)
                hint = f"did you mean {near!r} ({known[near]})?" if near else f"known here: {', '.join(known)}"
                mark = self.document.keys.get((*place, key)) or Mark(0, 0)
                self.document.problem(mark, "unknown key", key=telling.printable(key), hint=hint)
        missing = [key for key in needed if key not in data]
        for key in missing:
            self.wrong(place, f"needs '{key}'", known[key])
        return not missing

    def items(self, place: Place, data: Any) -> Iterator[tuple[Place, Any]]:  # noqa: ANN401 - a file may hold anything
        """The items of a list that must not be empty, each with its place."""
        if not isinstance(data, list) or not data:
            self.wrong(place, "must be a list of at least one item, each behind a hyphen")
            return
        for number, item in enumerate(data):
            yield (*place, number), item

    def text(self, place: Place, data: Map, key: str, form: re.Pattern[str] | None = None, called: str = "") -> str:
        """A text that is not empty."""
        value = data.get(key)
        if not isinstance(value, str) or not value.strip():
            self.wrong((*place, key), *telling.wrong_text(Text("")), shown=True)
            return ""
        if form is not None and not form.fullmatch(value):
            self.wrong((*place, key), f"must be {called}", shown=True)
        return " ".join(value.split())

    def texts(self, place: Place, data: Map, key: str, form: re.Pattern[str], called: str) -> tuple[str, ...]:
        """A list of texts of one form; none where the key is absent."""
        if key not in data:
            return ()
        found = list(self.items((*place, key), data[key]))
        for at, item in found:
            if not isinstance(item, str) or not form.fullmatch(item):
                self.wrong(at, f"must be {called}", shown=True)
        return tuple(str(item) for _, item in found)

    def word(self, place: Place, data: Map, key: str, known: Sequence[str]) -> str:
        """One of a few words; nothing where the key is absent."""
        if key not in data:
            return ""
        value = data[key]
        if isinstance(value, str) and value in known:
            return value
        hint = telling.meant(value if isinstance(value, str) else "", known)
        self.wrong((*place, key), "not a word that is known here", hint, shown=True)
        return ""

    def whole(self, place: Place, data: Map, key: str, low: int, high: int) -> int:
        """A whole number in a range; 0 where the key is absent."""
        value = data.get(key, 0)
        if key in data and (type(value) is not int or not low <= value <= high):
            self.wrong((*place, key), f"must be a whole number from {low} to {high}", shown=True)
            return 0
        return int(value)

    def number(self, place: Place, data: Map, key: str) -> float:
        """A number that is not negative; 0 where the key is absent."""
        value = data.get(key, 0.0)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            self.wrong((*place, key), "must be a number, not below 0", shown=True)
            return 0.0
        return float(value)

    def numbers(self, place: Place, data: Map, key: str) -> tuple[float, float] | None:
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
