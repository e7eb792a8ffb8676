"""Validation of scenario files: every problem with its line and column, what is allowed, and what to do next."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic_core import ErrorDetails

from redbead import parameters
from redbead.exceptions import Problem, printable
from redbead.levers import LEVERS, LeverPeriod, find_conflicts
from redbead.levers.base import end_before_start
from redbead.quantities import Param
from redbead.scenario import messages, schema
from redbead.scenario.keywords import KEYWORDS, PUBLISHED, Keyword, implied_values
from redbead.scenario.schema import validation_errors
from redbead.scenario.yaml_reader import KeyPath, Mark, YamlDocument


def document_problems(document: YamlDocument) -> list[Problem]:
    """Find all problems of a file, except those of files that it extends.

    Parameters
    ----------
    document : YamlDocument
        The file as data, with the position of each key and value.

    Returns
    -------
    list of Problem
        Problems in no particular order; empty if the file is valid.
    """
    problems = list(document.problems)
    if document.data is None:
        return problems
    if not isinstance(document.data, dict):
        what = f"a scenario must be a mapping of keys to values, not {messages.format_value(document.data)}"
        return [*problems, _problem(document, (), what, "'redbead scenarios baseline' prints an example.")]
    problems += [_translate(document, error) for error in validation_errors(document.data)]
    problems += _change_problems(document)
    problems += _contradictions(document)
    problems += _date_problems(document)
    problems += _duplicate_systems(document)
    problems += _name_problems(document)
    return problems


def _translate(document: YamlDocument, error: ErrorDetails) -> Problem:
    """Translate an error of pydantic, using the declaration of the key at its place."""
    place = _place_in_file(document, error["loc"])
    if error["type"] == "extra_forbidden":
        return _unknown_key(document, place)
    if error["type"].startswith("union_tag"):
        return _unknown_lever(document, place)
    value = error["input"]
    if place[:1] == ("systems",) and len(place) > 1:
        what = f"must be one of {schema.SYSTEMS[0]} to {schema.SYSTEMS[-1]}"
        return _problem(document, place, what, messages.SYSTEMS_HINT, value)
    key = schema.keys_at(place[:-1], document.data).get(str(place[-1])) if place else None
    if place == ("format",):
        what = f"is not supported; this version of redbead reads format {schema.FORMAT}"
        return _problem(document, place, what, f"Write format: {schema.FORMAT}.", value)
    if isinstance(key, Param):
        return _problem(document, place, *messages.wrong_number(key, value), value)
    if isinstance(key, Keyword):
        return _wrong_choice(document, place, key, value)
    if isinstance(key, schema.Text):
        return _problem(document, place, *messages.wrong_text(key), value)
    meaning = f"Meaning: {key.meaning}." if key else ""
    if isinstance(key, schema.Part) and place == ("systems",):
        return _problem(document, place, "must be a list, such as [S18, S24]", meaning, value)
    if place[:1] == ("levers",) and isinstance(value, str) and len(place) > 1:
        kind = value if value in LEVERS else "just-culture"
        return _problem(document, place, "must be a mapping of keys to values", f"Write {{kind: {kind}}}.", value)
    required = "a list" if error["type"] == "list_type" else "a mapping of keys to values"
    return _problem(document, place, f"must be {required}", meaning, value)


def _place_in_file(document: YamlDocument, loc: tuple[str | int, ...]) -> KeyPath:
    """Convert a location of pydantic, which includes the kind of a lever, to a place in the file."""
    place: KeyPath = ()
    for part in loc:
        if (*place, part) in document.marks:
            place = (*place, part)
    return place


def _problem(document: YamlDocument, place: KeyPath, what: str, hint: str, value: Any = ...) -> Problem:  # noqa: ANN401
    """Create a problem at a place, with the value if one is given."""
    line, column = document.mark_of(place) or Mark(0, 0)
    name = named(document, place)
    key = f"{name} = {messages.format_value(value)}" if value is not ... and name else name
    return Problem(document.file, line, column, key, what, hint)


def named(document: YamlDocument, place: KeyPath) -> str:
    """Name of a place for messages. A lever is named by its kind rather than by its number."""
    names = []
    for end, part in enumerate(place, start=1):
        if not isinstance(part, int):
            names.append(part)
        elif place[0] == "levers" and end == len(("levers", part)):
            lever = document.data["levers"][part]
            kind = lever.get("kind") if isinstance(lever, dict) else None
            names += [kind] if isinstance(kind, str) else []
    return printable(".".join(names))


def _unknown_key(document: YamlDocument, place: KeyPath) -> Problem:
    """Problem of a key that its section does not have."""
    parent, name = place[:-1], str(place[-1])
    known = schema.keys_at(parent, document.data)
    section = str(parent[0]) if len(parent) == 1 else "" if not parent else "item"
    line, column = document.keys.get(place) or Mark(0, 0)
    hint = messages.unknown_key_hint(name, known, section)
    return Problem(document.file, line, column, named(document, place), "is not a known key", hint)


def _unknown_lever(document: YamlDocument, place: KeyPath) -> Problem:
    """Problem of a lever without a kind, or with an unknown kind."""
    lever = document.data["levers"][place[1]] if len(place) > 1 else {}
    kind = lever.get("kind") if isinstance(lever, dict) else None
    if not isinstance(kind, str):
        what = "needs the key 'kind', such as kind: just-culture"
        return _problem(document, place, what, f"Choose from: {', '.join(LEVERS)}.")
    what, hint = messages.no_such_lever(kind)
    line, column = document.mark_of((*place, "kind")) or Mark(0, 0)
    return Problem(document.file, line, column, f"levers.kind = {messages.format_value(kind)}", what, hint)


def _wrong_choice(document: YamlDocument, place: KeyPath, keyword: Keyword, value: Any) -> Problem:  # noqa: ANN401
    """Problem of a value that is not a choice of its keyword."""
    if place == ("authority", "preset") and isinstance(value, dict) and "published" in value:
        name = printable(value["published"]) if isinstance(value["published"], str) else "NAME"
        what = f"must be one of {', '.join(keyword.choices)}, not a mapping"
        hint = f"To start from the published figures of an authority, write authority: {{published: {name}}}."
        return _problem(document, place, what, hint)
    return _problem(document, place, *messages.wrong_word(keyword, value), value)


def _change_problems(document: YamlDocument) -> Iterator[Problem]:
    """Find problems of the parameters under ``change``."""
    changes = document.data.get("change")
    known = schema.keys_at(("change",), document.data)
    for path, value in changes.items() if isinstance(changes, dict) else ():
        if path not in known:
            line, column = document.keys.get(("change", path)) or Mark(0, 0)
            hint = messages.unknown_key_hint(path, known, "change")
            what = "is not a known parameter"
            yield Problem(document.file, line, column, f"change.{printable(path)}", what, hint)
            continue
        param = parameters.register()[path].param
        if isinstance(value, bool) or not isinstance(value, int | float) or not param.accepts(value):
            yield _problem(document, ("change", path), *messages.wrong_number(param, value), value)


def _name_problems(document: YamlDocument) -> Iterator[Problem]:
    """Find a name that cannot name a folder."""
    name = document.data.get("name")
    for problem in messages.name_problems(name, document.file) if isinstance(name, str) else ():
        line, column = document.mark_of(("name",)) or Mark(0, 0)
        yield dataclasses.replace(problem, line=line, column=column)


def _contradictions(document: YamlDocument) -> Iterator[Problem]:
    """Find parameters that the file sets twice: in a section and under ``change``, or by a keyword and a number."""
    data = document.data
    given = {name: data.get(name) for name in (*schema.FAMILY_SECTIONS, "change")}
    sections = {name: content for name, content in given.items() if isinstance(content, dict)}
    changes = sections.pop("change", {})
    for name, content in sections.items():
        for key in content:
            path = f"{name}.{key}"
            if path in changes:
                line, column = document.keys[("change", path)]
                first = document.keys[(name, key)].line
                what = f"is set twice, here and at line {first}"
                yield Problem(document.file, line, column, path, what, "Keep one of the two.")
            if path == PUBLISHED and "preset" in content:
                what = "cannot be combined with 'preset': an authority has one starting point"
                yield _problem(document, (name, key), what, "Keep one of the two.", content[key])
            if path in KEYWORDS and isinstance(content[key], str) and content[key] in KEYWORDS[path].choices:
                yield from _keyword_contradictions(document, path, content, changes)


def _keyword_contradictions(
    document: YamlDocument, path: str, content: dict[str, Any], changes: dict[str, Any]
) -> Iterator[Problem]:
    """Find numbers that contradict a keyword of the same file."""
    name, _, key = path.partition(".")
    if not KEYWORDS[path].binding:
        return
    for parameter, value in implied_values(path, content[key]).items():
        short = parameter.partition(".")[2]
        for place, given in (((name, short), content.get(short)), (("change", parameter), changes.get(parameter))):
            if isinstance(given, int | float) and given != value:
                line = document.keys[(name, key)].line
                what = f"contradicts {path}: {content[key]} at line {line}, which sets it to {value:g}"
                yield _problem(document, place, what, "Keep one of the two.", given)


def _date_problems(document: YamlDocument) -> Iterator[Problem]:
    """Find levers that end before they start."""
    levers = document.data.get("levers")
    for number, lever in enumerate(levers if isinstance(levers, list) else ()):
        if not isinstance(lever, dict):
            continue
        dates = lever.get("from_week", 0), lever.get("until_week", 0)
        if any(isinstance(d, bool) or not isinstance(d, int | float) for d in dates):
            continue
        if what := end_before_start(*dates):
            hint = "Choose a later week, or remove until_week for a lever without an end."
            yield _problem(document, ("levers", number, "until_week"), what, hint)


def _duplicate_systems(document: YamlDocument) -> Iterator[Problem]:
    """Find systems that are listed twice."""
    systems = document.data.get("systems")
    listed = systems if isinstance(systems, list) else []
    for number, system in enumerate(listed):
        if isinstance(system, str) and system in listed[:number]:
            yield _problem(document, ("systems", number), "appears twice", messages.SYSTEMS_HINT, system)


def lever_conflict_problems(documents: Sequence[YamlDocument]) -> Iterator[Problem]:
    """Find levers that cannot be in force together, across files that extend one another.

    Parameters
    ----------
    documents : sequence of YamlDocument
        The files, starting with the one that extends no other.

    Notes
    -----
    Levers with an invalid kind or date are skipped, since these problems are reported separately.
    """
    periods = [(document, number, period) for document in documents for number, period in _lever_periods(document)]
    for conflict in find_conflicts([period for _, _, period in periods]):
        before, number, _ = periods[conflict.first]
        document, other, period = periods[conflict.second]
        line = (before.mark_of(("levers", number)) or Mark(0, 0)).line
        first = f"line {line}" if before is document else f"{before.file}, line {line}"
        place = ("levers", other, "kind")
        what = f"{conflict.what}; the other one is at {first}"
        yield _problem(document, place, what, conflict.hint, period.kind)


def _lever_periods(document: YamlDocument) -> Iterator[tuple[int, LeverPeriod]]:
    """Yield the levers of a file whose dose is not 0, with their position in the list."""
    levers = document.data.get("levers") if isinstance(document.data, dict) else None
    for number, lever in enumerate(levers if isinstance(levers, list) else ()):
        kind = lever.get("kind") if isinstance(lever, dict) else None
        if not isinstance(kind, str) or kind not in LEVERS or lever.get("dose") == 0:
            continue
        dates = lever.get("from_week", 0), lever.get("until_week", 0)
        if all(isinstance(date, int | float) for date in dates):
            yield number, LeverPeriod(kind, *dates)
