"""Content of a file with the problems that were found in it, and the places that are not valid.

Problems of meaning in the valid parts of a file are thus reported together with problems of structure elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from redbead.exceptions import BadInputError, Problem, format_value
from redbead.scenario.yaml_reader import KeyPath, Mark, YamlDocument


class FileContent:
    """Content of a file, and the places that are not valid."""

    def __init__(self, document: YamlDocument) -> None:
        self.document = document
        self._invalid: set[KeyPath] = set()
        self._with_invalid: set[KeyPath] = set()  # places that contain an invalid one

    def wrong(
        self, place: KeyPath, what: str, hint: str = "", *, shown: bool = False, invalid: KeyPath | None = None
    ) -> None:  # fmt: skip
        """Add a problem at a place.

        Parameters
        ----------
        place : tuple of str or int
            The place.
        what, hint : str
            What is wrong; what is allowed or what to do next.
        shown : bool
            Whether the message shows the value.
        invalid : tuple of str or int, optional
            Place that is not valid, if it is another one.
        """
        name = self.document.name_of(place)
        key = f"{name} = {format_value(self.get(*place))}" if shown and name else name
        mark = self.document.mark_of(place) or Mark(0, 0)
        self.add(invalid or place, Problem(self.document.file, *mark, key, what, hint))

    def add(self, place: KeyPath, *problems: Problem) -> None:
        """Add problems of a place."""
        self._invalid.add(place)
        self._with_invalid.update(place[:depth] for depth in range(len(place)))
        self.document.add(*problems)

    def wrong_key(self, place: KeyPath, what: str, hint: str) -> None:
        """Add a problem at a key rather than at its value."""
        mark = self.document.keys.get(place) or Mark(0, 0)
        self.add(place, Problem(self.document.file, *mark, self.document.name_of(place), what, hint))

    def is_valid(self, *place: str | int) -> bool:
        """Whether neither the value at a place, nor a value that contains it or that it contains, has a problem."""
        containing = (place[:depth] for depth in range(len(place) + 1))
        return place not in self._with_invalid and self._invalid.isdisjoint(containing)

    def get(self, *place: str | int, default: Any = None) -> Any:  # noqa: ANN401 - a file may contain any type
        """Return the value at a place, or the default if there is none."""
        value = self.document.data
        for part in place:
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError):
                return default
        return value

    def valid(self, *place: str | int, default: Any = None) -> Any:  # noqa: ANN401 - a file may contain any type
        """Return the value at a place, or the default if there is none or it is not valid."""
        return self.get(*place, default=default) if self.is_valid(*place) else default

    def text(self, *place: str | int, default: str = "") -> str:
        """Return the text at a place on one line, or the default if there is none or it is not valid."""
        return " ".join(str(self.valid(*place, default=default)).split())

    def places(self, *place: str | int) -> Iterator[KeyPath]:
        """Yield the places of the items of a list or mapping; none if it is missing or has another type."""
        value = self.get(*place)
        parts = range(len(value)) if isinstance(value, list) else value if isinstance(value, dict) else ()
        for part in parts:
            yield (*place, part)

    def raise_problems(self) -> None:
        """Raise all problems of the file together.

        Raises
        ------
        BadInputError
            If there is at least one problem.
        """
        if self.document.problems:
            raise BadInputError(self.document.problems)
