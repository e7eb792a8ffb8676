"""The scenario: all inputs of a run, validated and immutable."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from redbead import parameters
from redbead.exceptions import MAX_PROBLEMS, BadInputError, Problem, format_value, printable
from redbead.levers import LEVERS, Lever, LeverPeriod, find_conflicts
from redbead.quantities import declared
from redbead.scenario import messages, schema
from redbead.scenario.authorities import CAUTION
from redbead.scenario.consistency import FAMILY_SECTIONS
from redbead.scenario.keywords import KEYWORDS, PRESET, PUBLISHED, implied_values, matches, without_published
from redbead.scenario.library import version
from redbead.scenario.plugins import effect_problems
from redbead.scenario.schema import FORMAT, SYSTEM, TEXTS, Time
from redbead.scenario.spikes import Spike
from redbead.scenario.theories import BALANCED
from redbead.state.constants import Reals

__all__ = ["Scenario", "Spike"]

WEEKS_PER_YEAR = 52


STARTING_POINTS: Final = {PRESET: "preset", PUBLISHED: "published", "theory": "theory"}
"""Keywords that set starting values, and the fields of a scenario that store them."""

_TIME = {f"time.{item.name}": item for item in declared(Time)}


@dataclass(frozen=True)
class Scenario:
    """Inputs of a run: duration, parameters, events and policies.

    Two scenarios are equal if their runs and their texts are equal. Create scenarios with :func:`redbead.load` and
    :meth:`set` rather than directly.

    Parameters
    ----------
    name : str
        Short name for tables, figures and folders: letters, digits, hyphens, underscores and full stops.
    title, question, source, looks : str
        Texts that describe the scenario.
    years : float
        Simulated time after the warm-up. [years]
    warm_up_years : float
        Simulated time before the first recorded week. [years]
    values : tuple of (str, float)
        Parameters that differ from their defaults, sorted by path.
    spikes : tuple of Spike
        Spikes of referrals.
    levers : tuple of Lever
        Policies.
    preset, published, theory : str
        Names of the starting points. :func:`redbead.load` and :meth:`set` apply their values.
    systems : tuple of str
        Systems of the source documents that the scenario shows.
    words : tuple of (str, str)
        Keywords that match the parameters in force, such as ``("inspection.regime", "none")``.

    Raises
    ------
    BadInputError
        If a name is unknown or a value is outside its range. Lists every such problem.

    Examples
    --------
    >>> Scenario(name="mine").set({"inspection.stakes": 0.2}).values
    (('inspection.stakes', 0.2),)
    """

    name: str = "scenario"
    title: str = ""
    question: str = ""
    source: str = ""
    looks: str = ""
    years: float = 10.0
    warm_up_years: float = 3.0
    values: tuple[tuple[str, float], ...] = ()
    spikes: tuple[Spike, ...] = ()
    levers: tuple[Lever, ...] = ()
    preset: str = "median"
    published: str = ""
    theory: str = BALANCED
    systems: tuple[str, ...] = ()
    words: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Validate all fields and bring values and keywords into canonical form."""
        plain = messages.plain_number
        times = {"time.years": plain(self.years), "time.warm_up_years": plain(self.warm_up_years)}
        given: dict[str, Any] = {path: plain(value) for path, value in dict(self.values).items()}
        starts = {path: str(getattr(self, field)) for path, field in STARTING_POINTS.items()}
        choices = {**dict(self.words), **{path: choice for path, choice in starts.items() if choice}}
        problems = [*messages.name_problems(self.name), *system_problems(self.systems), *conflict_problems(self.levers)]
        problems += effect_problems(self.levers)
        raise_problems([*value_problems({**times, **given, **choices}), *problems])
        register = parameters.register()
        values = {path: float(value) for path, value in sorted(given.items())}
        in_force = {path: item.default for path, item in register.items()} | values
        keywords = {path: choice for path, choice in sorted(choices.items()) if path not in STARTING_POINTS}
        assign = object.__setattr__
        assign(self, "years", float(self.years))
        assign(self, "warm_up_years", float(self.warm_up_years))
        assign(self, "values", tuple((p, v) for p, v in values.items() if v != register[p].default))
        assign(self, "words", tuple((p, c) for p, c in keywords.items() if matches(p, c, in_force)))
        assign(self, "spikes", tuple(self.spikes))
        assign(self, "levers", tuple(self.levers))
        assign(self, "systems", tuple(self.systems))

    @property
    def weeks(self) -> int:
        """Number of recorded weeks after the warm-up. [weeks]"""
        return int(self.years * WEEKS_PER_YEAR + 0.5)

    @property
    def warm_up_weeks(self) -> int:
        """Number of weeks of warm-up. [weeks]"""
        return int(self.warm_up_years * WEEKS_PER_YEAR + 0.5)

    def value(self, path: str) -> float:
        """Value of one parameter before levers apply.

        Parameters
        ----------
        path : str
            Path of the parameter, such as ``inspection.stakes``.

        Raises
        ------
        BadInputError
            If no parameter has this path.
        """
        if not isinstance(path, str) or path not in parameters.register():
            raise_problems([unknown_parameter(str(path))])
        return dict(self.values).get(path, parameters.register()[path].default)

    def row(self) -> Reals:
        """All parameters in the order of ``parameters.register()``, before levers apply."""
        row = parameters.default_row()
        for path, value in self.values:
            row[parameters.index_of(path)] = value
        return row

    def set(self, changes: Mapping[str, float | str] | None = None, /, **more: float | str) -> Scenario:
        """Return a copy with other parameters, keywords or times.

        Parameters
        ----------
        changes : mapping of str to float or str, optional
            New values by path, such as ``inspection.stakes``, ``inspection.regime`` or ``time.years``. If a keyword
            and a parameter that it sets are both given, the parameter takes precedence.
        **more : float or str
            The same as keyword arguments, with two underscores for the full stop: ``inspection__stakes=0.2``.

        Returns
        -------
        Scenario
            The changed copy.

        Raises
        ------
        BadInputError
            If a path is unknown or a value is outside its range. Lists every problem, with the nearest name, the range
            and the unit.

        Examples
        --------
        >>> Scenario().set(inspection__regime="none").value("inspection.visits")
        0.0
        """
        if not isinstance(changes, Mapping | None):
            what = (  # type: ignore[unreachable]
                f"must be a mapping of paths to values, not a value of type {type(changes).__name__}"
            )
            raise_problems([Problem("rb.Scenario.set", key="changes", what=what)])
        given = {**(changes or {}), **{name.replace("__", "."): value for name, value in more.items()}}
        new = {path: messages.plain_number(value) for path, value in given.items()}
        raise_problems(value_problems(new))
        keywords = {path: str(value) for path, value in new.items() if path in KEYWORDS}
        values = {p: v for path, choice in keywords.items() for p, v in implied_values(path, choice).items()}
        values |= {path: float(value) for path, value in new.items() if path in parameters.register()}
        times: dict[str, Any] = {p.partition(".")[2]: float(v) for p, v in new.items() if p in _TIME}
        starts: dict[str, Any] = {n: keywords.pop(path) for path, n in STARTING_POINTS.items() if path in keywords}
        before = dict(self.values)
        if PRESET in new or PUBLISHED in new:  # a new starting point replaces the present one
            before = without_published(before, self.published)
            starts = {"published": "", **starts}
        return dataclasses.replace(
            self,
            values=tuple((before | values).items()),
            words=tuple((dict(self.words) | keywords).items()),
            **starts,
            **times,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return all values in force in the form of a scenario file. Loading that file gives an equal scenario."""
        in_force = {path: _plain(path, self.value(path)) for path in parameters.register()}
        start = {PUBLISHED: self.published} if self.published else {PRESET: self.preset}
        keywords: dict[str, Any] = {**dict(self.words), **start}
        sections: dict[str, Any] = {}
        for family in FAMILY_SECTIONS:
            listed = {p: v for p, v in {**keywords, **in_force}.items() if p.startswith(f"{family}.")}
            sections[family] = {path.partition(".")[2]: value for path, value in listed.items()}
        sections["demand"]["spikes"] = [spike.as_dict() for spike in self.spikes]
        return {
            "format": FORMAT,
            **{text: getattr(self, text) for text in TEXTS},
            "systems": list(self.systems),
            "theory": self.theory,
            "time": {"years": _as_int(self.years), "warm_up_years": _as_int(self.warm_up_years)},
            **sections,
            "levers": [lever.as_dict() for lever in self.levers],
            "change": {p: v for p, v in in_force.items() if p.partition(".")[0] not in FAMILY_SECTIONS},
        }

    def digest(self) -> str:
        """SHA-256 over all inputs that can change a result, and the package version. [hexadecimal]

        Names, texts, systems, keywords and the order of levers and spikes do not change results, so the digest ignores
        them.
        """
        inputs = {
            "version": version(),
            "weeks": [self.warm_up_weeks, self.weeks],
            "values": {path: self.value(path) for path in parameters.register()},
            "levers": sorted(json.dumps(lever.as_dict(), sort_keys=True) for lever in self.levers),
            "spikes": sorted(json.dumps(_numbers(spike), sort_keys=True) for spike in self.spikes),
        }
        canonical = json.dumps(inputs, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    def _repr_html_(self) -> str:
        """Table of the differences from the defaults, for notebooks."""
        import html

        rows = [("duration", duration_text(self))]
        units = {path: parameters.register()[path].param.unit.replace("0-1", "") for path, _ in self.values}
        rows += [(path, f"{value:g} {units[path]}") for path, value in self.values]
        rows += [("spike", f"{spike.size:+.0%} referrals from week {spike.at_week}") for spike in self.spikes]
        rows += [(lever.kind, f"from week {lever.from_week}") for lever in self.levers]
        cells = "".join(f"<tr><td>{html.escape(a)}</td><td>{html.escape(b)}</td></tr>" for a, b in rows)
        head = html.escape(self.title or self.name)
        return f"<b>{head}</b><br><i>{html.escape(self.question)}</i><table>{cells}</table>"


def years_text(years: float) -> str:
    """Write a duration with its unit.

    Examples
    --------
    >>> years_text(1.0), years_text(0.1), years_text(10.0)
    ('1 year', '0.1 years', '10 years')
    """
    return f"{years:g} year{'s' * (years != 1.0)}"


def duration_text(scenario: Scenario) -> str:
    """Write the duration and the warm-up of a scenario.

    Examples
    --------
    >>> duration_text(Scenario())
    '10 years after 3 years of warm-up'
    """
    return f"{years_text(scenario.years)} after {years_text(scenario.warm_up_years)} of warm-up"


def value_problems(values: Mapping[str, Any], file: str = "python") -> list[Problem]:
    """Problems of values for parameters, keywords and times, given by path."""
    problems: list[Problem] = []
    for path, value in values.items():
        if len(problems) > MAX_PROBLEMS:
            break
        item = parameters.register().get(path) or _TIME.get(path)
        key = KEYWORDS.get(path) or (item and item.param)
        if key is None:
            problems.append(unknown_parameter(str(path), file))
        elif problem := messages.wrong_value(key, value):
            what, hint = problem
            problems.append(Problem(file, key=f"{path} = {format_value(value)}", what=what, hint=hint))
    return problems


def system_problems(systems: Iterable[object], file: str = "python") -> list[Problem]:
    """Problems of a list of systems of the source documents."""
    problems = []
    listed = tuple(systems)
    for number, system in enumerate(listed):
        duplicate = ("appears twice", f"Meaning: {SYSTEM.meaning}.") if system in listed[:number] else None
        if problem := messages.wrong_value(SYSTEM, system) or duplicate:
            what, hint = problem
            problems.append(Problem(file, key=f"systems = {format_value(system)}", what=what, hint=hint))
    return problems


def conflict_problems(levers: Iterable[Lever], file: str = "python") -> list[Problem]:
    """Problems of levers that cannot be in force in the same weeks."""
    active = [LeverPeriod(lever.kind, lever.from_week, lever.until_week) for lever in levers if lever.dose > 0.0]
    return [
        Problem(file, key=f"levers.{active[c.second].kind}", what=c.what, hint=c.hint) for c in find_conflicts(active)
    ]


def unknown_parameter(path: str, file: str = "python") -> Problem:
    """Problem of a path that is not a parameter."""
    what, hint = schema.unknown_parameter(path)
    near = messages.nearest_name(path, [*KEYWORDS, *_TIME])
    if near and not parameters.nearest(path):
        hint = f"Did you mean {near}?"
    if path.partition(".")[0] in ("levers", *LEVERS):
        hint = "Set levers and their numbers in a scenario file; 'redbead levers NAME' shows an example."
    return Problem(file, key=printable(path), what=what, hint=hint)


def raise_problems(problems: Iterable[Problem]) -> None:
    """Raise all problems together, if there are any.

    Raises
    ------
    BadInputError
        If there is at least one problem.
    """
    listed = list(problems)
    if listed:
        raise BadInputError(listed)


def _numbers(spike: Spike) -> dict[str, Any]:
    return {name: value for name, value in spike.as_dict().items() if name != "cause"}


def _plain(path: str, value: float) -> float:
    return int(value) if parameters.register()[path].param.whole else value


def _as_int(value: float) -> float:
    return int(value) if value == int(value) else value


BANNER: Final = (
    "Synthetic. Compares cultures in a stylised service. Says nothing about a real child, worker or named authority."
)


def banner(scenarios: Iterable[Scenario]) -> str:
    """Return the disclaimer, with a caution if a scenario starts from the published figures of a real authority."""
    return f"{BANNER} {CAUTION}" if any(scenario.published for scenario in scenarios) else BANNER
