"""Texts of error messages about wrong keys and values: nearest name, allowed range, unit and meaning.

Every function returns what is wrong and a hint. The same fault has the same text in every type of file.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from numbers import Rational, Real
from typing import Any, Final, TypeGuard

from redbead.exceptions import Problem, format_value
from redbead.levers import LEVERS
from redbead.quantities import Param
from redbead.scenario import plugins
from redbead.scenario.keys import (
    Choice,
    Either,
    Flag,
    FormatNumber,
    Items,
    Key,
    Keyword,
    Kinds,
    Named,
    Number,
    Pair,
    Section,
    Text,
)

_NUMBER = re.compile(r"[-+]?[\d.][\d._eE+-]*")
_MIN_PREFIX = 3
_MAX_CHOICES = 12


LARGEST_EXACT: Final = 2**53
"""Up to here, floating-point numbers contain every integer."""

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""Allowed names of scenarios. Run folders are named after them."""
NAME_FORM: Final = (
    "a valid name: at most 64 letters, digits, hyphens, underscores and full stops, starting with a letter or digit"
)
"""Allowed names in words."""


def describe(key: Key) -> str:
    """Meaning of a key, with its range and unit or its choices.

    Examples
    --------
    >>> describe(Param("cases", 10, 400, "number of cases inspectors track", whole=True))
    'number of cases inspectors track, 10 to 400 cases'
    """
    if isinstance(key, Param | Number):
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


def unknown_key(name: str, keys: Mapping[str, Key]) -> tuple[str, str]:
    """Describe a key that a section does not have.

    Examples
    --------
    >>> unknown_key("run", {"runs": Number("runs", 2, 9, "number of runs")})
    ('is not a known key', 'Did you mean runs (number of runs, 2 to 9 runs)?')
    >>> unknown_key("years", {"time": Section("duration", {"years": Number("years", 0, 9, "duration of a run")})})[1]
    'Write it in the section time, such as time: {years: ...}.'
    """
    sections = [
        path for path, key in keys.items() if isinstance(key, Section) and path != "change" and name in key.keys
    ]
    if sections:
        return "is not a known key", f"Write it in the section {sections[0]}, such as {sections[0]}: {{{name}: ...}}."
    near = nearest_name(name, keys)
    hint = f"Did you mean {near} ({describe(keys[near])})?" if near else f"Choose from: {', '.join(keys)}."
    return "is not a known key", hint


def missing_key(name: str, key: Key) -> tuple[str, str]:
    """Describe a required key that is missing."""
    return f"needs the key '{name}'", f"Meaning: {describe(key)}."


def no_such_lever(kind: str) -> tuple[str, str]:
    """Describe an unknown lever.

    Examples
    --------
    >>> no_such_lever("two-strike")[1].startswith("Did you mean two-strikes (After a finding within")
    True
    """
    return no_such_item("lever", kind, LEVERS, lambda near: LEVERS[near].summary())


def no_such_item(noun: str, name: str, known: Iterable[str], meaning_of: Callable[[str], str]) -> tuple[str, str]:
    """Describe an unknown item, with the meaning of the most similar one."""
    if problem := plugins.missing(name, noun):
        return problem
    near = nearest_name(name, known)
    listed = f"Choose from: {', '.join(known)}."
    hint = f"Did you mean {near} ({meaning_of(near).rstrip('.')})?" if near else listed
    return f"is not a known {noun}", hint


def wrong_value(key: Key, value: object) -> tuple[str, str] | None:
    """Describe a text, name or number that a key does not accept, or return None if the key accepts it.

    Examples
    --------
    >>> wrong_value(Choice("period", ("whole run", "first year")), "whole")
    ('must be one of whole run, first year', 'Did you mean whole run? Meaning: period.')
    >>> wrong_value(Flag("whether the target is fitted"), True) is None
    True
    """
    match key:
        case Param() | Number():
            return None if is_number(value) and key.accepts(value) else wrong_number(key, value)
        case Keyword():
            return None if isinstance(value, str) and value in key.choices else wrong_word(key, value)
        case Choice():
            return None if isinstance(value, str) and value in key.known() else _wrong_choice(key, value)
        case Text():
            return _wrong_text(key, value)
        case Flag():
            return None if isinstance(value, bool) else ("must be true or false", f"Meaning: {key.meaning}.")
        case FormatNumber():
            what = f"is not supported; this version of redbead reads format {key.number}"
            if is_number(value):
                return None if value == key.number else (what, f"Write format: {key.number}.")
            return f"must be the number {key.number}", f"Write format: {key.number}, without quotes or brackets."
    return wrong_type(key)


def plain_number(value: Any) -> Any:  # noqa: ANN401 - any argument of a user
    """Convert a number of another type to int or float. Return anything else, also True and False, as it is.

    Numbers of other types are those of NumPy and pandas, arrays without dimensions, fractions and decimals.

    Examples
    --------
    >>> from fractions import Fraction
    >>> plain_number(Decimal("3")), plain_number(Fraction(1, 4)), plain_number(True), plain_number("3")
    (3, 0.25, True, '3')
    """
    if type(value) in (int, float, str):
        return value
    if getattr(value, "ndim", None) == 0 and callable(getattr(value, "item", None)):
        value = value.item()
    if isinstance(value, bool):
        return value
    try:
        if isinstance(value, Rational) and value.denominator == 1:  # all integers are rational
            return int(value.numerator)
        if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
            return int(value)
        return float(value) if isinstance(value, Real | Decimal) else value
    except (OverflowError, ValueError):  # a fraction beyond all floating-point numbers, or a signalling NaN
        return value


