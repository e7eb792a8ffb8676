"""Service-user feedback: a second way to see errors, through those who live with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class ServiceUserFeedback(Lever, kind="service-user-feedback"):
    """Children and families are asked how the service went and could be better, and the answers are used or not."""

    audience = "government, and directors of children's services"
    proponents = "Chris Mills (28 June 2014): reliable data from children, young people and families, used in planning"
    systems = ("S21", "S39")

    reach: Annotated[float, Param("0-1", 0, 1, "how far families are asked", "assumed", "E21 of the notes")] = 1.0
    use: Annotated[
        float,
        Param("0-1", 0, 1, "how far the answers are used: unused data teaches nothing", "assumed", "u_f of the notes"),
    ] = 1.0
    recognition: Annotated[
        float,
        Param("log", 0, 1, "gain in recognition from what families say", "assumed", "science notes, section 2.10"),
    ] = 0.1
    hours: Annotated[
        float,
        Param("share", 0, 0.05, "staff hours spent on asking and listening", "assumed", "science notes, section 2.10"),
    ] = 0.01
    authorities: Annotated[
        int, Param("authorities", 1, 153, "authorities that share one system for asking", whole=True)
    ] = 1

    # One officer and a system (60,000 pounds a year) for 120 posts, shared by the authorities that use it.
    yearly_cost: YearlyCost = 500.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Ask, use what is said, and see more; it takes hours."""
        return (
            ParameterEffect("lessons.asked", shift=self.reach),
            ParameterEffect("lessons.used", towards=self.use, at_once=True),
            ParameterEffect("practice.feedback", shift=self.recognition),
            ParameterEffect("workload.feedback_hours", shift=self.hours),
        )

    def annual_cost(self) -> float:
        """The system's cost, shared: "through a single national system, so it would not be too expensive"."""
        return self.yearly_cost / self.authorities
