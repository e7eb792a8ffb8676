"""Turn what is wrong with a file's data into problems that say where, what, and what to do."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic_core import ErrorDetails

from redbead import parameters
from redbead.exceptions import Problem
from redbead.levers import LEVERS
from redbead.levers.base import end_before_start
from redbead.quantities import Param
from redbead.scenario import messages, schema
from redbead.scenario.keywords import PUBLISHED, WORDS, Word, implied
from redbead.scenario.lever_conflicts import LeverPeriod, clashes
from redbead.scenario.scenario import misnamed
from redbead.scenario.schema import errors
from redbead.scenario.yaml_reader import KeyPath, Mark, YamlDocument


def document_problems(document: YamlDocument) -> list[Problem]:
    """Everything that is wrong with a file apart from what it extends."""
    found = list(document.problems)
    if document.data is None:
        return found
    if not isinstance(document.data, dict):
        what = f"a scenario is a mapping of keys to values, this is {messages.shown(document.data)}"
        return [*found, _problem(document, (), what, "")]
    found += [_of_error(document, error) for error in errors(document.data)]
    found += _changes(document)
    found += _clashes(document)
    found += _dates(document)
    found += _systems(document)
    found += _name(document)
    return found


def _of_error(document: YamlDocument, error: ErrorDetails) -> Problem:
    """The problem behind one error of pydantic: it says where, the declarations say what."""
    place = _in_file(document, error["loc"])
    if error["type"] == "extra_forbidden":
        return _unknown(document, place)
    if error["type"].startswith("union_tag"):
        return _lever_kind(document, place)
    value = error["input"]
    if place[:1] == ("systems",) and len(place) > 1:
        what = f"must be one of {schema.SYSTEMS[0]} to {schema.SYSTEMS[-1]}"
        return _problem(document, place, what, messages.SYSTEMS_HINT, value)
    key = schema.of_place(place[:-1], document.data).get(str(place[-1])) if place else None
    if place == ("format",):
        return _problem(
            document, place, f"this redbead reads format {schema.FORMAT}", f"write format: {schema.FORMAT}", value
        )
    if isinstance(key, Param):
        return _problem(document, place, *messages.wrong_number(key, value), value)
    if isinstance(key, Word):
        return _word(document, place, key, value)
    if isinstance(key, schema.Text):
        return _problem(document, place, *messages.wrong_text(key), value)
    if isinstance(key, schema.Part) and place == ("systems",):
        return _problem(document, place, "must be a list, such as [S18, S24]", key.meaning, value)
    if place[:1] == ("levers",) and isinstance(value, str) and len(place) > 1:
        kind = value if value in LEVERS else "just-culture"
        return _problem(document, place, "must be a mapping of keys to values", f"write {{kind: {kind}}}", value)
    needed = "a list" if error["type"] == "list_type" else "a mapping of keys to values"
    return _problem(document, place, f"must be {needed}", key.meaning if key else "", value)


def _in_file(document: YamlDocument, loc: tuple[str | int, ...]) -> KeyPath:
    """The place in the file that pydantic means; it names the kind of a lever on the way, the file does not."""
    place: KeyPath = ()
    for part in loc:
        if (*place, part) in document.marks:
            place = (*place, part)
    return place


def _problem(document: YamlDocument, place: KeyPath, what: str, hint: str, value: Any = ...) -> Problem:  # noqa: ANN401
    """A problem at a place; with the value, where it is short and says something."""
    line, column = document.mark_of(place) or Mark(0, 0)
    name = named(document, place)
    key = f"{name} = {messages.shown(value)}" if value is not ... and name else name
    return Problem(document.file, line, column, key, what, hint)


def named(document: YamlDocument, place: KeyPath) -> str:
    """A place as messages call it; a lever by its kind rather than by its number."""
    names = []
    for end, part in enumerate(place, start=1):
        if not isinstance(part, int):
            names.append(part)
        elif place[0] == "levers" and end == len(("levers", part)):
            lever = document.data["levers"][part]
            kind = lever.get("kind") if isinstance(lever, dict) else None
            names += [kind] if isinstance(kind, str) else []
    return messages.printable(".".join(names))


def _unknown(document: YamlDocument, place: KeyPath) -> Problem:
    """The problem of a key that is not known where it stands."""
    around, name = place[:-1], str(place[-1])
    known = schema.of_place(around, document.data)
    section = str(around[0]) if len(around) == 1 else "" if not around else "item"
    line, column = document.keys.get(place) or Mark(0, 0)
    hint = messages.unknown_key(name, known, section)
    return Problem(document.file, line, column, named(document, place), "unknown key", hint)


def _lever_kind(document: YamlDocument, place: KeyPath) -> Problem:
    """The problem of a lever that is missing, misspelt or not available."""
    lever = document.data["levers"][place[1]] if len(place) > 1 else {}
    kind = lever.get("kind") if isinstance(lever, dict) else None
    known = f"known levers: {', '.join(LEVERS)}"
    if not isinstance(kind, str):
        return _problem(document, place, "a lever needs its kind, such as kind: just-culture", known)
    what, hint = messages.no_such_lever(kind)
    line, column = document.mark_of((*place, "kind")) or Mark(0, 0)
    return Problem(document.file, line, column, f"levers.kind = {messages.shown(kind)}", what, hint)


def _word(document: YamlDocument, place: KeyPath, word: Word, value: Any) -> Problem:  # noqa: ANN401 - from a file
    """The problem of a word that is none of its choices."""
    if place == ("authority", "preset") and isinstance(value, dict) and "published" in value:
        what = "presets from the published figures of a named authority are not available yet"
        hint = "use preset: median (120 posts) or large (222 posts), or set posts, team_size and caseload yourself"
        return _problem(document, place, what, hint)
    return _problem(document, place, *messages.wrong_word(word, value), value)


def _changes(document: YamlDocument) -> Iterator[Problem]:
    """What is wrong with the parameters under `change`."""
    changes = document.data.get("change")
    known = schema.of_place(("change",), document.data)
    for path, value in changes.items() if isinstance(changes, dict) else ():
        if path not in known:
            line, column = document.keys.get(("change", path)) or Mark(0, 0)
            hint = messages.unknown_key(path, known, "change")
            yield Problem(document.file, line, column, f"change.{messages.printable(path)}", "unknown parameter", hint)
            continue
        param = parameters.register()[path].param
        if isinstance(value, bool) or not isinstance(value, int | float) or not param.accepts(value):
            yield _problem(document, ("change", path), *messages.wrong_number(param, value), value)


def _name(document: YamlDocument) -> Iterator[Problem]:
    """A name that cannot be the name of a folder."""
    name = document.data.get("name")
    for problem in misnamed(name, document.file) if isinstance(name, str) else ():
        line, column = document.mark_of(("name",)) or Mark(0, 0)
        yield dataclasses.replace(problem, line=line, column=column)


def _clashes(document: YamlDocument) -> Iterator[Problem]:
    """Parameters that one file sets twice: in their section and under `change`, or by a word and a number."""
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
                yield Problem(document.file, line, column, path, f"set here and at line {first}", "keep one of the two")
            if path == PUBLISHED and "preset" in content:
                what = "an authority has one starting point, and 'preset' is another"
                yield _problem(document, (name, key), what, "keep one of the two", content[key])
            if path in WORDS and isinstance(content[key], str) and content[key] in WORDS[path].choices:
                yield from _contradictions(document, path, content, changes)


def _contradictions(
    document: YamlDocument, path: str, content: dict[str, Any], changes: dict[str, Any]
) -> Iterator[Problem]:
    """Numbers that contradict a word of the same file."""
    name, _, key = path.partition(".")
    if not WORDS[path].binding:
        return
    for number, value in implied(path, content[key]).items():
        short = number.partition(".")[2]
        for place, there in (((name, short), content.get(short)), (("change", number), changes.get(number))):
            if isinstance(there, int | float) and there != value:
                line = document.keys[(name, key)].line
                what = f"contradicts {path}: {content[key]} at line {line}, which sets it to {value:g}"
                yield _problem(document, place, what, "keep one of the two", there)


def _dates(document: YamlDocument) -> Iterator[Problem]:
    """Levers that end before they start."""
    levers = document.data.get("levers")
    for number, lever in enumerate(levers if isinstance(levers, list) else ()):
        if not isinstance(lever, dict):
            continue
        dates = lever.get("from_week", 0), lever.get("until_week", 0)
        if any(isinstance(d, bool) or not isinstance(d, int | float) for d in dates):
            continue
        if what := end_before_start(*dates):
            yield _problem(document, ("levers", number, "until_week"), what, "leave until_week out for no end")


def _systems(document: YamlDocument) -> Iterator[Problem]:
    """Systems that are listed twice."""
    systems = document.data.get("systems")
    listed = systems if isinstance(systems, list) else []
    for number, system in enumerate(listed):
        if isinstance(system, str) and system in listed[:number]:
            yield _problem(document, ("systems", number), "given twice", messages.SYSTEMS_HINT, system)


def clashes_of(documents: Sequence[YamlDocument]) -> Iterator[Problem]:
    """Levers of files that extend one another, the first of them first, that cannot be in force together.

    Levers whose kind or dates are wrong are passed over: their own problems say so.
    """
    placed = [(document, number, given) for document in documents for number, given in _dated(document)]
    for clash in clashes([given for _, _, given in placed]):
        before, number, _ = placed[clash.first]
        document, other, given = placed[clash.second]
        line = (before.mark_of(("levers", number)) or Mark(0, 0)).line
        there = f"line {line}" if before is document else f"{before.file}, line {line}"
        place = ("levers", other, "kind")
        yield _problem(document, place, f"{clash.what}; the other is at {there}", clash.hint, given.kind)


def _dated(document: YamlDocument) -> Iterator[tuple[int, LeverPeriod]]:
    """The levers of a file that are tried at all, with their place in its list."""
    levers = document.data.get("levers") if isinstance(document.data, dict) else None
    for number, lever in enumerate(levers if isinstance(levers, list) else ()):
        kind = lever.get("kind") if isinstance(lever, dict) else None
        if not isinstance(kind, str) or kind not in LEVERS or lever.get("dose") == 0:
            continue
        dates = lever.get("from_week", 0), lever.get("until_week", 0)
        if all(isinstance(date, int | float) for date in dates):
            yield number, LeverPeriod(kind, *dates)
