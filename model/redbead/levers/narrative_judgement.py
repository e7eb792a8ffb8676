"""Narrative judgement: a report in words without a grade."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


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
