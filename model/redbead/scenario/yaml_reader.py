"""Strict YAML reader that records the position of every key and value and reports all problems together.

Plain YAML reads ``no`` as false, ``012`` as 10, ``12:30`` as 750 and ``1e3`` as text, and silently uses the last of
two equal keys. This reader accepts numbers and truth values in JSON notation only, reads everything else as text, and
requires unique keys. It refuses anchors, aliases, merges and tags. Data is built from parser events without recursion,
so that deeply nested files cannot exhaust the stack.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import yaml

from redbead.exceptions import MAX_PROBLEMS, BadInputError, Problem, is_printable, printable, too_many

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 20
MAX_VALUES: Final = 50_000

KeyPath: TypeAlias = tuple[str | int, ...]

# libyaml where available: the pure Python parser needs half a minute for a large file.
_PARSER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_REAL = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_CONSTANTS: Final = {"true": True, "false": False, "null": None, "~": None, "": None}
_NOT_TEXT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EXACT_DIGITS: Final = 20
"""Digits of the largest seed. Longer whole numbers are read as real numbers."""


class Mark(NamedTuple):
    """Position at which a key or value starts, counted from 1."""

    line: int
    column: int


@dataclass
class YamlDocument:
    """Content of a file, the positions of its values and keys, and its syntax problems."""

    file: str
    data: Any = None
    marks: dict[KeyPath, Mark] = field(default_factory=dict)
    keys: dict[KeyPath, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, mark: Mark | None, what: str, *, key: str = "", hint: str = "") -> None:
        """Add a problem at a position."""
        line, column = mark or (0, 0)
        self.add(Problem(self.file, line, column, key, what, hint))

    def add(self, *problems: Problem) -> None:
        """Add problems.

        Raises
        ------
        BadInputError
            If there are now too many problems, with all of them.
        """
        self.problems += problems
        if len(self.problems) > MAX_PROBLEMS:
            raise BadInputError([*self.problems, too_many(self.file)])

    def mark_of(self, place: KeyPath) -> Mark | None:
        """Position of the value at ``place``, or of the nearest value that contains it."""
        while place not in self.marks and place:
            place = place[:-1]
        return self.marks.get(place)

    def name_of(self, place: KeyPath) -> str:
        """Name of a place in messages: its keys, with the kind of an item in a list instead of its number.

        Examples
        --------
        >>> parse("levers: [{kind: two-strikes, dose: 3}]", "x.yaml").name_of(("levers", 0, "dose"))
        'levers.two-strikes.dose'
        """
        names, value = [], self.data
        for part in place:
            value = _child(value, part)
            name = part if isinstance(part, str) else _child(value, "kind")
            names += [name] if isinstance(name, str) else []
        return printable(".".join(names))

    def part(self, place: KeyPath) -> YamlDocument:
        """Extract the value at a place as a document with the positions of this one, without problems."""
        data = self.data
        for part in place:
            data = data[part]
        places = list(_places(data))
        marks = {at: self.marks[*place, *at] for at in places if (*place, *at) in self.marks}
        return YamlDocument(
            self.file, data, marks, {at: self.keys[*place, *at] for at in places if at and (*place, *at) in self.keys}
        )  # fmt: skip


@dataclass
class _OpenCollection:
    """A mapping or list whose end the parser has not reached."""

    place: KeyPath
    content: dict[str, Any] | list[Any]
    key: str | None = None
    skip: bool = False


def read(path: Path, file: str | None = None) -> YamlDocument:
    """Read a YAML file.

    Parameters
    ----------
    path : Path
        The file.
    file : str, optional
        Name of the file in messages. The path by default.

    Raises
    ------
    BadInputError
        If the file cannot be read or is not YAML.
    """
    name = file or str(path)
    return parse(_read_text(path, name), name)


def parse(text: str, file: str) -> YamlDocument:
    r"""Read YAML from text.

    Parameters
    ----------
    text : str
        The YAML text.
    file : str
        Name of the file in messages.

    Raises
    ------
    BadInputError
        If the text is not YAML, or contains more than one document.

    Examples
    --------
    >>> parse("a: 1e3\nb: no", "x.yaml").data
    {'a': 1000.0, 'b': 'no'}
    """
    text = text.removeprefix("\ufeff")
    document = YamlDocument(file)
    if match := _NOT_TEXT.search(text):
        before = text[: match.start()]
        mark = Mark(before.count("\n") + 1, match.start() - before.rfind("\n"))
        what = f"character U+{ord(match.group()):04X} is not allowed in YAML"
        document.problem(mark, what, hint="Remove this character.")
        raise BadInputError(document.problems)
    builder = _Builder(document)
    try:
        for event in yaml.parse(text, Loader=_PARSER):
            builder.handle(event)
    except yaml.YAMLError as error:
        _add_syntax_problem(document, error)
        raise BadInputError(document.problems) from None
    if document.data is None and not document.problems:
        hint = "'redbead scenarios baseline' prints a file that you can start from."
        document.problem(None, "the file is empty", hint=hint)
    return document


def _read_text(path: Path, file: str) -> str:
    """Read the text of a file, up to a maximum size."""
    try:
        if path.is_dir():
            hint = "Give the path of a YAML file."
            raise BadInputError([Problem(file, what="this is a folder, not a file", hint=hint)])
        if path.exists() and not path.is_file():
            hint = "Give the path of a YAML file."
            raise BadInputError([Problem(file, what="this is not a regular file", hint=hint)])
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        hint = "Check the name and permissions of the file."
        raise BadInputError([Problem(printable(file), what=f"the file cannot be read: {reason}", hint=hint)]) from None
    if len(content) > MAX_BYTES:
        what = f"the file is larger than {MAX_BYTES // 1000:,} kB"
        raise BadInputError([Problem(file, what=what, hint="Scenario files have a few kB. Check the path.")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"the file is not UTF-8 text (byte {error.start + 1})"
        raise BadInputError([Problem(file, what=what, hint="Save the file as UTF-8.")]) from None


def _add_syntax_problem(document: YamlDocument, error: yaml.YAMLError) -> None:
    """Add the problem that the parser reports."""
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "syntax error"
    hint = "Check indentation, colons, brackets and quotes near this position."
    if "character '\\t'" in str(what) or "'\\t'" in str(what):
        what, hint = "a tab indents this line", "Use spaces."
    place = Mark(mark.line + 1, mark.column + 1) if mark is not None else None
    document.problem(place, f"not valid YAML: {printable(what)}", hint=hint)


def scalar(text: str) -> Any:  # noqa: ANN401 - a file may contain any type
    """Convert an unquoted scalar to null, true, false, a JSON number, or text.

    Examples
    --------
    >>> [scalar(text) for text in ("12", "1e3", "012", "12:30", "no", ".nan", "true")]
    [12, 1000.0, '012', '12:30', 'no', '.nan', True]
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text) and len(text) <= _EXACT_DIGITS:
        return int(text)
    return float(text) if _REAL.fullmatch(text) else text


