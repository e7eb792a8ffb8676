"""The models that check a scenario file, made from the declarations of the parameters; the only user of pydantic."""

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
from redbead.scenario.keywords import WORDS, Word
from redbead.scenario.spikes import SpikeNumbers

FORMAT: Final = 1
"""The format of scenario files that this package reads."""

FAMILY_SECTIONS: Final = ("authority", "demand", "inspection", "takeover")
"""Families that are sections of their own; parameters of all others go under `change`."""


class Text(NamedTuple):
    """A key whose value is free text."""

    meaning: str


class Part(NamedTuple):
    """A key that holds further keys or a list."""

    meaning: str


Key: TypeAlias = Param | Word | Text | Part


class Time(NamedTuple):
    """How long a scenario runs."""

    years: Annotated[
        float, Param("years", 0.02, 100, "how long the simulation is watched, after the warm-up", "assumed", "a choice")
    ] = 10.0
    warm_up_years: Annotated[
        float, Param("years", 0, 20, "how long the model settles before the first week", "assumed", "a choice")
    ] = 3.0


TOP: Final[Mapping[str, Key]] = {
    "format": Part(f"format of the file; this package reads {FORMAT}"),
    "name": Text("short name for tables and pictures (the file's own name where absent)"),
    "title": Text("what the scenario is, in a line"),
    "question": Text("what it asks, in plain words"),
    "source": Text("the idea or text that it comes from"),
    "looks": Text("what to look at in its results"),
    "systems": Part("systems of the source documents that it shows, S1 to S45 (docs/coverage.md)"),
    "extends": Text("the scenario that this one starts from: a shipped name, or a path relative to this file"),
    "theory": WORDS["theory"],
    "time": Part("how long the simulation runs"),
    "authority": Part("size and shape of the authority"),
    "demand": Part("referrals, and spikes of referrals after an event"),
    "inspection": Part("the inspection regime"),
    "takeover": Part("when government steps in, and what that brings"),
    "levers": Part("policies, each with its kind and its start; added to those of the scenario that is extended"),
    "change": Part("any parameter, by its path"),
}
"""The keys of a scenario file."""

TEXTS: Final = ("name", "title", "question", "source", "looks")

SYSTEMS: Final = tuple(f"S{number}" for number in range(1, 46))
"""The systems of the source documents, as `docs/coverage.md` numbers them."""


def of_family(name: str) -> dict[str, Key]:
    """The keys of one section that is a family of parameters."""
    family: Any = parameters.FAMILIES[name]
    words: dict[str, Key] = {p.partition(".")[2]: word for p, word in WORDS.items() if p.startswith(f"{name}.")}
    if name == "demand":
        words["spikes"] = Part("spikes of referrals; added to those of the scenario that is extended")
    return words | {item.name: item.param for item in declared(family)}


def of_lever(kind: str) -> dict[str, Key]:
    """The keys of one lever."""
    numbers: dict[str, Key] = {item.name: item.param for item in LEVERS[kind].numbers()}
    return {"kind": Text("which lever")} | numbers


def of_spike() -> dict[str, Key]:
    """The keys of one spike of referrals."""
    numbers: dict[str, Key] = {item.name: item.param for item in declared(SpikeNumbers)}
    return numbers | {"cause": Text("what set it off")}


def of_place(place: tuple[str | int, ...], data: Any) -> Mapping[str, Key]:  # noqa: ANN401 - a file may hold anything
    """The keys that are known at a place in a file; none where it is not known what belongs there."""
    match place:
        case ():
            return TOP
        case ("time",):
            return {item.name: item.param for item in declared(Time)}
        case (str(name),) if name in FAMILY_SECTIONS:
            return of_family(name)
        case ("demand", "spikes", int()):
            return of_spike()
        case ("levers", int(number)):
            kind = data["levers"][number].get("kind")
            return of_lever(kind) if isinstance(kind, str) and kind in LEVERS else {}
        case ("change",):
            return {path: item.param for path, item in parameters.register().items()}
    return {}


_STRICT: Final = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


def errors(data: object) -> list[ErrorDetails]:
    """What pydantic finds wrong with the data of a file; none when it is good."""
    try:
        _scenario().model_validate(data)
    except ValidationError as error:
        return error.errors(include_url=False, include_context=False)
    return []


def json_schema() -> dict[str, Any]:
    """The JSON schema of scenario files, for editors: every key with its meaning, unit, range and default."""
    schema = _without_titles(_scenario().model_json_schema())
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Red Bead scenario"
    schema["description"] = "What a run is told. Every key may be left out."
    return cast("dict[str, Any]", schema)


