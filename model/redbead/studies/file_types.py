"""All types of files: recognition of the type of a file by its keys, and JSON Schemas for editors."""

from __future__ import annotations

import itertools
import math
from typing import Any, Final

from redbead.exceptions import BadInputError, Problem, printable
from redbead.quantities import Param
from redbead.scenario.keys import (
    Choice,
    Either,
    FileType,
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
from redbead.scenario.messages import nearest_name
from redbead.scenario.schema import SCENARIO
from redbead.scenario.yaml_reader import YamlDocument

_MAX_KEYS: Final = 100
"""Number of keys whose similarity to known keys is examined."""


def file_types() -> tuple[FileType, ...]:
    """Return all types of files. Their declarations are imported on first use."""
    from redbead.studies.behaviour_checks.spec import CHECKS
    from redbead.studies.calibration.spec import CALIBRATION
    from redbead.studies.comparison.reader import BATCH
    from redbead.studies.targets.spec import TARGETS

    return SCENARIO, BATCH, CHECKS, TARGETS, CALIBRATION


def recognise(document: YamlDocument) -> FileType:
    """Recognise the type of a file by its top-level keys.

    A file has the type whose distinguishing key it contains. Without such a key, it has the type that knows most of its
    keys, and is a scenario in case of doubt.

    Parameters
    ----------
    document : YamlDocument
        The file.

    Raises
    ------
    BadInputError
        If the file could have several types, or has no key of any type.

    Examples
    --------
    >>> from redbead.scenario.yaml_reader import parse
    >>> recognise(parse("policies: {}", "x.yaml")).name, recognise(parse("title: x", "x.yaml")).name
    ('batch', 'scenario')
    """
    data = document.data
    if not isinstance(data, dict) or all(key in SCENARIO.tree.keys for key in data):
        return SCENARIO
    marked = [kind for kind in file_types() if kind.mark in data]
    best = _that_know_most(data, marked or list(file_types()))
    if SCENARIO in best:
        return SCENARIO
    if len(best) != 1:
        several = f"has keys of several types of files ({', '.join(kind.name for kind in best)})"
        raise BadInputError([_unrecognised(document, several if best else "has no key of a known type of file")])
    return best[0]


def _that_know_most(data: dict[str, Any], kinds: list[FileType]) -> list[FileType]:
    """Return the types that know most of the keys, or else their distinguishing key almost; none if no type does."""
    scores = []
    for kind in kinds:
        first = itertools.islice(data, _MAX_KEYS)
        known = sum(key in kind.tree.keys for key in data)
        marks = [kind.mark] if kind.mark else list(kind.tree.keys)
        scores.append((known, sum(nearest_name(key, marks) is not None for key in first)))
    return [kind for kind, score in zip(kinds, scores, strict=True) if score == max(scores) and any(score)]


def _unrecognised(document: YamlDocument, what: str) -> Problem:
    """Problem of a file whose type is not known, with all types."""
    key, mark = next(iter(document.keys.items()))
    listed = [f"{kind.name} (key '{kind.mark}')" if kind.mark else kind.name for kind in file_types()]
    hint = f"Known types: {', '.join(listed)}. 'redbead schema TYPE' prints the keys of a type."
    return Problem(document.file, *mark, "", f"the file {what}; its first key is '{printable(key[0])}'", hint)


def json_schema(file_type: FileType) -> dict[str, Any]:
    """Return the JSON Schema of a type of file (draft 2020-12)."""
    definitions: dict[str, Any] = {}
    content = _mapping(file_type.tree, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Red Bead {file_type.noun}",
        **content,
        "$defs": dict(sorted(definitions.items())),
    }


def _schema(key: Key, definitions: dict[str, Any], default: float | None = None) -> dict[str, Any]:
    """Schema of the value of a key. Named sections are added to the definitions."""
    match key:
        case Section():
            return _reference(key, definitions)
        case Items():
            content: dict[str, Any] = {"type": "array", "items": _schema(key.item, definitions)}
            content |= {"minItems": 1} if key.filled else {}
            content |= {"uniqueItems": True} if key.unique else {}
            content |= {"maxItems": key.most} if key.most else {}
        case Named():
            content = {"type": "object", "additionalProperties": _schema(key.item, definitions)}
            content |= {"minProperties": 1} if key.filled else {}
        case Kinds():
            return {"oneOf": [_reference(section, definitions) for section in key.kinds.values()]}
        case Pair():
            number = {k: v for k, v in _number(key.number).items() if k != "description"}
            content = {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
        case Either():
            content = {"anyOf": [_schema(alternative, definitions) for alternative in key.alternatives]}
        case Param() | Number():
            return _number(key, default)
        case _:
            content = _scalar(key)
    return {"description": f"{key.meaning}.", **content}


def _scalar(key: Key) -> dict[str, Any]:
    """Schema of a text, name or truth value."""
    match key:
        case Keyword():
            return {"enum": list(key.choices)} | ({"default": key.default} if key.default else {})
        case Choice():
            return {"enum": list(key.known())}
        case Text():
            pattern = {"pattern": f"^(?:{key.pattern})$"} if key.pattern else {}
            return {"type": "string"} | ({} if key.blank or pattern else {"minLength": 1}) | pattern
        case FormatNumber():
            return {"type": "integer", "const": key.number}
        case Flag():
            return {"type": "boolean"}
    raise TypeError(key)


def _reference(key: Section, definitions: dict[str, Any]) -> dict[str, Any]:
    """Schema of a section, as a reference to its definition if it has a name."""
    if not key.name:
        return _mapping(key, definitions)
    if key.name not in definitions:
        definitions[key.name] = {}
        definitions[key.name] |= _mapping(key, definitions)
    return {"$ref": f"#/$defs/{key.name}"}


def _mapping(key: Section, definitions: dict[str, Any]) -> dict[str, Any]:
    """Schema of a mapping with known keys."""
    content: dict[str, Any] = {
        "description": key.meaning if key.meaning.endswith(".") else f"{key.meaning}.",
        "type": "object",
        "properties": {name: _schema(item, definitions, key.defaults.get(name)) for name, item in key.keys.items()},
        "additionalProperties": False,
    }
    content |= {"required": list(key.required)} if key.required else {}
    return content | ({"minProperties": 1} if key.filled else {})


def _number(key: Param | Number, default: float | None = None) -> dict[str, Any]:
    """Schema of a number; that of a parameter states its evidence."""
    note = f"{key.description}{f' [{key.unit}]' * bool(key.unit)}. {key.range_text()}"
    if isinstance(key, Param):
        origin = key.basis if key.source == key.basis else f"{key.basis}: {key.source}"
        note += f"{'' if default is None else f', default {default:g}'}. {origin}"
    schema: dict[str, Any] = {"type": "integer" if key.whole else "number", "description": note}
    schema |= {} if default is None else {"default": default}
    lower = "exclusiveMinimum" if isinstance(key, Number) and key.open else "minimum"
    schema |= {} if math.isinf(key.low) else {lower: key.low}
    schema |= {} if math.isinf(key.high) else {"maximum": key.high}
    return {k: int(v) if key.whole and isinstance(v, float) else v for k, v in schema.items()}
