"""Service-user feedback: families help to recognise errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class ServiceUserFeedback(Lever, kind="service-user-feedback"):
    """Children and families are asked how the service went, and their answers are used or not."""

    audience = "government, and directors of children's services"
    proponents = "Chris Mills (28 June 2014): reliable data from children, young people and families, used in planning"
    systems = ("S21", "S39")

    # fmt: off
    reach: Annotated[float, Param(
        "0-1", 0, 1, "share of families who are asked", "assumed", "science notes, E21")] = 1.0
    use: Annotated[float, Param("0-1", 0, 1, "extent to which the answers are used: unused answers have no effect",
        "assumed", "science notes, u_f")] = 1.0
    recognition: Annotated[float, Param("log", 0, 1, "gain in recognition from the answers of families", "assumed",
        "science notes, section 2.10")] = 0.1
    hours: Annotated[float, Param(
        "share", 0, 0.05, "share of staff hours spent on feedback", "assumed", "science notes, section 2.10")] = 0.01
    authorities: Annotated[int, Param(
        "authorities", 1, 153, "number of authorities that share one feedback system", whole=True)] = 1
    # fmt: on

    # One officer and a system (60,000 pounds per year) for 120 posts, shared by the authorities that use it.
    yearly_cost: YearlyCost = 500.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the reach and use of feedback, the gain in recognition, and the hours needed."""
        return (
            ParameterEffect("lessons.asked", shift=self.reach),
            ParameterEffect("lessons.used", towards=self.use, at_once=True),
            ParameterEffect("practice.feedback", shift=self.recognition),
            ParameterEffect("workload.feedback_hours", shift=self.hours),
        )

    def annual_cost(self) -> float:
        """Return the cost of the system per authority. [pounds/post/year]

        Chris Mills proposes "a single national system, so it would not be too expensive".
        """
        return self.yearly_cost / self.authorities
