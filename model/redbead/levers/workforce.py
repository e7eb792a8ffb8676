"""Workforce: recruitment, agency staff, causes of staff shortages, and training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import LONGEST, Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class AgencyCap(Lever, kind="agency-cap"):
    """Agency staff may cover only part of the vacant posts, so some of them take permanent posts instead."""

    audience = "government and groups of councils"
    proponents = "government's rules on agency social workers (2024); councils that agreed on a cap"
    systems = ("S30",)

    # fmt: off
    cover: Annotated[float, Param("share", 0, 1, "share of vacant posts that agency staff may cover")] = 0.3
    converts: Annotated[float, Param(
        "share", 0, 0.3, "reduction of the time to fill a post because agency staff take permanent posts")] = 0.05
    # fmt: on

    # No direct cost: the model books the cost of cover.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the smaller agency cover and the shorter time to fill posts."""
        return (
            ParameterEffect("staffing.agency_cover", towards=self.cover),
            ParameterEffect("staffing.time_to_fill", factor=1.0 - self.converts),
        )


@dataclass(frozen=True, kw_only=True)
class CausalAnalysis(Lever, kind="causal-analysis"):
    """An analyst identifies the causes of staff shortages and helps to remove them."""

    audience = "the inspectorate and directors"
    proponents = (
        "Chris Mills (19 June 2017): analysis of the genesis of problems like staff shortages and high turnover"
    )
    systems = ("S5", "S27")

    # fmt: off
    leaving: Annotated[float, Param("ratio", 0.5, 1, "hazard of leaving, relative to the hazard without analysis",
        "assumed", "science notes, C39")] = 0.9
    # fmt: on

    # One analyst at 60,000 pounds for 600 posts.
    yearly_cost: YearlyCost = 100.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the lower hazard of leaving."""
        return (ParameterEffect("staffing.leaving", factor=self.leaving),)


@dataclass(frozen=True, kw_only=True)
class HiringSupport(Lever, kind="hiring-support"):
    """Campaigns, welcome payments and academies fill vacant posts sooner, with more newly qualified workers."""

    audience = "government, councils and universities"
    proponents = "Chris Mills (28 June 2014): shortages can sometimes be remedied by introducing incentives"
    systems = ("S29",)

    time: Annotated[float, Param("ratio", 0.3, 1, "time to fill a post, relative to the time without support")] = 0.7
    beginners: Annotated[float, Param("share", 0, 0.5, "additional share of newly qualified starters")] = 0.1

    # About 16 starters per year for 100 posts, at 5,000 pounds each.
    yearly_cost: YearlyCost = 800.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the shorter time to fill posts and the larger share of newly qualified starters."""
        return (
            ParameterEffect("staffing.time_to_fill", factor=self.time),
            ParameterEffect("staffing.newly_qualified", shift=self.beginners),
        )


@dataclass(frozen=True, kw_only=True)
class HumanFactors(Lever, kind="human-factors"):
    """Staff are trained to recognise errors and their causes, and the effect of the training decays."""

    audience = "directors, principal social workers and universities"
    proponents = "Chris Mills (28 June 2014): a human factors approach that makes thinking about error part of the work"
    systems = ("S22",)

    # fmt: off
    gain: Annotated[float, Param("log", 0, 1, "gain in the recognition of errors directly after training", "assumed",
        "science notes, section 2.10")] = 0.2
    decay_weeks: Annotated[float, Param("weeks", 0, LONGEST, "time constant of the decay of training (0 is never)",
        "assumed", "science notes, section 2.10")] = 104.0
    # fmt: on

    # Two days per year of a worker's time (490 pounds, not booked elsewhere) and fees. The cost decays like the effect
    # of the training, so the total equals the cost of two years.
    yearly_cost: YearlyCost = 650.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the gain in recognition."""
        return (ParameterEffect("practice.training", shift=self.gain),)