@functools.cache
def _scenario() -> type[BaseModel]:
    """The model of a whole file."""
    fields: dict[str, Any] = {name: _field(key) for name, key in TOP.items() if isinstance(key, Text | Word)}
    parts: dict[str, Any] = {"format": _format(), "systems": _systems(), "levers": _levers(), "change": _changes()}
    parts["time"] = _model("time", of_place(("time",), {}), _defaults(Time))
    for family in FAMILY_SECTIONS:
        parts[family] = _family(family)
    for name, kind in parts.items():
        fields[name] = (kind, Field(None, description=TOP[name].meaning))
    ordered = {name: fields[name] for name in TOP}
    return create_model("Scenario", __config__=_STRICT, **ordered)


def _format() -> Any:  # noqa: ANN401 - an annotation
    """The one format that is read; a bare literal 1 would take `true` as well."""
    return Annotated[int, Field(ge=FORMAT, le=FORMAT), WithJsonSchema({"const": FORMAT, "type": "integer"})]


def _systems() -> Any:  # noqa: ANN401 - an annotation
    """A list of systems by their numbers, each once; that none comes twice is checked with the rest of the file."""
    listed = {"type": "array", "items": {"enum": list(SYSTEMS)}, "uniqueItems": True}
    return Annotated[GenericAlias(list, (Literal[SYSTEMS],)), WithJsonSchema(listed)]


def _family(name: str) -> type[BaseModel]:
    """The model of a section that is a family of parameters."""
    known = dict(of_family(name))
    extra: dict[str, Any] = {}
    if "spikes" in known:
        spike = _model("spike", of_spike(), _defaults(SpikeNumbers))
        extra["spikes"] = (GenericAlias(list, (spike,)), Field(None, description=known.pop("spikes").meaning))
    return _model(name, known, _defaults(parameters.FAMILIES[name]), extra)


def _levers() -> Any:  # noqa: ANN401 - a union of models made at run time
    """A list of levers, told apart by their kind."""
    union: Any = None
    for kind, lever in LEVERS.items():
        known = {name: key for name, key in of_lever(kind).items() if isinstance(key, Param)}
        told = (Literal[kind], Field(description=f"{lever.summary()} For {lever.audience}."))
        model = _model(
            kind, known, {item.name: item.default for item in lever.numbers()}, {"kind": told}, lever.summary()
        )
        union = model if union is None else union | model
    return GenericAlias(list, (Annotated[union, Field(discriminator="kind")],))


def _changes() -> Any:  # noqa: ANN401 - an annotation
    """Any parameter by its path; numbers are checked one by one later, since a mapping gives up at the first."""
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
    """A model with one field for each key."""
    fields = {key: _field(meaning, defaults.get(key)) for key, meaning in known.items()}
    return cast(
        "type[BaseModel]",
        create_model(name, __config__=_STRICT, __doc__=doc or "", **cast("Any", {**(extra or {}), **fields})),
    )


def _field(key: Key, default: Any = None) -> tuple[Any, Any]:  # noqa: ANN401 - any annotation, any default
    """The annotation and the description of one key."""
    if isinstance(key, Param):
        schema = WithJsonSchema(_number_schema(key, default))
        low, high = (None if math.isinf(end) else end for end in (key.low, key.high))
        limits = Field(ge=low, le=high, multiple_of=1 if key.whole else None)
        return Annotated[float, limits, schema], int(default) if key.whole else default
    if isinstance(key, Word):
        return Literal[tuple(key.choices)], Field(key.default or None, description=key.meaning)
    return str, Field(None, description=key.meaning)


def _number_schema(param: Param, default: float) -> dict[str, Any]:
    """The JSON schema of one number."""
    origin = param.basis if param.source == param.basis else f"{param.basis}: {param.source}"
    note = f"{param.meaning} [{param.unit}]. {param.range_text()}, default {default:g}. {origin}"
    schema: dict[str, Any] = {"type": "integer" if param.whole else "number", "description": note, "default": default}
    schema |= {} if math.isinf(param.low) else {"minimum": param.low}
    schema |= {} if math.isinf(param.high) else {"maximum": param.high}
    return {k: int(v) if param.whole and isinstance(v, float) else v for k, v in schema.items()}


def _defaults(family: Any) -> dict[str, Any]:  # noqa: ANN401 - a family or a lever
    """The defaults of a family of parameters."""
    return {item.name: item.default for item in declared(family)}


def _without_titles(schema: Any) -> Any:  # noqa: ANN401 - JSON
    """Leave out the titles that pydantic makes up from names, and defaults of null."""
    if isinstance(schema, list):
        return [_without_titles(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made_up = {"title"} if isinstance(schema.get("title"), str) else set()
    made_up |= {"default"} if schema.get("default", "") is None else set()
    return {k: _without_titles(v) for k, v in schema.items() if k not in made_up}
