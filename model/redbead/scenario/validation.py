"""Content of a file, and its validation against the tree of its keys: every problem with its line and a hint.

A mapping with known keys, a list or a number is checked against the declaration of its key. Contradictions between
values are found by the checks of a section; problems of meaning in the valid parts of a file are reported together
with problems of structure elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from redbead.exceptions import BadInputError, Problem, format_value
from redbead.quantities import Param
from redbead.scenario import messages
from redbead.scenario.keys import Either, FileType, Items, Key, Kinds, Named, Number, Pair, Section
from redbead.scenario.yaml_reader import KeyPath, Mark, YamlDocument


class FileContent:
    """Content of a file, and the places that are not valid."""

    def __init__(self, document: YamlDocument) -> None:
        self.document = document
        self._invalid: set[KeyPath] = set()

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
        self.document.problems += problems

    def wrong_key(self, place: KeyPath, what: str, hint: str) -> None:
        """Add a problem at a key rather than at its value."""
        mark = self.document.keys.get(place) or Mark(0, 0)
        self.add(place, Problem(self.document.file, *mark, self.document.name_of(place), what, hint))

    def is_valid(self, *place: str | int) -> bool:
        """Whether neither the value at a place, nor a value that contains it or that it contains, has a problem."""
        return not any(place[: len(other)] == other[: len(place)] for other in self._invalid)

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


def check_content(document: YamlDocument, file_type: FileType) -> FileContent:
    """Validate a file against the tree of its type.

    Parameters
    ----------
    document : YamlDocument
        The file as data, with the position of each key and value.
    file_type : FileType
        The type.

    Returns
    -------
    FileContent
        The content. Its problems are those of the document and all problems that were found.
    """
    content = FileContent(document)
    if document.data is None:
        content.add(())
    elif not isinstance(document.data, dict):
        what = f"a {file_type.noun} must be a mapping of keys to values, not {format_value(document.data)}"
        content.wrong((), what, f"{file_type.example} shows an example.")
    else:
        _check_section(content, (), file_type.tree)
    return content


def _check(content: FileContent, place: KeyPath, key: Key) -> None:
    """Check the value at a place."""
    value = content.get(*place)
    match key:
        case Section():
            _check_part(content, place, key)
        case Named() if isinstance(value, dict) and (value or not key.filled):
            for child in content.places(*place):
                _check(content, child, key.item)
        case Items() if isinstance(value, list) and (value or not key.filled):
            _check_items(content, place, key)
        case Kinds() if isinstance(value, dict):
            _check_kind(content, place, key)
        case Pair() if isinstance(value, list) and len(value) == 2 and all(map(messages.is_number, value)):
            _check_pair(content, place, key)
        case Either():
            _check_alternatives(content, place, key)
        case _ if problem := messages.wrong_value(key, value):
            content.wrong(place, *problem, shown=True)


def _check_part(content: FileContent, place: KeyPath, key: Section) -> None:
    """Check a section; one with its own checks is validated as a separate document."""
    if key.check is None or not isinstance(content.get(*place), dict):
        _check_section(content, place, key)
        return
    part = FileContent(content.document.part(place))
    _check_section(part, (), key)
    if part.document.problems:
        content.add(place, *part.document.problems)


def _check_section(content: FileContent, place: KeyPath, key: Section) -> None:
    """Check the keys of a mapping and their values."""
    data = content.get(*place)
    if not isinstance(data, dict) or (key.filled and not data):
        content.wrong(place, *messages.wrong_type(key), shown=True)
        return
    for name in data:
        if name in key.keys:
            _check(content, (*place, name), key.keys[name])
        else:
            content.wrong_key((*place, name), *(key.unknown or _unknown_key(key))(name))
    for name in key.required:
        if name not in data:
            content.wrong(place, *messages.missing_key(name, key.keys[name]), invalid=(*place, name))
    if key.check is not None:
        key.check(content)


def _unknown_key(key: Section) -> Callable[[str], tuple[str, str]]:
    """Return the function that describes an unknown key of a section."""
    return lambda name: messages.unknown_key(name, key.keys)


def _check_items(content: FileContent, place: KeyPath, key: Items) -> None:
    """Check the items of a list."""
    seen: list[Any] = []
    for child in content.places(*place):
        _check(content, child, key.item)
        value = content.valid(*child)
        if key.unique and value is not None and value in seen:
            content.wrong(child, "appears twice", f"Meaning: {key.meaning}.", shown=True)
        seen.append(value)


def _check_kind(content: FileContent, place: KeyPath, key: Kinds) -> None:
    """Check an item whose kind decides which keys it has."""
    kind = content.get(*place, "kind")
    if not isinstance(kind, str):
        hint = f"Choose from: {', '.join(key.kinds)}."
        content.wrong(place, f"needs the key 'kind', such as kind: {key.example}", hint)
    elif kind not in key.kinds:
        name = f"{content.document.name_of(place[:-1])}.kind = {format_value(kind)}"
        mark = content.document.mark_of((*place, "kind")) or Mark(0, 0)
        fault = messages.no_such_item(key.noun, kind, key.kinds, lambda near: key.kinds[near].meaning)
        content.add(place, Problem(content.document.file, *mark, name, *fault))
    else:
        _check_section(content, place, key.kinds[kind])


def _check_pair(content: FileContent, place: KeyPath, key: Pair) -> None:
    """Check two numbers in ascending order."""
    first, second = content.get(*place)
    for child in content.places(*place):
        _check(content, child, key.number)
    if content.is_valid(*place) and not (first < second or (key.equal and first == second)):
        content.wrong(place, *messages.descending(first, second))


def _check_alternatives(content: FileContent, place: KeyPath, key: Either) -> None:
    """Check a value that may have several types against the alternative of its type."""
    value = content.get(*place)
    alternative = next((one for one in key.alternatives if _has_type(value, one)), None)
    if alternative is None:
        content.wrong(place, *messages.wrong_type(key), shown=True)
    else:
        _check(content, place, alternative)


def _has_type(value: object, key: Key) -> bool:
    """Whether a value has the type of a key; a text must be one that the key accepts."""
    match key:
        case Section() | Named() | Kinds():
            return isinstance(value, dict)
        case Items() | Pair():
            return isinstance(value, list)
        case Number() | Param():
            return messages.is_number(value)
    return messages.wrong_value(key, value) is None
