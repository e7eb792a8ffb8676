"""Validation of files against the tree of their keys, and of arguments of public functions against their annotations.

In a file, a mapping with known keys, a list or a number is checked against the declaration of its key, and every
problem has its line, its column and a hint. Contradictions between values are found by the checks of a section.
"""

from __future__ import annotations

import functools
import inspect
import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar

from redbead.exceptions import BadInputError, Problem, format_value, printable
from redbead.quantities import Param
from redbead.scenario import messages
from redbead.scenario.content import FileContent
from redbead.scenario.keys import Either, FileType, Items, Key, Kinds, Named, Number, Pair, Section
from redbead.scenario.yaml_reader import KeyPath, Mark, YamlDocument


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

    Raises
    ------
    BadInputError
        If there are too many problems.
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
            _check_named(content, place, key)
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


def _check_named(content: FileContent, place: KeyPath, key: Named) -> None:
    """Check the names of a mapping with free names, and their values."""
    for child in content.places(*place):
        if not str(child[-1]).strip():
            mark = content.document.keys.get(child) or Mark(0, 0)
            what, hint = "has an empty name", f"Write a name before the colon. For example, {key.example}."
            content.add(child, Problem(content.document.file, *mark, content.document.name_of(place), what, hint))
        _check(content, child, key.item)


def _check_part(content: FileContent, place: KeyPath, key: Section) -> None:
    """Check a section; one with its own checks is validated as a separate document."""
    if key.check is None or not isinstance(content.get(*place), dict):
        _check_section(content, place, key)
        return
    part = FileContent(content.document.part(place))
    try:
        _check_section(part, (), key)
    except BadInputError as error:  # too many problems
        raise BadInputError([*content.document.problems, *error.problems]) from None
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
    if key.most and len(content.get(*place)) > key.most:
        content.wrong(place, f"has more than {key.most:,} items", f"Meaning: {key.meaning}. Remove some items.")
        return
    seen: set[Any] = set()
    for child in content.places(*place):
        _check(content, child, key.item)
        value = content.valid(*child)
        if not key.unique or not isinstance(value, str | int | float):
            continue
        if value in seen:
            content.wrong(child, "appears twice", f"Meaning: {key.meaning}. Remove one of the two.", shown=True)
        seen.add(value)


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


# Arguments of public functions


def _whole(value: object) -> int:
    number = messages.whole_number(value)
    if number is None:
        raise TypeError
    return number


def _number(value: object) -> float:
    number = messages.plain_number(value)
    if not messages.is_number(number):
        raise TypeError
    return number


def _flag(value: object) -> bool:
    flag = messages.plain_number(value)
    if not isinstance(flag, bool):
        raise TypeError
    return flag


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return str(value)  # subclasses of NumPy are no plain text for YAML


def _path(value: object) -> Path:
    if not isinstance(value, os.PathLike):
        raise TypeError
    return Path(_text(os.fspath(value)))


def _items(value: object) -> list[Any]:
    """Items of a list, series, generator or other iterable with an order."""
    if isinstance(value, str | bytes | Mapping | set | frozenset) or not isinstance(value, Iterable):
        raise TypeError
    return list(value)


def _names(value: object) -> list[str]:
    """Names or paths as text; one name is a list with one item."""
    items = [value] if isinstance(value, str) else _items(value)
    return [str(_path(item)) if isinstance(item, os.PathLike) else _text(item) for item in items]


def _pair(value: object) -> tuple[int, int]:
    first, second = map(_whole, _items(value))
    return first, second


def _sources(value: object) -> list[Any] | dict[Any, Any]:
    """Scenarios, also by name. Paths have the type Path; an item of another type is a problem of its policy."""
    named = value if isinstance(value, Mapping) else dict(enumerate(_items(value)))
    sources = {key: _path(item) if isinstance(item, os.PathLike) else item for key, item in named.items()}
    return sources if isinstance(value, Mapping) else list(sources.values())


def _values(value: object) -> dict[str, float | str]:
    """Numbers or text by name, of a mapping or a series with names."""
    items = getattr(value, "items", None)
    if not callable(items):
        raise TypeError
    return {_text(key): _text(item) if isinstance(item, str) else _number(item) for key, item in items()}