class _Builder:
    """Builds data from the parser's events, one at a time."""

    def __init__(self, document: YamlDocument) -> None:
        self.document = document
        self.stack: list[_OpenCollection] = []
        self.values = 0
        self.documents = 0

    def handle(self, event: yaml.Event) -> None:
        """Handle the next event."""
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    self._abort(event, "a second document starts here", "Write one document per file.")
            case yaml.AliasEvent():
                self._problem(event, "aliases (*name) are not allowed", "Repeat the value, or use 'extends'.")
                self._insert(None, event)
            case yaml.NodeEvent():
                self._node(event)
            case yaml.CollectionEndEvent():
                self._close()

    def _node(self, event: yaml.NodeEvent) -> None:
        """Handle a scalar, or the start of a mapping or list."""
        self.values += 1
        if self.values > MAX_VALUES:
            self._abort(event, f"the file has more than {MAX_VALUES:,} values", "Shorten the file.")
        if event.anchor is not None:
            self._problem(event, "anchors (&name) are not allowed", "Repeat the value, or use 'extends'.")
        if getattr(event, "tag", None) is not None:
            what = f"tags such as {printable(event.tag)} are not allowed"  # type: ignore[attr-defined]
            self._problem(event, what, "Remove the tag.")
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        else:
            self._open(event, {} if isinstance(event, yaml.MappingStartEvent) else [])

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        """Handle a key or a plain value."""
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.content, dict) and top.key is None:
            self._key(top, event)
            return
        value = scalar(event.value) if event.implicit[0] else event.value
        if isinstance(value, str):
            self._check_characters(event, re.sub(r"[\n\t]", "", value))
        if isinstance(value, float) and not math.isfinite(value):
            self._problem(event, f"{printable(event.value)} is too large", "Write a smaller number.")
        self._insert(value, event)

    def _check_characters(self, event: yaml.ScalarEvent, text: str) -> None:
        """Refuse characters that cannot be printed."""
        if not is_printable(text):
            self._problem(event, "control characters are not allowed", "Remove them.")

    def _key(self, top: _OpenCollection, event: yaml.ScalarEvent) -> None:
        """Handle a key of the open mapping."""
        name, place = event.value, (*top.place, event.value)
        self._check_characters(event, name)
        top.key, top.skip = name, name in top.content
        if top.skip:
            first = self.document.keys[place]
            what = f"appears twice (first at line {first.line})"
            self.document.problem(_mark(event), what, key=_dotted(place), hint="Keep one of the two.")
        elif name == "<<" and event.implicit[0]:
            self._problem(event, "merges (<<) are not allowed", "Use 'extends'.")
        self.document.keys.setdefault(place, _mark(event))

    def _open(self, event: yaml.NodeEvent, content: dict[str, Any] | list[Any]) -> None:
        """Open a mapping or list."""
        if len(self.stack) >= MAX_DEPTH:
            self._abort(event, f"values are nested more than {MAX_DEPTH} levels deep", "Remove some levels.")
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.content, dict) and top.key is None:
            self._abort(event, "keys must be plain text", "Write KEY: VALUE.")
        self.stack.append(_OpenCollection(self._insert(content, event), content))

    def _close(self) -> None:
        """Close a mapping or list."""
        self.stack.pop()

    def _insert(self, value: Any, event: yaml.Event) -> KeyPath:  # noqa: ANN401 - a file may contain any type
        """Insert a value into the open mapping or list, and return its place."""
        top = self.stack[-1] if self.stack else None
        place: KeyPath = ()
        if top is None:
            self.document.data = value
        elif isinstance(top.content, list):
            place = (*top.place, len(top.content))
            top.content.append(value)
        elif top.key is None:
            self._abort(event, "keys must be plain text", "Write KEY: VALUE.")
        else:
            place = (*top.place, top.key)
            if not top.skip:
                top.content[top.key] = value
            top.key = None
        self.document.marks.setdefault(place, _mark(event))
        return place

    def _problem(self, event: yaml.Event, what: str, hint: str) -> None:
        self.document.problem(_mark(event), what, hint=hint)

    def _abort(self, event: yaml.Event, what: str, hint: str) -> None:
        self._problem(event, what, hint)
        raise BadInputError(self.document.problems)


def _child(value: Any, part: str | int) -> Any:  # noqa: ANN401 - a file may contain any type
    """Return the value under a key or at a position; None if there is none."""
    try:
        return value[part]
    except (KeyError, IndexError, TypeError):
        return None


def _places(data: Any) -> Iterator[KeyPath]:  # noqa: ANN401 - a file may contain any type
    """Yield the place of a value and of all values that it contains."""
    stack: list[tuple[KeyPath, Any]] = [((), data)]
    while stack:
        place, value = stack.pop()
        yield place
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        stack += [((*place, part), child) for part, child in items]


def _mark(event: yaml.Event) -> Mark:
    start: Any = event.start_mark  # set by the parser on every event
    return Mark(start.line + 1, start.column + 1)


def _dotted(place: KeyPath) -> str:
    return printable(".".join(str(part) for part in place))
