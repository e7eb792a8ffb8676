"""Politics: public statements, attention and priorities of politicians."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class PoliticalAttention(Lever, kind="political-attention"):
    """A scandal brings funding and reforms while public attention lasts, and more fear of publicity."""

    audience = "politicians and the press"
    proponents = (
        "Tim Loughton, a former children's minister (June 2017), who missed the subject in the election campaign"
    )
    systems = ("S41", "S44")

    # fmt: off
    money: Annotated[float, Param(
        "share/unit", 0, 0.5, "posts funded per unit of public attention, while it lasts")] = 0.1
    reform: Annotated[float, Param("0-1", 0, 1, "chance that a scandal leads to an imposed reorganisation")] = 0.3
    glare: Annotated[float, Param(
        "ratio", 1, 3, "effect of public attention on fear, relative to its usual effect")] = 1.5
    # fmt: on

    # No direct cost: posts are booked when they are filled, and reforms when they occur.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the additional funding, the chance of a reform, and the greater effect of publicity on fear."""
        return (
            ParameterEffect("publicity.money", shift=self.money),
            ParameterEffect("publicity.reform", shift=self.reform),
            ParameterEffect("fear.publicity", factor=self.glare),
        )


@dataclass(frozen=True, kw_only=True)
class Rhetoric(Lever, kind="rhetoric"):
    """Tough public statements about the service raise the stakes for leaders and the fear of all staff."""

    audience = "politicians and the press"
    proponents = "council leaders who promise to be ruthless (Coventry Telegraph, 2014); supporters of pressure"
    systems = ("S41", "S14")

    # fmt: off
    fear: Annotated[float, Param(
        "0-1", 0, 0.5, "additional fear", "assumed", "as for two strikes: science notes, section 2.10")] = 0.1
    pressure: Annotated[float, Param(
        "0-1", 0, 0.3, "additional stakes of the next judgement: proponents expect fewer errors under pressure")] = 0.05
    # fmt: on

    # No direct cost.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the additional fear and the higher stakes."""
        return (
            ParameterEffect("fear.rhetoric", shift=self.fear),
            ParameterEffect("inspection.stakes", shift=self.pressure),
        )


@dataclass(frozen=True, kw_only=True)
class StrategicConfusion(Lever, kind="strategic-confusion"):
    """Government sets conflicting priorities in turn, which costs hours and exhausts staff."""

    audience = "government departments"
    proponents = "no proponents of confusion, but each priority has a department that supports it"
    systems = ("S38",)

    # fmt: off
    hours: Annotated[float, Param("share", 0, 0.3, "share of hours lost to conflicting demands", "assumed",
        "science notes, section 2.10", likely=(0.0, 0.10))] = 0.05
    conflict: Annotated[float, Param("log-odds", 0, 3, "exhaustion from conflicting priorities", "assumed",
        "science notes, section 2.10", likely=(0.0, 1.0))] = 0.5
    focus: Annotated[float, Param(
        "log", 0, 1, "gain in recognition, because departments look more closely at their priorities", "assumed",
        "the reason given by departments; no estimate", likely=(0.0, 0.3))] = 0.05
    # fmt: on

    # No direct cost: the model deducts the lost hours.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the lost hours, the additional exhaustion and the gain in recognition."""
        return (
            ParameterEffect("workload.admin_hours", shift=self.hours),
            ParameterEffect("burnout.conflict", shift=self.conflict),
            ParameterEffect("practice.training", shift=self.focus),
        )