class _Kind(NamedTuple):
    """Kind of arguments: function that converts them or raises TypeError or ValueError, and their form in words."""

    convert: Callable[[object], Any]
    form: str


_KINDS: Final[Mapping[str, _Kind]] = {
    "int": _Kind(_whole, "a whole number"),
    "float": _Kind(_number, "a number"),
    "bool": _Kind(_flag, "True or False"),
    "str": _Kind(_text, "text"),
    "Path": _Kind(_path, "a path"),
    "Sequence[str]": _Kind(_names, "a list of names"),
    "Sequence[float]": _Kind(_items, "a list of numbers"),  # each number is checked with its place
    "Mapping[str, float | str]": _Kind(_values, "a mapping of names to numbers or text"),
    "Sequence[str | Path | Scenario]": _Kind(_sources, "a list of scenarios"),
    "Mapping[str, str | Path | Scenario]": _Kind(_sources, "a mapping of names to scenarios"),
    "tuple[int, int]": _Kind(_pair, "two whole numbers"),
    "Agents": _Kind(lambda value: value, "a mapping of classes"),  # checked where the classes are known
    "Any": _Kind(lambda value: value, "any value"),
}
"""Kinds by their annotation."""

_UNION: Final = re.compile(r" \| (?![^\[]*\])")

P = ParamSpec("P")
R = TypeVar("R")


def check_arguments(function: Callable[P, R]) -> Callable[P, R]:
    """Convert the arguments of a public function by their annotations, and refuse all others in one message.

    Numbers of NumPy and pandas become int or float, iterables become lists, and paths of other types become ``Path``.
    An argument that none of the kinds in its annotation accepts is a problem.

    Parameters
    ----------
    function : callable
        Function or method. A class in its annotations must be a name of its module.
    """
    signature = inspect.signature(function)

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            msg = f"{function.__qualname__}(): {error}"
            raise TypeError(msg) from None
        problems: list[Problem] = []
        place = f"rb.{function.__name__}"
        for name, value in bound.arguments.items():
            parameter = signature.parameters[name]
            if parameter.annotation is parameter.empty:
                place = f"rb.{type(value).__name__}.{function.__name__}"  # a method: the value is self
                continue
            kinds = [_kind_of(part, function) for part in _UNION.split(parameter.annotation)]
            if parameter.kind is parameter.VAR_KEYWORD:
                bound.arguments[name] = {k: _convert(kinds, place, k, item, problems) for k, item in value.items()}
            else:
                bound.arguments[name] = _convert(kinds, place, name, value, problems)
        if problems:
            raise BadInputError(problems)
        return function(*bound.args, **bound.kwargs)

    return call


def _kind_of(annotation: str, function: Callable[..., Any]) -> _Kind:
    """Kind of an annotation: one of the table, None, or a class of the module of the function."""
    if annotation in _KINDS:
        return _KINDS[annotation]
    kind = type(None) if annotation == "None" else function.__globals__[annotation]

    def instance(value: object) -> object:
        if not isinstance(value, kind):
            raise TypeError
        return value

    return _Kind(instance, "" if annotation == "None" else f"a {annotation}")


def _convert(kinds: list[_Kind], place: str, name: str, value: object, problems: list[Problem]) -> object:
    """Convert an argument by the first kind that accepts it, or add a problem."""
    for kind in kinds:
        try:
            return kind.convert(value)
        except (TypeError, ValueError):
            continue
    *others, last = [kind.form for kind in kinds if kind.form]
    form = f"{', '.join(others)} or {last}" if others else last
    plain = messages.plain_number(value)
    is_simple = plain is None or isinstance(plain, bool | int | float | str)
    shown = printable(repr(plain)) if is_simple else f"a value of type {type(value).__name__}"
    hint = "A set has no order, which matters here." if isinstance(value, set | frozenset) else ""
    problems.append(Problem(place, key=name, what=f"must be {form}, not {shown}", hint=hint))
    return None
