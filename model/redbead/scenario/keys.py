"""Keys of files: the declarations from which validation, messages and JSON Schemas are derived.

The content of a file type is declared once, as a tree. Its leaves are texts, names and numbers. Its branches are
mappings with known keys (:class:`Section`), mappings with free names (:class:`Named`), lists (:class:`Items`) and lists
of items whose kind decides which keys they have (:class:`Kinds`).
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from typing import Any, NamedTuple, TypeAlias

from redbead.quantities import Param


class Text(NamedTuple):
    """A key whose value is text.

    ``pattern`` is a regular expression for the whole text, and ``form`` describes it in words. ``blank`` permits an
    empty text.
    """

    meaning: str
    pattern: str = ""
    form: str = ""
    blank: bool = False


class Keyword(NamedTuple):
    """A key whose value is one of a few names, each of which sets parameters.

    ``choices`` maps each name to the parameters that it sets. ``binding`` is false where parameters given beside the
    keyword take precedence. ``refused`` gives the reason why some names cannot be used, and ``mapping_hint`` describes
    what to write instead of a mapping.
    """

    meaning: str
    choices: Mapping[str, Mapping[str, float]]
    default: str
    binding: bool = True
    refused: Mapping[str, str] = {}
    mapping_hint: Callable[[Mapping[str, Any]], str] | None = None


class Choice(NamedTuple):
    """A key whose value is one of several names.

    ``names`` may be a function if the names are costly to list. ``form`` describes them where messages should not list
    them.
    """

    meaning: str
    names: Iterable[str] | Callable[[], Iterable[str]]
    form: str = ""

    def known(self) -> tuple[str, ...]:
        """Return all names."""
        return tuple(self.names() if callable(self.names) else self.names)


class Number(NamedTuple):
    """A key whose value is a number that is not a parameter of the model, such as a number of runs."""

    unit: str
    low: float
    high: float
    meaning: str
    whole: bool = False
    open: bool = False
    """Whether the lower end of the range is excluded."""

    @property
    def description(self) -> str:
        """Meaning in plain words."""
        return self.meaning

    def range_text(self) -> str:
        """Return the range with its unit.

        Examples
        --------
        >>> Number("runs", 2, 1000, "number of runs").range_text(), Number("", 0, math.inf, "size").range_text()
        ('2 to 1000 runs', '0 or more')
        """
        start = f"above {self.low:g}" if self.open else f"{self.low:g}"
        end = f" to {self.high}" if math.isfinite(self.high) else "" if self.open else " or more"
        return f"{start}{end} {self.unit}".rstrip()

    def accepts(self, value: float) -> bool:
        """Whether a value is finite, within the range, and whole if required."""
        inside = self.low < value <= self.high if self.open else self.low <= value <= self.high
        return math.isfinite(value) and inside and not (self.whole and value != int(value))


class Flag(NamedTuple):
    """A key whose value is true or false."""

    meaning: str


class FormatNumber(NamedTuple):
    """The key with the format number of a file. This package reads one format of each file type."""

    number: int

    @property
    def meaning(self) -> str:
        """Meaning of the key."""
        return f"format number of the file, {self.number}"


class Pair(NamedTuple):
    """A key whose value is a list of two numbers in ascending order. ``equal`` permits equal numbers."""

    meaning: str
    number: Number | Param
    example: str
    equal: bool = False


class Items(NamedTuple):
    """A key whose value is a list of items of one type. ``filled`` lists have at least one item, ``most`` limits it."""

    meaning: str
    item: "Key"
    filled: bool = True
    unique: bool = False
    example: str = ""
    most: int = 0


class Named(NamedTuple):
    """A key whose value is a mapping of free names to values of one type. ``filled`` mappings have at least one."""

    meaning: str
    item: "Key"
    contents: str
    example: str
    filled: bool = True


class Section(NamedTuple):
    """A key whose value is a mapping with known keys.

    Attributes
    ----------
    meaning : str
        Meaning of the section.
    keys : mapping of str to Key
        The keys.
    required : tuple of str
        Keys that must be present.
    name : str
        Name of the definition in JSON Schemas; empty to repeat the section where it is used.
    filled : bool
        Whether the section must have at least one key.
    unknown : callable, optional
        Describes an unknown key: what is wrong, and the hint.
    defaults : mapping of str to float, optional
        Default values of the numbers.
    check : callable, optional
        Adds contradictions between values to the :class:`FileContent` of the section, whose messages name keys
        relative to the section.
    """

    meaning: str
    keys: Mapping[str, "Key"]
    required: tuple[str, ...] = ()
    name: str = ""
    filled: bool = False
    unknown: Callable[[str], tuple[str, str]] | None = None
    defaults: Mapping[str, float] = {}
    check: Callable[[Any], None] | None = None


class Kinds(NamedTuple):
    """An item of a list whose key ``kind`` decides which keys it has. ``example`` is one of the kinds."""

    meaning: str
    noun: str
    kinds: Mapping[str, Section]
    example: str


class Either(NamedTuple):
    """A key whose value has one of several types, such as a number or the word ``auto``. ``form`` names them."""

    meaning: str
    form: str
    alternatives: tuple["Key", ...]
    example: str = ""


Key: TypeAlias = (
    Param | Text | Keyword | Choice | Number | Flag | FormatNumber | Pair | Items | Named | Section | Kinds | Either
)


class LazyKeys(Mapping[str, Any]):
    """Mapping, such as that of the keys of a section, that a function makes on first use.

    It is made again when the size of `source` changes, since a plug-in may add to it.
    """

    def __init__(self, make: Callable[[], Mapping[str, Any]], source: Sized = ()) -> None:
        self._make, self._source = make, source
        self._keys: Mapping[str, Any] | None = None
        self._size = 0

    def _content(self) -> Mapping[str, Any]:
        if self._keys is None or self._size != len(self._source):
            self._keys, self._size = self._make(), len(self._source)
        return self._keys

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - keys, or sections by name
        return self._content()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._content())

    def __len__(self) -> int:
        return len(self._content())


class FileType(NamedTuple):
    """A type of file: its name, the tree of its keys, and the command or file that shows an example.

    ``mark`` is the required key that distinguishes the type from all others; empty for scenarios, which require none.
    """

    name: str
    noun: str
    tree: Section
    mark: str
    example: str
