"""Outsourcing: another provider runs the service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


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
