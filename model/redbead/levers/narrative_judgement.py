"""Narrative judgement: a report in words, without a label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class NarrativeJudgement(Lever, kind="narrative-judgement"):
    """Inspectors write what they saw instead of giving a grade, and what follows depends on how poor it was."""

    audience = "the inspectorate and government"
    proponents = "critics of one-word grades, which ended for schools in 2024; 'inadequate light' in Cambridgeshire"
    systems = ("S12",)

    words: Annotated[float, Param("0-1", 0, 1, "how far words take the place of the label")] = 1.0
    full: Annotated[
        float, Param("share", 0.34, 1, "share of poor cases from which the words bite as hard as a label of inadequate")
    ] = 0.5
    # Longer reports.
    yearly_cost: YearlyCost = 15.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Replace the label; the scale of the words holds from the first report on."""
        return (
            ParameterEffect("inspection.narrative", towards=self.words),
            ParameterEffect("inspection.narrative_full", towards=self.full, at_once=True),
        )
