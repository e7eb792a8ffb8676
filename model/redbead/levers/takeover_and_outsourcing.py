"""Takeover and outsourcing: another organisation runs the service, or lends it staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class DonorAuthority(Lever, kind="donor-authority"):
    """The authority lends staff hours to another authority that has been taken over."""

    audience = "government and successful authorities"
    proponents = "the government of December 2015: trusts composed of more successful authorities and charities"
    systems = ("S11",)

    share: Annotated[float, Param("share", 0, 0.3, "share of staff hours lent", likely=(0.0, 0.1))] = 0.05

    # No direct cost: the authority still pays the salaries, and repayments by the borrower are not counted.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the share of hours lent."""
        return (ParameterEffect("workload.lent_hours", shift=self.share),)


@dataclass(frozen=True, kw_only=True)
class Outsourcing(Lever, kind="outsourcing"):
    """The service is transferred to another provider, better or worse than the council, after a public debate."""

    audience = "government and councils"
    proponents = "the government of 2014, which intended to let other providers run services; supporters of competition"
    systems = ("S38",)

    # fmt: off
    gain: Annotated[float, Param("ratio", -0.2, 0.2, "mean gain in output under the new provider", "assumed",
        "science notes, section 2.10")] = 0.0
    spread: Annotated[float, Param("ratio", 0, 0.3, "standard deviation of that gain between providers", "assumed",
        "science notes, section 2.10")] = 0.1
    debate: Annotated[float, Param("0-1", 0, 1, "intensity of the debate")] = 1.0
    # fmt: on

    # Award and supervision of the contract: 2 % of the cost of a post.
    yearly_cost: YearlyCost = 1000.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the transfer, its gain and spread, and the debate."""
        return (
            ParameterEffect("change.outsourced", shift=1.0),
            ParameterEffect("change.outsourced_gain", towards=self.gain, at_once=True),
            ParameterEffect("change.outsourced_spread", towards=self.spread, at_once=True),
            ParameterEffect("change.debate", shift=self.debate),
        )


@dataclass(frozen=True, kw_only=True)
class OutsourcingDebate(Lever, kind="outsourcing-debate"):
    """A public debate about outsourcing distracts leaders, whether or not the service is transferred."""

    audience = "government and the press"
    proponents = "the government of 2014, which wanted to hear all views first; Chris Mills calls the debate damaging"
    systems = ("S38",)

    # fmt: off
    loudness: Annotated[float, Param("0-1", 0, 1, "intensity of the debate")] = 1.0
    distraction: Annotated[float, Param(
        "share", 0, 0.1, "attention of leaders that the debate takes", "assumed", "science notes, section 2.10")] = 0.02
    # fmt: on

    # No direct cost: the model deducts the hours of leaders.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the intensity of the debate and the distraction of leaders."""
        return (
            ParameterEffect("change.debate", shift=self.loudness),
            ParameterEffect("change.debate_distraction", towards=self.distraction, at_once=True),
        )


@dataclass(frozen=True, kw_only=True)
class TakeoverRule(Lever, kind="takeover-rule"):
    """Government can take over an authority that is still inadequate, and has not improved, at the deadline."""

    audience = "government"
    proponents = "the Prime Minister (14 December 2015); contested by the Safer Safeguarding Group"
    systems = ("S11",)

    # fmt: off
    chance: Annotated[float, Param(
        "0-1", 0, 1, "probability of a takeover if the authority has not improved at the deadline; 1 is certain")] = 1.0
    clock_weeks: Annotated[int, Param("weeks", 4, 260, "time allowed for improvement after an inadequate grade",
        "measured", "six months: government policy of December 2015", whole=True)] = 26
    trust: Annotated[float, Param(
        "0-1", 0, 1, "chance that a takeover ends in a trust; otherwise a commissioner supervises the council")] = 0.0
    funding: Annotated[float, Param("share", 0, 0.15, "additional posts funded after a takeover")] = 0.05
    lessons: Annotated[float, Param("0-1", 0, 0.3, "share of possible lessons that new leaders introduce")] = 0.05
    disruption: Annotated[float, Param("index", 0, 0.6, "disruption when a trust takes over")] = 0.3
    # fmt: on

    # The cost of a takeover is booked when it occurs: cost.takeover, takeover.funding.
    yearly_cost: YearlyCost = 0.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the chance of a takeover, and the conditions of a takeover, which apply at once."""
        return (
            ParameterEffect("takeover.chance", towards=self.chance),
            ParameterEffect("takeover.clock_weeks", towards=float(self.clock_weeks), at_once=True),
            ParameterEffect("takeover.trust", towards=self.trust, at_once=True),
            ParameterEffect("takeover.funding", towards=self.funding, at_once=True),
            ParameterEffect("takeover.lessons", towards=self.lessons, at_once=True),
            ParameterEffect("takeover.disruption_trust", towards=self.disruption, at_once=True),
        )
