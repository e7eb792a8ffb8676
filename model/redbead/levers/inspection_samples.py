"""Inspection samples: how many cases inspectors track, and how they are selected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class AdaptiveSample(Lever, kind="adaptive-sample"):
    """Inspectors track more cases before they judge if the first sample is close to a grade limit."""

    audience = "the inspectorate"
    proponents = "the inspection handbook of 2017: 'the number of cases tracked may need to exceed 30'"
    systems = ("S2",)

    # fmt: off
    cases: Annotated[int, Param(
        "cases", 0, 100, "additional cases if the first sample is near a grade limit", whole=True)] = 30
    margin: Annotated[float, Param(
        "share", 0, 0.2, "largest distance from a grade limit at which cases are added")] = 0.05
    # fmt: on
    # 30 cases at 2,000 pounds in four of ten visits.
    yearly_cost: YearlyCost = 65.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the number of additional cases and the margin."""
        return (
            ParameterEffect("inspection.adaptive_cases", towards=self.cases),
            ParameterEffect("inspection.adaptive_margin", towards=self.margin, at_once=True),
        )


@dataclass(frozen=True, kw_only=True)
class BiasedSample(Lever, kind="biased-sample"):
    """Poor cases are over-represented or under-represented in the sample of inspectors."""

    audience = "researchers and inspected authorities"
    proponents = "no proponents; Chris Mills (June 2017) asks what prevents it and receives no answer"
    systems = ("S2",)

    # fmt: off
    odds: Annotated[float, Param(
        "ratio", 0.2, 5, "odds ratio of sampling a poor case (below 1: good practice is over-represented)")] = 2.0
    # fmt: on

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the odds ratio of sampling a poor case."""
        return (ParameterEffect("inspection.odds_of_poor", towards=self.odds),)


@dataclass(frozen=True, kw_only=True)
class LargerSample(Lever, kind="larger-sample"):
    """Each judgement is based on more cases, so chance has less influence."""

    audience = "the inspectorate and government"
    proponents = "those who see chance as a problem of sample size: Chris Mills, the red bead problem (June 2017)"
    systems = ("S1", "S2")

    cases: Annotated[int, Param("cases", 10, 400, "number of cases that inspectors track", whole=True)] = 100
    # 73 additional cases at 2,000 pounds every three years, for 120 posts.
    yearly_cost: YearlyCost = 400.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the number of cases."""
        return (ParameterEffect("inspection.cases_tracked", towards=self.cases),)


@dataclass(frozen=True, kw_only=True)
class NominatedCases(Lever, kind="nominated-cases"):
    """The authority nominates examples of good practice, which form part of the sample."""

    audience = "the inspectorate"
    proponents = "Ofsted's reply to Chris Mills (June 2017): leaders are asked to identify good practice"
    systems = ("S2",)

    share: Annotated[float, Param("share", 0, 1, "share of the sample that the authority nominates")] = 0.3
    odds: Annotated[float, Param("ratio", 0.05, 1, "odds ratio of a nominated case being poor")] = 0.5
    # One week of staff time to select the cases.
    yearly_cost: YearlyCost = 10.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the nominated share, and the odds ratio of nominated cases, which applies at once."""
        return (
            ParameterEffect("inspection.nominated", towards=self.share),
            ParameterEffect("inspection.nominated_odds", towards=self.odds, at_once=True),
        )


@dataclass(frozen=True, kw_only=True)
class SeveralSnapshots(Lever, kind="several-snapshots"):
    """Inspectors of different teams visit on several days of the year, and one judgement summarises their findings."""

    audience = "the inspectorate and government"
    proponents = "a former leader of Cambridgeshire County Council, on a snapshot that was not representative"
    systems = ("S3",)

    visits: Annotated[int, Param("visits", 1, 12, "number of visits on which one judgement is based", whole=True)] = 3
    # Two additional visits at 150,000 pounds every three years, for 120 posts.
    yearly_cost: YearlyCost = 830.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the number of visits."""
        return (ParameterEffect("inspection.snapshots", towards=self.visits),)


@dataclass(frozen=True, kw_only=True)
class StratifiedSample(Lever, kind="stratified-sample"):
    """The sample is spread evenly over teams, so one weak team is neither missed nor over-represented."""

    audience = "the inspectorate"
    proponents = "the inspection handbook of 2017 ('practitioner and team'); survey statisticians"
    systems = ("S2",)

    spread: Annotated[float, Param("0-1", 0, 1, "extent to which the sample is spread over teams")] = 1.0
    # A list of cases by team before each visit.
    yearly_cost: YearlyCost = 5.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the degree of stratification."""
        return (ParameterEffect("inspection.stratified", towards=self.spread),)
