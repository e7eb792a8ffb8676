"""What every lever has: when it starts, how it grows and fades, and how it bends parameters.

A lever never touches a person. It says which parameters it bends, and how strongly at full dose; the schedule of a
scenario does the bending, week by week.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import Annotated, Any, ClassVar, NamedTuple

from redbead.exceptions import BadInputError, Problem
from redbead.quantities import Declared, Param, declared

YearlyCost = Annotated[
    float, Param("pounds/post/year", 0, 20000, "what it costs at full dose, for each post of the establishment")
]
"""The type of a lever's cost: a lever declares its own default as ``yearly_cost: YearlyCost = 150.0``."""

KINDS: dict[str, type[Lever]] = {}
"""Every lever class made so far, by kind; ask `redbead.levers.LEVERS`, which reads the files first."""

LONGEST = 5200
"""No week of a scenario lies further away than a hundred years. [weeks]"""


class ParameterEffect(NamedTuple):
    """How a lever bends one parameter at full dose: times `factor`, plus `shift`, and all the way `towards` a value.

    With dose d, the value v becomes v (1 + d (factor - 1)) + d shift + d (towards - v). The bends of several levers
    on one parameter multiply and add, so that their order does not matter; at dose 0 nothing changes, bit for bit.
    `at_once` is for properties of a policy rather than its amount: they hold in full as soon as the dose is above 0.
    """

    path: str
    factor: float = 1.0
    shift: float = 0.0
    towards: float | None = None
    at_once: bool = False


@dataclass(frozen=True, kw_only=True)
class Lever(ABC):
    """A policy: what it is, for whom, who believes in it, and when it is in force.

    `systems` names the systems of the source documents that it moves (`docs/coverage.md`), `excludes` the kinds that
    cannot be in force in the same weeks.
    """

    kind = ""
    audience = ""
    proponents = ""
    systems: ClassVar[tuple[str, ...]] = ()
    excludes: ClassVar[tuple[str, ...]] = ()

    dose: Annotated[float, Param("0-1", 0, 1, "how much of it is tried: 0 changes nothing")] = 1.0

    from_week: Annotated[
        int, Param("weeks", 0, LONGEST, "first week in force, counted from the end of the warm-up", whole=True)
    ] = 0
    ramp_weeks: Annotated[
        int, Param("weeks", 0, 520, "weeks until it is fully in force (0 is at once)", whole=True)
    ] = 0
    fidelity: Annotated[float, Param("0-1", 0, 1, "how much of it is really carried out")] = 1.0
    decay_weeks: Annotated[float, Param("weeks", 0, LONGEST, "time in which it fades after the ramp (0 is never)")] = (
        0.0
    )
    until_week: Annotated[
        int, Param("weeks", 0, LONGEST, "first week no longer in force (0 is no end)", whole=True)
    ] = 0
    yearly_cost: YearlyCost = 0.0

    def __init_subclass__(cls, kind: str = "", **keywords: Any) -> None:  # noqa: ANN401 - handed on as they come
        """Register the lever under its `kind`."""
        super().__init_subclass__(**keywords)
        if not kind or (kind in KINDS and KINDS[kind].__module__ != cls.__module__):
            msg = f"{cls.__name__} needs a kind of its own: class {cls.__name__}(Lever, kind='...')"
            raise TypeError(msg)
        cls.kind = kind
        KINDS[kind] = cls

    def __post_init__(self) -> None:
        """Refuse numbers outside their ranges; keep whole numbers whole."""
        found = []
        for item in self.numbers():
            value = getattr(self, item.name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not item.param.accepts(value):
                found.append(self._problem(item, value))
                continue
            object.__setattr__(self, item.name, int(value) if item.param.whole else float(value))
        if not found and (what := self.date_error()):
            found.append(Problem("python", key=f"{self.kind}.until_week", what=what))
        if found:
            raise BadInputError(found)

    def _problem(self, item: Declared, value: object) -> Problem:
        key = f"{self.kind}.{item.name} = {value!r}"
        return Problem("python", key=key, what=f"outside {item.param.range_text()}", hint=item.param.meaning)

    def date_error(self) -> str:
        """What is wrong with the end of this lever, or nothing.

        >>> from redbead.levers import LEVERS
        >>> LEVERS["just-culture"](from_week=52).misdated()
        ''
        """
        return end_before_start(self.from_week, self.until_week)

    def in_force(self, week: int) -> float:
        """How much of the lever is in force in a week, counted from the end of the warm-up. [0-1]

        The first of n ramp weeks has 1/n of it, the last has all. `dose` and `fidelity` multiply; fading starts after
        the ramp.

        >>> from redbead.levers import LEVERS
        >>> lever = LEVERS["just-culture"](from_week=52, ramp_weeks=4, until_week=60)
        >>> [lever.in_force(week) for week in (51, 52, 53, 55, 59, 60)]
        [0.0, 0.25, 0.5, 1.0, 1.0, 0.0]
        """
        age = week - self.from_week
        if age < 0 or (self.until_week and week >= self.until_week):
            return 0.0
        if age + 1 < self.ramp_weeks:
            return self.dose * self.fidelity * ((age + 1) / self.ramp_weeks)
        faded = age - max(0, self.ramp_weeks - 1)
        return self.dose * self.fidelity * (math.exp(-faded / self.decay_weeks) if self.decay_weeks > 0.0 else 1.0)

    @abstractmethod
    def effects(self) -> tuple[ParameterEffect, ...]:
        """Which parameters the lever bends, and how, at full dose."""

    def annual_cost(self) -> float:
        """What this authority pays at full dose; a lever whose cost others share says how. [pounds/post/year]"""
        return self.yearly_cost

    def all_effects(self) -> tuple[ParameterEffect, ...]:
        """All that the lever bends, its cost included: money is booked as long as it is in force."""
        annual_cost = (ParameterEffect("cost.policies", shift=self.annual_cost()),) if self.yearly_cost > 0.0 else ()
        return (*self.effects(), *annual_cost)

    def as_dict(self) -> dict[str, Any]:
        """The lever as a scenario file writes it, with every number."""
        return {"kind": self.kind, **{item.name: getattr(self, item.name) for item in fields(self)}}

    @classmethod
    def numbers(cls) -> tuple[Declared, ...]:
        """Every number that the lever has, with its meaning and default."""
        kind: Any = cls  # mypy takes no dataclass for hashable
        return declared(kind)

    @classmethod
    def summary(cls) -> str:
        """What the lever is, in one sentence."""
        return (cls.__doc__ or "").strip().partition("\n")[0]


def end_before_start(from_week: float, until_week: float) -> str:
    """What is wrong with these two weeks, or nothing.

    >>> end_before_start(52, 40)
    'the end (week 40) is not after the start (week 52)'
    """
    if until_week == 0 or until_week > from_week:
        return ""
    return f"the end (week {until_week:g}) is not after the start (week {from_week:g})"
