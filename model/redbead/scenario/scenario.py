"""A scenario: everything that a run is told, checked and frozen."""

from __future__ import annotations

import dataclasses
import hashlib
import html
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from redbead import parameters
from redbead.exceptions import BadInputError, Problem
from redbead.levers import LEVERS, Lever
from redbead.quantities import declared
from redbead.scenario import messages
from redbead.scenario.keywords import PRESET, PUBLISHED, WORDS, holds, implied, without
from redbead.scenario.lever_conflicts import LeverPeriod, clashes
from redbead.scenario.library import version
from redbead.scenario.schema import FAMILY_SECTIONS, FORMAT, SYSTEMS, TEXTS, Time
from redbead.scenario.spikes import Spike
from redbead.scenario.theories import BALANCED
from redbead.state.types import Reals

__all__ = ["Scenario", "Spike"]

WEEKS_PER_YEAR = 52

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What a scenario may be called: run folders carry the name."""

STARTS: Final = {PRESET: "preset", PUBLISHED: "published", "theory": "theory"}
"""Words that name what the numbers started from, and the fields that hold them."""

_TIME = {f"time.{item.name}": item for item in declared(Time)}


@dataclass(frozen=True)
class Scenario:
    """What a run is told: how long, which numbers differ from the defaults, which events and which policies.

    `values` holds only parameters that differ from their defaults, sorted by path. `words` are the words that still
    describe the numbers in force, such as ``("inspection.regime", "none")``. `preset` and `theory` are names of what
    the numbers started from; files and `set` put those numbers in force. Two scenarios are equal if a run cannot tell
    them apart and their texts agree.

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
        """Refuse what is unknown or out of range; bring numbers and words into their canonical form."""
        times = {"time.years": self.years, "time.warm_up_years": self.warm_up_years}
        given: dict[str, Any] = dict(self.values)
        starts = {path: str(getattr(self, field)) for path, field in STARTS.items()}
        choices = {**dict(self.words), **{path: word for path, word in starts.items() if word}}
        wrong = [*misnamed(self.name), *unlisted(self.systems), *together(self.levers)]
        refuse([*problems_of({**times, **given, **choices}), *wrong])
        register = parameters.register()
        numbers = {path: float(value) for path, value in sorted(given.items())}
        in_force = {path: item.default for path, item in register.items()} | numbers
        words = {path: word for path, word in sorted(choices.items()) if path not in STARTS}
        put = object.__setattr__
        put(self, "years", float(self.years))
        put(self, "warm_up_years", float(self.warm_up_years))
        put(self, "values", tuple((p, v) for p, v in numbers.items() if v != register[p].default))
        put(self, "words", tuple((p, w) for p, w in words.items() if holds(p, w, in_force)))
        put(self, "spikes", tuple(self.spikes))
        put(self, "levers", tuple(self.levers))
        put(self, "systems", tuple(self.systems))

    @property
    def weeks(self) -> int:
        """Weeks that are watched, after the warm-up. [weeks]"""
        return int(self.years * WEEKS_PER_YEAR + 0.5)

    @property
    def warm_up_weeks(self) -> int:
        """Weeks before them, in which the model settles. [weeks]"""
        return int(self.warm_up_years * WEEKS_PER_YEAR + 0.5)

    def value(self, path: str) -> float:
        """The value of one parameter, before any lever bends it.

        Raises
        ------
        BadInputError
            There is no such parameter.
        """
        if path not in parameters.register():
            refuse([unknown(path)])
        return dict(self.values).get(path, parameters.register()[path].default)

    def row(self) -> Reals:
        """All parameters in the order of `parameters.register()`, before any lever bends them."""
        row = parameters.default_row()
        for path, value in self.values:
            row[parameters.index_of(path)] = value
        return row

    def set(self, changes: Mapping[str, float | str] | None = None, /, **more: float | str) -> Scenario:
        """A new scenario with other numbers, words or times.

        Keys are paths such as ``inspection.stakes``, ``inspection.regime`` or ``time.years``; as a keyword, write
        ``inspection__stakes``. Where a word and a number of the same mapping clash, the number wins.

        Raises
        ------
        BadInputError
            Names every unknown path and every value out of range, with the nearest name, the range and the unit.

        Examples
        --------
        >>> Scenario().set(inspection__regime="none").value("inspection.visits")
        0.0
        """
        wanted = {**(changes or {}), **{name.replace("__", "."): value for name, value in more.items()}}
        refuse(problems_of(wanted))
        words = {path: str(value) for path, value in wanted.items() if path in WORDS}
        numbers = {number: v for path, word in words.items() for number, v in implied(path, word).items()}
        numbers |= {path: float(value) for path, value in wanted.items() if path in parameters.register()}
        times: dict[str, Any] = {p.partition(".")[2]: float(v) for p, v in wanted.items() if p in _TIME}
        starts: dict[str, Any] = {name: words.pop(path) for path, name in STARTS.items() if path in words}
        before = dict(self.values)
        if PRESET in wanted or PUBLISHED in wanted:  # another starting point takes the place of this one
            before = without(before, self.published)
            starts = {"published": "", **starts}
        return dataclasses.replace(
            self,
            values=tuple((before | numbers).items()),
            words=tuple((dict(self.words) | words).items()),
            **starts,
            **times,
        )

    def as_dict(self) -> dict[str, Any]:
        """Every value in force, in the form of a scenario file; reading it again gives an equal scenario."""
        in_force = {path: _plain(path, self.value(path)) for path in parameters.register()}
        start = {PUBLISHED: self.published} if self.published else {PRESET: self.preset}
        words: dict[str, Any] = {**dict(self.words), **start}
        sections: dict[str, Any] = {}
        for family in FAMILY_SECTIONS:
            listed = {p: v for p, v in {**words, **in_force}.items() if p.startswith(f"{family}.")}
            sections[family] = {path.partition(".")[2]: value for path, value in listed.items()}
        sections["demand"]["spikes"] = [spike.as_dict() for spike in self.spikes]
        return {
            "format": FORMAT,
            **{text: getattr(self, text) for text in TEXTS},
            "systems": list(self.systems),
            "theory": self.theory,
            "time": {"years": _tidy(self.years), "warm_up_years": _tidy(self.warm_up_years)},
            **sections,
            "levers": [lever.as_dict() for lever in self.levers],
            "change": {p: v for p, v in in_force.items() if p.partition(".")[0] not in FAMILY_SECTIONS},
        }

    def digest(self) -> str:
        """SHA-256 over all that can change a result, and the version of the package. [hexadecimal]

        Names, texts, systems, words and the order of levers and spikes change nothing, so they do not count.
        """
        told = {
            "version": version(),
            "weeks": [self.warm_up_weeks, self.weeks],
            "values": {path: self.value(path) for path in parameters.register()},
            "levers": sorted(json.dumps(lever.as_dict(), sort_keys=True) for lever in self.levers),
            "spikes": sorted(json.dumps(_numbers(spike), sort_keys=True) for spike in self.spikes),
        }
        canonical = json.dumps(told, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    def _repr_html_(self) -> str:
        """What differs from the defaults, as a table for notebooks."""
        rows = [("runs for", f"{self.years:g} years after {self.warm_up_years:g} years of warm-up")]
        units = {path: parameters.register()[path].param.unit.replace("0-1", "") for path, _ in self.values}
        rows += [(path, f"{value:g} {units[path]}") for path, value in self.values]
        rows += [("spike", f"{spike.size:+.0%} referrals from week {spike.at_week}") for spike in self.spikes]
        rows += [(lever.kind, f"from week {lever.from_week}") for lever in self.levers]
        cells = "".join(f"<tr><td>{html.escape(a)}</td><td>{html.escape(b)}</td></tr>" for a, b in rows)
        head = html.escape(self.title or self.name)
        return f"<b>{head}</b><br><i>{html.escape(self.question)}</i><table>{cells}</table>"


def problems_of(wanted: Mapping[str, Any], file: str = "python") -> list[Problem]:
    """What is wrong with values for parameters, words and times, by path."""
    found = []
    for path, value in wanted.items():
        item = parameters.register().get(path) or _TIME.get(path)
        if path in WORDS:
            good = isinstance(value, str) and value in WORDS[path].choices
            what, hint = messages.wrong_word(WORDS[path], value)
        elif item is not None:
            good = isinstance(value, int | float) and not isinstance(value, bool) and item.param.accepts(value)
            what, hint = ("", "") if good else messages.wrong_number(item.param, value)
        else:
            found.append(unknown(path, file))
            continue
        if not good:
            found.append(Problem(file, key=f"{path} = {messages.shown(value)}", what=what, hint=hint))
    return found


def misnamed(name: str, file: str = "python") -> list[Problem]:
    """The problem of a name that cannot be the name of a folder, if it is one."""
    if NAME.fullmatch(name):
        return []
    what = "letters, digits, '-', '_' and '.' only, at most 64, and a letter or digit first"
    return [Problem(file, key=f"name = {messages.shown(name)}", what=what, hint="folders and files are named after it")]


def unlisted(systems: Iterable[object], file: str = "python") -> list[Problem]:
    """What is wrong with a list of systems of the source documents."""
    found = []
    listed = tuple(systems)
    for number, system in enumerate(listed):
        twice = "given twice" if system in listed[:number] else ""
        if what := twice if system in SYSTEMS else f"must be one of {SYSTEMS[0]} to {SYSTEMS[-1]}":
            found.append(
                Problem(file, key=f"systems = {messages.shown(system)}", what=what, hint=messages.SYSTEMS_HINT)
            )
    return found


def together(levers: Iterable[Lever], file: str = "python") -> list[Problem]:
    """The levers that cannot be in force in the same weeks."""
    tried = [LeverPeriod(lever.kind, lever.from_week, lever.until_week) for lever in levers if lever.dose > 0.0]
    return [Problem(file, key=f"levers.{tried[c.second].kind}", what=c.what, hint=c.hint) for c in clashes(tried)]


def unknown(path: str, file: str = "python") -> Problem:
    """The problem of a path that names no parameter."""
    known: dict[str, Any] = {p: item.param for p, item in parameters.register().items()}
    near = messages.close(path, [*WORDS, *_TIME])
    hint = messages.unknown_key(path, known, "change")
    if near and not parameters.nearest(path):
        hint = f"did you mean {near!r}?"
    if path.partition(".")[0] in ("levers", *LEVERS):
        hint = "levers and their numbers are set in a scenario file: redbead levers shows how"
    return Problem(file, key=messages.printable(path), what="unknown parameter", hint=hint)


def refuse(found: Iterable[Problem]) -> None:
    """Raise all problems at once, if there are any.

    Raises
    ------
    BadInputError
        There is at least one.
    """
    problems = list(found)
    if problems:
        raise BadInputError(problems)


def _numbers(spike: Spike) -> dict[str, Any]:
    return {name: value for name, value in spike.as_dict().items() if name != "cause"}


def _plain(path: str, value: float) -> float:
    return int(value) if parameters.register()[path].param.whole else value


def _tidy(value: float) -> float:
    return int(value) if value == int(value) else value
