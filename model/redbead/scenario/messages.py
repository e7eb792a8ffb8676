"""What to say about a wrong name or number: the nearest name, the range, the unit and the meaning."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Final

from redbead import parameters
from redbead.levers import LEVERS
from redbead.quantities import Param
from redbead.scenario.keywords import Word
from redbead.scenario.schema import FAMILY_SECTIONS, Key, Part, Text

SYSTEMS_HINT: Final = "which systems of the source documents it shows; docs/coverage.md lists them"
"""What the list of systems is for."""

_NUMBER = re.compile(r"[-+]?[\d.][\d._eE+-]*")
_LONGEST = 60
_MEANINGFUL = 3
_FEW = 4
_MANY = 12


def shown(value: object) -> str:
    """A value from a file as a message shows it: short, on one line, without control characters.

    >>> shown("a" * 100)[-6:], shown(7), shown(True), shown("no"), shown({})
    ("aa...'", '7', 'true', "'no'", 'a mapping')
    """
    match value:
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case None:
            return "empty"
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case str():
            return f"'{printable(value)}'"
    return printable(value)


def printable(text: object) -> str:
    """Text that may come from a hostile file, made safe and short enough for a message."""
    safe = "".join(c if c.isprintable() else "?" for c in str(text)[: _LONGEST + 1])
    return safe if len(safe) <= _LONGEST else safe[: _LONGEST - 3] + "..."


def described(key: Key) -> str:
    """A key in brackets after its name: range, unit and meaning; or its choices."""
    if isinstance(key, Param):
        return f"{ranged(key)}; {key.meaning}"
    if isinstance(key, Word):
        return f"{' | '.join(key.choices)}; {key.meaning}" if len(key.choices) <= _MANY else key.meaning
    return key.meaning


def ranged(param: Param) -> str:
    """The range with its unit.

    >>> ranged(Param("cases", 10, 400, "how many", whole=True)), ranged(Param("0-1", 0, 1, "how far"))
    ('10 to 400 cases', '0 to 1')
    """
    return param.range_text()


def close(name: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like `name`, if any does.

    >>> close("case_tracked", ["stakes", "cases_tracked"]), close("ramp", ["ramp_weeks"]), close("x", ["stakes"])
    ('cases_tracked', 'ramp_weeks', None)
    """
    names = list(known)
    begun = [n for n in names if len(name) >= _MEANINGFUL and (n.startswith(name) or name.startswith(n))]
    return next(iter([*difflib.get_close_matches(name, names, 1), *begun]), None)


def meant(name: str, known: Iterable[str]) -> str:
    """The hint for a wrong name: the nearest known one, or all that are known.

    >>> meant("stake", ["stakes"]), meant("x", ["a", "b"])
    ("did you mean 'stakes'?", 'known: a, b')
    """
    names = list(known)
    near = close(name, names)
    return f"did you mean {near!r}?" if near else f"known: {', '.join(names)}"


def unknown_key(name: str, known: Mapping[str, Key], section: str) -> str:
    """The hint for a key that is not known in a section ('' is the top of the file, 'change' its list of changes)."""
    if section == "" and (elsewhere := _section_for(name)):
        return elsewhere
    near = parameters.nearest(name) if section == "change" else close(name, known)
    if near is not None:
        return f"did you mean {near!r} ({described(known[near])})?"
    if section == "change":
        return "redbead parameters lists them all"
    if section in FAMILY_SECTIONS:
        owners = [path for path in parameters.register() if path.partition(".")[2] == name]
        return _belongs(name, owners) if owners else f"redbead parameters {section} lists what is known here"
    return f"known here: {', '.join(known)}" if known else ""


def _belongs(name: str, owners: list[str]) -> str:
    """The hint for a key that other families have."""
    listed = ", ".join(owners[:_FEW]) + (" ..." if len(owners) > _FEW else "")
    return f"{name!r} belongs to {listed}; parameters without a section go under 'change'"


def _section_for(name: str) -> str:
    """The hint for a family or a parameter that stands at the top of a file."""
    if name in parameters.FAMILIES:
        first = next(p for p in parameters.register() if p.startswith(f"{name}."))
        return f"parameters of {name!r} go under 'change', such as change: {{{first}: ...}}"
    if name in parameters.register():
        return f"parameters go under 'change': change: {{{name}: ...}}"
    return ""


def no_such_lever(kind: str) -> tuple[str, str]:
    """What is wrong with a kind that no lever has, and the hint.

    >>> no_such_lever("two-strike")[1].startswith("did you mean 'two-strikes' (A second known error")
    True
    """
    near = close(kind, LEVERS)
    known = f"known levers: {', '.join(LEVERS)}"
    return "unknown lever", f"did you mean {near!r} ({LEVERS[near].summary()})" if near else known


def wrong_number(param: Param, value: object) -> tuple[str, str]:
    """What is wrong with a value where a number is needed, and the hint."""
    hint = f"{ranged(param)}; {param.meaning}"
    if isinstance(value, str):
        return "a number is needed, this is text", f"{_spelling(value)}{hint}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "a number is needed", hint
    if param.whole and value == value and abs(value) < 2**62 and value != int(value):
        return f"a whole number is needed, {ranged(param)}", param.meaning
    return f"outside {ranged(param)}", param.meaning


def _spelling(text: str) -> str:
    """Why a text that looks like a number or a truth value is none."""
    if text.strip().lower() in {"no", "yes", "on", "off", "y", "n"}:
        return "yes and no are plain words here; "
    if text.strip().lower() in {".nan", "nan", ".inf", "-.inf", "+.inf", "inf", "-inf", "infinity"}:
        return "only finite numbers are taken; "
    if ":" in text or _NUMBER.fullmatch(text.strip()):
        return "write numbers as 12, 0.5 or 1e3, without quotes, leading zeros, colons or underscores; "
    return ""


def wrong_word(word: Word, value: object) -> tuple[str, str]:
    """What is wrong with a value where a word is needed, and the hint."""
    if isinstance(value, str) and value in word.refused:
        return word.refused[value], word.meaning
    near = close(value, word.choices) if isinstance(value, str) else None
    hint = f"did you mean {near!r}? " if near else ""
    if len(word.choices) > _MANY:
        return "no such name", f"{hint}{word.meaning}"
    return f"must be one of {', '.join(word.choices)}", f"{hint}{word.meaning}"


def wrong_text(key: Text | Part) -> tuple[str, str]:
    """What is wrong with a value where text is needed, and the hint."""
    return "text is needed; put it in quotes", key.meaning
