"""Schema of scenario files, generated from the declarations of parameters.

This is the only module that uses pydantic. It validates data and writes the JSON schema for editors.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from types import GenericAlias
from typing import Annotated, Any, Final, Literal, NamedTuple, TypeAlias, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema, create_model
from pydantic_core import ErrorDetails

from redbead import parameters
from redbead.levers import LEVERS
from redbead.quantities import Param, declared
from redbead.scenario.keywords import KEYWORDS, Keyword
from redbead.scenario.spikes import SpikeNumbers

FORMAT: Final = 1
"""Format number of the scenario files that this package reads."""

FAMILY_SECTIONS: Final = ("authority", "demand", "inspection", "takeover")
"""Families with their own section in a scenario file. Parameters of all other families belong under ``change``."""


class Text(NamedTuple):
    """A key whose value is free text."""

    meaning: str


class Part(NamedTuple):
    """A key whose value is a mapping or a list."""

    meaning: str


Key: TypeAlias = Param | Keyword | Text | Part


class Time(NamedTuple):
    """Duration of the simulation and its warm-up."""

    # fmt: off
    years: Annotated[float, Param("years", 0.02, 100, "simulated time after the warm-up", "assumed", "a choice")] = 10.0
    warm_up_years: Annotated[float, Param(
        "years", 0, 20, "simulated time before the first recorded week", "assumed", "a choice")] = 3.0
    # fmt: on


TOP: Final[Mapping[str, Key]] = {
    "format": Part(f"format number of the file, {FORMAT}"),
    "name": Text("short name for tables and figures (default: the name of the file)"),
    "title": Text("one-line description of the scenario"),
    "question": Text("question that the scenario asks, in plain words"),
    "source": Text("idea or text that the scenario comes from"),
    "looks": Text("outcomes to compare in the results"),
    "systems": Part("systems of the source documents that the scenario shows, S1 to S45 (docs/coverage.md)"),
    "extends": Text("scenario that this one starts from: a shipped name, or a path relative to this file"),
    "theory": KEYWORDS["theory"],
    "time": Part("duration of the simulation"),
    "authority": Part("size and structure of the authority"),
    "demand": Part("referrals, and spikes of referrals after an event"),
    "inspection": Part("inspection regime"),
    "takeover": Part("conditions and results of intervention by government"),
    "levers": Part("policies, each with its kind and start; added to the levers of the extended scenario"),
    "change": Part("any parameter, by its path"),
}
"""Top-level keys of a scenario file."""

TEXTS: Final = ("name", "title", "question", "source", "looks")
"""Top-level keys whose values are free text."""

SYSTEMS: Final = tuple(f"S{number}" for number in range(1, 46))
"""Systems of the source documents, numbered as in ``docs/coverage.md``."""


def family_keys(name: str) -> dict[str, Key]:
    """Keys of a section that is a family of parameters."""
    family: Any = parameters.FAMILIES[name]
    keys: dict[str, Key] = {p.partition(".")[2]: word for p, word in KEYWORDS.items() if p.startswith(f"{name}.")}
    if name == "demand":
        keys["spikes"] = Part("spikes of referrals; added to the spikes of the extended scenario")
    return keys | {item.name: item.param for item in declared(family)}


def lever_keys(kind: str) -> dict[str, Key]:
    """Keys of one kind of lever."""
    numbers: dict[str, Key] = {item.name: item.param for item in LEVERS[kind].numbers()}
    return {"kind": Text("kind of lever")} | numbers


def spike_keys() -> dict[str, Key]:
    """Keys of a spike of referrals."""
    numbers: dict[str, Key] = {item.name: item.param for item in declared(SpikeNumbers)}
    return numbers | {"cause": Text("event that caused the spike")}


def keys_at(place: tuple[str | int, ...], data: Any) -> Mapping[str, Key]:  # noqa: ANN401 - data of a file
    """Keys that a scenario file may contain at a place; empty if the place is unknown.

    Parameters
    ----------
    place : tuple of str or int
        Keys and list indices from the top level down, such as ``("levers", 0)``.
    data : object
        Content of the file, which gives the kind of each lever.
    """
    match place:
        case ():
            return TOP
        case ("time",):
            return {item.name: item.param for item in declared(Time)}
        case (str(name),) if name in FAMILY_SECTIONS:
            return family_keys(name)
        case ("demand", "spikes", int()):
            return spike_keys()
        case ("levers", int(number)):
            kind = data["levers"][number].get("kind")
            return lever_keys(kind) if isinstance(kind, str) and kind in LEVERS else {}
        case ("change",):
            return {path: item.param for path, item in parameters.register().items()}
    return {}


_STRICT: Final = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


def validation_errors(data: object) -> list[ErrorDetails]:
    """Errors that pydantic reports for the data of a file; empty if the data is valid."""
    try:
        _scenario().model_validate(data)
    except ValidationError as error:
        return error.errors(include_url=False, include_context=False)
    return []


def json_schema() -> dict[str, Any]:
    """JSON schema of scenario files for editors: every key with its meaning, unit, range and default."""
    schema = _without_titles(_scenario().model_json_schema())
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Red Bead scenario"
    schema["description"] = "Inputs of a run. Every key is optional."
    return cast("dict[str, Any]", schema)


@functools.cache
def _scenario() -> type[BaseModel]:
    """Model of a whole file."""
    fields: dict[str, Any] = {name: _field(key) for name, key in TOP.items() if isinstance(key, Text | Keyword)}
    parts: dict[str, Any] = {"format": _format(), "systems": _systems(), "levers": _levers(), "change": _changes()}
    parts["time"] = _model("time", keys_at(("time",), {}), _defaults(Time))
    for family in FAMILY_SECTIONS:
        parts[family] = _family(family)
    for name, kind in parts.items():
        fields[name] = (kind, Field(None, description=TOP[name].meaning))
    ordered = {name: fields[name] for name in TOP}
    return create_model("Scenario", __config__=_STRICT, **ordered)


def _format() -> Any:  # noqa: ANN401 - an annotation
    """Annotation of the format number. A literal 1 would also accept ``true``."""
    return Annotated[int, Field(ge=FORMAT, le=FORMAT), WithJsonSchema({"const": FORMAT, "type": "integer"})]


def _systems() -> Any:  # noqa: ANN401 - an annotation
    """Annotation of the list of systems. The validation module checks for duplicates."""
    listed = {"type": "array", "items": {"enum": list(SYSTEMS)}, "uniqueItems": True}
    return Annotated[GenericAlias(list, (Literal[SYSTEMS],)), WithJsonSchema(listed)]


def _family(name: str) -> type[BaseModel]:
    """Model of a section that is a family of parameters."""
    known = dict(family_keys(name))
    extra: dict[str, Any] = {}
    if "spikes" in known:
        spike = _model("spike", spike_keys(), _defaults(SpikeNumbers))
        extra["spikes"] = (GenericAlias(list, (spike,)), Field(None, description=known.pop("spikes").meaning))
    return _model(name, known, _defaults(parameters.FAMILIES[name]), extra)


def _levers() -> Any:  # noqa: ANN401 - a union of generated models
    """Annotation of the list of levers, discriminated by kind."""
    union: Any = None
    for kind, lever in LEVERS.items():
        known = {name: key for name, key in lever_keys(kind).items() if isinstance(key, Param)}
        discriminator = (Literal[kind], Field(description=f"{lever.summary()} For {lever.audience}."))
        defaults = {item.name: item.default for item in lever.numbers()}
        model = _model(kind, known, defaults, {"kind": discriminator}, lever.summary())
        union = model if union is None else union | model
    return GenericAlias(list, (Annotated[union, Field(discriminator="kind")],))


def _changes() -> Any:  # noqa: ANN401 - an annotation
    """Annotation of ``change``. The validation module checks its values, since pydantic stops at the first error."""
    shape = {path: _number_schema(item.param, item.default) for path, item in parameters.register().items()}
    schema = {"type": "object", "properties": shape, "additionalProperties": False}
    return Annotated[dict[str, Any], WithJsonSchema(schema)]


def _model(
    name: str,
    known: Mapping[str, Key],
    defaults: Mapping[str, Any],
    extra: Mapping[str, Any] | None = None,
    doc: str | None = None,
) -> type[BaseModel]:
    """Model with one field per key."""
    fields = {key: _field(meaning, defaults.get(key)) for key, meaning in known.items()}
    return cast(
        "type[BaseModel]",
        create_model(name, __config__=_STRICT, __doc__=doc or "", **cast("Any", {**(extra or {}), **fields})),
    )


def _field(key: Key, default: Any = None) -> tuple[Any, Any]:  # noqa: ANN401 - any annotation, any default
    """Annotation and description of one key."""
    if isinstance(key, Param):
        schema = WithJsonSchema(_number_schema(key, default))
        low, high = (None if math.isinf(end) else end for end in (key.low, key.high))
        limits = Field(ge=low, le=high, multiple_of=1 if key.whole else None)
        return Annotated[float, limits, schema], int(default) if key.whole else default
    if isinstance(key, Keyword):
        return Literal[tuple(key.choices)], Field(key.default or None, description=key.meaning)
    return str, Field(None, description=key.meaning)


def _number_schema(param: Param, default: float) -> dict[str, Any]:
    """JSON schema of one number."""
    origin = param.basis if param.source == param.basis else f"{param.basis}: {param.source}"
    note = f"{param.description} [{param.unit}]. {param.range_text()}, default {default:g}. {origin}"
    schema: dict[str, Any] = {"type": "integer" if param.whole else "number", "description": note, "default": default}
    schema |= {} if math.isinf(param.low) else {"minimum": param.low}
    schema |= {} if math.isinf(param.high) else {"maximum": param.high}
    return {k: int(v) if param.whole and isinstance(v, float) else v for k, v in schema.items()}


def _defaults(family: Any) -> dict[str, Any]:  # noqa: ANN401 - a family or a lever
    """Defaults of a family of parameters, by name."""
    return {item.name: item.default for item in declared(family)}


def _without_titles(schema: Any) -> Any:  # noqa: ANN401 - JSON
    """Remove the titles that pydantic generates from names, and defaults of null."""
    if isinstance(schema, list):
        return [_without_titles(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    generated = {"title"} if isinstance(schema.get("title"), str) else set()
    generated |= {"default"} if schema.get("default", "") is None else set()
    return {k: _without_titles(v) for k, v in schema.items() if k not in generated}
