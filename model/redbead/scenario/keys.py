"""Which keys a scenario file may have, place by place; each is a parameter, a word, or text with a meaning.

The models that check a file, the hints of error messages and the schema for editors are all made from these.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, NamedTuple, TypeAlias

from redbead import parameters
from redbead.levers import LEVERS
from redbead.quantities import Param, declared
from redbead.scenario.spikes import SpikeNumbers
from redbead.scenario.words import WORDS, Word

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
