"""Hierarchy: support for staff by managers, fear of rank, and autonomy of teams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class Autonomy(Lever, kind="autonomy"):
    """Teams develop their own ways of working, so some become better and others do not."""

    audience = "government and directors"
    proponents = "the author of 'Beyond leadership': innovation needs freedom for leaders at every level"
    systems = ("S33",)

    # fmt: off
    freedom: Annotated[float, Param("0-1", 0, 1, "extent to which teams decide how they work")] = 0.8
    gain: Annotated[float, Param(
        "log/week", 0, 0.005, "mean weekly reduction of the error rate of an autonomous team")] = 0.0005
    spread: Annotated[float, Param("log", 0, 0.05, "weekly standard deviation of that reduction between teams")] = 0.01
    # fmt: on

    # No direct cost: the price is that teams diverge.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the autonomy of teams, with the mean and the spread of its effect."""
        return (
            ParameterEffect("lessons.autonomy", shift=self.freedom),
            ParameterEffect("lessons.autonomy_gain", towards=self.gain, at_once=True),
            ParameterEffect("lessons.autonomy_spread", towards=self.spread, at_once=True),
        )


@dataclass(frozen=True, kw_only=True)
class FlatHierarchy(Lever, kind="flat-hierarchy"):
    """Managers have less to fear from rank, so fear makes them suppress fewer reports."""

    audience = "directors and elected members"
    proponents = "Safer Safeguarding Group (2015): fear prevents people from challenging the hierarchy"
    systems = ("S14", "S19")

    # fmt: off
    gradient: Annotated[float, Param(
        "ratio", 0, 1, "effect of fear on the suppression of reports, relative to its usual effect", "assumed",
        "science notes, C83")] = 0.5
    # fmt: on

    # No direct cost.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the smaller effect of fear on escalation."""
        return (ParameterEffect("response.passing_fear", factor=self.gradient),)


@dataclass(frozen=True, kw_only=True)
class ManagersAsHelpers(Lever, kind="managers-as-helpers"):
    """Managers support rather than control, blame less, and let staff participate more in analysis."""

    audience = "directors and team managers"
    proponents = "Chris Mills (28 June 2014): the primary role of managers is to support staff; Deming"
    systems = ("S24", "S16", "S27")

    # fmt: off
    support: Annotated[float, Param("0-1", 0, 0.5, "additional support by managers")] = 0.1
    restraint: Annotated[float, Param("0-1", 0, 0.6, "reduction of blame by managers")] = 0.05
    participation: Annotated[float, Param(
        "ratio", 1, 2, "participation of staff in analysis, relative to its usual level")] = 1.2
    # fmt: on

    # Training and coaching of a manager, 1,200 pounds per year, for six posts.
    yearly_cost: YearlyCost = 200.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the additional support, the restraint of blame, and the greater participation of staff."""
        return (
            ParameterEffect("burnout.helping", shift=self.support),
            ParameterEffect("blame.restraint", shift=self.restraint),
            ParameterEffect("lessons.participation", factor=self.participation),
        )


@dataclass(frozen=True, kw_only=True)
class StaffFirst(Lever, kind="staff-first"):
    """Support for staff has priority among the goals that compete for the attention of the director."""

    audience = "directors and elected members"
    proponents = "the author of 'Beyond leadership', who sees staff neglected because of the next inspection"
    systems = ("S6",)

    # fmt: off
    pull: Annotated[float, Param(
        "log", 0, 3, "additional weight of staff in the director's attention, relative to other goals")] = 1.0
    # fmt: on

    # No direct cost: attention to other goals decreases.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the higher weight of staff in the attention of the director."""
        return (ParameterEffect("leadership.staff_pull", shift=self.pull),)