def whole_number(value: object) -> int | None:
    """Convert a whole number of any type to int; None for anything else. 3.0 is one, as far as it is exact.

    Examples
    --------
    >>> whole_number(3.0), whole_number(3.5), whole_number(True), whole_number(2.0**53), whole_number(2.0**54)
    (3, None, None, 9007199254740992, None)
    """
    number = plain_number(value)
    if isinstance(number, float) and abs(number) <= LARGEST_EXACT and number.is_integer():
        return int(number)
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def is_number(value: object) -> TypeGuard[float]:
    """Whether a value is a number. True and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def wrong_type(key: Key) -> tuple[str, str]:
    """Describe a value of the wrong type for a list or mapping, or for a key with several types."""
    hint = f"Meaning: {key.meaning}."
    match key:
        case Items():
            example = f", such as {key.example}" if key.example else ""
            what = f"must be a list{' with at least one item' * key.filled}{example}"
            return what, f"{hint} Start each item with a hyphen."
        case Named():
            return f"must be a mapping of {key.contents}", f"For example, {key.example}."
        case Pair():
            numbers = "two whole numbers" if key.number.whole else "two numbers"
            return f"must be {numbers} in brackets", f"For example, {key.example}. {hint}"
        case Either():
            return f"must be {key.form}", f"For example, {key.example}. {hint}" if key.example else hint
        case Kinds():
            return "must be a mapping of keys to values", f"Write {{kind: {key.example}}}."
        case Section() if key.filled:
            return "must be a mapping of keys to values, with at least one key", hint
        case Section() if len(key.keys) <= _MAX_CHOICES:
            return "must be a mapping of keys to values", f"{hint} Choose from: {', '.join(key.keys)}."
    return "must be a mapping of keys to values", hint


def wrong_number(key: Param | Number, value: object) -> tuple[str, str]:
    """Describe a value that is not a number, or not one that a key accepts."""
    allowed = f"Allowed: {key.range_text()} ({key.description})."
    if isinstance(value, str):
        return "must be a number, not text", f"{_spelling_hint(value)}{allowed}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "must be a number", allowed
    if key.whole and value == value and abs(value) < 2**62 and value != int(value):
        return "must be a whole number", allowed
    return f"is outside the range {key.range_text()}", f"Meaning: {key.description}."


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
    """Describe a value that is not a choice of a keyword."""
    if isinstance(value, str) and value in keyword.refused:
        return f"cannot be used: {keyword.refused[value]}", f"Meaning: {keyword.meaning}."
    if isinstance(value, dict) and keyword.mapping_hint is not None:
        return f"must be one of {', '.join(keyword.choices)}, not a mapping", keyword.mapping_hint(value)
    return _not_among(tuple(keyword.choices), keyword.meaning, value)


def _wrong_choice(key: Choice, value: object) -> tuple[str, str]:
    """Describe a value that is not one of a few names; the hint lists many names only if none is similar."""
    names = key.known()
    what, hint = _not_among(names, key.meaning, value)
    if key.form:
        return f"must be {key.form}", hint
    is_listed = len(names) <= _MAX_CHOICES or hint.startswith("Did you mean")
    return what, hint if is_listed else f"Choose from: {', '.join(names)}. {hint}"


def _not_among(names: tuple[str, ...], meaning: str, value: object) -> tuple[str, str]:
    """Describe a value that is not one of several names."""
    near = nearest_name(value, names) if isinstance(value, str) else None
    hint = f"Did you mean {near}? Meaning: {meaning}." if near else f"Meaning: {meaning}."
    return "is not a known name" if len(names) > _MAX_CHOICES else f"must be one of {', '.join(names)}", hint


def _wrong_text(key: Text, value: object) -> tuple[str, str] | None:
    """Describe a value that is not text, is empty, or does not have the required form."""
    hint = f"Meaning: {key.meaning}."
    if not isinstance(value, str):
        return "must be text; put it in quotes", f"Write {key.form}. {hint}" if key.form else hint
    if not key.blank and not value.strip():
        return "must not be empty", hint
    if key.pattern and not re.fullmatch(key.pattern, value):
        return f"must be {key.form}", hint
    return None


def descending(first: float, second: float) -> tuple[str, str]:
    """Describe two numbers that are not in ascending order.

    Examples
    --------
    >>> descending(3, 1)[0]
    'must be in ascending order, but 3 is not below 1'
    """
    return f"must be in ascending order, but {first:g} is not below {second:g}", "Write the lower number first."


def name_problems(name: object, file: str = "python") -> list[Problem]:
    """Problem of a name that cannot name a folder; empty if the name is valid."""
    if isinstance(name, str) and NAME.fullmatch(name):
        return []
    key = f"name = {format_value(name)}"
    return [Problem(file, key=key, what=f"must be {NAME_FORM}", hint="Folders and files are named after it.")]
