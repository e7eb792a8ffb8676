"""Peer accusation: staff are expected to report poor practice of colleagues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class PeerAccusation(Lever, kind="peer-accusation"):
    """Staff are encouraged to report colleagues, so they see more errors but trust each other less."""

    audience = "inspectors, directors and professional regulators"
    proponents = "inspectors on Gloucestershire (2017): staff should dare to challenge and expose poor practice"
    systems = ("S23",)

    # fmt: off
    fear: Annotated[float, Param("0-1", 0, 0.5, "additional fear of accusation by a colleague")] = 0.15
    eyes: Annotated[float, Param(
        "people", 0, 1, "additional reviewers per case among colleagues: the effect that proponents expect")] = 0.2
    blindness: Annotated[float, Param(
        "share", 0, 0.2, "additional share by which blame narrows analysis to individuals")] = 0.1
    # fmt: on

    # No direct cost: the time spent on accusations is not counted.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the additional fear, the additional reviewers and the narrower analysis."""
        return (
            ParameterEffect("fear.accusation", shift=self.fear),
            ParameterEffect("practice.eyes", shift=self.eyes),
            ParameterEffect("lessons.blame_blindness", shift=self.blindness),
        )
