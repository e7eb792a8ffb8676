"""Inspection judgements: what inspectors take into account, and grades, words and appeals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class Appeal(Lever, kind="appeal"):
    """Other inspectors examine a new sample if an authority appeals, and the grade can only improve."""

    audience = "the inspectorate and government"
    proponents = "Ofsted's reply to Chris Mills (June 2017): an opportunity to challenge any findings"
    systems = ("S9",)

    # fmt: off
    chance: Annotated[float, Param(
        "0-1", 0, 1, "chance that a judgement of requires improvement or worse is challenged")] = 0.5
    # fmt: on
    # Each appeal takes half a visit; two of three judgements can be challenged.
    yearly_cost: YearlyCost = 70.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the chance of an appeal."""
        return (ParameterEffect("inspection.appeals", towards=self.chance),)


@dataclass(frozen=True, kw_only=True)
class CandourCredit(Lever, kind="candour-credit"):
    """Inspectors give credit for problems that an authority has identified itself and discloses openly."""

    audience = "the inspectorate"
    proponents = (
        "a former leader of Cambridgeshire County Council, on problems disclosed honestly and reported as a revelation"
    )
    systems = ("S8",)

    credit: Annotated[float, Param("0-1", 0, 1, "credit for openly disclosed problems")] = 1.0
    # Guidance and moderation for inspectors.
    yearly_cost: YearlyCost = 5.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the credit for candour."""
        return (ParameterEffect("leadership.candour_credit", towards=self.credit),)


@dataclass(frozen=True, kw_only=True)
class ImposedGrade(Lever, kind="imposed-grade"):
    """A grade is published in the first week regardless of the evidence, to show its effects alone."""

    audience = "researchers"
    proponents = "no proponents: this is an experiment, not a policy"
    systems = ("S1", "S10")

    # fmt: off
    grade: Annotated[int, Param(
        "code", 0, 3, "0 outstanding, 1 good, 2 requires improvement, 3 inadequate", whole=True)] = 3
    # fmt: on

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the imposed grade."""
        return (ParameterEffect("inspection.imposed", towards=float(self.grade), at_once=True),)


@dataclass(frozen=True, kw_only=True)
class NarrativeJudgement(Lever, kind="narrative-judgement"):
    """Inspectors describe what they observed instead of giving a grade, and consequences depend on its severity."""

    audience = "the inspectorate and government"
    proponents = "critics of one-word grades, which ended for schools in 2024; 'inadequate light' in Cambridgeshire"
    systems = ("S12",)

    # fmt: off
    words: Annotated[float, Param("0-1", 0, 1, "extent to which words replace the grade")] = 1.0
    full: Annotated[float, Param(
        "share", 0.34, 1, "share of poor cases at which words are as severe as the label inadequate")] = 0.5
    # fmt: on
    # Longer reports.
    yearly_cost: YearlyCost = 15.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the extent of words, and their scale, which applies from the first report."""
        return (
            ParameterEffect("inspection.narrative", towards=self.words),
            ParameterEffect("inspection.narrative_full", towards=self.full, at_once=True),
        )
