"""Peer accusation: staff are to challenge and expose poor practice of colleagues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class PeerAccusation(Lever, kind="peer-accusation"):
    """Everybody is encouraged to report colleagues, who therefore see more, trust less and look for culprits."""

    audience = "inspectors, directors and professional regulators"
    proponents = "inspectors on Gloucestershire (2017): staff should dare to challenge and expose poor practice"
    systems = ("S23",)

    fear: Annotated[float, Param("0-1", 0, 0.5, "fear of being accused by a colleague")] = 0.15
    eyes: Annotated[
        float,
        Param(
            "people", 0, 1, "pairs of eyes that watchful colleagues add to each case: its believers are right in this"
        ),
    ] = 0.2
    blindness: Annotated[float, Param("share", 0, 0.2, "how much more analysis is narrowed to persons")] = 0.1

    # No cost of its own: the time of those who answer accusations is not counted.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """See more, fear more, and look at persons rather than systems."""
        return (
            ParameterEffect("fear.accusation", shift=self.fear),
            ParameterEffect("practice.eyes", shift=self.eyes),
            ParameterEffect("lessons.blame_blindness", shift=self.blindness),
        )
