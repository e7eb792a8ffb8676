"""Organisational learning: analysis of errors, improvement work, and feedback of families."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class ImprovementIncentives(Lever, kind="improvement-incentives"):
    """Staff are encouraged and rewarded for improving the work and for reporting problems."""

    audience = "directors and council treasurers"
    proponents = "Chris Mills (28 June 2014): systems and incentives for all to engage in continuous improvement"
    systems = ("S24", "S19")

    # fmt: off
    worth: Annotated[float, Param(
        "ratio", 1, 2, "gain from an hour of improvement work, relative to the gain without incentives")] = 1.3
    reward: Annotated[float, Param("log-odds", 0, 2, "effect of the reward on the willingness to report", "assumed",
        "science notes, E16 (a_R)")] = 0.2
    # fmt: on

    # Bonuses and prizes: 0.5 % of salaries.
    yearly_cost: YearlyCost = 250.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the higher value of improvement time and the reward for reporting."""
        return (
            ParameterEffect("lessons.improvement", factor=self.worth),
            ParameterEffect("reporting.reward", shift=self.reward),
        )


@dataclass(frozen=True, kw_only=True)
class ImprovementTime(Lever, kind="improvement-time"):
    """All staff have hours in the week to identify problems and to solve them."""

    audience = "directors and team managers"
    proponents = "Chris Mills (28 June 2014): employed to improve the work, not just to do it; Deming"
    systems = ("S24", "S25")

    # fmt: off
    share: Annotated[float, Param("share", 0, 0.15, "share of staff hours reserved for improvement work", "assumed",
        "science notes, section 2.10: x_ci 0 to 0.15, 0.06 in the prototype")] = 0.06
    # fmt: on

    # No direct cost: the model deducts the reserved hours from the working week.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the share of hours reserved."""
        return (ParameterEffect("workload.improvement_hours", shift=self.share),)


@dataclass(frozen=True, kw_only=True)
class Participation(Lever, kind="participation"):
    """Front-line staff take part in analysis and remedies, or are excluded if the share is below 1."""

    audience = "directors and those who lead reviews"
    proponents = "Safer Safeguarding Group (2015): front-line practitioners are involved in understanding failings"
    systems = ("S24", "S11")

    # fmt: off
    share: Annotated[float, Param(
        "ratio", 0, 2, "participation of staff, relative to its usual level: 0.5 is top-down, 1.5 bottom-up", "assumed",
        "science notes, E21")] = 1.5
    # fmt: on

    # One hour per worker and month, not booked elsewhere; set it to 0 for the top-down variant.
    yearly_cost: YearlyCost = 400.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the participation of staff."""
        return (ParameterEffect("lessons.participation", towards=self.share),)


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


@dataclass(frozen=True, kw_only=True)
class SystemAnalysis(Lever, kind="system-analysis"):
    """Trained reviewers with sufficient time look for causes in the system instead of in individuals."""

    audience = "directors, reviewers and safeguarding partners"
    proponents = "James Reason's system approach, as described by Chris Mills (19 June 2017)"
    systems = ("S15", "S25")

    # fmt: off
    blindness: Annotated[float, Param("ratio", 0, 1,
        "effect of blame on the narrowing of analysis to individuals, relative to its usual effect")] = 0.5
    capacity: Annotated[float, Param("ratio", 1, 3, "staff hours for analysis, relative to the usual hours")] = 1.33
    # fmt: on

    # Training of reviewers; the model deducts their hours.
    yearly_cost: YearlyCost = 50.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the smaller effect of blame on analysis and the additional capacity for analysis."""
        return (
            ParameterEffect("lessons.blame_blindness", factor=self.blindness),
            ParameterEffect("lessons.capacity", factor=self.capacity),
        )
