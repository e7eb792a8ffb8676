"""Texts of error messages about wrong names and values: nearest name, allowed range, unit and meaning."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Final

from redbead import parameters
from redbead.exceptions import Problem, printable
from redbead.levers import LEVERS
from redbead.quantities import Param
from redbead.scenario.keywords import Keyword
from redbead.scenario.schema import FAMILY_SECTIONS, Key, Part, Text

SYSTEMS_HINT: Final = "Meaning: systems of the source documents that the scenario shows; see docs/coverage.md."
"""Hint for the key ``systems``."""

_NUMBER = re.compile(r"[-+]?[\d.][\d._eE+-]*")
_MIN_PREFIX = 3
_MAX_OWNERS = 4
_MAX_CHOICES = 12


NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""Allowed names of scenarios. Run folders are named after them."""


def format_value(value: object) -> str:
    """Format a value from a file for a message: short, on one line, without control characters.

    Examples
    --------
    >>> format_value("a" * 100)[-6:], format_value(7), format_value(True), format_value("no"), format_value({})
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


def describe(key: Key) -> str:
    """Meaning of a key, with its range and unit or its choices.

    Examples
    --------
    >>> describe(Param("cases", 10, 400, "number of cases inspectors track", whole=True))
    'number of cases inspectors track, 10 to 400 cases'
    """
    if isinstance(key, Param):
        return f"{key.description}, {key.range_text()}"
    if isinstance(key, Keyword) and len(key.choices) <= _MAX_CHOICES:
        return f"{key.meaning}, one of {', '.join(key.choices)}"
    return key.meaning


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most similar to ``name``, or None.

    Examples
    --------
    >>> nearest_name("case_tracked", ["stakes", "cases_tracked"]), nearest_name("ramp", ["ramp_weeks"])
    ('cases_tracked', 'ramp_weeks')
    >>> nearest_name("x", ["stakes"]) is None
    True
    """
    names = list(known)
    prefixes = [n for n in names if len(name) >= _MIN_PREFIX and (n.startswith(name) or name.startswith(n))]
    return next(iter([*difflib.get_close_matches(name, names, 1), *prefixes]), None)


def suggest_name(name: str, known: Iterable[str]) -> str:
    """Suggest the nearest known name, or list all known names.

    Examples
    --------
    >>> suggest_name("stake", ["stakes"]), suggest_name("x", ["a", "b"])
    ('Did you mean stakes?', 'Choose from: a, b.')
    """
    names = list(known)
    near = nearest_name(name, names)
    if near:
        return f"Did you mean {near}?"
    return f"Choose from: {', '.join(names)}." if names else ""


def unknown_key_hint(name: str, known: Mapping[str, Key], section: str) -> str:
    """Hint for a key that a section does not have.

    Parameters
    ----------
    name : str
        The unknown key.
    known : mapping of str to Key
        Keys that the section has.
    section : str
        Name of the section; empty for the top level of the file.
    """
    if section == "" and (elsewhere := _section_hint(name)):
        return elsewhere
    near = parameters.nearest(name) if section == "change" else nearest_name(name, known)
    if near is not None:
        return f"Did you mean {near} ({describe(known[near])})?"
    if section == "change":
        return "'redbead parameters' lists all parameters."
    if section in FAMILY_SECTIONS:
        owners = [path for path in parameters.register() if path.partition(".")[2] == name]
        return (
            _owner_hint(name, owners) if owners else f"'redbead parameters {section}' lists the keys of this section."
        )
    return f"Choose from: {', '.join(known)}." if known else ""


def _owner_hint(name: str, owners: list[str]) -> str:
    """Hint for a key that belongs to other families."""
    listed = ", ".join(owners[:_MAX_OWNERS]) + (", ..." if len(owners) > _MAX_OWNERS else "")
    return f"{name} is a parameter of {listed}. Set parameters that have no section under 'change'."


def _section_hint(name: str) -> str:
    """Hint for a family or parameter at the top level of a file."""
    if name in parameters.FAMILIES:
        first = next(p for p in parameters.register() if p.startswith(f"{name}."))
        return f"Set the parameters of {name} under 'change', such as change: {{{first}: ...}}."
    if name in parameters.register():
        return f"Set parameters under 'change': change: {{{name}: ...}}."
    return ""


def no_such_lever(kind: str) -> tuple[str, str]:
    """Describe an unknown lever: what is wrong, and the hint.

    Examples
    --------
    >>> no_such_lever("two-strike")[1].startswith("Did you mean two-strikes (A second known error")
    True
    """
    near = nearest_name(kind, LEVERS)
    known = f"Choose from: {', '.join(LEVERS)}."
    hint = f"Did you mean {near} ({LEVERS[near].summary().rstrip('.')})?" if near else known
    return "is not a known lever", hint


def wrong_number(param: Param, value: object) -> tuple[str, str]:
    """Describe a value that a parameter does not accept: what is wrong, and the hint."""
    allowed = f"Allowed: {param.range_text()} ({param.description})."
    if isinstance(value, str):
        return "must be a number, not text", f"{_spelling_hint(value)}{allowed}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "must be a number", allowed
    if param.whole and value == value and abs(value) < 2**62 and value != int(value):
        return "must be a whole number", allowed
    return f"is outside the range {param.range_text()}", f"Meaning: {param.description}."


def _spelling_hint(text: str) -> str:
    """Explain why a text that resembles a number or a truth value is text."""
    if text.strip().lower() in {"no", "yes", "on", "off", "y", "n"}:
        return "'yes' and 'no' are read as text. "
    if text.strip().lower() in {".nan", "nan", ".inf", "-.inf", "+.inf", "inf", "-inf", "infinity"}:
        return "Numbers must be finite. "
    if ":" in text or _NUMBER.fullmatch(text.strip()):
        return "Write numbers as 12, 0.5 or 1e3, without quotes, leading zeros, colons or underscores. "
    return ""


def wrong_word(keyword: Keyword, value: object) -> tuple[str, str]:
    """Describe a value that is not a choice of a keyword: what is wrong, and the hint."""
    meaning = f"Meaning: {keyword.meaning}."
    if isinstance(value, str) and value in keyword.refused:
        return f"cannot be used: {keyword.refused[value]}", meaning
    near = nearest_name(value, keyword.choices) if isinstance(value, str) else None
    hint = f"Did you mean {near}? {meaning}" if near else meaning
    if len(keyword.choices) > _MAX_CHOICES:
        return "is not a known name", hint
    return f"must be one of {', '.join(keyword.choices)}", hint


def wrong_text(key: Text | Part) -> tuple[str, str]:
    """Describe a value where text is required: what is wrong, and the hint."""
    return "must be text; put it in quotes", f"Meaning: {key.meaning}." if key.meaning else ""


def name_problems(name: str, file: str = "python") -> list[Problem]:
    """Problem of a name that cannot name a folder; empty if the name is valid."""
    if NAME.fullmatch(name):
        return []
    what = "is not a valid name: folders and files are named after it"
    hint = "Use at most 64 letters, digits, hyphens, underscores and full stops, starting with a letter or digit."
    return [Problem(file, key=f"name = {format_value(name)}", what=what, hint=hint)]
