"""Keys of scenario files, generated from the declarations of parameters, levers and keywords."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Final, NamedTuple

from redbead import parameters
from redbead.levers import LEVERS
from redbead.quantities import Param, declared
from redbead.scenario import messages
from redbead.scenario.consistency import check_scenario
from redbead.scenario.keys import Choice, FileType, FormatNumber, Items, Key, Kinds, LazyKeys, Section, Text
from redbead.scenario.keywords import KEYWORDS
from redbead.scenario.spikes import SpikeNumbers

FORMAT: Final = 1
"""Format number of the scenario files that this package reads."""

_MAX_OWNERS = 4


class Time(NamedTuple):
    """Duration of the simulation and its warm-up."""

    # fmt: off
    years: Annotated[float, Param("years", 0.02, 100, "simulated time after the warm-up", "assumed", "a choice")] = 10.0
    warm_up_years: Annotated[float, Param(
        "years", 0, 20, "simulated time before the first recorded week", "assumed", "a choice")] = 3.0
    # fmt: on


TEXTS: Final = ("name", "title", "question", "source", "looks")
"""Top-level keys whose values are free text."""

SYSTEMS: Final = tuple(f"S{number}" for number in range(1, 46))
"""Systems of the source documents, numbered as in ``docs/coverage.md``."""

SYSTEM: Final = Choice(
    "systems of the source documents that the scenario shows; see docs/coverage.md", SYSTEMS, "one of S1 to S45"
)
"""One of the systems of the source documents."""


def unknown_parameter(path: str) -> tuple[str, str]:
    """Describe a path that is not a parameter: what is wrong, and the hint."""
    if path in parameters.FAMILIES:
        first = next(p for p in parameters.register() if p.startswith(f"{path}."))
        return "is a family of parameters, not a parameter", f"Write the path of each parameter, such as {first}."
    if path in TOP:
        return "is not a parameter", f"Write '{path}' beside 'change', not inside it."
    if path in parameters.REPLACED:
        new = parameters.REPLACED[path]
        return "is no longer a parameter", f"Use {new} ({messages.describe(PARAMETERS[new])})."
    near = parameters.nearest(path)
    if near is None:
        return "is not a known parameter", "'redbead parameters' lists all parameters."
    return "is not a known parameter", f"Did you mean {near} ({messages.describe(PARAMETERS[near])})?"


def _unknown_top_key(name: str) -> tuple[str, str]:
    """Describe an unknown top-level key of a scenario."""
    return _unknown_scenario_key(name, TOP)


def _unknown_scenario_key(name: str, keys: Mapping[str, Key]) -> tuple[str, str]:
    """Describe an unknown key of a scenario. Families and parameters belong under ``change``."""
    what, hint = messages.unknown_key(name, keys)
    if name in parameters.FAMILIES:
        first = next(p for p in parameters.register() if p.startswith(f"{name}."))
        hint = f"Set the parameters of {name} under 'change', such as change: {{{first}: ...}}."
    elif name in parameters.register():
        hint = f"Set parameters under 'change': change: {{{name}: ...}}."
    return what, hint


def _unknown_key_of(family: str) -> Callable[[str], tuple[str, str]]:
    """Return the function that describes an unknown key of a family. The key may belong to another family."""

    def describe(name: str) -> tuple[str, str]:
        """Describe an unknown key."""
        short = name.removeprefix(f"{family}.")
        if short != name and short in FAMILIES[family].keys:
            return "is not a known key", f"Write {short}, because the section already names the family."
        what, hint = messages.unknown_key(name, FAMILIES[family].keys)
        owners = [path for path in parameters.register() if path.partition(".")[2] == name]
        if hint.startswith("Did you mean"):
            return what, hint
        if not owners:
            return what, f"'redbead parameters {family}' lists the keys of this section."
        listed = ", ".join(owners[:_MAX_OWNERS]) + (", ..." if len(owners) > _MAX_OWNERS else "")
        return what, f"{name} is a parameter of {listed}. Set parameters that have no section under 'change'."

    return describe


def _numbers_section(
    name: str, meaning: str, numbers: Any, others: Mapping[str, Key] | None = None, required: tuple[str, ...] = ()  # noqa: ANN401 - a class
) -> Section:  # fmt: skip
    """Section whose keys are the parameters that a class declares, beside other keys."""

    def keys() -> dict[str, Key]:
        """Return all keys; a parameter takes precedence."""
        return {**(others or {}), **{item.name: item.param for item in declared(numbers)}}

    defaults = LazyKeys(lambda: {item.name: item.default for item in declared(numbers)})
    return Section(meaning, LazyKeys(keys), required, name, defaults=defaults)


def _family(name: str, meaning: str) -> Section:
    """Section of a family of parameters."""
    others: dict[str, Key] = {p.partition(".")[2]: word for p, word in KEYWORDS.items() if p.startswith(f"{name}.")}
    if name == "demand":
        spikes = "spikes of referrals; added to the spikes of the extended scenario"
        others["spikes"] = Items(spikes, _SPIKE, filled=False)
    section = _numbers_section(name, meaning, parameters.FAMILIES[name], others)
    return section._replace(unknown=_unknown_key_of(name))


class _LeverSections(Mapping[str, Section]):
    """Keys of each kind of lever."""

    def __getitem__(self, kind: str) -> Section:
        lever = LEVERS[kind]
        text = f"{lever.summary()} For {lever.audience}."
        return _numbers_section(f"lever-{kind}", text, lever, {"kind": Choice("kind of lever", (kind,))}, ("kind",))

    def __contains__(self, kind: object) -> bool:
        return kind in LEVERS

    def __iter__(self) -> Iterator[str]:
        return iter(LEVERS)

    def __len__(self) -> int:
        return len(LEVERS)


_SPIKE: Final = _numbers_section(
    "spike", "a spike", SpikeNumbers, {"cause": Text("event that caused the spike", blank=True)}
)
_LEVER: Final = Kinds("a policy", "lever", _LeverSections(), "just-culture")
PARAMETERS: Final[Mapping[str, Param]] = LazyKeys(
    lambda: {path: item.param for path, item in parameters.register().items()}
)
"""Every parameter by its path."""
FAMILIES: Final = {
    "authority": _family("authority", "size and structure of the authority"),
    "demand": _family("demand", "referrals, and spikes of referrals after an event"),
    "inspection": _family("inspection", "inspection regime"),
    "takeover": _family("takeover", "conditions and results of intervention by government"),
}
"""Sections of the families with their own section."""
TIME: Final = _numbers_section("time", "duration of the simulation", Time)
_DEFAULTS: Final = LazyKeys(lambda: {path: item.default for path, item in parameters.register().items()})

TOP: Final[Mapping[str, Key]] = {
    "format": FormatNumber(FORMAT),
    "name": Text(
        "short name for tables and figures (default: the name of the file)", messages.NAME.pattern, messages.NAME_FORM
    ),
    "title": Text("one-line description of the scenario", blank=True),
    "question": Text("question that the scenario asks, in plain words", blank=True),
    "source": Text("idea or text that the scenario comes from", blank=True),
    "looks": Text("outcomes to compare in the results", blank=True),
    "systems": Items(
        "systems of the source documents that the scenario shows, S1 to S45 (docs/coverage.md)",
        SYSTEM, filled=False, unique=True, example="[S18, S24]",
    ),
    "extends": Text("scenario that this one starts from: a shipped name, or a path relative to this file"),
    "theory": KEYWORDS["theory"],
    "time": TIME,
    **FAMILIES,
    "levers": Items(
        "policies, each with its kind and start; added to the levers of the extended scenario", _LEVER, filled=False
    ),
    "change": Section(
        "any parameter, by its path", PARAMETERS, name="change", unknown=unknown_parameter, defaults=_DEFAULTS
    ),
}  # fmt: skip
"""Top-level keys of a scenario file."""

SCENARIO: Final = FileType(
    "scenario",
    "scenario",
    Section("inputs of a run; every key is optional", TOP, unknown=_unknown_top_key, check=check_scenario),
    "",
    "'redbead scenarios baseline'",
)
"""Scenario files."""


def scenario_part(base: Key) -> Section:
    """Section of a scenario that is part of a larger file.

    Parameters
    ----------
    base : Key
        The key ``scenario``, which names the scenario that the part extends.
    """
    own = ("theory", *FAMILIES, "levers", "change")
    keys = {"scenario": base, **{name: TOP[name] for name in own}}

    def unknown(name: str) -> tuple[str, str]:
        """Describe an unknown key."""
        return _unknown_scenario_key(name, keys)

    return Section("a scenario: differences from another scenario", keys, unknown=unknown, check=check_scenario)
