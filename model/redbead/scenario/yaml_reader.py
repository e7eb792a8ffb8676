"""Read YAML strictly: plain data with the place of every value, and all problems instead of surprises.

Plain YAML turns ``no`` into false, ``012`` into 10 and ``12:30`` into 750, lets the last of two equal keys win and
leaves ``1e3`` as text. Here numbers and truth values are those of JSON, everything else is text, and keys are unique.
Anchors, aliases, merges and tags are refused, so that a file says what it seems to say. Data is built from the
parser's events without recursion: no file can exhaust the stack.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import yaml

from redbead.exceptions import BadInputError, Problem
from redbead.scenario.messages import printable

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 20
MAX_VALUES: Final = 50_000

KeyPath: TypeAlias = tuple[str | int, ...]

# libyaml where there is one: a large file takes the pure parser half a minute.
_PARSER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_REAL = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_CONSTANTS: Final = {"true": True, "false": False, "null": None, "~": None, "": None}
_NOT_TEXT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EXACT_DIGITS: Final = 15


class Mark(NamedTuple):
    """Where a value starts, from 1."""

    line: int
    column: int


@dataclass
class YamlDocument:
    """A file as data, with the mark of each value and of each key, and the problems of its form."""

    file: str
    data: Any = None
    marks: dict[KeyPath, Mark] = field(default_factory=dict)
    keys: dict[KeyPath, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, mark: Mark | None, what: str, *, key: str = "", hint: str = "") -> None:
        """Note a problem at a mark."""
        line, column = mark or (0, 0)
        self.problems.append(Problem(self.file, line, column, key, what, hint))

    def mark_of(self, place: KeyPath) -> Mark | None:
        """Where the value at `place` starts, or the nearest value around it."""
        while place not in self.marks and place:
            place = place[:-1]
        return self.marks.get(place)


@dataclass
class _Open:
    """A mapping or list that the parser is inside of."""

    place: KeyPath
    holds: dict[str, Any] | list[Any]
    key: str | None = None
    skip: bool = False


def read(path: Path, file: str | None = None) -> YamlDocument:
    """Read a YAML file; `file` is how messages call it.

    Raises
    ------
    BadInputError
        The file cannot be read at all, or is not YAML.
    """
    name = file or str(path)
    return parse(_text(path, name), name)


def parse(text: str, file: str) -> YamlDocument:
    r"""Read YAML from text.

    >>> parse("a: 1e3\nb: no", "x.yaml").data
    {'a': 1000.0, 'b': 'no'}

    Raises
    ------
    BadInputError
        The text is not YAML, or has more than one document.
    """
    text = text.removeprefix("\ufeff")
    document = YamlDocument(file)
    if found := _NOT_TEXT.search(text):
        before = text[: found.start()]
        mark = Mark(before.count("\n") + 1, found.start() - before.rfind("\n"))
        document.problem(mark, f"character U+{ord(found.group()):04X} is not allowed in YAML")
        raise BadInputError(document.problems)
    builder = _Builder(document)
    try:
        for event in yaml.parse(text, Loader=_PARSER):
            builder.take(event)
    except yaml.YAMLError as error:
        _explain(document, error)
        raise BadInputError(document.problems) from None
    if document.data is None and not document.problems:
        document.problem(None, "the file is empty", hint="redbead scenarios baseline prints one to start from")
    return document


def _text(path: Path, file: str) -> str:
    """The text of a file of bounded size."""
    try:
        if path.is_dir():
            raise BadInputError([Problem(file, what="this is a folder; a scenario is one YAML file")])
        if path.exists() and not path.is_file():
            raise BadInputError([Problem(file, what="not an ordinary file")])
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInputError([Problem(printable(file), what=f"cannot be read: {reason}")]) from None
    if len(content) > MAX_BYTES:
        what = f"larger than {MAX_BYTES // 1000:,} kB; scenario files have a few kB"
        raise BadInputError([Problem(file, what=what)])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"not UTF-8 text (byte {error.start + 1})"
        raise BadInputError([Problem(file, what=what, hint="save it as UTF-8")]) from None


def _explain(document: YamlDocument, error: yaml.YAMLError) -> None:
    """Note what the parser could not understand."""
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
    if "character '\\t'" in str(what) or "'\\t'" in str(what):
        what = "a tab indents this line; YAML wants spaces"
    place = Mark(mark.line + 1, mark.column + 1) if mark is not None else None
    document.problem(place, f"not YAML: {printable(what)}")


def scalar(text: str) -> Any:  # noqa: ANN401 - a file may hold anything
    """The value of an unquoted scalar: null, true, false, a number of JSON, or text.

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
        self.stack: list[_Open] = []
        self.values = 0
        self.documents = 0

    def take(self, event: yaml.Event) -> None:
        """Take the next event."""
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    self._give_up(event, "a second document starts here; a file holds one")
            case yaml.AliasEvent():
                self._complain(event, "aliases (*name) are not used here", "write the value again, or use 'extends'")
                self._put(None, event)
            case yaml.NodeEvent():
                self._node(event)
            case yaml.CollectionEndEvent():
                self._close()

    def _node(self, event: yaml.NodeEvent) -> None:
        """Take a scalar, or the start of a mapping or list."""
        self.values += 1
        if self.values > MAX_VALUES:
            self._give_up(event, f"more than {MAX_VALUES:,} values")
        if event.anchor is not None:
            self._complain(event, "anchors (&name) are not used here", "write the value again, or use 'extends'")
        if getattr(event, "tag", None) is not None:
            self._complain(event, f"tags such as {printable(event.tag)} are not used here", "")  # type: ignore[attr-defined]
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        else:
            self._open(event, {} if isinstance(event, yaml.MappingStartEvent) else [])

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        """Take a key or a plain value."""
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.holds, dict) and top.key is None:
            self._key(top, event)
            return
        value = scalar(event.value) if event.implicit[0] else event.value
        if isinstance(value, str) and any(not c.isprintable() and c not in "\n\t" for c in value):
            self._complain(event, "control characters are not used here", "")
        if isinstance(value, float) and not math.isfinite(value):
            self._complain(event, f"{printable(event.value)} is too large for a number", "")
        self._put(value, event)

    def _key(self, top: _Open, event: yaml.ScalarEvent) -> None:
        """Take a key of the mapping that is open."""
        name, place = event.value, (*top.place, event.value)
        top.key, top.skip = name, name in top.holds
        if top.skip:
            first = self.document.keys[place]
            what = f"given twice (first at line {first.line})"
            self.document.problem(_mark(event), what, key=_dotted(place))
        elif name == "<<" and event.implicit[0]:
            self._complain(event, "merges (<<) are not used here", "use 'extends'")
        self.document.keys.setdefault(place, _mark(event))

    def _open(self, event: yaml.NodeEvent, holds: dict[str, Any] | list[Any]) -> None:
        """Go into a mapping or list."""
        if len(self.stack) >= MAX_DEPTH:
            self._give_up(event, f"nested more than {MAX_DEPTH} deep")
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.holds, dict) and top.key is None:
            self._give_up(event, "keys must be plain text")
        self.stack.append(_Open(self._put(holds, event), holds))

    def _close(self) -> None:
        """Come out of a mapping or list."""
        self.stack.pop()

    def _put(self, value: Any, event: yaml.Event) -> KeyPath:  # noqa: ANN401 - a file may hold anything
        """Put a value where it belongs, and say where that is."""
        top = self.stack[-1] if self.stack else None
        place: KeyPath = ()
        if top is None:
            self.document.data = value
        elif isinstance(top.holds, list):
            place = (*top.place, len(top.holds))
            top.holds.append(value)
        elif top.key is None:
            self._give_up(event, "keys must be plain text")
        else:
            place = (*top.place, top.key)
            if not top.skip:
                top.holds[top.key] = value
            top.key = None
        self.document.marks.setdefault(place, _mark(event))
        return place

    def _complain(self, event: yaml.Event, what: str, hint: str) -> None:
        self.document.problem(_mark(event), what, hint=hint)

    def _give_up(self, event: yaml.Event, what: str) -> None:
        self._complain(event, what, "")
        raise BadInputError(self.document.problems)


def _mark(event: yaml.Event) -> Mark:
    start: Any = event.start_mark  # the parsers set it on every event
    return Mark(start.line + 1, start.column + 1)


def _dotted(place: KeyPath) -> str:
    return printable(".".join(str(part) for part in place))
