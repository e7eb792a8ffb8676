"""Base class of levers: period, dose, fidelity, decay, cost, and effects on parameters.

A lever never changes the state of a person. It declares which parameters it changes at full dose. The schedule of a
scenario applies these effects week by week.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import Annotated, Any, ClassVar, NamedTuple

from redbead.exceptions import BadInputError, Problem
from redbead.quantities import Declared, Param, declared

YearlyCost = Annotated[float, Param("pounds/post/year", 0, 20000, "cost at full dose per post of the establishment")]
"""Type of the cost of a lever. A lever sets its default as ``yearly_cost: YearlyCost = 150.0``."""

KINDS: dict[str, type[Lever]] = {}
"""Lever classes imported so far, by kind. Use ``redbead.levers.LEVERS``, which imports all of them."""

LONGEST = 5200
"""Latest week that a scenario may contain: one hundred years. [weeks]"""


class ParameterEffect(NamedTuple):
    r"""Effect of a lever on one parameter at full dose.

    Parameters
    ----------
    path : str
        Path of the parameter.
    factor : float, optional
        Factor by which the parameter is multiplied.
    shift : float, optional
        Amount that is added to the parameter.
    towards : float, optional
        Value that the parameter reaches at full dose.
    at_once : bool, optional
        Whether the effect applies in full as soon as the dose is above 0. Use it for properties of a policy, not for
        its amount.

    Notes
    -----
    With dose :math:`d`, a parameter with value :math:`v` becomes

    .. math:: v' = v \left[1 + d (f - 1)\right] + d s + d (g - v)

    where :math:`f` is the factor, :math:`s` the shift and :math:`g` the value of ``towards``. Effects of several levers
    on one parameter multiply and add, so their order does not matter. At dose 0 the parameter does not change at all.
    """

    path: str
    factor: float = 1.0
    shift: float = 0.0
    towards: float | None = None
    at_once: bool = False


@dataclass(frozen=True, kw_only=True)
class Lever(ABC):
    """Base class of policies.

    Attributes
    ----------
    kind : str
        Name of the lever in scenario files.
    audience : str
        Who can decide on the policy.
    proponents : str
        Who recommends it.
    systems : tuple of str
        Systems of the source documents that the lever affects (``docs/coverage.md``).
    excludes : tuple of str
        Kinds that cannot be in force in the same weeks.
    dose, from_week, ramp_weeks, fidelity, decay_weeks, until_week, yearly_cost
        Parameters of every lever; see their descriptions.

    Examples
    --------
    A lever that raises the stakes of inspection::

        @dataclass(frozen=True, kw_only=True)
        class HighStakes(Lever, kind="high-stakes"):
            \"\"\"Careers and budgets depend on the grade.\"\"\"

            audience = "government"
            proponents = "ministers of 2015"
            systems = ("S6",)

            stakes: Annotated[float, Param("0-1", 0, 1, "importance of the judgement for leaders")] = 1.0

            def effects(self):
                return (ParameterEffect("inspection.stakes", towards=self.stakes),)
    """

    kind = ""
    audience = ""
    proponents = ""
    systems: ClassVar[tuple[str, ...]] = ()
    excludes: ClassVar[tuple[str, ...]] = ()

    # fmt: off
    dose: Annotated[float, Param("0-1", 0, 1, "extent to which the policy is applied: 0 has no effect")] = 1.0

    from_week: Annotated[int, Param(
        "weeks", 0, LONGEST, "first week in force, counted from the end of the warm-up", whole=True)] = 0
    ramp_weeks: Annotated[int, Param(
        "weeks", 0, 520, "weeks until the policy is fully in force (0 is at once)", whole=True)] = 0
    fidelity: Annotated[float, Param("0-1", 0, 1, "extent to which the policy is actually carried out")] = 1.0
    decay_weeks: Annotated[float, Param(
        "weeks", 0, LONGEST, "time constant of the decay after the ramp (0 is never)")] = 0.0
    until_week: Annotated[int, Param(
        "weeks", 0, LONGEST, "first week no longer in force (0 is no end)", whole=True)] = 0
    # fmt: on
    yearly_cost: YearlyCost = 0.0

    def __init_subclass__(cls, kind: str = "", **keywords: Any) -> None:  # noqa: ANN401 - keywords of other base classes
        """Register the lever under its kind."""
        super().__init_subclass__(**keywords)
        if not kind or (kind in KINDS and KINDS[kind].__module__ != cls.__module__):
            msg = f"{cls.__name__} needs a unique kind: class {cls.__name__}(Lever, kind='...')"
            raise TypeError(msg)
        cls.kind = kind
        KINDS[kind] = cls

    def __post_init__(self) -> None:
        """Check all values against their ranges, and convert them to int or float."""
        problems = []
        for item in self.numbers():
            value = getattr(self, item.name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not item.param.accepts(value):
                problems.append(self._problem(item, value))
                continue
            object.__setattr__(self, item.name, int(value) if item.param.whole else float(value))
        if not problems and (what := self.date_error()):
            problems.append(Problem("python", key=f"{self.kind}.until_week", what=what))
        if problems:
            raise BadInputError(problems)

    def _problem(self, item: Declared, value: object) -> Problem:
        """Return the description of a value that is not allowed."""
        key = f"{self.kind}.{item.name} = {value!r}"
        what = f"is outside the range {item.param.range_text()}"
        return Problem("python", key=key, what=what, hint=f"Meaning: {item.param.description}.")

    def date_error(self) -> str:
        """Return a message if the period of the lever is not valid, otherwise an empty string.

        Examples
        --------
        >>> from redbead.levers import LEVERS
        >>> LEVERS["just-culture"](from_week=52).date_error()
        ''
        """
        return end_before_start(self.from_week, self.until_week)

    def in_force(self, week: int) -> float:
        """Return the effective dose in a week.

        Parameters
        ----------
        week : int
            Week, counted from the end of the warm-up. [week]

        Returns
        -------
        float
            Effective dose. [0-1]

        Notes
        -----
        In the first of n ramp weeks the dose is 1/n, and in the last it is full. The result is multiplied by ``dose``
        and ``fidelity``. Decay starts after the ramp.

        Examples
        --------
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
        decaying = age - max(0, self.ramp_weeks - 1)
        return self.dose * self.fidelity * (math.exp(-decaying / self.decay_weeks) if self.decay_weeks > 0.0 else 1.0)

    @abstractmethod
    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the effects of the lever on parameters at full dose."""

    def annual_cost(self) -> float:
        """Return the cost for this authority at full dose. [pounds/post/year]

        Override this method if several authorities share the cost.
        """
        return self.yearly_cost

    def all_effects(self) -> tuple[ParameterEffect, ...]:
        """Return all effects of the lever, including its cost, which is booked while the lever is in force."""
        cost = (ParameterEffect("cost.policies", shift=self.annual_cost()),) if self.yearly_cost > 0.0 else ()
        return (*self.effects(), *cost)

    def as_dict(self) -> dict[str, Any]:
        """Return the lever in the format of scenario files, with all values."""
        return {"kind": self.kind, **{item.name: getattr(self, item.name) for item in fields(self)}}

    @classmethod
    def numbers(cls) -> tuple[Declared, ...]:
        """Return all parameters of the lever with their descriptions and defaults."""
        kind: Any = cls  # mypy does not accept a dataclass as hashable
        return declared(kind)

    @classmethod
    def summary(cls) -> str:
        """Return the description of the lever in one sentence."""
        return (cls.__doc__ or "").strip().partition("\n")[0]


def end_before_start(from_week: float, until_week: float) -> str:
    """Return a message if a period ends before it starts, otherwise an empty string.

    Parameters
    ----------
    from_week, until_week : float
        First week in force, and first week no longer in force (0 is no end). [weeks]

    Examples
    --------
    >>> end_before_start(52, 40)
    'the end (week 40) is not after the start (week 52)'
    """
    if until_week == 0 or until_week > from_week:
        return ""
    return f"the end (week {until_week:g}) is not after the start (week {from_week:g})"
